"""What depth gives, proved: pieces, three knots of a tent, squares, products, a chain [slide 8].

A layer multiplies the pieces by at most m + 1. An affine function cannot follow a tent over three
knots, nor a parabola over three points: half the outer values less the middle one says how far off
it is. The tents of x peel x^2 off: y (1 - y) is a quarter of T(y) and of T(y) (1 - T(y)), as T(y)
is 2 y or 2 - 2 y. Sums of squares and cubes with signs leave the product. A chain of factors of at
most 1/4 is at most 4^-t.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    induction,
    invert,
    one_is_positive,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.networks.activation import sigmoid
from sgdtheory.networks.mlp import MLP, Layer
from sgdtheory.networks.piecewise import constant, identity, through, zigzag, zigzag_weights
from sgdtheory.theory import depth as says
from sgdtheory.theory.depth import (
    QUARTER,
    factor_at,
    h,
    pieces,
    pieces_at,
    slope_at,
    square_rest,
    t,
    tent_at,
    width,
)

half, sixteenth = Fraction(1, 2), Fraction(1, 16)
one = one_is_positive()


def supposed(claim: Any, title: str = "induction hypothesis") -> Step:
    """Suppose what an induction may."""
    return suppose(Assumption(title, claim))


# --- pieces --------------------------------------------------------------------------------------

some_width = suppose(says.some_width)
cuts_more = prove("m + 1 is positive", width + 1 > 0, by=[some_width, one])


def few_pieces(time: Any) -> Any:
    """State the bound on the pieces after so many layers."""
    return pieces_at(time) <= (width + 1) ** time


depth_pieces = induction(
    "pieces after every layer",
    prove("before the first layer", few_pieces(0), by=[suppose(says.one_piece)]),
    prove("after one layer more", few_pieces(t + 1),
          by=[suppose(says.each_cuts)(t), product("times m + 1", cuts_more,
                                                  supposed(few_pieces(t)))]),
    few_pieces(t), t,
)

# --- three points --------------------------------------------------------------------------------

affine = suppose(says.affine)
tent_three = prove(
    "three knots of the tent", says.tent_three.conclusion,
    by=[affine, suppose(says.low_left), suppose(says.low_right), suppose(says.high_middle)],
)
longest, some_piece = suppose(says.long_piece), suppose(says.some_piece)
second_difference = prove(
    "three points of the parabola", 8 * says.error - h**2 >= 0,
    by=[affine, suppose(says.below_left), suppose(says.below_right), suppose(says.above_middle)],
)
long_enough = prove("p h + 1 is positive", pieces * h + 1 > 0, by=[longest, one])
over = invert(some_piece)
square_shallow = prove(
    "p pieces for the parabola", says.square_shallow.conclusion,
    by=[second_difference, product("(p h)^2 - 1, over p^2", longest, long_enough, over, over)],
    signs=[some_piece],
)
two_layers = prove(
    "two layers", says.two_layers.conclusion,
    by=[suppose(says.layers_fit), squared("their difference", says.first - says.second)],
)

# --- squares by tents ----------------------------------------------------------------------------

k = says._k
folding = suppose(says.folding)(t)
body = scalar(QUARTER) ** (k + 1) * tent_at(k + 1)
power = scalar(QUARTER)


def rest(time: Any) -> Any:
    """State what is left of x^2 after so many tents."""
    return square_rest(time).equals(power**time * (tent_at(time) * (1 - tent_at(time))))


square_identity = induction(
    "what is left",
    prove("without a tent", rest(0), by=[sum_rule(kernel.sum_empty, k, 0, body)]),
    prove("one tent more", rest(t + 1),
          by=[supposed(rest(t)), sum_rule(kernel.sum_last, k, 0, t, body),
              weighted(power ** (t + 1), folding)]),
    rest(t), t,
)
power_positive = induction(
    "a power of 1/4 is positive", prove("1 > 0", power**0 > 0, by=[one]),
    prove("a quarter of it", power ** (t + 1) > 0, by=[supposed(power**t > 0)]), power**t > 0, t)
square_deep = prove(
    "at most a quarter of the power", says.square_deep.conclusion,
    by=[square_identity,
        product("times a square", power_positive, squared("off 1/2", tent_at(t) - half))],
)

# --- products ------------------------------------------------------------------------------------

product_two = prove("squares with signs", says.product_two.conclusion, by=[])
product_three = prove("cubes with signs", says.product_three.conclusion, by=[])

# --- the chain -----------------------------------------------------------------------------------

chained, small = suppose(says.chained)(t), suppose(says.small_factor)(t)
sixteen = scalar(sixteenth)


def small_slope(time: Any) -> Any:
    """State the bound on the slope after so many layers."""
    return slope_at(time) ** 2 <= sixteen**time


slope_one = suppose(says.slope_one)
chain = induction(
    "after every layer",
    prove("over no layer", small_slope(0), by=[weighted(slope_at(0), slope_one), slope_one]),
    prove("over one layer more", small_slope(t + 1),
          by=[weighted(slope_at(t + 1) + factor_at(t) * slope_at(t), chained),
              product("the factor", small, squared("a square", slope_at(t))),
              supposed(small_slope(t))]),
    small_slope(t), t,
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.depth_pieces, depth_pieces),
    Proof(says.tent_three, tent_three),
    Proof(says.square_shallow, square_shallow),
    Proof(says.two_layers, two_layers),
    Proof(says.square_identity, square_identity),
    Proof(says.square_deep, square_deep),
    Proof(says.product_two, product_two),
    Proof(says.product_three, product_three),
    Proof(says.chain, chain),
)


def numbers(**letters: Any) -> Model:
    """Return the world of these numbers."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


def orbit(name: str, values: Any, **letters: Any) -> Model:
    """Return the world in which the sequence `name` has the values ``values(time)``."""
    return Model(letters={key: Fraction(value) for key, value in letters.items()},
                 vectors={"e": rational(1)}, horizon=4,
                 processes={each: lambda time, _, f=f: rational(f(time))
                            for each, f in zip(name, values, strict=True)})


def folded(x: Fraction, times: int) -> Fraction:
    """Return ``T^times(x)`` of the tent."""
    for _ in range(times):
        x = min(2 * x, 2 - 2 * x)
    return x


def built_pieces(width: int, layers: int) -> int:
    """Count the pieces of zigzag layers and a last layer that cuts each copy into m + 1."""
    matrix, biases = zigzag_weights(width, layers)[0], [Fraction(i, width + 1)
                                                        for i in range(1, width + 1)]
    inward = zigzag_weights(width, 1)[-1][0][0]
    signs = [-1] + [1] * (width - 1)  # the first unit looks left, so that both ends have a slope
    last = ([[Fraction(s)] if layers == 1 else [s * w for w in inward] for s in signs],
            [-s * b for s, b in zip(signs, biases, strict=True)])
    inner = [matrix, *[([inward] * width, matrix[1])] * (layers - 2)][: layers - 1]
    return through([*inner, last, ([[Fraction(1)] * width], [Fraction(0)])])[0].pieces


@cache
def least_total(limit: int, layers: int) -> int:
    """Return the least sum of whole widths with ``prod(m_l + 1) >= limit``, by trying all."""
    if layers == 1:
        return max(limit - 1, 1)
    return min(m + least_total(-(-limit // (m + 1)), layers - 1)
               for m in range(1, max(limit, 2)))


def square_approximation(m: int) -> Any:
    """Return ``x - sum(4^-s T^s(x) for s <= m)``, by composing tents."""
    tent, folded_so_far, total = zigzag(2), identity(), identity()
    for s in range(1, m + 1):
        folded_so_far = tent.after(folded_so_far)
        total = total - QUARTER**s * folded_so_far
    return total


def product_matrix(d: int) -> list[list[Fraction | None]]:
    """Return the matrix ``B[S, T]`` over subsets of d numbers; None where it is free.

    With units ``a_j g(w_j . x + b)`` and ``B[S, T] = sum(a_j prod(w_ji, i in S) prod(w_ji, i in
    T))`` up to factors that are not 0, the Taylor coefficients ask for 1 where T is the complement
    of S and 0 for other pairs of at most d elements in all. B has rank at most the number of units.
    """
    subsets = [set(c) for size in range(d + 1) for c in combinations(range(d), size)]
    return [[Fraction(not S & T) if len(S) + len(T) == d else
             Fraction(0) if len(S) + len(T) < d else None for T in subsets] for S in subsets]


def product_rank(d: int, filled: int = 0) -> int:
    """Return the rank of `product_matrix`, its free entries filled with whole numbers."""
    return rank([[Fraction(filled * (i + 2) * (j + 3) % 7) if entry is None else entry
                  for j, entry in enumerate(row)] for i, row in enumerate(product_matrix(d))])


def least_product_rank(d: int) -> int:
    """Return the rank of `product_matrix` if it is anti-triangular, however it is filled; else 0.

    Then no free entry is above the other diagonal or on it, where all are 1.
    """
    matrix, last = product_matrix(d), 2**d - 1
    fits = all(entry == (i + j == last) for i, row in enumerate(matrix)
               for j, entry in enumerate(row) if i + j <= last)
    return 2**d if fits else 0


def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Return the rank of a matrix, by elimination in fractions."""
    rows, found = [list(row) for row in matrix], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / pivot[column]
            if factor:
                rows[i] = [a - factor * b for a, b in zip(rows[i], pivot, strict=True)]
        found += 1
    return found


def chain_gradient(layers: int) -> Fraction:
    """Return the slope of L sigmoids in a row with weights 1, each at z = 0, by backpropagation.

    It is exact: every float on the way is a power of 1/2.
    """
    net = MLP((1,) * (layers + 2), sigmoid)
    one, minus = np.ones((1, 1)), np.array([-0.5])
    weights = tuple(Layer(one, minus) for _ in range(layers + 1))
    trace = net.forward(weights, np.array([[0.5]]))
    return Fraction(float(net.backward(weights, trace, one)[0].b[0]))


lowered = Fraction(1, 72)
examples = (
    example(says.depth_pieces, orbit("p", [lambda s: 3**s], width=2),
            "m = 2, three times the pieces with every layer"),
    example(says.tent_three, numbers(g0=half, g1=half, g2=half, E=half), "the constant 1/2"),
    example(says.square_shallow,
            numbers(g0=-lowered, g1=4 * lowered - lowered, g2=8 * lowered - lowered, a=0,
                    h=Fraction(1, 3), pieces=3, E=lowered),
            "the chord over [0, 1/3], lowered by 1/72; p = 3"),
    example(says.two_layers, numbers(m1=15, m2=15, q=16), "two layers of 15, q = 16"),
    example(says.square_identity, orbit("y", [lambda s: folded(Fraction(2, 7), s)]), "x = 2/7"),
    *(example(says.square_deep,
              Model(vectors={"e": rational(1)}, horizon=4, indices={"t": m},
                    processes={"y": lambda s, _, x=x: rational(folded(x, s))}),
              f"x = {x}, m = {m}") for m, x in ((2, Fraction(1, 8)), (3, Fraction(5, 16)))),
    example(says.product_two, numbers(x=2, y=-3), "x = 2, y = -3"),
    example(says.product_three, numbers(x=2, y=-3, z=5), "x = 2, y = -3, z = 5"),
    example(says.chain, orbit("Df", [lambda s: QUARTER**s, lambda s: QUARTER]),
            "every sigmoid at 0, with the weight 1"),
    Example(says.tent_attained,
            -max(abs((zigzag(2**k) - constant(half)).sup() - half)
                 + abs(zigzag(2**k).alternations(half, half) - 2**k) for k in range(1, 9)),
            "exact run: k = 1, ..., 8: the constant 1/2 is off by 1/2, and the tent passes from 0 "
            "to 1 or back 2^k times"),
    Example(says.units_decay_as_stated,
            Fraction(4 - 8 if through(zigzag_weights(4, 1))[0] == zigzag(4) else 0),
            "exact run: for the 2-fold tent one layer of 4 units is exact, and 8 layers have at "
            "least 8 units"),
    Example(says.whole_widths,
            -Fraction(max(abs(least_total(2**k, L) - L * (2 ** (k // L) - 1))
                          for k, L in ((6, 1), (6, 2), (6, 3), (6, 6), (8, 2), (8, 4)))),
            "exact run: the least sum of whole widths with prod(m_l + 1) >= 2^k"),
    Example(says.product_units, Fraction(min(least_product_rank(d) - 2**d for d in range(1, 7))),
            "exact run: the matrix is anti-triangular with ones, whatever its free entries are"),
    Example(says.train_as_stated, chain_gradient(20) - chain_gradient(1),
            "exact run: the gradient at the first of 20 sigmoids in a row is 4^-20, of one 1/4"),
)

ARGUMENT = "by counting changes of sign, see the claim [after Telgarsky 2016]; not by the kernel"
citations = (
    Citation(says.tent_dichotomy, ARGUMENT),
    Citation(says.tent_units, "by the pieces above and the inequality of the means, for every k "
                              "and L; not by the kernel"),
    Citation(says.tent_area, ARGUMENT),
    Citation(says.product_units, "Lin, Tegmark and Rolnick 2017; Rolnick and Tegmark 2018"),
    Citation(says.generalise, "empirical: Neyshabur et al. 2017, Nakkiran et al. 2019"),
    Citation(says.dimension, "Eldan and Shamir 2016; Daniely 2017"),
    Citation(says.conventions, "conventions of the lecture"),
)
