"""High dimension: balls in cubes, distances, samples, trials and minima [slides 10-11].

The ball fills little of its cube; the printed formula for ten dimensions lacks 1/120. Points are
far apart in absolute units only, and distances tell nothing apart if the coordinates are
independent and alike, which they need not be. Every Lipschitz function takes exponentially many
samples, a mean does not; a grid of hyperparameters takes exponentially many trials, a random search
does if it is to come near the best setting, and does not if one of the best 5 % will do.
Long because six statements of the slides take twenty formulas.

>>> ball_to_cube(2), round(ball_to_cube(10), 7)
(0.7853981633974483, 0.0024904)
>>> grid_trials(k=3, d=10), random_trials(quantile=0.05, confidence=0.95)
(59049, 59)
>>> near_trials(side=0.5, d=10, confidence=0.95)
3067
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.counting import least_trials, whole_above, whole_power, whole_root
from sgdtheory.elementary import anywhere, gamma_step, one_minus_power, unit_ball
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Index, Letter, Process, Scalar, VectorLetter, scalar

HALF = Fraction(1, 2)
LONGEST = 300
"""Decimal digits of a number of trials that is still counted."""


@formula
def ball_to_cube(d):
    """Share of the cube ``[-1, 1]^d`` that the ball of radius 1 fills [slide 10]."""
    return unit_ball(d) / whole_power(2, d)


@formula
def square_distance(d):
    """Mean squared distance of two uniform points of the cube ``[0, 1]^d``."""
    return d / 6


@formula
def cube_spread2(d):
    """Relative variance of the squared distance of two uniform points of the cube."""
    return 7 / (5 * d)


@formula
def gaussian_spread2(d):
    """Relative variance of the squared distance of two standard Gaussian points; of one from 0."""
    return 2 / d


@formula
def gaussian_distance(d):
    """Mean distance of two standard Gaussian points; its square and the variance make ``2 d``."""
    return 2 * gamma_step(d / 2)


@formula
def contrast_floor(n, margin, d):
    """Least probability that n standard Gaussian points are about as far from 0 as each other.

    By Chebyshev's inequality all squared distances are between ``(1 - margin) d`` and ``(1 +
    margin) d``, but with the probability ``n 2/(d margin^2)``; it says nothing where that is 1.
    """
    return 1 - 2 * n / (d * margin**2)


def some_places(k: Any) -> None:
    """Raise ValueError unless k is at least 1."""
    if anywhere(k < 1):
        raise ValueError(f"k={k}, the points along a side, must be at least 1: none make no grid")


def runnable(side: Any, d: Any) -> None:
    """Raise ValueError unless a cube of `side` is met in at most about 1e300 trials."""
    if anywhere(-d * np.log10(np.asarray(side, dtype=float)) > LONGEST):
        raise ValueError(f"side={side} in d={d} dimensions takes more than 10^{LONGEST} trials; "
                         "take a larger side or a smaller dimension")


def two_points(n: Any) -> None:
    """Raise ValueError unless there are two points, one of which has a nearest other."""
    if anywhere(n < 2):
        raise ValueError(f"n={n}, the number of points, must be at least 2: one alone has no "
                         "neighbour")


@formula(requires=two_points)
def nearest_median(n, d):
    """Median max-norm distance of the nearest of n - 1 others, as a part of the torus' half side.

    The cube of points that are no further has the share ``x^d`` of the torus.
    """
    return one_minus_power(HALF, 1 / (n - 1)) ** (1 / d)


@formula(requires=some_places)
def occupied_share(n, k, d):
    """Mean share of the ``k^d`` cells of a cube that n uniform points occupy [slide 10]."""
    return one_minus_power(1 / whole_power(k, d), n)


@formula
def lipschitz_samples(tolerance, d):
    """Fewest samples for every f on ``[0, 1]^d`` with constant 1 in the max norm [Sukharev]."""
    return whole_power(whole_above(1 / (2 * tolerance)), d)


@formula
def lipschitz_error(n, d):
    """Least error of n samples for the functions of `lipschitz_samples`, wherever they are."""
    return 1 / (2 * whole_root(n, d))


@formula(requires=some_places)
def midpoint_error(k, d):
    """Largest error of the mean over the midpoints of ``k^d`` cells, for the same functions."""
    return d / (2 * k * (d + 1))


@formula
def monte_carlo_error2(n):
    """Largest mean squared error of the mean of n values in [0, 1], drawn in any dimension."""
    return 1 / (4 * n)


@formula(requires=some_places)
def grid_trials(k, d):
    """Trials of a grid with k values of each of d hyperparameters [slide 11]."""
    return whole_power(k, d)


@formula
def random_success(quantile, n):
    """Probability that n random trials meet the best `quantile` of the settings."""
    return one_minus_power(quantile, n)


@formula
def random_trials(quantile, confidence):
    """Least N with ``(1 - quantile)^N <= 1 - confidence``: random trials, in any dimension.

    So many independent draws meet the best `quantile` of the settings with probability
    `confidence` [Bergstra & Bengio 2012]. It is decided exactly; a float is taken for the decimal
    fraction that it is printed as.
    """
    return least_trials(quantile, 1, confidence)


@formula(requires=runnable)
def near_trials(side, d, confidence):
    """Least number of uniform trials in ``[0, 1]^d``, one of which is in a given cube of `side`.

    The cube has the share ``side^d``: what counts is how near, and the trials are exponential.
    """
    return least_trials(side, d, confidence)


@formula(requires=some_places)
def grid_gap(k):
    """Mean distance of the best value of one hyperparameter from a grid of k midpoints."""
    return 1 / (4 * k)


@formula
def random_gap(n):
    """The same distance from the nearest of n uniform trials."""
    return (n + 3) / (2 * (n + 1) * (n + 2))


@formula
def product_minima(d):
    """Local minima of ``sum((x_i^2 - 1)^2)``."""
    return whole_power(2, d)


@formula
def product_saddles(d):
    """Its saddles: all critical points that are neither minima nor the one maximum."""
    return whole_power(3, d) - whole_power(2, d) - 1


# --- assumptions ---------------------------------------------------------------------------------

t = Index("t")
good, a, b, c, error, answer, height = map(Letter, ("q", "a", "b", "c", "E", "g", "delta"))
mean, square = map(Letter, ("m1", "m2"))
along, x, y, z = map(VectorLetter, ("u", "x", "y", "z"))
slope_x, slope_y = map(VectorLetter, ("g_x", "g_y"))
_unit = VectorLetter("e")


def missed(time: Any) -> Scalar:
    """Return the probability that so many trials have all missed the good settings."""
    return Process("m", scalar(time)).dot(_unit)


no_trial = Assumption("no trial has met a good setting", missed(0).equals(1))
independent = Assumption("a trial misses with probability 1 - q, whatever the others did",
                         missed(t + 1).equals((1 - good) * missed(t)).forall(t))
x_equal = Assumption("every coordinate of x is a: x = a u", x.equals(a * along))
y_equal = Assumption("every coordinate of y is b: y = b u", y.equals(b * along))
z_equal = Assumption("every coordinate of z is c: z = c u", z.equals(c * along))
serves_up = Assumption("the answer g at a point is at most E below f = delta",
                       error - (height - answer) >= 0)
serves_down = Assumption("the same answer is at most E above -f = -delta, as the samples of f and "
                         "-f are all 0", error - (answer + height) >= 0)
values_in_unit = Assumption("the values are in [0, 1], so that their mean square m2 is at most "
                            "their mean m1", mean - square >= 0)
convex = Assumption("the gradient is strongly monotone: <g_x - g_y, x - y> >= c |x - y|^2",
                    (slope_x - slope_y).dot(x - y) - c * (x - y).norm2() >= 0)
curved = Assumption("c is positive", c > 0)
flat_x = Assumption("the gradient is 0 at x", slope_x.equals(0))
flat_y = Assumption("the gradient is 0 at y", slope_y.equals(0))

# --- claims --------------------------------------------------------------------------------------

ball_as_stated = Claim(
    "networks.S10-curse_ball", "The ball of radius r fills r^10 pi^5/(2r)^10 of its cube in ten "
    "dimensions.",
    correction="r^10 pi^5/120 over (2r)^10: the factor 1/120 is missing, without which it is 30 %. "
    "The printed 0.25 % is right; in three dimensions it is 52.4 %, not 52.3 %.",
)
ball_share = Claim(
    "networks.S10-curse_ball-share", "The ball fills dimension.ball_to_cube of its cube: 78.5 %, "
    "52.4 % and 0.249 % in two, three and ten dimensions.",
)
ball_recursion = Claim(
    "networks.S10-curse_ball-recursion", "Two dimensions more multiply the ball's share of its "
    "cube by pi/(2 (d + 2)): for d = 0, ..., 40.",
    correction="So it falls faster than any exponential.",
)
far = Claim(
    "networks.S10-curse_far", "In high dimension points are very far apart.",
    correction="On the side 1: the mean squared distance of two uniform points is d/6. In units of "
    "the diagonal sqrt(d) it is 1/6, whatever d is.",
    printed="In high dimension points are very far apart.",
)
far_square = Claim(
    "networks.S10-curse_far-square", "Two uniform points of the unit cube have the mean squared "
    "distance d/6, with the relative variance 7/(5 d).",
)
far_mean = Claim(
    "networks.S10-curse_far-mean", "Two uniform points of the unit cube have the mean distance "
    "exact.mean_distance(d): 1/3, 0.5214 and 0.6617 in one, two and three dimensions.",
    correction="It is below sqrt(d/6), in ten dimensions by less than 2 %.",
)
far_gaussian = Claim(
    "networks.S10-curse_far-gaussian", "Two standard Gaussian points have the mean squared "
    "distance 2 d, with the relative variance 2/d, and the mean distance "
    "2 Gamma((d + 1)/2)/Gamma(d/2).",
)
far_nearest = Claim(
    "networks.S10-curse_far-nearest", "Of n uniform points of a torus one has its nearest "
    "neighbour, in the max norm, beyond dimension.nearest_median half sides in half of all cases.",
    correction="For n = 1000 that is 0.026 in two dimensions, 0.483 in ten and 0.695 in twenty.",
)
sparse = Claim(
    "networks.S10-curse_far-sparse", "In high dimension structures are sparse: of k^d cells of the "
    "cube n uniform points occupy a share of 1 - (1 - k^-d)^n on average, which is at most n/k^d.",
    correction="Of the 10^10 cells by deciles in ten dimensions 40000 points occupy 4.0e-6, of "
    "the 100 in two dimensions all but a share of 3e-175.",
)
distance_as_stated = Claim(
    "networks.S10-curse_contrast", "In high dimension the Euclidean distance is no good metric: "
    "the farthest point is hardly farther than the nearest.",
    correction="True of independent coordinates of one law whose squares have a finite variance "
    "[Beyer et al. 1999]. With X = (Z, ..., Z) the farthest is as many times farther than the "
    "nearest as in one dimension.",
)
contrast = Claim(
    "networks.S10-curse_contrast-gaussian", "Of 20 standard Gaussian points the farthest from 0 is "
    "at most 1.5 times as far as the nearest with the probability 2.463e-10 in two dimensions and "
    "4.580e-4 in ten.",
)
contrast_high = Claim(
    "networks.S10-curse_contrast-high", "For the same 20 points that probability is 0.445, 0.823 "
    "and 0.991 in 40, 60 and 100 dimensions.",
)
contrast_limit = Claim(
    "networks.S10-curse_contrast-limit", "Of n standard Gaussian points the farthest from 0 has at "
    "most (1 + eta)/(1 - eta) times the squared distance of the nearest with a probability of at "
    "least 1 - 2 n/(d eta^2), which tends to 1 with d.",
    correction="For other points put their relative variance of the squared distance for 2/d: "
    "distances become alike where that tends to 0, and need not where it does not.",
)
contrast_equal = Claim(
    "networks.S10-curse_contrast-equal", "If all coordinates of a point are equal, ratios of "
    "distances are those of the numbers: |x - y|/|x - z| = |a - b|/|a - c| in any dimension.",
    ((x - y).norm2() * (a - c) ** 2).equals((x - z).norm2() * (a - b) ** 2),
    (x_equal, y_equal, z_equal),
    "So the Euclidean distance of such points is as good as that of one coordinate.",
)
samples = Claim(
    "networks.S10-curse_samples", "For functions on [0, 1]^d with Lipschitz constant 1 in the max "
    "norm, an error eps takes ceil(1/(2 eps))^d samples: exponentially many in d.",
    correction="Both ways, for N samples at any places: the error is at least 1/(2 m), m = "
    "floor(N^(1/d)), as of (m + 1)^d points at distances of 1/m one is 1/(2 m) away from all N; "
    "midpoints of m^d cells attain it.",
)
fooled = Claim(
    "networks.S10-curse_samples-fooled", "If f and -f are both 0 at all samples, no answer there "
    "is closer to both than |f|.",
    error >= height, (serves_up, serves_down),
    "Also if each sample is chosen after the earlier values: all values are 0. With f the distance "
    "from the nearest sample this is the lower bound for Lipschitz functions.",
)
samples_as_stated = Claim(
    "networks.S10-curse_samples-always", "Whatever is asked of them, the number of samples that is "
    "needed grows exponentially with the dimension.",
    correction="The mean of N values in [0, 1] that are drawn has a mean squared error of at most "
    "1/(4 N), whatever d is; networks approximate Barron's functions at a rate without d, too.",
)
variance = Claim(
    "networks.S10-curse_samples-variance", "Values in [0, 1] have a variance of at most 1/4.",
    square - mean**2 <= Fraction(1, 4), (values_in_unit,),
    "So the mean of N of them, drawn independently, has at most 1/(4 N).",
)
quadrature = Claim(
    "networks.S10-curse_samples-quadrature", "The mean over the midpoints of k^d cells is off the "
    "integral by at most d/(2 k (d + 1)), for functions on [0, 1]^d with Lipschitz constant 1 in "
    "the max norm.",
    correction="Attained by the distance from the nearest midpoint. No N = k^d other points do "
    "better, as what is within r of them fills at most N (2 r)^d: without drawing, the integral of "
    "such functions takes exponentially many samples, too.",
)
minima_as_stated = Claim(
    "networks.S10-curse_minima", "The number of local minima grows exponentially with the "
    "dimension.",
    correction="Of some functions: a strongly convex one has one minimum in every dimension.",
)
minima_convex = Claim(
    "networks.S10-curse_minima-convex", "A strongly convex function has at most one critical "
    "point: any two coincide, in any dimension.",
    (x - y).norm2() <= 0, (convex, curved, flat_x, flat_y),
)
minima_product = Claim(
    "networks.S10-curse_minima-product", "sum((x_i^2 - 1)^2) has 2^d minima, one maximum and "
    "3^d - 2^d - 1 saddles: for d = 1, ..., 6.",
)
trials_as_stated = Claim(
    "networks.S11-curse_hyper", "The number of trials that is needed grows exponentially with the "
    "number of hyperparameters.",
    correction="On a grid it does, as k^d, and at random too for coming near the best setting. "
    "But 59 random trials meet the best 5 % of all settings with probability 95 %, however many "
    "hyperparameters there are [Bergstra & Bengio 2012].",
)
all_miss = Claim(
    "networks.S11-curse_hyper-miss", "That t independent trials all miss the best share q of the "
    "settings has the probability (1 - q)^t.",
    missed(t).equals((1 - good) ** t), (no_trial, independent),
)
random_counts = Claim(
    "networks.S11-curse_hyper-random", "The least numbers of random trials for the best 5 % with "
    "95 %, the best 1 % with 95 % and the best 5 % with 99 % are 59, 299 and 90.",
)
near_counts = Claim(
    "networks.S11-curse_hyper-near", "For one of N uniform trials to be in a given cube of half "
    "the side with 95 %, the least N is 5, 11, 95 and 3067 for 1, 2, 5 and 10 hyperparameters.",
    correction="There random search is exponential as well: it is the target that decides, a "
    "share of the settings or a distance.",
)
one_axis = Claim(
    "networks.S11-curse_hyper-axis", "If one hyperparameter of d matters, with its best value "
    "uniform on [0, 1], a grid of k^d trials is 1/(4k) away from it on average, n random ones "
    "(n + 3)/(2(n + 1)(n + 2)).",
    correction="For k = 4 and d = 3: 0.0625 against 0.0078.",
)
