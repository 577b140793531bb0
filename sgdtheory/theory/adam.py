"""Adam: what its step is, what bounds it, and how it answers a gradient [slide 30].

In one coordinate a step is alpha times the corrected average over the root of the corrected mean
square. The slide prints the average without its correction. The step bounds of Adam's paper are
false: `step_bound` is the exact supremum, which the gradients (beta2/beta1)^t attain at all times.
Long because the slide and the paper make more than twenty claims.

>>> from fractions import Fraction
>>> round(step_bound(2, 0.9, 0.999), 6), round(largest_step(0.9, 0.999), 4)
(1.001358, 7.2703)
>>> uncorrected_step2(1, Fraction(9, 10), Fraction(999, 1000))
Fraction(10, 1)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import anywhere, geometric, one_minus_power, sqrt
from sgdtheory.logic.assumptions import alpha, positive_alpha, t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import FieldValue, Index, Letter, VectorLetter, scalar
from sgdtheory.optimizers import Momentum
from sgdtheory.theory.bias_correction import (
    beta1,
    beta_below_one,
    nonnegative_beta,
    some_gradient,
)


def squares_remembered(t: Any, beta2: Any) -> None:
    """Raise ValueError unless ``t >= 1`` and ``beta2 > 0``."""
    some_gradient(t)
    if anywhere(beta2 == 0):
        raise ValueError("beta2=0, the decay of the second moment, must be > 0 here: without a "
                         "memory of sizes no multiple of alpha bounds the steps, unless "
                         "beta1 = 0 too, where each step is alpha; take a larger beta2")


def squares_outlast(beta1: Any, beta2: Any) -> None:
    """Raise ValueError unless ``beta1**2 < beta2``."""
    if anywhere(np.asarray(beta1**2 >= beta2)):
        raise ValueError(f"beta1={beta1}, the decay of the first moment, must have a square below "
                         f"beta2={beta2}: otherwise the steps are not bounded for all times; take "
                         "a smaller beta1, or step_bound, which holds at one time")


def squared_step_bound(t: Any, beta1: Any, beta2: Any) -> Any:
    """Return the square of `step_bound`, which has no root, at ``t >= 1``, for ``beta2 > 0``."""
    newest = (1 - beta1) / one_minus_power(1 - beta1, t)
    squares = one_minus_power(1 - beta2, t) / (1 - beta2)
    return newest**2 * squares * geometric(1 - beta1**2 / beta2, t)


def squared_largest_step(beta1: Any, beta2: Any) -> Any:
    """Return the square of `largest_step`, which has no root."""
    return (1 - beta1) ** 2 / ((1 - beta2) * (1 - beta1**2 / beta2))


@formula(requires=squares_remembered)
def step_bound(t, beta1, beta2):
    """Supremum of ``|step|/alpha`` of Adam at time t, over all gradients [corrects slide 30]."""
    return sqrt(squared_step_bound(t, beta1, beta2))


@formula(requires=squares_outlast)
def largest_step(beta1, beta2):
    """Supremum of `step_bound` over t, its limit, for ``beta1**2 < beta2`` [corrects slide 30]."""
    return sqrt(squared_largest_step(beta1, beta2))


@formula(requires=some_gradient)
def uncorrected_step2(t, beta1, beta2):
    """Squared ``|step|/alpha`` on a constant gradient, with no corrections at all [slide 30]."""
    return one_minus_power(1 - beta1, t) ** 2 / one_minus_power(1 - beta2, t)


def some_denominator(t: Any, root: Any, eps: Any) -> None:
    """Raise ValueError unless ``t >= 1`` and ``root + eps > 0``."""
    some_gradient(t)
    if anywhere(np.asarray(root + eps == 0)):
        raise ValueError("eps=0 and root=0, the root of the corrected mean square: the rate is "
                         "infinite; take eps > 0, or a time after the first nonzero gradient")


@formula(requires=some_denominator)
def effective_rate(t, alpha, beta1, root, eps):
    """Effective learning rate: the weight of the newest gradient in a step [slide 30]."""
    return alpha * (1 - beta1) / (one_minus_power(1 - beta1, t) * (root + eps))


# --- assumptions: one coordinate, whose numbers are real sequences --------------------------------

beta2, eps, d, x = map(Letter, ("beta2", "eps", "d", "x"))
k, s, later = Index("k"), Index("s"), t + 1
_first = VectorLetter("e")


def sequence(name: str, time: Any) -> Any:
    """Return the member `time` of the real sequence called `name`, as a field at ``time e``."""
    return FieldValue(name, scalar(time) * _first)


def gradient_at(time: Any) -> Any:
    """Return the coordinate of the gradient of the step to `time`."""
    return sequence("g", time)


def average_at(time: Any) -> Any:
    """Return the average m of the gradients."""
    return sequence("m", time)


def square_at(time: Any) -> Any:
    """Return the average v of the squared gradients."""
    return sequence("v", time)


def root_at(time: Any) -> Any:
    """Return r, the root of the corrected average of the squares."""
    return sequence("r", time)


def averaged(old: Any, new: Any, beta: Any) -> Any:
    """Return the average after one more number, by the package's own `Momentum`."""
    return Momentum(alpha, beta).step(sequence("w", 0), old, lambda _: new, later)[1]


def mean_hat(time: Any) -> Any:
    """Return the corrected average of the gradients."""
    return average_at(time) / (1 - beta1 ** scalar(time))


def square_hat(time: Any) -> Any:
    """Return the corrected average of the squares."""
    return square_at(time) / (1 - beta2 ** scalar(time))


def step_at(time: Any) -> Any:
    """Return the step, as `Adam` makes it with eps = 0, against its sign."""
    return alpha * mean_hat(time) / root_at(time)


averaging = Assumption("m averages the gradients with beta1", average_at(t + 1).equals(
    averaged(average_at(t), gradient_at(t + 1), beta1)).forall(t))
square_averaging = Assumption("v averages their squares with beta2", square_at(t + 1).equals(
    averaged(square_at(t), gradient_at(t + 1) ** 2, beta2)).forall(t))
average_starts = Assumption("m starts at 0", average_at(0).equals(0))
square_starts = Assumption("v starts at 0", square_at(0).equals(0))
positive_beta2 = Assumption("beta2 is positive", beta2 > 0)
nonnegative_beta2 = Assumption("beta2 is at least 0", beta2 >= 0)
beta2_below_one = Assumption("beta2 is below 1", 1 - beta2 > 0)
positive_root = Assumption("r is positive", root_at(later) > 0)
root_of_squares = Assumption(
    "r is the root of the corrected v", (root_at(later) ** 2).equals(square_hat(later)))
remembered_longer = Assumption("beta1^2 is below beta2", 1 - beta1**2 / beta2 > 0)
forgotten_faster = Assumption("beta1^2 is at least beta2", beta1**2 / beta2 - 1 >= 0)
growing = Assumption("the gradients grow by beta2/beta1 in every step",
                     (beta1 * gradient_at(t + 2)).equals(beta2 * gradient_at(t + 1)).forall(t))
constant = Assumption("the gradient is constant", gradient_at(t + 1).equals(gradient_at(1))
                      .forall(t))
no_mean_memory = Assumption("beta1 is 0", beta1.equals(0))
no_square_memory = Assumption("beta2 is 0", beta2.equals(0))
short = Assumption("1 - beta1 is at most the root of 1 - beta2", 1 - beta2 - (1 - beta1)**2 >= 0)
sparse = Assumption("1 - beta1 is above the root of 1 - beta2", (1 - beta1)**2 - (1 - beta2) > 0)
balanced = Assumption("1 - beta1 is the root of 1 - beta2", ((1 - beta1)**2).equals(1 - beta2))
positive_scale = Assumption("d is positive", d > 0)
nonnegative_eps = Assumption("eps is at least 0", eps >= 0)
scaled_gradients = Assumption("other gradients are d times as large", sequence("g'", t + 1).equals(
    d * gradient_at(t + 1)).forall(t))
scaled_averaging = Assumption("m' averages the other gradients", sequence("m'", t + 1).equals(
    averaged(sequence("m'", t), sequence("g'", t + 1), beta1)).forall(t))
scaled_squares = Assumption("v' averages their squares", sequence("v'", t + 1).equals(
    averaged(sequence("v'", t), sequence("g'", t + 1) ** 2, beta2)).forall(t))
scaled_start = Assumption("m' starts at 0", sequence("m'", 0).equals(0))
scaled_square_start = Assumption("v' starts at 0", sequence("v'", 0).equals(0))
scaled_root = Assumption("r' is the root of the corrected v'", (sequence("r'", later) ** 2).equals(
    sequence("v'", later) / (1 - beta2**later)))
scaled_positive_root = Assumption("r' is positive", sequence("r'", later) > 0)
one_gradient = Assumption("the gradient of step s + 1 is 1", gradient_at(s + 1).equals(1))
then_none = Assumption("those of later steps are 0", gradient_at(s + k + 2).equals(0).forall(k))
none_before = Assumption("m is 0 before", average_at(s).equals(0))
response_starts = Assumption("the response starts at 0", sequence("R", 0).equals(0))
responding = Assumption("and adds up the corrected averages", (
    (1 - beta1 ** (s + k + 1)) * (sequence("R", k + 1) - sequence("R", k))
).equals(average_at(s + k + 1)).forall(k))


def answer(change: Any) -> Any:
    """Return the corrected average when the newest gradient is `change` larger."""
    return averaged(average_at(t), gradient_at(later) + change, beta1) / (1 - beta1**later)


def answer_square(change: Any) -> Any:
    """Return the corrected mean square when the newest gradient is `change` larger."""
    return averaged(square_at(t), (gradient_at(later) + change) ** 2, beta2) / (1 - beta2**later)


own_root = Assumption("r is the root of the corrected mean square",
                      (root_at(later) ** 2).equals(answer_square(scalar(0))))
other_root = Assumption("r' is that when the newest gradient is x larger",
                        (sequence("r'", later) ** 2).equals(answer_square(x)))
correction_root = Assumption("c is the root of 1 - beta2^t",
                             (sequence("c", later) ** 2).equals(1 - beta2**later))
positive_correction = Assumption("c is positive", sequence("c", later) > 0)
raw_root = Assumption("q is the root of v", (sequence("q", later) ** 2).equals(square_at(later)))
nonnegative_raw_root = Assumption("q is at least 0", sequence("q", later) >= 0)
_AVERAGES = (averaging, square_averaging, average_starts, square_starts)
_BETAS = (nonnegative_beta, beta_below_one, beta2_below_one)
_ROOT = (positive_root, root_of_squares)

# --- claims: the rule on a constant gradient ------------------------------------------------------

printed_rule_as_stated = Claim(
    "optimizers.S30-adam-typo", "Adam steps along m_t over the root of the corrected v_t: on a "
    "constant gradient the first step is alpha.",
    correction="Both averages are corrected, as the slide's text says: m_t lacks its hat.",
)
literal_mean = Claim(
    "optimizers.S30-adam-typo-factor",
    "Adam's step as printed is 1 - beta1^t times the corrected one: too short.",
    average_at(t).equals((1 - beta1**t) * gradient_at(1)), (averaging, average_starts, constant),
    "On a constant gradient, whose step should be alpha for every t.",
)
constant_mean = Claim(
    "optimizers.S30-adam-const",
    "On a constant gradient g Adam's corrected average is g.",
    mean_hat(later).equals(gradient_at(1)),
    (averaging, average_starts, constant, nonnegative_beta, beta_below_one),
    "So each step is alpha g/(|g| + eps), as the corrected mean square is g^2.",
)
constant_square = Claim(
    "optimizers.S30-adam-const-square",
    "On a constant gradient g Adam's corrected mean square is g^2.",
    square_hat(later).equals(gradient_at(1) ** 2),
    (square_averaging, square_starts, constant, nonnegative_beta2, beta2_below_one),
)
uncorrected_constant = Claim(
    "optimizers.S30-adam-const-uncorrected",
    "On a constant gradient, with eps = 0, the squared steps of Adam without corrections are "
    "alpha^2 times adam.uncorrected_step2.",
    (average_at(later) ** 2).equals(uncorrected_step2(later, beta1, beta2) * square_at(later)),
    (*_AVERAGES, constant, nonnegative_beta2, beta2_below_one),
    "By the defaults up to 6.57 alpha, at t = 12: v is too small for longer than m is.",
)
sign_size = Claim(
    "optimizers.S30-sign",
    "With beta1 = beta2 = eps = 0 each step of Adam on a gradient other than 0 has the size alpha.",
    (step_at(later) ** 2).equals(alpha**2),
    (averaging, square_averaging, no_mean_memory, no_square_memory, *_ROOT),
)
sign_way = Claim(
    "optimizers.S30-sign-way",
    "With beta1 = beta2 = eps = 0 no step of Adam goes up its gradient.",
    step_at(later) * gradient_at(later) >= 0,
    (averaging, positive_alpha, no_mean_memory, positive_root),
)
first_step = Claim(
    "optimizers.S30-sign-first",
    "With eps = 0 Adam's first step on a gradient other than 0 has the size alpha, for all beta1 "
    "and beta2.",
    ((alpha * mean_hat(1)) ** 2).equals(alpha**2 * square_hat(1)),
    (*_AVERAGES, beta_below_one, beta2_below_one),
)
diagonal_scale = Claim(
    "optimizers.S30-adam-scale",
    "With gradients and eps d times as large the steps of Adam are the same.",
    (sequence("m'", later) / (1 - beta1**later) / (sequence("r'", later) + d * eps)).equals(
        mean_hat(later) / (root_at(later) + eps)),
    (*_AVERAGES, scaled_gradients, scaled_averaging, scaled_squares, scaled_start,
     scaled_square_start, *_ROOT, scaled_root, scaled_positive_root, positive_scale,
     nonnegative_eps, nonnegative_beta, beta_below_one, nonnegative_beta2, beta2_below_one),
    "In each coordinate, with its own d; with eps = 0 for all scales at once.",
)
epsilon_hat = Claim(
    "optimizers.S30-adam-frameworks",
    "With Adam's eps added before the correction, as in the paper's faster form and in Keras, it "
    "acts as eps over the root of 1 - beta2^t.",
    (mean_hat(later) / (root_at(later) + eps / sequence("c", later))).equals(
        sequence("c", later) * mean_hat(later) / (sequence("q", later) + eps)),
    (*_ROOT, correction_root, positive_correction, raw_root, nonnegative_raw_root,
     nonnegative_eps, nonnegative_beta, beta_below_one, nonnegative_beta2, beta2_below_one),
    "By the defaults 31.6 times as large in the first step; the forms agree if eps = 0.",
)

# --- claims: the effective learning rate, three ways ---------------------------------------------

newest_gain = Claim(
    "optimizers.S30-adam-lr",
    "At a frozen denominator Adam gives the newest gradient the weight that the slide prints.",
    (alpha * mean_hat(later) / (root_at(later) + eps)).equals(
        alpha * beta1 * average_at(t) / (1 - beta1**later) / (root_at(later) + eps)
        + effective_rate(later, alpha, beta1, root_at(later), eps) * gradient_at(later)),
    (averaging, positive_root, nonnegative_eps, nonnegative_beta, beta_below_one),
    "The slide's rate has the correction that its rule lacks.",
)
response_at_least = Claim(
    "optimizers.S30-adam-lr-response",
    "At a frozen denominator a gradient moves Adam in k steps by at least 1 - beta1^k of itself.",
    sequence("R", k) >= 1 - beta1**k,
    (averaging, one_gradient, then_none, none_before, response_starts, responding,
     nonnegative_beta, beta_below_one),
    "Without the correction it is 1 - beta1^k.",
)
response_at_most = Claim(
    "optimizers.S30-adam-lr-response-most",
    "At a frozen denominator the gradient of step s moves Adam in k steps by at most (1 - "
    "beta1^k)/(1 - beta1^s) of itself.",
    (1 - beta1 ** (s + 1)) * sequence("R", k) <= 1 - beta1**k, response_at_least.hypotheses,
)
sensitivity = Claim(
    "optimizers.S30-adam-lr-sensitivity",
    "A change x of the newest gradient changes Adam's step by its weight, less what the "
    "denominator takes back.",
    (answer(x) / sequence("r'", later) - answer(scalar(0)) / root_at(later)).equals(x * (
        (1 - beta1) / (1 - beta1**later) / sequence("r'", later)
        - (1 - beta2) / (1 - beta2**later) * answer(scalar(0)) * (2 * gradient_at(later) + x)
        / (root_at(later) * sequence("r'", later) * (root_at(later) + sequence("r'", later))))),
    (own_root, other_root, positive_root, scaled_positive_root, nonnegative_beta, beta_below_one,
     nonnegative_beta2, beta2_below_one),
    "eps = 0; as x tends to 0 this is the derivative, below the rate of the slide where the "
    "average and the gradient agree in sign, and 0 in the first step.",
)

# --- claims: the bound on the step ---------------------------------------------------------------

bounded_step = Claim(
    "optimizers.S30-adam-bound",
    "No step of Adam is longer than alpha times adam.step_bound.",
    step_at(later) ** 2 <= alpha**2 * squared_step_bound(later, beta1, beta2),
    (*_AVERAGES, nonnegative_beta, beta_below_one, positive_beta2, beta2_below_one, *_ROOT),
    "For eps = 0, and so for every eps.",
)
attained_step = Claim(
    "optimizers.S30-adam-bound-attained",
    "Gradients that grow by beta2/beta1 attain Adam's step bound at every step.",
    (step_at(later) ** 2).equals(alpha**2 * squared_step_bound(later, beta1, beta2)),
    (*bounded_step.hypotheses, growing),
)
bound_at_most = Claim(
    "optimizers.S30-adam-bound-limit",
    "Adam's step bound is at most its limit for large t, adam.largest_step.",
    squared_step_bound(later, beta1, beta2) <= squared_largest_step(beta1, beta2),
    (nonnegative_beta, beta_below_one, positive_beta2, beta2_below_one, remembered_longer),
)
bound_approaches = Claim(
    "optimizers.S30-adam-bound-rate",
    "Adam's step bound tends to its limit as three powers vanish.",
    squared_step_bound(later, beta1, beta2).equals(
        squared_largest_step(beta1, beta2) * (1 - beta2**later)
        * (1 - (beta1**2 / beta2) ** later) / (1 - beta1**later) / (1 - beta1**later)),
    bound_at_most.hypotheses,
)
unbounded = Claim(
    "optimizers.S30-adam-bound-unbounded",
    "If beta1^2 is at least beta2, no bound on Adam's steps is for all t.",
    squared_step_bound(later, beta1, beta2) >= (1 - beta1) ** 2 * later,
    (nonnegative_beta, beta_below_one, positive_beta2, beta2_below_one, forgotten_faster),
)
paper_bound_as_stated = Claim(
    "optimizers.S30-adam-bound-paper",
    "Adam's steps are at most alpha, if 1 - beta1 is at most the root of 1 - beta2 [Kingma & Ba "
    "2015, sec. 2.1].",
    step_at(later) ** 2 <= alpha**2, (*bounded_step.hypotheses, short),
    "The bound is step_bound, attained.",
)
paper_equal_as_stated = Claim(
    "optimizers.S30-adam-bound-paper-equal",
    "Adam's steps are shorter than alpha, if 1 - beta1 is the root of 1 - beta2 [Kingma & Ba "
    "2015, sec. 2.1].",
    alpha**2 - step_at(later) ** 2 > 0, (*bounded_step.hypotheses, balanced),
    "With 0.9 and 0.99 up to 2.35 alpha, and above alpha from t = 2 on.",
)
paper_sparse_as_stated = Claim(
    "optimizers.S30-adam-bound-paper-sparse",
    "Adam's steps are at most alpha (1 - beta1) over the root of 1 - beta2, if that is more than "
    "alpha [Kingma & Ba 2015, sec. 2.1].",
    (1 - beta2) * step_at(later) ** 2 <= alpha**2 * (1 - beta1) ** 2,
    (*bounded_step.hypotheses, sparse),
    "By the defaults 7.27 alpha, not 3.16 alpha, which is exceeded from t = 210 on.",
)
