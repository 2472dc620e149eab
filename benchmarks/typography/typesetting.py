"""Articles to lines: wrapping, the blocks of an article, the order an extractor gives them in, furniture and noise."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from benchmarks.typography import vocabulary as words
from benchmarks.typography.style import BLANKS, Style
from benchmarks.typography.written import seed_articles

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

    from benchmarks.typography.stories import Story

NO_START = "，。、；：？！”’）》】…—·%"
NO_END = "“‘（《【"
_TWINS = (
    "人入 入人 未末 日曰 己已 已己 大太 土士 干千 天夭 末未 提捉 升开 资贸 金全 投没 设没 网冈 田由 生牛 力刀 "
    "。. ，. 、， ：: “” 《（ 2Z 0O 1l 中申 目日 农衣 收牧 间问 成或 业亚"
)
OCR_TWINS = {pair[0]: pair[1] for pair in _TWINS.split()}
"""Characters that OCR programs take for one another."""


@dataclass(slots=True)
class PageLine:
    """A line with its role; ``story`` is the number of its article, −1 for none. A blank line has an empty text.

    ``place`` is greater for lines that are read later in the same article, −1 where that is not known.
    """

    text: str
    role: str = ""
    story: int = -1
    place: int = -1


Block = list[PageLine]
Part = tuple[str, Block]
"""A block with its kind: ``head``, ``byline``, ``body``, ``caption``, ``tail``, ``furniture``."""


# -- lines --------------------------------------------------------------------------------------------


def wrap(
    text: str,
    width: float,
    *,
    kinsoku: str = "none",
    keep_words: bool = False,
    jitter: float = 0.0,
    rng: random.Random | None = None,
) -> list[str]:
    """Return `text` in lines of about `width` full-width characters; ASCII takes half of one.

    Parameters
    ----------
    kinsoku
        ``none``: a line may begin with closing punctuation. ``hang``: the punctuation stays, the line is longer.
        ``push``: the character before goes to the next line too, the line is shorter. With both, no line ends with
        an opening mark.
    keep_words
        Numbers and Latin words are not broken.
    jitter
        Share of lines that are a character longer or shorter; needs `rng`.

    >>> wrap("水库蓄水，农田灌溉。", 4)
    ['水库蓄水', '，农田灌', '溉。']
    >>> wrap("水库蓄水，农田灌溉。", 4, kinsoku="hang")
    ['水库蓄水，', '农田灌溉。']
    >>> wrap("水库蓄水，农田灌溉。", 4, kinsoku="push")
    ['水库蓄', '水，农田', '灌溉。']
    """
    if math.isinf(width):
        return [text] if text else []
    tokens = re.findall(r"[A-Za-z0-9.%@-]+|.", text, re.DOTALL) if keep_words else text
    lines: list[str] = []
    line, used, room = "", 0.0, width
    for token in tokens:
        size = sum(0.5 if c.isascii() else 1.0 for c in token)
        if line and used + size > room + 0.25:
            if kinsoku == "hang" and token in NO_START and used <= room + 0.6:
                line += token
                used += size
                continue
            carried = 0
            if kinsoku == "push" and token in NO_START and len(line) > 2:
                carried = 2 if line[-1] in NO_START else 1
            elif kinsoku != "none" and len(line) > 2 and line[-1] in NO_END:
                carried = 1
            if carried:
                line, token = line[:-carried], line[-carried:] + token
                size += carried
            lines.append(line)
            line, used, room = "", 0.0, width
            if jitter and rng and rng.random() < jitter:
                room = max(3.0, width + rng.choice((-1, -1, 1)))
            if token in " 　":
                continue
        line += token
        used += size
    return [*lines, line] if line else lines


def _display(text: str, role: str, number: int, width: float, *, balanced: bool) -> Block:
    """Return a headline, kicker or deck in lines no wider than `width`: full lines, or `balanced` ones."""
    lines = wrap(text, width)
    if len(lines) > 1 and balanced:
        parts = re.split(r"[ 　]+", text)
        if len(parts) != len(lines):
            size = -(-len(text) // len(lines))
            parts = [text[i : i + size].strip() for i in range(0, len(text), size)]
        lines = [part for part in parts if part]
    return [PageLine(line.strip(), role, number) for line in lines if line.strip()]


def _vertical(text: str, role: str, number: int, rng: random.Random) -> Block:
    """Return a line for each character; two figures may share one."""
    pattern = r"\d{2}(?!\d)|\S" if rng.random() < 0.5 else r"\S"
    return [PageLine(c, role, number) for c in re.findall(pattern, text)]


def _paragraph(text: str, number: int, width: float, style: Style, rng: random.Random) -> Block:
    mark = "" if style.indent == "none" else "　　"
    if text[:1] in "●■▲◆★▶○【" and rng.random() < 0.7:
        mark = ""
    lines = wrap(
        mark + text, width, kinsoku=style.kinsoku, keep_words=style.keep_words, jitter=style.jitter, rng=rng
    )
    if mark and style.indent == "lost":
        lines[0] = lines[0].lstrip("　")
    elif mark and style.indent == "ascii":
        lines[0] = lines[0].replace("　　", "    ", 1)
    return [PageLine(line, "body", number) for line in lines if line.strip()]


# -- the blocks of an article -------------------------------------------------------------------------


def set_story(rng: random.Random, style: Style, number: int, story: Story) -> list[Part]:
    """Return the blocks of an article in the order of reading."""
    width = style.width
    if style.width_spread and rng.random() < 0.5:
        width = max(6.0, round(width * (1 + rng.uniform(-1, 1.6) * style.width_spread)))
    narrow = rng.choice((width, width, 34.0)) if math.isinf(width) else width  # of all that is not body

    def put(text: str, role: str, least: float = 0.0) -> Block:
        measure = width if math.isinf(width) else max(width, least)
        lines = wrap(text, measure, kinsoku=style.kinsoku, keep_words=style.keep_words)
        return [PageLine(line, role, number) for line in lines if line.strip()]

    vertical = len(story.headline) >= 5 and story.kind != "brief" and rng.random() < style.vertical_heads
    head = _set_head(rng, style, number, story, narrow, vertical=vertical)
    byline = put(story.byline, "byline", rng.choice((0.0, 12.0, 20.0)))
    byline += put(story.source, "source", 24.0)
    for paragraph in story.note:
        byline += put(paragraph, "note")
    body = _set_body(rng, style, number, story, width)
    credit = put(story.credit, "credit", rng.choice((0.0, 10.0)))
    tail = put(story.last_byline, "byline", rng.choice((0.0, 12.0, 20.0)))
    for line in story.ending:
        tail += put(line, "furniture", rng.choice((0.0, 16.0)))
    if story.credit_first:
        byline += credit
    else:
        tail = credit + tail
    # A vertical headline stands beside its body, and extractors give it before or after.
    at_the_end = rng.random() < max(style.head_after, 0.5 * vertical) and bool(head)
    inside = rng.random() < style.head_inside and bool(head) and len(body) > 14
    if at_the_end:
        parts = [("byline", byline), ("body", body), ("tail", tail), ("head", head)]
    elif inside:  # the headline stands in the middle of its columns
        at = rng.randint(5, len(body) - 5)
        parts = [("byline", byline), ("body", body[:at]), ("head", head), ("body", body[at:]), ("tail", tail)]
    else:
        parts = [("head", head), ("byline", byline), ("body", body), ("tail", tail)]
    for text, own_credit in story.captions:
        measure = max(6.0, narrow * rng.choice((0.7, 1.0, 1.0, 1.0, 1.5)))
        block = [PageLine(line, "caption", number) for line in wrap(text, measure, kinsoku=style.kinsoku)]
        block += [
            PageLine(line, "credit", number) for line in wrap(own_credit, measure, kinsoku=style.kinsoku)
        ]
        _place_caption(rng, parts, block)
    for place, line in enumerate([line for _, block in parts for line in block]):
        line.place = place
    return [(kind, block) for kind, block in parts if block]


def _set_head(
    rng: random.Random, style: Style, number: int, story: Story, column: float, *, vertical: bool
) -> Block:
    width = max(5.0, column * style.head_width * (1.0 if style.head_width == 1.0 else rng.uniform(0.8, 1.25)))
    label = [PageLine(story.label, "label", number)] if story.label else []
    balanced = rng.random() < style.head_balanced
    kicker = _display(
        story.kicker, "kicker", number, rng.choice((width, max(width, 16.0))), balanced=balanced
    )
    if vertical and rng.random() < 0.5:
        kicker = _vertical(story.kicker, "kicker", number, rng)
    if vertical:
        headline = _vertical(story.headline, "headline", number, rng)
    elif story.split_headline:
        headline = [
            line
            for part in re.split(r"[ 　]+", story.headline)
            for line in _display(part, "headline", number, width, balanced=balanced)
        ]
    else:
        headline = _display(story.headline, "headline", number, width, balanced=balanced)
    if rng.random() < style.head_spaced:
        for line in headline:
            line.text = " ".join("".join(line.text.split()))
    deck_width = column if len(story.deck) > 40 else rng.choice((width, width, column, max(width, 18.0)))
    deck = _display(story.deck, "deck", number, deck_width, balanced=balanced)
    stack = [kicker, headline, deck]
    if style.head_order == "headline_first" and rng.random() < 0.8:
        stack = [headline, kicker, deck]
    elif style.head_order == "shuffled" and rng.random() < 0.5:
        rng.shuffle(stack)
    return [line for block in (label, *stack) for line in block]


def _set_body(rng: random.Random, style: Style, number: int, story: Story, width: float) -> Block:
    body: Block = []
    for i, (role, text) in enumerate(story.paragraphs):
        last = i == len(story.paragraphs) - 1
        if role == "row":
            body.append(PageLine(text + (story.signature if last else ""), "body", number))
        elif role == "subhead":
            body += [PageLine(line, "subhead", number) for line in wrap(text, width, kinsoku=style.kinsoku)]
        else:
            text = (story.lead if i == 0 else "") + text + (story.signature if last else "")
            lines = _paragraph(text, number, width, style, rng)
            if last and len(lines) > 2 and rng.random() < style.full_ends:  # copy is cut to fill the column
                lines.pop()
                lines[-1].text = lines[-1].text[:-1] + "。"
            body += lines
    if style.broken_lines:
        body = [piece for line in body for piece in _broken(rng, style, line)]
    if style.justified:
        for line in body:
            if rng.random() < style.justified and len(line.text) > 3:
                line.text = _justified(rng, line.text)
    if body and rng.random() < style.leading_blank:
        body[0].text = " " + body[0].text
    return body


def _place_caption(rng: random.Random, parts: list[Part], caption: Block) -> None:
    """Put a caption after its article, before it, before its body, or between two of its columns."""
    longest = max(range(len(parts)), key=lambda i: len(parts[i][1]) if parts[i][0] == "body" else -1)
    where = rng.choices(("after", "inside", "before body", "first"), (50, 30, 12, 8))[0]
    body = parts[longest][1]
    if where == "inside" and len(body) > 8:
        at = rng.randint(3, len(body) - 3)
        parts[longest : longest + 1] = [("body", body[:at]), ("caption", caption), ("body", body[at:])]
    else:
        parts.insert({"before body": longest, "first": 0}.get(where, len(parts)), ("caption", caption))


def _broken(rng: random.Random, style: Style, line: PageLine) -> Block:
    """Break a line round doubled punctuation or figures, as extractors do where these were moved."""
    if rng.random() >= style.broken_lines * 3:
        return [line]
    found = re.search(r"(?<=.)(?:[”》）][，。、](?=.)|\d[\d.]*%?(?=.))", line.text)
    if not found:
        return [line]
    pieces = (line.text[: found.start()], found.group(), line.text[found.end() :])
    return [PageLine(piece, line.role, line.story) for piece in pieces if piece.strip()]


def _justified(rng: random.Random, text: str) -> str:
    """Put blanks between all characters, or round figures and opening brackets."""
    if rng.random() < 0.4:
        return " ".join(text.strip())
    return re.sub(
        r"([A-Za-z0-9.]+)", r" \1 " if rng.random() < 0.5 else r" \1", re.sub(r"(（)", r" \1", text)
    )


# -- the order of a page ------------------------------------------------------------------------------


def arrange(rng: random.Random, style: Style, stories: list[list[Part]]) -> list[Part]:
    """Return the blocks of all articles in the order in which an extractor gives them."""
    order = style.order
    if order in ("heads_last", "types", "shuffled") and rng.random() < 0.6:
        stories = [[piece for part in story for piece in _by_role(part)] for story in stories]
    if order in ("heads_first", "heads_last", "types"):
        late: tuple[str, ...] = ("body", "tail") if rng.random() < 0.5 else ("caption", "body", "tail")
        if order == "types":
            late = ("byline", "caption", "body", "tail")
        heads = [part for story in stories for part in story if part[0] not in late]
        rest = [part for story in stories for part in story if part[0] in late]
        if order == "types":
            rest.sort(key=lambda part: late.index(part[0]))
            if rng.random() < 0.3:
                rng.shuffle(heads)
        return rest + heads if order == "heads_last" else heads + rest
    if order == "pieces":
        groups = _pieces(rng, stories)
        for _ in range(max(1, len(groups) // 3)):  # some stand elsewhere
            i, j = rng.randrange(len(groups)), rng.randrange(len(groups))
            groups.insert(j, groups.pop(i))
        return [part for group in groups for part in group]
    if order == "neighbours":
        out: list[Part] = []
        for i in range(0, len(stories), 2):
            pair = [_pieces(rng, [story]) for story in stories[i : i + 2]]
            turns = itertools.zip_longest(*pair, fillvalue=[])
            out += [part for turn in turns for group in turn for part in group]
        return out
    if order == "shuffled" and rng.random() < 0.4:
        stories = [[part for group in _pieces(rng, [story]) for part in group] for story in stories]
    flat = [part for story in stories for part in story]
    if order == "shuffled":
        rng.shuffle(flat)
    elif order == "rows":
        flat = _rows(rng, stories)
    return flat


def _by_role(part: Part) -> list[Part]:
    """Return a head as one block for each of its kicker, headline and deck, any other block as it is."""
    kind, block = part
    if kind != "head":
        return [part]
    return [(kind, list(lines)) for _, lines in itertools.groupby(block, key=lambda line: line.role)]


def _pieces(rng: random.Random, stories: Iterable[list[Part]]) -> list[list[Part]]:
    """Cut bodies where a column ends; each group stands in one piece."""
    groups: list[list[Part]] = []
    for story in stories:
        group: list[Part] = []
        for kind, block in story:
            while kind == "body" and len(block) > 12 and rng.random() < 0.6:
                at = rng.randint(4, len(block) - 4)
                groups.append([*group, (kind, block[:at])])
                group, block = [], block[at:]
            group.append((kind, block))
        groups.append(group)
    return groups


def _rows(rng: random.Random, stories: list[list[Part]]) -> list[Part]:
    """Let the lines of two neighbouring articles stand alternately, or those of their bodies only."""
    out: list[Part] = []
    whole = rng.random() < 0.5
    for i in range(0, len(stories), 2):
        pair = stories[i : i + 2]
        mixed = [
            [line for kind, block in story if whole or kind == "body" for line in block] for story in pair
        ]
        rows = [line for row in itertools.zip_longest(*mixed) for line in row if line]
        if not whole:
            out += [part for story in pair for part in story if part[0] != "body"]
        out.append(("body", rows))
    return out


def join(rng: random.Random, style: Style, parts: list[Part]) -> list[PageLine]:
    """Return the lines of the blocks, with the page's blank lines."""
    chance = BLANKS[style.blanks]
    lines: list[PageLine] = []
    for kind, block in parts:
        if lines:
            same = block[0].story == lines[-1].story
            if rng.random() < max(chance.get("part", 0.0), 0.0 if same else chance.get("story", 0.0)):
                lines.append(PageLine(""))
        for k, line in enumerate(block):
            if k:
                before = block[k - 1]
                share = chance.get("line", 0.0)
                if kind == "head" and (line.role != before.role):
                    share = max(share, chance.get("head", 0.0))
                elif kind == "body" and before.text[-1:] in "。！？”）":
                    share = max(share, chance.get("sentence", 0.0))
                if kind == "body" and "column" in chance and k % style.column_lines == 0:
                    share = 1.0
                if rng.random() < share:
                    lines.append(PageLine(""))
            lines.append(line)
    return lines


# -- furniture ----------------------------------------------------------------------------------------


def add_furniture(rng: random.Random, style: Style, parts: list[Part]) -> list[Part]:
    """Add mastheads, folio lines and the like at the top, at the bottom or inside, teasers and adverts."""
    if style.furniture:
        where = rng.choices(("top", "bottom", "both", "inside"), (45, 20, 20, 15))[0]
        blocks = [_folio(rng, style)]
        if where == "both":
            lines = blocks[0]
            blocks = [lines[: len(lines) // 2], lines[len(lines) // 2 :]]
        elif where == "inside":  # several pages in one text
            blocks += [_folio(rng, style) for _ in range(rng.randint(0, 2))]
        places = {"top": [0], "bottom": [len(parts)], "both": [len(parts), 0]}.get(where)
        places = places or [rng.randint(0, len(parts)) for _ in blocks]
        for at, block in zip(places, blocks, strict=False):
            parts = parts[:at] + _apart(style, block) + parts[at:]
    if style.teaser:
        parts = _apart(style, _teaser(rng)) + parts
    for _ in range(style.adverts):
        at = rng.randint(0, len(parts))
        parts = [*parts[:at], ("furniture", _advert(rng)), *parts[at:]]
    return parts


def _apart(style: Style, block: Block) -> list[Part]:
    """Return furniture as one block, or on spaced pages as a block a line."""
    if style.blanks in ("parts", "ragged"):
        return [("furniture", [line]) for line in block]
    return [("furniture", block)] if block else []


def _folio(rng: random.Random, style: Style) -> Block:
    paper, section, page = style.paper, rng.choice(words.SECTIONS), rng.randint(1, 24)
    date = f"{style.year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    week = f"星期{rng.choice('一二三四五六日')}"
    name = words.make_name
    phone = f"0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}"
    editors = rng.choice(
        (
            f"责任编辑 {name(rng)} 版式 {name(rng)} 校对 {name(rng)}",
            f"责任编辑{name(rng)}版式{name(rng)}校对{name(rng)}",
            f"责编：{name(rng)} 美编：{name(rng)}",
            f"本版编辑：{name(rng)} 校对：{name(rng)} 电话：（010）{phone[-7:]}",
            f"值班主任 {name(rng)} 视觉设计 {name(rng)}",
            f"责编 {name(rng)} 校对 {name(rng)}",
        )
    )
    forms = (
        paper,
        " ".join(paper),
        f"{date} {week}",
        f"{date}{week}",
        date,
        week,
        f"第{page}版",
        f"{page:02}",
        f"A{page:02}",
        f"{section} {page}",
        f"{page:02} {section}",
        f"A{page:02}版 {section}",
        f"{section}·{rng.choice(words.SECTIONS)}",
        " ".join(section) + f" {page}",
        " ".join(section),
        editors,
        editors,
        f"{date} {week} {editors}",
        f"{paper} {date} {week} 第{page}版",
        f"{paper} {chr(65 + page % 3)}{page:02}",
        f"第{rng.randint(1000, 19999)}期 今日{rng.choice((4, 8, 12, 16))}版",
        f"E-mail:news{page}@example.cn",
        f"新闻热线：{phone} 广告热线：{phone} 发行热线：{phone}",
        f"新闻热线：{phone}",
        f"国内统一连续出版物号 CN {page}-{page:04} 邮发代号 {page}-{page}",
        f"{paper}社主办 网址：www.example{page}.cn 邮箱：news@example.cn {editors}",
        f"社址：{words.make_region(rng)}路{page}号 邮政编码：{page:02}4000 每份定价1元",
        f"扫一扫 关注{paper}",
        f"电子邮箱：{page}@example.com",
        "www.example.cn",
        f"农历{rng.choice('正二三四五六七八九')}月{rng.choice(('初', '十', '廿'))}{rng.choice(words.NUMERALS)}",
        f"A{page:02}.pdf {page} {style.year}/{page}/{page} {page}:30:00",
    )
    count = rng.randint(style.furniture, 2 * style.furniture)
    return [PageLine(form, "furniture") for form in rng.sample(forms, count)]


def _teaser(rng: random.Random) -> Block:
    """Return headlines of other pages with their page, as a front page has them."""
    rows: list[str] = []
    for _ in range(rng.randint(1, 4)):
        title, page = rng.choice(seed_articles()).headline, rng.randint(2, 16)
        rows += rng.choice(
            (
                [f"{title}（见第{page}版）"],
                [title, f"详见A{page:02}版"],
                [title, f"P{page}"],
                [f"▶{page}版 {title}"],
            )
        )
    return [PageLine(row, "furniture") for row in ["导读", *rows][rng.randint(0, 1) :]]


def _advert(rng: random.Random) -> Block:
    topic, region = words.make_topic(rng), words.make_region(rng)
    phone = f"0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}"
    what = rng.choice(words.TRADES)
    slogan = rng.choice(words.SLOGANS)
    rows = [
        rng.choice((f"{region}{what}", f"{what}优惠季", f"{region}{what}新店开张")),
        rng.choice((slogan, f"{what}{slogan}", f"{topic} {slogan}")),
        rng.choice((f"电话：{phone}", phone, f"地址：{region}路{rng.randint(1, 300)}号", f"预订：{phone}")),
    ]
    public = [
        "公益广告",
        rng.choice(("节约每一滴水", "珍惜粮食", "礼让行人 平安回家", topic)),
        f"{region}市宣",
    ]
    rows = rng.choice((rows, rows, public, [f"广告热线：{phone}"], ["广告", *rows]))
    return [PageLine(row, "furniture") for row in rows[: rng.randint(1, len(rows))]]


def add_page_numbers(rng: random.Random, style: Style, lines: list[PageLine]) -> list[PageLine]:
    """Put the number of a page between two lines, at even distances."""
    if not style.page_numbers:
        return lines
    form = rng.choice(("第 {} 页", "- {} -", "{}", "— {} —", "第{}页", "·{}·", "Page {}"))
    first, out = rng.randint(1, 90), []
    for i, line in enumerate(lines, 1):
        out.append(line)
        if i % style.page_numbers == 0:
            out.append(PageLine(form.format(first + i // style.page_numbers), "furniture"))
    return out


# -- noise --------------------------------------------------------------------------------------------


def glue_vertical(style: Style, lines: list[PageLine]) -> list[PageLine]:
    """Join the last character of a vertical headline to the first line of the next article, as extractors do."""
    if not style.glue_vertical:
        return lines
    out: list[PageLine] = []
    for line in lines:
        at = len(out) - 1
        while at >= 0 and not out[at].text:  # no blank line stands between them
            at -= 1
        above = out[at - 1 : at + 1] if at else []
        vertical = len(above) == 2 and all(a.role == "headline" and len(a.text) == 1 for a in above)
        if vertical and line.role == "body" and line.story != above[-1].story:
            line.text = above[-1].text + line.text.lstrip()
            del out[at:]
        out.append(line)
    return out


def to_traditional(rng: random.Random, style: Style, lines: list[PageLine]) -> None:
    """Convert the page to traditional characters, mostly with 「」 for “”."""
    if not style.traditional:
        return
    convert = _converter()
    corners = str.maketrans("“”‘’", "「」『』") if rng.random() < 0.8 else {}
    for line in lines:
        line.text = convert(line.text).translate(corners)


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc_pyo3 import OpenCC

    converter = OpenCC("s2t")
    return lambda text: str(converter.convert(text)) if text else text


def add_errors(rng: random.Random, style: Style, lines: list[PageLine]) -> None:
    """Make figures full-width; put in an OCR program's errors: characters lost, doubled twins, or wrong ones."""
    if style.fullwidth_digits:
        wide = {ord(str(d)): chr(0xFF10 + d) for d in range(10)}
        for line in lines:
            line.text = line.text.translate(wide)
    if not style.ocr:
        return
    characters = "".join(line.text for line in lines)
    for line in lines:
        out = []
        for c in line.text:
            r = rng.random()
            if r > style.ocr:
                out.append(c)
            elif r > 0.5 * style.ocr:  # the other half is lost
                out.append(OCR_TWINS.get(c, c if c in "。，" else rng.choice(characters)))
        if len(out) > 1 and out[-1] in NO_START and rng.random() < 6 * style.ocr:
            out.pop()  # small marks at a line's end are lost most easily
        if "".join(out).strip():
            line.text = "".join(out)
