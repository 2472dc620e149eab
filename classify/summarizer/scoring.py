"""How well each sentence serves in a summary: a weighted sum of features that a reader can check.

TextRank says which sentences the rest of the text repeats. It does not see that a sentence asks, sets a scene or
speaks for somebody, nor that it says what came of the matter. So the rank is one feature among others: how long the
sentence is, where it stands, which figures, results or announcements it has, and whether it is speech, a question
or an example. When the three sentences of greatest rank were the summary, readers found the opening of the text
taken whatever it said, in ten articles of sixty without the news.

Two things are conditions and no features:

- A line without a mark at its end is a deck, a signature or a label, and no candidate, unless most lines are so.
- A sentence that begins with 这, 他, 其中 or 此外 depends on the sentence before it: `choosing` takes it together
  with that one or not at all.

One pattern finds all signs in one pass, because most of the time went into searching them one by one.

Flow: `ranking.RankedText` -> `sentence_numbers`, `find_dependents`, `sentence_features` -> `choosing`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classify.summarizer.ranking import RankedText
    from classify.summarizer.structure import TextUnit

__all__ = ["BESIDE", "WEIGHTS", "find_dependents", "sentence_features", "sentence_numbers"]


LENGTH = 50
"""Characters below which a sentence counts as too short. Chosen."""
MANY = 3
"""Figures, or words of results, from which on it does not matter how many. Chosen."""

WEIGHTS: dict[str, float] = {
    "rank": 2.34,
    "centrality": 1.89,
    "last paragraph": 0.29,
    "length": 0.51,
    "too short": -0.71,
    "figures": 1.58,
    "results": 0.23,
    "announcement": 0.40,
    "attribution": -0.58,
    "speech": -2.30,
    "question": -1.25,
    "exclamation": -3.34,
    "example": -1.16,
    "first person": -0.76,
}
"""Weights of the features of a sentence, in the order of the columns of `sentence_features`.

Learned by `benchmarks/learn_summaries.py` from the three sentences that a reader took of each of 111 newspaper articles
and, at a tenth of the weight, from the headlines of two train halves. Digest of the data: 5f84f7466d0aa507.
"""
BESIDE = -0.49
"""What a sentence loses beside a chosen one. Learned with `WEIGHTS`. The share of the words that no chosen sentence has
was tried too: its weight came out as 0, and picks left out were not predicted better."""

_SIGN_WORDS = {
    "figures": "",
    "results": "累计 达到 达 实现 建成 完成 增长 同比 超过 超 提升 下降 减少 增加 惠及 覆盖 新增 突破 首次 获得",
    "announcement": "印发 发布 举行 召开 启动 出台 公布 开展 推进 实施 部署 通知 签署 访问 会见 出席 举办 开幕 揭牌",
    "attribution": "表示 介绍 认为 指出 强调 告诉 说， 说： 获悉 显示",
    "question": "？",
    "exclamation": "！",
    "example": "比如 例如 譬如 为例 有的 有人",
    "first person": "我 你 咱 俺",
}
_SIGN_NUMBERS = {word: i for i, words in enumerate(_SIGN_WORDS.values()) for word in words.split()}
"""The sign of each word, as a number; what is no word is a figure, which has 0."""
_DIGITS = "0123456789０１２３４５６７８９"
# Matches 同比, 增加 and 20.5 in 产量同比增加20.5%; nothing in 苗木来自石泉。 nor in 我国. All alternatives begin with a
# character, and none is a group: so `re` knows which characters may begin a match, and skips the others at once.
_SIGN = re.compile(
    "|".join(
        [f"{digit}[{_DIGITS}.,]*" for digit in _DIGITS]
        + [word + "(?![国省市县区军党们])" * (word == "我") for word in _SIGN_NUMBERS]
    )
)
# Matches the beginnings of 这些苗木, 他说, 其中 and “此外; not 其他苗木, 他国 nor 该来的.
_DEPENDENT = re.compile(
    "[“「]?(?:"
    "这|该(?!来)|此(?!次)|其(?![他它实余次])|[他她它](?![国人乡])|那(?!曲)|两者|二者|前者|后者|对此|为此|因此|因而|"
    "据此|由此|如此|但|然而|可是|不过|而|并(?!非)|于是|所以|同时|与此同时|另外|另一方面|同样|接着|随后|随即|紧接着|之后|后来|"
    "反之|也|还|再(?!生)|更|又|比如|例如|譬如|可见|否则|相反|最终|二是|三是|四是|五是|其二|其三|我们?(?!国)|你"
    ")"
)
_ENDS = frozenset("。！？!?”’」』…．.")
_OPENERS = frozenset('“「『"')


def sentence_numbers(text: str, units: Sequence[TextUnit]) -> list[int]:
    """Return the numbers of the units that end like a sentence, or of all but headings if few do.

    >>> from classify.summarizer.structure import text_units
    >>> text = "柳湾造林" * 12 + "\\n柳湾开始造林。苗木来自石泉。"
    >>> sentence_numbers(text, text_units(text))
    [1, 2]
    """
    numbers = [i for i, unit in enumerate(units) if not unit.is_heading]
    ended = [i for i in numbers if text[units[i].end - 1] in _ENDS]
    return ended if 2 * len(ended) >= len(numbers) else numbers


def find_dependents(text: str, units: Sequence[TextUnit], numbers: Sequence[int]) -> list[bool]:
    """Return, for each of the units `numbers`, whether it makes sense only after the one before it.

    >>> from classify.summarizer.structure import text_units
    >>> text = "柳湾开始造林。他们备好了苗木。其他县也在造林。"
    >>> find_dependents(text, text_units(text), [0, 1, 2])
    [False, True, False]
    """
    found = [units[i].position > 0 and _DEPENDENT.match(text, units[i].start) is not None for i in numbers]
    return [False, *found[1:]]


def sentence_features(ranked: RankedText, numbers: Sequence[int]) -> NDArray[np.float64]:
    """Return the features of the units `numbers` of a ranked text in the order of `WEIGHTS`.

    Parameters
    ----------
    ranked : RankedText
    numbers : sequence of int, ascending, not empty

    Returns
    -------
    features : (len(numbers), len(WEIGHTS))

    Examples
    --------
    >>> from classify.summarizer.reading import read
    >>> from classify.summarizer.ranking import rank_units
    >>> text = "柳湾昨日启动造林。林场备好了苗木300万株。谁来浇水？"
    >>> (reading,) = read([text])
    >>> (ranked,) = rank_units([text], reading.units, reading.words)
    >>> found = sentence_features(ranked, [0, 1, 2])
    >>> [found[:, list(WEIGHTS).index(name)].tolist() for name in ("announcement", "question")]
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    text, units = ranked.text, ranked.units
    ranks, degrees = ranked.ranks.tolist(), ranked.degrees.tolist()
    highest, most_central = max(ranks), max(*degrees, 1e-12)
    last_paragraph = text.rfind("\n", 0, units[numbers[-1]].start)
    rows: list[tuple[float, ...]] = []
    for i in numbers:
        start, end = units[i].start, units[i].end
        counts = [0] * len(_SIGN_WORDS)
        for word in _SIGN.findall(text, start, end):
            counts[_SIGN_NUMBERS.get(word, 0)] += 1
        figures, results, announcement, attribution, question, exclamation, example, first_person = counts
        size = math.log((end - start) / LENGTH)
        close = text.find("”", start, end) if text[start] in _OPENERS else -1
        rows.append(
            (
                ranks[i] / highest,
                degrees[i] / most_central,
                start > last_paragraph > 0,
                size,
                max(0.0, -size),
                min(MANY, figures) / MANY,
                min(MANY, results) / MANY,
                announcement > 0,
                attribution > 0,
                2 * (close - start) > end - start,
                question > 0,
                exclamation > 0,
                example > 0,
                first_person > 0,
            )
        )
    return np.array(rows, np.float64)
