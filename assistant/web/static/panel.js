// The source panel: beside the chat on a wide window, a sheet on a phone.

import { call } from "./api.js";
import { announce, copyText, h, icon, iconButton, toast } from "./dom.js";
import { badges, isOld, isSample, plainQuote } from "./marks.js";
import { showPeriod, t } from "./texts.js";

let panel = null;
let opener = null;
const LEAST_PX = 48; // above cited words that are too long to be shown in the middle
let request = 0;
let address = "#/"; // of the page that the panel opened over
let signIn = null; // gives the address of the sign-in page, where there is one

/** Offer to sign in where a document is not available. */
export function offerSignIn(address) {
  signIn = address;
}

/** Open a citation; `all` are the citations of the same answer, for stepping through them. */
export async function openSource(all, citation, from = null) {
  const mine = ++request;
  opener = from ?? opener ?? document.activeElement;
  const first = panel === null;
  showPanel(citation, all, h("p", { class: "panel-message", role: "status" }, t("source.loading")));
  keepAddress(sourceAddress(citation), first);
  document.querySelectorAll(".mark.open").forEach((mark) => mark.classList.remove("open"));
  if (from?.classList.contains("mark")) from.classList.add("open");
  let body;
  try {
    const source = await call("source", citation.document, citation.revision ?? null, citation.start ?? null, citation.end ?? null);
    body = source.available ? renderSource(source, citation) : renderGone();
    if (mine !== request) return;
    showPanel(source.available ? { ...source.provenance, place: placeOf(source, citation) } : {}, all, body, citation);
  } catch {
    if (mine !== request) return;
    showPanel(citation, all, h("p", { class: "panel-message", role: "alert" }, t("source.failed")));
    return;
  }
  scrollToQuote();
  announce([t("source.title"), citation.title, citation.locator].filter(Boolean).join(", "));
}

/** Open what a link of this page names: `#/source/<document>@<revision>/<start>-<end>`. */
export function openAddress(address) {
  const match = /^#\/source\/([^@/]+)(?:@([0-9a-f]+))?(?:\/(\d+)-(\d+))?$/.exec(address);
  if (!match) return false;
  const [, document_, revision, start, end] = match;
  openSource([], { document: decodeURIComponent(document_), revision: revision ?? null, start: start ? Number(start) : null, end: end ? Number(end) : null, title: "" });
  return true;
}

// On a phone the sheet is a step of its own, so that "back" closes it instead of leaving the page.
function keepAddress(source, first) {
  if (first) address = location.hash.startsWith("#/source/") || !location.hash ? "#/" : location.hash;
  if (first && isSheet() && location.hash !== source) history.pushState(null, "", source);
  else history.replaceState(null, "", source);
}

export function sourceAddress({ document: id, revision, start, end }) {
  const span = Number.isInteger(start) && Number.isInteger(end) ? `/${start}-${end}` : "";
  return `#/source/${encodeURIComponent(id)}${revision ? `@${revision}` : ""}${span}`;
}

export function closeSource() {
  if (!panel) return;
  request += 1;
  panel.remove();
  panel = null;
  document.querySelector("#assistant").classList.remove("with-panel");
  document.querySelectorAll(".mark.open").forEach((mark) => mark.classList.remove("open"));
  if (location.hash.startsWith("#/source/")) history.replaceState(null, "", address);
  if (opener?.isConnected) opener.focus();
  opener = null;
}

export const isSourceOpen = () => panel !== null;

const isSheet = () => window.matchMedia("(max-width: 899px)").matches;

function showPanel(source, all, body, citation = source) {
  const head = h("header", { class: "panel-head" },
    h("div", { class: "panel-bar" },
      h("span", { class: "muted small" }, citation.number && all.length > 1 ? t("source.of", { number: citation.number, count: all.length }) : t("source.title")),
      h("span", { class: "grow" }), renderSteps(all, citation),
      iconButton("close", t("source.close"), closeSource)),
    source.title ? h("h2", { id: "panel-title" }, isOld(source) ? h("s", {}, source.title) : source.title) : null,
    source.status ? [h("div", { class: "panel-under" }, badges(source), h("span", { class: "muted small" }, factsLine(source))),
      source.place || citation.locator ? h("p", { class: "panel-place" }, source.place || citation.locator) : null] : null);
  const fresh = h("aside", { class: "panel", role: isSheet() ? "dialog" : "complementary", "aria-modal": isSheet() ? "true" : null, "aria-label": t("source.title"), tabindex: "-1" }, head, body);
  const hadFocus = panel?.contains(document.activeElement);
  if (panel) panel.replaceWith(fresh);
  else document.querySelector("#assistant .main").append(fresh);
  if (!panel || hadFocus) fresh.focus({ preventScroll: true });
  panel = fresh;
  panel.addEventListener("keydown", keepFocusInSheet);
  document.querySelector("#assistant").classList.add("with-panel");
}

function keepFocusInSheet(event) {
  if (event.key === "Escape") { event.stopPropagation(); closeSource(); return; }
  if (event.key !== "Tab" || !isSheet()) return;
  const stops = [...panel.querySelectorAll("button, a[href], summary, [tabindex='0']")].filter((element) => element.offsetParent);
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && (document.activeElement === first || document.activeElement === panel)) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
}

function renderSteps(all, citation) {
  const index = all.findIndex((other) => other.number === citation.number);
  if (all.length < 2 || index < 0) return null;
  const step = (offset) => openSource(all, all[(index + offset + all.length) % all.length]);
  return [iconButton("left", t("source.previous"), () => step(-1)), iconButton("right", t("source.next"), () => step(1))];
}

function renderGone() {
  return h("div", { class: "panel-message" }, icon("info"), h("h2", {}, t("source.gone.title")), h("p", {}, t("source.gone.text")),
    signIn ? h("p", {}, t("source.gone.signin")) : null, signIn ? h("a", { class: "button", href: signIn() }, t("nav.signin")) : null);
}

function renderSource(source, citation) {
  const provenance = source.provenance;
  const text = h("div", { class: "document", lang: provenance.language === "zh" ? "zh-CN" : "en", tabindex: "0", role: "region", "aria-label": t("source.text") });
  text.innerHTML = source.html; // escaped by the server's Markdown renderer; the only HTML that is inserted
  for (const table of text.querySelectorAll("table")) table.tabIndex = 0; // it scrolls sideways where it is wide
  const page = citation.page ?? source.page ?? 1;
  return h("div", { class: "panel-body" },
    isSample(provenance) ? h("p", { class: "sample-line" }, t("source.sample")) : null,
    !source.current ? h("p", { class: "notice warn" }, h("span", {}, t("source.old"))) : null,
    linkLine("source.superseded", source.superseded_by),
    source.quote && provenance.language ? h("blockquote", { class: "panel-quote", lang: provenance.language, "aria-label": t("source.quote") }, plainQuote(source.quote)) : null,
    h("div", { class: "row wrap" },
      source.has_file ? h("a", { class: "button small", href: `documents/${encodeURIComponent(source.document)}/file`, download: true }, icon("file"), h("span", {}, t("source.file"))) : null,
      iconButton("link", t("source.copylink"), copyLink, { quiet: false, class: "small" }),
      source.pages ? viewSwitch(source, page, text) : null),
    linkLine("source.also", source.translations),
    provenance.issuer ? h("p", { class: "muted small" }, t("source.issuer", { issuer: provenance.issuer })) : null,
    renderDetails(source),
    source.shortened ? h("p", { class: "muted small" }, t("source.shortened")) : null,
    text);
}

// What a reader weighs a source by, in one line: version, dates, language. The issuer is in the body: it can be long.
function factsLine(source) {
  return [source.version ? `${t("source.version")} ${source.version}` : null,
    source.effective_from || source.effective_to ? showPeriod(source.effective_from, source.effective_to) : null,
    source.language ? t(`language.${source.language}`) : null].filter(Boolean).join(" · ");
}

function placeOf(source, citation) {
  const path = citation.locator || source.headings.join(" › ");
  const page = citation.page ?? source.page;
  return page && !/(p\.|第)\s*\d+/.test(path) ? [path, `${t("source.page")} ${page}`].filter(Boolean).join(", ") : path;
}

function renderDetails(source) {
  const rows = [["source.revision", `${source.document}@${source.revision}`], ["source.link", source.provenance.source_url]].filter(([, value]) => value);
  return h("details", { class: "fold" }, h("summary", {}, t("source.details")), h("dl", { class: "facts" }, rows.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)])));
}

function linkLine(key, links) {
  if (!links.length) return null;
  return h("p", { class: key === "source.superseded" ? "notice warn" : "small" }, h("span", {}, t(key), " ", links.map((link, index) => [index ? ", " : "",
    h("button", { type: "button", class: "text-button", onclick: () => openSource([], { ...link, start: null, end: null }) },
      key === "source.also" ? `${link.title} (${t(`language.${link.language}`)})` : link.title)])));
}

async function copyLink() {
  toast((await copyText(location.href)) ? t("act.linkcopied") : t("act.copy.failed"));
}

function viewSwitch(source, page, text) {
  const paper = h("div", { class: "paper", hidden: true });
  const buttons = ["text", "paper"].map((view) => h("button", { type: "button", class: "segment", "aria-pressed": String(view === "text"), onclick: () => choose(view) }, t(`source.${view}`)));
  async function choose(view) {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String((view === "text") === (index === 0))));
    if (!paper.isConnected) text.after(paper);
    text.hidden = view !== "text";
    paper.hidden = view !== "paper";
    if (view === "paper" && !paper.childElementCount) paper.append(await loadPaper(source, page));
    if (view === "paper") paper.querySelector(".box")?.scrollIntoView({ block: "center" });
    if (view === "text") scrollToQuote();
  }
  return h("div", { class: "segments" }, buttons);
}

async function loadPaper(source, page) {
  const sheet = await call("source_page", source.document, page, source.quote ?? "").catch(() => ({ available: false }));
  if (!sheet.available) return h("p", { class: "muted" }, t("source.paper.none"));
  const image = h("img", { src: sheet.image, width: sheet.width, height: sheet.height, alt: t("source.paper.alt", { page, title: source.provenance.title }) });
  const boxes = sheet.boxes.map(([left, top, width, height]) => {
    const box = h("span", { class: "box" });
    Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    return box;
  });
  const page_ = h("div", { class: "sheet-scroll", tabindex: "0", role: "region", "aria-label": t("source.paper") }, h("div", { class: "sheet" }, image, boxes));
  const words = h("span", {}, t("source.paper.larger"));
  const zoom = h("button", { type: "button", class: "button small", onclick: () => {
    const large = page_.classList.toggle("large");
    words.textContent = t(large ? "source.paper.smaller" : "source.paper.larger");
    boxes[0]?.scrollIntoView({ block: "center", inline: "start" });
  } }, icon("search"), words);
  return h("div", { class: "paper-view" }, zoom, page_, boxes.length || !source.quote ? null : h("p", { class: "muted small" }, t("source.paper.unmarked")));
}

function scrollToQuote() {
  const pieces = [...(panel?.querySelectorAll("mark.cited") ?? [])];
  if (!pieces.length) return;
  pieces[0].id = "cited";
  pieces[0].scrollIntoView({ block: "nearest", inline: "nearest" }); // within a wide table
  const frame = panel.getBoundingClientRect();
  const head = panel.querySelector(".panel-head").offsetHeight; // it stays above what scrolls
  const top = pieces[0].getBoundingClientRect().top;
  const height = pieces[pieces.length - 1].getBoundingClientRect().bottom - top;
  panel.scrollTop += top - frame.top - head - Math.max(LEAST_PX, (frame.height - head - height) / 2);
  if (opener?.classList.contains("mark")) opener.scrollIntoView({ block: "nearest" }); // the chat has become narrower
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel && !document.querySelector("dialog[open]")) closeSource(); });
