// The articles of a page: a card each, of which the current one is open.

import { button, element, tint } from "./dom.js";
import { explanation } from "./explanation.js";
import { percent, sectionName, t } from "./i18n.js";
import { byDoubt, doubt, WORTH_A_LOOK } from "./page.js";

export class Cards {
  /** `actions` has section(name), accept(), go(index), retry(). */
  constructor(page, sections, actions) {
    this.page = page;
    this.sections = sections;
    this.actions = actions;
    this.order = "page";
    this.sequence = page.articles.map((_, k) => k);
    this.why = false;
    this.opened = null;
    this.made = new Map();
    this.shown = new WeakMap(); // item -> what it shows, as one string
    this.list = element("ol", { class: "cards" });
    this.render();
  }

  /** Indices in the order shown; the order by doubt stays as it is while the reader goes through it. */
  arrange(order = this.order) {
    this.order = order;
    this.sequence = order === "look" ? byDoubt(this.page) : this.page.articles.map((_, k) => k);
  }

  render() {
    const { articles } = this.page;
    if (this.sequence.length !== articles.length) this.arrange();
    const made = new Map();
    const items = this.sequence.map((k) => {
      const article = articles[k];
      const item = this.made.get(article) ?? this.item(article);
      made.set(article, item);
      this.update(item, article, k);
      return item;
    });
    this.made = made;
    let at = this.list.firstChild;
    for (const item of items) {
      if (item === at) at = at.nextSibling;
      else this.list.insertBefore(item, at);
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
    this.open();
  }

  item(article) {
    const heading = button("", () => this.actions.go(this.page.articles.indexOf(article)), { "aria-expanded": "false" });
    heading.append(element("span", { class: "n" }), " ", element("span", { lang: "zh-CN" }, article.headline || t("article.untitled")));
    const card = element("article", { class: "card", tabindex: -1 }, element("div", { class: "head" },
      element("h2", {}, heading), element("p", { class: "facts" })));
    if (article.summary?.[0]) card.append(element("p", { class: "teaser", lang: "zh-CN" }, article.summary[0]));
    return element("li", {}, card);
  }

  /** Bring number, colour, section and state of a card up to date; one that shows them already is left alone. */
  update(item, article, k) {
    const review = this.page.reviews.get(article.id);
    const { state } = this.page.boundaries;
    const shows = [k, review?.section, review?.state, article.provisional && state].join("|");
    if (this.shown.get(item) === shows) return;
    this.shown.set(item, shows);
    const card = item.firstChild;
    tint(card, k);
    card.dataset.article = k;
    const label = `${t("article.number", { n: k + 1 })}: ${article.headline || t("article.untitled")}`;
    card.setAttribute("aria-label", label);
    card.querySelector(".n").textContent = String(k + 1);
    card.querySelector(".facts").replaceChildren(...facts(article, review, state));
    card.classList.toggle("seen", Boolean(review));
    card.classList.toggle("look", !review && doubt(article) >= WORTH_A_LOOK && !article.provisional);
  }

  /** Open the current card, close the one before. */
  open() {
    const { article } = this.page;
    const item = this.made.get(article);
    for (const other of this.list.querySelectorAll(".card.current")) if (other !== item?.firstChild) this.close(other);
    if (!item) return;
    const card = item.firstChild;
    const wanted = `${this.why}`;
    if (this.opened !== article || card.dataset.detail !== wanted) {
      card.querySelector(".detail")?.remove();
      card.append(this.detail(article));
      card.dataset.detail = wanted;
      this.opened = article;
    }
    card.classList.add("current");
    card.setAttribute("aria-current", "true");
    card.querySelector("h2 button").setAttribute("aria-expanded", "true");
    this.showChoice(card, article);
  }

  close(card) {
    card.querySelector(".detail")?.remove();
    delete card.dataset.detail;
    card.classList.remove("current");
    card.removeAttribute("aria-current");
    card.querySelector("h2 button").setAttribute("aria-expanded", "false");
  }

  detail(article) {
    this.stop?.abort();
    this.stop = new AbortController();
    const detail = element("div", { class: "detail" });
    if (article.provisional) {
      detail.append(element("div", { class: "body dim", lang: "zh-CN" }, paragraphs(article.body, [])));
      return detail;
    }
    detail.append(this.choices(article));
    if (this.why) detail.append(explanation(article, this.stop.signal));
    else detail.append(...printed(article));
    return detail;
  }

  /** Buttons of the sections, each with its probability, and those to accept and to ask why. */
  choices(article) {
    const buttons = this.sections.map((section, index) => {
      const share = article.scores?.[section.name] ?? 0;
      const digit = index < 9 ? String(index + 1) : null;
      const bar = element("span", { class: "bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(share));
      return button([digit && element("kbd", { "aria-hidden": "true" }, digit), element("span", { class: "name" }, sectionName(section.name)),
        element("span", { class: "share" }, percent(share)), bar], () => this.actions.section(section.name),
      { class: "choice", "data-section": section.name, "aria-pressed": "false", "aria-keyshortcuts": digit });
    });
    return element("div", { class: "decide" },
      element("div", { class: "choices", role: "group", "aria-label": t("article.sections") }, buttons),
      element("div", { class: "row" },
        button([t("article.accept"), " ", element("kbd", { "aria-hidden": "true" }, "⏎")], () => this.actions.accept(), { class: "main", "aria-keyshortcuts": "Enter" }),
        button([t(this.why ? "article.whyHide" : "article.why"), " ", element("kbd", { "aria-hidden": "true" }, "w")], () => this.actions.why(), { "aria-keyshortcuts": "w", "aria-pressed": String(this.why) })));
  }

  showChoice(card, article) {
    const review = this.page.reviews.get(article.id);
    for (const choice of card.querySelectorAll(".choice")) {
      const { section } = choice.dataset;
      choice.setAttribute("aria-pressed", String(review ? review.section === section : article.likeliest === section && article.decision !== "unsure"));
      choice.classList.toggle("likeliest", article.likeliest === section);
    }
  }

  /** Move the focus to the current card, so that keys act on it and screen readers read it. */
  focus() {
    const card = this.made.get(this.page.article)?.firstChild;
    if (!card) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  /** The article after (or before) the current one in the order shown, null at the end. */
  neighbour(by) {
    const place = this.sequence.indexOf(this.page.current) + by;
    return this.sequence[place] ?? null;
  }
}

function facts(article, review, boundaries) {
  if (article.provisional) {
    const state = boundaries === "failed" ? "failed" : "reading";
    return [element("span", { class: state === "failed" ? "bad" : "dim" }, t(`article.${state}`))];
  }
  const list = [];
  const shown = review ? review.section : article.section;
  const unsure = !review && article.decision === "unsure";
  if (unsure) list.push(element("span", { class: "section unsure" }, t("article.unsure", { section: sectionName(article.likeliest) })));
  else list.push(element("span", { class: "section" }, sectionName(shown ?? article.likeliest)));
  if (review) {
    const same = review.section === (article.section ?? (article.decision === "other" ? article.likeliest : null));
    list.push(element("span", { class: "verdict" }, t(same ? "article.accepted" : "article.corrected")));
    list.push(element("span", { class: `state ${review.state}`, "data-state": review.state }, t(`article.${review.state}`)));
    return list;
  }
  list.push(element("span", { class: article.confidence < 0.75 ? "weak" : "dim" }, t("article.confidence", { p: percent(article.confidence) })));
  list.push(element("span", { class: article.split_confidence < 0.75 ? "weak" : "dim" }, t("article.split", { p: percent(article.split_confidence ?? 1) })));
  return list;
}

/** The article as it would be printed: kicker, deck, byline, body with the sentences of the summary marked, keywords. */
function printed(article) {
  const { byline = {}, dateline = {} } = article;
  const people = [byline.source, ...(byline.reporters ?? []), ...(byline.correspondents ?? []), ...(byline.photographers ?? [])];
  const credit = [...people, dateline.place, dateline.date].filter(Boolean).join(" ");
  const line = (text, kind) => text && element("p", { class: kind, lang: "zh-CN" }, text);
  const keywords = article.keywords?.length > 0 && element("div", { class: "keywords" }, element("h3", { class: "visually-hidden" }, t("article.keywords")),
    element("ul", { lang: "zh-CN" }, article.keywords.map((word) => element("li", {}, word))));
  return [line(article.kicker, "kicker"), line(article.deck, "deck"), line(credit, "credit"),
    element("div", { class: "body", lang: "zh-CN" }, paragraphs(article.body, article.summary ?? [])),
    ...(article.captions ?? []).map((text) => line(text, "caption")), keywords].filter(Boolean);
}

/** Paragraphs of a body, the sentences of its summary in <mark>. */
function paragraphs(body, summary) {
  const marks = [];
  let from = 0;
  for (const sentence of summary) {
    const at = body.indexOf(sentence, from);
    if (at < 0) continue;
    marks.push([at, at + sentence.length]);
    from = at + sentence.length;
  }
  let offset = 0;
  return body.split("\n").map((text) => {
    const paragraph = element("p");
    const end = offset + text.length;
    let at = offset;
    for (const [first, last] of marks) {
      if (last <= at || first >= end) continue;
      paragraph.append(body.slice(at, Math.max(at, first)));
      paragraph.append(element("mark", {}, body.slice(Math.max(at, first), Math.min(end, last))));
      at = Math.min(end, last);
    }
    paragraph.append(body.slice(at, end));
    offset = end + 1;
    return paragraph;
  });
}
