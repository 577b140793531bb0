"""Exact moments of the squared distance to the minimiser, without projection.

Every function takes a problem whose gradient law is known and a linear rule: SGD, Momentum,
CorrectedMomentum, Nesterov, or a user's own. The relative error is about 1e-16 times the number
of steps at worst, and 1e-14 where the curvatures are resolved separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.exact.laws import NotExactlyKnown, RandomSigns, gradient_law
from sgdtheory.exact.systems import Separate, System, system
from sgdtheory.exact.transition import Transition, autonomous, start, stretches
from sgdtheory.notation import letter
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.theory import minibatch

__all__ = ["distance2", "limit2", "spectral_radius", "variance"]


def distance2(problem: Any, rule: Any, B: int = 1, times: Any = 1000, w0: Any = None,
              replace: bool = True) -> np.ndarray:
    """Return ``E|w_t - w*|^2`` at `times`, shape ``(k,)``, for iterates that are not projected.

    `times` is a whole number or increasing whole numbers. A value beyond float64 is ``inf``.
    """
    question = _ask(problem, rule, B, times, w0, replace)
    return _finite_or_inf(question.system.distance2, question.path())


def variance(problem: Any, rule: Any, B: int = 1, times: Any = 1000, w0: Any = None,
             replace: bool = True) -> np.ndarray:
    """Return the variance of ``|w_t - w*|^2`` at `times`, shape ``(k,)``, for Gaussian noise.

    The iterate is Gaussian of mean ``m`` and covariance ``S``: ``2 tr(S^2) + 4 m'S m``.
    """
    question = _ask(problem, rule, B, times, w0, replace)
    moments = question.system
    if not (isinstance(moments, Separate) and moments.law.gaussian):
        raise NotExactlyKnown(f"the variance of |w_t - w*|^2 on {type(problem).__name__} needs "
                              f"fourth moments; it is known for additive Gaussian noise only")
    return _finite_or_inf(moments.variance2, question.path())


def limit2(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> float:
    """Return the limit of ``E|w_t - w*|^2``; ``inf`` unless `spectral_radius` is below 1."""
    moments, transition = _stationary(problem, rule, B, replace)
    if moments.spectral_radius(transition) >= 1:
        return float("inf")
    return float(moments.distance2(moments.limit(transition))[0])


def spectral_radius(problem: Any, rule: Any, B: int = 1, replace: bool = True) -> float:
    """Return the spectral radius of the map of second moments: below 1, they have a limit."""
    moments, transition = _stationary(problem, rule, B, replace)
    return moments.spectral_radius(transition)


@dataclass(frozen=True, eq=False)
class _Question:
    """A rule on a system of moments, its start and the times asked for."""

    rule: Any
    dim: int
    system: System
    start: np.ndarray
    times: np.ndarray

    def path(self) -> np.ndarray:
        """Return the states of the system at the times, on a leading axis."""
        path: list[np.ndarray] = []
        state, past = self.start, 0
        for stretch in stretches(self.rule, self.dim, int(self.times[-1])):
            now = (self.times >= past) & (self.times < past + stretch.count)
            counts = np.append(self.times[now] - past, stretch.count)
            *inside, state = self.system.iterates(stretch.transition, state, counts)
            path, past = path + inside, past + stretch.count
        return np.stack([*path, state])


def _ask(problem: Any, rule: Any, B: int, times: Any, w0: Any, replace: bool) -> _Question:
    counts, e0 = _counts(times), _start(problem, w0)
    _stays(problem, rule, e0)
    law = gradient_law(problem)
    x = start(rule, e0 if law.basis is None else law.basis.T @ e0)
    moments = system(law, _scale(problem, B, replace), x.shape[1])
    return _Question(rule, problem.dim, moments, moments.start(x), counts)


def _stationary(problem: Any, rule: Any, B: int, replace: bool) -> tuple[System, Transition]:
    """Return the system of moments and the transition that holds in the end."""
    if isinstance(rule, CorrectedMomentum):
        rule = Momentum(rule.alpha, rule.beta1)
    _stays(problem, rule, np.zeros(problem.dim))
    transition = autonomous(rule, problem.dim)
    if transition is None:
        raise NotExactlyKnown(f"{type(rule).__name__} changes its step with the time, so its limit "
                              f"is not that of one recursion; ask exact.distance2 at large times")
    moments = system(gradient_law(problem), _scale(problem, B, replace), len(transition.push))
    return moments, transition


def _scale(problem: Any, B: int, replace: bool) -> float:
    """Return the covariance of a minibatch in units of that of one sample."""
    if replace:
        return float(minibatch.variance(sigma2=1.0, B=B))
    if problem.n is None:
        raise ValueError("replace=False needs a finite sum, and this problem draws fresh samples; "
                         "use replace=True")
    return float(minibatch.variance_without_replacement(sigma2=1.0, B=B, n=problem.n))


def _counts(times: Any) -> np.ndarray:
    counts = np.atleast_1d(np.asarray(times))
    if counts.ndim != 1 or not counts.size or counts.dtype.kind not in "iu":
        raise ValueError(f"times must be whole numbers, at least one; got {times!r}")
    letter("t").check(counts)
    counts = counts.astype(np.int64)
    if np.any(np.diff(counts) <= 0):
        raise ValueError("times must increase strictly; pass numpy.unique(times)")
    return counts


def _start(problem: Any, w0: Any) -> np.ndarray:
    point = np.asarray(problem.w0 if w0 is None else w0, dtype=float)
    if point.shape != (problem.dim,) or not np.all(np.isfinite(point)):
        raise ValueError(f"w0, the starting point, must be {problem.dim} finite numbers; "
                         f"got shape {point.shape}")
    return np.asarray(point - np.asarray(problem.w_star))


def _stays(problem: Any, rule: Any, e0: np.ndarray) -> None:
    """Raise NotExactlyKnown where the law holds inside the ball only and the rule may leave it."""
    if not isinstance(gradient_law(problem), RandomSigns):
        return
    inside = np.sum(e0**2) <= problem.radius**2
    if not (isinstance(rule, SGD) and inside and problem.invariant(rule.alpha)):
        raise NotExactlyKnown(
            f"the moments of {type(problem).__name__} close inside its ball only: start inside, "
            f"and take SGD with alpha <= 2/L, so that the iterates cannot leave it")


def _finite_or_inf(of: Any, path: np.ndarray) -> np.ndarray:
    """Return ``of(path)`` with what left the range of float64, upwards, as ``inf``."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = of(path)
    return np.where(np.isfinite(values), values, np.inf)
