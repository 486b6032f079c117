// Where the page starts: header, pages by address, language, colours, history.

import { call } from "./api.js";
import { confirmed, h, icon, iconButton } from "./dom.js";
import { focusBox, hasTurns, openConversation, renderChat, startChat } from "./chat.js";
import { closeSource, isSourceOpen, offerSignIn, openAddress } from "./panel.js";
import { hideQuote } from "./marks.js";
import { renderEvals } from "./evals.js";
import { renderAbout, renderGaps } from "./pages.js";
import { renderLibrary } from "./library.js";
import { clearConversations, currentId, deleteConversation, kept, listConversations, openStore } from "./store.js";
import { currentLanguage, loadTexts, setLanguage, showDate, t } from "./texts.js";

const PAGES = { "": renderChat, library: renderLibrary, gaps: renderGaps, evals: renderEvals, about: renderAbout };
const STAFF_PAGES = ["gaps", "evals"];
const THEMES = ["auto", "light", "dark"];
let start = null;
let root = null;

async function boot() {
  applyTheme(kept.getItem("alliance-assistant/theme") ?? "auto");
  loadTexts();
  const [first] = await Promise.all([call("start").catch(() => null), shellReady()]);
  start = first;
  root = document.querySelector("#assistant");
  if (!start) { renderUnreachable(); return; }
  openStore(start.reader);
  if (start.sign_in) offerSignIn(signInAddress);
  startChat(start);
  window.addEventListener("hashchange", onAddress);
  renderFrame();
  onAddress();
  root.dataset.ready = "true";
}

function shellReady() {
  return new Promise((resolve) => {
    if (document.querySelector("#assistant")) { resolve(); return; }
    const watch = new MutationObserver(() => {
      if (document.querySelector("#assistant")) { watch.disconnect(); resolve(); }
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

const brandIcon = () => h("img", { src: new URL("icon.svg", import.meta.url).href, alt: "", width: "28", height: "28" });

function renderUnreachable() {
  root.replaceChildren(h("div", { class: "page-message", role: "alert" }, h("span", { class: "brand" }, brandIcon(), h("span", {}, t("app.name"))), h("h1", {}, t("error.title")), h("p", {}, t("error.start")),
    h("button", { type: "button", class: "button primary", onclick: () => location.reload() }, t("turn.retry"))));
}

/** Give the address of the sign-in page, which comes back to what is shown now. */
const signInAddress = () => `${start.sign_in}?next=${encodeURIComponent(location.pathname + location.hash)}`;

const pageName = () => {
  const name = /^#\/(\w*)/.exec(location.hash)?.[1] ?? "";
  return name in PAGES ? name : "";
};

function onAddress() {
  if (location.hash.startsWith("#/source/")) { showPage(""); openAddress(location.hash); return; }
  showPage(pageName());
}

let shown = null;

function showPage(name) {
  if (isSourceOpen()) closeSource();
  hideQuote();
  if (shown === name) return;
  const first = shown === null;
  shown = name;
  const element = STAFF_PAGES.includes(name) && start.reader.audience !== "staff"
    ? h("div", { class: "page-message" }, h("h1", { tabindex: "-1" }, t(`${name}.title`)), h("p", {}, t("staff.only")),
      start.sign_in ? h("a", { class: "button primary", href: signInAddress() }, t("nav.signin")) : null) : PAGES[name](start);
  root.querySelector(".main").replaceChildren(element);
  root.querySelectorAll("nav a").forEach((link) => {
    if (link.dataset.page === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  document.title = name ? `${t(`nav.${name}`)} · ${t("app.name")}` : t("app.name");
  root.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  if (first || name === "") focusBox();
  else element.querySelector("h1")?.focus();
}

/** Leave for another page; works also where the address does not change. */
function go(name) {
  if (location.hash === `#/${name}`) showPage(name);
  else location.hash = `#/${name}`;
}

function renderFrame() {
  const staff = start.reader.audience === "staff";
  const pages = ["", "library", ...(staff ? STAFF_PAGES : []), "about"];
  const link = (name) => h("a", { href: `#/${name}`, "data-page": name, onclick: (event) => { event.preventDefault(); go(name); } }, t(`nav.${name || "chat"}`));
  root.replaceChildren(
    h("a", { class: "skip", href: "#question", onclick: (event) => { event.preventDefault(); go(""); document.querySelector("#question")?.focus(); } }, t("app.skip")),
    h("header", { class: "top" },
      h("a", { class: "brand", href: "#/", onclick: (event) => { event.preventDefault(); go(""); } }, brandIcon(), h("span", {}, t("app.name"))),
      h("nav", { "aria-label": t("nav.label") }, pages.map(link)),
      h("div", { class: "tools" },
        iconButton("plus", t("nav.new"), () => { go(""); openConversation(null); }, { quiet: false, class: "quiet new", "aria-label": t("nav.new") }),
        iconButton("history", t("nav.history"), openHistory),
        iconButton("theme", themeLabel(), changeTheme, { class: "theme" }),
        h("button", { type: "button", class: "language", "aria-label": t("nav.language.label"), lang: currentLanguage() === "zh" ? "en" : "zh-CN", onclick: changeLanguage }, t("nav.language")),
        accountLink())),
    h("div", { id: "main", class: "main" }),
    h("div", { id: "live", class: "visually-hidden", "aria-live": "polite", role: "status" }));
}

function accountLink() {
  const { reader, sign_in: page } = start;
  const role = reader.audience === "public" ? null : h("span", { class: "badge audience reader" }, t(`reader.${reader.audience}`));
  if (!page) return role;
  if (reader.name) return h("a", { class: "account", href: signInAddress(), title: t("nav.account", { name: reader.name }) }, h("span", { class: "account-name" }, reader.name), role);
  return h("span", { class: "row" }, role, h("a", { class: "account", href: signInAddress(), onclick: (event) => { event.currentTarget.href = signInAddress(); } }, t("nav.signin")));
}

function changeLanguage() {
  setLanguage(currentLanguage() === "zh" ? "en" : "zh");
  kept.setItem("alliance-assistant/language", currentLanguage());
  closeSource();
  renderFrame();
  const name = shown;
  shown = null;
  showPage(name);
  root.querySelector(".language").focus();
}

const theme = () => document.documentElement.dataset.theme;
const themeLabel = () => t("nav.theme", { mode: t(`theme.${theme()}`) });

function applyTheme(name) {
  const chosen = THEMES.includes(name) ? name : "auto";
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = chosen;
  document.documentElement.dataset.colours = dark ? "dark" : "light";
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyTheme(theme()));

function changeTheme(event) {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  kept.setItem("alliance-assistant/theme", next);
  applyTheme(next);
  event.currentTarget.setAttribute("aria-label", themeLabel());
  event.currentTarget.setAttribute("title", themeLabel());
}

function openHistory() {
  const dialog = h("dialog", { class: "drawer", "aria-label": t("nav.history") });
  const fill = () => {
    const all = listConversations();
    dialog.replaceChildren(
      h("div", { class: "panel-bar" }, h("h2", {}, t("history.title")), h("span", { class: "grow" }), iconButton("close", t("history.close"), () => dialog.close())),
      h("p", { class: "muted small" }, t("history.lead")),
      all.length ? h("ul", { class: "history" }, all.map((conversation) => historyEntry(conversation, dialog, fill))) : h("p", { class: "empty" }, t("history.empty")),
      all.length ? h("button", { type: "button", class: "button", onclick: async () => {
        if (!(await confirmed(t("history.clear.sure"), t("dialog.yes"), t("dialog.no")))) return;
        clearConversations();
        openIfChat(null);
        fill();
      } }, icon("trash"), h("span", {}, t("history.clear"))) : "");
  };
  fill();
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  root.append(dialog);
  dialog.showModal();
}

function historyEntry(conversation, dialog, fill) {
  const first = conversation.turns.find((turn) => turn.question)?.question ?? t("turn.withheld");
  return h("li", { class: conversation.id === currentId() ? "current" : "" },
    h("button", { type: "button", class: "history-open", onclick: () => { dialog.close(); go(""); openConversation(conversation); } },
      h("span", { class: "history-title" }, first), h("span", { class: "muted small" }, showDate(conversation.at))),
    iconButton("trash", t("history.delete"), () => {
      deleteConversation(conversation.id);
      if (conversation.id === currentId()) openIfChat(null);
      fill();
    }));
}

function openIfChat(conversation) {
  if (hasTurns()) { if (shown === "") openConversation(conversation); else startChat(start); }
}

boot();
