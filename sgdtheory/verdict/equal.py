"""The verdict on ``E distance2 = value``, on both sides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sgdtheory.verdict import detect
from sgdtheory.verdict.betting import Array
from sgdtheory.verdict.bound import bound_at
from sgdtheory.verdict.capital import Rising, falling, rising
from sgdtheory.verdict.limits import least_fraction, upper_limit
from sgdtheory.verdict.outcome import Verdict
from sgdtheory.verdict.replicas import Run
from sgdtheory.verdict.sample import TOLERANCE, Sample, check_delta, sample_of
from sgdtheory.verdict.upper import MANY, ratios, word

__all__ = ["judge_equal"]

_EXACT = "refuted exactly: a value of 0, a variance of 0 or a ceiling leaves no other mean"
_BLIND_BELOW = ("without a ceiling or a variance the lower side cannot be tested at t = {}: "
                "mass may hide in events never seen (Bahadur & Savage 1956)")
_WEAK_BELOW = ("only the upper side is judged: rare values up to the ceiling, {:.3g} times the "
               "claimed, could make up for any shortfall and be missed by these runs; about {:.2g} "
               "runs would see one{}")
_TOO_MANY = (", too many: a lower ceiling (projection on a smaller ball) or a known variance "
             "(additive Gaussian noise, not projected) needs far fewer")


def judge_equal(value: Any, run: Run, delta: float = 1e-6) -> Verdict:
    """Judge ``E distance2 = value`` at all recorded times of `run`, on both sides.

    Each side has ``delta/2``. From above as in `judge`. From below by the ceiling of the run, by
    its variance, or by the mean of both capitals; where it has neither, that side cannot be
    tested, which the verdict says, and it is never "holds". What is certain is not bet on: a
    value of 0 allows only zeros, a variance of 0 only the value itself (up to a relative
    rounding of 1e-9), a ceiling no larger value.

    Parameters
    ----------
    value
        A number, an array ``(k,)``, a formula with its letters (``radius2.at(alpha=0.1, ...)``) or
        another callable of t; finite and >= 0.
    run
        Independent replicas, at least 2; see `sgdtheory.verdict.Run`.
    delta
        The probability of a false alarm, in (0, 1).
    """
    alarm, sample = math.log(2) - math.log(check_delta(delta)), sample_of(run)
    values = bound_at(value, sample.times, "value")
    active = (values > 0) & (sample.variance > 0)
    exactly = _exactly_wrong(sample, values)
    up, down = rising(sample, values, active), falling(sample, values, active)
    evalue = math.inf if exactly else max(up.total(), down.total(values, active)) - math.log(2)
    nats = detect.nats_needed(delta / 2, int(active.sum()))
    above = float(detect.excess(sample.cv[active], sample.runs, nats).max(initial=0.0))
    below = float(_shortfall(sample, values, nats)[active].max(initial=0.0))
    tol = _tolerance(up, upper_limit(down, alarm), values, active, alarm)
    status, why = word(evalue >= alarm - math.log(2), sample, tol, above, nats)
    if exactly or not why:
        why = _EXACT if exactly else _remark(status, sample, active, below, values, nats)
    ratio = ratios(sample, values)
    j = int(np.argmax(np.where(np.isneginf(ratio), -1.0, np.abs(ratio - 1))))
    return Verdict(status, float(ratio[j]), sample.times[j].item(), above, delta, evalue,
                   sample.runs, below, tol, why)


def _exactly_wrong(sample: Sample, values: Array) -> bool:
    certain = (values == 0) | (sample.variance == 0)
    seen = sample.distance2[:, certain]
    off = np.isfinite(seen) & (np.abs(sample.known[:, certain] - values[certain])
                               > TOLERANCE * values[certain])
    return bool(off.any() or (values * (1 - TOLERANCE) > sample.limit).any())


def _shortfall(sample: Sample, values: Array, nats: float) -> Array:
    """Return the smallest shortfall that would have been caught at each time."""
    positive = np.where(values > 0, values, 1.0)
    nats = nats + math.log(2)
    with np.errstate(over="ignore", invalid="ignore"):
        ceiled = detect.shortfall_bounded(sample.cv, sample.runs, nats, sample.limit / positive)
        tilted = detect.shortfall_tilted(
            sample.runs, nats, np.where(sample.varied, sample.variance / positive / positive, 1e99))
    return np.minimum(np.where(sample.bounded, ceiled, np.inf),
                      np.where(sample.varied, tilted, np.inf))


def _tolerance(up: Rising, limits: Array, values: Array, active: Any, alarm: float) -> float:
    """Return the largest relative distance of a confidence limit from the value."""
    if not active.any():
        return TOLERANCE
    above = limits[active] / values[active] - 1
    below = 1 - least_fraction(up, alarm)[active]
    return float(max(above.max(), below.max(), 0.0))


def _remark(status: str, sample: Sample, active: Any, below: float, values: Array,
            nats: float) -> str:
    untested = active & ~(sample.bounded | sample.varied)
    if status == "violated" or (not untested.any() and math.isfinite(below)):
        return ""
    if untested.any():
        return _BLIND_BELOW.format(sample.times[np.argmax(untested)])
    with np.errstate(over="ignore"):
        far = sample.limit[active] / values[active]
    furthest = float(far[np.isfinite(far)].max(initial=1.0))
    needed = detect.replicas_for_shortfall(furthest, nats + math.log(2))
    return _WEAK_BELOW.format(furthest, needed, _TOO_MANY if needed > MANY else "")
