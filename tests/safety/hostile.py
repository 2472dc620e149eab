"""Hostile model files: made here from pickle instructions, never kept.

Each is meant to run code (the canary: a file that must not appear), to take memory or time, or to pass for a
model. All end with the right digest, so that it is the reader that has to stop them. Those that run code are
tried on joblib's own reader as well, in `biting`: an attack that doesn't work there proves nothing here.
"""

from __future__ import annotations

import io
import pickle
import struct
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np

from classify.errors import ModelError
from classify.store import load_model, save_model
from tests.safety.tried import ROOT, Tried, signed, small_model

if TYPE_CHECKING:
    from collections.abc import Iterator

# -- an assembler -------------------------------------------------------------------------------------

PROTO, STOP, MARK = b"\x80\x04", b".", b"("


def text(s: str) -> bytes:
    data = s.encode("utf-8", "surrogatepass")
    return pickle.BINUNICODE + struct.pack("<I", len(data)) + data


def number(n: int) -> bytes:
    data = n.to_bytes((n.bit_length() + 8) // 8, "little", signed=True)
    return pickle.LONG1 + bytes([len(data)]) + data


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + pickle.STACK_GLOBAL


def tied(*parts: bytes) -> bytes:
    return MARK + b"".join(parts) + pickle.TUPLE


def call(what: bytes, *arguments: bytes) -> bytes:
    return what + tied(*arguments) + pickle.REDUCE


def listed(*parts: bytes) -> bytes:
    return pickle.EMPTY_LIST + MARK + b"".join(parts) + pickle.APPENDS


def keyed(**items: bytes) -> bytes:
    body = b"".join(text(k) + v for k, v in items.items())
    return pickle.EMPTY_DICT + MARK + body + pickle.SETITEMS


def dtype(code: str, state: bytes | None = None) -> bytes:
    made = call(named("numpy", "dtype"), text(code), pickle.NEWFALSE, pickle.NEWTRUE)
    return made if state is None else made + state + pickle.BUILD


def array(
    shape: bytes,
    kind: bytes,
    numbers: bytes = b"",
    *,
    subclass: bytes = named("numpy", "ndarray"),
    order: str = "C",
    padding: int = 1,
) -> bytes:
    state = keyed(
        subclass=subclass,
        shape=shape,
        order=text(order),
        dtype=kind,
        allow_mmap=pickle.NEWTRUE,
        numpy_array_alignment_bytes=number(16),
    )
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper") + pickle.EMPTY_TUPLE + pickle.NEWOBJ
    return wrapper + state + pickle.BUILD + bytes([padding]) + b"\xff" * padding + numbers


def fields(*names: str) -> bytes:
    """Return the state of a dtype with fields."""
    f8 = dtype("f8")
    table = keyed(**{name: tied(f8, number(8 * i)) for i, name in enumerate(names)})
    return tied(
        number(3), text("|"), pickle.NONE, tied(*map(text, names)), table, number(16), number(1), number(16)
    )


# -- attacks that run code ------------------------------------------------------------------------------


class Evil:
    """An object that is a call when it is read."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (self.command,)


def running_code(canary: Path) -> dict[str, bytes]:
    """Return attacks that make `canary` when joblib reads them."""
    command, opened = f"touch {canary}", f"open({str(canary)!r}, 'w').close()"
    folder = canary.parent
    inner = folder / f"{canary.name}.inner"
    inner.write_bytes(PROTO + call(named("os", "system"), text(command)) + STOP)
    objects = folder / f"{canary.name}.npy"
    with objects.open("wb") as file:
        np.save(file, np.array([Evil(command)], dtype=object), allow_pickle=True)
    module = folder / f"m{abs(hash(canary.name))}.py"
    module.write_text(f"x = {opened}\n", encoding="utf-8")
    nested = io.BytesIO()
    joblib.dump({"weights": np.array([Evil(command)], dtype=object)}, nested, protocol=4)
    imported = call(named("builtins", "__import__"), text("os"))
    system = call(named("builtins", "getattr"), imported, text("system"))
    return {
        "os.system": call(named("os", "system"), text(command)),
        "posix.system": call(named("posix", "system"), text(command)),
        "os.system, by GLOBAL": b"cos\nsystem\n" + tied(text(command)) + pickle.REDUCE,
        "os.system, by INST": MARK + text(command) + b"ios\nsystem\n",
        "os.system, by OBJ": MARK + named("os", "system") + text(command) + pickle.OBJ,
        "os.popen": call(named("os", "popen"), text(command)),
        "subprocess.Popen": call(named("subprocess", "check_call"), listed(text("touch"), text(str(canary)))),
        "subprocess.getoutput": call(named("subprocess", "getoutput"), text(command)),
        "builtins.eval": call(named("builtins", "eval"), text(opened)),
        "builtins.exec": call(named("builtins", "exec"), text(opened)),
        "builtins.open": call(named("builtins", "open"), text(str(canary)), text("w")),
        "builtins.getattr": call(system, text(command)),
        "numpy.testing runs a string": call(
            named("numpy.testing._private.utils", "runstring"), text(opened), pickle.EMPTY_DICT
        ),
        "joblib.load of another file": call(named("joblib", "load"), text(str(inner))),
        "numpy.load of another file": call(
            named("numpy", "load"), text(str(objects)), pickle.NONE, pickle.NEWTRUE
        ),
        "pickle.loads": call(
            named("pickle", "loads"), pickle.SHORT_BINBYTES + bytes([len(b := inner.read_bytes())]) + b
        ),
        "functools.partial": call(call(named("functools", "partial"), named("os", "system"), text(command))),
        "operator.methodcaller": call(
            call(named("operator", "methodcaller"), text("system"), text(command)), imported
        ),
        "operator.attrgetter": call(
            call(call(named("operator", "attrgetter"), text("system")), imported), text(command)
        ),
        "an attribute path": call(named("joblib.numpy_pickle", "os.system"), text(command)),
        "a module that runs on import": named(module.stem, "x"),
        "runpy.run_path": call(named("runpy", "run_path"), text(str(module))),
        "pathlib writes a file": call(
            named("pathlib", "Path.touch"), call(named("pathlib", "Path"), text(str(canary)))
        ),
        "os.system, by NEWOBJ_EX": named("subprocess", "Popen")
        + tied(listed(text("touch"), text(str(canary))))
        + pickle.EMPTY_DICT
        + pickle.NEWOBJ_EX
        + pickle.POP
        + call(named("os", "system"), text(command)),
        "an array of objects": nested.getvalue()[2:-1],
        "map over os.system": call(
            named("builtins", "list"),
            call(named("builtins", "map"), named("os", "system"), listed(text(command))),
        ),
    }


# -- attacks on memory and time -------------------------------------------------------------------------


@lru_cache(maxsize=1)
def bombs() -> dict[str, bytes]:
    """Return files that are small and mean to be large; whole, with their digest where not compressed."""
    import bz2
    import gzip
    import lzma
    import zlib

    f8 = dtype("f8")
    laughs = pickle.EMPTY_LIST + pickle.MEMOIZE
    for i in range(60):
        laughs += (
            pickle.EMPTY_LIST + pickle.MEMOIZE + MARK + (pickle.BINGET + bytes([i])) * 2 + pickle.APPENDS
        )
    huge = struct.pack("<Q", 1 << 62)
    zeros = PROTO + keyed(kind=text("\0" * (16 << 20)))
    found = {
        "a billion laughs": listed(laughs),
        "a billion laughs by DUP": pickle.EMPTY_LIST + (pickle.DUP + pickle.APPEND + pickle.DUP) * 40,
        "a list in itself": pickle.EMPTY_LIST + pickle.MEMOIZE + pickle.BINGET + b"\0" + pickle.APPEND,
        "lists 300,000 deep": pickle.EMPTY_LIST * 300_000 + pickle.APPEND * 299_999,
        "dictionaries 100,000 deep": (pickle.EMPTY_DICT + text("")) * 100_000
        + pickle.NONE
        + pickle.SETITEM * 100_000,
        "tuples 500,000 deep": pickle.EMPTY_TUPLE + pickle.TUPLE1 * 500_000,
        "two million empty dictionaries": listed(pickle.EMPTY_DICT * 2_000_000),
        "a million marks": MARK * 1_000_000,
        "a million tuples": pickle.EMPTY_TUPLE * 1_000_000,
        "a million things in the memo": pickle.NONE + pickle.MEMOIZE * 1_000_000,
        "a string said to have 4 GiB": pickle.BINUNICODE + b"\xff\xff\xff\xff" + b"a" * 100,
        "a string said to have 4 EiB": pickle.BINUNICODE8 + huge + b"a" * 100,
        "a string of 16 MiB": text("宽" * (16 << 18)),
        "bytes said to have 4 EiB": pickle.BINBYTES8 + huge,
        "a byte array said to have 4 EiB": pickle.BYTEARRAY8 + huge,
        "a number said to have 2 GiB": pickle.LONG4 + b"\xff\xff\xff\x7f" + b"\1" * 100,
        "a number of 1 MB": pickle.LONG4 + struct.pack("<i", 1_000_000) + b"\1" * 1_000_000,
        "a number of 255 bytes": pickle.LONG1 + b"\xff" + b"\1" * 255,
        "a number in a million digits": pickle.INT + b"9" * 1_000_000 + b"\n",
        "a frame said to have 4 EiB": pickle.FRAME + huge,
        "a memo index of 4 billion": pickle.NONE + pickle.LONG_BINPUT + b"\xff\xff\xff\xff",
        "a memo index of 4 billion, read": pickle.LONG_BINGET + b"\xff\xff\xff\xff",
        "2**40 numbers": array(tied(number(1 << 40)), f8),
        "2**62 numbers": array(tied(number(1 << 62)), f8),
        "2**61 rows and columns": array(tied(number(1 << 61), number(1 << 61)), f8),
        "rows and columns that overflow to 0": array(tied(number(1 << 32), number(1 << 32)), f8),
        "no rows of 2**62 columns": array(tied(number(0), number(1 << 62)), f8),
        "minus one numbers": array(tied(number(-1)), f8),
        "minus 2**62 rows": array(tied(number(-(1 << 62)), number(-4)), f8),
        "more dimensions than numpy has": array(tied(*[number(1)] * 90), f8, b"\0" * 8),
        "numbers of 2 GiB each": array(tied(number(1)), dtype("V2147483647")),
        "strings of 2 GiB each": array(tied(number(1)), dtype("U536870911")),
    }
    files = {name: signed(PROTO + attack + STOP) for name, attack in found.items()}
    files["zeros, zlib"] = zlib.compress(zeros, 9)
    files["zeros, gzip"] = gzip.compress(zeros, 9)
    files["zeros, bz2"] = bz2.compress(zeros)
    files["zeros, lzma"] = lzma.compress(zeros, lzma.FORMAT_ALONE, preset=0)
    files["zeros, xz"] = lzma.compress(zeros, lzma.FORMAT_XZ, preset=0)
    files["a file of the old joblib (ZF)"] = b"ZF0x40000000000    " + zlib.compress(zeros, 9)
    return files


# -- files that no model is --------------------------------------------------------------------------------


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
            ("classify.store", "save_model"),
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
    from classify.store import _dumps

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
    found: dict[str, bytes] = {"no keys": _dumps({}), "other keys": _dumps({"a": 1})}
    for key in state:
        found[f"no {key}"] = _dumps({k: v for k, v in state.items() if k != key})
        for what, value in wrong.items():
            if key in ("threshold", "headline_weight", "slope") and isinstance(value, (int, float)):
                continue  # figures: which of them a model takes is the model's to say
            if key == "segmenter" or (key == "classes" and isinstance(value, (str, list))):
                continue
            if key == "format" and value is True:
                continue
            found[f"{key} is {what}"] = _dumps(state | {key: value})
    for channel in ("whole", "headline"):
        for key in state[channel]:
            parts = state[channel]
            found[f"{channel} without {key}"] = _dumps(
                state | {channel: {k: v for k, v in parts.items() if k != key}}
            )
            for what, value in wrong.items():
                found[f"{channel}: {key} is {what}"] = _dumps(state | {channel: parts | {key: value}})
    for format in (0, 2, 99, -1, "1", 1.5):
        found[f"format {format!r}"] = _dumps(state | {"format": format})
    return found


# -- the suite ---------------------------------------------------------------------------------------------


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


_FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "os.",
    "subprocess.",
    "socket.",
    "pickle.",
    "ctypes.",
    "marshal.",
    "shutil.",
)
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event.startswith(_FORBIDDEN):
        _seen.append(event)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note what Python's audit events say is imported, compiled, started or looked up by a pickle."""
    global _seen
    if not getattr(sys, "_classify_hook", False):
        sys.addaudithook(_hook)
        sys._classify_hook = True  # type: ignore[attr-defined]
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None


def fault_of(data: bytes, path: Path, canary: Path) -> str:
    """Load `data` as a model; return what is wrong with how it was refused, or nothing."""
    path.write_bytes(data)
    with watched() as events:
        try:
            load_model(path)
        except ModelError as e:
            told = str(e)
        except BaseException as e:
            return f"{type(e).__name__}: {e}"
        else:
            return "it was loaded"
    if canary.exists():
        canary.unlink()
        return "it ran code"
    if events:
        return f"it did {', '.join(sorted(set(events)))}"
    if "\n" in told or not told.isprintable() or len(told) > 500:
        return f"told not in one plain line: {told!r}"
    if "`classify train`" not in told and "unpack it" not in told:
        return f"no mend: {told}"
    return ""


def run_hostile(folder: Path, *, bitten: bool = True) -> Tried:
    """Try every hostile file; `bitten` tries on joblib, too, that attacks are attacks."""
    tried = Tried("hostile models")
    canary, path = folder / "canary", folder / "hostile.joblib"
    path.write_bytes(good_file())
    load_model(path)  # imports what loading imports
    files: dict[str, bytes] = {}
    for name, attack in (running_code(canary) | odd()).items():
        files[name] = signed(PROTO + attack + STOP)
        files[f"{name}, in a dictionary"] = signed(PROTO + keyed(kind=attack) + STOP)
        files[f"{name}, in a model"] = signed(in_a_model(attack))
    files |= bombs() | other_files() | wrong_states()
    for name, data in files.items():
        tried.note(name, fault_of(data, path, canary))
    if bitten:
        for name in toothless(folder):
            tried.note(f"{name}, on joblib", "it doesn't run there: it proves nothing")
    return tried


def toothless(folder: Path) -> list[str]:
    """Return the attacks of `running_code` that don't run code when joblib reads them, in another process."""
    cases: dict[str, tuple[Path, Path]] = {}
    for i, name in enumerate(running_code(folder / "x")):
        canary = folder / f"bite{i}"
        path = folder / f"bite{i}.joblib"
        path.write_bytes(PROTO + running_code(canary)[name] + STOP)
        cases[name] = (canary, path)
    program = (
        "import sys, joblib\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "for path in sys.argv[2:]:\n"
        "    try: joblib.load(path)\n"
        "    except Exception as e: pass\n"
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(folder), *(str(p) for _, p in cases.values())],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=300,
    )
    return [name for name, (canary, _) in cases.items() if not canary.exists()]


# -- limits ------------------------------------------------------------------------------------------------

MORE_MEMORY = 192 << 20
"""Bytes that reading a small hostile file may take beyond what the process has: `MAX_PLAIN` says 100 MiB."""
SECONDS = 120
"""Processor seconds for all of `bombs` together, which take 3: what is exponential outlasts any limit."""

_LIMITED = """
import resource, sys
from pathlib import Path
from classify.store import load_model
from classify.errors import ModelError
from tests.safety.tried import small_model
import classify.sections.model
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
for path in sys.argv[3:]:
    try:
        load_model(path)
        print("loaded", flush=True)
    except ModelError as e:
        print("memory" if "MemoryError" in str(e) else "refused", flush=True)
    except BaseException as e:
        print(type(e).__name__, flush=True)
"""


def run_bombs(folder: Path) -> Tried:
    """Load the bombs in a process that may take little memory and time (Linux: it asks /proc what it has)."""
    tried = Tried("bombs under limits")
    paths = {}
    for i, (name, data) in enumerate(bombs().items()):
        paths[name] = folder / f"bomb{i}.joblib"
        paths[name].write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(MORE_MEMORY), str(SECONDS), *map(str, paths.values())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * SECONDS,
    )
    answers = done.stdout.split()
    answers += [f"the process ended ({done.returncode}) {done.stderr[-200:]}"] * (len(paths) - len(answers))
    for name, answer in zip(paths, answers, strict=True):
        tried.note(name, "" if answer == "refused" else answer)
    return tried
