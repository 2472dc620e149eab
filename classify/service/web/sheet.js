// The page as a list of lines: coloured by article, over the picture of the page where there is one.
//
// The list is a listbox: arrow keys go from line to line, Shift chooses several. Rows are made once; after an edit only
// groups of rows whose article changed are put together anew, and what is out of sight is not laid out (see
// `content-visibility` in workbench.css), so that a page of 200 articles stays quick.

import { PARTS } from "./boundaries.js";
import { element, tint } from "./dom.js";
import { t } from "./i18n.js";

export class Sheet {
  /** `onMove(line)` is called when the reader goes to another line. */
  constructor(page, onMove) {
    this.page = page;
    this.onMove = onMove;
    this.cursor = -1;
    this.anchor = -1;
    this.rows = [];
    this.groups = new Map();
    this.printed = page.kind !== "text";
    this.node = element("div", {
      class: this.printed ? "sheet printed" : "sheet text",
      role: "listbox",
      "aria-multiselectable": "true",
      "aria-label": t("page.lines"),
      lang: "zh-CN",
      onkeydown: (event) => this.onKey(event),
      onclick: (event) => this.onClick(event),
      onfocusin: (event) => this.onFocus(event),
    });
    page.lines.forEach((line, index) => this.rows.push(line.blank ? null : this.row(line, index)));
    if (this.printed) this.setUpPapers();
    this.owner = page.owners();
    this.render();
  }

  row(line, index) {
    const row = element("div", { class: "line", role: "option", "aria-selected": "false", tabindex: -1, "data-line": index });
    if (!this.printed) {
      row.append(element("span", { class: "n", "aria-hidden": "true" }, String(line.line)));
      if (this.page.lines[index - 1]?.blank) row.classList.add("gap");
    }
    row.append(element("span", { class: "words" }, line.text.trim()));
    return row;
  }

  /** Make a paper for each page: its picture, the outlines of articles, the lines at their places. */
  setUpPapers() {
    this.papers = this.page.sheets.map((sheet) => {
      const outlines = element("div", { class: "outlines", "aria-hidden": "true" });
      const paper = element("div", { class: "paper", role: "group", "aria-label": t("page.number", { n: sheet.page }) });
      paper.style.aspectRatio = `${sheet.width} / ${sheet.height}`;
      if (sheet.image) paper.append(element("img", { alt: "", src: `${sheet.image}?pixels=1800`, loading: "lazy" }));
      else paper.classList.add("drawn");
      paper.append(outlines);
      this.node.append(paper);
      return { sheet, paper, outlines };
    });
    const byNumber = new Map(this.papers.map((paper) => [paper.sheet.page, paper]));
    this.page.lines.forEach((line, index) => {
      if (!this.rows[index] || !line.box) return;
      const { sheet, paper } = byNumber.get(line.page);
      place(this.rows[index], line.box, sheet);
      if (!sheet.image) sizeOf(this.rows[index].lastChild, line, sheet);
      paper.append(this.rows[index]);
    });
  }

  /** Show the articles as they are now. */
  render() {
    this.owner = this.page.owners();
    if (this.printed) this.renderPapers();
    else this.renderRuns();
    this.renderMarks();
    this.showCurrent();
    if (this.cursor < 0) this.cursor = this.page.lines.findIndex((line) => !line.blank);
    this.renderSelection();
  }

  renderRuns() {
    const runs = [];
    const seen = new Set();
    this.rows.forEach((row, index) => {
      if (!row) return;
      const last = runs.at(-1);
      if (last && last.k === this.owner[index]) last.rows.push(index);
      else runs.push({ k: this.owner[index], rows: [index] });
    });
    const groups = new Map();
    for (const run of runs) {
      const first = run.k >= 0 && !seen.has(run.k);
      seen.add(run.k);
      const key = `${run.k}/${first}/${run.rows[0]}-${run.rows.at(-1)}/${run.rows.length}`;
      groups.set(key, this.groups.get(key) ?? this.group(run, first));
      const group = groups.get(key);
      const label = run.k < 0 ? t("page.leftover") : this.name(run.k);
      if (group.getAttribute("aria-label") !== label) group.setAttribute("aria-label", label);
    }
    const focused = this.rows.indexOf(document.activeElement);
    for (const [key, group] of this.groups) if (groups.get(key) !== group) group.remove();
    let at = this.node.firstChild;
    for (const group of groups.values()) {
      if (group === at) at = at.nextSibling;
      else this.node.insertBefore(group, at);
    }
    this.groups = groups;
    if (focused >= 0 && document.activeElement !== this.rows[focused]) this.rows[focused].focus({ preventScroll: true });
  }

  group(run, first) {
    const badge = first && element("span", { class: "badge", role: "presentation", "aria-hidden": "true" }, String(run.k + 1));
    const group = element("div", { class: "run", role: "group", "data-article": run.k }, badge, run.rows.map((index) => this.rows[index]));
    group.style.containIntrinsicSize = `auto ${run.rows.length * 1.65}rem`;
    tint(group, run.k);
    return group;
  }

  renderPapers() {
    this.rows.forEach((row, index) => {
      if (!row) return;
      row.dataset.article = this.owner[index];
      tint(row, this.owner[index]);
    });
    for (const { sheet, outlines } of this.papers) {
      outlines.replaceChildren(...this.page.articles.flatMap((article, k) => this.outlinesOf(article, k, sheet)));
    }
  }

  outlinesOf(article, k, sheet) {
    if (article.provisional) return [];
    return (article.boxes ?? [])
      .filter((box) => box[0] === sheet.page)
      .map((box, number) => {
        const outline = element("div", { class: "outline", "data-article": k });
        place(outline, box.slice(1), sheet);
        tint(outline, k);
        if (number === 0) outline.append(element("b", {}, String(k + 1)));
        return outline;
      });
  }

  /** Show which lines are marked by hand as headline, kicker, deck or byline. */
  renderMarks() {
    for (const row of this.marked ?? []) {
      row.classList.remove(...PARTS);
      row.querySelector(".part")?.remove();
    }
    this.marked = [];
    for (const draft of this.page.drafts) {
      for (const name of PARTS) {
        for (const index of draft[name] ?? []) {
          const row = this.rows[index];
          row.classList.add(name);
          row.append(element("span", { class: "part" }, t(`part.${name}`)));
          this.marked.push(row);
        }
      }
    }
  }

  name(k) {
    return `${k + 1} ${this.page.articles[k]?.headline || t("article.untitled")}`;
  }

  showCurrent() {
    for (const node of this.node.querySelectorAll(".now")) node.classList.remove("now");
    const current = this.printed ? ".outline, .line" : ".run";
    for (const node of this.node.querySelectorAll(current)) {
      if (Number(node.dataset.article) === this.page.current) node.classList.add("now");
    }
  }

  /** Bring the current article into view. */
  reveal() {
    const first = this.page.drafts[this.page.current]?.lines[0];
    const row = this.rows[first];
    if (!row || this.node.contains(document.activeElement)) return;
    const target = this.printed ? (this.node.querySelector(".outline.now") ?? row) : row.parentElement;
    const tall = target.offsetHeight > this.node.parentElement.clientHeight;
    target.scrollIntoView({ block: tall ? "start" : "nearest" });
    this.choose(first);
  }

  get selection() {
    if (this.cursor < 0) return [];
    const [first, last] = this.anchor < this.cursor ? [this.anchor, this.cursor] : [this.cursor, this.anchor];
    const chosen = [];
    for (let index = Math.max(0, first); index <= last; index += 1) if (this.rows[index]) chosen.push(index);
    return chosen;
  }

  renderSelection() {
    for (const row of this.chosen ?? []) {
      row.setAttribute("aria-selected", "false");
      row.tabIndex = -1;
    }
    if (this.anchor < 0) this.anchor = this.cursor;
    this.chosen = this.selection.map((index) => this.rows[index]);
    for (const row of this.chosen) row.setAttribute("aria-selected", "true");
    if (this.rows[this.cursor]) this.rows[this.cursor].tabIndex = 0;
  }

  /** Choose a line without moving the focus. */
  choose(index) {
    if (!this.rows[index]) return;
    this.cursor = index;
    this.anchor = index;
    this.renderSelection();
  }

  /** Go to a line; `extend` keeps the lines from where the choice began. */
  go(index, extend = false) {
    if (!this.rows[index]) return;
    this.cursor = index;
    if (!extend) this.anchor = index;
    this.renderSelection();
    this.rows[index].focus({ preventScroll: true });
    this.rows[index].scrollIntoView({ block: "nearest" });
    this.onMove(index);
  }

  step(from, by) {
    let index = from + by;
    while (index >= 0 && index < this.rows.length && !this.rows[index]) index += by;
    return this.rows[index] ? index : from;
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves = { ArrowUp: -1, ArrowDown: 1 };
    let target = null;
    if (event.key in moves) target = this.step(this.cursor, moves[event.key]);
    else if (event.key === "Home") target = this.step(-1, 1);
    else if (event.key === "End") target = this.step(this.rows.length, -1);
    else if (event.key === "PageUp") target = this.step(Math.max(-1, this.cursor - 20), 1);
    else if (event.key === "PageDown") target = this.step(Math.min(this.rows.length, this.cursor + 20), -1);
    if (target === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.go(target, event.shiftKey);
  }

  onClick(event) {
    const row = event.target.closest(".line");
    if (row) this.go(Number(row.dataset.line), event.shiftKey);
  }

  onFocus(event) {
    const index = Number(event.target.dataset?.line ?? -1);
    if (index < 0 || index === this.cursor) return;
    this.choose(index);
    this.onMove(index);
  }
}

function place(node, [x0, y0, x1, y1], { width, height }) {
  node.style.left = `${(100 * x0) / width}%`;
  node.style.top = `${(100 * y0) / height}%`;
  node.style.width = `${(100 * (x1 - x0)) / width}%`;
  node.style.height = `${(100 * (y1 - y0)) / height}%`;
}

/** Let the words of a line fill its box, across or down. */
function sizeOf(words, line, sheet) {
  const [x0, y0, x1, y1] = line.box;
  const count = Math.max(1, [...line.text.trim()].length);
  const down = count > 1 && y1 - y0 > 1.5 * (x1 - x0);
  const size = Math.min(down ? x1 - x0 : y1 - y0, (down ? y1 - y0 : x1 - x0) / count);
  words.style.fontSize = `${(100 * size) / sheet.width}cqw`;
  if (down) words.classList.add("down");
}
