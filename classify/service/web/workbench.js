// The screen of an open page: the page on one side, its articles on the other, and what keys do there.

import * as boundaries from "./boundaries.js";
import { Cards } from "./cards.js";
import { announce, button, element } from "./dom.js";
import { sectionName, t } from "./i18n.js";
import { actionOf, ARTICLE_KEYS, COMMON_KEYS, LINE_KEYS } from "./keys.js";
import { byDoubt, doubt, WORTH_A_LOOK } from "./page.js";
import { BoundariesEdit, SectionEdit } from "./saving.js";
import { Sheet } from "./sheet.js";

export class Workbench {
  /** `shelf` is {files, at, open(at)}: the files that were opened together. */
  constructor(page, sections, saving, shelf, onClose) {
    this.page = page;
    this.sections = sections;
    this.saving = saving;
    this.shelf = shelf;
    this.onClose = onClose;
    this.cards = new Cards(page, sections, {
      section: (name) => this.section(name),
      accept: () => this.accept(),
      why: () => this.why(),
      go: (k) => this.go(k),
    });
    this.sheet = page.document ? new Sheet(page, (line) => this.onLine(line)) : null;
    this.node = this.build();
    this.onChange = (event) => this.update(event.detail);
    page.addEventListener("change", this.onChange);
    this.update();
  }

  leave() {
    this.page.removeEventListener("change", this.onChange);
  }

  build() {
    this.counts = element("p", { class: "counts" });
    this.order = element("select", { id: "order", onchange: () => this.arrange(this.order.value) },
      element("option", { value: "page" }, t("page.order.page")), element("option", { value: "look" }, t("page.order.look")));
    this.undoButton = button(t("undo"), () => this.undo(), { "aria-keyshortcuts": "u Control+Z" });
    this.redoButton = button(t("redo"), () => this.redo(), { "aria-keyshortcuts": "Shift+U Control+Y" });
    const tabs = ["sheet", "articles"].map((side) => button(t(`page.${side}`), () => this.show(side), { "data-side": side }));
    this.tabs = element("div", { class: "tabs", role: "group", "aria-label": t("nav.page") }, tabs);
    const files = this.shelf.files.length > 1 && element("select", { "aria-label": t("page.files"), onchange: (event) => this.shelf.open(Number(event.target.value)) },
      this.shelf.files.map((file, k) => element("option", { value: k, selected: k === this.shelf.at }, file.name)));
    const bar = element("div", { class: "bar-top" },
      element("h1", { lang: "zh-CN" }, this.page.file), files,
      button(t("page.another"), this.onClose), this.tabs);
    const notes = this.page.notes.length > 0 && element("details", { class: "notes" }, element("summary", {}, t("page.notes")),
      element("ul", {}, this.page.notes.map((note) => element("li", {}, note))));
    const left = element("section", { class: "side-sheet", "aria-label": t("page.sheet") },
      this.sheet ? [this.lineTools(), element("div", { class: "scroll" }, this.sheet.node)] : element("p", { class: "dim pad" }, t("page.nosheet")));
    const right = element("section", { class: "side-articles", "aria-label": t("page.articles") },
      element("div", { class: "tools" }, this.counts, element("div", { class: "row" },
        element("label", { for: "order" }, t("page.order")), this.order, this.undoButton, this.redoButton)),
      element("div", { class: "scroll" }, notes, this.cards.list));
    const node = element("div", { class: "workbench", "data-side": "articles" }, bar, left, right);
    return node;
  }

  /** Buttons for all that can be done with the chosen lines. */
  lineTools() {
    const tool = (text, action, key) => button([t(text), " ", element("kbd", { "aria-hidden": "true" }, key)], () => this[action](), { "aria-keyshortcuts": key, "data-action": action });
    this.chosen = element("p", { class: "chosen", lang: "zh-CN" });
    return element("details", { class: "linetools", open: matchMedia("(min-width: 60rem)").matches },
      element("summary", {}, element("span", { class: "toolname" }, t("page.edit")), " ", this.chosen),
      element("div", { class: "row", role: "group", "aria-label": t("lines.tools") },
        tool("lines.part", "part", "s"), tool("lines.join", "join", "m"), tool("lines.up", "boundaryUp", "Alt ↑"), tool("lines.down", "boundaryDown", "Alt ↓"),
        tool("lines.toPrevious", "toPrevious", ","), tool("lines.toNext", "toNext", "."), tool("lines.toNone", "toNone", "x"),
        tool("part.headline", "headline", "h"), tool("part.kicker", "kicker", "k"), tool("part.deck", "deck", "d"), tool("part.byline", "byline", "b"), tool("lines.unmark", "unmark", "c")));
  }

  update(what = "articles") {
    this.cards.render();
    if (this.sheet && what === "articles") this.sheet.render();
    else this.sheet?.showCurrent();
    const { articles, reviews } = this.page;
    const seen = articles.filter((article) => reviews.has(article.id)).length;
    const look = articles.filter((article) => !reviews.has(article.id) && doubt(article) >= WORTH_A_LOOK).length;
    this.counts.textContent = t("page.counts", { n: articles.length, seen, look });
    this.order.value = this.cards.order;
    this.undoButton.disabled = this.saving.done.length === 0;
    this.redoButton.disabled = this.saving.undone.length === 0;
    this.sayChosen();
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.side === this.node.dataset.side));
  }

  sayChosen() {
    if (!this.sheet) return;
    const lines = this.sheet.selection;
    const k = this.sheet.owner[lines[0]] ?? -1;
    const article = k < 0 ? t("page.leftover") : String(k + 1);
    this.chosen.textContent = lines.length > 0 ? t("lines.chosen", { n: lines.length, article }) : t("lines.none");
  }

  /** On a narrow screen, show the page or the articles. */
  show(side) {
    this.node.dataset.side = side;
    this.update("reviews");
    if (side === "sheet") this.sheet?.reveal();
  }

  // ---- articles

  go(k, focus = true) {
    if (k === null || k === undefined) return announce(t("page.finished"));
    this.page.current = k;
    if (focus) this.node.dataset.side = "articles";
    this.update("reviews");
    if (focus) this.cards.focus();
    this.sheet?.reveal();
    return undefined;
  }

  section(name) {
    if (!this.page.article) return;
    const { headline } = this.page.article;
    this.saving.do(new SectionEdit(this.page, this.page.current, name));
    this.goOn(t("said.section", { headline, section: sectionName(name) }));
  }

  accept() {
    const { article } = this.page;
    if (!article || article.provisional) return;
    const section = this.page.reviews.get(article.id)?.section ?? article.section ?? article.likeliest;
    this.saving.do(new SectionEdit(this.page, this.page.current, section));
    this.goOn(t("said.accepted", { headline: article.headline, section: sectionName(section) }));
  }

  goOn(said) {
    const next = this.cards.neighbour(1);
    announce(next === null ? `${said} ${t("page.finished")}` : said);
    this.go(next ?? this.page.current);
  }

  next() {
    this.go(this.cards.neighbour(1) ?? this.page.current);
  }

  previous() {
    this.go(this.cards.neighbour(-1) ?? this.page.current);
  }

  look() {
    const { articles, reviews } = this.page;
    this.go(byDoubt(this.page).find((k) => !reviews.has(articles[k].id) && k !== this.page.current) ?? null);
  }

  why() {
    this.cards.why = !this.cards.why;
    this.update("reviews");
    this.cards.focus();
  }

  arrange(order) {
    this.cards.arrange(order);
    this.go(this.cards.sequence[0] ?? null, this.order !== document.activeElement);
  }

  undo() {
    const edit = this.saving.undo();
    announce(t(edit ? "said.undone" : "said.noUndo"));
    if (edit) this.afterHistory(edit);
  }

  redo() {
    const edit = this.saving.redo();
    announce(t(edit ? "said.redone" : "said.noRedo"));
    if (edit) this.afterHistory(edit);
  }

  afterHistory(edit) {
    if (edit.kind === "boundaries" && this.sheet?.node.contains(document.activeElement)) this.sheet.go(this.sheet.cursor);
    else this.go(this.page.current);
  }

  // ---- lines

  onLine(line) {
    const k = this.sheet.owner[line];
    if (k >= 0 && k !== this.page.current) {
      this.page.current = k;
      this.update("reviews");
      this.cards.made.get(this.page.article)?.scrollIntoView({ block: "nearest" });
    }
    this.sayChosen();
  }

  lines() {
    if (!this.sheet) return announce(t("page.nosheet"));
    this.show("sheet");
    const first = this.page.drafts[this.page.current]?.lines[0] ?? this.sheet.cursor;
    return this.sheet.go(first);
  }

  back() {
    this.show("articles");
    this.cards.focus();
  }

  /** Do an edit of boundaries and keep the reader on `line`. */
  redraw(result, line, merge = "") {
    if (!result) return announce(t("lines.nothing"));
    const inSheet = this.sheet.node.contains(document.activeElement);
    this.saving.do(new BoundariesEdit(this.page, result.drafts, result.current, merge));
    if (line === undefined) return undefined;
    if (inSheet) this.sheet.go(line);
    else this.sheet.choose(line);
    return undefined;
  }

  part() {
    const line = this.sheet.selection[0];
    this.redraw(boundaries.part(this.page.drafts, line), line);
  }

  join() {
    if (!this.sheet) return;
    const inSheet = document.activeElement.closest(".side-sheet");
    this.redraw(boundaries.join(this.page.drafts, this.page.current), this.sheet.cursor);
    if (!inSheet) this.go(this.page.current);
  }

  moved(up) {
    const { drafts, lines } = this.page;
    const result = boundaries.moveBoundary(drafts, this.sheet.cursor, up, lines.length, (index) => !this.sheet.rows[index]);
    this.redraw(result, result?.line, `move-${up}`);
  }

  boundaryUp() {
    this.moved(true);
  }

  boundaryDown() {
    this.moved(false);
  }

  given(k) {
    const lines = this.sheet.selection;
    if (k < -1 || k >= this.page.drafts.length) return this.redraw(null);
    return this.redraw(boundaries.assign(this.page.drafts, lines, k), lines[0]);
  }

  /** Index of the article that owns the next line above (or below) the chosen ones, and is not theirs. */
  beside(by) {
    const { owner, selection } = this.sheet;
    const own = owner[selection[0]];
    for (let line = by < 0 ? selection[0] : selection.at(-1); line >= 0 && line < owner.length; line += by) {
      if (owner[line] >= 0 && owner[line] !== own) return owner[line];
    }
    return -2;
  }

  toPrevious() {
    this.given(this.beside(-1));
  }

  toNext() {
    this.given(this.beside(1));
  }

  toNone() {
    this.given(-1);
  }

  marked(name) {
    const lines = this.sheet.selection;
    this.redraw(boundaries.mark(this.page.drafts, lines, name), lines[0]);
  }

  headline() {
    this.marked("headline");
  }

  kicker() {
    this.marked("kicker");
  }

  deck() {
    this.marked("deck");
  }

  byline() {
    this.marked("byline");
  }

  unmark() {
    this.redraw(boundaries.unmark(this.page.drafts, this.sheet.owner[this.sheet.selection[0]]), this.sheet.cursor);
  }

  /** Act on a key; true where it meant something here. */
  onKey(event) {
    const inSheet = this.sheet?.node.contains(event.target) ?? false;
    const action = actionOf(event, inSheet ? LINE_KEYS : ARTICLE_KEYS, COMMON_KEYS);
    if (!action || action === "help") return false;
    if (action === "section") {
      const section = this.sections[Number(event.key) - 1];
      if (section) this.section(section.name);
      return Boolean(section);
    }
    if (action === "order") this.arrange(this.cards.order === "page" ? "look" : "page");
    else this[action]();
    return true;
  }
}
