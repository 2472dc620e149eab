"""The section classifier beside what users would otherwise take: accuracy, training, memory, speed.

Each system trains in a process of its own and leaves its model in a folder. Speed is measured in one more
process per set, which loads all models: text in, label out, in one thread, in turns. Labels and figures of
accuracy are of the development halves, which no system has seen.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness import Section, against, load, one_thread, shared, spread, table, watched
from benchmarks.peers_sections import OURS, SYSTEMS

SETS = ("thucnews_title10", "nlpcc2017_headline18", "fudan20", "cnews10")
SAMPLE = "thucnews_sample"
"""Of thucnews_title10, for quick runs: so many rows to train on and to predict."""
SAMPLE_ROWS = (6_000, 2_000)
QUICK_SETS = ("cnews10", SAMPLE)
SMALL = "cnews10"
"""Its development half has 100 texts, one of which is a point; its 600 training texts are cut into `FOLDS` too."""
FOLDS = 5

WORDS, CHARACTERS, FASTTEXT = (name for name in SYSTEMS if name != OURS)

TIMED_BYTES = 1_500_000
"""Text of a set that speed is measured on: a second of the slowest system."""


def measure(*, quick: bool, runs: int) -> Section:
    """Train and compare everything; see `SETS`. About forty minutes; two when `quick`."""
    shared()
    sets = QUICK_SETS if quick else SETS
    figures: dict[str, float] = {}
    accuracy, costs, speed = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in sets:
            found = {system: _worker("train", name, folder, system, watch=True) for system in SYSTEMS}
            accuracy.append([name, *(f"{f['accuracy']:.4f} / {f['macro_f1']:.4f}" for f in found.values())])
            costs.append(
                [name, *(f"{f['train_seconds']:.1f} s, {f['peak_mb']:.0f} MB" for f in found.values())]
            )
            best = max(f["accuracy"] for system, f in found.items() if system != OURS)
            figures[f"sections.{name}.accuracy"] = found[OURS]["accuracy"]
            figures[f"sections.{name}.ahead"] = found[OURS]["accuracy"] - best
            figures[f"sections.{name}.macro_f1"] = found[OURS]["macro_f1"]
            timed = _worker("speed", name, folder, str(runs))
            speed.append([name, *(spread(timed["speeds"][s]) for s in SYSTEMS)])
            speed[-1] += [spread(timed["ratios"][s]) for s in (WORDS, FASTTEXT)]
            figures[f"sections.speed.jieba_ratio_{name}"] = statistics.median(timed["ratios"][WORDS])
            figures[f"sections.speed.fasttext_ratio_{name}"] = statistics.median(timed["ratios"][FASTTEXT])
            chosen = found[FASTTEXT]["chosen"]
            accuracy[-1].append(chosen)
        training = _training(sets, folder, runs)
        folds = {system: _worker("folds", SMALL, folder, system) for system in SYSTEMS}
    figures |= training[1]
    figures[f"sections.{SMALL}.folds"] = folds[OURS]["accuracy"]
    figures[f"sections.{SMALL}.folds_ahead"] = figures[f"sections.{SMALL}.folds"] - max(
        f["accuracy"] for system, f in folds.items() if system != OURS
    )
    dev_text, dev_figures = _dev()
    text = "\n\n".join(
        [
            "Accuracy / macro-F1 on the development halves, and what fastText chose on a tenth of its rows:",
            table(["set", *SYSTEMS, "fastText took"], accuracy),
            f"{SMALL}'s development half has 100 texts, so one is a point. {FOLDS} folds of its training half: "
            + ", ".join(f"{system} {f['accuracy']:.4f}" for system, f in folds.items())
            + ".",
            "Training time (fastText's with its search, ours with calibration on held-out folds) and peak "
            "memory of all processes, predicting included (PSS):",
            table(["set", *SYSTEMS], costs),
            training[0],
            "Text to label, one thread, MB/s (median and extremes of the runs), and how many times ours is:",
            table(["set", *SYSTEMS, "× jieba pipeline", "× fastText"], speed),
            dev_text,
        ]
    )
    return Section("Sections", text, figures | dev_figures)


def _training(sets: tuple[str, ...], folder: str, runs: int) -> tuple[str, dict[str, float]]:
    """Time the training on headlines again, scikit-learn's characters and ours in turns."""
    name = SAMPLE if SAMPLE in sets else SETS[0]
    ratios = []
    for _ in range(min(runs, 3)):
        peer, ours = (_worker("train", name, folder, s)["train_seconds"] for s in (CHARACTERS, OURS))
        ratios.append(peer / ours)
    key = "sections.training.ratio" + ("_sample" if name == SAMPLE else "")
    text = f"Training on {name}, {CHARACTERS} against ours: {spread(ratios, '.2f')} times as long."
    return text, {key: statistics.median(ratios)}


def _dev() -> tuple[str, dict[str, float]]:
    """Measure the shipped model on news labelled by hand with our sections."""
    from classify.read.labelled import load_corpus
    from classify.sections.evaluation import evaluate_model
    from classify.sections.model import load_model

    corpus = load_corpus(shared() / "data" / "sections" / "dev.jsonl.gz")
    report = evaluate_model(load_model(), corpus, mistakes=0).report
    figures = {
        "sections.dev.hits": report.hits,
        "sections.dev.at_80": report.coverage_accuracy[0.8],
        "sections.dev.ece": report.ece,
    }
    text = (
        f"The shipped model on sections/dev ({report.n} texts): {report.hits:.4f} right with abstaining, "
        f"{report.accuracy:.4f} without; {report.coverage_accuracy[0.8]:.4f} at 80 % coverage; "
        f"calibration error {report.ece:.4f}; risk at its threshold {report.risk:.4f}."
    )
    return text, figures


# -- in the other processes ------------------------------------------------------------------------


def _worker(*arguments: str, watch: bool = False) -> dict[str, Any]:
    """Run a part in a process of its own. With `watch`, which costs it some time, the result has its peak memory."""
    command = [sys.executable, "-m", "benchmarks.sections", *arguments]
    folder = Path(__file__).parents[1]
    if watch:
        printed, peak_mb = watched(command, folder)
        return {**json.loads(printed.splitlines()[-1]), "peak_mb": peak_mb}
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=folder).stdout
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found


def _rows(name: str, half: str) -> tuple[list[str], list[str]]:
    rows = load(f"classification/{SETS[0] if name == SAMPLE else name}/{half}")
    if name == SAMPLE:
        rows = rows[:: len(rows) // SAMPLE_ROWS[half == "dev"]]
    texts = [f"{r['title']}\n{r['text']}" if r.get("title") else r["text"] for r in rows]
    return texts, [r["label"] for r in rows]


def _train(name: str, folder: Path, system: str) -> dict[str, Any]:
    from sklearn.metrics import accuracy_score, f1_score

    texts, labels = _rows(name, "train")
    made = SYSTEMS[system]()
    start = time.perf_counter()
    made.train(texts, labels, folder)
    train_seconds = time.perf_counter() - start
    made.save(_place(name, folder, system))
    texts, truth = _rows(name, "dev")
    said = made.predict(texts)
    return {
        "accuracy": accuracy_score(truth, said),
        "macro_f1": f1_score(truth, said, average="macro", labels=sorted(set(truth)), zero_division=0),
        "train_seconds": train_seconds,
        "chosen": made.chosen,
    }


def _folds(name: str, folder: Path, system: str) -> dict[str, Any]:
    from sklearn.model_selection import StratifiedKFold

    texts, labels = _rows(name, "train")
    hits = 0
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(texts, labels):
        made = SYSTEMS[system]()
        made.train([texts[i] for i in train], [labels[i] for i in train], folder)
        said = made.predict([texts[i] for i in test])
        hits += sum(labels[i] == s for i, s in zip(test, said, strict=True))
    return {"accuracy": hits / len(texts)}


def _speed(name: str, folder: Path, runs: int) -> dict[str, Any]:
    texts, size = [], 0
    for text in _rows(name, "dev")[0]:
        texts.append(text)
        size += len(text.encode())
        if size >= TIMED_BYTES:
            break
    made = {}
    for system, make in SYSTEMS.items():
        made[system] = make()
        made[system].load(_place(name, folder, system))
        made[system].predict(texts[:20])  # dictionaries and tables are read now
    speeds: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    for system in SYSTEMS:
        if system == OURS:
            continue
        timing = against(lambda s=system: made[s].predict(texts), lambda: made[OURS].predict(texts), runs)
        speeds[system] = [size / 1e6 / t for t in timing.peer]
        speeds.setdefault(OURS, []).extend(size / 1e6 / t for t in timing.ours)
        ratios[system] = list(timing.ratios)
    return {"speeds": speeds, "ratios": ratios}


def _place(name: str, folder: Path, system: str) -> Path:
    return folder / f"{name}.{list(SYSTEMS).index(system)}.model"


def main() -> None:
    one_thread()
    what, name, folder, argument = sys.argv[1:]
    if what == "speed":
        found = _speed(name, Path(folder), int(argument))
    else:
        found = {"train": _train, "folds": _folds}[what](name, Path(folder), argument)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
