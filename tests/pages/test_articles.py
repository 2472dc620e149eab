"""Pages to articles: the cases, titles, single articles, boxes, any text, and the figures on the development pages."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from classify.pages import split_page
from classify.records import Box, Line
from tests.support import read_cases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classify.records import Article, Page

PARTS = ("headline", "kicker", "deck", "body")
NAMES = ("reporters", "correspondents", "photographers")


def page_text(case: dict[str, Any]) -> str:
    text: str = case["newline"].join(case["lines"]) + case["end"]
    return text


def fields(article: Article) -> dict[str, Any]:
    """Return the fields of an article as the cases have them: empty ones are left out."""
    found = {part: getattr(article, part) for part in PARTS}
    found |= {name: list(getattr(article.byline, name)) for name in NAMES}
    found |= {"source": article.byline.source}
    found |= {"place": article.dateline.place, "date": article.dateline.date}
    found |= {"captions": list(article.captions), "lines": [list(r) for r in article.lines]}
    return {k: v for k, v in found.items() if v}


# -- cases -------------------------------------------------------------------------------------


@pytest.mark.cases("pages")
def test_pages(case: dict[str, Any]) -> None:
    page = split_page(page_text(case))
    assert [fields(a) for a in page] == case["articles"]
    assert [list(r) for r in page.leftover_ranges] == case["leftover"]


@pytest.mark.cases("pages", keep=lambda case: len(case["articles"]) == 1 and not case["leftover"])
def test_one_article_is_one_either_way(case: dict[str, Any]) -> None:
    text = page_text(case)
    assert [fields(a) for a in split_page(text, single=True)] == [fields(a) for a in split_page(text)]


def test_cases_have_origins_and_whole_gold() -> None:
    cases = read_cases("pages")
    assert len({case["label"] for case in cases}) == len(cases)
    for case in cases:
        assert case["origin"], case["label"]
        ranges = [r for article in case["articles"] for r in article["lines"]] + case["leftover"]
        numbers = sorted(n for first, last in ranges for n in range(first, last + 1))
        printed = [i for i, line in enumerate(case["lines"], 1) if line.strip(" \t\u3000\u200b\ufeff")]
        assert numbers == printed, case["label"]


def test_the_hash_seed_changes_nothing(fresh_process: Callable[..., str]) -> None:
    program = (
        "import json, sys; from classify import split_page\n"
        "for case in json.load(open('tests/cases/pages.json', encoding='utf-8')):\n"
        "    print(split_page(case['newline'].join(case['lines']) + case['end']))"
    )
    assert fresh_process(program, PYTHONHASHSEED="1") == fresh_process(program, PYTHONHASHSEED="2")


@pytest.mark.slow
def test_a_page_of_a_hundred_thousand_lines() -> None:
    case = next(c for c in read_cases("pages") if c["label"] == "headlines before their articles")
    lines = [*case["lines"], ""]
    times = 100_000 // len(lines) + 1
    page = split_page("\n".join(lines * times))
    assert len(page) == times * len(case["articles"])
    assert {a.headline for a in page} == {a["headline"] for a in case["articles"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["春", "“", "，", "本报讯", "（记者", "甲\n", "●", "a ", "1 ", "摄"], ids=ascii
)
def test_a_megabyte_of_anything_comes_out(piece: str) -> None:
    text = piece * (2**20 // len(piece.encode()))
    page = split_page(text)
    owned = sum(last - first + 1 for a in page for first, last in a.lines)
    owned += sum(last - first + 1 for first, last in page.leftover_ranges)
    assert owned == sum(bool(line.strip()) for line in text.split("\n"))


# -- the development pages ---------------------------------------------------------------------

REAL = "jiaozuo-2023-02-21"
Score = tuple[dict[str, Any], list[Any]]


@pytest.fixture(scope="module")
def score(shared: Path) -> Callable[[dict[str, Any], Page], Score]:
    """The scorer of the issue, ../shared/tools/score_pages.py, fed with articles."""
    path = shared / "tools" / "score_pages.py"
    if not path.is_file():
        pytest.skip(f"no scorer: {path} is missing")
    spec = importlib.util.spec_from_file_location("score_pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(gold: dict[str, Any], page: Page) -> Score:
        found = [
            {
                "headline": a.headline,
                "body": a.body,
                "lines": a.lines,
                "byline": {name: getattr(a.byline, name) for name in NAMES},
            }
            for a in page
        ]
        figures: Score = module.score(gold, found)
        return figures

    return run


def read_page(path: Path) -> tuple[str, dict[str, Any]]:
    """Return text and gold of a development page, or skip."""
    gold = path.with_suffix(".json" if path.parent.name == "typeset" else ".first-nine.json")
    if not (path.is_file() and gold.is_file()):
        pytest.skip(f"no page: {path} or its gold is missing")
    return path.read_text(encoding="utf-8"), json.loads(gold.read_text(encoding="utf-8"))


def test_the_real_page(shared: Path, score: Callable[[dict[str, Any], Page], Score]) -> None:
    text, gold = read_page(shared / "pages" / f"{REAL}.txt")
    page = split_page(text)
    assert len(page) == 20
    known = {n for article in gold["articles"] for n in article["lines"]}
    nine = [a for a in page if any(first <= n <= last for first, last in a.lines for n in known)]
    figures, worst = score(gold, type(page)(tuple(nine)))
    assert figures["article_f1"] == 1.0, worst
    assert figures["headline_exact"] == "5/5", worst
    assert figures["byline"] == "9/9", worst
    assert figures["body_cer"] <= 0.002, worst


@pytest.fixture(scope="module")
def typeset(shared: Path, score: Callable[[dict[str, Any], Page], Score]) -> list[dict[str, Any]]:
    """The figures of each typeset page."""
    paths = sorted((shared / "pages" / "typeset").glob("page*.txt"))
    if not paths:
        pytest.skip("no typeset pages under the development data")
    pages = [read_page(path) for path in paths]
    return [score(gold, split_page(text))[0] for text, gold in pages]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def share(figures: list[dict[str, Any]], name: str) -> float:
    """Average over pages of `name`, hits/all; pages without any are left out."""
    pairs = [[int(n) for n in f[name].split("/")] for f in figures]
    return mean([hits / total for hits, total in pairs if total])


def test_typeset_article_f1(typeset: list[dict[str, Any]]) -> None:
    assert mean([f["article_f1"] for f in typeset]) >= 0.97


def test_typeset_headlines(typeset: list[dict[str, Any]]) -> None:
    assert share(typeset, "headline_exact") >= 0.95


def test_typeset_bylines(typeset: list[dict[str, Any]]) -> None:
    assert share(typeset, "byline") >= 0.97


def test_typeset_body_error(typeset: list[dict[str, Any]]) -> None:
    assert mean([f["body_cer"] for f in typeset]) <= 0.005


# -- one article, and its title ----------------------------------------------------------------

LEAD = "本报讯（记者林知遥）河道清淤昨日开始。"


@pytest.mark.parametrize(
    ("title", "text", "headline", "body"),
    [
        pytest.param("河道清淤", LEAD, "河道清淤", "河道清淤昨日开始。", id="a title"),
        pytest.param("河道清淤", f"河道清淤\n{LEAD}", "河道清淤", "河道清淤昨日开始。", id="repeated"),
        pytest.param("河道清淤", f"\n河 道清淤\n\n{LEAD}", "河道清淤", "河道清淤昨日开始。", id="spaced"),
        pytest.param("河道清淤了", f"河道\n清淤了\n{LEAD}", "河道清淤了", "河道清淤昨日开始。", id="wrapped"),
        pytest.param(
            "河道清淤。", f"河道清淤。\n{LEAD}", "河道清淤。", "河道清淤昨日开始。", id="a sentence"
        ),
        pytest.param("市水务局", f"市水务局\n{LEAD}", "市水务局", "河道清淤昨日开始。", id="like a kicker"),
        pytest.param("河道\0\ud800\r\n清淤", LEAD, "河道 清淤", "河道清淤昨日开始。", id="cleaned"),
        pytest.param("河道清淤", "河道清淤", "河道清淤", "河道清淤", id="the text is the title"),
        pytest.param("河道清淤", "全长十一公里", "河道清淤", "全长十一公里", id="the text is a display line"),
        pytest.param("河道  清淤", LEAD, "河道  清淤", "河道清淤昨日开始。", id="with blanks"),
        pytest.param(
            "河道清淤", f"{LEAD}\n\n河道", "河道清淤", "河道清淤昨日开始。\n河道", id="a line under the text"
        ),
        pytest.param("河道清淤", "", "河道清淤", "", id="no text"),
        pytest.param(
            "河道：清淤",
            f"河道:清淤\n{LEAD}",
            "河道：清淤",
            "河道清淤昨日开始。",
            id="repeated in another width",
        ),
        pytest.param(
            "河道清淤", f"【河道清淤】\n{LEAD}", "河道清淤", "河道清淤昨日开始。", id="repeated in brackets"
        ),
        pytest.param("\0 \n", LEAD, "", "河道清淤昨日开始。", id="negative: nothing is left of the title"),
    ],
)
def test_a_title(title: str, text: str, headline: str, body: str) -> None:
    (article,) = split_page(text, single=True, title=title)
    assert (article.headline, article.body) == (headline, body)
    assert article.deck == ""
    printed = [n for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    assert sorted(n for first, last in article.lines for n in range(first, last + 1)) == printed


def test_a_title_changes_nothing_else() -> None:
    text = f"{LEAD}\n\n一、分段围堰\n\n沿岸居民说，水已经清了。\n\n卫苒 摄"
    glued, given = (
        split_page(f"河道清淤开始\n\n{text}", single=True),
        split_page(text, single=True, title="河道清淤开始"),
    )
    assert given[0].body == glued[0].body
    assert given[0].byline == glued[0].byline
    assert given[0].headline == glued[0].headline


@pytest.mark.parametrize("title", ["河道清淤开始", "市水务局", "河道清淤开始——"])
def test_display_lines_under_a_title_are_deck(title: str) -> None:
    (article,) = split_page(f"——青塘区侧记\n\n{LEAD}", single=True, title=title)
    assert (article.headline, article.kicker, article.deck) == (title, "", "青塘区侧记")


def test_a_title_is_of_one_article() -> None:
    with pytest.raises(ValueError, match="single=True"):
        split_page(LEAD, title="河道清淤")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param("深圳晚报", "深圳晚报", id="a paper's name"),
        pytest.param("2026年3月5日", "2026年3月5日", id="a date"),
        pytest.param(f"2026年3月5日\n\n{LEAD}", "2026年3月5日\n河道清淤昨日开始。", id="a date before"),
        pytest.param(f"{LEAD}\n\n2026年3月5日", "河道清淤昨日开始。\n2026年3月5日", id="a date after"),
        pytest.param(
            "河道清淤昨日开始。（林知遥）\n责编 卫苒 校对 邵北辰",
            "河道清淤昨日开始。\n责编卫苒校对邵北辰",
            id="editors after a signature",
        ),
        pytest.param("（上接第1版）", "（上接第1版）", id="a jump"),
        pytest.param("●", "●", id="a bullet"),
        pytest.param("新华社发", "新华社发", id="a credit that names nobody"),
        pytest.param(
            f"{LEAD}\n\n新华社发", "河道清淤昨日开始。\n新华社发", id="such a credit after the text"
        ),
        pytest.param(
            "（上接第1版）河道清淤昨日开始。", "（上接第1版）河道清淤昨日开始。", id="a jump before the text"
        ),
    ],
)
def test_a_single_article_keeps_all_lines(text: str, body: str) -> None:
    page = split_page(text, single=True)
    assert [article.body for article in page] == [body]
    assert page.leftover == ()


# -- lines and boxes ---------------------------------------------------------------------------


def box_line(text: str, number: int, x0: float, y0: float, *, width: float = 100, height: float = 10) -> Line:
    return Line(text, number, Box(2, x0, y0, x0 + width, y0 + height))


def test_lines_give_numbers_and_leftover() -> None:
    texts = ["第3版", "", "河道清淤开始", "", LEAD]
    lines = [Line(text, 10 * n) for n, text in enumerate(texts, 1)]
    page = split_page(lines)
    assert [a.lines for a in page] == [((30, 30), (50, 50))]
    assert page.leftover == (lines[0],)
    assert [a.boxes for a in page] == [()]
    assert split_page([Line(text) for text in texts])[0].lines == ()


def test_lines_are_cleaned_as_text_is() -> None:
    (article,) = split_page([Line("河道清\0淤开始", 1), Line(""), Line(LEAD.replace("昨日", "昨\n日"), 3)])
    assert article.headline == "河道清淤开始"
    assert article.body == "河道清淤昨日开始。"
    assert article.lines == ((1, 1), (3, 3))


def test_boxes_are_merged_to_blocks() -> None:
    page = split_page(
        [
            box_line("河道清淤开始", 1, 0, 0, width=200, height=20),
            box_line("本报讯（记者林知遥）河道清淤", 2, 0, 30),
            box_line("昨日开始，沿岸居民说，水已经", 3, 0, 42),
            box_line("清了。", 4, 0, 54, width=30),
            box_line("清出的淤泥将运往城北固化后用", 5, 110, 30),
            box_line("于制砖。", 6, 110, 42, width=40),
        ]
    )
    assert [a.boxes for a in page] == [
        (Box(2, 0, 0, 200, 20), Box(2, 0, 30, 100, 64), Box(2, 110, 30, 210, 52)),
    ]
    assert page[0].page == 2


def test_boxes_of_vertical_text_are_merged_to_blocks() -> None:
    texts = ["河道清淤昨日正式开始，沿岸", "居民说，水已经清了很多，鱼", "也回来了。"]
    lines = [
        Line(text, n, Box(1, 100 - 12 * n, 0, 110 - 12 * n, 130), direction="vertical")
        for n, text in enumerate(texts, 1)
    ]
    assert [a.boxes for a in split_page(lines)] == [(Box(1, 64, 0, 98, 130),)]


@pytest.mark.parametrize("page", [None, b"text", 3, ["text"]], ids=["None", "bytes", "int", "strings"])
def test_what_is_no_page(page: Any) -> None:
    with pytest.raises(TypeError, match="a page is a string or a sequence of Line"):
        split_page(page)
