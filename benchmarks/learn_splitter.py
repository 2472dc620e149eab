"""Learn the weights of the page model from generated pages.

    python -m benchmarks.learn_splitter          some forty minutes on two cores

Pages come from `benchmarks/typography`, whose articles were written for this project; some are the text that pypdfium2
gives of PDF files of `benchmarks/printed_pages`. The weights maximise the conditional likelihood of the states of their
lines, less a quadratic penalty; those that are kept are the mean of two models (`learn`). The gradient is taken from a
few pages at a time (Adam; Kingma and Ba 2015, with the mean of the last weights): twelve passes over the pages come
further than the 150 that L-BFGS had before. Then the weights of `matching` and of `display_stack` (`learn_stacks`) are
learned from other pages, as the model of lines reads them. The same pages give the same weights.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, fields, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.learn_stacks import learn_stacks
from benchmarks.printed_pages import make_file
from benchmarks.printed_pages.design import draw_design
from benchmarks.printed_pages.extracted import extract_text, tag_lines
from benchmarks.typography import GeneratedPage, PageLine, make_page
from classify.pages.line_model.crf import TABLES, LineWeights, load_weights
from classify.pages.line_model.features import count_rows, read_features
from classify.pages.line_model.matching import (
    HEAD_FEATURES,
    JOIN_FEATURES,
    N_HEAD_CELLS,
    N_JOIN_CELLS,
    describe,
    head_features,
    join_features,
    shares,
    split_head,
    take_apart,
)
from classify.pages.line_model.reading import read_page
from classify.pages.line_model.repairs import repair
from classify.pages.line_model.states import BEGINS, GROUP_OF, GROUPS, START_GROUP, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classify.pages.line_model.reading import PageReading

OUT = Path(__file__).parents[1] / "classify" / "pages" / "line_model" / "weights.npz"
PENALTY = 1.0
"""Half the inverse variance of each weight (a Gaussian prior)."""
BATCH = 24
"""Pages of about one length whose gradient is taken together."""
RATE, LAST_RATE = 0.015, 0.001
"""Length of a step for each weight, in log-odds: at the start, falling evenly to that at the end."""

_INDEX = {state: i for i, state in enumerate(STATES)}
_DISPLAY = ("label", "kicker", "headline", "deck")


def gold_states(page: GeneratedPage) -> list[int]:
    """Return the state of each line of a generated page that is not blank."""
    lines = [line for line in page.lines if line.text.strip()]
    after: list[int] = [-1] * (len(lines) + 1)  # the story of the next line that has one
    for i in range(len(lines) - 1, -1, -1):
        after[i] = lines[i].story if lines[i].story >= 0 else after[i + 1]
    story, region = -1, ""
    with_body: set[int] = set()
    firsts: dict[int, int] = {}  # the place of the first line of each body
    for line in lines:
        if line.role == "body" and line.place >= 0:
            firsts[line.story] = min(line.place, firsts.get(line.story, line.place))
    out = []
    for i, line in enumerate(lines):
        role = {"source": "byline", "credit": "caption"}.get(line.role, line.role)
        if role == "furniture" and (line.story < 0 or line.story != story):
            if story >= 0 and after[i] == story and region in ("head", "body"):
                state = "furniture-in-head" if region == "head" else "furniture-in-body"
            else:
                state, story, region = "furniture", -1, ""
        else:
            if line.story != story:
                story, region = line.story, ""
            if role == "furniture":
                state = {"": "furniture", "head": "furniture-in-head"}.get(region, "furniture-in-body")
            elif role in _DISPLAY or role == "note":
                if region in ("", "caption") or (region == "after" and role == "note"):
                    state, region = f"{role}-1", "head"
                elif region == "head":
                    state = role
                elif role == "note":
                    state = "body"
                else:
                    state, region = "kicker-after" if role == "label" else f"{role}-after", "after"
            elif role == "byline":
                if region == "":
                    state, region = "byline-1", "head"
                else:
                    state = "byline" if region == "head" else "tail"
            elif role == "caption":
                state = {"": "caption-1", "head": "caption-in-head"}.get(region, "caption")
                region = region or "caption"
            elif region in ("", "after"):
                known = line.place >= 0 and story in firsts
                goes_on = line.place > firsts[story] if known else story in with_body or region == "after"
                state = "resume" if goes_on else "body-1"
                region = "body"
            else:
                state, region = "subhead" if role == "subhead" and region != "head" else "body", "body"
            if role == "body":
                with_body.add(story)
        out.append(_INDEX[state])
    return out


@dataclass(slots=True)
class Example:
    """A generated page as the model sees it.

    Attributes
    ----------
    seed : int
    state_rows, border_rows : array
        Rows of the features of each node.
    states : array of int, shape (n_nodes,)
        The gold states.
    inner, wrong : int
        Lines inside columns, which are left out, and how many of them have another state than the line before.
    """

    seed: int
    state_rows: Any
    border_rows: Any
    states: Any
    inner: int = 0
    wrong: int = 0


def _matrix(rows: Any, size: int) -> Any:
    from scipy.sparse import csr_matrix

    n, k = rows.shape
    return csr_matrix(
        (np.ones(n * k, dtype=np.float32), rows.reshape(-1), np.arange(0, n * k + 1, k)), shape=(n, size)
    )


def make_vertical(page: GeneratedPage) -> GeneratedPage:
    """Return a page as an extractor gives it when it was set vertically: one character a line."""
    characters = [
        PageLine(c, line.role, line.story, line.place)
        for line in page.lines
        for c in line.text
        if not c.isspace()
    ]
    return GeneratedPage(characters, page.stories, page.style)


def make_repaired(page: GeneratedPage) -> GeneratedPage:
    """Return a page with the lines that the model of lines sees, joined where the reader joins them."""
    repaired = repair([line.text for line in page.lines])
    lines = []
    for text, group in zip(repaired.texts, repaired.groups, strict=True):
        parts = [page.lines[i] for i in group]
        sizes: Counter[tuple[str, int]] = Counter()
        for part in parts:
            sizes[part.role, part.story] += len(part.text)
        role, story = sizes.most_common(1)[0][0]
        place = min(part.place for part in parts if (part.role, part.story) == (role, story))
        lines.append(PageLine(text, role, story, place))
    return GeneratedPage(lines, page.stories, page.style)


def make_printed_page(seed: int) -> GeneratedPage:
    """Return the text of a file of the test bed that has its lines whole, once, and not in raster order."""
    for number in range(100 * seed, 100 * seed + 100):
        design = draw_design(random.Random(f"learn {number}"))
        damaged = design.order in ("rows", "lines", "columns") or design.trap in (
            "double", "rotated", "rotated_cropped"
        )  # fmt: skip
        if not damaged and not design.encoding.endswith("V"):
            file = make_file(number, "learn")
            lines = tag_lines(extract_text(file.pdf), file)
            if design.order == "blocks" and number % 2:
                lines = put_bodies_together(lines)
            return GeneratedPage(lines, [], None)
    raise ValueError(f"no page for seed {seed}")


def put_bodies_together(lines: Sequence[PageLine]) -> list[PageLine]:
    """Return the lines of a page with each body in one piece: many programs write the text of an article at once."""
    first: dict[int, int] = {}
    keys = []
    for at, line in enumerate(lines):
        is_body = line.story >= 0 and line.role in ("body", "subhead")
        keys.append((first.setdefault(line.story, at), line.place) if is_body else (at, 0))
    order = sorted(range(len(lines)), key=keys.__getitem__)
    return [lines[k] for k in order]


def make_training_page(seed: int) -> GeneratedPage:
    """Return the page of a seed: every fifth the text of a PDF file; of the others one of 31 is set vertically."""
    if seed % 5 == 3:
        return make_repaired(make_printed_page(seed))
    page = make_page(seed)
    return make_repaired(make_vertical(page)) if seed % 31 == 1 else page


def make_example(seed: int) -> Example | None:
    """Return a generated page with the gold states of its nodes, or None where one may not follow another."""
    page = make_training_page(seed)
    gold = gold_states(page)
    features = read_features([line.text for line in page.lines])
    if len(features.texts) != len(gold):
        raise ValueError(f"page {seed}: {len(features.texts)} lines read, {len(gold)} generated")
    states = np.array(gold)[features.nodes]
    # A node may follow a line that was left out and had another state; then the pair may be one that is not allowed.
    if len(states) < 3 or START_GROUP[states[0]] < 0 or (GROUP_OF[states[:-1], states[1:]] < 0).any():
        return None
    inner = np.ones(len(gold), dtype=bool)
    inner[features.nodes] = False
    plain = [s.removesuffix("-1").replace("resume", "body") for s in STATES]
    wrong = sum(
        plain[gold[i]] != plain[gold[i - 1]] or STATES[gold[i]] in BEGINS for i in np.flatnonzero(inner)
    )
    return Example(
        seed, features.state_features, features.border_features, states, int(inner.sum()), int(wrong)
    )


class Likelihood:
    """The negative log-likelihood of pages and its gradient."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.n_state, self.n_border = count_rows("state"), count_rows("border")
        self.S, self.G = len(STATES), len(GROUPS)
        allowed = np.argwhere(GROUP_OF >= 0)
        groups = GROUP_OF[allowed[:, 0], allowed[:, 1]]
        order = np.argsort(groups, kind="stable")
        self.arcs = allowed[order]
        self.arc_groups = groups[order]
        self.starts_of_groups = np.flatnonzero(np.diff(self.arc_groups, prepend=-1))
        self.group_ids = self.arc_groups[self.starts_of_groups]
        ordered = sorted(examples, key=lambda e: len(e.states))
        self.batches = [self._batch(ordered[i : i + BATCH]) for i in range(0, len(ordered), BATCH)]
        self.sizes = [len(batch[2]) for batch in self.batches]
        self.nodes = sum(self.sizes)
        self.n_weights = self.n_state * self.S + self.n_border * self.G + self.G

    def _batch(self, examples: Sequence[Example]) -> Any:
        lengths = np.array([len(e.states) for e in examples])
        X = _matrix(np.concatenate([e.state_rows for e in examples]), self.n_state)
        Y = _matrix(np.concatenate([e.border_rows for e in examples]), self.n_border)
        states = np.concatenate([e.states for e in examples])
        first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        groups = np.empty(len(states), dtype=np.int64)
        groups[1:] = GROUP_OF[states[:-1], states[1:]]
        groups[first] = START_GROUP[states[first]]
        T = lengths.max()
        at = first[None, :] + np.minimum(np.arange(T)[:, None], lengths[None, :] - 1)  # (T, B)
        mask = np.arange(T)[:, None] < lengths[None, :]
        return X, Y, states, groups, at, mask, first

    def unpack(self, w: Any) -> tuple[Any, Any, Any]:
        a = self.n_state * self.S
        b = a + self.n_border * self.G
        return w[:a].reshape(self.n_state, self.S), w[a:b].reshape(self.n_border, self.G), w[b:]

    def __call__(self, w: Any) -> tuple[float, Any]:
        parts = [self.of_batch(w, k) for k in range(len(self.batches))]
        return sum(loss for loss, _ in parts), np.sum([gradient for _, gradient in parts], axis=0)

    def of_batch(self, w: Any, k: int) -> tuple[float, Any]:
        """Return the negative log-likelihood of the pages of one batch, and its gradient."""
        X, Y, states, groups, at, mask, first = self.batches[k]
        of_states, of_borders, bias = self.unpack(w.astype(np.float32))
        own, border = np.asarray(X @ of_states), np.asarray(Y @ of_borders) + bias
        line = np.arange(len(states))
        gold = own[line, states].sum(dtype=np.float64) + border[line, groups].sum(dtype=np.float64)
        gamma, xi, log_z = self._forward_backward(own, border, at, mask, first)
        gamma[line, states] -= 1.0
        xi[line, groups] -= 1.0
        gradient = np.concatenate([(X.T @ gamma).ravel(), (Y.T @ xi).ravel(), xi.sum(axis=0)])
        return log_z - float(gold), gradient

    def _forward_backward(
        self, own: Any, border: Any, at: Any, mask: Any, first: Any
    ) -> tuple[Any, Any, float]:
        T, B = at.shape
        S = self.S
        n = len(own)
        padded = np.concatenate([border, np.full((n, 1), -1e4, dtype=np.float32)], axis=1)
        alpha = np.empty((T, B, S))
        matrices = [None] * T
        start = padded[first][:, START_GROUP] + own[first]
        top = start.max(axis=1, keepdims=True)
        a = np.exp((start - top).astype(np.float64))
        log_z = float(top.sum(dtype=np.float64))
        total = a.sum(axis=1)
        alpha[0] = a / total[:, None]
        log_z += float(np.log(total).sum())
        for t in range(1, T):
            live = mask[t]
            rows = at[t][live]
            s = padded[rows][:, GROUP_OF] + own[rows][:, None, :]
            top = s.max(axis=(1, 2))
            m = np.exp(s - top[:, None, None])
            matrices[t] = m
            a = np.einsum("bi,bij->bj", alpha[t - 1][live], m)
            total = a.sum(axis=1)
            alpha[t] = alpha[t - 1]
            alpha[t][live] = a / total[:, None]
            log_z += float(top.sum(dtype=np.float64) + np.log(total).sum())
        gamma = np.zeros((n, S), dtype=np.float32)
        xi = np.zeros((n, self.G), dtype=np.float32)
        beta = np.ones((B, S))
        for t in range(T - 1, 0, -1):
            live = mask[t]
            rows = at[t][live]
            m = matrices[t]
            a, b = alpha[t - 1][live], beta[live]
            g = alpha[t][live] * b
            gamma[rows] = g / g.sum(axis=1, keepdims=True)
            arc = a[:, self.arcs[:, 0]] * m[:, self.arcs[:, 0], self.arcs[:, 1]] * b[:, self.arcs[:, 1]]
            by_group = np.add.reduceat(arc, self.starts_of_groups, axis=1)
            by_group /= by_group.sum(axis=1, keepdims=True)
            xi[rows[:, None], self.group_ids[None, :]] = by_group
            back = np.einsum("bij,bj->bi", m, b)
            beta[live] = back / back.sum(axis=1, keepdims=True)
        g = alpha[0] * beta
        g /= g.sum(axis=1, keepdims=True)
        gamma[at[0]] = g
        usable = START_GROUP >= 0
        np.add.at(xi, (np.repeat(at[0], usable.sum()), np.tile(START_GROUP[usable], B)), g[:, usable].ravel())
        return gamma, xi, log_z


def maximise(likelihood: Likelihood, passes: int) -> Any:
    """Return the weights that are best for the pages, shape (n_weights,): the mean of those of the last steps."""
    rng = np.random.default_rng(0)
    n_batches = len(likelihood.batches)
    w, mean, square, average = (np.zeros(likelihood.n_weights, dtype=np.float32) for _ in range(4))
    steps, started, total = passes * n_batches, time.perf_counter(), 0.0
    last = steps - max(1, steps // 7)
    for step in range(steps):
        if step % n_batches == 0:
            order = rng.permutation(n_batches)
        k = int(order[step % n_batches])
        loss, gradient = likelihood.of_batch(w, k)
        total += loss
        gradient = gradient / likelihood.sizes[k] + PENALTY / likelihood.nodes * w
        mean += 0.1 * (gradient - mean)
        square += 0.01 * (gradient * gradient - square)
        rate = RATE * (1 - step / steps) + LAST_RATE
        w -= rate * (mean / (1 - 0.9 ** (step + 1))) / (np.sqrt(square / (1 - 0.99 ** (step + 1))) + 1e-5)
        if step >= last:
            average += (w - average) / (step - last + 1)
        if (step + 1) % n_batches == 0:
            print(
                f"pass {(step + 1) // n_batches}: loss {total / likelihood.nodes:.4f} a node, "
                f"{time.perf_counter() - started:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            total = 0.0
    return average


def learn(pages: int, passes: int) -> LineWeights:
    """Return all weights: the mean of those of two models, each learned from pages of its own.

    One is of generated pages alone, of the other every fifth page is the text of a PDF file. What each of two models
    learned by chance is halved in the mean: on pages that neither saw, its loss is smaller than that of either.
    """
    some = pages // 3
    models = []
    for number, seeds in enumerate(
        ([seed for seed in range(pages) if seed % 5 != 3], range(pages, 2 * pages))
    ):
        # The pages of the models differ, so that each sees the mistakes of those before it.
        first, second = ((2 * k + number) * 10**6 for k in (1, 2))
        model = learn_matching(learn_model(seeds, passes), range(first, first + some))
        models.append(learn_stacks(model, range(second, second + some), make_training_page))
    return mean_of(models)


def mean_of(models: Sequence[LineWeights]) -> LineWeights:
    """Return the mean of the weights of some models."""
    names = [field.name for field in fields(LineWeights) if getattr(models[0], field.name) is not None]
    tables = {name: np.mean([getattr(model, name) for model in models], axis=0) for name in names}
    return replace(
        models[0], **{name: t.astype(getattr(models[0], name).dtype) for name, t in tables.items()}
    )


def learn_model(seeds: Sequence[int], passes: int) -> LineWeights:
    """Return the weights of the page model learned from the pages of some seeds."""
    with get_context("fork").Pool(2) as pool:
        examples = [e for e in pool.imap(make_example, seeds, chunksize=16) if e]
    inner, wrong = sum(e.inner for e in examples), sum(e.wrong for e in examples)
    nodes = sum(len(e.states) for e in examples)
    print(f"{len(examples)} pages, {nodes} nodes", file=sys.stderr)
    print(f"{inner} lines inside columns, {wrong} of them wrong", file=sys.stderr, flush=True)
    likelihood = Likelihood(examples)
    return LineWeights(*likelihood.unpack(maximise(likelihood, passes)), None, None)


def learn_matching(weights: LineWeights, seeds: Sequence[int]) -> LineWeights:
    """Return the weights with those of the two logistic models of `matching`, learned from pages as they are read."""
    joins, heads = _Pairs(N_JOIN_CELLS), _Pairs(N_HEAD_CELLS)
    together: dict[bool, list[bool]] = {True: [], False: []}
    with get_context("fork").Pool(2) as pool:
        found_pairs = list(pool.imap(partial(find_pairs, weights), seeds, chunksize=16))
    for of_joins, (found, pairs) in found_pairs:
        joins.add(*of_joins)
        heads.add(*found)
        for is_together, is_same in pairs:
            together[is_together].append(is_same)
    head = heads.learn()
    for column, is_same in ((-2, True), (-1, False)):
        share = (sum(together[is_same]) + 1) / (len(together[is_same]) + 2)
        head[column] = np.log(share / (1 - share))
    return replace(weights, join=joins.learn(), head=head)


Found = tuple[Any, Any, Any]
"""Of pairs of parts of a page: cells, shape (n,), features, shape (n, n_features), and which are of one article."""


def find_pairs(weights: LineWeights, seed: int) -> tuple[Found, tuple[Found, list[tuple[bool, bool]]]]:
    """Return what `find_join_pairs` and `find_head_pairs` find on the page of a seed."""
    page = make_training_page(seed)
    in_order = page.style is not None and page.style.order == "story"  # teaches nothing of this
    lines = [] if in_order else page.lines
    reading = read_page([line.text for line in lines], weights=weights)
    stories = [line.story for line in lines if line.text.strip()]
    return find_join_pairs(reading, stories), find_head_pairs(reading, stories)


def find_join_pairs(reading: PageReading, stories: Sequence[int]) -> Found:
    """Return each body of a page with each other one that may follow it, and whether it truly does."""
    pieces = [part for piece in reading.pieces for part in split_head(piece)]
    with_head = {k + 1 for k, p in enumerate(pieces) if p.has_head and not p.has_body}
    bodies = [k for k, p in enumerate(pieces) if p.has_body]
    parts = [describe(reading, pieces[k], k) for k in bodies]
    story = [_most_usual([stories[i] for i in pieces[k].lines]) for k in bodies]
    found = []
    if len(bodies) > 1:
        opening = shares([part.opening for part in parts], [part.body for part in parts])
        closing = shares([part.closing for part in parts], [part.body for part in parts])
        for b, k in enumerate(bodies):
            if b and k not in with_head and not pieces[k].has_head:
                cells, features = join_features(parts[b], parts[:b], opening[b, :b], closing[:b, b])
                found.append((cells, features, np.array([story[j] == story[b] for j in range(b)])))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros((0, len(JOIN_FEATURES))), np.zeros(0, dtype=bool)
    cells, features, wanted = (np.concatenate(some) for some in zip(*found, strict=True))
    return cells, features, wanted


def find_head_pairs(reading: PageReading, stories: Sequence[int]) -> tuple[Found, list[tuple[bool, bool]]]:
    """Return each display line of a page with each body, and whether two that follow one another are of one article.

    Of each two displays it says whether they were read as one head, and whether they truly are.
    """
    shown, running = take_apart(reading, reading.pieces)
    if not shown or not running:
        n = len(HEAD_FEATURES)
        return (np.zeros(0, dtype=np.int64), np.zeros((0, n)), np.zeros(0, dtype=bool)), []
    cells, features = head_features(reading, shown, running)
    of_shown = np.array([_most_usual([stories[i] for i in d.lines]) for d in shown])
    of_bodies = np.array([_most_usual([stories[i] for i in body.lines]) for body in running])
    same = of_shown[:, None] == of_bodies[None, :]
    together = [
        (d.piece == e.piece, bool(x == y))
        for x, y, d, e in zip(of_shown, of_shown[1:], shown, shown[1:], strict=False)
    ]
    return (cells.reshape(-1), features.reshape(-1, features.shape[-1]), same.reshape(-1)), together


class _Pairs:
    """Pairs of parts of a page, each with its cell, its features, and whether the two are of one article."""

    def __init__(self, n_cells: int) -> None:
        self.n_cells = n_cells
        self.found: list[Found] = []

    def add(self, cells: Any, features: Any, wanted: Any) -> None:
        self.found.append((cells, features, wanted))

    def learn(self) -> Any:
        """Return the weights of the cells and of the features (logistic regression)."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression

        cells, features, wanted = (np.concatenate(some) for some in zip(*self.found, strict=True))
        n = len(cells)
        print(f"{n} pairs, {wanted.sum()} of one article", file=sys.stderr, flush=True)
        table = csr_matrix((np.ones(n), (np.arange(n), cells)), shape=(n, self.n_cells))
        model = LogisticRegression(C=1.0, max_iter=2000)
        model.fit(hstack([table, csr_matrix(features)]).tocsr(), wanted)
        weights = model.coef_[0].copy()
        weights[: self.n_cells] += model.intercept_[0]
        return weights


def _most_usual(values: Sequence[int]) -> int:
    return max(set(values), key=values.count)


def save(weights: LineWeights, path: Path, about: str) -> None:
    """Write weights with one scale for each table; those that round to nothing are left out."""
    kept: dict[str, Any] = {} if weights.stack is None else {"stack": weights.stack.astype(np.float32)}
    for name in TABLES:
        table = getattr(weights, name)
        scale = max(float(np.abs(table).max()), 1e-9) / 32000
        rounded = np.round(table / scale).astype(np.int16).reshape(-1)
        rounded[np.abs(rounded * scale) < 0.02] = 0
        at = np.flatnonzero(rounded)
        kept[name], kept[f"{name}_at"], kept[f"{name}_scale"] = (
            rounded[at],
            at.astype(np.int32),
            np.float32(scale),
        )
    np.savez_compressed(path, bias=weights.bias.astype(np.float32), join=weights.join, head=weights.head,
                        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), **kept)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=3500, help="generated pages (3500)")
    parser.add_argument("--passes", type=int, default=12, help="passes over the pages (12)")
    parser.add_argument("-o", "--out", type=Path, default=OUT, help="file of weights (the package's)")
    parser.add_argument("--stacks", action="store_true", help="learn only the weights of display stacks anew")
    args = parser.parse_args()
    if args.stacks:
        some = range(2 * 10**6, 2 * 10**6 + args.pages // 3)
        weights = learn_stacks(load_weights(), some, make_training_page)
    else:
        weights = learn(args.pages, args.passes)
    about = (
        f"the mean of two models: pages 0 to {args.pages - 1} of benchmarks/typography, and as many of which every "
        f"fifth is the text of a file of benchmarks/printed_pages; {args.passes} passes, penalty {PENALTY:g}"
    )
    save(weights, args.out, about)


if __name__ == "__main__":
    main()
