"""Momentum on quadratics with additive noise, measured [slide 26].

The stationary squared distance over the step size, up to 36/h, where SGD has long diverged; how far
it is from what the slide's effective rate and the variance of the average predict; what momentum
gains at the same rate and loses with the fastest tuning; and the average over time. All balls are
known exactly here, so that every measurement is two-sided.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain_witness,
    draw_band,
    side_by_side,
    within,
    witness,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum, iterates
from sgdtheory.picture import marks, role
from sgdtheory.theory import momentum as says
from sgdtheory.theory import noise_ball
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run", "settled"]

Verdicts = dict[str, Verdict]

H, DIM, SIGMA2, BETA = 1.0, 24, 1.0, 0.9
ALPHAS, SHORT, STEPS = (0.1, 0.5, 1.0, 1.9, 6.0, 18.0, 36.0), 4, 160
CORRECTED_ALPHAS = (0.5, 6.0)
BETAS, DECAY_ALPHAS = (0.0, 0.5, 0.9, 0.99), (0.1, 1.0, 1.9)
SAME_RATES, FAST_RATES, FAST_H, FAST_STEPS = (0.3, 0.6, 0.8), (0.25, 0.5, 0.7), 2.0, 120
AVERAGE_ALPHA, AVERAGE_D0, AVERAGE_TIMES = 0.5, 25.0, (1, 2, 5, 10, 20, 50, 100, 200, 500)
SILENT_STEPS = 600
EXACT_RATES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass(frozen=True, eq=False)
class Balls:
    """The stationary ball of a rule over the step size, ``(k,)``: the formula and the measured."""

    name: str
    at: np.ndarray
    formula: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Ratios:
    """Ball of momentum over that of SGD, over the step size, and the two false predictions."""

    at: np.ndarray
    true: np.ndarray
    as_averaged: np.ndarray
    as_effective: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Rates:
    """A ratio of two balls over the rate: the formula, and measured at some rates."""

    name: str
    at: np.ndarray
    formula: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Decays:
    """Ball over that of SGD, over the decay: the formula at some step sizes, and exact moments.

    `formula` and `exact` have one row for each step size in `alphas`; `exact` is at `tried`.
    """

    alphas: np.ndarray
    at: np.ndarray
    formula: np.ndarray
    tried: np.ndarray
    exact: np.ndarray


@dataclass(frozen=True, eq=False)
class Average:
    """The exact average over time of the squared distance, its bound, and the ball."""

    at: np.ndarray
    exact: np.ndarray
    bound: np.ndarray
    ball: float


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    balls: tuple[Balls, ...]
    ratios: Ratios
    decays: Decays
    rates: tuple[Rates, Rates]
    average: Average
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything."""
    sampler = Sampler(seed, executor, progress)
    balls, sample, on_balls = _balls(sampler, runs)
    same, on_same = _same_rate(sampler, runs)
    fast, on_fast = _fastest(sampler, runs)
    average, on_average = _average()
    return Result(runs, seed, DELTA, balls, _ratios(sample), _decays(), (same, fast), average,
                  {**on_balls, **on_same, **on_fast, **on_average, **_limits(),
                   **_fastest_rate()})


# --- the stationary ball -------------------------------------------------------------------------


def settled(sampler: Sampler, name: str, rules: Any, at: Any, runs: int, h: Any = H,
            steps: int = STEPS) -> Replicas:
    """Return the squared distances after `steps` steps from the minimiser, a column for each rule.

    The noise has the variance `SIGMA2` in all; `h` is the curvature, or that of each rule.
    """
    columns = []
    for rule, place, curvature in zip(rules, at, np.broadcast_to(h, len(at)), strict=True):
        problem = st.problems.quadratic([float(curvature)] * DIM, sigma2=SIGMA2, radius=1.0)
        columns.append(sampler(f"{name}, {place:g}", problem, rule, steps=steps, times=[steps],
                               runs=runs, w0=problem.w_star, project=False))
    return side_by_side(columns, np.array(at))


def _balls(sampler: Sampler, runs: int) -> tuple[tuple[Balls, ...], Replicas, Verdicts]:
    """Measure SGD, momentum and corrected momentum after `STEPS` steps, when they have settled."""
    fine = {"SGD": np.geomspace(0.05, 1.99, 80), "momentum": np.geomspace(0.05, 37.9, 120)}
    tried = {"SGD": np.array(ALPHAS[:SHORT]), "momentum": np.array(ALPHAS),
             "corrected momentum": np.array(CORRECTED_ALPHAS)}
    rules = {"SGD": SGD, "momentum": lambda alpha: Momentum(alpha, BETA),
             "corrected momentum": lambda alpha: CorrectedMomentum(alpha, BETA)}

    def formula(name: str, alpha: Any) -> Any:
        if name == "SGD":
            return noise_ball.quadratic_ball(alpha, SIGMA2, H)
        return says.ball(alpha, BETA, SIGMA2, H)

    samples = {name: settled(sampler, name, map(rules[name], at), at, runs)
               for name, at in tried.items()}
    balls = tuple(Balls(name, fine.get(name, fine["momentum"]),
                        formula(name, fine.get(name, fine["momentum"])), band(sample))
                  for name, sample in samples.items())
    found = samples["momentum"]
    verdicts = {"ball of SGD, over t = alpha": st.judge_equal(
        formula("SGD", tried["SGD"]), samples["SGD"], DELTA)}
    for name in ("momentum", "corrected momentum"):
        verdicts |= witness(f"ball of {name}, over t = alpha", formula(name, tried[name]),
                            samples[name])
    short = Replicas(found.distance2[:, :SHORT], found.times[:SHORT], found.ceiling[:SHORT],
                     found.variance[:SHORT])
    below = noise_ball.quadratic_ball(short.times, SIGMA2, H)
    return balls, short, verdicts | {
        "at most the ball of SGD, over t = alpha": st.judge(below, short, DELTA),
        "refuted: the ball falls as the variance of the average, over t = alpha":
            st.judge((1 - BETA) / (1 + BETA) * below, short, DELTA),
        "refuted: the ball is that of the effective rate, over t = alpha": st.judge(
            noise_ball.quadratic_ball((1 - BETA) * short.times, SIGMA2, H), short, DELTA),
    }


def _ratios(sample: Replicas) -> Ratios:
    """Return ball over that of SGD, for step sizes at which SGD is stable."""
    at = np.linspace(0.02, 1.98, 99)
    sgd = noise_ball.quadratic_ball(at, SIGMA2, H)
    there = noise_ball.quadratic_ball(sample.times, SIGMA2, H)
    measured = Replicas(sample.distance2 / there, sample.times, sample.ceiling,
                        sample.variance / there**2)
    return Ratios(at, says.ball(at, BETA, SIGMA2, H) / sgd,
                  np.full(len(at), (1 - BETA) / (1 + BETA)),
                  noise_ball.quadratic_ball(at * (1 - BETA), SIGMA2, H) / sgd, band(measured))


def _decays() -> Decays:
    """Return ball over that of SGD for all decays, by the formula and by the exact moments."""
    at, tried, alphas = np.linspace(0, 0.99, 100), np.array(BETAS), np.array(DECAY_ALPHAS)
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=1.0)
    sgd = noise_ball.quadratic_ball(alphas, SIGMA2, H)[:, None]
    exact = np.array([[st.exact.limit2(problem, Momentum(alpha, beta)) for beta in tried]
                      for alpha in alphas])
    return Decays(alphas, at, says.ball(alphas[:, None], at, SIGMA2, H) / sgd, tried, exact / sgd)


def _limits() -> Verdicts:
    """Compare the limit of alpha with that of the exact moments, by bisection."""
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=1.0)
    found = [st.exact.stable_alpha(problem, lambda alpha, beta=beta: Momentum(alpha, beta))
             for beta in BETAS]
    return certain_witness("stability limit, over t = beta1",
                           says.stable_alpha(np.array(BETAS), H), found, np.array(BETAS))


# --- two ways of comparing at equal speed --------------------------------------------------------


def _same_rate(sampler: Sampler, runs: int) -> tuple[Rates, Verdicts]:
    """Measure momentum with a double root at the rate, against SGD with that rate."""
    at, fine = np.array(SAME_RATES), np.linspace(0, 0.99, 100)
    rules = [Momentum((1 - rate) / ((1 + rate) * H), rate**2) for rate in SAME_RATES]
    sgd = noise_ball.quadratic_ball((1 - at) / H, SIGMA2, H)
    sample = settled(sampler, "same rate", rules, at, runs)
    name = "gain at the same rate, over t = rate"
    return _rates("the same rate", says.same_rate_gain, fine, sample, sgd), witness(
        name, says.same_rate_gain(at) * sgd, sample)


def _fastest(sampler: Sampler, runs: int) -> tuple[Rates, Verdicts]:
    """Measure momentum with its fastest tuning for curvatures 1 to L, at a curvature between."""
    at, fine = np.array(FAST_RATES), np.linspace(0, 0.9, 100)
    rules = [Momentum((1 - rate) / (1 + rate), rate**2) for rate in FAST_RATES]
    largest = ((1 + at) / (1 - at)) ** 2
    sgd = noise_ball.quadratic_ball(2 / (1 + largest), SIGMA2, FAST_H)
    sample = settled(sampler, "fastest", rules, at, runs, FAST_H, FAST_STEPS)
    return _rates("the fastest tuning", says.optimal_rate_loss, fine, sample, sgd), {
        **witness("loss of the fastest tuning, over t = rate", says.optimal_rate_loss(at) * sgd,
                  sample),
        "refuted: the fastest tuning has the ball of SGD's, over t = rate": st.judge(
            sgd, sample, DELTA),
    }


def _rates(name: str, formula: Any, fine: np.ndarray, sample: Replicas, sgd: np.ndarray) -> Rates:
    measured = Replicas(sample.distance2 / sgd, sample.times, sample.ceiling,
                        sample.variance / sgd**2)
    return Rates(name, fine, formula(fine), band(measured))


def product_of_roots(rule: Any, h: Any) -> Fraction:
    """Return the product of the two roots, read off four exact iterates on the curvature `h`."""
    e = iterates(rule, np.array(Fraction(1)), lambda w: h * w, 3)
    return Fraction((e[1] * e[3] - e[2] ** 2) / (e[0] * e[2] - e[1] ** 2))


def rate_witness(name: str, claimed: Any, rules: Any, at: Any) -> Verdicts:
    """Return the verdicts on the rates of `rules`, whose roots coincide at the curvature 1."""
    measured = [float(product_of_roots(rule, Fraction(1))) ** 0.5 for rule in rules]
    return certain_witness(name, claimed, np.array(measured), np.array(at, dtype=float))


def _fastest_rate() -> Verdicts:
    """Run momentum with its fastest tuning, alpha = 1/sqrt(c L), at c = 1."""
    rules = [Momentum((1 - rate) / (1 + rate), rate**2) for rate in EXACT_RATES]
    largest = np.array([float(1 / rule.alpha**2) for rule in rules])
    return rate_witness("fastest rate, over t = rate", says.fastest_rate(1.0, largest), rules,
                        EXACT_RATES)


# --- the average over time -----------------------------------------------------------------------


def _average() -> tuple[Average, Verdicts]:
    """Average the exact squared distances over time; without noise the bound is attained."""
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=5.0)
    rule, at = Momentum(AVERAGE_ALPHA, BETA), np.array(AVERAGE_TIMES)
    exact = st.exact.distance2(problem, rule, times=np.arange(at[-1]))
    averages = np.cumsum(exact)[at - 1] / at
    letters = (AVERAGE_ALPHA, BETA)
    bound = says.average2(at, AVERAGE_D0, *letters, SIGMA2, H)
    silent = iterates(rule, np.array([AVERAGE_D0**0.5]), lambda w: H * w, SILENT_STEPS - 1)
    total = np.array([np.mean(silent**2)])
    return Average(at, averages, bound, says.ball(*letters, SIGMA2, H)), {
        "average over time, momentum": within(averages, bound, at),
        "control: average over time without the start": within(
            averages, np.full(len(at), says.ball(*letters, SIGMA2, H)), at),
        **certain_witness("average over time, without noise",
                          says.average2(np.array([SILENT_STEPS]), AVERAGE_D0, *letters, 0.0, H),
                          total, np.array([SILENT_STEPS])),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_balls(result: Result, ax: Any) -> None:
    r"""Draw the stationary ball over the step size, up to the stability limits.

    The stationary noise ball over the step size, without units. Momentum is stable up to
    $2(1+\beta_1)/(1-\beta_1)$ where SGD diverges at 2, but for small steps both balls are the
    same, $\alpha\sigma^2/(2h)$.
    """
    looks = (("exact", role("measured", marker="s", color="black", mfc="white")),
             ("smooth", role("measured")), (None, role("measured too", mfc="white")))
    for found, (line, look) in zip(result.balls, looks, strict=True):
        if line:
            ax.plot(found.at, found.formula, label=f"{found.name}, exact", **role(line))
        ax.errorbar(found.measured.at, found.measured.mean, found.measured.bars,
                    label=f"{found.name}, measured", **look)
    ax.plot(result.balls[1].at, result.balls[1].at / 2, **role("limit"))
    ax.annotate(r"$\alpha\sigma^2/2h$", (5, 1.1), fontsize=8)
    ax.axvline(2, **role("limit"))
    ax.axvline(38, **role("limit"))
    ax.set(xscale="log", yscale="log", ylim=(0.02, 3000), xlim=(0.045, 50),
           xlabel=r"step size $\alpha h$", ylabel=r"$h^2\,E\,|w - w^*|^2/\sigma^2$",
           title=rf"The ball, $\beta_1$ = {BETA:g}: stable to 38, not 2")
    ax.legend(loc="upper left", fontsize=7)


def draw_ratios(result: Result, ax: Any) -> None:
    """Draw the ball over that of SGD, and what the slide's two readings predict.

    The ball of momentum as a share of that of SGD, exact and measured, against two predictions:
    the effective learning rate of the slide and the variance of the average. Both promise far
    too much at small steps.
    """
    ratios = result.ratios
    ax.plot(ratios.at, ratios.true, label="exact", **role("exact"))
    draw_band(ax, ratios.measured, "measured")
    ax.plot(ratios.at, 1 - ratios.at / 2, label=r"$1 - \alpha h/2$: never below", **role("smooth"))
    ax.plot(ratios.at, ratios.as_effective, label=r"slide: rate $\alpha(1-\beta_1)$",
            **role("slide"))
    ax.plot(ratios.at, ratios.as_averaged, label=r"variance of $m_t$: $(1-\beta_1)/(1+\beta_1)$",
            **role("other"))
    ax.set(ylim=(0, 1.5), xlabel=r"step size $\alpha h$", ylabel="ball / ball of SGD",
           title="What averaging does to the ball of SGD")
    ax.legend(loc="upper right", fontsize=7.5)


def draw_decays(result: Result, ax: Any) -> None:
    """Draw the ball over that of SGD over the decay.

    The ball of momentum as a share of that of SGD over the decay, at three step sizes: by the
    formula (lines) and by the exact second moments (marks). At a small step no decay lowers it;
    only where SGD is nearly unstable does momentum gain much.
    """
    found = result.decays
    for row, (alpha, look) in enumerate(zip(found.alphas, ("smooth", "exact", "slide"),
                                            strict=True)):
        ax.plot(found.at, found.formula[row], label=rf"$\alpha h$ = {alpha:g}", **role(look))
        ax.plot(found.tried, found.exact[row], **marks("measured"),
                label="exact moments" if row == 0 else "_")
    ax.set(ylim=(0, 1.5), xlabel=r"decay $\beta_1$", ylabel="ball / ball of SGD",
           title="What the decay does to the ball")
    ax.legend(loc="upper right")


def draw_rates(result: Result, ax: Any) -> None:
    """Draw what momentum gains at the same rate and loses with the fastest tuning.

    The ball of momentum over that of SGD at equal rates of convergence: it gains a factor below
    2. With its fastest tuning momentum converges sooner and is noisier.
    """
    lines = ("smooth", "corrected")
    for found, line, look in zip(result.rates, lines, ("measured", "measured too"), strict=True):
        ax.plot(found.at, found.formula, label=f"{found.name}, exact", **role(line))
        draw_band(ax, found.measured, f"{found.name}, measured", look)
    ax.axhline(1, label="SGD", **role("exact"))
    ax.axhline(0.5, label="the least at the same rate, 1/2", **role("limit"))
    ax.set(ylim=(0, 6), xlabel="rate $r$ of momentum", ylabel="ball / ball of SGD",
           title="As fast as SGD: a gain below 2; fastest: a loss")
    ax.legend(loc="upper left")


def draw_average(result: Result, ax: Any) -> None:
    """Draw the average over time of the squared distance, from far away.

    The squared distance averaged over time, exact, and the bound that is proved for every
    stable step size: the ball plus a memory of the start that falls as 1/t.
    """
    over_time(result.average, ax, "w", "The average over time tends to the ball")


def over_time(average: Average, ax: Any, point: str, title: str) -> None:
    """Draw the average over time of the squared distance of the points called `point`."""
    ax.plot(average.at, average.bound, label=r"bound, for every stable $\alpha$", **role("smooth"))
    ax.plot(average.at, average.exact, label="exact", **role("exact"))
    ax.axhline(average.ball, **role("limit"))
    ax.annotate("the ball", (1, average.ball), (0, 3), textcoords="offset points", fontsize=8)
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (steps)", title=title,
           ylabel=rf"mean of $E\,|{point}_s - w^*|^2$, $s < t$")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.stationary_ball, "ball of momentum, over t = alpha, attained"),
    Measurement(says.only_if_stable, "stability limit, over t = beta1, attained"),
    Measurement(says.average_ball, "average over time, momentum"),
    Measurement(says.lowered, "at most the ball of SGD, over t = alpha"),
    Measurement(says.effective_rate, "ball of momentum, over t = alpha, attained"),
    Measurement(says.same_rate, "gain at the same rate, over t = rate, attained"),
    Measurement(says.fastest, "fastest rate, over t = rate, attained"),
    Measurement(says.optimal_rate, "loss of the fastest tuning, over t = rate, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.ball: ("ball of momentum, over t = alpha", "ball of corrected momentum, over t = alpha"),
    says.stable_alpha: ("stability limit, over t = beta1",),
    says.average2: ("average over time, without noise",),
    says.same_rate_gain: ("gain at the same rate, over t = rate",),
    says.fastest_rate: ("fastest rate, over t = rate",),
    says.optimal_rate_loss: ("loss of the fastest tuning, over t = rate",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_balls, draw_ratios, draw_decays, draw_rates, draw_average)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
