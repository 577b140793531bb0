"""The step sizes for which moments stay bounded: the open upper limit of alpha.

For SGD the stable step sizes are an interval from 0: with ``E H_i P H_i = E(P)`` and
``S(P) = H P + P H`` the second moments contract if and only if ``alpha E(P) < S(P)`` for some
``P > 0``, so that the limit is 1 over the spectral radius of ``S^-1 E``.

>>> from sgdtheory.problems import gaussian_least_squares
>>> stable_alpha(gaussian_least_squares([2.0, 2.0], 1.0), B=3)     # 2 B / (lambda (B + d + 1))
0.5
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.exact.fourth import fourth_radius
from sgdtheory.exact.laws import (
    AdditiveNoise,
    AffineNoise,
    GaussianRows,
    NotExactlyKnown,
    RandomSigns,
    gradient_law,
)
from sgdtheory.exact.moments import spectral_radius
from sgdtheory.exact.moving import LARGEST
from sgdtheory.exact.question import scale
from sgdtheory.optimizers import SGD

__all__ = ["stable_alpha"]

HALVINGS = 60
"""Halvings of 1/L after which a rule counts as unstable at every step size."""

RADII: dict[int, Callable[..., float]] = {2: spectral_radius, 4: fourth_radius}


def stable_alpha(problem: Any, rule: Callable[[float], Any] = SGD, B: int = 1,
                 replace: bool = True, moment: int = 2) -> float:
    """Return the limit below which ``E|w_t - w*|^moment`` stays bounded; at the limit it does not.

    Without projection, and for any start.

    Parameters
    ----------
    rule
        A function from alpha to a linear rule: ``SGD``, or ``lambda alpha: Momentum(alpha, .5)``.
    moment
        2, or 4 (see `fourth_radius` for when that is known).

    Notes
    -----
    For the second moment of SGD the limit is a closed form (2/L with additive noise,
    ``2B / (lambda (B + d + 1))`` for isotropic Gaussian rows), a root or an eigenvalue. Else it is
    found by bisection of the spectral radius, down to neighbouring floats, in the first
    ``[a, 2a]``, ``a = 2^k / L``, that is stable at its lower end and not at its upper: for a rule
    whose stable step sizes are not an interval, that is the limit of the first of them.
    """
    if moment not in RADII:
        raise ValueError(f"moment, the power of the distance, must be 2 or 4; got {moment}")
    law = gradient_law(problem)
    if isinstance(law, RandomSigns):
        raise NotExactlyKnown(f"the moments of {type(problem).__name__} close inside its ball "
                              f"only, which no step leaves for alpha <= 2/L = {2 / problem.L:.6g}")
    if rule is SGD and moment == 2:
        return _limit_of_sgd(law, scale(problem, B, replace))
    return _bisected(lambda alpha: RADII[moment](problem, rule(alpha), B, replace),
                     1 / float(np.max(law.curvatures)))


def _limit_of_sgd(law: AdditiveNoise | AffineNoise, share: float) -> float:
    """Return the limit for SGD and noise of `share` times the covariance of one sample."""
    h = law.curvatures
    if isinstance(law, AdditiveNoise):
        return 2 / float(h.max())
    if isinstance(law, GaussianRows):
        B, d = round(1 / share), len(h)
        if np.ptp(h) == 0:
            return 2 * B / (float(h[0]) * (B + d + 1))
        return _bisected(lambda alpha: _secular(alpha, h, share), 2 / float(h.sum()))
    row, column = half = np.triu_indices(len(h))
    if len(row) > LARGEST:
        raise NotExactlyKnown(f"the second moments are {len(row)} numbers, more than the {LARGEST} "
                              f"whose eigenvalues are computed")
    units = np.zeros((len(row), len(h), len(h)))
    units[np.arange(len(row)), row, column] = units[np.arange(len(row)), column, row] = 1
    images = np.array([(h[:, None] * P * h + share * law.spread(0 * h, P))[half] for P in units]).T
    return 1 / float(np.max(np.abs(np.linalg.eigvals(images / (h[row] + h[column])[:, None]))))


def _secular(alpha: float, h: np.ndarray, share: float) -> float:
    """Return what is below 1 where SGD on Gaussian rows is stable [T-lms].

    The diagonal of the second moments alone decides: the map keeps positive matrices positive.
    """
    room = 2 - alpha * h * (1 + share)
    return float(np.sum(alpha * share * h / room)) if room.min() > 0 else float("inf")


def _bisected(radius: Callable[[float], float], unit: float) -> float:
    """Return the least float whose radius is not below 1, in the first bracket of doublings."""
    low = next((unit / 2.0**k for k in range(HALVINGS) if radius(unit / 2.0**k) < 1), 0.0)
    if low == 0:
        return 0.0
    high = 2 * low
    while radius(high) < 1:
        low, high = high, 2 * high
        if not np.isfinite(high):
            return float("inf")
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if radius(middle) < 1 else (low, middle)
    return high
