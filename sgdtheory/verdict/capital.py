"""The capital that a sample wins against a claimed mean, from above and from below, at each time.

Half of the capital is bet on the average over the recorded times of X_t divided by what is claimed
at t, which sees a small violation everywhere; half is spread over the times, which sees a large
violation at one of them. Both are valid under any dependence between the times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.verdict.betting import (
    FALLS,
    RISES,
    Array,
    fall,
    log_mean_exp,
    log_sums,
    log_tilted,
    log_wealth,
    rise,
)
from sgdtheory.verdict.sample import TOLERANCE, Sample

__all__ = ["Falling", "Rising", "falling", "rising"]

_HOPELESS_CEILING = 1e100


@dataclass(frozen=True, eq=False)
class Rising:
    """Bets that the mean exceeds `claimed` at the times `active`; last column: the average."""

    sums: Array
    claimed: Array
    active: Any
    runs: int

    def at(self, fraction: Any) -> Array:
        """Return the log capital against a mean of `fraction` times `claimed`, ``(k,)``."""
        return log_wealth(self.sums[:, :-1], self.runs, rise, RISES, fraction)

    def total(self) -> float:
        """Return the log capital against `claimed` at all active times together."""
        if not self.active.any():
            return 0.0
        wealth = log_wealth(self.sums, self.runs, rise, RISES, 1.0)
        return _halves(wealth[-1], wealth[:-1][self.active])


def rising(sample: Sample, claimed: Array, active: Any) -> Rising:
    """Bet that the mean exceeds `claimed`; an entry that is not finite counts as 0."""
    scale = np.where(active, claimed * (1 + TOLERANCE), 1.0)
    weights = active / max(1, np.count_nonzero(active))
    blocks = sample.scaled(scale, weights, np.zeros(len(scale)))
    return Rising(log_sums(blocks, rise, RISES), scale, active, sample.runs)


@dataclass(frozen=True, eq=False)
class Falling:
    """Bets that the mean is smaller, by the ceiling, by the variance, or half by each.

    ``sums`` are those of the samples divided by ``scale``, the ceiling; last column: the average.
    """

    sample: Sample
    sums: Array
    scale: Array
    weights: Array

    def at(self, value: Array) -> Array:
        """Return the log capital against ``E distance2 >= value > 0`` at each time, ``(k,)``.

        -inf where the run knows neither a ceiling nor a variance.
        """
        sample, mean = self.sample, np.minimum(value / self.scale, 1.0)
        ceiled = log_wealth(self.sums[:, :-1], sample.runs, fall, FALLS, mean)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            tau2 = np.where(sample.variance > 0, sample.variance / value / value, np.inf)
            tilted = log_tilted(sample.mean / value, sample.runs, tau2)
        return _combine(ceiled, tilted, sample.bounded, sample.varied)

    def total(self, value: Array, active: Any) -> float:
        """Return the log capital against `value` at all `active` times together; -inf if none."""
        tested = active & (self.sample.bounded | self.sample.varied)
        if not tested.any():
            return -math.inf
        least = np.where(active, value * (1 - TOLERANCE), 1.0)
        average = _combine(*self._averages(least, active))
        return _halves(float(average), self.at(least)[tested])

    def _averages(self, least: Array, active: Any) -> tuple[Any, Any, Any, Any]:
        """Return the log capital of both kinds of bet on the average of X_t / least_t.

        The standard deviation of an average is at most the average standard deviation.
        """
        sample, varied = self.sample, active & self.sample.varied
        ceiled = tilted = np.float64(-np.inf)
        if self.weights.any():
            mean = float(self.weights @ np.where(self.weights > 0, least / self.scale, 0.0))
            ceiled = log_wealth(self.sums[:, -1:], sample.runs, fall, FALLS, mean)[0]
        if varied.any():
            tau = np.mean(np.sqrt(sample.variance[varied]) / least[varied])
            ratio = np.mean(sample.mean[varied] / least[varied])
            tilted = log_tilted(ratio, sample.runs, tau * tau)[0]
        return ceiled, tilted, self.weights.any(), varied.any()


def falling(sample: Sample, claimed: Array, active: Any) -> Falling:
    """Bet that the mean is smaller than `claimed`; an entry not finite counts as the ceiling.

    One look at the data serves every value that is tried. The average weighs x_t = X_t/H_t by
    H_t/claimed_t, so that it is that of X_t/claimed_t, divided by its own ceiling.
    """
    scale = np.where(sample.limit > 0, sample.limit, 1.0)
    ratio = scale / np.where(active, claimed, 1.0)
    weights = np.where(active & sample.bounded & (ratio < _HOPELESS_CEILING), ratio, 0.0)
    weights = weights / (weights.sum() or 1.0)
    missing = np.where(sample.bounded, scale, 0.0)
    if sample.bounded.any():
        sums = log_sums(sample.scaled(scale, weights, missing), fall, FALLS)
    else:
        sums = np.zeros((len(FALLS), len(scale) + 1))
    return Falling(sample, sums, scale, weights)


def _halves(average: float, at_each_time: Array) -> float:
    return float(np.logaddexp(average, log_mean_exp(at_each_time)) - math.log(2))


def _combine(ceiled: Array, tilted: Array, bounded: Any, varied: Any) -> Array:
    """Return the log of the mean capital of the bets that are allowed; -inf if none is."""
    both = np.logaddexp(ceiled, tilted) - math.log(2)
    one = np.where(bounded, ceiled, np.where(varied, tilted, -np.inf))
    return np.where(bounded & varied, both, one)
