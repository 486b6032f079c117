// Long work of staff: a progress bar while it runs, then its result or what went wrong.

import { h } from "./dom.js";
import { errorText, t } from "./texts.js";

/** Run a task and show in `result` how far it is, then what it gives; `task` gets a function to tell its progress.
 * `stop` asks the server to end it early, where it can. */
export async function work(result, task, { progress = "library.progress", stop = null } = {}) {
  const bar = h("progress", { "aria-label": t("library.working") });
  const line = h("p", { class: "muted small" }, t("library.working"));
  const button = stop && h("button", { type: "button", class: "button", onclick: () => { button.disabled = true; stop().catch(() => { button.disabled = false; }); } }, t("work.stop"));
  result.replaceChildren(bar, h("div", { class: "row wrap" }, line, ...(stop ? [button] : [])));
  const say = ({ done, total }) => { bar.max = total; bar.value = done; line.textContent = t(progress, { done, total }); };
  try {
    result.replaceChildren(await task(say));
  } catch (error) {
    result.replaceChildren(h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("error.title")), h("p", {}, errorText(error.message))));
  }
}
