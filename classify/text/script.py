"""Traditional characters to simplified ones, each to one, so that offsets stay true.

The dictionary of the segmenter, the grammar of leads and the seeds of the section model are in simplified characters.
Traditional text is therefore folded where it is read, and printed as it came. A table of characters does that, made
from OpenCC's data (`lexicon/traditional.txt`). OpenCC converts words too, and so gets 著名 right; but that changes the
length of texts, and labels, summaries and keywords do not need it.

Simplified text must stay as it is. Nearly all traditional characters are in no simplified text. The few that are (乾
of 乾隆, 著 of 著名, 於 as a name) are folded only in a text that is traditional, as its other characters say: it has
more of those that only traditional text has than of those that only simplified text has. A simplified article that
quotes a traditional one, or names a shop, is not changed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

__all__ = ["fold_traditional", "is_traditional", "to_simplified", "traditional_characters"]


class _Script(NamedTuple):
    """The rows of lexicon/traditional.txt, whose head explains them, as patterns and tables."""

    traditional: re.Pattern[str]
    """Matches 報; not 报, nor 著, which simplified text has too."""
    simplified: re.Pattern[str]
    """Matches 报; not 報, nor 后, which traditional text has too."""
    table: dict[int, int]
    """The simplified character of each one that `traditional` matches."""
    whole_table: dict[int, int]
    """The same with 著 and the like."""


def is_traditional(text: str) -> bool:
    """Whether most characters of `text` that only one script has are traditional.

    >>> is_traditional("水庫開始蓄水"), is_traditional("招牌上写着“雲港飯店”"), is_traditional("乾隆")
    (True, False, False)
    """
    script = _script()
    # Simplified text ends here: the search passes over 300 characters in a microsecond, a tenth of what
    # `str.translate` takes.
    if not script.traditional.search(text):
        return False
    return len(script.traditional.findall(text)) > len(script.simplified.findall(text))


def to_simplified(text: str) -> str:
    """Return `text` in simplified characters if it is traditional, else as it is; as long as before.

    >>> to_simplified("沿著水庫種樹"), to_simplified("著名的“雲港飯店”开业")
    ('沿着水库种树', '著名的“雲港飯店”开业')
    """
    return text.translate(_script().whole_table) if is_traditional(text) else text


def fold_traditional(text: str) -> str:
    """Return `text` with those characters in their simplified form that only traditional text has.

    For short pieces, which are matched against words: they need not show which script they are in.

    >>> fold_traditional("本報讯（記者 于著）")
    '本报讯（记者 于著）'
    """
    script = _script()
    return text.translate(script.table) if script.traditional.search(text) else text


def traditional_characters() -> str:
    """Return the characters that only traditional text has, in one string.

    >>> "報" in traditional_characters(), "著" in traditional_characters()
    (True, False)
    """
    return "".join(map(chr, _script().table))


@lru_cache(maxsize=1)
def _script() -> _Script:
    text = resources.files("classify.text.lexicon").joinpath("traditional.txt").read_text("utf-8")
    rows = {"traditional": "", "shared": "", "simplified": ""}
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, row = line.split(": ", 1)
            rows[kind] += row
    traditional, shared = rows["traditional"], rows["shared"]
    table = str.maketrans(traditional[::2], traditional[1::2])
    return _Script(
        re.compile(f"[{''.join(traditional[::2])}]"),
        re.compile(f"[{rows['simplified']}]"),
        table,
        table | str.maketrans(shared[::2], shared[1::2]),
    )
