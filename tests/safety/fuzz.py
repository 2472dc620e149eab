"""Real models, mutated: each must load equal or raise ModelError.

Two ways for every mutation. As it is, the file's digest tells. With its digest made right again, the reader
and `Model.from_state` have to: there a changed weight is a weight, so what loads must be a model that
gives probabilities. Half of the mutations fall between the arrays, where the instructions are.
"""

from __future__ import annotations

import random
import resource
import sys
from typing import TYPE_CHECKING

import numpy as np

from classify.errors import ModelError
from classify.model_file import load_card
from classify.sections.model import load_model, save_model
from tests.safety.tried import Tried, same, signed, small_model

if TYPE_CHECKING:
    from pathlib import Path

MORE_MEMORY = 256 << 20
"""Bytes that the process may grow by over a whole fuzz; the tables of one loaded model have 40 MiB."""

PREDICT_EACH = 8
"""Of the mutated models that load, one in so many is asked for a prediction."""

_LONGEST = 64  # bytes cut out, put in or repeated
_OPCODES = b"(.0123NQRKMJGXVUu]a}st)ebcioqrhjlId" + bytes(range(0x80, 0x99))


def run_fuzz(folder: Path, cases: int, *, seed: int = 0) -> Tried:
    """Try `cases` mutations of three models."""
    tried = Tried("mutated models")
    files, states = [], []
    for number in range(3):
        path = folder / f"real{number}.joblib"
        save_model(small_model(number), path, {})
        files.append(path.read_bytes())
        states.append(load_model(path).state)
    rng = random.Random(seed)
    before = _memory()
    path = folder / "mutated.joblib"
    loaded = 0
    for case in range(cases):
        at = rng.randrange(len(files))
        data = mutated(files[at], files[(at + 1) % len(files)], rng)
        path.write_bytes(data)
        fault = ""
        try:
            if not same(load_model(path).state, states[at]):
                fault = "it loads, and isn't equal"
        except ModelError:
            pass
        except BaseException as e:
            fault = f"{type(e).__name__}: {e}"
        path.write_bytes(signed(data[:-32]))
        try:
            model = load_model(path)
            loaded += 1
            if loaded % PREDICT_EACH == 0:
                with np.errstate(all="ignore"):
                    p = model.probabilities(["民警破获一起盗窃案\n护林员上山巡林。", ""])
                if p.shape != (2, len(model.classes)):
                    fault = fault or f"it predicts {p.shape}"
        except ModelError:
            pass
        except BaseException as e:
            fault = fault or f"with its digest, {type(e).__name__}: {e}"
        tried.note(f"case {case} of seed {seed}", fault)
    grown = _memory() - before
    if grown > MORE_MEMORY:
        tried.failures.append(f"the process grew by {grown >> 20} MiB")
    return tried


def run_card_fuzz(folder: Path, cases: int, *, seed: int = 0) -> Tried:
    """Try mutations of a model's card: each is read as it was, but for what it tells, or is a ModelError."""
    tried = Tried("mutated cards")
    path = folder / "carded.joblib"
    digest = save_model(small_model(), path, {"labels": {"a": 1, "b": 2}, "figures": {"accuracy": 0.5}})
    card = path.with_suffix(".json")
    good = card.read_bytes()
    rng = random.Random(seed)
    for case in range(cases):
        card.write_bytes(mutated(good, good[::-1], rng))
        fault = ""
        try:
            if load_card(path)["sha256"] != digest:
                fault = "a card of another model"
        except ModelError:
            pass
        except BaseException as e:
            fault = f"{type(e).__name__}: {e}"
        tried.note(f"card {case} of seed {seed}", fault)
    return tried


def mutated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return `data` with one to four changes; `other` is where foreign pieces come from."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = _place(out, rng)
        n = rng.randint(1, _LONGEST)
        kind = rng.randrange(9)
        if kind == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            out[at] = rng.randrange(256)
        elif kind == 2:
            out[at] = rng.choice(_OPCODES)
        elif kind == 3:
            del out[at : at + n]
        elif kind == 4:
            out[at:at] = rng.randbytes(n)
        elif kind == 5:
            out[at:at] = out[at : at + n]
        elif kind == 6:
            of = rng.randrange(len(other))
            out[at : at + n] = other[of : of + n]
        elif kind == 7:
            out[at : at + 1] = bytes([rng.choice(_OPCODES)]) + rng.choice((b"", b"\xff" * 8, bytes(8)))
        else:
            del out[max(1, len(out) - rng.randrange(len(out))) :]
        if not out:
            out = bytearray(b"\x80")
    return bytes(out)


def _place(data: bytearray, rng: random.Random) -> int:
    """Return a place to change: anywhere, or where the reader's instructions are."""
    if rng.random() < 0.5:
        return rng.randrange(len(data))
    marks = (b"\x95", b"NumpyArrayWrapper", b"\x8c", b"classes", b"shape", b"format")
    found = data.find(rng.choice(marks), rng.randrange(len(data)))
    return min(len(data) - 1, max(0, found) + rng.randrange(48))


def _memory() -> int:
    """Return the most memory this process has had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
