"""Epochs, measured [slide 24].

The mean of a clinical score over 442 patients is a sum of parabolas of one curvature, so that every
order of the patients has exact moments: reshuffled, in the order of the table, shuffled once, and
fresh draws. The ball of reshuffled epochs is of the third order in the step size. The bound on
reshuffled epochs is attained on two patients, and measured on ridge regression, whose components
differ. Sorted patients, and two components that are not convex, show that the slide's ball is not
inherited.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain,
    certain_witness,
    draw_band,
    side_by_side,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.montecarlo.deck import epoch_batches
from sgdtheory.optimizers import SGD
from sgdtheory.picture import role
from sgdtheory.problems.epochs import waves
from sgdtheory.theory import epochs as says
from sgdtheory.theory import minibatch, noise_ball
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "WITNESSES", "Result", "run"]

ORDERS = ("reshuffle", "cyclic", "shuffle-once")
AWAY, B, ALPHA, EPOCHS = 1.5, 13, 0.02, (1, 2, 4, 8, 16)
FEW, ALPHAS, SHOWN, PASS = 34, np.geomspace(1e-3, 1, 31), (0.01, 0.03, 0.1, 0.3), 0.02
L2, RIDGE_ALPHA, RIDGE_EPOCHS = 1.0, 0.002, (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True, eq=False)
class Order:
    """Epochs in one order: the measured squared distance after each, and the exact one."""

    name: str
    measured: Band
    exact: np.ndarray


@dataclass(frozen=True, eq=False)
class Balls:
    """Limits over the step size: of reshuffled epochs, their bound, and of fresh draws."""

    alphas: np.ndarray
    reshuffled: np.ndarray
    bound: np.ndarray
    fresh: np.ndarray
    measured: Band


@dataclass(frozen=True, eq=False)
class Pass:
    """An epoch step by step: sorted, in the mean over fresh draws, and the slide's bound on that.

    All are ``(n + 1,)``.
    """

    by_score: np.ndarray
    fresh: np.ndarray
    slide: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` found: orders over epochs, balls over step sizes, ridge, a sorted pass."""

    runs: int
    seed: int
    orders: tuple[Order, ...]
    fresh: np.ndarray
    balls: Balls
    ridge: Order
    ridge_bound: np.ndarray
    sorted_pass: Pass
    verdicts: dict[str, Verdict]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate epochs in every order, and hold them to exact moments and to their bound."""
    sample = Sampler(seed, executor, progress)
    orders, fresh, verdicts = _orders(sample, runs)
    balls, on_balls = _balls(sample, runs)
    ridge, bound, on_ridge = _ridge(sample, runs)
    path, on_path = _sorted_pass(sample)
    return Result(runs, seed, orders, fresh, balls, ridge, bound, path,
                  {**verdicts, **on_balls, **on_ridge, **on_path, **_waves(sample, runs),
                   **_batches(seed), **_attained(sample, runs), **_bridge()})


def _table() -> Any:
    return st.data.read_table(st.data.path("diabetes"), target="y")


def _mean(scores: np.ndarray, radius: float | None = None) -> Any:
    """Return the problem of the mean: a parabola of curvature 1 for each score."""
    return st.problems.ridge(np.ones((len(scores), 1)), scores, 0.0, radius)


def _orders(sample: Sampler, runs: int) -> tuple[tuple[Order, ...], np.ndarray, dict[str, Verdict]]:
    """Return the mean of the scores in epochs of 34 batches, in each order, and with fresh ones."""
    problem, rule, counts = _mean(_table().y + AWAY), SGD(ALPHA), np.array(EPOCHS)
    ceiling = _farthest(problem, ALPHA, B, AWAY, counts)
    steps = says.steps_per_epoch(problem.n, B) * counts
    exact = {order: st.exact.epochs2(problem, rule, B, counts, order) for order in ORDERS}
    fresh = st.exact.distance2(problem, rule, B, steps)
    found, verdicts = [], {}
    for order in ORDERS:
        result = sample(f"mean of the scores, {order}", problem, rule, B=B, steps=steps[-1],
                        runs=2 if order == "cyclic" else runs, times=steps, project=False,
                        order=order)
        result = replace(result, ceiling=ceiling)
        found.append(Order(order, band(result), exact[order]))
        if order == "cyclic":
            verdicts["exact value, cyclic"] = certain(result.mean, exact[order], counts)
            verdicts["control: the reshuffled value, cyclic"] = certain(
                result.mean, exact["reshuffle"], counts)
            continue
        verdicts[f"exact value, {order}"] = st.judge_equal(exact[order], result, DELTA)
        verdicts[f"control: the value of fresh draws, {order}"] = st.judge_equal(
            fresh, result, DELTA)
        late = st.exact.epochs2(problem, rule, B, counts + 1, order)
        verdicts[f"control: an epoch too many, {order}"] = st.judge_equal(late, result, DELTA)
    return tuple(found), fresh, verdicts


def _farthest(problem: Any, alpha: float, B: int, start: float, epochs: Any) -> np.ndarray:
    """Return a ceiling of ``|w - w*|^2`` after `epochs` from a start at distance `start`.

    No order leads farther than a sorted one, by the rearrangement inequality: the later a score,
    the larger its weight. The batches must be of one size.
    """
    weights = np.repeat((1 - alpha) ** np.arange(problem.n // B)[::-1], B) * alpha / B
    scores = np.sort(problem.y) - problem.y.mean()
    reach = max(abs(weights @ scores), abs(weights @ scores[::-1]))
    decay = (1 - alpha) ** (problem.n // B * np.asarray(epochs))
    return np.asarray((decay * start + reach * (1 - decay) / (1 - (1 - alpha) ** (problem.n // B)))
                      ** 2) * (1 + 1e-9)


def _balls(sample: Sampler, runs: int) -> tuple[Balls, dict[str, Verdict]]:
    """Return the limits for the first 34 patients: exact for every step size, measured for some."""
    problem = _mean(_table().y[:FEW])
    n, v = problem.n, float(problem.variance(problem.w_star))
    closed = says.one_curvature_ball(ALPHAS, v, n, 1.0)
    limits = np.array([st.exact.epochs2(problem, SGD(alpha), epochs=10**6)[0] for alpha in ALPHAS])
    bound = says.reshuffled_radius2(ALPHAS, v, n, 1.0, 1.0)
    fresh = noise_ball.quadratic_ball(ALPHAS, v, 1.0)
    shown, settled = np.array(SHOWN), []
    for alpha in SHOWN:
        last = sample(f"ball, alpha = {alpha:g}", problem, SGD(alpha), steps=6 * n, runs=runs,
                      times=[6 * n], project=False, order="reshuffle", w0=problem.w_star)
        settled.append(replace(last, ceiling=_farthest(problem, alpha, 1, 0.0, [6])))
    measured = side_by_side(settled, shown)
    exact = np.array([st.exact.epochs2(problem, SGD(alpha), 1, [6], w0=problem.w_star)[0]
                      for alpha in SHOWN])
    return Balls(ALPHAS, closed, bound, fresh, band(measured)), {
        **certain_witness("ball of one curvature, 34 patients", closed, limits, ALPHAS),
        "the bound is above the ball, one curvature": certain(
            np.maximum(limits / bound, 1), np.ones(len(ALPHAS)), ALPHAS),
        "control: the ball of fresh draws": certain(fresh, limits, ALPHAS),
        "ball, measured": st.judge_equal(exact, measured, DELTA),
        "control: the ball of fresh draws, measured": st.judge_equal(
            noise_ball.quadratic_ball(shown, v, 1.0), measured, DELTA),
    }


def _ridge(sample: Sampler, runs: int) -> tuple[Order, np.ndarray, dict[str, Verdict]]:
    """Return ridge regression on the first patients, whose components have their own curvatures."""
    table, counts, rule = _table(), np.array(RIDGE_EPOCHS), SGD(RIDGE_ALPHA)
    X = table.X[:FEW]
    problem = st.problems.ridge(X, table.y[:FEW], L2)
    n, v = problem.n, float(problem.variance(problem.w_star))
    start = problem.w_star + 1 / np.sqrt(problem.dim)
    found = sample("ridge, reshuffled", problem, rule, steps=n * counts[-1], runs=max(2, runs // 4),
                   times=n * counts, project=False, order="reshuffle", w0=start)
    L = float(np.max(np.sum(X**2, axis=1)) + L2)
    found = replace(found, ceiling=_every_order(problem, L, counts))
    bound = says.reshuffled2(counts, 1.0, RIDGE_ALPHA, v, n, L2, L)
    fresh = st.exact.distance2(problem, rule, times=n * counts, w0=start)
    return Order("ridge", band(found), fresh), bound, {
        "bound, ridge": st.judge(bound, found, DELTA),
        "control: a fiftieth of the bound, ridge": st.judge(bound / 50, found, DELTA),
    }


def _every_order(problem: Any, L: float, epochs: np.ndarray) -> np.ndarray:
    """Return a ceiling of ``|w - w*|^2`` after `epochs` of ridge in any order, from distance 1.

    That of sgd.T-epoch without its mean: a step contracts by ``1 - alpha c`` and adds ``alpha^3 L``
    times the square of a sum of m gradients at w*, which is no longer than the m longest together,
    nor, because all of them add up to 0, than the n - m longest.
    """
    w = problem.w_star
    rows = problem.X * (problem.X @ w - problem.y)[:, None] + problem.l2 * w
    longest = np.concatenate([[0.0], np.cumsum(np.sort(np.linalg.norm(rows, axis=1))[::-1])])
    sums, q = np.minimum(longest, longest[::-1])[:-1], 1 - RIDGE_ALPHA * L2
    added = RIDGE_ALPHA**3 * L * np.sum(q ** np.arange(problem.n)[::-1] * sums**2)
    kept = (q**problem.n) ** epochs
    return np.asarray(kept + added * (1 - kept) / (1 - q**problem.n)) * (1 + 1e-9)


def _sorted_pass(sample: Sampler) -> tuple[Pass, dict[str, Verdict]]:
    """Return the squared distance in the course of an epoch over the patients sorted by score."""
    problem = _mean(np.sort(_table().y) + AWAY, radius=2 * AWAY)
    at = np.arange(problem.n + 1)
    path = sample("sorted by score", problem, SGD(PASS), steps=problem.n, runs=2, times=at,
                  project=False, order="cyclic").mean
    slide = noise_ball.distance2(at, AWAY**2, PASS, problem.sigma2, 1, problem.mu2, problem.c)
    fresh = st.exact.distance2(problem, SGD(PASS), times=at)
    exact = st.exact.epochs2(problem, SGD(PASS), 1, [1], "cyclic")
    return Pass(path, fresh, slide), {
        "exact value, sorted": certain(path[-1:], exact, [1]),
        "refuted: the slide's ball, sorted": certain([max(path[-1] / slide[-1], 1.0)], [1.0], [1]),
    }


def _waves(sample: Sampler, runs: int) -> dict[str, Verdict]:
    """Return the verdicts on two components that are not convex, after one epoch."""
    problem, rule = waves(), SGD(0.5)
    bound = noise_ball.distance2(2, 0.0, 0.5, float(problem.sigma2), 1, float(problem.mu2),
                                 float(problem.c))
    shuffled = sample("waves, reshuffled", problem, rule, steps=2, runs=runs, times=[2],
                      order="reshuffle")
    fresh = sample("waves, fresh", problem, rule, steps=2, runs=runs, times=[2])
    return {
        "exact value, waves": certain(shuffled.mean, [9 / 16], [2]),
        "refuted: the slide's bound, waves": st.judge(bound, shuffled, DELTA),
        "the slide's bound, fresh waves": st.judge(bound, fresh, DELTA),
    }


def _batches(seed: int) -> dict[str, Verdict]:
    """Return the verdicts on the steps of an epoch, and on its last batch."""
    verdicts = {}
    for n, size in ((12, 4), (10, 4)):
        deck = epoch_batches(n, size, 1, "reshuffle", np.random.default_rng([seed, n]))
        drawn = [next(deck).copy() for _ in range(says.steps_per_epoch(n, size))]
        seen = np.bincount(np.concatenate(drawn)[:, 0], minlength=n)
        verdicts[f"an epoch is every sample once, n = {n}, B = {size}"] = certain(
            seen, np.ones(n), np.arange(n))
    early = np.bincount(np.concatenate(drawn[:-1])[:, 0], minlength=n)
    verdicts["control: n/B steps, rounded down"] = certain(early, np.ones(n), np.arange(n))
    problem, size = _mean(_table().y), 40
    n, v, last = problem.n, float(problem.variance(problem.w_star)), says.last_batch(442, 40)
    exact = st.exact.epochs2(problem, SGD(1.0), size, [1])
    for name, b in (("the last batch has n mod B samples", last),
                    ("control: the last batch is a full one", size)):
        verdicts[name] = certain(exact, [minibatch.variance_without_replacement(v, b, n)], [1])
    return verdicts


def _attained(sample: Sampler, runs: int) -> dict[str, Verdict]:
    """Return the verdicts on two patients at alpha = 1/L = 1/c, where the bound is attained.

    The last patient remains, and both are at the same distance from the mean: nothing is random.
    """
    problem, counts = _mean(_table().y[:2]), np.array(EPOCHS)
    v = float(problem.variance(problem.w_star))
    found = sample("two patients", problem, SGD(1.0), steps=2 * counts[-1], runs=runs,
                   times=2 * counts, project=False, order="reshuffle")
    d0 = float(np.sum((problem.w0 - problem.w_star) ** 2))
    given = {"alpha": 1.0, "sigma2": v, "n": 2, "c": 1.0, "L": 1.0}
    noise, ball = says.epoch_noise(**given), says.reshuffled_radius2(**given)
    return {
        **certain_witness("noise of an epoch, two patients", noise, found.mean[:1], [1]),
        **certain_witness("ball of epochs, two patients", ball, found.mean[-1:], counts[-1:]),
        **certain_witness("bound on epochs, two patients", says.reshuffled2(counts, d0, **given),
                          found.mean, counts),
    }


def _bridge() -> dict[str, Verdict]:
    """Return the verdicts on the sums of some of seven patients, over all choices of them."""
    rows = _table().X[:7]
    rows, sizes = rows - rows.mean(axis=0), np.arange(1, 7)
    found = [np.mean([np.sum(rows[list(chosen)].sum(axis=0) ** 2)
                      for chosen in combinations(range(7), B)]) for B in sizes]
    v = float(np.mean(np.sum(rows**2, axis=1)))
    return certain_witness("bridge, seven patients", says.bridge2(v, sizes, 7), found, sizes)


# --- the picture ---------------------------------------------------------------------------------

LOOKS = {"reshuffle": "corrected", "cyclic": "other", "shuffle-once": "smooth"}
NAMES = {"reshuffle": "reshuffled", "cyclic": "order of the table", "shuffle-once": "shuffled once"}


def draw_orders(result: Result, ax: Any) -> None:
    """Draw the squared distance after epochs in each order.

    Mean squared distance after whole epochs, by the order in which the samples are used. At
    first all orders agree; in the end reshuffling every epoch, or shuffling once, reaches a
    much smaller ball than fresh draws, which is what the theory of the lecture assumes.
    """
    at = np.array(EPOCHS)
    ax.plot(at, result.fresh, label="exact, fresh draws", **role("exact"))
    for order in result.orders:
        ax.plot(at, order.exact, label=f"exact, {NAMES[order.name]}", **role(LOOKS[order.name]))
    looks = ("measured", "measured too")
    for order, look, aside in zip(result.orders[::2], looks, (0.985, 1.015), strict=True):
        ax.errorbar(aside * at, order.measured.mean, order.measured.bars,
                    label=f"measured, {NAMES[order.name]}", **role(look))
    ax.set(xscale="log", yscale="log", xlabel="epochs", ylabel="$E\\,|w - w^*|^2$",
           title=f"The mean of 442 scores, $\\alpha$ = {ALPHA}, $B$ = {B}")
    _count_epochs(at, ax)
    ax.legend(loc="lower left")


def _count_epochs(at: Any, ax: Any) -> None:
    ax.set_xticks(at, [str(count) for count in at])
    ax.set_xticks([], minor=True)


def draw_balls(result: Result, ax: Any) -> None:
    r"""Draw the limits over the step size.

    Squared radius of the ball in the long run over the step size. With fresh draws it falls in
    proportion to $\alpha$, with reshuffled epochs and small steps as $\alpha^3$; there the
    bound for these lies between. For large steps the gain is gone.
    """
    found = result.balls
    ax.plot(found.alphas, found.fresh, label="exact, fresh draws", **role("exact"))
    ax.plot(found.alphas, found.bound, label="bound on reshuffled epochs", **role("smooth"))
    ax.plot(found.alphas, found.reshuffled, label="exact, reshuffled", **role("corrected"))
    draw_band(ax, found.measured, "measured, reshuffled")
    ax.set(xscale="log", yscale="log", xlabel="step size $\\alpha$", ylabel="limit of "
           "$E\\,|w - w^*|^2$", title="Reshuffled epochs: of order $\\alpha^3$ for small steps")
    ax.legend(loc="lower right")


def draw_ridge(result: Result, ax: Any) -> None:
    """Draw ridge regression in reshuffled epochs, with the bound.

    Ridge regression on a few rows of real data over the epochs. The measured distance in
    reshuffled epochs stays below the bound, and its mean after many epochs far below the exact
    value for fresh draws; the upper limits are too wide to certify that.
    """
    at = np.array(RIDGE_EPOCHS)
    ax.plot(at, result.ridge_bound, label="bound on reshuffled epochs", **role("smooth"))
    ax.plot(at, result.ridge.exact, label="exact, fresh draws", **role("exact"))
    ax.errorbar(at, result.ridge.measured.mean, result.ridge.measured.bars,
                label="measured, reshuffled", **role("measured"))
    ax.set(xscale="log", yscale="log", ylim=(1e-5, 3), xlabel="epochs",
           ylabel="$E\\,|w - w^*|^2$",
           title=f"Ridge regression, {FEW} patients, $\\alpha$ = {RIDGE_ALPHA}")
    ax.annotate("The upper limits know of no more\nthan the worst order of the rows.",
                (0.03, 0.33), xycoords="axes fraction", fontsize=8)
    _count_epochs(at, ax)
    ax.legend(loc="lower left")


def draw_sorted(result: Result, ax: Any) -> None:
    """Draw one epoch over the patients sorted by their score.

    Squared distance within one epoch through samples sorted by their label. It passes the
    minimiser and leaves again, and ends far above the bound of the lecture, which holds for
    fresh draws only: shuffle the data before use.
    """
    found = result.sorted_pass
    at = np.arange(len(found.by_score))
    ax.plot(at, found.slide, label="slide's bound for fresh draws", **role("slide"))
    ax.plot(at, found.fresh, label="exact, fresh draws", **role("exact"))
    ax.plot(at, found.by_score, label="sorted by score", **role("other"))
    ax.annotate(f"{found.by_score[-1] / found.slide[-1]:.0f} times the\nslide's bound",
                (at[-1], found.by_score[-1]), (-4, 12), textcoords="offset points", ha="right",
                fontsize=8)
    ax.set(yscale="log", ylim=(1e-3, 30), xlabel="step",
           ylabel="$|w - w^*|^2$, or its mean",
           title=f"An epoch in order of the label, $\\alpha$ = {PASS}")
    ax.legend(loc="lower left")


MEASURED = (
    Measurement(says.whole_steps, "an epoch is every sample once, n = 12, B = 4"),
    Measurement(says.reshuffled, "bound, ridge"),
    Measurement(says.one_curvature, "ball, measured"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.bridge2: ("bridge, seven patients",),
    says.epoch_noise: ("noise of an epoch, two patients",),
    says.reshuffled2: ("bound on epochs, two patients",),
    says.reshuffled_radius2: ("ball of epochs, two patients",),
    says.one_curvature_ball: ("ball of one curvature, 34 patients",),
}
"""Where each formula is attained: a 5 % that is planted there must be caught on both sides."""

PANELS = (draw_orders, draw_balls, draw_ridge, draw_sorted)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
