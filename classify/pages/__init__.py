"""The lines of a newspaper page to articles.

A page has no marks that say where an article begins. What there is are habits of newspapers: a lead (本报讯), a
headline over or under the body, the width of a column, words that an article and its headline share.

Pages whose lines have boxes are read by `layout`. Two readers find articles in text alone. `line_model` learned what
each sign counts, line by line, from generated pages; it reads pages without blank lines, and pages with blank lines
between parts. The older reader of units was made for pages whose extractor puts blank lines into columns, and it reads
those, and texts that are one article. `articles` tells which it is. The model is to read all pages once it is as good
on those.

The modules of the reader of units, in the order of its work:

=============== ==========================================================================================
`line_flags`    width of each line, and what its characters may be the sign of
`printed`       healed and measured lines; `Unit`: lines that move together
`runs`          where the lines between two blank lines are cut
`units`         each unit with its kind (text, short, byline, caption, …)
`neighbours`    kinds that only the units beside a unit show
`subheads`      subheads and list points inside a body
`evidence`      numbers for and against each reading of a unit
`weights`       how much each number counts, in log-odds
`transitions`   the states of the page model, and the score of every transition
`segmentation`  the best path through the states, and the probability that an article begins at a unit
`articles`      the parts of each article put together; `split_page`
=============== ==========================================================================================

`furniture` (folio lines, notices), `headlines` (kicker, headline, deck), `paragraphs` (lines to running text) and
`parts` (captions, signatures, boxes) are used by both. Bylines and leads are read by `classify.text.bylines`.
"""

from classify.pages.articles import split_page

__all__ = ["split_page"]
