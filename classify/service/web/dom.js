// Elements made from script. Text becomes text nodes, never HTML; no style attribute is written, so that the
// Content-Security-Policy may forbid inline styles.

/** Make an element: `element("p", {class: "dim", onclick: f}, "text", child)`; false, null and undefined are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** Make a button of type "button". */
export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

/** A place in which a wide table moves sideways, by keys too. */
export function sideways(label, table) {
  return element("div", { class: "scroll-x", role: "region", "aria-label": label, tabindex: 0 }, table);
}

/** Degrees of hue of the article with index `k`: the golden angle keeps neighbours far apart. */
export function hue(k) {
  return Math.round(137.508 * k) % 360;
}

/** Give an element the colour of an article. */
export function tint(node, k) {
  if (k >= 0) node.style.setProperty("--h", String(hue(k)));
  else node.style.removeProperty("--h");
  node.classList.toggle("nobody", k < 0);
}

/** Open a modal dialog; resolves to the value of the button that closed it, "" after Escape. */
export function openDialog(dialog) {
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

/** Say something to everybody, also to screen readers. */
export function announce(text, kind = "") {
  const status = document.getElementById("status");
  status.className = kind;
  status.textContent = text;
}
