"""pdfium's functions with handles and buffers as integers, which are their addresses.

A page has some thousand characters and often as many text objects, and each needs several calls. The prototypes of
pypdfium2 make a pointer object for every handle and release the interpreter lock for every call. Without both a call
takes half the time, and reading a page two thirds.
"""

from __future__ import annotations

import ctypes
from typing import Any

__all__ = ["Pdfium", "address", "numbers"]

_Pointer = type(ctypes.POINTER(ctypes.c_int))


class Pdfium:
    """The functions and constants of ``pypdfium2.raw`` under their names.

    A handle that is returned is an int, or None for NULL. A pointer that is given is an int, an object with a buffer
    made by `ctypes.create_string_buffer` or as a ctypes array, the result of `ctypes.byref`, or bytes.

    Parameters
    ----------
    raw : module
        ``pypdfium2.raw``.

    Examples
    --------
    >>> import pypdfium2.raw
    >>> pdfium = Pdfium(pypdfium2.raw)
    >>> pdfium.FPDF_LoadMemDocument64(b"no PDF", 6, None) is None, pdfium.FPDF_ERR_PASSWORD
    (True, 4)
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        """Return a function or constant, made when it is first asked for."""
        found = getattr(self._raw, name)
        if hasattr(found, "argtypes"):
            found = _with_addresses(found)
        setattr(self, name, found)
        return found


def _with_addresses(function: Any) -> Any:
    """Return a function of a library with another prototype: pointers are addresses."""
    types = [_address_type(kind) for kind in (function.restype, *function.argtypes)]
    return ctypes.PYFUNCTYPE(*types)(address(function))


def _address_type(kind: Any) -> Any:
    return ctypes.c_void_p if isinstance(kind, _Pointer) else kind


def address(item: Any) -> int:
    """Return the address that a function, or a pointer, of ctypes stands for."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def numbers(n: int, kind: Any = ctypes.c_float) -> tuple[Any, list[int]]:
    """Return an array of `n` numbers that a function of pdfium fills, and the address of each.

    >>> array, addresses = numbers(2)
    >>> list(array), addresses[1] - addresses[0]
    ([0.0, 0.0], 4)
    """
    array = (kind * n)()
    first, size = ctypes.addressof(array), ctypes.sizeof(kind)
    return array, [first + k * size for k in range(n)]
