"""Results as news items of ninjs 3.2, the JSON format that the IPTC publishes for news exchange.

Specification: https://iptc.org/standards/ninjs/; the tests validate items against its JSON Schema. The schema
allows no keys of our own, so what ninjs has no key for is mapped onto the nearest one:

==================  ==================================================================
kicker, deck        headlines with these roles
captions            bodies with the role ``caption``
summary             a description with the role ``summary``
section             a subject with the relation ``classifies``, confidence in percent
keywords            subjects with the relation ``mentions``
file and article    an alternative id with the role ``file``, ``page.txt#3``
==================  ==================================================================

Photographers, lines, boxes, scores and the date as printed have no place in it; take JSON for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ninjs_object"]


def ninjs_object(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result as a ninjs item.

    Parameters
    ----------
    result : dict
        JSON object of a split or labelled article; see `classify.output.json`.

    Returns
    -------
    dict
        Its ``uri`` is ``urn:classify:`` and the id of the article. The id is hexadecimal, so the address is valid
        whatever the file is called. Parts that the article does not have are left out.

    Examples
    --------
    >>> from classify.output.json import article_object
    >>> from classify.records import Article
    >>> item = ninjs_object(article_object(Article(headline="林场造林忙"), file="第 3 版.txt", number=1))
    >>> item["uri"], item["headlines"]
    ('urn:classify:4e70c5640ceb5dcbf8e2', [{'role': 'main', 'value': '林场造林忙'}])
    """
    byline = result["byline"]
    headlines = [("main", result["headline"]), ("kicker", result["kicker"]), ("deck", result["deck"])]
    body = {
        "role": "main",
        "contentType": "text/plain",
        "charCount": len(result["body"]),
        "value": result["body"],
    }
    subjects = [{"name": keyword, "rel": "mentions"} for keyword in result.get("keywords", ())]
    if result.get("section"):
        confidence = round(100 * result["confidence"])
        subjects.insert(0, {"name": result["section"], "rel": "classifies", "confidence": confidence})
    item = {
        "uri": f"urn:classify:{result['id']}",
        "standard": {
            "name": "ninjs",
            "version": "3.2",
            "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#",
        },
        "type": "text",
        "language": "zh",
        "altIds": [{"role": "file", "value": f"{result['file']}#{result['article']}"}],
        "headlines": [{"role": role, "value": text} for role, text in headlines if text],
        "bodies": [body, *({"role": "caption", "value": caption} for caption in result["captions"])],
        "descriptions": [{"role": "summary", "value": "".join(result["summary"])}]
        if result.get("summary")
        else [],
        "by": "、".join([*byline["reporters"], *byline["correspondents"]]),
        "located": result["dateline"]["place"],
        "infoSources": [{"name": byline["source"]}] if byline["source"] else [],
        "subjects": subjects,
    }
    return {key: value for key, value in item.items() if value}
