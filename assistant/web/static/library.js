// The library page: every document a reader may see, with filters; for staff also its upkeep.

import { call, stream, uploadFiles } from "./api.js";
import { confirmed, h, icon, iconButton, toast } from "./dom.js";
import { badges, isOld } from "./marks.js";
import { openSource } from "./panel.js";
import { loadedPage } from "./pages.js";
import { currentLanguage, errorText, showPeriod, t } from "./texts.js";
import { work } from "./work.js";

const FILTERS = ["kind", "status", "language", "audience"];

export function renderLibrary(start) {
  const staff = start.reader.audience === "staff";
  return loadedPage(t("library.title"), t("library.lead"), () => call("library"), (data) => {
    const list = h("div");
    const state = { documents: data.documents, search: "", chosen: {} };
    const refresh = async () => { state.documents = (await call("library")).documents; fillList(list, state, staff, refresh); };
    fillList(list, state, staff, refresh);
    return [staff ? renderUpkeep(refresh) : "", list];
  });
}

// ---- list ----

function fillList(list, state, staff, refresh) {
  if (!state.documents.length) { list.replaceChildren(h("p", { class: "empty" }, t("library.empty"))); return; }
  const rows = h("div");
  const count = h("p", { class: "muted small", role: "status" });
  const show = () => fillRows(rows, count, state, staff, refresh, reset);
  const reset = () => { state.search = ""; state.chosen = {}; fillList(list, state, staff, refresh); };
  const search = h("input", { type: "search", value: state.search, placeholder: t("library.search"), "aria-label": t("library.search"), oninput: (event) => { state.search = event.target.value; show(); } });
  list.replaceChildren(h("div", { class: "filters" }, h("label", { class: "search" }, icon("search"), search), FILTERS.map((name) => filterBox(name, state, show))), count, rows);
  show();
}

function filterBox(name, state, show) {
  const values = [...new Set(state.documents.map((document_) => document_[name]))].sort();
  if (values.length < 2) return null;
  return h("label", { class: "filter" }, h("span", {}, t(`library.${name}`)),
    h("select", { onchange: (event) => { state.chosen[name] = event.target.value; show(); } },
      h("option", { value: "" }, t("library.all")),
      values.map((value) => h("option", { value, selected: state.chosen[name] === value }, t(`${name}.${value}`)))));
}

function fillRows(rows, count, state, staff, refresh, reset) {
  const wanted = state.search.trim().toLowerCase();
  const shown = state.documents.filter((d) => FILTERS.every((name) => !state.chosen[name] || d[name] === state.chosen[name])
    && (!wanted || `${d.title} ${d.issuer ?? ""} ${d.id}`.toLowerCase().includes(wanted)));
  count.textContent = t(shown.length === state.documents.length ? "library.count.all" : "library.count", { shown: shown.length, all: state.documents.length });
  if (!shown.length) {
    rows.replaceChildren(h("p", { class: "empty" }, t("library.none"), " ", h("button", { type: "button", class: "text-button", onclick: reset }, t("library.none.reset"))));
    return;
  }
  const byId = new Map(state.documents.map((document_) => [document_.id, document_]));
  const kinds = [...new Set(shown.map((document_) => document_.kind))];
  shown.sort((a, b) => (b.language === currentLanguage()) - (a.language === currentLanguage()) || isOld(a) - isOld(b)); // stable: then by title
  rows.replaceChildren(...kinds.map((kind) => h("section", { class: "kind" }, h("h2", {}, t(`kind.${kind}`)),
    h("ul", { class: "documents" }, shown.filter((d) => d.kind === kind).map((d) => documentRow(d, byId, staff, refresh))))));
}

function documentRow(document_, byId, staff, refresh) {
  const open = (event) => openSource([], { document: document_.id, revision: document_.revision, ...document_, start: null, end: null }, event.currentTarget);
  const facts = [document_.version ? `${t("source.version")} ${document_.version}` : null,
    document_.effective_from || document_.effective_to ? showPeriod(document_.effective_from, document_.effective_to) : null, document_.issuer].filter(Boolean);
  return h("li", { class: "document-row" },
    h("div", { class: "document-main" },
      h("button", { type: "button", class: "document-title", lang: document_.language === "zh" ? "zh-CN" : "en", onclick: open }, isOld(document_) ? h("s", {}, document_.title) : document_.title),
      h("div", { class: "muted small" }, facts.join(" · ")),
      chainLine(document_, byId)),
    h("div", { class: "document-side" }, badges(document_), h("span", { class: "muted small" }, t(`language.${document_.language}`)),
      staff ? iconButton("trash", `${t("library.remove")}: ${document_.title}`, () => removeDocument(document_, refresh)) : null));
}

function chainLine(document_, byId) {
  const older = byId.get(document_.supersedes);
  const newer = byId.get(document_.superseded_by);
  const link = (other, key) => h("button", { type: "button", class: "text-button small", onclick: (event) => openSource([], { document: other.id, ...other, start: null, end: null }, event.currentTarget) }, t(key, { title: other.title }));
  if (!older && !newer) return null;
  return h("div", { class: "chain" }, newer ? link(newer, "library.replacedby") : null, older ? link(older, "library.replaces") : null);
}

// ---- upkeep by staff ----

function renderUpkeep(refresh) {
  const result = h("div", { class: "upkeep-result", "aria-live": "polite" });
  const picker = h("input", { type: "file", multiple: true, hidden: true, "aria-label": t("library.upload"), onchange: async () => {
    if (!picker.files.length) return;
    await work(result, async () => renderReport(await uploadFiles(picker.files), removeHeld));
    picker.value = "";
    await refresh();
  } });
  const sync = (force) => work(result, async (say) => {
    const last = await stream("sync", [force], (event) => { if (event.total) say(event); });
    await refresh();
    return renderReport(last.report, removeHeld);
  });
  const removeHeld = async (count) => {
    if (await confirmed(t("library.held.sure", { count }), t("library.remove"), t("ask.cancel"))) await sync(true);
  };
  const rebuild = async () => {
    if (!(await confirmed(t("library.rebuild.sure"), t("dialog.yes"), t("dialog.no")))) return;
    await work(result, async (say) => {
      await stream("rebuild", [], (event) => { if (event.total) say(event); });
      return h("p", {}, t("library.rebuilt"));
    });
  };
  return h("section", { class: "upkeep", "aria-label": t("library.manage") },
    h("h2", {}, t("library.manage")),
    h("div", { class: "row wrap" },
      iconButton("upload", t("library.upload"), () => picker.click(), { quiet: false, class: "primary" }),
      h("button", { type: "button", class: "button", onclick: () => sync(false) }, t("library.sync")),
      h("button", { type: "button", class: "button", onclick: rebuild }, t("library.rebuild")), picker),
    h("p", { class: "muted small" }, t("library.upload.hint")), result);
}

function renderReport(report, removeHeld) {
  const ids = (name) => (report[name].length ? h("details", { class: "fold" }, h("summary", {}, `${t(`report.${name}`)}: ${report[name].length}`), h("p", { class: "small" }, report[name].join(", ")))
    : h("p", { class: "report-none muted" }, `${t(`report.${name}`)}: 0`));
  return h("div", { class: "report" }, h("h3", {}, t("report.title")),
    h("div", { class: "report-counts" }, ids("added"), ids("updated"), h("p", { class: "report-none muted" }, `${t("report.unchanged")}: ${report.unchanged}`), ids("removed")),
    report.held.length ? h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("library.held", { count: report.held.length })), h("p", {}, t("library.held.hint")), ids("held"),
      h("button", { type: "button", class: "button", onclick: () => removeHeld(report.held.length) }, t("library.held.remove"))) : null,
    report.failed.length ? h("div", { class: "table-scroll", tabindex: "0" }, h("table", { class: "list" },
      h("caption", {}, `${t("report.failed")}: ${report.failed.length}`),
      h("thead", {}, h("tr", {}, ["file", "error", "hint"].map((key) => h("th", { scope: "col" }, t(`report.${key}`))))),
      h("tbody", {}, report.failed.map((failed) => h("tr", {}, h("td", {}, failed.path), h("td", {}, failed.error), h("td", {}, failed.hint)))))) : null,
    report.warnings.length ? h("details", { class: "fold" }, h("summary", {}, `${t("report.warnings")}: ${report.warnings.length}`), h("ul", {}, report.warnings.map((warning) => h("li", {}, warning)))) : null);
}

async function removeDocument(document_, refresh) {
  if (!(await confirmed(t("library.remove.sure", { title: document_.title }), t("library.remove"), t("ask.cancel")))) return;
  try {
    await call("remove", document_.id);
    toast(t("library.removed", { title: document_.title }));
    await refresh();
  } catch (error) {
    toast(errorText(error.message));
  }
}
