"""Depth in exact fractions: pieces, tents, squares, products, chains of sigmoids [slides 7-9].

Networks of rational weights are computed as piecewise-linear functions, so that their pieces, sup
norms and areas are exact. The k-fold tent by L layers costs L 2^(k/L) units; whole widths with
enough pieces have at least L (2^(k/L) - 1). Fewer pieces are 1/2 away from it, whatever they do.
Random networks, weights and knots are tried; every verdict on them is exact. Long because slide 8
speaks of pieces, units, squares, products and training, and each is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import e, log
from typing import Any

import numpy as np
from sgdtheory.proofs.depth import (
    built_pieces,
    chain_gradient,
    least_total,
    product_rank,
    square_approximation,
)
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.networks.activation import sigmoid, softplus
from sgdtheory.networks.mlp import MLP, Layer
from sgdtheory.networks.piecewise import (
    PiecewiseLinear,
    constant,
    through,
    zigzag,
    zigzag_weights,
)
from sgdtheory.picture import marks, role
from sgdtheory.theory import depth as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

WIDTHS, NETS = np.array([1, 2, 3, 5]), 24
TENT, SHOWN, TRIES = 5, 3, 30
FOLDS = {6: (1, 2, 3, 6), 10: (1, 2, 5, 10)}
LEAST = {6: (1, 2, 3, 6), 8: (1, 2, 4, 8)}
SQUARES, PIECES = np.arange(1, 8), np.array([1, 2, 3, 4, 6, 9, 16])
SCALES, SOFTPLUS_BEND, SOFTPLUS_FOURTH = np.array([0.4, 0.2, 0.1, 0.05]), 1 / 4, 1 / 8
CHAIN = np.array([1, 2, 3, 5, 8, 12, 16, 20])


@dataclass(frozen=True, eq=False)
class Tents:
    """A tent on a grid, a shallow approximation of it by chords, and the errors of many others.

    ``pieces`` and ``errors`` are those of random functions with fewer pieces than the tent of
    `TENT` folds; the exact one is the last.
    """

    at: np.ndarray
    tent: np.ndarray
    shallow: np.ndarray
    pieces: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True, eq=False)
class Units:
    """Over the number of layers: the lower bound, and the units of networks that were built."""

    folds: int
    at: np.ndarray
    fewest: np.ndarray
    depths: np.ndarray
    built: np.ndarray
    least: float


@dataclass(frozen=True, eq=False)
class Squares:
    """Errors for x^2: by m tents, and by p pieces."""

    folds: np.ndarray
    deep: np.ndarray
    pieces: np.ndarray
    shallow: np.ndarray


@dataclass(frozen=True, eq=False)
class Products:
    """The largest error of four softplus units for ``x y``, over the scale of their weights."""

    at: np.ndarray
    measured: np.ndarray
    bound: np.ndarray


@dataclass(frozen=True, eq=False)
class Chain:
    """The gradient at the first of L sigmoids: with weights 1 at z = 0, and the largest random."""

    at: np.ndarray
    centred: np.ndarray
    random: np.ndarray
    bound: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    tents: Tents
    units: tuple[Units, Units]
    squares: Squares
    products: Products
    chain: Chain
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws networks to try, `runs` is not needed."""
    rng = np.random.default_rng(seed)
    parts: dict[str, Callable[[], tuple[Any, Verdicts]]] = {
        "pieces": lambda: _pieces(rng), "tents": lambda: _tents(rng), "units": _units,
        "squares": lambda: _squares(rng), "products": _products, "chain": lambda: _chain(rng)}
    found, verdicts = gather(parts, progress)
    return Result(runs, seed, DELTA, found["tents"], found["units"], found["squares"],
                  found["products"], found["chain"], verdicts)


def floats(values: Any) -> np.ndarray:
    """Return fractions as floats, ``(k,)``."""
    return np.array([float(value) for value in values])


# --- pieces --------------------------------------------------------------------------------------


def random_weights(rng: np.random.Generator, widths: tuple[int, ...]) -> Any:
    """Return a ReLU network of one input and one output with small rational weights."""
    sizes = (1, *widths, 1)
    return [([[Fraction(int(v), 4) for v in row] for row in rng.integers(-8, 9, (m, n))],
             [Fraction(int(v), 8) for v in rng.integers(-8, 9, m)])
            for n, m in pairwise(sizes)]


def _pieces(rng: np.random.Generator) -> tuple[None, Verdicts]:
    shapes = [(3, 3), (3, 3, 3), (5, 2), (2, 2, 2)]
    most = [max(through(random_weights(rng, shape))[0].pieces for _ in range(NETS))
            for shape in shapes]
    limits = [np.prod([m + 1 for m in shape]) for shape in shapes]
    flat = [1 + sum(shape) for shape in shapes]
    zigzags = [built_pieces(int(m), 3) for m in WIDTHS]
    over = np.arange(len(shapes))
    return None, {
        **certain_witness("pieces of one layer, over t = m", says.piece_limit(WIDTHS, 1),
                          [built_pieces(int(m), 1) for m in WIDTHS], WIDTHS),
        **certain_witness("pieces of three zigzag layers, over t = m",
                          says.pieces_built(WIDTHS, 3), zigzags, WIDTHS),
        "pieces of random networks": within(most, limits, over),
        "pieces of three zigzag layers, limit": within(zigzags, says.piece_limit(WIDTHS, 3),
                                                       WIDTHS),
        "control: pieces at most one more than units":
            within([built_pieces(3, len(s)) for s in shapes], flat, over),
        "control: pieces of three zigzag layers at most m^3":
            within(zigzags, WIDTHS**3, WIDTHS),
    }


# --- tents ---------------------------------------------------------------------------------------


def random_pieces(rng: np.random.Generator, pieces: int) -> PiecewiseLinear:
    """Return a function of so many pieces on [0, 1], with random rational knots and values."""
    inner = rng.choice(np.arange(1, 256), pieces - 1, replace=False)
    knots = (Fraction(0), *(Fraction(int(i), 256) for i in sorted(inner)), Fraction(1))
    return PiecewiseLinear(knots, tuple(Fraction(int(v), 16)
                                        for v in rng.integers(-4, 21, len(knots))))


def _tents(rng: np.random.Generator) -> tuple[Tents, Verdicts]:
    tent, half = zigzag(2**TENT), constant(Fraction(1, 2))
    tried = [half, *(random_pieces(rng, int(p)) for p in rng.integers(2, 2**TENT, TRIES)),
             *(_chords(tent, p) for p in range(2, 2**TENT)), tent]
    pieces = np.array([g.pieces for g in tried])
    errors, areas = floats((tent - g).sup() for g in tried), floats((tent - g).area()
                                                                    for g in tried)
    floor = says.area_floor(pieces[:-1], TENT)
    seen, k = floor > 0, np.arange(1, 9)
    at, small = np.linspace(0, 1, 2 ** (SHOWN + 3) + 1), zigzag(2**SHOWN)
    shallow = _chords(small, 2**SHOWN - 3)
    found = Tents(at, floats(small(x) for x in at), floats(shallow(x) for x in at), pieces, errors)
    return found, {
        "fewer pieces are 1/2 away": within(np.full(len(pieces) - 1, 0.5), errors[:-1],
                                            pieces[:-1]),
        "the constant 1/2 is 1/2 away, over t = k": certain(
            [float((zigzag(2**int(i)) - half).sup()) for i in k], np.full(8, 0.5), k),
        "control: 2^k pieces are 1/2 away": within([1.5], 1 + errors[-1:], pieces[-1:]),
        "control: fewer pieces are 0.51 away": within(np.full(len(pieces) - 1, 0.51), errors[:-1],
                                                      pieces[:-1]),
        "area between, random functions": within(floor[seen], areas[:-1][seen], pieces[:-1][seen]),
        "area between, the constant 1/2": certain(areas[:1], [0.25], pieces[:1]),
        "control: area between at least 1/4 + 1/100": within([0.26], areas[:1], pieces[:1]),
    }


def _chords(f: PiecewiseLinear, pieces: int) -> PiecewiseLinear:
    """Return the function that joins values of `f` at equal distances."""
    knots = tuple(Fraction(i, pieces) for i in range(pieces + 1))
    return PiecewiseLinear(knots, tuple(f(x) for x in knots))


# --- units ---------------------------------------------------------------------------------------


def _units() -> tuple[tuple[Units, Units], Verdicts]:
    drawn, verdicts = [], {}
    for folds, depths in FOLDS.items():
        counted = np.array([_counted(folds, layers) for layers in depths], dtype=float)
        at, many = np.arange(1, 2 * folds + 1), np.array(depths)
        best = folds * log(2)
        fewest = np.maximum(says.fewest_units(folds, at), at)
        drawn.append(Units(folds, at, fewest, many, counted, best))
        verdicts |= {
            **certain_witness(f"units of the zigzag network, k = {folds}, over t = L",
                              says.built_units(folds, many), counted, many),
            f"units of the zigzag network at least e k log 2, k = {folds}":
                within(np.full(len(many), e * best), counted, many),
            f"units of the zigzag network above the bound, k = {folds}":
                within(says.fewest_units(folds, many), counted, many),
            f"refuted: units fall as 2^-L, k = {folds}": within(
                counted, counted[0] * 2.0 ** (1 - many), many),
        }
    for folds, depths in LEAST.items():
        least = [least_total(2**folds, layers) for layers in depths]
        verdicts |= certain_witness(f"fewest whole widths, k = {folds}, over t = L",
                                    says.fewest_units(folds, np.array(depths)), least, depths)
    return (drawn[0], drawn[1]), verdicts


@cache
def _counted(folds: int, layers: int) -> int:
    """Count the hidden units of the zigzag network; raise ValueError if it is not the tent."""
    weights = zigzag_weights(2 ** (folds // layers), layers)
    if through(weights)[0] != zigzag(2**folds):
        raise ValueError(f"layers={layers}: the network is not the tent of {folds} folds")
    return sum(len(biases) for _, biases in weights[:-1])


# --- squares -------------------------------------------------------------------------------------


def _squares(rng: np.random.Generator) -> tuple[Squares, Verdicts]:
    deep = floats(square_approximation(int(m)).sup_from_square() for m in SQUARES)
    shallow = floats(_lowered_chords([Fraction(i, int(p)) for i in range(int(p) + 1)])
                     .sup_from_square() for p in PIECES)
    uneven = floats(_lowered_chords(random_pieces(rng, int(p)).knots).sup_from_square()
                    for p in PIECES[1:])
    random = [random_pieces(rng, int(p)) for p in PIECES]
    drawn = floats(g.sup_from_square() for g in random)
    return Squares(SQUARES, deep, PIECES, shallow), {
        **certain_witness("error of m tents for x^2, over t = m",
                          floats(says.square_error(int(m)) for m in SQUARES), deep, SQUARES),
        **certain_witness("error of p pieces for x^2, over t = p",
                          says.shallow_square_error(PIECES), shallow, PIECES),
        "error of p uneven pieces for x^2": within(says.shallow_square_error(PIECES[1:]), uneven,
                                                   PIECES[1:]),
        "error of p random pieces for x^2": within(says.shallow_square_error(PIECES), drawn,
                                                   PIECES),
        "control: error of p pieces for x^2 at least 1/(4 p^2)":
            within(2 * says.shallow_square_error(PIECES), shallow, PIECES),
        "control: error of m tents for x^2 is 4^-m": certain(deep, 0.25**SQUARES, SQUARES),
    }


def _lowered_chords(knots: Any) -> PiecewiseLinear:
    """Return the chords of x^2 between the knots, lowered by half of the largest error."""
    widest = max(b - a for a, b in pairwise(knots))
    return PiecewiseLinear(tuple(knots), tuple(x * x - widest**2 / 8 for x in knots))


# --- products ------------------------------------------------------------------------------------


def _products() -> tuple[Products, Verdicts]:
    d, powers = np.arange(1, 6), np.array([2, 4, 8, 16])
    counted = [_tree_units(int(count)) for count in powers]
    off = np.array([_gate_error(scale) for scale in SCALES])
    bound = SOFTPLUS_FOURTH * SCALES**2 * 16 / (48 * SOFTPLUS_BEND)
    return Products(SCALES, off, bound), {
        **certain_witness("units of one layer for a product, over t = d",
                          floats(says.shallow_product_units(int(i)) for i in d),
                          [product_rank(int(i), 1) for i in d], d),
        **certain_witness("units of a tree of products, over t = d",
                          says.deep_product_units(powers), counted, powers),
        "error of a product of two by softplus, over t = scale": within(off, bound, SCALES),
        "control: error of a product of two, a third of it": within(off, bound / 3, SCALES),
        "control: units of one layer for a product, 2^(d-1)": certain(
            [product_rank(int(i), 1) for i in d], 2.0 ** (d - 1), d),
    }


def _tree_units(numbers: int) -> int:
    """Count 4 units for each product of two, level by level, for a power of 2."""
    return 0 if numbers == 1 else 4 * (numbers // 2) + _tree_units(numbers // 2)


def _gate_error(scale: float) -> float:
    """Return the largest error on a grid of four softplus units for ``x y`` on [-1, 1]^2."""
    x, y = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41))
    hidden = MLP((2, 4, 1), softplus)
    W = scale * np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    out = np.array([[1.0, 1.0, -1.0, -1.0]]) / (4 * SOFTPLUS_BEND * scale**2)
    layers = (Layer(W, np.zeros(4)), Layer(out, np.zeros(1)))
    found = hidden.forward(layers, np.stack([x.ravel(), y.ravel()])).output[0]
    return float(np.max(np.abs(found - (x * y).ravel())))


# --- the chain -----------------------------------------------------------------------------------


def _chain(rng: np.random.Generator) -> tuple[Chain, Verdicts]:
    bound = floats(says.chain_slope(int(layers)) for layers in CHAIN)
    centred = floats(chain_gradient(int(layers)) for layers in CHAIN)
    random = np.array([max(_random_chain(rng, int(layers)) for _ in range(NETS))
                       for layers in CHAIN])
    return Chain(CHAIN, centred, random, bound), {
        **certain_witness("slope of a chain of sigmoids, over t = L", bound, centred, CHAIN),
        "slope of random chains of sigmoids, over t = L": within(random, bound, CHAIN),
        "refuted: the gradient does not fall with the depth, over t = L":
            within(np.full(len(CHAIN), centred[0]), centred, CHAIN),
        "control: slope of a chain of sigmoids, 5^-L": within(centred, 5.0**-CHAIN, CHAIN),
    }


def _random_chain(rng: np.random.Generator, layers: int) -> float:
    """Return the gradient at the first of L sigmoids, with weights and biases in [-1, 1]."""
    net = MLP((1,) * (layers + 2), sigmoid)
    weights = [Layer(rng.uniform(-1, 1, (1, 1)), rng.uniform(-1, 1, 1)) for _ in range(layers)]
    last = Layer(np.ones((1, 1)), np.zeros(1))
    trace = net.forward([*weights, last], rng.uniform(-1, 1, (1, 1)))
    return abs(float(net.backward([*weights, last], trace, np.ones((1, 1)))[0].b[0]))


# --- the picture ---------------------------------------------------------------------------------


def draw_tents(result: Result, ax: Any) -> None:
    """Draw a tent, what fewer pieces make of it, and the constant that is as good.

    A tent that is iterated three times, and what fewer straight pieces make of it. Wherever the
    chords run, they miss some tooth by at least 1/2, and the constant 1/2 does as well as
    anything with too few pieces.
    """
    found = result.tents
    ax.plot(found.at, found.tent, label=f"{SHOWN}-fold tent: {2**SHOWN} pieces", **role("exact"))
    ax.plot(found.at, found.shallow, label=f"{2**SHOWN - 3} chords", **role("slide"))
    ax.plot([0, 1], [0.5, 0.5], label="the constant 1/2: off by 1/2", **role("smooth"))
    ax.set(xlabel="$x$", ylabel="value", ylim=(-0.05, 1.45),
           title=f"Fewer than $2^{SHOWN}$ pieces are at least 1/2 off")
    ax.legend(loc="upper left", ncols=2)


def draw_errors(result: Result, ax: Any) -> None:
    """Draw the errors of functions with ever more pieces for one tent.

    Largest error over the number of pieces of functions that try to follow a tent iterated five
    times. None comes below 1/2 until the pieces are as many as those of the tent, and then the
    error is 0: nothing lies between.
    """
    found = result.tents
    ax.axhline(0.5, label="1/2", **role("limit"))
    ax.plot(found.pieces[1:-1], found.errors[1:-1], label="random functions and chords",
            **marks("measured"))
    ax.plot(found.pieces[[0, -1]], found.errors[[0, -1]],
            label=f"the constant 1/2, and {2**TENT} pieces", **marks("measured too"))
    ax.set(xlabel="pieces", ylabel="sup norm of the error", ylim=(-0.05, 2.0),
           title=f"The {TENT}-fold tent: 1/2 below $2^{TENT}$ = {2**TENT} pieces, then 0")
    ax.legend(loc="upper left")


def draw_units(result: Result, ax: Any) -> None:
    r"""Draw the units that the tent needs over the number of layers.

    Hidden units for an iterated tent over the number of layers, for two tents. A lower bound
    (dashed and dash-dotted) falls steeply from one layer to a few, and the networks built
    (marks) follow it; layers beyond about $k \log 2$ (dotted) bring no gain in what is built.
    """
    for found, bound, look in zip(result.units, ("slide", "corrected"),
                                  ("measured", "measured too"), strict=True):
        ax.plot(found.at, found.fewest, **role(bound),
                label=rf"at least $\max(L, L(2^{{k/L}}-1))$, $k$ = {found.folds}")
        ax.plot(found.depths, found.built, label=f"built, $k$ = {found.folds}", **marks(look))
        ax.axvline(found.least, **role("limit"))
        ax.annotate(rf"$k\,\log 2$, $k$ = {found.folds}", (found.least, 5000), (2, 0),
                    textcoords="offset points", fontsize=7, rotation=90, va="top")
    ax.set_xticks(range(0, 21, 4))
    ax.set(yscale="log", xlabel="hidden layers $L$", ylabel="hidden units", ylim=(0.8, 6e3),
           title="Units for the $k$-fold tent over the depth")
    ax.legend(loc="upper right")


def draw_squares(result: Result, ax: Any) -> None:
    """Draw the errors for the parabola, over the tents or pieces, and those of the chain.

    Largest error for the square over the number of tents in a chain, or of straight pieces side
    by side. Each tent in the chain, which is a deep network, divides the error by 4; pieces
    side by side, a shallow one, gain only as $1/p^2$.
    """
    found = result.squares
    ax.plot(found.folds, found.deep, label="$m$ tents, one after the other", **marks("measured"))
    ax.plot(found.folds, 0.25 ** (found.folds + 1), label="$4^{-(m+1)}$", **role("slide"))
    ax.plot(found.pieces, found.shallow, label="best $p$ pieces", **marks("measured too"))
    ax.plot(found.pieces, 1 / (8.0 * found.pieces**2), label="$1/(8p^2)$", **role("corrected"))
    ax.set(yscale="log", xlabel="tents $m$, or pieces $p$", ylabel="sup norm of the error",
           title="$x^2$ on [0, 1]", ylim=(5e-6, 1))
    ax.legend(loc="upper right", ncols=2)


def draw_products(result: Result, ax: Any) -> None:
    """Draw the error of a product of two over the scale of the weights.

    Error of four units for the product of two numbers over the scale of their weights. It lies
    on the line that Taylor's formula gives and falls as the square of the scale, so that four
    units multiply as precisely as one likes.
    """
    found = result.products
    ax.plot(found.at, found.bound, label=r"$\lambda^2/6$, by Taylor", **role("slide"))
    ax.plot(found.at, found.measured, label="four softplus units, on a grid", **marks("measured"))
    ax.set(xscale="log", yscale="log", xlabel=r"scale of the weights $\lambda$",
           ylabel="sup norm of the error", title="$x y$ on $[-1, 1]^2$ by four units")
    ax.set_xticks(found.at, [f"{scale:g}" for scale in found.at])
    ax.minorticks_off()
    ax.legend(loc="upper left")


def draw_chain(result: Result, ax: Any) -> None:
    """Draw the gradient at the first of many sigmoids.

    Gradient that reaches the first of many sigmoids in a row, over their number. In the best
    case it is $4^{-L}$ exactly, and in random chains it is smaller still: depth alone can make
    the gradient vanish.
    """
    found = result.chain
    ax.plot(found.at, found.bound, label="$4^{-L}$", **role("slide"))
    ax.plot(found.at, found.centred, label="weights 1, every $z$ = 0", **marks("measured"))
    ax.plot(found.at, found.random, label=f"largest of {NETS} random chains, $|w| \\leq 1$",
            **marks("measured too"))
    ax.set_xticks(range(0, 21, 4))
    ax.set(yscale="log", xlabel="sigmoids in a row, $L$", ylabel="gradient at the first",
           title="A chain of sigmoids: the gradient falls as $4^{-L}$ or faster")
    ax.legend(loc="upper right")


MEASURED = (
    Measurement(says.depth_pieces, "pieces of one layer, over t = m, attained"),
    Measurement(says.depth_pieces, "pieces of three zigzag layers, over t = m, attained"),
    Measurement(says.depth_pieces, "pieces of random networks"),
    Measurement(says.tent_dichotomy, "fewer pieces are 1/2 away"),
    Measurement(says.tent_attained, "the constant 1/2 is 1/2 away, over t = k"),
    *(Measurement(says.units_decay_as_stated, f"refuted: units fall as 2^-L, k = {folds}")
      for folds in FOLDS),
    *(Measurement(says.whole_widths, f"fewest whole widths, k = {folds}, over t = L, attained")
      for folds in LEAST),
    *(Measurement(says.tent_units,
                  f"units of the zigzag network, k = {folds}, over t = L, attained")
      for folds in FOLDS),
    *(Measurement(says.tent_units, f"units of the zigzag network above the bound, k = {folds}")
      for folds in FOLDS),
    Measurement(says.tent_area, "area between, random functions"),
    Measurement(says.tent_area, "area between, the constant 1/2"),
    Measurement(says.square_deep, "error of m tents for x^2, over t = m, attained"),
    Measurement(says.square_shallow, "error of p pieces for x^2, over t = p, attained"),
    Measurement(says.square_shallow, "error of p random pieces for x^2"),
    Measurement(says.product_units, "units of one layer for a product, over t = d, attained"),
    Measurement(says.product_units, "units of a tree of products, over t = d, attained"),
    Measurement(says.product_two, "error of a product of two by softplus, over t = scale"),
    Measurement(says.chain, "slope of a chain of sigmoids, over t = L, attained"),
    Measurement(says.chain, "slope of random chains of sigmoids, over t = L"),
    Measurement(says.train_as_stated,
                "refuted: the gradient does not fall with the depth, over t = L"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.piece_limit: ("pieces of one layer, over t = m",),
    says.pieces_built: ("pieces of three zigzag layers, over t = m",),
    says.fewest_units: tuple(f"fewest whole widths, k = {k}, over t = L" for k in LEAST),
    says.built_units: tuple(f"units of the zigzag network, k = {k}, over t = L" for k in FOLDS),
    says.square_error: ("error of m tents for x^2, over t = m",),
    says.shallow_square_error: ("error of p pieces for x^2, over t = p",),
    says.shallow_product_units: ("units of one layer for a product, over t = d",),
    says.deep_product_units: ("units of a tree of products, over t = d",),
    says.chain_slope: ("slope of a chain of sigmoids, over t = L",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {
    says.area_floor: "the constant 1/2 is at 1/4, where the bound is about 1/8; whether another "
                     "function is closer is not known here",
}
"""Why a formula has no witness."""

PANELS = (draw_tents, draw_errors, draw_units, draw_squares, draw_products, draw_chain)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
