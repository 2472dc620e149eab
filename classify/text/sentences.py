r"""Text to sentences, with offsets.

A summary consists of whole sentences, so a cut inside a quotation or a number is easily seen. The rules:

* A sentence ends at a terminator (。！？!?｡．, and the full stop of Latin text), together with the closing quotes
  and brackets after it. An ellipsis or ； ends none: the sentence often continues after it.
* A quotation or bracket that closes in its paragraph stays whole, so a quoted speech is one sentence. A
  quotation longer than `MAX_QUOTED` characters is split at its terminators: an interview is not one sentence.
* Marks that open and close alike (" ＂ ', and “ or ” where its partner is missing) are paired in their order,
  paragraph by paragraph. A mark that can only open, or only close, corrects the order; an odd mark is left out.
* After the closing mark a comma, colon or dash continues the sentence; anything else begins a new one, also a
  verb of saying: “下雨了。”他说。 has two sentences.
* A newline ends a sentence: the caller has joined wrapped lines.
* An unterminated last clause is a sentence. Blanks around a sentence belong to none.

Everything is linear in the length of the text: a run of terminators is read once.
"""

from __future__ import annotations

import re
from typing import ClassVar

from classify.records import Sentence

__all__ = ["MAX_QUOTED", "sentence_spans", "split_sentences"]

MAX_QUOTED = 120
"""Characters of a quotation; in a longer one its own terminators end sentences. About three sentences. Chosen."""


class _MarkTables:
    """Marks, and the patterns that find them."""

    TERMINATORS = "。！？!?.｡．"
    PARTNERS: ClassVar = dict(zip("“「『（《【‘(〔", "”」』）》】’)〕", strict=True))
    CLOSERS = frozenset(PARTNERS.values())
    STRAIGHT = "\"＂'"
    # Characters that may follow the first terminator of a sentence and belong to it: those of ？！”).
    AFTER_END = frozenset([*TERMINATORS, *CLOSERS, *STRAIGHT, *"“‘"])
    # Matches 。 and “ and ", and the full stops of "rained. 停电" and "说．"; not those of 3.5, a.txt or www.x.cn.
    EVENT = re.compile(r"[。！？!?｡．\n“”「」『』（）()《》【】‘’〔〕\"＂']|\.(?=\s|$|[”’」』）)\"＂'])")
    # Matches https://a.cn/b?c=1 and x.com?d=2; not 好吗?好, Really?Yes nor 3.8Gb/s!2.
    ADDRESS = re.compile(
        r"(?:https?://|www\.|(?<![A-Za-z0-9.-])[A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{1,40}){0,4}\.[A-Za-z]{2,12}[/?])"
        r"[!-~]*[A-Za-z0-9/=_&#%+-]"
    )
    # Words whose full stop ends no sentence. Matches "Mr" and "e.g"; not the end of "Amr" nor "rained".
    TITLE = re.compile(
        r"(?<![A-Za-z])(?:Mrs?|Ms|Dr|Prof|St|Mt|Gen|Col|Capt|Lt|Sgt|Rev|Sen|Gov|vs|cf|e\.g|i\.e)$"
    )
    # Words whose full stop ends none before a number: No. 5, but "He said No. They". Matches "at No"; not "piano".
    BEFORE_NUMBER = re.compile(
        r"(?<![A-Za-z])(?:Nos?|Vol|Figs?|Sec|Ch|pp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$"
    )
    # Matches the W of "George W"; not that of "BMW".
    INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]$")
    # Between two of these, which foreign names are written with, ． is the dot of a name: 乔治．布什. Chosen.
    NAME_CHARACTERS = frozenset(
        "阿埃艾奥巴贝比伯博布查达戴德登迪丁恩尔法菲费弗福盖戈格哈赫霍基吉杰卡凯科克库拉莱兰劳雷里利卢鲁罗洛麦曼梅蒙"
        "米莫姆穆纳尼涅努诺帕佩皮普奇乔切琼萨赛桑森莎史斯索塔坦特托瓦威韦维沃乌希谢辛雅亚耶伊约泽扎詹兹治翰顿什"
    )


class _Marks:
    """The pairs of quotes and brackets of a text, paragraph by paragraph.

    Attributes
    ----------
    closers : dict of int to int
        Offset of each opening mark, and of the mark that closes it. Marks without a partner are left out.
    closing : set of int
        Offsets of closing marks whose form is that of an opening one: the second of "…" and of “…“.
    """

    def __init__(self, text: str, events: list[int]) -> None:
        self.text = text
        self.closers: dict[int, int] = {}
        self.closing: set[int] = set()
        self._pair(events)

    def after_closers(self, end: int) -> int:
        """Return the offset behind the terminators and closing marks that begin at `end`."""
        text = self.text
        while end < len(text) and (char := text[end]) in _MarkTables.AFTER_END:
            # A straight mark without a partner, before a blank or the end, closes what another paragraph opened.
            lone = char in _MarkTables.STRAIGHT and text[end + 1 : end + 2] in ("", " ", "\n", "　")
            closes = end in self.closing or char in _MarkTables.CLOSERS or lone
            if end in self.closers or not (closes or char in _MarkTables.TERMINATORS):
                break
            end += 1
        return end

    def _pair(self, events: list[int]) -> None:
        """Fill `closers` and `closing` from the offsets of all marks and newlines."""
        text, partners, closers = self.text, _MarkTables.PARTNERS, _MarkTables.CLOSERS
        alike = ""
        paragraph_end = -1
        curly_balance = text.count("“") == text.count("”") and text.count("‘") == text.count("’")
        if curly_balance and not any(mark in text for mark in _MarkTables.STRAIGHT):
            paragraph_end = len(text)  # nearly every text: the search below is done for no paragraph
        opened: list[int] = []  # offsets of marks that are not closed yet
        for at in events:
            char = text[at]
            if char == "\n":
                opened.clear()
                continue
            if at > paragraph_end:
                paragraph_end = text.find("\n", at)
                paragraph_end = len(text) if paragraph_end < 0 else paragraph_end
                paragraph = text[text.rfind("\n", 0, at) + 1 : paragraph_end]
                # Straight marks open and close alike, and so do “ and ” where the other is missing.
                curly = [a + b for a, b in ("“”", "‘’") if (a in paragraph) != (b in paragraph)]
                alike = _MarkTables.STRAIGHT + "".join(curly)
            if char in alike:
                self._pair_alike(at, opened)
            elif char in partners:
                opened.append(at)
            elif char in closers:
                # An unclosed mark must not hide the one before it, so up to two are skipped.
                for k in range(len(opened) - 1, max(-1, len(opened) - 4), -1):
                    if partners.get(text[opened[k]]) == char:
                        self.closers[opened[k]] = at
                        del opened[k:]
                        break

    def _pair_alike(self, at: int, opened: list[int]) -> None:
        """Pair the mark at `at`, whose form does not say whether it opens or closes.

        It closes the nearest such mark in `opened`; without one it opens.
        """
        text = self.text
        char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
        after_latin = char in "'’‘" and before.isascii() and before.isalnum()
        if after_latin and after.isascii() and after.isalnum():  # the apostrophe of don't is no quote
            return
        recent = range(len(opened) - 1, max(-1, len(opened) - 4), -1)
        k = next((k for k in recent if text[opened[k]] == char), None)
        must_open = before in tuple("：:（(《")
        if k is not None and not must_open:
            self.closers[opened[k]] = at
            self.closing.add(at)
            del opened[k:]
            return
        ends_here = (
            not after or after.isspace() or after in "，、；：,;:。！？!?.｡．" or after in _MarkTables.CLOSERS
        )
        if must_open or not (ends_here or before.isdigit() or after_latin):  # not 27" nor boys'
            if k is not None:  # the mark before it was never closed
                del opened[k:]
            opened.append(at)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence of `text`, in order, without surrounding blanks.

    >>> sentence_spans("下雨了。 他说：“真的？！”")
    [(0, 4), (5, 14)]
    """
    spans: list[tuple[int, int]] = []
    events = [m.start() for m in _MarkTables.EVENT.finditer(text)]
    marks = _Marks(text, events)
    in_address = _marks_in_addresses(text)
    # A comma, colon or dash after the end continues the sentence: “下雨了！”，就走了。
    continues = tuple("，、；：,;:—…")
    # Local names: this loop is the summariser's hottest.
    closers, terminators = marks.closers, _MarkTables.TERMINATORS
    start, i, n = 0, 0, len(events)
    while i < n:
        at = events[i]
        char = text[at]
        i += 1
        if char == "\n":
            _add(spans, text, start, at)
            start = at + 1
        elif at in closers:
            close = closers[at]
            if close - at > MAX_QUOTED:  # its own terminators are read as if there were no quotation
                continue
            while i < n and events[i] <= close:
                i += 1
            end = marks.after_closers(close + 1)
            # A quotation that ends with its own terminator is a sentence. Text in brackets is an aside, and text
            # in ‘…’ is part of another quotation.
            if (
                text[close - 1] in "。！？!?｡"
                and char not in "（(《【〔‘"
                and text[end : end + 1] not in continues
            ):
                _add(spans, text, start, end)
                start = end
        elif char in terminators and at >= start and at not in in_address:
            if (char == "." and not _ends_latin_sentence(text, at)) or (char == "．" and _is_point(text, at)):
                continue
            end = marks.after_closers(at + 1)
            if text[end : end + 1] not in continues:
                _add(spans, text, start, end)
                start = end
            while i < n and events[i] < end:  # skip the rest of the run, so that the time is linear
                i += 1
    _add(spans, text, start, len(text))
    return spans


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text` in order: ``text[s.start:s.end] == s.text``.

    >>> [s.text for s in split_sentences('他说:"加油。别停。"谢谢。清淤占3.5%，下月完工')]
    ['他说:"加油。别停。"', '谢谢。', '清淤占3.5%，下月完工']
    """
    return [Sentence(text[a:b], a, b) for a, b in sentence_spans(text)]


def _marks_in_addresses(text: str) -> set[int]:
    """Return the offsets of ! and ? inside web addresses, which end no sentence."""
    if "?" not in text and "!" not in text:  # nearly every text
        return set()
    addresses = (range(*m.span()) for m in _MarkTables.ADDRESS.finditer(text))
    return {at for address in addresses for at in address if text[at] in "?!"}


def _ends_latin_sentence(text: str, at: int) -> bool:
    """Whether the full stop at `at` ends a sentence: after a Latin word or a closing mark, not after Mr, No, 3."""
    before = text[at - 1 : at]
    if before in tuple("”’)）\"'＂"):
        return True
    if not before.isalpha():
        return False
    word = text[max(0, at - 6) : at]
    following = text[at + 1 : at + 3].lstrip()[:1]
    if _MarkTables.BEFORE_NUMBER.search(word):
        return not following.isdigit()
    if _MarkTables.INITIAL.search(word):
        return not (following.isascii() and following.isupper())
    return not _MarkTables.TITLE.search(word)


def _is_point(text: str, at: int) -> bool:
    """Whether the ． at `at` is no full stop: in 3．5, 1．总则, A．B or a foreign name."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or after.isspace() or after in _MarkTables.CLOSERS:
        return False
    if not before or before.isdigit() or before.lower() != before.upper():  # a Latin letter of either width
        return True
    return before in _MarkTables.NAME_CHARACTERS and after in _MarkTables.NAME_CHARACTERS


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
