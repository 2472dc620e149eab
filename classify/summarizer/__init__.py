"""Room 3: text to summary, keywords and phrases. Loads neither scikit-learn nor the other rooms.

>>> from classify.summarizer import keywords, summarize
>>> summary = summarize("第一句讲林业局的事。第二句讲别的。", 1)
>>> [s.text for s in summary.sentences]
['第一句讲林业局的事。']
"""

from classify.summarizer.combined import summarize_with_keywords
from classify.summarizer.keywords import key_phrases, keywords, keywords_many
from classify.summarizer.markup import mark
from classify.summarizer.textrank import TextRank, summarize, summarize_many

__all__ = [
    "TextRank",
    "key_phrases",
    "keywords",
    "keywords_many",
    "mark",
    "summarize",
    "summarize_many",
    "summarize_with_keywords",
]
