"""Adagrad, followed step by step [slide 29].

The effective learning rate of three coordinates whose gradients differ by four decades, and what it
hides: the derivative of a step by its gradient. No step of hostile gradients is longer than alpha;
the lemma is attained in the limit; the regret of clipped iterates against its bound, on the worst
losses that we know and on distances from points drawn at both ends. On a ravine along the axes
Adagrad goes straight; the same ravine turned by 30 degrees is another problem.

Nothing is random but the gradients, and every verdict is exact to 1e-12.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD, Adagrad, iterates
from sgdtheory.picture import role
from sgdtheory.theory import adagrad as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "hostile", "measured_rates",
           "ravine", "run"]

Verdicts = dict[str, Verdict]

ALPHA, EPS, SCALES, STEPS = 0.5, 1e-3, (0.01, 1.0, 100.0), 300
GROWTH, LEMMA_STEPS = 1.1, 4096
DIAMETER, LOSSES, DRAWS = 2.0, 2000, 64
WEIGHTS, EPSILONS = (1.0, 1 - 0.5**0.5), (0.0, 0.5, 1.0, 4.0)
CURVATURES, TURN, RAVINE_STEPS = (1.0, 20.0), np.pi / 6, 30
START, SGD_ALPHA, RAVINE_ALPHA = np.array([-3.0, 1.0]), 0.08, 0.8


@dataclass(frozen=True)
class Rates:
    """Over t, ``(steps, 3)``: effective learning rates and sensitivities, formula and measured."""

    at: np.ndarray
    scales: np.ndarray
    gain: np.ndarray
    measured_gain: np.ndarray
    sensitivity: np.ndarray
    measured_sensitivity: np.ndarray


@dataclass(frozen=True)
class Lemma:
    """The sum of the steps, each times its gradient, over its bound without the 2, ``(k,)``."""

    at: np.ndarray
    constant: np.ndarray
    growing: np.ndarray


@dataclass(frozen=True)
class Regret:
    """Largest regret of many draws and its bound over t, ``(k,)``; and of two linear losses."""

    at: np.ndarray
    regret: np.ndarray
    bound: np.ndarray
    worst: np.ndarray
    worst_bound: np.ndarray


@dataclass(frozen=True)
class Paths:
    """Iterates ``(steps + 1, 2)`` on the ravine, and on the turned one, turned back."""

    name: str
    straight: np.ndarray
    turned: np.ndarray


@dataclass(frozen=True)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    rates: Rates
    lemma: Lemma
    regret: Regret
    paths: tuple[Paths, ...]
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Follow and judge everything; `runs` and `executor` are not needed, the `seed` hardly."""
    parts = (("effective rates", _rates), ("steps", _steps), ("lemma", _lemma),
             ("regret", _regret), ("ravine", _ravine))
    found, verdicts = gather({what: partial(part, np.random.default_rng([seed, number]))
                              for number, (what, part) in enumerate(parts, start=1)}, progress)
    return Result(runs, seed, DELTA, found["effective rates"], found["lemma"], found["regret"],
                  found["ravine"], verdicts)


# --- the effective learning rate -----------------------------------------------------------------


def measured_rates(rule: Any, gradients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return step over gradient, and the derivative of the step by it, at every time.

    The derivative is exact: the imaginary part of the step for an imaginary part of 1e-30.
    """
    w, tiny = np.zeros(gradients.shape[1], dtype=complex), 1e-30
    state, gain, slope = rule.init(w), [], []
    for t, g in enumerate(gradients, start=1):
        moved, _ = rule.step(w, state, lambda _, g=g: g + 1j * tiny, t)
        slope.append(-np.imag(moved - w) / tiny)
        new, state = rule.step(w, state, lambda _, g=g: g + 0j, t)
        gain.append(-np.real(new - w) / g)
    return np.array(gain), np.array(slope)


def _rates(rng: Any) -> tuple[Rates, Verdicts]:
    """Measure gain and sensitivity on noisy gradients of three scales."""
    scales, at = np.array(SCALES), np.arange(1, STEPS + 1)
    gradients = scales * (rng.choice([-1, 1], (STEPS, 3)) * (0.5 + rng.random((STEPS, 3))))
    gain, slope = measured_rates(Adagrad(ALPHA, EPS), gradients)
    S = np.cumsum(gradients**2, axis=0)
    formula = says.gain(ALPHA, EPS, S)
    derivative = says.sensitivity(ALPHA, EPS, S, gradients**2)
    inside, _ = measured_rates(Adagrad(ALPHA, EPS, eps_inside=True), gradients)
    slow = slice(1, None), slice(1, None)
    return Rates(at, scales, formula, gain, derivative, slope), {
        **certain_witness("effective learning rate", formula.ravel(), gain.ravel(),
                          np.repeat(at, 3)),
        **certain_witness("sensitivity", derivative[slow].ravel(), slope[slow].ravel(),
                          np.repeat(at[1:], 2)),
        "the effective learning rate never rises": within(gain[1:].ravel(), gain[:-1].ravel(),
                                                          np.repeat(at[1:], 3)),
        "refuted: the sensitivity is the effective learning rate": certain(
            slope.ravel(), formula.ravel(), np.repeat(at, 3)),
        "refuted: eps inside the root is the slide's rule": certain(
            inside.ravel(), formula.ravel(), np.repeat(at, 3)),
    }


# --- the steps -----------------------------------------------------------------------------------


def hostile(rng: Any, steps: int) -> np.ndarray:
    """Return gradients over twenty decades with zeros, spikes and changes of sign."""
    g = rng.choice([-1.0, 1.0], steps) * 10 ** rng.uniform(-10, 10, steps)
    g[rng.random(steps) < 0.2] = 0.0
    g[0] = 1e-10
    return g


def steps_of(rule: Any, gradients: np.ndarray) -> np.ndarray:
    """Return the steps that a rule takes on given gradients, each from 0, so that none is lost."""
    w, state, moved = np.zeros(1), rule.init(np.zeros(1)), []
    for t, g in enumerate(gradients, start=1):
        new, state = rule.step(w, state, lambda w, g=g: w + g, t)
        moved.append(-new[0])
    return np.array(moved)


def _steps(rng: Any) -> tuple[None, Verdicts]:
    """Hold steps to alpha and their squares to the logarithm, on hostile gradients."""
    g, at = hostile(rng, STEPS), np.arange(1, STEPS + 1)
    moved, S = steps_of(Adagrad(ALPHA, 0.0), g), np.cumsum(g**2)
    logarithm = np.log(S / S[0])
    squares = np.cumsum(moved**2) / ALPHA**2
    same = steps_of(Adagrad(ALPHA, 0.0), np.full(STEPS, 7.0))
    power = steps_of(Adagrad(ALPHA, 0.0), 2.0**10 * g)
    return None, {
        "no step is longer than alpha": within(np.abs(moved), np.full(STEPS, ALPHA), at),
        "control: no step is longer than 0.95 alpha": within(
            np.abs(moved), np.full(STEPS, 0.95 * ALPHA), at),
        "squared steps, against the logarithm": within(squares, 1 + logarithm, at),
        "control: squared steps, against the logarithm without the 1": within(
            np.cumsum(same**2)[1:] / ALPHA**2, np.log(at[1:]), at[1:]),
        **certain_witness("step under a constant gradient", ALPHA / np.sqrt(at), same, at),
        "steps do not feel the scale of the gradients": certain(
            power[g != 0], moved[g != 0], at[g != 0]),
        "control: with eps they feel it": certain(
            steps_of(Adagrad(ALPHA, 1.0), 2.0**10 * g)[g != 0],
            steps_of(Adagrad(ALPHA, 1.0), g)[g != 0], at[g != 0]),
    }


def _travel(gradients: np.ndarray) -> np.ndarray:
    """Return the sum of the steps, each times its gradient, over time."""
    return np.cumsum(gradients * steps_of(Adagrad(ALPHA, 0.0), gradients))


def _lemma(rng: Any) -> tuple[Lemma, Verdicts]:
    """Measure the lemma on constant gradients and on sums that grow by a factor.

    If S grows by the factor q in every step, the sum is geometric; its share of the bound tends to
    (1 + q^(-1/2))/2.
    """
    at = np.unique(np.geomspace(1, LEMMA_STEPS, 60).astype(int))
    constant = np.ones(LEMMA_STEPS)
    few = np.arange(1, 121)
    S = GROWTH ** (few - 1)
    growing = np.sqrt(np.diff(S, prepend=0.0))
    rest = (1 - 1 / GROWTH) * (np.sqrt(S) - 1) / (1 - GROWTH**-0.5)
    ratio = (1 + rest) / (2 * np.sqrt(S))
    seen, bound = _travel(growing), says.travel(ALPHA, S)
    flat = _travel(constant)[at - 1]
    noisy = hostile(rng, STEPS)
    times, total = np.arange(1, STEPS + 1), np.cumsum(noisy**2)
    return Lemma(at, flat / (ALPHA * np.sqrt(at)), seen / (ALPHA * np.sqrt(S))), {
        **certain_witness("lemma, summed squares that grow by a factor", bound, seen, few, ratio),
        "lemma, constant gradients": within(flat, says.travel(ALPHA, at.astype(float)), at),
        "lemma, hostile gradients": within(_travel(noisy), says.travel(ALPHA, total), times),
        "control: lemma with 1.95 in the place of 2": within(
            flat, 0.975 * says.travel(ALPHA, at.astype(float)), at),
    }


# --- the regret ----------------------------------------------------------------------------------


def _clipped(rule: Any, place: np.ndarray, slopes: Any) -> np.ndarray:
    """Return the iterates, clipped to [0, DIAMETER], for functions that give the gradient."""
    path = [place]
    state = rule.init(place)
    for t, slope in enumerate(slopes, start=1):
        place, state = rule.step(place, state, slope, t)
        place = np.clip(place, 0.0, DIAMETER)
        path.append(place)
    return np.array(path)


def _worst(weights: Any, eps: float) -> tuple[np.ndarray, float]:
    """Return the regret of linear losses against 0, from DIAMETER on, and the alpha of the bound.

    At this alpha the bound for the first loss is least.
    """
    alpha = DIAMETER * np.sqrt((1 + eps) / 2)
    path = _clipped(Adagrad(alpha, eps), np.array([DIAMETER]),
                    [lambda w, g=g: np.full_like(w, g) for g in weights])
    return np.cumsum(np.array(weights) * path[:-1, 0]), alpha


def _regret(rng: Any) -> tuple[Regret, Verdicts]:
    """Measure the regret on the worst losses, whose share of the bound is known, and on others."""
    two, alpha = _worst(WEIGHTS, 0.0)
    ones = np.array([_worst((1.0,), eps)[0][0] for eps in EPSILONS])
    eps, sums = np.array(EPSILONS), np.cumsum(np.square(WEIGHTS))
    bounds = says.regret(alpha, 0.0, DIAMETER, sums)
    first = says.regret(DIAMETER * np.sqrt((1 + eps) / 2), eps, DIAMETER, 1.0)
    share = np.sqrt([0.5, (1 + WEIGHTS[1] ** 2) / 2])
    at = np.arange(1, LOSSES + 1)
    centres = DIAMETER * rng.integers(2, size=(LOSSES, DRAWS))
    up = np.cumsum(centres > 0, axis=0)
    alpha = DIAMETER / np.sqrt(2)
    path = _clipped(Adagrad(alpha, 1e-8), np.ones(DRAWS),
                    [lambda w, a=a: 1.0 - a + 0 * w for a in centres])[:-1]
    lost = np.cumsum(np.abs(path - centres), axis=0)
    least = DIAMETER * np.minimum(up, at[:, None] - up)
    bound = says.regret(alpha, 1e-8, DIAMETER, at.astype(float))
    found = Regret(at, np.max(lost - least, axis=1), bound, two, bounds)
    return found, {
        **certain_witness("regret of two linear losses", bounds, two, np.array([1, 2]), share),
        **certain_witness("regret of one linear loss, over t = eps", first, ones, eps,
                          np.sqrt(0.5 / (1 + eps))),
        "regret of distances": within(found.regret, bound, at),
        "control: regret within 0.7 of the bound": within(two, 0.7 * bounds, np.array([1, 2])),
        "control: regret within alpha times the root alone": within(
            two, alpha * np.sqrt(sums), np.array([1, 2])),
    }


# --- the ravine ----------------------------------------------------------------------------------


def ravine(turn: float = 0.0) -> tuple[Callable[[Any], Any], np.ndarray]:
    """Return the gradient of the ravine turned by an angle, and the turning, ``(2, 2)``."""
    turning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    problem = st.problems.quadratic(CURVATURES, sigma2=0.0)
    return lambda w: turning @ problem.grad(turning.T @ w), turning


def followed(name: str, rule: Any, steps: int = RAVINE_STEPS) -> Paths:
    """Return the iterates of a rule on the ravine, and on the turned one, turned back."""
    paths = []
    for turn in (0.0, TURN):
        grad, turning = ravine(turn)
        paths.append(iterates(rule, turning @ START, grad, steps) @ turning)
    return Paths(name, *paths)


def _ravine(rng: Any) -> tuple[tuple[Paths, ...], Verdicts]:
    """Compare the paths on the ravine along the axes and on the turned one."""
    sgd = followed("gradient descent", SGD(SGD_ALPHA))
    own = followed("Adagrad", Adagrad(RAVINE_ALPHA))
    early, at = slice(1, 6), np.repeat(np.arange(1, 6), 2)
    shared = iterates(Adagrad(RAVINE_ALPHA, 0.0), START, lambda w: np.array([1e4, 1e-4]) * w, 5)
    plain = iterates(Adagrad(RAVINE_ALPHA, 0.0), START, lambda w: w, 5)
    return (sgd, own), {
        "SGD does not feel the turn of the axes": certain(
            sgd.turned[early].ravel(), sgd.straight[early].ravel(), at),
        "refuted: Adagrad does not feel the turn of the axes": certain(
            own.turned[early].ravel(), own.straight[early].ravel(), at),
        "Adagrad does not feel the curvatures along the axes": certain(
            shared[early].ravel(), plain[early].ravel(), at),
    }


# --- the picture ---------------------------------------------------------------------------------

LOOKS = ("measured", "measured too", "smooth")
COLOURS = ("#0072B2", "#D55E00", "#009E73")


def draw_rates(result: Result, ax: Any) -> None:
    r"""Draw gain and sensitivity of the three coordinates over the time.

    Step per gradient over time in three coordinates whose gradients have different sizes: each
    has its own effective learning rate, which only falls, like $\alpha$ over the root of t. The
    dots are its derivative by the newest gradient, which is another number.
    """
    rates = result.rates
    for i, (scale, colour) in enumerate(zip(rates.scales, COLOURS, strict=True)):
        ax.plot(rates.at, rates.measured_gain[:, i], color=colour, linewidth=1.4,
                linestyle=("-", "--", "-.")[i], label=rf"$|g| \approx$ {scale:g}: effective rate")
        ax.plot(rates.at, rates.measured_sensitivity[:, i], color=colour, linestyle="none",
                marker=".", markersize=2.5, label="its sensitivity (dots)" if i == 0 else None)
    ax.plot(rates.at, ALPHA / np.sqrt(rates.at), label=r"$\alpha/\sqrt{t}$", **role("limit"))
    ax.set(xscale="log", yscale="log", ylim=(1e-6, 1e7), xlabel="time $t$ (steps)",
           ylabel="step per gradient", title="Each coordinate has its rate, which only falls")
    ax.legend(loc="upper right", ncols=2, fontsize=7)


def draw_lemma(result: Result, ax: Any) -> None:
    """Draw the sums of the lemma over the root: the constant 2 is the best one.

    The sum that Adagrad's analysis rests on, over the root of the sum of squares: never above
    2, which a constant gradient attains in the limit.
    """
    lemma = result.lemma
    ax.plot(lemma.at, lemma.constant, label="constant gradient", **role("exact"))
    ax.plot(np.arange(1, len(lemma.growing) + 1), lemma.growing,
            label=f"S grows by {GROWTH:g} a step", **role("smooth"))
    ax.axhline(2, label="bound", **role("limit"))
    ax.set(xscale="log", ylim=(0.9, 2.1), xlabel="time $t$ (steps)",
           ylabel=r"$\sum g_s^2/\sqrt{S_s}$ over $\sqrt{S_t}$",
           title="The lemma: 2 is attained in the limit")
    ax.legend(loc="lower right")


def draw_regret(result: Result, ax: Any) -> None:
    """Draw the regret against its bound.

    The regret of clipped Adagrad, the worst of 64 random sequences, below its bound; two linear
    losses come within 71 and 74 percent of it.
    """
    regret = result.regret
    ax.plot(regret.at, regret.bound, label="bound", **role("slide"))
    ax.plot(regret.at, regret.regret, label=f"$|w - a|$, a drawn from both ends; worst of {DRAWS}",
            **role("exact"))
    ax.plot([1, 2], regret.worst, label="two linear losses: 71 and 74 % of the bound",
            color="#0072B2", linestyle="none", marker="o", markersize=5)
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (losses)", ylabel="regret",
           title="Regret of clipped iterates, and its bound")
    ax.legend(loc="upper left")


def draw_ravine(result: Result, ax: Any) -> None:
    """Draw the paths on the ravine, both as seen from its own axes.

    Paths in a ravine along the axes and in the same ravine turned by 30 degrees. Plain gradient
    descent makes the same steps in both; Adagrad does not, as it scales each axis by itself.
    """
    x, y = np.meshgrid(np.linspace(-3.4, 1.2, 80), np.linspace(-1.3, 1.3, 60))
    ax.contour(x, y, CURVATURES[0] * x**2 + CURVATURES[1] * y**2, levels=12, colors="0.85",
               linewidths=0.7)
    for paths, colour, mark in zip(result.paths, ("#D55E00", "#0072B2"), "os", strict=True):
        for path, dash, where in ((paths.straight, "-", "along the axes"),
                                  (paths.turned, ":", "turned by 30°")):
            same = paths.name == "gradient descent"
            if same and dash == ":":
                continue
            ax.plot(*path.T, color=colour, linestyle=dash, marker=mark, markersize=2.5,
                    linewidth=1.1, label=f"{paths.name}, {'either way' if same else where}")
    ax.plot(0, 0, marker="*", color="black", markersize=9, linestyle="none")
    ax.set(xlabel="along the valley", ylabel="across", xlim=(-3.4, 1.2), ylim=(-1.3, 1.3),
           title=f"{RAVINE_STEPS} steps in a ravine: Adagrad knows only the axes")
    ax.legend(loc="lower right")


MEASURED = (
    Measurement(says.effective, "effective learning rate, attained"),
    Measurement(says.never_rises, "the effective learning rate never rises"),
    Measurement(says.secant, "sensitivity, attained"),
    Measurement(says.at_most_alpha, "no step is longer than alpha"),
    Measurement(says.squared_steps, "squared steps, against the logarithm"),
    Measurement(says.constant, "step under a constant gradient, attained"),
    Measurement(says.travelled, "lemma, summed squares that grow by a factor, attained"),
    Measurement(says.below_regret, "regret of distances"),
    Measurement(says.scale_free, "steps do not feel the scale of the gradients"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.gain: ("effective learning rate",),
    says.sensitivity: ("sensitivity",),
    says.travel: ("lemma, summed squares that grow by a factor",),
    says.regret: ("regret of two linear losses", "regret of one linear loss, over t = eps"),
}
"""Where each formula's ratio to the truth is known: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_rates, draw_lemma, draw_regret, draw_ravine)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
