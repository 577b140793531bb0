"""High dimension measured: balls, distances, samples, trials and minima [slides 10-11].

Points are drawn in cubes, on a torus and from Gaussians, and every mean is known exactly: shares of
balls and of occupied cells, distances, their squares and their spread, how often the farthest point
is hardly farther than the nearest, errors of means over points on a grid and of means over drawn
ones, how often a random search succeeds, and how far it ends from the best value. Long because
slides 10 and 11 make seven statements, and each is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import chi
from sgdtheory.proofs.dimension import (
    BOWL,
    covering_radius,
    critical_points,
    enough,
    farthest2,
    fooling_height,
    mean_of_nearest,
    random_gap,
    share_coefficient,
)
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    band,
    certain,
    certain_witness,
    draw_band,
    gather,
    stream,
    within,
    witness,
)
from sgdtheory.simulations.points import (
    gaussian_distances,
    midpoint_gaps,
    occupied_shares,
    occupied_variance,
    parity,
    shares_of_ball,
    spread_variance,
    square_distances,
)

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.exact.contrast import contrast_probability
from sgdtheory.exact.distances import mean_distance
from sgdtheory.picture import role
from sgdtheory.theory import dimension as says
from sgdtheory.verdict import Replicas, Verdict, judge_equal

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

BALL_DIMENSIONS, POINTS = np.array([2, 3, 5, 10]), (512, 512, 512, 2048)
DIMENSIONS = np.array([1, 2, 5, 10, 50])
CONTRAST_DIMENSIONS, CROWD, SPREAD = np.array([40, 60, 100]), 20, 0.5
CROWDS = 16
TORUS_DIMENSIONS, NEIGHBOURS = np.array([2, 10]), 20
TRIALS, GOOD, SEARCHED = 59, 0.05, np.array([1, 5, 20])
AXIS_POINTS, COPIES, MANY_COPIES = np.array([2, 4]), 64, 256
SIDES, TOLERANCES = np.array([1, 2, 3]), (0.5, 0.3, 0.25, 0.1)
COUNTS, PLACES, UNIT = np.array([1, 2, 3, 4, 5, 7, 8, 9, 11, 15]), 200, 2520
CELL_DIMENSIONS, CELL_SIDE, FEW = np.array([1, 2, 3, 4]), 3, 20
NODE_DIMENSIONS, NODES = np.array([1, 2, 10]), 2
BITS, DRAWS = np.array([1, 8, 64]), 4
MEAN_DRAWS = 100  # 1/(4 N) = (1/20)^2
NEAR_SIDE = Fraction(1, 2)


@dataclass(frozen=True, eq=False)
class Balls:
    """The share of the ball in its cube over the dimension: the formula, and measured."""

    at: np.ndarray
    formula: np.ndarray
    printed: float
    measured: Band


@dataclass(frozen=True, eq=False)
class Distances:
    """The relative variance of squared distances over the dimension, in cube and Gaussian."""

    at: np.ndarray
    cube: np.ndarray
    gaussian: np.ndarray
    measured: Band
    measured_gaussian: Band


@dataclass(frozen=True, eq=False)
class Means:
    """The mean distance of two points of the cube over the dimension, and for the diagonal."""

    at: np.ndarray
    mean: np.ndarray
    relative: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Sparse:
    """The share of the cells that points occupy, over the dimension."""

    at: np.ndarray
    exact: np.ndarray
    limit: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Contrast:
    """How often the farthest point is hardly farther than the nearest, over the dimension.

    `equal` is that for points whose coordinates are all the same.
    """

    at: np.ndarray
    exact: np.ndarray
    equal: float
    measured: Band


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples over the dimension: of a Lipschitz function at two tolerances, and of a mean."""

    at: np.ndarray
    coarse: np.ndarray
    fine: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True, eq=False)
class Search:
    """Trials over the number of hyperparameters; how often the random ones succeed."""

    at: np.ndarray
    grid: np.ndarray
    random: np.ndarray
    near: np.ndarray
    hits: Band
    probability: float


@dataclass(frozen=True, eq=False)
class Axis:
    """The mean distance from the best value of the one that matters, over the trials."""

    at: np.ndarray
    grid: np.ndarray
    random: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    balls: Balls
    distances: Distances
    means: Means
    sparse: Sparse
    contrast: Contrast
    samples: Samples
    search: Search
    axis: Axis
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything."""
    parts: dict[str, Callable[[np.random.Generator, int], tuple[Any, Verdicts]]] = {
        "balls": _balls, "distances": _distances, "means": _means, "sparse": _sparse,
        "contrast": _contrast, "samples": _samples, "integrals": _integrals,
        "search": _search, "axis": _axis, "torus": _torus, "minima": _minima}
    found, verdicts = gather({what: partial(part, stream(seed, what), runs)
                              for what, part in parts.items()}, progress)
    return Result(runs, seed, DELTA, found["balls"], found["distances"], found["means"],
                  found["sparse"], found["contrast"], found["samples"], found["search"],
                  found["axis"], verdicts)


def frequencies(hits: list[Any], at: np.ndarray, probability: Any) -> Replicas:
    """Return shares of indicators as replicas, with the variance that their probability gives.

    Each of `hits` is ``(runs,)``, or ``(runs, copies)`` with independent copies.
    """
    p = np.broadcast_to(np.asarray(probability, dtype=float), at.shape)
    copies = hits[0].size // len(hits[0])
    shares = [np.reshape(each, (len(each), copies)).mean(axis=1) for each in hits]
    return Replicas(np.column_stack(shares), at, np.ones(len(at)), p * (1 - p) / copies)


# --- balls ---------------------------------------------------------------------------------------


def _balls(rng: np.random.Generator, runs: int) -> tuple[Balls, Verdicts]:
    truth = says.ball_to_cube(BALL_DIMENSIONS)
    exact = np.array([float(share_coefficient(d)) * np.pi ** (d // 2)
                      for d in BALL_DIMENSIONS.tolist()])
    seen = np.column_stack([shares_of_ball(rng, runs, int(d), points)
                            for d, points in zip(BALL_DIMENSIONS, POINTS, strict=True)])
    sample = Replicas(seen, BALL_DIMENSIONS, np.ones(len(truth)),
                      exact * (1 - exact) / np.array(POINTS))
    printed, at = np.pi**5 / 2**10, np.arange(1, 21)
    return Balls(at, says.ball_to_cube(at), printed, band(sample)), {
        **witness("share of the ball, over t = d", truth, sample),
        "refuted: the printed share in ten dimensions": certain([printed], truth[-1:], [10]),
    }


# --- distances -----------------------------------------------------------------------------------


def _distances(rng: np.random.Generator, runs: int) -> tuple[Distances, Verdicts]:
    d = DIMENSIONS.astype(float)
    mean, spread = says.square_distance(d), says.cube_spread2(d)
    of_gaussian = says.gaussian_spread2(d)
    columns: dict[str, list[np.ndarray]] = {"cube": [], "spread": [], "gaussian": [], "far": []}
    for dim, middle in zip(DIMENSIONS, mean, strict=True):
        squares = square_distances(rng, (runs, COPIES), int(dim))
        gaussian = gaussian_distances(rng, (runs, MANY_COPIES), int(dim)) / (2 * dim)
        columns["far"].append(2 * dim * gaussian.mean(axis=1))
        columns["cube"].append(squares.mean(axis=1))
        columns["spread"].append(((squares / middle - 1) ** 2).mean(axis=1))
        columns["gaussian"].append(((gaussian - 1) ** 2).mean(axis=1))
    cube, spreads, spreads_gaussian, far = (
        Replicas(np.column_stack(columns[name]), DIMENSIONS, ceiling, variance)
        for name, ceiling, variance in (
            ("cube", d, spread * mean**2 / COPIES),
            ("spread", np.full(len(d), 25.0), spread_variance(d) / COPIES),
            ("gaussian", np.inf, (8 / d**2 + 48 / d**3) / MANY_COPIES),
            ("far", np.inf, 8 * d / MANY_COPIES)))
    at = np.unique(np.round(np.geomspace(1, 100, 40)))
    return Distances(at, says.cube_spread2(at), says.gaussian_spread2(at), band(spreads),
                     band(spreads_gaussian)), {
        **witness("squared distance in the cube, over t = d", mean, cube),
        **witness("relative variance in the cube, over t = d", spread, spreads),
        **witness("relative variance of Gaussians, over t = d", of_gaussian, spreads_gaussian),
        **witness("squared distance of Gaussians, over t = d", 2 * d, far),
        "refuted: two points are further apart, for their diagonal, in higher dimension": within(
            mean[:-1] / d[:-1] * 1.01, mean[1:] / d[1:], DIMENSIONS[1:]),
    }


def _means(rng: np.random.Generator, runs: int) -> tuple[Means, Verdicts]:
    cube, gaussian = (np.empty((runs, len(DIMENSIONS))) for _ in range(2))
    for column, d in enumerate(DIMENSIONS):
        shape = (runs, COPIES)
        cube[:, column] = np.sqrt(square_distances(rng, shape, int(d))).mean(axis=1)
        gaussian[:, column] = np.sqrt(gaussian_distances(rng, shape, int(d))).mean(axis=1)
    mean = np.array([mean_distance(int(d)) for d in DIMENSIONS])
    of_gaussian = chi.mean(DIMENSIONS) * np.sqrt(2)
    in_cube = Replicas(cube, DIMENSIONS, np.sqrt(DIMENSIONS),
                       (says.square_distance(DIMENSIONS) - mean**2) / COPIES)
    free = Replicas(gaussian, DIMENSIONS, np.inf, (2 * DIMENSIONS - of_gaussian**2) / COPIES)
    at = np.arange(1, 51)
    drawn = np.array([mean_distance(int(d)) for d in at])
    return Means(at, drawn, drawn / np.sqrt(at), band(in_cube)), {
        **witness("mean distance in the cube, over t = d", mean, in_cube),
        **witness("mean distance of Gaussians, over t = d", says.gaussian_distance(DIMENSIONS),
                  free),
        "mean distance in the cube, at most the root of the mean square": within(
            drawn, np.sqrt(says.square_distance(at)), at),
        "control: mean distance in the cube, in one dimension the root of the mean square": certain(
            drawn[:1], np.sqrt(says.square_distance(at[:1])), at[:1]),
    }


# --- cells ---------------------------------------------------------------------------------------


def _sparse(rng: np.random.Generator, runs: int) -> tuple[Sparse, Verdicts]:
    seen = [occupied_shares(rng, (runs, COPIES), FEW, CELL_SIDE, int(d)).mean(axis=1)
            for d in CELL_DIMENSIONS]
    truth, at = says.occupied_share(FEW, CELL_SIDE, CELL_DIMENSIONS), np.arange(1, 11)
    sample = Replicas(np.column_stack(seen), CELL_DIMENSIONS, np.ones(len(truth)),
                      occupied_variance(FEW, CELL_SIDE**CELL_DIMENSIONS) / COPIES)
    exact, limit = says.occupied_share(FEW, CELL_SIDE, at), FEW / float(CELL_SIDE) ** at
    return Sparse(at, exact, limit, band(sample)), {
        **witness("share of occupied cells, over t = d", truth, sample),
        "share of occupied cells, at most n/k^d": within(exact, limit, at),
        "control: share of occupied cells, at most half of n/k^d": within(exact, limit / 2, at),
    }


def _contrast(rng: np.random.Generator, runs: int) -> tuple[Contrast, Verdicts]:
    hits = []
    for d in CONTRAST_DIMENSIONS:
        squares = rng.chisquare(d, (runs, CROWDS, CROWD))
        hits.append(squares.max(axis=2) <= (1 + SPREAD) ** 2 * squares.min(axis=2))
    truth = np.array([contrast_probability(int(d), CROWD, SPREAD)
                      for d in CONTRAST_DIMENSIONS])
    sample = frequencies(hits, CONTRAST_DIMENSIONS, truth)
    at = np.unique([*range(2, 100, 3), 100])
    z = [int(each) for each in rng.integers(1, 1000, CROWD)]
    tied = [float(farthest2(z, int(d))) for d in at]
    alike, even = np.full(len(at), (max(z) / min(z)) ** 2), np.arange(20, 101, 20)
    margin = ((1 + SPREAD) ** 2 - 1) / ((1 + SPREAD) ** 2 + 1)
    floor = says.contrast_floor(3, margin, even)
    three = np.array([contrast_probability(int(d), 3, SPREAD) for d in even])
    return Contrast(at, np.array([contrast_probability(int(d), CROWD, SPREAD) for d in at]),
                    contrast_probability(1, CROWD, SPREAD), band(sample)), {
        **witness("little contrast of Gaussians, over t = d", truth, sample),
        "control: little contrast of Gaussians in 40 dimensions, 5 % too loose": judge_equal(
            1.05 * truth[:1], frequencies(hits[:1], CONTRAST_DIMENSIONS[:1], truth[:1]), DELTA),
        "contrast of equal coordinates, over t = d": certain(tied, alike, at),
        "refuted: with equal coordinates the contrast falls, over t = d": within(
            tied, alike * at[0] / at, at),
        "contrast of three points, at least by Chebyshev, over t = d": within(
            floor[floor > 0], three[floor > 0], even[floor > 0]),
        "control: contrast of three points, above the floor for one": within(
            says.contrast_floor(1, margin, even[-1:]) + 0.5, three[-1:], even[-1:]),
    }


def _torus(rng: np.random.Generator, runs: int) -> tuple[None, Verdicts]:
    """Count how often the nearest of the others is beyond the median."""
    medians = says.nearest_median(NEIGHBOURS, TORUS_DIMENSIONS)
    near: dict[float, list[np.ndarray]] = {1.0: [], 1.05: []}
    for d, median in zip(TORUS_DIMENSIONS, medians, strict=True):
        apart = 2 * np.abs(rng.uniform(-0.5, 0.5, (d, runs, CROWDS, NEIGHBOURS - 1)))
        nearest = apart.max(axis=0).min(axis=2)
        for factor, hits in near.items():
            hits.append(nearest > factor * median)
    half = np.full(len(TORUS_DIMENSIONS), 0.5)
    solved = [_median_by_bisection(NEIGHBOURS, int(d)) for d in TORUS_DIMENSIONS]
    return None, {
        "nearest beyond the median, over t = d": judge_equal(
            half, frequencies(near[1.0], TORUS_DIMENSIONS, half), DELTA),
        "control: nearest beyond 1.05 of the median, in two dimensions": judge_equal(
            half[:1], frequencies(near[1.05][:1], TORUS_DIMENSIONS[:1], half[:1]), DELTA),
        **certain_witness("median of the nearest, over t = d", medians, solved, TORUS_DIMENSIONS),
    }


def _median_by_bisection(n: int, d: int) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda x: (1 - x**d) ** (n - 1) - 0.5, 0, 1, xtol=1e-15, rtol=1e-15))


# --- samples and minima --------------------------------------------------------------------------


def _samples(rng: np.random.Generator, runs: int) -> tuple[Samples, Verdicts]:
    at, exact = np.arange(1, 13), [Fraction(str(tolerance)) for tolerance in TOLERANCES]
    counted = [next(k for k in range(1, 20) if covering_radius(k, 1) <= tolerance) ** 2
               for tolerance in exact]
    radii = [float(covering_radius(int(k), 2)) for k in SIDES]
    errors = says.lipschitz_error(COUNTS, 2)
    heights = [min(fooling_height([tuple(map(int, place)) for place in places], UNIT)
                   for places in rng.integers(0, UNIT + 1, (PLACES, int(n), 2))) / UNIT
               for n in COUNTS]
    return Samples(at, says.lipschitz_samples(0.25, at), says.lipschitz_samples(0.05, at),
                   np.full(len(at), MEAN_DRAWS)), {
        **certain_witness("samples of a Lipschitz function, over t = tolerance",
                          [float(says.lipschitz_samples(tolerance, 2)) for tolerance in exact],
                          counted, TOLERANCES),
        **certain_witness("error of midpoints, over t = k", says.lipschitz_error(SIDES**2, 2),
                          radii, SIDES),
        "error of samples at random places, over t = N": within(errors, heights, COUNTS),
        "control: error of samples as if one side had a sample more": within(
            radii, 1 / (2 * (SIDES + 1)), SIDES),
    }


def _integrals(rng: np.random.Generator, runs: int) -> tuple[None, Verdicts]:
    """Average the distance from the nearest midpoint, and the parity of bits over few draws."""
    reach, shape = 1 / (2 * NODES), (runs, COPIES)
    gaps = [midpoint_gaps(rng, shape, NODES, int(d)).mean(axis=1) for d in NODE_DIMENSIONS]
    squares = [((parity(rng, (DRAWS, *shape), int(bits)).mean(axis=0) - 0.5) ** 2).mean(axis=1)
               for bits in BITS]
    d, largest = NODE_DIMENSIONS, says.midpoint_error(NODES, NODE_DIMENSIONS)
    exact = np.array([float(mean_of_nearest(NODES, e)) for e in d.tolist()])
    nodes = Replicas(np.column_stack(gaps), d, np.full(len(d), reach),
                     (reach**2 * d / (d + 2) - exact**2) / COPIES)
    drawn = Replicas(np.column_stack(squares), BITS, np.full(len(BITS), 0.25),
                     np.full(len(BITS), (DRAWS - 1) / (8 * DRAWS**3 * COPIES)))
    at = np.arange(1, 13)
    needed = np.full(len(at), MEAN_DRAWS)
    return None, {
        **witness("error of the mean over midpoints, over t = d", largest, nodes),
        **witness("squared error of a mean of draws, over t = bits",
                  np.full(len(BITS), says.monte_carlo_error2(DRAWS)), drawn),
        "refuted: a mean takes 2^d samples": within(2.0**at, needed, at),
    }


def _minima(rng: np.random.Generator, runs: int) -> tuple[None, Verdicts]:
    at = np.arange(1, 7)
    counts = np.array([critical_points(int(d)) for d in at])
    return None, {
        **certain_witness("minima of a sum, over t = d", says.product_minima(at), counts[:, 0], at),
        **certain_witness("saddles of a sum, over t = d", says.product_saddles(at[1:]),
                          counts[1:, 2], at[1:]),
        "refuted: a convex function has 2^d minima": within(
            2.0**at, [critical_points(int(d), BOWL)[0] for d in at], at),
    }


# --- trials --------------------------------------------------------------------------------------


def _search(rng: np.random.Generator, runs: int) -> tuple[Search, Verdicts]:
    """Search for the best 5 % of the settings, a cube around the middle, at random."""
    hits = []
    for d in SEARCHED:
        side = GOOD ** (1 / d) / 2
        tried = [np.abs(rng.uniform(-0.5, 0.5, (runs, d))).max(axis=1) <= side
                 for _ in range(TRIALS)]
        hits.append(np.any(tried, axis=0))
    success = says.random_success(GOOD, TRIALS)
    sample = frequencies(hits, SEARCHED, 1 - (1 - GOOD) ** TRIALS)
    at = np.arange(1, 13)
    close = says.near_trials(float(NEAR_SIDE), at, 0.95)
    return Search(at, says.grid_trials(3, at), np.full(len(at), TRIALS), close, band(sample),
                  success), {
        **witness("success of 59 random trials, over t = d", np.full(len(SEARCHED), success),
                  sample),
        **_numbers_of_trials(at[:6], close[:6]),
        "refuted: random trials grow as 2^d": within(2.0**at, np.full(len(at), TRIALS), at),
        "control: 59 random trials are near the best in ten dimensions": within(
            close[9:10], [TRIALS], [10]),
    }


def _numbers_of_trials(d: np.ndarray, close: np.ndarray) -> Verdicts:
    """Judge the numbers of trials by trying them in fractions, and by laying out the grids."""
    asked = ((Fraction(1, 20), Fraction(19, 20)), (Fraction(1, 100), Fraction(19, 20)),
             (Fraction(1, 20), Fraction(99, 100)), (Fraction(1, 3), Fraction(1, 2)))
    least = [next(n for n in range(1, 400) if enough(q, c, n)) for q, c in asked]
    near = [next(n for n in range(1, 400) if enough(NEAR_SIDE**e, Fraction(19, 20), n))
            for e in d.tolist()]
    grids = [len(np.unique(np.indices((3,) * e).reshape(e, -1).T, axis=0)) for e in d.tolist()]
    claimed = [says.random_trials(q, c) for q, c in asked]
    return {
        **certain_witness("random trials that are needed", claimed, least, np.arange(len(asked))),
        **certain_witness("trials of a grid, over t = d", says.grid_trials(3, d), grids, d),
        **certain_witness("random trials to be near, over t = d", close, near, d),
    }


def _axis(rng: np.random.Generator, runs: int) -> tuple[Axis, Verdicts]:
    """Let one hyperparameter of three matter: how far its best value is from the nearest trial."""
    best, counts = rng.random((runs, COPIES)), AXIS_POINTS**3
    grids, randoms = [], []
    for k, n in zip(AXIS_POINTS, counts, strict=True):
        grids.append(np.abs((best * k) % 1 - 0.5).mean(axis=1) / k)
        nearest = np.full(best.shape, np.inf)
        for _ in range(n):
            nearest = np.minimum(nearest, np.abs(rng.random(best.shape) - best))
        randoms.append(nearest.mean(axis=1))
    cube = 6 / ((counts + 1.0) * (counts + 2) * (counts + 3))  # E s^3 of a space s
    squares = (counts - 1) * cube / 12 + 2 * cube / 3
    exact = np.array([float(random_gap(n)) for n in counts.tolist()])
    grid = Replicas(np.column_stack(grids), counts, 1 / (2 * AXIS_POINTS),
                    (1 / (2 * AXIS_POINTS)) ** 2 / 12 / COPIES)
    random = Replicas(np.column_stack(randoms), counts, np.ones(len(counts)),
                      (squares - exact**2) / COPIES)
    k = np.arange(1, 9)
    return Axis(k**3, says.grid_gap(k), says.random_gap(k**3), band(random)), {
        **witness("gap of a grid, over t = trials", says.grid_gap(AXIS_POINTS), grid),
        **witness("gap of random trials, over t = trials", says.random_gap(counts), random),
        "refuted: a grid of 64 is as near as 64 random trials": certain(
            [says.grid_gap(4)], [says.random_gap(64)], [64]),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_balls(result: Result, ax: Any) -> None:
    """Draw the share of the ball in its cube.

    The share of the cube that its inscribed ball fills, over the dimension: exact (line) and
    counted from random points (marks, with certified limits). The cross is what the lecture's
    formula for ten dimensions gives as printed; its number, 0.25 %, is right.
    """
    found = result.balls
    ax.plot(found.at, found.formula, label=r"$\pi^{d/2}/(2^d\,\Gamma(d/2+1))$", **role("exact"))
    draw_band(ax, found.measured, "measured, certified limits")
    ax.plot([10], [found.printed], label="slide's formula for $d$ = 10", color="#D55E00",
            linestyle="none", marker="x", markersize=8)
    ax.set_xticks(range(0, 21, 5))
    ax.set(yscale="log", xlabel="dimension $d$", ylabel="ball / cube",
           title="The ball fills little of its cube")
    ax.legend(loc="lower left")


def draw_distances(result: Result, ax: Any) -> None:
    """Draw the relative variance of squared distances.

    How much the squared distance of two random points varies for its mean: with independent
    coordinates it falls as 1/d, so that in high dimension all distances are nearly the same. The
    mean itself is d/6 in the cube, one sixth of the squared diagonal in every dimension.
    """
    found = result.distances
    ax.plot(found.at, found.gaussian, label="Gaussian: $2/d$", **role("smooth"))
    ax.plot(found.at, found.cube, label="cube: $7/(5d)$", **role("exact"))
    draw_band(ax, found.measured_gaussian, "measured, Gaussian", "measured too")
    draw_band(ax, found.measured, "measured, cube")
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel="relative variance",
           title="Squared distances of independent coordinates")
    ax.legend(loc="lower left")


def draw_means(result: Result, ax: Any) -> None:
    """Draw how far apart two points are.

    The mean distance of two random points of the unit cube, exact (line) and measured (marks, with
    certified limits): it grows without limit. For the diagonal, the longest distance there is, it
    stays between 0.33 and 0.41: whether points are far apart depends on the unit.
    """
    found = result.means
    ax.plot(found.at, found.mean, label="mean distance, side 1", **role("exact"))
    draw_band(ax, found.measured, "measured, certified limits")
    ax.plot(found.at, found.relative, label=r"for the diagonal $\sqrt{d}$", **role("smooth"))
    ax.set(xlabel="dimension $d$", ylabel="mean distance", ylim=(0, 4),
           title="Two points of the cube: far apart, if the side is 1")
    ax.legend(loc="upper left")


def draw_sparse(result: Result, ax: Any) -> None:
    """Draw how many cells points occupy.

    Each side of the cube is cut in three. The mean share of the cells that 20 random points
    occupy, exact (line) and measured (marks, with certified limits), is at most their number by
    that of the cells.
    """
    found = result.sparse
    ax.plot(found.at, found.limit, label="points by cells, $n/k^d$", **role("slide"))
    ax.plot(found.at, found.exact, label="$1-(1-k^{-d})^n$", **role("exact"))
    draw_band(ax, found.measured, "measured, certified limits")
    ax.set(yscale="log", xlabel="dimension $d$", ylabel="occupied share",
           title=f"$n$ = {FEW} points in $k^d$ cells, $k$ = {CELL_SIDE}")
    ax.legend(loc="upper right")


def draw_contrast(result: Result, ax: Any) -> None:
    """Draw how often nearest and farthest are hardly different.

    The probability that the farthest of 20 Gaussian points is less than 1.5 times as far from the
    origin as the nearest: exact (line) and measured. Where all coordinates of a point are equal
    the contrast is that of one dimension, whatever d is: the claim on Euclidean distances needs
    independent coordinates.
    """
    found = result.contrast
    ax.plot(found.at, found.exact, label="independent coordinates, exact", **role("exact"))
    draw_band(ax, found.measured, "measured, certified limits")
    ax.axhline(found.equal, label="equal coordinates, at any $d$", **role("slide"))
    ax.set(xlabel="dimension $d$", ylabel="probability", ylim=(-0.05, 1.25),
           title="All 20 points within 1.5 times the nearest distance")
    ax.legend(loc="upper left")


def draw_samples(result: Result, ax: Any) -> None:
    """Draw the samples that are needed.

    Samples over the dimension. To know every function with Lipschitz constant 1 to an error of 1/4
    or of 1/20 takes exponentially many, exactly; the mean of a function with values in [0, 1] has
    a standard deviation of 1/20 after 100, in any dimension.
    """
    found = result.samples
    ax.plot(found.at, found.fine, label="Lipschitz functions, error 1/20", **role("slide"))
    ax.plot(found.at, found.coarse, label="Lipschitz functions, error 1/4", **role("corrected"))
    ax.plot(found.at, found.mean, label="a mean, standard deviation 1/20", **role("exact"))
    ax.set(yscale="log", xlabel="dimension $d$", ylabel="samples",
           title="Samples: exponential for functions, not for means")
    ax.legend(loc="upper left")


def draw_search(result: Result, ax: Any) -> None:
    r"""Draw the trials of a grid and of a random search.

    Trials over the number of hyperparameters. A grid of three values each needs $3^d$; 59
    random trials meet the best 5 % of the settings with a probability of 95.2 %, for every
    number of hyperparameters. But to meet a given cube of half the side with 95 %, random
    trials are exponentially many, too.
    """
    found = result.search
    ax.plot(found.at, found.grid, label="grid of 3 values each", **role("slide"))
    ax.plot(found.at, found.near, label="random, a cube of half the side", **role("corrected"))
    ax.plot(found.at, found.random, label="random, best 5 % with 95 %", **role("exact"))
    share = f"{found.hits.mean.min():.3f} to {found.hits.mean.max():.3f}"
    ax.annotate(f"found in a share of {share},\nexpected {found.probability:.3f}",
                (found.at[-1], found.random[-1]), (0, -24), textcoords="offset points", ha="right",
                fontsize=8)
    ax.set(yscale="log", xlabel="hyperparameters $d$", ylabel="trials",
           title="Trials: it is the target that decides")
    ax.legend(loc="upper left")


def draw_axis(result: Result, ax: Any) -> None:
    r"""Draw the gap where one hyperparameter of three matters.

    The mean distance between the best value of the only hyperparameter that matters and the
    nearest trial, over the number of trials: a grid of $k^3$ trials has only k different values
    of it, random trials have $k^3$.
    """
    found = result.axis
    ax.plot(found.at, found.grid, label="grid: $1/(4k)$, $n = k^3$", **role("slide"))
    ax.plot(found.at, found.random, label="random: $(n+3)/(2(n+1)(n+2))$", **role("exact"))
    draw_band(ax, found.measured, "random, measured")
    ax.set(xscale="log", yscale="log", xlabel="trials $n$", ylabel="mean distance from the best",
           title="One hyperparameter of three matters")
    ax.legend(loc="lower left")


MEASURED = (
    Measurement(says.ball_share, "share of the ball, over t = d, attained"),
    Measurement(says.ball_as_stated, "refuted: the printed share in ten dimensions"),
    Measurement(says.far, "squared distance in the cube, over t = d, attained"),
    Measurement(says.far_square, "squared distance in the cube, over t = d, attained"),
    Measurement(says.far_square, "relative variance in the cube, over t = d, attained"),
    Measurement(says.far_mean, "mean distance in the cube, over t = d, attained"),
    Measurement(says.far_mean, "mean distance in the cube, at most the root of the mean square"),
    Measurement(says.far_gaussian, "squared distance of Gaussians, over t = d, attained"),
    Measurement(says.far_gaussian, "relative variance of Gaussians, over t = d, attained"),
    Measurement(says.far_gaussian, "mean distance of Gaussians, over t = d, attained"),
    Measurement(says.far_nearest, "nearest beyond the median, over t = d"),
    Measurement(says.sparse, "share of occupied cells, over t = d, attained"),
    Measurement(says.sparse, "share of occupied cells, at most n/k^d"),
    Measurement(says.contrast_high, "little contrast of Gaussians, over t = d, attained"),
    Measurement(says.contrast_limit,
                "contrast of three points, at least by Chebyshev, over t = d"),
    Measurement(says.contrast_equal, "contrast of equal coordinates, over t = d"),
    Measurement(says.distance_as_stated,
                "refuted: with equal coordinates the contrast falls, over t = d"),
    Measurement(says.samples, "error of midpoints, over t = k, attained"),
    Measurement(says.samples, "error of samples at random places, over t = N"),
    Measurement(says.quadrature, "error of the mean over midpoints, over t = d, attained"),
    Measurement(says.variance, "squared error of a mean of draws, over t = bits, attained"),
    Measurement(says.samples_as_stated, "refuted: a mean takes 2^d samples"),
    Measurement(says.minima_as_stated, "refuted: a convex function has 2^d minima"),
    Measurement(says.minima_product, "minima of a sum, over t = d, attained"),
    Measurement(says.trials_as_stated, "refuted: random trials grow as 2^d"),
    Measurement(says.random_counts, "random trials that are needed, attained"),
    Measurement(says.near_counts, "random trials to be near, over t = d, attained"),
    Measurement(says.all_miss, "success of 59 random trials, over t = d, attained"),
    Measurement(says.one_axis, "gap of a grid, over t = trials, attained"),
    Measurement(says.one_axis, "gap of random trials, over t = trials, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.ball_to_cube: ("share of the ball, over t = d",),
    says.square_distance: ("squared distance in the cube, over t = d",),
    says.cube_spread2: ("relative variance in the cube, over t = d",),
    says.gaussian_spread2: ("relative variance of Gaussians, over t = d",),
    says.gaussian_distance: ("mean distance of Gaussians, over t = d",),
    says.occupied_share: ("share of occupied cells, over t = d",),
    says.midpoint_error: ("error of the mean over midpoints, over t = d",),
    says.monte_carlo_error2: ("squared error of a mean of draws, over t = bits",),
    says.random_success: ("success of 59 random trials, over t = d",),
    says.near_trials: ("random trials to be near, over t = d",),
    says.nearest_median: ("median of the nearest, over t = d",),
    says.lipschitz_samples: ("samples of a Lipschitz function, over t = tolerance",),
    says.lipschitz_error: ("error of midpoints, over t = k",),
    says.grid_trials: ("trials of a grid, over t = d",),
    says.random_trials: ("random trials that are needed",),
    says.grid_gap: ("gap of a grid, over t = trials",),
    says.random_gap: ("gap of random trials, over t = trials",),
    says.product_minima: ("minima of a sum, over t = d",),
    says.product_saddles: ("saddles of a sum, over t = d",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {
    says.contrast_floor: "Chebyshev's inequality is far from attained by Gaussian points: the true "
                         "probability tends to 1 exponentially fast",
}
"""Why a formula has no witness."""

PANELS = (draw_balls, draw_means, draw_sparse, draw_distances, draw_contrast, draw_samples,
          draw_search, draw_axis)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
