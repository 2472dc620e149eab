"""joblib's files of plain data, read without joblib or pickle and without looking up a single name.

A joblib file is a pickle, a program for a small stack machine, with the numbers of each array behind the
instruction that makes it. This is that machine with the instructions that dictionaries, lists, strings,
numbers and arrays need in protocol 4; any other ends the reading. Three names are known, by their exact
module and name, and stand for nothing but themselves: `joblib.numpy_pickle.NumpyArrayWrapper`,
`numpy.ndarray` and `numpy.dtype`. Nothing is imported, and what looks like a call is one of two patterns
that are compared, not called.

What it takes is bounded by the file: numbers stay where they are (an array is a view of the file), and all
else may fill no more than `MAX_PLAIN` bytes of it. Only strings, and what says the kind of an array, are
taken from the memo a second time, so what comes out is a tree: it can't grow by repeating itself.
"""

from __future__ import annotations

import math
import pickle
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_DEPTH", "MAX_PLAIN", "NUMBERS", "Refused", "read"]

NUMBERS = frozenset({"u1", "u2", "u4", "i2", "i4", "i8", "f4", "f8"})
"""Kinds of numbers that arrays are made of: numpy's codes, little-endian in the file."""

MAX_PLAIN = 1 << 20
"""Bytes of a file that are not numbers in arrays, at most: enough for the names of 20,000 classes. An
instruction of one byte makes an object of some 60 bytes, so they cost 100 MiB of memory at worst."""

MAX_DEPTH = 4
"""How deep dictionaries and lists may lie in one another; those of a model are 2 deep."""

MAX_INTEGER = 8
"""Bytes of a whole number."""

_SHOWN = 60  # characters of a foreign name in a message


class Refused(Exception):  # noqa: N818
    """What a file holds that no model does; the message completes “it …”."""


class _Name(NamedTuple):
    """A name of the allow-list: inert."""

    module: str
    name: str


class _Dtype(NamedTuple):
    """Stands for ``numpy.dtype(code, False, True)``."""

    code: str


class _Wrapper:
    """Stands for a `NumpyArrayWrapper` whose fields have not come yet."""


_WRAPPER = _Name("joblib.numpy_pickle", "NumpyArrayWrapper")
_NDARRAY = _Name("numpy", "ndarray")
_DTYPE = _Name("numpy", "dtype")
_NAMES = frozenset({_WRAPPER, _NDARRAY, _DTYPE})
_NATIVE_STATES = ((3, "<", None, None, None, -1, -1, 0), (3, "|", None, None, None, -1, -1, 0))
_MARK = object()
_ONCE = object()  # in the memo: something that may not be taken again


def read(data: bytes | memoryview) -> dict[str, Any]:
    """Return the dictionary that `data` holds; its arrays are read-only views of `data`.

    Raises
    ------
    Refused
        Where it holds anything else, or is damaged.
    """
    try:
        value = _Machine(memoryview(data)).run()
    except (IndexError, TypeError, ValueError, struct.error) as e:
        raise Refused(f"is damaged ({type(e).__name__})") from None
    if type(value) is not dict:
        raise Refused(f"holds a {type(value).__name__}, not a model")
    _check_plain(value, 0)
    return value


class _Machine:
    """The stack, the memo and the place in the file."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0
        self.numbers = 0
        self.stack: list[Any] = []
        self.memo: list[Any] = []

    def run(self) -> Any:
        if bytes(self.data[:2]) != pickle.PROTO + b"\x04":
            raise Refused("does not begin as a model file does")
        self.at = 2
        while True:
            code = self.take(1)[0]
            if code == pickle.STOP[0]:
                (value,) = self.stack
                if self.at != len(self.data):
                    raise Refused("goes on after its end")
                return value
            step = _STEPS.get(code)
            if step is None:
                raise Refused(f"has a pickle instruction that no model needs (0x{code:02x})")
            step(self)

    # -- taking ------------------------------------------------------------------------------------

    def take(self, n: int, *, numbers: bool = False) -> memoryview:
        if n > len(self.data) - self.at:
            raise Refused("ends too early")
        self.at += n
        self.numbers += n if numbers else 0
        if self.at - self.numbers > MAX_PLAIN:
            raise Refused(f"holds more than {MAX_PLAIN} bytes beside its arrays")
        return self.data[self.at - n : self.at]

    def unsigned(self, n: int) -> int:
        return int.from_bytes(self.take(n), "little")

    def pop_to_mark(self) -> list[Any]:
        stack = self.stack
        at = len(stack) - 1
        while stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise Refused("is damaged (no mark)")
        taken = stack[at + 1 :]
        del stack[at:]
        return taken

    # -- plain data --------------------------------------------------------------------------------

    def frame(self) -> None:
        if self.unsigned(8) > len(self.data) - self.at:
            raise Refused("ends too early")

    def mark(self) -> None:
        self.stack.append(_MARK)

    def integer(self, n: int, *, signed: bool) -> None:
        self.stack.append(int.from_bytes(self.take(n), "little", signed=signed))

    def long(self) -> None:
        n = self.unsigned(1)
        if n > MAX_INTEGER:
            raise Refused(f"holds a number of {n} bytes")
        self.integer(n, signed=True)

    def real(self) -> None:
        self.stack.append(struct.unpack(">d", self.take(8))[0])

    def string(self, n: int) -> None:
        self.stack.append(str(self.take(self.unsigned(n)), "utf-8", "surrogatepass"))

    def tie(self, n: int) -> None:
        if n > len(self.stack):
            raise Refused("is damaged (an empty stack)")
        taken = tuple(self.stack[len(self.stack) - n :])
        del self.stack[len(self.stack) - n :]
        self.stack.append(taken)

    def append(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise Refused("is damaged (an item without a list)")
        target.extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise Refused("is damaged (an item without a dictionary)")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) is not str:
                raise Refused(f"has a {type(key).__name__} for a key")
            target[key] = value

    def set_item(self) -> None:
        value = self.stack.pop()
        self.set_items([self.stack.pop(), value])

    def memoize(self) -> None:
        value = self.stack[-1]
        self.memo.append(value if type(value) in (str, _Name, _Dtype) else _ONCE)

    def recall(self, n: int) -> None:
        value = self.memo[self.unsigned(n)]
        if value is _ONCE:
            raise Refused("uses a part of itself twice")
        self.stack.append(value)

    # -- arrays ------------------------------------------------------------------------------------

    def name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not (type(name) is type(module) is str):
            raise Refused("has a name that is no string")
        named = _Name(module, name)
        if named not in _NAMES:
            raise Refused(f"names {ascii(f'{module}.{name}'[:_SHOWN])[1:-1]}")
        self.stack.append(named)

    def reduce(self) -> None:
        arguments, what = self.stack.pop(), self.stack.pop()
        if type(what) is not _Name or what != _DTYPE or type(arguments) is not tuple or len(arguments) != 3:
            raise Refused("calls something")
        code, align, copy = arguments
        if type(code) is not str or code not in NUMBERS or align is not False or copy is not True:
            raise Refused(f"has an array of {ascii(code)[:_SHOWN]}")
        self.stack.append(_Dtype(code))

    def new(self) -> None:
        arguments, what = self.stack.pop(), self.stack.pop()
        if type(what) is not _Name or what != _WRAPPER or type(arguments) is not tuple or arguments:
            raise Refused("makes an object")
        self.stack.append(_Wrapper())

    def build(self) -> None:
        state, made = self.stack.pop(), self.stack[-1]
        if type(made) is _Dtype:
            if type(state) is not tuple or state not in _NATIVE_STATES:
                raise Refused("has an array of another machine's numbers")
        elif type(made) is _Wrapper and type(state) is dict:
            self.stack[-1] = self.array(state)
        else:
            raise Refused("sets the state of an object")

    def array(self, state: dict[str, Any]) -> np.ndarray[Any, Any]:
        """Take the array that follows: a byte that says how long the padding is, the padding, the numbers."""
        dtype, shape, subclass = state.get("dtype"), state.get("shape"), state.get("subclass")
        if type(subclass) is not _Name or subclass != _NDARRAY or type(dtype) is not _Dtype:
            raise Refused("has an array of an odd kind")
        if state.get("order") != "C" or type(shape) is not tuple or not 1 <= len(shape) <= 2:
            raise Refused("has an array of an odd shape")
        if not all(type(n) is int and 0 <= n <= len(self.data) for n in shape):
            raise Refused("has an array of an absurd shape")
        if state.get("numpy_array_alignment_bytes") is not None:
            self.take(self.unsigned(1))
        kind = np.dtype("<" + dtype.code)
        numbers = self.take(kind.itemsize * math.prod(shape), numbers=True)
        return np.frombuffer(numbers, kind).reshape(shape)


_STEPS: dict[int, Callable[[_Machine], None]] = {
    code[0]: step
    for code, step in (
        (pickle.FRAME, _Machine.frame),
        (pickle.MARK, _Machine.mark),
        (pickle.NONE, lambda m: m.stack.append(None)),
        (pickle.NEWTRUE, lambda m: m.stack.append(True)),
        (pickle.NEWFALSE, lambda m: m.stack.append(False)),
        (pickle.BININT1, lambda m: m.integer(1, signed=False)),
        (pickle.BININT2, lambda m: m.integer(2, signed=False)),
        (pickle.BININT, lambda m: m.integer(4, signed=True)),
        (pickle.LONG1, _Machine.long),
        (pickle.BINFLOAT, _Machine.real),
        (pickle.SHORT_BINUNICODE, lambda m: m.string(1)),
        (pickle.BINUNICODE, lambda m: m.string(4)),
        (pickle.EMPTY_TUPLE, lambda m: m.tie(0)),
        (pickle.TUPLE1, lambda m: m.tie(1)),
        (pickle.TUPLE2, lambda m: m.tie(2)),
        (pickle.TUPLE3, lambda m: m.tie(3)),
        (pickle.TUPLE, lambda m: m.stack.append(tuple(m.pop_to_mark()))),
        (pickle.EMPTY_LIST, lambda m: m.stack.append([])),
        (pickle.APPEND, lambda m: m.append([m.stack.pop()])),
        (pickle.APPENDS, lambda m: m.append(m.pop_to_mark())),
        (pickle.EMPTY_DICT, lambda m: m.stack.append({})),
        (pickle.SETITEM, _Machine.set_item),
        (pickle.SETITEMS, lambda m: m.set_items(m.pop_to_mark())),
        (pickle.MEMOIZE, _Machine.memoize),
        (pickle.BINGET, lambda m: m.recall(1)),
        (pickle.LONG_BINGET, lambda m: m.recall(4)),
        (pickle.STACK_GLOBAL, _Machine.name),
        (pickle.REDUCE, _Machine.reduce),
        (pickle.NEWOBJ, _Machine.new),
        (pickle.BUILD, _Machine.build),
    )
}


def _check_plain(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refused("is nested too deeply")
    if type(value) is dict:
        for item in value.values():
            _check_plain(item, depth + 1)
    elif type(value) is list:
        for item in value:
            _check_plain(item, depth + 1)
    elif type(value) not in (np.ndarray, str, int, float, bool):
        raise Refused(f"holds a {type(value).__name__}")
