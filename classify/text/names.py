"""Persons' names in a byline: what can be a name, and where one ends and the next begins.

Between names blanks count, where they don't part every character (张 三 李 四); a list of surnames splits
names that are run together and tells a name from a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from classify.text.characters import HAN
from classify.text.words import segmenter

__all__ = ["DOTS", "is_name", "is_no_word", "people"]

DOTS = "·•・‧．"
"""What parts the halves of a foreign or minority name."""
_AFTER = re.compile(  # what may stand behind names
    r"[\s/／，,]*(?:(?P<both>[摄攝]影\s*[报報][道导導]|文\s*[/／]?\s*[图圖]|[图圖]\s*[/／]?\s*文|文[并並][摄攝])"
    rf"|(?P<reports>[报報]\s*[道导導])|整理|综合|编译|采写|供稿|[发發]自\s*(?P<place>[{HAN}]{{2,6}}))$"
)
_BETWEEN = re.compile(rf"[、，,；;&/／\s]+|(?<=[{HAN}]{{2}})[和與与](?=[{HAN}]{{2}})")
_TAGS = ("文", "图", "圖", "摄", "攝")
_SPACED = re.compile(r"(?<!\S)\S(?:\s+\S)+(?!\S)")
_ORGANISATION = re.compile("(?:[局处科股站委办会院所司队校社]|中心|街道)$")


def people(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the names in `text`, each with the 文, 图 or 文图 beside it, and the place they report from."""
    text = re.sub(rf"\s*([{DOTS}])\s*", r"\1", text.strip())
    after = _AFTER.search(text)
    text, place = (text[: after.start()], after["place"] or "") if after else (text, "")
    text = _SPACED.sub(lambda m: "".join(m[0].split()), text)
    found: list[tuple[str, str]] = []
    for token in filter(None, _BETWEEN.split(_unwrapped(text))):
        if found and token in _TAGS:
            found[-1] = (found[-1][0], token)
        elif found and len(found[-1][0]) == 1:  # 张 三丰: a line broke inside a letter-spaced name
            found[-1] = (found[-1][0] + token, "")
        else:
            found += [(n[:-1] if n.endswith("等") and len(n) > 2 else n, "") for n in _cut_names(token)]
    if after and after["reports"] and found and not is_name(last := found[-1][0]):
        cut = next((k for k in (3, 2) if is_name(last[:k]) and 2 <= len(last[k:]) <= 4), 0)
        if cut or len(found) > 1:
            found[-1:] = [(last[:cut], "")] if cut else []
            place = last[cut:]
    both = "文图" if after and after["both"] else ""
    return [(n, both or tag) for n, tag in found if len(n) < 4 or not _ORGANISATION.search(n)], place


def _unwrapped(text: str) -> str:
    """`text` on one line: what broke inside a name is joined, two names stay apart."""
    while m := re.search(r"([^\s、，/／]*)\s*\n\s*([^\s、，/／]*)", text):
        apart = m[1] in _TAGS or (is_name(m[1]) and is_name(m[2]) and not is_name(m[1] + m[2]))
        text = text[: m.end(1)] + " " * apart + text[m.start(2) :]
    return text


def _cut_names(run: str) -> list[str]:
    """Split names that are run together (许可张骁), so that the surnames are the most usual ones."""
    compound, common = _known()["compound"], _known()["common"]

    def cut(rest: str) -> tuple[float, list[str]]:
        best: tuple[float, list[str]] = (99.0 if rest else 0.0, [])
        double = rest[:2] in compound
        for size in (4, 3) if double else (3, 2):
            if len(rest) >= size and (double or rest[0] in common or rest[0] in _known()["single"]):
                cost, names = cut(rest[size:])
                cost += (0.0 if double or rest[0] in common else 1.0) + (0.1 if size == 2 else 0.0)
                best = min(best, (cost, [rest[:size], *names]))
        return best

    several = re.fullmatch(f"[{HAN}]{{4,12}}", run) and not (len(run) == 4 and run[:2] in compound)
    return (several and cut(run)[1]) or [run]


def is_name(name: str, *, sure: bool = False) -> bool:
    """Whether `name` can be a person's; a usual one if `sure`."""
    known = _known()
    if name in known["words"] or not re.fullmatch(rf"[{HAN}{DOTS}]{{2,16}}", name):
        return False
    if any(dot in name for dot in DOTS) or (name[:2] in known["compound"] and 3 <= len(name) <= 4):
        return name[0] not in DOTS and name[-1] not in DOTS
    if len(name) <= 3 and name[0] in known["common"]:
        return True
    if sure or name[:2] in known["opening"] or name[:3] in known["opening"]:
        return not sure and len(name) <= 6
    one = len(name) <= 3 and name[0] in known["single"] | known["wordlike"]
    return one or (len(name) == 4 and {name[0], name[1]} <= known["common"])


def is_no_word(name: str) -> bool:
    """Whether the dictionary has `name` as a person's or not at all: 王伟, but not 马上 or 高考."""
    return all(word != name or part.startswith("nr") for word, part in segmenter().tag(name))


@lru_cache(maxsize=1)
def _known() -> dict[str, frozenset[str]]:
    """The rows of lexicon/surnames.txt by their kinds."""
    text = resources.files("classify.text.lexicon").joinpath("surnames.txt").read_text("utf-8")
    rows = (line.split(": ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(row.split() if " " in row else row) for kind, row in rows}
