r"""Adagrad, proved coordinate by coordinate [slide 29].

The package's own `Adagrad` runs on formal numbers; where it takes a root, a letter is put whose
square is supposed to be that number. Everything comes from two identities. The root grows by
2(R' - R) = g^2/R' + (R' - R)^2/R': added up, that is the lemma of Duchi, Hazan and Singer. And
a step from w to w' with the denominator H costs H (w - u)^2/(2 alpha) - H (w' - u)^2/(2 alpha) =
g (w - u) - alpha g^2/(2 H): added up, with H that only rises, that is their regret.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.elementary import sqrt
from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Index, Letter
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    induction,
    invert,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import Adagrad
from sgdtheory.theory import adagrad as says
from sgdtheory.theory.adagrad import (
    eps,
    gap_at,
    gradient_at,
    logarithm_at,
    move,
    place_at,
    radius,
    root_at,
    sum_at,
    target,
)

k = Index("k")
sums, roots = suppose(says.sums), suppose(says.roots)
positive_roots, eps_nonnegative = suppose(says.positive_roots), suppose(says.nonnegative_eps)
alpha_positive = suppose(a.positive_alpha)
root_positive = positive_roots(t)
divisor = prove("the denominator is positive", root_at(t + 1) + eps > 0,
                by=[root_positive, eps_nonnegative])
moves = suppose(says.moves, nonzero=[divisor])
H = root_at(t + 1) + eps
g, new, old = gradient_at(t), root_at(t + 1), root_at(t)


def assumed(claim: Any, *nonzero: Step) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), nonzero)


# --- the rule and its effective learning rate ----------------------------------------------------

summed_claim = says.summed.conclusion
summed = induction(
    "the sum of squares",
    prove("no gradient yet", sum_at(0).equals(FiniteSum(k, 0, 0, gradient_at(k) ** 2)),
          by=[suppose(says.sum_from_zero), sum_rule(kernel.sum_empty, k, 0, gradient_at(k) ** 2)]),
    prove("one gradient more", sum_at(t + 1).equals(FiniteSum(k, 0, t + 1, gradient_at(k) ** 2)),
          by=[sums(t), assumed(summed_claim),
              sum_rule(kernel.sum_last, k, 0, t, gradient_at(k) ** 2)]),
    summed_claim, t,
)
effective = prove("the effective rate", says.effective.conclusion,
                  by=[weighted(H, moves(t), signs=[divisor])], signs=[divisor])
squares = prove("the square of the root grows by that of the gradient",
                (new**2 - old**2 - g**2).equals(0), by=[roots(t + 1), roots(t), sums(t)])

# --- the root never falls ------------------------------------------------------------------------


def risen(title: str, earlier: Step, growth: Step, gradient: Step) -> Step:
    """Prove that a root does not fall, if it is `earlier` and its square grows by a square.

    ``(R' - R)(R' + R) = g^2``, and ``R' + R`` is positive.
    """
    before, after = earlier.statement.expression, root_positive_next.statement.expression
    both = prove(f"{title}: the two roots", after + before > 0, by=[root_positive_next, earlier])
    return prove(title, after - before >= 0,
                 by=[product("a quotient", gradient, invert(both)),
                     weighted(1 / (after + before), growth, signs=[both])], signs=[both])


root_positive_next = positive_roots(t + 1)
next_squares = prove("and once more", (root_at(t + 2) ** 2 - new**2 - gradient_at(t + 1) ** 2)
                     .equals(0), by=[roots(t + 2), roots(t + 1), sums(t + 1)])
later_root = risen("the root does not fall", root_positive, next_squares,
                   squared("a square", gradient_at(t + 1)))
next_divisor = prove("the next denominator is positive", root_at(t + 2) + eps > 0,
                     by=[root_positive_next, eps_nonnegative])
never_rises = prove(
    "the effective rate does not rise", says.never_rises.conclusion,
    by=[product("the difference", alpha_positive, later_root, invert(divisor),
                invert(next_divisor))],
    signs=[divisor, next_divisor],
)

# --- the sensitivity -----------------------------------------------------------------------------

la, lb, lp, lq, lS, lr, lk = map(Letter, ("a", "b", "p", "q", "S", "r", "k"))
p_positive, q_positive = suppose(says.positive_p), suppose(says.positive_q)
p_eps = prove("p + eps is positive", lp + eps > 0, by=[p_positive, eps_nonnegative])
q_eps = prove("q + eps is positive", lq + eps > 0, by=[q_positive, eps_nonnegative])
p_and_q = prove("p + q is positive", lp + lq > 0, by=[p_positive, q_positive])
three = [p_eps, q_eps, p_and_q]
below_secant = (lp + lq) * (lp + eps) * (lq + eps)
secant = prove(
    "the secant", says.secant.conclusion,
    by=[weighted(alpha * lb / below_secant, suppose(says.root_for_a), signs=three),
        weighted(alpha * la / below_secant, suppose(says.root_for_b), signs=three)],
    signs=three,
)
kp_positive = product("k p is positive", suppose(says.scale_free.hypotheses[3]), p_positive)
kp_and_q = prove("q + k p is positive", lq + lk * lp > 0, by=[q_positive, kp_positive])
same_root = prove(
    "the root is scaled with the sum", lq.equals(lk * lp),
    by=[weighted(1 / (lq + lk * lp), suppose(says.scale_free.hypotheses[4]), signs=[kp_and_q]),
        weighted(lk**2 / (lq + lk * lp), suppose(says.root_for_a), signs=[kp_and_q])],
    signs=[kp_and_q],
)
scale_free = prove(
    "the scale cancels", says.scale_free.conclusion,
    by=[weighted(alpha * la / (lp * lq), same_root, signs=[p_positive, q_positive])],
    signs=[p_positive, q_positive],
)

# --- the two places of eps -----------------------------------------------------------------------

root_of_sum = suppose(says.root_of_sum)
inside_at_most = prove(
    "inside is less", says.inside_at_most.conclusion,
    by=[root_of_sum, product("twice the product", suppose(says.nonnegative_root),
                             eps_nonnegative)],
)
outside_at_most = prove(
    "by at most a factor of 2", says.outside_at_most.conclusion,
    by=[root_of_sum, squared("a square", lr - eps)],
)

# --- the length of a step ------------------------------------------------------------------------

step_squared = prove(
    "the square of a step", (move(t) ** 2).equals(alpha**2 * g**2 / H / H),
    by=[weighted(move(t) + alpha * g / H, moves(t), signs=[divisor])], signs=[divisor],
)
over_H, alpha_squared = invert(divisor), squared("a square", alpha)
with_eps = product("2 R eps is nonnegative", root_positive, eps_nonnegative)
eps_squared = squared("a square", eps)
past_squares = squared("what came before", old)
at_most_alpha = prove(
    "at most alpha", says.at_most_alpha.conclusion,
    by=[step_squared, weighted(alpha**2 / H / H, squares, signs=[divisor]),
        *(product("over the squared denominator", part, alpha_squared, over_H, over_H)
          for part in (past_squares, with_eps, eps_squared))],
    signs=[divisor],
)

# --- the squared steps, added up -----------------------------------------------------------------

logs = suppose(says.logarithms)(t)
later_divisor = next_divisor
R2, H2, g2 = root_at(t + 2), root_at(t + 2) + eps, gradient_at(t + 1)
later_step = prove(
    "the square of a later step", (move(t + 1) ** 2).equals(alpha**2 * g2**2 / H2 / H2),
    by=[weighted(move(t + 1) + alpha * g2 / H2, moves(t + 1), signs=[later_divisor])],
    signs=[later_divisor],
)
root_is_sum = roots(t + 2)
step_below_log = prove(
    "a step is paid by the logarithm",
    move(t + 1) ** 2 <= alpha**2 * (logarithm_at(t + 2) - logarithm_at(t + 1)),
    by=[later_step,
        *(product("over both", part, squared("a square", alpha * g2), invert(later_divisor),
                  invert(later_divisor), invert(root_positive_next), invert(root_positive_next))
          for part in (product("R eps", root_positive_next, eps_nonnegative), eps_squared)),
        product("the logarithm", logs, alpha_squared, invert(root_positive_next),
                invert(root_positive_next)),
        weighted(alpha**2 * (logarithm_at(t + 2) - logarithm_at(t + 1)) / R2**2, root_is_sum,
                 signs=[root_positive_next])],
    signs=[later_divisor, root_positive_next],
)
total_claim = says.squared_steps.conclusion
first_step = at_most_alpha.for_all(t)(0)
squared_steps = induction(
    "the squared steps",
    prove("the first", FiniteSum(k, 0, 0 + 1, move(k) ** 2)
          <= alpha**2 * (1 + logarithm_at(0 + 1) - logarithm_at(1)),
          by=[first_step, sum_rule(kernel.sum_last, k, 0, 0, move(k) ** 2),
              sum_rule(kernel.sum_empty, k, 0, move(k) ** 2)]),
    prove("one more", FiniteSum(k, 0, t + 2, move(k) ** 2)
          <= alpha**2 * (1 + logarithm_at(t + 2) - logarithm_at(1)),
          by=[assumed(total_claim), step_below_log,
              sum_rule(kernel.sum_last, k, 0, t + 1, move(k) ** 2)]),
    total_claim, t,
)

# --- a constant gradient -------------------------------------------------------------------------

unchanging, zero_eps = suppose(says.same_gradient)(t), suppose(says.no_eps)
first, here = gradient_at(0), says.constant.hypotheses
count_claim = sum_at(t).equals(t * first**2)
counted = induction(
    "the sum counts the steps",
    prove("none yet", sum_at(0).equals(0 * first**2), by=[suppose(says.sum_from_zero)]),
    prove("one more step", sum_at(t + 1).equals((t + 1) * first**2),
          by=[sums(t), assumed(count_claim), weighted(g + first, unchanging)]),
    count_claim, t,
)
root_here, positive_here = suppose(here[4]), suppose(here[5])
divisor_here = prove("the denominator is positive", H > 0, by=[positive_here, zero_eps])
moved_here = suppose(here[0], nonzero=[divisor_here])
constant = prove(
    "the length of a step", says.constant.conclusion,
    by=[weighted((t + 1) * (move(t) + alpha * g / H), moved_here, signs=[divisor_here]),
        *(weighted(alpha**2 / H / H * factor, step, signs=[divisor_here]) for factor, step in (
            ((t + 1) * (g + first), unchanging), (1, counted.for_all(t)(t + 1)), (1, root_here),
            (2 * new + eps, zero_eps)))],
    signs=[divisor_here],
)

# --- the lemma -----------------------------------------------------------------------------------

starts = suppose(says.from_zero)
root_nonnegative = induction(
    "roots are nonnegative",
    prove("at the start", root_at(0) >= 0, by=[starts]),
    prove("and later", root_at(t + 1) >= 0, by=[root_positive]),
    root_at(t) >= 0, t,
)
one_step = prove(
    "one step of the lemma", says.one_step.conclusion,
    by=[weighted(1 / lp, suppose(says.one_step.hypotheses[0]), signs=[p_positive]),
        weighted(1 / lp, suppose(says.one_step.hypotheses[1]), signs=[p_positive])],
    signs=[p_positive],
)
gradient_squared = squared("a square", g)
paid = prove(
    "the root pays for a step", 2 * (new - old) - g**2 / H >= 0,
    by=[product("the square", squared("a square", new - old), invert(root_positive)),
        product("what eps leaves", gradient_squared, eps_nonnegative, invert(root_positive),
                over_H),
        weighted(1 / new, squares, signs=[root_positive])],
    signs=[divisor, root_positive],
)
travel_claim = says.travelled.conclusion
term = gradient_at(k) * move(k)
travelled = induction(
    "the lemma",
    prove("no step yet", FiniteSum(k, 0, 0, term) <= 2 * alpha * root_at(0),
          by=[sum_rule(kernel.sum_empty, k, 0, term), weighted(2 * alpha, starts)]),
    prove("one step more", FiniteSum(k, 0, t + 1, term) <= 2 * alpha * root_at(t + 1),
          by=[assumed(travel_claim), sum_rule(kernel.sum_last, k, 0, t, term),
              weighted(g, moves(t), signs=[divisor]),
              product("times alpha", alpha_positive, paid)],
          signs=[divisor]),
    travel_claim, t,
)

# --- the regret ----------------------------------------------------------------------------------

closer = suppose(says.closer, nonzero=[divisor])(t)
bounded, convex = suppose(says.bounded), suppose(says.convex)(t)
sum_of_roots = prove("two roots", new + old > 0, by=[root_positive, root_nonnegative])
root_rises = prove("the root does not fall", new - old >= 0,
                   by=[product("a quotient", gradient_squared, invert(sum_of_roots)),
                       weighted(1 / (new + old), squares, signs=[sum_of_roots])],
                   signs=[sum_of_roots])
over_alpha = invert(alpha_positive)


def with_potential(time: Any) -> Any:
    """State the regret with the distance that is left, in the norm of the step."""
    left = (root_at(time) + eps) / (2 * alpha) * (place_at(time) - target) ** 2
    bound = radius**2 / (2 * alpha) * (root_at(time) + eps) + alpha * root_at(time)
    return FiniteSum(k, 0, time, gap_at(k)) + left <= bound


at_first = bounded(0)
potential = induction(
    "the regret and what is left",
    prove("at the start", with_potential(0),
          by=[sum_rule(kernel.sum_empty, k, 0, gap_at(k)),
              product("times eps", eps_nonnegative, at_first, over_alpha),
              weighted((radius**2 - (place_at(0) - target) ** 2) / (2 * alpha) + alpha, starts,
                       signs=[alpha_positive])],
          signs=[alpha_positive]),
    prove("one step more", with_potential(t + 1),
          by=[assumed(with_potential(t), alpha_positive), convex,
              sum_rule(kernel.sum_last, k, 0, t, gap_at(k)),
              product("the projection", closer, divisor, over_alpha),
              product("the denominator rises", bounded(t), root_rises, over_alpha),
              product("the lemma", paid, alpha_positive)],
          signs=[alpha_positive, divisor]),
    with_potential(t), t, signs=[alpha_positive],
)
left_over = prove("R + eps is nonnegative", old + eps >= 0, by=[root_nonnegative, eps_nonnegative])
below_regret = prove(
    "the regret", says.below_regret.conclusion,
    by=[potential, product("what is left", left_over, over_alpha,
                           squared("a square", place_at(t) - target))],
    signs=[alpha_positive],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.summed, summed),
    Proof(says.inside_at_most, inside_at_most),
    Proof(says.outside_at_most, outside_at_most),
    Proof(says.effective, effective),
    Proof(says.never_rises, never_rises),
    Proof(says.secant, secant),
    Proof(says.at_most_alpha, at_most_alpha),
    Proof(says.squared_steps, squared_steps),
    Proof(says.constant, constant),
    Proof(says.one_step, one_step),
    Proof(says.travelled, travelled),
    Proof(says.below_regret, below_regret),
    Proof(says.scale_free, scale_free),
)

PYTHAGORAS = (3, -4, 12, 84)
"""Gradients whose summed squares are 3^2, 5^2, 13^2, 85^2."""


def world(eps: Any = 1, low: Any = -100, high: Any = 100, gradients: Any = PYTHAGORAS) -> Model:
    """Return the world in which `Adagrad` runs on these gradients, clipped to [low, high].

    The losses are linear; u = 1/2. As its logarithm serves the slowest sequence that may.
    """
    alpha, low, high, u = Fraction(1), Fraction(low), Fraction(high), Fraction(1, 2)
    rule, places, sums_ = Adagrad(alpha, Fraction(eps)), [Fraction(0)], [Fraction(0)]
    for s, gradient in enumerate(map(Fraction, gradients), start=1):
        w, S = rule.step(places[-1], sums_[-1], lambda _, gradient=gradient: gradient, s)
        places.append(min(max(w, low), high))
        sums_.append(S)
    grown = [Fraction(0)]
    for S, gradient in zip(sums_[1:], gradients, strict=True):
        grown.append(grown[-1] + gradient**2 / S)
    return Model(
        letters={"alpha": alpha, "eps": Fraction(eps), "u": u, "radius": max(u - low, high - u)},
        vectors={"i": rational(1)},
        processes={
            "g": lambda time, _: rational(gradients[time]),
            "W": lambda time, _: rational(places[time]),
            "S": lambda time, _: rational(sums_[time]),
            "R": lambda time, _: rational(sqrt(sums_[time])),
            "q": lambda time, _: rational(gradients[time] * (places[time] - u)),
            "lnS": lambda time, _: rational(grown[time]),
        },
    )


def numbers(**letters: Any) -> Model:
    """Return the world of some letters."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


def constant_world() -> Model:
    """Return the world of the constant gradient 2 at its fourth step, where the root is 4."""
    rule = Adagrad(Fraction(1), eps=0)
    after, _ = rule.step(Fraction(0), Fraction(12), lambda _: Fraction(2), 4)
    return Model(
        letters={"alpha": Fraction(1), "eps": Fraction(0)}, vectors={"i": rational(1)},
        processes={"g": lambda *_: rational(2), "S": lambda time, _: rational(4 * time),
                   "R": lambda *_: rational(4),
                   "W": lambda time, _: rational(after if time == 4 else 0)},
        indices={"t": 3},
    )


chain = "the gradients 3, -4, 12, 84, whose summed squares have rational roots"
examples = (
    *(example(claim, world(), f"{chain}; alpha = eps = 1") for claim in (
        says.summed, says.effective, says.never_rises, says.squared_steps, says.travelled)),
    example(says.at_most_alpha, replace(world(eps=0), indices={"t": 0}),
            f"{chain}; eps = 0, the first step"),
    example(says.below_regret, world(low=Fraction(-3, 4), high=1),
            f"{chain}; linear losses, clipped to [-3/4, 1], u = 1/2"),
    example(says.constant, constant_world(), "the gradient 2, its fourth step"),
    example(says.inside_at_most, numbers(S=0, r=0, eps=1), "S = 0"),
    example(says.outside_at_most, numbers(S=1, r=1, eps=1), "S = eps^2"),
    example(says.secant, numbers(alpha=1, eps=1, a=3, b=0, p=5, q=4, S=16, w=0),
            "the gradients 3 and 0 after the sum 16"),
    example(says.one_step, numbers(p=5, q=4, S=25, a=9), "S = 25, a = 9"),
    example(says.scale_free, numbers(alpha=1, a=3, p=5, q=10, S=16, k=2, w=0),
            "the gradient 3 after the sum 16, and both scaled by 2"),
)
citations = (
    Citation(says.summed, "Duchi, Hazan & Singer 2011, sec. 1.1: H_t = delta I + diag(G_t)^(1/2)"),
)
