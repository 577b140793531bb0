"""Exact moments, measured: regression at its limit of stability, averages, finite sums, the tail.

Gaussian regression below and beyond the step size at which its second moment ceases to have a
limit; shortly before, the fourth moment already has none, and the run says that its mean deceives.
Eight rows of the diabetes data with and without replacement, on which every batch is enumerated, so
that verdicts are two-sided. The average of the iterates on a quadratic, which forgets step size and
start; and how often one run of the median problem exceeds the radius that bounded gradients give.

Long because it has seven panels.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sgdtheory.simulations.fourth_moments import (
    finite_sum_variance,
    gaussian_rows_factors,
    gaussian_rows_variance,
)
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain,
    certain_witness,
    draw_band,
    side_by_side,
    within,
    witness,
)

import sgdtheory as st
from sgdtheory import data, script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD
from sgdtheory.picture import role
from sgdtheory.problems.samples import samples_of
from sgdtheory.theory import exact_moments as says
from sgdtheory.theory import noise_ball, optimum_noise
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

LMS_DIM, LMS_B, LMS_H, LMS_NOISE2, LMS_RADIUS = 32, 16, 1.0, 1.0, 2.0
LMS_LIMIT = 32 / 49  # 2 B / (h (B + d + 1))
LMS_ALPHAS, HEAVY, BEYOND = (0.32, 0.52), 0.643, 0.72
LMS_TIMES = (1, 2, 3, 5, 8, 13, 21, 34, 55)
BEYOND_TIMES = (*LMS_TIMES, 89, 144, 233)
SMALL_DIM, SMALL_B, SMALL_H, SMALL_ALPHAS = 4, 3, 0.5, (0.01, 0.3, 0.9, 1.4)  # stable below 1.5
SPECTRUM, SPECTRUM_B, SPECTRUM_ALPHA = (1.0, 0.5, 0.25, 0.1), 3, 0.4
ROWS, COLUMNS, ROWS_L2, ROWS_B, ROWS_ALPHA = slice(0, 442, 56), (2, 3, 8), 0.1, 4, 0.13
ROWS_TIMES = (1, 2, 3, 5, 8, 13, 21, 34)
DATA_L2, DATA_ALPHA, DATA_TRIED = 0.1, 0.02, 221
DATA_SIZES = (1, 4, 16, 64, 128, 221, 330, 400, 441)
PR_DIM, PR_SIGMA2, PR_B, PR_RADIUS, PR_ALPHAS = 16, 2.0, 2, 3.0, (0.1, 1.5)
PR_TIMES = (2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
TAIL_L2, TAIL_ALPHA, TAIL_TIMES = 1.0, 0.02, (40, 400)
TAIL_LEVELS, TAIL_RARE = (0.5, 0.1, 0.01), 1e-6
TAIL_RADII = tuple(float(r2) for r2 in np.linspace(0.0, 0.12, 25))


@dataclass(frozen=True, eq=False)
class Curve:
    """A measured squared distance over time with its exact value, and whether it is `heavy`."""

    name: str
    measured: Band
    exact: np.ndarray
    heavy: bool | None


@dataclass(frozen=True, eq=False)
class Stability:
    """The limits of Gaussian regression and of additive noise over the step size, and measured."""

    at: np.ndarray
    exact: np.ndarray
    additive: np.ndarray
    limit: float
    fourth_limit: float
    measured: Band


@dataclass(frozen=True, eq=False)
class Sizes:
    """The stationary value on the whole data over the batch size, and its bound."""

    at: np.ndarray
    exact: dict[str, np.ndarray]
    bound: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Tail:
    """How often one run exceeds a squared radius, next to the bound at the same radius."""

    time: int
    measured: Band
    radii: np.ndarray
    levels: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` found."""

    runs: int
    seed: int
    regression: tuple[Curve, ...]
    stability: Stability
    rows: tuple[Curve, ...]
    sizes: Sizes
    averages: tuple[Curve, ...]
    tails: tuple[Tail, ...]
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate everything with `runs` replicas: eight rows four times, all an eighth as often."""
    sampler = Sampler(seed, executor, progress)
    regression, stability, on_regression = _regression(sampler, runs)
    rows, on_rows = _rows(sampler, 4 * runs)
    sizes, on_sizes = _sizes(sampler, max(2, runs // 8))
    averages, on_averages = _averages(seed, 2 * runs)
    tails, on_tails = _tails(sampler, runs)
    return Result(runs, seed, regression, stability, rows, sizes, averages, tails,
                  {**on_regression, **_gaussian_rows(), **_spectrum(), **on_rows, **on_sizes,
                   **_flat_and_steep(), **on_averages, **on_tails})


# --- Gaussian regression -------------------------------------------------------------------------


def _gaussian() -> Any:
    return st.problems.gaussian_least_squares([LMS_H] * LMS_DIM, LMS_NOISE2, radius=LMS_RADIUS)


def _regression(sampler: Sampler, runs: int) -> tuple[tuple[Curve, ...], Stability, Verdicts]:
    """Return regression at two stable step sizes, a heavy one, and one beyond the limit."""
    curves, verdicts, samples = [], {}, []
    for alpha in LMS_ALPHAS:
        curve, found, more = _one_alpha(sampler, alpha, LMS_TIMES, runs)
        slip = _closed_form(np.array(LMS_TIMES), alpha, LMS_DIM - 1)
        found = replace(found, variance=gaussian_rows_variance(_gaussian(), alpha, LMS_B,
                                                               LMS_TIMES))
        samples.append(found)
        curves.append(replace(curve, measured=band(found)))
        verdicts |= {**more, **witness(curve.name, curve.exact, found)}
    verdicts[f"control: B + d for B + d + 1, alpha = {alpha}"] = st.judge_equal(slip, found, DELTA)
    for alpha in (HEAVY, BEYOND):
        curve, found, more = _one_alpha(sampler, alpha, BEYOND_TIMES, max(2, runs // 4))
        curves.append(curve)
        verdicts |= more
    stability, more = _stability(side_by_side(samples, LMS_ALPHAS))
    return tuple(curves), stability, {**verdicts, **_beyond(found), **more}


def _one_alpha(sampler: Sampler, alpha: float, times: tuple[int, ...],
               runs: int) -> tuple[Curve, Any, Verdicts]:
    """Return regression at one step size: its curve, the run, and what is certain about it."""
    p, at, name = _gaussian(), np.array(times), f"Gaussian regression, alpha = {alpha}"
    found = sampler(name, p, SGD(alpha), B=LMS_B, steps=times[-1], times=at, runs=runs,
                    project=False)
    exact, known = _closed_form(at, alpha), st.exact.distance2(p, SGD(alpha), LMS_B, times=at)
    on_fourth = gaussian_rows_factors(alpha, LMS_H, LMS_NOISE2, LMS_B, LMS_DIM)[1][0]
    return Curve(name, band(found), exact, found.heavy), found, {
        f"closed form, {name}": certain(known, exact, at),
        f"control: B + d for B + d + 1, {name}": certain(
            known, _closed_form(at, alpha, LMS_DIM - 1), at),
        f"flagged or not, {name}": certain([1.0 + bool(found.heavy)], [1.0 + (on_fourth >= 1)],
                                           [alpha]),
    }


def _closed_form(at: np.ndarray, alpha: float, dimension: int = LMS_DIM) -> np.ndarray:
    """Return the formula at these times; with another dimension it is a slip of the pen."""
    star2 = LMS_H * LMS_DIM * LMS_NOISE2
    return np.asarray(says.lms_distance2(at, LMS_RADIUS**2, alpha, star2, LMS_B, LMS_H, dimension))


def _beyond(found: Any) -> Verdicts:
    """Return the verdicts on the growth beyond the limit of stability, which is below 2/h."""
    at, star2 = np.array(BEYOND_TIMES), LMS_H * LMS_DIM * LMS_NOISE2
    known = st.exact.distance2(_gaussian(), SGD(BEYOND), LMS_B, times=at)
    linear = LMS_RADIUS**2 + at * BEYOND**2 * star2 / LMS_B
    additive = noise_ball.smooth_distance2(at, LMS_RADIUS**2, BEYOND, star2, LMS_B, LMS_H, LMS_H)
    return {"at least linear growth, beyond the limit": within(linear, known, at),
            "control: no growth, beyond the limit": within(known, np.full(len(at), known[0]), at),
            "refuted: stable up to 2/h, as with additive noise": st.judge(additive, found, DELTA)}


def _stability(late: Replicas) -> tuple[Stability, Verdicts]:
    """Return the limits over the step size, and the verdicts on the limit of stability."""
    p, star2 = _gaussian(), LMS_H * LMS_DIM * LMS_NOISE2
    at = np.linspace(0.02, 0.995, 79) * LMS_LIMIT
    exact = says.lms_radius2(at, star2, LMS_B, LMS_H, LMS_DIM)
    limit, fourth = (st.exact.stable_alpha(p, SGD, LMS_B, moment=m) for m in (2, 4))
    small = st.problems.gaussian_least_squares([SMALL_H] * SMALL_DIM, LMS_NOISE2)
    known = [st.exact.limit2(small, SGD(alpha), SMALL_B) for alpha in SMALL_ALPHAS]
    claimed = says.lms_radius2(np.array(SMALL_ALPHAS), SMALL_H * SMALL_DIM * LMS_NOISE2, SMALL_B,
                               SMALL_H, SMALL_DIM)
    return Stability(at, exact, noise_ball.quadratic_ball(at, star2 / LMS_B, LMS_H), limit,
                     fourth, band(late)), {
        **certain_witness("limit of Gaussian regression, over t = alpha", claimed, known,
                          SMALL_ALPHAS),
        **certain_witness("limit of stability", says.lms_stable_alpha(LMS_H, LMS_B, LMS_DIM),
                          [limit], [LMS_B]),
        "the fourth moment is lost before the second": within([fourth], [limit], [LMS_B]),
    }


def _gaussian_rows() -> Verdicts:
    """Return the second moment of a batch gradient of two Gaussian rows, by exact quadrature."""
    h, noise2, e, d, B = 0.5, 2.0, np.array([1.0, -2.0]), 2, 2
    nodes, weights = np.polynomial.hermite_e.hermegauss(4)
    grid = np.meshgrid(*[np.arange(4)] * (B * (d + 1)), indexing="ij")
    drawn = nodes[np.stack([axis.ravel() for axis in grid])].reshape(B, d + 1, -1)
    x, noise = np.sqrt(h) * drawn[:, :d], np.sqrt(noise2) * drawn[:, d]
    residuals = np.einsum("bik,i->bk", x, e) - noise
    gradient = np.einsum("bik,bk->ik", x, residuals) / B
    mass = np.prod((weights / weights.sum())[np.stack([a.ravel() for a in grid])], axis=0)
    found = [float(np.sum(mass * (gradient**2).sum(axis=0)))]

    def moment(dimension: int) -> list[float]:
        growth = h**2 * (1 + (dimension + 1) / B)
        return [h * d * noise2 / B + growth * float(e @ e)]

    return {"second moment of Gaussian rows, by quadrature": certain(found, moment(d), [B]),
            "control: d for d + 1, second moment of Gaussian rows": certain(found, moment(d - 1),
                                                                            [B])}


def _spectrum() -> Verdicts:
    """Return the limit for rows of several variances, and that q = 1 where it is lost."""
    p = st.problems.gaussian_least_squares(SPECTRUM, LMS_NOISE2)
    lost = st.exact.stable_alpha(p, SGD, SPECTRUM_B)
    known = [st.exact.limit2(p, SGD(SPECTRUM_ALPHA), SPECTRUM_B)]
    value, q = _spectrum_limit(SPECTRUM_ALPHA)
    return {
        **certain_witness("limit of Gaussian rows of four variances", [value], known,
                          [SPECTRUM_ALPHA]),
        "q = 1 at the limit of stability, four variances": certain([_spectrum_limit(lost)[1]],
                                                                   [1.0], [lost]),
        "q < 1 where it is stable, four variances": within([q], [1.0], [SPECTRUM_ALPHA]),
    }


def _spectrum_limit(alpha: float) -> tuple[float, float]:
    """Return the closed form of the limit and of q, for the variances `SPECTRUM`."""
    h = np.array(SPECTRUM)
    room = 2 - alpha * h * (1 + 1 / SPECTRUM_B)
    q = float(np.sum(alpha / SPECTRUM_B * h / room))
    with np.errstate(divide="ignore"):
        each = alpha / SPECTRUM_B * LMS_NOISE2 / (np.float64(1 - q) * room)
    return float(each.sum()), q


# --- finite sums of quadratics -------------------------------------------------------------------


def share(B: int, n: int, replace: bool) -> float:
    """Return the factor by which a batch shrinks the covariance of one row."""
    return 1 / B if replace else (n - B) / (B * (n - 1))


def recursion(p: Any, alpha: float, kappa: float, times: Any) -> np.ndarray:
    """Return ``E|w_t - w*|^2`` by the affine recursion of mean and second moment, from w0."""
    X, n, identity = p.X, len(p.X), np.eye(p.dim)
    H, rows = X.T @ X / n, X[:, :, None] * X[:, None, :]
    at_star = X * p.residuals[:, None] + p.l2 * p.w_star
    m = p.w0 - p.w_star
    P, path = np.outer(m, m), []
    A = identity - alpha * (H + p.l2 * identity)
    for _ in range(int(np.max(times)) + 1):
        path.append(np.trace(P))
        forms = np.einsum("ni,ij,nj->n", X, P, X)
        cross = np.einsum("nij,j,nk->ik", rows, m, at_star) / n
        spread = (np.einsum("n,nij->ij", forms, rows) / n - H @ P @ H + cross + cross.T
                  + at_star.T @ at_star / n)
        m, P = A @ m, A @ P @ A.T + alpha**2 * kappa * spread
    return np.array(path)[np.asarray(times)]


def _table() -> Any:
    return data.read_table(data.path("diabetes"), target="y")


def _rows(sampler: Sampler, runs: int) -> tuple[tuple[Curve, ...], Verdicts]:
    """Return eight rows of the diabetes data, with and without replacement, from w0."""
    table, at, verdicts, curves = _table(), np.array(ROWS_TIMES), {}, []
    p = st.problems.ridge(table.X[ROWS][:, COLUMNS], table.y[ROWS], ROWS_L2)
    for words, replaced in (("with replacement", True), ("without replacement", False)):
        name = f"eight rows, {words}"
        found = sampler(name, p, SGD(ROWS_ALPHA), B=ROWS_B, steps=ROWS_TIMES[-1], times=at,
                        runs=runs, replace=replaced, project=False)
        found = replace(found, variance=finite_sum_variance(p, ROWS_ALPHA, ROWS_B, at, replaced))
        exact = st.exact.distance2(p, SGD(ROWS_ALPHA), ROWS_B, times=at, replace=replaced)
        ours = recursion(p, ROWS_ALPHA, share(ROWS_B, p.n, replaced), at)
        verdicts[f"recursion, {name}"] = certain(ours, exact, at)
        verdicts |= witness(name, exact, found)
        curves.append(Curve(name, band(found), exact, found.heavy))
    slip = recursion(p, ROWS_ALPHA, (p.n - ROWS_B) / (ROWS_B * p.n), at)
    verdicts[f"control: (n-B)/(Bn), {name}"] = st.judge_equal(slip, found, DELTA)
    verdicts["refuted: without replacement nothing is gained"] = st.judge_equal(
        curves[0].exact, found, DELTA)
    return tuple(curves), verdicts


def _sizes(sampler: Sampler, runs: int) -> tuple[Sizes, Verdicts]:
    """Return the whole data over the batch size; one size is measured, from above."""
    table, at = _table(), np.array(DATA_SIZES)
    p = st.problems.ridge(table.X, table.y, DATA_L2)
    of, exact, bound, verdicts = samples_of(p), {}, {}, {}
    for words, replaced in (("with replacement", True), ("without replacement", False)):
        shares = np.array([share(B, p.n, replaced) for B in DATA_SIZES])
        exact[words] = np.array([st.exact.limit2(p, SGD(DATA_ALPHA), B, replaced)
                                 for B in DATA_SIZES])
        bound[words] = optimum_noise.optimum_radius2(DATA_ALPHA, of.sigma2_star * shares, 1, p.c,
                                                     of.L)
        verdicts[f"quadratic samples, diabetes, {words}, over t = B"] = within(
            exact[words], bound[words], at)
        start = {"w0": p.w_star, "replace": replaced, "times": np.array([5, 20])}
        found = sampler(f"diabetes, {words}", p, SGD(DATA_ALPHA), B=DATA_TRIED, steps=20,
                        runs=runs, project=False, **start)
        truth = st.exact.distance2(p, SGD(DATA_ALPHA), DATA_TRIED, **start)
        verdicts[f"exact value, diabetes, {words}"] = st.judge_equal(truth, found, DELTA)
        verdicts[f"control: half the exact value, diabetes, {words}"] = st.judge(
            truth / 2, found, DELTA)
    return Sizes(at, exact, bound), verdicts


def _flat_and_steep() -> Verdicts:
    """Return rows of curvature 0 and L from the minimiser, on which the bound is attained."""
    p = st.problems.ridge(np.array([[0.0], [1.0], [1.0]]), np.array([0.0, 1.0, -1.0]), l2=0.0)
    of, alpha, at = samples_of(p), 0.4, np.array([1, 2, 3, 8, 21])
    known = st.exact.distance2(p, SGD(alpha), times=at, w0=p.w_star)
    bound = says.quadratic_samples2(at, 0.0, alpha, of.sigma2_star, 1, p.c, of.L)
    ball = optimum_noise.optimum_radius2(alpha, of.sigma2_star, 1, p.c, of.L)
    return {**certain_witness("quadratic samples, flat and steep", bound, known, at),
            "limit of quadratic samples, flat and steep": certain(
                [st.exact.limit2(p, SGD(alpha))], [ball], [1])}


# --- averages of iterates ------------------------------------------------------------------------


def _averages(seed: int, runs: int) -> tuple[tuple[Curve, ...], Verdicts]:
    """Return the average of w_0 .. w_(t-1) on the isotropic quadratic, for two step sizes."""
    p, at = st.problems.quadratic([1.0] * PR_DIM, PR_SIGMA2, PR_RADIUS), np.array(PR_TIMES)
    curves, verdicts = [], {}
    for k, alpha in enumerate(PR_ALPHAS):
        name = f"average, alpha = {alpha}"
        rng = np.random.default_rng([seed, 1992, k])
        found = _averaged(p, alpha, at, runs, rng)
        letters = (PR_RADIUS**2, alpha, PR_SIGMA2, PR_B, 1.0)
        exact = says.averaged2(at, *letters)
        verdicts[f"closed form, {name}"] = certain(
            st.exact.average2(p, SGD(alpha), PR_B, times=at), exact, at)
        verdicts |= witness(name, exact, found)
        verdicts[f"control: one iterate more, {name}"] = st.judge_equal(
            says.averaged2(at + 1, *letters), found, DELTA)
        verdicts[f"control: sigma2 for sigma2/B, {name}"] = st.judge_equal(
            says.averaged2(at, PR_RADIUS**2, alpha, PR_SIGMA2, 1, 1.0), found, DELTA)
        curves.append(Curve(name, band(found), exact, False))
    last = st.exact.distance2(p, SGD(PR_ALPHAS[1]), PR_B, times=at - 1)
    verdicts["refuted: the average is no closer than the last iterate"] = st.judge_equal(
        last, found, DELTA)
    return tuple(curves), verdicts


def _averaged(p: Any, alpha: float, at: np.ndarray, runs: int, rng: Any) -> Replicas:
    """Return ``|average - w*|^2`` at the times, with its variance: the average is Gaussian."""
    rule, e, total, path = SGD(alpha), np.full((PR_DIM, runs), 0.0), np.zeros((PR_DIM, runs)), []
    e += (p.w0 - p.w_star)[:, None]
    for t in range(1, int(at[-1]) + 1):
        total += e
        if t in at:
            path.append(((total / t) ** 2).sum(axis=0))
        e, _ = rule.step(e, None, lambda e: p.sample_grad_error(e, PR_B, rng), t)
    gain = np.array([np.sum((1 - alpha) ** np.arange(t)) for t in at])
    noise = [np.sum((1 - (1 - alpha) ** np.arange(t)) ** 2) for t in at]
    mean2 = PR_RADIUS**2 * (gain / at) ** 2
    each = PR_SIGMA2 / PR_B / PR_DIM * np.array(noise) / at**2
    return Replicas(np.column_stack(path), at, variance=2 * PR_DIM * each**2 + 4 * each * mean2)


# --- the tail ------------------------------------------------------------------------------------


def _tails(sampler: Sampler, runs: int) -> tuple[tuple[Tail, ...], Verdicts]:
    """Return how often the median problem exceeds its radius, at two times."""
    p, levels = st.problems.median(TAIL_L2), np.array(TAIL_LEVELS)
    nats, grid = -np.log(levels), np.array(TAIL_RADII)
    found = sampler("median, tail", p, SGD(TAIL_ALPHA), steps=TAIL_TIMES[-1],
                    times=np.array(TAIL_TIMES), runs=runs, project=False)
    tails, verdicts = [], {}
    for j, t in enumerate(TAIL_TIMES):
        radii, drawn = _radius2(p, t, nats), np.linspace(0, 10, 24)
        distance2 = found.distance2[:, j]
        verdicts[f"tail, median, t = {t}, over t = nats"] = st.judge(
            levels, _exceeds(distance2, radii, nats), DELTA)
        seen = band(_exceeds(distance2, grid, grid))
        tails.append(Tail(t, seen, _radius2(p, t, drawn), np.exp(-drawn)))
    memory, bare = (1 - TAIL_ALPHA * p.c) ** t, _radius2(p, t, np.zeros(1))
    for words, radius2 in (("without its logarithm", bare), ("the memory of the start alone",
                                                             np.array([memory]))):
        verdicts[f"control: tail, median, {words}"] = st.judge(
            TAIL_RARE, _exceeds(distance2, radius2, -np.log([TAIL_RARE])), DELTA)
    return tuple(tails), verdicts


def _radius2(p: Any, t: int, nats: np.ndarray) -> np.ndarray:
    """Return the radius for sample gradients ``s + l2 w``, s = +-1: |G| <= 1 + l2, a ball of 1."""
    return np.asarray(says.tail2(t, 1.0, TAIL_ALPHA, (1 + p.l2) ** 2, 1.0, nats, p.c))


def _exceeds(distance2: np.ndarray, radii: np.ndarray, at: np.ndarray) -> Replicas:
    """Return whether each replica exceeds each radius, as numbers 0 and 1."""
    return Replicas((distance2[:, None] > radii).astype(float), at, ceiling=1.0)


# --- the picture ---------------------------------------------------------------------------------

_MARKS = ("measured", "measured too")


def _draw(curves: tuple[Curve, ...], labels: tuple[str, ...], ax: Any) -> None:
    """Draw exact values as lines and measured ones as marks with certified bars."""
    for curve, label, mark in zip(curves, labels, _MARKS, strict=False):
        at = curve.measured.at
        ax.plot(at, curve.exact, label=f"exact, {label}",
                **role("exact" if mark == "measured" else "other"))
        ax.errorbar(at, curve.measured.mean, curve.measured.bars, label=f"measured, {label}",
                    **role(mark))


def draw_stability(result: Result, ax: Any) -> None:
    """Draw the limit of Gaussian regression over the step size, up to its limit of stability.

    Mean squared distance in the long run over the step size, for regression on Gaussian inputs.
    Because the noise grows with the distance, the ball is larger than with noise that does not
    (dashed), and it grows without bound at the second dotted line; at the first one the fourth
    moment is lost, and with it the precision of measured means.
    """
    found = result.stability
    ax.plot(found.at, found.exact, label=r"exact, $t \to \infty$", **role("exact"))
    ax.plot(found.at, found.additive, label="if the noise did not grow", **role("slide"))
    draw_band(ax, found.measured, f"measured, $t$ = {LMS_TIMES[-1]}")
    for at, words, aside, side in ((found.fourth_limit, "fourth moment lost", -3, "right"),
                                   (found.limit, "second moment lost", 4, "left")):
        ax.axvline(at, **role("limit"))
        ax.annotate(words, (at, 0.012), (aside, 0), textcoords="offset points", rotation=90,
                    ha=side, va="bottom", fontsize=7)
    ax.set(yscale="log", ylim=(0.01, 300), xlim=(0, 0.7), xlabel=r"step size $\alpha$",
           ylabel="$E\\,|w_t - w^*|^2$",
           title=f"Gaussian regression, $d$ = {LMS_DIM}, $B$ = {LMS_B}, $h$ = 1")
    ax.legend(loc="upper left")


def draw_regression(result: Result, ax: Any) -> None:
    """Draw Gaussian regression over time at two stable step sizes.

    The same regression over time at two step sizes below the limit. The measured means lie on
    the exact curves at every time shown; the larger step is slower and ends in a larger ball.
    """
    _draw(result.regression, tuple(rf"$\alpha$ = {alpha}" for alpha in LMS_ALPHAS), ax)
    ax.set(xscale="log", ylim=(0, 5.5), xlabel="time $t$ (steps)", ylabel="$E\\,|w_t - w^*|^2$",
           title="Gaussian regression below its limit: exact for every $t$")
    ax.legend(loc="upper right", ncols=2, fontsize=7)


def draw_beyond(result: Result, ax: Any) -> None:
    """Draw it where the fourth moment, and where both moments grow without bound.

    The regression where the fourth moment is lost, and where the second is lost as well. In the
    latter case the exact mean grows without bound and the measured one falls behind it, because
    rare runs carry the mean.
    """
    _draw(result.regression[2:], (rf"$\alpha$ = {HEAVY}: 4th moment lost",
                                  rf"$\alpha$ = {BEYOND}: both lost"), ax)
    ax.set(xscale="log", yscale="log", xlabel="time $t$ (steps)", ylim=(1, 1e22),
           ylabel="$E\\,|w_t - w^*|^2$",
           title="Beyond: the run is flagged, its mean is not to be trusted")
    ax.legend(loc="upper left")


def draw_rows(result: Result, ax: Any) -> None:
    """Draw eight rows of the diabetes data with and without replacement.

    Mean squared distance over time on a few rows of real data, drawn with and without
    replacement. Measured and exact values agree, and drawing without replacement ends in a
    smaller ball.
    """
    _draw(result.rows, ("with replacement", "without"), ax)
    ax.set(xscale="log", yscale="log", ylim=(0.005, 0.6), xlabel="time $t$ (steps)",
           ylabel="$E\\,|w_t - w^*|^2$",
           title=f"Ridge on 8 rows of diabetes, $d$ = {len(COLUMNS)}, $B$ = {ROWS_B}")
    ax.legend(loc="lower left")


def draw_sizes(result: Result, ax: Any) -> None:
    """Draw the stationary value on the whole data over the batch size.

    Stationary mean squared distance on all rows of the data over the batch size, with the
    bounds that know only the curvature $c$ of the mean loss. With replacement both fall as
    $1/B$; without replacement both drop towards 0 as the batch approaches the whole data.
    """
    found = result.sizes
    for words, exact, bound in (("with replacement", "exact", "smooth"),
                                ("without replacement", "other", "corrected")):
        ax.plot(found.at, found.bound[words], label=f"bound, {words}", **role(bound))
        ax.plot(found.at, found.exact[words], label=f"exact, {words}", **role(exact))
    ax.set(xscale="log", yscale="log", ylim=(1e-7, 20), xlabel="batch size $B$",
           ylabel="$E\\,|w - w^*|^2$, stationary",
           title=rf"Ridge on diabetes, $n$ = 442, $\alpha$ = {DATA_ALPHA}: $c$ of the mean loss")
    ax.legend(loc="lower left")


def draw_averages(result: Result, ax: Any) -> None:
    """Draw the averages of the iterates for two step sizes, times t: they forget them.

    Squared distance of the average of the iterates over their number. It is known exactly and
    tends to the dashed line, in which neither the start nor the step size occurs; with the
    longer step it is there soon, with the short one it needs more time.
    """
    _draw(result.averages, tuple(rf"$\alpha$ = {alpha}" for alpha in PR_ALPHAS), ax)
    at = result.averages[0].measured.at
    ax.plot(at, PR_SIGMA2 / PR_B / at, label=r"$\sigma^2/(B h^2 t)$", **role("slide"))
    ax.set(xscale="log", yscale="log", ylim=(2e-3, 20), xlabel="iterates averaged $t$",
           ylabel="$E\\,|\\bar w_t - w^*|^2$",
           title="The average of the iterates forgets start and step size")
    ax.legend(loc="lower left")


def draw_tail(result: Result, ax: Any) -> None:
    """Draw how often one run of the median problem exceeds a squared radius.

    Probability that a single run is farther from the minimiser than a given squared radius, at
    two times. The bounds fall exponentially with the radius, and the measured frequencies lie
    below them: a single run that is far off is exponentially rare.
    """
    for found, mark, line in zip(result.tails, _MARKS, ("smooth", "corrected"), strict=True):
        ax.plot(found.radii, found.levels, label=f"bound, $t$ = {found.time}", **role(line))
        seen = found.measured.mean > 0
        ax.errorbar(found.measured.at[seen], found.measured.mean[seen],
                    found.measured.bars[:, seen], label=f"measured, $t$ = {found.time}",
                    **role(mark))
    ax.set(yscale="log", ylim=(1e-4, 30), xlabel="squared radius $r$",
           ylabel="P$(|w_t - w^*|^2 > r)$",
           title=rf"Median problem, $\alpha$ = {TAIL_ALPHA}: the tail of one run")
    ax.legend(loc="upper right", fontsize=7)


MEASURED = (
    Measurement(says.gaussian_rows, "second moment of Gaussian rows, by quadrature"),
    *(Measurement(says.gaussian_every_t, f"Gaussian regression, alpha = {alpha}, attained")
      for alpha in LMS_ALPHAS),
    Measurement(says.gaussian_ball, "limit of Gaussian regression, over t = alpha, attained"),
    Measurement(says.gaussian_grows, "at least linear growth, beyond the limit"),
    Measurement(says.gaussian_spectrum, "limit of Gaussian rows of four variances, attained"),
    Measurement(says.gaussian_spectrum, "q = 1 at the limit of stability, four variances"),
    *(Measurement(says.averaged, f"average, alpha = {alpha}, attained") for alpha in PR_ALPHAS),
    Measurement(says.quadratics_every_t, "quadratic samples, flat and steep, attained"),
    Measurement(says.quadratics_ball, "quadratic samples, diabetes, with replacement, over t = B"),
    *(Measurement(says.finite_sum_exact, f"{kind}eight rows, {words} replacement{suffix}")
      for words in ("with", "without")
      for kind, suffix in (("recursion, ", ""), ("", ", attained"))),
    *(Measurement(says.tail, f"tail, median, t = {t}, over t = nats") for t in TAIL_TIMES),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.lms_stable_alpha: ("limit of stability",),
    says.lms_distance2: tuple(f"Gaussian regression, alpha = {alpha}" for alpha in LMS_ALPHAS),
    says.lms_radius2: ("limit of Gaussian regression, over t = alpha",),
    says.averaged2: tuple(f"average, alpha = {alpha}" for alpha in PR_ALPHAS),
    says.quadratic_samples2: ("quadratic samples, flat and steep",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED = {
    says.tail2: "attained on no instance that we know: on the median problem the radius is "
                "exceeded far less often, but without its logarithm more often than claimed",
}
"""Which formulas have no witness, and what they have instead."""

PANELS = (draw_stability, draw_regression, draw_beyond, draw_rows, draw_sizes, draw_averages,
          draw_tail)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
