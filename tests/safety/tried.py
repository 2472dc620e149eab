"""How a suite counts, and the small models that suites are run on: trained on a few of the seeds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from classify.sections.model import Model

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


@dataclass
class Tried:
    """Cases tried of one suite, and what went wrong with which."""

    suite: str
    tried: int = 0
    failures: list[str] = field(default_factory=list)

    def note(self, case: str, fault: str = "") -> None:
        self.tried += 1
        if fault:
            self.failures.append(f"{case}: {fault}")

    def __str__(self) -> str:
        return f"{self.suite}: {self.tried} tried, {len(self.failures)} failures"


def few_seeds(number: int, characters: int = 120) -> tuple[list[str], list[str]]:
    """Return two texts of each section and their labels; other texts for each `number`."""
    texts, labels = [], []
    for folder in sorted(p for p in SEEDS.iterdir() if p.is_dir()):
        for file in sorted(folder.glob("*.txt"))[2 * number : 2 * number + 2]:
            texts.append(file.read_text(encoding="utf-8")[:characters])
            labels.append(folder.name)
    return texts, labels


@lru_cache(maxsize=8)
def small_model(number: int = 0) -> Model:
    """Return a model that is trained in an instant; another one for each `number`."""
    from classify.sections import SectionClassifier

    texts, labels = few_seeds(number)
    return SectionClassifier(folds=0, n_jobs=1).fit(texts, labels).model_


def write_seeds(folder: Path, number: int = 0) -> Path:
    """Write the texts of `few_seeds` as `classify train` reads them."""
    for i, (text, label) in enumerate(zip(*few_seeds(number), strict=True)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"{i}.txt").write_text(text, encoding="utf-8")
    return folder


def signed(pickled: bytes) -> bytes:
    """Return a model file of `pickled`: what tells accidents apart must not be all that stops an attack."""
    return pickled + hashlib.sha256(pickled).digest()


def same(a: Any, b: Any) -> bool:
    """Say whether two states hold the same, kinds of numbers included."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b)
