// Long work of staff: a progress bar while it runs, then its result or what went wrong.

import { h } from "./dom.js";
import { errorText, t } from "./texts.js";

/** Run a task and show in `result` how far it is, then what it gives; `task` gets a function to tell its progress. */
export async function work(result, task, { progress = "library.progress" } = {}) {
  const bar = h("progress", { "aria-label": t("library.working") });
  const line = h("p", { class: "muted small" }, t("library.working"));
  result.replaceChildren(bar, line);
  const say = ({ done, total }) => { bar.max = total; bar.value = done; line.textContent = t(progress, { done, total }); };
  try {
    result.replaceChildren(await task(say));
  } catch (error) {
    result.replaceChildren(h("div", { class: "error-card", role: "alert" }, h("strong", {}, t("error.title")), h("p", {}, errorText(error.message))));
  }
}
