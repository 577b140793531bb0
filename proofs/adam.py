r"""Adam, proved and refuted [slide 30].

One coordinate is enough: its gradients g, averages m and v and roots r are real sequences, and the
averages are those of the package's own `Momentum`. The bound on the step goes by induction: with
G = 1 + gamma + ... + gamma^(t-1) and gamma = beta1^2/beta2, the slack of
(1 - beta1)^2 G v - (1 - beta2) m^2 >= 0 goes from t to t + 1 with positive weights and gains a
square, which vanishes on gradients that grow by beta2/beta1. What takes a root is told by squares.
Long because there are eighteen theorems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.geometric import geometric_closed_form, geometric_steps

from sgdtheory.evidence import Example, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Scalar, Statement, scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    divisors,
    induction,
    invert,
    is_natural,
    one_is_positive,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.optimizers import Adam, AdamAsStated
from sgdtheory.theory import adam as says
from sgdtheory.theory import bias_correction
from sgdtheory.theory.adam import (
    average_at,
    beta1,
    beta2,
    d,
    eps,
    gradient_at,
    k,
    later,
    root_at,
    s,
    sequence,
    square_at,
)

one = one_is_positive()
averaging, square_averaging = suppose(says.averaging), suppose(says.square_averaging)
average_zero, square_zero = suppose(says.average_starts), suppose(says.square_starts)
nonnegative, below_one = map(suppose, (bias_correction.nonnegative_beta,
                                       bias_correction.beta_below_one))
square_below_one = suppose(says.beta2_below_one)
beta2_nonnegative, beta2_positive = map(suppose, (says.nonnegative_beta2, says.positive_beta2))


def assumed(claim: Statement, signs: Sequence[Step] = ()) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), divisors(claim.expression, signs))


def power_sign(beta: Scalar, above: Step, index: Any, signs: Sequence[Step] = ()) -> Step:
    """Prove that the powers of what is positive, or nonnegative, are so."""
    claim = Statement(above.statement.relation, beta**index)
    return induction(
        "the sign of powers",
        prove("the power 0", replace(claim, expression=beta**0), by=[one], signs=signs),
        prove("one factor more", replace(claim, expression=beta ** (index + 1)),
              by=[product("times the base", above, assumed(claim, signs))], signs=signs),
        claim, index, signs=signs)


def at_most_one(beta: Scalar, above: Step, below: Step, index: Any) -> Step:
    """Prove that the powers of what lies in [0, 1) do not exceed 1."""
    claim = 1 - beta**index >= 0
    return induction("powers do not exceed 1", prove("the power 0", 1 - beta**0 >= 0, by=[]),
                     prove("one factor more", 1 - beta ** (index + 1) >= 0,
                           by=[below, product("times the base", above, assumed(claim))]),
                     claim, index)


def correction_positive(beta: Scalar, above: Step, below: Step) -> Step:
    """Prove that ``1 - beta**(t + 1)`` is positive for ``0 <= beta < 1``."""
    claim = 1 - beta**later > 0
    return induction(
        "the correction is positive", prove("at t = 1", 1 - beta ** (0 + 1) > 0, by=[below]),
        prove("one step later", 1 - beta ** (later + 1) > 0,
              by=[below, product("times beta", above, assumed(claim))]),
        claim, t)


corrected = correction_positive(beta1, nonnegative, below_one)
square_corrected = correction_positive(beta2, beta2_nonnegative, square_below_one)
square_corrected_too = correction_positive(beta2, beta2_positive, square_below_one)
root_positive, root_equation = suppose(says.positive_root), suppose(
    says.root_of_squares, [square_corrected])
root_equation_too = suppose(says.root_of_squares, [square_corrected_too])
mean_of, square_of = says.mean_hat(later), says.square_hat(later)

# --- the averages of a constant gradient ---------------------------------------------------------

constant = suppose(says.constant)
first = gradient_at(1)


def average_of_constant(name: Callable[[Any], Scalar], beta: Scalar, number: Scalar, start: Step,
                        step: Step, same: Step) -> Step:
    """Prove ``name(t) = (1 - beta**t) number``; `same` says what the newest number is."""
    claim = name(t).equals((1 - beta**t) * number)
    return induction(
        "the average of a constant",
        prove("at the start", name(0).equals((1 - beta**0) * number), by=[start]),
        prove("one number more", name(t + 1).equals((1 - beta ** (t + 1)) * number),
              by=[step, assumed(claim), same]),
        claim, t)


literal_mean = average_of_constant(average_at, beta1, first, average_zero, averaging(t),
                                   constant(t))
constant_mean = prove(
    "the corrected average", says.constant_mean.conclusion,
    by=[weighted(1 / (1 - beta1**later), literal_mean.for_all(t)(later), signs=[corrected])],
    signs=[corrected],
)
same_square = weighted(gradient_at(later) + first, constant(t))
literal_square = average_of_constant(square_at, beta2, first**2, square_zero, square_averaging(t),
                                     same_square)
constant_square = prove(
    "the corrected mean square", says.constant_square.conclusion,
    by=[weighted(1 / (1 - beta2**later), literal_square.for_all(t)(later),
                 signs=[square_corrected])],
    signs=[square_corrected],
)
at_later, square_at_later = (found.for_all(t)(later) for found in (literal_mean, literal_square))
uncorrected_constant = prove(
    "without corrections", says.uncorrected_constant.conclusion,
    by=[weighted(average_at(later) + (1 - beta1**later) * first, at_later),
        weighted((1 - beta1**later) ** 2 / (1 - beta2**later), square_at_later,
                 signs=[square_corrected])],
    signs=[square_corrected],
)

# --- the sign of the gradient --------------------------------------------------------------------

no_mean, no_square = suppose(says.no_mean_memory), suppose(says.no_square_memory)


def without_memory(beta: Scalar, none: Step, name: Callable[[Any], Scalar], step: Step,
                   number: Scalar) -> tuple[Step, Step, Step]:
    """Prove that a corrected average without memory is the newest number, and when it divides."""
    power = prove("beta^t is 0", (beta**later).equals(0), by=[weighted(beta**t, none)])
    positive = prove("1 - beta^t is 1", 1 - beta**later > 0, by=[one, power])
    plain = prove("the average is the newest number", name(later).equals(number),
                  by=[step, weighted(name(t) - number, none)])
    hat = prove("and needs no correction", (name(later) / (1 - beta**later)).equals(number),
                by=[weighted(1 / (1 - beta**later), plain, signs=[positive]),
                    weighted(number / (1 - beta**later), power, signs=[positive])],
                signs=[positive])
    return positive, power, hat


newest = gradient_at(later)
mean_defined, _, mean_is_newest = without_memory(beta1, no_mean, average_at, averaging(t), newest)
square_defined, _, square_is_newest = without_memory(
    beta2, no_square, square_at, square_averaging(t), newest**2)
root_alone = suppose(says.root_of_squares, [square_defined])
over_root = 1 / root_at(later)
sign_size = prove(
    "the size of each step", says.sign_size.conclusion,
    by=[weighted(alpha**2 * over_root**2 * (mean_of + newest), mean_is_newest,
                 signs=[root_positive, mean_defined]),
        weighted(-(alpha**2) * over_root**2, square_is_newest,
                 signs=[root_positive, square_defined]),
        weighted(-(alpha**2) * over_root**2, root_alone, signs=[root_positive, square_defined])],
    signs=[root_positive, mean_defined, square_defined],
)
sign_way = prove(
    "the way of each step", says.sign_way.conclusion,
    by=[product("a square over the root", suppose(a.positive_alpha), invert(root_positive),
                squared("a square", newest)),
        weighted(alpha * over_root * newest, mean_is_newest, signs=[root_positive, mean_defined])],
    signs=[root_positive, mean_defined],
)
m1 = prove("the first average", average_at(1).equals((1 - beta1) * first),
           by=[averaging(0), weighted(beta1, average_zero)])
v1 = prove("the first mean square", square_at(1).equals((1 - beta2) * first**2),
           by=[square_averaging(0), weighted(beta2, square_zero)])
first_step = prove(
    "the first step", says.first_step.conclusion,
    by=[weighted(alpha**2 / (1 - beta1) / (1 - beta1) * (average_at(1) + (1 - beta1) * first), m1,
                 signs=[below_one]),
        weighted(alpha**2 / (1 - beta2), v1, signs=[square_below_one])],
    signs=[below_one, square_below_one],
)

# --- scales --------------------------------------------------------------------------------------

scaled = suppose(says.scaled_gradients)(t)


def scaled_average(other: str, name: Callable[[Any], Scalar], beta: Scalar, factor: Scalar,
                   steps: tuple[Step, Step], starts: tuple[Step, Step], same: Step) -> Step:
    """Prove that an average of numbers `factor` times as large is `factor` times as large."""
    claim = sequence(other, t).equals(factor * name(t))
    return induction(
        "a scaled average",
        prove("at the start", sequence(other, 0).equals(factor * name(0)),
              by=[starts[0], weighted(factor, starts[1])]),
        prove("one number more", sequence(other, t + 1).equals(factor * name(t + 1)),
              by=[steps[0], weighted(factor, steps[1]), weighted(beta, assumed(claim)), same]),
        claim, t)


mean_scaled = scaled_average(
    "m'", average_at, beta1, d, (suppose(says.scaled_averaging)(t), averaging(t)),
    (suppose(says.scaled_start), average_zero), scaled).for_all(t)(later)
square_scaled = scaled_average(
    "v'", square_at, beta2, d**2, (suppose(says.scaled_squares)(t), square_averaging(t)),
    (suppose(says.scaled_square_start), square_zero),
    weighted(sequence("g'", later) + d * newest, scaled)).for_all(t)(later)
scale_positive, eps_nonnegative = suppose(says.positive_scale), suppose(says.nonnegative_eps)
other_positive = suppose(says.scaled_positive_root)
other_equation = suppose(says.scaled_root, [square_corrected])
r, other = root_at(later), sequence("r'", later)
both_roots = prove("r' + d r is positive", other + d * r > 0,
                   by=[other_positive, product("d r > 0", scale_positive, root_positive)])
root_scaled = prove(
    "the root scales", other.equals(d * r),
    by=[weighted(1 / (other + d * r), step, signs=[both_roots, square_corrected]) for step in (
        other_equation, weighted(d**2, root_equation, signs=[square_corrected]),
        weighted(1 / (1 - beta2**later), square_scaled, signs=[square_corrected]))],
    signs=[both_roots],
)
below = prove("r + eps is positive", r + eps > 0, by=[root_positive, eps_nonnegative])
other_below = prove("r' + d eps is positive", other + d * eps > 0,
                    by=[other_positive, product("d eps", scale_positive, eps_nonnegative)])
over_both = 1 / ((1 - beta1**later) * (other + d * eps))
diagonal_scale = prove(
    "the same step", says.diagonal_scale.conclusion,
    by=[weighted(over_both, mean_scaled, signs=[corrected, other_below]),
        weighted(-over_both * average_at(later) / (r + eps), root_scaled,
                 signs=[corrected, other_below, below])],
    signs=[corrected, other_below, below],
)
c, q = sequence("c", later), sequence("q", later)
c_positive, q_nonnegative = suppose(says.positive_correction), suppose(says.nonnegative_raw_root)
raw = prove("c r + q is positive", c * r + q > 0,
            by=[product("c r", c_positive, root_positive), q_nonnegative])
c_equation, q_equation = suppose(says.correction_root), suppose(says.raw_root)
uncorrected_root = prove(
    "the root of v", (c * r).equals(q),
    by=[weighted(1 / (c * r + q), step, signs=[raw, square_corrected]) for step in (
        weighted(r**2, c_equation),
        weighted(1 - beta2**later, root_equation, signs=[square_corrected]),
        q_equation)],
    signs=[raw],
)
raw_positive = prove("q is positive", q > 0,
                     by=[product("c r", c_positive, root_positive), uncorrected_root])
below_raw = prove("q + eps is positive", q + eps > 0, by=[raw_positive, eps_nonnegative])
below_hat = prove("r + eps/c is positive", r + eps / c > 0,
                  by=[root_positive, product("eps/c", eps_nonnegative, invert(c_positive))],
                  signs=[c_positive])
epsilon_hat = prove(
    "eps before the correction", says.epsilon_hat.conclusion,
    by=[weighted(-mean_of / ((r + eps / c) * (q + eps)), uncorrected_root,
                 signs=[corrected, c_positive, below_hat, below_raw])],
    signs=[corrected, c_positive, below_hat, below_raw],
)

# --- the effective learning rate -----------------------------------------------------------------

newest_gain = prove(
    "the newest gradient", says.newest_gain.conclusion,
    by=[weighted(alpha / ((1 - beta1**later) * (r + eps)), averaging(t),
                 signs=[corrected, below])],
    signs=[corrected, below],
)
own_equation = suppose(says.own_root, [square_corrected])
changed_equation = suppose(says.other_root, [square_corrected])
roots = prove("r + r' is positive", r + other > 0, by=[root_positive, other_positive])
share = says.answer(scalar(0)) / (r * other * (r + other))
sensitivity = prove(
    "what a change does", says.sensitivity.conclusion,
    by=[weighted(factor, step, signs=[corrected, square_corrected, root_positive, other_positive,
                                      roots])
        for factor, step in ((-share, changed_equation), (share, own_equation))],
    signs=[corrected, square_corrected, root_positive, other_positive, roots],
)
faded_claim = average_at(s + k + 1).equals((1 - beta1) * beta1**k)
faded = induction(
    "an average after one gradient",
    prove("at once", average_at(s + 0 + 1).equals((1 - beta1) * beta1**0),
          by=[averaging(s), weighted(beta1, suppose(says.none_before)),
              weighted(1 - beta1, suppose(says.one_gradient))]),
    prove("a step later", average_at(s + (k + 1) + 1).equals((1 - beta1) * beta1 ** (k + 1)),
          by=[averaging(s + k + 1), weighted(1 - beta1, suppose(says.then_none)(k)),
              weighted(beta1, assumed(faded_claim))]),
    faded_claim, k)
R = sequence("R", k + 1) - sequence("R", k)
all_corrected = corrected.for_all(t)(s + k)
grown = prove("what a step adds", ((1 - beta1 ** (s + k + 1)) * R).equals((1 - beta1) * beta1**k),
              by=[suppose(says.responding)(k), faded])
powers_of_beta1 = power_sign(beta1, nonnegative, k)
all_powers = powers_of_beta1.for_all(k)
over = invert(all_corrected)
R_over = 1 / (1 - beta1 ** (s + k + 1))
start = suppose(says.response_starts)
least_claim = says.response_at_least.conclusion
response_at_least = induction(
    "at least its weight",
    prove("at the start", sequence("R", 0) >= 1 - beta1**0, by=[start]),
    prove("a step later", sequence("R", k + 1) >= 1 - beta1 ** (k + 1),
          by=[assumed(least_claim), weighted(R_over, grown, signs=[all_corrected]),
              product("what correction adds", below_one, powers_of_beta1, all_powers(s + k + 1),
                      over)],
          signs=[all_corrected]),
    least_claim, k)
most_claim = says.response_at_most.conclusion
not_above = at_most_one(beta1, nonnegative, below_one, k)
response_at_most = induction(
    "at most",
    prove("at the start", (1 - beta1 ** (s + 1)) * sequence("R", 0) <= 1 - beta1**0,
          by=[weighted(1 - beta1 ** (s + 1), start)]),
    prove("a step later", (1 - beta1 ** (s + 1)) * sequence("R", k + 1) <= 1 - beta1 ** (k + 1),
          by=[assumed(most_claim),
              weighted((1 - beta1 ** (s + 1)) * R_over, grown, signs=[all_corrected]),
              product("what correction no longer adds", below_one, powers_of_beta1,
                      all_powers(s + 1), not_above, over)],
          signs=[all_corrected]),
    most_claim, k)

# --- the bound -----------------------------------------------------------------------------------

gamma = beta1**2 / beta2
empty, further = geometric_steps(gamma, [beta2_positive])


def powers(time: Any) -> Scalar:
    """Return ``1 + gamma + ... + gamma**(time - 1)``."""
    return FiniteSum(k, 0, time, gamma**k)


single = prove("one power", powers(0 + 1).equals(1),
               by=[further.for_all(t)(0), weighted(gamma, empty, signs=[beta2_positive])],
               signs=[beta2_positive])
gamma_nonnegative = product("gamma is nonnegative", squared("a square", beta1),
                            invert(beta2_positive))
further_on = further.for_all(t)(later)
some_powers = powers(later) > 0
sum_positive = induction(
    "the powers add up to a positive number",
    prove("at t = 1", powers(0 + 1) > 0, by=[one, single], signs=[beta2_positive]),
    prove("one power more", powers(later + 1) > 0,
          by=[one, product("the older ones", gamma_nonnegative, assumed(
              some_powers, [beta2_positive])), further_on], signs=[beta2_positive]),
    some_powers, t, signs=[beta2_positive])


def slack(time: Any) -> Scalar:
    """Return ``(1 - beta1)**2 G v - (1 - beta2) m**2``."""
    return (1 - beta1) ** 2 * powers(time) * square_at(time) - (1 - beta2) * average_at(time) ** 2


newer = gradient_at(later + 1)
m, v, G = average_at(later), square_at(later), powers(later)
m_next, v_next, G_next = average_at(later + 1), square_at(later + 1), powers(later + 1)
m_sum = beta1 * m + (1 - beta1) * newer
growth = [
    weighted(-(1 - beta2) * (m_next + m_sum), averaging(later)),
    weighted((1 - beta1) ** 2 * G_next, square_averaging(later), signs=[beta2_positive]),
    weighted((1 - beta1) ** 2 * (beta2 * v + (1 - beta2) * newer**2), further_on,
             signs=[beta2_positive]),
]
supposed = assumed(slack(later) >= 0, [beta2_positive])
G_positive = sum_positive
missed = squared("what the newest gradient misses",
                 (1 - beta1) * beta1 * G * newer - beta2 * m, [beta2_positive])
slack_stays = induction(
    "the slack stays nonnegative",
    prove("at t = 1", slack(0 + 1) >= 0,
          by=[weighted(-(1 - beta2) * (average_at(1) + (1 - beta1) * first), m1),
              weighted((1 - beta1) ** 2 * powers(0 + 1), v1, signs=[beta2_positive]),
              weighted((1 - beta1) ** 2 * (1 - beta2) * first**2, single,
                       signs=[beta2_positive])],
          signs=[beta2_positive]),
    prove("one step later", slack(later + 1) >= 0,
          by=[*growth,
              product("the old slack, kept", squared("a square", beta1), supposed),
              product("and its rest", supposed, beta2_positive, invert(G_positive)),
              product("what is missed", missed, square_below_one, invert(beta2_positive),
                      invert(G_positive))],
          signs=[beta2_positive, G_positive]),
    slack(later) >= 0, t, signs=[beta2_positive])
bound2 = says.squared_step_bound(later, beta1, beta2)
step_signs = [corrected, square_below_one, root_positive, beta2_positive, square_corrected_too]
positive_over = [invert(root_positive)] * 2 + [invert(corrected)] * 2 + [invert(square_below_one)]
bounded_step = prove(
    "the bound on the step", says.bounded_step.conclusion,
    by=[product("the slack, over what is positive", squared("a square", alpha), slack_stays,
                *positive_over),
        weighted(alpha**2 * bound2 / r / r, root_equation_too, signs=step_signs)],
    signs=step_signs,
)

# --- what attains it -----------------------------------------------------------------------------

growing = suppose(says.growing)(t)


def attained_average(name: Callable[[Any], Scalar], factor: Scalar, number: Callable[[Any], Scalar],
                     base: Step, step: Step, carry: Step) -> Step:
    """Prove ``name(t) = factor G(t) number(t)`` for t >= 1, on gradients that grow."""
    claim = name(later).equals(factor * powers(later) * number(later))
    return induction(
        "an average of growing gradients",
        prove("at t = 1", name(0 + 1).equals(factor * powers(0 + 1) * number(0 + 1)),
              by=[base, weighted(factor * number(1), single, signs=[beta2_positive])],
              signs=[beta2_positive]),
        prove("one step later",
              name(later + 1).equals(factor * powers(later + 1) * number(later + 1)),
              by=[step, assumed(claim, [beta2_positive]), carry,
                  weighted(factor * number(later + 1), further_on, signs=[beta2_positive])],
              signs=[beta2_positive]),
        claim, t, signs=[beta2_positive])


carried = -beta1 * (1 - beta1) * G / beta2
mean_attained = attained_average(
    average_at, 1 - beta1, gradient_at, m1, averaging(later),
    weighted(carried, growing, signs=[beta2_positive]))
squares_carried = -(1 - beta2) * G / beta2 * (beta1 * newer + beta2 * newest)
square_attained = attained_average(
    square_at, 1 - beta2, lambda time: gradient_at(time) ** 2, v1, square_averaging(later),
    weighted(squares_carried, growing, signs=[beta2_positive]))
unit = alpha**2 / r / r / (1 - beta1**later) / (1 - beta1**later)
attained_step = prove(
    "the bound is attained", says.attained_step.conclusion,
    by=[weighted(unit * (m + (1 - beta1) * G * newest), mean_attained, signs=step_signs),
        weighted(-unit * (1 - beta1) ** 2 * G / (1 - beta2), square_attained, signs=step_signs),
        weighted(-(alpha**2) * bound2 / r / r, root_equation_too, signs=step_signs)],
    signs=step_signs,
)

# --- the limit of the bound ----------------------------------------------------------------------

remembered = suppose(says.remembered_longer, [beta2_positive])
limit_signs = [corrected, square_below_one, beta2_positive, remembered]
closed = geometric_closed_form(gamma, [beta2_positive]).for_all(t)(later)
before_sum = ((1 - beta1) / (1 - beta1**later)) ** 2 * (1 - beta2**later) / (1 - beta2)
bound_approaches = prove(
    "three powers vanish", says.bound_approaches.conclusion,
    by=[weighted(before_sum / (1 - gamma), closed, signs=limit_signs)], signs=limit_signs,
)
z, y, w = beta1**later, beta2**later, gamma**later
powers_claim = (beta2**t * gamma**t).equals(beta1**t * beta1**t)
powers_meet = induction(
    "beta2^t gamma^t is beta1^(2t)",
    prove("the power 0", (beta2**0 * gamma**0).equals(beta1**0 * beta1**0), by=[],
          signs=[beta2_positive]),
    prove("one factor more", (beta2**later * gamma**later).equals(z * z),
          by=[weighted(beta1**2, assumed(powers_claim, [beta2_positive]),
                       signs=[beta2_positive])], signs=[beta2_positive]),
    powers_claim, t, signs=[beta2_positive]).for_all(t)(later)
y_positive = power_sign(beta2, beta2_positive, t).for_all(t)(later)
mean_inequality = prove(
    "two powers are at least twice their geometric mean", y + w - 2 * z >= 0,
    by=[product("a square", squared("a square", y - z), invert(y_positive)),
        weighted(1 / y, powers_meet, signs=[y_positive, beta2_positive])],
    signs=[y_positive, beta2_positive],
)
over_limit = [invert(step) for step in (square_below_one, remembered, corrected, corrected)]
limit2 = says.squared_largest_step(beta1, beta2)
bound_at_most = prove(
    "at most the limit", says.bound_at_most.conclusion,
    by=[product("what is missing", squared("a square", 1 - beta1), mean_inequality, *over_limit),
        weighted(-limit2 / (1 - z) / (1 - z), powers_meet, signs=limit_signs),
        weighted(-1, bound_approaches, signs=limit_signs)],
    signs=limit_signs,
)
forgotten = suppose(says.forgotten_faster, [beta2_positive])
long_claim = powers(later) - later >= 0
long_sum = induction(
    "the powers add up to t or more",
    prove("at t = 1", powers(0 + 1) - (0 + scalar(1)) >= 0, by=[single], signs=[beta2_positive]),
    prove("one power more", powers(later + 1) - (later + 1) >= 0,
          by=[further_on, assumed(long_claim, [beta2_positive]),
              product("the older ones grow", forgotten, sum_positive)], signs=[beta2_positive]),
    long_claim, t, signs=[beta2_positive])
time = prove("a time is nonnegative", later >= 0, by=[one, is_natural(t)])
a_squared, over_one = squared("a square", 1 - beta1), invert(corrected)
z_nonnegative = power_sign(beta1, nonnegative, t).for_all(t)(later)
inflated = product("1/(1 - beta1^t) is above 1", z_nonnegative, over_one)
two = prove("and more than 0", 1 / (1 - z) + 1 > 0, by=[one, over_one], signs=[corrected])
room = product("(1 - beta2^t)/(1 - beta2) is above 1", beta2_positive,
               at_most_one(beta2, beta2_positive, square_below_one, t), invert(square_below_one))
unbounded = prove(
    "no bound for all times", says.unbounded.conclusion,
    by=[product("the sum", a_squared, over_one, over_one, invert(square_below_one),
                square_corrected_too, long_sum),
        product("the squares", a_squared, time, over_one, over_one, room),
        product("the mean", a_squared, time, inflated, two)],
    signs=limit_signs[:3],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.literal_mean, literal_mean),
    Proof(says.constant_mean, constant_mean),
    Proof(says.constant_square, constant_square),
    Proof(says.uncorrected_constant, uncorrected_constant),
    Proof(says.sign_size, sign_size),
    Proof(says.sign_way, sign_way),
    Proof(says.first_step, first_step),
    Proof(says.diagonal_scale, diagonal_scale),
    Proof(says.epsilon_hat, epsilon_hat),
    Proof(says.newest_gain, newest_gain),
    Proof(says.response_at_least, response_at_least),
    Proof(says.response_at_most, response_at_most),
    Proof(says.sensitivity, sensitivity),
    Proof(says.bounded_step, bounded_step),
    Proof(says.attained_step, attained_step),
    Proof(says.bound_at_most, bound_at_most),
    Proof(says.bound_approaches, bound_approaches),
    Proof(says.unbounded, unbounded),
)


def world(gradients: tuple[Any, ...], beta1: Any, beta2: Any, **letters: Any) -> Model:
    """Return the world in which the package's own `Adam` runs on Fractions, eps = 0, alpha = 1.

    Its root r is read off the steps; after the given gradients they go on growing by the last
    ratio. The gradients of the other run are 3 times as large.
    """
    rule = Adam(Fraction(1), Fraction(beta1), Fraction(beta2), eps=Fraction(0))
    steps = [run_of(rule, gradients, scale) for scale in (Fraction(1), Fraction(3))]
    numbers: dict[str, Any] = {}
    for mark, (g, m, v, r) in zip(("", "'"), steps, strict=True):
        numbers |= {f"g{mark}": g, f"m{mark}": m, f"v{mark}": v, f"r{mark}": r}
    fields = {name: lambda point, values=values: values[int(point[0])]
              for name, values in numbers.items()}
    return Model(letters={"beta1": rule.beta1, "beta2": rule.beta2, "alpha": Fraction(1),
                          **{name: Fraction(value) for name, value in letters.items()}},
                 vectors={"e": rational(1)}, fields=fields, horizon=len(gradients))


def run_of(rule: Adam, gradients: tuple[Any, ...], scale: Fraction) -> tuple[list[Any], ...]:
    """Return the gradients, averages, mean squares and roots of a run, from time 0 on."""
    w, state = Fraction(0), rule.init(Fraction(0))
    rows = [(Fraction(0), *state, Fraction(1))]
    for time, g in enumerate((scale * Fraction(g) for g in gradients), start=1):
        moved, state = rule.step(w, state, lambda _, g=g: g, time)
        rows.append((g, *state, state[0] / (1 - rule.beta1**time) / (w - moved)))
        w = moved
    g, m, v, r = map(list, zip(*rows, strict=True))
    return [*g, g[-1] ** 2 / g[-2]], m, v, r


def at(world: Model, **more: Any) -> Model:
    """Return a world with some indices fixed, and with more sequences."""
    indices = {name: value for name, value in more.items() if isinstance(value, int)}
    fields = {name: lambda point, values=values: values[int(point[0])]
              for name, values in more.items() if isinstance(values, list)}
    return replace(world, indices=indices, fields={**world.fields, **fields})


def impulse(beta1: Fraction, steps: int) -> Model:
    """Return the world of one gradient, at time 2, and of its response."""
    m = [Fraction(0), Fraction(0)] + [(1 - beta1) * beta1**n for n in range(steps)]
    R = [Fraction(0)]
    for time in range(2, steps + 2):
        R.append(R[-1] + m[time] / (1 - beta1**time))
    g = [Fraction(time == 2) for time in range(steps + 4)]
    return at(Model(letters={"beta1": beta1}, vectors={"e": rational(1)}, horizon=steps - 2),
              g=g, m=m, R=R, s=1, k=3)


half, F = Fraction(1, 2), Fraction
steady = world((2, 2, 2), half, F(3, 4), d=3, eps=1, x=3)
dense, rare, even = (world(*given) for given in (
    ((1, F(45, 32)), F(2, 5), F(9, 16)), ((1, F(16, 11)), F(11, 20), F(4, 5)),
    ((1, F(43, 27)), half, F(3, 4))))
on_steady = "the gradient 2 in every step, beta1 = 1/2, beta2 = 3/4"
numbers = Model(letters={"beta1": half, "beta2": half})
examples = (
    *(example(claim, steady, on_steady) for claim in (
        says.literal_mean, says.constant_mean, says.constant_square, says.uncorrected_constant,
        says.first_step, says.newest_gain)),
    *(example(claim, world((3, -2, 5), 0, 0), "the gradients 3, -2, 5, no memory")
      for claim in (says.sign_size, says.sign_way)),
    example(says.diagonal_scale, steady, f"{on_steady}, and 6"),
    example(says.epsilon_hat, at(steady, t=0, c=[0, half], q=[0, F(1)]), on_steady),
    example(says.sensitivity, at(steady, t=0, **{"r'": [0, F(5)]}), "a first gradient 2, and 5"),
    *(example(claim, impulse(half, 8), "one gradient 1 at t = 2, beta1 = 1/2, after 3 steps")
      for claim in (says.response_at_least, says.response_at_most)),
    *(example(claim, at(dense, t=1), "the gradients 1 and 45/32, beta1 = 2/5, beta2 = 9/16: "
              "the second step is 85/84 alpha")
      for claim in (says.bounded_step, says.attained_step)),
    *(example(claim, numbers, "beta1 = beta2 = 1/2")
      for claim in (says.bound_at_most, says.bound_approaches)),
    example(says.unbounded, Model(letters={"beta1": half, "beta2": F(1, 4)}),
            "beta1 = 1/2, beta2 = 1/4"),
)
literal, proper = (abs(rule(F(1), half, F(3, 4), eps=F(0)).step(
    F(0), (F(0), F(0)), lambda _: F(2), 1)[0]) for rule in (AdamAsStated, Adam))
refutations = (
    Example(says.printed_rule_as_stated, literal - proper,
            "beta1 = 1/2: the first step is alpha/2 as printed, alpha as corrected"),
    example(says.paper_bound_as_stated, at(dense, t=1),
            "the gradients 1 and 45/32, beta1 = 2/5, beta2 = 9/16: the second step is 85/84 alpha"),
    example(says.paper_equal_as_stated, at(even, t=1),
            "the gradients 1 and 43/27, beta1 = 1/2, beta2 = 3/4: the second step is 113/111 alpha"
            ),
    example(says.paper_sparse_as_stated, at(rare, t=1),
            "the gradients 1 and 16/11, beta1 = 11/20, beta2 = 4/5: the second step is 63/62 "
            "alpha, the paper's bound 1.006 alpha"),
)
