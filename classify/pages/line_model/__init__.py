"""The learned model of the lines of a page: for pages whose blank lines, if any, stand between parts.

Every extractor that was tried gives newspaper text without blank lines, so an article has to be found from its lines
alone. Each line gets a state (kicker, headline, deck, byline, body, caption …), and the most probable states of all
lines together are found; what each sign counts was learned from generated pages in many typographies.

=============== =========================================================================================
`line_signs`    what the characters of a line and the grammar of bylines show of it
`shared_words`  which words lines share with the text before and after them
`features`      all that is known of each line, and of each border between two
`states`        what a line can be to its article, and what may follow what
`crf`           the model: scores, the best states (Viterbi), probabilities (forward-backward)
`display_stack` which lines over a body are its label, kicker, headline and deck, all together
`reading`       the states of all lines, cut into pieces of articles
`matching`      which pieces are one article, by their words over the whole page
`vertical`      text with one character on each line
`repairs`       pages printed twice, in raster order, or with mixed columns
`assembly`      the parts of each article put together
=============== =========================================================================================

`weights.npz` holds the weights; `benchmarks/learn_splitter.py` learns them.
"""

from classify.pages.line_model.assembly import read_lines

__all__ = ["read_lines"]
