"""Newspaper pages in many typographies, with the role of every line: what the splitter learns from.

Articles are the project's own seeds. A page draws a `Style` (column widths, indents, blank lines, where
headlines stand, how bylines and credits are written, in which order an extractor gives the blocks, script, OCR
errors), lays out some articles with it, and keeps for each line which article it belongs to and its role. The
styles are meant to be wider than any one paper: a real page should lie inside the range, not at its edge.

Nothing in the package uses it yet: it is the material for a splitter that learns its weights.

    >>> from benchmarks.typography import make_page
    >>> page = make_page(3)
    >>> page.lines[0].role in ROLES
    True

The same seed gives the same page.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]

ROLES = (
    "label",
    "kicker",
    "headline",
    "deck",
    "byline",
    "source",
    "note",
    "body",
    "subhead",
    "caption",
    "credit",
    "furniture",
)
"""``label`` is a rubric in its own box; ``source`` an archive's line 《…》（… 第 02 版）; ``note`` an editor's note."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏章苏潘葛范彭郎鲁韦马苗方俞任袁"
    "柳鲍史唐费岑薛雷贺倪"
    "汤滕罗毕郝邬安常乐于傅康伍余元卜顾孟黄穆萧尹姚邵汪毛"
)
GIVEN = (
    "伟丽强梅建华国文新立海燕航宇明志远晓红春雪静慧泽思智少怡霞萍钊仕雨桐砚秋知遥若川景澄书闻笛牧野青禾云"
    "帆子墨嘉树念真一诺"
)
PLACES = [
    "北京",
    "西安",
    "郑州",
    "昆明",
    "福州",
    "南京",
    "济南",
    "长沙",
    "合肥",
    "海口",
    "兰州",
    "呼和浩特",
    "乌鲁木齐",
    "云港",
    "柳湾",
    "石泉",
    "铜坪",
    "东京",
    "巴黎",
    "日内瓦",
    "内罗毕",
]
PAPERS = [
    "云港日报",
    "柳湾晚报",
    "石泉时报",
    "铜坪商报",
    "云港都市报",
    "江州晨报",
    "南岭新报",
    "海湾早报",
    "北原法治报",
    "东岭青年报",
]
SECTIONS = [
    "要闻",
    "综合",
    "本地新闻",
    "时政",
    "民生",
    "社会",
    "法治",
    "经济",
    "财经",
    "教育",
    "文化",
    "体育",
    "健康",
    "科技",
    "农业",
    "三农",
    "生态",
    "旅游",
    "副刊",
    "评论",
    "理论",
    "国际",
    "国内",
    "县域",
    "城事",
    "视点",
    "焦点",
    "港闻",
    "中国",
    "公告",
    "广告",
]
LABELS = [
    "民生关注",
    "记者走基层",
    "行风热线",
    "城事",
    "百姓话题",
    "绿色家园",
    "政策解读",
    "一线调研",
    "深度观察",
    "聚焦乡村振兴",
    "文明创建进行时",
    "平安建设",
    "新春走基层",
    "营商环境面对面",
    "市民论坛",
    "法治课堂",
    "消费提示",
    "健康驿站",
    "简讯",
    "快讯",
    "要闻速览",
    "简明新闻",
    "图片新闻",
    "新闻链接",
    "相关链接",
    "短评",
    "编者按",
    "身边好人",
    "云港之声",
    "经济大讲堂",
    "高质量发展调研行",
    "学思想见行动",
    "安全生产月",
    "科普角",
    "老街旧事",
    "每周一问",
    "数读",
    "说法",
    "民声",
    "互动",
    "记者手记",
    "国际观察",
    "港澳台讯",
    "天下",
    "热点追踪",
    "现场",
    "人物",
]
TOPICS = [
    "高质量发展",
    "乡村振兴",
    "营商环境",
    "平安建设",
    "生态文明",
    "安全生产",
    "民生实事",
    "科技创新",
    "文旅融合",
    "基层治理",
    "老旧小区改造",
    "数字经济",
    "共同富裕",
    "文明城市",
    "国土绿化",
    "森林防火",
    "护航夏收",
    "百日攻坚",
    "反诈宣传",
    "河湖治理",
    "人才强市",
    "养老服务",
    "教育强国",
    "大国重器",
    "非遗传承",
    "冬季行动",
    "招商引资",
    "主题教育",
    "法治建设",
    "全民健身",
]
RUBRICS = (
    "聚焦{}",
    "{}进行时",
    "{}在行动",
    "“{}”系列报道之{}",
    "学习贯彻{}精神",
    "{}面对面",
    "{}·{}",
    "{}一线行",
    "{}看变化",
    "推进{}",
    "{}新实践",
    "关注{}",
    "“{}”专栏",
    "{}大家谈",
    "{}（{}）",
    "{}巡礼",
    "践行{}",
    "{}纪实",
    "记者走进{}",
    "本报特别报道·{}",
    "{}之声",
    "助力{}",
    "{}观察",
    "全市{}行动",
    "我与{}",
)
SHORT_NOTICES = [
    "遗失声明",
    "公告",
    "通告",
    "招标公告",
    "拍卖公告",
    "招聘启事",
    "停电通知",
    "注销公告",
    "减资公告",
    "致歉声明",
    "更正",
    "寻人启事",
    "天气预报",
]
NO_START = "，。、；：？！”’）》】…—·%"
NO_END = "“‘（《【"
OCR_TWINS = {
    "人": "入",
    "入": "人",
    "未": "末",
    "日": "曰",
    "己": "已",
    "已": "己",
    "大": "太",
    "土": "士",
    "干": "千",
    "天": "夭",
    "末": "未",
    "提": "捉",
    "升": "开",
    "资": "贸",
    "金": "全",
    "投": "没",
    "设": "没",
    "网": "冈",
    "田": "由",
    "生": "牛",
    "力": "刀",
    "力量": "刀量",
    "。": ".",
    "，": ".",
    "、": "，",
    "：": ":",
    "“": "”",
    "《": "（",
    "2": "Z",
    "0": "O",
    "1": "l",
}


@dataclass(slots=True)
class PageLine:
    """A line with its role; ``story`` is the number of its article, −1 for none. A blank line has an empty text."""

    text: str
    role: str = ""
    story: int = -1


@dataclass(slots=True)
class Story:
    """An article before it is laid out."""

    kind: str
    headline: str = ""
    kicker: str = ""
    deck: str = ""
    label: str = ""
    byline: str = ""
    source: str = ""
    lead: str = ""
    note: str = ""
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    """``(role, text)``, the role ``body`` or ``subhead``."""
    captions: list[str] = field(default_factory=list)
    credit: str = ""
    signature: str = ""
    ending: str = ""
    """A line of boilerplate after the body, or a jump line."""


@dataclass(slots=True)
class GeneratedPage:
    """Lines in the order an extractor gives them, the articles, and the style they were set in."""

    lines: list[PageLine]
    stories: list[Story]
    style: dict[str, object]

    @property
    def text(self) -> str:
        """The page as text."""
        return "\n".join(line.text for line in self.lines) + "\n"


@lru_cache(maxsize=1)
def seed_articles() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return ``(title, paragraphs)`` of the project's seeds, in the order of their paths."""
    found = []
    for path in sorted((ROOT / "seeds").glob("*/*.txt")):
        title, _, body = path.read_text("utf-8").strip().partition("\n")
        paragraphs = tuple(p.strip() for p in body.split("\n") if p.strip())
        if paragraphs:
            found.append((title.strip(), paragraphs))
    return tuple(found)


# -- articles -----------------------------------------------------------------------------------------

_OWN_LEAD = re.compile(
    r"^(?:本报|新华社|据新华社|中新社)[^。，]{0,24}?[电讯]\s*(?:[（(]记者[^）)]*[）)])?\s*|^[（(](?:本报)?记者[^）)]*[）)]|^本报记者[^，。]{0,12}$"
)
_CLAUSE = re.compile(r"[^，。；：！？“”《》（）、]{7,20}")


def make_name(rng: random.Random) -> str:
    """Return a person's name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def make_stories(rng: random.Random, style: dict[str, object], n: int) -> list[Story]:
    """Return `n` articles of a page that is set in `style`."""
    pool = seed_articles()
    picked = rng.sample(range(len(pool)), min(len(pool), 3 * n))
    stories: list[Story] = []
    while len(stories) < n and picked:
        title, paragraphs = pool[picked.pop()]
        more = list(paragraphs)
        if rng.random() < style["long_share"]:  # a feature: several seeds under one headline
            for _ in range(rng.randint(1, 4)):
                if picked:
                    more += pool[picked.pop()][1]
        stories.append(_make_story(rng, style, title, more))
    return stories


def _make_story(rng: random.Random, style: dict[str, object], title: str, paragraphs: list[str]) -> Story:
    kinds = {"story": 70, "brief": 10, "photo": 8, "notice": 4, "comment": 4, "jump": 4}
    kinds.update(style["kinds"])
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    clean = [p for p in (_OWN_LEAD.sub("", p) for p in paragraphs) if len(p) > 4]
    if not clean:
        clean = ["记者从有关部门了解到，这项工作正在推进。"]
    story = Story(kind, headline=title)
    clauses = _CLAUSE.findall("".join(clean))
    names = [make_name(rng) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
    if kind == "notice":
        story.headline = rng.choice(SHORT_NOTICES)
        story.paragraphs = [("body", clean[0][: rng.randint(30, 120)].rstrip("，；、") + "。")]
        if rng.random() < 0.6:
            story.paragraphs.append(
                ("body", rng.choice(PAPERS)[:2] + rng.choice(["市自然资源局", "商贸有限公司", "供电公司"]))
            )
            story.paragraphs.append(
                ("body", f"{rng.randint(2009, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日")
            )
        return story
    if kind == "photo":
        text = _sentences(clean, rng.randint(40, 140))
        story.paragraphs = [
            (
                "body",
                rng.choice(
                    ["", "", "图为", "日前，", "近日，", f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日，"]
                )
                + text,
            )
        ]
        if rng.random() < 0.3:
            story.headline = ""
        story.credit = _make_credit(rng, names)
        if rng.random() < 0.4:
            story.paragraphs[-1] = ("body", text + rng.choice(["", " ", "　　"]) + story.credit)
            story.credit = ""
        return story
    if kind == "brief":
        if rng.random() < style["brief_labels"]:
            story.label = rng.choice((rng.choice(LABELS), " ".join(rng.choice(LABELS))))
        if len(story.headline) > 16 and rng.random() < 0.5:
            story.headline = rng.choice(re.split(r"[ 　：，]", story.headline)) or story.headline
        story.paragraphs = [("body", _sentences(clean, rng.randint(50, 200)))]
        mark = rng.choice(style["brief_marks"])
        if mark:
            story.paragraphs[0] = ("body", mark + story.paragraphs[0][1])
            if rng.random() < 0.6:
                story.headline = ""
        if rng.random() < 0.4:
            story.signature = f"（{' '.join(names)}）"
        return story
    limit = rng.choice((150, 300, 500, 900, 1500, 4000))
    kept: list[str] = []
    for paragraph in clean:
        for piece in _repaired_paragraphs(rng, paragraph, style):
            kept.append(piece)
        if sum(map(len, kept)) > limit:
            break
    for i, paragraph in enumerate(kept):
        if i and len(kept) > 3 and clauses and rng.random() < style["subhead_rate"]:
            story.paragraphs.append(("subhead", _subhead(rng, clauses, style)))
        story.paragraphs.append(("body", paragraph))
    if kind == "jump":
        bracket = rng.choice(("（{}）", "({})", "【{}】", "[{}]", "▲{}", "{}", "（{})"))
        where = rng.choice(("上接第{}版", "上接{}版", "上接A{:02}版", "紧接第{}版", "上接第一版")).format(
            rng.randint(1, 8)
        )
        story.lead = bracket.format(where) + rng.choice(("", " ", "　"))
        if rng.random() < 0.3:
            story.headline = ""
        return story
    _add_display(rng, style, story, clauses)
    _add_byline(rng, style, story, names)
    if clauses and rng.random() < style["caption_rate"]:
        for _ in range(rng.choice((1, 1, 2))):
            text = (
                rng.choice(("", "图为", "上图：", "▲", "▼", "↑", "（左图）"))
                + rng.choice(clauses)
                + rng.choice(("。", "", "现场。"))
            )
            story.captions.append(
                text + rng.choice((" ", "", "　　", "。 ")) + _make_credit(rng, [make_name(rng)])
            )
    if rng.random() < 0.08:
        story.ending = rng.choice(
            ("（下转第{}版）", "下转第{}版", "（下转{}版）", "▼下转A{:02}版", "（下转第四版）")
        ).format(rng.randint(2, 8))
    if rng.random() < style["note_rate"]:
        story.note = rng.choice(
            ("编者按：", "编者按 ", "【编者按】", "核心提示 ", "阅读提示：")
        ) + _sentences(clean[::-1], 80)
    return story


def make_rubric(rng: random.Random) -> str:
    """Return a column's title or a campaign's name, such as stands over a headline in its own line."""
    form = rng.choice(RUBRICS)
    second = rng.choice(TOPICS) if "·" in form else rng.choice("一二三四五六七上中下①②③")
    return rng.choice(
        (form.format(rng.choice(TOPICS), second), form.format(rng.choice(TOPICS), second), rng.choice(LABELS))
    )


def _sentences(paragraphs: Sequence[str], limit: int) -> str:
    found = re.findall(r".+?[。！？]+[”’」』）)]*", "".join(paragraphs)) or [paragraphs[0]]
    out = ""
    for sentence in found:
        out += sentence
        if len(out) > limit:
            break
    return out


def _repaired_paragraphs(rng: random.Random, paragraph: str, style: dict[str, object]) -> list[str]:
    """Cut a long paragraph at its sentences, as a paper that likes short ones does."""
    if len(paragraph) < 60 or rng.random() > style["short_paragraphs"]:
        return [paragraph]
    out, part = [], ""
    for sentence in re.findall(r".+?(?:[。！？]+[”’」』）)]*|$)", paragraph):
        part += sentence
        if len(part) > rng.randint(20, 120):
            out.append(part)
            part = ""
    return [*out, part] if part else out or [paragraph]


def _subhead(rng: random.Random, clauses: list[str], style: dict[str, object]) -> str:
    text = rng.choice(clauses)
    number = rng.randint(0, 6)
    forms = {
        "plain": text,
        "numbered": f"{'一二三四五六七'[number]}、{text}",
        "bracketed": f"（{'一二三四五六七'[number]}）{text}",
        "digit": f"{number + 1}.{text}",
        "marked": rng.choice("■●◆★") + text,
        "pair": text[: len(text) // 2] + " " + text[len(text) // 2 :],
        "question": text + "？",
    }
    return forms[str(style["subhead_form"])]


def _make_credit(rng: random.Random, names: list[str]) -> str:
    who = names[0]
    forms = (
        f"{who} 摄",
        f"{who}摄",
        f"（{who} 摄）",
        f"（{who}摄）",
        f"记者 {who} 摄",
        f"本报记者 {who} 摄",
        f"（本报记者 {who} 摄）",
        f"{who} 摄影报道",
        f"记者 {who} 摄影报道",
        f"图/{who}",
        f"图/记者 {who}",
        f"摄影：{who}",
        "（网上图片）",
        "（资料图片）",
        "资料图片",
        f"{who}/摄",
        f"新华社记者 {who} 摄",
        f"（新华社发 {who} 摄）",
        f"通讯员 {who} 摄",
        "（受访者供图）",
        f"（图片由{who}提供）",
        f"{who} 图",
    )
    return rng.choice(forms)


def _add_display(rng: random.Random, style: dict[str, object], story: Story, clauses: list[str]) -> None:
    if story.kind == "comment":
        story.label = rng.choice(("短评", "评论", "今日谈", "快评", "编后", "微言", "时评"))
        if rng.random() < 0.2:
            story.headline = ""
    if rng.random() < style["headline_missing"]:
        story.headline = ""
    if story.headline and " " in story.headline and rng.random() < 0.5:
        story.headline = story.headline.replace(" ", rng.choice(("　", "  ", " ")))
    halves = [h for h in re.split(r"[ 　]+", story.headline) if h]
    if len(halves) == 2 and min(map(len, halves)) >= 5 and rng.random() < style["split_titles"]:
        if rng.random() < style["split_as_deck"]:
            story.headline, story.deck = halves
        else:
            story.kicker, story.headline = halves
    if clauses and not story.kicker and rng.random() < style["kicker_rate"]:
        story.kicker = rng.choice(
            (
                rng.choice(clauses),
                rng.choice(clauses) + rng.choice(("：", "——")),
                make_rubric(rng),
                make_rubric(rng),
                make_rubric(rng),
                f"{rng.choice(PLACES)}市{rng.choice(('公安局', '林业局', '发改委', '供电公司', '高新区'))}",
                f"聚焦{rng.choice(clauses)[:8]}",
                rng.choice(clauses),
            )
        )
    if clauses and not story.deck and rng.random() < style["deck_rate"]:
        text = rng.choice(clauses)
        if rng.random() < 0.35:
            text += rng.choice((" ", "　", "，")) + rng.choice(clauses)
        story.deck = rng.choice(("", "", "——", "—", "")) + text
    if rng.random() < style["label_rate"]:
        label = rng.choice((rng.choice(LABELS), make_rubric(rng)))
        story.label = rng.choice(
            (label, f"【{label}】", " ".join(label), f"■{label}", f"[{label}]", f"·{label}·", label)
        )


def _add_byline(rng: random.Random, style: dict[str, object], story: Story, names: list[str]) -> None:
    who = rng.choice(style["byline_forms"])
    several = rng.choice(("、", " ", "  ", "　")).join(names)
    place, month, day = rng.choice(PLACES), rng.randint(1, 12), rng.randint(1, 28)
    other = make_name(rng)
    if who == "lead":
        inside = rng.choice(
            (
                f"记者{several}",
                f"记者 {several}",
                f"记者{names[0]} 通讯员{other}",
                f"通讯员{names[0]}",
                f"实习生{names[0]} 记者{other}",
                f"记者 {names[0]}　通讯员 {other}",
            )
        )
        opening = rng.choice(
            (
                "本报讯",
                "本报讯",
                f"本报{place}{month}月{day}日电",
                f"本报{place}{month}月{day}日讯",
                "本报综合消息",
                "本网讯",
                f"{rng.choice(PAPERS)[:2]}讯",
            )
        )
        story.lead = opening + rng.choice(
            (f"（{inside}）", f"（{inside}）", f" {inside} ", f"({inside})", f"（{inside}） ", " ")
        )
    elif who == "wire":
        source = rng.choice(("新华社", "新华社", "据新华社", "中新社", "新华社记者"))
        story.lead = f"{source}{place}{month}月{day}日电" + rng.choice(
            (f"（记者{several}）", f"（记者 {several}）", " ", "　", " 综合消息：")
        )
        if rng.random() < 0.15:
            story.lead = f"【{source}{place}{'一二三四五六七八九'[day % 9]}日电】"
    elif who == "bracket":
        story.lead = rng.choice(
            (
                f"（记者{several}）",
                f"（本报记者 {several}）",
                "【本报讯】",
                f"〔记者{names[0]}／{place}报道〕",
                f"（{place}讯）",
                f"（中央社记者{names[0]}{place}{day}日电）",
                f"【{rng.choice(PAPERS)}记者{names[0]}报道】",
            )
        )
    elif who == "line":
        story.byline = rng.choice(
            (
                f"本报记者 {several}",
                f"本报记者　{several}",
                f"□本报记者 {several}",
                f"●记者 {several}",
                f"记者 {several}",
                f"本报记者 {names[0]} 通讯员 {other}",
                f"■ 本报记者 {several} 文/图",
                f"新华社记者 {several}",
                f"本报记者 {several} 本报通讯员 {other}",
                f"特约记者 {names[0]}",
                f"{rng.choice(PAPERS)}记者 {several}",
                f"文/{names[0]} 图/{other}",
                f"撰文：{names[0]}",
                f"本报评论员 {names[0]}",
            )
        )
    elif who == "name":
        story.byline = rng.choice(
            (
                several,
                f"○{names[0]}",
                f"□ {names[0]}",
                f"作者：{names[0]}",
                f"文 {names[0]}",
                f"◎{names[0]}",
                " ".join(names[0]),
                f"■{names[0]}",
            )
        )
    elif who == "end":
        story.signature = rng.choice(
            (
                f"（{several}）",
                f"（{several}）",
                f"（记者 {several}）",
                "（据新华社）",
                f"（作者单位：{rng.choice(PLACES)}大学）",
                f"（{names[0]} {other}）",
                "（本报综合报道）",
            )
        )
    elif who == "endline":
        story.signature = "\n" + rng.choice(
            (
                several,
                f"本报记者 {several}",
                f"文/{names[0]} 图/{other}",
                f"撰文：{names[0]} news{day}@example.cn",
                f"○{names[0]}",
                "本报综合报道",
                f"{names[0]}  {other}  {make_name(rng)}",
                f"（{several}）",
            )
        )
    if style["archive_source"]:
        story.source = (
            f"《{style['paper']}》（{style['year']}年{month}月{day}日 第 {rng.randint(1, 20):02} 版）"
        )


# -- setting ------------------------------------------------------------------------------------------


def wrap(text: str, width: float, rng: random.Random, *, kinsoku: bool, keep_words: bool) -> list[str]:
    """Return `text` in lines of about `width` full-width characters; ASCII takes half of one.

    With `kinsoku` no line begins with closing punctuation or ends with an opening mark; with `keep_words` numbers
    and Latin words are not broken.
    """
    tokens = re.findall(r"[A-Za-z0-9.%@-]+|.", text, re.DOTALL) if keep_words else list(text)
    lines: list[str] = []
    line, used = "", 0.0
    for token in tokens:
        size = sum(0.5 if c.isascii() else 1.0 for c in token)
        hangs = kinsoku and token in NO_START and used <= width + 0.6
        if line and used + size > width + 0.25 and not hangs:
            if kinsoku and len(line) > 2 and line[-1] in NO_END:
                line, token = line[:-1], line[-1] + token
                size += 1.0
            lines.append(line)
            line, used = "", 0.0
            if token == " " or token == "　":
                continue
        line += token
        used += size
    if line:
        lines.append(line)
    return lines


def draw_style(rng: random.Random) -> dict[str, object]:
    """Return the typography of one page."""
    forms = rng.choice(
        (
            ["lead", "lead", "lead", "wire", "line"],
            ["line", "line", "wire", "end"],
            ["lead", "wire", "end", "line", "name", "none", "bracket"],
            ["end", "end", "none"],
            ["none", "endline"],
            ["name", "name", "wire"],
            ["bracket", "bracket", "none", "endline"],
            ["wire", "lead"],
            ["none"],
            ["line", "line", "line", "endline"],
        )
    )
    blanks = rng.choices(
        ("none", "parts", "stories", "random", "every", "paragraphs"), (48, 22, 8, 10, 4, 8)
    )[0]
    order = rng.choices(("story", "heads_first", "blocks", "types"), (72, 13, 11, 4))[0]
    single = rng.random() < 0.12
    width = (
        rng.choice((28.0, 30.0, 32.0, 34.0, 40.0))
        if single
        else rng.choice((6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 24)) * 1.0
    )
    return {
        "paper": rng.choice(PAPERS),
        "year": rng.randint(1985, 2026),
        "width": width,
        "single_column": single,
        "width_spread": 0.0 if single or rng.random() < 0.4 else rng.choice((0.1, 0.3, 0.5)),
        "kinsoku": rng.random() < 0.65,
        "keep_words": rng.random() < 0.35,
        "indent": rng.choices(("lost", "full", "ascii", "none"), (45, 30, 10, 15))[0],
        "justified_blanks": rng.random() < 0.25,
        "blanks": blanks,
        "order": order,
        "head_after": 0.0 if rng.random() < 0.75 else rng.choice((0.3, 0.7, 1.0)),
        "head_width": rng.choice((0.6, 0.8, 1.0, 1.0, 1.3, 2.0, 3.0)),
        "head_same_width": rng.random() < 0.25,
        "head_spaced": rng.random() < 0.12,
        "vertical_heads": 0.0 if rng.random() < 0.8 else rng.choice((0.1, 0.3)),
        "glue_vertical": rng.random() < 0.3,
        "byline_forms": forms,
        "long_share": rng.choice((0.0, 0.05, 0.15, 0.4)),
        "short_paragraphs": rng.choice((0.0, 0.3, 0.7)),
        "subhead_rate": rng.choice((0.0, 0.0, 0.08, 0.2)),
        "subhead_form": rng.choice(
            ("plain", "plain", "plain", "numbered", "bracketed", "digit", "marked", "pair", "question")
        ),
        "subhead_gap": rng.random() < 0.3,
        "caption_rate": rng.choice((0.0, 0.1, 0.25, 0.5)),
        "kicker_rate": rng.choice((0.0, 0.1, 0.3, 0.6)),
        "deck_rate": rng.choice((0.0, 0.1, 0.3, 0.6)),
        "split_titles": rng.choice((0.0, 0.5, 0.9)),
        "split_as_deck": rng.choice((0.2, 0.8, 1.0)),
        "head_gaps": rng.random() < 0.5,
        "label_rate": rng.choice((0.0, 0.0, 0.1, 0.3)),
        "headline_missing": rng.choice((0.0, 0.0, 0.0, 0.05)),
        "note_rate": rng.choice((0.0, 0.0, 0.05)),
        "brief_labels": rng.choice((0.0, 0.2, 0.5)),
        "brief_marks": rng.choice((("●",), ("", "●"), ("■",), ("▲",), ("◆",), ("",), ("★", ""))),
        "kinds": rng.choice(
            ({}, {}, {"brief": 40}, {"photo": 25}, {"notice": 20}, {"jump": 15}, {"comment": 20})
        ),
        "furniture": rng.choice((0, 0, 1, 2, 4)),
        "page_numbers": rng.choice((0, 0, 0, 20, 30, 45)),
        "archive_source": rng.random() < 0.06,
        "adverts": rng.random() < 0.2,
        "part_heads": rng.random() < 0.15,
        "traditional": rng.random() < 0.12,
        "ocr": 0.0 if rng.random() < 0.82 else rng.choice((0.01, 0.02, 0.03)),
        "fullwidth_digits": rng.random() < 0.08,
        "stories": rng.randint(1, 12),
        "column_lines": rng.randint(8, 60),
    }


Block = list[PageLine]


def set_story(
    rng: random.Random, style: dict[str, object], number: int, story: Story
) -> list[tuple[str, Block]]:
    """Return the blocks of an article in story order, each with its type: head, byline, body, caption, tail."""
    width = float(style["width"])
    spread = float(style["width_spread"])
    if spread and rng.random() < 0.5:
        width = max(6.0, round(width * (1 + rng.uniform(-spread, spread) * 2)))
    kinsoku, keep = bool(style["kinsoku"]), bool(style["keep_words"])

    def put(text: str, role: str, size: float = width) -> Block:
        return [
            PageLine(line, role, number) for line in wrap(text, size, rng, kinsoku=kinsoku, keep_words=keep)
        ]

    head: Block = []
    head_width = max(
        5.0, width * (1.0 if style["head_same_width"] else float(style["head_width"]) * rng.uniform(0.8, 1.4))
    )
    vertical = bool(story.headline) and len(story.headline) >= 5 and rng.random() < style["vertical_heads"]
    if story.label:
        head += [PageLine(story.label, "label", number)]
    if story.kicker:
        head += put(story.kicker, "kicker", max(head_width, 14.0) if rng.random() < 0.7 else head_width)
    if story.headline:
        if vertical:
            head += [PageLine(c, "headline", number) for c in story.headline if not c.isspace()]
        else:
            lines = put(story.headline, "headline", head_width)
            if (
                not style["head_same_width"] and len(lines) > 1 and rng.random() < 0.6
            ):  # a display is cut at its sense
                lines = _balanced(story.headline, len(lines), number)
            if style["head_spaced"] and rng.random() < 0.7:
                for line in lines:
                    if not line.text.isascii():
                        line.text = " ".join("".join(line.text.split()))
            head += lines
    if story.deck:
        head += put(story.deck, "deck", max(head_width, 16.0) if rng.random() < 0.7 else head_width)
    byline: Block = put(story.byline, "byline", max(width, 12.0)) if story.byline else []
    if story.source:
        byline += put(story.source, "source", max(width, 24.0))
    if story.note:
        byline += put(story.note, "note")
    body: Block = []
    for i, (role, text) in enumerate(story.paragraphs):
        if role == "subhead":
            body += put(text, "subhead")
            continue
        text = (story.lead if i == 0 else "") + text
        last = i == len(story.paragraphs) - 1
        if last and story.signature and not story.signature.startswith("\n"):
            text += story.signature
        body += _set_paragraph(rng, style, text, width, number, kinsoku=kinsoku, keep=keep)
    if style["justified_blanks"]:
        _justify(rng, body)
    tail: Block = []
    if story.signature.startswith("\n"):
        tail += put(story.signature[1:], "byline", max(width, 20.0))
    if story.credit:
        tail += put(story.credit, "credit", max(width, 10.0))
    if story.ending:
        tail += put(story.ending, "furniture", max(width, 10.0))
    captions = [
        put(text, "caption", max(6.0, width * rng.choice((0.8, 1.0, 1.0, 1.5)))) for text in story.captions
    ]
    blocks: list[tuple[str, Block]] = []
    part = bool(style["part_heads"]) and head and rng.random() < 0.5 and len(body) > 20
    if rng.random() < style["head_after"] and head and not story.byline:
        blocks += [("body", body), ("tail", tail), ("head", head)]
    elif part:  # the headline stands in the middle of its columns
        at = rng.randint(6, len(body) - 6)
        blocks += [("body", body[:at]), ("head", head), ("body", body[at:]), ("tail", tail)]
        blocks = (
            [("head", head), ("byline", byline), *blocks[::2], ("tail", tail)]
            if rng.random() < 0.7
            else blocks
        )
    else:
        blocks += [("head", head), ("byline", byline), ("body", body), ("tail", tail)]
    for caption in captions:
        blocks.insert(rng.choice((len(blocks), len(blocks), 1, 2)), ("caption", caption))
    if (
        len(body) > 12 and captions and rng.random() < 0.3
    ):  # a caption stands between two columns of its article
        blocks = _caption_inside(rng, blocks)
    return [(kind, block) for kind, block in blocks if block]


def _caption_inside(rng: random.Random, blocks: list[tuple[str, Block]]) -> list[tuple[str, Block]]:
    out: list[tuple[str, Block]] = []
    caption = next((b for b in blocks if b[0] == "caption"), None)
    for kind, block in blocks:
        if kind == "body" and caption and len(block) > 8:
            at = rng.randint(3, len(block) - 3)
            out += [("body", block[:at]), caption, ("body", block[at:])]
            caption_used = caption
            caption = None
            continue
        out.append((kind, block))
    if caption is None:
        seen = False
        kept = []
        for kind, block in out:
            if block is caption_used[1]:
                if seen:
                    continue
                seen = True
            kept.append((kind, block))
        return kept
    return out


def _balanced(text: str, n: int, number: int) -> Block:
    parts = re.split(r"[ 　]+", text)
    if len(parts) == n:
        return [PageLine(p, "headline", number) for p in parts]
    text = text.replace("　", " ")
    size = -(-len(text) // n)
    return [
        PageLine(text[i : i + size].strip(), "headline", number)
        for i in range(0, len(text), size)
        if text[i : i + size].strip()
    ]


def _set_paragraph(
    rng: random.Random,
    style: dict[str, object],
    text: str,
    width: float,
    number: int,
    *,
    kinsoku: bool,
    keep: bool,
) -> Block:
    indent = str(style["indent"])
    mark = {"full": "　　", "ascii": "    ", "lost": "　　", "none": ""}[indent]
    if text[:1] in "●■▲◆★【":
        mark = "" if rng.random() < 0.7 else mark
    lines = wrap(mark.replace("    ", "　　") + text, width, rng, kinsoku=kinsoku, keep_words=keep)
    if indent == "lost":
        lines[0] = lines[0].lstrip("　")
    elif indent == "ascii":
        lines[0] = lines[0].replace("　　", "    ", 1)
    return [PageLine(line, "body", number) for line in lines if line.strip()]


def _justify(rng: random.Random, body: Block) -> None:
    for line in body:
        r = rng.random()
        if r < 0.05 and len(line.text) > 3:
            line.text = " ".join(line.text.strip())
        elif r < 0.15:
            line.text = re.sub(r"(\d+)", r" \1 ", line.text)


# -- pages --------------------------------------------------------------------------------------------


def make_page(seed: int) -> GeneratedPage:
    """Return the page of `seed`."""
    rng = random.Random(f"typography {seed}")
    style = draw_style(rng)
    stories = make_stories(rng, style, int(style["stories"]))
    blocks = [set_story(rng, style, i, story) for i, story in enumerate(stories)]
    lines = _arrange(rng, style, blocks)
    lines = _add_furniture(rng, style, lines)
    for change in (_glue_vertical, _to_traditional, _add_ocr_errors):
        change(rng, style, lines)
    return GeneratedPage(lines, stories, style)


def _arrange(
    rng: random.Random, style: dict[str, object], stories: list[list[tuple[str, Block]]]
) -> list[PageLine]:
    """Bring the blocks into the order in which an extractor gives them, and put blank lines between them."""
    order = style["order"]
    flat: list[tuple[str, Block]] = []
    if order == "story":
        flat = [block for story in stories for block in story]
    elif order in ("heads_first", "types"):
        late = (
            ("caption", "tail", "body") if order == "heads_first" else ("byline", "caption", "body", "tail")
        )
        heads = [b for story in stories for b in story if b[0] not in late]
        rest = [[b for b in story if b[0] in late] for story in stories]
        if order == "types":
            flat = heads + [b for kind in late for story in rest for b in story if b[0] == kind]
        else:
            captions = [b for story in rest for b in story if b[0] == "caption"]
            keep = rng.random() < 0.5
            flat = heads + ([] if keep else captions)
            flat += [b for story in rest for b in story if keep or b[0] != "caption"]
    elif order == "blocks":
        groups: list[list[tuple[str, Block]]] = []
        for story in stories:
            group: list[tuple[str, Block]] = []
            for kind, block in story:
                if kind == "body" and len(block) > 16 and rng.random() < 0.4:
                    at = rng.randint(6, len(block) - 6)
                    group.append((kind, block[:at]))
                    groups.append(group)
                    group = [(kind, block[at:])]
                else:
                    group.append((kind, block))
            groups.append(group)
        for _ in range(max(1, len(groups) // 3)):  # some stand elsewhere
            i, j = rng.randrange(len(groups)), rng.randrange(len(groups))
            groups.insert(j, groups.pop(i))
        flat = [b for group in groups for b in group]
    else:
        flat = [block for story in stories for block in story]
    lines: list[PageLine] = []
    blanks = style["blanks"]
    n = int(style["column_lines"])
    previous = -1
    for kind, block in flat:
        story = block[0].story
        if lines and (
            blanks in ("parts", "every")
            or (blanks == "stories" and story != previous)
            or (blanks == "random" and rng.random() < 0.3)
        ):
            lines.append(PageLine(""))
        previous = story
        for k, line in enumerate(block):
            if k and blanks == "parts" and kind == "body" and k % n == 0:
                lines.append(PageLine(""))  # a column ends
            elif (
                (
                    k
                    and kind == "head"
                    and style["head_gaps"]
                    and blanks in ("parts", "stories", "random")
                    and line.role != block[k - 1].role
                )
                or (k and blanks == "every")
                or (k and blanks == "random" and rng.random() < 0.03)
                or (
                    k
                    and blanks == "paragraphs"
                    and kind == "body"
                    and block[k - 1].text[-1:] in "。！？”）"
                    and rng.random() < 0.8
                )
                or (k and line.role == "subhead" and style["subhead_gap"] and blanks != "none")
            ):
                lines.append(PageLine(""))
            lines.append(line)
    return lines


def _add_furniture(rng: random.Random, style: dict[str, object], lines: list[PageLine]) -> list[PageLine]:
    paper, section, page = str(style["paper"]), rng.choice(SECTIONS), rng.randint(1, 16)
    date = f"{style['year']}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    week = f"星期{rng.choice('一二三四五六日')}"
    forms = (
        lambda: paper,
        lambda: " ".join(paper),
        lambda: f"{date} {week}",
        lambda: date,
        lambda: week,
        lambda: f"第{page}版",
        lambda: f"{page:02}",
        lambda: f"A{page:02}",
        lambda: f"{section} {page}",
        lambda: f"{page:02} {section}",
        lambda: f"A{page:02}版 {section}",
        lambda: " ".join(section),
        lambda: f"责任编辑 {make_name(rng)} 版式 {make_name(rng)} 校对 {make_name(rng)}",
        lambda: f"责编：{make_name(rng)} 美编：{make_name(rng)}",
        lambda: (
            f"本版编辑：{make_name(rng)} 校对：{make_name(rng)} 电话：（010）8{rng.randint(1000000, 9999999)}"
        ),
        lambda: f"E-mail:news{page}@example.cn",
        lambda: f"新闻热线：0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}",
        lambda: f"国内统一连续出版物号 CN {page}-00{page} 邮发代号 {page}-{page}",
        lambda: f"{paper} {date} {week} 第{page}版",
        lambda: f"{section}·综合",
        lambda: f"电子邮箱：{page}@example.com",
        lambda: f"值班主任 {make_name(rng)}",
        lambda: "www.example.cn",
        lambda: f"{date} {section} {page}",
    )
    count = int(style["furniture"])
    block = (
        [
            PageLine(form(), "furniture")
            for form in rng.sample(forms, min(len(forms), rng.randint(count, 2 * count)))
        ]
        if count
        else []
    )
    where = rng.choice(("top", "top", "bottom", "both"))
    blank = [PageLine("")] if style["blanks"] in ("parts", "every", "stories") else []
    out = lines
    if block:
        cut = len(block) // 2 if where == "both" else len(block)
        if where == "bottom":
            out = lines + blank + block
        else:
            top: list[PageLine] = []
            for line in block[:cut]:
                top += [line, *blank]
            out = top + lines + block[cut:]
    if style["adverts"]:
        advert = [
            PageLine(text, "furniture")
            for text in rng.choice(
                (
                    ("公益广告", rng.choice(("节约每一滴水", "文明出行 从我做起", "珍惜粮食"))),
                    (
                        rng.choice(("家政服务", "名师辅导", "二手车收购")),
                        f"电话：{rng.randint(1300000, 1899999)}0000",
                        "地址：柳湾路18号",
                    ),
                    ("广告", f"热烈祝贺{rng.choice(PAPERS)[:2]}商厦开业", "欢迎光临"),
                    (f"广告热线：0{rng.randint(300, 999)}-{rng.randint(2000000, 8999999)}",),
                )
            )
        ]
        at = _between_stories(rng, out)
        out = out[:at] + blank + advert + blank + out[at:]
    every = int(style["page_numbers"])
    if every:
        numbered: list[PageLine] = []
        form = rng.choice(("第 {} 页", "- {} -", "{}", "— {} —", "第{}页", "·{}·"))
        k = rng.randint(1, 90)
        for i, line in enumerate(out):
            numbered.append(line)
            if i % every == every - 1:
                numbered.append(PageLine(form.format(k), "furniture"))
                k += 1
        out = numbered
    return out


def _between_stories(rng: random.Random, lines: list[PageLine]) -> int:
    places = [i for i in range(1, len(lines)) if lines[i - 1].story != lines[i].story and lines[i].story >= 0]
    return rng.choice([0, len(lines), *places])


def _glue_vertical(rng: random.Random, style: dict[str, object], lines: list[PageLine]) -> None:
    """Join the last character of a vertical headline to the first line of what follows it, as extractors do."""
    if not style["glue_vertical"]:
        return
    for a, b in itertools.pairwise(lines):
        if a.role == "headline" and len(a.text) == 1 and b.role == "body" and b.story != a.story:
            b.text, a.text = a.text + b.text, ""
            a.role, a.story = "", -1


def _to_traditional(rng: random.Random, style: dict[str, object], lines: list[PageLine]) -> None:
    if not style["traditional"]:
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


def _add_ocr_errors(rng: random.Random, style: dict[str, object], lines: list[PageLine]) -> None:
    rate = float(style["ocr"])
    full = {ord(str(d)): chr(0xFF10 + d) for d in range(10)}
    characters = "".join(line.text for line in lines) or "的"
    for line in lines:
        if style["fullwidth_digits"]:
            line.text = line.text.translate(full)
        if not rate or not line.text:
            continue
        out = []
        for c in line.text:
            r = rng.random()
            if r > rate:
                out.append(c)
            elif r > 0.5 * rate:  # half of the characters in error are lost or another of the page's
                out.append(OCR_TWINS.get(c, c if c in "。，" else rng.choice(characters)))
        line.text = "".join(out)
