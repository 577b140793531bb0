r"""RMSProp, proved coordinate by coordinate [slide 30].

As for Adagrad, the package's own rules run on formal numbers whose roots are supposed. The average
holds at least (1 - beta2) g^2, so that no step is longer than alpha/sqrt(1 - beta2); the rest of it
is a sum of squares, nonnegative by induction. Its mean follows a linear recursion. The mean
of its root is below the root of its mean, because a variance is nonnegative; and the mean of one
over the root is above one over that, because R (1/R - 1/E R)^2 is nonnegative, too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgdtheory.proofs.adagrad import numbers

from sgdtheory.elementary import sqrt
from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, FiniteSum, Index, Letter
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    invert,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp
from sgdtheory.theory import rmsprop as says
from sgdtheory.theory.rmsprop import (
    average_at,
    beta2,
    eps,
    gradient_at,
    later,
    moment2,
    move,
    over_root_at,
    root_at,
)

k = Index("k")
averaging, zero = suppose(says.averaging), suppose(says.from_zero)
nonnegative, below_one = suppose(says.nonnegative_beta), suppose(says.beta_below_one)
eps_nonnegative, zero_eps = suppose(says.nonnegative_eps), suppose(says.no_eps)
root_positive = suppose(says.positive_root)
g, R = gradient_at(later), root_at(later)


def assumed(claim: Any, *nonzero: Step) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), nonzero)


# --- the average ---------------------------------------------------------------------------------

ahead = beta2**k * gradient_at(later - k) ** 2
closed = says.closed_form.conclusion
no_squares = sum_rule(kernel.sum_empty, k, 0, beta2**k * gradient_at(0 - k) ** 2)
closed_form = induction(
    "the closed form",
    prove("no gradients yet",
          average_at(0).equals((1 - beta2) * FiniteSum(k, 0, 0, beta2**k * gradient_at(0 - k)**2)),
          by=[zero, weighted(beta2 - 1, no_squares)]),
    prove("one more gradient",
          average_at(later).equals((1 - beta2) * FiniteSum(k, 0, later, ahead)),
          by=[averaging(t), weighted(beta2, assumed(closed)),
              weighted(beta2 - 1, sum_rule(kernel.sum_first, k, 0, t, ahead)),
              weighted(beta2 - 1, sum_rule(kernel.sum_shift, k, 0, t, ahead))]),
    closed, t,
)
average_nonnegative = induction(
    "the average is nonnegative",
    prove("at the start", average_at(0) >= 0, by=[zero]),
    prove("and later", average_at(later) >= 0,
          by=[averaging(t), product("the past", nonnegative, assumed(average_at(t) >= 0)),
              product("the newest", below_one, squared("a square", g))]),
    average_at(t) >= 0, t,
)
total_claim = 1 - beta2**later > 0
total_positive = induction(
    "the total weight is positive",
    prove("at t = 1", 1 - beta2 ** (0 + 1) > 0, by=[below_one]),
    prove("one step later", 1 - beta2 ** (later + 1) > 0,
          by=[below_one, product("times beta2", nonnegative, assumed(total_claim))]),
    total_claim, t,
)
over_total = 1 / (1 - beta2**later)

# --- the effective learning rate -----------------------------------------------------------------

moves = suppose(says.moves, nonzero=[root_positive])
effective = prove("the effective rate", says.effective.conclusion,
                  by=[weighted(R, moves, signs=[root_positive])], signs=[root_positive])

la, lb, lp, lq, lv, lk = map(Letter, ("a", "b", "p", "q", "v", "k"))
p_positive, q_positive = suppose(says.positive_p), suppose(says.positive_q)
p_and_q = prove("p + q is positive", lp + lq > 0, by=[p_positive, q_positive])
three = [p_positive, q_positive, p_and_q]
secant = prove(
    "the secant", says.secant.conclusion,
    by=[weighted(alpha * lb / (lp * lq * (lp + lq)), suppose(says.root_for_a), signs=three),
        weighted(alpha * la / (lp * lq * (lp + lq)), suppose(says.root_for_b), signs=three)],
    signs=three,
)
*_, k_is_positive, scaled_root = says.covariant.hypotheses
kp_positive = product("k p is positive", suppose(k_is_positive), p_positive)
kp_and_q = prove("q + k p is positive", lq + lk * lp > 0, by=[q_positive, kp_positive])
same_root = prove(
    "the root is scaled with the average", lq.equals(lk * lp),
    by=[weighted(1 / (lq + lk * lp), suppose(scaled_root), signs=[kp_and_q]),
        weighted(lk**2 / (lq + lk * lp), suppose(says.root_for_a), signs=[kp_and_q])],
    signs=[kp_and_q],
)
covariant = prove(
    "the scale cancels", says.covariant.conclusion,
    by=[weighted(alpha * la / (lp * lq), same_root, signs=[p_positive, q_positive])],
    signs=[p_positive, q_positive],
)

# --- the length of a step ------------------------------------------------------------------------

over_R = invert(root_positive)
alpha_squared = squared("a square", alpha)
roots = suppose(says.roots)
step_squared = prove(
    "the square of a step", (move(t) ** 2).equals(alpha**2 * g**2 / R / R),
    by=[weighted(move(t) + alpha * g / R, moves, signs=[root_positive])], signs=[root_positive],
)
past = product("the past", nonnegative, average_nonnegative)
at_most = prove(
    "the longest step", says.at_most.conclusion,
    by=[step_squared,
        weighted(alpha**2 / (1 - beta2) / R / R, roots, signs=[below_one, root_positive]),
        *(product("over the root", part, alpha_squared, invert(below_one), over_R, over_R)
          for part in (past, eps_nonnegative))],
    signs=[below_one, root_positive],
)
with_eps = prove("R + eps is positive", R + eps > 0, by=[root_positive, eps_nonnegative])
corrected_roots = suppose(says.corrected_roots, nonzero=[total_positive])


def square_of_corrected(divisor: Step) -> Step:
    """Prove the square of a corrected step, from what its denominator is positive by."""
    H = R + eps
    taken = suppose(says.corrected_moves, nonzero=[divisor])
    return prove("the square of a corrected step", (move(t) ** 2).equals(alpha**2 * g**2 / H / H),
                 by=[weighted(move(t) + alpha * g / H, taken, signs=[divisor])], signs=[divisor])


over_H = invert(with_eps)
H = R + eps
share = (1 - beta2**later) / (1 - beta2)
corrected_at_most = prove(
    "the longest corrected step", says.corrected_at_most.conclusion,
    by=[square_of_corrected(with_eps),
        weighted(alpha**2 * share / H / H, corrected_roots,
                 signs=[below_one, with_eps, total_positive]),
        product("the past", past, alpha_squared, invert(below_one), over_H, over_H),
        *(product("what eps adds", part, total_positive, alpha_squared, invert(below_one), over_H,
                  over_H)
          for part in (product("R eps", root_positive, eps_nonnegative),
                       squared("a square", eps)))],
    signs=[below_one, with_eps, total_positive],
)

# --- a constant gradient -------------------------------------------------------------------------

unchanging = suppose(says.same_gradient)(t)
first = gradient_at(1)
filled_claim = average_at(t).equals((1 - beta2**t) * first**2)
filled = induction(
    "the average fills up",
    prove("empty at the start", average_at(0).equals((1 - beta2**0) * first**2), by=[zero]),
    prove("one step more", average_at(later).equals((1 - beta2**later) * first**2),
          by=[averaging(t), weighted(beta2, assumed(filled_claim)),
              weighted((1 - beta2) * (g + first), unchanging)]),
    filled_claim, t,
)
mixed = prove(
    "the mixture", says.averaged(t).equals((1 - beta2**later) * g**2),
    by=[weighted(beta2, filled), weighted(beta2 * (beta2**t - 1) * (g + first), unchanging)],
)
constant = prove(
    "the step under a constant gradient", says.constant.conclusion,
    by=[weighted(1 - beta2**later, step_squared),
        *(weighted(alpha**2 / R / R, step, signs=[root_positive])
          for step in (roots, mixed, zero_eps))],
    signs=[root_positive],
)
zero_divisor = prove("R + eps is positive", H > 0, by=[root_positive, zero_eps])
corrected_constant = prove(
    "the corrected step under a constant gradient", says.corrected_constant.conclusion,
    by=[square_of_corrected(zero_divisor),
        weighted(alpha**2 / H / H, corrected_roots, signs=[zero_divisor, total_positive]),
        weighted(alpha**2 * over_total / H / H, mixed, signs=[zero_divisor, total_positive]),
        weighted(alpha**2 * (2 * R + eps) / H / H, zero_eps, signs=[zero_divisor])],
    signs=[zero_divisor, total_positive],
)

# --- means ---------------------------------------------------------------------------------------

same_moment = suppose(says.same_moment)(t)
mean_claim = says.mean_shrinks.conclusion
mean_shrinks = induction(
    "the mean of the average",
    prove("empty at the start", Expectation(average_at(0)).equals((1 - beta2**0) * moment2),
          by=[average(zero)]),
    prove("one gradient more", Expectation(average_at(later)).equals((1 - beta2**later) * moment2),
          by=[average(averaging(t)), weighted(beta2, assumed(mean_claim)),
              weighted(1 - beta2, same_moment)]),
    mean_claim, t,
)
unbiased = prove(
    "the corrected average is unbiased", says.unbiased.conclusion,
    by=[weighted(over_total, mean_shrinks.for_all(t)(later), signs=[total_positive])],
    signs=[total_positive],
)
random_roots = suppose(says.random_roots, nonzero=[total_positive])
mean_root = Expectation(R)
root_below = prove(
    "the root is biased", says.root_below.conclusion,
    by=[unbiased, average(random_roots), average(squared("a variance", R - mean_root))],
    signs=[total_positive],
)
inverse_root = suppose(says.inverse_root)
Y = over_root_at(later)
mean_positive = average(root_positive)
spread = average(product("a weighted square", root_positive,
                         squared("a square", Y - 1 / mean_root, signs=[mean_positive])))
inverse_mean = prove(
    "one over the root is above one over its mean", Expectation(Y) - 1 / mean_root >= 0,
    by=[spread, average(weighted(Y, inverse_root)),
        weighted(2 / mean_root, average(inverse_root), signs=[mean_positive])],
    signs=[mean_positive],
)
excess = prove("times that mean", Expectation(Y) * mean_root - 1 >= 0,
               by=[product("a product", inverse_mean, mean_positive)], signs=[mean_positive])
step_above = prove(
    "the step is biased", says.step_above.conclusion,
    by=[product("squared", squared("a square", Expectation(Y)), root_below),
        product("the excess squared", excess, excess), excess],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.closed_form, closed_form),
    Proof(says.effective, effective),
    Proof(says.secant, secant),
    Proof(says.covariant, covariant),
    Proof(says.at_most, at_most),
    Proof(says.corrected_at_most, corrected_at_most),
    Proof(says.constant, constant),
    Proof(says.corrected_constant, corrected_constant),
    Proof(says.mean_shrinks, mean_shrinks),
    Proof(says.unbiased, unbiased),
    Proof(says.root_below, root_below),
    Proof(says.step_above, step_above),
)


def world(rule: Any, at: int, gradients: Any) -> Model:
    """Return the world in which a rule takes the step from time `at` on; gradients are given."""
    corrected = isinstance(rule, CorrectedRMSProp)
    averages, w = [Fraction(0)], Fraction(0)
    for s, gradient in enumerate(map(Fraction, gradients), start=1):
        averages.append(rule.beta2 * averages[-1] + (1 - rule.beta2) * gradient**2)
        if s == at + 1:
            w, _ = rule.step(w, averages[at], lambda _, gradient=gradient: gradient, s)
    last = averages[at + 1]
    root = sqrt(last / (1 - rule.beta2 ** (at + 1)) if corrected else last + rule.eps)
    return Model(
        letters={"alpha": rule.alpha, "beta2": rule.beta2, "eps": Fraction(rule.eps)},
        vectors={"i": rational(1)},
        processes={"g": lambda time, _: rational(gradients[time - 1]),
                   "v": lambda time, _: rational(averages[time]),
                   "R": lambda *_: rational(root),
                   "W": lambda time, _: rational(w if time == at + 1 else 0)},
        indices={"t": at}, horizon=min(3, len(gradients)),
    )


def draws() -> Model:
    """Return the world of the gradients 1 and 3, drawn fairly, with beta2 = 1/2."""
    half, rule = Fraction(1, 2), RMSProp(Fraction(1), Fraction(1, 2), Fraction(1))

    def averaged(time: int, outcome: tuple[int, ...]) -> Any:
        v = rule.init(Fraction(0))
        for gradient in outcome[:time]:
            v = rule.beta2 * v + (1 - rule.beta2) * Fraction(gradient) ** 2
        return rational(v)

    return Model(
        letters={"beta2": half, "m2": Fraction(5)}, vectors={"i": rational(1)},
        processes={"g": lambda time, outcome: rational(outcome[time - 1]), "v": averaged,
                   "R": lambda time, outcome: rational(outcome[0]),
                   "Y": lambda time, outcome: rational(Fraction(1, outcome[0]))},
        outcomes=sample_paths([(half, 1), (half, 3)], 3), indices={"t": 0},
    )


one, nine_16ths, half = Fraction(1), Fraction(9, 16), Fraction(1, 2)
after_zeros = world(CorrectedRMSProp(one, nine_16ths, Fraction(0)), 1, (0, 5, 0))
fair = "the gradients 1 and 3, drawn fairly, beta2 = 1/2; at t = 1"
examples = (
    *(example(claim, draws(), fair)
      for claim in (says.closed_form, says.mean_shrinks, says.unbiased, says.root_below,
                    says.step_above)),
    example(says.effective, world(RMSProp(one, Fraction(3, 4), Fraction(16)), 0, (6, 0, 0)),
            "the gradient 6, beta2 = 3/4, eps = 16, at the first step"),
    example(says.at_most, world(RMSProp(one, Fraction(3, 4), Fraction(0)), 0, (6, 0, 0)),
            "beta2 = 3/4, eps = 0, the first step"),
    example(says.corrected_at_most, after_zeros,
            "beta2 = 9/16, eps = 0, the gradient 5 after one of 0"),
    example(says.constant, world(RMSProp(one, Fraction(3, 5), Fraction(0)), 1, (5, 5, 5)),
            "the gradient 5, beta2 = 3/5, the second step"),
    example(says.corrected_constant,
            world(CorrectedRMSProp(one, Fraction(3, 5), Fraction(0)), 1, (5, 5, 5)),
            "the gradient 5, beta2 = 3/5, the second step"),
    example(says.secant, numbers(alpha=1, beta2=half, eps=half, v=1, a=4, b=0, p=3, q=1, w=0),
            "the gradients 4 and 0 after the average 1, beta2 = eps = 1/2"),
    example(says.covariant, numbers(alpha=1, beta2=half, eps=half, v=1, a=4, p=3, q=6, k=2, w=0),
            "the gradient 4 after the average 1, and all scaled by 2"),
)
citations = (
    Citation(says.closed_form, "Tieleman & Hinton 2012, Neural Networks for Machine Learning, "
                               "lecture 6.5"),
)
