"""Persons' names in a byline: whether a text can be a name, and how a run of names is split.

Names are separated by blanks, commas and slashes, but narrow columns put blanks into them (张 三 李 四), break
them over lines, and some papers run them together (许可张骁). A list of surnames decides: it splits a run of
characters into names and separates a name from a word. The list comes before the dictionary of the segmenter
because most reporters' names are in no dictionary. `classify.text.bylines` calls this on the text beside a role.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from classify.text.characters import HAN
from classify.text.words import segmenter

__all__ = ["DOTS", "find_people", "is_name", "is_word"]

DOTS = "·•・‧．"
"""The dots between the parts of a foreign or minority name."""


class _NamePatterns:
    """The text beside names and between them."""

    # What may follow the last name. Matches " 文/图", "报道" and "发自青塘" at the end; not "报道组".
    AFTER = re.compile(
        r"[\s/／，,]*(?:(?P<both>[摄攝]影\s*[报報][道导導]|文\s*[/／]?\s*[图圖]|[图圖]\s*[/／]?\s*文|文[并並][摄攝])"
        rf"|(?P<reports>[报報]\s*[道导導])|整理|综合|编译|采写|供稿|[发發]自\s*(?P<place>[{HAN}]{{2,6}}))$"
    )
    # Matches 、 and a blank, and the 和 of 林知遥和卫苒; not that of 徐和.
    BETWEEN = re.compile(rf"[、，,；;&/／\s]+|(?<=[{HAN}]{{2}})[和與与](?=[{HAN}]{{2}})")
    # Matches "林 知 遥"; not "林知遥 卫苒".
    LETTER_SPACED = re.compile(r"(?<!\S)\S(?:\s+\S)+(?!\S)")
    # Matches 青塘水务局; not 林知遥.
    ORGANISATION = re.compile("(?:[局处科股站委办会院所司队校社]|中心|街道)$")
    # Marks beside a name: wrote the text, took the picture.
    TAGS = ("文", "图", "圖", "摄", "攝")


def find_people(text: str) -> tuple[list[tuple[str, str]], str]:
    """Find the names in `text`, which has names, their marks and a place only.

    Returns
    -------
    names : list of (name, tag)
        The tag is the 文, 图, 摄 or 文图 beside the name, or empty.
    place : str
        The place that they report from (青塘报道, 发自青塘), else empty.

    Examples
    --------
    >>> find_people("岑雨桐/文 卫 苒/图")
    ([('岑雨桐', '文'), ('卫苒', '图')], '')
    >>> find_people("岑雨桐 发自柳湾")
    ([('岑雨桐', '')], '柳湾')
    """
    # A dot joins the parts of one name: 努尔兰 · 赛力克.
    text = re.sub(rf"\s*([{DOTS}])\s*", r"\1", text.strip())
    after = _NamePatterns.AFTER.search(text)
    text, place = (text[: after.start()], after["place"] or "") if after else (text, "")
    text = _NamePatterns.LETTER_SPACED.sub(lambda m: "".join(m[0].split()), text)
    found: list[tuple[str, str]] = []
    for token in filter(None, _NamePatterns.BETWEEN.split(_join_lines(text))):
        if found and token in _NamePatterns.TAGS:
            found[-1] = (found[-1][0], token)
        elif found and len(found[-1][0]) == 1:  # 张 三丰: a line ended inside a letter-spaced name
            found[-1] = (found[-1][0] + token, "")
        else:
            found += [(n[:-1] if n.endswith("等") and len(n) > 2 else n, "") for n in _split_names(token)]
    if after and after["reports"] and found and not is_name(last := found[-1][0]):
        # 岑雨桐柳湾报道: the place follows the name without a blank.
        cut = next((k for k in (3, 2) if is_name(last[:k]) and 2 <= len(last[k:]) <= 4), 0)
        if cut or len(found) > 1:
            found[-1:] = [(last[:cut], "")] if cut else []
            place = last[cut:]
    # 林知遥 卫苒 文/图: the mark at the end applies to all names.
    both = "文图" if after and after["both"] else ""
    is_person = [len(name) < 4 or not _NamePatterns.ORGANISATION.search(name) for name, _ in found]
    return [(n, both or tag) for (n, tag), keep in zip(found, is_person, strict=True) if keep], place


def is_name(name: str, *, usual: bool = False) -> bool:
    """Whether `name` can be a person's name.

    Parameters
    ----------
    name : str
        Without blanks.
    usual : bool, default=False
        Accept only two or three characters with one of the most frequent surnames, a compound surname, or a
        name with a dot. For texts without a role or a mark beside the name.

    Examples
    --------
    >>> is_name("岑雨桐"), is_name("努尔兰·赛力克"), is_name("全文完")
    (True, True, False)
    """
    known = _surnames()
    if name in known["words"] or not re.fullmatch(rf"[{HAN}{DOTS}]{{2,16}}", name):
        return False
    if any(dot in name for dot in DOTS) or (name[:2] in known["compound"] and 3 <= len(name) <= 4):
        return name[0] not in DOTS and name[-1] not in DOTS
    if len(name) <= 3 and name[0] in known["common"]:
        return True
    if usual or name[:2] in known["opening"] or name[:3] in known["opening"]:
        return not usual and len(name) <= 6
    if len(name) <= 3:
        return name[0] in known["single"] or name[0] in known["wordlike"]
    return len(name) == 4 and {name[0], name[1]} <= known["common"]  # a married name with both surnames


def is_word(name: str) -> bool:
    """Whether the dictionary of the segmenter has `name` as a word that is no person's name.

    >>> is_word("马上"), is_word("岑雨桐")
    (True, False)
    """
    return any(word == name and not part.startswith("nr") for word, part in segmenter().tag(name))


def _join_lines(text: str) -> str:
    """Join the lines of `text`: a name that was broken becomes whole, two names stay apart."""
    # Matches "林\n知遥", and all of each name from the last blank or comma on; not "林 知遥".
    while m := re.search(r"([^\s、，/／]*)\s*\n\s*([^\s、，/／]*)", text):
        apart = m[1] in _NamePatterns.TAGS or (is_name(m[1]) and is_name(m[2]) and not is_name(m[1] + m[2]))
        text = text[: m.end(1)] + " " * apart + text[m.start(2) :]
    return text


def _split_names(run: str) -> list[str]:
    """Split names that are run together (许可张骁): the split with the most frequent surnames wins."""
    known = _surnames()

    def split(rest: str) -> tuple[float, list[str]]:
        # A rare surname costs 1, a name of two characters 0.1, characters that are left over 99.
        best: tuple[float, list[str]] = (99.0 if rest else 0.0, [])
        compound = rest[:2] in known["compound"]
        for size in (4, 3) if compound else (3, 2):
            common = compound or rest[:1] in known["common"]
            if len(rest) >= size and (common or rest[0] in known["single"]):
                cost, names = split(rest[size:])
                cost += (0.0 if common else 1.0) + (0.1 if size == 2 else 0.0)
                best = min(best, (cost, [rest[:size], *names]))
        return best

    several = re.fullmatch(f"[{HAN}]{{4,12}}", run) and not (len(run) == 4 and run[:2] in known["compound"])
    return (several and split(run)[1]) or [run]


@lru_cache(maxsize=1)
def _surnames() -> dict[str, frozenset[str]]:
    """Return the rows of lexicon/surnames.txt, whose head explains them, by their kinds."""
    text = resources.files("classify.text.lexicon").joinpath("surnames.txt").read_text("utf-8")
    rows = (line.split(": ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(row.split() if " " in row else row) for kind, row in rows}
