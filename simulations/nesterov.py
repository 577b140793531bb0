"""Nesterov's momentum on quadratics with additive noise, measured [slide 28].

The stationary squared distance of the slide's iterate and of the look-ahead point, which frameworks
store, over the step size up to the stability limit; where the ball is smaller than that of
momentum and where it is larger; the limits of three rules; and the average over time of the
look-ahead point.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain_witness,
    draw_band,
    within,
    witness,
)
from sgdtheory.simulations.momentum import (
    EXACT_RATES,
    Average,
    over_time,
    rate_witness,
    settled,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import Nesterov, iterates
from sgdtheory.picture import role
from sgdtheory.theory import momentum, noise_ball
from sgdtheory.theory import nesterov as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "Stored", "run"]

Verdicts = dict[str, Verdict]

H, DIM, SIGMA2, BETA = 1.0, 24, 1.0, 0.9
ALPHAS, BETAS = (0.1, 0.5, 1.0, 3.0, 8.0, 13.0), (0.0, 0.3, 0.6, 0.9)
AGAINST_BETA, AGAINST_ALPHAS, MODERATE = 0.5, (0.3, 1.0, 2.0, 2.85), 3
AVERAGE_ALPHA, AVERAGE_D0, AVERAGE_TIMES = 0.5, 25.0, (1, 2, 5, 10, 20, 50, 100, 200, 500)
SILENT_STEPS = 600


@dataclass(frozen=True)
class Stored:
    """`Nesterov` as frameworks keep it: the iterate of this rule is its look-ahead point."""

    rule: Nesterov

    def init(self, w: Any) -> Any:
        """Return ``m_0 = 0``, so that the look-ahead point is `w` itself."""
        return self.rule.init(w)

    def step(self, point: Any, m: Any, grad: Any, t: Any) -> tuple[Any, Any]:
        """Return the next look-ahead point and average."""
        w, m = self.rule.step(point + self.rule.alpha * self.rule.beta1 * m, m, grad, t)
        return self.rule.parameters(w, m), m


@dataclass(frozen=True, eq=False)
class Balls:
    """The stationary ball over the step size, ``(k,)``: the formula and the measured one."""

    name: str
    at: np.ndarray
    formula: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Against:
    """The ball over that of momentum, over the step size; they cross at `crossing`."""

    at: np.ndarray
    ratio: np.ndarray
    measured: Band
    crossing: float


@dataclass(frozen=True, eq=False)
class Limits:
    """Stability limits over the decay: the formulas, and that of the exact moments."""

    at: np.ndarray
    nesterov: np.ndarray
    momentum: np.ndarray
    tried: np.ndarray
    exact: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    balls: tuple[Balls, Balls]
    others: dict[str, tuple[np.ndarray, np.ndarray]]
    against: Against
    limits: Limits
    average: Average
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything."""
    sampler = Sampler(seed, executor, progress)
    balls, on_balls = _balls(sampler, runs)
    against, on_against = _against(sampler, runs)
    limits, on_limits = _limits()
    average, on_average = _average()
    return Result(runs, seed, DELTA, balls, _others(), against, limits, average,
                  {**on_balls, **on_against, **on_limits, **on_average, **_rates()})


# --- the stationary balls ------------------------------------------------------------------------


def _balls(sampler: Sampler, runs: int) -> tuple[tuple[Balls, Balls], Verdicts]:
    """Measure the iterate and the look-ahead point, when they have settled."""
    at, fine = np.array(ALPHAS), np.geomspace(0.05, 13.55, 120)
    letters = (BETA, SIGMA2, H)
    own, other = says.ball(at, *letters), says.lookahead_ball(at, *letters)
    iterate = settled(sampler, "Nesterov", [Nesterov(alpha, BETA) for alpha in ALPHAS], at, runs)
    stored = settled(sampler, "look-ahead", [Stored(Nesterov(alpha, BETA)) for alpha in ALPHAS],
                     at, runs)
    balls = (Balls("iterate", fine, says.ball(fine, *letters), band(iterate)),
             Balls("look-ahead point", fine, says.lookahead_ball(fine, *letters), band(stored)))
    return balls, {
        **witness("ball of the iterate, over t = alpha", own, iterate),
        **witness("ball of the look-ahead point, over t = alpha", other, stored),
        "refuted: the look-ahead point has the ball of the iterate, over t = alpha": st.judge(
            own, stored, DELTA),
        "refuted: the ball is that of the effective rate, over t = alpha": st.judge(
            noise_ball.quadratic_ball((1 - BETA) * at, SIGMA2, H), iterate, DELTA),
    }


def _others() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the balls of SGD and of momentum over the step size."""
    sgd, heavy = np.geomspace(0.05, 1.99, 80), np.geomspace(0.05, 37.9, 120)
    return {"SGD": (sgd, noise_ball.quadratic_ball(sgd, SIGMA2, H)),
            "momentum": (heavy, momentum.ball(heavy, BETA, SIGMA2, H))}


def _against(sampler: Sampler, runs: int) -> tuple[Against, Verdicts]:
    """Measure the ball against that of momentum, with a smaller decay: they cross."""
    tried, at, letters = np.array(AGAINST_ALPHAS), np.linspace(0.02, 2.96, 120), (
        AGAINST_BETA, SIGMA2, H)
    sample = settled(sampler, "against momentum",
                     [Nesterov(alpha, AGAINST_BETA) for alpha in AGAINST_ALPHAS], tried, runs)
    sample = Replicas(sample.distance2 / momentum.ball(tried, *letters), tried, sample.ceiling,
                      sample.variance / momentum.ball(tried, *letters) ** 2)
    few = Replicas(sample.distance2[:, :MODERATE], tried[:MODERATE], sample.ceiling[:MODERATE],
                   sample.variance[:MODERATE])
    beta = AGAINST_BETA
    found = Against(at, says.ball(at, *letters) / momentum.ball(at, *letters), band(sample),
                    (1 + beta) ** 2 / ((1 - beta) * (1 + beta + beta**2) * H))
    return found, {
        "at most the ball of momentum, moderate steps, over t = alpha": st.judge(1.0, few, DELTA),
        "refuted: at most the ball of momentum, for every stable alpha": st.judge(
            1.0, sample, DELTA),
    }


def _limits() -> tuple[Limits, Verdicts]:
    """Compare the limit of alpha with that of the exact moments, by bisection."""
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=1.0)
    at, tried = np.linspace(0, 0.95, 96), np.array(BETAS)
    found = np.array([st.exact.stable_alpha(problem, lambda alpha, beta=beta: Nesterov(alpha, beta))
                      for beta in BETAS])
    return Limits(at, says.stable_alpha(at, H), momentum.stable_alpha(at, H), tried, found), {
        **certain_witness("stability limit, over t = beta1", says.stable_alpha(tried, H), found,
                          tried),
        "control: the limit of momentum, over t = beta1": within(
            momentum.stable_alpha(tried[1:], H), found[1:], tried[1:]),
    }


def _rates() -> Verdicts:
    """Run alpha (1 - beta1) c = (1 - rate)^2, beta1 = rate/(2 - rate) at c = 1.

    It is the usual tuning for L = 1/(1 - rate)^2, and the fastest for a larger L.
    """
    at = np.array(EXACT_RATES, dtype=float)
    decays = [rate / (2 - rate) for rate in EXACT_RATES]
    rules = [Nesterov((1 - rate) ** 2 / (1 - decay), decay)
             for rate, decay in zip(EXACT_RATES, decays, strict=True)]
    largest = (3 - at) * (1 + at) / (3 * (1 - at) ** 2)
    return {
        **rate_witness("fastest rate, over t = rate", says.fastest_rate(1.0, largest), rules, at),
        **rate_witness("rate of the usual tuning, over t = rate",
                       says.usual_rate(1.0, (1 - at) ** -2), rules, at),
    }


# --- the average over time -----------------------------------------------------------------------


def _average() -> tuple[Average, Verdicts]:
    """Average the exact squared distances over time; without noise the bound is attained."""
    problem = st.problems.quadratic([H] * DIM, sigma2=SIGMA2, radius=5.0)
    rule, at = Stored(Nesterov(AVERAGE_ALPHA, BETA)), np.array(AVERAGE_TIMES)
    exact = st.exact.distance2(problem, rule, times=np.arange(at[-1]))
    averages = np.cumsum(exact)[at - 1] / at
    letters = (AVERAGE_ALPHA, BETA)
    bound = says.average2(at, AVERAGE_D0, *letters, SIGMA2, H)
    ball = says.lookahead_ball(*letters, SIGMA2, H)
    silent = iterates(rule, np.array([AVERAGE_D0**0.5]), lambda w: H * w, SILENT_STEPS - 1)
    last = np.array([SILENT_STEPS])
    return Average(at, averages, bound, ball), {
        "average over time, look-ahead point": within(averages, bound, at),
        "control: average over time without the start": within(averages, np.full(len(at), ball),
                                                               at),
        **certain_witness("average over time, without noise",
                          says.average2(last, AVERAGE_D0, *letters, 0.0, H),
                          np.array([np.mean(silent**2)]), last),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_balls(result: Result, ax: Any) -> None:
    """Draw the stationary balls over the step size, with those of SGD and momentum.

    The stationary noise ball over the step size, of the slide's iterate and of the look-ahead
    point that frameworks store: exact and measured. Both are stable to 13.6/h, where plain
    momentum reaches 38/h and SGD 2/h.
    """
    for (name, line), look in zip(result.others.items(), ("limit", "slide"), strict=True):
        ax.plot(*line, label=name, **role(look))
    for found, line, look in zip(result.balls, ("exact", "smooth"), ("measured", "measured too"),
                                 strict=True):
        ax.plot(found.at, found.formula, label=f"{found.name}, exact", **role(line))
        draw_band(ax, found.measured, f"{found.name}, measured", look)
    ax.set(xscale="log", yscale="log", ylim=(0.02, 300), xlim=(0.045, 50),
           xlabel=r"step size $\alpha h$", ylabel=r"$h^2\,E\,|w - w^*|^2/\sigma^2$",
           title=rf"The ball of Nesterov, $\beta_1$ = {BETA:g}: stable to 13.6")
    ax.legend(loc="upper left", fontsize=7)


def draw_against(result: Result, ax: Any) -> None:
    """Draw the ball over that of momentum: smaller up to a point.

    The ball of Nesterov's momentum as a multiple of that of momentum: smaller for moderate
    steps, larger near its own limit of stability.
    """
    against = result.against
    ax.plot(against.at, against.ratio, label="exact", **role("exact"))
    draw_band(ax, against.measured, "measured")
    ax.axhline(1, **role("limit"))
    ax.axvline(against.crossing, **role("limit"))
    ax.annotate(rf"$\alpha h$ = {against.crossing:.1f}", (against.crossing, 0.05), (-4, 0),
                textcoords="offset points", ha="right", fontsize=8)
    ax.set(ylim=(0, 4), xlabel=r"step size $\alpha h$", ylabel="ball / ball of momentum",
           title=rf"Smaller than momentum's, then larger, $\beta_1$ = {AGAINST_BETA:g}")
    ax.legend(loc="upper left")


def draw_limits(result: Result, ax: Any) -> None:
    """Draw the stability limits over the decay.

    The largest stable step size over the decay, for SGD, momentum and Nesterov's momentum; the
    marks are where the exact moments stop converging.
    """
    limits = result.limits
    ax.plot(limits.at, limits.momentum, label="momentum", **role("slide"))
    ax.plot(limits.at, limits.nesterov, label="Nesterov", **role("exact"))
    ax.plot(limits.tried, limits.exact, label="Nesterov, exact moments", color="#0072B2",
            linestyle="none", marker="o", markersize=4)
    ax.axhline(2, **role("limit"))
    ax.annotate("SGD", (0.9, 2), (0, 3), textcoords="offset points", fontsize=8)
    ax.set(yscale="log", ylim=(1, 100), xlabel=r"decay $\beta_1$",
           ylabel=r"limit of $\alpha h$", title=r"Stable steps: $1 + 2\beta_1$ times shorter")
    ax.legend(loc="upper left")


def draw_average(result: Result, ax: Any) -> None:
    """Draw the average over time of the squared distance of the look-ahead point.

    The squared distance of the look-ahead points averaged over time, exact, below the bound
    that is proved for every stable step size.
    """
    over_time(result.average, ax, "y", "The look-ahead point, averaged over time")


MEASURED = (
    Measurement(says.stationary_ball, "ball of the iterate, over t = alpha, attained"),
    Measurement(says.stationary_ahead, "ball of the look-ahead point, over t = alpha, attained"),
    Measurement(says.only_if_stable, "stability limit, over t = beta1, attained"),
    Measurement(says.average_ball, "average over time, look-ahead point"),
    Measurement(says.below_momentum,
                "at most the ball of momentum, moderate steps, over t = alpha"),
    Measurement(says.fastest, "fastest rate, over t = rate, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.ball: ("ball of the iterate, over t = alpha",),
    says.lookahead_ball: ("ball of the look-ahead point, over t = alpha",),
    says.stable_alpha: ("stability limit, over t = beta1",),
    says.average2: ("average over time, without noise",),
    says.fastest_rate: ("fastest rate, over t = rate",),
    says.usual_rate: ("rate of the usual tuning, over t = rate",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_balls, draw_against, draw_limits, draw_average)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
