"""Chinese newspaper pages to labelled, summarised articles.

    >>> import classify
    >>> from pathlib import Path
    >>> page = Path("examples/page.txt").read_text(encoding="utf-8")
    >>> for item in classify.predict_page(page)[2:4]:
    ...     print(item.section, item.headline)
    policing 乡道蹲守四夜擒获盗电池团伙
    forestry 林长巡林三万人次 防火关口再前移

Names load when they are first used, so ``import classify`` alone loads neither NumPy nor scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    # Type checkers see every name with its own type; `__getattr__` below loads them at run time.
    from classify.errors import (
        ClassifyError,
        CorpusError,
        EncodingError,
        InputError,
        ModelError,
        SegmenterError,
    )
    from classify.options import ArchiveOptions, ReadOptions, SummaryOptions, UpdateOptions
    from classify.pages import split_page
    from classify.pipeline import Pipeline, predict_page, predict_pages, predict_records
    from classify.read import read_pages
    from classify.records import Article, LabelledArticle, Line, Page, Prediction, Sentence, Summary
    from classify.sections import SectionClassifier
    from classify.sections.model import load_model
    from classify.sections.training import train
    from classify.summarizer import keywords, summarize
else:
    from importlib import import_module

    _MODULES = {
        "errors": (
            "ClassifyError",
            "CorpusError",
            "EncodingError",
            "InputError",
            "ModelError",
            "SegmenterError",
        ),
        "options": ("ArchiveOptions", "ReadOptions", "SummaryOptions", "UpdateOptions"),
        "pages": ("split_page",),
        "pipeline": ("Pipeline", "predict_page", "predict_pages", "predict_records"),
        "read": ("read_pages",),
        "records": ("Article", "LabelledArticle", "Line", "Page", "Prediction", "Sentence", "Summary"),
        "sections": ("SectionClassifier",),
        "sections.model": ("load_model",),
        "sections.training": ("train",),
        "summarizer": ("keywords", "summarize"),
    }

    def __getattr__(name):
        for module, names in _MODULES.items():
            if name in names:
                return getattr(import_module(f"classify.{module}"), name)
        raise AttributeError(f"module 'classify' has no attribute {name!r}")

    def __dir__():
        return sorted([*globals(), *__all__])


__all__ = [
    "ArchiveOptions",
    "Article",
    "ClassifyError",
    "CorpusError",
    "EncodingError",
    "InputError",
    "LabelledArticle",
    "Line",
    "ModelError",
    "Page",
    "Pipeline",
    "Prediction",
    "ReadOptions",
    "SectionClassifier",
    "SegmenterError",
    "Sentence",
    "Summary",
    "SummaryOptions",
    "UpdateOptions",
    "keywords",
    "load_model",
    "predict_page",
    "predict_pages",
    "predict_records",
    "read_pages",
    "split_page",
    "summarize",
    "train",
]
