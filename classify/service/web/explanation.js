// Why an article has its section: its text tinted by what each character contributes, and the weightiest terms.

import * as api from "./api.js";
import { element } from "./dom.js";
import { errorText, sectionName, t } from "./i18n.js";

const STEPS = 4;

/** An element that fills itself with the explanation of an article; `signal` stops the call. */
export function explanation(article, signal) {
  const node = element("div", { class: "why", "aria-busy": "true" }, element("p", { class: "dim" }, t("why.loading")));
  api.explain(article, signal).then(
    (answer) => node.replaceChildren(...filled(answer)),
    (error) => error.name !== "AbortError" && node.replaceChildren(element("p", { class: "bad" }, errorText(error))),
  ).finally(() => node.removeAttribute("aria-busy"));
  return node;
}

function filled(answer) {
  const section = sectionName(answer.likeliest ?? answer.section);
  const largest = Math.max(1e-9, ...[...answer.towards, ...answer.away].map((term) => Math.abs(term.contribution)));
  return [
    element("h3", {}, t("why.title", { section })),
    element("div", { class: "terms" }, terms("why.towards", answer.towards, "for", largest), terms("why.away", answer.away, "against", largest)),
    element("p", { class: "dim small" }, t("why.legend"), " ",
      element("span", { class: "heat f3" }, t("why.for")), " ", element("span", { class: "heat a3" }, t("why.against"))),
    ...heated(answer.text, answer.heat),
  ];
}

function terms(title, list, kind, largest) {
  const items = list.map((term) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(Math.abs(term.contribution) / largest));
    return element("li", {}, element("span", { lang: "zh-CN", class: "term" }, shown(term.text)),
      element("span", { class: "dim small" }, t(`kind.${term.kind}`)), bar,
      element("span", { class: "number" }, `${term.contribution >= 0 ? "+" : "−"}${Math.abs(term.contribution).toFixed(3)}`));
  });
  return element("div", { class: kind }, element("h4", {}, t(title)), element("ul", {}, items));
}

/** Text of a term with its blanks and line ends made visible. */
function shown(text) {
  return text.replaceAll("\n", "↵").replaceAll(" ", "␣");
}

/** Paragraphs of the text; neighbouring characters of the same tint are one element. */
function heated(text, heat) {
  const characters = [...text];
  const largest = Math.max(1e-9, ...heat.map(Math.abs));
  const level = (k) => Math.round((STEPS * (heat[k] ?? 0)) / largest);
  const paragraphs = [element("p", { lang: "zh-CN" })];
  let from = 0;
  for (let k = 1; k <= characters.length; k += 1) {
    const ends = k === characters.length || characters[k] === "\n" || characters[from] === "\n";
    if (!ends && level(k) === level(from)) continue;
    if (characters[from] === "\n") paragraphs.push(element("p", { lang: "zh-CN" }));
    else paragraphs.at(-1).append(tinted(characters.slice(from, k).join(""), level(from)));
    from = k;
  }
  return paragraphs.filter((paragraph) => paragraph.hasChildNodes());
}

function tinted(text, level) {
  if (level === 0) return text;
  return element("span", { class: `heat ${level > 0 ? "f" : "a"}${Math.abs(level)}` }, text);
}
