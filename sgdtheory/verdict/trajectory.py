"""One trajectory against a one-step inequality ``E[X_{t+1} | past] <= drift(X_t)``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.verdict import detect
from sgdtheory.verdict.betting import RISES, Array, log_mean_exp, rise
from sgdtheory.verdict.outcome import BLIND_BEYOND, Status, Verdict
from sgdtheory.verdict.sample import TOLERANCE, check_delta

__all__ = ["judge_log"]

_STEPS_PER_BLOCK = 4096
_LARGEST = 1e300


def judge_log(distance2: Any, drift: Callable[[Any], Any], delta: float = 1e-6) -> Verdict:
    """Judge ``E[X_{t+1} | past] <= drift(X_t)`` along one trajectory, at every step at once.

    The bet is on ``X_{t+1}/drift(X_t)``, whose conditional mean is at most 1; the steps may depend
    on each other in any way. It asks for *consecutive* iterates, none left out, and for fresh
    samples or sampling with replacement: reshuffled epochs break the inequality itself. The
    capital counts at its largest, so a violation that passes is seen. An overflow at step t + 1
    counts as the largest float there, and the log ends with it.

    Parameters
    ----------
    distance2
        ``|w_t - w*|^2``, shape ``(T,)``, T >= 2.
    drift
        Takes ``(T-1,)`` values X_t, or one, and returns as many, each > 0 and a function of its
        own X_t (and of earlier ones) only.
    delta
        The probability of a false alarm, in (0, 1).
    """
    alarm, log = -math.log(check_delta(delta)), _checked_log(distance2)
    claimed = _drift_of(drift, log[:-1])
    with np.errstate(over="ignore"):
        ratio = np.minimum(log[1:] / (claimed * (1 + TOLERANCE)), _LARGEST)
    evalue, step = _largest_capital(ratio)
    ended = log[-1] == np.finfo(float).max
    cv = np.array([np.std(ratio) / (np.mean(ratio) or 1.0)]) if not ended else np.array([np.inf])
    blind = float(detect.excess(cv, len(ratio), alarm)[0])
    status, why = _word(evalue >= alarm, bool(ended), blind)
    return Verdict(status, float(np.mean(ratio)), step, blind, delta, evalue, len(ratio), why=why)


def _checked_log(distance2: Any) -> Array:
    try:
        log = np.array(distance2, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"distance2, the squared distances along one trajectory, must be "
                         f"numbers ({error}); pass an array of floats, shape (T,)") from error
    if log.ndim != 1 or len(log) < 2:
        raise ValueError(f"distance2, the squared distances along one trajectory, must have shape "
                         f"(T,) with T >= 2; got {log.shape}; replicas are for judge")
    over = np.flatnonzero(~np.isfinite(log))
    if len(over) and (np.isnan(log[over[0]]) or over[0] == 0):
        raise ValueError(f"distance2 must be finite up to an overflow; got {log[over[0]]} at t = "
                         f"{over[0]}; cut the log before it")
    log = log[: over[0] + 1] if len(over) else log
    if (log < 0).any():
        t = int(np.argmax(log < 0))
        raise ValueError(f"distance2, squared distances, must be >= 0; got {log[t]} at t = {t}; "
                         f"a loss is not a distance")
    return np.minimum(log, np.finfo(float).max)


def _drift_of(drift: Callable[[Any], Any], now: Array) -> Array:
    claimed = _evaluated(drift, now)
    wrong = ~(np.isfinite(claimed) & (claimed > 0))
    if wrong.any():
        t = int(np.argmax(wrong))
        raise ValueError(f"drift, the claimed E[X_(t+1) | X_t], must be finite and > 0; got "
                         f"{claimed[t]} at X_{t} = {now[t]}; it needs 1 - 2 alpha c >= 0 and a "
                         f"noise term > 0")
    changed, half = now.copy(), len(now) // 2
    changed[half:] = changed[half:] / 2 + 1
    if half and not np.array_equal(_evaluated(drift, changed)[:half], claimed[:half]):
        raise ValueError("drift must be predictable, a function of X_t and what came before it; "
                         "its values changed when later iterates were changed")
    return claimed


def _evaluated(drift: Callable[[Any], Any], now: Array) -> Array:
    """Return drift at each value, asked about all at once or, failing that, one by one."""
    if not callable(drift):
        raise TypeError(f"drift, the claimed E[X_(t+1) | X_t], must be a function of X_t; got "
                        f"{drift!r}; for SGD it is lambda x: (1 - 2*alpha*c)*x + noise")
    with np.errstate(over="ignore"):
        try:
            found = drift(now)
            if found is None:  # numpy would make NaN of it
                raise ValueError("no number")
            claimed = np.asarray(found, dtype=np.float64)
        except (TypeError, ValueError):
            claimed = np.array([_one(drift, float(x)) for x in now])
    if claimed.ndim and claimed.shape != now.shape:
        raise ValueError(f"drift must return one number for each of {len(now)} values; got shape "
                         f"{claimed.shape}")
    return np.broadcast_to(claimed, now.shape)


def _one(drift: Callable[[Any], Any], x: float) -> float:
    value = drift(x)
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"drift, the claimed E[X_(t+1) | X_t], must return a number; got "
                         f"{value!r} at X_t = {x:g}; check that the function returns it") from error


def _largest_capital(ratio: Array) -> tuple[float, int]:
    """Return the largest log capital on the way and the step at which it was reached."""
    wealth, best, step = np.zeros(len(RISES)), 0.0, 0
    for start in range(0, len(ratio), _STEPS_PER_BLOCK):
        block = ratio[start : start + _STEPS_PER_BLOCK]
        path = wealth[:, None] + np.cumsum(np.log(rise(block, RISES[:, None])), axis=1)
        total, wealth = log_mean_exp(path), path[:, -1]
        j = int(np.argmax(total))
        if total[j] > best:
            best, step = float(total[j]), start + j + 1
    return best, step


def _word(violated: bool, ended: bool, blind: float) -> tuple[Status, str]:
    if violated:
        return "violated", ""
    if ended:
        return "inconclusive", "the log ends with an overflow that the drift may have allowed"
    if blind > BLIND_BEYOND:
        return "inconclusive", f"an excess of {BLIND_BEYOND:.0%} could have passed unseen: go on"
    return "not refuted", ""
