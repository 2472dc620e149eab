"""Model files: saving and loading give equal data; every other file is refused in one line."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest

from classify import model_file, unpickling
from classify.errors import ModelError
from classify.model_file import card_path, load_card, shipped_model
from classify.sections.model import load_model, save_model
from tests.safety.tried import ROOT, same, signed, small_model, write_seeds

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = ["民警破获一起盗窃案\n嫌疑人已被抓获。", "护林员上山巡林。", "", "ABC\n" * 9]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "m.joblib"
    save_model(small_model(), path, {"labels": {"林": 2}})
    return path


# -- saving and loading ---------------------------------------------------------------


def test_the_state_comes_back_equal(saved: Path) -> None:
    loaded, trained = load_model(saved), small_model()
    assert same(loaded.state, model_file._to_plain(trained.state, {}))


def test_predictions_from_the_file_are_those_from_training(saved: Path) -> None:
    loaded, trained = load_model(saved), small_model()
    assert np.abs(loaded.probabilities(TEXTS) - trained.probabilities(TEXTS)).max() <= 1e-12
    assert loaded.predict(TEXTS) == trained.predict(TEXTS)


def test_a_loaded_model_saves_to_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.joblib"
    save_model(load_model(saved), again, {})
    assert again.read_bytes() == saved.read_bytes()


def test_joblib_reads_it_too(saved: Path) -> None:
    assert same(joblib.load(saved), unpickling.read(saved.read_bytes()[:-32]))


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": 0, "b": -1, "c": 255, "d": 256, "e": 65_536, "f": -(2**31), "g": 2**63 - 1, "h": -(2**63)},
        {"x": 0.1, "y": float("inf"), "t": True, "f": False, "": "", "宽": "字" * 300, "long": "a" * 70_000},
        {"lists": [[1, "a"], [], [{}]], "many": [str(i % 700) for i in range(3000)]},
        {"same": ["警", "警", "警"], "keys": {str(i): i for i in range(1500)}},
        {k: np.arange(7).astype(k) for k in sorted(unpickling.NUMBERS)},
        {"empty": np.zeros(0), "no columns": np.zeros((3, 0)), "table": np.arange(6.0).reshape(2, 3)},
        {"turned": np.arange(6.0).reshape(2, 3).T, "strided": np.arange(9)[::2], "surrogate": "\ud800"},
        {"big": np.arange(100_000, dtype=np.float32), "behind": "it"},
    ],
    ids=lambda v: ",".join(v)[:20] or "nothing",
)
def test_plain_data_come_back_equal(value: dict[str, Any]) -> None:
    plain = model_file._to_plain(value, {})
    assert same(unpickling.read(model_file._encode_state(value)[:-32]), plain)


@pytest.mark.parametrize(
    "value",
    [
        {"x": None},
        {"x": {1, 2}},
        {"x": b"x"},
        {"x": 2**64},
        {"x": np.array(["a"], dtype=object)},
        {"x": np.zeros(1, np.complex128)},
        {"x": np.zeros((1, 1, 1))},
        {"x": np.zeros(())},
        {"x": [[[[[[]]]]]]},
        {"x": "a" * (unpickling.MAX_PLAIN + 1)},
        {1: "x"},
    ],
    ids=lambda v: str(v)[:50],
)
def test_what_could_not_be_read_is_not_written(value: dict[Any, Any]) -> None:
    with pytest.raises(ModelError):
        model_file._encode_state(value)


def test_arrays_are_views_of_the_file() -> None:
    data = model_file._encode_state({"x": np.arange(1000)})
    found = unpickling.read(data[:-32])["x"]
    assert not found.flags.owndata
    assert not found.flags.writeable


def test_the_bytes_depend_on_the_model_alone(tmp_path: Path, fresh_process: Callable[..., str]) -> None:
    program = (
        "import sys; from tests.safety.tried import small_model; from classify.sections.model import save_model\n"
        "print(save_model(small_model(), sys.argv[1], {}))"
    )
    digests = {fresh_process(program, str(tmp_path / "m.joblib"), PYTHONHASHSEED=seed) for seed in "12"}
    assert len(digests) == 1


def test_it_loads_and_predicts_without_scikit_learn_and_joblib(
    saved: Path, fresh_process: Callable[..., str]
) -> None:
    program = (
        "import sys; from classify.sections.model import load_model\n"
        "load_model(sys.argv[1]).predict(['护林员上山巡林。'])\n"
        "print({'sklearn', 'joblib'} & set(sys.modules))"
    )
    assert fresh_process(program, str(saved)).strip() == "set()"


def test_only_model_file_writes_with_joblib() -> None:
    importers = [
        p.name for p in (ROOT / "classify").rglob("*.py") if "joblib.dump" in p.read_text(encoding="utf-8")
    ]
    assert importers == ["model_file.py"]


# -- files that are not models ---------------------------------------------------------------------


def one_line(path: Any, told: str, **options: Any) -> str:
    with pytest.raises(ModelError, match=told) as caught:
        load_model(path, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_folder_pipe_and_device(tmp_path: Path) -> None:
    one_line(tmp_path / "none.joblib", "can't be read .*; train a model with `classify train`")
    one_line(tmp_path, "not a file")
    one_line("a\0b", "can't be read|not a file")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        one_line(tmp_path / "pipe", "not a file")
    if Path("/dev/zero").exists():
        one_line("/dev/zero", "not a file")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.joblib"
    with path.open("wb") as file:
        file.truncate(model_file.MAX_BYTES + 1)  # a hole: it takes no room
    assert str(model_file.MAX_BYTES) in one_line(path, "more than")
    with card_path(path).open("wb") as file:
        file.truncate(model_file.MAX_CARD_BYTES + 1)
    with pytest.raises(ModelError, match="more than"):
        load_card(path)


@pytest.mark.parametrize("format", [0, 3, 99, -1, "1", 1.5, True])
def test_another_format_is_told_with_the_mend(format: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.joblib"
    path.write_bytes(model_file._encode_state(small_model().state | {"format": format}))
    assert repr(format) in one_line(path, "format .*`classify train`")


@pytest.mark.parametrize(
    ("codec", "unpack"),
    [
        ("zlib", zlib.decompress),
        ("gzip", gzip.decompress),
        ("bz2", bz2.decompress),
        ("lzma", lzma.decompress),
        ("xz", lzma.decompress),
    ],
)
def test_a_compressed_file_is_refused_with_the_mend(
    codec: str, unpack: Any, saved: Path, tmp_path: Path
) -> None:
    """Refused as it is; unpacked, joblib's own compressed files hold what the uncompressed ones hold."""
    path = tmp_path / "c.joblib"
    joblib.dump(small_model().state, path, compress=(codec, 3), protocol=4)
    assert f"compressed ({codec})" in one_line(path, "unpack it first: .* c.joblib > c-unpacked.joblib")
    pickled = unpack(path.read_bytes())
    assert same(unpickling.read(pickled), joblib.load(saved))
    path.write_bytes(signed(pickled))
    assert load_model(path).classes == small_model().classes


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_what_joblib_wrote_is_refused_with_the_mend(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "j.joblib"
    joblib.dump(small_model().state, path, protocol=protocol)
    one_line(path, "doesn't end with its own digest; train a model with `classify train`")


def test_a_memory_mapped_read_gives_nothing_away(saved: Path) -> None:
    """joblib maps arrays into memory where it is asked to; ours are read-only either way."""
    mapped = joblib.load(saved, mmap_mode="r")
    assert same({"w": np.asarray(mapped["weights"], np.float32)}, {"w": load_model(saved).weights})


def test_a_digest_pins_a_file(saved: Path) -> None:
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    assert load_model(saved, sha256=f" {digest.upper()}\n").classes
    told = one_line(saved, "its SHA-256 is", sha256="0" * 64)
    assert digest in told
    assert "0" * 64 in told
    one_line(saved, "its SHA-256 is", sha256="x")


def test_a_digest_pins_the_command(saved: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from classify.cli import app

    page = tmp_path / "page.txt"
    page.write_text("林场造林\n本报讯 护林员上山巡林，今年造林两千亩。\n", encoding="utf-8")
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    arguments = ["predict", str(page), "--model", str(saved), "--format", "jsonl", "--sha256"]
    assert CliRunner().invoke(app, [*arguments, digest]).exit_code == 0
    wrong = CliRunner().invoke(app, [*arguments, "0" * 64])
    assert wrong.exit_code == 1 or isinstance(wrong.exception, ModelError)
    assert not wrong.stdout


def test_a_checkout_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "__file__", str(tmp_path / "classify" / "model_file.py"))
    with pytest.raises(
        ModelError, match=r"no model at .*sections\.joblib; train a model with `classify train`"
    ):
        shipped_model()


def test_a_long_message_keeps_its_beginning_and_its_end() -> None:
    error = str(model_file.model_error(Path("m.joblib"), "refused, since it " + "x" * 1000 + "; train again"))
    assert error.startswith("m.joblib: refused")
    assert error.endswith("; train again")
    assert len(error) < 410


# -- cards ---------------------------------------------------------------------------------------------


def test_the_card_names_its_model(saved: Path) -> None:
    card = load_card(saved)
    assert card["sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert card["labels"] == {"林": 2}


def test_the_shipped_card_is_the_shipped_model_s() -> None:
    assert load_card()["sha256"] == hashlib.sha256(shipped_model().read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "written",
    ["", "{", "[]", "{}", '{"sha256": 1}', '{"sha256": "00"}', "[" * 100_000, "\0", '{"sha256": NaN}'],
)
def test_a_card_that_is_none_or_another_s(written: str, saved: Path) -> None:
    card_path(saved).write_text(written, encoding="utf-8")
    with pytest.raises(
        ModelError, match=r"m\.json: (not JSON|no card|the card of another model).*`classify train`"
    ):
        load_card(saved)
    assert load_model(saved).classes  # predictions need no card


def test_a_card_between_two_moves_is_read_again(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run renames its card while `load_card` pauses."""
    old = card_path(saved).read_bytes()
    save_model(small_model(1), saved, {"labels": {}})
    new = card_path(saved).read_bytes()
    card_path(saved).write_bytes(old)
    monkeypatch.setattr(model_file.time, "sleep", lambda seconds: card_path(saved).write_bytes(new))
    assert load_card(saved) == json.loads(new)


def test_an_old_card_is_not_waited_for_without_end(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(model_file.time, "sleep", pauses.append)
    card_path(saved).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="the card of another model"):
        load_card(saved)
    assert 0 < sum(pauses) < 1


def test_a_model_over_the_limit_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "MAX_BYTES", 1000)
    with pytest.raises(ModelError, match=r"has \d+ bytes, more than 1000; train on less text"):
        model_file.save_state({"weights": np.zeros(200)}, tmp_path / "m.joblib", {})
    assert not list(tmp_path.iterdir())


# -- writing ---------------------------------------------------------------------------------------------


def test_a_path_that_cannot_be_written(saved: Path, tmp_path: Path) -> None:
    for path in (saved / "x" / "m.joblib", tmp_path / ("x" * 300 + ".joblib"), Path("a\0b.joblib")):
        with pytest.raises(ModelError, match=r"can't be written .*; give another path with -o"):
            save_model(small_model(), path, {})
    with pytest.raises(ModelError, match=r"can't be called \.json"):
        save_model(small_model(), tmp_path / "m.json", {})


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    from classify.sections import SectionClassifier
    from classify.sections.training import train

    data = write_seeds(tmp_path / "data")
    found = []
    for name in ("a", "b"):
        train(data, classifier=SectionClassifier(folds=2, n_jobs=1)).save(tmp_path / f"{name}.joblib")
        found.append((tmp_path / f"{name}.joblib").read_bytes() + (tmp_path / f"{name}.json").read_bytes())
    assert found[0] == found[1]
