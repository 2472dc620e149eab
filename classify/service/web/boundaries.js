// Which lines make which article: pure functions over an immutable list of drafts.
//
// A draft is {lines, headline, kicker, deck, byline}: `lines` are indices into the flat list of the document's lines,
// ascending; the parts are subsets of them, or null where the model is to find them. Lines in no draft are leftover.

export const PARTS = ["headline", "kicker", "deck", "byline"];

export function draftOf(lines) {
  return { lines, headline: null, kicker: null, deck: null, byline: null };
}

/** For each line the index of its draft, −1 for none. */
export function owners(drafts, size) {
  const owner = new Int32Array(size).fill(-1);
  drafts.forEach((draft, k) => draft.lines.forEach((line) => (owner[line] = k)));
  return owner;
}

/** Begin a new article at `line`: the lines of its article from there on. Null where it begins there already. */
export function part(drafts, line) {
  const k = drafts.findIndex((draft) => draft.lines.includes(line));
  if (k < 0) return { drafts: [...drafts, draftOf([line])], current: drafts.length };
  if (drafts[k].lines[0] === line) return null;
  const first = within(drafts[k], (index) => index < line);
  const second = within(drafts[k], (index) => index >= line);
  return { drafts: drafts.toSpliced(k, 1, first, second), current: k + 1 };
}

/** Join article `k` with the one before it. Null for the first. */
export function join(drafts, k) {
  if (k < 1 || k >= drafts.length) return null;
  const [before, after] = [drafts[k - 1], drafts[k]];
  const joined = { lines: [...before.lines, ...after.lines].sort((a, b) => a - b) };
  for (const name of PARTS) joined[name] = before[name] ?? after[name];
  return { drafts: drafts.toSpliced(k - 1, 2, joined), current: k - 1 };
}

/** Give lines to article `k`, to none where `k` is −1. Articles left without lines go. */
export function assign(drafts, lines, k) {
  const moved = new Set(lines);
  const owned = drafts.map((draft, index) => {
    if (index === k) {
      const all = [...new Set([...draft.lines, ...lines])].sort((a, b) => a - b);
      return all.length === draft.lines.length ? draft : { ...draft, lines: all };
    }
    return draft.lines.some((line) => moved.has(line)) ? within(draft, (line) => !moved.has(line)) : draft;
  });
  if (owned.every((draft, index) => draft === drafts[index])) return null;
  const kept = owned.filter((draft) => draft.lines.length > 0);
  return { drafts: kept, current: k >= 0 ? kept.indexOf(owned[k]) : 0 };
}

/**
 * Move the boundary at which the run of lines around `line` begins, by one line up or down. `size` is the number of
 * lines, `isBlank(line)` says which to step over. Null where there is nothing to move.
 */
export function moveBoundary(drafts, line, up, size, isBlank) {
  const owner = owners(drafts, size);
  const own = owner[line];
  if (own < 0) return null;
  const before = (index) => {
    do index -= 1;
    while (index >= 0 && isBlank(index));
    return index;
  };
  let start = line;
  for (let next = before(start); next >= 0 && owner[next] === own; next = before(next)) start = next;
  const previous = before(start);
  if (up) {
    if (previous < 0) return null;
    const moved = assign(drafts, [previous], own);
    return moved && { ...moved, line: previous };
  }
  if (drafts[own].lines.length < 2) return null;
  const moved = assign(drafts, [start], previous >= 0 ? owner[previous] : -1);
  const next = drafts[own].lines[drafts[own].lines.indexOf(start) + 1] ?? start;
  return moved && { drafts: moved.drafts, current: moved.drafts.findIndex((draft) => draft.lines.includes(next)), line: next };
}

/** Mark lines as a part of their article; where they are that already, let the model find the part again. */
export function mark(drafts, lines, name) {
  const k = drafts.findIndex((draft) => draft.lines.includes(lines[0]));
  if (k < 0) return null;
  const own = lines.filter((line) => drafts[k].lines.includes(line));
  const same = drafts[k][name]?.length === own.length && own.every((line) => drafts[k][name].includes(line));
  const marked = { ...drafts[k], [name]: same ? null : own };
  for (const other of PARTS) {
    if (!same && other !== name && marked[other]) marked[other] = marked[other].filter((line) => !own.includes(line));
  }
  return { drafts: drafts.with(k, marked), current: k };
}

/** Let the model find all parts of article `k` again. */
export function unmark(drafts, k) {
  if (!drafts[k] || PARTS.every((name) => drafts[k][name] === null)) return null;
  return { drafts: drafts.with(k, draftOf(drafts[k].lines)), current: k };
}

function within(draft, keeps) {
  const some = (lines) => (lines === null ? null : lines.filter(keeps));
  const kept = { lines: draft.lines.filter(keeps) };
  for (const name of PARTS) kept[name] = draft[name]?.length ? (some(draft[name]).length ? some(draft[name]) : null) : draft[name];
  return kept;
}

/** As the API has it: ranges [page, first, last] of line numbers. */
export function toRequest(drafts, lines) {
  return drafts.map((draft) => {
    const item = { lines: toRanges(draft.lines, lines) };
    for (const name of PARTS) if (draft[name] !== null) item[name] = toRanges(draft[name], lines);
    return item;
  });
}

function toRanges(indices, lines) {
  const ranges = [];
  const numbers = indices.map((index) => lines[index]).sort((a, b) => a.page - b.page || a.line - b.line);
  for (const { page, line } of numbers) {
    const last = ranges.at(-1);
    if (last && last[0] === page && last[2] === line - 1) last[2] = line;
    else ranges.push([page, line, line]);
  }
  return ranges;
}

/** Drafts of what the API gave. */
export function fromRequest(articles, lines) {
  const at = new Map(lines.map((line, index) => [`${line.page}:${line.line}`, index]));
  const indices = (ranges) => {
    const found = [];
    for (const [page, first, last] of ranges) {
      for (let line = first; line <= last; line += 1) {
        const index = at.get(`${page}:${line}`);
        if (index !== undefined && !lines[index].blank) found.push(index);
      }
    }
    return found.sort((a, b) => a - b);
  };
  return articles.map((article) => {
    const draft = draftOf(indices(article.lines));
    for (const name of PARTS) if (article[name]) draft[name] = indices(article[name]);
    return draft;
  });
}
