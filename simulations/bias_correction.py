"""Momentum's average and its bias correction, measured [slides 26-27].

Noisy gradients of constant mean and of drifting mean go through the package's own `Momentum` and
`CorrectedMomentum`. The plain average underestimates by ``1 - beta1^t``; the corrected one is
unbiased, at the price of a larger variance in the first steps; where the mean drifts both lag
behind, which no correction of the start removes.

Long because it has its own gradients and four panels.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain,
    certain_witness,
    witness,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import CorrectedMomentum, Momentum, iterates
from sgdtheory.picture import role
from sgdtheory.theory import bias_correction as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

BETAS = (0.9, 0.99)
TIMES = {0.9: (1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40),
         0.99: (1, 2, 4, 8, 16, 32, 64, 100, 150, 220, 300)}
MEAN, SPREAD, DRIFT = 1.0, 0.5, 0.05
QUIET = 0.4
WEIGHTS_AT = (1, 2, 5, 20)


@dataclass(frozen=True)
class Signs:
    """Gradients ``mean + spread s`` with fair signs s, the same at every point of the line.

    Bounded and positive, so that their averages are tested on both sides without a central limit
    theorem. It is not the gradient of a loss with a minimum: only the averages are looked at.
    """

    mean: float
    spread: float

    dim = 1
    n = None
    L = float("inf")
    radius = float("inf")

    @property
    def w_star(self) -> np.ndarray:
        """The origin of the line."""
        return np.zeros(1)

    @property
    def w0(self) -> np.ndarray:
        """The origin of the line."""
        return np.zeros(1)

    def sample_grad_error(self, e: Any, B: int, rng: Any, replace: bool = True) -> Any:
        """Return a draw for each column of `e` (1, runs); B must be 1."""
        if B != 1:
            raise ValueError(f"B={B}, the batch size, must be 1: the fourth moments are for signs")
        return self.mean + self.spread * (2.0 * rng.integers(2, size=e.shape, dtype=np.int8) - 1)


@dataclass(frozen=True)
class Average:
    """A momentum rule whose iterate is the average along which it would have stepped from 0.

    `drift` is added to the gradients for every unit of time.
    """

    rule: Any
    drift: float = 0.0

    def init(self, w: Any) -> Any:
        """Return the state of the rule."""
        return self.rule.init(w)

    def step(self, w: Any, state: Any, grad: Any, t: Any) -> tuple[Any, Any]:
        """Return minus the step of the rule, per unit of alpha, and its state."""
        moved, state = self.rule.step(0 * w, state, lambda v: grad(v) + self.drift * t, t)
        return -moved / self.rule.alpha, state


@dataclass(frozen=True)
class Averages:
    """Over t, ``(k,)``: means and variances of both averages for one decay, formula and measured.

    The variances are those of the averages divided by that of one gradient.
    """

    beta1: float
    at: np.ndarray
    total: np.ndarray
    plain: Band
    corrected: Band
    variance_factor: np.ndarray
    plain_variance_factor: np.ndarray
    corrected_variance: Band
    plain_variance: Band
    lag: np.ndarray
    drifting: Band


@dataclass(frozen=True)
class Weights:
    """Weights of the gradients at some times, over their age: plain, corrected and the formula."""

    at: int
    plain: np.ndarray
    corrected: np.ndarray
    formula: np.ndarray


@dataclass(frozen=True)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    averages: tuple[Averages, ...]
    weights: tuple[Weights, ...]
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything: variances on `runs` times 16 replicas, means on a quarter."""
    sampler = Sampler(seed, executor, progress)
    averages, verdicts = [], _first_steps()
    for beta1 in BETAS:
        found, judged = _averages(sampler, beta1, 16 * runs)
        averages.append(found)
        verdicts |= {**judged, **_lag(sampler, beta1, 4 * runs)}
    weights, judged = _weights(BETAS[0])
    return Result(runs, seed, DELTA, tuple(averages), weights, {**verdicts, **judged})


def fourth_weights(t: Any, beta1: float) -> Any:
    """Return the sum of the fourth powers of the corrected weights at time t."""
    t = np.asarray(t, dtype=float)
    return ((1 - beta1) / (1 - beta1**t)) ** 4 * (1 - beta1 ** (4 * t)) / (1 - beta1**4)


def _average(sampler: Sampler, what: str, rule: Any, drift: float, runs: int) -> Replicas:
    """Return replicas of the average at the recorded times, with what is known of it.

    For signs the fourth moment of a weighted sum is ``3 (sum w^2)^2 - 2 sum w^4``.
    """
    times = np.array(TIMES[rule.beta1])
    sampled = sampler(what, Signs(MEAN, SPREAD), Average(rule, drift), times=times,
                      steps=int(times[-1]), runs=runs, project=False)
    share = 1.0 if isinstance(rule, CorrectedMomentum) else says.total(times, rule.beta1)
    variance = (SPREAD * share) ** 2 * says.variance_factor(times, rule.beta1)
    top = share * (MEAN + SPREAD + np.maximum(drift * times, 0.0))
    return Replicas(np.sqrt(sampled.distance2), times, top, variance)


def _squares(average: Replicas, mean: Any, share: Any, beta1: float) -> Replicas:
    """Return ``(m - E m)^2`` in units of the variance of a gradient, with its own variance.

    `mean` is the exact mean; no deviation exceeds `share` times that of a gradient.
    """
    times = np.asarray(average.times)
    second, fourth = says.variance_factor(times, beta1), fourth_weights(times, beta1)
    top = np.broadcast_to(share, times.shape) ** 2
    return Replicas(((average.distance2 - mean) / SPREAD) ** 2, times, top,
                    share**4 * np.maximum(2 * second**2 - 2 * fourth, 0.0))


def _averages(sampler: Sampler, beta1: float, runs: int) -> tuple[Averages, Verdicts]:
    t, name = np.array(TIMES[beta1]), f"beta1 = {beta1:g}"
    plain_rule, corrected_rule = Momentum(0.1, beta1), CorrectedMomentum(0.1, beta1)
    plain = _average(sampler, f"plain, {name}", plain_rule, 0.0, runs)
    corrected = _average(sampler, f"corrected, {name}", corrected_rule, 0.0, runs)
    drifting = _average(sampler, f"drifting, {name}", corrected_rule, DRIFT, runs)
    total, factor = says.total(t, beta1), says.variance_factor(t, beta1)
    plain_squares = _squares(plain, MEAN * total, total, beta1)
    squares = _squares(corrected, np.full(len(t), MEAN), 1.0, beta1)
    plain, corrected, drifting = map(_quarter, (plain, corrected, drifting))
    lags = says.lag(t, beta1)
    tracked, slip = MEAN + DRIFT * (t - lags), MEAN * total[1:] / says.total(t[1:] - 1, beta1)
    found = Averages(beta1, t, total, band(plain), band(corrected), factor, total**2 * factor,
                     band(squares), band(plain_squares), lags, band(drifting))
    return found, {
        **witness(f"mean of m_t, {name}", MEAN * total, plain),
        **witness(f"mean of the corrected m_t, {name}", np.full(len(t), MEAN), corrected),
        **witness(f"variance of m_t, {name}", total**2 * factor, plain_squares),
        **witness(f"variance of the corrected m_t, {name}", factor, squares),
        **witness(f"mean under drift, {name}", tracked, drifting),
        f"refuted: m_t is unbiased, {name}": st.judge_equal(MEAN, plain, DELTA),
        f"refuted: the correction removes the lag of a drift, {name}":
            st.judge_equal(MEAN + DRIFT * t, drifting, DELTA),
        f"control: correction by 1 - beta^(t-1), {name}":
            st.judge_equal(slip, _later(corrected), DELTA),
    }


def _lag(sampler: Sampler, beta1: float, runs: int) -> Verdicts:
    """Measure the lag itself, in steps, with noise so small that it is positive from t = 2 on."""
    spread, rule = DRIFT * QUIET, CorrectedMomentum(0.1, beta1)
    times = np.array(TIMES[beta1][1:])
    sampled = sampler(f"lag, beta1 = {beta1:g}", Signs(MEAN, spread), Average(rule, DRIFT),
                      times=times, steps=int(times[-1]), runs=runs, project=False)
    behind = times + (MEAN - np.sqrt(sampled.distance2)) / DRIFT
    variance = QUIET**2 * says.variance_factor(times, beta1)
    top = times - 1 + QUIET  # no gradient is older than the first
    return witness(f"lag under drift, beta1 = {beta1:g}", says.lag(times, beta1),
                   Replicas(behind, times, top, variance))


def _quarter(average: Replicas) -> Replicas:
    """Return a quarter of the replicas: a mean needs fewer than a variance."""
    return replace(average, distance2=average.distance2[::4], diverged=average.diverged[::4])


def _later(average: Replicas) -> Replicas:
    """Return the replicas without the first recorded time."""
    return Replicas(average.distance2[:, 1:], average.times[1:], average.ceiling[1:],
                    average.variance[1:])


def responses(rule: Any, steps: int) -> np.ndarray:
    """Return the weight of the gradient of time s in the average of time t, ``(steps, steps)``.

    Rows are t = 1 .. steps; the gradients of the s-th column are 0 but at time s.
    """
    impulses = np.eye(steps)
    path = iterates(Average(rule), np.zeros(steps), lambda w, t: impulses[t - 1], steps)
    return path[1:]


def _weights(beta1: float) -> tuple[tuple[Weights, ...], Verdicts]:
    """Measure the weights by gradients that are 0 but at one time."""
    plain, corrected = (responses(rule(0.1, beta1), max(WEIGHTS_AT))
                        for rule in (Momentum, CorrectedMomentum))
    found, verdicts = [], {}
    for t in WEIGHTS_AT:
        ages = np.arange(t)
        formula = says.weight(ages, t, beta1)
        row = t - 1, t - 1 - ages
        found.append(Weights(t, plain[row], corrected[row], formula))
        verdicts |= certain_witness(f"weights of the corrected m_{t}, beta1 = {beta1:g}, "
                                    "over t = age", formula, found[-1].corrected, ages)
    return tuple(found), verdicts


def _first_steps() -> Verdicts:
    """Return the verdicts on the slide's 0.1 g_1 and 0.1 g_2 + 0.09 g_1, whose sum is 0.19."""
    first, second = responses(Momentum(0.1, 0.9), 2)
    said = np.array([0.1, 0.09, 0.1, 0.19])
    seen = np.array([first[0], *second, second.sum()])
    return {"first steps: 0.1 g_1, then 0.09 g_1 + 0.1 g_2, in all 0.19":
            certain(seen, said, np.array([1, 2, 2, 2]))}


# --- the picture ---------------------------------------------------------------------------------

LOOKS = {0.9: "measured", 0.99: "measured too"}
LINES = {0.9: "-", 0.99: (0, (5, 1.5))}


def draw_means(result: Result, ax: Any) -> None:
    r"""Draw the mean of both averages over the time.

    The mean of the average over that of the gradients, over time. The plain average starts at 0
    and underestimates, by the factor $1-\beta^t$; the corrected one is right from the first
    step.
    """
    for found in result.averages:
        line = {**role("slide"), "linestyle": LINES[found.beta1]}
        ax.plot(found.at, found.total, label=rf"$1-\beta^t$, $\beta$ = {found.beta1:g}", **line)
        ax.errorbar(found.at, found.plain.mean, found.plain.bars,
                    label=rf"mean of $m_t$, $\beta$ = {found.beta1:g}", **role(LOOKS[found.beta1]))
        ax.errorbar(found.at, found.corrected.mean, found.corrected.bars, mfc="white",
                    label=rf"mean of $\hat m_t$, $\beta$ = {found.beta1:g}",
                    **role(LOOKS[found.beta1]))
    ax.axhline(MEAN, **role("exact"))
    ax.set(xscale="log", xlabel="time $t$ (steps)", ylabel="mean / mean of the gradient",
           ylim=(0, 1.85), title="Plain average underestimates, corrected one does not")
    ax.legend(loc="upper left", ncols=2)


def draw_variances(result: Result, ax: Any) -> None:
    """Draw the variance of both averages over the time.

    The variance of the corrected and of the plain average, by formula and measured: the
    correction has a price at the start, where few gradients are averaged.
    """
    for found in result.averages:
        for factor, measured, which, line, fill in (
                (found.variance_factor, found.corrected_variance, r"$\hat m_t$", "exact", "white"),
                (found.plain_variance_factor, found.plain_variance, "$m_t$", "slide", None)):
            dash = LINES[found.beta1]
            ax.plot(found.at, factor, **{**role(line), "linestyle": dash})
            ax.errorbar(found.at, measured.mean, measured.bars,
                        label=rf"{which}, $\beta$ = {found.beta1:g}",
                        **{**role(LOOKS[found.beta1]), **({"mfc": fill} if fill else {})})
    t = np.array([1, 300])
    ax.plot(t, 1 / t, label="$1/t$, the mean of all", **role("limit"))
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (steps)", ylim=(5e-5, 30),
           ylabel="variance / variance of a gradient", title="Lines: formulas; marks: measured")
    ax.legend(loc="upper right", ncols=2)


def draw_weights(result: Result, ax: Any) -> None:
    """Draw the weights of the gradients in the average, by their age.

    The weight of a gradient in the average over its age, for some times: geometric, and after
    the correction always adding up to 1.
    """
    dashes = ("-", "--", "-.", ":")
    for found, dash, mark in zip(result.weights, dashes, "os^D", strict=True):
        ages = np.arange(found.at)
        ax.plot(ages, found.formula, color="black", linestyle=dash, linewidth=1)
        ax.plot(ages, found.corrected, linestyle="none", marker=mark, markersize=5,
                markerfacecolor="white", markeredgecolor="#0072B2",
                label=rf"$\hat m_t$ at $t$ = {found.at} (sum {found.corrected.sum():.2f})")
    last = result.weights[-1]
    ax.plot(np.arange(last.at), last.plain, color="#D55E00", linestyle="none", marker="x",
            label=f"$m_t$ at any $t$ (sum at $t$ = 2: {result.weights[1].plain.sum():.2f})")
    ax.set(yscale="log", xlabel="age of the gradient (steps)", ylabel="weight", ylim=(8e-3, 3),
           xticks=range(0, last.at, 5),
           title=rf"Weights, $\beta$ = {BETAS[0]:g}: lines formula, marks the rule itself")
    ax.legend(loc="upper right")


def draw_lag(result: Result, ax: Any) -> None:
    """Draw the lag behind a drifting mean.

    How many steps the corrected average trails a mean that drifts: it tends to the mean age of
    the gradients. Bias correction removes the bias of the start and not this lag.
    """
    for found in result.averages:
        behind = (MEAN + DRIFT * found.at - found.drifting.mean) / DRIFT
        ax.plot(found.at, found.lag, label=rf"mean age, $\beta$ = {found.beta1:g}",
                **{**role("exact"), "linestyle": LINES[found.beta1]})
        ax.errorbar(found.at, behind, found.drifting.bars[::-1] / DRIFT,
                    label=rf"lag of $\hat m_t$, $\beta$ = {found.beta1:g}",
                    **role(LOOKS[found.beta1]))
        ax.axhline(found.beta1 / (1 - found.beta1), **role("limit"))
        ax.annotate(rf"$\beta/(1-\beta)$ = {found.beta1 / (1 - found.beta1):.0f}",
                    (1, found.beta1 / (1 - found.beta1)), (0, 3), fontsize=8,
                    textcoords="offset points")
    ax.set(xscale="log", yscale="symlog", xlabel="time $t$ (steps)", ylabel="lag (steps)",
           ylim=(-2, 200), title="A drifting mean: the correction does not remove the lag")
    ax.legend(loc="lower right")


MEASURED = (
    *(Measurement(claim, f"{what}, beta1 = {beta1:g}, attained") for beta1 in BETAS
      for claim, what in ((says.mean_shrinks, "mean of m_t"),
                          (says.variance_shrinks, "variance of m_t"),
                          (says.unbiased, "mean of the corrected m_t"),
                          (says.variance_corrected, "variance of the corrected m_t"),
                          (says.trails, "mean under drift"))),
    *(Measurement(says.convex_combination, f"weights of the corrected m_{t}, beta1 = 0.9, "
                                           "over t = age, attained") for t in WEIGHTS_AT),
    Measurement(says.second_average, "first steps: 0.1 g_1, then 0.09 g_1 + 0.1 g_2, in all 0.19"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.weight: tuple(f"weights of the corrected m_{t}, beta1 = 0.9, over t = age"
                       for t in WEIGHTS_AT),
    says.total: tuple(f"mean of m_t, beta1 = {beta1:g}" for beta1 in BETAS),
    says.variance_factor: tuple(f"variance of the corrected m_t, beta1 = {beta1:g}"
                                for beta1 in BETAS),
    says.lag: tuple(f"lag under drift, beta1 = {beta1:g}" for beta1 in BETAS),
}
"""Where each formula is attained: a 5 % that is planted there must be caught on both sides."""

PANELS = (draw_means, draw_variances, draw_weights, draw_lag)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
