// The chat page: start screen, conversation, question box. The state is this conversation and no more.

import { CallError, stream } from "./api.js";
import { renderAnswer } from "./answer.js";
import { announce, h, icon, iconButton, toast } from "./dom.js";
import { renderFollowUps } from "./followups.js";
import { openSource } from "./panel.js";
import { currentId, kept, listConversations, newConversation, saveConversation, setCurrentId } from "./store.js";
import { errorText, starters, t } from "./texts.js";
import { turnActions } from "./actions.js";

let page = null; // {start, reader}
let conversation = null;
let running = null; // {controller, turn}
let editing = null; // index of the turn that is edited
let role = "clinician";
let view = {}; // elements of the page

const ROLES = ["clinician", "company", "staff"];
const TOP_PX = 24; // room above the question that was just asked

/** Show the conversation of this tab again, or an empty one. */
export function startChat(start) {
  page = start;
  conversation = listConversations().find((other) => other.id === currentId()) ?? newConversation();
  role = kept.getItem("alliance-assistant/role") ?? "clinician";
  if (!ROLES.includes(role)) role = "clinician";
}

export function renderChat() {
  view.log = h("div", { class: "log" });
  view.scroller = h("div", { class: "scroller", tabindex: "-1" }, h("div", { class: "column" }, view.log));
  const draft = view.box?.value ?? "";
  const composer = renderComposer();
  view.box.value = draft;
  const element = h("div", { class: "chat" }, view.scroller, composer);
  renderLog();
  requestAnimationFrame(fitBox);
  return element;
}

export function openConversation(found) {
  stop();
  editing = null;
  conversation = found ?? newConversation();
  setCurrentId(conversation.id);
  renderLog();
  renderEditing();
  view.scroller.scrollTop = found ? view.scroller.scrollHeight : 0;
  focusBox();
}

export const hasTurns = () => conversation.turns.length > 0;

function renderLog() {
  if (!view.log) return;
  view.log.replaceChildren(...(conversation.turns.length ? conversation.turns.map(turnElement) : [renderStart()]));
}

function renderStart() {
  if (page.documents === 0 && !page.opening) return h("section", { class: "start" }, h("h1", {}, t("start.title")), h("p", { class: "lead" }, t("start.empty")));
  const questions = h("div", { class: "starters", id: "starters" });
  const fill = () => questions.replaceChildren(...starters(role).map((question) => h("button", { type: "button", class: "starter", onclick: () => ask(question) }, h("span", {}, question), icon("right"))));
  const tabs = ROLES.map((name) => h("button", { type: "button", class: "segment", "aria-pressed": String(name === role), "aria-controls": "starters", onclick: () => {
    role = name;
    kept.setItem("alliance-assistant/role", name);
    tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String(ROLES[index] === role)));
    fill();
  } }, t(`start.${name}`)));
  fill();
  return h("section", { class: "start" },
    h("p", { class: "eyebrow" }, t("app.subtitle")), h("h1", {}, t("start.title")), h("p", { class: "lead" }, t(page.destination.model ? "start.lead.model" : "start.lead")),
    h("div", { class: "start-roles", role: "group", "aria-label": t("start.roles") }, h("span", { class: "muted", "aria-hidden": "true" }, t("start.roles")), h("div", { class: "segments" }, tabs)),
    questions);
}

function turnElement(turn) {
  const body = h("div", { class: "turn-body" });
  const element = h("article", { class: "turn", "data-id": turn.id }, questionElement(turn), body);
  turn.element = element;
  fillTurn(turn, body);
  return element;
}

function questionElement(turn) {
  if (turn.question === null) return h("h2", { class: "question withheld" }, h("span", { class: "visually-hidden" }, `${t("turn.you")}: `), t("turn.withheld"));
  return h("div", { class: "question-row" },
    iconButton("edit", t("turn.edit"), () => edit(turn), { class: "edit" }),
    h("h2", { class: "question" }, h("span", { class: "visually-hidden" }, `${t("turn.you")}: `), turn.question));
}

function fillTurn(turn, body, old = Infinity) {
  const context = { openSource, ask, reader: page.reader, complete: !turn.pending, stopped: turn.stopped, old };
  const children = [];
  if (turn.answer) children.push(renderAnswer(turn.answer, context));
  if (turn.pending && !turn.answer?.sentences.length) children.push(h("p", { class: "searching" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), waitingText(turn)));
  if (turn.stopped && !turn.answer) children.push(h("p", { class: "notice" }, icon("info"), t("turn.stopped.early")));
  if (turn.error) children.push(renderError(turn));
  if (!turn.pending && turn.answer && !turn.error) children.push(turnActions(turn, page), renderFollowUps(turn.answer, ask));
  body.replaceChildren(...children);
}

function waitingText({ opening }) {
  if (!opening) return t("turn.searching");
  const [done, total] = opening;
  return total ? t("turn.opening.files", { done, total }) : t("turn.opening");
}

function renderError(turn) {
  return h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("turn.error")), h("p", {}, errorText(turn.error)),
    h("button", { type: "button", class: "button", onclick: () => { drop(turn); ask(turn.question); } }, t("turn.retry")));
}

function drop(turn) {
  conversation.turns = conversation.turns.slice(0, conversation.turns.indexOf(turn));
  renderLog();
}

// ---- asking ----

/** Ask a question as the next turn, or in place of the one that is edited. */
export async function ask(question) {
  question = question.trim();
  if (!question || running) return;
  if (editing !== null) conversation.turns = conversation.turns.slice(0, editing);
  editing = null;
  const history_ = historyOf(conversation.turns);
  const turn = { id: `t${Date.now()}`, question, answer: null, pending: true, at: Date.now() };
  conversation.turns.push(turn);
  setCurrentId(conversation.id);
  renderLog();
  renderEditing();
  toTop(turn);
  running = { controller: new AbortController(), turn };
  renderRunning();
  await receive(turn, history_);
}

async function receive(turn, history_) {
  const { controller } = running;
  let shown = 0;
  try {
    turn.answer = await stream("ask", [turn.question, history_, null], (answer) => {
      if (controller.signal.aborted) return;
      turn.opening = answer.opening ?? null;
      if (!turn.opening) turn.answer = answer;
      fillTurn(turn, turn.element.querySelector(".turn-body"), shown);
      shown = turn.answer?.sentences.length ?? 0;
    }, controller.signal);
  } catch (error) {
    if (error.name === "AbortError" || controller.signal.aborted) turn.stopped = true;
    else turn.error = error instanceof CallError ? error.message : String(error);
  }
  finish(turn, shown);
}

function finish(turn, shown) {
  const mine = running?.turn === turn;
  turn.pending = false;
  if (turn.answer?.status === "declined" && !turn.answer.question) {
    turn.question = null; // what was disclosed leaves the page, too
    turn.element.firstElementChild.replaceWith(questionElement(turn));
  }
  fillTurn(turn, turn.element.querySelector(".turn-body"), shown);
  if (mine) running = null;
  renderRunning();
  keepTurn();
  announce(summary(turn));
}

function summary(turn) {
  if (!turn.answer) return turn.error ? t("turn.error") : t("turn.stopped.early");
  if (turn.answer.status === "declined") return t("turn.declined");
  if (turn.answer.status === "no_evidence") return t("turn.refused");
  const words = turn.answer.sentences.map((sentence) => sentence.text).join(" ");
  return `${t("turn.done", { sentences: turn.answer.sentences.length, sources: turn.answer.citations.length })} ${words}`;
}

const plain = (whole) => ({ ...whole, turns: whole.turns.filter((turn) => turn.answer && !turn.error).map(({ element, pending, ...turn }) => turn) });

/** Keep the conversation as it is now, ratings included, for a reload. */
export function keepTurn() {
  const { dropped, ...name } = saveConversation(plain(conversation));
  Object.assign(conversation, name);
  setCurrentId(conversation.id);
  if (dropped) toast(t("history.full"));
}

function historyOf(turns) {
  return turns.filter((turn) => turn.question && turn.answer && turn.answer.status !== "declined").slice(-6).flatMap((turn) => [
    { role: "user", content: turn.question },
    { role: "assistant", content: turn.answer.sentences.map((sentence) => sentence.text).join("\n").slice(0, 8000) },
  ]);
}

export function stop() {
  running?.controller.abort();
}

function toTop(turn) {
  requestAnimationFrame(() => {
    const question = turn.element.firstElementChild; // the line above it belongs to the turn before
    const top = question.offsetTop - TOP_PX;
    view.log.style.minHeight = `${top + view.scroller.clientHeight}px`;
    view.scroller.scrollTo({ top, behavior: "auto" });
  });
}

// ---- question box ----

function renderComposer() {
  view.box = h("textarea", { id: "question", rows: "1", "aria-label": t("ask.label"), "aria-describedby": "standing", placeholder: t("ask.placeholder"), maxlength: "4000", autocomplete: "off", oninput: fitBox, onkeydown: onKey });
  view.send = h("button", { type: "submit", class: "send", "aria-label": t("ask.send"), title: t("ask.send") }, icon("send"));
  view.stop = h("button", { type: "button", class: "send stop", hidden: true, "aria-label": t("ask.stop"), title: t("ask.stop"), onclick: stop }, icon("stop"));
  view.edit = h("div", { class: "editing", hidden: true });
  renderEditing();
  return h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    h("div", { class: "column" }, view.edit, h("div", { class: "box" }, view.box, view.send, view.stop), renderStanding()));
}

function renderStanding() {
  const { kind, model, host } = page.destination;
  return h("p", { class: "standing", id: "standing" },
    h("span", {}, kind === "server" ? t("ask.where.server", { model, host }) : t("ask.where.machine")), " ",
    h("strong", {}, t("ask.where.not")));
}

// A finger that has not touched the box would get a keyboard over what it came to read.
const hasFinger = () => window.matchMedia("(pointer: coarse)").matches;

/** Put the cursor in the question box, unless that would bring up a keyboard on glass. */
export function focusBox() {
  if (!hasFinger()) view.box?.focus({ preventScroll: true });
}

function onKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: an input method is composing
  event.preventDefault();
  submit();
}

function submit() {
  if (running || !view.box.value.trim()) return;
  const question = view.box.value;
  view.box.value = "";
  fitBox();
  if (hasFinger()) view.box.blur();
  ask(question);
}

function fitBox() {
  view.box.style.height = "auto";
  view.box.style.height = `${Math.min(view.box.scrollHeight, 200)}px`;
  view.send.disabled = !view.box.value.trim();
}

function edit(turn) {
  if (running) return;
  editing = conversation.turns.indexOf(turn);
  view.box.value = turn.question;
  fitBox();
  renderEditing();
  view.box.focus();
}

function renderEditing() {
  view.edit.hidden = editing === null;
  view.edit.replaceChildren(h("span", {}, t("ask.editing")), h("button", { type: "button", class: "text-button", onclick: () => { editing = null; view.box.value = ""; fitBox(); renderEditing(); view.box.focus(); } }, t("ask.cancel")));
}

function renderRunning() {
  const busy = running !== null;
  view.send.hidden = busy;
  view.stop.hidden = !busy;
  if (!busy) fitBox();
}
