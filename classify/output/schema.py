"""The definition of the output: the keys of one JSON object, their types, bounds and meaning.

The definition is made of types: `ArticleObject` is one article of ``classify split``, `LabelledObject` one of
``classify predict``. Their fields are the keys of every object, in this order, and every key is always there.
`output_schema` turns the same types into the JSON Schema that ``classify schema`` prints, and mypy holds
`classify.output.json` to them, so schema, documentation and program have one source.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

__all__ = [
    "ArticleObject",
    "BylineObject",
    "DatelineObject",
    "LabelKeys",
    "LabelledObject",
    "LeftoverObject",
    "output_schema",
]

# In `Annotated`, a string is the description of a field, and a dictionary holds keywords of JSON Schema.
Probability = Annotated[float, {"minimum": 0, "maximum": 1}]


class BylineObject(TypedDict):
    """Who wrote and photographed an article: the printed source, and names by role."""

    source: Annotated[str, "Paper or agency as printed, such as 本报; empty where none is."]
    reporters: list[str]
    correspondents: list[str]
    photographers: list[str]


class DatelineObject(TypedDict):
    """Where and when a dispatch was filed, both as printed; empty where they are not."""

    place: str
    date: str


class ArticleObject(TypedDict):
    """One article of a page, as ``classify split`` gives it."""

    id: Annotated[
        str,
        "The same for the same article of the same file in every run: the first 20 hexadecimal digits of "
        "SHA-256 over file name without folders, page, article, headline and body.",
        {"pattern": "^[0-9a-f]{20}$"},
    ]
    file: Annotated[str, "The input as it was given; - is standard input."]
    page: Annotated[int, "Page in the file on which the article begins.", {"minimum": 1}]
    article: Annotated[int, "Number of the article or the record in the file.", {"minimum": 1}]
    headline: str
    kicker: Annotated[str, "The line above the headline (引题)."]
    deck: Annotated[str, "The line below the headline (副题)."]
    byline: BylineObject
    dateline: DatelineObject
    captions: list[str]
    body: Annotated[str, "The writer's paragraphs, separated by newlines."]
    lines: Annotated[
        list[Annotated[list[Annotated[int, {"minimum": 1}]], {"minItems": 2, "maxItems": 2}]],
        "Ranges of input lines, [first, last], both inclusive; empty where the input has boxes.",
    ]
    boxes: Annotated[
        list[Annotated[list[float], {"minItems": 5, "maxItems": 5}]],
        "Blocks of the article, [page, x0, y0, x1, y1] in points from the top left corner of the page; "
        "empty for plain text.",
    ]
    split_confidence: Annotated[Probability, "Probability that the article begins and ends where it does."]


class LabelKeys(TypedDict):
    """The label of an article."""

    section: Annotated[str | None, "The section; null where none is given."]
    decision: Annotated[
        Literal["labelled", "other", "unsure"],
        "labelled: a section is given; other: none of the sections; unsure: below the model's threshold.",
    ]
    likeliest: Annotated[str, "The class with the highest probability."]
    confidence: Annotated[Probability, "Probability of the likeliest class."]
    scores: Annotated[dict[str, Probability], "Probability of every class."]


class LabelledObject(ArticleObject, LabelKeys):
    """One labelled and summarised article, as ``classify predict`` gives it."""

    summary: Annotated[list[str], "Sentences of the body, unchanged and in its order."]
    keywords: Annotated[list[str], "Best first."]


class LeftoverObject(TypedDict):
    """One input line that belongs to no article."""

    file: str
    page: int
    line: int
    text: str


def output_schema(*, labelled: bool = True) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one output object.

    Parameters
    ----------
    labelled : bool, default=True
        Describe the objects of ``predict``, otherwise those of ``split``.

    Returns
    -------
    dict
        All keys are required. Other keys are allowed: they are further fields of an input record.

    Examples
    --------
    >>> output_schema()["properties"]["confidence"]
    {'type': 'number', 'description': 'Probability of the likeliest class.', 'minimum': 0, 'maximum': 1}
    >>> "section" in output_schema(labelled=False)["required"]
    False
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An article of `classify predict`" if labelled else "An article of `classify split`",
        **_schema_of(LabelledObject if labelled else ArticleObject),
    }


def _schema_of(annotation: Any) -> dict[str, Any]:
    """Return the schema of a type, for the kinds of types that the definitions above are made of."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        schema = _schema_of(arguments[0])
        for note in arguments[1:]:
            schema |= {"description": note} if isinstance(note, str) else note
        # A fixed order of keywords, whichever alias a bound comes from.
        first = ("type", "enum", "description")
        return {k: schema[k] for k in sorted(schema, key=lambda k: first.index(k) if k in first else 3)}
    if is_typeddict(annotation):
        fields = get_type_hints(annotation, include_extras=True)
        properties = {name: _schema_of(field) for name, field in fields.items()}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if origin is list:
        return {"type": "array", "items": _schema_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of(arguments[1])}
    if origin is Literal:
        return {"enum": list(arguments)}
    # The remaining annotations are a plain type, or a plain type or None.
    names = {str: "string", int: "integer", float: "number", type(None): "null"}
    found = [names[plain] for plain in arguments or (annotation,)]
    return {"type": found[0] if len(found) == 1 else found}
