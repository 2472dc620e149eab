"""Typeset newspaper pages from articles, with exact gold: what an extractor takes from a PDF of narrow columns.

The noise is that of a real city daily: columns of 8 to 24 characters wrapped hard, blank lines where a
column broke, justified lines with a blank after every character, blanks around digits, vertical headlines
whose last character runs into the next article, headlines before or after (one habit a page, mostly kept),
kickers, photo credits, briefs, photo stories, folio lines. Every choice comes from the seed.

    python benchmarks/typeset.py ARTICLES.jsonl.gz OUT_FOLDER --pages 100 --seed 7
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from pathlib import Path
from typing import Any

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "伟丽强梅建华国文新立海燕航宇明志远晓红春雪静慧泽思智少怡霞萍钊仕"
PLACES = ["北京", "西安", "郑州", "昆明", "福州", "南京", "呼和浩特", "乌鲁木齐"]
KICKERS = ["城东街道", "市林业局", "河滨社区", "高新区管委会", "市科工局", "市公安局", "滨湖区金融工作局"]
NO_START = "，。、；：？！”’）》】…—·"
NO_END = "“‘（《【"


def name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2])))


def wrap(text: str, width: int, rng: random.Random) -> list[str]:
    lines, i = [], 0
    while i < len(text):
        j = min(len(text), i + width)
        if j < len(text) and text[j] in NO_START:
            j += 1
        while j < len(text) and j > i + 1 and text[j - 1] in NO_END:
            j -= 1
        if (
            j < len(text)
            and rng.random() < 0.15
            and j > i + 3
            and text[j] not in NO_START
            and text[j - 2] not in NO_END
        ):
            j -= 1
        lines.append(text[i:j])
        i = j
    return lines


def noise(line: str, rng: random.Random) -> str:
    r = rng.random()
    if r < 0.06 and len(line) > 3:
        return " ".join(line)
    if r < 0.14:
        return re.sub(r"(\d+)", r" \1 ", line)
    return line


OWN_LEAD = re.compile(
    r"(?:本报|新华社|据新华社)[^。，]{0,24}?[电讯]\s*(?:[（(]记者[^）)]*[）)])?|[（(](?:本报)?记者[^）)]*[）)]|本报记者.*"
)


def flow(text: str, rng: random.Random) -> list[str]:
    """The article's sentences in paragraphs anew, without its own bylines; subheads run in."""
    running = "".join(OWN_LEAD.sub("", p.strip()) for p in text.split("\n"))
    running = re.sub(r"[（(][^（()）]{2,8}[）)]$", "", re.sub(r"\s", "", running))
    sentences = re.findall(r".+?[。！？]+[”’」』）)]*", running)
    out, part, limit = [], "", rng.randint(150, 1200)
    for sentence in sentences:
        part += sentence
        if len(part) > rng.randint(15, 160):
            out.append(part)
            part = ""
        if sum(map(len, out)) > limit:
            break
    return (out or [running[:200] + "。"])[:60]


def typeset(items: list[dict[str, Any]], rng: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a page's text and its gold from `items` (title, text)."""
    out: list[str] = []
    gold: list[dict[str, Any]] = []
    after_habit = rng.random() < 0.6
    folio = f"{rng.choice('AB')}{rng.randint(1, 16):02d}版 本市新闻"
    folio += f" 2023年{rng.randint(1, 12)}月{rng.randint(1, 28)}日 责编 {name(rng)} 校对 {name(rng)}"
    if rng.random() < 0.15:
        out += [folio, ""]
    glue = ""
    for k, item in enumerate(items):
        owned: list[int] = []

        def put(line: str, owned: list[int] = owned) -> None:
            out.append(line)
            if line.strip():
                owned.append(len(out))

        paragraphs = flow(item["text"], rng)
        title = item["title"].strip("—").strip()
        kind = rng.choices(["lead", "wire", "byline", "bare", "brief", "photo"], [55, 15, 12, 4, 9, 5])[0]
        reporters: list[str] = []
        lead = ""
        if kind in ("lead", "wire"):
            who = f"记者{name(rng)}"
            if rng.random() < 0.2:
                who += f" 通讯员{name(rng)}"
            reporters = re.findall(r"(?:记者|通讯员)(\S+)", who)
            source = "本报讯"
            if kind == "wire":
                source = rng.choice(["新华社", "本报"]) + rng.choice(PLACES)
                source += f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日电"
            lead = source + rng.choice(["", "", " "]) + f"（{who}）" + rng.choice(["", "", " "])
        width = rng.randint(8, 24)
        has_title = kind not in ("brief", "photo") and rng.random() < 0.88
        after = after_habit if rng.random() < 0.85 else not after_habit
        kicker = rng.choice(KICKERS) if has_title and rng.random() < 0.28 else ""
        tall = (
            has_title
            and after
            and not kicker
            and 6 <= len(title) <= 16
            and " " not in title
            and rng.random() < 0.3
        )
        display: list[str] = []
        if has_title and not tall:
            if kicker:
                display += [kicker, ""]
            if rng.random() < 0.12 and len(title) > 12:
                cut = len(title) // 2
                display += [title[:cut], title[cut:], ""]
            else:
                display += [title, ""]
        if glue and lead:
            put(rng.choice(["", " "]) + glue + lead[:0] + _first(lead + paragraphs[0], width))
            glued_rest = (lead + paragraphs[0])[len(_first(lead + paragraphs[0], width)) :]
            display, has_title, after = ([], False, True) if not after else (display, has_title, after)
        else:
            glued_rest = None
            if glue:
                out.append(glue)
                gold[-1]["lines"].append(len(out))
                out.append("")
            if has_title and not after:
                for line in display:
                    put(line)
            if kind == "byline":
                reporters = [name(rng)]
                put(f" 本报记者 {reporters[0]}")
                put("")
        glue = ""
        body = lead + "".join(paragraphs)
        signature = f"（{name(rng)}）" if kind == "brief" else ""
        if kind == "brief":
            paragraphs = paragraphs[:1]
            body = "●" + paragraphs[0] + signature
            reporters = [signature[1:-1]]
            paragraphs[0] = body
        if kind == "photo":
            paragraphs = paragraphs[:1]
            body = paragraphs[0]
        first = (
            glued_rest
            if glued_rest is not None
            else (lead + paragraphs[0] if kind != "brief" else paragraphs[0])
        )
        for i, paragraph in enumerate([first, *paragraphs[1:]]):
            printed_lines = wrap(paragraph, width, rng)
            for n, line in enumerate(printed_lines):
                indent = " " if i == 0 and n == 0 and glued_rest is None and rng.random() < 0.25 else ""
                put(indent + noise(line, rng))
                if n < len(printed_lines) - 1 and (
                    rng.random() < 0.07 or (printed_lines[n + 1][0] in "“" and rng.random() < 0.5)
                ):
                    put("")
            put("")
        if has_title and after and not tall:
            for line in display:
                put(line)
        if tall:
            upright = list(title)
            if rng.random() < 0.6 and k + 1 < len(items):
                glue = upright.pop()
            for c in upright:
                put(c)
            if not glue:
                put("")
        caption = ""
        if kind == "photo":
            reporters = [name(rng)]
            who = reporters[0] if rng.random() < 0.5 else " ".join(reporters[0])
            put(f"{who} 摄")
            put("")
        elif rng.random() < 0.15 and not tall:
            caption = f"图为{title[:12]}现场。 {name(rng)} 摄"
            put(caption)
            put("")
        gold.append(
            {
                "id": f"a{k}", "headline": title if has_title else "", "kicker": kicker if has_title else "",
                "reporters": reporters, "caption": caption, "lines": owned, "body": re.sub(r"\s", "", body),
                "sections": [],
            }
        )  # fmt: skip
    if glue:
        out.append(glue)
        gold[-1]["lines"].append(len(out))
    if rng.random() < 0.15:
        out += ["", folio]
    return "\n".join(out) + "\n", {"articles": gold}


def _first(text: str, width: int) -> str:
    return text[: width - 1]


def suited(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of `rows` (title, text) that are articles of a usual length, without subheads."""
    rows = [r for r in rows if r.get("title") and 200 < len(r["text"]) < 4000 and "\n" in r["text"]]
    return [r for r in rows if not any(len(p) < 30 for p in r["text"].split("\n")[2:])]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    with gzip.open(args.articles, "rt", encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    rows = suited(rows)
    rng = random.Random(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    for n in range(args.pages):
        text, gold = typeset(rng.sample(rows, rng.randint(4, 11)), rng)
        (args.out / f"page{n:03d}.txt").write_text(text, encoding="utf-8")
        (args.out / f"page{n:03d}.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
