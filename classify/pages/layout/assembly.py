"""Stories with their headlines to articles.

Paragraphs come from indents, names from the grammar of bylines, parts from the place and size of type. A brief begins
at a bullet; the rubric over briefs is the kicker of none. Every line is in one article or left over.
"""

from __future__ import annotations

from functools import partial, reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.pages.headlines import Headlines, is_rubric
from classify.pages.layout.block_finding import find_blocks
from classify.pages.layout.blocks import DisplayGroup, NamedLines, Segment
from classify.pages.layout.flow import find_flow
from classify.pages.layout.heads import cut_at_heads, match_heads, read_display
from classify.pages.layout.jumps import goes_on, join_jumps
from classify.pages.layout.reading import Area, PlacedLine, view_page
from classify.pages.layout.stories import Story
from classify.pages.line_model import read_lines
from classify.pages.parts import take_signature
from classify.pages.printed import PrintedLines, ends_open, heal_line, join
from classify.records import Article, Box, Byline, Dateline, Page
from classify.text.bylines import LEAD_LINES, parse_credit, parse_lead
from classify.text.characters import BLANK, BULLETS, TERMINATORS
from classify.text.normalize import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from classify.pages.layout.blocks import Blocks
    from classify.pages.layout.reading import PageView
    from classify.records import PrintedPage

__all__ = ["split_printed_page", "split_printed_pages"]

_LONGEST_JUMP = 12
"""Pages from one part of an article to the next, at most. Chosen: a section of a daily has 4 to 12."""


MOST_LINES, MOST_DRAWN, MOST_BLOCKS = 3_000, 1_000, 160
"""Lines, drawn things (rules, frames, pictures) and blocks (columns of text, headlines) of a page that is read by its
geometry. Chosen: the fullest of the development pages has 450 lines and 55 blocks."""


def split_printed_page(page: PrintedPage) -> Page:
    """Return the articles of a page whose lines have boxes, and the lines that belong to none.

    >>> from classify.records import Line, PrintedPage
    >>> rows = [("林场造林忙", 24.0), ("本报讯（记者岑雨桐）云港市", 10.0), ("林场近日造林两千亩。", 10.0)]
    >>> places = [(40.0, 200.0, 160.0, 224.0), (60.0, 232.0, 170.0, 242.0), (40.0, 247.0, 140.0, 257.0)]
    >>> lines = [Line(t, k, Box(1, *b), s) for k, ((t, s), b) in enumerate(zip(rows, places), 1)]
    >>> found = split_printed_page(PrintedPage(1, 400.0, 600.0, tuple(lines)))
    >>> found[0].headline, found[0].byline.reporters, found[0].body
    ('林场造林忙', ('岑雨桐',), '云港市林场近日造林两千亩。')
    """
    return next(split_printed_pages([page]))


def split_printed_pages(pages: Iterable[PrintedPage]) -> Iterator[Page]:
    """Yield the pages of a file split, the parts of articles that jump joined, in order.

    An article is on the page on which it begins. A page is held back until the other parts of its articles are found,
    for `_LONGEST_JUMP` pages at most, so that memory stays bounded however many pages there are.
    """
    waiting: list[tuple[Callable[[], Page], list[Story]]] = []
    for page in pages:
        waiting.append(_read_page(page))
        join_jumps([stories for _, stories in waiting])
        while waiting and (len(waiting) > _LONGEST_JUMP or not any(map(goes_on, waiting[0][1]))):
            yield waiting.pop(0)[0]()
    for to_page, _ in waiting:
        yield to_page()


def _read_page(page: PrintedPage) -> tuple[Callable[[], Page], list[Story]]:
    """Return the stories of a page, and what makes the page of them once jumps are joined.

    Every two blocks are compared, so a page with more than any newspaper has is read by its text, in the order of its
    lines.
    """
    if len(page.lines) <= MOST_LINES and len([*page.rules, *page.frames, *page.pictures]) <= MOST_DRAWN:
        view = view_page(page)
        blocks = find_blocks(view)
        if len(blocks.segments) + len(blocks.displays) <= MOST_BLOCKS:
            stories = _find_stories(view, blocks)
            return partial(_to_page, view, stories), stories
    lines = [line._replace(text=" ".join(clean(line.text).split("\n"))) for line in page.lines]
    return partial(read_lines, lines), []


def _find_stories(view: PageView, blocks: Blocks) -> list[Story]:
    """Return the stories of a page."""
    flow = find_flow(view, blocks.segments, blocks.displays)
    chains = cut_at_heads(view, flow, blocks.displays)
    stories = [Story(chain) for chain in chains]
    for k, g in match_heads(view, chains, blocks.displays).items():
        stories[k].group = blocks.displays[g]
    stories = [part for story in stories for part in _split_briefs(story)]
    _give_bylines(stories, blocks.bylines)
    _give_captions(view, stories, blocks.captions)
    stories = [story for story in stories if _is_article(story)]
    for story in stories:
        for line in story.lines():
            line.taken = True
    return stories


def _to_page(view: PageView, stories: Sequence[Story]) -> Page:
    """Return the articles of a page, and the lines that belong to none."""
    leftover = [line.line for line in [*view.lines, *view.furniture] if not line.taken]
    leftover.sort(key=lambda line: line.number)
    return Page(tuple([_to_article(story) for story in stories]), tuple(leftover))


def _is_article(story: Story) -> bool:
    """Whether a story is one: it has a sentence, or goes on elsewhere. The slogans of advertisements have none."""
    text = "".join(segment.text for segment in story.segments)
    return any(mark in text for mark in TERMINATORS) or goes_on(story)


def _split_briefs(story: Story) -> list[Story]:
    """Return a story cut where a line begins with a bullet, if it is a series of briefs, or at the heads of briefs."""
    if _is_headed_series(story):
        return _cut_at_lines(story, {id(line) for line in _first_subheads(story)})
    marked = {
        id(line): segment.is_indented(k) is not None
        for segment in story.segments
        for k, line in enumerate(segment.lines)
        if line.text[:1] in BULLETS
    }
    if not story.segments[0].has_bullet or (len(marked) == 1 and story.group is None):
        return [story]
    return _cut_at_lines(story, set(marked))


def _is_headed_series(story: Story) -> bool:
    """Whether subheads are the heads of briefs: the text begins with one, under a rubric or nothing.

    A story may have no subhead over its first paragraph; its headline is there.
    """
    first = story.segments[0]
    if 0 not in first.subheads:
        return False
    return story.group is None or is_rubric(story.group.text)


def _first_subheads(story: Story) -> list[PlacedLine]:
    """Return the subheads of a story, of those of several lines the first."""
    return [
        segment.lines[k]
        for segment in story.segments
        for k in sorted(segment.subheads)
        if k - 1 not in segment.subheads
    ]


def _cut_at_lines(story: Story, firsts: set[int]) -> list[Story]:
    """Return the parts of a story that begin with the lines of these ids; subheads that begin one are its headline."""
    parts: list[Story] = []
    for segment in story.segments:
        cuts = [k for k, line in enumerate(segment.lines) if id(line) in firsts]
        bounds = [*([0] if 0 not in cuts else []), *cuts, len(segment.lines)]
        for first, end in pairwise(bounds):
            subheads = {k - first for k in segment.subheads if first <= k < end}
            lines, group = segment.lines[first:end], None
            while first in cuts and 0 in subheads and len(lines) > 1:
                line, *lines = lines
                subheads = {k - 1 for k in subheads if k}
                if group is None:
                    group = DisplayGroup([line])
                else:
                    group.add([line])
            piece = Segment(lines, segment.column, subheads)
            if first in cuts or not parts:
                parts.append(Story([piece], group))
            else:
                parts[-1].segments.append(piece)
    parts[-1].segments[-1].jump = story.segments[-1].jump
    if len(parts) == 1 and parts[0].group is None:
        parts[0].group = story.group
    return parts


def _give_bylines(stories: Sequence[Story], bylines: Sequence[NamedLines]) -> None:
    """Give each byline to the story under whose headline, over whose text or at whose end it is."""
    for byline in bylines:
        best = min(stories, key=lambda story: _distance(story, byline), default=None)
        if best is not None and _distance(best, byline) < 60.0:
            best.bylines.append(byline)


def _distance(story: Story, block: NamedLines) -> float:
    """Return how far a byline is from where it may stand in a story."""
    area = block.area
    first, last = story.segments[0].area, story.segments[-1].area
    under = last.gap_below(area)
    over = area.gap_below(first)
    places = []
    for gap, shared in ((over, area.shared_width(first)), (under + 4.0, area.shared_width(last))):
        if shared > 0 and gap > -4.0:
            places.append(abs(gap))
    if story.group is not None:
        head = story.group.area
        if head.shared_width(area) > 0 and (gap := head.gap_below(area)) > -4.0:
            places.append(abs(gap) + 1.0)
        if not story.group.upright and story.area.holds(area, 12.0):
            places.append(8.0)
    return min(places, default=999.0)


def _give_captions(view: PageView, stories: Sequence[Story], captions: Sequence[NamedLines]) -> None:
    """Give each caption to the story near its picture whose words it shares."""
    for caption in captions:
        picture = min(view.pictures, key=lambda p: _apart(p, caption.area), default=caption.area)
        frame = caption.lines[0].frame
        best, best_score = None, -99.0
        for story in stories:
            text = "".join(s.text for s in story.segments) + (story.group.text if story.group else "")
            near = min(_apart(s.area, picture.joined(caption.area)) for s in story.segments)
            inside = 2.0 if story.extent.holds(picture, 6.0) else 0.0
            score = 5.0 * _shared(caption.text, text) - 0.025 * near + inside
            if story.segments[0].frame != frame:
                score -= 4.0
            if score > best_score:
                best, best_score = story, score
        if best is not None:
            best.captions.append(caption)


def _apart(a: Area, b: Area) -> float:
    """Return the distance of two areas, 0 where they touch."""
    return max(0.0, -a.shared_width(b)) + max(0.0, -a.shared_height(b))


def _shared(text: str, body: str) -> float:
    pairs = {text[k : k + 2] for k in range(len(text) - 1)}
    return sum(pair in body for pair in pairs) / len(pairs) if pairs else 0.0


def _to_article(story: Story) -> Article:
    """Return the article of a story."""
    paragraphs = _paragraphs(story.segments)
    lead = parse_lead("\n".join(paragraphs[0][:LEAD_LINES])) if paragraphs else None
    if lead is not None:
        opening = "\n".join(paragraphs[0])[lead.end :]
        paragraphs[0] = [part for part in opening.split("\n") if part.strip(BLANK)]
    runs = [PrintedLines.of(lines) for lines in paragraphs if lines]
    signature = take_signature(runs)
    texts = [join(run.healed).strip(BLANK) for run in runs if run.printed]
    body = "\n".join(text for text in texts if text).lstrip(BULLETS + BLANK)
    byline = lead.byline if lead else Byline()
    captions = []
    for caption in story.captions:
        text = join([heal_line(line.text) for line in caption.lines])
        credit = parse_credit("\n".join(line.text for line in caption.lines))
        if credit is not None and credit.photographers:
            byline = byline.merged_with(Byline(photographers=credit.photographers))
        if credit is None or credit.caption:
            captions.append(text)
    for other in [*[block.byline for block in story.bylines], signature]:
        if other:
            byline = byline.merged_with(other)
    heads = read_display(story.group) if story.group else Headlines()
    if is_rubric(heads.headline) and not heads.deck:
        heads = Headlines("", heads.headline, "")
    boxes = _boxes(story)
    return Article(
        headline=heads.headline,
        kicker=heads.kicker,
        deck=heads.deck,
        byline=byline,
        dateline=lead.dateline if lead else Dateline(),
        captions=tuple(captions),
        body=body,
        boxes=boxes,
        page=boxes[0].page if boxes else 1,
        split_confidence=story.confidence,
    )


def _paragraphs(segments: Iterable[Segment]) -> list[list[str]]:
    """Return the lines of each paragraph; an indent begins one, and so does a subhead and what follows it."""
    paragraphs: list[list[str]] = []
    before = ""
    for segment in segments:
        for k, line in enumerate(segment.lines):
            alone = k in segment.subheads
            after = k - 1 in segment.subheads
            begins = alone != after or (segment.is_indented(k) and not ends_open(before))
            if begins or not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(line.text)
            before = line.text
    return paragraphs


def _boxes(story: Story) -> tuple[Box, ...]:
    """Return the boxes of the blocks of a story, headline first."""
    blocks: list[Sequence[PlacedLine]] = [story.group.lines] if story.group else []
    blocks += [segment.lines for segment in story.segments]
    blocks += [block.lines for block in [*story.bylines, *story.captions]]
    blocks += [[segment.jump] for segment in story.segments if segment.jump is not None]
    blocks += [[line] for line in story.jump_lines]
    boxes = []
    for lines in blocks:
        boxes.append(reduce(Box.joined, [line.line.box for line in lines if line.line.box is not None]))
    return tuple(boxes)
