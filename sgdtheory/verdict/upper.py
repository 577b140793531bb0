"""The verdict on ``E distance2 <= bound``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sgdtheory.verdict import detect
from sgdtheory.verdict.betting import Array
from sgdtheory.verdict.bound import bound_at
from sgdtheory.verdict.capital import falling, rising
from sgdtheory.verdict.limits import upper_limit
from sgdtheory.verdict.outcome import BLIND_BEYOND, CERTIFIED_WITHIN, Status, Verdict
from sgdtheory.verdict.replicas import Run
from sgdtheory.verdict.sample import TOLERANCE, Sample, check_delta, sample_of

__all__ = ["MANY", "judge", "ratios", "word"]


def judge(bound: Any, run: Run, delta: float = 1e-6) -> Verdict:
    """Judge ``E distance2 <= bound`` at all recorded times of `run` [theory of `betting`].

    A true bound is called violated with probability at most `delta`, also if replicas are added
    and judged again, any number of times. A bound of 0 is refuted by a single positive value,
    without rounding; any other is granted a relative rounding of 1e-9. Entries that are not
    finite count as 0: an overflow before time t proves nothing about time t. What the others
    refute is refuted; otherwise a replica that diverged makes the verdict "inconclusive".

    "holds" is said where a ceiling or a variance certifies ``E distance2 <= bound (1 + tol)`` with
    ``tol <= 0.1``. It needs no correction for the number of times: to be wrong, the limit at the
    time where the true ratio is largest must fail. A one-sided test does not see a bound that is
    too loose: see `judge_equal`.

    Parameters
    ----------
    bound
        A number, an array ``(k,)``, a formula with its letters (``radius2.at(alpha=0.1, ...)``) or
        another callable of t; finite and >= 0.
    run
        Independent replicas, at least 2; see `sgdtheory.verdict.Run`.
    delta
        The probability of a false alarm, in (0, 1).
    """
    alarm, sample = -math.log(check_delta(delta)), sample_of(run)
    bounds = bound_at(bound, sample.times)
    active = bounds > 0
    exactly = bool((sample.known[:, ~active] > 0).any())
    evalue = math.inf if exactly else rising(sample, bounds, active).total()
    nats = detect.nats_needed(delta, int(active.sum()))
    blind = float(detect.excess(sample.cv[active], sample.runs, nats).max(initial=0.0))
    tol = float(np.max(_beyond(upper_limit(falling(sample, bounds, active), alarm), bounds)))
    status, why = word(evalue >= alarm, sample, tol, blind, nats)
    ratio = ratios(sample, bounds)
    j = int(np.argmax(ratio))
    return Verdict(status, float(ratio[j]), sample.times[j].item(), blind, delta, evalue,
                   sample.runs, tol=tol, why=_ZERO if exactly else why)


MANY = 1e6
"""More runs than this are not advised: something else is."""

_ZERO = "a bound of 0 is refuted by any positive value"


def _beyond(limits: Array, bounds: Array) -> Array:
    """Return by which fraction the limits exceed the bounds, at least 0."""
    with np.errstate(over="ignore"):
        ratio = limits / np.where(bounds > 0, bounds, 1.0)
    return np.where(bounds > 0, np.maximum(ratio - 1, 0.0), np.where(limits > 0, np.inf, 0.0))


def ratios(sample: Sample, claimed: Array) -> Array:
    """Return mean / claimed; -inf where it says nothing: no spread, no excess, other times do.

    0/0 says nothing either; where it is all there is, NaN.
    """
    positive = claimed > 0
    with np.errstate(over="ignore"):
        ratio = np.where(positive, sample.mean / np.where(positive, claimed, 1.0),
                         np.where((sample.distance2 > 0).any(axis=0), np.inf, np.nan))
    telling = (sample.sd > 0) | (ratio > 1 + TOLERANCE)
    if not telling.any():
        telling = ~np.isnan(ratio)
    return np.where(telling, ratio, -np.inf) if telling.any() else ratio


def word(
    violated: bool, sample: Sample, tol: float, blind: float, nats: float
) -> tuple[Status, str]:
    """Return the status and, where it is not plain, the reason and the next step."""
    if violated:
        return "violated", ""
    if sample.lost:
        return "inconclusive", (f"{sample.lost} replicas left the finite range and what they "
                                f"would be at later times is not known; record earlier times")
    if tol <= CERTIFIED_WITHIN:
        return "holds", ""
    if sample.heavy:
        return "inconclusive", ("E|w - w*|^4 grows without bound: what the mean is made of is too "
                                "rare for a sample; project, or take a smaller alpha")
    if blind > BLIND_BEYOND:
        needed = max(detect.replicas_needed(BLIND_BEYOND, float(sample.cv.max()), nats), 2 * nats)
        instead = ", too many: project, or judge earlier times" if needed > MANY else ""
        return "inconclusive", (f"an excess of {BLIND_BEYOND:.0%} could have passed unseen; "
                                f"about {needed:.2g} runs would catch it{instead}")
    return "not refuted", ""
