"""What the estimators share: their base class, and checks of texts, labels and parameters.

A list of texts has near relatives that iterate without an error and mean something else: one string iterates
over its characters, a `DataFrame` over its column names, ``bytes`` over numbers. Each is refused with a message
that says what to pass instead. Errors are scikit-learn's own classes where scikit-learn is installed, and their
built-in base classes where it is not: predicting needs no scikit-learn.
"""

from __future__ import annotations

import importlib
import inspect
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Estimator", "check_fitted", "check_labels", "check_number", "check_texts", "refuse_parameter"]


class Estimator:
    """The part of scikit-learn's ``BaseEstimator`` that needs no scikit-learn: parameters, repr and tags."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name.

        Parameters
        ----------
        deep : bool
            Ignored: no parameter is an estimator.
        """
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Any:
        """Set parameters by name and return the estimator.

        Raises
        ------
        ValueError
            There is no parameter of that name.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for {type(self).__name__}. Valid parameters are: {sorted(known)}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        default = inspect.signature(type(self)).parameters
        changed = [
            f"{name}={value!r:.60}"
            for name, value in self.get_params().items()
            if repr(value) != repr(default[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: this takes texts and gives a sparse matrix."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=[]),
            input_tags=InputTags(string=True, two_d_array=False),
        )


def check_texts(texts: Iterable[str]) -> list[str]:
    """Return `texts` as a list of strings, or raise an error that says what they are.

    Parameters
    ----------
    texts : iterable of str
        A list, tuple or generator, a pandas Series, a numpy array of strings with one dimension.

    Raises
    ------
    TypeError
        `texts` is one string, bytes, a table, a mapping, a set, or no iterable at all.
    ValueError
        An element is not a string.

    Examples
    --------
    >>> check_texts(text for text in ("林场造林", "水库蓄水"))
    ['林场造林', '水库蓄水']
    >>> check_texts("林场造林")
    Traceback (most recent call last):
    TypeError: one string was given where many texts are expected; put it in a list
    >>> check_texts(["林场造林", None])
    Traceback (most recent call last):
    ValueError: text 1 is None, a NoneType; texts must be str
    """
    if isinstance(texts, (str, bytes, bytearray)):
        kind = "string" if isinstance(texts, str) else type(texts).__name__ + " object"
        raise TypeError(f"one {kind} was given where many texts are expected; put it in a list")
    shape = getattr(texts, "shape", (0,))
    if len(shape) != 1:  # a DataFrame, a matrix
        raise TypeError(
            f"texts have {len(shape)} dimensions (a {type(texts).__name__} of shape {tuple(shape)}); "
            'give one column of them, as in df["text"]'
        )
    if isinstance(texts, (dict, set, frozenset)) or not hasattr(texts, "__iter__"):
        raise TypeError(f"texts are a {type(texts).__name__}; give a list of strings")
    out = list(texts)
    for i, text in enumerate(out):
        if not isinstance(text, str):
            raise ValueError(f"text {i} is {text!r:.40}, a {type(text).__name__}; texts must be str")
    return out


def check_labels(labels: Iterable[Any], n_texts: int) -> list[Any]:
    """Return `labels` as a list of `n_texts` labels, none of which is missing.

    Parameters
    ----------
    labels : iterable of str or int
    n_texts : int
        How many there must be.

    Raises
    ------
    TypeError
        `labels` is one string, bytes or no iterable.
    ValueError
        Their number is another, or one is None or NaN.

    Examples
    --------
    >>> check_labels(["forestry", float("nan")], 2)
    Traceback (most recent call last):
    ValueError: label 1 is nan; give every text a label, or leave the text out
    """
    if isinstance(labels, (str, bytes)) or not hasattr(labels, "__iter__"):
        raise TypeError(f"labels are {labels!r:.40}; give a list with one label per text")
    out = list(labels)
    if len(out) != n_texts:
        raise ValueError(f"{n_texts} texts but {len(out)} labels; give one label per text")
    for i, label in enumerate(out):
        missing = label is None or type(label).__name__ in ("NAType", "NaTType")
        # NaN is the only value that differs from itself; pandas' NA has no truth value, hence the order.
        if missing or (isinstance(label, Real) and bool(label != label)):
            raise ValueError(f"label {i} is {label!r}; give every text a label, or leave the text out")
    return out


def check_number(
    estimator: object, name: str, low: float, high: float = float("inf"), *, integer: bool = False
) -> None:
    """Check that a parameter of `estimator` is a number in a closed range.

    Parameters
    ----------
    estimator : object
        What has the parameter as an attribute.
    name : str
        Name of the parameter.
    low, high : float
        Least and greatest value allowed.
    integer : bool, default=False
        Whether only integers are allowed.

    Raises
    ------
    InvalidParameterError
        scikit-learn's; a ValueError.
    """
    value: Any = getattr(estimator, name)
    kind: Any = Integral if integer else Real
    if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
        what = "an int" if integer else "a number"
        limits = f"of {low:g} or more" if high == float("inf") else f"from {low:g} to {high:g}"
        refuse_parameter(estimator, name, f"{what} {limits}")


def refuse_parameter(estimator: object, name: str, wanted: str) -> NoReturn:
    """Raise scikit-learn's InvalidParameterError, or a ValueError where scikit-learn is not installed.

    Parameters
    ----------
    estimator : object
        What has the parameter as an attribute.
    name : str
        Name of the parameter.
    wanted : str
        What is allowed, such as ``"a number from 0 to 1"``.
    """
    value = getattr(estimator, name)
    message = (
        f"The {name!r} parameter of {type(estimator).__name__} must be {wanted}. Got {value!r:.80} instead."
    )
    raise _scikit_learn("sklearn.utils._param_validation", "InvalidParameterError", ValueError)(message)


def check_fitted(estimator: object, attribute: str) -> None:
    """Raise scikit-learn's NotFittedError where `estimator` lacks `attribute`.

    Parameters
    ----------
    estimator : object
    attribute : str
        Name of an attribute that `fit` sets.

    Raises
    ------
    NotFittedError
        An AttributeError where scikit-learn is not installed; scikit-learn's class is one too.
    """
    if not hasattr(estimator, attribute):
        error = _scikit_learn("sklearn.exceptions", "NotFittedError", AttributeError)
        raise error(f"this {type(estimator).__name__} is not fitted yet; call fit with some texts first")


def _scikit_learn(module: str, name: str, instead: type[Exception]) -> type[Exception]:
    """Return an exception class of scikit-learn, or `instead` where there is none."""
    try:
        found: type[Exception] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return instead
    return found
