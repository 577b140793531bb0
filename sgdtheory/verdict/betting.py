"""Bets on nonnegative samples: the mathematics of every verdict.

A gambler who believes nothing but the hypothesis starts with capital 1 and bets a fraction on
each sample. If the hypothesis is true no strategy makes money on average, so the capital exceeds
``1/delta`` with probability at most ``delta``, at any stopping time [Ville 1939]. A capital is
therefore an e-value, and a mean of e-values is one. Three kinds of bet, ``mean`` the one claimed:

* `rise` ``1 - bet + bet x``, x >= 0: ``rise(X)/rise(mean)`` has expectation <= 1 if
  E X <= mean, because `rise` is affine and increasing [Waudby-Smith & Ramdas 2024];
* `fall` ``1 - bet x``, 0 <= x <= 1: the same if E X >= mean. With a ceiling H and ``x = X/H`` it
  is the factor ``1 + l ((H-X)/(H-mean) - 1)``, ``l = bet (H-mean)/(H - bet mean)``;
* the tilt ``exp(l (1 - x))``, x >= 0, where the variance of x is at most tau2 and E x >= 1: its
  expectation is at most ``(tau2 e^l + e^(-l tau2))/(1 + tau2)``, that of the law on
  ``{0, 1 + tau2}`` with mean 1 [Bennett 1962].

The fractions are fixed grids, geometric, so that whatever the law asks for is at most a factor
1.6 away; the mean over a grid costs the logarithm of its size, 3 nats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FALLS", "RISES", "TILTS", "Array", "Shape", "fall", "log_mean_exp", "log_sums",
           "log_tilted", "log_wealth", "rise"]

Array = NDArray[np.float64]
Shape = Callable[[Any, Any], Any]

RISES: Array = np.minimum(0.99, 2.0 ** (-np.arange(18.0) / 1.5))
FALLS: Array = np.concatenate([RISES, 1 - 0.25 ** np.arange(4.0, 11.0)])
TILTS: Array = 32 * 2.0 ** (-np.arange(25.0) / 1.5)

_FACTORS_PER_LOGARITHM = 16
_LARGEST_EXPONENT = 300.0
_NO_VARIANCE_BOUND = 1e100


def rise(x: Any, bet: Any) -> Any:
    """Return ``1 - bet + bet x``: a bet that the mean is larger, ``0 <= bet < 1``."""
    return bet * x + (1 - bet)


def fall(x: Any, bet: Any) -> Any:
    """Return ``1 - bet x``: a bet that the mean is smaller, ``0 <= bet < 1`` and ``x <= 1``."""
    return 1 - bet * x


def log_mean_exp(logs: Array, axis: int = 0) -> Array:
    """Return ``log(mean(exp(logs)))`` along an axis, without overflow."""
    return np.asarray(np.logaddexp.reduce(logs, axis=axis) - np.log(logs.shape[axis]))


def log_sums(blocks: Iterable[Array], shape: Shape, bets: Array) -> Array:
    """Return the sums over replicas of ``log(shape(x, bet))``, shape ``(bets, columns)``.

    Each block is ``(replicas, columns)``, at most 1e300. One logarithm serves up to 16 factors.
    """
    total: Any = 0.0
    for block in blocks:
        group = _group(float(block.max(initial=1.0)))
        total = total + np.stack([_log_product(shape(block, bet), group) for bet in bets])
    return np.asarray(total, dtype=np.float64)


def _group(largest: float) -> int:
    """Return how many factors may be multiplied without overflow; the least factor is 1e-6."""
    return int(min(_FACTORS_PER_LOGARITHM, _LARGEST_EXPONENT // np.log10(max(largest, 10.0))))


def _log_product(factors: Array, group: int) -> Array:
    whole = len(factors) - len(factors) % group
    products = np.multiply.reduce(factors[:whole].reshape(group, -1, factors.shape[1]), axis=0)
    return np.asarray(np.log(products).sum(axis=0) + np.log(factors[whole:]).sum(axis=0))


def log_wealth(sums: Array, runs: int, shape: Shape, bets: Array, mean: Any) -> Array:
    """Return the logarithm of the mean capital of the `bets` against `mean`, shape ``(columns,)``.

    ``sums`` is that of `log_sums` for the same shape and bets. In `mean` it falls for `rise` and
    rises for `fall`: that is how confidence limits are found without a second look at the data.
    """
    fair = runs * np.log(shape(mean, bets[:, None]))
    return log_mean_exp(sums - fair)


def log_tilted(mean: Any, runs: int, tau2: Any) -> Array:
    """Return the log mean capital of the tilts against ``E x >= 1``, shape ``(columns,)``.

    ``mean`` is the sample's and ``tau2 > 0`` bounds the variance of x; inf says nothing.
    """
    tilt = TILTS[:, None]
    return log_mean_exp(runs * (tilt * (1 - np.asarray(mean)) - log_fair_tilt(tilt, tau2)))


def log_fair_tilt(tilt: Any, tau2: Any) -> Array:
    """Return ``log((tau2 e^l + e^(-l tau2))/(1 + tau2))``, which tends to l as tau2 grows."""
    bounded = np.minimum(tau2, _NO_VARIANCE_BOUND)
    extremal = np.logaddexp(np.log(bounded) + tilt, -tilt * bounded) - np.log1p(bounded)
    return np.asarray(np.where(np.asarray(tau2) < _NO_VARIANCE_BOUND, extremal, tilt))
