"""High dimension: what is proved of it, and what is exact in fractions [slides 10-11].

Points with equal coordinates lie on a line, along which differences are numbers. An answer that
serves f and -f is wrong by |f|. Values in [0, 1] are above their squares. Two points without
gradient are 0 apart if the gradient is strongly monotone. The probability that trials miss is
proved by induction. The shares of balls are rational numbers times powers of pi; moments of
distances are integrals of polynomials; coverings and packings of a cube, trials, cells and critical
points are counted. Long because six statements of the slides take as many proofs and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import Any

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.exact.contrast import contrast_fraction
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Vector
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    induction,
    invert,
    paired,
    prove,
    prove_vector,
    squared,
    suppose,
    weighted,
)
from sgdtheory.logic.proof import product as multiplied
from sgdtheory.theory import dimension as says
from sgdtheory.theory.dimension import along, good, missed, t

# --- points with equal coordinates ---------------------------------------------------------------

x_equal, y_equal, z_equal = map(suppose, (says.x_equal, says.y_equal, says.z_equal))


def along_the_line(other: Vector, number: Any, equal: Step) -> Step:
    """Return the squared distance of x and another point along u."""
    apart, difference = says.x - other, says.a - number
    line = prove_vector("the difference is along u", apart.equals(difference * along),
                        [(1, x_equal), (-1, equal)])
    return prove("the squared distance is that of the numbers, times |u|^2",
                 apart.norm2().equals(difference**2 * along.norm2()),
                 by=[paired(line, apart), weighted(difference, paired(line, along))])


contrast_equal = prove(
    "ratios of distances", says.contrast_equal.conclusion,
    by=[weighted((says.a - says.c) ** 2, along_the_line(says.y, says.b, y_equal)),
        weighted((says.a - says.b) ** 2, along_the_line(says.z, says.c, z_equal))])

# --- samples, values, gradients ------------------------------------------------------------------

fooled = prove("half of both", says.fooled.conclusion,
               by=[suppose(says.serves_up), suppose(says.serves_down)])
variance = prove("the square of what the mean is off 1/2", says.variance.conclusion,
                 by=[suppose(says.values_in_unit),
                     squared("a square", says.mean - Fraction(1, 2))])
difference = says.x - says.y
no_slope = prove(
    "no slope between them", -says.c * difference.norm2() >= 0,
    by=[suppose(says.convex), paired(suppose(says.flat_x), difference),
        paired(suppose(says.flat_y), difference)])
minima_convex = prove(
    "they coincide", says.minima_convex.conclusion,
    by=[multiplied("over c", no_slope, invert(suppose(says.curved)))],
    signs=[suppose(says.curved)])

# --- trials that miss ----------------------------------------------------------------------------


def misses(time: Any) -> Any:
    """State the probability that so many trials miss."""
    return missed(time).equals((1 - good) ** time)


all_miss = induction(
    "after every trial",
    prove("before the first", misses(0), by=[suppose(says.no_trial)]),
    prove("after one more", misses(t + 1), by=[
        suppose(says.independent)(t),
        weighted(1 - good, suppose(Assumption("induction hypothesis", misses(t))))]),
    misses(t), t)

proofs = (Proof(says.contrast_equal, contrast_equal), Proof(says.fooled, fooled),
          Proof(says.variance, variance), Proof(says.minima_convex, minima_convex),
          Proof(says.all_miss, all_miss))

# --- exact runs ----------------------------------------------------------------------------------


def share_coefficient(d: int) -> Fraction:
    """Return the share of the ball in its cube over ``pi^(d // 2)``, by its recursion."""
    share = Fraction(1)
    for e in range(2 + d % 2, d + 1, 2):
        share /= 2 * e
    return share


def gamma_coefficient(d: int) -> Fraction:
    """Return the same number from ``pi^(d/2)/Gamma(d/2 + 1)``, by sympy."""
    import sympy

    value = sympy.pi ** sympy.Rational(d, 2) / sympy.gamma(sympy.Rational(d, 2) + 1) / 2**d
    found = value / sympy.pi ** (d // 2)
    return Fraction(int(found.p), int(found.q))


def moment(power: int) -> Fraction:
    """Return ``E |U - V|^power`` of two uniform numbers in [0, 1]: ``2 (1 - x) x^power``."""
    return Fraction(2, (power + 1) * (power + 2))


def distance_moments(d: int) -> tuple[Fraction, Fraction]:
    """Return mean and variance of the squared distance of two uniform points of the cube."""
    return d * moment(2), d * (moment(4) - moment(2) ** 2)


def covering_radius(k: int, d: int) -> Fraction:
    """Return how far, in the max norm, a point of the cube can be from the midpoints of k^d cells.

    It is piecewise linear along each axis, so that the corners and midpoints of the cells decide.
    """
    middles = [Fraction(2 * i + 1, 2 * k) for i in range(k)]
    places = [Fraction(i, 2 * k) for i in range(2 * k + 1)]
    return max(nearest(point, list(product(middles, repeat=d)))
               for point in product(places, repeat=d))


def nearest(point: Any, samples: Any) -> Any:
    """Return the max-norm distance of a point from the nearest of the samples."""
    return min(max(abs(a - b) for a, b in zip(point, sample, strict=True)) for sample in samples)


@cache
def packing(m: int, d: int, side: int) -> list[tuple[int, ...]]:
    """Return (m + 1)^d points of a cube of whole side, at distances of side/m."""
    return list(product([side * i // m for i in range(m + 1)], repeat=d))


def fooling_height(samples: Sequence[Any], side: int) -> int:
    """Return how far one of so many points is from all samples: a function can be as high there.

    With m the least whole number for which (m + 1)^d points are more than the samples, two of them
    cannot both be within less than side/(2m) of one sample. `side` is a multiple of 2 m.
    """
    d = len(samples[0])
    m = next(m for m in range(1, len(samples) + 1) if (m + 1) ** d > len(samples))
    return max(int(nearest(point, samples)) for point in packing(m, d, side))


def least_height(n: int, d: int, cells: int) -> Fraction:
    """Return the least `fooling_height` of n samples on a lattice, by trying all, for side 1."""
    side = 12 * cells
    lattice = product(range(0, side + 1, 12), repeat=d)
    return Fraction(min(fooling_height(some, side) for some in combinations(lattice, n)), side)


def mean_of_nearest(k: int, d: int) -> Fraction:
    """Return the mean max-norm distance from the nearest of the midpoints of k^d cells.

    In a cell the distance exceeds s with probability ``1 - (2 k s)^d``, s from 0 to 1/(2k).
    """
    reach = Fraction(1, 2 * k)
    return reach - (2 * k) ** d * reach ** (d + 1) / (d + 1)


def mean_occupied(n: int, cells: int) -> Fraction:
    """Return the mean share of the cells that n points occupy, over all ways to place them."""
    ways = Counter(len(set(places)) for places in product(range(cells), repeat=n))
    return Fraction(sum(count * ways[count] for count in ways), cells ** (n + 1))


DOUBLE_WELL, BOWL = {x: 12 * x * x - 4 for x in (-1, 0, 1)}, {0: 2}
"""The critical points of ``(x^2 - 1)^2`` and of ``x^2`` with their second derivatives."""


def critical_points(d: int, line: Any = None) -> tuple[int, int, int]:
    """Count minima, maxima and saddles of a sum over d coordinates by the signs of its bends.

    The gradient is 0 where every coordinate is critical on the `line`, and the Hessian is diagonal.
    """
    bends = list(product((DOUBLE_WELL if line is None else line).values(), repeat=d))
    minima = sum(all(b > 0 for b in bend) for bend in bends)
    maxima = sum(all(b < 0 for b in bend) for bend in bends)
    return minima, maxima, len(bends) - minima - maxima


def draws_for_parity(d: int) -> Fraction:
    """Return how many draws give the mean of the parity of d fair bits to 1/20, in mean square."""
    values = [Fraction(sum(bits) % 2) for bits in product((0, 1), repeat=d)]
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values) / len(values) * 400


def farthest2(numbers: Sequence[int], d: int) -> Fraction:
    """Return farthest over nearest squared distance from 0 of points with equal coordinates."""
    squares = [sum(v * v for v in [z] * d) for z in numbers]
    return Fraction(max(squares), min(squares))


def grid_gap(k: int) -> Fraction:
    """Return the mean distance from the nearest of k midpoints: a cell has ``(1/(2k))^2`` of it."""
    return k * Fraction(1, 2 * k) ** 2


def random_gap(n: int) -> Fraction:
    """Return the mean distance of a uniform point from the nearest of n others.

    The n + 2 ends and points cut [0, 1] into n + 1 spaces with ``E s^2 = 2/((n + 1)(n + 2))``; of
    a space s, an inner one has ``s^2/4`` and an outer one ``s^2/2`` of the integral.
    """
    square = Fraction(2, (n + 1) * (n + 2))
    return (n - 1) * square / 4 + 2 * square / 2


def enough(quantile: Fraction, confidence: Fraction, count: int) -> bool:
    """Tell whether `count` trials are enough and one less is not."""
    return (1 - quantile) ** count <= 1 - confidence < (1 - quantile) ** (count - 1)


TRIALS = {(Fraction(1, 20), Fraction(19, 20)): 59, (Fraction(1, 100), Fraction(19, 20)): 299,
          (Fraction(1, 20), Fraction(99, 100)): 90}
NEAR = {1: 5, 2: 11, 5: 95, 10: 3067}
CONTRAST = {2: "2.463e-10", 10: "4.580e-04"}
CELLS = ((3, 2, 2), (4, 2, 1), (2, 3, 2), (3, 2, 3), (1, 3, 3))
SUBSETS = ((1, 1, 6), (2, 1, 8), (3, 1, 12), (1, 2, 4), (3, 2, 4), (4, 2, 4),
           (1, 3, 2), (3, 3, 2))


def off(*pairs: tuple[Any, Any]) -> Fraction:
    """Return minus the largest difference of what should be equal: 0 if all are."""
    return -max(abs(Fraction(a) - Fraction(b)) for a, b in pairs)


def digits_off() -> Fraction:
    """Return minus how many of the exact probabilities do not have the digits of the claim."""
    return -Fraction(sum(f"{float(contrast_fraction(d, 20, Fraction(9, 4))):.3e}" != said
                         for d, said in CONTRAST.items()))


def numbers(vectors: Any = None, **letters: Any) -> Model:
    """Return the world of these vectors and numbers."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()},
                 vectors={name: rational(*v) for name, v in (vectors or {}).items()})


ones, quarter = (1, 1, 1), Fraction(1, 4)
examples = (
    example(says.all_miss, Model(letters={"q": Fraction(1, 20)}, vectors={"e": rational(1)},
                                 horizon=4, processes={"m": lambda time, _: rational(
                                     Fraction(19, 20) ** time)}), "q = 1/20"),
    example(says.contrast_equal, numbers({"u": ones, "x": (2, 2, 2), "y": (5, 5, 5),
                                          "z": (-1, -1, -1)}, a=2, b=5, c=-1),
            "three points of R^3"),
    example(says.fooled, numbers(E=quarter, g=0, delta=quarter), "the answer 0, delta = 1/4"),
    example(says.variance, numbers(m1=Fraction(1, 2), m2=Fraction(1, 2)), "a fair bit"),
    example(says.minima_convex, numbers({"x": (1, 2), "y": (1, 2), "g_x": (0, 0), "g_y": (0, 0)},
                                        c=2), "|w - (1, 2)|^2"),
    Example(says.ball_as_stated, share_coefficient(10) - Fraction(1, 2**10),
            "exact run: pi^5 over 122880, not over 1024"),
    Example(says.ball_recursion, off(*((share_coefficient(d), gamma_coefficient(d))
                                       for d in range(41))),
            "exact run: the recursion against pi^(d/2)/Gamma(d/2 + 1), in powers of pi"),
    Example(says.far_square,
            off(*((distance_moments(d)[0], says.square_distance(Fraction(d)))
                  for d in range(1, 30)),
                *((distance_moments(d)[1] / distance_moments(d)[0] ** 2,
                   says.cube_spread2(Fraction(d))) for d in range(1, 30))),
            "exact run: integrals of polynomials, d = 1, ..., 29"),
    Example(says.sparse, off(*((mean_occupied(n, k**d), says.occupied_share(
        Fraction(n), Fraction(k), Fraction(d))) for n, k, d in CELLS)),
            "exact run: all ways to place up to 4 points in up to 27 cells"),
    Example(says.distance_as_stated, Fraction(9, 4) - farthest2((1, 2, 3), 1000),
            "exact run: points (Z, ..., Z) with Z = 1, 2, 3 in 1000 dimensions: the farthest is "
            "three times as far from 0 as the nearest, not 1.5 times or less"),
    Example(says.contrast, digits_off(),
            "exact run: integrals of polynomials times exponentials, in fractions"),
    Example(says.contrast_limit, min(
        contrast_fraction(d, 3, Fraction(9)) - says.contrast_floor(3, Fraction(4, 5), Fraction(d))
        for d in range(2, 41, 2)), "exact run: n = 3, eta = 4/5, d = 2, 4, ..., 40"),
    Example(says.samples,
            off(*((covering_radius(k, d), says.lipschitz_error(Fraction(k**d), Fraction(d)))
                  for d, most in ((1, 4), (2, 3), (3, 2)) for k in range(1, most + 1)),
                *((least_height(n, d, cells), says.lipschitz_error(Fraction(n), Fraction(d)))
                  for n, d, cells in SUBSETS)),
            "exact run: how far a point can be from the midpoints, d <= 3, and how far one of "
            "(m + 1)^d points is from N samples at least, for all places of these on a lattice"),
    Example(says.quadrature, off(*((mean_of_nearest(k, d), says.midpoint_error(
        Fraction(k), Fraction(d))) for k in range(1, 9) for d in range(1, 9))),
            "exact run: the mean of the distance from the nearest midpoint, k and d <= 8"),
    Example(says.samples_as_stated, draws_for_parity(10) - draws_for_parity(1) - 1,
            "exact run: the mean of the parity of bits takes 100 draws for a mean squared error of "
            "1/400, of ten bits as of one"),
    Example(says.minima_as_stated, Fraction(critical_points(10, BOWL)[0]
                                            - critical_points(1, BOWL)[0] - 1),
            "exact run: |x|^2 has one critical point, 0, in ten dimensions as in one"),
    Example(says.minima_product,
            off(*((found, said) for d in range(1, 7) for found, said in zip(
                critical_points(d), (says.product_minima(d), 1, says.product_saddles(d)),
                strict=True))), "exact run: all 3^d critical points"),
    Example(says.trials_as_stated,
            Fraction(59 - 3**10 if enough(Fraction(1, 20), Fraction(19, 20), 59) else 0),
            "exact run: 59 random trials against a grid of three values for ten hyperparameters"),
    Example(says.random_counts, off(*((says.random_trials(q, c), count if enough(q, c, count)
                                       else -1) for (q, c), count in TRIALS.items())),
            "exact run: (1 - q)^N and (1 - q)^(N - 1) in fractions"),
    Example(says.near_counts, off(*((says.near_trials(Fraction(1, 2), Fraction(d), c), count
                                     if enough(Fraction(1, 2**d), c, count) else -1)
                                    for d, count in NEAR.items() for c in [Fraction(19, 20)])),
            "exact run: the same with q = 2^-d"),
    Example(says.one_axis, off(*((grid_gap(k), says.grid_gap(Fraction(k))) for k in range(1, 9)),
                               *((random_gap(n), says.random_gap(Fraction(n)))
                                 for n in range(1, 65))),
            "exact run: from the spaces between uniform points"),
)

citations = (
    Citation(says.far_square, "independent coordinates, whose variances add, for every d"),
    Citation(says.far_gaussian, "|X - Y|^2/2 is chi-squared with d degrees of freedom"),
    Citation(says.far_nearest, "each of n - 1 others is farther with probability 1 - x^d"),
    Citation(says.sparse, "n points miss a cell with probability (1 - k^-d)^n, for all n, k and d"),
    Citation(says.one_axis, "the spaces between n uniform points have the mean square "
                            "2/((n + 1)(n + 2)), for every n"),
    Citation(says.samples, "Sukharev 1971; for all N and d by the argument of the claim, not by "
                           "the kernel"),
    Citation(says.quadrature, "Sukharev 1979; for all k and d by the argument of the claim"),
    Citation(says.contrast_limit, "Chebyshev's inequality for each point, and their sum; for all "
                                  "d not by the kernel"),
    Citation(says.distance_as_stated, "Beyer, Goldstein, Ramakrishnan and Shaft 1999"),
)
