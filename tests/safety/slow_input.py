"""A search for slow inputs: texts put together at random, of which those that take longest for their length are kept,
changed and tried again.

What it looks for is time that grows with the square, so each text is made long: a few pieces, each repeated very often.
The most that a text of `CHARACTERS` may take is a generous `SECONDS` of the processor, ten times what the slowest
function needs for any text known.
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from classify.errors import ClassifyError
from tests.safety.growth import functions, limited
from tests.safety.patterns import PATTERNS
from tests.safety.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHARACTERS = 6_000
SECONDS = 10.0
"""Processor seconds for `CHARACTERS` characters."""
KEPT = 6
"""Slowest texts of each function that new ones are made from."""

PIECES = [make(24) for make in PATTERNS.values()] + list(
    "。！？“”‘’（）《》、，：；…—\n \t\u3000\u0301\u200b\r字记者讯摄版日月年一1aA.\"'●"
)


def run_slow_input(folder: Path, cases: int, *, seed: int = 0) -> Tried:
    """Try `cases` texts on each function that reads a text."""
    tried = Tried("search for slow inputs")
    rng = random.Random(seed)
    slow: dict[str, list[tuple[float, list[str]]]] = {}
    every = functions(folder)
    for case in range(cases):
        for name, function in every.items():
            kept = slow.setdefault(name, [])
            pieces = _changed(rng.choice(kept)[1], rng) if kept and rng.random() < 0.7 else _pieces(rng)
            text = _text(pieces)
            seconds, fault = _time(function, text)
            kept.append((seconds, pieces))
            kept.sort(key=lambda found: -found[0])
            del kept[KEPT:]
            tried.note(f"{name}, case {case} of seed {seed}: {text[:40]!r}", fault)
    return tried


def _pieces(rng: random.Random) -> list[str]:
    return [rng.choice(PIECES)[: rng.randint(1, 24)] for _ in range(rng.randint(1, 4))]


def _changed(pieces: list[str], rng: random.Random) -> list[str]:
    changed = list(pieces)
    at = rng.randrange(len(changed))
    kind = rng.randrange(4)
    if kind == 0:
        changed[at] = rng.choice(PIECES)[: rng.randint(1, 24)]
    elif kind == 1:
        changed.insert(at, rng.choice(PIECES)[: rng.randint(1, 3)])
    elif kind == 2 and len(changed) > 1:
        del changed[at]
    else:
        changed[at] = changed[at][: rng.randint(1, max(1, len(changed[at])))] + rng.choice(PIECES)[:2]
    return changed[:6]


def _text(pieces: list[str]) -> str:
    """Return one of two kinds of text, by the pieces: each repeated on its own, or all of them in turn."""
    if len(pieces) % 2:
        room = CHARACTERS // len(pieces)
        return "".join(piece * (room // max(1, len(piece))) for piece in pieces)
    together = "".join(pieces)
    return together * (CHARACTERS // max(1, len(together)))


def _time(function: Callable[[str], object], text: str) -> tuple[float, str]:
    before = time.process_time()
    try:
        with limited(SECONDS), suppress(ClassifyError, ValueError):
            function(text)
    except TimeoutError:
        return SECONDS, f"more than {SECONDS:.0f} s"
    except Exception as e:
        return 0.0, f"{type(e).__name__}: {e}"
    return time.process_time() - before, ""
