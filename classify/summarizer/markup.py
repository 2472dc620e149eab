"""A text with its summary marked, as HTML. Everything of the text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classify.records import Summary

__all__ = ["mark"]


def mark(text: str, summary: Summary) -> str:
    """Return `text` as HTML paragraphs, the chosen spans in ``<mark>``.

    A newline of the text ends a paragraph. Spans must lie in `text`, in order, and not overlap, or
    `ValueError` is raised.
    """
    edges: list[tuple[int, int]] = []
    at = 0
    for s in summary.sentences:
        if not at <= s.start <= s.end <= len(text) or text[s.start : s.end] != s.text:
            raise ValueError(f"no sentence of this text is at {s.start}–{s.end}; mark the text summarised")
        edges.append((s.start, s.end))
        at = s.end
    paragraphs: list[str] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            paragraphs.append(f"<p>{_line(text, start, end, edges)}</p>")
        start = end + 1
    return "\n".join(paragraphs)


def _line(text: str, start: int, end: int, edges: list[tuple[int, int]]) -> str:
    out: list[str] = []
    at = start
    for a, b in edges:
        a, b = max(a, start), min(b, end)
        if a < b:
            out += [escape(text[at:a]), "<mark>", escape(text[a:b]), "</mark>"]
            at = b
    out.append(escape(text[at:end]))
    return "".join(out)
