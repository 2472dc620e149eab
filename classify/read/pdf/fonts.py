"""Fonts of the system, which pages are drawn with and read without.

Papers name typefaces that their files do not have. pdfium then looks for fonts of the system in their place, and opens
every character of them to measure its strokes. What is read would depend on what is installed, and reading a page of
such a paper takes three times as long. The file itself says how wide its characters are, so its text is read without.

pdfium asks for a font through a table of functions. The table given to it here passes its questions on to pdfium's own
functions, or says that there is no such font. It is set once for the process, because pdfium lists the fonts that are
installed once.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SystemFonts"]


class SystemFonts:
    """What pdfium asks for fonts of the system; one for the process.

    Parameters
    ----------
    raw : module
        ``pypdfium2.raw``.

    Examples
    --------
    >>> import pypdfium2.raw
    >>> fonts = SystemFonts.of(pypdfium2.raw)
    >>> with fonts.hidden():
    ...     fonts.are_hidden
    True
    >>> fonts.are_hidden
    False
    """

    _only: ClassVar[SystemFonts | None] = None

    def __init__(self, raw: Any) -> None:
        self.are_hidden = False
        self._mapper: int | None = None
        self._default = raw.FPDF_GetDefaultSystemFontInfo()
        own = self._table = raw.FPDF_SYSFONTINFO()
        own.version = self._default.contents.version
        kinds = dict(raw.FPDF_SYSFONTINFO._fields_)
        for name, answer in (
            ("EnumFonts", self._keep_mapper),
            ("MapFont", self._map),
            ("GetFont", self._get),
        ):
            setattr(own, name, kinds[name](answer))
        for name in ("GetFontData", "GetFaceName", "GetFontCharset", "DeleteFont"):
            setattr(own, name, kinds[name](self._passed_on(name)))
        raw.FPDF_SetSystemFontInfo(ctypes.byref(own))

    @classmethod
    def of(cls, raw: Any) -> SystemFonts:
        """Return those of this process."""
        if cls._only is None:
            cls._only = cls(raw)
        return cls._only

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Let pdfium find none of them."""
        before, self.are_hidden = self.are_hidden, True
        try:
            yield
        finally:
            self.are_hidden = before

    def _keep_mapper(self, _: Any, mapper: int | None) -> None:
        """Keep what the list of fonts is for: it is made when a font is first asked for."""
        self._mapper = mapper

    def _map(self, _: Any, *wanted: Any) -> int | None:
        return None if self.are_hidden else self._ask("MapFont", *wanted)

    def _get(self, _: Any, name: Any) -> int | None:
        return None if self.are_hidden else self._ask("GetFont", name)

    def _passed_on(self, name: str) -> Any:
        return lambda _, *rest: self._ask(name, *rest)

    def _ask(self, name: str, *rest: Any) -> Any:
        """Call a function of pdfium's own table."""
        if self._mapper is not None:
            mapper, self._mapper = self._mapper, None
            self._default.contents.EnumFonts(self._default, mapper)
        return getattr(self._default.contents, name)(self._default, *rest)
