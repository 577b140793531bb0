"""What depth gives: pieces, tents, squares and products; what is no theorem [slides 7-9].

A ReLU network of one input with L hidden layers of m units is affine on at most (m + 1)^L pieces.
The k-fold tent has 2^k, and fewer pieces are no better than the constant 1/2: so L layers need at
least L (2^(k/L) - 1) units, and L 2^(k/L) suffice where L divides k. The logarithm of the number of
units falls as k/L, and L layers have at least L units: nothing decays exponentially with the depth
for ever. That is one family of functions: nothing is said about all, nor about training, nor about
generalisation. Long because slides 8 and 9 hold twenty claims.

>>> fewest_units(folds=8, layers=4), built_units(folds=8, layers=4)
(12.0, 16.0)
>>> [built_units(folds=12, layers=L) for L in (1, 2, 3, 4, 6, 12)]
[4096.0, 128.0, 48.0, 32.0, 24.0, 24.0]
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    FiniteSum,
    Index,
    Letter,
    Process,
    Scalar,
    VectorLetter,
    scalar,
)

QUARTER = Fraction(1, 4)


@formula
def piece_limit(width, layers):
    """Most affine pieces of a ReLU network of one input [Montufar et al. 2014, for n_0 = 1]."""
    return (width + 1) ** layers


@formula
def pieces_built(width, layers):
    """Pieces of zigzag layers and a last layer that cuts each [Montufar et al. 2014, n_0 = 1]."""
    return width ** (layers - 1) * (width + 1)


@formula
def fewest_units(folds, layers):
    """Hidden units that the k-fold tent needs at least, to less than 1/2, with L layers."""
    return layers * (2 ** (folds / layers) - 1)


@formula
def built_units(folds, layers):
    """Hidden units of the zigzag network that is the k-fold tent; where L divides k."""
    return layers * 2 ** (folds / layers)


@formula
def area_floor(pieces, folds):
    """Area between the k-fold tent and p affine pieces, at least [after Telgarsky 2016]."""
    return (2**folds - 2 - 2 * pieces) / (8 * 2**folds)


@formula
def square_error(folds):
    """Error of ``x - sum(4^-s T^s(x) for s <= m)`` for ``x^2`` on [0, 1] [Yarotsky 2017]."""
    return QUARTER ** (folds + 1)


@formula
def shallow_square_error(pieces):
    """Least error of p affine pieces for ``x^2`` on [0, 1]."""
    return 1 / (8 * pieces**2)


@formula
def chain_slope(layers):
    """Largest slope of a chain of L sigmoids with weights of size at most 1 [slide 8]."""
    return QUARTER**layers


@formula
def shallow_product_units(d):
    """Units of one hidden layer with one bias for the product of d numbers [Lin et al. 2017]."""
    return Fraction(2) ** d


@formula
def deep_product_units(d):
    """Units of a binary tree of products of two, d a power of 2 [Lin et al. 2017]."""
    return 4 * (d - 1)


# --- assumptions ---------------------------------------------------------------------------------

t, _k = Index("t"), Index("k")
unit = VectorLetter("e")
width, pieces, error = map(Letter, ("width", "pieces", "E"))
first, second, root = map(Letter, ("m1", "m2", "q"))
left, middle, right, start, h = map(Letter, ("g0", "g1", "g2", "a", "h"))
x, y, z = map(Letter, ("x", "y", "z"))


def sequence(name: str, time: Any) -> Scalar:
    """Return the number called `name` at a time: a vector of one number, along the unit e."""
    return Process(name, scalar(time)).dot(unit)


def tent_at(time: Any) -> Scalar:
    """Return ``T^time(x)``."""
    return sequence("y", time)


def pieces_at(time: Any) -> Scalar:
    """Return the number of pieces after so many layers."""
    return sequence("p", time)


def slope_at(time: Any) -> Scalar:
    """Return the slope of the chain over so many layers."""
    return sequence("D", time)


def factor_at(time: Any) -> Scalar:
    """Return the weight of a layer times the slope of its sigmoid."""
    return sequence("f", time)


def square_rest(time: Any) -> Any:
    """Return ``x - sum(4^-s T^s(x) for 1 <= s <= time) - x^2``."""
    body = scalar(QUARTER) ** (_k + 1) * tent_at(_k + 1)
    return tent_at(0) - FiniteSum(_k, 0, time, body) - tent_at(0) ** 2


folding = Assumption(
    "y(t+1) is 2 y(t) or 2 - 2 y(t)",
    ((tent_at(t + 1) - 2 * tent_at(t)) * (tent_at(t + 1) - 2 + 2 * tent_at(t)))
    .equals(0).forall(t),
)
some_width = Assumption("a layer has at least 0 units", width >= 0)
one_piece = Assumption("the input is one piece", pieces_at(0).equals(1))
each_cuts = Assumption(
    "a layer cuts a piece into at most m + 1",
    (pieces_at(t + 1) <= (width + 1) * pieces_at(t)).forall(t),
)
layers_fit = Assumption("(m1 + 1)(m2 + 1) is at least q^2", (first + 1) * (second + 1) >= root**2)
affine = Assumption("g is affine from the first to the third point",
                    (left + right).equals(2 * middle))
low_left = Assumption("g is at most E at the first, where the tent is 0", error - left >= 0)
high_middle = Assumption("g is at least 1 - E at the second, where it is 1",
                         error - (1 - middle) >= 0)
low_right = Assumption("g is at most E at the third, where it is 0", error - right >= 0)
below_left = Assumption("g is at least a^2 - E at a", error - (start**2 - left) >= 0)
below_right = Assumption("g is at least (a + h)^2 - E at a + h",
                         error - ((start + h) ** 2 - right) >= 0)
above_middle = Assumption("g is at most (a + h/2)^2 + E at a + h/2",
                          error - (middle - (start + h / 2) ** 2) >= 0)
some_piece = Assumption("p is positive", pieces > 0)
long_piece = Assumption("one of p pieces has the length h >= 1/p", pieces * h - 1 >= 0)
chained = Assumption("the slope of the chain is the product of its factors",
                     slope_at(t + 1).equals(factor_at(t) * slope_at(t)).forall(t))
small_factor = Assumption("a weight is at most 1 and a sigmoid's slope at most 1/4 in size",
                          (factor_at(t) ** 2 <= Fraction(1, 16)).forall(t))
slope_one = Assumption("the slope over no layer is 1", slope_at(0).equals(1))

# --- claims --------------------------------------------------------------------------------------

depth_pieces = Claim(
    "networks.S8-depth_pieces", "A ReLU network of one input has at most (m + 1)^L pieces.",
    pieces_at(t) <= (width + 1) ** t, (some_width, one_piece, each_cuts),
    "Each unit of a layer passes 0 at most once on a piece; for widths m_l the product of "
    "m_l + 1. A network with m^(L-1) (m + 1) pieces exists.",
)
tent_three = Claim(
    "networks.S8-depth_sawtooth_sup-three",
    "An affine function on three knots of the tent, with the values 0, 1, 0, is off by 1/2.",
    error >= Fraction(1, 2), (affine, low_left, high_middle, low_right),
)
tent_dichotomy = Claim(
    "networks.S8-depth_sawtooth_sup",
    "Fewer than 2^k pieces are at least 1/2 away from the k-fold tent.",
    correction="What is closer than 1/2 passes 1/2 between any two of the 2^k + 1 knots, and a "
    "piece can do so once. 2^k pieces are exact: nothing between 1/2 and 0 can be had.",
)
tent_attained = Claim(
    "networks.S8-depth_sawtooth_sup-attained",
    "The constant 1/2 is exactly 1/2 away from the k-fold tent, which is 0 and 1 in turn at "
    "2^k + 1 points: for k = 1, ..., 8.",
)
units_decay_as_stated = Claim(
    "networks.S8-depth_sawtooth_units-decay",
    "The number of hidden units that is needed falls exponentially with the depth.",
    correction="Not for every function and not for every depth: see the k-fold tent.",
)
tent_units = Claim(
    "networks.S8-depth_sawtooth_units",
    "L layers need at least L (2^(k/L) - 1) units to be closer than 1/2 to the k-fold tent.",
    correction="L 2^(k/L) suffice where L divides k. The logarithm falls as k/L; the number built "
    "is smallest near L = k log 2, and L layers have at least L units. Where the least number is "
    "smallest is open.",
)
whole_widths = Claim(
    "networks.S8-depth_sawtooth_units-widths",
    "L whole widths with prod(m_l + 1) >= 2^k add up to L (2^(k/L) - 1) at least, and can: for "
    "six pairs of k and L, all widths tried.",
)
two_layers = Claim(
    "networks.S8-depth_sawtooth_units-two",
    "Two layers with (m1 + 1)(m2 + 1) >= q^2, q = 2^(k/2), have m1 + m2 >= 2 (q - 1).",
    (first + second + 2) ** 2 >= 4 * root**2, (layers_fit,),
)
tent_area = Claim(
    "networks.S8-depth_sawtooth_L1",
    "The area between the k-fold tent and p pieces is at least 1/8 - (p + 1)/2^(k+2).",
    correction="Between it and the constant 1/2 it is 1/4: the bound is loose by about 2. "
    "Telgarsky prints 1/64.",
)
square_identity = Claim(
    "networks.S8-depth_yarotsky-identity",
    "What m tents leave of x^2: x - sum(4^-s T^s(x) for s <= m) - x^2 is 4^-m y (1 - y), y = "
    "T^m(x).",
    square_rest(t).equals(scalar(QUARTER) ** t * (tent_at(t) * (1 - tent_at(t)))), (folding,),
)
square_deep = Claim(
    "networks.S8-depth_yarotsky",
    "m tents, one after the other, approximate x^2 on [0, 1] to 4^-(m+1).",
    square_rest(t) <= scalar(QUARTER) ** (t + 1), (folding,),
    "Attained at the odd multiples of 2^-(m+1); the error is never negative on [0, 1].",
)
square_shallow = Claim(
    "networks.S8-depth_yarotsky-shallow",
    "A function of p affine pieces is off x^2 on [0, 1] by at least 1/(8 p^2).",
    error >= shallow_square_error(pieces),
    (affine, below_left, below_right, above_middle, some_piece, long_piece),
    "Attained by p chords of one length, lowered by half their error: one hidden layer needs "
    "1/sqrt(8 E) - 1 units.",
)
product_two = Claim(
    "networks.S8-depth_product-two",
    "Four units that square, in one layer, give the product of two numbers.",
    ((x + y) ** 2 + (-x - y) ** 2 - (x - y) ** 2 - (y - x) ** 2).equals(8 * (x * y)),
)
product_three = Claim(
    "networks.S8-depth_product-three",
    "Four units that cube, in one layer, give the product of three numbers.",
    ((x + y + z) ** 3 - (x + y - z) ** 3 - (x - y + z) ** 3 - (y + z - x) ** 3)
    .equals(24 * (x * y * z)),
    correction="2^(d-1) units do at bias 0 if the parity of g is that of d, such as tanh at d = 3.",
)
product_units = Claim(
    "networks.S8-depth_product",
    "One hidden layer whose units share a bias, with non-zero Taylor coefficients there, needs "
    "2^d units for the product of d numbers, to the order d: its matrix has the rank 2^d, for d = "
    "1, ..., 6.",
    correction="4 (d - 1) units in a tree are enough for d a power of 2.",
)
chain = Claim(
    "networks.S8-depth_train_generalise-chain",
    "A chain of L sigmoids with weights of size at most 1 has a slope of at most 4^-L.",
    slope_at(t) ** 2 <= scalar(Fraction(1, 16)) ** t, (chained, small_factor, slope_one),
)
train_as_stated = Claim(
    "networks.S8-depth_train_generalise", "Deep networks are more efficient in training.",
    correction="Not a theorem, and not so for every network: along a chain of sigmoids the "
    "gradient of the first layer falls as 4^-L.",
)
generalise = Claim(
    "networks.S8-depth_generalise",
    "Deep networks generalise better: an observation, not a theorem.",
    correction="No theorem says so of all networks and all data.",
)
dimension = Claim(
    "networks.S8-depth_dim",
    "In some cases the number of hidden units grows exponentially with the dimension.",
    correction="True as worded: it says that such functions exist.",
)
conventions = Claim(
    "networks.S9-deepworld_30k",
    "Deep learning means more than 30000 or 40000 samples, more than 10 inputs, more parameters "
    "than samples, and too many hyperparameters for a grid.",
    correction="Conventions: there is nothing to prove. Of the 10^10 cells by deciles in 10 "
    "dimensions 40000 points occupy a share of 4.0e-6 on average.",
)
