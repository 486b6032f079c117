// An answer as text with its sources, for the clipboard.

import { isSample, plainLine, tableCells } from "./marks.js";
import { t } from "./texts.js";

/** Write an answer with its sources as Markdown or plain text. */
export function answerText(question, answer, format) {
  const markdown = format === "markdown";
  const lines = question ? [markdown ? `**${question}**` : question, ""] : [];
  let group = null;
  for (const sentence of answer.sentences) {
    if (group !== null && group !== sentence.group) lines.push("");
    group = sentence.group;
    const marks = sentence.citations.map((number) => `[${number}]`).join("");
    const cells = tableCells(sentence.text);
    if (cells?.every((cell) => /^:?-+:?$/.test(cell))) continue;
    lines.push(cells && !markdown ? `${cells.join(" | ")} ${marks}` : `${sentence.text} ${marks}`.trim());
  }
  lines.push("", `${t("answer.sources")}:`);
  for (const c of answer.citations) {
    const facts = [c.locator, c.version ? `${t("source.version")} ${c.version}` : "", t(`status.${c.status}`),
      isSample(c) && c.status !== "sample" ? t("badge.sample") : "", `${c.document}@${c.revision}`].filter(Boolean).join(", ");
    lines.push(`[${c.number}] ${markdown ? `*${c.title}*` : c.title}, ${facts}`, `${markdown ? "> " : "    "}${plainLine(c.quote.replaceAll("\n", " "))}`);
    if (markdown) lines.push("");
  }
  return lines.join("\n").trim() + "\n";
}
