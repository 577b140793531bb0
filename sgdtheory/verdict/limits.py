"""Confidence limits of a mean: the values that the bets do not refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.verdict.betting import Array
from sgdtheory.verdict.capital import Falling, Rising, falling, rising
from sgdtheory.verdict.replicas import Run
from sgdtheory.verdict.sample import TOLERANCE, Sample, check_delta, sample_of

__all__ = ["interval", "least_fraction", "lower_limit", "upper_limit"]

_HALVINGS = 40
_COARSE_HALVINGS = 12
_DOUBLINGS = 200


def interval(run: Run, delta: float = 1e-6) -> tuple[Array, Array]:
    """Return ``(lower (k,), upper (k,))``, limits of E distance2 at every recorded time at once.

    All 2k limits are right with probability at least ``1 - delta``: a band, each limit at
    ``delta/(2k)``. The lower one needs nothing. The upper one is inf where the run has neither a
    ceiling nor a variance: a mean has no upper limit without either [Bahadur & Savage 1956].
    """
    sample = sample_of(run)
    nats = math.log(2 * len(sample.times)) - math.log(check_delta(delta))
    ones = np.ones(len(sample.times))
    return lower_limit(sample, nats), upper_limit(falling(sample, ones, ones < 0), nats)


def lower_limit(sample: Sample, nats: float) -> Array:
    """Return the largest mean below which every value is refuted with `nats`, ``(k,)``.

    Entries that are not finite count as 0. Found by bisection from below, so never too large; each
    step is a look at the data, because the bets are fractions of the value on trial.
    """
    known = np.where(sample.broken, 0.0, sample.mean)
    spread = np.where(sample.broken, 0.0, sample.sd)
    width = math.sqrt(2 * nats + 10) * spread / math.sqrt(sample.runs)

    def refuted(value: Array) -> Any:
        bets = rising(sample, value, value > 0)
        return (bets.at(1.0) >= nats) & bets.active

    start = np.maximum(known - 2 * width, 0.0)
    start = np.where(refuted(start), start, 0.0)
    return _last_refuted(refuted, start, known, _COARSE_HALVINGS)


def least_fraction(bets: Rising, nats: float) -> Array:
    """Return the largest fraction of the claimed mean that `bets` refute with `nats`, ``(k,)``."""
    zeros = np.zeros(len(bets.claimed))
    return _last_refuted(lambda m: bets.at(m) >= nats, zeros, zeros + 1, _HALVINGS)


def upper_limit(bets: Falling, nats: float) -> Array:
    """Return the smallest mean above which every value is refuted with `nats`, ``(k,)``.

    By the ceiling, by the variance, or by the mean of both capitals; inf without either. Where
    the variance is 0 the limit is the largest value itself, with its rounding.
    """
    sample = bets.sample
    inner = np.where(sample.broken, 0.0, sample.mean)
    constant = sample.variance == 0
    if not (sample.bounded | sample.varied | constant).any():
        return np.full(len(inner), np.inf)

    def refuted(value: Array) -> Any:
        return bets.at(np.where(value > 0, value, 1.0)) >= nats

    top = np.where(sample.bounded, sample.limit, 0.0)
    if not (sample.bounded | constant).all():
        top = np.where(sample.bounded | constant, top, _refuted_above(refuted, sample, inner))
    known = np.isfinite(top)
    limit = _last_refuted(refuted, np.where(known, top, inner), inner, _HALVINGS)
    largest = np.minimum(np.max(sample.distance2, axis=0) * (1 + TOLERANCE), sample.limit)
    return np.where(constant, largest, np.where(known, limit, np.inf))


def _refuted_above(refuted: Callable[[Array], Any], sample: Sample, inner: Array) -> Array:
    """Return a value beyond `inner` that the variance refutes, or inf."""
    top = inner + np.sqrt(sample.variance)
    for _ in range(_DOUBLINGS):
        fine = ~np.isfinite(top) | refuted(np.where(np.isfinite(top), top, 1.0))
        if fine.all():
            return top
        top = np.where(fine, top, 2 * top)
    return np.where(fine, top, np.inf)


def _last_refuted(refuted: Callable[[Array], Any], lo: Array, hi: Array, halvings: int) -> Array:
    """Bisect between `lo`, refuted or harmless, and `hi`; return the side of `lo`."""
    for _ in range(halvings):
        middle = lo + (hi - lo) / 2
        gone = refuted(middle)
        lo, hi = np.where(gone, middle, lo), np.where(gone, hi, middle)
    return lo
