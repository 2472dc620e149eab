"""Text to sentences, with offsets.

A sentence ends at a terminator (。！？ and their half-width forms, an ellipsis or ； never) together with the
closing quotes and brackets that follow it. It does not end inside a quotation or bracket that is closed in
the same paragraph, so a quoted speech stays whole: but a quotation that has itself grown past `MAX_QUOTED`
characters is split at its terminators, or an interview would be one sentence. A half-width full stop ends a
sentence only after a Latin letter or ”) and before a blank or the end, which spares numbers and file names.
A newline always ends a sentence: what comes here has its paragraphs healed. An unterminated last clause is
a sentence. Blanks around a sentence belong to none: ``text[s.start:s.end] == s.text``.
"""

from __future__ import annotations

import re

from classify.records import Sentence

__all__ = ["MAX_QUOTED", "sentence_spans", "split_sentences"]

MAX_QUOTED = 120
"""Characters a quotation may have before its own terminators count; about three written sentences."""

_OPENERS = dict(zip("“「『（《【‘(〔", "”」』）》】’)〕", strict=True))
_CLOSERS = set(_OPENERS.values())
_EVENT = re.compile(r"[。！？!?\n“”「」『』（）()《》【】‘’〔〕]|\.(?=\s|$|[”’」』）)])")
_TERMINATORS = "。！？!?."


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence of `text`, in order, without surrounding blanks."""
    spans: list[tuple[int, int]] = []
    events = [m.start() for m in _EVENT.finditer(text)]  # no tuples: thousands wake the garbage collector
    closes = _matching(text, events)
    start, i, n = 0, 0, len(events)
    while i < n:
        at = events[i]
        char = text[at]
        if char == "\n":
            _add(spans, text, start, at)
            start = at + 1
        elif i in closes:
            j = closes[i]
            if events[j] - at <= MAX_QUOTED:
                i = j
                end = _after_closers(text, events[j] + 1)
                # “……。” stands for itself when its last mark inside was a terminator and nothing leads on.
                if text[events[j] - 1] in "。！？!?" and char in "“「『" and _starts_new(text, end):
                    _add(spans, text, start, end)
                    start = end
        elif char in _TERMINATORS and at >= start and (char != "." or _latin_stop(text, at)):
            end = _after_closers(text, at + 1)
            if _starts_new(text, end):
                _add(spans, text, start, end)
                start = end
        i += 1
    _add(spans, text, start, len(text))
    return spans


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of `text`; their offsets reproduce it."""
    return [Sentence(text[a:b], a, b) for a, b in sentence_spans(text)]


def _matching(text: str, events: list[int]) -> dict[int, int]:
    """Index of each opener's closer, paragraph by paragraph; unbalanced ones are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for i, at in enumerate(events):
        char = text[at]
        if char == "\n":
            stack.clear()
        elif char in _OPENERS:
            stack.append(i)
        elif char in _CLOSERS:
            for k in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
                if _OPENERS[text[events[stack[k]]]] == char:
                    pairs[stack[k]] = i
                    del stack[k:]
                    break
    return pairs


def _after_closers(text: str, end: int) -> int:
    while end < len(text) and (text[end] in _CLOSERS or text[end] in _TERMINATORS):
        end += 1
    return end


def _starts_new(text: str, end: int) -> bool:
    """After “……！” a comma or a verb of saying leads on in the same sentence."""
    return end >= len(text) or text[end] not in "，、；：,;:—…"


def _latin_stop(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalpha() or text[at - 1] in "”’)）") and not text[at - 1].isdigit()


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
