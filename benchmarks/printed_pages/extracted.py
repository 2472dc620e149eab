"""The text that pypdfium2 gives of a file of the test bed, with the story and the role of each line.

It is the text that people have who extract it themselves: in the order of the file, without blank lines, headlines
where the layout program wrote them. The characters of the text are aligned with those that were set, so each line
knows what it was. The lines are those of `typography`, and the splitter learns from both.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from benchmarks.typography import PageLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.printed_pages import GeneratedFile
    from benchmarks.printed_pages.sheet import Mark

__all__ = ["extract_text", "tag_lines"]

_ONE_STORY = 0.7
"""A line of which a smaller share is of one story and role is of none: two columns were printed as one line. Chosen."""
_ROLES = {"rest": "body", "advert": "furniture", "": "furniture", "jump": "furniture"}


def extract_text(pdf: bytes) -> str:
    """Return the text of all pages of a file as pypdfium2 gives it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_bounded().replace("\r\n", "\n"))
            text.close()
            page.close()
        return "\n".join(texts)
    finally:
        document.close()


def tag_lines(text: str, file: GeneratedFile) -> list[PageLine]:
    """Return the lines of a text with what they are by the truth of the file that it was extracted from.

    Parameters
    ----------
    text : str
        In the order of the file.
    file : GeneratedFile
    """
    marks: list[Mark] = []
    tags: list[tuple[str, int, int]] = []  # role, story, place in the story
    for page, (owners, written) in enumerate(zip(file.owners, file.written, strict=True)):
        place_of = _places(written)
        for mark in written:
            if mark.text:
                marks.append(mark)
                tags.append(_tag(mark, owners, 100_000 * page + place_of[id(mark)]))
    whose = [k for k, mark in enumerate(marks) for c in mark.text if not c.isspace()]
    true = "".join(["".join(mark.text.split()) for mark in marks])
    lines = text.split("\n")
    found = "".join(["".join(line.split()) for line in lines])
    owner = _align(found, true, whose)
    out, at = [], 0
    for line in lines:
        n = len("".join(line.split()))
        votes = Counter([owner[k] for k in range(at, at + n) if owner[k] >= 0])
        at += n
        out.append(_line_of(line, votes, tags))
    return out


def _places(written: Sequence[Mark]) -> dict[int, int]:
    """Return where each mark stands in its page as it is read."""
    ordered = sorted(written, key=lambda mark: (mark.block, mark.line))
    return {id(mark): k for k, mark in enumerate(ordered)}


def _tag(mark: Mark, owners: dict[int, int], place: int) -> tuple[str, int, int]:
    role = _ROLES.get(mark.role, mark.role)
    if role == "label":  # it is over the story that was set next
        after = [block for block in owners if block > mark.block]
        return role, owners[min(after)] if after else -1, place
    story = owners.get(mark.block, -1)
    return (role, story, place) if story >= 0 else ("furniture", -1, place)


def _align(found: str, true: str, whose: Sequence[int]) -> list[int]:
    """Return for each character of a text the mark that it is of, −1 for none."""
    if found == true:
        return list(whose)
    owner = [-1] * len(found)
    for name, i0, i1, j0, j1 in Levenshtein.opcodes(found, true):
        if name in ("equal", "replace"):
            owner[i0:i1] = whose[j0:j1]
    return owner


def _line_of(line: str, votes: Counter[int], tags: Sequence[tuple[str, int, int]]) -> PageLine:
    if not votes:
        return PageLine(line, "furniture" if line.strip() else "", -1)
    kinds: Counter[tuple[str, int]] = Counter()
    for mark, n in votes.items():
        kinds[tags[mark][:2]] += n
    (role, story), most = kinds.most_common(1)[0]
    if most < _ONE_STORY * kinds.total():
        return PageLine(line, "furniture", -1)
    place = min(tags[mark][2] for mark in votes if tags[mark][:2] == (role, story))
    return PageLine(line, role, story, place)
