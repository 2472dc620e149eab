"""Learn the weights of `classify.summarizer.scoring` and print them, with the digest of the data.

    python -m benchmarks.learn_summaries

Two sources, both conditional logits: the probability that a sentence is taken is softmax(weights · features) among the
candidates of its text.

- Picks: a reader took the three sentences of an article that together say who did what, with what result, and what
  follows (`summary_picks.json`: the start of the text's SHA-256 and the offsets of the sentences; the articles are of
  raw/newspaper_articles, only such as `is_for_learning`). Each is compared with those not taken, given the two others.
- Headlines: the sentence of greatest ROUGE-2 F1 with its headline, train halves of two sets, at a tenth of the weight
  of a pick: a headline says what the news is, but not what follows.

Takes some ten seconds of processor time. Only the figures printed here, and the offsets, are in the project.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.harness import load
from benchmarks.rouge import rouge_n, tokens
from classify.summarizer.ranking import RankedText, rank_units
from classify.summarizer.reading import read
from classify.summarizer.scoring import WEIGHTS, sentence_features, sentence_numbers

PICKS = Path(__file__).parent / "summary_picks.json"
HEADLINES = {"newspaper_headline": 400, "tv_item_headline": 800}
"""Texts of each train half."""
HEADLINE_WEIGHT = 0.1
"""Weight of a headline beside 1 of a pick. Chosen."""
SHORT = 3
"""Sentences of a text up to which its headline is left out: there is little to choose from. Chosen."""
LIKE = 0.1
"""ROUGE-2 F1 with the headline from which on a sentence counts as like it. Chosen."""
RIDGE = 1.0
"""Ridge on weights in units of the features' deviations. Chosen."""

Event = tuple[np.ndarray, int, float]
"""Features of the candidates ``(n_candidates, n_features)``, which one is taken, and the weight."""


def is_for_learning(text: str) -> bool:
    """Return whether an article is one to learn from: 7 of 10, by a hash. The others are for the blind reading.

    >>> is_for_learning("柳湾开始造林。"), is_for_learning("苗木来自石泉。")
    (True, True)
    """
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 < 7


def rank(text: str) -> RankedText:
    """Return the ranked units of one text."""
    (reading,) = read([text])
    return rank_units([t.text for t in reading.texts], reading.units, reading.words)[0]


def features_given(ranked: RankedText, numbers: list[int], chosen: list[int]) -> np.ndarray:
    """Return the features of the units `numbers`, and as the last column whether they stand beside one of `chosen`."""
    places = [numbers.index(i) for i in chosen]
    beside = [float(any(abs(k - j) == 1 for j in places)) for k in range(len(numbers))]
    return np.column_stack([sentence_features(ranked, numbers), beside])


def events_of_picks() -> tuple[list[Event], list[str]]:
    """Return an event for each picked sentence, and the texts."""
    picks: dict[str, list[int]] = json.loads(PICKS.read_text(encoding="utf-8"))
    texts = {
        hashlib.sha256(r["text"].encode()).hexdigest()[:16]: r["text"] for r in load("raw/newspaper_articles")
    }
    events: list[Event] = []
    for name, starts in picks.items():
        text = texts[name]
        assert is_for_learning(text)
        ranked = rank(text)
        numbers = sentence_numbers(ranked.text, ranked.units)
        taken = [i for i in numbers if ranked.units[i].start in starts]
        for i in taken:
            others = [j for j in taken if j != i]
            left = [j for j in numbers if j not in others]
            x = features_given(ranked, numbers, others)
            events.append((x[[numbers.index(j) for j in left]], left.index(i), 1.0))
    return events, [texts[name] for name in picks]


def events_of_headlines() -> tuple[list[Event], list[str]]:
    """Return an event for each text a sentence of which resembles its headline, and the texts."""
    events: list[Event] = []
    rows = [row for name, n in HEADLINES.items() for row in load(f"summarization/{name}/train")[:n]]
    for row in rows:
        ranked = rank(row["text"])
        numbers = sentence_numbers(ranked.text, ranked.units)
        if len(numbers) <= SHORT:
            continue
        reference = tokens(row["summary"])
        texts = [ranked.text[ranked.units[i].start : ranked.units[i].end] for i in numbers]
        f1 = [rouge_n(tokens(text), reference, 2).f1 for text in texts]
        if max(f1) > LIKE:
            events.append((features_given(ranked, numbers, []), int(np.argmax(f1)), HEADLINE_WEIGHT))
    return events, [row["text"] for row in rows]


def learn(events: list[Event], ridge: float = RIDGE) -> np.ndarray:
    """Return the weights of greatest likelihood, less the ridge: ``(n_features,)``."""
    sizes = np.array([len(x) for x, _, _ in events])
    firsts = np.cumsum([0, *sizes[:-1]])
    event_of = np.repeat(np.arange(len(events)), sizes)
    x = np.concatenate([x for x, _, _ in events])
    taken = firsts + np.array([k for _, k, _ in events])
    importance = np.array([w for _, _, w in events])
    scale = x.std(axis=0) + 1e-9
    x = x / scale

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        z -= np.maximum.reduceat(z, firsts)[event_of]
        e = np.exp(z)
        total = np.add.reduceat(e, firsts)
        p = e / total[event_of] * importance[event_of]
        value = float((importance * (np.log(total) - z[taken])).sum())
        return value + ridge * (w @ w), x.T @ p - x[taken].T @ importance + 2 * ridge * w

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x / scale)


def held_out_loss(events: list[Event], folds: int = 5) -> float:
    """Return the mean loss, in nats, of picks that the weights were not learned from."""
    picks = [e for e in events if e[2] == 1.0]
    rest = [e for e in events if e[2] != 1.0]
    total = 0.0
    for fold in range(folds):
        w = learn([e for k, e in enumerate(picks) if k // 3 % folds != fold] + rest)
        for x, k, _ in [e for j, e in enumerate(picks) if j // 3 % folds == fold]:
            z = x @ w
            total += float(np.log(np.exp(z - z.max()).sum()) + z.max() - z[k])
    return total / len(picks)


def main() -> None:
    picks, picked = events_of_picks()
    headlines, texts = events_of_headlines()
    digest = hashlib.sha256("\n".join([PICKS.read_text(encoding="utf-8"), *picked, *texts]).encode())
    events = picks + headlines
    chance = float(np.mean([np.log(len(x)) for x, _, _ in picks]))
    print(f"{len(picks)} picks, {len(headlines)} headlines; data {digest.hexdigest()[:16]}")
    print(f"loss of a pick left out {held_out_loss(events):.3f} nats, of a guess {chance:.3f}")
    for name, w in zip([*WEIGHTS, "beside"], learn(events), strict=True):
        print(f'    "{name}": {w:.2f},')


if __name__ == "__main__":
    main()
