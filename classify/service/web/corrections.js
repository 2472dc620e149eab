// The screen of all corrections: search, undo, export, import.

import * as api from "./api.js";
import { announce, button, element, sideways } from "./dom.js";
import { errorText, sectionName, t, when } from "./i18n.js";

const PAGE_SIZE = 50;
const TYPING_MS = 250;
const FORMATS = ["jsonl", "csv", "log", "gold"];

/** Make the screen; `onUndone(correction, answer)` is told what was withdrawn here. */
export function correctionsScreen(sections, onUndone) {
  const state = { next: null, asked: 0 };
  const query = element("input", { type: "search", id: "query", placeholder: t("corrections.searchHint") });
  const kind = selectOf("kind", ["", "section", "boundaries"].map((value) => [value, t(`corrections.kind.${value || "all"}`)]));
  const section = selectOf("section", [["", t("corrections.section.all")], ...sections.map(({ name }) => [name, sectionName(name)])]);
  const total = element("p", { class: "dim", role: "status" });
  const body = element("tbody");
  const table = element("table", { class: "corrections" }, element("caption", { class: "visually-hidden" }, t("corrections.title")), head());
  table.append(body);
  const shown = sideways(t("corrections.title"), table);
  const more = button(t("corrections.more"), () => load(state.next), { hidden: true });

  async function load(before = null) {
    state.asked += 1;
    const asked = state.asked;
    const values = { query: query.value, kind: kind.value, section: section.value, limit: PAGE_SIZE, before: before ?? "" };
    try {
      const answer = await api.listCorrections(values);
      if (asked !== state.asked) return;
      state.next = answer.next;
      const rows = answer.corrections.map((correction) => row(correction, (answer) => {
        onUndone(correction, answer);
        return load();
      }));
      if (before === null) body.replaceChildren(...rows);
      else body.append(...rows);
      const filtered = query.value || kind.value || section.value;
      total.textContent = answer.total === 0 && !filtered ? t("corrections.none") : t("corrections.total", { n: answer.total });
      shown.hidden = answer.total === 0;
      more.hidden = answer.next === null;
    } catch (error) {
      announce(errorText(error), "bad");
    }
  }

  let timer = 0;
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, TYPING_MS);
  });
  for (const choice of [kind, section]) choice.addEventListener("change", () => load());
  load();
  return {
    leave: () => clearTimeout(timer),
    node: element("div", { class: "screen" },
      element("h1", {}, t("corrections.title")),
      element("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
        labelled("corrections.search", query), labelled("corrections.kind", kind), labelled("corrections.section", section)),
      total, shown, element("p", {}, more), files(load)),
  };
}

function selectOf(id, options) {
  return element("select", { id: `filter-${id}` }, options.map(([value, text]) => element("option", { value }, text)));
}

function labelled(text, field) {
  return element("p", {}, element("label", { for: field.id }, t(text)), field);
}

function head() {
  const names = ["time", "article", "before", "after", "action"];
  return element("thead", {}, element("tr", {}, names.map((name) => element("th", { scope: "col" }, t(`corrections.${name}`)))));
}

function row(correction, undone) {
  const { before, after } = correction;
  const boundaries = correction.kind === "boundaries";
  const headline = boundaries ? t("corrections.pageOf", { file: correction.file }) : correction.headline || t("article.untitled");
  const value = (side) => boundaries ? t("corrections.articles", { n: side?.articles?.length ?? 0 }) : sectionName(side?.section ?? (side?.decision === "other" ? "other" : null));
  const undo = async () => {
    try {
      const answer = await api.undoCorrection(correction.id, correction.version);
      announce(t("corrections.undone"));
      await undone(answer);
    } catch (error) {
      announce(errorText(error), "bad");
    }
  };
  return element("tr", {},
    element("td", { class: "dim small" }, when(correction.time)),
    element("th", { scope: "row" }, element("span", { lang: "zh-CN" }, headline), element("span", { class: "dim small file" }, correction.file)),
    element("td", {}, value(before)),
    element("td", {}, element("strong", {}, value(after))),
    element("td", {}, button(t("corrections.undo"), undo, { "aria-label": t("corrections.undoOf", { headline }) })));
}

/** Links to the exports and the import of a file. */
function files(reload) {
  const chooser = element("input", { type: "file", hidden: true, onchange: () => take(chooser.files[0]) });
  async function take(file) {
    if (!file) return;
    try {
      const answer = await api.call("POST", "/v1/corrections/import", { body: file });
      announce(t("corrections.imported", answer));
      await reload();
    } catch (error) {
      announce(errorText(error), "bad");
    }
    chooser.value = "";
  }
  return element("section", { class: "files" },
    element("h2", {}, t("corrections.export")),
    element("ul", { class: "links" }, FORMATS.map((format) => element("li", {},
      element("a", { href: `/v1/corrections/export?format=${format}`, download: true }, t(`corrections.export.${format}`))))),
    element("p", {}, button(t("corrections.import"), () => chooser.click()), chooser));
}
