"""Universal approximation: when linear is not enough, and what one hidden layer reaches [3-4].

No affine function is XOR, and two ReLU units are. The theorem of slide 4 is true with hypotheses
that it does not print, and false in both directions without them. A polynomial activation of
degree k reaches no more than the best polynomial of degree k, which a functional with rational
weights bounds from below; any other continuous one reaches every continuous function on a compact
set; for ReLU in one dimension the width is certified from both sides.

>>> relu_interpolation(mesh=0.125, bend=2.0), greedy_mean(width=100, atoms=200)
(0.00390625, 0.005)
>>> separable(points=6, dimension=3), 2**6
(32, 64)
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

from sgdtheory.elementary import anywhere
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Index, Letter, Process, Scalar, VectorLetter, scalar


@formula
def relu_interpolation(mesh, bend):
    """Error of linear interpolation between points a mesh apart, at most: ``h^2 sup|f''|/8``."""
    return mesh**2 * bend / 8


@formula
def steps_error(slope, mesh, tail):
    """Error of sigmoidal steps for a Lipschitz target, at most, ``tail = exp(-K h/2)``."""
    return slope * mesh / 2 + 2 * slope * mesh * tail / (1 - tail**2)


def atoms_left(width: Any, atoms: Any) -> None:
    """Raise ValueError unless there are at least as many atoms as units."""
    if anywhere(width > atoms):
        raise ValueError(f"width={width}, the number of units, must be at most atoms={atoms}, the "
                         "number of orthonormal atoms: with as many, nothing is left")


@formula(requires=atoms_left)
def fixed_basis(width, atoms):
    """Squared error of any m fixed functions for the worst of N orthonormal ones, at least."""
    return (atoms - width) / atoms


@formula(requires=atoms_left)
def greedy_mean(width, atoms):
    """Squared error of m greedily chosen of N orthonormal functions for their mean, exactly."""
    return (atoms - width) / (width * atoms)


def inside_hull(norm2: Any, f2: Any) -> None:
    """Raise ValueError unless the target is no larger than the atoms."""
    if anywhere(f2 > norm2):
        raise ValueError(f"f2={f2}, the squared norm of the target, must be at most norm2={norm2}, "
                         "that of the atoms, as in their closed convex hull; take larger atoms")


@formula(requires=inside_hull)
def greedy_rate(norm2, f2, width):
    """Squared error of m greedy steps, at most [Jones 1992; Barron 1993, Lemma 1]."""
    return (norm2 - f2) / width


def separable(points: int, dimension: int) -> int:
    """Return how many labellings of points in general position a plane through 0 separates."""
    return 2 * sum(comb(points - 1, k) for k in range(dimension))


# --- assumptions ---------------------------------------------------------------------------------

t, unit = Index("t"), VectorLetter("e")
w1, w2, b = map(Letter, ("w1", "w2", "b"))
x, y, a, h, level, error, rise = map(Letter, ("x", "y", "a", "h", "c", "E", "r"))
f0, f1, f2, g0, g1, g2 = map(Letter, ("f0", "f1", "f2", "g0", "g1", "g2"))
hull, quarter = Letter("B"), Fraction(1, 4)


def distance2_at(time: Any) -> Scalar:
    """Return the squared distance after so many greedy steps."""
    return Process("D", scalar(time)).dot(unit)


below_at_x = Assumption("the value c of N at x is at most x + E", error - (level - x) >= 0)
above_at_y = Assumption("its value at y is c too, and at least y - E", error - (y - level) >= 0)
second_difference = Assumption("N(0) - 2 N(1/2) + N(1) is 0", (g0 + g2).equals(2 * g1))
near_0 = Assumption("N is at least 0 - E at 0", error + g0 >= 0)
near_half = Assumption("N is at most 1/4 + E at 1/2", error - (g1 - quarter) >= 0)
near_1 = Assumption("N is at least 1 - E at 1", error - (1 - g2) >= 0)
near_f0 = Assumption("N is at least f - E at the first point", error - (f0 - g0) >= 0)
near_f1 = Assumption("N is at most f + E at the second, half way", error - (g1 - f1) >= 0)
near_f2 = Assumption("N is at least f - E at the third", error - (f2 - g2) >= 0)
no_kink = Assumption("N is affine between them", (g0 + g2).equals(2 * g1))
left_of_jump = Assumption("N is at most E left of the jump", error - g0 >= 0)
right_of_jump = Assumption("N is at least 1 - E right of it", error - (1 - g1) >= 0)
little_rise = Assumption("from the one to the other N rises by at most r", rise - (g1 - g0) >= 0)
nonnegative_distance = Assumption("D is a squared distance", (distance2_at(t) >= 0).forall(t))
positive_hull = Assumption("B = b^2 - |f|^2 is positive", hull > 0)
best_step = Assumption(
    "a greedy step leaves at most D B/(D + B)",
    (distance2_at(t + 1) * (distance2_at(t) + hull) <= distance2_at(t) * hull).forall(t),
)

# --- claims --------------------------------------------------------------------------------------

xor_affine = Claim(
    "networks.S3-linear_insufficient_xor",
    "On XOR no affine function has a mean squared error below 1/4.",
    (b**2 + (w1 + b - 1) ** 2 + (w2 + b - 1) ** 2 + (w1 + w2 + b) ** 2) / 4 >= quarter,
    correction="The slide says that linear solutions may be insufficient: for some data they are.",
)
xor_relu = Claim(
    "networks.S3-linear_insufficient_xor-relu",
    "Two ReLU units are XOR exactly: r(x1 + x2) - 2 r(x1 + x2 - 1).",
)
fourteen = Claim(
    "networks.S3-linear_insufficient_xor-fourteen",
    "A line separates 14 of the 16 labellings of the corners of a square; not XOR and its "
    "opposite.",
)
cover = Claim(
    "networks.S3-linear_cover",
    "Of the labellings of N points in general position in R^d a plane through 0 separates "
    "2 sum(binomial(N - 1, k) for k < d): half of them at N = 2 d.",
)
fixed_or_adaptive = Claim(
    "networks.S3-linear_width",
    "Whatever m functions are fixed, they leave at least 1 - m/N of the square of one of N "
    "orthonormal ones; m of the N leave a square of 1/m - 1/N of their mean.",
    correction="The first is for the worst of N targets and the second for their mean, which is "
    "in the hull of all of them: this is what adapting the units buys.",
)

universal_as_stated = Claim(
    "networks.S4-uat_printed_if",
    "Any g: R -> R that is not a polynomial approximates every continuous f.",
    correction="Not if g is too wild: the indicator of a point, or an additive discontinuous g. "
    "True for continuous g, see `universal`.",
)
indicator_misses = Claim(
    "networks.S4-uat_printed_if-indicator",
    "A network that is a constant at x and y misses f(x) = x by at least (y - x)/2.",
    error >= (y - x) / 2, (below_at_x, above_at_y),
    "For g the indicator of a point every network is a constant off finitely many points, and x "
    "and y may be as near to 0 and 1 as one likes: 1/2 on [0, 1], which the constant 1/2 attains.",
)
additive_misses = Claim(
    "networks.S4-uat_printed_if-additive",
    "A network without second difference misses x^2 on [0, 1] by at least 1/8.",
    error >= Fraction(1, 8), (second_difference, near_0, near_half, near_1),
    "So for every additive g, g(p + q sqrt 2) = p on Q(sqrt 2): no polynomial, and as bad as an "
    "affine function. On all of R such a g needs a Hamel basis.",
)
only_if_as_stated = Claim(
    "networks.S4-uat_printed_onlyif_finiteA",
    "Whatever the closed bounded set A is, a polynomial g does not approximate every f on it.",
    correction="Not if A is finite: on k + 1 points z^k meets every f exactly. If A is infinite it "
    "is true: polynomials of degree k span a space of finite dimension.",
)
null_set = Claim(
    "networks.S4-uat_nullA",
    "On {0} and {1/k}, a set of measure 0, the indicator of 0 approximates f(x) = x: to 1/(K + 1) "
    "with K units, shown for K < 6.",
    correction="And every continuous f, by its continuity at 0; yet it is 0 almost everywhere.",
)
authors_as_stated = Claim(
    "networks.S4-uat_correct-authors", "The theorem is due to two authors, in 1993.",
    correction="To four: Leshno, Lin, Pinkus and Schocken.",
)
universal = Claim(
    "networks.S4-uat_correct",
    "A infinite and compact, g continuous: one hidden layer approximates every continuous f on A "
    "if and only if g is not a polynomial.",
    correction="More generally for A of positive measure: g locally bounded, the closure of its "
    "discontinuities of measure 0; if and only if g is not almost everywhere a polynomial.",
)
dual = Claim(
    "networks.S4-onlyif_dual",
    "Every network of a polynomial activation of degree k misses f by at least |d|/s: d the "
    "divided difference of f at k + 2 points of a segment, s the sum of the sizes of its weights.",
)
dual_kink = Claim(
    "networks.S4-onlyif_dual-kink",
    "For |x - 1/3| on [0, 1] a polynomial g of degree 1 misses by at least 2/9, the divided "
    "difference at 0, 1/3, 1; x/3 + 1/9 attains it.",
)
jump = Claim(
    "networks.S4-uat_classification",
    "A network that rises by at most r across a jump from 0 to 1 misses it by (1 - r)/2.",
    error >= (1 - rise) / 2, (left_of_jump, right_of_jump, little_rise),
    "So a continuous network misses the indicator of a class by at least 1/2, as r may be as small "
    "as one likes: the picture of the slide needs classes at a distance, or a measure.",
    printed="A network approximates the boundary of a class as it approximates a function.",
)

three_points = Claim(
    "networks.S4-uat_relu_width_bracket-points",
    "An affine function misses f by at least a quarter of its second difference at three points.",
    error >= (f0 - 2 * f1 + f2) / 4, (no_kink, near_f0, near_f1, near_f2),
    "Each ReLU unit has one kink: so many intervals with such points, so many units.",
)
relu_width = Claim(
    "networks.S4-uat_relu_width_bracket",
    "For sin(2 pi x) on [0, 1] the least number of ReLU units with an error below eps is in [4, "
    "5], [12, 13], [38, 39], [120, 121] at eps = 0.1, 0.01, 0.001, 0.0001.",
    correction="That two more than the intervals are enough holds for convex or concave f only.",
)
chord = Claim(
    "networks.S4-uat_relu_upper",
    "The chord of x^2 over an interval of length h is off by at most h^2/4, that is "
    "h^2 sup |f''|/8.",
    (x - a) * (a + h - x) <= relu_interpolation(h, 2),
    correction="For every f with two derivatives by Taylor's formula, with N + 1 units for N "
    "equal pieces.",
)
steps = Claim(
    "networks.S4-uat_sigmoid_steps",
    "Sigmoidal steps through the values of a Lipschitz f are off by at most "
    "L h/2 + 2 L h q/(1 - q^2), q = exp(-K h/2).",
)
derivative_trick = Claim(
    "networks.S4-uat_derivative_trick",
    "Eight, fourteen and eighteen tanh units reach sin(2 pi x) on [0, 1] to 3e-4, 1.3e-9 and "
    "2e-13, with outer weights beyond 1e16.",
    correction="In one variable d + 1 units reach any polynomial of degree d to any eps, if g is "
    "smooth near a point where its derivatives up to d do not vanish; the outer weights grow.",
)
least_squares = Claim(
    "networks.S4-uat_lsq_certified",
    "A largest error on a grid is no certificate: 40 tanh units through 40 points of 1/(1 + 25 "
    "x^2) leave nothing there and more than 1/100 between them.",
)
tanh_fit = Claim(
    "networks.S4-uat_lsq_certified-tanh",
    "Least squares on 24 tanh units reach sin(2 pi x) to 1e-10 on [0, 1], certified.",
)
greedy_hull = Claim(
    "networks.S4-barron_jones",
    "If each greedy step leaves at most D B/(D + B) of D, n steps leave at most B/n.",
    scalar(t) * distance2_at(t) <= hull, (nonnegative_distance, positive_hull, best_step),
    "So it is in a Hilbert space with B = b^2 - |f|^2, for f in the closed convex hull of "
    "functions of norm at most b [Jones 1992; Barron 1993]: in the mean square, not the supremum.",
)
