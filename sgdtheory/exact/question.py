"""What exact moments are asked: a rule on a problem, its start and the times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.exact.laws import NotExactlyKnown, RandomSigns, gradient_law
from sgdtheory.exact.summed import Summed
from sgdtheory.exact.systems import System, system
from sgdtheory.exact.transition import Transition, autonomous, start, stretches
from sgdtheory.notation import letter
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.optimizers.rule import require_rule
from sgdtheory.problems.interface import require_problem
from sgdtheory.theory import minibatch

__all__ = ["Question", "ask", "scale", "start_error", "stationary", "stays", "whole_times"]


@dataclass(frozen=True, eq=False)
class Question:
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


def ask(problem: Any, rule: Any, B: int, times: Any, w0: Any, replace: bool) -> Question:
    """Return the question that these arguments ask, or raise ValueError."""
    counts, e0 = whole_times(times), start_error(problem, w0)
    require_rule(rule)
    stays(problem, rule, e0)
    law = gradient_law(problem)
    x = start(rule, e0 if law.basis is None else law.basis.T @ e0)
    moments = system(law, scale(problem, B, replace), x.shape[1])
    return Question(rule, problem.dim, moments, moments.start(x), counts)


def stationary(problem: Any, rule: Any, B: int, replace: bool) -> tuple[System, Transition]:
    """Return the system of moments and the transition that holds in the end."""
    require_rule(rule)
    if isinstance(rule, CorrectedMomentum):
        rule = Momentum(rule.alpha, rule.beta1)
    stays(problem, rule, np.zeros(problem.dim))
    transition = autonomous(rule, problem.dim)
    if transition is None:
        raise NotExactlyKnown(f"{type(rule).__name__} changes its step with the time, so its limit "
                              f"is not that of one recursion; ask exact.distance2 at large times")
    moments = system(gradient_law(problem), scale(problem, B, replace), len(transition.push))
    return moments, transition


def scale(problem: Any, B: int, replace: bool) -> float:
    """Return the covariance of a minibatch in units of that of one sample."""
    if replace:
        return float(minibatch.variance(sigma2=1.0, B=B))
    if problem.n is None:
        raise ValueError("replace=False needs a finite sum, and this problem draws fresh samples; "
                         "use replace=True")
    return float(minibatch.variance_without_replacement(sigma2=1.0, B=B, n=problem.n))


def whole_times(times: Any, name: str = "times") -> np.ndarray:
    """Return `times` as an increasing array ``(k,)``, or raise ValueError."""
    counts = np.atleast_1d(np.asarray(times))
    if counts.ndim != 1 or not counts.size or counts.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, at least one; got {times!r}")
    letter("t").check(counts)
    counts = counts.astype(np.int64)
    if np.any(np.diff(counts) <= 0):
        raise ValueError(f"{name} must increase strictly; pass numpy.unique({name})")
    return counts


def start_error(problem: Any, w0: Any) -> np.ndarray:
    """Return the start minus the minimiser, shape ``(dim,)``."""
    require_problem(problem)
    try:
        point = np.asarray(problem.w0 if w0 is None else w0, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"w0, the starting point, must be {problem.dim} real numbers ({error}); "
                         f"leave it out for the problem's own") from error
    if point.shape != (problem.dim,) or not np.all(np.isfinite(point)):
        raise ValueError(f"w0, the starting point, must be {problem.dim} finite numbers; "
                         f"got shape {point.shape}")
    return np.asarray(point - np.asarray(problem.w_star))


def stays(problem: Any, rule: Any, e0: np.ndarray) -> None:
    """Raise NotExactlyKnown where the law holds inside the ball only and the rule may leave it."""
    if not isinstance(gradient_law(problem), RandomSigns):
        return
    rule = rule.rule if isinstance(rule, Summed) else rule
    inside = np.sum(e0**2) <= problem.radius**2
    if not (isinstance(rule, SGD) and inside and problem.invariant(rule.alpha)):
        raise NotExactlyKnown(
            f"the moments of {type(problem).__name__} close inside its ball only: start inside, "
            f"and take SGD with alpha <= 2/L, so that the iterates cannot leave it")
