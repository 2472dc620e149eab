// Dialogs: the keys, a conflict of two versions, the token.

import * as api from "./api.js";
import { element, openDialog } from "./dom.js";
import { sectionName, t, when } from "./i18n.js";
import { ARTICLE_KEYS, COMMON_KEYS, keySign, LINE_KEYS } from "./keys.js";
import { choose, settings } from "./settings.js";

/** `level` is 1 where the dialog is all there is on the screen. */
function dialogOf(level, title, ...content) {
  const heading = element(`h${level}`, { id: "dialog-title" }, t(title));
  return element("dialog", { "aria-labelledby": "dialog-title" }, element("form", { method: "dialog" }, heading, ...content));
}

const closer = (text, value, attributes = {}) => element("button", { value, ...attributes }, t(text));

/** Show which key does what. */
export function showKeys() {
  const lists = [["keys.articles", ARTICLE_KEYS], ["keys.lines", LINE_KEYS], ["keys.everywhere", COMMON_KEYS]];
  const single = element("input", { type: "checkbox", id: "single-keys" });
  single.checked = settings.keys === "on";
  single.addEventListener("change", () => choose("keys", single.checked ? "on" : "off"));
  return openDialog(dialogOf(2, "keys.title",
    element("p", { class: "corner" }, closer("close", "", { autofocus: true })),
    element("div", { class: "keylists" }, lists.map(([title, keys]) => element("section", {}, element("h3", {}, t(title)),
      element("dl", {}, keys.map((binding) => element("div", {}, element("dt", {}, signs(binding.keys)), element("dd", {}, t(binding.does)))))))),
    element("p", {}, single, " ", element("label", { for: "single-keys" }, t("keys.single")))));
}

function signs(keys) {
  return keys.flatMap((key) => [key === "…" ? "…" : element("kbd", {}, keySign(key)), " "]);
}

/** Show both versions of what two people corrected; resolves to "mine" or "theirs". */
export async function askConflict(edit, error) {
  const theirs = error.body.current;
  const mine = edit.kind === "section"
    ? [element("p", {}, t("conflict.section", { section: sectionName(edit.section) }))]
    : headlines(edit.page.articles.map((article) => article.headline));
  const dialog = dialogOf(2, "conflict.title",
    element("p", {}, t("conflict.lead")),
    edit.kind === "section" && element("p", { class: "headline", lang: "zh-CN" }, edit.article.headline),
    element("div", { class: "versions" },
      element("section", {}, element("h3", {}, t("conflict.mine")), mine),
      element("section", {}, element("h3", {}, t("conflict.theirs")), versionOf(theirs))),
    element("p", { class: "row" }, closer("conflict.keepTheirs", "theirs", { autofocus: true }), closer("conflict.keepMine", "mine")));
  const chosen = await openDialog(dialog);
  return chosen === "mine" ? "mine" : "theirs";
}

function versionOf(correction) {
  if (!correction) return [element("p", {}, t("conflict.withdrawn"))];
  const time = element("p", { class: "dim small" }, when(correction.time));
  if (correction.kind === "section") return [element("p", {}, t("conflict.section", { section: sectionName(correction.after.section) })), time];
  return [...headlines((correction.after.objects ?? correction.after.articles).map((article) => article.headline)), time];
}

function headlines(list) {
  return [element("p", {}, t("conflict.articles", { n: list.length })),
    element("ol", { lang: "zh-CN" }, list.map((headline) => element("li", {}, typeof headline === "string" && headline ? headline : t("article.untitled"))))];
}

/** Ask for the token until the service takes one. */
export async function askToken() {
  let wrong = false;
  for (;;) {
    const field = element("input", { type: "password", id: "token", autocomplete: "current-password", required: true, autofocus: true });
    await openDialog(dialogOf(1, "token.title", wrong && element("p", { class: "bad", role: "alert" }, t("token.wrong")),
      element("p", {}, element("label", { for: "token" }, t("token.label")), " ", field),
      element("p", { class: "row" }, closer("token.send", "send", { class: "main" }))));
    try {
      await api.call("POST", "/v1/session", { json: { token: field.value } });
      return;
    } catch (error) {
      if (error.status !== 403 && error.status !== 401) throw error;
      wrong = true;
    }
  }
}
