"""Chinese text broken into lines of a terminal, by the rules of Chinese typesetting (避头尾, kinsoku).

No line begins with closing punctuation and none ends with opening punctuation; numbers with their signs, and words in
Latin letters, are not broken unless they are longer than a line. rich, which prints the tables, breaks Chinese
anywhere, and no kept library for terminals was found that does better. Lines may be a character or two shorter for it:
nothing is squeezed, and nothing hangs over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

__all__ = ["WrappedTexts", "wrap_chinese"]

_OPENING = "（《〈【〔〖［｛「『“‘(["
_CLOSING = "，。、；：？！）》〉】〕〗］｝」』”’…—·％%‰℃°,.;:?!)]"

# What stays together, such as 《三月》， or 3.1万 or 1380; blanks are places to break.
_UNIT = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[A-Za-z0-9]+(?:[.,:/+\-][A-Za-z0-9]+)*|\s|.)[{re.escape(_CLOSING)}]*",
    re.DOTALL,
)


def wrap_chinese(text: str, width: int) -> list[str]:
    """Return the lines of a text, its own line ends kept.

    Parameters
    ----------
    text : str
    width : int, at least 2
        Columns of a line; a Chinese character takes two.

    Examples
    --------
    >>> wrap_chinese("完成造林2460公顷，退化林修复1380公顷。", 26)
    ['完成造林2460公顷，退化林修', '复1380公顷。']
    >>> wrap_chinese("他说：“好”。", 10)
    ['他说：', '“好”。']
    """
    from rich.cells import cell_len, chop_cells

    lines: list[str] = []
    for paragraph in text.split("\n"):
        line: list[str] = []  # its units: a tab has no width, so that a line may be as long as the text
        used = 0
        for unit in _UNIT.findall(paragraph):
            size = cell_len(unit)
            if line and used + size > width:
                lines.append("".join(line).rstrip())
                line, used = [], 0
                unit = unit.lstrip()
                size = cell_len(unit)
            if size > width:  # longer than any line
                *whole, unit = chop_cells(unit, width)
                lines += whole
                size = cell_len(unit)
            if unit:
                line.append(unit)
            used += size
        lines.append("".join(line).rstrip())
    return lines


class WrappedTexts:
    """Texts below one another in a cell of a table of rich, each in its style, wrapped by `wrap_chinese`.

    Parameters
    ----------
    texts : sequence of rich.text.Text
        Each of one style.
    """

    def __init__(self, texts: Sequence[Text]) -> None:
        self._texts = texts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, as rich asks for them when the width is known."""
        yield from self._lines(max(2, options.max_width))

    def _lines(self, width: int) -> Iterator[Text]:
        from rich.text import Text

        for text in self._texts:
            for line in wrap_chinese(text.plain, width):
                yield Text(line, style=text.style, no_wrap=True)
