"""Exact moments of the squared distance to the minimiser, without projection.

Every function takes a problem whose gradient law is known and a linear rule: SGD, Momentum,
CorrectedMomentum, Nesterov, DecayingSGD, or a user's own. The relative error is about 1e-16 times
the number of steps at worst, and 1e-14 where the curvatures are resolved separately.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from sgdtheory.exact.laws import NotExactlyKnown
from sgdtheory.exact.question import ask, stationary
from sgdtheory.exact.summed import Summed
from sgdtheory.exact.systems import Separate

__all__ = ["average2", "distance2", "limit2", "spectral_radius", "variance"]


def distance2(problem: Any, rule: Any, B: int = 1, times: Any = 1000, w0: Any = None,
              replace: bool = True) -> np.ndarray:
    """Return ``E|w_t - w*|^2`` at `times`, shape ``(k,)``, for iterates that are not projected.

    `times` is a whole number or increasing whole numbers. A value beyond float64 is ``inf``.
    """
    question = ask(problem, rule, B, times, w0, replace)
    return _finite_or_inf(question.system.moment2, question.path())


def average2(problem: Any, rule: Any, B: int = 1, times: Any = 1000, w0: Any = None,
             replace: bool = True) -> np.ndarray:
    """Return ``E|bar w_T - w*|^2`` for each T in `times`, shape ``(k,)`` [T-PR].

    ``bar w_T`` is the mean of ``w_0 .. w_(T-1)`` [Polyak & Juditsky 1992], so that T >= 1.
    """
    longest = np.max(np.atleast_1d(times), initial=1)
    question = ask(problem, Summed(rule, 1 / float(longest)), B, times, w0, replace)
    if question.times[0] < 1:
        raise ValueError("times, the numbers of iterates averaged, must be >= 1; got 0")
    moments = question.system
    total2 = _finite_or_inf(partial(moments.moment2, part=moments.k - 1), question.path())
    return np.asarray(total2 * (longest / question.times) ** 2)


def variance(problem: Any, rule: Any, B: int = 1, times: Any = 1000, w0: Any = None,
             replace: bool = True) -> np.ndarray:
    """Return the variance of ``|w_t - w*|^2`` at `times`, shape ``(k,)``, for Gaussian noise.

    The iterate is Gaussian of mean ``m`` and covariance ``S``: ``2 tr(S^2) + 4 m'S m``.
    """
    question = ask(problem, rule, B, times, w0, replace)
    moments = question.system
    if not (isinstance(moments, Separate) and moments.law.gaussian):
        raise NotExactlyKnown(f"the variance of |w_t - w*|^2 on {type(problem).__name__} needs "
                              f"fourth moments; it is known for additive Gaussian noise only")
    return _finite_or_inf(moments.variance2, question.path())


def limit2(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> float:
    """Return the limit of ``E|w_t - w*|^2``; ``inf`` unless `spectral_radius` is below 1."""
    moments, transition = stationary(problem, rule, B, replace)
    if moments.spectral_radius(transition) >= 1:
        return float("inf")
    return float(moments.moment2(moments.limit(transition))[0])


def spectral_radius(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> float:
    """Return the spectral radius of the map of second moments: below 1, they have a limit.

    It is the square of that of the transition of the mean if the noise is additive.
    """
    moments, transition = stationary(problem, rule, B, replace)
    return moments.spectral_radius(transition)


def _finite_or_inf(of: Any, path: np.ndarray) -> np.ndarray:
    """Return ``of(path)`` with what left the range of float64, upwards, as ``inf``."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = of(path)
    return np.where(np.isfinite(values), values, np.inf)
