// The interface in Chinese and English. `t(key, {n: 3})` gives a text, `localize(root)` fills the elements of index.html.

import { settings } from "./settings.js";
import { TEXTS } from "./texts.js";

let sectionNames = new Map();

export function t(key, values = {}) {
  const text = TEXTS[settings.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

export function localize(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.tLabel);
  }
}

/** Take the names of sections from `GET /v1/sections`. */
export function nameSections(sections) {
  sectionNames = new Map(sections.map((section) => [section.name, section.names?.zh]));
}

/** The name of a section in the language of the interface. */
export function sectionName(section) {
  if (!section) return t("section.none");
  if (settings.language === "zh") return sectionNames.get(section) ?? (section === "other" ? "其他" : section);
  return section;
}

export function percent(share, digits = 0) {
  return `${(100 * share).toFixed(digits)}%`;
}

export function when(time) {
  const locale = settings.language === "zh" ? "zh-CN" : "en-GB";
  return new Date(time).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** A message of the service: in Chinese what the code means, then the service's own words. */
export function errorText(error) {
  const known = TEXTS[settings.language][`error.${error.code}`];
  if (!known) return error.message;
  return error.message && settings.language === "en" ? error.message : known;
}
