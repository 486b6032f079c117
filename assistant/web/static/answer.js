// An Answer as elements: sentences with marks, tables and lists, notices, refusals, sources, the ledger.

import { h, icon } from "./dom.js";
import { t } from "./texts.js";
import { badges, citationMark, isSample, plainLine, plainQuote, tableCells, titleOf } from "./marks.js";

/** Show an answer; `old` sentences were on the page already and do not fade in again. */
export function renderAnswer(answer, { openSource, ask, reader, complete = true, stopped = false, old = 0 }) {
  const cited = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const open = (citation, opener) => openSource(answer.citations, citation, opener);
  const context = { answer, cited, open, old, ask, reader };
  if (answer.status === "declined") return h("div", { class: "answer" }, renderGuard(context));
  return h("div", { class: "answer", lang: langTag(answer.language) },
    answer.status === "no_evidence" ? renderRefusal(context) : null,
    answer.notices.some((notice) => notice.code === "closest") ? h("p", { class: "partial-lead" }, icon("info"), t("answer.partial")) : null,
    renderNotices(answer.notices.filter((notice) => !SHOWN_ELSEWHERE.includes(notice.code))),
    renderSampleLine(answer),
    h("div", { class: `prose ${answer.status}` }, renderSentences(answer.sentences, context)),
    stopped ? h("p", { class: "notice stopped" }, icon("info"), t("turn.stopped")) : null,
    complete && answer.more.length ? renderMore(context) : null,
    complete && answer.citations.length ? renderSources(context) : null,
    complete ? renderFoot(context) : null,
    complete ? renderLedger(context) : null);
}

// These have a form of their own on the page: the refusal card, the lead of a partial answer, the sample line.
const SHOWN_ELSEWHERE = ["not_found", "nearest", "contact", "closest", "sample"];

/** Say before the first word what is sample: of every source, or which marks. */
function renderSampleLine({ citations }) {
  const samples = citations.filter(isSample);
  if (!samples.length) return null;
  return h("p", { class: "sample-line" }, h("span", { class: "badge sample" }, t("badge.sample")),
    h("span", {}, t(samples.length === citations.length ? "answer.samples" : "answer.samples.some")));
}

const langTag = (language) => (language === "zh" ? "zh-CN" : "en");

/** Group sentences: a paragraph a group, rows together as a table, items together as a list. */
export function renderSentences(sentences, context) {
  const blocks = [];
  let current = null;
  sentences.forEach((sentence, index) => {
    const kind = blockKind(sentence);
    const clause = kind === "text" && CLAUSE.test(sentence.text);
    if (!current || current.kind !== kind || current.group !== sentence.group || kind === "heading" || clause) {
      current = { kind, group: sentence.group, sentences: [] };
      blocks.push(current);
    }
    current.sentences.push({ ...sentence, fresh: index >= context.old });
  });
  return blocks.map((block) => RENDER_BLOCK[block.kind](block, context));
}

// A numbered clause starts a line of its own: 7.2, Article 7, 第七条, （三）.
const CLAUSE = /^(\d+\.\d+|Article\s+\d+|第[一二三四五六七八九十百千]+条|[（(][一二三四五六七八九十\da-z]{1,3}[)）])[\s\u4e00-\u9fff]/;

function blockKind(sentence) {
  if (tableCells(sentence.text)) return "table";
  if (sentence.kind === "heading") return "heading";
  if (sentence.kind === "item") return "list";
  if (sentence.kind === "row") return "list";
  return "text";
}

const RENDER_BLOCK = {
  text: (block, context) => h("p", {}, block.sentences.map((s, i) => [i ? joint(s) : "", sentenceElement(s, context)])),
  heading: (block, context) => h("p", { class: "answer-heading" }, block.sentences.map((s) => sentenceElement(s, context))),
  list: renderList,
  table: renderTable,
};

function renderList(block, context) {
  return h("ul", { class: "answer-list" }, block.sentences.map((s) => {
    const number = stepNumber(s, context);
    return h("li", { class: number || CLAUSE.test(s.text) ? "numbered" : "" }, number ? h("span", { class: "step" }, number) : null, sentenceElement(s, context));
  }));
}

/** Give the number that an item has in its source, "2.", which the answer's text leaves out. */
export function stepNumber(sentence, { cited }) {
  const quote = cited.get(sentence.citations[0])?.quote ?? "";
  const line = quote.split("\n").find((one) => one.trimEnd().endsWith(sentence.text) && /^\s*\d{1,2}[.)]\s/.test(one));
  return line ? /\d{1,2}[.)]/.exec(line)[0] : null;
}

// Chinese sentences follow each other without a space.
const joint = (sentence) => (/^[\u3000-\u9fff\uff00-\uffef“（《]/.test(sentence.text) ? "" : " ");

function sentenceElement(sentence, context) {
  const source = context.cited.get(sentence.citations[0]);
  const foreign = sentence.role === "quote" && source && source.language !== context.answer.language;
  const lines = sentence.text.split("\n").map(plainLine);
  const [start, end] = cutLastWord(lines.pop());
  return h("span", {
    class: `sentence ${sentence.role}${sentence.fresh ? " fresh" : ""}`,
    lang: foreign ? langTag(source.language) : null,
  }, lines.map((line) => [line, h("br")]), start, h("span", { class: "nowrap" }, end, marksOf(sentence, context)));
}

// A mark stays with the end of its sentence, also where the line breaks.
function cutLastWord(line) {
  const at = /\S{1,24}$/.test(line) && line.length > 24 ? Math.max(line.lastIndexOf(" ") + 1, line.length - (/[\u3000-\u9fff\uff00-\uffef]$/.test(line) ? 2 : 24)) : line.length;
  return [line.slice(0, at), line.slice(at)];
}

function marksOf(sentence, { cited, open }) {
  const known = sentence.citations.filter((number) => cited.has(number));
  return known.length ? h("span", { class: "marks" }, known.map((number) => citationMark(cited.get(number), open))) : null;
}

function renderTable(block, context) {
  const rows = block.sentences.map((sentence) => ({ sentence, cells: tableCells(sentence.text) }))
    .filter(({ cells }) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const head = rows.length > 1 && rows[0].sentence.kind === "heading" ? rows.shift() : null;
  const numbers = new Set(rows.flatMap(({ sentence }) => sentence.citations));
  const repeated = head?.sentence.citations.every((number) => numbers.has(number)); // the rows below carry the mark
  const width = Math.max(...rows.map(({ cells }) => cells.length), head?.cells.length ?? 0);
  const markCell = ({ sentence }) => h("td", { class: "mark-cell" }, marksOf(sentence, context));
  const kinds = [...Array(width).keys()].map((column) => (rows.every(({ cells }) => FIGURE.test(cells[column] ?? "")) ? "number" : ""));
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", {},
    head ? h("thead", {}, h("tr", {}, pad(head.cells, width).map((cell, column) => h("th", { scope: "col", class: kinds[column] }, plainLine(cell))), repeated ? h("td", { class: "mark-cell" }) : markCell(head))) : null,
    h("tbody", {}, rows.map((row) => h("tr", { class: row.sentence.fresh ? "fresh" : "" },
      pad(row.cells, width).map((cell, column) => h("td", { class: kinds[column] }, plainLine(cell))), markCell(row))))));
}

const FIGURE = /^[\d,.\s%–-]*$/;
const pad = (cells, width) => [...cells, ...Array(Math.max(0, width - cells.length)).fill("")];

function renderNotices(notices) {
  if (!notices.length) return null;
  return h("ul", { class: "notices" }, notices.map((notice) => h("li", { class: "notice", "data-code": notice.code }, icon("info"), h("span", {}, notice.text))));
}

function renderRefusal({ answer, open }) {
  return h("section", { class: "refusal" },
    h("h3", {}, t("answer.none.title")),
    h("p", {}, t("answer.none.text")),
    renderNearest(answer, open),
    contactLine(answer));
}

function renderNearest(answer, open) {
  if (!answer.nearest.length) return null;
  return [h("h4", {}, t("answer.nearest")),
    h("ul", { class: "nearest" }, answer.nearest.map((near) => h("li", {},
      h("button", { type: "button", class: "text-button", onclick: (event) => open({ ...near, number: null }, event.currentTarget) }, titleOf(near)),
      badges(near), near.locator ? h("span", { class: "muted small" }, near.locator) : null)))];
}

function contactLine(answer) {
  if (!answer.contact) return null;
  const [before, after] = t("answer.contact", { contact: "\u0000" }).split("\u0000");
  const contact = /^[^\s@]+@[^\s@]+$/.test(answer.contact) ? h("a", { href: `mailto:${answer.contact}` }, answer.contact) : answer.contact;
  return h("p", { class: "contact" }, before, contact, after);
}

function renderGuard(context) {
  const { answer } = context;
  const category = /^guard:(\w+)/.exec(answer.notices[0]?.code ?? "")?.[1] ?? "out_of_scope";
  return h("section", { class: `guard ${category}`, role: "note" },
    h("div", { class: "guard-head" }, icon("shield"), h("h3", {}, t(`guard.${category}`))),
    answer.notices.filter((notice) => notice.code !== "sample").map((notice) => h("p", {}, notice.text)),
    category === "disclosure" ? h("button", { type: "button", class: "button primary", onclick: () => context.ask(t("ask.confidential.question")) }, h("span", {}, t("ask.confidential")), icon("right")) : null,
    contactLine(answer),
    answer.sentences.length ? [renderSampleLine(answer), h("div", { class: "prose" }, renderSentences(answer.sentences, context))] : null,
    answer.citations.length ? renderSources(context) : null);
}

function renderMore(context) {
  const { answer } = context;
  return h("details", { class: "fold" }, h("summary", {}, t("answer.more")),
    h("div", { class: "prose" }, renderSentences(answer.more, { ...context, old: answer.more.length })));
}

function renderSources({ answer, open }) {
  const used = new Set([...answer.sentences, ...answer.more].flatMap((sentence) => sentence.citations)); // fewer when stopped
  const citations = answer.citations.filter((citation) => used.has(citation.number));
  if (!citations.length) return null;
  return h("section", { class: "sources", "aria-label": t("answer.sources") },
    h("h3", {}, t("answer.sources")),
    h("ol", {}, groupByDocument(citations).map((group) => h("li", {},
      h("div", { class: "source-title" }, titleOf(group[0]), badges(group[0]),
        group[0].language !== answer.language ? h("span", { class: "muted small" }, t("answer.original", { language: t(`language.${group[0].language}`) })) : null),
      h("ul", { class: "places" }, groupBy(group, (citation) => citation.locator).map((same) => h("li", { class: "place" },
        h("span", { class: "place-numbers" }, same.map((citation) => citationMark(citation, open))),
        h("button", { type: "button", class: "place-name", onclick: (event) => open(same[0], event.currentTarget) }, same[0].locator || same[0].title)))),
      h("ul", { class: "print-quotes" }, group.map((c) => h("li", {}, `[${c.number}] ${c.locator}: “${plainQuote(c.quote)}”`)))))));
}

/** Put values with the same key together, in order of first mention. */
function groupBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}

const groupByDocument = (citations) => groupBy(citations, (citation) => `${citation.document}@${citation.revision}`);

function renderFoot({ answer }) {
  const generated = answer.answered_by !== "extractive" && answer.sentences.length;
  if (!generated && !answer.removed.length) return null;
  return h("div", { class: "answer-foot muted small" },
    generated ? h("p", {}, t("answer.generated", { model: answer.answered_by })) : null,
    answer.removed.length ? h("details", { class: "fold" }, h("summary", {}, t("answer.removed", { count: answer.removed.length })),
      h("p", {}, t("answer.removed.text")),
      h("ul", {}, answer.removed.map((r) => h("li", {}, h("q", {}, r.text), r.reasons.length ? ` (${r.reasons.join(t("answer.reasons.join"))})` : "")))) : null);
}

const SHOWN_PASSAGES = 10; // staff see all

function renderLedger({ answer, reader }) {
  const staff = reader.audience === "staff";
  const rows = answer.considered.slice(0, staff ? undefined : SHOWN_PASSAGES).map((line) => h("tr", { class: line.outcome },
    h("td", {}, h("span", {}, line.title), line.locator ? h("span", { class: "muted small block" }, line.locator) : null),
    h("td", {}, h("span", { class: `outcome ${line.outcome}` }, t(`why.${line.outcome}`)), line.reason ? h("span", { class: "muted small block" }, reasonText(line.reason)) : null),
    staff ? h("td", { class: "number" }, line.score.toFixed(3)) : null));
  const timings = Object.entries(answer.timings).map(([stage, seconds]) => `${stage} ${Math.round(seconds * 1000)} ms`).join(", ");
  return h("details", { class: "fold ledger" }, h("summary", {}, t("why.title")),
    rows.length ? [h("p", { class: "muted small" }, t("why.lead")),
      h("div", { class: "table-scroll", tabindex: "0" }, h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("why.passage")), h("th", { scope: "col" }, t("why.outcome")), staff ? h("th", { scope: "col" }, t("why.score")) : null)),
        h("tbody", {}, rows)))] : h("p", { class: "muted small" }, t("why.empty")),
    staff && timings ? h("p", { class: "muted small" }, t("why.timings", { timings })) : null);
}

// The ledger's reasons are stable English phrases; one without a translation shows as it is.
function reasonText(reason) {
  const key = `reason.${reason.replace(/[^a-z]+/gi, "_")}`;
  const text = t(key);
  return text === key.slice("reason.".length) ? reason : text;
}
