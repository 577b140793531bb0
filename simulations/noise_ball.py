"""The noise ball of stochastic gradient descent, measured [slides 17-21].

Over time, on four problems: the slide's bound, the corrected radius, the bound for smooth losses,
the exact value and the measured mean with certified limits. On the regularised median every
hypothesis of the lecture is literally true; on the isotropic quadratic the smooth bound is
attained, on the two-point instance the slide's ball, on the orthant function its recursion at each
of 2,000 steps. On ridge regression of the diabetes data the slide's ball is vacuous. Gradient
descent without noise that jumps between two points refutes it for 1/2 < alpha c < 2.

Long because it has eight panels.
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
    draw_band,
    side_by_side,
    witness,
)
from sgdtheory.simulations.median_law import with_variance

import sgdtheory as st
from sgdtheory import data, script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD
from sgdtheory.picture import marks, role
from sgdtheory.problems.line import law, mean_square
from sgdtheory.theory import noise_ball as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

MEDIAN_ALPHA, MEDIAN_TIMES = 0.1, (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 32, 40)
FLAT_ALPHA, FLAT_B, FLAT_DIM = 0.2, 4, 32
FLAT_TIMES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24)
RIDGE_ALPHA, RIDGE_L2 = 0.01, 0.1
RIDGE_TIMES = (0, 10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600)
SWEEP_ALPHAS, SWEEP_STEPS = (0.025, 0.05, 0.1, 0.2, 0.4, 0.7), (240, 120, 60, 30, 20, 20)
TWO_POINT = (Fraction(1, 10), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(19, 10))
CYCLES = tuple(Fraction(k, 20) for k in range(11, 40))
JUDGED_CYCLES = (Fraction(3, 4), Fraction(5, 4))
SHORT_END = Fraction(1, 100)


@dataclass(frozen=True)
class Curve:
    """A squared distance over time, ``(k,)`` each: the bounds, the exact value, the measured one.

    `slide_ball` is the slide's squared radius, `worst_ball` the corrected one and `trivial` the
    squared radius of the set, which no iterate can leave.
    """

    band: Band
    exact: np.ndarray
    slide: np.ndarray
    smooth: np.ndarray
    slide_ball: float
    worst_ball: float
    trivial: float


@dataclass(frozen=True)
class Tradeoff:
    """Squared radii and contraction of a step on the median, over `at`: ``alpha c``, or B."""

    at: np.ndarray
    slide: np.ndarray
    corrected: np.ndarray
    exact: np.ndarray
    slide_factor: np.ndarray
    exact_factor: np.ndarray


@dataclass(frozen=True)
class Cycles:
    """Over ``alpha c``, as fractions of the slide's ball: the limsup of 2-cycles, the correction.

    `attained` are the means measured on the two-point instance at `attained_at`.
    """

    at: np.ndarray
    limsup: np.ndarray
    corrected: np.ndarray
    attained_at: np.ndarray
    attained: np.ndarray


@dataclass(frozen=True)
class LowerBound:
    """The orthant function: ``|w_t|^2`` of one run, and the formula, at every step."""

    measured: np.ndarray
    formula: np.ndarray
    ball: float


@dataclass(frozen=True)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    median: Curve
    flat: Curve
    ridge: Curve
    over_alpha: Tradeoff
    swept: Band
    over_B: Tradeoff
    cycles: Cycles
    lower_bound: LowerBound
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything; the one-dimensional problems get `runs` times 4 or 16."""
    sampler = Sampler(seed, executor, progress)
    median, on_median = _median(sampler, runs)
    flat, on_flat = _flat(sampler, runs)
    ridge, on_ridge = _ridge(sampler, runs)
    swept, on_sweep = _sweep(sampler, runs)
    cycles, on_cycles = _cycles(sampler, runs)
    lower_bound, on_orthant = _orthant(sampler, runs)
    over_alpha, over_B = _tradeoffs()
    return Result(
        runs, seed, DELTA, median, flat, ridge, over_alpha, swept, over_B, cycles, lower_bound,
        {**on_median, **on_flat, **on_orthant, **on_cycles, **on_sweep, **on_ridge})


def _curve(problem: Any, rule: SGD, B: int, run: Any) -> Curve:
    """Return the formulas at the times of a run, with its band; d0 is where it starts."""
    t, a, d0 = np.asarray(run.times), rule.alpha, float(run.distance2[0, 0])
    slide = (a, problem.sigma2, B, problem.mu2, problem.c)
    return Curve(
        band(run), st.exact.distance2(problem, rule, B, times=t), says.distance2(t, d0, *slide),
        says.smooth_distance2(t, d0, a, problem.sigma2, B, problem.c, problem.L),
        float(says.radius2(*slide)), float(says.worst_case_radius2(*slide)),
        float(problem.radius) ** 2)


def _median(sampler: Sampler, runs: int) -> tuple[Curve, Verdicts]:
    problem, rule = st.problems.median(1.0), SGD(MEDIAN_ALPHA)
    sampled = sampler("median", problem, rule, steps=MEDIAN_TIMES[-1], times=MEDIAN_TIMES,
                      runs=16 * runs, project=False)
    sampled = with_variance(sampled, problem)
    curve = _curve(problem, rule, 1, sampled)
    late = side_by_side([sampled], sampled.times[-1:])
    return curve, {
        "slide's bound, median": st.judge(curve.slide, sampled, DELTA),
        "slide's ball, median, late": st.judge(curve.slide_ball, late, DELTA),
        "corrected radius, median, late": st.judge(curve.worst_ball, late, DELTA),
        "smooth bound, median": st.judge(curve.smooth, sampled, DELTA),
        "exact value, median": st.judge_equal(curve.exact, sampled, DELTA),
        **witness("slide's bound, median at the known ratio", curve.slide, sampled,
                  curve.exact / curve.slide),
    }


def _flat(sampler: Sampler, runs: int) -> tuple[Curve, Verdicts]:
    """Simulate the isotropic quadratic, projected for the slide's bound and not for the exact."""
    problem, rule = st.problems.quadratic([1.0] * FLAT_DIM, sigma2=1.0), SGD(FLAT_ALPHA)
    settings = {"B": FLAT_B, "steps": FLAT_TIMES[-1], "times": FLAT_TIMES, "runs": runs}
    free = sampler("isotropic quadratic", problem, rule, project=False, **settings)
    kept = sampler("isotropic quadratic, projected", problem, rule, **settings)
    curve = _curve(problem, rule, FLAT_B, free)
    late = side_by_side([free], free.times[-1:])
    reached = curve.exact[-1] / st.exact.limit2(problem, rule, FLAT_B)
    noise = FLAT_ALPHA, problem.sigma2 / FLAT_B
    return curve, {
        "slide's bound, isotropic quadratic, projected": st.judge(curve.slide, kept, DELTA),
        "smooth bound, isotropic quadratic, projected": st.judge(curve.smooth, kept, DELTA),
        "exact value, isotropic quadratic": st.judge_equal(curve.exact, free, DELTA),
        **witness("smooth bound, isotropic quadratic", curve.smooth, free),
        **witness("smooth ball, isotropic quadratic, late",
                  says.smooth_radius2(*noise, 1, problem.c, problem.L), late, reached),
        **witness("ball of a curvature, isotropic quadratic, late",
                  says.quadratic_ball(*noise, problem.c), late, reached),
        **_second_moment(sampler, problem, runs),
    }


def _second_moment(sampler: Sampler, problem: Any, runs: int) -> Verdicts:
    """Measure ``E|G|^2`` at the end of the ball, where the mean gradient is largest.

    The square of a Gaussian vector of mean g and variance v a coordinate varies by
    ``2 v^2 dim + 4 v |g|^2``.
    """
    sampled = sampler("second moment", problem, Deviation(np.zeros(problem.dim)), B=FLAT_B, steps=1,
                      times=[1], runs=runs, project=False)
    v = problem.sigma2 / FLAT_B / problem.dim
    sampled = replace(sampled, variance=np.array([2 * v**2 * problem.dim + 4 * v * problem.mu2]))
    return witness("second moment of the gradient, isotropic quadratic",
                   says.second_moment(problem.sigma2, FLAT_B, problem.mu2), sampled)


def _ridge(sampler: Sampler, runs: int) -> tuple[Curve, Verdicts]:
    """Simulate ridge regression of the diabetes data, on a quarter of the replicas."""
    table = data.read_table(data.path("diabetes"), target="y")
    problem, rule = st.problems.ridge(table.X, table.y, RIDGE_L2), SGD(RIDGE_ALPHA)
    settings = {"steps": RIDGE_TIMES[-1], "times": RIDGE_TIMES, "runs": max(2, runs // 4)}
    kept = sampler("ridge, projected", problem, rule, **settings)
    free = sampler("ridge", problem, rule, project=False, **settings)
    curve = _curve(problem, rule, 1, kept)
    return curve, {
        "slide's bound, ridge (vacuous)": st.judge(curve.slide, kept, DELTA),
        "smooth bound, ridge": st.judge(curve.smooth, kept, DELTA),
        "exact value, ridge, not projected": st.judge_equal(curve.exact, free, DELTA),
    }


def _sweep(sampler: Sampler, runs: int) -> tuple[Band, Verdicts]:
    """Measure speed and ball of the median over the step size: after 2 steps, and late."""
    problem, samples, exact = st.problems.median(1.0), [], []
    for alpha, steps in zip(SWEEP_ALPHAS, SWEEP_STEPS, strict=True):
        sampled = sampler(f"median, alpha = {alpha}", problem, SGD(alpha), steps=steps,
                          times=[2, steps], runs=4 * runs, project=False)
        samples.append(with_variance(sampled, problem))
        exact.append(st.exact.distance2(problem, SGD(alpha), times=[2, steps]))
    alpha_c = problem.c * np.array(SWEEP_ALPHAS)
    early, late = (side_by_side(samples, alpha_c, column) for column in (0, 1))
    slide = says.worst_case_radius2(np.array(SWEEP_ALPHAS), 1.0, 1, problem.mu2, problem.c)
    after_2, balls = np.array(exact).T
    return band(late), {
        "exact value after 2 steps, median, over t = alpha c":
            st.judge_equal(after_2, early, DELTA),
        "exact ball, median, over t = alpha c": st.judge_equal(balls, late, DELTA),
        "corrected radius, median, over t = alpha c": st.judge(slide, late, DELTA),
    }


@cache
def _tradeoffs() -> tuple[Tradeoff, Tradeoff]:
    """Return the trade-offs over alpha and over B, which no seed changes."""
    alphas, sizes = np.linspace(0.005, 0.99, 198), 2.0 ** np.arange(0, 11)
    return (_tradeoff(alphas, np.ones_like(alphas), alphas),
            _tradeoff(np.full_like(sizes, MEDIAN_ALPHA), sizes, sizes))


def _tradeoff(alpha: np.ndarray, B: np.ndarray, at: np.ndarray) -> Tradeoff:
    """Return radii and contractions on the median at pairs of `alpha` and `B`; `at` labels them."""
    problem = st.problems.median(1.0)
    slide = (alpha, problem.sigma2, B, problem.mu2, problem.c)
    pairs = [(SGD(float(a)), int(b)) for a, b in zip(alpha, B, strict=True)]
    return Tradeoff(
        at * problem.c if at is alpha else at, says.radius2(*slide),
        says.worst_case_radius2(*slide),
        np.array([st.exact.limit2(problem, rule, b) for rule, b in pairs]),
        np.abs(1 - 2 * alpha * problem.c),
        np.array([st.exact.spectral_radius(problem, rule, b) for rule, b in pairs]))


def two_cycle(alpha_c: Fraction) -> Any:
    """Return the instance whose limsup exceeds the slide's ball most, for ``c = 1``.

    Below 1 the factor ``2 alpha c`` is approached as the short end goes to 0; from 1 on the factor
    ``2/(alpha c)`` is attained.
    """
    return st.problems.worst_case.two_cycle(alpha_c, 1, max(alpha_c - 1, SHORT_END), 1)


def _cycles(sampler: Sampler, runs: int) -> tuple[Cycles, Verdicts]:
    verdicts: Verdicts = {}
    for alpha_c in JUDGED_CYCLES:
        verdicts |= _judged_cycle(sampler, runs, alpha_c)
    attained = []
    for alpha_c in TWO_POINT:
        sampled, more = _two_point(sampler, runs, alpha_c)
        attained.append(float(sampled.distance2[:, -1].mean()))
        verdicts |= more
    limsup = [limsup2(two_cycle(alpha_c)) for alpha_c in CYCLES]
    balls = [says.radius2(x.alpha, 0, 1, x.mu2, x.c) for x in map(two_cycle, CYCLES)]
    corrected = [says.worst_case_radius2(x.alpha, 0, 1, x.mu2, x.c) for x in map(two_cycle, CYCLES)]
    return Cycles(
        np.array(CYCLES, dtype=float), np.array(limsup, dtype=float) / np.array(balls, dtype=float),
        np.array(corrected, dtype=float) / np.array(balls, dtype=float),
        np.array(TWO_POINT, dtype=float), np.array(attained)), verdicts


def limsup2(cycle: Any) -> Fraction:
    """Return the limsup of the squared distance, in rational arithmetic: two steps come back."""
    one, two = law(cycle, 1), law(cycle, 2)
    if two != {cycle.start: 1}:
        raise ValueError(f"alpha={cycle.alpha}, the learning rate, gives no cycle of two points")
    return max(mean_square(cycle, one), mean_square(cycle, two))


def _judged_cycle(sampler: Sampler, runs: int, alpha_c: Fraction) -> Verdicts:
    cycle, name = two_cycle(alpha_c), f"2-cycle, alpha c = {float(alpha_c):g}"
    sampled = sampler(name, cycle, SGD(float(alpha_c)), steps=200, times=[199, 200], runs=runs)
    late = side_by_side([sampled], sampled.times[-1:])
    slide = (alpha_c, 0, 1, cycle.mu2, cycle.c)
    worst = float(says.worst_case_radius2(*slide))
    verdicts = {
        f"refuted: slide's ball, {name}": st.judge(float(says.radius2(*slide)), sampled, DELTA),
        f"corrected radius, {name}": st.judge(worst, sampled, DELTA),
    }
    return {**verdicts, **witness(f"corrected radius, {name}", worst, late, _long_end(alpha_c))}


def _long_end(alpha_c: Fraction) -> float:
    """Return what a 2-cycle reaches of the corrected radius.

    From ``alpha c = 1`` on its cap ``mu2/c^2``; below, ``alpha^2 mu2`` is the squared length of a
    step, from the long end to the short one.
    """
    return 1.0 if alpha_c >= 1 else float(1 / (1 + SHORT_END) ** 2)


def _two_point(sampler: Sampler, runs: int, alpha_c: Fraction) -> tuple[Any, Verdicts]:
    """Simulate the instance whose ball is 1 and is attained, without variance."""
    problem = st.problems.worst_case.two_point(Fraction(1), alpha_c, Fraction(1))
    name = f"slide's ball, two-point, alpha c = {float(alpha_c):g}"
    sampled = sampler(name, problem, SGD(float(alpha_c)), steps=40, times=[1, 10, 40], runs=runs)
    ball = float(says.radius2(alpha_c, problem.sigma2, 1, problem.mu2, problem.c))
    if alpha_c != TWO_POINT[0]:
        return sampled, {f"{name}, attained": st.judge_equal(ball, sampled, DELTA)}
    worst = float(says.worst_case_radius2(alpha_c, problem.sigma2, 1, problem.mu2, problem.c))
    return sampled, {**witness(name, ball, sampled),
                     **witness("corrected radius, two-point, alpha c = 0.1", worst, sampled)}


def _orthant(sampler: Sampler, runs: int) -> tuple[LowerBound, Verdicts]:
    """Run the lower-bound function: one long run, and replicas of a short one as a witness.

    Its noise has random signs, and its distances no variance.
    """
    settings = {"c": 1.0, "alpha": 0.05, "mu2": 1.0, "sigma2": 0.5}
    long = st.problems.worst_case.orthant(**settings, d0=0.25, steps=2000)
    path = long.distances2(np.random.default_rng(sampler.seed))
    slide = (settings["alpha"], settings["sigma2"], 1, settings["mu2"], settings["c"])
    formula = says.distance2(np.arange(2001), 0.25, *slide)
    short = st.problems.worst_case.orthant(**settings, d0=0.25, steps=24)
    sampled = sampler("orthant", short, SGD(settings["alpha"]), steps=24, times=range(0, 25, 4),
                      runs=runs)
    sampled = replace(sampled, variance=np.zeros(len(sampled.times)))
    return LowerBound(path, formula, float(says.radius2(*slide))), {
        "lower-bound function, 2000 steps": certain(path, formula, np.arange(2001)),
        **witness("slide's bound, orthant", formula[sampled.times], sampled),
    }


# --- the picture ---------------------------------------------------------------------------------


def _draw_curve(curve: Curve, ax: Any, title: str) -> None:
    t = curve.band.at
    ax.axhline(curve.worst_ball, label="corrected radius$^2$ (limit)", **role("corrected"))
    ax.plot(t, curve.slide, label="slide 21's bound", **role("slide"))
    ax.plot(t, curve.smooth, label="bound for smooth losses", **role("smooth"))
    ax.plot(t, curve.exact, label="exact", **role("exact"))
    ax.errorbar(t, curve.band.mean, curve.band.bars, label="measured, certified limits",
                **role("measured"))
    ax.set(yscale="log", xlabel="time $t$ (steps)", title=title,
           ylabel=r"$E\,|w_t - w^*|^2$")


def draw_median(result: Result, ax: Any) -> None:
    """Draw the distance over time on the median: every hypothesis is literally true.

    Mean squared distance to the minimiser over the steps, on a problem that satisfies every
    hypothesis of the lecture. The measured values lie on the exact curve and below the slide's
    bound (dashed), so the bound holds; but in the end it is more than four times the truth, and
    the bound for smooth losses is much nearer.
    """
    _draw_curve(result.median, ax,
                rf"Regularised median, $\alpha c$ = {2 * MEDIAN_ALPHA:g}, $B$ = 1")
    ax.legend(loc="upper right")


def draw_flat(result: Result, ax: Any) -> None:
    """Draw it on the isotropic quadratic: the smooth bound is attained.

    The same distance on a quadratic with equal curvature in all directions. Here the bound for
    smooth losses is the exact value at every step, so it cannot be improved, while the slide's
    bound ends several times higher.
    """
    _draw_curve(result.flat, ax, rf"Isotropic quadratic, $\alpha c$ = {FLAT_ALPHA:g}, "
                f"$B$ = {FLAT_B}, {FLAT_DIM} dimensions")
    ax.annotate("exact = bound for smooth losses", (9, result.flat.exact[8]), (4, 14),
                textcoords="offset points", fontsize=8)
    ax.legend(loc="upper right")


def draw_ridge(result: Result, ax: Any) -> None:
    """Draw it on ridge regression of real data: the slide's ball is larger than the set.

    Mean squared distance over the steps of SGD on real data. The slide's bound is true but
    rises above the squared radius of the set, which no iterate can leave, so that it says
    nothing; the measured ball is much smaller.
    """
    curve = result.ridge
    _draw_curve(curve, ax, rf"Ridge regression, diabetes data, $\alpha$ = {RIDGE_ALPHA:g}, $B$ = 1")
    ax.axhline(curve.trivial, label="radius$^2$ of the set", **role("limit"))
    ax.annotate(f"vacuous: the slide's ball ({curve.slide_ball:.3f}) is\n"
                f"larger than the set ({curve.trivial:.3f})", (600, 0.14), ha="right", va="center",
                fontsize=8)
    ax.set_ylim(1e-2, 60)
    ax.legend(loc="upper right", ncols=2)


def draw_alpha(result: Result, ax: Any) -> None:
    r"""Draw the trade-off of ball and speed over the step size.

    Size of the noise ball and contraction factor of a step over $\alpha c$. For small steps a
    larger one contracts faster and has a larger ball, which is the trade-off of the slide. To
    the right of the dotted line the slide's proof no longer holds, and the corrected radius
    replaces its straight line.
    """
    _draw_tradeoff(result.over_alpha, ax)
    draw_band(ax, result.swept, "ball, measured")
    ax.axvline(0.5, **role("limit"))
    ax.annotate("the slide's proof needs\n" r"$\alpha c \leq 1/2$", (0.5, 1.1), (4, 0), va="center",
                textcoords="offset points", fontsize=8)
    ax.set(ylim=(0, 2.1), xlabel=r"$\alpha c$",
           title="Trade-off over the step size, median, $B$ = 1")
    ax.legend(loc="upper left", ncols=2)


def draw_B(result: Result, ax: Any) -> None:
    """Draw the trade-off over the batch size.

    Size of the ball and contraction factor over the batch size at a fixed step size. Larger
    batches do not change the factor, and the exact ball falls as $1/B$; the slide's ball hardly
    falls, because its term in the mean gradient does not depend on $B$.
    """
    _draw_tradeoff(result.over_B, ax)
    ax.set_xscale("log", base=2)
    ax.set(yscale="log", xlabel="batch size $B$", ylim=(1e-5, 60),
           title=rf"Trade-off over the batch size, median, $\alpha c$ = {2 * MEDIAN_ALPHA:g}")
    ax.legend(loc="upper left", ncols=2)


def _draw_tradeoff(tradeoff: Tradeoff, ax: Any) -> None:
    at = tradeoff.at
    ax.plot(at, tradeoff.corrected, label="ball, corrected", **role("corrected"))
    ax.plot(at, tradeoff.slide, label="ball, slide", **role("slide"))
    ax.plot(at, tradeoff.exact, label="ball, exact", **role("exact"))
    falls = tradeoff.slide_factor <= 1
    ax.plot(at[falls], tradeoff.slide_factor[falls], label=r"factor a step, slide: $|1-2\alpha c|$",
            **role("other"))
    ax.plot(at, tradeoff.exact_factor, label="factor a step, exact", **role("smooth"))
    ax.set_ylabel("squared radius; factor a step")


def draw_cycles(result: Result, ax: Any) -> None:
    r"""Draw the limsup of the 2-cycles over the slide's ball.

    Largest squared distance in the long run as a fraction of the slide's ball. Two-point
    instances attain the ball exactly (dots on the line). For $1/2 < \alpha c < 2$ gradient
    descent without any noise that jumps between two points goes beyond it, up to about twice,
    and the corrected radius holds.
    """
    cycles = result.cycles
    ax.axhline(1.0, label="slide's ball", **role("slide"))
    ax.plot(cycles.at, cycles.corrected, label="corrected radius$^2$", **role("corrected"))
    ax.plot(cycles.at, cycles.limsup, label="2-cycle without noise (rational arithmetic)",
            **role("exact"))
    ax.plot(cycles.attained_at, cycles.attained, label="two-point instance (measured)",
            **marks("measured"))
    ax.set(xlabel=r"$\alpha c$", ylabel=r"limsup $E\,|w_t - w^*|^2$ / slide's ball",
           title=r"The slide's ball is attained, and false for $1/2 < \alpha c < 2$",
           xlim=(0, 2.05), ylim=(0.8, 2.8))
    ax.legend(loc="upper left")


def draw_lower_bound(result: Result, ax: Any) -> None:
    """Draw the lower-bound function against the recursion.

    Squared distance of one run on a function made for the purpose, against the recursion of
    slide 21. They agree at every step up to rounding: no smaller bound follows from the
    hypotheses of the lecture at this step size.
    """
    found = result.lower_bound
    t = np.arange(len(found.measured))
    shown = np.unique(np.geomspace(1, t[-1], 24).astype(int))
    ax.axhline(found.ball, label="slide's ball", **role("limit"))
    ax.plot(t[1:], found.formula[1:], label="slide 21's bound", **role("slide"))
    ax.plot(shown, found.measured[shown], label="lower-bound function, one run",
            **marks("measured"))
    off = float(np.max(np.abs(found.measured / found.formula - 1)))
    ax.set(xscale="log", xlabel="time $t$ (steps)", ylabel="$|w_t - w^*|^2$",
           title=rf"Slide 21's bound is attained for {t[-1]} steps, $\alpha c$ = 0.05")
    ax.annotate(f"largest relative difference {off:.1e}", (0.97, 0.55), xycoords="axes fraction",
                ha="right", fontsize=8)
    ax.legend(loc="upper right")


def draw_precision(result: Result, ax: Any) -> None:
    """Draw the measured mean over the exact value, with its certified limits.

    Measured mean divided by the exact value for the two problems, with limits that fail at most
    with the stated probability. All of them contain 1: the simulation confirms the exact
    formula at each time shown.
    """
    ax.axhline(1.0, label="exact", **role("exact"))
    for curve, what, look, shift in ((result.median, "median", "measured", -0.25),
                                     (result.flat, "isotropic quadratic", "measured too", 0.25)):
        later = np.asarray(curve.band.at) > 1
        exact = curve.exact[later]
        ax.errorbar(curve.band.at[later] + shift, curve.band.mean[later] / exact,
                    curve.band.bars[:, later] / exact, label=what, **role(look))
    power = round(-np.log10(result.delta))
    ax.set(xlabel="time $t$ (steps)", ylabel="measured / exact", ylim=(0.93, 1.1),
           title=rf"Limits that fail with probability $\leq 10^{{-{power}}}$ a curve")
    ax.legend(loc="upper right", ncols=3)


MEASURED = (
    Measurement(says.ball_exists, "exact value, median"),
    Measurement(says.ball_exists, "exact value, isotropic quadratic"),
    Measurement(says.every_t, "slide's bound, median"),
    Measurement(says.every_t, "slide's bound, orthant, attained"),
    Measurement(says.ball, "slide's ball, median, late"),
    Measurement(says.ball_as_stated, "refuted: slide's ball, 2-cycle, alpha c = 0.75"),
    Measurement(says.ball_as_stated, "refuted: slide's ball, 2-cycle, alpha c = 1.25"),
    Measurement(says.tradeoff, "exact value after 2 steps, median, over t = alpha c"),
    Measurement(says.tradeoff, "exact ball, median, over t = alpha c"),
    Measurement(says.worst_case_ball, "corrected radius, median, over t = alpha c"),
    Measurement(says.worst_case_ball, "corrected radius, 2-cycle, alpha c = 1.25, attained"),
    Measurement(says.smooth_every_t, "smooth bound, isotropic quadratic, attained"),
    Measurement(says.quadratic_exact, "exact value, isotropic quadratic"),
    *(Measurement(says.attained, f"slide's ball, two-point, alpha c = {float(alpha_c):g}, attained")
      for alpha_c in TWO_POINT),
    Measurement(says.lower_bound_function, "lower-bound function, 2000 steps"),
    Measurement(says.lower_bound_function, "slide's bound, orthant, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.second_moment: ("second moment of the gradient, isotropic quadratic",),
    says.radius2: ("slide's ball, two-point, alpha c = 0.1",),
    says.distance2: ("slide's bound, orthant",),
    says.worst_case_radius2: ("corrected radius, two-point, alpha c = 0.1",
                              "corrected radius, 2-cycle, alpha c = 0.75",
                              "corrected radius, 2-cycle, alpha c = 1.25"),
    says.smooth_distance2: ("smooth bound, isotropic quadratic",),
    says.smooth_radius2: ("smooth ball, isotropic quadratic, late",),
    says.quadratic_ball: ("ball of a curvature, isotropic quadratic, late",),
}
"""Where each formula is attained: a 5 % that is planted there must be caught on both sides.

The corrected radius has three branches, each with its own: ``alpha/(2c)``, ``alpha^2`` and the cap.
"""

PANELS = (draw_median, draw_flat, draw_precision, draw_ridge, draw_alpha, draw_B, draw_cycles,
          draw_lower_bound)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
