"""Trainings that are killed: what lies at the path is whole whenever that happens.

Two ways. ``classify train`` is killed from outside at random moments of its run, half of them in its last
part, where it writes. And the writing itself is killed at each of its lines in turn, in forked processes.
After each the model is the old one or the new one, to the bit; the card is that model's own, or `load_card`
says that it isn't, which is right only between the two moves.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from classify.errors import ModelError
from classify.model_file import card_path, load_card
from classify.sections.model import load_model, save_model
from tests.safety.tried import ROOT, Tried, small_model, write_seeds

if TYPE_CHECKING:
    from pathlib import Path

WRITING = 0.2
"""Last share of a training's time into which half of the kills fall."""


def look(path: Path, digests: dict[str, str]) -> str:
    """Return what is wrong with the model at `path`, or nothing; `digests` are of the old and the new."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    which = next((name for name, d in digests.items() if d == digest), "")
    if not which:
        return "the model is neither the old one nor the new one"
    load_model(path, sha256=digest)
    try:
        card = load_card(path)
    except ModelError as e:
        written = json.loads(card_path(path).read_text(encoding="utf-8"))["sha256"]
        between = which == "new" and written == digests["old"]
        return "" if between and "another model" in str(e) else f"the {which} model has no card: {e}"
    return "" if card["sha256"] == digest else "the card is another model's, and nothing says so"


def unfinished(path: Path) -> list[str]:
    """Return the names of what killed runs left."""
    return [p.name for p in path.parent.iterdir() if p.name not in (path.name, card_path(path).name)]


def run_kills(folder: Path, kills: int, *, seed: int = 0) -> Tried:
    """Kill ``classify train`` `kills` times."""
    tried = Tried("trainings killed")
    data = write_seeds(folder / "data", 1)
    kept, place = folder / "kept", folder / "place"
    path = place / "sections.joblib"
    command = [sys.executable, "-m", "classify.cli", "train", str(data), "-o", str(path), "--quiet"]
    save_model(small_model(), kept / path.name, {"of": "old"})
    for _ in range(2):  # the first may compile; its bytes are the new model's
        begun = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        lasts = time.monotonic() - begun
    digests = {"new": _digest(path), "old": _digest(kept / path.name)}
    rng = random.Random(seed)
    for kill in range(kills):
        for name in (path.name, card_path(path).name):
            shutil.copy(kept / name, place / name)
        share = 1 - WRITING * rng.random() if kill % 2 else rng.random()
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                process.wait(share * lasts)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        tried.note(f"killed at {share:.0%} of its time", look(path, digests))
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    if left := unfinished(path):
        tried.failures.append(f"a whole run left {left}")
    return tried


_EACH_LINE = """
import os, signal, sys
from classify import atomic
from classify import model_file as store
from classify.sections.model import load_model, save_model
old, new, path = sys.argv[1:4]
step = int(sys.argv[4])
models = {"old": load_model(old), "new": load_model(new)}
files = {atomic.__file__, store.__file__}
line, code = 1 - step, 1
while code:
    save_model(models["old"], path, {"of": "old"})
    line += step
    child = os.fork()
    if not child:
        left = line
        def trace(frame, event, argument):
            global left
            if frame.f_code.co_filename not in files:
                return None
            if event == "line":
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        save_model(models["new"], path, {"of": "new"})
        os._exit(0)
    code = os.waitpid(child, 0)[1]
    print(line, code, flush=True)
    sys.stdin.readline()
"""


def run_lines(folder: Path, step: int = 1) -> Tried:
    """Kill the writing of a model at each of its lines, or at each `step`-th."""
    tried = Tried("writings killed, line by line")
    path = folder / "lines" / "sections.joblib"
    digests = {
        name: save_model(small_model(number), folder / f"{name}.joblib", {})
        for number, name in enumerate(("old", "new"))
    }
    found: set[str] = set()
    arguments = [str(folder / "old.joblib"), str(folder / "new.joblib"), str(path), str(step)]
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _EACH_LINE, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        assert worker.stdin is not None
        assert worker.stdout is not None
        for answer in worker.stdout:
            line, code = answer.split()
            tried.note(f"killed at line {line}", look(path, digests))
            found.add("new" if _digest(path) == digests["new"] else "old")
            if code == "0" and (left := unfinished(path)):
                tried.failures.append(f"a whole writing left {left}")
            worker.stdin.write("\n")
            worker.stdin.flush()
    if worker.returncode or found != {"old", "new"}:
        tried.failures.append(f"the worker ended with {worker.returncode}, having left {found}")
    return tried


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
