// The first screen: drop, choose or paste a page.

import { announce, button, element } from "./dom.js";
import { errorText, t } from "./i18n.js";

const READABLE = /\.(txt|pdf|xml|html?|hocr|jsonl|ndjson|json)$/i;

/** Make the screen; `onFiles(files)` gets a list of {name, body}. */
export function openingScreen(onFiles) {
  const chooser = element("input", { type: "file", multiple: true, hidden: true, id: "files", onchange: () => onFiles(fileList(chooser.files)) });
  const folder = element("input", { type: "file", webkitdirectory: true, hidden: true, id: "folder", onchange: () => onFiles(fileList(folder.files, true)) });
  const text = element("textarea", { id: "paste", rows: 7, lang: "zh-CN", spellcheck: "false", "aria-label": t("open.paste") });
  const read = () => {
    if (!text.value.trim()) return announce(t("open.empty"), "bad");
    return onFiles([{ name: t("open.pasted"), body: text.value }]);
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) read();
  });
  return element("div", { class: "opening" },
    element("h1", {}, t("open.title")),
    element("p", { class: "lead" }, t("open.lead")),
    element("div", { class: "drop" },
      element("p", { class: "big" }, t("open.drop")),
      element("p", { class: "dim" }, t("open.kinds")),
      element("p", { class: "row" }, button(t("open.choose"), () => chooser.click(), { class: "main" }), button(t("open.folder"), () => folder.click())),
      chooser, folder),
    element("p", { class: "or" }, element("span", {}, t("open.or"))),
    text,
    element("p", { class: "row" }, button([t("open.read"), " ", element("kbd", { "aria-hidden": "true" }, "Ctrl ⏎")], read, { class: "main", "aria-keyshortcuts": "Control+Enter" })));
}

function fileList(files, readableOnly = false) {
  return [...files]
    .filter((file) => !readableOnly || READABLE.test(file.name))
    .map((file) => ({ name: file.name, body: file }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** Take files dropped anywhere, and text pasted outside of a field. */
export function acceptEverywhere(onFiles) {
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  for (const kind of ["dragleave", "drop"]) addEventListener(kind, () => document.body.classList.remove("dragging"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    const files = fileList(event.dataTransfer.files);
    if (files.length > 0) onFiles(files);
    else if (event.dataTransfer.getData("text/plain")) onFiles([{ name: t("open.pasted"), body: event.dataTransfer.getData("text/plain") }]);
  });
  addEventListener("paste", (event) => {
    if (event.target.closest?.("textarea, input, dialog")) return;
    const files = fileList(event.clipboardData.files);
    const text = event.clipboardData.getData("text/plain");
    if (files.length > 0) onFiles(files);
    else if (text.trim()) onFiles([{ name: t("open.pasted"), body: text }]);
  });
}

/** Say that a file could not be opened, and why. */
export function sayFailed(name, error) {
  announce(t("open.failed", { file: name, message: errorText(error) }), "bad");
}
