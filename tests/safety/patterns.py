"""Texts that repeat something, of any length: what makes a program take the square of the time, if anything does.

Each pattern is a beginning, a piece that is repeated, and an end; a few are made by a function of the length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PATTERNS"]


def _repeat(piece: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    def make(n: int) -> str:
        room = max(0, n - len(before) - len(after))
        # Whole pieces: a page that ends with a part of one may be read otherwise, so that two lengths do not compare.
        return before + piece * (room // len(piece)) + after

    return make


def _distinct_lines(n: int) -> str:
    """Lines of which no two are alike: two characters each, from the 20,000 of the basic block."""
    return "".join(
        f"{chr(0x4E00 + i % 20_000)}{chr(0x4E00 + i // 20_000 * 7 % 20_000)}\n" for i in range(n // 3)
    )


def _distinct_sentences(n: int) -> str:
    return "".join(
        f"{chr(0x4E00 + 37 * i % 20_000)}林{chr(0x4E00 + 91 * i % 20_000)}。" for i in range(n // 4)
    )


def _distinct_words(n: int) -> str:
    return "，".join(f"abc{i}" for i in range(n // 7))


def _stairs(n: int) -> str:
    """Each line is one character longer than the one before."""
    lines: list[str] = []
    while n > 0:
        lines.append("字" * (len(lines) + 1))
        n -= len(lines) + 1
    return "\n".join(lines)


def _articles(n: int) -> str:
    """Whole articles with words of their own: headline, byline, three lines, caption."""
    made: list[str] = []
    size = 0
    while size < n:
        a, b = chr(0x4E00 + 53 * len(made) % 20_000), chr(0x4E00 + 131 * len(made) % 20_000)
        made.append(
            f"{a}{b}造林忙\n\n本报讯（记者岑雨桐）云港市{a}{b}林场\n近日造林两千亩，{b}{a}今年以来\n"
            f"全市造林三万亩。\n\n图为{a}{b}现场。柳知远 摄\n\n"
        )
        size += len(made[-1])
    return "".join(made)[:n]


def _heads_first(n: int) -> str:
    """All headlines of a page before all bodies, as some extractors give them."""
    heads: list[str] = []
    bodies: list[str] = []
    size = 0
    while size < n:
        a, b = chr(0x4E00 + 53 * len(heads) % 20_000), chr(0x4E00 + 131 * len(heads) % 20_000)
        heads.append(f"{a}{b}林场造林忙\n")
        bodies.append(f"云港市{a}{b}林场\n近日造林两千亩，{b}{a}今年以来\n全市造林三万亩。\n")
        size += len(heads[-1]) + len(bodies[-1])
    return "".join([*heads, *bodies])[:n]


def _heads_of_one_body(n: int) -> str:
    """Half a page of headlines that all have the words of its one body, which is the other half."""
    head = "林场造林忙\n图为林场。岑雨桐 摄\n"
    body = "云港市林场近日造林两千亩\n林场造林忙，今年以来全市\n"
    return "林场造林忙\n" + body * (n // 2 // len(body)) + head * (n // 2 // len(head))


_LEAD = "本报讯（记者岑雨桐）云港市林场近日造林两千亩。"

PATTERNS: dict[str, Callable[[int], str]] = {
    # marks of sentences and quotations
    "full stops, then a colon": _repeat("。", after="："),
    "terminators of all kinds": _repeat("。！？?!．｡."),
    "opening quotes": _repeat("“"),
    "closing quotes": _repeat("”"),
    "nested quotes": lambda n: "“" * (n // 2) + "”" * (n - n // 2),
    "straight quotes": _repeat('"'),
    "quotes around a character": _repeat('"字"。'),
    "apostrophes": _repeat("a'"),
    "quoted sentences": _repeat("“字。”"),
    "a long open quotation": _repeat("字。", before="“"),
    "opening brackets": _repeat("（"),
    "closing brackets": _repeat("）"),
    "bracketed characters": _repeat("（字）"),
    "book titles": _repeat("《字》"),
    "commas": _repeat("，"),
    "clauses": _repeat("字，"),
    "colons": _repeat("字："),
    "ellipses": _repeat("…"),
    "dashes": _repeat("—"),
    "list commas": _repeat("岑雨桐、"),
    # blanks and line ends
    "newlines": _repeat("\n"),
    "lines of one blank": _repeat(" \n"),
    "a gap of blanks": _repeat(" ", before="ab", after="cd"),
    "a gap of wide blanks": _repeat("\u3000", before="林", after="场"),
    "a gap of tabs": _repeat("\t", before="林", after="场"),
    "a headline and a gap": _repeat(" ", before="林场造林忙\n", after="a"),
    "a lead and a gap": _repeat(" ", before="本报讯（记者", after="岑雨桐）云港市林场造林。"),
    "a bracket and a gap": _repeat(" ", before="（下转", after="版"),
    "newlines before a character": _repeat("\n", after="字"),
    "blanks before a character": _repeat("\u3000", after="字"),
    "letter-spaced": _repeat("字 "),
    "letter-spaced lines": _repeat("今 年 上 半 年\n"),
    "carriage returns": _repeat("\r"),
    "form feeds": _repeat("字\f"),
    "digits apart": _repeat("3. 5 % "),
    "points apart": _repeat("1 . "),
    # what cleaning removes or composes
    "combining marks": _repeat("\u0301\u0323", before="a"),
    "combining marks in order": _repeat("\u0301", before="a"),
    "Hangul jamo": _repeat("\u1100\u1161\u11a8"),
    "zero-width characters": _repeat("\u200b"),
    "zero-width between marks": _repeat("\u0301\u200b", before="a"),
    "zero-width between characters": _repeat("林\u200b"),
    "accents on full-width letters": _repeat("Ｅ\u0301"),
    "glyph numbers": _repeat("(cid:1)"),
    "nested glyph numbers": _repeat("(ci(cid:1)d:2)"),
    "open glyph numbers": _repeat("(cid:"),
    "surrogates": _repeat("\ud800"),
    "beyond the first plane": _repeat("\U00020000"),
    "radicals": _repeat("⼭"),
    "escape sequences": _repeat("\x1b[31m"),
    "traditional lines": _repeat("記者岑雨桐報導\n"),
    # Latin text and numbers
    "one letter": _repeat("a"),
    "capitals apart": _repeat("A "),
    "digits": _repeat("1"),
    "addresses": _repeat("www.a.cn/?"),
    "dotted names": _repeat("a."),
    "hyphens": _repeat("a-"),
    "an address without an end": _repeat("a.", before="http://"),
    "titles": _repeat("Mr. "),
    "Latin sentences": _repeat("It rained. "),
    "Latin words": _repeat("New Horizon "),
    "Latin lines": _repeat("The council met\n"),
    # lines
    "one long line": _repeat("字"),
    "one-character lines": _repeat("字\n"),
    "two-character lines": _repeat("字字\n"),
    "lines of two digits": _repeat("25\n"),
    "lines longer and longer": _stairs,
    "lines of their own": _distinct_lines,
    "equal lines": _repeat(_LEAD + "\n"),
    "equal lines apart": _repeat(_LEAD + "\n\n"),
    "open lines": _repeat("云港市林场近日造林两千亩\n"),
    "open lines apart": _repeat("云港市林场近日造林两千亩\n\n"),
    "days": _repeat("2月20日\n"),
    "displays over days": _repeat("林场造林忙\n2月20日，云港市林场造林。\n"),
    "dates": _repeat("2026年3月5日 星期四\n"),
    "dates in sentences": _repeat("于\n2026年3月5日\n，"),
    "folio lines": _repeat("第3版\n"),
    "papers' names": _repeat("云港日报\n"),
    "displays": _repeat("林场造林忙\n"),
    "displays apart": _repeat("林场造林忙\n\n"),
    "displays of their own apart": lambda n: _distinct_lines(n * 3 // 4).replace("\n", "\n\n"),
    "leads": _repeat("本报讯 \n"),
    "leads broken by blank lines": _repeat("本报讯（记者\n\n"),
    "bylines": _repeat("本报记者 岑雨桐\n"),
    "authors": _repeat("□ 岑雨桐\n"),
    "signatures": _repeat("造林。（岑雨桐）\n"),
    "credits": _repeat("岑雨桐 摄\n"),
    "credits apart": _repeat("岑雨桐 摄\n\n"),
    "captions": _repeat("图为林场。岑雨桐 摄\n"),
    "captions apart": _repeat("图为林场。岑雨桐 摄\n\n"),
    "bullets": _repeat("●林场造林。\n"),
    "bullets alone": _repeat("●"),
    "subheads": _repeat("一、造林\n林场造林两千亩。\n"),
    "numbers in brackets": _repeat("（一）\n"),
    "notices": _repeat("遗失声明\n"),
    "jumps": _repeat("（下转第3版）\n"),
    "rubrics": _repeat("简明信息\n"),
    "vertical headlines": _repeat("乡\n道\n蹲\n守\n\n" + _LEAD + "\n"),
    "articles": _articles,
    "heads before bodies": _heads_first,
    "heads of one body": _heads_of_one_body,
    "torn columns": _repeat("云港市林场\n近日造林两\n千亩，今年\n\n"),
    # words that grammars look for
    "reporters": _repeat("记者"),
    "reports": _repeat("本报讯"),
    "papers": _repeat("报"),
    "names": _repeat("记者岑雨桐、"),
    "day signs": _repeat("月日"),
    "photographs": _repeat("摄"),
    "programme talk": _repeat("观众朋友，请看报道。"),
    # sentences and words
    "one sentence again and again": _repeat("云港市林场近日造林两千亩。"),
    "sentences of their own": _distinct_sentences,
    "sentences of one character": _repeat("字。"),
    "words of their own": _distinct_words,
    "one word": _repeat("林业局"),
    # records
    "JSON brackets": _repeat("["),
    "JSON records": _repeat('{"text": "林场造林。"}\n'),
    "CSV quotes": _repeat('"a"",'),
    "CSV rows": _repeat("text,title\n林场,造林\n"),
}
"""Name of each pattern, and the function that makes a text of about so many characters."""
