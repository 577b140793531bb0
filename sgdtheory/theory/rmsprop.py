"""RMSProp: what it steps, what bounds the step, and what its correction does [slide 30].

Without correction the average of squares is too small at first, so that the first steps are too
long: by 1/sqrt(1 - beta2), which is also the bound of every step. Squares are told, as they have
no root.

>>> from fractions import Fraction
>>> step_bound2(beta2=Fraction(9, 10)), corrected_step_bound2(t=1, beta2=Fraction(9, 10))
(Fraction(10, 1), Fraction(1, 1))
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import one_minus_power
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Expectation, FieldValue, Letter, Process, scalar
from sgdtheory.logic.roots import Roots
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp
from sgdtheory.theory.adam import (
    averaged,
    beta2,
    beta2_below_one,
    constant,
    d,
    eps,
    gradient_at,
    later,
    nonnegative_beta2,
    nonnegative_eps,
    positive_root,
    positive_scale,
    root_at,
    root_of_squares,
    scaled_gradients,
    scaled_positive_root,
    scaled_square_start,
    scaled_squares,
    sequence,
    square_at,
    square_averaging,
    square_starts,
    x,
)
from sgdtheory.theory.bias_correction import some_gradient


@formula
def step_bound2(beta2):
    """Supremum of the squared step over alpha^2, over all gradients and times [slide 30]."""
    return 1 / (1 - beta2)


@formula(requires=some_gradient)
def corrected_step_bound2(t, beta2):
    """Supremum of the squared step over alpha^2 at time t, with correction [slide 30]."""
    return one_minus_power(1 - beta2, t) / (1 - beta2)


@formula(requires=some_gradient)
def constant_step2(t, beta2):
    """Squared step over alpha^2 on a constant gradient, uncorrected, eps = 0 [slide 30]."""
    return 1 / one_minus_power(1 - beta2, t)


# --- assumptions: one coordinate, whose numbers are real sequences --------------------------------

other = sequence("r'", later)
q, s = sequence("q", later), Letter("s")


def square_with(g: Any) -> Any:
    """Return the next average of squares when the newest gradient is `g`."""
    return averaged(square_at(t), g**2, beta2)


def step_with(g: Any, root: Any) -> Any:
    """Return the step of `RMSProp`, run where `root` is that of the average plus eps."""
    known = Roots({root: square_with(g) + eps})
    moved, _ = RMSProp(known(alpha), known(beta2), known(eps)).step(
        known(0), known(square_at(t)), lambda _: known(g), later)
    return -moved.term


def corrected_step() -> Any:
    """Return the step of `CorrectedRMSProp`, run where r is the root of the corrected average."""
    known = Roots({root_at(later): square_with(gradient_at(later)) / (1 - beta2**later)})
    moved, _ = CorrectedRMSProp(known(alpha), known(beta2), known(eps)).step(
        known(0), known(square_at(t)), lambda _: known(gradient_at(later)), later)
    return -moved.term


def random_square(time: Any) -> Any:
    """Return the average of squares of random gradients."""
    return FieldValue("v", Process("w", scalar(time)))


def random_hat(time: Any) -> Any:
    """Return its corrected value."""
    return random_square(time) / (1 - beta2 ** scalar(time))


def random_root(time: Any) -> Any:
    """Return the root of the corrected value."""
    return FieldValue("r", Process("w", scalar(time)))


def random_gradient2(time: Any) -> Any:
    """Return the square of the gradient."""
    return Process("g", scalar(time)).norm2()


second_moment, mean_root = Letter("M"), Letter("b")
newest = gradient_at(later)
inside = Assumption("r is the root of v + eps", (root_at(later) ** 2).equals(
    square_with(newest) + eps))
no_eps = Assumption("eps is 0", eps.equals(0))
zeros_before = Assumption("the gradients before were 0", square_at(t).equals(0))
some_newest = Assumption("the gradient is not 0", newest**2 > 0)
other_root = Assumption("r' is that when the newest gradient is x larger",
                        (other**2).equals(square_with(newest + x) + eps))
raw_root = Assumption("q is the root of v", (q**2).equals(square_with(newest)))
nonnegative_raw = Assumption("q is at least 0", q >= 0)
root_of_eps = Assumption("s is the root of eps", (s**2).equals(eps))
nonnegative_s = Assumption("s is at least 0", s >= 0)
scaled_inside = Assumption("r' is the root of v' + d^2 eps", (other**2).equals(
    averaged(sequence("v'", t), sequence("g'", later) ** 2, beta2) + d**2 * eps))
random_averaging = Assumption("v averages the squared gradients with beta2", random_square(
    t + 1).equals(averaged(random_square(t), random_gradient2(t + 1), beta2)).forall(t))
random_start = Assumption("v starts at 0", random_square(0).equals(0))
same_moment = Assumption("every gradient has the second moment M", Expectation(
    random_gradient2(t + 1)).equals(second_moment).forall(t))
random_roots = Assumption("r is the root of the corrected v", (random_root(later) ** 2).equals(
    random_hat(later)))
mean_of_root = Assumption("r has the mean b", Expectation(random_root(later)).equals(mean_root))
_SQUARES = (square_averaging, square_starts)
_BETA = (nonnegative_beta2, beta2_below_one)
_ROOT = (inside, positive_root)

# --- claims: the rule ----------------------------------------------------------------------------

rule = Claim(
    "optimizers.S30-rms-rule", "RMSProp steps by alpha g over the root of v + eps.",
    (step_with(newest, root_at(later)) ** 2 * (square_with(newest) + eps)).equals(
        alpha**2 * newest**2), _ROOT,
    correction="The same slide's corrected RMSProp and Adam add eps to the root: say which.",
)
rule_frameworks = Claim(
    "optimizers.S30-rms-rule-frameworks", "With eps in the root it is the rule of Keras and Optax; "
    "PyTorch adds eps to the root; Hinton's lecture has no eps.")
eps_no_less = Claim(
    "optimizers.S30-rms-rule-eps", "Adding the root of eps to the root of v divides by no less.",
    (q + s) ** 2 >= root_at(later) ** 2, (inside, raw_root, nonnegative_raw, root_of_eps,
                                          nonnegative_s),
    "So eps = 1e-8 in the root acts as 1e-4 outside of it, up to a factor of 1.42.",
)
eps_root_two = Claim(
    "optimizers.S30-rms-rule-eps-most", "And by at most the root of 2 times more.",
    (q + s) ** 2 <= 2 * root_at(later) ** 2, (inside, raw_root, root_of_eps),
)
scale = Claim(
    "optimizers.S30-rms-scale", "With gradients d times and eps d^2 times as large the steps are "
    "the same.",
    (alpha * sequence("g'", later) / other).equals(step_with(newest, root_at(later))),
    (*_SQUARES, scaled_gradients, scaled_squares, scaled_square_start, *_ROOT, scaled_inside,
     scaled_positive_root, positive_scale),
    "With eps = 0 for all scales at once.",
)

# --- claims: the effective learning rate ----------------------------------------------------------

rate_index = Claim(
    "optimizers.S30-lr-typo", "The effective learning rate is alpha over the root of v_t + eps.",
    correction="V_e is a misprint of v_t; nothing else on the slide is called V_e.")
rate_frozen = Claim(
    "optimizers.S30-lr", "At a frozen root the newest gradient has the weight alpha/r.",
    (alpha * (newest + x) / root_at(later) - step_with(newest, root_at(later))).equals(
        alpha / root_at(later) * x), (positive_root,))
rate_secant = Claim(
    "optimizers.S30-lr-sensitivity", "A change x of the newest gradient changes the step by its "
    "weight, less what the root takes back.",
    (step_with(newest + x, other) - step_with(newest, root_at(later))).equals(alpha * x * (
        1 / other - (1 - beta2) * newest * (2 * newest + x)
        / (root_at(later) * other * (root_at(later) + other)))),
    (*_ROOT, other_root, scaled_positive_root),
    "As x tends to 0 the rate is alpha (beta2 v + eps)/r^3, v before the step: below the slide's.",
)

# --- claims: the bound on the step ----------------------------------------------------------------

bounded_step = Claim(
    "optimizers.S30-rms-first", "No step is longer than alpha over the root of 1 - beta2.",
    step_with(newest, root_at(later)) ** 2 <= alpha**2 * step_bound2(beta2),
    (*_SQUARES, *_BETA, nonnegative_eps, *_ROOT),
    "Without correction v is too small, so that the early steps are too long, not too short.",
)
attained_step = Claim(
    "optimizers.S30-rms-first-attained", "The first step is that long if eps = 0, and so is any "
    "after gradients 0.",
    (step_with(newest, root_at(later)) ** 2).equals(alpha**2 * step_bound2(beta2)),
    (zeros_before, no_eps, beta2_below_one, *_ROOT),
)
corrected_bound = Claim(
    "optimizers.S30-rms-first-corrected", "With correction no step at time t is longer than alpha "
    "times the root of (1 - beta2^t)/(1 - beta2).",
    corrected_step() ** 2 <= alpha**2 * corrected_step_bound2(later, beta2),
    (*_SQUARES, *_BETA, nonnegative_eps, root_of_squares, positive_root),
)
constant_uncorrected = Claim(
    "optimizers.S30-rms-first-constant", "On a constant gradient the step is alpha over the root "
    "of 1 - beta2^t, for eps = 0.",
    ((1 - beta2**later) * step_with(newest, root_at(later)) ** 2).equals(alpha**2),
    (*_SQUARES, constant, no_eps, *_ROOT),
    "In the first step 3.16 alpha for beta2 = 0.9, 31.6 alpha for 0.999.",
)
constant_corrected = Claim(
    "optimizers.S30-rms-first-constant-corrected", "With correction it is alpha.",
    (corrected_step() ** 2).equals(alpha**2),
    (*_SQUARES, *_BETA, constant, no_eps, root_of_squares, positive_root),
)

# --- claims: the corrected average of squares -----------------------------------------------------

unbiased = Claim(
    "optimizers.S30-vhat", "The corrected v has the mean of the squared gradient.",
    Expectation(random_hat(later)).equals(second_moment),
    (random_averaging, random_start, same_moment, *_BETA),
    "That is mu^2 + sigma^2. The step is not unbiased by it: see the next claim.",
)
root_too_small = Claim(
    "optimizers.S30-vhat-root", "Its root has at most the root of that mean [Jensen].",
    mean_root**2 <= second_moment, (*unbiased.hypotheses, random_roots, mean_of_root),
    "For Gaussian gradients of mean 0 it is 0.798 of it at t = 1.",
)
