"""The classifiers ours is measured against, and ours, all behind one face: train, predict, save, load.

scikit-learn's pipelines are as people write them: TF-IDF with sublinear counts, LinearSVC as it comes.
fastText is given what it is most sensitive to: it reads its file in order, so the file is shuffled; words
or characters and the epochs are chosen on a tenth of the training rows, which are then learnt too. (Other
learning rates, 0.1 and 0.2, more cells and triples moved its accuracy on headlines by 0.2 points at most.)
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import random
import warnings
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["OURS", "SYSTEMS", "System", "jieba_words"]

OURS = "classify"

SEED = 1


class System(Protocol):
    """A classifier in a benchmark. ``chosen`` names the settings that it selected, if any."""

    chosen: str

    def train(self, texts: Sequence[str], labels: Sequence[str], scratch: Path) -> None: ...
    def predict(self, texts: Sequence[str]) -> list[str]: ...
    def save(self, path: Path) -> None: ...
    def load(self, path: Path) -> None: ...


def jieba_words(text: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba asks for pkg_resources
        import jieba

    jieba.setLogLevel("WARNING")
    return [w for w in jieba.cut(text) if not w.isspace()]


class Sklearn:
    """TfidfVectorizer and LinearSVC, on jieba's words or on characters and pairs."""

    def __init__(self, *, words: bool) -> None:
        self.words = words
        self.chosen = ""
        self.pipeline: Any = None

    def train(self, texts: Sequence[str], labels: Sequence[str], scratch: Path) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        how: dict[str, Any] = {"analyzer": "char", "ngram_range": (1, 2)}
        if self.words:
            how = {"tokenizer": jieba_words, "token_pattern": None}
        vectorizer = TfidfVectorizer(lowercase=False, sublinear_tf=True, **how)
        self.pipeline = make_pipeline(vectorizer, LinearSVC(random_state=0)).fit(texts, labels)

    def predict(self, texts: Sequence[str]) -> list[str]:
        labels: list[str] = self.pipeline.predict(texts).tolist()
        return labels

    def save(self, path: Path) -> None:
        path.write_bytes(pickle.dumps(self.pipeline))

    def load(self, path: Path) -> None:
        self.pipeline = pickle.loads(path.read_bytes())


class FastText:
    """fastText (fasttext-community) on words or characters with pairs of them."""

    EPOCHS = (5, 25)
    FEW, EPOCHS_OF_FEW = 2_000, (15, 40)
    """Of so few rows it learns little in 25 epochs: 0.73 on cnews10, where 40 gave 0.84."""
    LEARNING_RATE = 0.5
    DIMENSIONS = 50
    BUCKETS = 500_000
    """Cells for pairs; 50 floats in each of 2,000,000, the default, would take 400 MB."""
    SEARCHED = 3_000_000
    """Characters of training rows that the search takes, so that long articles end within minutes."""

    def __init__(self) -> None:
        self.chosen = ""
        self.unit = "characters"
        self.model: Any = None

    def _cut(self, text: str) -> str:
        units = jieba_words(text) if self.unit == "words" else [c for c in text if not c.isspace()]
        return " ".join(units)

    def _fit(self, lines: Sequence[str], labels: Sequence[str], epochs: int, scratch: Path) -> None:
        import fasttext

        rows = [f"__label__{label} {line}\n" for line, label in zip(lines, labels, strict=True)]
        random.Random(SEED).shuffle(rows)
        file = scratch / "fasttext.txt"
        file.write_text("".join(rows), encoding="utf-8")
        self.model = fasttext.train_supervised(
            str(file), epoch=epochs, lr=self.LEARNING_RATE, dim=self.DIMENSIONS, wordNgrams=2,
            bucket=self.BUCKETS, minCount=1, thread=os.cpu_count() or 1, verbose=0,
        )  # fmt: skip
        file.unlink()

    def train(self, texts: Sequence[str], labels: Sequence[str], scratch: Path) -> None:
        order = list(range(len(texts)))
        random.Random(SEED).shuffle(order)
        sizes = accumulate(len(texts[i]) for i in order)
        order = [i for i, size in zip(order, sizes, strict=True) if size <= self.SEARCHED]
        tenth = max(1, len(order) // 10)
        held, kept = order[:tenth], order[tenth:]
        found = []
        choices = self.EPOCHS_OF_FEW if len(texts) < self.FEW else self.EPOCHS
        for self.unit in ("characters", "words"):
            lines = {i: self._cut(texts[i]) for i in order}
            for epochs in choices:
                self._fit([lines[i] for i in kept], [labels[i] for i in kept], epochs, scratch)
                said = self._say([lines[i] for i in held])
                right = sum(a == labels[i] for a, i in zip(said, held, strict=True))
                found.append((right, -epochs, self.unit))
        _, epochs, self.unit = max(found)
        self.chosen = f"{self.unit}, {-epochs} epochs"
        self._fit([self._cut(t) for t in texts], labels, -epochs, scratch)

    def _say(self, lines: Sequence[str]) -> list[str]:
        labels, _ = self.model.predict(list(lines))
        return [label[0].removeprefix("__label__") if label else "" for label in labels]

    def predict(self, texts: Sequence[str]) -> list[str]:
        return self._say([self._cut(t) for t in texts])

    def save(self, path: Path) -> None:
        self.model.save_model(str(path))
        path.with_suffix(".unit").write_text(self.unit, encoding="utf-8")

    def load(self, path: Path) -> None:
        import fasttext

        with contextlib.redirect_stderr(io.StringIO()):  # a notice about the interface
            self.model = fasttext.load_model(str(path))
        self.unit = path.with_suffix(".unit").read_text(encoding="utf-8")


class Ours:
    """`SectionClassifier` as it comes. Its `predict` gives labels, as the peers do; so does this one."""

    def __init__(self) -> None:
        self.chosen = ""
        self.model: Any = None

    def train(self, texts: Sequence[str], labels: Sequence[str], scratch: Path) -> None:
        from classify.sections import SectionClassifier

        self.model = SectionClassifier().fit(texts, labels).model_

    def predict(self, texts: Sequence[str]) -> list[str]:
        return [self.model.classes[k] for k in self.model.probabilities(texts).argmax(axis=1)]

    def save(self, path: Path) -> None:
        from classify.sections.model import save_model

        save_model(self.model, path, {})

    def load(self, path: Path) -> None:
        from classify.sections.model import load_model

        self.model = load_model(path)


SYSTEMS: dict[str, Any] = {
    "scikit-learn, words": lambda: Sklearn(words=True),
    "scikit-learn, characters 1–2": lambda: Sklearn(words=False),
    "fastText": FastText,
    OURS: Ours,
}
"""Name -> what makes a new one."""
