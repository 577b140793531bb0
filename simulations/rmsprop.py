"""RMSProp's first steps against their bounds, its rates, its two eps and its mean [slide 30].

After gradients 0 a step attains its bound, with and without correction; random ones stay below. On
a constant gradient the uncorrected steps begin at 3.16 alpha for beta2 = 0.9, at 31.6 alpha for
0.999. With eps in the root small gradients are damped as by the root of eps outside of it. Over all
paths of a gradient that is 1 or 3 the corrected average is unbiased, and neither its root is nor
the inverse of it.

Nothing is random but the attacks, so that every verdict is exact to 1e-12.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, within

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp
from sgdtheory.picture import marks, role
from sgdtheory.theory import bias_correction
from sgdtheory.theory import rmsprop as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "moves_of", "run"]

Verdicts = dict[str, Verdict]

BETA2, LONG = 0.9, 0.999
BOUND_STEPS, ATTACKS = 60, 256
CONSTANT_STEPS, GRADIENT = 2000, 2.0
RATE_STEPS = 60
EPS = 1e-8
SIZES = np.geomspace(1e-12, 1e2, 57)
LOW, HIGH, PATH_STEPS = 1.0, 3.0, 10


@dataclass(frozen=True, eq=False)
class Bounds:
    """Over the time `at`: bounds of |step|/alpha, what attains them, the largest of the attacks."""

    at: np.ndarray
    plain: np.ndarray
    corrected: np.ndarray
    attained: np.ndarray
    attained_corrected: np.ndarray
    attacked: np.ndarray
    attacked_corrected: np.ndarray


@dataclass(frozen=True, eq=False)
class Rates:
    """Steps over alpha on a constant gradient, and the derivative of the step, over time."""

    at: np.ndarray
    short: np.ndarray
    long: np.ndarray
    corrected: np.ndarray
    derivative: np.ndarray


@dataclass(frozen=True, eq=False)
class Epsilons:
    """Steps over alpha once v has settled, over the size of the gradient, three ways."""

    sizes: np.ndarray
    inside: np.ndarray
    outside: np.ndarray
    rooted: np.ndarray


@dataclass(frozen=True, eq=False)
class Means:
    """Means over all paths, divided by what they would be without spread, over the time."""

    at: np.ndarray
    square: np.ndarray
    uncorrected: np.ndarray
    root: np.ndarray
    inverse: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    bounds: Bounds
    rates: Rates
    epsilons: Epsilons
    means: Means
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws the attacks; `runs` is not needed."""
    parts = {"bounds": lambda: _bounds(seed), "effective rates": lambda: _rates(seed),
             "two eps": _epsilons, "means": _means}
    found, verdicts = [], dict[str, Verdict]()
    for done, (what, part) in enumerate(parts.items(), start=1):
        arrays, judged = part()
        found.append(arrays)
        verdicts |= judged
        if progress:
            progress(done, len(parts), what)
    return Result(runs, seed, DELTA, *found, verdicts)


def moves_of(rule: Any, gradients: Iterable[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the sizes of the steps of a rule and its averages of squares, with given gradients."""
    state, sizes, averages = None, [], []
    for t, g in enumerate(gradients, start=1):
        state = rule.init(0 * g) if state is None else state
        moved, state = rule.step(0 * g, state, lambda _, g=g: g, t)
        sizes.append(np.abs(moved))
        averages.append(state)
    return np.array(sizes), np.array(averages)


# --- step bounds ----------------------------------------------------------------------------------


def _bounds(seed: int) -> tuple[Bounds, Verdicts]:
    """Hold the bounds against gradients that come after zeros, and against random ones."""
    at, rng = np.arange(1, BOUND_STEPS + 1), np.random.default_rng(seed)
    plain2 = np.full(BOUND_STEPS, says.step_bound2(BETA2))
    corrected2 = says.corrected_step_bound2(at, BETA2)
    shape = (BOUND_STEPS, ATTACKS)
    hostile = rng.standard_normal(shape) * np.exp(3 * rng.standard_normal(shape))
    rules = RMSProp(1.0, BETA2, eps=0.0), CorrectedRMSProp(1.0, BETA2, eps=0.0)
    sudden, sudden_corrected = (np.diag(moves_of(rule, np.eye(BOUND_STEPS))[0]) for rule in rules)
    attacks = [np.max(moves_of(rule, hostile)[0], axis=1) for rule in rules]
    damped = moves_of(RMSProp(1.0, BETA2, eps=0.1), hostile)[0].max(axis=1)
    return Bounds(at, np.sqrt(plain2), np.sqrt(corrected2), sudden, sudden_corrected, *attacks), {
        **certain_witness("squared bound", plain2, sudden**2, at),
        **certain_witness("squared bound, corrected", corrected2, sudden_corrected**2, at),
        "squared bound, random gradients": within(attacks[0] ** 2, plain2, at),
        "squared bound, random gradients, eps = 0.1": within(damped**2, plain2, at),
        "squared bound, corrected, random gradients": within(attacks[1] ** 2, corrected2, at),
        "control: squared bound, corrected, one step earlier": within(
            sudden_corrected[1:] ** 2, corrected2[:-1], at[1:]),
        "control: the corrected bound without correction": within(sudden**2, corrected2, at),
        "refuted: without correction the first steps are too short": within(
            sudden[:3], np.ones(3), at[:3]),
    }


# --- rates ----------------------------------------------------------------------------------------


def _rates(seed: int) -> tuple[Rates, Verdicts]:
    """Step on a constant gradient, where the rate is the step over the gradient."""
    at, constant = np.arange(1, CONSTANT_STEPS + 1), np.full(CONSTANT_STEPS, GRADIENT)
    short, long = (moves_of(RMSProp(1.0, beta2, eps=0.0), constant)[0] for beta2 in (BETA2, LONG))
    corrected = moves_of(CorrectedRMSProp(1.0, LONG, eps=0.0), constant)[0]
    derivative = LONG * bias_correction.total(at - 1, LONG) * says.constant_step2(at, LONG) ** 1.5
    changed, secant, gain = _secants(np.random.default_rng(seed).standard_normal((RATE_STEPS, 2)))
    few = at[:RATE_STEPS]
    return Rates(at, short, long, corrected, derivative), {
        **certain_witness("squared step on a constant gradient", np.append(
            says.constant_step2(at, BETA2), says.constant_step2(at, LONG)),
            np.append(short, long) ** 2, np.append(at, at)),
        "constant gradient, corrected": certain(corrected, np.ones(len(at)), at),
        "control: constant gradient, corrected with another beta2": certain(
            corrected, long * np.sqrt(bias_correction.total(at, BETA2)), at),
        "change of the newest gradient": certain(1 + changed, 1 + secant, few),
        "control: change of the newest gradient, by the slide's rate": certain(
            1 + changed, 1 + gain, few),
    }


def _secants(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what a change of the newest gradient does to a step, what is proved, and the rate."""
    rule, v, found = RMSProp(1.0, BETA2, eps=0.1), 0.0, []
    for t, (g, more) in enumerate(draws, start=1):
        x = 2 + abs(float(more))
        (w, v_next), (w_other, v_other) = (
            rule.step(0.0, v, lambda _, new=new: new, t) for new in (float(g), float(g) + x))
        r, s = np.sqrt(v_next + rule.eps), np.sqrt(v_other + rule.eps)
        found.append(((w - w_other) / x,
                      1 / s - (1 - BETA2) * g * (2 * g + x) / (r * s * (r + s)), 1 / s))
        v = v_next
    changed, secant, gain = np.array(found).T
    return changed, secant, gain


# --- where eps stands -----------------------------------------------------------------------------


def _epsilons() -> tuple[Epsilons, Verdicts]:
    """Step with small and large gradients where v has settled at their square."""
    rules = (RMSProp(1.0, BETA2, EPS), RMSProp(1.0, BETA2, EPS, eps_inside=False),
             RMSProp(1.0, BETA2, np.sqrt(EPS), eps_inside=False))
    inside, outside, rooted = (
        np.abs(rule.step(0 * SIZES, SIZES**2, lambda _: SIZES, 1)[0]) for rule in rules)
    scales = 2.0 ** np.arange(-20, 21)
    scaled = np.array([abs(RMSProp(1.0, BETA2, EPS * d**2).step(
        0.0, d**2, lambda _, d=d: d, 1)[0]) for d in scales])
    return Epsilons(SIZES, inside, outside, rooted), {
        "the root of eps outside, no longer step": within(rooted, inside, SIZES),
        "the root of eps outside, by at most the root of 2": within(
            inside, np.sqrt(2) * rooted, SIZES),
        "control: the root of eps outside, by less than 1.4": within(inside, 1.4 * rooted, SIZES),
        "refuted: eps is the same in the root and outside of it": certain(outside, inside, SIZES),
        "the same step in another scale": certain(scaled, np.full(len(scales), scaled[20]), scales),
        "control: the same step in another scale, with the same eps": certain(
            inside, np.full(len(SIZES), inside[-1]), SIZES),
    }


# --- means ----------------------------------------------------------------------------------------


def _means() -> tuple[Means, Verdicts]:
    """Average over all paths of a gradient that is 1 or 3, with equal odds."""
    at = np.arange(1, PATH_STEPS + 1)
    paths = np.array(list(product((LOW, HIGH), repeat=PATH_STEPS))).T
    _, v = moves_of(CorrectedRMSProp(1.0, BETA2), paths)
    hat = v / bias_correction.total(at, BETA2)[:, None]
    moment = (LOW**2 + HIGH**2) / 2
    square, uncorrected, root, inverse = (np.mean(x, axis=1) for x in (
        hat / moment, v / moment, np.sqrt(hat / moment), np.sqrt(moment / hat)))
    ones = np.ones(PATH_STEPS)
    return Means(at, square, uncorrected, root, inverse), {
        "mean of the corrected average": certain(square, ones, at),
        "control: mean of the average without correction": certain(uncorrected, ones, at),
        "mean of its root": within(root, ones, at),
        "refuted: its root has the root of the mean": certain(root, ones, at),
        "refuted: the inverse of its root has that of the mean": within(inverse, ones, at),
    }


# --- the picture ----------------------------------------------------------------------------------


def draw_bounds(result: Result, ax: Any) -> None:
    """Draw both bounds, and what attains them."""
    found, some = result.bounds, slice(0, None, 4)
    ax.plot(found.at, found.plain, label="bound, no correction", **role("slide"))
    ax.plot(found.at, found.corrected, label="bound, corrected", **role("exact"))
    ax.plot(found.at[some], found.attained[some], label="a gradient after zeros",
            **marks("measured"))
    ax.plot(found.at[some], found.attained_corrected[some], **marks("measured"))
    ax.plot(found.at[some], found.attacked_corrected[some],
            label=f"largest of {ATTACKS} random, corrected", **marks("measured too"))
    ax.set(ylim=(0, 3.6), xlabel="time $t$ (steps)", ylabel=r"|step|/$\alpha$",
           title=rf"Longest steps, $\beta_2$ = {BETA2}")
    ax.legend(loc="lower right")


def draw_rates(result: Result, ax: Any) -> None:
    """Draw the steps on a constant gradient, which are the effective rates."""
    found = result.rates
    ax.plot(found.at, found.long, label=rf"no correction, $\beta_2$ = {LONG}", **role("slide"))
    ax.plot(found.at, found.short, label=rf"no correction, $\beta_2$ = {BETA2}", **role("smooth"))
    ax.plot(found.at, found.corrected, label="corrected", **role("exact"))
    ax.plot(found.at[1:], found.derivative[1:], label=rf"derivative, $\beta_2$ = {LONG}, none",
            **role("limit"))
    ax.set(xscale="log", yscale="log", ylim=(0.5, 50), xlabel="time $t$ (steps)",
           ylabel=r"rate $\cdot |g|/\alpha$", title="A constant gradient: the effective rate")
    ax.legend(loc="upper right")


def draw_epsilons(result: Result, ax: Any) -> None:
    """Draw the settled step over the size of the gradient."""
    found = result.epsilons
    ax.plot(found.sizes, found.inside, label=r"$\sqrt{v + 10^{-8}}$: slide, Keras, Optax",
            **role("slide"))
    ax.plot(found.sizes, found.rooted, label=r"$\sqrt{v} + 10^{-4}$", **role("smooth"))
    ax.plot(found.sizes, found.outside, label=r"$\sqrt{v} + 10^{-8}$: PyTorch", **role("exact"))
    ax.set(xscale="log", yscale="log", xlabel="size of the gradient $|g|$",
           ylabel=r"|step|/$\alpha$", title="Where the same eps stands")
    ax.legend(loc="lower right")


def draw_means(result: Result, ax: Any) -> None:
    """Draw the means over all paths."""
    found = result.means
    ax.plot(found.at, found.inverse, label=r"$E[\hat v^{-1/2}]\,M^{1/2}$", **role("smooth"))
    ax.plot(found.at, found.square, label=r"$E[\hat v]/M$", **role("exact"))
    ax.plot(found.at, found.root, label=r"$E[\hat v^{1/2}]/M^{1/2}$", **role("limit"))
    ax.plot(found.at, found.uncorrected, label="$E[v]/M$, no correction", **role("slide"))
    ax.set(ylim=(0, 1.6), xlabel="time $t$ (steps)", ylabel="mean over all paths",
           title=f"Gradients {LOW:g} or {HIGH:g}, $M = E[g^2]$, " rf"$\beta_2$ = {BETA2}")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.bounded_step, "squared bound, random gradients"),
    Measurement(says.attained_step, "squared bound, attained"),
    Measurement(says.corrected_bound, "squared bound, corrected, attained"),
    Measurement(says.constant_uncorrected, "squared step on a constant gradient, attained"),
    Measurement(says.constant_corrected, "constant gradient, corrected"),
    Measurement(says.rate_secant, "change of the newest gradient"),
    Measurement(says.eps_no_less, "the root of eps outside, no longer step"),
    Measurement(says.eps_root_two, "the root of eps outside, by at most the root of 2"),
    Measurement(says.scale, "the same step in another scale"),
    Measurement(says.unbiased, "mean of the corrected average"),
    Measurement(says.root_too_small, "mean of its root"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.step_bound2: ("squared bound",),
    says.corrected_step_bound2: ("squared bound, corrected",),
    says.constant_step2: ("squared step on a constant gradient",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_bounds, draw_rates, draw_epsilons, draw_means)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
