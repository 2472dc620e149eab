"""What holds for the split of any page: newspaper parts in any order, any text, the development pages."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.pages import split_page
from classify.text.characters import BLANK, HAN
from classify.text.normalize import clean

if TYPE_CHECKING:
    from pathlib import Path

    from classify.records import Article, Page

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")  # 0/0 is no confidence

# -- texts -------------------------------------------------------------------------------------

CHARACTERS = "青塘区河道清淤林场造苗木粮食局会议要求干部群众三月二日从的了在和是本新华社记者讯电摄图为"
FOLIO = "A03版 本市新闻 2024年3月16日 星期六"
MARKS = "，。；：？！、“”（）《》—"
body_lines = st.text(alphabet=CHARACTERS + MARKS + "0123456789.%a ", min_size=1, max_size=26)
names = st.sampled_from(["林知遥", "卫苒", "欧阳沁禾", "努尔兰·赛力克", "邵北辰"])
leads = st.builds(
    str.format,
    st.sampled_from(
        [
            "本报讯（记者 {0}）{1}",
            "本报讯 {1}",
            "新华社青塘3月2日电（记者{0}）{1}",
            "中新社青塘3月3日电 {1}",
            "据新华社电 {1}",
            "本报综合消息 {1}",
            "（记者 {0} 报道）{1}",
            "【本报訊】記者{0}報道：{1}",
            "偿本报讯（记者{0}）{1}",
            "对本报记者说，{1}",
        ]
    ),
    names,
    body_lines,
)
displays = st.text(alphabet=CHARACTERS, min_size=2, max_size=16)
parts = st.one_of(
    body_lines,
    st.lists(body_lines, min_size=3, max_size=8).map("\n".join),
    leads,
    displays,
    displays.map("\n".join),  # vertical
    displays.map(" ".join),  # letter-spaced
    displays.map("——{}".format),
    names.map(" 本报记者 {}".format),
    names.map("{} 摄".format),
    names.map("图为清淤现场。{}摄".format),
    names.map("河道清完了。（{}）".format),
    body_lines.map("●{}".format),
    st.sampled_from(
        [
            FOLIO,
            "一、分段围堰",
            "问：水清了吗？",
            "（资料图）",
            "简讯",
            "街道",
        ]
    ),
    st.sampled_from(["", "\n", " ", "　\n"]),
)
newspapers = st.lists(parts, max_size=14).map("\n".join)
anything = st.one_of(
    st.text(max_size=120),
    st.text(
        alphabet=CHARACTERS + MARKS + BLANK + "1a.\n\r\x0b\x0c\x85\u2028\x00\x1b\u200b\u202e\ufeff\ud800●摄",
        max_size=120,
    ),
)
pages = st.one_of(newspapers, newspapers, anything)


# -- invariants --------------------------------------------------------------------------------


def numbers(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    return [n for first, last in ranges for n in range(first, last + 1)]


def check_cover(page: Page, printed: list[int]) -> None:
    """Every printed line once, in ascending ranges that don't touch."""
    owned = [numbers(article.lines) for article in page] + [numbers(page.leftover_ranges)]
    assert sorted(n for some in owned for n in some) == printed
    for ranges in [*(a.lines for a in page), page.leftover_ranges]:
        assert all(first <= last for first, last in ranges)
        assert all(a[1] + 1 < b[0] for a, b in pairwise(ranges))
    assert all(a.lines for a in page)


def texts_of(article: Article) -> list[str]:
    byline = article.byline
    return [
        article.headline,
        article.kicker,
        article.deck,
        article.body,
        *article.captions,
        byline.source,
        *byline.reporters,
        *byline.correspondents,
        *byline.photographers,
        article.dateline.place,
        article.dateline.date,
    ]


def controls(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]


@given(newspapers)
def test_every_line_of_a_newspaper_is_somewhere_once(text: str) -> None:
    printed = [i for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    check_cover(split_page(text), printed)
    check_cover(split_page(text, single=True), printed)


@given(anything)
def test_every_line_of_anything_is_somewhere_once(text: str) -> None:
    printed = [i for i, line in enumerate(clean(text).split("\n"), 1) if line.strip()]
    check_cover(split_page(text), printed)
    check_cover(split_page(text, single=True), printed)


@given(pages)
def test_splitting_twice_gives_the_same(text: str) -> None:
    assert split_page(text) == split_page(text)


@given(newspapers)
def test_line_ends_change_nothing(text: str) -> None:
    page = split_page(text)
    assert split_page(text.replace("\n", "\r\n")) == page
    assert split_page(text.replace("\n", "\r")) == page
    assert split_page("\ufeff" + text) == page


@given(newspapers, st.integers(1, 4))
def test_blank_lines_around_a_page_only_move_it(text: str, n: int) -> None:
    def moved(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((first - n, last - n) for first, last in ranges)

    page, lower = split_page(text), split_page("\n" * n + text + "\n" * n)
    assert [a.body for a in lower] == [a.body for a in page]
    assert [moved(a.lines) for a in lower] == [a.lines for a in page]
    assert moved(lower.leftover_ranges) == page.leftover_ranges


@given(pages)
def test_confidence_is_a_probability(text: str) -> None:
    assert all(0 <= a.split_confidence <= 1 for a in split_page(text))


@pytest.mark.parametrize("single", [False, True])
def test_every_page_has_a_reading(*, single: bool) -> None:
    page = split_page("本报记者 林知遥\n\n" * 64 + "河道清淤开始了。", single=single)
    assert all(a.split_confidence > 0 for a in page)


def test_a_folio_line_before_one_article_takes_no_confidence() -> None:
    text = "河道清淤开始\n\n本报讯（记者林知遥）河道清淤昨日开始。沿岸居民说，水已经清了。"
    (plain,), (below,) = split_page(text, single=True), split_page(FOLIO + "\n\n" + text, single=True)
    assert below.split_confidence == pytest.approx(plain.split_confidence, abs=0.1)


@given(pages)
def test_single_is_one_article_at_most(text: str) -> None:
    page = split_page(text, single=True)
    assert len(page) <= 1
    assert page.articles or page.leftover_ranges or not clean(text).strip()


@given(pages)
def test_no_control_characters_come_out(text: str) -> None:
    for article in split_page(text):
        assert not [c for text in texts_of(article) for c in controls(text)]
        assert "\n" not in article.headline + article.kicker
        assert not [c for text in texts_of(article)[5:] for c in text if c == "\n"]


@given(pages)
def test_paragraphs_are_never_blank(text: str) -> None:
    for article in split_page(text):
        assert all(p.strip(BLANK) == p != "" for p in article.body.split("\n")) or not article.body


# -- blanks -----------------------------------------------------------------------------------

LOST = re.compile(f"[{HAN}][{BLANK}]+[{HAN}]|[{HAN}][{BLANK}]+\\d|\\d[{BLANK}]+[{HAN}]")


@given(pages)
def test_no_blank_stays_beside_chinese(text: str) -> None:
    for article in split_page(text):
        assert not LOST.findall(article.body)


# -- the development pages ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["real", "typeset"])
@pytest.mark.parametrize("single", [False, True])
def test_every_line_of_the_development_pages_is_somewhere_once(
    shared: Path, kind: str, *, single: bool
) -> None:
    folder = shared / "pages" / ("typeset" if kind == "typeset" else "")
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        pytest.skip(f"no pages in {folder}")
    for path in paths:
        text = path.read_text(encoding="utf-8")
        page = split_page(text, single=single)
        check_cover(page, [i for i, line in enumerate(text.split("\n"), 1) if line.strip()])
        assert not single or len(page) == 1
        for article in page:
            assert 0 <= article.split_confidence <= 1
            assert not [c for text in texts_of(article) for c in controls(text)]
            assert not LOST.findall(article.body)
