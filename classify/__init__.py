"""Chinese newspaper pages to labelled, summarised articles.

    >>> import classify
    >>> for item in classify.predict_page(open("page.txt", encoding="utf-8").read()):
    ...     print(item.section, item.headline, item.summary)

Names load when first used: ``import classify`` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classify.errors import (
        ClassifyError,
        CorpusError,
        EncodingError,
        InputError,
        ModelError,
        SegmenterError,
    )
    from classify.pages.articles import split_page
    from classify.pipeline import predict_page, predict_pages, predict_records
    from classify.sections.training import train
    from classify.store import load_model
    from classify.summarizer import keywords, summarize

__version__ = "0.1.0"

_HOMES = {
    "ClassifyError": "errors",
    "CorpusError": "errors",
    "EncodingError": "errors",
    "InputError": "errors",
    "ModelError": "errors",
    "SegmenterError": "errors",
    "keywords": "summarizer",
    "load_model": "store",
    "predict_page": "pipeline",
    "predict_pages": "pipeline",
    "predict_records": "pipeline",
    "split_page": "pages.articles",
    "summarize": "summarizer",
    "train": "sections.training",
}

__all__ = [
    "ClassifyError",
    "CorpusError",
    "EncodingError",
    "InputError",
    "ModelError",
    "SegmenterError",
    "keywords",
    "load_model",
    "predict_page",
    "predict_pages",
    "predict_records",
    "split_page",
    "summarize",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"classify.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'classify' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
