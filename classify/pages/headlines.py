"""Display lines: what they are from their own text, and how those of one article become headline, kicker and deck.

Which line is which is learned (`crf`): a kicker is often a rubric or an office, a deck often begins with a dash, but
where they stand and how long they are counts as much. Here the lines of one part are joined, without letter-spacing
and without the blanks of justified setting, and gaps are filled: an article whose only display line was read as
a kicker or a deck has it as its headline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classify.pages.furniture import is_notice
from classify.text.characters import BLANK, cells, is_letter_spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Headlines", "compose_headlines", "is_organisation", "is_rubric", "join_display"]

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


def compose_headlines(
    *, headlines: Sequence[str], kickers: Sequence[str], decks: Sequence[str], labels: Sequence[str], title: str = ""
) -> Headlines:
    """Return the display lines of an article from its parts, each joined already, in the order of the page.

    Parameters
    ----------
    headlines, kickers, decks, labels : sequence of str
        A label is the rubric over a column; it is the kicker where there is no other.
    title : str, default=""
        The headline, where it is known apart from the text.

    >>> compose_headlines(headlines=["林场造林忙"], kickers=["市林业局"], decks=["——春季造林侧记"], labels=["生态"])
    Headlines(headline='林场造林忙', kicker='市林业局', deck='春季造林侧记')
    >>> compose_headlines(headlines=[], kickers=["市林业局", "林场造林忙"], decks=[], labels=[])
    Headlines(headline='林场造林忙', kicker='市林业局', deck='')
    """
    headlines, kickers, decks = list(headlines), list(kickers), list(decks)
    if title:
        decks, headlines = [*headlines, *decks], [title]
    elif not headlines and kickers and not is_rubric(kickers[-1]):
        headlines.append(kickers.pop())
    elif not headlines and decks:
        headlines.append(decks.pop(0))
    headline, *more = headlines or [""]
    deck = "\n".join([_DASH.sub("", text) for text in [*more, *decks]])
    return Headlines(headline, " ".join(kickers or labels), deck)
