"""What linear functions, polynomials and wild activations cannot do, proved [slides 3-4].

The four errors of an affine function on XOR have a signed sum of 2, and squares add up to at least
a quarter of its square. A network that obeys a linear relation which f breaks misses f by the
amount over the sum of the sizes of its coefficients: a constant at two points, a second difference,
a jump. After n greedy steps 1/D has grown by n/B. The counterexamples to the theorem as it is
printed are exact runs in fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as every
from typing import Any

import numpy as np
import sympy

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    induction,
    invert,
    is_natural,
    one_is_positive,
    product,
    prove,
    squared,
    suppose,
)
from sgdtheory.networks.box import box_of
from sgdtheory.networks.enclosed import dual_certificate
from sgdtheory.networks.exact import ExactNet
from sgdtheory.networks.target import target_of
from sgdtheory.theory import universal_approximation as says
from sgdtheory.theory.universal_approximation import (
    a,
    b,
    distance2_at,
    h,
    hull,
    t,
    w1,
    w2,
    x,
)

one = one_is_positive()
half, third = Fraction(1, 2), Fraction(1, 3)

# --- XOR -----------------------------------------------------------------------------------------

misses = (b, w1 + b - 1, w2 + b - 1, w1 + w2 + b)  # at (0, 0), (1, 0), (0, 1), (1, 1)


def signed(*signs: int) -> Any:
    """Return the sum of the errors with signs."""
    return sum((s * miss for s, miss in zip(signs[1:], misses[1:], strict=True)), signs[0] * b)


xor_affine = prove(
    "XOR is not affine", says.xor_affine.conclusion,
    by=[squared("the sum of the errors", signed(1, 1, 1, 1)),
        squared("along x1", signed(1, -1, 1, -1)),
        squared("along x2", signed(1, 1, -1, -1))],
)

# --- linear relations that f breaks --------------------------------------------------------------

indicator_misses = prove(
    "a constant at two points", says.indicator_misses.conclusion,
    by=[suppose(says.below_at_x), suppose(says.above_at_y)],
)
additive_misses = prove(
    "no second difference", says.additive_misses.conclusion,
    by=[suppose(says.second_difference), suppose(says.near_0), suppose(says.near_half),
        suppose(says.near_1)],
)
three_points = prove(
    "no kink", says.three_points.conclusion,
    by=[suppose(says.no_kink), suppose(says.near_f0), suppose(says.near_f1),
        suppose(says.near_f2)],
)
jump = prove(
    "across a jump", says.jump.conclusion,
    by=[suppose(says.left_of_jump), suppose(says.right_of_jump), suppose(says.little_rise)],
)
chord = prove(
    "the chord of a parabola", says.chord.conclusion,
    by=[squared("the distance from the middle", x - a - h / 2)],
)

# --- greedy steps --------------------------------------------------------------------------------

positive = suppose(says.positive_hull)
distance = suppose(says.nonnegative_distance)(t)
sum_positive = prove("D + B is positive", distance2_at(t) + hull > 0, by=[distance, positive])
later = prove("t + 1 is positive", scalar(t) + 1 > 0, by=[is_natural(t), one])


def slow(time: Any) -> Any:
    """State the rate after so many steps."""
    return scalar(time) * distance2_at(time) <= hull


def supposed(claim: Any) -> Step:
    """Suppose what an induction may."""
    return suppose(Assumption("induction hypothesis", claim))


multiplied = prove(
    "times D + B",
    (distance2_at(t) + hull) * (hull - scalar(t + 1) * distance2_at(t + 1)) >= 0,
    by=[product("the step, t + 1 times", later, suppose(says.best_step)(t)),
        product("the rest, B times", positive, supposed(slow(t)))],
)
greedy_hull = induction(
    "after every step",
    prove("before the first", slow(0), by=[positive]),
    prove("one step more", slow(t + 1),
          by=[product("over D + B", multiplied, invert(sum_positive))], signs=[sum_positive]),
    slow(t), t, signs=[sum_positive],
)

# --- exact runs ----------------------------------------------------------------------------------

CORNERS = tuple(every((0, 1), repeat=2))


def xor_by_relu() -> ExactNet:
    """Return the two units, of the sum of the inputs."""
    one, minus = Fraction(1), Fraction(-1)
    return ExactNet((one, one), (Fraction(0), minus), (one, Fraction(-2)))


def separated() -> set[tuple[int, ...]]:
    """Return the labellings of the corners that an affine function with small weights separates.

    All that are separated are found with weights of size at most 2 and quarters between; the two
    that are left have four errors with a signed sum that no affine function changes.
    """
    found = set()
    for u, v, c in every(range(-2, 3), range(-2, 3), range(-7, 8, 2)):
        found.add(tuple(int(2 * u * p + 2 * v * q + c > 0) for p, q in CORNERS))
    return found


def indicator_error(seed: int) -> Fraction:
    """Return how far a random network of the indicator of 0 is from f(x) = x on [0, 1], at least.

    Off the zeros of its units the network is a constant c, and the supremum of |x - c| there is
    max(|c|, |1 - c|).
    """
    rng = np.random.default_rng(seed)
    weights, biases = ([Fraction(int(k)) for k in rng.integers(-1, 2, 6)] for _ in range(2))
    outputs = [Fraction(int(k), 4) for k in rng.integers(-4, 5, 6)]
    level = sum((alpha for w, beta, alpha in zip(weights, biases, outputs, strict=True)
                 if w == 0 and beta == 0), start=Fraction(0))
    return max(abs(level), abs(1 - level))


Surd = tuple[Fraction, Fraction]
"""The number ``p + q sqrt 2``."""


def times(u: Surd, v: Surd) -> Surd:
    """Return a product in Q(sqrt 2)."""
    return u[0] * v[0] + 2 * u[1] * v[1], u[0] * v[1] + u[1] * v[0]


def additive_error(seed: int) -> Fraction:
    """Return how far a random network of g(p + q sqrt 2) = p misses x^2 at 0, 1/2 and 1."""
    rng = np.random.default_rng(seed)
    draw = [[Fraction(int(k), 5) for k in rng.integers(-9, 10, 6)] for _ in range(5)]
    units = [((w, v), (beta, gamma), alpha) for w, v, beta, gamma, alpha in zip(*draw, strict=True)]

    def network(point: Fraction) -> Fraction:
        return sum((alpha * (times(weight, (point, Fraction(0)))[0] + bias[0])
                    for weight, bias, alpha in units), start=Fraction(0))

    return max(abs(network(p) - p**2) for p in (Fraction(0), half, Fraction(1)))


def determinant(matrix: Sequence[Sequence[Fraction]]) -> Fraction:
    """Return a determinant by expansion."""
    if len(matrix) == 1:
        return matrix[0][0]
    return sum(((-1) ** j * entry * determinant([[*row[:j], *row[j + 1 :]] for row in matrix[1:]])
                for j, entry in enumerate(matrix[0])), start=Fraction(0))


FINITE = (Fraction(0), third, Fraction(1), Fraction(2))
"""Four points, on which z^3 meets every function."""


def cubes(biases: Sequence[int] = (0, 1, 2, 3)) -> list[list[Fraction]]:
    """Return ``(x_i + b_j)^3``, the units at the points."""
    return [[(point + bias) ** 3 for bias in biases] for point in FINITE]


def left_out(kept: int) -> Fraction:
    """Return the error of indicators for f(x) = x on {0} and {1/k}, `kept` of them kept.

    The network is f(0) g(0) + sum((f(1/k) - f(0)) g(x - 1/k)); what is left out is decreasing.
    """
    points = [Fraction(0), *(Fraction(1, k) for k in range(1, kept + 50))]

    def network(point: Fraction) -> Fraction:
        return sum((Fraction(1, k) * (point == Fraction(1, k)) for k in range(1, kept + 1)),
                   start=Fraction(0))

    return max(abs(point - network(point)) for point in points)


def kink_floor() -> tuple[Fraction, Fraction]:
    """Return the certified floor of affine functions for |x - 1/3|, and what one of them has.

    With the nodes 0, 1/3, 1; the affine function is x/3 + 1/9, off by 2/9 at each of them.
    """
    symbol = sympy.Symbol("x")
    target = target_of(sympy.Abs(symbol - sympy.Rational(1, 3)), box_of([(0, 1)]))
    nodes = (Fraction(0), third, Fraction(1))
    floor = dual_certificate(target, ((Fraction(0),), (Fraction(1),)), nodes).bound
    return floor, max(abs(abs(p - third) - (p / 3 + Fraction(1, 9))) for p in nodes)


# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.xor_affine, xor_affine),
    Proof(says.indicator_misses, indicator_misses),
    Proof(says.additive_misses, additive_misses),
    Proof(says.jump, jump),
    Proof(says.three_points, three_points),
    Proof(says.chord, chord),
    Proof(says.greedy_hull, greedy_hull),
)


def numbers(**letters: Any) -> Model:
    """Return the world of these numbers."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


eighth = Fraction(1, 8)
greedy_world = Model(
    letters={"B": Fraction(1)}, vectors={"e": rational(1)}, horizon=4, indices={"t": 3},
    processes={"D": lambda time, _: rational(Fraction(1, int(time) + 1))},
)
network = xor_by_relu()
examples = (
    example(says.xor_affine, numbers(w1=0, w2=0, b=half), "the constant 1/2"),
    example(says.indicator_misses, numbers(x=0, y=1, c=half, E=half), "c = 1/2, x = 0, y = 1"),
    example(says.additive_misses, numbers(g0=-eighth, g1=half - eighth, g2=1 - eighth, E=eighth),
            "x - 1/8"),
    example(says.jump, numbers(g0=half, g1=half, r=0, E=half), "the constant 1/2"),
    example(says.three_points, numbers(f0=0, f1=0, f2=1, g0=-Fraction(1, 4), g1=Fraction(1, 4),
                                       g2=Fraction(3, 4), E=Fraction(1, 4)),
            "f = 0, 0, 1 and x - 1/4"),
    example(says.chord, numbers(x=half, a=0, h=1), "in the middle"),
    example(says.greedy_hull, greedy_world, "B = 1, D = 1, 1/2, 1/3, ...; at t = 3"),
    Example(says.xor_relu, -max(abs(network(Fraction(p + q)) - (p ^ q)) for p, q in CORNERS),
            "exact run: the four corners"),
    Example(says.fourteen,
            -Fraction(abs(len(separated()) - 14)
                      + len(separated() & {(0, 1, 1, 0), (1, 0, 0, 1)})),
            "exact run: weights of at most 2 separate 14 labellings; for the other two see XOR"),
    Example(says.universal_as_stated,
            Fraction(1, 4) - min(indicator_error(seed) for seed in range(200)),
            "exact run: 200 networks of the indicator of 0 are at least 1/2 from f(x) = x"),
    Example(says.universal_as_stated,
            Fraction(1, 10) - min(additive_error(seed) for seed in range(200)),
            "exact run: 200 networks of an additive g on Q(sqrt 2) are at least 1/8 from x^2"),
    Example(says.only_if_as_stated, -abs(determinant(cubes())),
            "exact run: the determinant of (x + b)^3, at 0, 1/3, 1, 2 and b = 0, 1, 2, 3, is not "
            "0, so that every f is met exactly"),
    Example(says.null_set, -max(abs(left_out(kept) - Fraction(1, kept + 1)) for kept in range(6)),
            "exact run: f(x) = x with K points kept has the error 1/(K + 1)"),
    Example(says.authors_as_stated, Fraction(2 - 4), "the paper has four authors"),
    Example(says.dual_kink, -sum(map(abs, (bound - Fraction(2, 9) for bound in kink_floor())),
                            start=Fraction(0)),
            "exact run: the functional at 0, 1/3, 1, and x/3 + 1/9, both give 2/9"),
)
citations = (
    Citation(says.cover, "Cover 1965"),
    Citation(says.fixed_or_adaptive, "by the trace of a projection: n of N on average; not by the "
                                     "kernel"),
    Citation(says.dual, "by duality: the functional is 0 on every polynomial of degree k, and at "
                        "most 1 on what is at most 1; not by the kernel for general k"),
    Citation(says.universal, "Leshno, Lin, Pinkus and Schocken, Neural Networks 6 (1993) 861-867; "
                             "for continuous g Pinkus, Acta Numerica 8 (1999), Theorem 3.1"),
)
