// The words of the interface in two languages, and how dates and numbers read in each.

import { kept } from "./store.js";

const bundles = {};
let language = "en";

/** Take both languages from what came with the page; the reader's last choice wins, then the browser's language. */
export function loadTexts() {
  const words = window.gradio_config.i18n_translations; // gr.I18n
  Object.assign(bundles, { en: words.en, zh: words["zh-CN"] });
  const chosen = kept.getItem("alliance-assistant/language");
  setLanguage(chosen ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"));
}

export function setLanguage(name) {
  language = name === "zh" ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export const currentLanguage = () => language;

/** Give the words for a key, with `{name}` filled in; an unknown key shows itself's last part. */
export function t(key, values = {}) {
  const text = bundles[language]?.[key] ?? key.split(".").pop();
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const starters = (role) => [0, 1, 2, 3, 4, 5].map((number) => t(`starter.${role}.${number}`));

/** Write a date as people read it: 1 Sep 2024, 2024年9月1日. */
export function showDate(value) {
  if (!value) return "";
  const date = typeof value === "string" ? new Date(value.length === 10 ? `${value}T00:00:00` : value) : new Date(value);
  return date.toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: language === "zh" ? "long" : "short", year: "numeric" });
}

/** Write the time of day: 14:05. */
export const showTime = (value) => new Date(value).toLocaleTimeString(language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });

/** Say since when and until when a text is in force. */
export function showPeriod(from, to) {
  if (from && to) return t("date.between", { from: showDate(from), to: showDate(to) });
  if (from) return t("date.from", { from: showDate(from) });
  return to ? t("date.until", { to: showDate(to) }) : t("date.unknown");
}

/** Name a document within a sentence: Charter v1.2, 《章程》. */
export const quoteTitle = (title) => (language === "zh" && !title.startsWith("《") ? `《${title}》` : title);

/** Say what went wrong with a call: two cases have words here, the server's own message is shown as it is. */
export const errorText = (message) => ({ offline: t("turn.offline"), fault: t("turn.fault"), busy: t("turn.busy") })[message] ?? message;
