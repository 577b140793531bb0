"""Adam, AMSGrad, Adamax and Nadam: Reddi's problem, and what their denominators do [slide 31].

On Reddi's problem Adam returns to the worst point in every cycle, and AMSGrad comes to the best
one; which way Adam drifts depends on beta2, and its threshold is told over C, with random gradients
over beta2. After one gradient the rate of AMSGrad grows if it is corrected after the maximum.
Adamax exceeds alpha, and Nadam's weights do not add up to 1.

But for the random gradients nothing is random except the problems and their step sizes.
Long because there are six subjects.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from sgdtheory.simulations.adam import steps_of
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    band,
    certain,
    certain_witness,
    gather,
    within,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import Adam, Adamax, AMSGrad, Nadam, RMSProp
from sgdtheory.picture import marks, role
from sgdtheory.theory import adam_variants as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "critical_beta2", "drift",
           "play", "run", "stochastic_drift"]

Verdicts = dict[str, Verdict]

STEEP, ALPHA, STEPS = 3.0, 0.5, 3000
BETA2 = 1 / (1 + STEEP**2)
HOSTILE, HOSTILE_STEPS = 48, 300
MARGIN, SLOPES = 0.01, np.array([2.1, 2.5, 3.0, 4.0, 6.0, 10.0])
THRESHOLD_ALPHA, THRESHOLD_STEPS = 0.08, 9000
MEAN, DRAWN_BETAS, DRAWN_STEPS, SETTLE, NODES = 0.1, np.array([0.3, 0.6, 0.8]), 200, 200, 48
ADAMAX_BETAS, ADAMAX_STEPS = (0.9, 0.95), 200
SPIKE_STEPS, SPIKE_BETA2 = 3000, 0.999
NADAM_STEPS = 40
RULES = {
    "Adam, uncorrected": RMSProp(1.0, BETA2, eps=0.0),
    "Adam": Adam(1.0, 0.0, BETA2, eps=0.0),
    "AMSGrad": AMSGrad(1.0, 0.0, BETA2),
    "AMSGrad, corrected after": AMSGrad(1.0, 0.0, BETA2, correct_mean=True, correct_square=True),
    "AMSGrad, corrected before": AMSGrad(1.0, 0.0, BETA2, correct_mean=True,
                                         correct_before_max=True),
}
SPIKED = {
    "uncorrected: the paper's": AMSGrad(1.0, 0.0, SPIKE_BETA2),
    "corrected before the maximum": AMSGrad(1.0, 0.0, SPIKE_BETA2, correct_before_max=True),
    "corrected after: PyTorch, Keras": AMSGrad(1.0, 0.0, SPIKE_BETA2, correct_square=True),
}
NADAMS = {
    "constant momentum (Optax)": Nadam(1.0, eps=0.0, damping=0.0),
    "Dozat's schedule": Nadam(1.0, eps=0.0),
    r"PyTorch: averages by $\beta_1$": Nadam(1.0, eps=0.0, average_by_schedule=False),
}


@dataclass(frozen=True, eq=False)
class Played:
    """Iterates ``(steps + 1,)`` on Reddi's problem and regret ``(steps + 1,)``, for each rule."""

    iterates: dict[str, np.ndarray]
    regret: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Threshold:
    """Over the slope C: the threshold of beta2, and where runs end beside it."""

    at: np.ndarray
    beta2: np.ndarray
    papers: np.ndarray
    tried: np.ndarray
    centre: np.ndarray
    below: np.ndarray
    above: np.ndarray


@dataclass(frozen=True, eq=False)
class Drawn:
    """Over beta2: the drift E[g/sqrt(v)] with random gradients of positive mean."""

    at: np.ndarray
    drift: np.ndarray
    critical: float
    measured: Band


@dataclass(frozen=True, eq=False)
class Series:
    """Named numbers over the time `at`."""

    at: np.ndarray
    lines: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    played: Played
    threshold: Threshold
    drawn: Drawn
    spiked: Series
    adamax: Series
    nadam: Series
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws problems and random gradients."""
    parts = {"Reddi's problem": lambda: _played(seed), "threshold": _threshold,
             "random gradients": lambda: _drawn(runs, seed), "one gradient": _spiked,
             "Adamax": lambda: _adamax(seed), "Nadam": _nadam}
    found, verdicts = gather(parts, progress)
    return Result(runs, seed, DELTA, *found.values(), verdicts)


# --- Reddi's problem ------------------------------------------------------------------------------


def play(rule: Any, alpha: Any, C: Any, steps: int, power: float = 0.5,
         start: float = 1.0) -> tuple[Any, Any, Any]:
    """Return iterates, regret against -1 and the last state of a rule on Reddi's problem.

    The losses are C x at t = 1, 4, 7, ... and -x else, on [-1, 1], from x = `start`; the step
    size is ``alpha / t**power``. `alpha` and `C` may be arrays, for many problems at once.
    """
    x = np.full(np.broadcast_shapes(np.shape(alpha), np.shape(C)), start)
    state, path, regret = rule.init(x), [x], [0 * x]
    for t in range(1, steps + 1):
        g = (np.asarray(C) if t % 3 == 1 else -1.0) + 0 * x
        regret.append(regret[-1] + g * (x + 1))
        x, state = replace(rule, alpha=alpha / t**power).step(x, state, lambda _, g=g: g, t)
        x = np.clip(x, -1.0, 1.0)
        path.append(x)
    return np.array(path), np.array(regret), state


def _played(seed: int) -> tuple[Played, Verdicts]:
    """Play Reddi's problem with each rule, and many problems with Adam."""
    played = {name: play(rule, ALPHA, STEEP, STEPS) for name, rule in RULES.items()}
    cycles = np.arange(STEPS // 3 + 1)
    bound = cycles * (2 * STEEP - 4)
    found = Played({name: each[0] for name, each in played.items()},
                   {name: each[1] for name, each in played.items()})
    back = {name: path[::3] for name, path in found.iterates.items()}
    at = 3 * cycles + 1
    verdicts = {f"back at 1 after each cycle, {name}": certain(back[name], np.ones(len(at)), at)
                for name in ("Adam, uncorrected", "Adam")}
    gone = {f"control: back at 1 after each cycle, {name}": certain(
        2 + back[name], np.full(len(at), 3.0), at) for name in found.iterates if "AMS" in name}
    return found, {
        **verdicts, **gone, **_many_problems(seed), **_cycle(played["Adam, uncorrected"][2]),
        "regret at least n (2C - 4), Adam": within(bound[1:], found.regret["Adam"][3::3], at[1:]),
        "control: regret at least n (2C - 4), AMSGrad": within(
            bound[1:], found.regret["AMSGrad"][3::3], at[1:]),
        "control: regret at least n (3C - 4), Adam": within(
            bound[1:] + cycles[1:] * STEEP, found.regret["Adam"][3::3], at[1:]),
        "AMSGrad is at -1 first after 235 steps": certain(
            [np.argmax(found.iterates["AMSGrad"] == -1)], [235], [235]),
        "AMSGrad ends each cycle within a step of -1": within(
            2 + found.iterates["AMSGrad"][-300::3], np.full(100, 1.0 + 2 * ALPHA / 50),
            np.arange(100)),
        "control: Adam ends each cycle within a step of -1": within(
            2 + found.iterates["Adam"][-300::3], np.full(100, 1.0 + 2 * ALPHA / 50),
            np.arange(100)),
    }


def _many_problems(seed: int) -> Verdicts:
    """Play problems with random slopes, from 0.001 on, and step sizes, also constant ones."""
    rng = np.random.default_rng(seed)
    C = np.exp(rng.uniform(-7, 4, HOSTILE))
    alpha = np.exp(rng.uniform(-9, 5, HOSTILE))
    back = []
    for rule in (RMSProp(1.0, 1 / (1 + C**2), eps=0.0), Adam(1.0, 0.0, 1 / (1 + C**2), eps=0.0)):
        back += [play(rule, alpha, C, HOSTILE_STEPS, power)[0][::3] for power in (0.5, 0.25, 0.0)]
    faster = play(RMSProp(1.0, 1 / (1 + C**2), eps=0.0), 0.5, C, HOSTILE_STEPS, 2.0)[0][::3]
    at = np.arange(len(faster))
    return {
        "back at 1 after each cycle, random problems": certain(
            np.min(back, axis=(0, 2)), np.ones(len(at)), at),
        "control: back at 1 after each cycle, steps that fall like 1/t^2": certain(
            2 + np.min(faster, axis=1), np.full(len(at), 3.0), at),
    }


def _cycle(v: float) -> Verdicts:
    """Hold the cycle of the mean square against the rule's own, after `STEPS` steps."""
    age, measured = np.arange(3), []
    rule = RULES["Adam, uncorrected"]
    for t in range(STEPS + 1, STEPS + 4):
        g = np.asarray(STEEP if t % 3 == 1 else -1.0)
        _, v = rule.step(np.ones(()), v, lambda _, g=g: g, t)
        measured.append(float(v))
    formula = says.cycle_square(age, BETA2, STEEP)
    return {
        **certain_witness("cycle of the mean square, over t = age", formula, measured, age),
        "control: cycle of the mean square, backwards": certain(formula[::-1], measured, age),
    }


# --- the threshold of beta2 -----------------------------------------------------------------------


def drift(beta2: Any, C: Any) -> Any:
    """Return what a settled cycle of Adam, beta1 = 0, adds to x, over its step size.

    The right way is down: the sum of the three losses has the slope C - 2.
    """
    V = [says.cycle_square.function(age, beta2, C) for age in range(3)]
    return -C / np.sqrt(V[0]) + 1 / np.sqrt(V[1]) + 1 / np.sqrt(V[2])


def critical_beta2(C: Any) -> Any:
    """Return the beta2 at which `drift` changes its sign, by bisection, for each slope."""
    low, high = np.zeros(np.shape(C)), np.ones(np.shape(C))
    for _ in range(60):
        middle = (low + high) / 2
        wrong = drift(middle, C) > 0
        low, high = np.where(wrong, middle, low), np.where(wrong, high, middle)
    return low


def _threshold() -> tuple[Threshold, Verdicts]:
    """Play problems with beta2 a little below their threshold, and a little above, from 0."""
    at = np.linspace(2.02, 10.5, 120)
    centre = critical_beta2(SLOPES)
    beside = RMSProp(1.0, centre + MARGIN * np.array([[-1.0], [1.0]]), eps=0.0)
    ends = play(beside, THRESHOLD_ALPHA, np.array([SLOPES, SLOPES]), THRESHOLD_STEPS, power=0.0,
                start=0.0)[0][-1]
    return Threshold(at, critical_beta2(at), 1 / (1 + at**2), SLOPES, centre, *ends), {
        "just below the threshold it goes to 1": within(
            np.full(len(SLOPES), 0.8), ends[0], SLOPES),
        "just above the threshold it goes to -1": within(2 + ends[1], np.full(len(SLOPES), 1.2),
                                                         SLOPES),
        "control: just below the threshold it goes to -1": within(
            2 + ends[0], np.full(len(SLOPES), 1.2), SLOPES),
        "refuted: it goes to 1 for every beta2": within(
            np.full(len(SLOPES), 1.8), 1 + ends[1], SLOPES),
    }


# --- random gradients -----------------------------------------------------------------------------


def stochastic_drift(beta2: float, C: float, mean: float) -> float:
    """Return the stationary ``E[g/sqrt(v)]`` where g is C with probability (1 + mean)/(C + 1).

    By powers of the transfer operator of v, on Chebyshev nodes in [1, C^2].
    """
    p = (1 + mean) / (C + 1)
    nodes = chebyshev.chebpts1(NODES)
    v = 1 + (C**2 - 1) * (nodes + 1) / 2
    inverse = np.linalg.inv(chebyshev.chebvander(nodes, NODES - 1))
    operator, value = np.zeros((NODES, NODES)), np.zeros(NODES)
    for g, weight in ((C, p), (-1.0, 1 - p)):
        after = beta2 * v + (1 - beta2) * g**2
        scaled = 2 * (after - 1) / (C**2 - 1) - 1
        operator += weight * chebyshev.chebvander(scaled, NODES - 1) @ inverse
        value += weight * g / np.sqrt(after)
    return float((np.linalg.matrix_power(operator, 2**11) @ value)[0])


def critical_of_drawn(C: float, mean: float) -> float:
    """Return the beta2 at which `stochastic_drift` changes its sign, by bisection."""
    low, high = 0.0, 0.99
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if stochastic_drift(middle, C, mean) < 0 else (low, middle)
    return low


def _drawn(runs: int, seed: int) -> tuple[Drawn, Verdicts]:
    """Draw gradients and average the signs that v makes of them, raised by 1 to be nonnegative."""
    at = np.linspace(0, 0.97, 50)
    curve = np.array([stochastic_drift(beta2, STEEP, MEAN) for beta2 in at])
    rng, p = np.random.default_rng(seed), (1 + MEAN) / (STEEP + 1)
    v, total = np.ones((runs, len(DRAWN_BETAS))), np.zeros((runs, len(DRAWN_BETAS)))
    for step in range(SETTLE + DRAWN_STEPS):
        g = np.where(rng.random((runs, 1)) < p, STEEP, -1.0)
        v = DRAWN_BETAS * v + (1 - DRAWN_BETAS) * g**2
        total += (1 + g / np.sqrt(v)) * (step >= SETTLE)
    ceiling = 1 + STEEP / np.sqrt(DRAWN_BETAS + (1 - DRAWN_BETAS) * STEEP**2)
    sample = Replicas(total / DRAWN_STEPS, DRAWN_BETAS, ceiling)
    truth = 1 + np.array([stochastic_drift(beta2, STEEP, MEAN) for beta2 in DRAWN_BETAS])
    return Drawn(at, curve, critical_of_drawn(STEEP, MEAN), band(sample)), {
        "drift with random gradients, over t = beta2": st.judge_equal(truth, sample, DELTA),
        "refuted: the drift has the sign of the mean, over t = beta2": st.judge(
            2 - np.ones(3) * (1 + MEAN), replace(sample, distance2=2 - sample.distance2,
                                                 ceiling=np.full(3, 2.0)), DELTA),
        "control: drift without a memory, over t = beta2": st.judge_equal(
            np.full(3, 2 * p), sample, DELTA),
        "drift without a memory is 2 prob - 1": certain(
            [stochastic_drift(0.0, STEEP, MEAN)], [2 * p - 1], [0]),
    }


# --- denominators, bounds and weights -------------------------------------------------------------


def _spiked() -> tuple[Series, Verdicts]:
    """Follow the rates of three AMSGrads after one gradient 1, over that of the first step."""
    at = np.arange(1, SPIKE_STEPS + 1)
    lines = {name: _rates(rule) for name, rule in SPIKED.items()}
    gain = says.warm_up_gain2(at, SPIKE_BETA2)
    paper, before, after = lines.values()
    return Series(at, lines), {
        **certain_witness("squared growth after one gradient", gain, after**2, at),
        "the rate never rises, the paper's": within(paper[1:], paper[:-1], at[1:]),
        "the rate never rises, corrected before": within(before[1:], before[:-1], at[1:]),
        "refuted: the rate never rises, corrected after": within(after[1:], after[:-1], at[1:]),
    }


def _rates(rule: AMSGrad) -> np.ndarray:
    """Return one over the denominator after a gradient 1 at t = 1, over that at t = 1."""
    state, rates = rule.init(0.0), []
    for t in range(1, SPIKE_STEPS + 1):
        _, state = rule.step(0.0, state, lambda _, g=float(t == 1): g, t)
        square = state[2] / (1 - rule.beta2**t) if rule.correct_square else state[2]
        rates.append(square**-0.5)
    return np.array(rates) / rates[0]


def _adamax(seed: int) -> tuple[Series, Verdicts]:
    """Attack the bound of Adamax with gradients that fall by beta2, and with random ones."""
    at, rule = np.arange(1, ADAMAX_STEPS + 1), Adamax(1.0, *ADAMAX_BETAS)
    bound = says.adamax_step_bound(at, *ADAMAX_BETAS)
    attained = steps_of(rule, ADAMAX_BETAS[1] ** at)
    rng = np.random.default_rng(seed)
    hostile = rng.standard_normal((ADAMAX_STEPS, 64)) * np.exp(rng.standard_normal(
        (ADAMAX_STEPS, 64)))
    attacked = np.max(steps_of(rule, hostile), axis=1)
    return Series(at, {"bound": bound, "attained": attained, "attacked": attacked}), {
        **certain_witness("bound of Adamax, over t", bound, attained, at),
        "bound of Adamax, random gradients": within(attacked, bound, at),
        "refuted: Adam's paper, Adamax": within(attained, np.ones(len(at)), at),
        "limit of Adamax's bound": within(
            bound, np.full(len(at), says.adamax_largest_step(*ADAMAX_BETAS)), at),
    }


def _nadam() -> tuple[Series, Verdicts]:
    """Step on a constant gradient with three Nadams: the sum of their weights."""
    at, constant = np.arange(1, NADAM_STEPS + 1), np.ones(NADAM_STEPS)
    lines = {name: steps_of(rule, constant) for name, rule in NADAMS.items()}
    optax, _, torch = lines.values()
    return Series(at, lines), {
        **certain_witness("weights of Nadam, over t", says.nadam_total(at, 0.9), optax, at),
        "refuted: Nadam's weights add up to 1": certain(optax, np.ones(len(at)), at),
        "control: PyTorch's weights are Nadam's": certain(
            torch, says.nadam_total(at, 0.9), at),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_iterates(result: Result, ax: Any) -> None:
    """Draw the iterates on Reddi's problem at the ends of cycles and within them.

    Iterates on Reddi's problem, whose best point is -1: Adam comes back to 1, the worst, after
    every cycle of three losses, however the step size falls; AMSGrad walks to -1 and stays.
    """
    at = np.arange(1, 601)
    for name, look in (("Adam", "slide"), ("AMSGrad", "exact")):
        ax.plot(at, result.played.iterates[name][:600], label=name, **role(look, linewidth=1.0))
    ax.axhline(-1, **role("limit"))
    ax.annotate("the best point", (600, -1), (0, 3), textcoords="offset points", ha="right",
                fontsize=8)
    ax.set(ylim=(-1.15, 1.15), xlabel="time $t$ (steps)", ylabel="$x_t$",
           title=rf"Reddi's problem, C = {STEEP:g}, $\beta_2$ = {BETA2:g}, "
                 rf"$\alpha_t = {ALPHA:g}/\sqrt{{t}}$")
    ax.legend(loc="center right")


def draw_regret(result: Result, ax: Any) -> None:
    """Draw the regret against the best point.

    The regret of the same runs over time: that of Adam grows linearly, above the line that is
    proved; AMSGrad's grows far more slowly, and the three ways of correcting its bias can
    hardly be told apart.
    """
    at = np.arange(1, STEPS + 1)
    regret = result.played.regret
    ax.plot(at, regret["Adam"][1:], label="Adam", **role("slide"))
    ax.plot(at, (at // 3) * (2 * STEEP - 4), label="proved: at least $n(2C - 4)$",
            **role("exact"))
    for name, look in (("AMSGrad", "smooth"), ("AMSGrad, corrected after", "corrected"),
                       ("AMSGrad, corrected before", "other")):
        ax.plot(at, regret[name][1:], label=name, **role(look))
    ax.set(xscale="log", yscale="log", ylim=(1, 4000), xlabel="time $T$ (steps)",
           ylabel="regret $R_T$", title="Regret: linear for Adam")
    ax.legend(loc="upper left", fontsize=7)


def draw_threshold(result: Result, ax: Any) -> None:
    r"""Draw the threshold of beta2 over the slope.

    The decay $\beta_2$ below which Adam drifts the wrong way, over the slope of the rare loss:
    exact, with runs just below and just above it. Below the dashed curve failure is proved.
    """
    found = result.threshold
    ax.plot(found.at, found.beta2, label="threshold of the drift", **role("exact"))
    ax.plot(found.at, found.papers, label=r"$1/(1 + C^2)$: proved to fail", **role("slide"))
    ax.plot(found.tried, found.centre - MARGIN, label="0.01 below: ends near 1",
            **marks("measured"))
    ax.plot(found.tried, found.centre + MARGIN, label="0.01 above: ends near -1",
            **marks("measured too"))
    ax.set(ylim=(0, 1), xlabel="slope C of the rare loss", ylabel=r"$\beta_2$",
           title=r"Adam goes the wrong way below a threshold of $\beta_2$")
    ax.legend(loc="upper right")


def draw_drawn(result: Result, ax: Any) -> None:
    r"""Draw the drift with random gradients over beta2.

    The mean step of RMSProp on random gradients, 3 or -1 with a small positive mean, over
    $\beta_2$: negative, so against the mean gradient, until $\beta_2$ is 0.8995.
    """
    found = result.drawn
    ax.plot(found.at, found.drift, label=r"$E[g/\sqrt{v}]$, stationary", **role("exact"))
    measured = found.measured
    ax.errorbar(measured.at, measured.mean - 1, measured.bars, label="measured",
                **role("measured"))
    ax.axhline(0, **role("limit"))
    ax.axhline(MEAN, label=f"mean gradient, {MEAN:g}", **role("slide"))
    ax.annotate(rf"$\beta_2$ = {found.critical:.4f}", (found.critical, 0), (-8, 4),
                textcoords="offset points", ha="right", fontsize=8)
    ax.set(xlabel=r"$\beta_2$", ylabel="mean of $g/\\sqrt{v}$",
           title=f"Random gradients {STEEP:g} or -1: the wrong way, too")
    ax.legend(loc="lower right")


def draw_spiked(result: Result, ax: Any) -> None:
    """Draw the growth of the rate after one gradient.

    AMSGrad's effective rate after a single gradient, over that at first: it should never rise,
    and does, by up to 31.6, if the bias is corrected after the maximum as PyTorch and Keras do.
    """
    found = result.spiked
    for (name, line), look in zip(found.lines.items(), ("exact", "smooth", "slide"), strict=True):
        ax.plot(found.at, line, label=name, **role(look))
    ax.set(xscale="log", yscale="log", ylim=(0.8, 45), xlabel="time $t$ (steps)",
           ylabel="rate / rate at $t = 1$",
           title=rf"AMSGrad after one gradient, $\beta_2$ = {SPIKE_BETA2:g}")
    ax.legend(loc="upper left")


def draw_adamax(result: Result, ax: Any) -> None:
    r"""Draw the bound of Adamax and what attains it.

    The longest possible step of Adamax over $\alpha$: the exact bound, gradients that attain
    it, and random attacks. The paper says that it is at most 1.
    """
    at, lines = result.adamax.at, result.adamax.lines
    marked = np.unique(np.geomspace(1, ADAMAX_STEPS, 16).astype(int)) - 1
    ax.plot(at, lines["bound"], label="exact bound", **role("exact"))
    ax.plot(at[marked], lines["attained"][marked], label=r"gradients falling by $\beta_2$",
            **marks("measured"))
    ax.plot(at[marked], lines["attacked"][marked], label="largest of 64 random sequences",
            **marks("measured too"))
    ax.axhline(1, label="Adam's paper: at most 1", **role("slide"))
    ax.set(xscale="log", ylim=(0, 3.0), xlabel="time $t$ (steps)", ylabel=r"|step|/$\alpha$",
           title=r"Adamax's longest steps, $\beta_1$ = {:g}, $\beta_2$ = {:g}".format(
               *ADAMAX_BETAS))
    ax.legend(loc="upper left")


def draw_nadam(result: Result, ax: Any) -> None:
    """Draw the sums of the weights of three Nadams.

    The sum of the weights that Nadam gives the gradients, in the three forms in use: not 1 in
    the first steps, so that its average is no convex combination.
    """
    found = result.nadam
    for (name, line), look in zip(found.lines.items(), ("exact", "smooth", "slide"), strict=True):
        ax.plot(found.at, line, label=name, **role(look))
    ax.axhline(1, **role("limit"))
    ax.set(ylim=(0.6, 1.55), xlabel="time $t$ (steps)", ylabel="sum of the weights",
           title=r"Nadam's average is not a convex combination, $\beta_1$ = 0.9")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.comes_back, "back at 1 after each cycle, random problems"),
    Measurement(says.regret_grows, "regret at least n (2C - 4), Adam"),
    Measurement(says.cycles, "cycle of the mean square, over t = age, attained"),
    Measurement(says.threshold, "just above the threshold it goes to -1"),
    Measurement(says.repaired, "AMSGrad is at -1 first after 235 steps"),
    Measurement(says.repaired, "AMSGrad ends each cycle within a step of -1"),
    Measurement(says.drawn_instead, "drift without a memory is 2 prob - 1"),
    Measurement(says.rate_falls, "the rate never rises, the paper's"),
    Measurement(says.corrected_before, "the rate never rises, corrected before"),
    Measurement(says.warm_up, "squared growth after one gradient, attained"),
    Measurement(says.adamax_bound, "bound of Adamax, random gradients"),
    Measurement(says.adamax_attained, "bound of Adamax, over t, attained"),
    Measurement(says.adamax_limit, "limit of Adamax's bound"),
    Measurement(says.nadam_weights, "weights of Nadam, over t, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.adamax_step_bound: ("bound of Adamax, over t",),
    says.warm_up_gain2: ("squared growth after one gradient",),
    says.nadam_total: ("weights of Nadam, over t",),
    says.cycle_square: ("cycle of the mean square, over t = age",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_iterates, draw_regret, draw_threshold, draw_drawn, draw_spiked, draw_adamax,
          draw_nadam)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
