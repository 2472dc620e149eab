"""Learn how column segments of a page follow one another: ``python -m benchmarks.learn_flow [--files N]``.

Pages of `printed_pages`, from its pool of articles to learn from, are read as any PDF is, and each column segment is
found in the truth. So it is known which segment goes on in which. The weights are those of two conditional logit models
fitted together: of what follows a segment (one of the others, or the end of its story), and of what is before it (one
of the others, or the beginning). They are drawn towards those that were set by hand before.

Writes ``classify/pages/layout/flow_weights.json``. Some three minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

import classify.pages.layout as layout
from benchmarks.printed_pages import make_file
from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.flow import FlowWeights, best_choice, pass_heads_back, scores_of
from classify.pages.layout.links import ENDS, LINKS, STARTS, find_evidence
from classify.pages.layout.reading import view_page
from classify.read.pdf.document import PdfDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from classify.pages.layout.blocks import Segment
    from classify.pages.layout.links import LinkEvidence
    from classify.pages.layout.reading import PlacedLine
    from classify.records import PrintedPage

__all__ = ["HAND_SET", "following_segments", "learn"]

FILES = 120
PRIOR = 20.0
"""Inverse variance of the weights round those set by hand. Chosen on held-out pages: 2 is as good, 80 less."""

SHIFT = 1.2
"""Added to the weight of ``closed_indented``, log-odds. The models weigh each choice alone and cut stories too often
where a column ends with a sentence; of 0, 0.6, 1.2 and 1.8 this gave the best articles on pages to learn from."""

HAND_SET = {
    "links": {
        "right": 1.0, "right_gutter": -0.3, "right_apart": -0.5, "right_far_apart": -0.5, "right_top_off": -0.15,
        "right_between": -0.5, "right_wall": -0.6, "right_rule": -0.5, "right_above_rule": -1.0,
        "right_above_roof": -1.0, "below": 1.25, "below_gap": -0.75,
        "below_rule": -2.5, "below_between": -1.0, "below_head": -1.25, "back": -1.5, "back_gap": -0.1,
        "back_left": -0.1, "open_indented": -3.0, "open_flush": 2.5, "closed_full": -0.5, "closed_short": -2.5,
        "likeness": 2.0, "same_roof": 1.0, "after_signature": -2.0, "before_lead": -3.0, "before_bullet": -1.5,
        "other_measure": -0.75, "other_leading": -0.5, "other_face": -0.25, "passed_link": 1.5,
    },
    "starts": {
        "bias": -1.0, "lead": 3.0, "bullet": 1.0, "indented": 0.25, "flush": -1.5, "picture_over": 1.0,
        "head_over": 2.0,
        "head_beside": 1.5, "passed_to": 1.5, "passed_from": -1.5,
    },
    "ends": {"open": -3.0, "signed": 1.5, "short": 0.25},
}  # fmt: skip
"""Weights that were set by hand before any were learned; what is not named is 0."""


class Example(NamedTuple):
    """A page: what is seen, and for each segment the one that follows it, −1 for an end and −2 where it is unknown."""

    evidence: LinkEvidence
    following: list[int]


def hand_set() -> FlowWeights:
    """Return the weights that were set by hand."""
    parts = [
        np.array([HAND_SET[part].get(name, 0.0) for name in names])
        for part, names in (("links", LINKS), ("starts", STARTS), ("ends", ENDS))
    ]
    return FlowWeights(*parts)


def examples(
    files: Iterable[tuple[list[PrintedPage], dict[str, Any]]], weights: FlowWeights
) -> list[Example]:
    """Return the pages of some files as examples."""
    found = []
    for pages, truth in files:
        for page in pages:
            view = view_page(page)
            blocks = find_blocks(view)
            if len(blocks.segments) < 2:
                continue
            evidence = find_evidence(view, blocks.segments, blocks.displays)
            links, starts, ends = scores_of(evidence, weights)
            seems = best_choice(links, starts, ends)
            pass_heads_back(view, blocks.segments, blocks.displays, evidence, links, seems)
            found.append(Example(evidence, following_segments(blocks.segments, truth["articles"])))
    return found


def following_segments(segments: Sequence[Segment], articles: Sequence[dict[str, Any]]) -> list[int]:
    """Return for each segment the one that truly follows it, −1 for none, −2 if it is in no article."""
    texts = [_plain(article["body"]) for article in articles]
    firsts = [_find(s.lines[0], articles, texts) for s in segments]
    lasts = [_find(s.lines[-1], articles, texts) for s in segments]
    # Of an article of which a segment is not found, because its lines were read wrongly, nothing is known.
    unclear = {
        _article_at(line, articles)
        for s, first, last in zip(segments, firsts, lasts, strict=True)
        for line, found in ((s.lines[0], first), (s.lines[-1], last))
        if found is None
    }
    following = []
    for last in lasts:
        if last is None or last[0] in unclear:
            following.append(-2)
            continue
        later = [
            (first[1], k)
            for k, first in enumerate(firsts)
            if first is not None and first[0] == last[0] and first[1] > last[1]
        ]
        following.append(min(later)[1] if later else -1)
    return following


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _article_at(line: PlacedLine, articles: Sequence[dict[str, Any]]) -> int:
    """Return the article in whose boxes a line is, −1 for none."""
    box = line.line.box
    if box is not None:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        for k, article in enumerate(articles):
            if any(b[0] == box.page and b[1] <= x <= b[3] and b[2] <= y <= b[4] for b in article["boxes"]):
                return k
    return -1


def _find(
    line: PlacedLine, articles: Sequence[dict[str, Any]], texts: Sequence[str]
) -> tuple[int, int] | None:
    """Return the article of a line of running text, and where in its body the line begins."""
    box = line.line.box
    text = _plain(line.text)
    if box is None or not text:
        return None
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    for k, article in enumerate(articles):
        inside = any(
            b[0] == box.page and b[1] - 2 <= x <= b[3] + 2 and b[2] - 2 <= y <= b[4] + 2
            for b in article["boxes"]
        )
        at = texts[k].find(text[:12]) if inside else -1
        if at >= 0:
            return k, at
    return None


class _Choices(NamedTuple):
    """All choices of all pages: in each, one of some rows is the true one."""

    rows: NDArray[np.float64]
    """Shape (rows, weights)."""
    group: NDArray[np.intp]
    """The choice that a row belongs to."""
    true: NDArray[np.intp]
    """The true row of each choice."""


def learn(pages: Sequence[Example], prior: FlowWeights) -> FlowWeights:
    """Return the weights under which what is true is likeliest, drawn towards those of `prior`."""
    sizes = (len(LINKS), len(STARTS), len(ENDS))
    centre = np.concatenate([prior.links, prior.starts, prior.ends])
    rows, group, true = _choices(pages)
    n = len(true)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ w
        most = np.full(n, -np.inf)
        np.maximum.at(most, group, scores)
        shares = np.exp(scores - most[group])
        totals = np.bincount(group, shares, n)
        off = w - centre
        value = float((np.log(totals) + most - scores[true]).sum()) + 0.5 * PRIOR * float(off @ off)
        shares /= totals[group]
        shares[true] -= 1.0
        return value, shares @ rows + PRIOR * off

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return FlowWeights(*np.split(found.x, np.cumsum(sizes)[:-1]))


def _choices(pages: Sequence[Example]) -> _Choices:
    """Return for each segment the choice of what follows it, and that of what is before it."""
    n_links, n_starts, n_ends = len(LINKS), len(STARTS), len(ENDS)
    width = n_links + n_starts + n_ends
    parts: list[NDArray[np.float64]] = []
    counts: list[int] = []
    true: list[int] = []
    row = 0
    for evidence, following in pages:
        before = {second: first for first, second in enumerate(following) if second >= 0}
        for k in range(len(following)):
            if following[k] == -2:
                continue
            for known, among, links, alone, at in (
                (following[k], evidence.possible[k], evidence.links[k], evidence.ends[k], n_links + n_starts),
                (
                    before.get(k, -1),
                    evidence.possible[:, k],
                    evidence.links[:, k],
                    evidence.starts[k],
                    n_links,
                ),
            ):
                others = np.flatnonzero(among)
                if known >= 0 and not among[known]:
                    continue
                block = np.zeros((len(others) + 1, width))
                block[:-1, :n_links] = links[others]
                block[-1, at : at + len(alone)] = alone
                parts.append(block)
                counts.append(len(block))
                true.append(row + (int(np.searchsorted(others, known)) if known >= 0 else len(others)))
                row += len(block)
    return _Choices(np.concatenate(parts), np.repeat(np.arange(len(counts)), counts), np.array(true))


def share_right(pages: Sequence[Example], weights: FlowWeights) -> float:
    """Return the share of segments for which what follows is chosen rightly."""
    right = total = 0
    for example in pages:
        chosen = best_choice(*scores_of(example.evidence, weights))
        for k, true in enumerate(example.following):
            if true != -2:
                total += 1
                right += chosen.get(k, -1) == true
    return right / max(1, total)


def read_files(first: int, number: int, pool: str) -> list[tuple[list[PrintedPage], dict[str, Any]]]:
    """Return generated files as they are read, and their truth."""
    found = []
    for seed in range(first, first + number):
        file = make_file(seed, pool)
        with PdfDocument(file.pdf, f"seed {seed}") as document:
            pages = [document.page(k) for k in range(1, document.n_pages + 1)]
        found.append((pages, file.truth))
    return found


def write(weights: FlowWeights, path: Path, how: str) -> None:
    """Write weights as the package reads them."""
    parts = (
        ("links", LINKS, weights.links),
        ("starts", STARTS, weights.starts),
        ("ends", ENDS, weights.ends),
    )
    data: dict[str, Any] = {"learned": how}
    for part, names, values in parts:
        data[part] = {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.learn_flow", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=FILES)
    args = parser.parse_args(arguments)
    files = read_files(0, args.files, "learn")
    held_out = read_files(0, max(1, args.files // 4), "measure")
    weights = hand_set()
    for _ in range(2):  # where headlines are passed back depends on the weights
        weights = learn(examples(files, weights), hand_set())
    weights.links[LINKS.index("closed_indented")] += SHIFT
    pages = examples(held_out, weights)
    ours, theirs = share_right(pages, weights), share_right(pages, hand_set())
    figure = f"{ours:.4f} of segments right on held-out pages, {theirs:.4f} with weights set by hand"
    print(figure)
    how = f"python -m benchmarks.learn_flow --files {args.files}, on pages of the project's own articles; {figure}"
    write(weights, Path(layout.__file__).with_name("flow_weights.json"), how)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
