"""The smallest relative violation that the bets would have caught with about 95 %.

A bet of the best fraction wins ``rel^2/(2 cv^2)`` nats a replica, with standard deviation
``rel/cv``, where ``rel = d/(1+d)`` for an excess d and cv is the coefficient of variation of
the law; the grid and the mixture cost 1.5 nats. So `nats` are won with 95 % after

    n95 = (1.645 + sqrt(2.71 + 2 (nats + 1.5)))^2 cv^2 / rel^2

replicas, which is solved for d here. No bet wins more than the largest, none is smaller than the
smallest: both limits are respected.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sgdtheory.verdict.betting import FALLS, RISES, TILTS, Array, log_fair_tilt

__all__ = ["excess", "nats_needed", "replicas_for_shortfall", "replicas_needed",
           "shortfall_bounded", "shortfall_tilted"]

_GRID_COST = 1.5
_QUANTILE = 1.645


def nats_needed(delta: float, times: int) -> float:
    """Return the log capital at one of the `times` that makes the mixture over times reject."""
    return -math.log(delta) + (math.log(2 * times) if times > 1 else 0.0)


def _root(nats: float) -> float:
    return _QUANTILE + math.sqrt(_QUANTILE**2 + 2 * (nats + _GRID_COST))


def replicas_needed(relative: float, cv: float, nats: float) -> float:
    """Return n95, the replicas that catch a relative excess with 95 %."""
    return (_root(nats) * cv * (1 + relative) / relative) ** 2


def excess(cv: Array, runs: int, nats: float) -> Array:
    """Return the smallest excess that is caught with about 95 %, at each time."""
    relative = np.minimum(_root(nats) * cv / math.sqrt(runs), 1.0)
    with np.errstate(divide="ignore"):
        spread = np.where(relative < 1, relative / (1 - relative), np.inf)
    bold = math.expm1((nats + math.log(len(RISES))) / runs) / RISES[0]
    return np.asarray(np.maximum(np.maximum(spread, bold), RISES[-1] * cv * cv))


def shortfall_bounded(cv: Array, runs: int, nats: float, ceiling_ratio: Array) -> Array:
    """Return the smallest shortfall that `fall` catches; ``ceiling_ratio`` is H / value > 1."""
    relative = _root(nats) * cv / math.sqrt(runs)
    bold = math.expm1((nats + math.log(len(FALLS))) / runs)
    least = np.maximum(relative / (1 + relative), (ceiling_ratio - 1) * bold)
    return np.where(least < 1, least, np.inf)


def replicas_for_shortfall(ceiling_ratio: float, nats: float) -> float:
    """Return how many replicas `fall` needs to see any shortfall at all: about nats times H/value.

    Below it the largest bet against a value so far from its ceiling never wins `nats`.
    """
    return (nats + math.log(len(FALLS))) / math.log1p(1 / max(ceiling_ratio - 1, 1e-300))


def shortfall_tilted(runs: int, nats: float, tau2: Any) -> Array:
    """Return the smallest shortfall that the tilts catch, given the variance tau2 of X / value."""
    tilt = TILTS[:, None]
    threshold = (nats + math.log(len(TILTS))) / runs
    needed = np.min((log_fair_tilt(tilt, tau2) + threshold) / tilt, axis=0)
    least = needed + _QUANTILE * np.sqrt(np.asarray(tau2) / runs)
    return np.where(least < 1, least, np.inf)
