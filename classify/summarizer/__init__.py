"""Text to summary, keywords and phrases. Needs neither scikit-learn nor `pages` and `sections`.

The modules, in the order of the work: `wrapping` joins the lines of narrow columns, `structure` finds sentences
and headings, `reading` cuts words, `graph` and `ranking` rank sentences, `scoring`, `choosing` and `clauses`
choose among them, `keywords` ranks words; `compat` is TextRank as textrank4zh computes it; `api` has the functions
below.

>>> from classify.summarizer import keywords, summarize
>>> text = "第一句讲林业局的事。第二句讲别的。"
>>> [s.text for s in summarize(text, 1)]
['第一句讲林业局的事。']
>>> keywords(text, 1)[0].text
'林业局'
"""

from classify.summarizer.api import (
    TextRank,
    key_phrases,
    keywords,
    keywords_many,
    mark,
    summarize,
    summarize_iter,
    summarize_many,
    summarize_with_keywords,
)

__all__ = [
    "TextRank",
    "key_phrases",
    "keywords",
    "keywords_many",
    "mark",
    "summarize",
    "summarize_iter",
    "summarize_many",
    "summarize_with_keywords",
]
