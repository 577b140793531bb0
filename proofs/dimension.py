"""High dimension: what is proved of it, and what is exact in fractions [slides 10-11].

The probability that trials miss is proved by induction. The shares of balls are rational numbers
times powers of pi; moments of distances are integrals of polynomials; coverings and packings of a
cube, trials and critical points are counted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import induction, prove, suppose, weighted
from sgdtheory.theory import dimension as says
from sgdtheory.theory.dimension import good, missed, t

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

proofs = (Proof(says.all_miss, all_miss),)

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
    return max(min(max(abs(a - b) for a, b in zip(point, middle, strict=True))
                   for middle in product(middles, repeat=d))
               for point in product(places, repeat=d))


def packing_distance(k: int, d: int) -> Fraction:
    """Return the least distance, in the max norm, of the k^d points of the grid with both ends."""
    places = [Fraction(i, k - 1) for i in range(k)]
    points = list(product(places, repeat=d))
    return min(max(abs(a - b) for a, b in zip(one, other, strict=True))
               for i, one in enumerate(points) for other in points[:i])


def critical_points(d: int) -> tuple[int, int, int]:
    """Count minima, maxima and saddles of ``sum((x_i^2 - 1)^2)`` by the signs of 12 x^2 - 4.

    The gradient is 0 where every coordinate is -1, 0 or 1, and the Hessian is diagonal.
    """
    bends = [[12 * x * x - 4 for x in point] for point in product((-1, 0, 1), repeat=d)]
    minima = sum(all(b > 0 for b in bend) for bend in bends)
    maxima = sum(all(b < 0 for b in bend) for bend in bends)
    return minima, maxima, len(bends) - minima - maxima


def parity_variance(d: int) -> Fraction:
    """Return the variance of the parity of d fair bits, which no fewer than d of them know."""
    values = [Fraction(sum(bits) % 2) for bits in product((0, 1), repeat=d)]
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values) / len(values)


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


def off(*pairs: tuple[Any, Any]) -> Fraction:
    """Return minus the largest difference of what should be equal: 0 if all are."""
    return -max(abs(Fraction(a) - Fraction(b)) for a, b in pairs)


examples = (
    example(says.all_miss, Model(letters={"q": Fraction(1, 20)}, vectors={"e": rational(1)},
                                 horizon=4, processes={"m": lambda time, _: rational(
                                     Fraction(19, 20) ** time)}), "q = 1/20"),
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
    Example(says.distance_as_stated, Fraction(2) ** 2 - Fraction(1000 * 3**2, 1000 * 1**2),
            "exact run: points (Z, ..., Z) with Z = 1, 2, 3 in 1000 dimensions: the farthest is "
            "three times as far from 0 as the nearest, not less than twice"),
    Example(says.samples,
            off(*((covering_radius(k, d), Fraction(1, 2 * k))
                  for d, most in ((1, 4), (2, 3), (3, 2)) for k in range(1, most + 1)),
                *((packing_distance(k, d), Fraction(1, k - 1))
                  for d, most in ((1, 6), (2, 4), (3, 3)) for k in range(2, most + 1))),
            "exact run: how far a point can be from the midpoints, and how far k^d points are "
            "from each other, d <= 3"),
    Example(says.samples_as_stated, Fraction(100 - 2**10) if all(
        parity_variance(d) == Fraction(1, 4) for d in range(1, 11)) else Fraction(0),
            "exact run: the parity of d = 1, ..., 10 bits has the variance 1/4: 100 samples give "
            "its mean to 1/20, not 2^d"),
    Example(says.minima_as_stated, Fraction(1 - 2**10),
            "exact run: |x|^2 has one critical point, 0, in ten dimensions"),
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
    Example(says.one_axis, off(*((grid_gap(k), says.grid_gap(Fraction(k))) for k in range(1, 9)),
                               *((random_gap(n), says.random_gap(Fraction(n)))
                                 for n in range(1, 65))),
            "exact run: from the spaces between uniform points"),
)

citations = (
    Citation(says.samples, "Sukharev 1971; for all k and d by the argument of the claim, not by "
                           "the kernel"),
    Citation(says.distance_as_stated, "Beyer, Goldstein, Ramakrishnan and Shaft 1999"),
)
