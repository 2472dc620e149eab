"""Pickles by hand: functions that return the instructions for a string, a call, an array, and so on."""

from __future__ import annotations

import pickle
import struct

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
