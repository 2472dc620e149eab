// What the reader chose and the browser remembers: language, theme, whether single keys are shortcuts.

const listeners = new Set();

function stored(name, choices, otherwise) {
  let value = null;
  try {
    value = localStorage.getItem(`classify.${name}`);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  return choices.includes(value) ? value : otherwise;
}

export const THEMES = ["auto", "light", "dark"];
const native = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

export const settings = {
  language: stored("language", ["en", "zh"], native),
  theme: stored("theme", THEMES, "auto"),
  keys: stored("keys", ["on", "off"], "on"),
};

/** Change a setting and tell everybody. */
export function choose(name, value) {
  settings[name] = value;
  try {
    localStorage.setItem(`classify.${name}`, value);
  } catch {
    // As above.
  }
  apply();
  for (const listener of listeners) listener(name);
}

export function onChoice(listener) {
  listeners.add(listener);
}

/** Write the settings where style sheets and screen readers look for them. */
export function apply() {
  document.documentElement.lang = settings.language === "zh" ? "zh-CN" : "en";
  if (settings.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.theme;
}
