"""Gradient descent without noise, followed step by step [slide 16].

The bound r^(2t) with r = max(|1 - alpha c|, |1 - alpha L|) is attained at every step, for short
steps on the quadratic of curvature c and for long ones on that of curvature L; over the step size
r has its kink at 2/(c + L) and passes 1 at 2/L, from where on the distance grows. On a quadratic
with both curvatures, ridge regression and logistic regression of real data it holds with room.
On the double well w^4 - w^2, which is not convex, the gradient vanishes at a maximum.

Nothing is random but the starts on the real data, so that every verdict is exact to 1e-12.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, within

import sgdtheory as st
from sgdtheory import data, script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD
from sgdtheory.picture import marks, role
from sgdtheory.theory import gradient_descent as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

C, L = 1.0, 4.0
SHORT, LONG, TOO_LONG, STEPS = 0.2, 0.45, 2.1 / L, 40
ALPHAS, ALPHA_STEPS = np.arange(2, 62, 2) / 100, 10
DATA_L2, DATA_STEPS, EARLY_STEPS, STARTS = 0.1, 150, 50, 8
WELL_ALPHA, WELL_STEPS, WELL_START = 0.1, 80, 1e-3


@dataclass(frozen=True)
class Orbits:
    """Squared distances over `at`, ``(k,)`` each, on quadratics with curvatures in [1, 4].

    `SHORT` and `LONG` have the same bound; `short` is measured on curvature c, `long` on curvature
    L, `mixed` on both curvatures with the short step and `beyond` on L with a step above 2/L.
    """

    at: np.ndarray
    bound: np.ndarray
    short: np.ndarray
    long: np.ndarray
    mixed: np.ndarray
    beyond: np.ndarray


@dataclass(frozen=True)
class Factors:
    """Over the step size `at`: the factor by formula, and measured on each quadratic."""

    at: np.ndarray
    formula: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mixed: np.ndarray
    kink: float
    limit: float


@dataclass(frozen=True)
class Fit:
    """Real data: squared distances over `at`, as fractions of the start.

    `measured` starts at 0; `worst` is the largest over starts at random on the ball around w*.
    """

    at: np.ndarray
    bound: np.ndarray
    measured: np.ndarray
    worst: np.ndarray
    factor: float


@dataclass(frozen=True)
class Well:
    """Iterates on the double well: from the maximum, and from either side of it."""

    at: np.ndarray
    top: np.ndarray
    right: np.ndarray
    left: np.ndarray
    bottom: float


@dataclass(frozen=True)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    orbits: Orbits
    factors: Factors
    ridge: Fit
    logistic: Fit
    well: Well
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws the starts, `runs` and `executor` are not needed.

    Without noise one replica says what any number would.
    """
    parts = {"quadratics": _orbits, "step sizes": _factors, "ridge": lambda: _ridge(seed),
             "logistic": lambda: _logistic(seed), "double well": _well}
    found, verdicts = [], {}
    for done, (what, part) in enumerate(parts.items(), start=1):
        arrays, judged = part()
        found.append(arrays)
        verdicts |= judged
        if progress:
            progress(done, len(parts), what)
    return Result(runs, seed, DELTA, *found, verdicts)


def _path(problem: Any, alpha: Any, steps: int, w0: Any = None) -> np.ndarray:
    """Return the iterates of the package's rule with the full gradient, (steps + 1, dim, ...)."""
    return st.optimizers.iterates(SGD(alpha), problem.w0 if w0 is None else w0, problem.grad, steps)


def distance2(problem: Any, path: np.ndarray) -> np.ndarray:
    """Return the squared distances to the minimiser of iterates (k, dim) or (k, dim, starts)."""
    centre = problem.w_star.reshape(-1, *(1,) * (path.ndim - 2))
    return np.sum((path - centre) ** 2, axis=1)


# --- quadratics ----------------------------------------------------------------------------------


def quadratics() -> tuple[Any, Any, Any]:
    """Return the quadratics of curvature c, of curvature L and of both, without noise."""
    low, high, mixed = (st.problems.quadratic(curvatures, sigma2=0.0)
                        for curvatures in ([C], [L], [C, L]))
    return low, high, mixed


def _orbits() -> tuple[Orbits, Verdicts]:
    low, high, mixed = quadratics()
    at = np.arange(STEPS + 1)
    short, long, both, beyond = (
        distance2(problem, _path(problem, alpha, STEPS))
        for problem, alpha in ((low, SHORT), (high, LONG), (mixed, SHORT), (high, TOO_LONG)))
    bounds = [says.distance2(at, 1.0, alpha, C, L) for alpha in (SHORT, LONG)]
    still = distance2(high, _path(high, 2 / L, STEPS))
    return Orbits(at, bounds[0], short, long, both, beyond), {
        **_attained("bound, curvature c, short step", short, SHORT),
        **_attained("bound, curvature L, long step", long, LONG),
        "bound, both curvatures": within(both, bounds[0], at),
        "exact value, both curvatures":
            certain(both, st.exact.distance2(mixed, SGD(SHORT), times=at), at),
        "control: bound, both curvatures, attained": certain(both, bounds[0], at),
        "control: |1 - alpha c| only, long step": within(long, abs(1 - LONG * C) ** (2 * at), at),
        "control: |1 - alpha L| only, short step":
            within(short, abs(1 - SHORT * L) ** (2 * at), at),
        "no progress at alpha = 2/L": certain(still, np.ones(len(at)), at),
        "bound beyond 2/L, attained": certain(beyond, says.distance2(at, 1.0, TOO_LONG, C, L), at),
        "control: the distance falls beyond 2/L": within(beyond[1:], beyond[:-1], at[1:]),
    }


def _attained(name: str, measured: np.ndarray, alpha: float) -> Verdicts:
    """Return the verdicts where the bound is the truth: two-sided, with slips as controls."""
    t = np.arange(len(measured))
    bound, r = says.distance2(t, 1.0, alpha, C, L), says.contraction(alpha, C, L)
    return {
        **certain_witness(name, bound, measured, t),
        f"control: {name}, r for r^2": certain(measured, r**t, t),
        f"control: {name}, t - 1": certain(measured[1:], bound[:-1], t[1:]),
        f"control: {name}, 1e-11 below the truth": within(measured, bound * (1 - 1e-11), t),
        f"control: {name}, 1e-11 too loose": certain(measured, bound * (1 + 1e-11), t),
    }


def _factors() -> tuple[Factors, Verdicts]:
    """Measure the factor a step for every step size: one column each."""
    low, high, mixed = (_factor(problem) for problem in quadratics())
    worst, formula = np.maximum(low, high), says.contraction(ALPHAS, C, L)
    best, least = says.best_step(C, L), (L - C) / (L + C)
    found = ALPHAS[[np.argmin(worst)]]
    return Factors(ALPHAS, formula, low, high, mixed, best, 2 / L), {
        **certain_witness("factor, worst quadratic, over t = alpha", formula, worst, ALPHAS),
        "factor, both curvatures, over t = alpha": within(mixed, formula, ALPHAS),
        "control: factor, |1 - alpha c| only": certain(worst, np.abs(1 - ALPHAS * C), ALPHAS),
        "control: factor, |1 - alpha L| only": certain(worst, np.abs(1 - ALPHAS * L), ALPHAS),
        "control: factor, r^2 for r": certain(worst, formula**2, ALPHAS),
        **certain_witness("best step 2/(c + L)", [best], found, found),
        "least factor (L - c)/(L + c)": certain([worst.min()], [least], found),
        "control: best step 1/L": certain(found, [1 / L], found),
        "control: least factor 1 - c/L": certain([worst.min()], [1 - C / L], found),
    }


def _factor(problem: Any) -> np.ndarray:
    start = np.repeat(problem.w0[:, None], len(ALPHAS), axis=1)
    d = distance2(problem, _path(problem, ALPHAS, ALPHA_STEPS, start))
    return (d[-1] / d[0]) ** (1 / (2 * ALPHA_STEPS))


# --- real data -----------------------------------------------------------------------------------


def _ridge(seed: int) -> tuple[Fit, Verdicts]:
    """Descend on ridge regression, where a batch of all rows gives the exact value as well."""
    table = data.read_table(data.path("diabetes"), target="y")
    problem = st.problems.ridge(table.X, table.y, DATA_L2)
    fit, verdicts = _fit("ridge", problem, seed)
    rule = SGD(says.best_step(problem.c, problem.L))
    early = fit.at[: EARLY_STEPS + 1]
    exact = st.exact.distance2(problem, rule, problem.n, times=early, replace=False)
    ours = distance2(problem, _path(problem, TOO_LONG * L / problem.L, DATA_STEPS))
    return fit, {
        **verdicts,
        "exact value, ridge": certain(fit.measured[early] * exact[0], exact, early),
        "control: ridge descends beyond 2/L": within(ours, np.full(len(ours), ours[0]), fit.at),
    }


def _logistic(seed: int) -> tuple[Fit, Verdicts]:
    """Descend on logistic regression, and hold the loss against its quadratic floor."""
    table = data.read_table(data.path("breast_cancer"), target="y")
    problem = st.problems.logistic(table.X, table.y, DATA_L2)
    fit, verdicts = _fit("logistic", problem, seed)
    path = _path(problem, says.best_step(problem.c, problem.L), DATA_STEPS)
    loss, rise = problem.loss(path.T), distance2(problem, path) / 2
    least = problem.loss(problem.w_star)
    return fit, {
        **verdicts,
        "loss above its quadratic floor, logistic":
            within(least + problem.c * rise, loss, fit.at),
        "control: loss above a floor of curvature L, logistic":
            within(least + problem.L * rise, loss, fit.at),
    }


def _fit(name: str, problem: Any, seed: int) -> tuple[Fit, Verdicts]:
    """Descend with the best step from 0 and from random points on the ball around w*."""
    directions = np.random.default_rng(seed).standard_normal((problem.dim, STARTS))
    directions *= problem.radius / np.linalg.norm(directions, axis=0)
    starts = np.column_stack([problem.w0, problem.w_star[:, None] + directions])
    alpha, t = says.best_step(problem.c, problem.L), np.arange(DATA_STEPS + 1)
    d = distance2(problem, _path(problem, alpha, DATA_STEPS, starts))
    d, r = d / d[0], says.contraction(alpha, problem.c, problem.L)
    bound, worst = says.distance2(t, 1.0, alpha, problem.c, problem.L), d.max(axis=1)
    return Fit(t, bound, d[:, 0], worst, float(r)), {
        f"bound, {name}": within(worst, bound, t),
        f"control: bound, {name}, 20% faster": within(worst, bound**1.2, t),
        f"control: bound, {name}, r^4 for r^2": within(worst, r ** (4 * t), t),
    }


# --- not convex ----------------------------------------------------------------------------------


def well_loss(w: Any) -> Any:
    """Return the double well ``w^4 - w^2``, whose minima are at ``+-1/sqrt(2)``."""
    return w**4 - w**2


def well_gradient(w: Any) -> Any:
    """Return its derivative, which vanishes at the minima and at the maximum 0."""
    return 4 * w**3 - 2 * w


def _well() -> tuple[Well, Verdicts]:
    """Descend from the maximum and from beside it; losses are judged 1 higher, to be positive."""
    starts = np.array([0.0, WELL_START, -WELL_START])
    path = st.optimizers.iterates(SGD(WELL_ALPHA), starts, well_gradient, WELL_STEPS)
    at, lifted, bottom = np.arange(len(path)), 1 + well_loss(path), np.sqrt(0.5)
    return Well(at, *path.T, float(bottom)), {
        "at rest on a maximum, double well": certain(lifted[:, 0], np.ones(len(at)), at),
        "refuted: where the gradient vanishes is the solution, double well":
            within(lifted[:, 0], lifted[:, 1], at),
        "bottom reached from beside, double well":
            certain(lifted[-1:, 1], [1 + well_loss(bottom)], at[-1:]),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_orbits(result: Result, ax: Any) -> None:
    """Draw the squared distance over time on the quadratics.

    Squared distance to the minimiser over the steps of gradient descent on quadratics. The
    bound (dashed) is the truth at every step: curvature $c$ attains it with the short step size
    and curvature $L$ with the long one. With a step size just above $2/L$ the distance grows
    without limit.
    """
    found = result.orbits
    ax.plot(found.at, found.beyond, label=r"curvature $L$, $\alpha = 2.1/L$: diverges",
            **role("other"))
    ax.plot(found.at, found.bound, label=r"bound, $\alpha$ = 0.2 and 0.45", **role("slide"))
    ax.plot(found.at[::4], found.short[::4], label=r"curvature $c$, $\alpha$ = 0.2",
            **marks("measured"))
    ax.plot(found.at[2::4], found.long[2::4], label=r"curvature $L$, $\alpha$ = 0.45",
            **marks("measured too"))
    ax.plot(found.at, found.mixed, label=r"both curvatures, $\alpha$ = 0.2", **role("exact"))
    ax.set(yscale="log", xlabel="time $t$ (steps)", ylabel="$|w_t - w^*|^2$", ylim=(1e-9, 1e7),
           title=f"The bound is attained, $c$ = {C:g}, $L$ = {L:g}")
    ax.legend(loc="upper left", ncols=2)


def draw_factors(result: Result, ax: Any) -> None:
    """Draw the factor a step over the step size, with its kink and its limit.

    Factor by which a step multiplies the distance, over the step size. The formula $r$ (dashed)
    is the larger of the factors of the two curvatures; it is least at $2/(c+L)$, and from $2/L$
    on gradient descent no longer converges.
    """
    found = result.factors
    ax.axhline(1.0, **role("limit"))
    ax.plot(found.at, found.formula, label=r"$r = \max(|1-\alpha c|, |1-\alpha L|)$",
            **role("slide"))
    ax.plot(found.at[::2], found.low[::2], label="curvature $c$", **marks("measured"))
    ax.plot(found.at[1::2], found.high[1::2], label="curvature $L$", **marks("measured too"))
    ax.plot(found.at, found.mixed, label=f"both, {ALPHA_STEPS} steps", **role("exact"))
    for alpha, label in ((found.kink, r"best, $\frac{2}{c+L}$"), (found.limit, r"$\frac{2}{L}$")):
        ax.axvline(alpha, **role("limit"))
        ax.annotate(label, (alpha, 0.0), (-3, 6), textcoords="offset points", ha="right",
                    fontsize=9)
    ax.annotate("diverges", (found.at[-1], 1.0), (0, -4), textcoords="offset points",
                ha="right", va="top", fontsize=8)
    ax.set(xlabel=r"step size $\alpha$", ylabel="factor a step", ylim=(0, 1.85),
           title=f"The factor over the step size, $c$ = {C:g}, $L$ = {L:g}")
    ax.legend(loc="upper left", ncols=2)


def draw_data(result: Result, ax: Any) -> None:
    """Draw the squared distance on the real data against the bound.

    Squared distance as a fraction of the start on two regressions with real data, at the best
    step size. From every start it stays below the bound, and the worst starts fall about as
    fast as the bound says.
    """
    for fit, what, look, line in ((result.ridge, "ridge", "measured", "slide"),
                                  (result.logistic, "logistic", "measured too", "smooth")):
        ax.plot(fit.at, fit.bound, label=f"bound, {what}, $r$ = {fit.factor:.3f}", **role(line))
        ax.plot(fit.at[::10], fit.worst[::10], label=f"worst of {STARTS + 1} starts, {what}",
                **marks(look))
        ax.plot(fit.at, fit.measured, label=f"from 0, {what}",
                **role("exact" if what == "ridge" else "other"))
    ax.set(yscale="log", xlabel="time $t$ (steps)", ylabel="$|w_t - w^*|^2 / |w_0 - w^*|^2$",
           ylim=(1e-11, 1e4), title=r"Real data, full gradients, $\alpha = 2/(c+L)$")
    ax.legend(loc="upper right", ncols=2)


def draw_well(result: Result, ax: Any) -> None:
    """Draw the iterates on the double well.

    Iterates over the steps on a loss that is not convex. From the maximum nothing moves, for
    the gradient vanishes there; from either side of it gradient descent runs to a minimum.
    Where the gradient vanishes need not be the solution.
    """
    found = result.well
    ax.axhline(found.bottom, label=r"minima, $\pm 1/\sqrt{2}$", **role("limit"))
    ax.axhline(-found.bottom, **role("limit"))
    ax.plot(found.at[::3], found.top[::3], label="from the maximum 0", **marks("measured"))
    ax.plot(found.at, found.right, label=f"from {WELL_START:g}", **role("exact"))
    ax.plot(found.at, found.left, label=f"from {-WELL_START:g}", **role("other"))
    ax.set(xlabel="time $t$ (steps)", ylabel="$w_t$", ylim=(-0.95, 0.95),
           title=f"Double well $w^4 - w^2$, $\\alpha$ = {WELL_ALPHA:g}: the gradient is 0 at 0")
    ax.legend(loc="center right", bbox_to_anchor=(1.0, 0.68))


MEASURED = (
    Measurement(says.stationary_points_as_stated,
                "refuted: where the gradient vanishes is the solution, double well"),
    Measurement(says.stationary_is_minimal, "loss above its quadratic floor, logistic"),
    Measurement(says.converges, "bound, curvature c, short step, attained"),
    Measurement(says.converges, "bound, curvature L, long step, attained"),
    Measurement(says.converges, "bound, ridge"),
    Measurement(says.converges, "bound, logistic"),
    Measurement(says.converges, "factor, worst quadratic, over t = alpha, attained"),
    Measurement(says.best_rate, "best step 2/(c + L), attained"),
    Measurement(says.best_rate, "least factor (L - c)/(L + c)"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.contraction: ("factor, worst quadratic, over t = alpha",),
    says.distance2: ("bound, curvature c, short step", "bound, curvature L, long step"),
    says.best_step: ("best step 2/(c + L)",),
}
"""Where each formula is attained: a 5 % that is planted there must be caught on both sides."""

PANELS = (draw_orbits, draw_factors, draw_data, draw_well)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
