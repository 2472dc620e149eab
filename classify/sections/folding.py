"""Texts to blocks of code points, the input of everything that counts characters.

All positions of an array are looked up at once, without a loop over characters. Two functions make them, for
the two analyzers of `NgramVectorizer`:

* `raw_blocks` takes texts unfolded, runs of blanks made one space, as scikit-learn's
  ``analyzer="char"`` does. A `BORDER`, which is no code point, follows each text.
* `folded_blocks` folds them: what `classify.text.normalize.fold` does to one string is done to a block by one
  table, since nearly every character of Chinese news maps to one character or is dropped. A text that holds anything
  else (a combining mark, a plane beyond the first, a traditional character) goes through `fold` itself, so the two
  always agree. Each text is put between two marks, `BEGIN` and `END`, which no
  folded text contains.

Borders and marks are in no vocabulary next to each other, so no n-gram crosses from one text into the next; an
n-gram with a mark is one at the edge of its text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classify.text.normalize import fold, fold_widths
from classify.text.script import traditional_characters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["BEGIN", "BORDER", "END", "TextBlock", "batches", "folded_blocks", "raw_blocks", "stands_alone"]

BEGIN, END = "\x02", "\x03"
"""START OF TEXT and END OF TEXT: control characters, which `fold` drops from any text."""

BORDER = 0x110000
"""The number after the last code point."""

BLOCK = 1 << 17
"""Characters of a block: 2 MiB with their ids and two lengths of nodes. With 32 Ki of them text-to-label takes 8 to
24 % longer (THUCNews titles, fudan20): the fixed cost of some 150 calls weighs more than the cache."""

_SPACE = 32
# In the table of `_table`, control characters, which no folded text contains:
_FOLD_ITSELF = 0  # what becomes of the character depends on others; `fold` itself has to read the text
_DROPPED = 1  # `fold` drops the character, whatever is beside it
_UNCHANGED = ((0x3400, 0xA000), (0xAC00, 0xD7A4))
"""Ideographs and Hangul: `fold_widths` leaves them as they are."""
_FOLDED = ((0, 0x530), (0x2000, 0x3400), (0xE000, 0x10000))
"""Blocks of other characters that newspapers use: Latin, Greek and Cyrillic letters; punctuation, symbols and kana;
private-use characters and full-width forms. `fold` itself reads a text with any other."""


class TextBlock(NamedTuple):
    """Whole texts one after the other.

    Examples
    --------
    >>> codes, ends = next(raw_blocks(["林场", "林"]))
    >>> codes.tolist() == [ord("林"), ord("场"), BORDER, ord("林"), BORDER], ends.tolist()
    (True, [3, 5])
    """

    codes: NDArray[np.uint32]
    """Code points, marks and borders included; ``(n,)``."""
    ends: NDArray[np.intp]
    """Where each text ends in ``codes``, its last mark or border included; ``(n_texts,)``."""


def raw_blocks(texts: Sequence[str], size: int = BLOCK) -> Iterator[TextBlock]:
    """Yield `texts` block by block, runs of blanks made one space.

    Parameters
    ----------
    texts : sequence of str
    size : int, default=`BLOCK`
        Characters of a block; it has whole texts, so it can have more.

    Yields
    ------
    TextBlock
        A `BORDER` follows each text. No texts give no block.
    """
    for some in batches(texts, size):
        codes = np.frombuffer("\0".join([*some, ""]).encode("utf-32-le", "surrogatepass"), "<u4").copy()
        ends = np.cumsum(np.fromiter(map(len, some), np.intp, len(some)) + 1)
        codes[ends - 1] = BORDER
        blank = _blanks().take(codes, mode="clip")
        second = (blank[1:] & blank[:-1]).nonzero()[0] + 1
        codes[second - 1] = codes[second] = _SPACE
        yield TextBlock(*_without(second, codes, ends))


def folded_blocks(texts: Sequence[str], size: int = BLOCK) -> Iterator[TextBlock]:
    """Yield `texts` block by block, folded, each text between `BEGIN` and `END`.

    Parameters
    ----------
    texts : sequence of str
    size : int, default=`BLOCK`
        Characters of a block; it has whole texts, so it can have more.

    Yields
    ------
    TextBlock
        Each text as `classify.text.normalize.fold` gives it. No texts give no block.

    Examples
    --------
    >>> (block,) = folded_blocks(["ＡＢ　　１"])
    >>> block.codes.tobytes().decode("utf-32-le")
    '\\x02AB 1\\x03'
    """
    return map(_folded, batches(texts, size))


def batches(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield runs of texts that have `size` characters together, or the few more of the last one.

    Parameters
    ----------
    texts : sequence of str
    size : int
        In characters; each text counts two more.

    Examples
    --------
    >>> list(batches(["林场造林", "水库", "山"], 8))
    [['林场造林', '水库'], ['山']]
    """
    ends = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 2)
    first = done = 0
    while first < len(texts):
        last = min(int(np.searchsorted(ends, done + size)) + 1, len(texts))
        yield list(texts[first:last])
        first, done = last, int(ends[last - 1])


def _folded(texts: list[str]) -> TextBlock:
    """Return `texts` as one block, by the table where it knows every character, else by `fold`."""
    texts = [text.strip() for text in texts]  # then blanks are inside texts only
    codes, ends = _marked(texts)
    out = _looked_up(codes, ends)
    odd = _positions_for_fold(out, ends)
    if len(odd):
        needs_fold = set(np.searchsorted(ends, odd, side="right").tolist())
        texts = [fold(text) if i in needs_fold else text for i, text in enumerate(texts)]
        codes, ends = _marked(texts)
        out = _looked_up(codes, ends)
        left = (out == _FOLD_ITSELF).nonzero()[0]
        out[left] = codes[left]  # folded already
    out, ends = _without((out == _DROPPED).nonzero()[0], out, ends)
    space = out == _SPACE
    return TextBlock(*_without((space[1:] & space[:-1]).nonzero()[0] + 1, out, ends))


def _looked_up(codes: NDArray[np.uint32], ends: NDArray[np.intp]) -> NDArray[np.uint32]:
    """Return the entries of `_table` for marked texts, their own marks as they are."""
    out = _table().take(codes, mode="clip")
    out[_begins(ends)], out[ends - 1] = ord(BEGIN), ord(END)
    return out


def _positions_for_fold(out: NDArray[np.uint32], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return positions at which a text shows that `fold` itself must read it; see `_looked_up`."""
    # A character that is dropped at the end of a text can leave a blank there.
    outermost = np.concatenate([_begins(ends) + 1, ends - 2])
    # "(cid:1)" is dropped as a whole.
    brackets = (out == ord("(")).nonzero()[0]
    after, second = out[brackets + 1], out.take(brackets + 2, mode="clip")
    may_be_cid = (after == _DROPPED) | ((after == ord("c")) & ((second == ord("i")) | (second == _DROPPED)))
    return np.concatenate(
        [
            (out == _FOLD_ITSELF).nonzero()[0],
            outermost[out[outermost] == _DROPPED],
            brackets[may_be_cid],
        ]
    )


def _begins(ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where each text of a block begins."""
    return np.concatenate([np.zeros(1, np.intp), ends[:-1]])[: len(ends)]


def _without(
    at: NDArray[np.intp], codes: NDArray[np.uint32], ends: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return the fields of a block without the characters at the positions `at`, which ascend."""
    if not len(at):
        return codes, ends
    return np.delete(codes, at), ends - np.searchsorted(at, ends)


def _marked(texts: list[str]) -> TextBlock:
    joined = f"{BEGIN}{f'{END}{BEGIN}'.join(texts)}{END}"
    ends = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 2)
    return TextBlock(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4"), ends)


@lru_cache(maxsize=1)
def _blanks() -> NDArray[np.bool_]:
    r"""Return which code points ``re`` calls \\s; the last cell is for all above U+3000."""
    return np.array([chr(c).isspace() for c in range(0x3001)] + [False])


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint32]:
    """Return what each character of the first plane folds to, or `_FOLD_ITSELF`, or `_DROPPED`.

    The last cell is for the characters of other planes.
    """
    table = np.full(0x10001, _FOLD_ITSELF, np.uint32)
    for first, stop in _UNCHANGED:
        table[first:stop] = np.arange(first, stop)
    codes = (code for first, stop in _FOLDED for code in range(first, stop))
    plain = [char for char in map(chr, codes) if stands_alone(char)]
    between = (
        "林"  # an unchanged character: nothing composes with it, nor becomes it, and no blank is at an end
    )
    folded = fold_widths(between.join(["", *plain, ""])).split(between)[1:-1]
    for char, to in zip(plain, folded, strict=True):
        if len(to) < 2:
            table[ord(char)] = ord(to or chr(_DROPPED))
    # What becomes of these depends on the other characters of the text.
    table[np.isin(table, [ord(char) for char in traditional_characters()])] = _FOLD_ITSELF
    table[ord("\r")] = _FOLD_ITSELF  # with a newline after it, it is one line end
    return table


def stands_alone(char: str) -> bool:
    r"""Return whether NFC leaves `char` unchanged after any other character.

    Examples
    --------
    >>> stands_alone("林"), stands_alone("\u0301")
    (True, False)
    """
    return (
        unicodedata.is_normalized("NFC", char)
        and not unicodedata.combining(char)
        and unicodedata.category(char) != "Mc"  # Indic vowel signs
        and not "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals
    )
