// Citation marks, badges, and the quote that shows when a mark is pointed at.

import { h, icon } from "./dom.js";
import { currentLanguage, t } from "./texts.js";

export const isOld = (source) => source.status === "superseded";
export const isSample = (source) => Boolean(source.sample) || source.status === "sample";

/** Name what a source is: law and literature of the public record are summaries in the project's words. */
export const statusText = (source) => t(`status.${source.status === "public-record" && ["law", "literature"].includes(source.kind) ? "summary" : source.status}`);

/** Show status in words and colour: SAMPLE is never hidden behind another status. */
export function badges(source, { audience = true } = {}) {
  const list = [];
  if (isSample(source)) list.push(h("span", { class: "badge sample" }, t("badge.sample")));
  if (source.status !== "sample") list.push(h("span", { class: `badge ${source.status}` }, statusText(source)));
  if (audience && source.audience && source.audience !== "public") {
    list.push(h("span", { class: "badge audience" }, t(`audience.${source.audience}`)));
  }
  return h("span", { class: "badges" }, list);
}

/** Show a title; a superseded one struck through, which the badge says in words too. */
export const titleOf = (source) => (isOld(source) ? h("s", {}, source.title) : h("span", {}, source.title));

/** Make the mark that ends a sentence. */
export function citationMark(citation, openSource) {
  const notes = [isSample(citation) ? t("badge.sample") : "", isOld(citation) ? t("status.superseded") : ""].filter(Boolean);
  const label = [`${t("source.title")} ${citation.number}`, citation.title, citation.locator, ...notes].filter(Boolean).join(", ");
  const mark = h("button", {
    type: "button", class: `mark${isSample(citation) ? " sample" : ""}${isOld(citation) ? " old" : ""}`,
    "aria-label": label, "data-number": citation.number,
  }, String(citation.number));
  mark.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") showQuote(mark, citation, openSource); });
  mark.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hideQuoteSoon(); });
  mark.addEventListener("focus", () => { if (mark.matches(":focus-visible")) showQuote(mark, citation, openSource); });
  mark.addEventListener("blur", hideQuoteSoon);
  mark.addEventListener("click", (event) => {
    // A finger has no hover: the first tap shows the quote, its button opens the source.
    if (event.pointerType === "touch" && popover?.dataset.owner !== label) showQuote(mark, citation, openSource);
    else { hideQuote(); openSource(citation, mark); }
  });
  return mark;
}

let popover = null;
let hideTimer = 0;

function showQuote(mark, citation, openSource) {
  hideQuote();
  popover = h("div", { class: "popover", role: "tooltip", id: "quote-popover", "data-owner": mark.getAttribute("aria-label") },
    h("div", { class: "popover-title" }, titleOf(citation), badges(citation)),
    citation.locator ? h("div", { class: "muted small" }, citation.locator) : null,
    h("blockquote", { lang: citation.language }, plainQuote(citation.quote)),
    citation.language !== currentLanguage()
      ? h("div", { class: "muted small" }, t("answer.original", { language: t(`language.${citation.language}`) })) : null,
    h("button", { type: "button", class: "text-button", tabindex: "-1", onclick: () => { hideQuote(); openSource(citation, mark); } },
      t("source.open"), icon("right")));
  popover.addEventListener("pointerenter", () => clearTimeout(hideTimer));
  popover.addEventListener("pointerleave", hideQuoteSoon);
  document.querySelector("#assistant").append(popover);
  mark.setAttribute("aria-describedby", "quote-popover");
  placeBeside(mark);
}

function placeBeside(mark) {
  const at = mark.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 24, window.innerWidth - width - 8));
  const header = document.querySelector(".top").getBoundingClientRect().bottom;
  const above = at.top - height - 8;
  popover.style.left = `${left}px`;
  popover.style.top = `${above > header ? above : Math.min(at.bottom + 8, window.innerHeight - height - 8)}px`;
}

function hideQuoteSoon() {
  clearTimeout(hideTimer);
  hideTimer = setTimeout(hideQuote, 180);
}

export function hideQuote() {
  clearTimeout(hideTimer);
  if (!popover) return;
  document.querySelector("[aria-describedby='quote-popover']")?.removeAttribute("aria-describedby");
  popover.remove();
  popover = null;
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideQuote(); });
document.addEventListener("pointerdown", (event) => { if (popover && !event.target.closest?.(".popover, .mark")) hideQuote(); });

/** Show a quote without Markdown's signs: table pipes become dots, headings and list signs go. */
export function plainQuote(quote) {
  return quote.split("\n").filter((line) => !/^\s*\|?[\s:|-]+\|?\s*$/.test(line) || !line.includes("-")).map(plainLine).join("\n");
}

export function plainLine(line) {
  const row = tableCells(line);
  const text = row ? row.filter(Boolean).join(" · ") : line;
  return text.replace(/^\s*(#{1,6}|[-*+])\s+/, "").replace(/\*\*(.+?)\*\*/g, "$1").replace(/`([^`]+)`/g, "$1");
}

/** Cut a Markdown table row into cells; null for anything else. */
export function tableCells(line) {
  const text = line.trim();
  if (!text.startsWith("|") || !text.endsWith("|") || text.length < 3) return null;
  return text.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
