"""Articles of a page before they are set: the project's own seeds with kickers, decks, bylines, captions, notes."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from benchmarks.typography import vocabulary as words
from benchmarks.typography.english import make_english
from benchmarks.typography.written import Written, long_articles, seed_articles, set_articles
from classify.text.words import segmenter

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.typography.style import Style

_CLAUSE = re.compile(r"(?<=[，。；：])[^，。；：、！？“”《》（）\s]{7,20}(?=[，。；])")
_SENTENCE = re.compile(r".+?[。！？]+[”’」』）)]*")


@dataclass(slots=True)
class Story:
    """An article before it is set. A part that is not there is empty."""

    kind: str
    headline: str = ""
    split_headline: bool = False
    """The two parts of the headline stand in lines of their own."""
    kicker: str = ""
    deck: str = ""
    label: str = ""
    byline: str = ""
    source: str = ""
    note: list[str] = field(default_factory=list)
    """An editor's note or key points, one string a paragraph."""
    lead: str = ""
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    """``(role, text)``, the role ``body``, ``subhead``, or ``row`` for a line of body that is not wrapped."""
    captions: list[tuple[str, str]] = field(default_factory=list)
    """``(text, credit)``; the credit is empty where it is part of the text."""
    credit: str = ""
    credit_first: bool = False
    signature: str = ""
    """Names in the last line of the body."""
    last_byline: str = ""
    """Names in a line of their own after the body."""
    ending: list[str] = field(default_factory=list)
    """Lines of boilerplate after the body, or a jump line."""


def make_stories(rng: random.Random, style: Style) -> list[Story]:
    """Return the articles of a page that is set in `style`, in the order of the page."""
    if style.english:
        seeds: Iterator[Written] = (make_english(rng) for _ in range(200))
    else:
        seeds = _pick(rng, style)
    kinds, weights = zip(*style.kinds, strict=True)
    stories: list[Story] = []
    while len(stories) < style.stories:
        stories += _GROUPS[rng.choices(kinds, weights)[0]](rng, style, seeds)
    return stories


def _pick(rng: random.Random, style: Style) -> Iterator[Written]:
    """Return articles without an end, in an order drawn at random; none comes twice before its pool is used up."""
    pools = [seed_articles(), set_articles(), long_articles()]
    long = 0.4 * style.long_share
    shares = (0.85 * (1.0 - long), 0.15 * (1.0 - long), long)
    turns = [itertools.cycle(rng.sample(pool, len(pool))) for pool in pools]
    while True:
        yield next(rng.choices(turns, shares)[0])


# -- kinds of articles --------------------------------------------------------------------------------


def _feature(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """A news item or a long feature."""
    article = next(seeds)
    paragraphs = article.texts()
    story = Story("story", headline=article.headline)
    clauses = _clauses(rng, paragraphs)
    _add_body(rng, style, story, article, clauses)
    _add_display(rng, style, story, article, clauses)
    _add_byline(rng, style, story, _names(rng))
    _add_captions(rng, style, story, article, clauses)
    if article.note and rng.random() < 0.7:
        story.note = [article.note]
    elif rng.random() < style.note_rate:
        story.note = _note(rng, paragraphs, clauses)
    if rng.random() < style.ending_rate:
        story.ending = _boilerplate(rng, style)
    if rng.random() < style.jump_out:
        _jump_out(rng, story)
    return [story]


def _photo(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """A photograph with a text of its own, with or without a title."""
    title, paragraphs = _plain(next(seeds))
    opening = rng.choice(
        ("", "", "图为", "图为", "日前，", "近日，", f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日，", "▲")
    )
    story = Story("photo", headline=title if rng.random() < 0.6 else "")
    text = opening + _sentences(paragraphs, rng.randint(30, 140))
    credit = words.make_credit(rng, words.make_name(rng))
    where = rng.random()
    if where < 0.3:
        text += rng.choice(("", " ", "　　")) + credit
    else:
        story.credit, story.credit_first = credit, where > 0.65
    if opening == "" and rng.random() < 0.3:
        story.lead = words.make_lead(rng, _names(rng))
    story.paragraphs = [("body", text)]
    return [story]


def _briefs(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """Briefs in a row under one label, each with its mark."""
    stories = []
    for _ in range(rng.randint(1, 6)):
        title, paragraphs = _plain(next(seeds))
        story = Story("brief", paragraphs=[("body", _sentences(paragraphs, rng.randint(20, 120)))])
        if rng.random() < style.brief_heads or not style.brief_mark:
            story.headline = style.brief_mark + _longest_part(title)
        else:
            story.paragraphs = [("body", style.brief_mark + story.paragraphs[0][1])]
        if rng.random() < 0.6:
            story.signature = words.make_signature(rng, _names(rng)[:2])
        stories.append(story)
    if rng.random() < 0.6:
        label = words.make_column_label(rng)
        stories[0].label = rng.choice((label, label, " ".join(label), f"【{label}】", f"■{label}"))
    return stories


def _notices(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """Notices in a row, each with a title, or all under one label."""
    label = words.make_notice_title(rng) if rng.random() < 0.3 else ""
    stories = []
    for _ in range(rng.randint(1, 6)):
        story = Story("notice", headline="" if label else words.make_notice_title(rng))
        story.paragraphs = [("body", words.make_notice_text(rng))]
        if rng.random() < 0.3:
            region, year = words.make_region(rng), style.year
            story.paragraphs += [
                ("row", region + rng.choice(("市人民法院", "供电公司", "商贸有限公司", "市自然资源局"))),
                ("row", f"{year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"),
            ][: rng.randint(1, 2)]
        stories.append(story)
    stories[0].label = label
    return stories


def _comment(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """A comment under its label, signed before or after."""
    title, paragraphs = _plain(next(seeds))
    label = rng.choice(words.COMMENT_LABELS)
    label = rng.choice((label, label, f"【{label}】", f"■{label}", " ".join(label)))
    story = Story("comment", headline=title if rng.random() < 0.75 else "", label=label)
    story.paragraphs = [("body", p) for p in _short(rng, paragraphs, style)]
    names = _names(rng)[:1]
    where = rng.random()
    if where < 0.4:
        story.byline = words.make_author(rng, names)
    elif where < 0.6:
        story.signature = words.make_signature(rng, names)
    elif where < 0.7:
        story.last_byline = words.make_author(rng, names)
    return [story]


def _jump(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """The end of an article that began on another page, with or without its title."""
    title, paragraphs = _plain(next(seeds))
    story = Story("jump", headline=title if rng.random() < 0.5 else "")
    jump = words.make_jump(rng, ("上接", "上接", "紧接", "接"))
    __, _, rest = paragraphs[0].partition("，")
    if rest and rng.random() < 0.5:  # it was cut inside a sentence
        paragraphs[0] = rest
    story.paragraphs = [("body", p) for p in _short(rng, paragraphs, style)]
    if rng.random() < 0.25:
        story.paragraphs.insert(0, ("row", jump))
    else:
        story.lead = jump + rng.choice(("", "", " ", "　"))
    if rng.random() < 0.3:
        story.signature = words.make_signature(rng, _names(rng))
    return [story]


def _jump_column(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """A column of continued articles, then comments or an editor's note."""
    stories = [story for _ in range(rng.randint(1, 2)) for story in _jump(rng, style, seeds)]
    for _ in range(rng.randint(1, 2)):
        if rng.random() < 0.6:
            stories += _comment(rng, style, seeds)
        else:
            text = _sentences(next(seeds).texts(), rng.randint(40, 160))
            mark = rng.choice(("编者按", "编后", "编者的话", "编者按："))
            stories.append(
                Story("comment", label=mark, paragraphs=[("body", text)])
                if rng.random() < 0.5
                else Story("comment", paragraphs=[("body", rng.choice((f"【{mark}】", f"{mark}　")) + text)])
            )
    return stories


def _verses(rng: random.Random, style: Style, seeds: Iterator[Written]) -> list[Story]:
    """A poem: short ragged lines, with or without punctuation."""
    title, paragraphs = _plain(next(seeds))
    lines = re.findall(r"[^，。；：！？“”]{3,14}[，。；：！？]?", "".join(paragraphs))[: rng.randint(6, 24)]
    if rng.random() < 0.6:
        lines = [line.rstrip("，。；：") for line in lines]
    story = Story("verses", headline=_longest_part(title), byline=words.make_author(rng, _names(rng)[:1]))
    story.paragraphs = [("row", line) for line in lines] or [("body", paragraphs[0])]
    return [story]


_GROUPS: dict[str, Callable[[random.Random, Style, Iterator[Written]], list[Story]]] = {
    "story": _feature,
    "photo": _photo,
    "briefs": _briefs,
    "notices": _notices,
    "comment": _comment,
    "jump": _jump,
    "jump_column": _jump_column,
    "verses": _verses,
}


def _plain(article: Written) -> tuple[str, list[str]]:
    """Return the headline and the paragraphs of the body."""
    return article.headline, article.texts()


# -- parts of an article ------------------------------------------------------------------------------


def _names(rng: random.Random) -> list[str]:
    return [words.make_name(rng) for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4)))]


def _longest_part(title: str) -> str:
    return max(re.split(r"[ 　：，]", title), key=len)


def _clauses(rng: random.Random, paragraphs: Sequence[str]) -> list[str]:
    """Return clauses of a text, some of their words left out: subheads, decks and captions are made of them.

    So they share words with the text, but say nothing just as the text does, as those that editors write.
    """
    found = _CLAUSE.findall("".join(paragraphs)) or [paragraphs[0][:12]]
    return [_reword(rng, clause) for clause in found]


def _reword(rng: random.Random, clause: str) -> str:
    kept = [word for word in _cut(clause) if rng.random() < 0.7]
    if rng.random() < 0.3:  # what it is about comes last, or first
        kept = kept[len(kept) // 2 :] + kept[: len(kept) // 2]
    text = "".join(kept)
    return text if len(text) >= 5 else clause


@lru_cache(maxsize=20_000)
def _cut(clause: str) -> tuple[str, ...]:
    return tuple(segmenter().cut(clause))


def _sentences(paragraphs: Sequence[str], limit: int) -> str:
    """Return whole sentences from the start, until there are more than `limit` characters."""
    out = ""
    for sentence in _SENTENCE.findall("".join(paragraphs)) or [paragraphs[0]]:
        out += sentence
        if len(out) > limit:
            break
    return out


def _short(rng: random.Random, paragraphs: Sequence[str], style: Style) -> list[str]:
    """Cut some long paragraphs at their sentences, as a paper that likes short ones does."""
    out: list[str] = []
    for paragraph in paragraphs:
        if len(paragraph) < 60 or rng.random() > style.short_paragraphs:
            out.append(paragraph)
            continue
        part, limit = "", rng.randint(20, 120)
        for sentence in re.findall(r".+?(?:[。！？]+[”’」』）)]*|$)", paragraph):
            part += sentence
            if len(part) > limit:
                out.append(part)
                part, limit = "", rng.randint(20, 120)
        if part:
            out.append(part)
    return out


def _add_body(rng: random.Random, style: Style, story: Story, article: Written, clauses: list[str]) -> None:
    """Set the body, or its first part, with the article's own subheads or such as are made from clauses under them."""
    limit = rng.choice((100, 200, 300, 500, 900, 1500, 8000, 8000))
    answers = len(article.paragraphs) > 3 and rng.random() < 0.03
    own_subheads = any(role == "subhead" for role, _ in article.paragraphs)
    keep_subheads = rng.random() < 1.5 * style.subhead_rate
    number, n_body, size = 0, 0, 0
    for role, text in article.paragraphs:
        if role == "subhead":
            if keep_subheads and n_body:
                story.paragraphs.append(("subhead", _marked(rng, text, style, number)))
                number += 1
            continue
        for piece in _short(rng, [text], style):
            if (
                n_body
                and not own_subheads
                and len(article.paragraphs) > 2
                and rng.random() < style.subhead_rate
            ):
                near = _clauses(rng, [piece]) if rng.random() < 0.5 else clauses
                story.paragraphs.append(("subhead", _subhead(rng, near, style, number)))
                number += 1
            story.paragraphs.append(("body", f"{('问', '答')[n_body % 2]}：{piece}" if answers else piece))
            n_body += 1
            size += len(piece)
        if size > limit:
            break
    if story.paragraphs[-1][0] == "subhead":
        story.paragraphs.pop()
    if style.one_paragraph:
        story.paragraphs = [("body", "".join(text for _, text in story.paragraphs))]
    if rng.random() < style.rows_rate:
        at = rng.randint(1, len(story.paragraphs))
        story.paragraphs[at:at] = [("row", row) for row in _table(rng)]


def _table(rng: random.Random) -> list[str]:
    """Return the lines of a table of figures or of a list of names."""
    n, blank = rng.randint(3, 9), rng.choice((" ", "  ", "　"))
    if rng.random() < 0.4:
        return [
            blank.join(
                words.make_region(rng) + rng.choice(("镇", "厂", "县")) + words.make_name(rng)
                for _ in range(rng.randint(1, 4))
            )
            for _ in range(n)
        ]
    cells = rng.randint(1, 5)
    form = rng.choice(("{:.0f}", "{:.1f}%", "{:.2f}", "{:.1f}万吨"))
    return [
        blank.join([words.make_region(rng), *(form.format(rng.uniform(1, 999)) for _ in range(cells))])
        for _ in range(n)
    ]


def _subhead(rng: random.Random, clauses: list[str], style: Style, number: int) -> str:
    text, numeral = rng.choice(clauses), words.NUMERALS[number % 10]
    return {
        "plain": text[:14],
        "clauses": f"{text[:8]}，{rng.choice(clauses)[:8]}",
        "pair": f"{text[:7]}{rng.choice((' ', '　'))}{rng.choice(clauses)[:7]}",
        "numbered": f"{numeral}、{text}",
        "bracketed": f"（{numeral}）{text}",
        "digit": f"{number + 1}.{text}",
        "marked": rng.choice("■●◆★▶") + text,
        "question": text + "？",
        "number": rng.choice((numeral, f"（{numeral}）", f"{number + 1}", f"{number + 1:02}")),
    }[style.subhead_form]


def _marked(rng: random.Random, text: str, style: Style, number: int) -> str:
    """Return a subhead of the article's own with the marks of the page's style."""
    numeral = words.NUMERALS[number % 10]
    form = style.subhead_form if not re.match("[一二三四五六七八九十（(\\d]", text) else "plain"
    return {
        "numbered": f"{numeral}、{text}",
        "bracketed": f"（{numeral}）{text}",
        "digit": f"{number + 1}.{text}",
        "marked": rng.choice("■●◆★▶") + text,
    }.get(form, text)


def _add_display(
    rng: random.Random, style: Style, story: Story, article: Written, clauses: list[str]
) -> None:
    """Give a news item its kicker, headline, deck and label.

    A kicker says which column, office or meeting; it shares no words with the article. A deck says more of what
    happened and shares them. A subject (someone or some place) may be the headline where the deck says the rest.
    """
    if rng.random() < style.headline_missing:
        story.headline = ""
        return
    if rng.random() < style.question_heads:
        story.headline = rng.choice(("{}？", "为何{}？", "{}，怎么办？", "{}，路在何方？")).format(
            rng.choice(clauses)
        )
    own = bool(article.kicker or article.decks) and rng.random() < 0.85
    if own:
        story.kicker = article.kicker if rng.random() < (0.9 if style.kicker_rate else 0.4) else ""
        if rng.random() < (0.9 if style.deck_rate else 0.4):
            story.deck = rng.choice(("　", " ", "")).join(article.decks)
        if not story.kicker and not story.deck:
            _divide_title(rng, style, story)
    elif rng.random() < style.subject_heads:
        subject = words.make_subject(rng)
        story.headline, story.deck = subject, "".join(story.headline.split())
        _name_subject(rng, story, subject)
    else:
        _divide_title(rng, style, story)
    if rng.random() < style.tagged_heads:
        story.headline += f"（{words.make_rubric(rng)}）"
    if not story.kicker and rng.random() < style.kicker_rate:
        in_series = style.series and rng.random() < 0.7
        story.kicker = rng.choice(style.series) if in_series else words.make_kicker(rng)
        if rng.random() < 0.05:
            story.kicker += rng.choice(("：", "——"))
    if not own and not story.deck and rng.random() < style.deck_rate:
        story.deck = rng.choice(clauses)
        if len(story.deck) < 10 or rng.random() < 0.3:
            story.deck += rng.choice((" ", "　", "，", "")) + rng.choice(clauses)
    if story.deck and not own and rng.random() < style.long_decks:  # a standfirst of whole sentences
        story.deck = _sentences([p for _, p in story.paragraphs], rng.randint(30, 120))
    elif story.deck and not story.deck.startswith("—"):
        story.deck = (
            rng.choice(("——", "", "", "—")) if style.deck_mark == "mixed" else style.deck_mark
        ) + story.deck
    if rng.random() < style.label_rate or (article.label and rng.random() < 0.5):
        label = article.label or rng.choice((words.make_rubric(rng), words.make_column_label(rng)))
        section = rng.choice(words.SECTIONS)
        story.label = rng.choice(
            (
                f"【{label}】",
                " ".join(label),
                f"■{label}",
                f"[{label}]",
                f"·{label}·",
                " ".join(section),
                f"◆{label}◆",
            )
        )


def _name_subject(rng: random.Random, story: Story, subject: str) -> None:
    """Let the first sentence of a body name the subject of its headline, as a news item does."""
    role, text = story.paragraphs[0]
    opening = rng.choice(
        ("{}：", "{}近日", "据{}消息，", "近日，{}传来消息，", "记者从{}获悉，", "今年以来，{}")
    )
    story.paragraphs[0] = (role, opening.format(subject) + text)


def _divide_title(rng: random.Random, style: Style, story: Story) -> None:
    """Set a title of two parts as the page's style has it."""
    halves = [half for half in re.split(r"[ 　]+", story.headline) if half]
    if len(halves) != 2:
        return
    way = style.two_part
    if way == "mixed":
        way = rng.choice(("line", "lines", "deck", "kicker"))
    if way == "deck" and min(map(len, halves)) >= 4:
        story.headline, story.deck = halves
    elif way == "kicker" and min(map(len, halves)) >= 4:
        story.kicker, story.headline = halves
    elif way == "joined":
        story.headline = "".join(halves)
    else:
        story.headline = rng.choice(("　", "  ", " ")).join(halves)
        story.split_headline = way == "lines"


def _add_byline(rng: random.Random, style: Style, story: Story, names: list[str]) -> None:
    form = rng.choice(style.bylines)
    if form == "lead":
        story.lead = words.make_lead(rng, names)
    elif form == "wire":
        story.lead = words.make_wire_lead(rng, names)
    elif form == "bracket":
        story.lead = words.make_bracket_lead(rng, names)
    elif form == "line":
        story.byline = words.make_byline(rng, names)
        if rng.random() < 0.1:  # who wrote stands above, what paper it is in the lead
            story.lead = rng.choice(("本报讯 ", "本报讯　", words.make_wire_lead(rng, names)))
    elif form == "author":
        story.byline = words.make_author(rng, names)
    elif form == "end":
        story.signature = words.make_signature(rng, names)
    elif form == "endline":
        story.last_byline = rng.choice(
            (
                words.make_byline(rng, names),
                words.make_author(rng, names),
                f"撰文：{names[0]} news{rng.randint(1, 99)}@example.cn",
                f"文/{names[0]} 图/{words.make_name(rng)}",
                f"（{'、'.join(names)}）",
                "本报综合报道",
            )
        )
    if story.lead and rng.random() < style.lead_alone:
        story.paragraphs.insert(0, ("row", story.lead.strip()))
        story.lead = ""
    if style.archive_source:
        month, day, page = rng.randint(1, 12), rng.randint(1, 28), rng.randint(1, 20)
        story.source = rng.choice(
            (
                f"《{style.paper}》（{style.year}年{month}月{day}日 第 {page:02} 版）",
                f"《{style.paper}》（{style.year}年{month}月{day}日 第 {page:02} 版）",
                f"来源：{style.paper} {style.year}-{month:02}-{day:02}",
                f"{style.paper} {style.year}年{month}月{day}日 第{page}版",
                f"{style.year}-{month:02}-{day:02} {page:02}:{day:02}　来源：{style.paper}",
            )
        )


def _add_captions(
    rng: random.Random, style: Style, story: Story, article: Written, clauses: list[str]
) -> None:
    own = list(article.captions) if style.caption_rate and rng.random() < 0.8 else []
    if not own and rng.random() >= style.caption_rate:
        return
    for k in range(max(len(own), rng.choice((1, 1, 1, 2, 3)) if not own else 0)):
        mark = rng.choice(("", "", "图为", "图为", "上图：", "▲", "▼", "↑", "（左图）", "图①："))
        if own:
            text = ("" if mark == "图为" else mark) + own[k].rstrip("。") + rng.choice(("。", "。", ""))
        else:
            text = mark + rng.choice(clauses) + rng.choice(("", "", "", "，" + rng.choice(clauses)))
            text += rng.choice(("。", "。", "", "现场。", "（左二）。"))
        credit = words.make_credit(rng, words.make_name(rng))
        if rng.random() < 0.25:
            story.captions.append((text, credit))
        else:
            story.captions.append((text + rng.choice((" ", " ", "", "　　")) + credit, ""))


def _note(rng: random.Random, paragraphs: Sequence[str], clauses: list[str]) -> list[str]:
    """Return an editor's note after its mark, or key points under theirs."""
    if rng.random() < 0.6:
        mark = rng.choice(("编者按：", "编者按 ", "【编者按】", "核心提示 ", "阅读提示：", "核心阅读　"))
        return [mark + _sentences(paragraphs[::-1], rng.randint(30, 120))]
    return [
        rng.choice(("核心阅读", "亮点", "阅读提示", "要点", "编者按")),
        *rng.sample(clauses, min(len(clauses), rng.randint(1, 3))),
    ]


def _boilerplate(rng: random.Random, style: Style) -> list[str]:
    name = words.make_name(rng)
    lines = [
        f"（责任编辑：{name}）",
        f"责任编辑：{name}",
        f"扫码关注{style.paper}公众号",
        f"（责任编辑：{name}）扫码关注更多精彩内容",
        f"编辑/{name} 校对/{words.make_name(rng)}",
        "版权声明：未经授权不得转载。",
        f"更多内容请登录{style.paper}客户端",
        f"新闻热线：0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}",
    ]
    return rng.sample(lines, rng.choice((1, 1, 2)))


def _jump_out(rng: random.Random, story: Story) -> None:
    """Let an article go on elsewhere: a jump line after its body or at its end, perhaps in mid-sentence."""
    jump = words.make_jump(rng, ("下转", "下转", "转"))
    role, text = story.paragraphs[-1]
    if role == "body" and rng.random() < 0.5 and len(text) > 40:
        text = text[: rng.randint(30, len(text) - 2)]
    if role == "body" and rng.random() < 0.5:
        text += jump
    else:
        story.ending = [jump]
    story.signature = story.last_byline = ""
    story.paragraphs[-1] = (role, text)
