// What to ask next: sections that were found near the question, so the library can answer.

import { h } from "./dom.js";
import { quoteTitle, t } from "./texts.js";

const MOST = 3;

/** Offer the next questions; nothing for an answer that found nothing. */
export function renderFollowUps(answer, ask) {
  const found = ["no_evidence", "declined"].includes(answer.status) ? [] : followUps(answer);
  if (!found.length) return "";
  return h("section", { class: "follow-ups" }, h("h3", {}, t("more.title")),
    found.map(({ question, heading, title }) => h("button", { type: "button", class: "suggestion", onclick: () => ask(question) },
      h("span", {}, heading), title ? h("span", { class: "muted small" }, title) : null)));
}

/** Choose headings of passages that were looked at: those read that are questions first, then sections of cited documents. */
export function followUps(answer, most = MOST) {
  const cited = new Set(answer.citations.filter((citation) => citation.language === answer.language).map((citation) => citation.document));
  const seen = new Set([...answer.citations.map((citation) => lastHeading(citation.locator)), answer.question.trim()]);
  const found = [];
  for (const line of answer.considered) {
    const heading = lastHeading(line.locator);
    if (!heading || seen.has(heading) || !isLanguage(heading, answer.language) || UNTELLING.test(heading)) continue;
    const asks = /[?？]$/.test(heading);
    if (asks ? line.outcome === "rejected" : line.outcome === "cited" || !cited.has(line.document)) continue;
    seen.add(heading);
    found.push({ asks, heading, title: asks ? "" : line.title, question: asks ? heading : t("more.question", { title: quoteTitle(line.title), heading }) });
  }
  return [...found.filter((one) => one.asks), ...found.filter((one) => !one.asks)].slice(0, most);
}

// Headings that name a form, not a subject.
const UNTELLING = /^(tables?|notes?|about|annex|appendix|general|definitions|scope|in one table)\b|^(附|总则|定义|说明|关于|本)|table$|表$/i;

const isLanguage = (text, language) => /[\u4e00-\u9fff]/.test(text) === (language === "zh");

function lastHeading(locator) {
  const path = (locator ?? "").replace(/,\s*(p\.|第)\s*\d+\s*页?$/, "").split(" › ");
  return path[path.length - 1].replace(/^(Article\s+[\d.]+|Chapter\s+\w+|Part\s+\d+|第[一二三四五六七八九十百]+[章条节]|\d+(?:\.\d+)*(?:[.、)]|(?=\s)))\s*/, "").trim();
}
