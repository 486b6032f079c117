// Pages beside the chat: questions without answers for staff, and what the assistant is.

import { call } from "./api.js";
import { confirmed, h } from "./dom.js";
import { ask } from "./chat.js";
import { clearConversations, listConversations } from "./store.js";
import { errorText, showDate, t } from "./texts.js";

/** Make a page that shows its heading at once and its content when the server has answered. */
export function loadedPage(title, lead, load, render) {
  const body = h("div", { class: "page-content" }, h("p", { class: "muted", role: "status" }, t("library.working")));
  load().then((data) => body.replaceChildren(...[render(data)].flat())).catch((error) => {
    body.replaceChildren(h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("error.title")),
      h("p", {}, errorText(error.message))));
  });
  return h("div", { class: "page" }, h("div", { class: "page-column" }, h("h1", { tabindex: "-1" }, title), h("p", { class: "lead" }, lead), body));
}

export function renderGaps() {
  return loadedPage(t("gaps.title"), t("gaps.lead"), () => call("gaps"), ({ questions, ratings, all_ratings, days }) => [
    questions.length ? listTable(["question", "count", "last"].map((key) => t(`gaps.${key}`)), questions.map(gapRow)) : h("p", { class: "empty" }, t("gaps.empty")),
    h("h2", {}, t("ratings.title")),
    h("p", { class: "muted small" }, [all_ratings > ratings.length ? t("ratings.newest", { shown: ratings.length, all: all_ratings }) : "", days ? t("ratings.days", { days }) : ""].filter(Boolean).join(" ")),
    ratings.length ? listTable(["verdict", "question", "comment", "at"].map((key) => t(`ratings.${key}`)), ratings.map(ratingRow)) : h("p", { class: "empty" }, t("ratings.empty"))]);
}

/** Make a table of rows; on a phone each row becomes a card, in which a cell says its column's name. */
export function listTable(names, rows) {
  for (const row of rows) [...row.cells].forEach((cell, i) => { cell.setAttribute("role", "cell"); if (i && names[i]) cell.dataset.label = names[i]; });
  const head = h("tr", { role: "row" }, names.map((name) => h("th", { scope: "col", role: "columnheader" }, name)), h("td", {}));
  for (const row of rows) row.setAttribute("role", "row"); // a table that is laid out otherwise loses its roles
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", { class: "list", role: "table" },
    h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, rows)));
}

function gapRow(gap) {
  const row = h("tr", {}, h("td", {}, gap.question), h("td", { class: "number" }, String(gap.asked)), h("td", { class: "nowrap" }, showDate(gap.last_at)),
    h("td", { class: "nowrap" }, h("span", { class: "row row-actions" },
      h("button", { type: "button", class: "text-button", onclick: () => { location.hash = "#/"; setTimeout(() => ask(gap.question), 60); } }, t("gaps.try")),
      h("button", { type: "button", class: "text-button", onclick: async () => { await call("settle_gap", gap.question); row.remove(); } }, t("gaps.settle")))));
  return row;
}

function ratingRow(rating) {
  const comment = rating.comment.replace(/^[a-z, ]+(?=;|$)/, (reasons) => reasons.split(", ").map((reason) => t(`rate.${reason}`)).join(", "));
  const row = h("tr", {}, h("td", { class: "nowrap" }, t(rating.verdict === "up" ? "act.good" : "act.bad")), h("td", {}, rating.question), h("td", {}, comment), h("td", { class: "nowrap" }, showDate(rating.at)),
    h("td", {}, h("button", { type: "button", class: "text-button", onclick: async () => { await call("remove_rating", rating.number); row.remove(); } }, t("ratings.remove"))));
  return row;
}

export function renderAbout(start) {
  return loadedPage(t("about.title"), t("about.lead"), () => call("about"), (about) => [
    h("h2", {}, t("about.promises")),
    h("ul", { class: "promises" }, ["source", "refuse", "status", "rights", "privacy", "inventions"].map((name) => h("li", {}, t(`about.promise.${name}`)))),
    h("h2", {}, t("about.sample")),
    h("p", { class: "sample-line" }, h("span", { class: "badge sample" }, t("badge.sample")), t("about.sample.text", { samples: about.samples, documents: about.documents })),
    h("h2", {}, t("about.numbers")), renderNumbers(about),
    h("h2", {}, t("about.privacy")), renderPrivacy(),
    h("h2", {}, t("about.versions")), renderVersions(about),
    h("p", { class: "muted" }, t("about.contact", { contact: start.contact }))]);
}

function renderNumbers(about) {
  const figure = (value, label) => h("div", { class: "figure" }, h("strong", {}, value.toLocaleString()), h("span", { class: "muted" }, label));
  return h("div", { class: "figures" }, figure(about.documents, t("about.documents")), figure(about.by_language.en, t("about.english")),
    figure(about.by_language.zh, t("about.chinese")), figure(about.passages, t("about.passages")));
}

function renderPrivacy() {
  const kept = listConversations().length;
  const line = h("p", {}, t("about.privacy.text", { count: kept }));
  const clear = h("button", { type: "button", class: "button", onclick: async () => {
    if (!(await confirmed(t("history.clear.sure"), t("dialog.yes"), t("dialog.no")))) return;
    clearConversations();
    line.textContent = t("about.privacy.text", { count: 0 });
    clear.remove();
  } }, t("history.clear"));
  return h("div", {}, line, kept ? clear : null);
}

function renderVersions(about) {
  const rows = [[t("about.embedder"), about.embedder], [t("about.chatmodel"), about.chat_model ?? t("about.chatmodel.none")], ...Object.entries(about.versions)];
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
