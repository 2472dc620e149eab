"""Trainings to one path at once, while others read: everybody finds one whole model, and its own card.

Two programs train, on different texts, and write again and again to one path. Meanwhile threads here load
model and card, and predict with a model that they loaded before.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np

from classify.errors import ModelError
from classify.model_file import card_path, load_card
from classify.sections.model import load_model, save_model
from tests.safety.kill import unfinished
from tests.safety.tried import ROOT, Tried, same, write_seeds

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["民警破获一起盗窃案\n嫌疑人已被抓获。", "护林员上山巡林。", ""]

_TRAINING = """
import sys
from classify.sections import SectionClassifier
from classify.sections.training import train
data, path, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
trained = train(data, classifier=SectionClassifier(folds=2, n_jobs=1))
trained.save(path.replace("sections.joblib", sys.argv[4] + ".joblib"))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(times):
    if _ % 10 == 0:
        trained = train(data, classifier=SectionClassifier(folds=2, n_jobs=1))
    trained.save(path)
"""


def run_concurrency(folder: Path, times: int) -> Tried:
    """Let each of two trainings write `times` times."""
    tried = Tried("reads while two trainings write")
    path = folder / "place" / "sections.joblib"
    trainings = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                _TRAINING,
                str(write_seeds(folder / name, k)),
                str(path),
                str(times),
                name,
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for k, name in enumerate(("one", "two"))
    ]
    for training in trainings:
        assert training.stdout is not None
        training.stdout.readline()
    states, sums = {}, {}
    for name in ("one", "two"):
        model = load_model(path.with_name(f"{name}.joblib"))
        sums[name] = load_card(path.with_name(f"{name}.joblib"))["sha256"]
        states[sums[name]] = model.state
    running = model
    expected = running.probabilities(TEXTS)
    for name in ("one", "two"):
        path.with_name(f"{name}.joblib").unlink()
        path.with_name(f"{name}.json").unlink()
    save_model(model, path, {})
    lock = threading.Lock()

    def read() -> None:
        while any(t.poll() is None for t in trainings):
            fault = ""
            try:
                loaded = load_model(path).state
                if not any(same(loaded, state) for state in states.values()):
                    fault = "a model that neither has written"
                if load_card(path)["sha256"] not in states:
                    fault = "a card that neither has written"
                if not np.array_equal(running.probabilities(TEXTS), expected):
                    fault = "a running model predicts otherwise"
            except ModelError as e:
                fault = str(e)
            with lock:
                tried.note(f"read {tried.tried}", fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for training in trainings:
        assert training.stdin is not None
        training.stdin.write("\n")
        training.stdin.flush()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    for training in trainings:
        training.communicate()
        if training.returncode:
            tried.failures.append(f"a training ended with {training.returncode}")
    if not tried.tried:
        tried.failures.append("the trainings were over before anything was read")
    if left := unfinished(path):
        tried.failures.append(f"left over: {left}")
    if not card_path(path).exists() or load_card(path)["sha256"] not in states:
        tried.failures.append("the last card is neither's")
    return tried
