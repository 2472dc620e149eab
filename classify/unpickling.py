"""Read joblib files of plain data without joblib, without pickle, and without calling anything.

A joblib file is a pickle: a program for a small stack machine. A general unpickler imports the names that the
program gives and calls them, so a file can run any code. Restricting the names (`pickle.Unpickler.find_class`)
has been broken many times: by arrays of objects, by prefix rules such as ``numpy.*``, by anything from
``builtins``. So this module contains a stack machine of its own, and it knows only

- the instructions of pickle protocol 4 that dictionaries, lists, strings, numbers and arrays need. Any other
  instruction is an error;
- three names, `joblib.numpy_pickle.NumpyArrayWrapper`, `numpy.ndarray` and `numpy.dtype`, as members of an
  enumeration. Nothing is imported, and an instruction that would call something is compared with one of two
  patterns and replaced by a value of this module.

Memory and time are bounded by the size of the file. The numbers of an array follow the instruction that
makes it and stay where they are: an array is a view of the file. Everything else may fill `MAX_PLAIN` bytes.
The memo, by which a pickle refers to an object that it has already made, keeps strings and the types of arrays
only. If it kept lists, a file of 1.5 KB could describe 16 million of them: a list of 250 references to a list
of 250 references to a list of 250 references to an empty list.

`classify.model_file` calls `read` after it has checked the digest of the file; what the dictionary means is
checked by `classify.sections.model`. The attacks that this reader is tested with are in ``tests/safety``.
"""

from __future__ import annotations

import math
import pickle
import struct
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_DEPTH", "MAX_PLAIN", "NUMBERS", "Refused", "read"]

NUMBERS = frozenset({"u1", "u2", "u4", "i2", "i4", "i8", "f2", "f4", "f8"})
"""Types of numbers that an array may have: numpy's codes, little-endian in the file."""

MAX_PLAIN = 1 << 20
"""Largest size in bytes of all that is not numbers in arrays. Chosen: the names of 20,000 classes fit in. An
instruction of one byte makes an object of about 60 bytes, so a hostile file takes 100 MiB of memory at worst."""

MAX_DEPTH = 4
"""How deep dictionaries and lists may be nested. Chosen: those of a model are nested 2 deep."""

MAX_INTEGER = 8
"""Largest size of an integer in bytes."""


class Refused(Exception):  # noqa: N818
    """The file holds something that no model file holds; the message completes "it …".

    >>> try:
    ...     read(b"\\x80\\x04cos\\nsystem\\n.")
    ... except Refused as reason:
    ...     print("it", reason)
    it has a pickle instruction that no model needs (0x63)
    """


def read(data: bytes | memoryview) -> dict[str, Any]:
    """Return the dictionary that the pickle `data` holds.

    Parameters
    ----------
    data : bytes or memoryview
        A file of joblib, uncompressed, of pickle protocol 4.

    Returns
    -------
    dict of str
        Values are str, int, float, bool, arrays of one or two dimensions, and lists and dictionaries of
        these. Arrays are read-only views of `data`.

    Raises
    ------
    Refused
        If `data` holds anything else, is damaged, or does not end with its last instruction.

    Examples
    --------
    >>> read(pickle.dumps({"classes": ["forestry", "other"], "threshold": 0.5}, protocol=4))
    {'classes': ['forestry', 'other'], 'threshold': 0.5}
    """
    try:
        value = _Machine(memoryview(data)).run()
    except (IndexError, TypeError, ValueError, struct.error) as e:
        raise Refused(f"is damaged ({type(e).__name__})") from None
    if type(value) is not dict:
        raise Refused(f"holds a {type(value).__name__}, not a model")
    _check_plain(value, 0)
    return value


def _check_plain(value: Any, depth: int) -> None:
    """Raise `Refused` unless `value` consists of plain types and is not nested too deeply."""
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


class _Name(Enum):
    """The names that a file may give, each as a module and a name. Nothing is imported."""

    WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
    NDARRAY = ("numpy", "ndarray")
    DTYPE = ("numpy", "dtype")


class _Dtype(NamedTuple):
    """The result of ``numpy.dtype(code, False, True)``, the only call that a file may make."""

    code: str


class _Wrapper:
    """An array whose description has not been read yet: ``NumpyArrayWrapper.__new__``."""


class _Machine:
    """The stack machine. Handlers of instructions are named after what they push or change.

    Types are compared with ``type(x) is``, not ``isinstance``: the machine makes all objects itself, so a
    subclass cannot occur and would be a fault.
    """

    MARK = object()
    """On the stack: where the items of the next list, tuple or dictionary begin."""

    NOT_KEPT = object()
    """In the memo: an object that a file may not refer to again."""

    # The states of a dtype of native byte order: version, order (| for one-byte numbers), no fields, no names.
    NATIVE_STATES = ((3, "<", None, None, None, -1, -1, 0), (3, "|", None, None, None, -1, -1, 0))

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0
        self.array_bytes = 0  # of the bytes before `position`, those that are numbers in arrays
        self.stack: list[Any] = []
        self.memo: list[Any] = []

    def run(self) -> Any:
        """Carry out the instructions and return the one object that is left on the stack."""
        if bytes(self.data[:2]) != pickle.PROTO + b"\x04":
            raise Refused("does not begin as a model file does")
        self.position = 2
        while True:
            code = self._take(1)[0]
            if code == pickle.STOP[0]:
                break
            handler = self.HANDLERS.get(code)
            if handler is None:
                raise Refused(f"has a pickle instruction that no model needs (0x{code:02x})")
            handler(self)
        if self.position != len(self.data):
            raise Refused("goes on after its end")
        (value,) = self.stack
        return value

    # -- bytes and the stack -----------------------------------------------------------------------

    def _take(self, n: int, *, array: bool = False) -> memoryview:
        """Return the next `n` bytes. All bytes but the numbers of arrays count towards `MAX_PLAIN`."""
        if n > len(self.data) - self.position:
            raise Refused("ends too early")
        self.position += n
        self.array_bytes += n if array else 0
        if self.position - self.array_bytes > MAX_PLAIN:
            raise Refused(f"holds more than {MAX_PLAIN} bytes beside its arrays")
        return self.data[self.position - n : self.position]

    def _unsigned(self, n: int) -> int:
        """Return the next `n` bytes as an unsigned integer."""
        return int.from_bytes(self._take(n), "little")

    def _pop_items(self) -> list[Any]:
        """Pop the items down to the last mark, and the mark."""
        start = len(self.stack) - 1
        while self.stack[start] is not self.MARK:
            start -= 1
            if start < 0:
                raise Refused("is damaged (no mark)")
        items = self.stack[start + 1 :]
        del self.stack[start:]
        return items

    # -- plain data --------------------------------------------------------------------------------

    def _frame(self) -> None:
        """Skip the length of a frame, which only a reader that buffers its input needs."""
        if self._unsigned(8) > len(self.data) - self.position:
            raise Refused("ends too early")

    def _integer(self, n: int, *, signed: bool) -> None:
        self.stack.append(int.from_bytes(self._take(n), "little", signed=signed))

    def _long(self) -> None:
        n = self._unsigned(1)
        if n > MAX_INTEGER:
            raise Refused(f"holds a number of {n} bytes")
        self._integer(n, signed=True)

    def _float(self) -> None:
        self.stack.append(struct.unpack(">d", self._take(8))[0])

    def _string(self, length_bytes: int) -> None:
        # Lone surrogates occur in strings of Python, and pickle writes them.
        self.stack.append(str(self._take(self._unsigned(length_bytes)), "utf-8", "surrogatepass"))

    def _tuple(self, n: int) -> None:
        start = len(self.stack) - n
        if start < 0:
            raise Refused("is damaged (an empty stack)")
        self.stack[start:] = [tuple(self.stack[start:])]

    def _append(self, items: list[Any]) -> None:
        """Append `items` to the list on the top of the stack."""
        target = self.stack[-1]
        if type(target) is not list:
            raise Refused("is damaged (an item without a list)")
        target.extend(items)

    def _set_items(self, items: list[Any]) -> None:
        """Put `items` (key, value, key, value, …) into the dictionary on the top of the stack."""
        target = self.stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise Refused("is damaged (an item without a dictionary)")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) is not str:
                raise Refused(f"has a {type(key).__name__} for a key")
            target[key] = value

    def _set_item(self) -> None:
        value = self.stack.pop()
        self._set_items([self.stack.pop(), value])

    def _memoize(self) -> None:
        """Append the top of the stack to the memo, if a file may refer to it again."""
        value = self.stack[-1]
        self.memo.append(value if type(value) in (str, _Name, _Dtype) else self.NOT_KEPT)

    def _get(self, length_bytes: int) -> None:
        value = self.memo[self._unsigned(length_bytes)]
        if value is self.NOT_KEPT:
            raise Refused("uses a part of itself twice")
        self.stack.append(value)

    # -- arrays ------------------------------------------------------------------------------------
    # joblib writes an array as
    #   NumpyArrayWrapper, (), NEWOBJ, {description}, BUILD, length of padding, padding, numbers
    # and its dtype, in the description, as
    #   numpy.dtype, (code, False, True), REDUCE, (3, "<", None, None, None, -1, -1, 0), BUILD

    def _name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not (type(name) is type(module) is str):
            raise Refused("has a name that is no string")
        try:
            self.stack.append(_Name((module, name)))
        except ValueError:
            shown = f"{module}.{name}"[:60]
            raise Refused(f"names {ascii(shown)[1:-1]}") from None

    def _call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if function is not _Name.DTYPE or type(arguments) is not tuple or len(arguments) != 3:
            raise Refused("calls something")
        code, align, copy = arguments
        if type(code) is not str or code not in NUMBERS or align is not False or copy is not True:
            raise Refused(f"has an array of {ascii(code)[:60]}")
        self.stack.append(_Dtype(code))

    def _new_object(self) -> None:
        arguments, cls = self.stack.pop(), self.stack.pop()
        if cls is not _Name.WRAPPER or type(arguments) is not tuple or arguments:
            raise Refused("makes an object")
        self.stack.append(_Wrapper())

    def _set_state(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) is _Dtype:
            if type(state) is not tuple or state not in self.NATIVE_STATES:
                raise Refused("has an array of another machine's numbers")
        elif type(target) is _Wrapper and type(state) is dict:
            self.stack[-1] = self._array(state)
        else:
            raise Refused("sets the state of an object")

    def _array(self, description: dict[str, Any]) -> np.ndarray[Any, Any]:
        """Return the array that follows: one byte with the length of the padding, padding, numbers."""
        dtype, shape = description.get("dtype"), description.get("shape")
        if description.get("subclass") is not _Name.NDARRAY or type(dtype) is not _Dtype:
            raise Refused("has an array of an odd kind")
        if description.get("order") != "C" or type(shape) is not tuple or not 1 <= len(shape) <= 2:
            raise Refused("has an array of an odd shape")
        if not all(type(n) is int and 0 <= n <= len(self.data) for n in shape):
            raise Refused("has an array of an absurd shape")
        if description.get("numpy_array_alignment_bytes") is not None:
            self._take(self._unsigned(1))
        kind = np.dtype("<" + dtype.code)
        numbers = self._take(kind.itemsize * math.prod(shape), array=True)
        return np.frombuffer(numbers, kind).reshape(shape)

    HANDLERS: ClassVar[dict[int, Callable[[_Machine], None]]] = {
        pickle.FRAME[0]: _frame,
        pickle.MARK[0]: lambda m: m.stack.append(m.MARK),
        pickle.NONE[0]: lambda m: m.stack.append(None),
        pickle.NEWTRUE[0]: lambda m: m.stack.append(True),
        pickle.NEWFALSE[0]: lambda m: m.stack.append(False),
        pickle.BININT1[0]: lambda m: m._integer(1, signed=False),
        pickle.BININT2[0]: lambda m: m._integer(2, signed=False),
        pickle.BININT[0]: lambda m: m._integer(4, signed=True),
        pickle.LONG1[0]: _long,
        pickle.BINFLOAT[0]: _float,
        pickle.SHORT_BINUNICODE[0]: lambda m: m._string(1),
        pickle.BINUNICODE[0]: lambda m: m._string(4),
        pickle.EMPTY_TUPLE[0]: lambda m: m.stack.append(()),
        pickle.TUPLE1[0]: lambda m: m._tuple(1),
        pickle.TUPLE2[0]: lambda m: m._tuple(2),
        pickle.TUPLE3[0]: lambda m: m._tuple(3),
        pickle.TUPLE[0]: lambda m: m.stack.append(tuple(m._pop_items())),
        pickle.EMPTY_LIST[0]: lambda m: m.stack.append([]),
        pickle.APPEND[0]: lambda m: m._append([m.stack.pop()]),
        pickle.APPENDS[0]: lambda m: m._append(m._pop_items()),
        pickle.EMPTY_DICT[0]: lambda m: m.stack.append({}),
        pickle.SETITEM[0]: _set_item,
        pickle.SETITEMS[0]: lambda m: m._set_items(m._pop_items()),
        pickle.MEMOIZE[0]: _memoize,
        pickle.BINGET[0]: lambda m: m._get(1),
        pickle.LONG_BINGET[0]: lambda m: m._get(4),
        pickle.STACK_GLOBAL[0]: _name,
        pickle.REDUCE[0]: _call,
        pickle.NEWOBJ[0]: _new_object,
        pickle.BUILD[0]: _set_state,
    }
