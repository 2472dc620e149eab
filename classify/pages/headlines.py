"""Which display lines of an article are its headline, kicker and deck.

Display lines come in groups, one before the body and one after it. The main group is the one that shares more
words with the body; a line of the other group is a kicker. In a group of several lines a kicker is before
the headline: it reads like one (an organisation, 会议要求, a rubric), or returns over another article of the
page. A deck begins with —— or follows the headline. Lines set together without a blank line between them are
one headline broken in two, unless the second begins with —— or the first is a rubric in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.pages.furniture import is_notice
from classify.pages.parts import pair_finder
from classify.text.characters import BLANK, cells, heal_blanks, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classify.pages.printed import Unit

__all__ = [
    "Headlines", "compose_headlines", "find_series", "is_kicker", "is_organisation", "is_rubric", "join_display",
    "read_headlines",
]  # fmt: skip

# ——云港市造林侧记 begins a deck; 云港——林城 does not.
_DASH = re.compile(r"^[—－-]{1,2}")
_BLANKS = re.compile(f"[{BLANK}]+")
# The blanks in 增长3 .5 % and “ 林城 ”; not the one in 云港 林城
_NEEDLESS_BLANK = re.compile(r"(?<=\d) (?=[\d%.])|(?<=[“‘《（]) | (?=[”’》）])")


@dataclass(frozen=True, slots=True)
class Headlines:
    """The display lines of one article, as printed; empty where there is none.

    Attributes
    ----------
    headline, kicker : str
        One line each; several kickers are joined by blanks.
    deck : str
        Several lines are joined by newlines.
    """

    headline: str = ""
    kicker: str = ""
    deck: str = ""


def is_kicker(text: str) -> bool:
    """Return whether a display line reads like a kicker: the line over a headline with who, where or what rubric.

    >>> [is_kicker(text) for text in ("云港市林业局", "市委全会强调", "【民生直通车】", "简讯", "林场造林忙")]
    [True, True, True, True, False]
    """
    speech = ("要求", "强调", "指出", "提出", "表示", "认为", "—", "：", ":")
    return is_organisation(text) or text.endswith(speech) or _is_bracketed(text) or is_rubric(text)


def is_organisation(text: str) -> bool:
    """Return whether a line ends as the name of an organisation or a place does, and is no wider than 14 cells.

    >>> is_organisation("云港市林业局"), is_organisation("云港市林业局启动造林")
    (True, False)
    """
    endings = (
        "局", "街道", "社区", "管委会", "委员会", "办公室", "中心", "学校", "大学", "学院", "公司", "集团", "医院",
        "银行", "法院", "检察院", "大队", "支队", "派出所", "乡", "镇", "县", "区", "市", "村", "省", "委", "办", "会",
        "站", "所", "园",
    )  # fmt: skip
    return text.endswith(endings) and cells(text) <= 14


def is_rubric(text: str) -> bool:
    """Return whether a line is the rubric over several short items.

    >>> is_rubric("简讯"), is_rubric("简讯三则")
    (True, False)
    """
    return text in {
        "简明信息", "简讯", "简明新闻", "一句话新闻", "要闻速览", "快讯", "短讯", "综合新闻", "短新闻", "新闻速递",
        "新闻简报", "资讯", "动态",
    }  # fmt: skip


def _is_bracketed(text: str) -> bool:
    # 【民生直通车】; not 【民生】直通车
    return text.startswith("【") and re.fullmatch("【[^】]{2,12}】", text) is not None


def find_series(displays: Iterable[Sequence[Unit]]) -> frozenset[str]:
    """Return the kickers that several articles of a page have.

    Parameters
    ----------
    displays : iterable of sequences of Unit
        The display units of each article.

    Returns
    -------
    frozenset of str
        Lines of at most 16 cells that are in the groups of several articles, each time with other lines.
    """
    groups: dict[str, set[str]] = {}
    for units in displays:
        texts = [unit.text for unit in units if unit.kind == "short"]
        if len(texts) > 1:
            together = "\n".join(texts)
            for text in texts:
                groups.setdefault(text, set()).add(together)
    return frozenset(text for text, found in groups.items() if len(found) > 1 and cells(text) <= 16)


def read_headlines(
    before: Sequence[Unit],
    after: Sequence[Unit],
    body: str,
    *,
    last_character: str = "",
    series: frozenset[str] = frozenset(),
    title: str = "",
) -> Headlines:
    """Return headline, kicker and deck of an article.

    Parameters
    ----------
    before, after : sequence of Unit
        The display units before and after the body.
    body : str
        Decides which of the two groups has the headline.
    last_character : str, default=""
        The last character of a vertical headline in `after`, where it was printed on another article's first line.
    series : frozenset of str, default=frozenset()
        Lines that are known to be kickers, from `find_series`.
    title : str, default=""
        The headline, where it is known apart from the text. All other display lines are deck then.

    >>> from classify.pages.units import to_units
    >>> from classify.records import Line
    >>> read_headlines(to_units([Line("云港市林业局"), Line(""), Line("林场造林忙")]), [], "林场昨日造林。")
    Headlines(headline='林场造林忙', kicker='云港市林业局', deck='')
    """
    first, last = _read_displays(before), _read_displays(after, last_character)
    if title:
        return Headlines(title, deck=_join_deck([*first, *last]))
    if not (first and last):
        return _read_group(first or last, series)
    main, rest = (last, first) if _share(last, body) >= _share(first, body) else (first, last)
    found = _read_group(main, series)
    return Headlines(found.headline, " ".join([*rest, found.kicker]).strip(), found.deck)


def _read_displays(units: Sequence[Unit], last_character: str = "") -> list[str]:
    """Return the displays that `units` hold, each as one line; those broken in two lines are joined."""
    out: list[str] = []
    tall = None
    for unit in units:
        if unit.kind == "tall":
            tall = len(out)
            out.append(unit.text)
            continue
        group: list[str] = []
        for line in unit.printed:
            if group and (_DASH.match(line.strip(BLANK)) or _is_bracketed(group[-1].strip(BLANK))):
                out.append(join_display(group))
                group = []
            group.append(line)
        out.append(join_display(group))
    if last_character and tall is not None:
        out[tall] += last_character
    return out


def join_display(lines: Sequence[str]) -> str:
    """Join the lines of one display. Blanks that part its halves stay, as one blank; letter-spacing goes."""
    out = ""
    for line in lines:
        piece = line.strip(BLANK)
        spaced = is_letter_spaced(piece) or is_notice(piece)
        piece = "".join(piece.split()) if spaced else _BLANKS.sub(" ", piece)
        latin = bool(out and piece) and all(c.isascii() and c.isalpha() for c in (out[-1], piece[0]))
        out += " " * latin + piece
    return _NEEDLESS_BLANK.sub("", out)


def _read_group(displays: Sequence[str], series: frozenset[str]) -> Headlines:
    if not displays:
        return Headlines()
    if len(displays) == 1:
        only = displays[0]
        return Headlines(kicker=only) if is_rubric(only) else Headlines(headline=only)
    main = 0
    while main < len(displays) - 1 and not _DASH.match(displays[main + 1]):
        text = heal_blanks(displays[main])
        if not (is_kicker(text) or text in series):
            break
        main += 1
    # Of three lines the shorter first one is a kicker even where it does not read like one.
    if main == 0 and len(displays) >= 3 and not _DASH.match(displays[1]):
        main = int(cells(displays[0]) < cells(displays[1]))
    return Headlines(displays[main], " ".join(displays[:main]), _join_deck(displays[main + 1 :]))


def _join_deck(displays: Sequence[str]) -> str:
    return "\n".join(_DASH.sub("", display) for display in displays)


def _share(displays: Sequence[str], body: str) -> float:
    """Return the share of the character pairs of `displays` that `body` holds, 0–1."""
    text = "".join("".join(displays).split())
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    is_held = pair_finder(body)
    return sum(map(is_held, pairs)) / len(pairs) if pairs else 0.0


def compose_headlines(
    *, headlines: Sequence[str], kickers: Sequence[str], decks: Sequence[str], labels: Sequence[str]
) -> Headlines:
    """Return the display lines of an article from its parts, each joined already, in the order of the page.

    Parameters
    ----------
    headlines, kickers, decks, labels : sequence of str
        A label is the rubric over a column; it is the kicker where there is no other.

    >>> compose_headlines(headlines=["林场造林忙"], kickers=["市林业局"], decks=["——春季造林侧记"], labels=["生态"])
    Headlines(headline='林场造林忙', kicker='市林业局', deck='春季造林侧记')
    >>> compose_headlines(headlines=[], kickers=["市林业局", "林场造林忙"], decks=[], labels=[])
    Headlines(headline='林场造林忙', kicker='市林业局', deck='')
    """
    headlines, kickers, decks = list(headlines), list(kickers), list(decks)
    if not headlines and kickers and not is_rubric(kickers[-1]):
        headlines.append(kickers.pop())
    elif not headlines and decks:
        headlines.append(decks.pop(0))
    headline, *more = headlines or [""]
    return Headlines(headline, " ".join(kickers or labels), _join_deck([*more, *decks]))
