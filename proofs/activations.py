"""Derivatives of activations and what they are at most, proved [slide 5].

The slopes and curvatures of sigmoid and tanh are polynomials of their values, and what they are at
most less what they are is a square, or a square times a number that is not negative. ReLU is taken
by cases of the signs. The difference quotients of ELU need two bounds on an exponential, which are
hypotheses here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sgdtheory.elementary import maximum
from sgdtheory.evidence import Example, Proof, example
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.model import Model
from sgdtheory.logic.proof import (
    Step,
    above_maximum,
    by_cases,
    maximum_is,
    one_is_positive,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.networks.derivatives import tangent_number, tanh_supremum
from sgdtheory.theory import activations as says
from sgdtheory.theory.activations import alpha_elu, exponential, factor, h, relu, s, u, x, y

third, half = Fraction(1, 3), Fraction(1, 2)
one = one_is_positive()

# --- sigmoid and tanh ----------------------------------------------------------------------------

sigmoid_lipschitz = prove(
    "the slope of the sigmoid", says.sigmoid_lipschitz.conclusion,
    by=[squared("the distance from 1/2", s - half)],
)
below_one = suppose(says.square_below_one)
off_third = squared("the distance from 1/3", u - third)
curved = product("with what is left", off_third, below_one)
sigmoid_curvature = prove(
    "the curvature of the sigmoid", says.sigmoid_curvature.conclusion, by=[curved, off_third])
tanh_curvature = prove(
    "the curvature of tanh", says.tanh_curvature.conclusion, by=[curved, off_third])
tanh_lipschitz = prove(
    "the slope of tanh", says.tanh_lipschitz.conclusion, by=[suppose(says.square_nonnegative)])

# --- ReLU, by cases ------------------------------------------------------------------------------


def by_sign(title: str, value: Any, in_case: Callable[[Step, Step], Step]) -> Step:
    """Prove a claim by the sign of a value; `in_case` is told it and what ReLU then gives."""
    up = suppose(Assumption(f"{value} is at least 0", value >= 0))
    down = suppose(Assumption(f"{value} is at most 0", value <= 0))
    return by_cases(title, in_case(up, maximum_is(up, value, 0)),
                    in_case(down, maximum_is(down, 0, value)), value)


def parts(value: Any) -> tuple[Step, Step, Step]:
    """Prove of ReLU: it is at least 0, at least its argument, and equal to one of the two."""
    own = relu(value)
    claim = (own * (own - value)).equals(0)
    either = by_sign("one of the two", value, lambda _, known: prove(
        "it is that", claim,
        by=[weighted(own, known), weighted(own - value, known)]))
    return above_maximum(0, value), above_maximum(value, 0), either


parts_of_x, parts_of_y = parts(x), parts(y)
crossed = [product("what the one keeps by what the other drops", kept[0], dropped[1])
           for kept, dropped in ((parts_of_x, parts_of_y), (parts_of_y, parts_of_x))]
dropped = squared("what the two drop", (relu(x) - x) - (relu(y) - y))
relu_lipschitz = prove(
    "ReLU brings two numbers no farther apart", says.relu_lipschitz.conclusion,
    by=[*crossed, dropped, parts_of_x[2], parts_of_y[2]],
)

nonnegative = suppose(says.nonnegative_factor)


def scaled(sign: Step, known: Step) -> Step:
    """Prove that ReLU scales with a, for one sign of x."""
    moved = product("the sign stays", nonnegative, sign)
    up = sign.statement.expression == x
    after = maximum_is(moved, factor * x, 0) if up else maximum_is(moved, 0, factor * x)
    return prove("ReLU scales", says.relu_homogeneous.conclusion,
                 by=[after, weighted(factor, known)])


relu_homogeneous = by_sign("ReLU is positively homogeneous", x, scaled)

positive = suppose(says.positive_step)
right = maximum_is(prove("h is at least 0", h >= 0, by=[positive]), h, 0)
left = maximum_is(prove("-h is at most 0", 0 - (-h) >= 0, by=[positive]), 0, -h)
relu_kink = prove(
    "the quotients of ReLU differ", says.relu_kink.conclusion,
    by=[weighted(1 / h, right, signs=[positive]), weighted(1 / h, left, signs=[positive])],
    signs=[positive],
)

# --- ELU -----------------------------------------------------------------------------------------

below, above = suppose(says.exponential_below), suppose(says.exponential_above)
elu_quotients = prove(
    "the quotients of ELU", says.elu_quotients.conclusion,
    by=[product("what is left, squared", squared("alpha squared", alpha_elu), above, above),
        product("what is left, crossed", squared("alpha squared", alpha_elu), below, above)],
)
at_least_zero, at_most_one = suppose(says.exponential_nonnegative), suppose(says.exponential_small)
size = says.elu_lipschitz(alpha_elu)
other = maximum(alpha_elu, -alpha_elu)
size_positive = prove("the size is positive", size > 0, by=[above_maximum(1, other), one])
above_other = above_maximum(other, 1)


def on_side(sign: int) -> Step:
    """Prove that a slope of ELU is at most the size, or at least its negative."""
    reached = above_maximum(sign * alpha_elu, -sign * alpha_elu)
    room = prove("alpha is at most the size", size - sign * alpha_elu >= 0,
                 by=[above_other, reached])
    return prove("and the slope too", size - sign * (alpha_elu * exponential) >= 0,
                 by=[product("of the slope", at_least_zero, room),
                     product("of the rest", at_most_one, size_positive)])


elu_constant = prove("the slopes of ELU", says.elu_constant.conclusion,
                     by=[product("both sides", on_side(1), on_side(-1))])

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.sigmoid_lipschitz, sigmoid_lipschitz),
    Proof(says.sigmoid_curvature, sigmoid_curvature),
    Proof(says.tanh_lipschitz, tanh_lipschitz),
    Proof(says.tanh_curvature, tanh_curvature),
    Proof(says.relu_lipschitz, relu_lipschitz),
    Proof(says.relu_homogeneous, relu_homogeneous),
    Proof(says.relu_kink, relu_kink),
    Proof(says.elu_quotients, elu_quotients),
    Proof(says.elu_constant, elu_constant),
)


def numbers(**letters: Any) -> Model:
    """Return the world of these numbers."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


examples = (
    example(says.sigmoid_lipschitz, numbers(s=half), "s = 1/2, at z = 0"),
    example(says.sigmoid_curvature, numbers(u=third), "u = 1/3"),
    example(says.tanh_lipschitz, numbers(u=0), "u = 0, at z = 0"),
    example(says.tanh_curvature, numbers(u=third), "u = 1/3"),
    example(says.relu_lipschitz, numbers(x=2, y=1), "x = 2, y = 1: both right of the kink"),
    example(says.relu_homogeneous, numbers(x=-2, a=3), "x = -2, a = 3"),
    example(says.relu_kink, numbers(h=1), "h = 1"),
    example(says.elu_quotients, numbers(alpha_elu=2, h=half, E=Fraction(4, 5)),
            "alpha = 2, h = 1/2, E = 4/5"),
    example(says.elu_constant, numbers(alpha_elu=-3, e=1), "alpha = -3, at 0"),
    Example(says.tangent_numbers,
            -max(abs(end - tangent_number(j)) for j in range(1, 7)
                 for end in tanh_supremum(2 * j - 1)),
            "exact run: the suprema of |P_k| on [-1, 1], k = 1, 3, ..., 11, by isolated roots"),
)


def divided_differences(points: Sequence[Fraction], values: Sequence[Fraction]) -> list[Fraction]:
    """Return ``f[x_0], f[x_0, x_1], ...``, which vanish beyond the degree of a polynomial."""
    row, leading = list(values), [values[0]]
    for gap in range(1, len(points)):
        row = [(row[i + 1] - row[i]) / (points[i + gap] - points[i]) for i in range(len(row) - 1)]
        leading.append(row[0])
    return leading
