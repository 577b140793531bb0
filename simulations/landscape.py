"""Landscapes, counted and measured: minima, saddle points, copies, and risks of minima [slide 13].

The critical points of one sigmoid unit are enclosed one by one, and those of a linear network have
their index by elimination in fractions: nothing is random there. Random symmetric matrices and
random designs are drawn; the probability that all eigenvalues are positive, and the law of the
risk of the smallest interpolating weights, are known exactly. Long because the slide has eight
pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import factorial, log
from typing import Any

import numpy as np
from sgdtheory.proofs.landscape import (
    BENDS,
    KNOTS,
    LABEL,
    SINGULAR,
    bent,
    class_inertia,
    counted,
    irreducible,
    line,
)
from sgdtheory.simulations.measuring import (
    DELTA,
    certain,
    certain_witness,
    gather,
    stream,
    within,
    witness,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.exact.goe import goe_positive
from sgdtheory.networks.activation import sigmoid
from sgdtheory.networks.ball import Ball, ball
from sgdtheory.networks.copies import copies
from sgdtheory.networks.factors import classes, inversions
from sgdtheory.networks.neuron import geometric_inputs, slopes
from sgdtheory.picture import marks, role
from sgdtheory.theory import landscape as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

ON_LINE, ON_AXIS, GRID = 8, 5, 61
DIMENSIONS = np.arange(1, 9)
EVEN = ((4, 2), (10, 2), (6, 3), (16, 4), (30, 5))
UNEVEN = ((3, 2), (10, 2), (11, 3), (17, 4), (13, 5))
LEFT, RIGHT = 0.8, 2.2
SIZE, RANK = 10, 3
SIZES, DRAWN_SIZES, DRAWS, BLOCK = (1, 2, 3), (1, 2, 3, 4, 5), 1024, 64
HIDDEN = np.arange(1, 6)
DESIGNS, DESIGNS_EACH = ((2, 4), (2, 8), (3, 6)), 32


@dataclass(frozen=True, eq=False)
class Line:
    """The loss over one weight, and its certified minima and maxima with their losses."""

    at: np.ndarray
    loss: np.ndarray
    minima: np.ndarray
    minimal: np.ndarray
    maxima: np.ndarray
    maximal: np.ndarray


@dataclass(frozen=True, eq=False)
class Plane:
    """The loss over two weights on a grid; places of minima, saddle points and maxima, (k, 2)."""

    at: np.ndarray
    loss: np.ndarray
    minima: np.ndarray
    saddles: np.ndarray
    maxima: np.ndarray


@dataclass(frozen=True, eq=False)
class Counts:
    """Minima that were certified, over the dimension, for n = d, 2 d and 5 d examples."""

    at: np.ndarray
    alone: np.ndarray
    two: np.ndarray
    five: np.ndarray


@dataclass(frozen=True, eq=False)
class Saddles:
    """Index and loss above the minimum of each class; the last class is the minimum."""

    index: np.ndarray
    loss: np.ndarray


@dataclass(frozen=True, eq=False)
class Positive:
    """The probability that all eigenvalues are positive, over the size: drawn, exact, decay."""

    at: np.ndarray
    measured: np.ndarray
    exact: np.ndarray
    signs: np.ndarray
    decay: np.ndarray


@dataclass(frozen=True, eq=False)
class Copies:
    """Copies of a network over its hidden units: counted, and permutations or signs alone."""

    at: np.ndarray
    counted: np.ndarray
    permuted: np.ndarray
    signed: np.ndarray


@dataclass(frozen=True, eq=False)
class Fits:
    """Networks through three points, ``(networks, places)``, and these points."""

    at: np.ndarray
    values: np.ndarray
    trained: np.ndarray


@dataclass(frozen=True, eq=False)
class Shares:
    """The share of the target that is missed: its distribution, drawn and exact, ``(k,)``."""

    at: np.ndarray
    measured: np.ndarray
    exact: np.ndarray
    n: int
    p: int


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    line: Line
    plane: Plane
    counts: Counts
    saddles: Saddles
    positive: Positive
    copies: Copies
    fits: Fits
    shares: Shares
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Count, draw and judge everything."""
    parts: dict[str, Callable[[], tuple[Any, Verdicts]]] = {
        "line": _line, "plane": _plane, "counts": _counts, "saddles": _saddles,
        "positive": lambda: _positive(stream(seed, "positive"), runs), "copies": _copies,
        "fits": _fits, "shares": lambda: _shares(stream(seed, "shares"), runs)}
    found, verdicts = gather(parts, progress)
    return Result(runs, seed, DELTA, **found, verdicts=verdicts)


# --- one unit ------------------------------------------------------------------------------------


def loss_of(weights: np.ndarray, n: int) -> np.ndarray:
    """Return the loss of one unit on Auer's n examples on one axis, at weights ``(k,)``."""
    outputs = sigmoid(np.multiply.outer(geometric_inputs(n), weights))
    return np.asarray(((outputs - LABEL) ** 2).sum(axis=0))


def _line() -> tuple[Line, Verdicts]:
    found, n = line(ON_LINE), np.arange(1, 9)
    minima, maxima = (np.mean(part, axis=1) for part in (found.minima, found.maxima))
    at = np.geomspace(minima[0] / 8, minima[-1] * 8, 400)
    every = [line(int(count)) for count in n]
    apart = [float(np.min(each.minima[1:, 0] / each.minima[:-1, 1])) for each in every[1:]]
    drawn = Line(at, loss_of(at, ON_LINE), minima, loss_of(minima, ON_LINE), maxima,
                 loss_of(maxima, ON_LINE))
    counts = [len(each.minima) for each in every]
    return drawn, {
        "minima of n examples on a line, over t = n": certain(counts, n, n),
        "maxima of n examples on a line, over t = n":
            certain([1 + len(each.maxima) for each in every], n, n),
        "minima on a line are apart by a factor of 2, over t = n":
            within(np.full(len(apart), 2.0), apart, n[1:]),
        "control: minima of n examples on a line, n - 1": certain(counts[1:], n[:-1], n[1:]),
        "control: minima of the examples 5^-t on a line": certain(
            [len(line(int(count), 5.0).minima) for count in n[1:]], n[1:], n[1:]),
        **_for_every_n(),
    }


def _for_every_n() -> Verdicts:
    """Judge the two inequalities that give n minima for every n, with their infinite sums.

    Right of the dip the summand is at most ``z exp(-z)/4``, and ``8 * 10^j exp(-8 * 10^j)`` falls
    by more than 2 with each j: twice the first is above the sum. Left of it, it is at least -z/16.
    """
    falls, rises = (_summand(z) for z in (LEFT, RIGHT))
    right = 2 * 10 * LEFT * np.exp(-10 * LEFT) / 4
    left = RIGHT / 16 / 9
    return {
        "the slope is negative left of each dip": within([right], [-falls.high], [0]),
        "the slope is positive right of each dip": within([left], [rises.low], [0]),
        "control: the slope is positive right of each dip, for the ratio 4":
            within([RIGHT / 16 / 3], [rises.low], [0]),
    }


def _summand(z: float) -> Ball:
    """Return the enclosed ``z (s - 3/4) s (1 - s)`` as w times half the slope, one example."""
    return slopes(np.ones(1), np.array([LABEL]), ball(z))[0] * z


def _plane() -> tuple[Plane, Verdicts]:
    found = line(ON_AXIS)
    minima, maxima = (np.mean(part, axis=1) for part in (found.minima, found.maxima))
    at = np.geomspace(minima[0] / 6, minima[-1] * 6, GRID)
    one = loss_of(at, ON_AXIS)
    places = {kinds: np.array([(a, b) for a in first for b in second])
              for kinds, first, second in (("minima", minima, minima), ("saddles", minima, maxima),
                                           ("maxima", maxima, maxima))}
    saddles = np.concatenate([places["saddles"], places["saddles"][:, ::-1]])
    shown = Plane(at, one[:, None] + one[None, :], places["minima"], saddles, places["maxima"])
    counts = [len(shown.minima), len(shown.minima) + len(saddles) + len(shown.maxima)]
    return shown, {
        "minima and critical points of ten examples in the plane": certain(counts, [25, 81],
                                                                           [0, 1]),
        "control: minima of ten examples in the plane, 24": certain(counts[:1], [24], [0]),
    }


def _counts() -> tuple[Counts, Verdicts]:
    alone, two, five = (np.array([counted(each * int(d), int(d))[0] for d in DIMENSIONS])
                        for each in (1, 2, 5))
    even, uneven = (np.array(pairs, dtype=float).T for pairs in (EVEN, UNEVEN))
    found = np.array([counted(*pair) for pair in UNEVEN], dtype=float)
    return Counts(DIMENSIONS, alone, two, five), {
        **certain_witness("minima of one unit, d divides n", says.auer_floor(*even),
                          [counted(*pair)[0] for pair in EVEN], even[0]),
        **certain_witness("minima of one unit", says.minima_built(*uneven), found[:, 0],
                          uneven[0]),
        **certain_witness("critical points of one unit", says.critical_built(*uneven),
                          found[:, 1], uneven[0]),
        "minima of one unit at least floor(n/d)^d": within(says.auer_floor(*uneven), found[:, 0],
                                                           uneven[0]),
        "minima of one unit with n = d": certain(alone, np.ones(len(alone)), DIMENSIONS),
        "refuted: 2^d minima of one unit with n = d": certain(alone, 2.0**DIMENSIONS, DIMENSIONS),
        "control: minima of one unit, one more": certain(found[:, 0], found[:, 0] + 1, uneven[0]),
        "control: minima of one unit at most floor(n/d)^d":
            within(found[:, 0], says.auer_floor(*uneven), uneven[0]),
    }


# --- the linear network --------------------------------------------------------------------------


def _saddles() -> tuple[Saddles, Verdicts]:
    kept = sorted(classes(SIZE, RANK), key=lambda S: S == tuple(range(RANK)))
    found = [class_inertia(SIZE, RANK, S) for S in kept]
    sizes, above = (np.array(part) for part in (
        [len(S) for S in kept], [inversions(S, SIZE) for S in kept]))
    index, flat = (np.array(part, dtype=float) for part in (
        [each.negative for each in found], [each.zero for each in found]))
    missed = [sum(value**2 for i, value in enumerate(SINGULAR) if i not in S) / 2 for S in kept]
    at, some = np.arange(len(kept)), sizes > 0
    saddles = at[:-1]
    says_index = says.saddle_index(SIZE, RANK, sizes, above)
    return Saddles(index, np.array(missed) - min(missed)), {
        **certain_witness("index of every saddle point", says_index[:-1], index[:-1], saddles),
        **certain_witness("flat directions of every critical point",
                          says.nullity(RANK, sizes)[some], flat[some], at[some]),
        "the minimum has the index 0": certain(1 + index[-1:], [1.0], at[-1:]),
        "saddle points of 176 classes": certain([np.count_nonzero(index)], [175.0], [0]),
        "control: index without the values that are exchanged": certain(
            1 + index, 1 + says.saddle_index(SIZE, RANK, sizes, 0 * above), at),
        "control: flat directions |S|^2 only": certain(flat[some], sizes[some] ** 2.0, at[some]),
    }


# --- random symmetric matrices -------------------------------------------------------------------


def positive_share(rng: np.random.Generator, N: int, runs: int) -> np.ndarray:
    """Return the share of `DRAWS` matrices with positive eigenvalues only, for each run."""
    return np.concatenate([_all_positive(rng, N, min(BLOCK, runs - start)).mean(axis=1)
                           for start in range(0, runs, BLOCK)])


def _all_positive(rng: np.random.Generator, N: int, runs: int) -> np.ndarray:
    """Tell which matrices have positive pivots only [Sylvester], ``(runs, DRAWS)``."""
    rows = {(i, j): rng.standard_normal((runs, DRAWS)) * (1.0 if i == j else 0.5**0.5)
            for i in range(N) for j in range(i + 1)}
    positive = np.ones((runs, DRAWS), dtype=bool)
    for k in range(N):
        positive &= rows[k, k] > 0
        for i in range(k + 1, N):
            factor = rows[i, k] / rows[k, k]
            for j in range(k + 1, i + 1):
                rows[i, j] = rows[i, j] - factor * rows[j, k]
    return positive


def _positive(rng: np.random.Generator, runs: int) -> tuple[Positive, Verdicts]:
    at = np.array(DRAWN_SIZES)
    exact = np.array([float(goe_positive(int(N))) for N in at])
    shares = np.column_stack([positive_share(rng, int(N), runs) for N in at])
    judged = [int(np.flatnonzero(at == N)[0]) for N in SIZES]
    truth = exact[judged]
    sample = Replicas(shares[:, judged], at[judged], 1.0, truth * (1 - truth) / DRAWS)
    name = "all eigenvalues are positive, over t = N"
    drawn = Positive(at, shares.mean(axis=0), exact, 0.5**at, np.exp(-log(3) / 4 * at**2))
    return drawn, {
        **witness(name, truth, sample),
        "control: all eigenvalues are positive, independent signs":
            st.judge_equal(0.5 ** np.array(SIZES), sample, DELTA),
    }


# --- copies --------------------------------------------------------------------------------------


def _copies() -> tuple[Copies, Verdicts]:
    found = np.array([float(len(copies(irreducible(int(n))))) for n in HIDDEN])
    permuted = np.array([float(factorial(int(n))) for n in HIDDEN])
    return Copies(HIDDEN, found, permuted, 2.0**HIDDEN), {
        **certain_witness("copies of n units, over t = n", says.orbit(HIDDEN), found, HIDDEN),
        "control: copies of n units, permutations only": certain(found, permuted, HIDDEN),
    }


# --- interpolation -------------------------------------------------------------------------------


def _fits() -> tuple[Fits, Verdicts]:
    shown = [height for height in BENDS if abs(height) < 1] + [-3 * BENDS[1]]
    values = np.array([[float(bent(height)(knot)) for knot in KNOTS] for height in shown])
    at = np.array([float(knot) for knot in KNOTS])
    off = np.max(np.abs(values - at), axis=1)
    trained = at[::2]
    return Fits(at, values, trained), {
        "networks fit three points": certain(1 + values[:, ::2].ravel(), 1 + np.tile(trained, 3),
                                             np.tile(trained, 3)),
        "and are off by 0, 1/2 and 3/2 in between": certain(1 + off, [1.0, 1.5, 2.5], range(3)),
        "control: networks that fit three points agree": certain(1 + off, np.ones(3), range(3)),
    }


def missed_share(rng: np.random.Generator, n: int, p: int, count: int) -> np.ndarray:
    """Return the share of ``|b|^2`` that the smallest interpolating weights miss, ``(count,)``."""
    X, b = rng.standard_normal((count, n, p)), np.arange(1.0, p + 1)
    seen = X @ b
    duals = np.linalg.solve(X @ np.swapaxes(X, 1, 2), seen[..., None])[..., 0]
    least = np.einsum("rnp,rn->rp", X, duals)
    return np.asarray(((least - b) ** 2).sum(axis=1) / (b @ b))


def _moment(n: int, p: int, order: int) -> float:
    """Return a moment of ``Beta((p - n)/2, n/2)``."""
    return float(np.prod([(p - n + 2 * r) / (p + 2 * r) for r in range(order)]))


def _shares(rng: np.random.Generator, runs: int) -> tuple[Shares, Verdicts]:
    from scipy.stats import beta

    drawn = [missed_share(rng, n, p, runs * DESIGNS_EACH) for n, p in DESIGNS]
    n, p = np.array(DESIGNS, dtype=float).T
    verdicts: Verdicts = {}
    samples = {}
    for order, what in ((1, "share missed"), (2, "squared share missed")):
        spread = np.array([_moment(*pair, 2 * order) - _moment(*pair, order) ** 2
                           for pair in DESIGNS]) / DESIGNS_EACH
        means = np.column_stack([(x**order).reshape(runs, -1).mean(axis=1) for x in drawn])
        samples[what] = Replicas(means, p, 1.0, spread)
    verdicts |= witness("share missed, over t = p", says.unseen_share(n, p),
                        samples["share missed"])
    verdicts |= witness("squared share missed, over t = p", says.unseen_square(n, p),
                        samples["squared share missed"])
    verdicts["control: share missed, n/p"] = st.judge_equal(n / p + 0.01, samples["share missed"],
                                                            DELTA)
    at = np.linspace(0, 1, 26)
    shown = drawn[1]
    exact = beta.cdf(at, (p[1] - n[1]) / 2, n[1] / 2)
    return Shares(at, np.searchsorted(np.sort(shown), at, side="right") / len(shown), exact,
                  int(n[1]), int(p[1])), verdicts


# --- the picture ---------------------------------------------------------------------------------


def draw_line(result: Result, ax: Any) -> None:
    """Draw the loss of one unit over its weight, with its critical points.

    The loss of one sigmoid unit with a single weight on eight examples whose inputs differ by
    powers of ten: eight minima and seven maxima, all of them certified, and no other critical
    point.
    """
    found = result.line
    ax.plot(found.at, found.loss, label=f"{len(found.minima)} examples $10^{{-t}}$, labels 3/4",
            **role("exact"))
    ax.plot(found.minima, found.minimal, label=f"{len(found.minima)} minima", **marks("measured"))
    ax.plot(found.maxima, found.maximal, label=f"{len(found.maxima)} maxima",
            **marks("measured too"))
    ax.set(xscale="log", xlabel="weight $w$", ylabel="loss", ylim=(0.38, 0.56),
           title="One sigmoid unit, one weight: as many minima as examples")
    ax.legend(loc="upper center", ncols=3, fontsize=7)


def draw_plane(result: Result, ax: Any) -> None:
    """Draw the critical points of one unit with two weights over the level lines of its loss.

    Level lines of the loss of one sigmoid unit with two weights on ten examples, five on each
    axis: 25 local minima, of which 24 are not global, 40 saddle points and 16 maxima.
    """
    found = result.plane
    ax.contour(found.at, found.at, found.loss.T, levels=18, colors="0.75", linewidths=0.6)
    ax.plot(*found.minima.T, label=f"{len(found.minima)} minima", **marks("measured"))
    ax.plot(*found.saddles.T, label=f"{len(found.saddles)} saddle points",
            **marks("measured too", marker="x"))
    ax.plot(*found.maxima.T, label=f"{len(found.maxima)} maxima",
            **marks("measured too", color="#D55E00", markeredgecolor="#7a3500"))
    ax.set(xscale="log", yscale="log", xlabel="weight $w_1$", ylabel="weight $w_2$",
           ylim=(found.at[0], found.at[-1] * 12),
           title=f"Ten examples on two axes: {len(found.minima)} minima, each certified")
    ax.legend(loc="upper center", ncols=3)


def draw_counts(result: Result, ax: Any) -> None:
    """Draw the number of minima over the dimension.

    Local minima of one unit over the number of weights, for five and for two examples a weight
    and for as many examples as weights: the first two grow exponentially, the last is always
    one, which is global. The lecture says it of overparametrised models, which have fewer
    examples than weights.
    """
    found = result.counts
    for values, look, label in ((found.five, "measured", "$n = 5d$: $5^d$"),
                                (found.two, "measured too", "$n = 2d$: $2^d$")):
        ax.plot(found.at, values, label=label, **marks(look))
    ax.plot(found.at, found.alone, label="$n = d$: one, and it is global",
            **role("slide", marker="s", markersize=4))
    ax.set(yscale="log", xlabel="weights $d$", ylabel="local minima", ylim=(0.5, 1e8),
           title="Exponentially many minima need more examples than weights")
    ax.legend(loc="upper left")


def draw_saddles(result: Result, ax: Any) -> None:
    """Draw the index of every critical point of a linear network over its loss.

    The number of negative directions of each class of critical points of a linear network,
    exactly, over its loss: all are saddle points but one, the global minimum, and the higher
    the loss, the more ways lead down.
    """
    found = result.saddles
    ax.plot(found.loss[:-1], found.index[:-1], label=f"{len(found.index) - 1} saddle points",
            **marks("measured too"))
    ax.plot(found.loss[-1:], found.index[-1:], label="the global minimum", **marks("measured"))
    ax.set(xlabel="loss above the minimum", ylabel="negative directions", ylim=(-1.5, 38),
           title=f"$|M - UV'|^2$, {SIZE} rows, rank {RANK}: no other minimum")
    ax.legend(loc="upper left")


def draw_positive(result: Result, ax: Any) -> None:
    """Draw the probability that all eigenvalues of a random matrix are positive.

    The probability that all eigenvalues of a random symmetric matrix are positive, exact and
    drawn: it falls far faster than that of independent signs. It is a model of why random
    critical points are saddles, and no theorem about networks.
    """
    found = result.positive
    ax.plot(found.at, found.exact, label="exact", **role("exact"))
    ax.plot(found.at, found.measured, label="drawn", **marks("measured"))
    ax.plot(found.at, found.signs, label="independent signs: $2^{-N}$", **role("slide"))
    ax.plot(found.at, found.decay, label="$3^{-N^2/4}$, the rate of decay", **role("limit"))
    ax.set_xticks(found.at)
    ax.set(yscale="log", xlabel="size of the matrix $N$", ylabel="probability", ylim=(3e-5, 6),
           title="How often all eigenvalues of a random matrix are positive")
    ax.legend(loc="upper right", ncols=2)


def draw_copies(result: Result, ax: Any) -> None:
    """Draw the number of copies of a network over its hidden units.

    How many networks with other weights are the same function, counted, over the number of tanh
    units: every permutation and every change of signs gives one, and together they are n! times
    2^n.
    """
    found = result.copies
    ax.plot(found.at, found.counted, label="networks that are the same function",
            **marks("measured"))
    ax.plot(found.at, found.permuted * found.signed, label="$n!\\,2^n$", **role("exact"))
    ax.plot(found.at, found.permuted, label="permutations alone: $n!$", **role("slide"))
    ax.plot(found.at, found.signed, label="signs alone: $2^n$", **role("smooth"))
    ax.set_xticks(found.at)
    ax.set(yscale="log", xlabel="tanh units $n$", ylabel="copies",
           title="Every minimum has as many equivalent copies")
    ax.legend(loc="upper left")


def draw_fits(result: Result, ax: Any) -> None:
    """Draw networks of one shape that fit the same points.

    Three ReLU networks of one shape with training loss 0 on three points: between them they
    differ from the target by nothing, by 1/2 and by more. Global minima do not generalise
    alike.
    """
    found = result.fits
    for values, look, label in zip(found.values, ("exact", "corrected", "slide"),
                                   ("the target itself", "off by 1/2", "off by 3/2"), strict=True):
        ax.plot(found.at, values, label=label, **role(look))
    ax.plot(found.trained, found.trained, label="training points", **marks("measured"))
    ax.set(xlabel="$x$", ylabel="output", ylim=(-1.4, 3.2),
           title="Four ReLU units: three global minima of the training loss")
    ax.legend(loc="upper right", ncols=2)


def draw_shares(result: Result, ax: Any) -> None:
    """Draw the distribution of the risk of the smallest interpolating weights.

    The distribution of the risk of the smallest weights that interpolate two Gaussian examples
    in eight dimensions, drawn against the exact Beta law.
    """
    found = result.shares
    ax.plot(found.at, found.exact, **role("exact"),
            label=f"Beta({(found.p - found.n) // 2}, {found.n // 2})")
    ax.plot(found.at, found.measured, label="drawn", **marks("measured"))
    ax.set(xlabel="risk as a share of $|b|^2$", ylabel="probability of at most that",
           title=f"The smallest interpolating weights: $n$ = {found.n}, $p$ = {found.p}")
    ax.legend(loc="upper left")


MEASURED = (
    Measurement(says.auer_line, "minima of n examples on a line, over t = n"),
    Measurement(says.auer_line, "maxima of n examples on a line, over t = n"),
    Measurement(says.auer_line, "minima on a line are apart by a factor of 2, over t = n"),
    Measurement(says.auer_every, "the slope is negative left of each dip"),
    Measurement(says.auer_every, "the slope is positive right of each dip"),
    Measurement(says.auer, "minima and critical points of ten examples in the plane"),
    Measurement(says.auer, "minima of one unit, attained"),
    Measurement(says.auer, "critical points of one unit, attained"),
    Measurement(says.auer, "minima of one unit at least floor(n/d)^d"),
    Measurement(says.minima_as_stated, "minima of one unit with n = d"),
    Measurement(says.minima_as_stated, "refuted: 2^d minima of one unit with n = d"),
    Measurement(says.saddles, "index of every saddle point, attained"),
    Measurement(says.saddles_flat, "flat directions of every critical point, attained"),
    Measurement(says.saddle_classes, "the minimum has the index 0"),
    Measurement(says.saddle_classes, "saddle points of 176 classes"),
    Measurement(says.goe, "all eigenvalues are positive, over t = N, attained"),
    Measurement(says.symmetry, "copies of n units, over t = n, attained"),
    Measurement(says.networks_differ, "networks fit three points"),
    Measurement(says.networks_differ, "and are off by 0, 1/2 and 3/2 in between"),
    Measurement(says.risk_of_least, "share missed, over t = p, attained"),
    Measurement(says.risk_of_least, "squared share missed, over t = p, attained"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.auer_floor: ("minima of one unit, d divides n",),
    says.minima_built: ("minima of one unit",),
    says.critical_built: ("critical points of one unit",),
    says.saddle_index: ("index of every saddle point",),
    says.nullity: ("flat directions of every critical point",),
    says.orbit: ("copies of n units, over t = n",),
    says.unseen_share: ("share missed, over t = p",),
    says.unseen_square: ("squared share missed, over t = p",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Why a formula has no witness."""

PANELS = (draw_line, draw_plane, draw_counts, draw_saddles, draw_positive, draw_copies, draw_fits,
          draw_shares)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
