"""An article's text to its section.

`SectionClassifier` trains (a scikit-learn estimator), `Model` predicts (without scikit-learn), `NgramVectorizer` and
`NewsVectorizer` make the TF-IDF rows for both. The steps from text to prediction:

    folding     texts -> blocks of code points
    vocabulary  code points -> keys of n-grams, words and edges, looked up in a trie (`trie`)
    counting    keys -> counts of terms, one sparse row per text
    vectorizer  counts -> TF-IDF rows; `news` puts those of the whole text and of the headline side by side
    linear      rows and labels -> weights; `calibration`: scores -> probabilities and a threshold
    model       rows times weights -> predictions; the model file
    evaluation, explanation, training: measure, explain and train a model

Names load when they are first used; type checkers see the imports instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classify.sections.classifier import SectionClassifier
    from classify.sections.model import Model
    from classify.sections.news import NewsVectorizer
    from classify.sections.vectorizer import NgramVectorizer
else:

    def __getattr__(name):
        modules = {
            "Model": "model",
            "NewsVectorizer": "news",
            "NgramVectorizer": "vectorizer",
            "SectionClassifier": "classifier",
        }
        if name in modules:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{modules[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Model", "NewsVectorizer", "NgramVectorizer", "SectionClassifier"]
