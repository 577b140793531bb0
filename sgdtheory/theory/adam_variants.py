"""Adamax, AMSGrad and Nadam, and why Adam need not converge [slide 31].

Adamax's steps exceed alpha, against its paper. AMSGrad's denominator never falls, but that of the
frameworks, corrected after the maximum, does. Nadam's weights add up to more than 1. On Reddi's
problem Adam is back at 1 after every cycle, for every C > 0 (1 is the worst point, if C > 2) and
every step size that falls no faster than 1/sqrt(t), with bias correction or without; with beta2
above a threshold, or with AMSGrad, it is not. Long because one slide names three rules and two
papers.

>>> from fractions import Fraction
>>> adamax_step_bound(2, Fraction(1, 2), Fraction(3, 4))
Fraction(10, 9)
>>> round(nadam_total(1, 0.9), 4), round(warm_up_gain2(50, 0.999) ** 0.5, 2)
(1.4737, 6.99)
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import absolute, anywhere, geometric, maximum, minimum, one_minus_power
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import FiniteSum, Index, Letter
from sgdtheory.optimizers import Adamax, Nesterov
from sgdtheory.theory import adam
from sgdtheory.theory.adam import (
    average_at,
    beta2,
    gradient_at,
    later,
    mean_hat,
    sequence,
    square_at,
    squares_remembered,
)
from sgdtheory.theory.bias_correction import (
    beta1,
    beta_below_one,
    nonnegative_beta,
    some_gradient,
)


@formula(requires=squares_remembered)
def adamax_step_bound(t, beta1, beta2):
    """Supremum of ``|step|/alpha`` of Adamax at time t [corrects Kingma & Ba 2015, sec. 7.1]."""
    return (1 - beta1) / one_minus_power(1 - beta1, t) * geometric(1 - beta1 / beta2, t)


def adamax_largest_step(beta1: Any, beta2: Any) -> Any:
    """Return the limit of `adamax_step_bound` for ``beta1 < beta2``; else there is none."""
    return (1 - beta1) / (1 - beta1 / beta2)


@formula(requires=some_gradient)
def warm_up_gain2(t, beta2):
    """Squared growth of the rate by time t where the maximum is corrected afterwards [slide 31].

    After one gradient at t = 1: what PyTorch's and Keras's AMSGrad do.
    """
    return geometric(1 - beta2, t)


@formula(requires=some_gradient)
def nadam_total(t, beta1):
    """Sum of the weights of Nadam's corrected average, with a constant momentum [slide 31]."""
    now, ahead = one_minus_power(1 - beta1, t), one_minus_power(1 - beta1, t + 1)
    return 1 + (1 - beta1) ** 2 * beta1**t / (now * ahead)


def within_cycle(k: Any) -> None:
    """Raise ValueError unless ``k <= 2``."""
    if anywhere(k > 2):
        raise ValueError(f"k={k}, the age of the rare gradient, must be 0, 1 or 2: a cycle has "
                         "three steps")


@formula(requires=within_cycle)
def cycle_square(k, beta2, C):
    """Mean square v in the cycle of Reddi's problem, k steps after the slope C [slide 31]."""
    return 1 + (C**2 - 1) * beta2**k / (1 + beta2 + beta2**2)


# --- assumptions on Adamax ------------------------------------------------------------------------

C, P, delta, prob = map(Letter, ("C", "P", "delta", "prob"))
k, n, p = Index("k"), Index("n"), Index("p")
positive_beta1 = Assumption("beta1 is positive", beta1 > 0)
remembered_longer = Assumption("beta1 is below beta2", 1 - beta1 / beta2 > 0)
forgotten_faster = Assumption("beta1 is at least beta2", beta1 / beta2 - 1 >= 0)


def largest_at(time: Any) -> Any:
    """Return Adamax's decaying maximum u."""
    return sequence("u", time)


def _adamax(time: Any) -> Any:
    """Return the state after the step from `time`, as the package's own `Adamax` makes it."""
    return Adamax(alpha, beta1, beta2).step(
        sequence("w", 0), (average_at(time), largest_at(time)), lambda _: gradient_at(time + 1),
        time + 1)[1]


averaging = Assumption("m averages the gradients", average_at(t + 1).equals(_adamax(t)[0])
                       .forall(t))
decaying = Assumption("u is the decaying maximum of their sizes",
                      largest_at(t + 1).equals(_adamax(t)[1]).forall(t))
largest_starts = Assumption("u starts at 0", largest_at(0).equals(0))
positive_largest = Assumption("u is positive", largest_at(later) > 0)
powers_averaged = Assumption(
    "v averages the p-th powers of their sizes with beta2^p",
    square_at(t + 1).equals(beta2**p * square_at(t) + (1 - beta2**p)
                            * absolute(gradient_at(t + 1)) ** p).forall(t))
fading = Assumption("the gradients fall by beta2 in every step",
                    gradient_at(t + 2).equals(beta2 * gradient_at(t + 1)).forall(t))
first_positive = Assumption("the first gradient is positive", gradient_at(1) > 0)
_ADAMAX = (averaging, decaying, adam.average_starts, largest_starts)
_BETAS = (nonnegative_beta, beta_below_one, adam.positive_beta2)

remembers = Claim(
    "optimizers.S31-adamax",
    "Adamax's u is at least every gradient's size that it has seen, discounted by its age.",
    largest_at(t + k + 1) >= beta2**k * absolute(gradient_at(t + 1)),
    (decaying, adam.nonnegative_beta2),
    "Algorithm 2 of Kingma and Ba; 0/0 before the first nonzero gradient is 0 here.",
)
limit_above = Claim(
    "optimizers.S31-adamax-limit",
    "Adamax's u is the limit of averages of p-th powers: they are at most (1 - beta2^p) t u^p.",
    square_at(t) <= (1 - beta2**p) * t * largest_at(t) ** p,
    (decaying, largest_starts, powers_averaged, adam.square_starts, adam.nonnegative_beta2,
     adam.beta2_below_one),
    "As p grows, the p-th roots of both bounds tend to u.",
)
limit_below = Claim(
    "optimizers.S31-adamax-limit-below",
    "Averages of p-th powers are at least 1 - beta2^p times the p-th power of each discounted "
    "size that Adamax's u has seen.",
    square_at(t + k + 1) >= (1 - beta2**p) * (beta2**k * absolute(gradient_at(t + 1))) ** p,
    (powers_averaged, adam.square_starts, adam.nonnegative_beta2, adam.beta2_below_one),
    "For every gradient that u has seen, so for the one whose discounted size u is.",
)
adamax_bound = Claim(
    "optimizers.S31-adamax-bound",
    "No step of Adamax to smaller parameters is longer than alpha times adamax_step_bound.",
    mean_hat(later) / largest_at(later) <= adamax_step_bound(later, beta1, beta2),
    (*_ADAMAX, *_BETAS, positive_largest),
)
adamax_bound_down = Claim(
    "optimizers.S31-adamax-bound-down",
    "No step of Adamax to larger parameters is longer than alpha times adamax_step_bound.",
    mean_hat(later) / largest_at(later) >= -adamax_step_bound(later, beta1, beta2),
    adamax_bound.hypotheses,
)
adamax_attained = Claim(
    "optimizers.S31-adamax-bound-attained",
    "Gradients that fall by beta2 attain Adamax's step bound at every step.",
    (mean_hat(later) / largest_at(later)).equals(adamax_step_bound(later, beta1, beta2)),
    (*_ADAMAX, *_BETAS, fading, first_positive),
)
adamax_limit = Claim(
    "optimizers.S31-adamax-bound-limit",
    "Adamax's step bound is at most its limit for large t.",
    adamax_step_bound(later, beta1, beta2) <= adamax_largest_step(beta1, beta2),
    (*_BETAS, adam.beta2_below_one, remembered_longer),
)
adamax_unbounded = Claim(
    "optimizers.S31-adamax-bound-unbounded",
    "If beta1 is at least beta2, no bound on Adamax's steps is for all times.",
    adamax_step_bound(later, beta1, beta2) >= (1 - beta1) * later,
    (*_BETAS, forgotten_faster),
)
adamax_paper_as_stated = Claim(
    "optimizers.S31-adamax-bound-paper", "Adamax's steps are at most alpha "
    "[Kingma & Ba 2015, sec. 7.1].",
    mean_hat(later) / largest_at(later) <= 1, adamax_bound.hypotheses,
    "The bound is adamax_step_bound, attained; by the defaults 1.0091, with 0.9 and 0.95 1.9.",
)

# --- AMSGrad --------------------------------------------------------------------------------------


def maximum_at(time: Any) -> Any:
    """Return V, the largest mean square so far."""
    return sequence("V", time)


largest_square = Assumption("V is the largest v so far", maximum_at(t + 1).equals(
    maximum(maximum_at(t), square_at(t + 1))).forall(t))
largest_corrected = Assumption("V is the largest corrected v so far", maximum_at(t + 1).equals(
    maximum(maximum_at(t), square_at(t + 1) / (1 - beta2 ** (t + 1)))).forall(t))
maximum_starts = Assumption("V starts at 0", maximum_at(0).equals(0))
positive_maximum = Assumption("V is positive", maximum_at(t) > 0)
some_spike = Assumption("there is one gradient, at the start", gradient_at(t + 2).equals(0)
                        .forall(t))
unit_gradient = Assumption("the gradient has the size 1", (gradient_at(later) ** 2).equals(1))
above_one = Assumption("V is at least 1", maximum_at(t) >= 1)
above_square = Assumption("v is at most V", square_at(t) <= maximum_at(t))

rule_of_the_paper = Claim(
    "optimizers.S31-amsgrad", "AMSGrad repairs a fault in the convergence of RMSProp.",
    correction="The slide has no formula, and four rules circulate: the paper's has no bias "
    "correction; PyTorch corrects after the maximum, Keras too, with eps before the correction, "
    "and Optax before the maximum.",
)
rate_falls = Claim(
    "optimizers.S31-ams-monotone",
    "AMSGrad's rate as in the paper, alpha/sqrt(V), never rises.",
    1 / maximum_at(t + 1) <= 1 / maximum_at(t), (largest_square, positive_maximum),
    "Squared, over alpha^2.",
)
corrected_before = Claim(
    "optimizers.S31-ams-monotone-before",
    "AMSGrad's rate never rises if v is corrected before the maximum, as in Optax.",
    1 / maximum_at(t + 1) <= 1 / maximum_at(t),
    (largest_corrected, positive_maximum, adam.nonnegative_beta2, adam.beta2_below_one),
)
corrected_after_as_stated = Claim(
    "optimizers.S31-ams-monotone-after",
    "AMSGrad's rate never rises if V is corrected after the maximum, as in PyTorch and Keras.",
    (1 - beta2 ** (t + 2)) / maximum_at(t + 2) <= (1 - beta2**later) / maximum_at(later),
    (largest_square, adam.square_averaging, adam.square_starts, maximum_starts,
     adam.positive_beta2, adam.beta2_below_one),
    "PyTorch and Keras: after a first gradient it grows by warm_up_gain2, up to 31.6-fold.",
)
warm_up = Claim(
    "optimizers.S31-ams-monotone-warm-up",
    "If V is corrected after the maximum, AMSGrad's rate grows after one gradient followed by "
    "zeros.",
    (maximum_at(later) * warm_up_gain2(later, beta2)).equals(
        gradient_at(1) ** 2 * (1 - beta2**later)),
    (largest_square, maximum_starts, adam.square_averaging, adam.square_starts, some_spike,
     adam.nonnegative_beta2, adam.beta2_below_one),
    "V/(1 - beta2^t) = g^2/gain: from 1 to 6.99 at t = 50 for beta2 = 0.999, and to 31.6.",
)
kept_in_a_cycle = Claim(
    "optimizers.S31-reddi-ams-kept",
    "Gradients of size 1 do not move AMSGrad's V from 1 or more.",
    maximum_at(later).equals(maximum_at(t)),
    (largest_square, adam.square_averaging, unit_gradient, above_one, above_square,
     adam.nonnegative_beta2, adam.beta2_below_one),
)
repaired = Claim(
    "optimizers.S31-reddi-ams", "On Reddi's problem with C = 3, alpha = 1/2, AMSGrad comes to the "
    "minimum -1, first after 235 steps, and stays near it.",
    correction="That it goes down in each cycle is proved, see S31-reddi-ams-falls; that R_T/T "
    "tends to 0 is Reddi's theorem 4.",
)

# --- Reddi's problem ------------------------------------------------------------------------------


def point_at(time: Any) -> Any:
    """Return the iterate x."""
    return sequence("x", time)


def move_at(time: Any) -> Any:
    """Return the move d that is subtracted from x, before the projection."""
    return sequence("d", time)


def rate2_at(time: Any) -> Any:
    """Return the squared step size, whose root is alpha_t."""
    return sequence("a", time)


def clip(y: Any) -> Any:
    """Return the projection of `y` on [-1, 1]."""
    return maximum(-1, minimum(1, y))


def regret_of_cycle(cycle: Any) -> Any:
    """Return what the three losses of a cycle are above those at the point -1."""
    first = 3 * cycle + 1
    return (C * (point_at(first) + 1) - (point_at(first + 1) + 1) - (point_at(first + 2) + 1))


steep_first = Assumption("the gradient is C in the first step of each cycle",
                         gradient_at(3 * k + 1).equals(C).forall(k))
then_gentle = Assumption("it is -1 in the second", gradient_at(3 * k + 2).equals(-1).forall(k))
gentle_again = Assumption("and in the third", gradient_at(3 * k + 3).equals(-1).forall(k))
projected = Assumption("x moves by d and is put back into [-1, 1]",
                       point_at(t + 2).equals(clip(point_at(t + 1) - move_at(t + 1))).forall(t))
moved = Assumption("d has the size alpha_t |g|/sqrt(v)", (
    move_at(t + 1) ** 2 * square_at(t + 1)).equals(rate2_at(t + 1) * gradient_at(t + 1) ** 2)
    .forall(t))
against = Assumption("and the sign of g", (move_at(t + 1) * gradient_at(t + 1) > 0).forall(t))
slow_decay = Assumption("alpha_t falls no faster than 1/sqrt(t)",
                        ((t + 2) * rate2_at(t + 2) >= (t + 1) * rate2_at(t + 1)).forall(t))
starts_at_one = Assumption("x starts at 1", point_at(1).equals(1))
square_starts_above = Assumption("v starts at 0 or above", square_at(0) >= 0)
papers_decay = Assumption("beta2 is 1/(1 + C^2)", (beta2 * (1 + C**2)).equals(1))
unlikely = Assumption("C is above 1 + 2 delta", C - 1 - 2 * delta > 0)
mean_is_delta = Assumption("the mean gradient is delta: C with probability prob, else -1",
                           (prob * C - (1 - prob)).equals(delta))
C_positive = Assumption("C is positive", C > 0)
_PATTERN = (steep_first, then_gentle, gentle_again)
moved_by_maximum = Assumption("d has the size alpha_t |g|/sqrt(V)", (
    move_at(t + 1) ** 2 * maximum_at(t + 1)).equals(rate2_at(t + 1) * gradient_at(t + 1) ** 2)
    .forall(t))
rates_fall = Assumption("alpha_t does not rise", (rate2_at(t + 1) >= rate2_at(t + 2)).forall(t))
always_positive = Assumption("V is positive from the first step on",
                             (maximum_at(t + 1) > 0).forall(t))

comes_back = Claim(
    "optimizers.S31-reddi", "Adam with beta1 = 0 is back at 1 after every cycle of Reddi's "
    "problem.",
    point_at(3 * k + 1).equals(1),
    (*_PATTERN, adam.square_averaging, projected, moved, against, slow_decay, starts_at_one,
     square_starts_above, papers_decay, C_positive),
    "For every C and alpha; with a constant alpha, and with bias correction, which is a step "
    "size alpha sqrt(1 - beta2^t)/sqrt(t), too. The paper asks for alpha < sqrt(1 - beta2).",
)
regret_grows = Claim(
    "optimizers.S31-reddi-regret",
    "On Reddi's problem the regret of Adam with beta1 = 0 is at least n (2C - 4) after 3n steps: "
    "linear, if C > 2.",
    FiniteSum(k, 0, n, regret_of_cycle(k)) >= n * (2 * C - 4), comes_back.hypotheses,
    "After 3n steps, against the best point -1.",
)
falls = Claim(
    "optimizers.S31-reddi-ams-falls", "AMSGrad with beta1 = 0 goes down in a cycle of Reddi's "
    "problem by C - 2 of its gentle steps, or ends within two of them of -1.",
    point_at(3 * k + 4) <= maximum(
        point_at(3 * k + 1) - (C - 2) * (move_at(3 * k + 1) / C),
        2 * (move_at(3 * k + 1) / C) - 1),
    (*_PATTERN, largest_square, projected, moved_by_maximum, against, rates_fall, always_positive,
     C_positive),
    "A gentle step is alpha_t/sqrt(V), and V at most C^2; with alpha_t like 1/sqrt(t) these steps "
    "add up to infinity and tend to 0, and so x tends to -1 if C > 2.",
)
cycles = Claim(
    "optimizers.S31-reddi-threshold",
    "The mean square v settles in a cycle on Reddi's problem.",
    square_at(3 * k).equals(cycle_square(2, beta2, C) + (beta2**3) ** k * (
        square_at(0) - cycle_square(2, beta2, C))),
    (*_PATTERN, adam.square_averaging, adam.positive_beta2),
    "There the drift of a cycle is -C/sqrt(V_1) + 1/sqrt(V_2) + 1/sqrt(V_3) times alpha_t.",
)
threshold = Claim(
    "optimizers.S31-reddi-threshold-sign",
    "Adam's drift on Reddi's problem goes the wrong way only for beta2 below a threshold: about "
    "0.47 at C = 3.",
    correction="So non-convergence is about beta2 against the problem, not about every beta2.",
)
drawn_instead = Claim(
    "optimizers.S31-reddi-stoch",
    "With beta2 = 0 and random gradients, C or -1, of mean delta > 0, the mean of g/sqrt(v), the "
    "sign, is negative if C > 1 + 2 delta.",
    prob - (1 - prob) < 0, (mean_is_delta, unlikely, C_positive),
    "With a memory the drift E[g/sqrt(v)] is measured; at C = 3, delta = 0.1 it changes its sign "
    "at beta2 = 0.8995.",
)

# --- Nadam ----------------------------------------------------------------------------------------


def ahead_of(time: Any, scale: Any) -> Any:
    """Return ``w + alpha P beta1 m``, from which w is the look-ahead point."""
    return sequence("w", time) + alpha * scale * beta1 * average_at(time)


def nesterov_step(scale: Any) -> Any:
    """Return the point that the package's own `Nesterov` makes with the step size alpha P."""
    return Nesterov(alpha * scale, beta1).step(
        ahead_of(t, scale), average_at(t), lambda _: gradient_at(t + 1), later)[0]


def nadam_moved(scale: Any) -> Any:
    """Return the point after a step of Nadam without corrections, preconditioned by `scale`."""
    mean = beta1 * average_at(t + 1) + (1 - beta1) * gradient_at(t + 1)
    return sequence("w", t) - alpha * scale * mean


frozen_nadam = Assumption("w moves by Nadam, frozen at P and without corrections",
                          sequence("w", t + 1).equals(nadam_moved(P)).forall(t))
moving_nadam = Assumption("w moves by Nadam without corrections", sequence("w", t + 1).equals(
    nadam_moved(sequence("P", t + 1))).forall(t))
preconditioner = Assumption("P is one over the root of v", (
    sequence("P", t + 1) ** 2 * square_at(t + 1)).equals(1).forall(t))
is_nesterov = Claim(
    "optimizers.S31-nadam", "Nadam is RMSProp with Nesterov's momentum, if the preconditioner does "
    "not change and nothing is corrected.",
    ahead_of(later, P).equals(nesterov_step(P)), (frozen_nadam,),
    "w is the look-ahead point of slide 28, at the step size alpha P in each coordinate.",
)
is_nesterov_as_stated = Claim(
    "optimizers.S31-nadam-moving", "Nadam is RMSProp with Nesterov's momentum.",
    (sequence("w", later) + alpha * sequence("P", later) * beta1 * average_at(later)).equals(
        ahead_of(t, sequence("P", t)) - alpha * sequence("P", later) * average_at(later)),
    (moving_nadam, preconditioner, adam.averaging, adam.square_averaging, adam.average_starts,
     adam.square_starts),
    "Only with a preconditioner that does not change; there is no formula on the slide.",
)
nadam_weights = Claim(
    "optimizers.S31-nadam-weight",
    "With a constant momentum Nadam's weights add up to nadam_total.",
    (beta1 * average_at(later) / (1 - beta1 ** (t + 2))
     + (1 - beta1) * gradient_at(later) / (1 - beta1**later)).equals(
         nadam_total(later, beta1) * gradient_at(1)),
    (adam.averaging, adam.average_starts, adam.constant, nonnegative_beta, beta_below_one),
    "On a constant gradient: Optax's rule. 1.4737 in the first step for beta1 = 0.9.",
)
nadam_above_one = Claim(
    "optimizers.S31-nadam-weight-above",
    "With a constant momentum Nadam's weights add up to more than 1.",
    nadam_total(later, beta1) > 1, (positive_beta1, beta_below_one),
    "Against the principle of slide 27.",
)

# --- every rule of this kind ----------------------------------------------------------------------

nonnegative_weights = Assumption("the weights u of the squares are at least 0",
                                 (sequence("u", k) >= 0).forall(k))


def weighted_sum(first: Any, second: Any) -> Any:
    """Return the sum over k < n of u_k times the two sequences."""
    return FiniteSum(k, 0, n, sequence("u", k) * first(k) * second(k))


def _ratio(time: Any) -> Any:
    return sequence("s", time)


general_bound = Claim(
    "optimizers.X-delta-inf", "A filter with the weights w = u s over a scaler with the weights u "
    "steps at most by the root of the sum of w^2/u.",
    weighted_sum(_ratio, gradient_at) ** 2
    <= weighted_sum(_ratio, _ratio) * weighted_sum(gradient_at, gradient_at),
    (nonnegative_weights,),
    "Squared, and times the scaler: for Adam, RMSProp, Nadam. Attained by the gradients s = w/u.",
)
