"""Model files that are meant to run code, and files that are small and mean to be large.

`running_code` gives attacks that do run when joblib reads them: each makes a file, the canary, which must not
appear when we do.
"""

from __future__ import annotations

import io
import pickle
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np

from tests.safety.assembler import (
    MARK,
    PROTO,
    STOP,
    array,
    call,
    dtype,
    keyed,
    listed,
    named,
    number,
    text,
    tied,
)
from tests.safety.tried import signed

if TYPE_CHECKING:
    from pathlib import Path


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


def shallow_and_wide(width: int) -> bytes:
    """Return a pickle of lists nested 4 deep, each of `width` references to the one before it.

    A model may be nested as deep. If lists were kept in the memo, this would stand for width ** 3 lists.
    """
    lists = [pickle.EMPTY_LIST + pickle.MEMOIZE]
    for level in range(3):
        references = (pickle.BINGET + bytes([level])) * width
        lists.append(pickle.EMPTY_LIST + pickle.MEMOIZE + MARK + references + pickle.APPENDS)
    return PROTO + keyed(**{str(level): value for level, value in enumerate(lists)}) + STOP


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
    files["1.5 KB for 16 million lists"] = signed(shallow_and_wide(250))
    files["zeros, zlib"] = zlib.compress(zeros, 9)
    files["zeros, gzip"] = gzip.compress(zeros, 9)
    files["zeros, bz2"] = bz2.compress(zeros)
    files["zeros, lzma"] = lzma.compress(zeros, lzma.FORMAT_ALONE, preset=0)
    files["zeros, xz"] = lzma.compress(zeros, lzma.FORMAT_XZ, preset=0)
    files["a file of the old joblib (ZF)"] = b"ZF0x40000000000    " + zlib.compress(zeros, 9)
    return files
