"""An article's text to its section: `SectionClassifier` trains, `Model` predicts.

Training needs scikit-learn, predicting does not. Names load when they are first used, so that neither costs
anything before; type checkers see the imports instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classify.sections.classifier import SectionClassifier
    from classify.sections.model import Model
else:

    def __getattr__(name):
        if name == "SectionClassifier":
            from classify.sections.classifier import SectionClassifier

            return SectionClassifier
        if name == "Model":
            from classify.sections.model import Model

            return Model
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Model", "SectionClassifier"]
