"""Adamax, AMSGrad, Nadam and Reddi's problem, proved and refuted [slide 31].

Adamax is proved in `adamax`, AMSGrad in `amsgrad`, Reddi's problem in `reddi`; here stand Nadam,
the bound on the steps of every rule of their kind, and all examples.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.adam import (
    assumed,
    at,
    averaging,
    below_one,
    constant,
    corrected,
    correction_positive,
    literal_mean,
    power_sign,
)
from sgdtheory.proofs.adamax import (
    adamax_attained,
    adamax_bound,
    adamax_bound_down,
    adamax_limit,
    adamax_unbounded,
    limit_above,
    limit_below,
    remembers,
)
from sgdtheory.proofs.amsgrad import (
    corrected_before,
    kept_in_a_cycle,
    rate_falls,
    warm_up,
)
from sgdtheory.proofs.reddi import (
    comes_back,
    cycles,
    drawn_instead,
    falls,
    regret_grows,
)

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.language import FiniteSum, Index, Scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    induction,
    invert,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import Adamax, AMSGrad
from sgdtheory.theory import adam_variants as says
from sgdtheory.theory.adam import gradient_at, later, sequence
from sgdtheory.theory.adam_variants import (
    k,
    n,
)
from sgdtheory.theory.bias_correction import beta1

# --- Nadam ---------------------------------------------------------------------------------------

is_nesterov = prove("the same point", says.is_nesterov.conclusion,
                    by=[suppose(says.frozen_nadam)(t), weighted(alpha * says.P * beta1,
                                                                averaging(t))])
ahead_corrected = corrected.for_all(t)(t + 1)
mean_later = literal_mean.for_all(t)(later)
nadam_signs = [corrected, ahead_corrected]
nadam_weights = prove(
    "Nadam's weights", says.nadam_weights.conclusion,
    by=[weighted(beta1 / (1 - beta1 ** (t + 2)), mean_later, signs=nadam_signs),
        weighted((1 - beta1) / (1 - beta1**later), constant(t), signs=nadam_signs)],
    signs=nadam_signs)
beta1_positive = suppose(says.positive_beta1)
now = correction_positive(beta1, beta1_positive, below_one)
nadam_above_one = prove(
    "and they are more than 1", says.nadam_above_one.conclusion,
    by=[product("the rest", below_one, below_one, power_sign(beta1, beta1_positive, t)
                .for_all(t)(later), invert(now), invert(now.for_all(t)(later)))])

# --- every rule of this kind: Cauchy and Schwarz by induction ------------------------------------

j = Index("j")
weight = suppose(says.nonnegative_weights)


def ratio(time: Any) -> Scalar:
    """Return s, the weights of the filter over those of the scaler."""
    return sequence("s", time)


def mixed(time: Any) -> Scalar:
    """Return the weighted square of ``s_k g_j - g_k s_j``, which sums up to Lagrange's identity."""
    cross = ratio(time) * gradient_at(j) - gradient_at(time) * ratio(j)
    return sequence("u", time) * cross * cross


lagrange_claim = FiniteSum(k, 0, n, mixed(k)) >= 0
lagrange = induction(
    "a sum of squares",
    prove("none", FiniteSum(k, 0, 0, mixed(k)) >= 0,
          by=[sum_rule(kernel.sum_empty, k, 0, mixed(k))]),
    prove("one more", FiniteSum(k, 0, n + 1, mixed(k)) >= 0,
          by=[sum_rule(kernel.sum_last, k, 0, n, mixed(k)), assumed(lagrange_claim),
              product("the last", weight(n), squared("a square", ratio(n) * gradient_at(j)
                                                     - gradient_at(n) * ratio(j)))]),
    lagrange_claim, n).for_all(j)(n)


def three_sums(count: Any) -> tuple[Scalar, Scalar, Scalar]:
    """Return the sums of u s g, u s^2 and u g^2."""
    return tuple(FiniteSum(k, 0, count, sequence("u", k) * a * b) for a, b in (
        (ratio(k), gradient_at(k)), (ratio(k), ratio(k)), (gradient_at(k), gradient_at(k))))


(A, B, V2), (A_next, B_next, V2_next) = three_sums(n), three_sums(n + 1)
products = [sequence("u", k) * a * b for a, b in (
    (ratio(k), gradient_at(k)), (ratio(k), ratio(k)), (gradient_at(k), gradient_at(k)))]
lasts = [sum_rule(kernel.sum_last, k, 0, n, each) for each in products]
none = [sum_rule(kernel.sum_empty, k, 0, each) for each in products]
u_n, s_n, g_n = sequence("u", n), ratio(n), gradient_at(n)
general_claim = says.general_bound.conclusion
general_bound = induction(
    "Cauchy and Schwarz",
    prove("none", three_sums(0)[0] ** 2 <= three_sums(0)[1] * three_sums(0)[2],
          by=[weighted(three_sums(0)[0], none[0]), weighted(three_sums(0)[2], none[1])]),
    prove("one more", A_next**2 <= B_next * V2_next,
          by=[assumed(general_claim), product("the mixed terms", weight(n), lagrange),
              weighted(A_next + A + u_n * s_n * g_n, lasts[0]), weighted(V2_next, lasts[1]),
              weighted(B + u_n * s_n**2, lasts[2])]),
    general_claim, n)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.remembers, remembers),
    Proof(says.limit_above, limit_above),
    Proof(says.limit_below, limit_below),
    Proof(says.adamax_bound, adamax_bound),
    Proof(says.adamax_bound_down, adamax_bound_down),
    Proof(says.adamax_attained, adamax_attained),
    Proof(says.adamax_limit, adamax_limit),
    Proof(says.adamax_unbounded, adamax_unbounded),
    Proof(says.rate_falls, rate_falls),
    Proof(says.corrected_before, corrected_before),
    Proof(says.warm_up, warm_up),
    Proof(says.kept_in_a_cycle, kept_in_a_cycle),
    Proof(says.comes_back, comes_back),
    Proof(says.regret_grows, regret_grows),
    Proof(says.falls, falls),
    Proof(says.cycles, cycles),
    Proof(says.drawn_instead, drawn_instead),
    Proof(says.is_nesterov, is_nesterov),
    Proof(says.nadam_weights, nadam_weights),
    Proof(says.nadam_above_one, nadam_above_one),
    Proof(says.general_bound, general_bound),
)

half, F = Fraction(1, 2), Fraction


def world(letters: dict[str, Any], horizon: int, **sequences: list[Any]) -> Model:
    """Return the world of some real sequences, from time 0 on."""
    return at(Model(letters={name: F(value) for name, value in letters.items()},
                    vectors={"e": rational(1)}, horizon=horizon), **sequences)


def adamax_world(gradients: tuple[Any, ...], beta1: Any, beta2: Any) -> Model:
    """Return the world in which the package's own `Adamax` runs; v averages their squares."""
    rule = Adamax(F(1), F(beta1), F(beta2))
    states, v = [rule.init(F(0))], [F(0)]
    for time, g in enumerate(map(F, gradients), start=1):
        states.append(rule.step(F(0), states[-1], lambda _, g=g: g, time)[1])
        v.append(rule.beta2**2 * v[-1] + (1 - rule.beta2**2) * g**2)
    m, u = map(list, zip(*states, strict=True))
    found = world({"beta1": beta1, "beta2": beta2}, len(gradients) - 1,
                  g=[F(0), *map(F, gradients)], m=m, u=u, v=v)
    return replace(found, indices={"p": 2})


def amsgrad_world(gradients: tuple[Any, ...], rule: AMSGrad, start: Any = 0) -> Model:
    """Return the world in which the package's own `AMSGrad` runs, from v = V = `start`."""
    states = [(F(0), F(start), F(start))]
    for time, g in enumerate(map(F, gradients), start=1):
        states.append(rule.step(F(0), states[-1], lambda _, g=g: g, time)[1])
    _, v, largest = map(list, zip(*states, strict=True))
    return world({"beta2": rule.beta2}, len(gradients) - 1, g=[F(0), *map(F, gradients)], v=v,
                 V=largest)


def reddi_world(C: int, cycles: int) -> Model:
    """Return Reddi's problem with moves in hundredths, for step sizes about alpha/sqrt(t).

    Each move is the least of them with which the step size falls no faster than 1/sqrt(t).
    """
    beta2 = F(1, 1 + C**2)
    g, v, d, a, x = [F(0)], [F(0)], [F(0)], [F(0)], [F(0), F(1)]
    for time in range(1, 3 * cycles + 3):
        g.append(F(C if time % 3 == 1 else -1))
        v.append(beta2 * v[-1] + (1 - beta2) * g[-1] ** 2)
        least = (time - 1) * a[-1] / time * g[-1] ** 2 / v[-1]
        size = next(F(i, 100) for i in range(1, 100) if F(i, 100) ** 2 >= max(least, F(1, 100)))
        d.append(size if g[-1] > 0 else -size)
        a.append(size**2 * v[-1] / g[-1] ** 2)
        x.append(max(F(-1), min(F(1), x[-1] - d[-1])))
    return world({"beta2": beta2, "C": C}, cycles, g=g, v=v, d=d, a=a, x=x)


def repaired_world(C: int, cycles: int) -> Model:
    """Return Reddi's problem for AMSGrad, with moves in hundredths and alpha_t that do not rise."""
    beta2 = F(1, 1 + C**2)
    g, v, V, d, a, x = [F(0)], [F(0)], [F(0)], [F(0)], [F(1, 4)], [F(0), F(1)]
    for time in range(1, 3 * cycles + 3):
        g.append(F(C if time % 3 == 1 else -1))
        v.append(beta2 * v[-1] + (1 - beta2) * g[-1] ** 2)
        V.append(max(V[-1], v[-1]))
        size = next(F(i, 100) for i in range(99, 0, -1)
                    if F(i, 100) ** 2 * V[-1] <= a[-1] * g[-1] ** 2)
        d.append(size if g[-1] > 0 else -size)
        a.append(size**2 * V[-1] / g[-1] ** 2)
        x.append(max(F(-1), min(F(1), x[-1] - d[-1])))
    return world({"beta2": beta2, "C": C}, cycles, g=g, v=v, V=V, d=d, a=a, x=x)


def nadam_world(gradients: tuple[Any, ...], scales: tuple[Any, ...]) -> Model:
    """Return the world of Nadam without corrections, alpha = 1, beta1 = 1/2, beta2 = 3/4."""
    m, v, w = [F(0)], [F(0)], [F(0)]
    for g, scale in zip(map(F, gradients), map(F, scales), strict=True):
        m.append((m[-1] + g) / 2)
        v.append(F(3, 4) * v[-1] + g**2 / 4)
        w.append(w[-1] - scale * (m[-1] + g) / 2)
    letters = {"alpha": 1, "beta1": half, "beta2": F(3, 4), "P": scales[0]}
    return world(letters, len(gradients), g=[F(0), *map(F, gradients)], m=m, v=v, w=w,
                 P=[F(1), *map(F, scales)])


slowly, quarter = adamax_world((1, F(3, 4), F(9, 16)), half, F(3, 4)), AMSGrad(F(1), F(0), F(3, 4))
falling_gradients = "the gradients 1, 3/4, 9/16, beta1 = 1/2, beta2 = 3/4"
reddis = reddi_world(3, 2)
on_reddi = "C = 3, two cycles, moves in hundredths"
spiked = amsgrad_world((2, 0, 0), quarter)
rising = at(amsgrad_world((2, F(11, 4)), quarter), t=1)
numbers_only = Model(letters={"beta1": half, "beta2": F(3, 4)})
examples = (
    *(example(claim, slowly, falling_gradients) for claim in (
        says.remembers, says.limit_above, says.limit_below, says.adamax_bound,
        says.adamax_bound_down, says.adamax_attained)),
    example(says.adamax_limit, numbers_only, "beta1 = 1/2, beta2 = 3/4"),
    example(says.adamax_unbounded, Model(letters={"beta1": half, "beta2": half}),
            "beta1 = beta2 = 1/2"),
    example(says.rate_falls, rising, "the gradients 2 and 11/4, beta2 = 3/4"),
    example(says.corrected_before, at(amsgrad_world((2, 2, 2), replace(
        quarter, correct_before_max=True)), t=1), "the gradient 2 in every step, beta2 = 3/4"),
    example(says.warm_up, spiked, "the gradients 2, 0, 0, beta2 = 3/4"),
    example(says.kept_in_a_cycle, at(amsgrad_world((-1, -1), quarter, 4), t=0),
            "v = V = 4, the gradient -1"),
    *(example(claim, reddis, on_reddi) for claim in (says.comes_back, says.cycles)),
    example(says.regret_grows, replace(reddis, indices={"n": 2}), on_reddi),
    example(says.falls, repaired_world(3, 3), "C = 3, three cycles, moves in hundredths"),
    example(says.drawn_instead, Model(letters={"C": F(3), "delta": F(1, 10), "prob": F(11, 40)}),
            "C = 3, delta = 1/10, prob = 11/40"),
    example(says.is_nesterov, nadam_world((2, 1, 5), (half, half, half)), "P = 1/2"),
    example(says.nadam_weights, nadam_world((2, 2, 2), (half, half, half)),
            "the gradient 2 in every step, beta1 = 1/2"),
    example(says.nadam_above_one, numbers_only, "beta1 = 1/2"),
    example(says.general_bound, at(world({}, 3, u=[F(1), F(2), F(0)], s=[F(3), F(-1), F(4)],
                                         g=[F(6), F(-2), F(5)]), n=3), "g = 2s where u > 0"),
)
refutations = (
    example(says.adamax_paper_as_stated, at(slowly, t=1),
            "the gradients 1 and 3/4, beta1 = 1/2, beta2 = 3/4: the second step is 10/9 alpha"),
    example(says.corrected_after_as_stated, spiked,
            "the gradients 2 and 0, beta2 = 3/4: the squared rate grows by 7/4"),
    example(says.is_nesterov_as_stated, nadam_world((2, F(11, 4)), (1, F(8, 13))),
            "the gradients 2 and 11/4, beta2 = 3/4: P falls from 1 to 8/13"),
)
citations = (
    Citation(says.rule_of_the_paper, "Reddi, Kale and Kumar 2018, Alg. 2; a definition"),
    Citation(says.repaired, "Reddi, Kale and Kumar 2018, Thm 4, for the regret"),
)
