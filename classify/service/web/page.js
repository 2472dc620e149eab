// An open page: its lines, its articles, the drafts of its boundaries, and what was corrected.

import * as api from "./api.js";
import { draftOf, fromRequest, owners, toRequest } from "./boundaries.js";

const RECORDS = /\.(jsonl|ndjson|json)$/i;

export class OpenPage extends EventTarget {
  constructor(file) {
    super();
    this.file = file;
    this.document = null;
    this.kind = "records";
    this.sheets = [];
    this.lines = [];
    this.articles = [];
    this.drafts = [];
    this.notes = [];
    this.model = "";
    this.byDraft = new WeakMap(); // draft -> its article
    this.made = 0;
    this.current = 0;
    this.boundaries = { version: 0, correction: null };
    this.reviews = new Map(); // article id -> {section, state: "saving" | "saved" | "failed", correction}
    this.versions = new Map(); // article id -> version of its section correction
  }

  changed(what = "articles") {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }

  get article() {
    return this.articles[this.current];
  }

  owners() {
    return owners(this.drafts, this.lines.length);
  }

  /** Show drafts at once; articles whose lines changed are provisional until the service has read them. */
  propose(drafts, current) {
    for (const draft of drafts) if (!this.byDraft.has(draft)) this.byDraft.set(draft, this.provisional(draft));
    this.drafts = drafts;
    this.articles = drafts.map((draft) => this.byDraft.get(draft));
    this.current = Math.max(0, Math.min(current, drafts.length - 1));
    this.changed();
  }

  provisional(draft) {
    this.made += 1;
    const texts = draft.lines.map((index) => this.lines[index].text.trim());
    return { id: `provisional-${this.made}`, provisional: true, headline: texts[0] ?? "", body: texts.slice(1).join("\n"),
      split_confidence: 1, section: null, decision: "unsure", likeliest: null, confidence: 0, scores: {}, summary: [],
      keywords: [] };
  }

  /** Put the articles that the service read in the place of provisional ones. */
  settle(drafts, articles) {
    drafts.forEach((draft, k) => {
      const old = this.byDraft.get(draft);
      if (old && !old.provisional) return;
      this.byDraft.set(draft, articles[k]);
      if (!old) return;
      old.resolved = articles[k];
      const review = this.reviews.get(old.id);
      if (review) this.reviews.set(articles[k].id, review);
      this.reviews.delete(old.id);
    });
    this.articles = this.drafts.map((draft) => this.byDraft.get(draft));
    this.changed();
  }

  /** Take an answer of `POST /v1/pages` or of one of its kin. */
  take(answer) {
    this.articles = answer.articles;
    this.model = answer.model;
    this.notes = answer.notes ?? [];
    for (const correction of answer.corrections ?? []) this.note(correction);
  }

  note(correction) {
    if (correction.kind === "boundaries") {
      this.boundaries = { version: correction.version, correction };
      return;
    }
    this.versions.set(correction.article, correction.version);
    this.reviews.set(correction.article, { section: correction.after.section, state: "saved", correction });
  }

  /** Take in that a correction was withdrawn elsewhere; true where the page has to be read again. */
  withdrawn(correction, answer) {
    if (this.document) return true;
    for (const [id, review] of this.reviews) {
      if (review.correction?.id !== correction.id) continue;
      this.reviews.delete(id);
      this.versions.set(id, answer.version);
    }
    return false;
  }

  /** Give each draft the lines of its article. */
  draw(answer) {
    this.kind = answer.kind;
    this.sheets = answer.pages;
    this.lines = answer.pages.flatMap((sheet) =>
      sheet.lines.map((line) => ({ ...line, page: sheet.page, blank: line.text.trim() === "" })),
    );
    if (this.kind !== "text") this.lines = inReadingOrder(this.lines, this.articles);
    const grouped = this.articles.map(() => []);
    this.lines.forEach((line, index) => {
      if (line.article && !line.blank && grouped[line.article - 1]) grouped[line.article - 1].push(index);
    });
    this.own(grouped.map(draftOf));
  }

  /** Take drafts that belong to the present articles, in their order. */
  own(drafts) {
    this.drafts = drafts;
    this.byDraft = new WeakMap(drafts.map((draft, k) => [draft, this.articles[k]]));
  }

  /** Read the articles again by the model that serves now, along the boundaries that were corrected, if any. */
  async refresh() {
    if (!this.document) return;
    this.reviews.clear();
    this.versions.clear();
    this.boundaries = { version: this.boundaries.version, correction: null };
    this.take(await api.getArticles(this.document));
    this.draw(await api.getDocument(this.document));
    const held = this.boundaries.correction;
    if (held) {
      const drafts = fromRequest(held.after.articles, this.lines);
      this.take(await api.articlesOf(this.document, toRequest(drafts, this.lines)));
      this.boundaries = { version: held.version, correction: held };
      this.own(drafts);
    }
    this.current = Math.max(0, Math.min(this.current, this.articles.length - 1));
    this.changed();
  }
}

/**
 * Sort the lines of printed pages: article by article, block by block, down each block, or from its right where the
 * lines are vertical; then those in no article. The service numbers them across all columns, from the top of the page.
 */
function inReadingOrder(lines, articles) {
  const blocks = articles.flatMap((article, k) => (article.boxes ?? []).map((box, place) => ({ k: k + 1, place, box })));
  const area = ({ box }) => (box[3] - box[1]) * (box[4] - box[2]);
  blocks.sort((a, b) => area(a) - area(b));
  const blockOf = (line) => {
    const [x, y] = [(line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2];
    const holds = ({ k, box }) => k === line.article && box[0] === line.page && box[1] <= x && x <= box[3] && box[2] <= y && y <= box[4];
    return blocks.find(holds)?.place ?? articles.length;
  };
  const isVertical = ({ box, text }) => text.length > 1 && box[3] - box[1] > 1.5 * (box[2] - box[0]);
  const keyed = lines.map((line, at) => {
    if (!line.box || !line.article) return { line, key: [Infinity, line.page, 0, at] };
    return { line, key: [line.article, line.page, blockOf(line), isVertical(line) ? -line.box[2] : line.box[1]] };
  });
  keyed.sort((a, b) => {
    const k = a.key.findIndex((part, i) => part !== b.key[i]);
    return k < 0 ? 0 : a.key[k] - b.key[k];
  });
  return keyed.map(({ line }) => line);
}

/** Read a file: a page, a PDF, OCR output, or results of `classify predict` as JSON or JSON Lines. */
export async function openFile(name, body) {
  const page = new OpenPage(name);
  if (RECORDS.test(name)) {
    const text = typeof body === "string" ? body : await body.text();
    page.take(await api.readRecords(name, parseRecords(text)));
    return page;
  }
  const answer = await api.readPage(name, body);
  page.document = answer.document;
  page.take(answer);
  if (page.boundaries.correction) await page.refresh();
  else page.draw(await api.getDocument(page.document));
  return page;
}

/** Open a page that the service still has, after a reload. */
export async function openDocument(document) {
  const page = new OpenPage("");
  page.document = document;
  await page.refresh();
  page.file = page.articles[0]?.file ?? "";
  return page;
}

function parseRecords(text) {
  try {
    const whole = JSON.parse(text);
    return Array.isArray(whole) ? whole : (whole.articles ?? [whole]);
  } catch {
    return text.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line));
  }
}

/** How likely it is that the section or the boundaries of an article are wrong, 0 to 1. */
export function doubt(article) {
  return 1 - (article.confidence ?? 0) * (article.split_confidence ?? 1);
}

/** Doubt from which an article is worth a look; chosen. */
export const WORTH_A_LOOK = 0.25;

/** Indices of articles, the least certain first; those that somebody has looked at come last. */
export function byDoubt(page) {
  const seen = (k) => page.reviews.has(page.articles[k].id);
  return page.articles
    .map((_, k) => k)
    .sort((a, b) => seen(a) - seen(b) || doubt(page.articles[b]) - doubt(page.articles[a]) || a - b);
}
