"""What every simulation does: draw replicas, show a certified band, plant a violation.

A test that cannot fail shows nothing, and a one-sided test does not see a formula that is too
loose. So every bound has a `witness`: a problem on which its ratio to the truth is known. There
the true value must pass on both sides, and two planted falsehoods must be caught: a bound 5 % below
the truth, and a value 5 % above it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import sgdtheory as st
from sgdtheory.picture import role
from sgdtheory.verdict import Replicas, Verdict, interval

__all__ = ["DELTA", "PLANTED", "Band", "Deviation", "Sampler", "band", "certain",
           "certain_witness", "draw_band", "gather", "side_by_side", "stream", "within", "witness"]

DELTA = 1e-9
"""Probability of a false alarm of each verdict."""

PLANTED = 0.05
"""Relative size of a planted violation."""

LOW, HIGH = 1 - PLANTED, 1 + PLANTED

ROUNDING = 1e-12
"""Relative rounding that is granted where nothing is random."""


@dataclass(frozen=True)
class Sampler:
    """`sgdtheory.simulate` with the settings of one `run`: each sample has a stream of its own."""

    seed: int
    executor: Any = None
    progress: Callable[[int, int, str], None] | None = None

    def __call__(self, what: str, problem: Any, rule: Any, **settings: Any) -> Any:
        """Return the run called `what`, whose name numbers its stream of random numbers."""
        report = self.progress and (lambda done, total: self.progress(done, total, what))
        return st.simulate(problem, rule, seed=self.seed, executor=self.executor, progress=report,
                           configuration=zlib.crc32(what.encode()), **settings)


def stream(seed: int, what: str) -> np.random.Generator:
    """Return the random numbers of the part called `what`, whose name numbers its stream."""
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(what.encode()),))
    return np.random.Generator(np.random.SFC64(sequence))


def gather(parts: Mapping[str, Callable[[], tuple[Any, dict[str, Verdict]]]],
           progress: Callable[[int, int, str], None] | None,
           ) -> tuple[dict[str, Any], dict[str, Verdict]]:
    """Return what each part of a simulation found to draw, and the verdicts of all.

    Raises ValueError where two parts judge under one name: the second would hide the first.
    """
    found: dict[str, Any] = {}
    verdicts: dict[str, Verdict] = {}
    for done, (what, part) in enumerate(parts.items(), start=1):
        found[what], judged = part()
        if twice := verdicts.keys() & judged.keys():
            raise ValueError(f"{what}: a verdict called {min(twice)!r} is there already; rename it")
        verdicts |= judged
        if progress:
            progress(done, len(parts), what)
    return found, verdicts


@dataclass(frozen=True, eq=False)
class Deviation:
    """The rule whose iterate becomes the deviation of the gradient from `mean`, ``(dim,)``.

    One step of it from a fixed point has the squared distance ``|G - mean|^2``.
    """

    mean: np.ndarray = field(repr=False)

    def init(self, w: Any) -> None:
        """Return the empty state."""
        return None

    def step(self, w: Any, state: None, grad: Any, t: Any) -> tuple[Any, None]:
        """Return the deviation of the gradient at `w`."""
        return grad(w) - self.mean[:, None], None


@dataclass(frozen=True, eq=False)
class Band:
    """A mean over replicas, and limits of the true mean that all hold but with probability `delta`.

    `at` is what it is drawn over: a time, a batch size or a step size. All arrays are ``(k,)``;
    `upper` is inf where nothing certifies it.
    """

    at: np.ndarray
    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    delta: float = DELTA

    @property
    def bars(self) -> np.ndarray:
        """The distances of the limits from the mean, ``(2, k)``; 0 where there is no limit."""
        above = np.where(np.isfinite(self.upper), self.upper - self.mean, 0.0)
        return np.maximum([self.mean - self.lower, above], 0.0)


def band(run: Any, delta: float = DELTA) -> Band:
    """Return the certified band of a run."""
    lower, upper = interval(run, delta)
    return Band(np.asarray(run.times), np.mean(run.distance2, axis=0), lower, upper, delta)


def draw_band(ax: Any, found: Band, label: str, look: str = "measured") -> None:
    """Draw a band over what it is known at, in the style of what is measured."""
    ax.errorbar(found.at, found.mean, found.bars, label=label, **role(look))


def side_by_side(runs: list[Any], at: Any, column: int = -1) -> Replicas:
    """Return one recorded time of independent `runs` as the columns of one sample."""
    return Replicas(np.column_stack([run.distance2[:, column] for run in runs]), np.asarray(at),
                    np.array([run.ceiling[column] for run in runs]),
                    np.array([np.inf if run.variance is None else run.variance[column]
                              for run in runs]))


def witness(name: str, bound: Any, run: Any, ratio: Any = 1.0,
            delta: float = DELTA) -> dict[str, Verdict]:
    """Return the verdicts on a problem where the truth is `ratio` times `bound`.

    The truth must pass on both sides; the controls must be "violated", or the simulation could not
    have seen a violation and says so. Times at which nothing has been random yet, where anything
    is caught for nothing, are left out unless all are like that.
    """
    run, truth = _random_times(run, np.asarray(ratio) * np.asarray(bound))
    return _with_controls(name, st.judge_equal(truth, run, delta),
                          st.judge(LOW * truth, run, delta),
                          st.judge_equal(HIGH * truth, run, delta))


def certain_witness(name: str, bound: Any, measured: Any, at: Any,
                    ratio: Any = 1.0) -> dict[str, Verdict]:
    """Return the verdicts of `witness` where nothing is random."""
    truth = np.asarray(ratio) * np.asarray(bound)
    return _with_controls(name, *(certain(measured, factor * truth, at)
                                  for factor in (1.0, LOW, HIGH)))


def _with_controls(name: str, attained: Verdict, below: Verdict,
                   loose: Verdict) -> dict[str, Verdict]:
    return {
        f"{name}, attained": attained,
        f"control: {name}, {PLANTED:.0%} below the truth": replace(below, planted=1 / LOW - 1),
        f"control: {name}, {PLANTED:.0%} too loose": replace(loose, planted=1 / HIGH - 1),
    }


def _random_times(run: Any, truth: Any) -> tuple[Replicas, Any]:
    random = np.ptp(run.distance2, axis=0) > ROUNDING * np.max(run.distance2, axis=0)
    kept = random if random.any() else np.ones_like(random)
    variance = None if run.variance is None else run.variance[kept]
    sample = Replicas(run.distance2[:, kept], np.asarray(run.times)[kept], run.ceiling[kept],
                      variance, run.diverged)
    return sample, np.broadcast_to(truth, kept.shape)[kept]


def certain(measured: Any, claimed: Any, at: Any) -> Verdict:
    """Return the verdict on numbers without randomness: equal up to a rounding of 1e-12, or not."""
    ratio = np.asarray(measured, dtype=float) / np.asarray(claimed, dtype=float)
    worst = int(np.argmax(np.abs(ratio - 1)))
    off = float(abs(ratio[worst] - 1))
    equal = off <= ROUNDING
    return Verdict("holds" if equal else "violated", float(ratio[worst]),
                   np.asarray(at)[worst].item(), ROUNDING, DELTA, 0.0 if equal else np.inf, 1,
                   ROUNDING, off, f"nothing is random: relative error {off:.2g}, "
                                  f"at most {ROUNDING:g}")


def within(measured: Any, bound: Any, at: Any) -> Verdict:
    """Return the verdict on ``measured <= bound``, up to a rounding of 1e-12, without randomness.

    What is below the bound is lifted to it, and the two are then equal or not.
    """
    measured, bound = np.asarray(measured, dtype=float), np.asarray(bound, dtype=float)
    ratio = measured / bound
    worst = int(np.argmax(ratio))
    return replace(certain(np.maximum(measured, bound), bound, at), ratio=float(ratio[worst]),
                   time=np.asarray(at)[worst].item(),
                   why=f"nothing is random: at most 1 up to {ROUNDING:g}, or not")
