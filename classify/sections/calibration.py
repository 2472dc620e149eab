"""Scores to probabilities, and when to say nothing.

Scores of held-out texts are turned into probabilities by a softmax with two kinds of figures: one
temperature for all sections and one offset per section, chosen to make the held-out labels likeliest, with
a little weight on leaving them alone. A curve with as many figures as sections (Platt's sigmoid for each)
or as texts (isotonic) fits a few hundred texts too closely.

The threshold is the lowest confidence at which the share of errors among held-out texts at or above it is
the stated risk or less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calibration", "fit_calibration", "softmax", "threshold_for_risk"]

PRIOR_TEXTS = 3.0
"""How many texts' worth of evidence it takes to move an offset by one unit from zero.

With 10, macro-F1 over the 20 uneven classes of the Fudan corpus is 1.3 points lower in cross-validation.
"""

SLOPE_PRIOR = 1.0
"""Weight of keeping the slope's logarithm near 0. Where a few held-out texts contradict the scores, the best
fit is a slope of 0, which would forget the scores; a hundred texts that agree with them outweigh it."""

FEWEST_ABOVE = 10
"""Held-out texts at or above a threshold before its risk is believed."""


class Calibration:
    """``softmax(slope * scores + offsets)``.

    Parameters
    ----------
    slope : float > 0
        The inverse of the temperature.
    offsets : ndarray, (n_classes,)
    """

    def __init__(self, slope: float, offsets: NDArray[np.float64]) -> None:
        self.slope = slope
        self.offsets = offsets

    def __call__(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return probabilities, ``(n_texts, n_classes)``; rows sum to 1."""
        return softmax(self.slope * scores + self.offsets)


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return ``exp(scores)`` with rows made to sum to 1."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True), np.float64)


def fit_calibration(
    scores: NDArray[np.floating], y: NDArray[np.intp], *, offsets: bool = True
) -> Calibration:
    """Return the calibration that makes held-out labels likeliest.

    Parameters
    ----------
    scores : (n_texts, n_classes)
        Of texts the scoring model was not trained on.
    y : (n_texts,), in [0, n_classes)
    offsets : bool
        Whether sections get offsets. A model trained on a small share of the texts says what a score is
        worth, but its bias for and against sections is its own.

    Notes
    -----
    Newton's method on the negative log-likelihood in ``log(slope)`` and the offsets; about ten steps.
    """
    n, k = scores.shape
    scores = np.asarray(scores, np.float64)
    truth = np.zeros((n, k))
    truth[np.arange(n), y] = 1
    theta = np.zeros(k + 1)  # log slope, offsets
    free = k + 1 if offsets else 1

    def loss(theta: NDArray[np.float64]) -> float:
        z = np.exp(theta[0]) * scores + theta[1:]
        top = z.max(axis=1)
        likelihood = (z[np.arange(n), y] - top - np.log(np.exp(z - top[:, None]).sum(axis=1))).sum()
        return float(-likelihood + SLOPE_PRIOR / 2 * theta[0] ** 2 + PRIOR_TEXTS / 2 * (theta[1:] ** 2).sum())

    best = loss(theta)
    for _ in range(50):
        slope = np.exp(theta[0])
        p = softmax(slope * scores + theta[1:])
        # Each text's z has derivative slope * score by log slope, and 1 by its offset.
        by_slope = slope * scores
        gradient = np.concatenate([[((p - truth) * by_slope).sum()], (p - truth).sum(axis=0)])
        gradient[0] += SLOPE_PRIOR * theta[0]
        gradient[1:] += PRIOR_TEXTS * theta[1:]
        mean = (p * by_slope).sum(axis=1, keepdims=True)
        hessian = np.empty((k + 1, k + 1))
        hessian[0, 0] = (p * (by_slope - mean) ** 2).sum() + abs(((p - truth) * by_slope).sum())
        hessian[0, 1:] = hessian[1:, 0] = (p * (by_slope - mean)).sum(axis=0)
        hessian[1:, 1:] = np.diag(p.sum(axis=0)) - p.T @ p
        hessian[np.arange(1, k + 1), np.arange(1, k + 1)] += PRIOR_TEXTS
        hessian[0, 0] += SLOPE_PRIOR
        step = np.zeros(k + 1)
        step[:free] = np.linalg.solve(hessian[:free, :free], gradient[:free])
        step *= min(1.0, 1.0 / max(1e-12, float(np.abs(step).max())))
        t = 1.0
        while t > 1e-6 and loss(theta - t * step) > best:
            t /= 2
        new = loss(theta - t * step)
        if best - new < 1e-9 * max(1.0, abs(best)):
            break
        theta, best = theta - t * step, new
    return Calibration(float(np.exp(theta[0])), theta[1:])


def threshold_for_risk(confidence: NDArray[np.floating], right: NDArray[np.bool_], risk: float) -> float:
    """Return the lowest confidence at or above which at most a share `risk` of the texts are wrong.

    1 when no threshold with `FEWEST_ABOVE` texts above it keeps the risk; 0 when none is needed.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    fine = np.flatnonzero((wrong <= risk) & last_of_equals & (np.arange(1, len(order) + 1) >= FEWEST_ABOVE))
    if not len(fine):
        return 1.0
    if fine[-1] == len(order) - 1:
        return 0.0
    # Halfway to the next lower confidence: neither text stands on the border.
    return float((confidence[order[fine[-1]]] + confidence[order[fine[-1] + 1]]) / 2)
