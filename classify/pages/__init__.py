"""Room 1: the text of a raw page to articles.

    looks         what the characters of every line say
    blocks        where a run of lines may be parted
    lines         units: the smallest pieces that move as one
    evidence      what speaks for and against each reading of a unit, weighed by `weights`
    arcs          every step a unit allows, with its score
    segmentation  the best whole reading of the page, and how probable it is
    articles      each article's parts put together

Parts are read by `bylines` (with `names`), `headlines` (with `kickers`), `inside`, `paragraphs` and `healing`.
"""

from classify.pages.articles import split_page

__all__ = ["split_page"]
