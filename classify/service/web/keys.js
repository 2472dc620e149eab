// Which key does what: one list, from which keys are bound and the help is written.

export const ARTICLE_KEYS = [
  { keys: ["1", "…", "9"], does: "key.section" },
  { keys: ["Enter"], does: "key.accept", action: "accept" },
  { keys: ["j", "ArrowDown"], does: "key.next", action: "next" },
  { keys: ["k", "ArrowUp"], does: "key.previous", action: "previous" },
  { keys: ["n"], does: "key.look", action: "look" },
  { keys: ["w"], does: "key.why", action: "why" },
  { keys: ["o"], does: "key.order", action: "order" },
  { keys: ["m"], does: "key.join", action: "join" },
  { keys: ["e"], does: "key.lines", action: "lines" },
];

export const LINE_KEYS = [
  { keys: ["ArrowUp", "ArrowDown"], does: "key.line" },
  { keys: ["Shift+ArrowUp", "Shift+ArrowDown"], does: "key.select" },
  { keys: ["Alt+ArrowUp"], does: "key.boundaryUp", action: "boundaryUp" },
  { keys: ["Alt+ArrowDown"], does: "key.boundaryDown", action: "boundaryDown" },
  { keys: ["s"], does: "key.part", action: "part" },
  { keys: ["m"], does: "key.join", action: "join" },
  { keys: [","], does: "key.toPrevious", action: "toPrevious" },
  { keys: ["."], does: "key.toNext", action: "toNext" },
  { keys: ["x"], does: "key.toNone", action: "toNone" },
  { keys: ["h"], does: "key.headline", action: "headline" },
  { keys: ["k"], does: "key.kicker", action: "kicker" },
  { keys: ["d"], does: "key.deck", action: "deck" },
  { keys: ["b"], does: "key.byline", action: "byline" },
  { keys: ["c"], does: "key.unmark", action: "unmark" },
  { keys: ["Escape"], does: "key.back", action: "back" },
];

export const COMMON_KEYS = [
  { keys: ["u", "Control+z"], does: "key.undo", action: "undo" },
  { keys: ["Shift+u", "Control+Shift+z", "Control+y"], does: "key.redo", action: "redo" },
  { keys: ["?"], does: "key.help", action: "help" },
];

/** The name of a pressed key, as in the lists above. */
function pressed(event) {
  const single = event.key.length === 1;
  const key = single ? event.key.toLowerCase() : event.key;
  const letter = !single || key !== key.toUpperCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Control");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && letter) parts.push("Shift");
  return [...parts, key].join("+");
}

/** The action of a pressed key among lists of bindings, null for none; digits 1 to 9 give "section". */
export function actionOf(event, ...lists) {
  if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) return "section";
  const name = pressed(event);
  for (const binding of lists.flat()) {
    if (binding.action && binding.keys.includes(name)) return binding.action;
  }
  return null;
}

/** Whether a key press belongs to the element that has the focus: a field, or Enter and Space on a control. */
export function isTaken(event) {
  const at = event.target;
  if (at.closest?.("dialog")) return true;
  if (at.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=file])")) return true;
  const control = at.closest?.("button, a, summary, input");
  return Boolean(control) && (event.key === "Enter" || event.key === " ");
}

const SIGNS = { ArrowUp: "↑", ArrowDown: "↓", Enter: "⏎", Escape: "Esc", Control: "Ctrl", Shift: "⇧", Alt: "Alt" };

/** How a key is written in the help. */
export function keySign(key) {
  return key.split("+").map((part) => SIGNS[part] ?? part).join(" ");
}
