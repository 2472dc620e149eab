"""Generated pages: the same seed gives the same page, each line knows its article and its role, no habit is missing."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.typography import ROLES, GeneratedPage, PageLine, draw_style, make_page, wrap
from benchmarks.typography.style import BLANKS, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

N_PAGES = 300
END = "。！？”）"


@pytest.fixture(scope="module")
def pages() -> list[GeneratedPage]:
    pytest.importorskip("opencc_pyo3", reason="traditional characters need `pip install '.[bench]'`")
    return [make_page(seed) for seed in range(N_PAGES)]


def test_the_same_seed_gives_the_same_page(pages: list[GeneratedPage]) -> None:
    for seed in range(0, 60, 3):
        again = make_page(seed)
        assert again.lines == pages[seed].lines
        assert again.stories == pages[seed].stories
    assert pages[0].text != pages[1].text


def test_every_printed_line_has_a_role(pages: list[GeneratedPage]) -> None:
    for page in pages:
        for line in page.lines:
            if line.text.strip():
                assert line.role in ROLES
                assert line.story >= 0 or line.role == "furniture"
                assert line.story < len(page.stories)
            else:
                assert (line.text, line.role, line.story) == ("", "", -1)


def test_every_article_has_a_body(pages: list[GeneratedPage]) -> None:
    for page in pages:
        with_body = {line.story for line in page.lines if line.role == "body"}
        assert with_body == set(range(len(page.stories)))


def test_a_plain_page_prints_its_articles(pages: list[GeneratedPage]) -> None:
    checked = 0
    for page in pages:
        style = page.style
        mixed = style.order in ("pieces", "neighbours", "shuffled", "rows")
        if style.traditional or style.ocr or style.fullwidth_digits or style.glue_vertical or mixed:
            continue
        for story, article in zip(page.stories, page.articles(), strict=True):
            for part in ("headline", "kicker", "deck"):
                assert article[part] == "".join(getattr(story, part).split()).lstrip("●■▲◆★▶○")
            if not style.full_ends and not style.broken_lines:
                text = (
                    story.lead
                    + "".join(t for role, t in story.paragraphs if role != "subhead")
                    + story.signature
                )
                assert article["body"] == "".join(text.split())
            checked += 1
    assert checked > 300


def test_articles_leave_out_a_briefs_mark() -> None:
    lines = [
        PageLine("●石泉蓄水", "headline", 0),
        PageLine("●石泉水库今日", "body", 0),
        PageLine("蓄水。", "body", 0),
    ]
    page = GeneratedPage(lines, [make_page(1).stories[0]], draw_style(random.Random(1)))
    assert page.articles() == [
        {"headline": "石泉蓄水", "kicker": "", "deck": "", "body": "●石泉水库今日蓄水。"}
    ]


# -- habits: each is found on at least this share of the pages -------------------------------------------

Runs = list[list[PageLine]]


def printed(page: GeneratedPage) -> list[PageLine]:
    return [line for line in page.lines if line.text]


def runs(page: GeneratedPage) -> Runs:
    """Neighbouring lines of one article and one role."""
    out: Runs = []
    for line in printed(page):
        if out and (out[-1][-1].role, out[-1][-1].story) == (line.role, line.story):
            out[-1].append(line)
        else:
            out.append([line])
    return out


def neighbours(page: GeneratedPage, *roles: str) -> Iterator[Runs]:
    """Runs that follow one another with the given roles."""
    found = runs(page)
    for i in range(len(found) - len(roles) + 1):
        part = found[i : i + len(roles)]
        if tuple(run[0].role for run in part) == roles:
            yield part


def one_story(part: Runs) -> bool:
    return len({run[0].story for run in part}) == 1


def in_one_story(*roles: str) -> Callable[[GeneratedPage], bool]:
    return lambda page: any(one_story(part) for part in neighbours(page, *roles))


def across_stories(*roles: str) -> Callable[[GeneratedPage], bool]:
    return lambda page: any(part[0][0].story != part[-1][0].story for part in neighbours(page, *roles))


def line_matches(role: str, pattern: str) -> Callable[[GeneratedPage], bool]:
    found = re.compile(pattern)
    return lambda page: any(line.role == role and found.search(line.text) for line in page.lines)


def width_of(text: str) -> float:
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def column_width(page: GeneratedPage) -> float:
    widths = Counter(round(width_of(line.text)) for line in page.lines if line.role == "body")
    return float(widths.most_common(1)[0][0])


def headline_as_wide_as_its_column(page: GeneratedPage) -> bool:
    column = column_width(page)
    return any(
        run[0].role == "headline"
        and len(run) > 1
        and abs(width_of(run[0].text) - column) <= 1
        and len(run[-1].text) <= 2
        for run in runs(page)
    )


def headline_after_a_full_line(page: GeneratedPage) -> bool:
    column = column_width(page)
    return any(
        len(a) > 2 and abs(width_of(a[-1].text) - column) <= 0.6 and a[-1].text[-1] in END
        for a, b in neighbours(page, "body", "headline")
        if a[0].story != b[0].story
    )


def vertical_headline(page: GeneratedPage) -> bool:
    return any(
        run[0].role == "headline" and len(run) > 4 and max(len(x.text) for x in run) <= 2
        for run in runs(page)
    )


def glued_vertical_headline(page: GeneratedPage) -> bool:
    """The headline's last character stands before the first line of the next article."""
    for a, b in neighbours(page, "headline", "body"):
        story = page.stories[b[0].story]
        start = (story.lead + story.paragraphs[0][1]).strip()[:2]
        glued = b[0].text[1:3] == start and b[0].text[0] != start[0]
        if a[0].story != b[0].story and len(a) > 3 and len(a[-1].text) <= 2 and glued:
            return True
    return False


def body_in_pieces(page: GeneratedPage) -> bool:
    pieces = Counter(run[0].story for run in runs(page) if run[0].role == "body")
    between = [
        b[0].story != a[0].story
        for a, b, c in (found for found in zip(runs(page), runs(page)[1:], runs(page)[2:], strict=False))
        if a[0].role == c[0].role == "body" and a[0].story == c[0].story
    ]
    return max(pieces.values()) > 1 and any(between)


def blank_inside_a_lead(page: GeneratedPage) -> bool:
    first: dict[int, int] = {}
    for i, line in enumerate(page.lines):
        if line.role == "body" and line.story not in first:
            first[line.story] = i
    return any(
        page.stories[story].lead
        and i + 2 < len(page.lines)
        and not page.lines[i + 1].text
        and page.lines[i + 2].story == story
        for story, i in first.items()
    )


def blank_after_every_line(page: GeneratedPage) -> bool:
    blanks = sum(not line.text for line in page.lines)
    return 2 * blanks > 0.9 * len(page.lines)


def kinds_in_a_row(kind: str, n: int) -> Callable[[GeneratedPage], bool]:
    def check(page: GeneratedPage) -> bool:
        kinds = [story.kind for story in page.stories]
        return any(kinds[i : i + n] == [kind] * n for i in range(len(kinds)))

    return check


def labelled_briefs(page: GeneratedPage) -> bool:
    kinds = [(story.kind, bool(story.label)) for story in page.stories]
    return any(kinds[i : i + 2] == [("brief", True), ("brief", False)] for i in range(len(kinds)))


def comment_after_a_jump(page: GeneratedPage) -> bool:
    kinds = [story.kind for story in page.stories]
    return any(kinds[i : i + 2] == ["jump", "comment"] for i in range(len(kinds)))


def photo_without_a_title(page: GeneratedPage) -> bool:
    return any(
        s.kind == "photo" and not s.headline and "图为" in s.paragraphs[0][1][:4] for s in page.stories
    )


def headline_of_three_lines(page: GeneratedPage) -> bool:
    return any(len(run) > 2 and run[0].role == "headline" and len(run[0].text) > 3 for run in runs(page))


def headline_after_a_wire_item(page: GeneratedPage) -> bool:
    found = (part[0][0].story for part in neighbours(page, "body", "headline") if one_story(part))
    return any(page.stories[number].lead.startswith("新华社") for number in found)


def long_paragraph(page: GeneratedPage) -> bool:
    return any(len(text) > 30 * page.style.width for story in page.stories for _, text in story.paragraphs)


def furniture_inside_an_article(page: GeneratedPage) -> bool:
    return any(a[0].story == c[0].story for a, _, c in neighbours(page, "body", "furniture", "body"))


def boilerplate(page: GeneratedPage) -> bool:
    return any(line.role == "furniture" and line.story >= 0 and "转" not in line.text for line in page.lines)


def broken_number(page: GeneratedPage) -> bool:
    pairs = zip(page.lines, page.lines[1:], strict=False)
    return any(
        a.role == b.role == "body" and a.text[-1:].isdigit() and b.text[:1].isdigit() for a, b in pairs
    )


def no_headline(page: GeneratedPage) -> bool:
    return any(s.kind == "story" and not s.headline for s in page.stories)


NAMES_ALONE = r"^[一-龥]{2,3}([ 　]+[一-龥]{2,3})*$"

# The least share is what 2,000 pages have, less three standard errors of 300 pages.
HABITS: list[tuple[str, float, Callable[[GeneratedPage], bool]]] = [
    ("headline as wide as its column with a short rest", 0.07, headline_as_wide_as_its_column),
    ("headline after a body whose last line is full", 0.08, headline_after_a_full_line),
    ("headline of three lines", 0.12, headline_of_three_lines),
    ("two-part title in one line", 0.19, line_matches("headline", r"[^ 　A-Za-z0-9]{3}[ 　]+[^ 　A-Za-z0-9]{3}")),
    ("two-part title in two lines", 0.04, lambda p: any(s.split_headline for s in p.stories)),
    ("kicker over a headline", 0.38, in_one_story("kicker", "headline")),
    ("kicker, headline, deck", 0.14, in_one_story("kicker", "headline", "deck")),
    ("deck under a headline", 0.45, in_one_story("headline", "deck")),
    ("deck with a dash", 0.25, line_matches("deck", "^—")),
    ("deck of whole sentences", 0.02, line_matches("deck", "。$")),
    ("deck before its headline", 0.005, in_one_story("deck", "headline")),
    ("kicker that is a sentence", 0.05, line_matches("kicker", "(召开|举行|部署|启动)")),
    ("title as a question", 0.09, line_matches("headline", "？$")),
    ("rubric in a title's brackets", 0.04, line_matches("headline", "）$")),
    ("label in a box", 0.14, line_matches("label", r"^[【■\[◆·]")),
    ("letter-spaced headline", 0.05, line_matches("headline", r"^(\S ){4,}\S$")),
    ("headline after its article", 0.2, in_one_story("body", "headline")),
    ("headline after its article and caption", 0.012, in_one_story("caption", "headline")),
    ("headline after a wire item", 0.009, headline_after_a_wire_item),
    ("headline inside its body", 0.014, in_one_story("body", "headline", "body")),
    ("vertical headline", 0.07, vertical_headline),
    ("vertical headline glued to the next article", 0.003, glued_vertical_headline),
    ("body without headline", 0.06, no_headline),
    ("byline under a headline", 0.2, in_one_story("headline", "byline", "body")),
    ("byline after a body", 0.11, in_one_story("body", "byline")),
    ("names alone as byline", 0.2, line_matches("byline", NAMES_ALONE)),
    ("byline without a name", 0.03, line_matches("byline", "^(新华社记者|本报记者|本报评论员|本报综合报道)$")),
    ("source line", 0.012, line_matches("source", "版")),
    ("editor's note", 0.04, line_matches("note", "编者按|核心|阅读提示|亮点|要点")),
    ("briefs under one label", 0.15, labelled_briefs),
    ("marked briefs in a row", 0.21, kinds_in_a_row("brief", 3)),
    ("brief with a marked title", 0.09, line_matches("headline", "^[●■▲◆★▶○]")),
    ("photo with a title", 0.21, lambda p: any(s.kind == "photo" and s.headline for s in p.stories)),
    ("photo without a title", 0.02, photo_without_a_title),
    ("credit before a body", 0.15, in_one_story("credit", "body")),
    ("credit after a body", 0.11, in_one_story("body", "credit")),
    ("caption before a body", 0.15, in_one_story("caption", "body")),
    ("caption inside a body", 0.09, in_one_story("body", "caption", "body")),
    ("caption after a body", 0.23, in_one_story("body", "caption")),
    ("caption with its credit in a line of its own", 0.18, in_one_story("caption", "credit")),
    ("line that begins with closing punctuation", 0.44, line_matches("body", "^[，。、；”）]")),
    ("line of punctuation alone", 0.019, line_matches("body", "^[，。、；：！？”’）》】]{2}$")),
    ("paragraph of thirty lines", 0.06, long_paragraph),
    ("subhead", 0.14, line_matches("subhead", ".")),
    ("subhead as a question", 0.005, line_matches("subhead", "？$")),
    ("subhead that is a number", 0.007, line_matches("subhead", r"^(（?[一二三四五六七八九十]）?|\d+)$")),
    ("jump in round brackets", 0.1, line_matches("body", r"^[\s　]*（(上|紧)?接.{0,3}版）")),
    ("jump in other brackets or with a sign", 0.16, line_matches("body", r"^[\s　]*[【\[▲▼](上|紧)?接")),
    ("jump without brackets", 0.03, line_matches("body", r"^[\s　]*(上|紧)?接[第\dA].{0,3}版")),
    ("jump in a line of its own", 0.1, line_matches("body", r"^\W*(上|紧)?接[^，。]{1,4}版\W?$")),
    ("jump line after a body", 0.02, line_matches("furniture", "下转|转第")),
    ("comments after a jump", 0.13, comment_after_a_jump),
    ("comment under its label", 0.37, in_one_story("label", "headline")),
    ("notices in a row", 0.08, kinds_in_a_row("notice", 3)),
    ("table", 0.03, line_matches("body", r"^\S+[ 　]+[\d.]+%?\S{0,2}[ 　]+[\d.]+")),
    ("verses", 0.02, lambda p: any(s.kind == "verses" for s in p.stories)),
    ("furniture before all", 0.42, lambda p: printed(p)[0].role == "furniture"),
    ("furniture after all", 0.22, lambda p: printed(p)[-1].role == "furniture"),
    ("furniture inside an article", 0.23, furniture_inside_an_article),
    ("editors' line", 0.16, line_matches("furniture", "责任编辑|责编")),
    ("boilerplate after an article", 0.04, boilerplate),
    ("page number between lines", 0.32, line_matches("furniture", r"^\W*(第|Page)?\s?\d{1,3}\s?页?\W*$")),
    ("no blank line", 0.41, lambda p: all(line.text for line in p.lines)),
    ("blank after every line", 0.009, blank_after_every_line),
    ("blank inside a lead", 0.013, blank_inside_a_lead),
    ("justified line", 0.15, line_matches("body", r"^(\S ){4,}\S$")),
    ("blanks round figures", 0.05, line_matches("body", r"[一-龥] \d+ [一-龥]")),
    ("full-width figures", 0.03, line_matches("body", "[０-９]")),
    ("traditional characters", 0.06, line_matches("body", "[國會發]")),
    ("unwrapped paragraphs", 0.014, lambda p: math.isinf(p.style.width)),
    ("single column", 0.08, lambda p: 26 <= p.style.width <= 42),
    ("number broken at a line's end", 0.19, broken_number),
    ("all headlines first", 0.03, lambda p: p.style.order == "heads_first"),
    ("body in pieces", 0.27, body_in_pieces),
    ("long page", 0.12, lambda p: len(p.stories) > 14),
]  # fmt: skip


@pytest.mark.parametrize(("habit", "share", "check"), HABITS, ids=[habit for habit, _, _ in HABITS])
def test_no_habit_is_missing(
    pages: list[GeneratedPage], habit: str, share: float, check: Callable[[GeneratedPage], bool]
) -> None:
    found = sum(map(check, pages)) / len(pages)
    assert share <= found < 0.9, habit


def test_styles_differ() -> None:
    styles = [draw_style(random.Random(seed)) for seed in range(300)]
    assert {style.order for style in styles} == {order for order, share in ORDERS.items() if share}
    assert {style.blanks for style in styles} == set(BLANKS)
    assert {style.kinsoku for style in styles} == {"none", "hang", "push"}


# -- wrapping -----------------------------------------------------------------------------------------


@given(
    text=st.text(alphabet="石泉水库今日蓄水，。“”（）《》12.5%ab", min_size=1, max_size=80),
    width=st.integers(4, 30),
    kinsoku=st.sampled_from(("none", "hang", "push")),
    keep_words=st.booleans(),
)
def test_wrapping_keeps_the_text(text: str, width: int, kinsoku: str, keep_words: bool) -> None:
    assert "".join(wrap(text, width, kinsoku=kinsoku, keep_words=keep_words)) == text


@given(st.text(alphabet="石泉水库今日蓄水，。", min_size=1, max_size=80), st.integers(4, 30))
def test_without_kinsoku_all_lines_but_the_last_are_full(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(len(line) == width for line in lines[:-1])
    assert 0 < len(lines[-1]) <= width


@pytest.mark.parametrize("kinsoku", ["hang", "push"])
def test_kinsoku_keeps_punctuation_from_the_start_of_a_line(kinsoku: str) -> None:
    text = "石泉水库今日蓄水，下游一万一千亩农田可以按时灌溉，沿岸四个村的防洪标准也提高了。"
    for width in range(4, 20):
        assert not any(line[0] in "，。" for line in wrap(text, width, kinsoku=kinsoku))


def test_words_are_kept_if_asked() -> None:
    assert wrap("蓄水1234吨", 3, keep_words=True) == ["蓄水", "1234吨"]
    assert wrap("蓄水1234吨", 3) == ["蓄水12", "34吨"]
