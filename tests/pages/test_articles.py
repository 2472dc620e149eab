"""Pages to articles: the cases, the figures on the development pages, and the pieces it is built of."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from classify.pages import split_page
from classify.pages.furniture import is_folio, is_notice
from classify.pages.healing import ends_open, heal
from classify.pages.line_flags import FOLIO, NOTICE, look
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


def told(article: Article) -> dict[str, Any]:
    """What an article says, as the cases write it: what is empty is left out."""
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
    assert [told(a) for a in page] == case["articles"]
    assert [list(r) for r in page.leftover_ranges] == case["leftover"]


@pytest.mark.cases("pages", keep=lambda case: len(case["articles"]) == 1 and "xfail" not in case)
def test_one_article_is_one_either_way(case: dict[str, Any]) -> None:
    text = page_text(case)
    assert [told(a) for a in split_page(text, single=True)] == [told(a) for a in split_page(text)]


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
@pytest.mark.parametrize("piece", ["春", "“", "，", "本报讯", "（记者", "甲\n", "●", "a ", "1 ", "摄"])
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
        told: Score = module.score(gold, found)
        return told

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


# -- healing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["青塘区启动河道", "清淤。"], "青塘区启动河道清淤。"),
        (["今 年 上 半 年", "造林二十万亩。"], "今年上半年造林二十万亩。"),
        (["投入 1900 万元，占 3.5 % 。"], "投入1900万元，占3.5%。"),
        (["占 3 . 5 %。"], "占3.5%。"),
        (["1 . 2 和 3  .  5"], "1.2和3.5"),
        (["　　全长 11.6", "公里。  "], "全长11.6公里。"),
        (["引进 New Horizon", "Textile 公司的设备"], "引进New Horizon Textile公司的设备"),
        (["９８００元，A级、Ｂ级（half-width）"], "９８００元，A级、Ｂ级（half-width）"),
        (["编号 A 3 与 7 B"], "编号A 3与7 B"),
        (
            ["The fox jumped.", "It ran for 11.6", "kilometers."],
            "The fox jumped. It ran for 11.6 kilometers.",
        ),
        (
            ["a four-", "month job, “as", "planned”, in", "(dry) June"],
            "a four-month job, “as planned”, in (dry) June",
        ),
        (["the workers’ pay “as of” May"], "the workers’ pay “as of” May"),
        (["投入5", "G网络，共11", "个，据BBC,", "CNN报道"], "投入5G网络，共11个，据BBC,CNN报道"),
        (["0\t;"], "0 ;"),
        ([" ", "　", ""], ""),
        ([], ""),
    ],
)
def test_heal(lines: list[str], expected: str) -> None:
    assert heal(lines) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("造林二十万亩", True),
        ("造林二十万亩，", True),
        ("造林二十万亩。", False),
        ("造林二十万亩；", False),
        ("他说：“走吧。”", False),
        ("他说的“走吧”", True),
        ("造林二十万亩（含封山育林）", True),
        ("造林二十万亩。（林知遥）", False),
        ("他说：“走吧。”（笑）", False),
        ("造林二十万亩。（二）", True),
        ("造林二十万亩。（林", True),
        ("造林了！ ", False),
        ("The council met on Monday.", False),
        ("It rained in 2010.", False),
        ("It was said by Mr.", True),
        ("The council met on", True),
        ("全长11.", True),
        ("引进A.", True),
        ("", False),
    ],
)
def test_ends_open(text: str, *, expected: bool) -> None:
    assert ends_open(text) is expected


FOLIOS = """5  民生|民生 5|A03 综合新闻|第2版 要闻|要闻 A02|02版：要闻|综合新闻·A3|- 7 -|2026年3月5日 星期四
云 溪 日 报|云溪都市报|国内统一连续出版物号 CN00-0000|邮发代号 00-0|责编 许听澜 版式 孟青禾"""
NO_FOLIOS = """教育投入增长5%|体育馆 3月开放|天气预报|5 月民生工程开工|民生无小事|要闻|民生实事 12件|3要闻导读|社会保障
云溪日报社举行开放日|每天都要读《云溪日报》|2026年3月5日，城区下了一场雨。"""


@pytest.mark.parametrize("text", FOLIOS.replace("\n", "|").split("|"))
def test_folio_lines(text: str) -> None:
    assert is_folio(text)
    assert look([text])[1][0] & FOLIO


@pytest.mark.parametrize("text", NO_FOLIOS.replace("\n", "|").split("|"))
def test_lines_that_are_no_folio(text: str) -> None:
    assert not is_folio(text)


@pytest.mark.parametrize(
    "text", ["公 告", "遗失声明", "招聘启事", "拍卖公告", "停水通知", "天气预报", "更正"]
)
def test_what_heads_a_notice(text: str) -> None:
    assert is_notice(text)
    assert look([text])[1][0] & NOTICE
    assert not is_notice(f"{text}发布")


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([], [""], id="nothing"),
        pytest.param([[], [" "]], [""], id="blank runs"),
        pytest.param([["清淤开始了，全长", "十一公里。"]], ["清淤开始了，全长十一公里。"], id="a wrap"),
        pytest.param(
            [["清淤开始了，全长"], ["十一公里。"]], ["清淤开始了，全长十一公里。"], id="a column break"
        ),
        pytest.param(
            [["清淤开始了。"], ["全长十一公里。"]], ["清淤开始了。", "全长十一公里。"], id="a blank line"
        ),
        pytest.param(
            [["河道清淤昨日上午正式开始", "全长十一公里。", "沿岸居民说，水已经清了", "很多。"]],
            ["河道清淤昨日上午正式开始全长十一公里。", "沿岸居民说，水已经清了很多。"],
            id="a short last line",
        ),
        pytest.param(
            [["河道清淤昨日上午开始了。", "全长十一公里，共分三段。"]],
            ["河道清淤昨日上午开始了。全长十一公里，共分三段。"],
            id="negative: a full line may end with its sentence",
        ),
        pytest.param(
            [["　　河道清淤昨日已开始。", "　　全长十一公里分三段。"]],
            ["河道清淤昨日已开始。", "全长十一公里分三段。"],
            id="an indent",
        ),
    ],
)
def test_paragraphs(runs: list[list[str]], expected: list[str]) -> None:
    text = "本报讯（记者林知遥）\n" + "\n\n".join("\n".join(run) for run in runs)
    (article,) = split_page(text, single=True)
    assert article.body.split("\n") == expected
