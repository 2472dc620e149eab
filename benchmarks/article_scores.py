"""How right the articles found in newspaper files are, by their text and their boxes.

A file's truth has its articles with parts and boxes (docs/pages/test-bed.md). Found and true articles are paired by
their bodies alone, the likest first. An article is right where its body agrees in `RIGHT` of the characters. Widths of
characters, blanks, the marks of briefs, subheads, jump lines, and names and leads kept in a body or taken out of it do
not count. The figures agree with those of the scorer that the development data come with.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["figures", "score_file"]

RIGHT = 0.9
"""Share of characters that agree in the body of an article that is right."""

_PAIRED = 0.5
"""Bodies less alike than this are not those of one article."""

_CELL = 2.0
"""Points of a side of the squares in which boxes are compared."""

_DASHES = str.maketrans({"―": "—", "─": "—", "–": "—", "・": "·", "•": "·", "‧": "·", "∙": "·", "\u00ad": ""})
# 本报讯(记者岑雨桐), 新华社北京3月5日电; not 本报编辑部
_LEAD = re.compile(r"^(?:本报|本報|新华社|新華社)[^(]{0,16}?[讯电訊電](?:\([^)]{2,40}\))?")
_JUMP = re.compile(r"\(?(?:下转|上接|下轉|转|轉)第\d+版\)?")
_MARKS = "●■▲◆"


def score_file(truth: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Return the counts of a file; those of several files may be added up for `figures`.

    Parameters
    ----------
    truth : mapping
        ``pages``, ``articles``, ``furniture``, ``optional``.
    found : sequence of mapping
        Objects with ``headline``, ``kicker``, ``deck``, ``body``, ``byline``, ``captions`` and, if known, ``boxes``.
    """
    found = [a for a in found if _plain(a.get("headline")) or _plain(a.get("body")) or a.get("captions")]
    golds = truth["articles"]
    pairs = _pairs(golds, found)
    paired = {j for j, _, _ in pairs.values()}
    extra = [
        a for j, a in enumerate(found) if j not in paired and not _is_notice(a, truth.get("optional", ()))
    ]
    counts = Counter(articles=len(golds), found=len(paired) + len(extra))
    for i, gold in enumerate(golds):
        length = len(_core(gold["body"], gold))
        counts["characters"] += length
        for part in ("headline", "kicker", "deck"):
            counts[f"{part}s"] += bool(gold[part])
        who = _names(gold, "reporters", "correspondents")
        counts["bylines"] += bool(who)
        counts["captions"] += len(gold["captions"])
        if i not in pairs:
            counts["errors"] += length
            continue
        j, alike, distance = pairs[i]
        article = found[j]
        counts["right"] += alike >= RIGHT
        counts["errors"] += min(distance, length)
        for part in ("headline", "kicker", "deck"):
            mine, true = (_plain(a.get(part)) for a in (article, gold))
            if part != "headline":
                mine, true = mine.lstrip("—"), true.lstrip("—")
            counts[f"{part}s_right"] += bool(true) and mine == true
        byline = article.get("byline") or {}
        counts["bylines_right"] += bool(who) and who <= _names(
            byline, "reporters", "correspondents", "photographers", "authors"
        )
        captions = [_plain(text) for text in article.get("captions") or ()]
        for text in map(_plain, gold["captions"]):
            counts["captions_right"] += any(text in c or _alike(text, c) >= 0.8 for c in captions)
        if article.get("boxes"):
            counts["boxed"] += 1
            counts["overlap"] += _overlap(gold["boxes"], article["boxes"], truth["pages"])  # type: ignore[assignment]
    _count_furniture(counts, truth.get("furniture", ()), found)
    return counts


def figures(counts: Mapping[str, float]) -> dict[str, float]:
    """Return what counts amount to, 0–1; a figure of nothing is left out."""

    def share(part: str, whole: str) -> dict[str, float]:
        return {part: counts.get(part, 0) / counts[whole]} if counts.get(whole) else {}

    precision = counts["right"] / max(1, counts["found"])
    recall = counts["right"] / max(1, counts["articles"])
    found = {"f1": 2 * precision * recall / max(1e-9, precision + recall)}
    for name in ("headlines", "kickers", "decks", "bylines", "captions"):
        if counts.get(name):
            found[name] = counts[f"{name}_right"] / counts[name]
    found |= share("errors", "characters") | share("furniture_taken", "furniture") | share("overlap", "boxed")
    return found


def _plain(text: str | None) -> str:
    """Return a text without what does not count.

    >>> _plain("３ 月―")
    '3月—'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "").translate(_DASHES))


def _core(text: str, gold: Mapping[str, Any]) -> str:
    """Return a body less what may be in it or not."""
    text = _JUMP.sub("", _plain(text)).lstrip(_MARKS)
    for subhead in gold["subheads"]:
        text = text.replace(_plain(subhead), "", 1)
    if byline := _plain(gold["byline"]):
        text = text.removeprefix(byline) if text.startswith(byline) else text.removesuffix(byline)
    text = _LEAD.sub("", text)
    names = "|".join(map(re.escape, [*gold["reporters"], *gold["photographers"]]))
    return re.sub(rf"\((?:记者|記者|本报记者)?(?:{names})(?:摄|攝)?\)$", "", text) if names else text


def _bodies(article: Mapping[str, Any], gold: Mapping[str, Any]) -> list[str]:
    """Return what may stand for the body; of a photograph with a text, the caption too."""
    body = article.get("body") or ""
    if gold["kind"] != "photo":
        return [body]
    captions = list(article.get("captions") or ())
    return [body, *captions, body + "".join(captions)]


def _pairs(
    golds: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> dict[int, tuple[int, float, int]]:
    """Return for each true article the found one, how alike their bodies are, and their distance."""
    grams = [_grams((a.get("body") or "") + "".join(a.get("captions") or ())) for a in found]
    ways = []
    for i, gold in enumerate(golds):
        own, core = _grams(gold["body"]), _core(gold["body"], gold)
        for j, article in enumerate(found):
            if (own & grams[j]).total() < 0.4 * own.total():
                continue
            body = max((_core(b, gold) for b in _bodies(article, gold)), key=lambda b: _alike(b, core))
            ways.append((_alike(body, core), i, j, Levenshtein.distance(body, core)))
    pairs: dict[int, tuple[int, float, int]] = {}
    taken: set[int] = set()
    for alike, i, j, distance in sorted(ways, reverse=True):
        if alike >= _PAIRED and i not in pairs and j not in taken:
            pairs[i] = j, alike, distance
            taken.add(j)
    return pairs


def _grams(text: str) -> Counter[str]:
    plain = _plain(text)
    return Counter(plain[k : k + 2] for k in range(len(plain) - 1))


def _alike(a: str, b: str) -> float:
    return float(Levenshtein.normalized_similarity(a, b))


def _is_notice(article: Mapping[str, Any], optional: Iterable[str]) -> bool:
    """Whether an article is made of notices, which may be articles or not."""
    own = _grams((article.get("headline") or "") + (article.get("body") or ""))
    notices = [_grams(text) for text in optional]
    n = own.total()
    if not n:
        return False
    each = any((own & notice).total() >= 0.8 * n for notice in notices)
    return each or (own & sum(notices, Counter())).total() >= 0.9 * n


def _names(byline: Mapping[str, Any], *roles: str) -> set[str]:
    return {_plain(name) for role in roles for name in byline.get(role) or ()}


def _overlap(
    true: Sequence[Sequence[float]], mine: Sequence[Sequence[float]], pages: Sequence[Sequence[float]]
) -> float:
    """Return what two sets of boxes have in common of what either covers."""
    both = either = 0
    for number, (width, height) in enumerate(pages, 1):
        a, b = (_mask(boxes, number, width, height) for boxes in (true, mine))
        both += int((a & b).sum())
        either += int((a | b).sum())
    return both / max(1, either)


def _mask(boxes: Sequence[Sequence[float]], page: int, width: float, height: float) -> NDArray[np.bool_]:
    mask = np.zeros((int(height / _CELL) + 2, int(width / _CELL) + 2), dtype=bool)
    for number, x0, y0, x1, y1 in boxes:
        if number == page:
            rows = slice(int(y0 / _CELL), int(np.ceil(y1 / _CELL)))
            mask[rows, int(x0 / _CELL) : int(np.ceil(x1 / _CELL))] = True
    return mask


def _count_furniture(
    counts: Counter[str], furniture: Iterable[str], found: Sequence[Mapping[str, Any]]
) -> None:
    """Count lines of furniture that are in an article."""
    parts = ("headline", "kicker", "deck", "body")
    texts = [_plain("".join(article.get(part) or "" for part in parts)) for article in found]
    for line in map(_plain, furniture):
        if len(line) >= 5:
            counts["furniture"] += 1
            counts["furniture_taken"] += any(line in text for text in texts)
