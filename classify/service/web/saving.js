// Edits, undo and redo, and their way to the service.
//
// An edit is shown at once and marked as saved only when the service has acknowledged it. Edits are sent one after
// another, in order; one that fails stays at the head of the queue, and is told, until it is sent again or dropped.

import * as api from "./api.js";
import { toRequest } from "./boundaries.js";

const RETRY_SECONDS = [2, 5, 15, 30];

export class Saving extends EventTarget {
  /** `onConflict(edit, error)` resolves to "mine" or "theirs". */
  constructor(onConflict) {
    super();
    this.onConflict = onConflict;
    this.done = [];
    this.undone = [];
    this.queue = [];
    this.error = null;
    this.running = false;
    this.retries = 0;
    this.used = false;
  }

  get pending() {
    return this.queue.length;
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Do an edit. A boundary that moves on before its last move was sent is one edit. */
  do(edit) {
    this.used = true;
    const last = this.done.at(-1);
    const job = this.queue.at(-1);
    const waits = job && job.edit === last && job.action === "save" && !job.sending;
    if (edit.merge && last?.merge === edit.merge && waits && last.page === edit.page) {
      last.after = edit.after;
      last.show("after");
    } else {
      this.done.push(edit);
      edit.show("after");
      this.send(edit, "save");
    }
    this.undone = [];
    this.changed();
  }

  undo() {
    const edit = this.done.pop();
    if (!edit) return null;
    this.undone.push(edit);
    edit.show("before");
    this.send(edit, "undo");
    return edit;
  }

  redo() {
    const edit = this.undone.pop();
    if (!edit) return null;
    this.done.push(edit);
    edit.show("after");
    this.send(edit, "save");
    return edit;
  }

  /** Put an action into the queue; an undo takes a save that was not yet sent out of it. */
  send(edit, action) {
    const waiting = this.queue.findIndex((job) => job.edit === edit && !job.sending);
    if (waiting >= 0) {
      const [job] = this.queue.splice(waiting, 1);
      edit.revert(job.action);
    } else this.queue.push({ edit, action, sending: false });
    if (this.queue.length === 0) this.error = null;
    this.changed();
    this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    while (this.queue.length > 0) {
      const job = this.queue[0];
      job.sending = true;
      try {
        await job.edit[job.action]();
        this.error = null;
        this.retries = 0;
        this.queue.shift();
      } catch (error) {
        job.sending = false;
        if (!(await this.recovered(job, error))) break;
      }
      this.changed();
    }
    this.running = false;
    this.changed();
  }

  /** Settle a conflict and go on; anything else stops the queue, for a while where it may pass by itself. */
  async recovered(job, error) {
    if (!(error instanceof api.ApiError)) console.error(error);
    if (error.code === "conflict") {
      // What was corrected and withdrawn before this page was opened has a version and nothing to overwrite.
      const nothing = error.body.current === null && job.edit.version === 0;
      const asks = job.action === "save" && !nothing;
      const choice = asks ? await this.onConflict(job.edit, error) : "mine";
      job.edit.known(error.body);
      if (choice === "mine" && job.action === "save") return true;
      if (job.action === "undo") this.dispatchEvent(new Event("overtaken"));
      this.drop(job.edit);
      await job.edit.accept(error.body.current);
      return true;
    }
    this.error = error;
    job.edit.failed();
    if (error.status === 0 || error.status === 503) {
      const seconds = RETRY_SECONDS[Math.min(this.retries, RETRY_SECONDS.length - 1)];
      this.retries += 1;
      setTimeout(() => this.run(), 1000 * seconds);
    }
    return false;
  }

  retry() {
    return this.run();
  }

  /** Give up the edit that could not be saved. */
  dropFailed() {
    const job = this.queue[0];
    if (!job || job.sending) return;
    this.drop(job.edit);
    job.edit.revert(job.action);
    this.error = null;
    this.changed();
    this.run();
  }

  /** Take an edit, and what was built on it, out of the queue and the history. */
  drop(edit) {
    const stays = (other) => other !== edit && !edit.isBelow(other);
    this.queue = this.queue.filter((job) => stays(job.edit));
    this.done = this.done.filter(stays);
    this.undone = this.undone.filter(stays);
  }

  /** Forget what could be undone: another page is open. */
  forget() {
    this.done = [];
    this.undone = [];
  }
}

/** The section of an article, set or accepted. */
export class SectionEdit {
  constructor(page, index, section) {
    this.kind = "section";
    this.page = page;
    this.index = index;
    this.given = page.articles[index];
    this.section = section;
    this.before = page.reviews.get(this.given.id) ?? null;
    this.correction = null;
  }

  /** The article as the service read it; provisional ones are read by the edit of boundaries before this one. */
  get article() {
    return this.given.resolved ?? this.given;
  }

  show(side) {
    if (side === "after") this.set({ section: this.section, state: "saving", correction: null });
    else this.set(this.before && { ...this.before, state: "saving" });
    const at = this.page.articles.findIndex((article) => article === this.article || article === this.given);
    if (at >= 0) this.page.current = at;
    this.page.changed("reviews");
  }

  set(review) {
    if (review) this.page.reviews.set(this.article.id, review);
    else this.page.reviews.delete(this.article.id);
    this.page.changed("reviews");
  }

  /** Show what was before an action that is not to be sent. */
  revert(action) {
    if (action === "save") this.set(this.before);
    else this.accept(this.correction);
  }

  isBelow(other) {
    return other.kind === "section" && other.article.id === this.article.id;
  }

  get version() {
    return this.page.versions.get(this.article.id) ?? 0;
  }

  async save() {
    const { article, page, section } = this;
    const document = page.document ?? undefined;
    const asked = { kind: "section", article, section, document, version: this.version };
    this.correction = await api.saveCorrection(asked);
    page.versions.set(article.id, this.correction.version);
    this.set({ section, state: "saved", correction: this.correction });
  }

  async undo() {
    const answer = await api.undoCorrection(this.correction.id, this.version);
    this.page.versions.set(this.article.id, answer.version);
    this.accept(answer.current);
  }

  known({ version }) {
    this.page.versions.set(this.article.id, version);
  }

  accept(correction) {
    this.set(correction && { section: correction.after.section, state: "saved", correction });
  }

  failed() {
    const review = this.page.reviews.get(this.article.id);
    if (review) this.set({ ...review, state: "failed" });
  }
}

/** New boundaries or marked parts of a document. */
export class BoundariesEdit {
  constructor(page, drafts, current, merge = "") {
    this.kind = "boundaries";
    this.page = page;
    this.merge = merge;
    this.before = { drafts: page.drafts, current: page.current };
    this.after = { drafts, current };
    this.correction = null;
  }

  get version() {
    return this.page.boundaries.version;
  }

  show(side) {
    this.page.boundaries.state = "saving";
    this.page.propose(this[side].drafts, this[side].current);
  }

  /** Show what was before an action that is not to be sent. */
  revert(action) {
    const side = action === "save" ? this.before : this.after;
    this.page.propose(side.drafts, side.current);
    this.page.boundaries.state = "saved";
  }

  isBelow(other) {
    return other.kind === "boundaries" && other.page === this.page;
  }

  async save() {
    const { page } = this;
    const { drafts } = this.after;
    const articles = toRequest(drafts, page.lines);
    const asked = { kind: "boundaries", document: page.document, articles, version: this.version };
    this.correction = await api.saveCorrection(asked);
    page.boundaries = { version: this.correction.version, correction: this.correction, state: "saved" };
    page.settle(drafts, this.correction.after.objects);
  }

  async undo() {
    const answer = await api.undoCorrection(this.correction.id, this.version);
    this.page.boundaries = { version: answer.version, correction: answer.current, state: "saved" };
    this.page.changed("reviews");
  }

  known({ version }) {
    this.page.boundaries.version = version;
  }

  accept() {
    return this.page.refresh();
  }

  failed() {
    this.page.boundaries.state = "failed";
    this.page.changed("reviews");
  }
}
