// The beginning: header, screens by the address after #, keys that hold everywhere.

import * as api from "./api.js";
import { correctionsScreen } from "./corrections.js";
import { askConflict, askToken, showKeys } from "./dialogs.js";
import { announce, button, element } from "./dom.js";
import { errorText, localize, nameSections, t } from "./i18n.js";
import { actionOf, COMMON_KEYS, isTaken } from "./keys.js";
import { modelScreen } from "./model.js";
import { acceptEverywhere, openingScreen, sayFailed } from "./opening.js";
import { openDocument, openFile } from "./page.js";
import { Saving } from "./saving.js";
import { apply, choose, onChoice, settings, THEMES } from "./settings.js";
import { Workbench } from "./workbench.js";

const main = document.getElementById("main");
const saving = new Saving(askConflict);
const shelf = { files: [], at: 0, open: (at) => openShelved(at) };
let sections = [];
let page = null;
let isStale = false;
let screen = { node: null, leave() {} };

function show(next) {
  screen.leave?.();
  screen = next;
  main.replaceChildren(next.node);
  main.classList.toggle("fills", next instanceof Workbench);
}

function addressOf({ document }) {
  return document ? `#/page/${document}` : "#/page";
}

function heading() {
  document.title = page && location.hash.startsWith("#/page") ? `${page.file} · classify` : "classify";
}

/** Show the screen that the address names. */
async function route() {
  const [, name = "", rest = ""] = location.hash.split("/");
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.screen === (["corrections", "model"].includes(name) ? name : "page");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("nav [data-screen=page]").hash = page ? addressOf(page) : "#/";
  heading();
  if (name === "corrections") return show(correctionsScreen(sections, onUndone));
  if (name === "model") return show(modelScreen(onNewModel));
  if (name === "page" && rest) return showPage(rest);
  if (page && location.hash === "#/page") return show(bench());
  return show({ node: openingScreen(openFiles) });
}

async function showPage(document) {
  try {
    if (page?.document !== document) {
      page = await openDocument(document);
      shelf.files = [];
      saving.forget();
    } else if (isStale) await page.refresh();
    isStale = false;
  } catch (error) {
    page = null;
    show({ node: openingScreen(openFiles) });
    return announce(error.code === "not_found" ? t("open.gone") : errorText(error), "bad");
  }
  const next = bench();
  show(next);
  heading();
  next.go(page.current);
  return undefined;
}

function bench() {
  return new Workbench(page, sections, saving, shelf, () => {
    location.hash = "#/";
  });
}

async function openFiles(files) {
  if (files.length === 0) return announce(t("open.none"), "bad");
  shelf.files = files;
  return openShelved(0);
}

async function openShelved(at) {
  const { name, body } = shelf.files[at];
  announce(t("open.reading", { file: name }));
  main.setAttribute("aria-busy", "true");
  try {
    page = await openFile(name, body);
  } catch (error) {
    if (!(error instanceof api.ApiError)) console.error(error);
    return sayFailed(name, error);
  } finally {
    main.removeAttribute("aria-busy");
  }
  shelf.at = at;
  isStale = false;
  saving.forget();
  announce(page.articles.length > 0 ? t("page.opened", { file: name, n: page.articles.length }) : t("page.noArticles"));
  const address = addressOf(page);
  if (location.hash === address) return showAgain();
  location.hash = address;
  return undefined;
}

function showAgain() {
  const next = bench();
  show(next);
  next.go(page.current);
}

/** A correction was withdrawn in the list of all: the open page may show it. */
function onUndone(correction, answer) {
  if (page?.withdrawn(correction, answer)) isStale = true;
  saving.forget();
}

/** A new model serves: names of sections and the open page are read again. */
async function onNewModel() {
  await readSections();
  if (page?.document && saving.pending === 0) await page.refresh();
  saving.forget();
}

async function readSections() {
  ({ sections } = await api.get("/v1/sections"));
  nameSections(sections);
}

/** Whether all is saved; what is not can be sent again or dropped. */
function showSaved() {
  const place = document.getElementById("saved");
  if (saving.error) {
    place.className = "bad";
    place.replaceChildren(element("strong", {}, t("saved.failed", { n: saving.pending })), ` ${errorText(saving.error)} `,
      button(t("retry"), () => saving.retry()), " ", button(t("saved.drop"), () => saving.dropFailed()));
    return;
  }
  place.className = saving.pending > 0 ? "pending" : "";
  place.textContent = saving.pending > 0 ? t("saved.pending", { n: saving.pending }) : t(saving.used ? "saved.all" : "saved.none");
}

function showSwitches() {
  const language = document.getElementById("language");
  language.textContent = t("language.other");
  language.lang = settings.language === "zh" ? "en" : "zh-CN";
  language.setAttribute("aria-label", t("language.label"));
  const theme = document.getElementById("theme");
  theme.textContent = { auto: "◐", light: "☀", dark: "☾" }[settings.theme];
  theme.setAttribute("aria-label", t(`theme.${settings.theme}`));
  theme.title = t(`theme.${settings.theme}`);
}

function onKey(event) {
  if (event.isComposing || isTaken(event)) return;
  const single = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isField = event.target.closest?.("[role=listbox]") && !single;
  if (settings.keys === "off" && single && !isField) return;
  if (actionOf(event, COMMON_KEYS) === "help") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (screen instanceof Workbench && screen.onKey(event)) event.preventDefault();
}

async function begin() {
  apply();
  localize();
  showSwitches();
  document.getElementById("language").addEventListener("click", () => choose("language", settings.language === "zh" ? "en" : "zh"));
  document.getElementById("theme").addEventListener("click", () => choose("theme", THEMES[(THEMES.indexOf(settings.theme) + 1) % THEMES.length]));
  document.getElementById("keys").addEventListener("click", showKeys);
  addEventListener("keydown", onKey);
  addEventListener("hashchange", route);
  addEventListener("beforeunload", (event) => saving.pending > 0 && event.preventDefault());
  saving.addEventListener("change", showSaved);
  saving.addEventListener("change", () => screen instanceof Workbench && screen.update("reviews"));
  saving.addEventListener("overtaken", () => announce(t("error.conflict"), "bad"));
  onChoice((name) => {
    showSwitches();
    if (name !== "language") return;
    localize();
    showSaved();
    announce("");
    route();
  });
  acceptEverywhere(openFiles);
  api.onTokenNeeded(askToken);
  try {
    await readSections();
  } catch (error) {
    announce(errorText(error), "bad");
  }
  await route();
}

begin();
