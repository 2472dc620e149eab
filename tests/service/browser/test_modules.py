"""The modules that need no page, in the browser: boundaries of articles, and the queue of edits."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# Lines 0 to 2 are one article, 4 to 6 another, 7 and 8 a third; line 3 is blank.
BOUNDARIES = """async () => {
  const b = await import("/web/boundaries.js");
  const drafts = [[0, 1, 2], [4, 5, 6], [7, 8]].map(b.draftOf);
  const isBlank = (line) => line === 3;
  const shown = (result) => result && {lines: result.drafts.map((draft) => draft.lines), current: result.current};
  const lines = [...Array(9).keys()].map((k) => ({page: 1, line: k + 1, blank: k === 3}));
  const marked = b.mark(drafts, [4, 5], "headline");
  const remarked = b.mark(marked.drafts, [5], "byline").drafts[1];
  return {
    part: shown(b.part(drafts, 5)),
    partAtTheStart: b.part(drafts, 4),
    join: shown(b.join(drafts, 1)),
    joinTheFirst: b.join(drafts, 0),
    up: shown(b.moveBoundary(drafts, 5, true, 9, isBlank)),
    down: shown(b.moveBoundary(drafts, 5, false, 9, isBlank)),
    upFromTheTop: b.moveBoundary(drafts, 0, true, 9, isBlank),
    all: shown(b.assign(drafts, [7, 8], 1)),
    none: shown(b.assign(drafts, [7], -1)),
    same: b.assign(drafts, [7], 2),
    headline: marked.drafts[1].headline,
    headlineAgain: b.mark(marked.drafts, [4, 5], "headline").drafts[1].headline,
    headlineAfterByline: remarked.headline,
    byline: remarked.byline,
    request: b.toRequest(marked.drafts, lines)[1],
    back: JSON.stringify(b.fromRequest(b.toRequest(marked.drafts, lines), lines)) === JSON.stringify(marked.drafts),
  };
}"""
EXPECTED = {
    "part": {"lines": [[0, 1, 2], [4], [5, 6], [7, 8]], "current": 2},
    "partAtTheStart": None,
    "join": {"lines": [[0, 1, 2, 4, 5, 6], [7, 8]], "current": 0},
    "joinTheFirst": None,
    "up": {"lines": [[0, 1], [2, 4, 5, 6], [7, 8]], "current": 1},
    "down": {"lines": [[0, 1, 2, 4], [5, 6], [7, 8]], "current": 1},
    "upFromTheTop": None,
    "all": {"lines": [[0, 1, 2], [4, 5, 6, 7, 8]], "current": 1},
    "none": {"lines": [[0, 1, 2], [4, 5, 6], [8]], "current": 0},
    "same": None,
    "headline": [4, 5],
    "headlineAgain": None,
    "headlineAfterByline": [4],
    "byline": [5],
    "request": {"lines": [[1, 5, 7]], "headline": [[1, 5, 6]]},
    "back": True,
}

# An edit that tells what becomes of it; its first save waits until it is let go.
QUEUE = """async () => {
  const {Saving} = await import("/web/saving.js");
  const saving = new Saving(async () => "theirs");
  const told = [];
  let letGo;
  const edit = (name, save = async () => {}) => ({
    show: (side) => told.push(`${name} ${side}`), revert: (action) => told.push(`${name} reverts ${action}`),
    isBelow: () => false, failed: () => told.push(`${name} failed`), undo: async () => told.push(`${name} undone`),
    save: () => save().then(() => told.push(`${name} saved`)),
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  saving.do(edit("a", () => new Promise((resolve) => { letGo = resolve; })));
  saving.do(edit("b"));
  saving.undo();
  saving.undo();
  told.push(`pending ${saving.pending}`);
  letGo();
  await settled();
  saving.do(edit("c", () => Promise.reject(Object.assign(new Error("full"), {status: 507, code: "disk_full"}))));
  await settled();
  told.push(`pending ${saving.pending}, ${saving.error.code}`);
  saving.dropFailed();
  await settled();
  told.push(`pending ${saving.pending}, ${saving.done.length} to undo`);
  return told;
}"""
TOLD = [
    *("a after", "b after", "b before", "b reverts save", "a before", "pending 2", "a saved", "a undone"),
    *("c after", "c failed", "pending 1, disk_full", "c reverts save", "pending 0, 0 to undo"),
]


def test_boundaries_are_parted_joined_moved_and_marked(open_page):
    assert open_page().evaluate(BOUNDARIES) == EXPECTED


def test_edits_are_sent_in_order_and_what_was_not_sent_is_taken_back(open_page):
    assert open_page().evaluate(QUEUE) == TOLD
