"""Room 2: an article's text to its section. `SectionClassifier` trains, `Model` predicts; see each."""

from __future__ import annotations

from typing import Any

__all__ = ["Model", "SectionClassifier"]


def __getattr__(name: str) -> Any:
    # Training needs scikit-learn, predicting doesn't: neither is loaded before it is named.
    if name == "SectionClassifier":
        from classify.sections.classifier import SectionClassifier

        return SectionClassifier
    if name == "Model":
        from classify.sections.model import Model

        return Model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
