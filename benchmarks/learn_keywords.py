"""Learn the weights of `classify.summarizer.keyword_scoring` and print them, with what they give on other articles.

    python -m benchmarks.learn_keywords

A conditional logit: the words of an article's headline are drawn from its candidates with softmax(weights · features),
and a word counts by the root of its length, so that long ones are not lost to short ones. The articles are those of
raw/newspaper_articles that a hash puts into one half; the other half reports. Takes half a minute of processor time.
Only the figures printed here are in the project.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from benchmarks.harness import load
from classify.summarizer.candidates import rank_candidates
from classify.summarizer.keyword_scoring import WEIGHTS, keyword_features
from classify.summarizer.keywords import find_keywords
from classify.summarizer.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LEARNED_FROM = 1_500
"""Articles to learn from."""
REPORTED_ON = 500
"""Articles of the other half to report on."""
RIDGE = 1e-3
"""Ridge on weights in units of the features' deviations. Chosen."""
AT_A_TIME = 100

Example = tuple[np.ndarray, np.ndarray]
"""The features of the candidates of an article ``(n_candidates, n_features)``, and what each is worth, in all 1."""


def halves() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the articles to learn from, and those to report on."""
    parts: tuple[list[dict[str, str]], list[dict[str, str]]] = ([], [])
    for row in load("raw/newspaper_articles"):
        parts[hashlib.sha256((row["title"] + row["text"]).encode()).digest()[0] % 2].append(row)
    return parts[0][:LEARNED_FROM], parts[1][:REPORTED_ON]


def examples(rows: Sequence[Mapping[str, str]]) -> Iterator[Example]:
    """Yield the examples of the articles that have a candidate in their headline."""
    for begin in range(0, len(rows), AT_A_TIME):
        some = rows[begin : begin + AT_A_TIME]
        titles = iter([row["title"] for row in some])
        for reading in read([row["text"] for row in some]):
            words = reading.words
            found = rank_candidates(words)
            features = keyword_features(words, found).T
            for document in range(len(reading.texts)):
                title = next(titles)
                own = found.documents == document
                names = [words.vocabulary[i] for i in found.ids[own].tolist()]
                worth = np.array([(name in title) * len(name) ** 0.5 for name in names])
                if worth.any():
                    yield features[own], worth / worth.sum()


def learn(found: Sequence[Example]) -> np.ndarray:
    """Return the weights ``(n_features,)`` that make the words of the headlines likeliest."""
    features = np.concatenate([rows for rows, _ in found])
    worth = np.concatenate([of_article for _, of_article in found])
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = (features - mean) / deviation
    sizes = np.array([len(rows) for rows, _ in found])
    firsts = np.cumsum(sizes) - sizes
    article = np.repeat(np.arange(len(found)), sizes)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = scaled @ weights
        powers = np.exp(sums - np.maximum.reduceat(sums, firsts)[article])
        shares = powers / np.add.reduceat(powers, firsts)[article]
        value = -(worth * np.log(shares + 1e-300)).sum() / len(found) + RIDGE * weights @ weights
        return float(value), scaled.T @ (shares - worth) / len(found) + 2 * RIDGE * weights

    best = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(best / deviation)


def report(rows: Sequence[Mapping[str, str]], k: int = 5) -> tuple[float, float]:
    """Return the share of `k` keywords that stand in the headline, and of its characters that they cover."""
    shares, covered = [], []
    titles = iter([row["title"] for row in rows])
    for reading in read([row["text"] for row in rows]):
        for of_text in find_keywords(reading, k):
            title = next(titles)
            names = [word.text for word in of_text]
            is_covered = np.zeros(len(title), np.bool_)
            for name in names:
                start = title.find(name)
                while start >= 0:
                    is_covered[start : start + len(name)] = True
                    start = title.find(name, start + 1)
            shares.append(sum(name in title for name in names) / max(1, len(names)))
            covered.append(is_covered.mean() if title else 0.0)
    return float(np.mean(shares)), float(np.mean(covered))


def main() -> None:
    of_learning, of_report = halves()
    digest = hashlib.sha256("".join(row["text"] for row in of_learning).encode()).hexdigest()[:16]
    for name, weight in zip(WEIGHTS, learn([*examples(of_learning)]), strict=True):
        print(f'    "{name}": {weight:.2f},')
    share, covered = report(of_report)
    print(f"{len(of_learning)} articles, digest {digest}")
    print(
        f"the weights in the module, {len(of_report)} others: {share:.3f} of five keywords stand in the headline,"
    )
    print(f"{covered:.3f} of its characters are covered")


if __name__ == "__main__":
    main()
