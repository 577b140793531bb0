"""The function `check`: the computation behind the command of that name."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory import exact
from sgdtheory.check import bounds, memory
from sgdtheory.check.duration import settled
from sgdtheory.check.hypotheses import Hypothesis, hypotheses
from sgdtheory.check.measure import Plan, Progress, measure
from sgdtheory.check.result import Bound, CheckResult, Exact
from sgdtheory.montecarlo import Run
from sgdtheory.montecarlo.request import recorded_times, whole
from sgdtheory.montecarlo.simulate import Executor
from sgdtheory.notation import letter
from sgdtheory.optimizers import SGD
from sgdtheory.problems.geometry import near_origin
from sgdtheory.problems.interface import require_problem
from sgdtheory.theory.minibatch import batch_fits
from sgdtheory.verdict import Verdict, interval, judge, judge_equal
from sgdtheory.verdict.sample import check_delta

__all__ = ["check"]

HUGE = 1e75
"""Beyond it, and below its inverse, the bounds leave the range of float64."""

STATEMENTS = 5
"""Three bounds, the exact value and the confidence band share the probability of error."""


def check(
    problem: Any,
    alpha: float,
    B: int = 1,
    *,
    steps: int | None = None,
    runs: int = 4096,
    seed: int = 0,
    replace: bool = True,
    project: bool = True,
    delta: float = 1e-6,
    executor: Executor | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Hold SGD with step size `alpha` and batches of `B` on `problem` to the lecture's bounds.

    Parameters
    ----------
    problem
        A problem of `sgdtheory.problems`, or the user's own.
    steps
        Number of steps; by default until the exact mean is within 5 % of its limit, or where that
        is not known until the start is forgotten by the smooth bound; at most 10,000.
    replace
        Whether a batch is drawn with replacement.
    project
        Whether the iterates are projected on the problem's ball. Where they are and could leave
        it, a second run without projection is held to the exact value.
    delta
        Probability that any verdict is "violated", or the band misses the mean, wrongly.
    executor, store, progress
        As in `sgdtheory.simulate`; `progress` also gets a word on what is being done.

    Raises
    ------
    ValueError
        If an argument is out of its domain, if ``alpha > 1/(2c)``, if a replica diverges
        (DivergedError), or if it does not fit in memory.
    """
    require_problem(problem)
    alpha, B = float(letter("alpha").check_one(alpha)), int(letter("B").check_one(B))
    _refuse_constants(problem)
    _refuse_batch(problem, B, replace)
    bounds.refuse_step(problem, alpha, B, project)
    d0 = float(np.sum((np.asarray(problem.w0) - np.asarray(problem.w_star)) ** 2))
    inside, limit = bounds.confined(problem, alpha, project), _limit(problem, alpha, B, replace)
    steps, why = (settled(problem, alpha, B, replace, inside, d0, limit) if steps is None else
                  (_steps(steps), ""))
    plan = Plan(problem, alpha, B, steps, whole("runs", "the number of replicas", runs, 2),
                whole("seed", "the seed of the random numbers", seed, 0), bool(replace),
                bool(project), None if store is None else Path(store))
    delta, times = check_delta(delta), recorded_times(None, steps)
    memory.fits(plan.runs, len(times), B * plan.part if problem.n is not None else 0)
    return _answer(plan, d0, times, limit, delta, [why] if why else [], executor, progress)


def _answer(plan: Plan, d0: float, times: np.ndarray, limit: float, delta: float, why: list[str],
            executor: Executor | None, progress: Progress | None) -> CheckResult:
    problem, share = plan.problem, delta / STATEMENTS
    found = hypotheses(problem, plan.alpha, plan.B, plan.replace, plan.project)
    inside = bounds.confined(problem, plan.alpha, plan.project)
    value, floor = _exact_value(plan, times, limit, inside), bounds.trivial(problem, inside)
    run = measure(plan, "simulating", executor, progress)
    exact_found = None
    if not isinstance(value, str):
        exact_found = _exact(plan, run, value, share, executor, progress)
    lower, upper = interval(run, share)
    curves = bounds.curves(problem, plan.alpha, plan.B, d0, times)
    judged = {name: _judged(name, curve, run, found, floor[0], share)
              for name, curve in curves.items()}
    return CheckResult(
        settings=_settings(plan, d0, delta), constants=problem.constants(), hypotheses=found,
        trivial=floor[0], trivial_why=floor[1], bounds=judged, exact=exact_found,
        exact_why=value if isinstance(value, str) else "", run=run, lower=lower, upper=upper,
        remarks=tuple([*why, *_remarks(plan, exact_found)]))


def _judged(name: str, curve: bounds.Curve, run: Run, found: tuple[Hypothesis, ...], floor: float,
            delta: float) -> Bound:
    """Judge a bound at the times at which it is finite: an infinite one claims nothing."""
    finite = np.isfinite(curve.at)
    missing = tuple(h.name for h in found if h.status == "fails" and name in h.needed_by)
    return Bound(curve.says, curve.at, curve.limit, bool(curve.limit >= floor), missing,
                 judge(curve.at[finite], _only(run, finite), delta))


def _only(run: Run, some: np.ndarray) -> Run:
    """Return the run at `some` of its times, a mask ``(k,)``."""
    return dataclasses.replace(
        run, times=run.times[some], distance2=run.distance2[:, some], ceiling=run.ceiling[some],
        variance=None if run.variance is None else run.variance[some])


def _limit(problem: Any, alpha: float, B: int, replace: bool) -> float:
    """Return the exact limit without projection; NaN where it is not known."""
    try:
        return exact.limit2(problem, SGD(alpha), B, replace=replace)
    except exact.NotExactlyKnown:
        return math.nan


def _exact_value(plan: Plan, times: np.ndarray, limit: float,
                 inside: bool) -> tuple[np.ndarray, float] | str:
    """Return the exact values at the times and their limit, or why they are not known."""
    try:
        at = exact.distance2(plan.problem, SGD(plan.alpha), plan.B, times=times,
                             replace=plan.replace)
    except exact.NotExactlyKnown as error:
        return str(error)
    if inside and limit != math.inf and not np.isfinite(at).all():
        return (f"without projection the second moment leaves the range of float64 by t = "
                f"{times[~np.isfinite(at)][0]}")
    if inside and limit == math.inf:
        return ("without projection the second moment grows without limit at this step size; the "
                "exact moments of projected iterates are not known")
    return at, limit


def _exact(plan: Plan, run: Run, value: tuple[np.ndarray, float], delta: float,
           executor: Executor | None, progress: Progress | None) -> Exact:
    """Judge the exact value on iterates that no projection moves."""
    at, limit = value
    free, moved = run, 0
    if plan.project and not plan.problem.invariant(plan.alpha):
        unprojected = dataclasses.replace(plan, project=False)
        free = measure(unprojected, "simulating without projection", executor, progress)
        moved = int(np.any(free.distance2 != run.distance2, axis=1).sum())
    return Exact(at, limit, free, moved, _equal(at, limit, free, delta))


def _equal(at: np.ndarray, limit: float, run: Run, delta: float) -> Verdict:
    """Judge the exact value at the times at which it is finite.

    Where the second moment grows without limit, so does the fourth, at least its square.
    """
    finite = np.isfinite(at)
    heavy = run.heavy or (limit == math.inf and bool(np.ptp(run.distance2[:, finite][:, -1]) > 0))
    return judge_equal(at[finite], dataclasses.replace(_only(run, finite), heavy=heavy), delta)


def _settings(plan: Plan, d0: float, delta: float) -> dict[str, Any]:
    problem = plan.problem
    return {"problem": type(problem).__name__, "n": problem.n, "dim": int(problem.dim),
            "radius": float(problem.radius), "d0": d0, "alpha": plan.alpha, "B": plan.B,
            "replace": plan.replace, "project": plan.project, "steps": plan.steps,
            "runs": plan.runs, "seed": plan.seed, "delta": delta, "numpy": np.__version__}


def _remarks(plan: Plan, found: Exact | None) -> list[str]:
    remarks = _start_moved(plan.problem)
    if found is not None and math.isfinite(found.limit) and found.at[-1] > 1.1 * found.limit:
        remarks.append(f"at t = {plan.steps} the exact value is still {found.at[-1]:.6g}, its "
                       f"limit {found.limit:.6g}: the start is not forgotten yet; take more steps")
    if found is not None and found.limit == math.inf:
        remarks.append(f"the run diverges: the exact E|w_t - w*|^2 grows without limit at this "
                       f"step size, {found.at[-1]:.6g} at t = {plan.steps}; take a smaller alpha, "
                       f"a larger batch, or project")
    if found is not None and found.moved:
        remarks.append(f"the measured run is projected and the exact value is of iterates that are "
                       f"not: they are two quantities. At the recorded times the projection had "
                       f"moved {found.moved} of {plan.runs} runs; so the exact value is judged on "
                       f"a second run, not projected, of the same random numbers, whose mean at "
                       f"t = {plan.steps} is {found.run.mean[-1]:.6g}")
    return remarks


def _start_moved(problem: Any) -> list[str]:
    """Say that runs do not start at 0, where the radius of a problem of data excludes it."""
    w_star, radius = np.asarray(problem.w_star), float(problem.radius)
    far = float(np.sqrt(np.sum(w_star**2)))
    moved = problem.n is not None and far > radius
    if not (moved and np.array_equal(problem.w0, near_origin(w_star, radius))):
        return []
    return [f"0 is not in the ball: it is {far:.6g} away from w*, and the radius is {radius:.6g}; "
            f"runs start at the point of the ball nearest to 0; take a radius >= {far:.6g}, or "
            f"leave it out, to start at 0"]


def _steps(steps: int) -> int:
    number = whole("steps", "the number of steps", steps, 1)
    if number > 10**9:
        raise ValueError(f"steps, the number of steps, must be at most 1e9; got {number}: they "
                         f"would take years; the ball is reached after about 1/(alpha c) steps")
    return number


def _refuse_batch(problem: Any, B: int, replace: bool) -> None:
    if not replace and problem.n is None:
        raise ValueError("replace=False, drawing without replacement, needs a finite sum, and this "
                         "problem draws from a distribution; draw with replacement")
    if not replace:
        batch_fits(B, problem.n)


def _refuse_constants(problem: Any) -> None:
    """Raise ValueError unless the bounds can be computed from the constants in float64."""
    for name, low, high in (("c", 1 / HUGE, HUGE), ("mu2", 0, HUGE**2), ("sigma2", 0, HUGE**2),
                            ("radius", 1 / HUGE, HUGE)):
        value = float(getattr(problem, name))
        if not low <= value <= high:
            raise ValueError(f"{name} = {value:g} of this problem is not in [{low:g}, {high:g}], "
                             f"where the bounds can be computed; the numbers of the data are too "
                             f"large or too small: scale the columns")
