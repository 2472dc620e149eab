// The screen of the model: what serves, retraining with progress, figures before and after, and the decision.

import * as api from "./api.js";
import { announce, button, element, sideways } from "./dom.js";
import { errorText, percent, sectionName, t } from "./i18n.js";

export function modelScreen(onNewModel) {
  const serving = element("section", { class: "panel" });
  const training = element("section", { class: "panel" });
  const node = element("div", { class: "screen" }, element("h1", {}, t("model.title")), serving, training);
  const view = new ModelView(serving, training, onNewModel);
  view.begin();
  return { node, leave: () => view.stop() };
}

class ModelView {
  constructor(serving, training, onNewModel) {
    this.serving = serving;
    this.training = training;
    this.onNewModel = onNewModel;
    this.events = null;
    this.model = null;
  }

  async begin() {
    await this.attempt(async () => {
      this.model = await api.get("/v1/model");
      this.showModel();
      await this.refresh();
    });
  }

  stop() {
    this.events?.close();
    this.events = null;
  }

  async attempt(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof api.ApiError)) console.error(error);
      announce(errorText(error), "bad");
    }
  }

  showModel() {
    const { model } = this;
    const fact = (name, value) => element("div", {}, element("dt", {}, t(name)), element("dd", {}, value));
    this.serving.replaceChildren(
      element("h2", {}, t("model.serving")),
      element("dl", { class: "facts" },
        fact("model.digest", element("code", { title: model.sha256 }, model.sha256.slice(0, 12))),
        fact("model.kind", t(model.retrained ? "model.retrained" : "model.shipped")),
        fact("model.sections", model.classes.map(sectionName).join(" · ")),
        fact("model.threshold", percent(model.threshold))),
      element("p", {}, t("model.since", model.corrections)),
      ...(model.previous ? [element("p", {}, button(t("model.rollback"), () => this.rollback()))] : []));
  }

  async rollback() {
    await this.attempt(async () => {
      this.model = await api.call("POST", "/v1/model/rollback");
      this.showModel();
      await this.onNewModel();
      announce(t("model.rolledBack"));
    });
  }

  /** Ask how the training stands, and show it. */
  async refresh() {
    const status = await api.get("/v1/training");
    this.show(status);
    if (status.state === "running") this.listen();
  }

  listen() {
    this.stop();
    this.events = new EventSource("/v1/training/events");
    this.events.addEventListener("status", (event) => {
      const status = JSON.parse(event.data);
      if (status.state === "running") this.showProgress(status);
      else {
        this.stop();
        this.attempt(() => this.refresh());
      }
    });
  }

  show(status) {
    const shown = { running: () => this.showProgress(status), ready: () => this.showResult(status) }[status.state];
    if (shown) shown();
    else this.showStart(status);
  }

  frame(...content) {
    this.progress = null;
    this.training.replaceChildren(element("h2", {}, t("train.title")), ...content.filter(Boolean));
  }

  showStart(status) {
    const told = ["failed", "cancelled", "discarded", "accepted"].includes(status.state);
    const n = this.model.corrections.total;
    this.frame(
      element("p", {}, t("train.lead")),
      told && element("p", { class: status.state === "failed" ? "bad" : "good" }, t(`train.${status.state}`, { message: status.message })),
      n > 0 ? element("p", {}, button(t("train.start", { n }), () => this.start(), { class: "main" })) : element("p", { class: "dim" }, t("train.none")));
  }

  async start() {
    await this.attempt(async () => {
      this.showProgress(await api.call("POST", "/v1/training", { json: {} }));
      this.listen();
    });
  }

  showProgress(status) {
    if (!this.progress) {
      const progress = element("progress", { max: 1, "aria-label": t("train.progress") });
      const step = element("p", { role: "status" });
      this.frame(step, progress, element("p", {}, button(t("train.cancel"), () => this.cancel())));
      this.progress = { progress, step };
    }
    this.progress.progress.value = status.share ?? 0;
    this.progress.step.textContent = t("train.running", { step: `${percent(status.share ?? 0)} ${status.step ?? ""}` });
  }

  async cancel() {
    this.stop();
    await this.attempt(async () => this.show(await api.call("DELETE", "/v1/training")));
  }

  showResult({ result }) {
    const right = result.list.filter((item) => item.right).length;
    const before = result.list.filter((item) => item.before === item.section).length;
    this.frame(
      element("p", { class: "good" }, t("train.ready")),
      result.warnings?.length > 0 && element("ul", { class: "warnings" }, result.warnings.map((line) => element("li", {}, line))),
      figures(result),
      element("p", { class: "row" }, button(t("train.accept"), () => this.accept(), { class: "main" }), button(t("train.discard"), () => this.discard())),
      element("h3", {}, t("train.list")),
      element("p", {}, t("train.right", { right, before, n: result.list.length })),
      listOf(result.list));
    announce(t("train.ready"));
  }

  async accept() {
    await this.attempt(async () => {
      this.model = await api.call("POST", "/v1/training/accept");
      this.showModel();
      await this.onNewModel();
      await this.refresh();
      announce(t("train.accepted"), "good");
    });
  }

  async discard() {
    await this.attempt(async () => this.show(await api.call("POST", "/v1/training/discard")));
  }
}

function figures(result) {
  const { held_out: texts, held_out_corrections: corrected } = result;
  const rows = [];
  if (corrected) rows.push([t("train.corrections", { n: corrected.after.n }), corrected.before.accuracy, corrected.after.accuracy]);
  rows.push([t("train.accuracy", { n: texts.after.n }), texts.before.accuracy, texts.after.accuracy]);
  for (const [name, after] of Object.entries(texts.after.sections)) {
    rows.push([t("train.section", { section: sectionName(name), n: after.n }), share(texts.before.sections[name]), share(after)]);
  }
  const cell = (value) => element("td", { class: "number" }, typeof value === "number" ? percent(value, 1) : "–");
  return sideways(t("train.figures"), element("table", { class: "figures" },
    element("caption", {}, t("train.figures"), " ", element("span", { class: "dim small" }, t("train.measure"))),
    element("thead", {}, element("tr", {}, element("td"), ["before", "after", "change"].map((name) => element("th", { scope: "col", class: "number" }, t(`train.${name}`))))),
    element("tbody", {}, rows.map(([name, before, after]) => element("tr", {}, element("th", { scope: "row" }, name), cell(before), cell(after), change(before, after))))));
}

function share(counted) {
  return counted?.n > 0 ? counted.right / counted.n : null;
}

function change(before, after) {
  if (typeof before !== "number" || typeof after !== "number") return element("td", { class: "number" }, "–");
  const points = 100 * (after - before);
  const kind = points > 0.05 ? "good" : points < -0.05 ? "bad" : "dim";
  return element("td", { class: `number ${kind}` }, `${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`);
}

function listOf(list) {
  const names = ["yours", "was", "is", "unseen"];
  return sideways(t("train.list"), element("table", { class: "judged" },
    element("caption", { class: "visually-hidden" }, t("train.list")),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, t("corrections.article")), names.map((name) => element("th", { scope: "col" }, t(`train.${name}`))))),
    element("tbody", {}, list.map((item) => element("tr", {},
      element("th", { scope: "row", lang: "zh-CN" }, item.headline || t("article.untitled")),
      element("td", {}, sectionName(item.section)),
      [item.before, item.after, item.held_out].map((said) => said ? verdict(said, said === item.section) : element("td", {}, "–")))))));
}

function verdict(section, right) {
  return element("td", { class: right ? "good" : "bad" }, element("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ "), sectionName(section),
    element("span", { class: "visually-hidden" }, ` (${t(right ? "train.yes" : "train.no")})`));
}
