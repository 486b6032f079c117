// Elements, icons and dates. Everything from a document or a person goes in as text, never as HTML.

/** Make an element: `on*` are listeners, `data`/`aria` objects are spread, null children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  send: "M12 19V6M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  copy: "M9 9h10v11H9zM15 9V5H5v11h4",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  up: "M7 11v9H4v-9zM7 11l4-7c1.500 0 2.500 1 2 3l-.7 3H19a1.500 1.500 0 0 1 1.500 1.800l-1.300 6.500A2 2 0 0 1 17.300 20H7",
  down: "M17 13V4h3v9zM17 13l-4 7c-1.500 0-2.500-1-2-3l.7-3H5a1.500 1.500 0 0 1-1.500-1.800l1.300-6.500A2 2 0 0 1 6.700 4H17",
  close: "M6 6l12 12M18 6L6 18",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  history: "M4 12a8 8 0 1 0 2.500-5.800M4 4v4h4M12 8v4l3 2",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  shield: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM12 8v5M12 16v.5",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM16 16l4 4",
  theme: "M12 4v16a8 8 0 0 0 0-16zM12 4a8 8 0 0 0 0 16",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8v.5",
  upload: "M12 16V5M7 10l5-5 5 5M5 19h14",
};

/** Draw one of the line icons; it is decoration, so the button around it needs a label. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  picture.append(path);
  return picture;
}

/** Make a button with an icon and, unless `quiet`, its words. */
export function iconButton(name, label, onclick, { quiet = true, ...attributes } = {}) {
  const words = quiet ? null : h("span", {}, label);
  return h("button", { type: "button", "aria-label": quiet ? label : null, title: quiet ? label : null, onclick, ...attributes,
    class: `${quiet ? "icon-button" : "button"} ${attributes.class ?? ""}` }, icon(name), words);
}

let liveRegion = null;

/** Tell screen readers what changed, once. */
export function announce(message) {
  liveRegion ??= document.querySelector("#live");
  if (!liveRegion) return;
  liveRegion.textContent = "";
  setTimeout(() => { liveRegion.textContent = message; }, 50);
}

/** Show a short message at the foot of the page. */
export function toast(message) {
  document.querySelector(".toast")?.remove();
  const element = h("div", { class: "toast", role: "status" }, message);
  document.querySelector("#assistant").append(element);
  setTimeout(() => element.remove(), 3200);
}

/** Ask yes or no in a dialog; resolves to true for yes. */
export function confirmed(message, yes, no) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog" }, h("p", {}, message),
      h("div", { class: "row end" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close("no") }, no),
        h("button", { type: "button", class: "button primary", onclick: () => dialog.close("yes") }, yes)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.querySelector("#assistant").append(dialog);
    dialog.showModal();
  });
}

/** Copy text; false where the browser refuses. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "visually-hidden", value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy"); // plain http has no clipboard API
    area.remove();
    return done;
  }
}
