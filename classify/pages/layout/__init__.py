"""Pages whose lines have boxes, to articles: what the eye sees of a newspaper page.

The order of the lines in a file says nothing, and the text alone leaves doubt. Type, columns, rules, frames and
pictures show most of what text does not, so these pages are read by geometry first and by words where geometry leaves
a choice.

============= ==========================================================================================
`reading`     lines in the main direction of the page, furniture set apart, each line in its frame
`blocks`      the records of segments, display groups, bylines and captions
`block_finding`, `segments`, `display_groups`
              lines to blocks
`captions`    whether a short block beside a picture is its caption or a headline
`links`       what is seen of two segments that may follow one another
`flow`        which segment goes on in which: the best choice for the whole page
`heads`       which display group belongs to which story, and its kicker, headline and deck
`stories`     the record of a story
`jumps`       articles that go on on another page of the file
`assembly`    stories to articles
============= ==========================================================================================
"""

from classify.pages.layout.assembly import split_printed_page, split_printed_pages

__all__ = ["split_printed_page", "split_printed_pages"]
