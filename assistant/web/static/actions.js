// Below an answer: copy, print, and what the reader thought of it.

import { call } from "./api.js";
import { answerText } from "./copied.js";
import { copyText, h, icon, iconButton, toast } from "./dom.js";
import { keepTurn } from "./chat.js";
import { errorText, showDate, t } from "./texts.js";

const REASONS = ["wrong", "incomplete", "outdated", "source", "unclear"];

/** Make the row of actions of a finished turn; a declined one has none. */
export function turnActions(turn, page) {
  if (turn.answer.status === "declined") return h("div");
  const form = h("div", { class: "rate", hidden: true });
  const rate = (name, label, onclick) => iconButton(name, label, onclick, { "aria-pressed": String(turn.rating === name), class: turn.rating === name ? "chosen" : "" });
  const quoted = turn.answer.sentences.length > 0;
  return h("div", { class: "actions" },
    h("div", { class: "row" },
      quoted ? copyMenu(turn) : null,
      quoted ? iconButton("print", t("act.print"), () => printTurn(turn)) : null,
      h("span", { class: "grow" }),
      rate("up", t("act.good"), (event) => { send(turn, "up", [], ""); press(event.currentTarget); form.hidden = true; toast(t("act.thanks.good")); }),
      rate("down", t("act.bad"), (event) => { press(event.currentTarget); form.hidden = !form.hidden; fillRating(form, turn); })),
    form);
}

function press(button) {
  for (const other of button.parentElement.querySelectorAll("[aria-pressed]")) {
    other.setAttribute("aria-pressed", String(other === button));
    other.classList.toggle("chosen", other === button);
  }
}

function copyMenu(turn) {
  const copy = async (format, menu) => {
    menu.open = false;
    toast((await copyText(answerText(turn.question, turn.answer, format))) ? t("act.copied") : t("act.copy.failed"));
  };
  const menu = h("details", { class: "menu" }, h("summary", { class: "button quiet" }, icon("copy"), h("span", {}, t("act.copy"))),
    h("div", { class: "menu-items" }, ["markdown", "plain"].map((format) => h("button", { type: "button", onclick: () => copy(format, menu) }, t(`act.copy.${format}`)))));
  menu.addEventListener("toggle", () => { // it opens upwards where there is room
    const items = menu.lastElementChild;
    items.classList.toggle("below", menu.open && menu.getBoundingClientRect().top - items.offsetHeight < menu.closest(".scroller").getBoundingClientRect().top);
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { menu.open = false; menu.firstElementChild.focus(); } });
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  return menu;
}

function printTurn(turn) {
  const note = h("p", { class: "print-note" }, t("print.printed", { date: showDate(Date.now()) }));
  turn.element.append(note);
  turn.element.classList.add("printed");
  document.body.classList.add("print-one");
  window.addEventListener("afterprint", () => {
    note.remove();
    turn.element.classList.remove("printed");
    document.body.classList.remove("print-one");
  }, { once: true });
  window.print();
}

function fillRating(form, turn) {
  const chosen = new Set();
  const note = h("textarea", { rows: "2", maxlength: "1000", "aria-label": t("rate.note"), placeholder: t("rate.note") });
  form.replaceChildren(
    h("strong", {}, t("rate.title")),
    h("div", { class: "chips" }, REASONS.map((reason) => h("label", { class: "chip" }, h("input", { type: "checkbox", onchange: (event) => { if (event.target.checked) chosen.add(reason); else chosen.delete(reason); } }), h("span", {}, t(`rate.${reason}`))))),
    note, h("p", { class: "muted small" }, t("rate.note.hint")),
    h("button", { type: "button", class: "button primary", onclick: async () => {
      if (!(await send(turn, "down", [...chosen], note.value))) return;
      form.replaceChildren(h("p", { role: "status" }, t("act.thanks")));
    } }, t("rate.send")));
}

async function send(turn, rating, reasons, note) {
  turn.rating = rating;
  keepTurn();
  const documents = [...new Set(turn.answer.citations.map((c) => `${c.document}@${c.revision}`))];
  try {
    await call("feedback", { question: turn.question, rating, reasons, note, documents });
    return true;
  } catch (error) {
    toast(errorText(error.message));
    return false;
  }
}
