// An answer as text with its sources, for the clipboard.

import { stepNumber } from "./answer.js";
import { isSample, plainLine, statusText, tableCells } from "./marks.js";
import { t } from "./texts.js";

const ADDRESS = /(?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.|mailto:)[!-;=?-Z^_a-z{|}~]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\/[!-;=?-Z^_a-z{|}~]*/gi;

/** Write words so that Markdown shows them as they stand: no link, picture or HTML; addresses as code (like render.py). */
export function asMarkdown(text) {
  let written = "";
  let at = 0;
  const words = (end) => text.slice(at, end).replace(/[\\[\]<`]/g, "\\$&");
  for (const match of text.matchAll(ADDRESS)) {
    written += `${words(match.index)}\`${match[0]}\``;
    at = match.index + match[0].length;
  }
  return written + words();
}

/** Write an answer with its sources as Markdown or plain text. */
export function answerText(question, answer, format) {
  const markdown = format === "markdown";
  const write = markdown ? asMarkdown : (text) => text;
  const lines = question ? [markdown ? `**${write(question)}**` : question, ""] : [];
  const cited = new Map(answer.citations.map((citation) => [citation.number, citation]));
  let group = null;
  for (const sentence of answer.sentences) {
    if (group !== null && group !== sentence.group) lines.push("");
    group = sentence.group;
    const marks = sentence.citations.map((number) => `[${number}]`).join("");
    const cells = tableCells(sentence.text);
    if (cells?.every((cell) => /^:?-+:?$/.test(cell))) continue;
    const sign = sentence.kind === "item" ? `${stepNumber(sentence, { cited }) ?? "-"} ` : "";
    lines.push(cells && !markdown ? `${cells.join(" | ")} ${marks}` : `${sign}${write(sentence.text)} ${marks}`.trim());
  }
  lines.push("", `${t("answer.sources")}:`);
  for (const c of answer.citations) {
    const facts = [c.locator, c.version ? `${t("source.version")} ${c.version}` : "", statusText(c),
      isSample(c) && c.status !== "sample" ? t("badge.sample") : "", `${c.document}@${c.revision}`].filter(Boolean).join(", ");
    lines.push(`[${c.number}] ${markdown ? `*${write(c.title)}*` : c.title}, ${write(facts)}`, `${markdown ? "> " : "    "}${write(plainLine(c.quote.replaceAll("\n", " ")))}`);
    if (markdown) lines.push("");
  }
  return lines.join("\n").trim() + "\n";
}
