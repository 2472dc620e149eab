"""Which field of a record is its text, its title and its label.

The user may say so (`ReadOptions`). Otherwise ``text``, ``title`` and ``label`` are meant, and where they are missing
the names that tables and labelling programs commonly use. Two programs nest what they export: Label Studio puts a text
under ``data`` and labels under ``annotations``, doccano puts labels into lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classify.options import ReadOptions

__all__ = [
    "LABEL_NAMES",
    "TEXT_NAMES",
    "TITLE_NAMES",
    "find_name",
    "plain_name",
    "unnested",
    "with_known_names",
]

TEXT_NAMES = (
    "text",
    "content",
    "body",
    "article",
    "正文",
    "内容",
    "內容",
    "文本",
    "全文",
    "新闻内容",
    "data",
)
TITLE_NAMES = ("title", "headline", "标题", "標題", "题目", "新闻标题")
LABEL_NAMES = (
    "label", "labels", "sections", "category", "class", "section", "choice",
    "类别", "類別", "分类", "分類", "标签", "標籤", "栏目", "版块",
)  # fmt: skip
"""Names in the order of preference; written here as `plain_name` gives them."""


def plain_name(name: str) -> str:
    """Return the name of a column without case and outer blanks.

    >>> plain_name(" Text ")
    'text'
    """
    return name.strip().lower()


def find_name(fields: Iterable[str], chosen: str | None, known: tuple[str, ...]) -> str | None:
    """Return the field that was chosen, or the first known one, or None where it is not there.

    >>> find_name(["编号", "标题", "Content"], None, TEXT_NAMES), find_name(["a", "text"], "a", TEXT_NAMES)
    ('Content', 'a')
    """
    if chosen is not None:
        return chosen if chosen in fields else None
    by_name: dict[str, str] = {}
    for field in fields:
        by_name.setdefault(plain_name(field), field)
    return next((by_name[name] for name in known if name in by_name), None)


def with_known_names(fields: dict[str, Any], options: ReadOptions) -> dict[str, Any]:
    """Return a record whose text and title are called ``text`` and ``title``, at the place they had.

    A field that was called so and is not meant becomes ``input_text`` or ``input_title``.

    Examples
    --------
    >>> from classify.options import ReadOptions
    >>> with_known_names({"编号": 7, "正文": "石泉水库蓄水。", "标题": "蓄水"}, ReadOptions())
    {'编号': 7, 'text': '石泉水库蓄水。', 'title': '蓄水'}
    >>> with_known_names({"text": "注", "original": "石泉水库蓄水。"}, ReadOptions(text_column="original"))
    {'input_text': '注', 'text': '石泉水库蓄水。'}
    """
    names = {
        "text": find_name(fields, options.text_column, TEXT_NAMES),
        "title": find_name(fields, options.title_column, TITLE_NAMES),
    }
    if all(found in (None, name) for name, found in names.items()):
        return fields
    renamed = {}
    meant = {found: name for name, found in names.items() if found is not None}
    for field, value in fields.items():
        renamed[meant.get(field) or (f"input_{field}" if field in meant.values() else field)] = value
    return renamed


def unnested(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a task of Label Studio as a plain record; any other record as it is.

    Examples
    --------
    >>> result = [{"type": "choices", "value": {"choices": ["水务"]}}]
    >>> unnested({"id": 7, "data": {"text": "石泉水库蓄水。"}, "annotations": [{"result": result}]})
    {'id': 7, 'text': '石泉水库蓄水。', 'label': ['水务']}
    """
    data, annotations = fields.get("data"), fields.get("annotations")
    if not isinstance(data, dict) or not isinstance(annotations, list):
        return fields
    done = [a for a in annotations if isinstance(a, dict) and not a.get("was_cancelled")]
    results = [r for a in done[-1:] for r in a.get("result") or () if isinstance(r, dict)]
    choices = [choice for r in results for choice in _choices(r.get("value"))]
    own = {"id": fields["id"]} if "id" in fields else {}
    return {**own, **data, "label": choices}


def _choices(value: Any) -> list[Any]:
    found = value.get("choices") if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
