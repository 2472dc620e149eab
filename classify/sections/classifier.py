"""`SectionClassifier`: texts and labels to a `Model`, as a scikit-learn estimator.

Training is four steps: `NewsVectorizer` makes TF-IDF rows of the texts; `OneAgainstRest` trains a linear SVM for each
section against the rest, on the rows and on naive Bayes odds; scores of held-out folds calibrate probabilities;
the same probabilities give the threshold below which the model gives no section.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from classify.sections.calibration import Calibration, fit_calibration, threshold_within_bounds
from classify.sections.estimator import check_labels, check_number, check_texts, refuse_parameter
from classify.sections.linear import LinearOptions, OneAgainstRest
from classify.sections.model import Model, save_model
from classify.sections.news import HEADLINE_LENGTH, NewsVectorizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from classify.sections.explanation import Explanation

__all__ = ["SectionClassifier"]


class SectionClassifier(ClassifierMixin, TransformerMixin, BaseEstimator):
    """Classify Chinese texts; a scikit-learn estimator over lists of strings.

    A text's headline is its first line, where a newline follows it.

    Parameters
    ----------
    C : float, more than 0, default=0.5
        Weight of training errors against the size of the weights, for texts of 20 characters. It grows with the
        square root of their mean length: the longer a text, the smaller the share of each of its terms.
    min_df : int or None, default=None
        Training texts that a term must be in; None: 2 in articles, 1 in headlines.
    smoothing : float, more than 0, default=2.0
        Pseudo-count of each term in the naive Bayes odds: the larger, the weaker the odds of rare terms.
    odds_weight : float, at least 0, default=0.04
        Size of the naive Bayes odds beside the terms: the less, the more texts it takes to rely on them.
    headline_weight : float, at least 0, default=0.5
        Weight of the headline's own part; the whole text's is 1.
    balance : float in [0, 1], default=0.25
        How far small sections are weighed up: 0 not at all, 1 until all weigh the same.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes beside `balance`, as scikit-learn's classifiers take them.
    risk : float in [0, 1], default=0.06
        Share of errors to allow above the confidence threshold. At least half of the held-out texts stay above it,
        even if their share of errors is larger; where
        all together keep the risk, the least confident twentieth stays below.
    folds : int, 0 or at least 2, default=5
        Folds for calibration; 0 leaves the scores as they are (a softmax of them), which is fastest. Above `MANY`
        texts one held-out part takes their place.
    segmenter : {"rjieba", "jieba"} or None, default=None
        Segmenter that finds the words of the training texts; None for the best one installed.
    user_dictionary : str or None, default=None
        A dictionary for jieba.
    n_jobs : int or None, default=-1
        Threads for the folds of much data; −1 for all cores. The result doesn't depend on it.
    random_state : int, default=0

    Attributes
    ----------
    classes_ : ndarray, (n_classes,)
    C_ : float
        `C` for the length of the training texts.
    coef_ : ndarray, (n_classes, n_features), or (1, n_features) for two classes
    intercept_ : ndarray, (n_classes,), or (1,) for two classes
    vectorizer_ : NewsVectorizer
        ``transform(X) @ coef_.T + intercept_`` is the decision function.
    model_ : Model
        The part that `save` writes and that predicts.
    held_out_ : ndarray, (n_texts, n_classes)
        Calibrated probabilities of training texts by models that had not seen them; NaN for texts that
        were in no held-out fold. Only when ``folds``.

    Examples
    --------
    >>> from classify.sections import SectionClassifier
    >>> texts = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山巡林"]
    >>> SectionClassifier(folds=0).fit(texts, ["警", "警", "林", "林"]).predict(["林场护林"]).tolist()
    ['林']
    >>> fitted = SectionClassifier(folds=0).fit(texts, ["警", "警", "林", "林"])
    >>> fitted.coef_.shape == (1, len(fitted.get_feature_names_out()))
    True
    """

    MANY = 20_000
    """Texts above which one model of half so many replaces the folds, and a quarter are held out: a temperature,
    which is all that is fitted then, needs no more."""

    def __init__(
        self,
        *,
        C: float = 0.5,
        min_df: int | None = None,
        smoothing: float = 2.0,
        odds_weight: float = 0.04,
        headline_weight: float = 0.5,
        balance: float = 0.25,
        class_weight: dict[Any, float] | str | None = None,
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
        self.class_weight = class_weight
        self.risk = risk
        self.folds = folds
        self.segmenter = segmenter
        self.user_dictionary = user_dictionary
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self,
        X: Iterable[str],
        y: Iterable[Any],
        sample_weight: Iterable[float] | None = None,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> SectionClassifier:
        """Train on texts and their labels.

        Parameters
        ----------
        X : iterable of str, n_texts long
        y : iterable of str or int, n_texts long
        sample_weight : iterable of float, n_texts long, or None, default=None
            Weight of each text, 0 or more; None: 1 for all.
        progress : callable or None, default=None
            Called with the share done, 0–1.

        Raises
        ------
        InvalidParameterError
            A parameter is out of its range; scikit-learn's error, a ValueError.
        TypeError, ValueError
            `X` are not texts, `y` are not labels, or there are fewer than two classes.
        """
        from classify.text.words import segmenter

        report = progress or (lambda share: None)
        self._check_parameters()
        texts = check_texts(X)
        labels = check_labels(y, len(texts))
        check_classification_targets(labels)
        self.classes_, codes = np.unique(np.asarray(labels), return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"the {len(texts)} labels have one class, {self.classes_.tolist()}; give texts of two or more"
            )
        weight = self._sample_weight(sample_weight, labels)
        cutter = segmenter(self.segmenter, self.user_dictionary)
        vectorizer = NewsVectorizer(
            headline_weight=self.headline_weight,
            min_df=self.min_df,
            segmenter=self.segmenter,
            user_dictionary=self.user_dictionary,
        )
        self.C_ = self.C * _length_factor(texts)
        order = np.arange(len(texts))
        much = OneAgainstRest.is_much(2 * sum(map(len, texts)), len(self.classes_))
        if much:  # the descent takes texts in random order; here that costs no copy of their rows
            order = np.random.default_rng(self.random_state).permutation(len(texts))
            texts, codes = [texts[i] for i in order.tolist()], codes[order]
            weight = None if weight is None else weight[order]
        # Seven digits are enough for the descent, and save a third of the memory.
        rows = vectorizer.learn(texts, cutter, np.float32 if much else np.float64)
        svms = self._svms(rows, codes, shuffled=much)
        del rows
        weights, intercepts = svms.fit(np.arange(len(codes)), weight)
        calibration, threshold = Calibration(1.0, np.zeros(len(self.classes_))), 0.0
        self.__dict__.pop("held_out_", None)  # a fit before this one may have had folds
        if self.folds:
            scores = self._held_out_scores(svms, codes, report, weight)
            seen = ~np.isnan(scores[:, 0])
            calibration = fit_calibration(scores[seen], codes[seen], offsets=len(codes) <= self.MANY)
            # Probabilities and threshold come from the same held-out scores that the calibration is fitted to.
            self.held_out_ = np.full(scores.shape, np.nan)
            self.held_out_[order[seen]] = p = calibration(scores[seen])
            threshold = threshold_within_bounds(p.max(axis=1), p.argmax(axis=1) == codes[seen], self.risk)
        self.model_ = Model(
            tuple(str(c) for c in self.classes_),
            vectorizer,
            _rounded(weights),
            intercepts,
            calibration,
            threshold=threshold,
            segmenter=cutter.name,
        )
        return self

    def held_out_predictions(
        self, X: Iterable[str], y: Iterable[Any], sample_weights: Sequence[Iterable[float]]
    ) -> list[list[str]]:
        """Return what models say that had not seen a text, for each of several weightings of the training texts.

        Of each of `folds` parts of the texts, models of the others are asked. They share vocabulary and document
        frequencies, which depend on no label; so to compare weightings costs little more than training once.

        Parameters
        ----------
        X : iterable of str, n_texts long
        y : iterable of str, n_texts long
        sample_weights : sequence of iterables of float, each n_texts long
            A text of weight 0 is not trained on, but predicted.

        Returns
        -------
        list of lists of str
            For each weighting, the likeliest class of each text.

        Examples
        --------
        >>> texts = ["民警破获盗窃案", "警方抓获嫌疑人", "林场造林两千亩", "护林员上山造林"]
        >>> SectionClassifier(folds=2).held_out_predictions(texts, [*"警警林林"], [[1, 1, 1, 1]])
        [['警', '警', '林', '林']]
        """
        from classify.text.words import segmenter

        texts = check_texts(X)
        labels = np.asarray(check_labels(y, len(texts)))
        vectorizer = NewsVectorizer(
            headline_weight=self.headline_weight, min_df=self.min_df, segmenter=self.segmenter,
            user_dictionary=self.user_dictionary,
        )  # fmt: skip
        rows = vectorizer.learn(texts, segmenter(self.segmenter, self.user_dictionary))
        weightings = [np.asarray(list(weights), np.float64) for weights in sample_weights]
        classes, codes = np.unique(labels, return_inverse=True)
        predicted = np.zeros((len(weightings), len(texts)), np.intp)
        self.C_ = self.C * _length_factor(texts)
        self.classes_ = classes
        svms = self._svms(rows, codes)
        for train, test in self._held_out_parts(codes):
            for k, weights in enumerate(weightings):
                fitted = svms.fit(train[weights[train] > 0], weights)
                predicted[k, test] = svms.scores(*fitted, test).argmax(axis=1)
        return [classes[row].tolist() for row in predicted]

    def _check_parameters(self) -> None:
        for name in ("C", "smoothing"):
            check_number(self, name, 0)
            if not getattr(self, name):
                refuse_parameter(self, name, "more than 0")
        for name in ("odds_weight", "headline_weight"):
            check_number(self, name, 0)
        for name in ("balance", "risk"):
            check_number(self, name, 0, 1)
        if self.min_df is not None:
            check_number(self, "min_df", 1, integer=True)
        check_number(self, "folds", 0, integer=True)
        if self.folds == 1:
            refuse_parameter(self, "folds", "0 (no calibration) or at least 2")
        check_number(self, "random_state", 0, integer=True)
        if self.n_jobs is not None:
            check_number(self, "n_jobs", -float("inf"), integer=True)
            if not self.n_jobs:
                refuse_parameter(self, "n_jobs", "an int other than 0, or None")

    def _sample_weight(self, given: Iterable[float] | None, labels: list[Any]) -> NDArray[np.float64] | None:
        """Return the weight of each text, that of its class included; None where all are 1."""
        from sklearn.utils.class_weight import compute_sample_weight

        if given is None and self.class_weight is None:
            return None
        weight = np.ones(len(labels)) if given is None else np.asarray(list(given), np.float64)
        if weight.shape != (len(labels),):
            raise ValueError(f"sample_weight.shape == {weight.shape}, expected {(len(labels),)}!")
        if not np.isfinite(weight).all() or weight.min() < 0 or not weight.any():
            raise ValueError("sample_weight has negative, infinite or missing values, or zeros only")
        return np.asarray(weight * compute_sample_weight(self.class_weight, labels), np.float64)

    def _svms(self, rows: csr_matrix, codes: NDArray[np.intp], *, shuffled: bool = False) -> OneAgainstRest:
        options = LinearOptions(
            self.C_, self.smoothing, self.odds_weight, self.balance, self.random_state, shuffled
        )
        return OneAgainstRest(rows, codes, len(self.classes_), options)

    def _held_out_scores(
        self,
        svms: OneAgainstRest,
        codes: NDArray[np.intp],
        report: Callable[[float], None],
        weight: NDArray[np.float64] | None,
    ) -> NDArray[np.float64]:
        """Return scores by models that did not see the text; NaN for texts that are in no held-out part.

        The models share the vocabulary and the document frequencies, which depend on no label.
        """
        from concurrent.futures import ThreadPoolExecutor

        from joblib import effective_n_jobs

        folds = self._held_out_parts(codes)
        scores = np.full((len(codes), len(self.classes_)), np.nan)
        report(2 / (len(folds) + 2))
        with ThreadPoolExecutor(effective_n_jobs(self.n_jobs) if svms.in_threads else 1) as threads:
            found = threads.map(lambda fold: svms.scores(*svms.fit(fold[0], weight), fold[1]), folds)
            for i, ((_, test), of_test) in enumerate(zip(folds, found, strict=True)):
                scores[test] = of_test
                report((i + 3) / (len(folds) + 2))
        return scores

    def _held_out_parts(self, codes: NDArray[np.intp]) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Return (train, test) indices, every class spread evenly over the folds."""
        rng = np.random.default_rng(self.random_state)
        # Shuffled, then sorted by class: dealing them out in turn gives each fold its share of every class.
        order = rng.permutation(len(codes))
        order = order[np.argsort(codes[order], kind="stable")]
        fold = np.empty(len(codes), np.intp)
        fold[order] = np.arange(len(codes)) % self.folds
        # With many texts, one model of `MANY` / 2 texts scores `MANY` / 4 others instead of the folds.
        if len(codes) > self.MANY:
            some, half = rng.permutation(len(codes)), self.MANY // 2
            return [(np.sort(some[:half]), np.sort(some[half : half + self.MANY // 4]))]
        n = min(self.folds, len(codes))
        return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(n)]

    @property
    def vectorizer_(self) -> NewsVectorizer:
        """The fitted vectoriser. It is the model's, so that both always agree."""
        check_is_fitted(self)
        return self.model_.vectorizer

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Weights as scikit-learn's linear classifiers have them, of float16 precision as in a model file.

        ``(n_classes, n_features)``, or ``(1, n_features)`` for two classes.
        """
        check_is_fitted(self)
        return self.model_.weights.T[-1 if len(self.classes_) == 2 else 0 :].astype(np.float64)

    @property
    def intercept_(self) -> NDArray[np.float64]:
        """Intercepts of the scores.

        ``(n_classes,)``, or ``(1,)`` for two classes.
        """
        check_is_fitted(self)
        return self.model_.intercepts[-1 if len(self.classes_) == 2 else 0 :]

    def transform(self, X: Iterable[str]) -> csr_matrix:
        """Return the TF-IDF values that the classifier sees, ``(n_texts, n_features)``.

        Parameters
        ----------
        X : iterable of str
        """
        return self.vectorizer_.transform(X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the features; see `NewsVectorizer.get_feature_names_out`.

        Parameters
        ----------
        input_features : object
            Ignored.
        """
        return self.vectorizer_.get_feature_names_out()

    def explain(self, text: str) -> Explanation:
        """Return the part of each term in the scores of one text; see `Model.explain`.

        Parameters
        ----------
        text : str
        """
        check_is_fitted(self)
        return self.model_.explain(text)

    def save(self, path: str | Path, card: Mapping[str, Any] | None = None) -> str:
        """Write the model to `path`, from where `classify.load_model` reads it, and return its SHA-256.

        Parameters
        ----------
        path : path
        card : mapping or None, default=None
            Plain data to write beside it; the labels and parameters when None.
        """
        check_is_fitted(self)
        if card is None:
            parameters = {k: v for k, v in self.get_params().items() if k != "n_jobs"}
            card = {"labels": list(self.model_.classes), "parameters": parameters}
        return save_model(self.model_, path, card)

    def decision_function(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return uncalibrated scores.

        Parameters
        ----------
        X : iterable of str

        Returns
        -------
        ndarray, (n_texts, n_classes), or (n_texts,) for two classes
        """
        check_is_fitted(self)
        scores = self.model_.scores(check_texts(X))
        return scores[:, 1] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return the probability of each class.

        Parameters
        ----------
        X : iterable of str

        Returns
        -------
        ndarray, (n_texts, n_classes)
            Rows sum to 1.
        """
        check_is_fitted(self)
        return self.model_.probabilities(check_texts(X))

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        """Return the likeliest class of each text. Only `Model.predict` abstains.

        Parameters
        ----------
        X : iterable of str

        Returns
        -------
        ndarray, (n_texts,)
        """
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _length_factor(texts: Sequence[str]) -> float:
    """Return how much larger C is than for headlines.

    Rows have length 1 whatever the length of a text, so each term of a longer text has a smaller share.
    """
    return math.sqrt(max(1.0, sum(map(len, texts)) / len(texts) / HEADLINE_LENGTH))


def _rounded(weights: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return weights of the precision that a model file keeps: three decimals of each, which halves the file."""
    with np.errstate(over="ignore"):
        half = weights.astype(np.float16)
    return (half if np.isfinite(half).all() else weights).astype(np.float32)
