"""The unpickler: it reads what joblib writes of plain data, and refuses everything else without doing anything.

The suite of hostile files is tests/safety/hostile.py.
"""

from __future__ import annotations

import io
import pickle
import struct
import sys
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest

from classify import unpickling
from classify.errors import ModelError
from classify.sections.model import load_model
from classify.unpickling import Refused, read
from tests.safety import hostile
from tests.safety.assembler import MARK, PROTO, STOP, array, dtype, keyed, listed, number, text, tied
from tests.safety.attacks import running_code, shallow_and_wide
from tests.safety.tried import signed

if TYPE_CHECKING:
    from pathlib import Path


def dump(value: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(value, buffer, protocol=4)
    return buffer.getvalue()


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pickled", "reason"),
    [
        (b"", "does not begin as"),
        (PROTO, "ends too early"),
        (PROTO + pickle.EMPTY_DICT, "ends too early"),
        (PROTO + STOP, "is damaged"),
        (PROTO + pickle.EMPTY_DICT * 2 + STOP, "is damaged"),
        (PROTO + pickle.EMPTY_LIST + STOP, "holds a list, not a model"),
        (PROTO + keyed(x=pickle.NONE) + STOP, "holds a NoneType"),
        (PROTO + keyed(x=tied(number(1))) + STOP, "holds a tuple"),
        (PROTO + keyed(x=dtype("f8")) + STOP, "holds a _Dtype"),
        (PROTO + keyed(x=listed(pickle.EMPTY_LIST * 2)) + STOP, None),
        (PROTO + keyed(x=b"]" * 4 + b"a" * 3) + STOP, None),
        (PROTO + keyed(x=b"]" * 5 + b"a" * 4) + STOP, "is nested too deeply"),
        (PROTO + keyed(x=b"}" + (text("k") + b"}") * 4 + b"s" * 4) + STOP, "is nested too deeply"),
        (PROTO + pickle.EMPTY_LIST + pickle.APPENDS + STOP, "no mark"),
        (PROTO + pickle.APPENDS + STOP, "is damaged"),
        (PROTO + pickle.EMPTY_TUPLE + pickle.TUPLE2 + STOP, "an empty stack"),
        (PROTO + text("x") + number(1) + pickle.APPEND + STOP, "an item without a list"),
        (PROTO + text("x") * 3 + pickle.SETITEM + STOP, "an item without a dictionary"),
        (PROTO + pickle.EMPTY_DICT + MARK + text("x") + pickle.SETITEMS + STOP, "an item without a dict"),
        (PROTO + pickle.EMPTY_DICT + number(1) * 2 + pickle.SETITEM + STOP, "has a int for a key"),
        (PROTO + pickle.LONG1 + b"\x09" + bytes(9) + STOP, "holds a number of 9 bytes"),
        (PROTO + pickle.FRAME + struct.pack("<Q", 2) + STOP, "ends too early"),
        (PROTO + pickle.BINGET + b"\0" + STOP, "is damaged"),
        (PROTO + text("x" * unpickling.MAX_PLAIN), "holds more than"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_pickle_that_is_not_a_model(pickled: bytes, reason: str | None) -> None:
    if reason is None:
        assert read(pickled)
        return
    with pytest.raises(Refused, match=reason):
        read(pickled)


@pytest.mark.parametrize("more", [b"\0", STOP, PROTO + pickle.EMPTY_DICT + STOP])
def test_data_after_the_last_instruction(more: bytes) -> None:
    """A second pickle behind the first would be read by other programs, and hide from this one."""
    good = dump({"weights": np.zeros(3)})
    assert read(good)
    with pytest.raises(Refused, match="goes on after its end"):
        read(good + more)


def test_a_model_with_data_after_its_last_instruction(tmp_path: Path) -> None:
    path = tmp_path / "m.joblib"
    path.write_bytes(signed(hostile.good_file()[:-32] + b"\0"))
    with pytest.raises(ModelError, match="goes on after its end"):
        load_model(path)


# -- the memo --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pickle.EMPTY_LIST,
        pickle.EMPTY_DICT,
        pickle.EMPTY_TUPLE,
        number(1),
        pickle.NEWTRUE,
        pickle.BINFLOAT + bytes(8),
        array(tied(number(1)), dtype("f8"), bytes(8)),
    ],
    ids=["list", "dict", "tuple", "int", "bool", "float", "array"],
)
def test_only_strings_and_types_of_arrays_are_kept(value: bytes) -> None:
    again = listed(value + pickle.MEMOIZE + pickle.BINGET + b"\0")
    with pytest.raises(Refused, match="uses a part of itself twice"):
        read(PROTO + keyed(x=again) + STOP)


def test_strings_and_types_of_arrays_are_kept() -> None:
    names = ["森林防火", "警情通报"] * 50
    value = {"classes": names, "森林防火": 1, "a": np.zeros(2), "b": np.ones((2, 2))}
    found = read(dump(value))
    assert found["classes"] == names
    assert np.array_equal(found["b"], value["b"])


@pytest.mark.parametrize("width", [2, 3, 250])
def test_a_file_makes_no_more_objects_than_it_has_bytes(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of references to lists: 250 wide, 1.5 KB stand for 16 million lists."""
    pickled = shallow_and_wide(width)
    objects = 0
    check = unpickling._check_plain

    def counted(value: Any, depth: int) -> None:
        nonlocal objects
        objects += 1
        assert objects <= len(pickled), "more objects than bytes"
        check(value, depth)

    monkeypatch.setattr(unpickling, "_check_plain", counted)
    with pytest.raises(Refused, match="uses a part of itself twice"):
        read(pickled)


# -- arrays ----------------------------------------------------------------------------------------


def test_an_array_of_an_old_joblib_has_no_padding() -> None:
    """joblib before 1.1 wrote ``numpy_array_alignment_bytes`` as None and no padding."""
    numbers = np.arange(3.0)
    padded = array(tied(number(3)), dtype("f8"), numbers.tobytes(), padding=0)
    plain = padded.replace(text("numpy_array_alignment_bytes") + number(16), text("unknown") + pickle.NONE)
    plain = plain.replace(pickle.BUILD + b"\0" + numbers.tobytes(), pickle.BUILD + numbers.tobytes())
    for data in (padded, plain):
        assert np.array_equal(read(PROTO + keyed(x=data) + STOP)["x"], numbers)
    assert len(plain) < len(padded)


# -- the suite of hostile files --------------------------------------------------------------------


def test_every_hostile_file_is_refused_and_does_nothing(tmp_path: Path) -> None:
    tried = hostile.run_hostile(tmp_path, bitten=False)
    assert tried.tried >= 500
    assert not tried.failures


def test_the_attacks_run_code_in_joblib(tmp_path: Path) -> None:
    """An attack that runs no code even when joblib reads it would prove nothing about this reader."""
    assert len(running_code(tmp_path / "canary")) >= 20
    assert hostile.toothless(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads the size of the process from /proc")
def test_bombs_take_neither_memory_nor_time(tmp_path: Path) -> None:
    tried = hostile.run_bombs(tmp_path)
    assert tried.tried >= 25
    assert not tried.failures


def test_the_suite_sees_code_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that looks names up, as joblib's does, must make the suite fail."""

    def careless(path: Path) -> object:
        joblib.load(path)
        raise ModelError("train a model with `classify train`")

    monkeypatch.setattr(hostile, "load_model", careless)
    canary = tmp_path / "canary"
    attack = running_code(canary)["os.system"]
    fault = hostile.fault_of(signed(PROTO + attack + STOP), tmp_path / "x.joblib", canary)
    assert fault == "it ran code"


@pytest.mark.parametrize("name", ["os.system", "an array of objects", "a module that runs on import"])
def test_the_message_names_what_the_file_asked_for(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.joblib"
    attack = running_code(tmp_path / "canary")[name]
    path.write_bytes(signed(PROTO + attack + STOP))
    with pytest.raises(
        ModelError, match=r"x\.joblib: refused, since it .*; take models from people you trust, or"
    ):
        load_model(path)
