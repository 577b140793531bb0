"""Minibatches, measured: variance, noise ball and step size over the batch size [slides 22-23].

The variance of a minibatch gradient at a fixed point of ridge regression on real data, with and
without replacement; the ball over the batch size, whose floor is real for losses with kinks and
an artefact of the bound for smooth ones; the largest step size for a given radius, which grows
with the batch size up to about sigma^2/mu^2.

Long because it has six panels.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Deviation,
    Sampler,
    band,
    certain,
    side_by_side,
    witness,
)
from sgdtheory.simulations.median_law import with_variance

import sgdtheory as st
from sgdtheory import data, script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD
from sgdtheory.picture import marks, role
from sgdtheory.theory import minibatch as says
from sgdtheory.theory import noise_ball
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 400)
FEW_ROWS, FEW_SIZES = 8, (1, 2, 3, 4, 5, 6, 7)
RIDGE_L2, RIDGE_ALPHA, RIDGE_STEPS = 0.1, 0.01, 200
RIDGE_SIZES = ((1, True), (4, True), (16, True), (4, False), (64, False))
MEDIAN_ALPHA, MEDIAN_STEPS, MEDIAN_SIZES = 0.1, 20, (1, 4, 16, 64, 256)
MAX_ALPHA, MAX_DIMS = 0.05, (2, 4, 8, 16, 32, 64, 125, 250, 500, 1000)
TWO_POINT_ALPHA = Fraction(1, 2)
STEP_DIM, STEP_RADIUS, STEP_TARGET, STEP_SIZES = 16, 0.25, 0.01, (1, 4, 16, 64, 256)


@dataclass(frozen=True)
class Variances:
    """The variance of a minibatch gradient over B, ``(k,)`` each: formula and measurement."""

    n: int
    with_replacement: Band
    formula: np.ndarray
    without_replacement: Band
    formula_without: np.ndarray


@dataclass(frozen=True)
class Balls:
    """Squared radii over B: the bounds, exact values, the measured one at its own B.

    `without` is the exact value without replacement, `attained` that of the orthant function.
    """

    at: np.ndarray
    slide: np.ndarray
    floor: float
    smooth: np.ndarray
    exact: np.ndarray
    without: np.ndarray
    attained: np.ndarray
    measured: Band
    measured_exact: np.ndarray


@dataclass(frozen=True)
class Floor:
    """The maximum function without noise over its dimension: ``D / (alpha mu2 / 2c)``."""

    dims: np.ndarray
    measured: np.ndarray
    formula: np.ndarray


@dataclass(frozen=True)
class StepSizes:
    """The largest step size for a target radius over B: by the bound, and exactly."""

    at: np.ndarray
    bound: np.ndarray
    exact: np.ndarray
    critical: float
    target: float
    tried: np.ndarray
    reached: Band


@dataclass(frozen=True)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    patients: Variances
    few: Variances
    median: Balls
    ridge: Balls
    floor: Floor
    steps: StepSizes
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything; variances and the median get `runs` times 4 to 32."""
    sampler = Sampler(seed, executor, progress)
    table = data.read_table(data.path("diabetes"), target="y")
    patients, on_patients = _variances(sampler, "442 rows", table.X, table.y, SIZES, 4 * runs)
    few, on_few = _variances(sampler, f"{FEW_ROWS} rows", table.X[:FEW_ROWS], table.y[:FEW_ROWS],
                             FEW_SIZES, 16 * runs)
    median, on_median = _median(sampler, 32 * runs)
    ridge, on_ridge = _ridge(sampler, runs)
    floor, on_floor = _floor()
    steps, on_steps = _step_sizes(sampler, runs)
    return Result(runs, seed, DELTA, patients, few, median, ridge, floor, steps,
                  {**on_patients, **on_few, **on_median, **on_floor, **on_ridge, **on_steps})


# --- the variance at a fixed point ---------------------------------------------------------------


def _variances(sampler: Sampler, name: str, X: Any, y: Any, sizes: tuple[int, ...],
               runs: int) -> tuple[Variances, Verdicts]:
    """Measure the variance at w = 0 for every B, with and without replacement."""
    problem, B = st.problems.ridge(X, y, RIDGE_L2), np.array(sizes)
    variance = float(problem.variance(problem.w0))
    formulas = (says.variance(variance, B),
                says.variance_without_replacement(variance, B, problem.n))
    found, verdicts = [], {}
    for formula, kept in zip(formulas, (True, False), strict=True):
        what = f"variance {'with' if kept else 'without'} replacement, {name}, over t = B"
        sample = _deviations(sampler, what, problem, B, runs, kept)
        found += [band(sample), formula]
        verdicts |= witness(what, formula, sample)
        verdicts |= _wrong(what, variance, B, problem.n, sample, kept)
    return Variances(problem.n, *found), verdicts


def _wrong(what: str, variance: float, B: Any, n: int, sample: Any, kept: bool) -> Verdicts:
    """Return the verdicts on formulas with a slip in them: controls."""
    if kept:
        return {f"control: {what}, sigma2/B^2": st.judge_equal(variance / B**2, sample, DELTA)}
    if n > FEW_ROWS:
        return {f"control: {what}, sigma2/B": st.judge_equal(variance / B, sample, DELTA)}
    slip = variance / B * (n - B) / n
    return {f"control: {what}, n for n - 1": st.judge_equal(slip, sample, DELTA)}


def _deviations(sampler: Sampler, what: str, problem: Any, B: Any, runs: int,
                kept: bool) -> Replicas:
    """Return ``|G - E G|^2`` at the start of `problem` for each B, with its exact variance."""
    rule = Deviation(problem.grad(problem.w0))
    columns = [sampler(f"{what} = {b}", problem, rule, B=int(b), steps=1, times=[1], runs=runs,
                       replace=kept, project=False) for b in B]
    rows = np.arange(problem.n)[None, :]
    e = np.repeat((problem.w0 - problem.w_star)[:, None], problem.n, axis=1)
    each = problem.batch_grad_error(e, rows) - rule.mean[:, None]
    spread = [variance_of_square(each, int(b), kept) for b in B]
    return replace(side_by_side(columns, B), variance=np.array(spread))


def variance_of_square(each: np.ndarray, B: int, kept: bool) -> float:
    """Return the variance of ``|mean of B|^2``, drawn from the columns of `each` (dim, n).

    The columns must sum to 0. With ``A = sum |x|^4``, ``T = sum |x|^2`` and ``P = T^2 + 2 sum
    (x_i.x_j)^2``, the fourth moment of the sum of B weighs the ways in which four draws coincide.
    """
    n, gram = each.shape[1], each.T @ each
    A, T = float(np.sum(np.diag(gram) ** 2)), float(np.trace(gram))
    P = T**2 + 2 * float(np.sum(gram**2))
    if kept:
        fourth, second = B * A / n + B * (B - 1) * P / n**2, B * T / n
    else:
        p = np.cumprod([(B - i) / (n - i) if n > i else 0.0 for i in range(4)])
        fourth = p[0] * A + p[1] * (P - 7 * A) + p[2] * (12 * A - 2 * P) + p[3] * (P - 6 * A)
        second = B * T / n * (n - B) / (n - 1)
    return float(max(fourth - second**2, 0.0) / B**4)


# --- the ball over the batch size ----------------------------------------------------------------


def _bounds(problem: Any, alpha: float, B: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return the slide's ball, its floor and the smooth ball over B."""
    slide = noise_ball.radius2(alpha, problem.sigma2, B, problem.mu2, problem.c)
    floor = noise_ball.radius2(alpha, 0.0, 1, problem.mu2, problem.c)
    smooth = noise_ball.smooth_radius2(alpha, problem.sigma2, B, problem.c, problem.L)
    return slide, float(floor), smooth


def _median(sampler: Sampler, runs: int) -> tuple[Balls, Verdicts]:
    """Measure the ball of the median for every B, next to a loss with kinks that attains it.

    It starts at the minimiser, from where the ball is filled soonest: up to 0.64^20.
    """
    problem, rule, B = st.problems.median(1.0), SGD(MEDIAN_ALPHA), np.array(MEDIAN_SIZES)
    centre = problem.w_star
    late = {"steps": MEDIAN_STEPS, "times": [MEDIAN_STEPS], "w0": centre, "project": False}
    columns = [with_variance(sampler(f"median, B = {b}", problem, rule, B=b, runs=runs, **late),
                             problem) for b in MEDIAN_SIZES]
    sample = side_by_side(columns, B)
    exact = np.array([st.exact.distance2(problem, rule, b, times=[MEDIAN_STEPS], w0=centre)[0]
                      for b in MEDIAN_SIZES])
    slide, floor, smooth = _bounds(problem, MEDIAN_ALPHA, B)
    attained = np.array([_attained(problem, MEDIAN_ALPHA, b) for b in MEDIAN_SIZES])
    t, noise = MEDIAN_STEPS, (MEDIAN_ALPHA, problem.sigma2, B)
    bound = noise_ball.distance2(t, 0.0, *noise, problem.mu2, problem.c)
    smooth_bound = noise_ball.smooth_distance2(t, 0.0, *noise, problem.c, problem.L)
    return Balls(B, slide, floor, smooth, exact, np.full_like(exact, np.nan), attained,
                 band(sample), exact), {
        "slide's bound, median, over t = B": st.judge(bound, sample, DELTA),
        "smooth bound, median, over t = B": st.judge(smooth_bound, sample, DELTA),
        "floor of the bound reached by a loss with kinks": certain(attained, slide, B),
        "refuted: the ball of the median has a floor": st.judge_equal(slide, sample, DELTA),
        **witness("ball, median, over t = B", exact, sample),
    }


def _attained(problem: Any, alpha: float, B: int) -> float:
    """Return ``|w_t|^2`` after 100 steps on the orthant function with the constants of `problem`.

    It starts on the slide's ball and stays there; its noise has variance ``sigma2 / B``.
    """
    ball = noise_ball.radius2(alpha, problem.sigma2, B, problem.mu2, problem.c)
    kinks = st.problems.worst_case.orthant(problem.c, alpha, problem.mu2, problem.sigma2 / B, ball,
                                           steps=100)
    return float(kinks.distances2(np.random.default_rng(0))[-1])


@cache
def _exact_ridge() -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """Return ridge regression of the diabetes data, and what no seed changes.

    These are its balls over B, with and without replacement, and the values that are measured.
    """
    table = data.read_table(data.path("diabetes"), target="y")
    problem, rule = st.problems.ridge(table.X, table.y, RIDGE_L2), SGD(RIDGE_ALPHA)
    exact, without = (np.array([st.exact.limit2(problem, rule, b, replace=kept) for b in SIZES])
                      for kept in (True, False))
    values = np.array([st.exact.distance2(problem, rule, b, times=[RIDGE_STEPS], replace=kept,
                                          w0=problem.w_star)[0] for b, kept in RIDGE_SIZES])
    return problem, exact, without, values


def _ridge(sampler: Sampler, runs: int) -> tuple[Balls, Verdicts]:
    """Compute the ball of ridge regression exactly over B, and measure it from the minimiser."""
    rule, B = SGD(RIDGE_ALPHA), np.array(SIZES)
    problem, exact, without, values = _exact_ridge()
    late = {"steps": RIDGE_STEPS, "times": [RIDGE_STEPS], "w0": problem.w_star}
    columns = [sampler(f"ridge, B = {b}, replace = {kept}", problem, rule, B=b, replace=kept,
                       runs=max(2, runs // 4), project=False, **late) for b, kept in RIDGE_SIZES]
    sample = side_by_side(columns, [b for b, _ in RIDGE_SIZES])
    slide, floor, smooth = _bounds(problem, RIDGE_ALPHA, B)
    return Balls(B, slide, floor, smooth, exact, without, np.full_like(exact, np.nan),
                 band(sample), values), {
        "exact value, ridge, over t = B": st.judge_equal(values, sample, DELTA)}


def orbit(dim: int, alpha: float, k: float = 1.0, c: float = 1.0) -> tuple[float, float]:
    """Return ``|w - w*|^2`` and ``|g|^2`` on the orbit of ``k max_i w_i + c |w|^2 / 2``.

    Gradient descent without noise, from 0 until the start is forgotten: it moves one coordinate
    after the other for ever.
    """
    w = np.zeros(dim)
    for _ in range(dim * round(np.ceil(40 / (alpha * c * dim)))):
        largest = int(np.argmax(w))
        w *= 1 - alpha * c
        w[largest] -= alpha * k
    gradient = c * w
    gradient[int(np.argmax(w))] += k
    return float(np.sum((w + k / (c * dim)) ** 2)), float(np.sum(gradient**2))


def orbit_formula(dim: Any, alpha: float, k: float = 1.0, c: float = 1.0) -> tuple[Any, Any]:
    """Return the closed form of `orbit`: coordinates in geometric progression [theory: P10]."""
    q, d = 1 - alpha * c, np.asarray(dim, dtype=float)
    length2 = alpha**2 * k**2 * (1 + q**d) / ((1 - q**d) * (1 - q**2))
    largest = alpha * k / (1 - q**d) * q ** (d - 1)
    return length2 - k**2 / (c**2 * d), k**2 - 2 * k * c * largest + c**2 * length2


def _floor() -> tuple[Floor, Verdicts]:
    """Return the share of the floor ``alpha mu2 / (2c)`` that the maximum function reaches."""
    dims = np.array(MAX_DIMS)
    measured, slopes = np.array([orbit(d, MAX_ALPHA) for d in MAX_DIMS]).T
    formula, mu2 = orbit_formula(dims, MAX_ALPHA)
    floor = noise_ball.radius2(MAX_ALPHA, 0.0, 1, mu2, 1.0)
    return Floor(dims, measured / floor, formula / floor), {
        "floor, maximum function, over t = dimension": certain(measured, formula, dims),
        "gradients, maximum function, over t = dimension": certain(slopes, mu2, dims)}


# --- the largest step size -----------------------------------------------------------------------


def _step_sizes(sampler: Sampler, runs: int) -> tuple[StepSizes, Verdicts]:
    """Run the isotropic quadratic at the largest step size that the bound allows."""
    problem = st.problems.quadratic([1.0] * STEP_DIM, sigma2=1.0, radius=STEP_RADIUS)
    at = 2.0 ** np.arange(0, 11)
    bound, tried = (says.largest_step(STEP_TARGET, problem.sigma2, B, problem.mu2, problem.c)
                    for B in (at, np.array(STEP_SIZES)))
    columns = []
    for B, alpha in zip(STEP_SIZES, tried, strict=True):
        steps = int(np.ceil(4 / alpha))
        columns.append(sampler(f"largest step, B = {B}", problem, SGD(float(alpha)), B=B,
                               steps=steps, times=[steps], runs=runs))
    sample = side_by_side(columns, STEP_SIZES)
    h2 = problem.c**2 * STEP_TARGET * at
    return StepSizes(at, bound, 2 * h2 / (problem.c * (problem.sigma2 + h2)),
                     problem.sigma2 / problem.mu2, STEP_TARGET, tried, band(sample)), {
        "target radius at the largest step size, over t = B": st.judge(STEP_TARGET, sample, DELTA),
        "control: half the target, over t = B": st.judge(STEP_TARGET / 2, sample, DELTA),
        **_largest_step(sampler, runs)}


def _largest_step(sampler: Sampler, runs: int) -> Verdicts:
    """Run the two-point instance at the largest step size for the radius that it keeps.

    Its constants are made for the step size 1/2, at which it attains the slide's ball. With f
    times that step the mean square is ``1 + f (f - 1)`` times the last at every step, so that it
    must not be projected: the interval would hide a step that is too large.
    """
    problem = st.problems.worst_case.two_point(Fraction(1), TWO_POINT_ALPHA, Fraction(1))
    letters = problem.sigma2, 1, problem.mu2, problem.c
    alpha = says.largest_step(problem.radius**2, *letters)
    sampled = sampler("largest step, two-point", problem, SGD(float(alpha)), steps=40,
                      times=[1, 10, 40], runs=runs, project=False)
    return witness("target radius at the largest step size, two-point",
                   float(problem.radius**2), sampled)


# --- the picture ---------------------------------------------------------------------------------


def _over_B(ax: Any, title: str, **settings: Any) -> None:
    ax.set_xscale("log", base=2)
    ax.set(yscale="log", xlabel="batch size $B$", title=title, **settings)


def draw_variance(result: Result, ax: Any) -> None:
    r"""Draw the variance on all rows of the data.

    Variance of a minibatch gradient on real data over the batch size. With replacement it is
    $\sigma^2/B$, as the slide says; without replacement it is smaller by the factor
    $(n-B)/(n-1)$, which matters once the batch is a fair part of the rows.
    """
    _draw_variances(result.patients, ax)
    _over_B(ax, f"Gradient of ridge regression at $w = 0$, $n$ = {result.patients.n}",
            ylabel="variance (trace)")


def draw_few(result: Result, ax: Any) -> None:
    """Draw the variance on a few rows, where n - 1 differs from n.

    The same variances on so few rows that $n-1$ differs visibly from $n$. The measured values
    lie on the formula with $n-1$ and tell it from the frequent slip with $n$.
    """
    _draw_variances(result.few, ax)
    few = result.few
    B = few.with_replacement.at
    ax.plot(B, few.formula * (few.n - B) / few.n, label="a slip: $n$ for $n-1$", **role("other"))
    ax.set(xlabel="batch size $B$", ylabel="variance (trace)", ylim=(0, None),
           title=f"The same on {few.n} of the rows")
    ax.legend()


def _draw_variances(found: Variances, ax: Any) -> None:
    B = found.with_replacement.at
    ax.plot(B, found.formula, label=r"$\sigma^2/B$", **role("slide"))
    ax.plot(B, found.formula_without, label=r"$(\sigma^2/B)\,(n-B)/(n-1)$", **role("exact"))
    for measured, look, what in ((found.with_replacement, "measured", "with"),
                                 (found.without_replacement, "measured too", "without")):
        ax.errorbar(B, measured.mean, measured.bars, label=f"{what} replacement, measured",
                    **role(look))
    ax.legend()


def draw_median(result: Result, ax: Any) -> None:
    """Draw the ball over B: the floor is real with kinks, not for smooth losses.

    Squared radius of the noise ball over the batch size, for two losses with the same
    constants. The loss with kinks stays on the slide's ball and its floor; on the median
    problem the ball falls as $1/B$ without a floor, close to the bound for smooth losses.
    """
    balls = result.median
    _draw_bounds(balls, ax)
    ax.plot(balls.at, balls.attained, label="loss with kinks (orthant), one run",
            **marks("measured too"))
    ax.plot(balls.at, balls.exact, label="median, exact", **role("exact"))
    ax.errorbar(balls.at, balls.measured.mean, balls.measured.bars, label="median, measured",
                **role("measured"))
    _over_B(ax, rf"Ball over $B$, $\alpha c$ = {2 * MEDIAN_ALPHA:g}, same constants",
            ylabel="squared radius", ylim=(5e-5, 20))
    ax.legend(loc="upper right", ncols=2)


def draw_ridge(result: Result, ax: Any) -> None:
    """Draw the ball of ridge regression over B; above, its measured values have no useful limit.

    Noise ball of ridge regression on real data over the batch size. The slide's ball stops at
    its floor, while the true ball keeps falling with $B$, without replacement faster still: for
    smooth losses the floor belongs to the bound and not to SGD.
    """
    balls = result.ridge
    _draw_bounds(balls, ax)
    ax.plot(balls.at, balls.exact, label="exact, with replacement", **role("exact"))
    ax.plot(balls.at, balls.without, label="exact, without replacement", **role("other"))
    below = [balls.measured.bars[0], np.zeros_like(balls.measured.mean)]
    ax.errorbar(balls.measured.at, balls.measured.mean, below,
                label=f"measured, {RIDGE_STEPS} steps from $w^*$", **role("measured"))
    ax.plot(balls.measured.at, balls.measured_exact, label=f"exact after {RIDGE_STEPS} steps",
            **marks("measured", marker="_", color="black", markersize=9))
    _over_B(ax, rf"Ball over $B$, ridge on the diabetes data, $\alpha$ = {RIDGE_ALPHA:g}",
            ylabel="squared radius", ylim=(1e-6, 300))
    ax.legend(loc="upper right", ncols=2)


def _draw_bounds(balls: Balls, ax: Any) -> None:
    ax.plot(balls.at, balls.slide, label="slide 22's ball", **role("slide"))
    ax.axhline(balls.floor, label=r"its floor $\alpha\mu^2/2c$", **role("limit"))
    ax.plot(balls.at, balls.smooth, label="bound for smooth losses", **role("smooth"))


def draw_floor(result: Result, ax: Any) -> None:
    """Draw how much of the floor the maximum function reaches without any noise.

    Squared distance that gradient descent keeps without any noise, as a fraction of the slide's
    floor, over the dimension. On this loss with kinks it comes close to the whole floor in high
    dimension, so no bound that holds for all losses can do without it.
    """
    floor = result.floor
    ax.axhline(1.0, label=r"the floor $\alpha\mu^2/2c$", **role("limit"))
    ax.plot(floor.dims, floor.formula, label="closed form", **role("exact"))
    ax.plot(floor.dims, floor.measured, label="gradient descent", **marks("measured"))
    ax.set(xscale="log", xlabel="dimension $d$", ylabel=r"$|w_t - w^*|^2$ / floor", ylim=(0, 1.1),
           title=r"$\mathrm{max}_i\,w_i + |w|^2/2$, no noise, "
                 rf"$\alpha c$ = {MAX_ALPHA:g}: the floor is real")
    ax.annotate(f"{floor.measured[-1]:.3f}", (floor.dims[-1], floor.measured[-1]), (2, -14),
                textcoords="offset points", ha="center", fontsize=8)
    ax.legend(loc="lower right")


def draw_steps(result: Result, ax: Any) -> None:
    r"""Draw the largest step size for a target radius.

    Largest step size with which the noise ball stays within a target radius, over the batch
    size. By the slide's ball it grows nearly in proportion to $B$ up to $\sigma^2/\mu^2$ and
    then hardly at all; the numbers at the dots show that the measured ball is smaller than the
    target, so longer steps would do.
    """
    steps = result.steps
    ax.plot(steps.at, steps.bound, label=r"$\alpha_{\max}$ by the slide's ball", **role("slide"))
    ax.plot(steps.at, steps.exact, label=r"$\alpha_{\max}$, exact", **role("exact"))
    ax.plot(steps.reached.at, steps.tried, label="tried: measured radius$^2$ / target",
            **marks("measured"))
    for B, alpha, reached in zip(steps.reached.at, steps.tried, steps.reached.mean, strict=True):
        ax.annotate(f"{reached / steps.target:.2f}", (B, alpha), (14, -9), ha="center",
                    textcoords="offset points", fontsize=8)
    ax.axvline(steps.critical, **role("limit"))
    ax.annotate(r"$B = \sigma^2/\mu^2$", (steps.critical, 0.012), (4, 0),
                textcoords="offset points", fontsize=8)
    _over_B(ax, f"Largest step size for radius$^2$ {steps.target:g}: isotropic quadratic",
            ylabel=r"step size $\alpha$", ylim=(0.008, 12))
    ax.legend(loc="upper left")


_ALL, _FEW = (f"{rows} rows, over t = B" for rows in (442, FEW_ROWS))
MEASURED = (
    Measurement(says.batch_variance, f"variance with replacement, {_ALL}, attained"),
    Measurement(says.variance_of_part, f"variance without replacement, {_ALL}, attained"),
    Measurement(says.variance_of_part, f"variance without replacement, {_FEW}, attained"),
    Measurement(says.precision_and_cost, f"variance with replacement, {_ALL}, attained"),
    Measurement(says.ball, "slide's bound, median, over t = B"),
    Measurement(says.floor, "floor of the bound reached by a loss with kinks"),
    Measurement(says.step_reaches_target, "target radius at the largest step size, over t = B"),
    Measurement(says.batch_tradeoff, "ball, median, over t = B, attained"),
    Measurement(says.batch_tradeoff, "slide's bound, median, over t = B"),
    Measurement(says.batch_tradeoff, "exact value, ridge, over t = B"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.variance: (f"variance with replacement, {_ALL}", f"variance with replacement, {_FEW}"),
    says.variance_without_replacement: (f"variance without replacement, {_ALL}",
                                        f"variance without replacement, {_FEW}"),
    says.largest_step: ("target radius at the largest step size, two-point",),
}
"""Where each formula is attained: a 5 % that is planted there must be caught on both sides."""

_COST = "nothing random: it minimises a cost, and tests/theory has it against its neighbours"
UNATTAINED = {
    says.critical_batch: "nothing random: a definition, the batch size where sigma2/B is mu2",
    says.best_batch: _COST,
    says.least_cost: _COST,
    says.least_cost_overlapped: _COST,
}
"""Which formulas have no witness, and why."""

PANELS = (draw_variance, draw_few, draw_median, draw_ridge, draw_floor, draw_steps)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
