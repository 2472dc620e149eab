"""`SectionClassifier`: texts and labels to a `Model`, as a scikit-learn estimator.

The model in a sentence: characters, pairs of them, words and edges, in the text and once more in its
headline, weighted by TF-IDF; a linear SVM for each section against the rest, which is also told the text's
naive Bayes odds for every section; scores made probabilities on held-out folds.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from classify.sections.calibration import Calibration, fit_calibration, threshold_for_risk
from classify.sections.features import Counts, Features
from classify.sections.linear import fit_weights, start_processes
from classify.sections.model import Model
from classify.sections.vocabulary import HEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

__all__ = ["SectionClassifier"]


class SectionClassifier(ClassifierMixin, BaseEstimator):
    """Classify Chinese texts; a scikit-learn estimator over lists of strings.

    A text's headline is its first line, where a newline follows it.

    Parameters
    ----------
    C : float, default=0.5
        Weight of training errors against the size of the weights, for texts of 20 characters. It grows with the
        square root of their mean length: the longer a text, the smaller the share of each of its terms.
    min_df : int or None, default=None
        Training texts that a term must be in; None: 2 in articles, 1 in headlines.
    smoothing : float, default=2.0
        Texts made up for each term before naive Bayes odds are taken: the more, the less rare terms claim.
    odds_weight : float, default=0.04
        Size of the naive Bayes odds beside the terms: the less, the more texts it takes to rely on them.
    headline_weight : float, default=0.5
        Weight of the headline's own part; the whole text's is 1.
    balance : float in [0, 1], default=0.25
        How far small sections are weighed up: 0 not at all, 1 until all weigh the same.
    risk : float in (0, 1), default=0.06
        Share of errors to allow above the confidence threshold.
    folds : int, default=5
        Folds for calibration, one held-out part on many texts; 0 leaves scores as they are (a softmax of
        them), which is fastest.
    segmenter : {"rjieba", "jieba"} or None, default=None
        Who finds the words of the training texts; None for the best there is.
    user_dictionary : str or None, default=None
        A dictionary for jieba.
    n_jobs : int or None, default=-1
        Processes for training; −1 for all cores. The result doesn't depend on it.
    random_state : int, default=0

    Attributes
    ----------
    classes_ : ndarray, (n_classes,)
    C_ : float
        `C` for the length of the training texts.
    model_ : Model
        What is stored, and does the predicting.
    held_out_ : ndarray, (n_texts, n_classes)
        Calibrated probabilities of training texts by models that had not seen them; NaN for texts that
        were in no held-out fold. Only when ``folds``.

    Examples
    --------
    >>> from classify.sections import SectionClassifier
    >>> texts = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林"]
    >>> SectionClassifier(folds=0).fit(texts, ["警", "警", "林", "林"]).predict(["林场护林"]).tolist()
    ['林']
    """

    def __init__(
        self,
        *,
        C: float = 0.5,
        min_df: int | None = None,
        smoothing: float = 2.0,
        odds_weight: float = 0.04,
        headline_weight: float = 0.5,
        balance: float = 0.25,
        risk: float = 0.06,
        folds: int = 5,
        segmenter: str | None = None,
        user_dictionary: str | None = None,
        n_jobs: int | None = -1,
        random_state: int = 0,
    ) -> None:
        self.C = C
        self.min_df = min_df
        self.smoothing = smoothing
        self.odds_weight = odds_weight
        self.headline_weight = headline_weight
        self.balance = balance
        self.risk = risk
        self.folds = folds
        self.segmenter = segmenter
        self.user_dictionary = user_dictionary
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self, X: Sequence[str], y: Sequence[Any], *, progress: Callable[[float], None] | None = None
    ) -> SectionClassifier:
        """Train on texts `X` and their labels `y`; `progress` is called with the share done, 0–1."""
        from classify.text.words import segmenter

        tell = progress or (lambda share: None)
        texts = _texts(X)
        check_classification_targets(y)
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        if len(codes) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(codes)} labels; give one label per text")
        if len(self.classes_) < 2:
            raise ValueError(
                f"the {len(texts)} labels have one class, {self.classes_.tolist()}; give texts of two or more"
            )
        if self.min_df is not None and self.min_df < 1:
            raise ValueError(f"min_df is {self.min_df}; give 1 or more, or None")
        cutter = segmenter(self.segmenter, self.user_dictionary)
        n_characters = sum(map(len, texts))
        self.C_ = self.C * math.sqrt(max(1.0, n_characters / len(texts) / HEADLINE))
        n_entries = n_characters * ENTRIES_PER_CHARACTER
        processes = start_processes(n_entries, len(self.classes_), self.n_jobs)
        try:
            features, found = Features.learn(texts, cutter, self.headline_weight, self.min_df)
            features.whole.idf = _as_stored(features.whole.idf)
            features.headline.idf = _as_stored(features.headline.idf)
            rows = _matrix(features, found)
            del found  # counts are as big as the rows
        finally:
            deque(processes, maxlen=0)
        weights, intercepts = self._weights(rows, codes)
        calibration, threshold = Calibration(1.0, np.zeros(len(self.classes_))), 0.0
        if self.folds:
            scores = self._held_out_scores(rows, codes, tell)
            seen = ~np.isnan(scores[:, 0])
            calibration = fit_calibration(scores[seen], codes[seen], offsets=len(codes) <= BIG)
            self.held_out_ = np.full(scores.shape, np.nan)
            self.held_out_[seen] = p = calibration(scores[seen])
            threshold = threshold_for_risk(p.max(axis=1), p.argmax(axis=1) == codes[seen], self.risk)
        self.model_ = Model(
            [str(c) for c in self.classes_],
            features,
            weights.astype(np.float32),
            intercepts,
            calibration,
            threshold=threshold,
            segmenter=cutter.name,
        )
        return self

    def _weights(
        self, rows: csr_matrix, codes: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return fit_weights(
            rows,
            codes,
            len(self.classes_),
            C=self.C_,
            smoothing=self.smoothing,
            odds_weight=self.odds_weight,
            balance=self.balance,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        )

    def _held_out_scores(
        self, rows: csr_matrix, codes: NDArray[np.intp], tell: Callable[[float], None]
    ) -> NDArray[np.float64]:
        """Scores by models that did not see the text. Vocabulary and idf, which see no labels, are shared."""
        folds = _folds(codes, self.folds, self.random_state)
        scores = np.full((len(codes), len(self.classes_)), np.nan)
        for i, (train, test) in enumerate(folds):
            tell((i + 2) / (len(folds) + 2))
            weights, intercepts = self._weights(rows[train], codes[train])
            scores[test] = rows[test] @ weights + intercepts
        return scores

    def decision_function(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return uncalibrated scores: ``(n_texts, n_classes)``, or ``(n_texts,)`` for two classes."""
        check_is_fitted(self)
        scores = self.model_.scores(_texts(X))
        return scores[:, 1] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each class, ``(n_texts, n_classes)``; rows sum to 1."""
        check_is_fitted(self)
        return self.model_.probabilities(_texts(X))

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """Return the likeliest class of each text, ``(n_texts,)``. Only `Model.predict` abstains."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


ENTRIES_PER_CHARACTER = 2
"""Terms of a text for each of its characters; 2.4 in headlines, 1.2 in articles."""
BIG = 20_000
"""Texts above which one model on half so many replaces folds, and a quarter are held out: a temperature, which
is all that is fitted then, needs no more."""


def _folds(codes: NDArray[np.intp], n: int, seed: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return (train, test) places, every class spread evenly over the folds."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]
    fold = np.empty(len(codes), np.intp)
    fold[order] = np.arange(len(codes)) % n
    if len(codes) > BIG:
        some = rng.permutation(len(codes))
        return [(np.sort(some[: BIG // 2]), np.sort(some[BIG // 2 : BIG // 2 + BIG // 4]))]
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(min(n, len(codes)))]


def _matrix(features: Features, found: Counts) -> csr_matrix:
    """Return the weighted terms of texts, ``(n_texts, n_columns)``."""
    from scipy.sparse import csr_matrix

    shape = (len(found.starts) - 1, len(features))
    return csr_matrix((features.values(found), found.columns, found.starts), shape=shape, copy=False)


def _as_stored(idf: NDArray[np.floating]) -> NDArray[np.float64]:
    """Round to what a model file keeps, so that a loaded model predicts the same to the last bit."""
    return idf.astype(np.float32).astype(np.float64)


def _texts(X: Sequence[str]) -> list[str]:
    if isinstance(X, (str, bytes)):
        raise ValueError("one string was given where many texts are expected; put it in a list")
    texts = list(X)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"text {i} is {text!r}, a {type(text).__name__}; texts must be str")
    return texts
