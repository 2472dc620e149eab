"""Results as JSON objects: one object an article, with the keys that `classify.output.schema` defines.

The objects are what every other format of this package is made from, and what archives write. Two decisions:

* Keys are always there, in the same order, so that a reader needs no case distinctions.
* Further fields of an input record follow them, and never replace one of them.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from typing import TYPE_CHECKING, Any

from classify.files import written_name
from classify.text.words import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from classify.output.schema import ArticleObject, LabelKeys, LabelledObject, LeftoverObject
    from classify.records import Article, LabelledArticle, Line, Prediction

__all__ = [
    "article_id",
    "article_object",
    "label_keys",
    "labelled_object",
    "leftover_objects",
    "to_json",
    "with_fields",
]


def article_id(article: Article, *, file: str, number: int) -> str:
    """Return the id of an article: the same for the same article of the same file, in every run.

    Parameters
    ----------
    article : Article
    file : str
        Name of the input. Its folders do not count, so that an archive may be moved; for a member of a zip file
        it is the member's name.
    number : int
        Number of the article in its file, from 1.

    Returns
    -------
    str
        The first 20 hexadecimal digits of the SHA-256 over file name, page, number, headline and body, as they are
        written. Each part is UTF-8 and follows its length (8 bytes, little-endian), so that no two lists of parts
        give the same bytes.

    Examples
    --------
    >>> from classify.records import Article
    >>> article = Article(headline="林场造林忙", body="林场造林两千亩。")
    >>> article_id(article, file="a/page.txt", number=1)
    '86bf8c699e98852f93c7'
    >>> article_id(article, file="b/page.txt", number=1)
    '86bf8c699e98852f93c7'
    """
    sha = hashlib.sha256()
    name = os.path.basename(written_name(file))
    for part in (name, str(article.page), str(number), article.headline, article.body):
        # The length before each part keeps ("ab", "c") and ("a", "bc") apart.
        data = without_surrogates(part).encode()
        sha.update(len(data).to_bytes(8, "little") + data)
    return sha.hexdigest()[:20]


def article_object(article: Article, *, file: str, number: int) -> ArticleObject:
    """Return the JSON object of a split article.

    Parameters
    ----------
    article : Article
    file : str
        Name of the input, as the user gave it; the object has it as `written_name` writes it.
    number : int
        Number of the article in its file, from 1.

    Examples
    --------
    >>> from classify.records import Article
    >>> found = article_object(Article(headline="林场造林忙", lines=((1, 3),)), file="page.txt", number=1)
    >>> found["headline"], found["lines"], found["boxes"]
    ('林场造林忙', [[1, 3]], [])
    """
    byline, dateline = article.byline, article.dateline
    return {
        "id": article_id(article, file=file, number=number),
        "file": written_name(file),
        "page": article.page,
        "article": number,
        "headline": article.headline,
        "kicker": article.kicker,
        "deck": article.deck,
        "byline": {
            "source": byline.source,
            "reporters": list(byline.reporters),
            "correspondents": list(byline.correspondents),
            "photographers": list(byline.photographers),
        },
        "dateline": {"place": dateline.place, "date": dateline.date},
        "captions": list(article.captions),
        "body": article.body,
        "lines": [list(span) for span in article.lines],
        "boxes": [list(box) for box in article.boxes],
        "split_confidence": article.split_confidence,
    }


def labelled_object(item: LabelledArticle, *, file: str, number: int) -> LabelledObject:
    """Return the JSON object of a labelled article: that of `article_object`, then label and summary.

    Probabilities have four places. ``confidence`` belongs to ``likeliest``, whatever the ``decision``.

    Examples
    --------
    >>> from classify.records import Article, LabelledArticle, Prediction
    >>> unsure = Prediction(None, 0.4, {"business": 0.4, "policing": 0.3, "other": 0.3}, "business", "unsure")
    >>> found = labelled_object(LabelledArticle(Article(), unsure), file="page.txt", number=1)
    >>> found["section"], found["decision"], found["likeliest"], found["confidence"]
    (None, 'unsure', 'business', 0.4)
    """
    return {
        **article_object(item.article, file=file, number=number),
        **label_keys(item.prediction),
        "summary": [sentence.text for sentence in item.summary.sentences],
        "keywords": [keyword.text for keyword in item.keywords],
    }


def label_keys(prediction: Prediction) -> LabelKeys:
    """Return the keys of a result that say its label; probabilities have four places.

    >>> from classify.records import Prediction
    >>> label_keys(Prediction(None, 0.4, {"business": 0.4, "other": 0.6}, "business", "unsure"))["likeliest"]
    'business'
    """
    return {
        "section": prediction.section,
        "decision": prediction.decision,  # type: ignore[typeddict-item]
        "likeliest": prediction.likeliest,
        "confidence": round(prediction.confidence, 4),
        "scores": {name: round(p, 4) for name, p in prediction.scores.items()},
    }


def leftover_objects(lines: Iterable[Line], *, file: str) -> list[LeftoverObject]:
    """Return the JSON objects of the lines of a page that belong to no article.

    Examples
    --------
    >>> from classify.records import Line
    >>> leftover_objects([Line("第3版", 9)], file="page.txt")
    [{'file': 'page.txt', 'page': 1, 'line': 9, 'text': '第3版'}]
    """
    name = written_name(file)
    return [
        {"file": name, "page": line.box.page if line.box else 1, "line": line.number, "text": line.text}
        for line in lines
    ]


def with_fields(result: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `result` followed by the further fields of the record that it was made from.

    ``text`` and ``title`` are not passed through: they are in ``body`` and ``headline``. A field that is called
    like a key of `result` becomes ``input_<name>``, with underscores behind it where that is taken as well.

    Examples
    --------
    >>> with_fields({"section": "business"}, {"text": "…", "section": "A1", "issue": 7})
    {'section': 'business', 'input_section': 'A1', 'issue': 7}
    >>> with_fields({"section": "business"}, {"section": "A1", "input_section": "A2"})
    {'section': 'business', 'input_section_': 'A1', 'input_section': 'A2'}
    """
    own = {name: value for name, value in fields.items() if name not in ("text", "title")}
    # All names of the record are taken from the start, so that the order of its fields changes no name.
    taken = {*result, *own}
    combined = dict(result)
    for name, value in own.items():
        free = name
        if name in result:
            free = f"input_{name}"
            while free in taken:
                free += "_"
            taken.add(free)
        combined[free] = value
    return combined


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON that keeps Chinese readable and that every JSON reader takes.

    Lone surrogates, which UTF-8 cannot hold and many readers refuse, become U+FFFD. NaN and infinities, which JSON
    does not have, become null: they come from the further fields of records.

    Examples
    --------
    >>> to_json({"headline": "林场造林忙"})
    '{"headline": "林场造林忙"}'
    >>> print(to_json(["\\ud800林", float("nan")]))
    ["�林", null]
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:
        return to_json(_finite(value), indent=indent)
    return without_surrogates(text)


def _finite(value: Any) -> Any:
    """Return `value` with null for every number that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value
