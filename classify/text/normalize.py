r"""Cleaning of text before anything else looks at it.

Extractors and archives leave characters in a text that no reader sees: zero-width joiners, bidirectional
controls, byte-order marks, halves of surrogate pairs. They break words, so they are removed first. There are
three functions, each idempotent:

* `clean` for every text that comes in. Composed characters (NFC), one kind of line end, no invisible
  characters. Widths, blanks and everything that is printed stay, so lines keep their numbers.
* `fold` for features only. `clean`, then full-width ASCII to half-width and runs of blanks to one space:
  ９８００ and 9800 become the same term. Offsets in the result are not those of the input.
* `printable` for terminals and error messages. Escapes what could move a cursor or turn the reading direction.

`classify.sections.folding` does what `fold` does on arrays; its tests compare the two.
"""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

__all__ = ["clean", "fold", "printable"]


class _CleaningTables:
    """Patterns and translation tables of `clean` and `fold`."""

    # Matches é, U+200B; not a text of ASCII, Chinese characters, punctuation (·) and symbols (●, ①), which is clean.
    # 〪 to 〯 (U+302A to U+302F) are combining marks, which NFC may reorder.
    MAY_BE_UNCLEAN = re.compile(
        "[^\n\t -~\xa0-\xac\xae-\xbf\u2010-\u2027\u2030-\u205e\u2460-\u27bf"
        "\u3000-\u3029\u3030-\u303f\u4e00-\u9fff\uff01-\uff5e]"
    )
    # Matches \r\n, \r, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR, \v and \f; not \n alone.
    LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029\x0b\x0c]")
    # Matches U+200B, U+202E, U+FEFF, U+E0041, U+FDD0; not U+3000, nor U+FE00 (variation selectors change a glyph),
    # nor U+0600 (Arabic number signs are format characters that are printed).
    INVISIBLE = re.compile(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls but tab and line ends
        "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width characters, byte-order mark
        "\u061c\u200c-\u200f\u202a-\u202e\u2066-\u206f"  # joiners, reading direction, deprecated format controls
        "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotation, shorthand, musical notation
        "\U000e0000-\U000e007f"  # tags
        "\ud800-\udfff\ufdd0-\ufdef"  # lone surrogates, noncharacters
        + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
        + "]"
    )
    # GB18030-2022 gives ten vertical marks characters of their own. Python's codec follows the edition of 2005,
    # which has private-use characters for them. The second and the third are in the order of GB18030: ︒ before ︑.
    VERTICAL_MARKS: ClassVar = dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True))
    # Matches U+E78D, the vertical comma of Python's codec; not ︐ (U+FE10), nor another private-use character.
    VERTICAL_MARK = re.compile("[\ue78d-\ue796]")
    # Matches 　 and a tab; not \n.
    BLANKS = re.compile(r"[^\S\n]+")
    # Ａ to A, ％ to %, ．to ASCII's full stop. ，！？：；（） are Chinese punctuation and keep their width.
    HALF_WIDTH: ClassVar = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，！？：；（）"}


def clean(text: str) -> str:
    r"""Return `text` in NFC, with ``\n`` for every line end and without invisible characters.

    Removed are: controls except tab and newline; format characters that are not printed (zero-width and
    bidirectional ones, soft hyphens, byte-order marks, tags); lone surrogates; noncharacters. The vertical
    marks of GB18030 become those of Unicode. Widths and blanks are kept.

    >>> clean("本报讯\r\n\ufeff昨\u200b日，青塘区\U000e0041启动清淤。")
    '本报讯\n昨日，青塘区启动清淤。'
    >>> clean(b"\xa6\xd9".decode("gb18030"))
    '︐'
    """
    if not _CleaningTables.MAY_BE_UNCLEAN.search(text):  # most texts
        return text
    text = _CleaningTables.LINE_END.sub("\n", text)
    text = _CleaningTables.INVISIBLE.sub("", text)
    if _CleaningTables.VERTICAL_MARK.search(text):  # str.translate takes ten times as long as this search
        text = text.translate(_CleaningTables.VERTICAL_MARKS)
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return `text` cleaned, with full-width ASCII as half-width and each run of blanks as one space.

    For the features of the classifier. Line ends are kept; blanks at both ends of the text are removed.

    >>> fold("投入９８００万元，　占３．５％")
    '投入9800万元， 占3.5%'
    """
    # A full-width letter may compose with the accent that follows it, so clean again.
    text = clean(clean(text).translate(_CleaningTables.HALF_WIDTH))
    return _CleaningTables.BLANKS.sub(" ", text).strip()


def printable(text: str) -> str:
    r"""Return `text` with escapes for characters that control a terminal; newlines and tabs are kept.

    Escaped are Unicode's categories of controls, format characters, surrogates, and separators of lines and
    paragraphs.

    >>> print(printable("\x1b[31m红\u202e"))
    \x1b[31m红\u202e
    """
    if text.isprintable():  # most texts
        return text
    steering = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "".join(_escape(c) if unicodedata.category(c) in steering and c not in "\n\t" else c for c in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
