// The evals page of staff: run a suite, read a run, compare two.

import { call, stream } from "./api.js";
import { h } from "./dom.js";
import { listTable, loadedPage } from "./pages.js";
import { errorText, showDate, showTime, t } from "./texts.js";
import { work } from "./work.js";

const LIMITS = [20, 100, null]; // first cases of a suite; null is all
const LOOK_MS = 1000; // between two looks at a run that another page started

export function renderEvals() {
  return loadedPage(t("evals.title"), t("evals.lead"), () => call("evals"), (data) => {
    if (!data.kept) return h("p", { class: "empty" }, t("evals.none"));
    const view = h("section", { class: "report-view", "aria-live": "polite" });
    const runs = h("div");
    const result = h("div", { class: "upkeep-result", "aria-live": "polite" });
    const fill = (found) => runs.replaceChildren(...renderUnfinished(found.unfinished, start), ...renderRuns(found, view));
    const start = (...order) => run(result, order, async (name) => { fill(await call("evals")); if (name) await show(view, "eval_report", name); });
    fill(data);
    if (data.running) follow(result, fill);
    return [renderStart(data.suites, start, result), runs, view];
  });
}

// A run is named "dev", or "dev, first 20"; on the command line also by a tag of the cases.
function suiteWords(suite) {
  const [name, count] = suite.split(", first ");
  const words = ["dev", "report", "all"].includes(name) ? t(`suite.${name}`) : name;
  return count ? `${words} · ${t("evals.first", { count })}` : words;
}

function choice(label, values, chosen = 0) {
  const select = h("select", {}, values.map(([value, words], index) => h("option", { value: value ?? "", selected: index === chosen }, words)));
  return { select, element: h("label", { class: "filter" }, h("span", {}, label), select) };
}

function renderStart(suites, start, result) {
  const suite = choice(t("evals.suite"), suites.map((name) => [name, t(`suite.${name}`)]));
  const limit = choice(t("evals.cases"), LIMITS.map((count) => [count, count ? t("evals.first", { count }) : t("library.all")]));
  const button = h("button", { type: "button", class: "button primary", onclick: () => start(suite.select.value, Number(limit.select.value) || null, null) }, t("evals.run"));
  return h("section", { class: "upkeep", "aria-label": t("evals.start") }, h("h2", {}, t("evals.start")),
    h("div", { class: "row wrap" }, suite.element, limit.element, button), h("p", { class: "muted small" }, t("evals.hint")), result);
}

/** Run what `order` says, with a button to stop it; `whenDone` gets the run's name, or nothing when it was stopped. */
async function run(result, order, whenDone) {
  const buttons = document.querySelectorAll(".page-content .start-run, .page-content .upkeep .primary");
  for (const button of buttons) button.disabled = true;
  await work(result, async (say) => {
    const last = await stream("run_evals", order, (event) => { if (event.total) say(event); });
    await whenDone(last.run);
    return h("p", {}, last.run ? t("evals.done", { name: last.run }) : t("evals.stopped"));
  }, { progress: "evals.progress", stop: () => call("stop_evals") });
  for (const button of buttons) button.disabled = false;
}

/** Show a run that was started from another page until it ends. */
function follow(result, fill) {
  work(result, async (say) => {
    for (;;) {
      const now = await call("evals");
      if (!now.running) { fill(now); return h("p", {}, t("evals.ended")); }
      say({ done: now.running[0], total: now.running[1] });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (!result.isConnected) return h("p");
    }
  }, { progress: "evals.progress", stop: () => call("stop_evals") });
}

function renderUnfinished(unfinished, start) {
  if (!unfinished.length) return [];
  return [h("h2", { class: "section" }, t("evals.unfinished")), listTable(["report", "suite", "cases"].map((key) => t(`evals.${key}`)), unfinished.map((row) => h("tr", {},
    h("td", {}, row.name), h("td", {}, suiteWords(row.suite)), h("td", {}, String(row.done)),
    h("td", {}, h("button", { type: "button", class: "text-button start-run", onclick: () => start(row.suite, null, row.name) }, t("evals.goon"))))))];
}

function renderRuns({ runs, baseline }, view) {
  if (!runs.length) return [h("p", { class: "empty" }, t("evals.empty"))];
  return [h("h2", { class: "section" }, t("evals.runs")), listTable(["report", "suite", "documents", "commit", "changed"].map((key) => t(`evals.${key}`)), runs.map((run) => runRow(run, view))),
    renderCompare([...runs.map((run) => run.name), ...(baseline ? ["baseline"] : [])], view)];
}

function runRow(run, view) {
  const changed = run.changed * 1000;
  return h("tr", {}, h("td", { class: "nowrap" }, run.name), h("td", { class: "nowrap" }, suiteWords(run.suite)), h("td", { class: "number" }, String(run.documents)), h("td", { title: run.commit }, run.commit.slice(0, 7)),
    h("td", { class: "nowrap" }, `${showDate(changed)} ${showTime(changed)}`),
    h("td", {}, h("button", { type: "button", class: "text-button", onclick: () => show(view, "eval_report", run.name) }, t("evals.open"))));
}

function renderCompare(names, view) {
  if (names.length < 2) return h("p", { class: "muted small" }, t("evals.compare.one"));
  const label = (name) => (name === "baseline" ? t("evals.baseline") : name);
  const before = choice(t("evals.before"), names.map((name) => [name, label(name)]), names.includes("baseline") ? names.length - 1 : 1);
  const after = choice(t("evals.after"), names.map((name) => [name, label(name)]));
  return h("div", { class: "row wrap compare" }, before.element, after.element,
    h("button", { type: "button", class: "button", onclick: () => show(view, "compare_evals", before.select.value, after.select.value) }, t("evals.compare")));
}

async function show(view, endpoint, ...names) {
  view.replaceChildren(h("p", { class: "muted", role: "status" }, t("library.working")));
  try {
    const report = await call(endpoint, ...names);
    const text = h("div", { class: "document", lang: "en" });
    text.innerHTML = report.html; // escaped by the server's Markdown renderer
    for (const table of text.querySelectorAll("table")) table.tabIndex = 0; // it scrolls sideways where it is wide
    view.replaceChildren(h("h2", { tabindex: "-1" }, report.name), text);
    view.querySelector("h2").focus();
  } catch (error) {
    view.replaceChildren(h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("error.title")), h("p", {}, errorText(error.message))));
  }
}
