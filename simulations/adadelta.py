"""Adadelta's scale: what eps sets, what alpha0 does, and what the slide misprints [slide 32].

On a constant gradient the first step is about the root of eps/(1 - beta2) long, whatever the
gradient, and the time to get going grows as eps falls. If the squared steps are averaged with
their factor alpha0, they stall for alpha0 < 1 and grow without bound for alpha0 > 1. Gradients that
grow fast attain the bound on D. The printed rule's path depends on where the origin lies.

Nothing is random but the attacks, so that every verdict is exact to 1e-12.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import Adadelta, AdadeltaAsStated, iterates
from sgdtheory.picture import marks, role
from sgdtheory.theory import adadelta as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run", "states_of"]

Verdicts = dict[str, Verdict]

BETA2, EPS = 0.95, 1e-6
BOUND_STEPS, ATTACKS = 14, 256
FAST = 1e7 * 1e8 ** np.arange(BOUND_STEPS)
GOING_STEPS, GOING_EPS = 20000, np.array([1e-2, 1e-4, 1e-6, 1e-8])
FACTOR_STEPS, FACTORS, LARGE_EPS = 8000, (0.5, 1.0), 0.1
TOO_LARGE = 1.1
SETTLED_STEPS = 400
PATH_STEPS, ORIGINS, TARGET = 60, np.array([0.0, 2.0, 8.0]), 1.0


@dataclass(frozen=True, eq=False)
class Bounds:
    """Over the time `at`: the bound of D, what fast gradients attain, the largest of the attacks.

    All of them are divided by eps.
    """

    at: np.ndarray
    bound: np.ndarray
    attained: np.ndarray
    attacked: np.ndarray


@dataclass(frozen=True, eq=False)
class Going:
    """Distances on the gradient 1, ``(times, eps)``, and the time until 1 (inf: not yet)."""

    at: np.ndarray
    eps: np.ndarray
    distances: np.ndarray
    until: np.ndarray


@dataclass(frozen=True, eq=False)
class Factors:
    """D over the time `at` on the gradient 1, for each alpha0, and the limits of the scaled one."""

    at: np.ndarray
    alpha0: tuple[float, ...]
    unscaled: np.ndarray
    scaled: np.ndarray
    limits: np.ndarray


@dataclass(frozen=True, eq=False)
class Origins:
    """Distances to the target over the time `at`, ``(times, origins)``, corrected and as printed.

    The problem is the same one; its origin lies at `origins` below the start.
    """

    at: np.ndarray
    origins: np.ndarray
    corrected: np.ndarray
    printed: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    bounds: Bounds
    going: Going
    factors: Factors
    origins: Origins
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws the attacks; `runs` is not needed."""
    parts = {"bounds": lambda: _bounds(seed), "getting going": _going, "factors": _factors,
             "origins": _origins}
    found, verdicts = gather(parts, progress)
    verdicts |= _settling() | _units()
    return Result(runs, seed, DELTA, *found.values(), verdicts)


def states_of(rule: Any, gradients: Iterable[Any], state: Any = None,
              ) -> tuple[np.ndarray, np.ndarray]:
    """Return the sizes of the steps that a rule makes with the given gradients, and its D."""
    sizes, averages = [], []
    for t, g in enumerate(gradients, start=1):
        state = rule.init(0 * g) if state is None else state
        moved, state = rule.step(0 * g, state, lambda _, g=g: g, t)
        sizes.append(np.abs(moved))
        averages.append(state[1])
    return np.array(sizes), np.array(averages)


# --- bounds ---------------------------------------------------------------------------------------


def _bounds(seed: int) -> tuple[Bounds, Verdicts]:
    """Hold the bounds against gradients that grow fast, and against random ones."""
    at, rng = np.arange(1, BOUND_STEPS + 1), np.random.default_rng(seed)
    bound = says.changes_bound(at, BETA2, EPS)
    sizes, attained = states_of(Adadelta(1.0, BETA2, EPS), FAST)
    shape = (BOUND_STEPS, ATTACKS)
    hostile = rng.standard_normal(shape) * np.exp(3 * rng.standard_normal(shape))
    hostile_sizes, averages = states_of(Adadelta(1.0, BETA2, EPS), hostile)
    before = np.vstack([np.zeros(ATTACKS), averages[:-1]])
    steps = np.max((1 - BETA2) * hostile_sizes**2 / (before + EPS), axis=1)
    fast = (1 - BETA2) * sizes**2 / (np.append(0.0, attained[:-1]) + EPS)
    attacked = np.max(averages, axis=1)
    return Bounds(at, bound / EPS, attained / EPS, attacked / EPS), {
        **certain_witness("bound of D", bound, attained, at),
        "bound of D, random gradients": within(attacked, bound, at),
        "bound of a squared change, fast gradients": certain(fast, np.ones(len(at)), at),
        "bound of a squared change, random gradients": within(steps, np.ones(len(at)), at),
        "control: bound of D, one step earlier": within(attained[1:], bound[:-1], at[1:]),
        "control: D only averages, and stays below eps/(1 - beta2)": within(
            attained, np.full(len(at), EPS / (1 - BETA2)) * (1 - BETA2**at), at),
    }


# --- getting going --------------------------------------------------------------------------------


def _going() -> tuple[Going, Verdicts]:
    """Go along a constant gradient with several eps."""
    at, ones = np.arange(1, GOING_STEPS + 1), np.ones((GOING_STEPS, len(GOING_EPS)))
    sizes, averages = states_of(Adadelta(1.0, BETA2, GOING_EPS), ones)
    distances = np.cumsum(sizes, axis=0)
    until = np.where(distances[-1] >= 1, 1.0 + np.argmax(distances >= 1, axis=0), np.inf)
    first2 = says.first_step2(1.0, BETA2, GOING_EPS, 1.0)
    most = np.sqrt(GOING_EPS / (1 - BETA2))
    still, _ = states_of(Adadelta(1.0, BETA2, 0.0), np.ones(50))
    large, _ = states_of(Adadelta(1.0, BETA2, EPS), np.array([1e3]))
    larger, _ = states_of(Adadelta(1.0, BETA2, EPS), np.array([1e9]))
    little, _ = states_of(Adadelta(1.0, BETA2, EPS), np.array([1e-3]))
    before = np.vstack([np.zeros(len(GOING_EPS)), averages[:-1]])[:, 2]
    squares = 1 - BETA2**at
    rate = np.sqrt((before + EPS) / (squares + EPS))
    return Going(at, GOING_EPS, distances, until), {
        **certain_witness("squared first step", first2, sizes[0] ** 2, GOING_EPS),
        "first step, at most": within(sizes[0], most, GOING_EPS),
        "first step, at least": within(most**2 * (1 - GOING_EPS / (1 - BETA2)), sizes[0] ** 2,
                                       GOING_EPS),
        "effective rate on a constant gradient": certain(sizes[:, 2], rate, at),
        "control: effective rate with the newest D": certain(
            sizes[:, 2], np.sqrt((averages[:, 2] + EPS) / (squares + EPS)), at),
        "without eps it stands still": certain(1 + still, np.ones(50), np.arange(1, 51)),
        "first steps of large gradients": certain(1 + large, 1 + larger, [1]),
        "control: first steps of large and small gradients": certain(1 + large, 1 + little, [1]),
        "refuted: the learning rate chooses itself, not eps": certain(
            sizes[0], np.full(len(GOING_EPS), sizes[0, 0]), GOING_EPS),
    }


def _settling() -> Verdicts:
    """Follow D where s has settled; its formula speaks of the part that is left of it."""
    rule, at = Adadelta(1.0, BETA2, LARGE_EPS), np.arange(1, SETTLED_STEPS + 1)
    _, averages = states_of(rule, np.ones(SETTLED_STEPS), (1.0, 0.0))
    time = says.settling_time(BETA2, LARGE_EPS, 1.0)
    return {
        **certain_witness("settling time", [time], [1 / averages[0]], [1]),
        "D nears g^2": certain(1 - averages, (1 - 1 / time) ** at, at),
        "control: D nears g^2 with beta2": certain(1 - averages, BETA2**at, at),
    }


# --- the factor alpha0 ----------------------------------------------------------------------------


def _factors() -> tuple[Factors, Verdicts]:
    """Follow D on a constant gradient, averaged with and without alpha0."""
    at, every = np.arange(1, FACTOR_STEPS + 1), (*FACTORS, TOO_LARGE)
    unscaled, scaled = (states_of(Adadelta(np.array(every), BETA2, LARGE_EPS, scaled=with_factor),
                                  np.ones((FACTOR_STEPS, 3)))[1] for with_factor in (False, True))
    limits = says.scaled_limit(np.array(FACTORS), LARGE_EPS, 1.0)
    rule = Adadelta(1.0, BETA2, LARGE_EPS, scaled=True)
    above, below = (states_of(rule, [1.0], (1.0, D))[1][0] for D in (1.0, 0.0))
    threshold = (1 - BETA2) / (above - below - BETA2)
    grown = (1 - BETA2) * LARGE_EPS * at
    return Factors(at, every, unscaled, scaled, limits), {
        **certain_witness("limit of the scaled D", limits, scaled[-1, :2], FACTORS),
        **certain_witness("squared factor from which it grows",
                          [says.largest_factor2(1.0, LARGE_EPS)], [threshold], [1]),
        "limit of the unscaled D": certain(unscaled[-1], np.ones(3), every),
        "growth of the scaled D": within(grown, scaled[:, 2], at),
        "control: growth of the unscaled D": within(grown, unscaled[:, 2], at),
        "refuted: alpha0 only scales the steps": certain(scaled[-1, :2], unscaled[-1, :2], FACTORS),
    }


# --- the origin, and units ------------------------------------------------------------------------


def _path(rule: Any, origin: float) -> np.ndarray:
    """Return the distances to the target from a start at `origin`, on a parabola."""
    target = origin + TARGET
    return np.abs(iterates(rule, np.array(origin), lambda w: w - target, PATH_STEPS) - target)


def _origins() -> tuple[Origins, Verdicts]:
    """Move the origin: the problem is the same."""
    at = np.arange(PATH_STEPS + 1)
    corrected, printed = (np.column_stack([_path(rule, origin) for origin in ORIGINS]) for rule in (
        Adadelta(1.0, BETA2, EPS), AdadeltaAsStated(1.0, BETA2, EPS)))
    return Origins(at, ORIGINS, corrected, printed), {
        "the corrected rule, from another origin": certain(
            corrected[:, 1:].ravel(), np.repeat(corrected[:, 0], 2), np.repeat(at, 2)),
        "refuted: the printed rule, from another origin": certain(
            printed[:, 1:].ravel(), np.repeat(printed[:, 0], 2), np.repeat(at, 2)),
        "control: the printed rule is the corrected one": certain(
            printed[:, 0], corrected[:, 0], at),
    }


def _units() -> Verdicts:
    """Take other units: one eps does not know them, and without eps there is no step to compare."""
    scales = 2.0 ** np.arange(-8, 9)
    sizes = np.array([states_of(Adadelta(1.0, BETA2, EPS), np.full(20, 1.0 / c))[0].sum() / c
                      for c in scales])
    same = np.full(len(scales), sizes[8])
    return {"refuted: with one eps the same path in other units": certain(sizes, same, scales)}


# --- the picture ----------------------------------------------------------------------------------


def draw_going(result: Result, ax: Any) -> None:
    r"""Draw how far it gets.

    How far Adadelta has come under the gradient 1, over time, for four values of $\varepsilon$:
    the first step is about the root of $\varepsilon/(1-\beta_2)$, marked, and $\varepsilon$
    alone decides how long it takes to get going.
    """
    found, some = result.going, np.unique(np.geomspace(1, GOING_STEPS, 60).astype(int)) - 1
    looks = ("exact", "smooth", "slide", "limit")
    for column, look in enumerate(looks):
        eps = f"$10^{{{np.log10(found.eps[column]):.0f}}}$"
        ax.plot(found.at[some], found.distances[some, column], label=rf"$\varepsilon$ = {eps}",
                **role(look))
    ax.plot(1 + 0 * found.eps, np.sqrt(found.eps / (1 - BETA2)),
            label=r"$\sqrt{\varepsilon/(1 - \beta_2)}$", **marks("measured"))
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (steps)", ylabel="distance from the start",
           title="The gradient 1: getting going")
    ax.legend(loc="upper left")


def draw_factors(result: Result, ax: Any) -> None:
    r"""Draw D with and without alpha0.

    The average D of squared changes under the gradient 1. If the factor $\alpha_0$ is averaged
    too, a factor of 1/2 makes D stall at the scale of $\varepsilon$ and 1.1 makes it grow
    without bound; without it D comes to 1 for each of them.
    """
    found, some = result.factors, np.unique(np.geomspace(1, 1500, 80).astype(int)) - 1
    looks = ("smooth", "exact", "slide")
    for column, (alpha0, look) in enumerate(zip(found.alpha0, looks, strict=True)):
        ax.plot(found.at[some], found.scaled[some, column],
                label=rf"with $\alpha_0$ = {alpha0:g} in it", **role(look))
    ax.plot(found.at[some[::6]], found.unscaled[some[::6], 0], label="without, for each of them",
            **marks("measured"))
    ax.axhline(found.limits[0], label=rf"limit with $\alpha_0$ = {found.alpha0[0]:g}",
               **role("limit"))
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (steps)", ylabel="$D_t$",
           title=rf"The gradient 1, $\varepsilon$ = {LARGE_EPS}: what $\alpha_0$ does")
    ax.legend(loc="upper left")


def draw_bounds(result: Result, ax: Any) -> None:
    r"""Draw the bound on D.

    The largest possible D over $\varepsilon$: the bound, gradients that grow fast enough to
    come near it, and random attacks.
    """
    found = result.bounds
    ax.plot(found.at, found.bound, label=r"$((1 + \beta_2)^t - 1)/\beta_2$", **role("exact"))
    ax.plot(found.at, found.attained, label="gradients that grow fast", **marks("measured"))
    ax.plot(found.at, found.attacked, label=f"largest of {ATTACKS} random sequences",
            **marks("measured too"))
    ax.set(yscale="log", xlabel="time $t$ (steps)", ylabel=r"$D_t/\varepsilon$",
           title=rf"The average of squared changes, $\beta_2$ = {BETA2}")
    ax.legend(loc="upper left")


def draw_origins(result: Result, ax: Any) -> None:
    """Draw the distance to the target, as printed and corrected.

    The distance to the minimiser of a parabola from three starts, each 1 away. As printed, with
    the squared parameters in the average, the path depends on where the origin lies; the
    corrected rule makes the same steps from each.
    """
    found = result.origins
    looks = ("smooth", "limit", "slide")
    for column, look in enumerate(looks):
        ax.plot(found.at, found.printed[:, column],
                label=f"as printed, from {found.origins[column]:g}", **role(look))
    ax.plot(found.at, found.corrected[:, 0], label="corrected, from each of them", **role("exact"))
    ax.set(ylim=(0, 15), xlabel="time $t$ (steps)", ylabel="distance to the minimiser",
           title="A parabola whose minimiser is 1 from the start")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.bounded_changes, "bound of D, random gradients"),
    Measurement(says.bounded_change, "bound of a squared change, random gradients"),
    Measurement(says.first_step, "squared first step, attained"),
    Measurement(says.first_at_most, "first step, at most"),
    Measurement(says.first_at_least, "first step, at least"),
    Measurement(says.rate, "effective rate on a constant gradient"),
    Measurement(says.frozen, "without eps it stands still"),
    Measurement(says.settling, "D nears g^2"),
    Measurement(says.scaled_settles, "limit of the scaled D, attained"),
    Measurement(says.unscaled_settles, "limit of the unscaled D"),
    Measurement(says.scaled_overflows, "growth of the scaled D"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.changes_bound: ("bound of D",),
    says.first_step2: ("squared first step",),
    says.scaled_limit: ("limit of the scaled D",),
    says.largest_factor2: ("squared factor from which it grows",),
    says.settling_time: ("settling time",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_going, draw_factors, draw_bounds, draw_origins)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
