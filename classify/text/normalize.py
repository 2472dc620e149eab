r"""Cleaning of text before anything else looks at it.

Extractors and archives leave characters in a text that no reader sees: zero-width joiners, bidirectional
controls, byte-order marks, halves of surrogate pairs. They break words, so they are removed first. Others look right
and are not: a font has one glyph for 山 and for the radical ⼭, and an extractor takes the wrong one; vertical setting
has forms of its own of commas and brackets. And where a font does not say which character a glyph is, extractors write
its number, (cid:123), or a private-use character, which means nothing outside the font. The functions, each
idempotent:

* `clean` for every text that comes in. Composed characters (NFC), one kind of line end, ordinary characters for
  radicals and vertical forms, nothing invisible or without meaning. Widths and blanks stay, and lines keep their
  numbers. NFC sorts the combining marks after a character, which takes the square of their number; no run of them is
  longer than Unicode's Stream-Safe Text Format allows.
* `fold` for features only. `fold_widths`, which is `clean`, then full-width ASCII to half-width and runs of blanks to
  one space: ９８００ and 9800 become the same term. Then traditional text in simplified characters. Offsets in the
  result are not those of the input.
* `printable` for terminals and error messages. Escapes what could move a cursor or turn the reading direction.

`share_without_meaning` says how much of a text `clean` removes because no font says what it is.

`classify.sections.folding` does what `fold` does on arrays; its tests compare the two.
"""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from classify.text.script import to_simplified

__all__ = ["clean", "clean_places", "fold", "fold_widths", "part_marks", "printable", "share_without_meaning"]


def _radicals() -> dict[str, str]:
    """Return the ordinary character of each Kangxi radical (⼭) and of each in CJK Radicals Supplement (⻓)."""
    # Unicode gives those of the Supplement no decomposition, but says which character each is the same as (property
    # Equivalent_Unified_Ideograph, Unicode 14). In pairs, radical and character.
    supplement = (
        "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日"
        "⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌"
        "⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸"
        "⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯"
        "⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
    )
    kangxi = {c: unicodedata.normalize("NFKC", c) for c in map(chr, range(0x2F00, 0x2FD6))}
    # Fonts of the mainland have one glyph for this radical and for 户; Unicode has the traditional 戶 for it. The other
    # radicals whose traditional and simplified forms differ have a simplified radical too, which is in the Supplement.
    kangxi["⼾"] = "户"
    return kangxi | dict(zip(supplement[::2], supplement[1::2], strict=True))


def _vertical_forms() -> dict[str, str]:
    """Return the ordinary form of each punctuation mark of vertical setting, full-width where that is one of ASCII."""
    forms = {}
    for char in map(chr, (*range(0xFE10, 0xFE1A), *range(0xFE30, 0xFE50))):
        kind, _, code = unicodedata.decomposition(char).partition(" ")
        if kind == "<vertical>":
            forms[char] = chr(int(code, 16) + (0xFEE0 if int(code, 16) < 0x80 else 0))
    # GB18030-2022 gives ten of them characters of their own. Python's codec follows the edition of 2005, which has
    # private-use characters for them. The second and the third are in the order of GB18030: ︒ before ︑.
    gb18030 = zip(map(chr, range(0xE78D, 0xE797)), "︐︒︑︓︔︕︖︗︘︙", strict=True)
    return forms | {private: forms[mark] for private, mark in gb18030}


MARKS_MAX = 30
"""Combining marks in a run. A COMBINING GRAPHEME JOINER, which is not printed, begins a new one: the Stream-Safe Text
Format of Unicode Standard Annex #15, section 13, whose number this is."""


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
        "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"  # private use
        "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width characters, byte-order mark
        "\u061c\u200c-\u200f\u202a-\u202e\u2066-\u206f"  # joiners, reading direction, deprecated format controls
        "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotation, shorthand, musical notation
        "\U000e0000-\U000e007f"  # tags
        "\ud800-\udfff\ufdd0-\ufdef"  # lone surrogates, noncharacters
        + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
        + "]"
    )
    ORDINARY: ClassVar = str.maketrans(_radicals() | _vertical_forms())
    # Matches ⼭, ⻓, ︐ and U+E78D, the vertical comma of Python's codec; not 山, nor another private-use character.
    NOT_ORDINARY = re.compile(f"[{''.join(map(chr, ORDINARY))}]")
    # Matches U+E000 and U+F0B7, a bullet of a symbol font; not U+E78D.
    PRIVATE = re.compile("[\ue000-\ue78c\ue797-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
    # Matches (cid:123); not (cid:).
    CID = re.compile(r"\(cid:[0-9]{1,6}\)")
    CID_MAX = 12
    """Characters that CID matches at most."""
    # Holds every run of more than `MARKS_MAX` marks, and few runs of letters: scripts of India, Arabic, not é nor ガ.
    MAY_BE_MARKS = re.compile(
        "[\u0300-\u1fff\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabff"
        "\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff]{16}"
    )
    DOUBLE_MARKS = "\u0344\u0f73\u0f75\u0f81"
    """Marks that NFC takes apart into two."""
    # Matches 　 and a tab; not \n.
    BLANKS = re.compile(r"[^\S\n]+")
    # Ａ to A, ％ to %, ．to ASCII's full stop. ，！？：；（） are Chinese punctuation and keep their width.
    HALF_WIDTH: ClassVar = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，！？：；（）"}


def clean(text: str) -> str:
    r"""Return `text` in NFC, with ``\n`` for every line end and without invisible characters.

    Removed are: controls except tab and newline; format characters that are not printed (zero-width and
    bidirectional ones, soft hyphens, byte-order marks, tags); lone surrogates; noncharacters; private-use
    characters and (cid:123), which are glyphs that no reader can know. Radicals and compatibility ideographs become
    ordinary characters, vertical punctuation forms ordinary punctuation. Widths and blanks are kept.

    >>> clean("本报讯\r\n\ufeff昨\u200b日，青塘区\U000e0041启动清淤。")
    '本报讯\n昨日，青塘区启动清淤。'
    >>> clean("⼭⽇⼯⻓︵石泉(cid:907)(cid:12)︶︐")
    '山日工长（石泉），'
    """
    has_cid = "(cid:" in text
    if not has_cid and not _CleaningTables.MAY_BE_UNCLEAN.search(text):  # most texts
        return text
    text = _CleaningTables.LINE_END.sub("\n", text)
    if _CleaningTables.NOT_ORDINARY.search(text):  # str.translate takes ten times as long as this search
        text = text.translate(_CleaningTables.ORDINARY)
    text = _CleaningTables.INVISIBLE.sub("", text)
    if has_cid or "(cid:" in text:
        text = _without_cids(text)
    return unicodedata.normalize("NFC", part_marks(text))


def part_marks(text: str) -> str:
    """Return `text` with a COMBINING GRAPHEME JOINER in each run of more than `MARKS_MAX` combining marks.

    >>> [len(part_marks("a" + "\u0301" * n)) for n in (30, 31, 61)]
    [31, 33, 64]
    """
    if not _CleaningTables.MAY_BE_MARKS.search(text):  # nearly all texts
        return text
    parted: list[str] = []
    run = 0
    for char in text:
        size = 2 if char in _CleaningTables.DOUBLE_MARKS else int(unicodedata.combining(char) > 0)
        run = run + size if size else 0
        if run > MARKS_MAX:
            parted.append("\u034f")
            run = size
        parted.append(char)
    return "".join(parted)


def clean_places(text: str) -> list[tuple[str, int, int]]:
    r"""Return the characters of `text` as `clean` has them before it composes them, each with its offsets in `text`.

    >>> clean_places("⼭\u200b\r\n(cid:7)林")
    [('山', 0, 1), ('\n', 2, 4), ('林', 11, 12)]
    """
    tables = _CleaningTables
    kept: list[tuple[str, int, int]] = []
    at = 0
    for char in tables.LINE_END.sub(lambda m: "\n" if len(m[0]) == 1 else "\x00\n", text):
        at += 1
        if char == "\x00" and text[at - 1] == "\r":  # it begins a line end of two characters
            continue
        char = char.translate(tables.ORDINARY)
        if tables.INVISIBLE.match(char):
            continue
        kept.append((char, at - 1 - (char == "\n" and text[at - 2 : at] == "\r\n"), at))
        if char == ")":
            del kept[len(kept) - _cid_length("".join([c for c, _, _ in kept[-tables.CID_MAX :]])) :]
    parted = iter(part_marks("".join([char for char, _, _ in kept])))
    placed: list[tuple[str, int, int]] = []
    for char, start, end in kept:
        while (found := next(parted)) != char:
            placed.append((found, start, end))
        placed.append((char, start, end))
    return placed


def _cid_length(end: str) -> int:
    """Return the length of the (cid:123) with which `end`, the last characters of a text, ends; 0 without one."""
    _, bracket, inside = end.rpartition("(")
    return len(bracket + inside) if _CleaningTables.CID.fullmatch(bracket + inside) else 0


def _without_cids(text: str) -> str:
    """Return `text` without (cid:123), nor what becomes one by that: (ci(cid:1)d:2)."""
    kept: list[str] = []
    for char in text:
        kept.append(char)
        if char == ")":
            del kept[len(kept) - _cid_length("".join(kept[-_CleaningTables.CID_MAX :])) :]
    return "".join(kept)


def share_without_meaning(text: str) -> float:
    """Return which share of the characters of `text` are private-use or (cid:123), 0 to 1; blanks do not count.

    >>> share_without_meaning("水库(cid:907)(cid:12)"), share_without_meaning("水库蓄水")
    (0.5, 0.0)
    """
    n = len(_CleaningTables.PRIVATE.findall(text)) + len(_CleaningTables.CID.findall(text))
    return n / (n + len("".join(clean(text).split()))) if n else 0.0


def fold(text: str) -> str:
    """Return `fold_widths` of `text`, in simplified characters if it is traditional.

    For the features of the classifier.

    >>> fold("投入９８００萬元，　佔３．５％")
    '投入9800万元， 占3.5%'
    """
    return to_simplified(fold_widths(text))


def fold_widths(text: str) -> str:
    """Return `text` cleaned, with full-width ASCII as half-width and each run of blanks as one space.

    Line ends are kept; blanks at both ends of the text are removed.

    >>> fold_widths("投入９８００萬元，　佔３．５％")
    '投入9800萬元， 佔3.5%'
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
