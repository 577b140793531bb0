"""High dimension: balls in cubes, distances, samples, trials and minima [slides 10-11].

The ball fills little of its cube; the printed formula for ten dimensions lacks 1/120. Points are
far apart in absolute units only, and distances tell nothing apart if the coordinates are
independent, which they need not be. A Lipschitz function takes exponentially many samples, a mean
does not; a grid of hyperparameters takes exponentially many trials, a random search does not.

>>> ball_to_cube(2), round(ball_to_cube(10), 7)
(0.7853981633974483, 0.0024904)
>>> grid_trials(k=3, d=10), random_trials(quantile=0.05, confidence=0.95)
(59049, 59)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sgdtheory.elementary import exp, least_power, unit_ball, whole_above
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Index, Letter, Process, Scalar, VectorLetter, scalar

LOG_2 = math.log(2)


@formula
def ball_to_cube(d):
    """Share of the cube ``[-1, 1]^d`` that the ball of radius 1 fills [slide 10]."""
    return unit_ball(d) / 2**d


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
    """Relative variance of the squared distance of two standard Gaussian points."""
    return 2 / d


def two_points(n: Any) -> None:
    """Raise ValueError unless there are two points, one of which has a nearest other."""
    if np.any(np.asarray(n) < 2):
        raise ValueError(f"n={n}, the number of points, must be at least 2: one alone has no "
                         "neighbour")


@formula(requires=two_points)
def nearest_median(n, d):
    """Median max-norm distance of the nearest of n - 1 others, as a part of the torus' half side.

    The cube of points that are no further has the share ``x^d`` of the torus.
    """
    return (1 - exp(-LOG_2 / (n - 1))) ** (1 / d)


@formula
def lipschitz_samples(tolerance, d):
    """Fewest samples for every f on ``[0, 1]^d`` with constant 1 in the max norm [Sukharev]."""
    return whole_above(1 / (2 * tolerance)) ** d


@formula
def lipschitz_error(k):
    """Least error of ``k^d`` samples for the functions of `lipschitz_samples`, in any dimension."""
    return 1 / (2 * k)


@formula
def grid_trials(k, d):
    """Trials of a grid with k values of each of d hyperparameters [slide 11]."""
    return k**d


@formula
def random_trials(quantile, confidence):
    """Least N with ``(1 - quantile)^N <= 1 - confidence``: random trials, in any dimension.

    So many independent draws meet the best `quantile` of the settings with probability
    `confidence` [Bergstra & Bengio 2012]; decided exactly.
    """
    return least_power(1 - quantile, 1 - confidence)


@formula
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
    return 2**d


@formula
def product_saddles(d):
    """Its saddles: all critical points that are neither minima nor the one maximum."""
    return 3**d - 2**d - 1


# --- assumptions ---------------------------------------------------------------------------------

t = Index("t")
good = Letter("q")
_unit = VectorLetter("e")


def missed(time: Any) -> Scalar:
    """Return the probability that so many trials have all missed the good settings."""
    return Process("m", scalar(time)).dot(_unit)


no_trial = Assumption("no trial has met a good setting", missed(0).equals(1))
independent = Assumption("a trial misses with probability 1 - q, whatever the others did",
                         missed(t + 1).equals((1 - good) * missed(t)).forall(t))

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
far_gaussian = Claim(
    "networks.S10-curse_far-gaussian", "Two standard Gaussian points have the mean squared "
    "distance 2 d, with the relative variance 2/d.",
)
far_nearest = Claim(
    "networks.S10-curse_far-nearest", "Of n uniform points of a torus one has its nearest "
    "neighbour, in the max norm, beyond dimension.nearest_median half sides in half of all cases.",
    correction="For n = 1000 that is 0.026 in two dimensions, 0.483 in ten and 0.695 in twenty.",
)
distance_as_stated = Claim(
    "networks.S10-curse_contrast", "In high dimension the Euclidean distance is no good metric: "
    "the farthest point is hardly farther than the nearest.",
    correction="True of independent coordinates [Beyer et al. 1999]. With X = (Z, ..., Z) the "
    "farthest is as many times farther than the nearest as in one dimension.",
)
contrast = Claim(
    "networks.S10-curse_contrast-gaussian", "Of 20 standard Gaussian points the farthest from 0 is "
    "less than 1.5 times as far as the nearest with the probability 2.5e-10, 4.6e-4 and 0.9907 in "
    "2, 10 and 100 dimensions.",
)
samples = Claim(
    "networks.S10-curse_samples", "For functions on [0, 1]^d with Lipschitz constant 1 in the max "
    "norm, an error eps takes ceil(1/(2 eps))^d samples: exponentially many in d.",
    correction="Both ways: midpoints of k^d cells have the error 1/(2k), and k^d points at a "
    "distance of 1/(k - 1) are not within eps of fewer samples, if eps < 1/(2(k - 1)).",
)
samples_as_stated = Claim(
    "networks.S10-curse_samples-always", "Whatever is asked of them, the number of samples that is "
    "needed grows exponentially with the dimension.",
    correction="The mean of N values in [0, 1] has a variance of at most 1/(4 N), whatever d is; "
    "networks approximate Barron's functions at a rate without d, too.",
)
minima_as_stated = Claim(
    "networks.S10-curse_minima", "The number of local minima grows exponentially with the "
    "dimension.",
    correction="Of some functions: a convex one has one minimum in every dimension.",
)
minima_product = Claim(
    "networks.S10-curse_minima-product", "sum((x_i^2 - 1)^2) has 2^d minima, one maximum and "
    "3^d - 2^d - 1 saddles: for d = 1, ..., 6.",
)
trials_as_stated = Claim(
    "networks.S11-curse_hyper", "The number of trials that is needed grows exponentially with the "
    "number of hyperparameters.",
    correction="On a grid it does, as k^d. Drawn at random 59 trials meet the best 5 % of all "
    "settings with probability 95 %, however many hyperparameters there are [Bergstra & Bengio "
    "2012].",
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
one_axis = Claim(
    "networks.S11-curse_hyper-axis", "If one hyperparameter of d matters, a grid of k^d trials is "
    "1/(4k) away from its best value on average, n random ones (n + 3)/(2(n + 1)(n + 2)).",
    correction="For k = 4 and d = 3: 0.0625 against 0.0078.",
)
