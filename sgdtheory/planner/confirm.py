"""A plan carried out on the problem that its constants come from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory import exact
from sgdtheory.check import measure
from sgdtheory.check.memory import fits
from sgdtheory.montecarlo import Run
from sgdtheory.montecarlo.request import recorded_times, whole
from sgdtheory.montecarlo.simulate import Executor
from sgdtheory.optimizers import SGD
from sgdtheory.planner.planning import Plan, Setting
from sgdtheory.verdict import Verdict, interval, judge
from sgdtheory.verdict.sample import check_delta

__all__ = ["Confirmation", "confirm"]

MOST_SAMPLES = 10**12
"""More sample gradients are refused: they would take days."""

STATEMENTS = 3
"""Two verdicts and the confidence band share the probability of error."""


@dataclass(frozen=True, eq=False)
class Confirmation:
    """How the plan fared, projected on the problem's ball.

    Attributes
    ----------
    run
        The measured squared distances; the last recorded time is the plan's last step.
    bound
        The bound of the plan's model at the recorded times, ``(k,)``.
    lower, upper
        A confidence band of the mean, right at all recorded times at once, ``(k,)`` each.
    exact_at
        The exact mean at the recorded times, without projection, ``(k,)``; NaN where it is not
        known.
    verdicts
        ``target``: the mean at the last step against the target; ``bound``: at all recorded times.
    """

    run: Run
    bound: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    exact_at: np.ndarray
    verdicts: dict[str, Verdict]

    @property
    def exact(self) -> float:
        """The exact mean at the last step, without projection; NaN where it is not known."""
        return float(self.exact_at[-1])

    @property
    def refuted(self) -> bool:
        """Whether the measured violates the target or the bound."""
        return not all(self.verdicts.values())


def confirm(problem: Any, setting: Setting, plan: Plan, *, runs: int = 256, seed: int = 0,
            delta: float = 1e-6, executor: Executor | None = None,
            store: str | Path | None = None,
            progress: measure.Progress | None = None) -> Confirmation:
    """Simulate `plan` on `problem` and judge the distances; the arguments are those of `check`.

    Raises
    ------
    ValueError
        If an argument is out of its domain, or the simulation is too large.
    """
    delta = check_delta(delta)
    asked = measure.Plan(problem, plan.alpha, plan.B, plan.steps,
                         whole("runs", "the number of replicas", runs, 2),
                         whole("seed", "the seed of the random numbers", seed, 0), True, True,
                         None if store is None else Path(store))
    times = recorded_times(None, plan.steps)
    fits(runs, len(times), plan.B * asked.part if problem.n is not None else 0,
         who="the simulation of the plan",
         smaller="take a larger target, or do without the simulation")
    if runs * plan.samples > MOST_SAMPLES:
        raise ValueError(f"the simulation of the plan needs {runs * plan.samples:.3g} sample "
                         f"gradients, more than {MOST_SAMPLES:g}; take fewer runs or a larger "
                         f"target, or do without the simulation")
    run = measure.measure(asked, "simulating the plan", executor, progress)
    bound = np.array([setting.model.bound(int(t), plan.alpha, plan.B) for t in times])
    lower, upper = interval(run, delta / STATEMENTS)
    verdicts = {"target": judge(setting.model.target, _last(run), delta / STATEMENTS),
                "bound": judge(bound, run, delta / STATEMENTS)}
    return Confirmation(run, bound, lower, upper, _exact(problem, plan, times), verdicts)


def _last(run: Run) -> Run:
    """Return what was recorded last."""
    variance = None if run.variance is None else run.variance[-1:]
    return dataclasses.replace(run, times=run.times[-1:], distance2=run.distance2[:, -1:],
                               ceiling=run.ceiling[-1:], variance=variance)


def _exact(problem: Any, plan: Plan, times: np.ndarray) -> np.ndarray:
    try:
        return exact.distance2(problem, SGD(plan.alpha), plan.B, times=times)
    except exact.NotExactlyKnown:
        return np.full(len(times), np.nan)
