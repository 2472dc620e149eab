"""Files that no model is: names and calls none has, parts out of order, other kinds of files, odd states."""

from __future__ import annotations

import io
import pickle
import struct
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from classify.sections.model import save_model
from tests.safety.assembler import (
    MARK,
    PROTO,
    STOP,
    array,
    call,
    dtype,
    fields,
    keyed,
    listed,
    named,
    number,
    text,
    tied,
)
from tests.safety.tried import signed, small_model


@lru_cache(maxsize=1)
def good_file() -> bytes:
    """Return a model as `save_model` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "good.joblib"
        save_model(small_model(), path, {})
        return path.read_bytes()


def in_a_model(attack: bytes) -> bytes:
    """Return a real model with `attack` for one more value of its dictionary."""
    good = good_file()[:-32]
    opening = pickle.EMPTY_DICT + pickle.MEMOIZE + MARK
    at = good.index(opening) + len(opening)
    return good[:at] + text("x") + attack + good[at:]


def odd() -> dict[str, bytes]:
    """Return attacks that name what they shouldn't, or are out of order."""
    f8 = dtype("f8")
    one = struct.pack("<d", 1.0)
    names = {
        f"names {module}.{name}": named(module, name)
        for module, name in (
            ("numpy", "ndarray.__class__"),
            ("numpy", "ndarray.__init__.__globals__"),
            ("numpy", "dtype.__new__"),
            ("numpy", "memmap"),
            ("numpy", "matrix"),
            ("numpy", "f2py"),
            ("numpy.", "ndarray"),
            ("ｎｕｍｐｙ", "ndarray"),
            ("numpy", "ndarray\x1b[31m\n\u202e"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "scalar"),
            ("numpy.core.multiarray", "scalar"),
            ("joblib.numpy_pickle", "NDArrayWrapper"),
            ("joblib.numpy_pickle", "ZNDArrayWrapper"),
            ("joblib.numpy_pickle", "NumpyArrayWrapper.read_mmap"),
            ("joblib.memory", "Memory"),
            ("joblib.parallel", "Parallel"),
            ("sklearn.svm._classes", "LinearSVC"),
            ("socket", "socket"),
            ("ctypes", "CDLL"),
            ("marshal", "loads"),
            ("importlib", "import_module"),
            ("types", "FunctionType"),
            ("copyreg", "_reconstructor"),
            ("copyreg", "__newobj__"),
            ("builtins", "object"),
            ("collections", "OrderedDict"),
            ("classify.model_file", "save_model"),
            ("__main__", "x"),
            ("", ""),
        )
    }
    shape = tied(number(1))
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper")
    return names | {
        "names a number": number(1) + number(2) + pickle.STACK_GLOBAL,
        "names an array": array(shape, f8, one) * 2 + pickle.STACK_GLOBAL,
        "calls ndarray": call(named("numpy", "ndarray"), tied(number(1 << 40))),
        "calls NumpyArrayWrapper": call(wrapper, *[pickle.NONE] * 4),
        "calls dtype with a list": call(named("numpy", "dtype"), listed(), pickle.NEWFALSE, pickle.NEWTRUE),
        "calls dtype with an array": call(
            named("numpy", "dtype"), array(shape, f8, one), pickle.NEWFALSE, pickle.NEWTRUE
        ),
        "calls with an array for arguments": named("numpy", "dtype") + array(shape, f8, one) + pickle.REDUCE,
        "makes an ndarray": named("numpy", "ndarray") + tied(number(1 << 40)) + pickle.NEWOBJ,
        "makes a wrapper of an array": wrapper + array(shape, f8, one) + pickle.NEWOBJ,
        "copyreg._reconstructor": call(
            named("copyreg", "_reconstructor"),
            named("builtins", "list"),
            named("builtins", "object"),
            pickle.NONE,
        ),
        "NEWOBJ_EX": wrapper + pickle.EMPTY_TUPLE + pickle.EMPTY_DICT + pickle.NEWOBJ_EX,
        "EXT1": pickle.EXT1 + b"\x01",
        "EXT2": pickle.EXT2 + b"\x01\x01",
        "EXT4": pickle.EXT4 + b"\x01\x01\x01\x01",
        "PERSID": pickle.PERSID + b"x\n",
        "BINPERSID": text("x") + pickle.BINPERSID,
        "BUILD of a name": named("numpy", "ndarray") + keyed(__setstate__=number(1)) + pickle.BUILD,
        "BUILD of a string": text("x") + keyed() + pickle.BUILD,
        "BUILD of an array": array(shape, f8, one) + keyed() + pickle.BUILD,
        "BUILD with slots": wrapper
        + pickle.EMPTY_TUPLE
        + pickle.NEWOBJ
        + tied(keyed(), keyed())
        + pickle.BUILD,
        "a wrapper without a state": wrapper + pickle.EMPTY_TUPLE + pickle.NEWOBJ,
        "a wrapper with an empty state": wrapper
        + pickle.EMPTY_TUPLE
        + pickle.NEWOBJ
        + keyed()
        + pickle.BUILD,
        "a buffer from outside": pickle.NEXT_BUFFER,
        "a read-only buffer": text("x") + pickle.READONLY_BUFFER,
        "bytes": pickle.SHORT_BINBYTES + b"\x01x",
        "a set": pickle.EMPTY_SET,
        "a frozen set": MARK + pickle.FROZENSET,
        "a dtype": f8,
        "a tuple": tied(number(1)),
        "nothing": pickle.NONE,
        "a mark in a list": pickle.EMPTY_LIST + MARK + pickle.APPEND,
        "a key that is a number": pickle.EMPTY_DICT + number(1) + number(1) + pickle.SETITEM,
        "a key that is a list": pickle.EMPTY_DICT + pickle.EMPTY_LIST + number(1) + pickle.SETITEM,
        "a key without a value": pickle.EMPTY_DICT + MARK + text("x") + pickle.SETITEMS,
        "an item for a string": text("x") + number(1) + pickle.APPEND,
        "a subclass of ndarray": array(shape, f8, one, subclass=named("numpy", "matrix")),
        "a memory map": array(shape, f8, one, subclass=named("numpy", "memmap")),
        "a dtype for a subclass": array(shape, f8, one, subclass=named("numpy", "dtype")),
        "an array of Python objects": array(shape, dtype("O8"), one),
        "an array of pointers": array(shape, dtype("O"), one),
        "an array of records": array(shape, dtype("V16", fields("a", "b")), one * 2),
        "a dtype string with fields": array(shape, dtype("f8,O"), one * 2),
        "an array of dates": array(shape, dtype("M8[s]"), one),
        "an array of strings": array(shape, dtype("U2"), one),
        "an array of complex numbers": array(shape, dtype("c16"), one * 2),
        "numbers of another machine": array(
            shape,
            dtype("f8", tied(number(3), text(">"), *[pickle.NONE] * 3, number(-1), number(-1), number(0))),
            one,
        ),
        "a dtype that is said to hold objects": array(
            shape,
            dtype("f8", tied(number(3), text("<"), *[pickle.NONE] * 3, number(-1), number(-1), number(63))),
            one,
        ),
        "columns before rows": array(shape, f8, one, order="F"),
        "an order that is none": array(shape, f8, one, order="K"),
        "no dimension": array(tied(), f8, one),
        "three dimensions": array(tied(*[number(1)] * 3), f8, one),
        "a shape of truths": array(tied(pickle.NEWTRUE), f8, one),
        "a shape of fractions": array(tied(pickle.BINFLOAT + struct.pack(">d", 1.0)), f8, one),
        "a shape that is a list": array(listed(number(1)), f8, one),
        "an array cut short": array(tied(number(100)), f8, one),
        "padding over the end": array(shape, f8)[:-2] + b"\xff",
        "an empty stack": pickle.APPEND,
        "items without a mark": pickle.EMPTY_LIST + pickle.APPENDS,
        "a memo that is empty": pickle.BINGET + b"\0",
        "two things": pickle.EMPTY_DICT * 2,
        "something behind the end": pickle.EMPTY_DICT + STOP + pickle.EMPTY_DICT,
        "text that is no UTF-8": pickle.SHORT_BINUNICODE + b"\x02\xff\xfe",
        "an instruction that pickle hasn't": b"\x01",
        "a pickle in a pickle": pickle.PROTO + b"\x04" + pickle.EMPTY_DICT,
    }


def other_files() -> dict[str, bytes]:
    """Return whole files of other kinds, and models that are not whole."""
    from sklearn.svm import LinearSVC

    good = good_file()
    buffer = io.BytesIO()
    joblib.dump(LinearSVC(), buffer)
    plain = io.BytesIO()
    joblib.dump(small_model().state, plain, protocol=2)
    zipped = io.BytesIO()
    np.savez(zipped, weights=np.zeros(3))
    return {
        "an empty file": b"",
        "31 bytes": good[:31],
        "text": "本报讯\n".encode(),
        "a digest alone": signed(b""),
        "a pickle's beginning": signed(b"\x80\x04"),
        "a pickle without an end": signed(PROTO + pickle.EMPTY_DICT),
        "protocol 5": signed(b"\x80\x05" + good[2:-32]),
        "protocol 255": signed(b"\x80\xff" + good[2:-32]),
        "protocol 2, by joblib": signed(plain.getvalue()),
        "an estimator of scikit-learn": buffer.getvalue(),
        "an estimator of scikit-learn, with its digest": signed(buffer.getvalue()),
        "numpy's own file": zipped.getvalue(),
        "a model without its digest": good[:-32],
        "a model with another digest": good[:-32] + bytes(32),
        "half a model": good[: len(good) // 2],
        "half a model, with its digest": signed(good[: len(good) // 2]),
        "a model twice": good + good,
        "a model with one byte more": good + b"\0",
    }


def wrong_states() -> dict[str, bytes]:
    """Return files of plain data that are no model: each part of one left out, or of the wrong kind."""
    from classify.model_file import _encode_state

    state = small_model().state
    wrong: dict[str, Any] = {
        "a list": [1, 2],
        "a string": "x\n\x1b[31m",
        "minus one": -1,
        "a number of 8 bytes": 2**63 - 1,
        "not a number": float("nan"),
        "infinity": float("inf"),
        "an empty dictionary": {},
        "a truth": True,
        "a zero": np.zeros(1),
        "an empty array": np.zeros(0, np.uint32),
        "a table": np.zeros((2, 2), np.float32),
    }
    found: dict[str, bytes] = {"no keys": _encode_state({}), "other keys": _encode_state({"a": 1})}
    for key in state:
        found[f"no {key}"] = _encode_state({k: v for k, v in state.items() if k != key})
        for what, value in wrong.items():
            if key == "segmenter" and isinstance(value, str):
                continue  # the name of one that is not installed here: a model predicts without it
            if key == "sublinear_tf" and value is True:
                continue
            found[f"{key} is {what}"] = _encode_state(state | {key: value})
    for channel in ("whole", "headline"):
        for key in state[channel]:
            parts = state[channel]
            found[f"{channel} without {key}"] = _encode_state(
                state | {channel: {k: v for k, v in parts.items() if k != key}}
            )
            for what, value in wrong.items():
                found[f"{channel}: {key} is {what}"] = _encode_state(state | {channel: parts | {key: value}})
    n = len(state["classes"])
    names = state["classes"]
    for what, classes in {
        "no names": [],
        "one name less": names[1:],
        "twice the same": [names[0]] * n,
        "halves of surrogate pairs": ["\ud800", *names[1:]],
        "a list in the list": [[names[0]], *names[1:]],
        "a number in the list": [1, *names[1:]],
        "one name, 300,000 times": ["x"] * 300_000,
    }.items():
        found[f"classes: {what}"] = _encode_state(state | {"classes": classes})
    found["a segmenter's name with a half of a surrogate pair"] = _encode_state(
        state | {"segmenter": "\ud800"}
    )
    for key in ("intercepts", "offsets"):
        for value in (1e10, -1e300, np.nan, -np.inf):
            found[f"{key} of {value}"] = _encode_state(state | {key: np.full(n, value)})
    for key in ("slope", "headline_weight", "threshold"):
        for scalar in (1e10, 1e308, -1e-300, 2.5e9, 10**18):
            found[f"{key} of {scalar}"] = _encode_state(state | {key: scalar})
    for value in (np.nan, np.inf):
        found[f"weights of {value}"] = _encode_state(
            state | {"weights": np.full(state["weights"].shape, value, np.float32)}
        )
    idf = np.full(len(state["whole"]["idf"]), -1, np.float32)
    found["idf below 0"] = _encode_state(state | {"whole": state["whole"] | {"idf": idf}})
    for format in (0, 3, 99, -1, "1", 1.5):
        found[f"format {format!r}"] = _encode_state(state | {"format": format})
    return found
