"""Models at the edge of what SECURITY.md promises: what they take in memory to load and to predict with.

Each file is as large, or as strange, as a file may be in one way: many nodes without weights, many classes, long names,
sizes that multiply. It is loaded, and asked for a prediction, in a process of its own, whose memory is measured. Then
models with every scalar at its edge must give probabilities.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import ModelError
from classify.model_file import MAX_BYTES, _encode_state
from classify.sections.model import Model, load_model
from classify.sections.stored import LARGEST, MAX_CLASSES
from tests.safety.tried import ROOT, Tried, small_model

if TYPE_CHECKING:
    from pathlib import Path

LOAD, PREDICT = 14, 32
"""Times the size of a file that it may take to load it, and to predict with it; of SECURITY.md."""
MORE = 100 << 20
"""Bytes of memory that any file may take beyond that."""

_MEASURED = """
import json, resource, sys
from classify.errors import ModelError
from classify.sections.model import load_model
load_model().predict(["民警破获盗窃案"])
def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
before = used()
told = "loaded"
loaded = predicted = 0
try:
    model = load_model(sys.argv[1])
    loaded = used() - before
    p = model.predict(["民警破获盗窃案\\n护林员上山巡林。"])
    predicted = used() - before
except ModelError as e:
    told, loaded, predicted = "refused", used() - before, 0
except BaseException as e:
    told = type(e).__name__
print(json.dumps([told, loaded, predicted]))
"""


def _vocabulary(n: int, *, terms: bool = False) -> dict[str, Any]:
    """Return a vocabulary of `n` nodes: single characters with many pairs under each."""
    letters = 20_000
    depth = np.where(np.arange(n) % (letters + 1) == 0, 1, 2).astype(np.uint8)
    char = np.where(depth == 1, np.arange(n) // (letters + 1), np.arange(n) % (letters + 1) - 1).astype(
        np.uint16
    )
    bits = np.packbits(np.full(n, terms))
    idf = np.ones(n if terms else 0, np.float32)
    none = np.packbits(np.zeros(n, bool))
    alphabet = np.arange(0x4E00, 0x4E00 + letters, dtype=np.uint32)
    return {"alphabet": alphabet, "depth": depth, "char": char, "is_term": bits, "is_word": none, "idf": idf}


def edge_models() -> dict[str, tuple[dict[str, Any], str]]:
    """Return states of models, each with what must become of its file: ``loaded`` or ``refused``."""
    state = small_model().state

    def with_classes(classes: list[str], **changes: Any) -> dict[str, Any]:
        k = len(classes)
        zeros = {"intercepts": np.zeros(k), "offsets": np.zeros(k)}
        n = sum(
            int(np.unpackbits(state[part][bits]).sum())
            for part in ("whole", "headline")
            for bits in ("is_term", "is_word")
        )
        return state | zeros | {"classes": classes, "weights": np.zeros((n, k), np.float32)} | changes

    def empty(n: int, k: int, *, terms: bool = False) -> dict[str, Any]:
        whole, headline = _vocabulary(n, terms=terms), _vocabulary(0)
        weights = np.zeros((n if terms else 0, k), np.float32)
        names = [f"c{i}" for i in range(k)]
        return with_classes(names, whole=whole, headline=headline, weights=weights)

    many = [f"c{i}" for i in range(MAX_CLASSES + 1)]
    nothing = {"whole": _vocabulary(0), "headline": _vocabulary(0)}
    return {
        "a real model": (state, "loaded"),
        "3 million nodes without weights": (empty(3_000_000, 2), "loaded"),
        "3 million nodes and 2,000 classes": (empty(3_000_000, 2_000), "loaded"),
        "3 million terms, weights of none": (
            empty(3_000_000, 2, terms=True) | {"weights": np.zeros((0, 2), np.float32)},
            "refused",
        ),
        "as many classes as there may be": (
            with_classes(many[:-1], weights=np.zeros((0, MAX_CLASSES), np.float32), **nothing),
            "loaded",
        ),
        "a class more": (
            with_classes(many, weights=np.zeros((0, len(many)), np.float32), **nothing),
            "refused",
        ),
        "450,000 classes of one name": (
            with_classes(["x"] * 450_000, weights=np.zeros((0, 450_000), np.float32), **nothing),
            "refused",
        ),
        "a name of a million characters": (with_classes(["x" * 1_000_000, "y"]), "loaded"),
        "classes as an array of a million": (state | {"classes": np.arange(1_000_000)}, "refused"),
        "intercepts for another number of classes": (state | {"intercepts": np.zeros(1_000_000)}, "refused"),
        "weights turned round": (
            state | {"weights": np.zeros(state["weights"].shape[::-1], np.float32)},
            "refused",
        ),
    }


def run_edges(folder: Path) -> Tried:
    """Load and use every edge model, and every scalar at its edge."""
    tried = Tried("models at the edge of the promise")
    for i, (name, (state, wanted)) in enumerate(edge_models().items()):
        path = folder / f"edge{i}.joblib"
        data = _encode_state(state)
        path.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(path)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        tried.note(name, _fault(done.stdout or f'["{done.stderr[-80:]!r}", 0, 0]', wanted, len(data)))
        path.unlink()
    path = folder / "large.joblib"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a sparse file: hashing half a gigabyte would take a second
    try:
        load_model(path)
        tried.note("a byte more than the limit", "loaded")
    except ModelError as e:
        tried.note("a byte more than the limit", "" if "more than the limit" in str(e) else str(e))
    state = small_model().state
    for key, values in {
        "threshold": (0, 1, 0.5, 5e-324),
        "slope": (0, 5e-324, 1e-300, LARGEST),
        "headline_weight": (0, 5e-324, LARGEST),
        "intercepts": (LARGEST, -LARGEST, 5e-324),
        "offsets": (LARGEST, -LARGEST, 5e-324),
        "weights": (3.4e38, -3.4e38, 1e-45),
    }.items():
        for value in values:
            changed = value
            if not np.isscalar(state[key]):  # weights may be kept in single precision, whose range is wider
                kind = np.float32 if key == "weights" else state[key].dtype
                changed = np.full(state[key].shape, value, kind)
            others = {"slope": LARGEST, "headline_weight": LARGEST} if key == "weights" else {}
            model = Model.from_state(state | others | {key: changed})
            with np.errstate(all="ignore"):
                p = model.probabilities(["民警破获盗窃案\n护林员上山巡林。", "", "林"])
            right = np.isfinite(p).all() and np.allclose(p.sum(axis=1), 1)
            tried.note(f"{key} of {value}", "" if right else f"probabilities {p[0]}")
    return tried


def _fault(answer: str, wanted: str, size: int) -> str:
    told, loaded, predicted = json.loads(answer)
    if told != wanted:
        return f"{told}, not {wanted}"
    if loaded > LOAD * size + MORE:
        return f"{loaded >> 20} MiB to load {size >> 20} MiB"
    if predicted > PREDICT * size + MORE:
        return f"{predicted >> 20} MiB to predict with {size >> 20} MiB"
    return ""
