r"""How fast momentum and Nesterov's momentum can contract all curvatures from c to L, proved.

The mean of (iterate, average) moves by a matrix with two roots. Both roots of z^2 - p z + q are
within the rate r only if r^2 - p r + q >= 0 (the value at r), r^2 + p r + q >= 0 (at -r) and
r^2 >= q (their product). Ask the first at c, the second at L. For momentum q = beta1: in c times
the one plus L times the other alpha cancels, and the third turns beta1 into r^2. For Nesterov's
momentum q falls with the curvature: while beta1 (2 - r) <= r the same two suffice, beyond it the
product of the roots at c takes the place of the first. In both, what is left factors.
"""

from __future__ import annotations

from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.proof import Step, by_cases, invert, one_is_positive, product, prove, suppose
from sgdtheory.theory import momentum, nesterov
from sgdtheory.theory.bias_correction import beta1, beta_below_one, nonnegative_beta
from sgdtheory.theory.momentum import rate

one = one_is_positive()
c_positive, L_positive = suppose(a.positive_c), suppose(momentum.positive_L)
rate_positive, rate_below = suppose(momentum.positive_rate), suppose(momentum.rate_below_one)
rate_plus = prove("1 + rate is positive", 1 + rate > 0, by=[one, rate_positive])

# --- momentum ------------------------------------------------------------------------------------

at_rate, at_minus_rate, roots = map(suppose, momentum.contracts_from_c_to_L)
times_rate = prove(
    "times the rate", rate * momentum.fastest.conclusion.expression >= 0,
    by=[product("at c", L_positive, at_rate), product("at L", c_positive, at_minus_rate),
        product("the product of the roots, c", roots, c_positive, rate_plus),
        product("the product of the roots, L", roots, L_positive, rate_below)],
)
fastest_momentum = prove(
    "the fastest rate of momentum", momentum.fastest.conclusion,
    by=[product("without the rate", invert(rate_positive), times_rate)],
    signs=[rate_positive],
)

# --- Nesterov's momentum -------------------------------------------------------------------------

at_rate, at_minus_rate, roots = map(suppose, nesterov.contracts_from_c_to_L)
alpha_positive = suppose(a.positive_alpha)
nonnegative, below_one = suppose(nonnegative_beta), suppose(beta_below_one)
slow = prove("3 - rate is positive", 3 - rate > 0, by=[one, rate_below])
step = a.alpha * (1 - beta1)
step_positive = product("the step is positive", alpha_positive, below_one)
gain = rate + beta1 * (1 + rate)
gain_positive = prove(
    "what the gradient weighs at L", gain > 0,
    by=[rate_positive, product("beta1 (1 + rate) >= 0", nonnegative, rate_plus)],
)
split = rate - (2 - rate) * beta1
few = suppose(Assumption("beta1 (2 - rate) <= rate", split >= 0))
many = suppose(Assumption("beta1 (2 - rate) >= rate", split <= 0))
many_turned = prove("the other case", -split >= 0, by=[many])
goal = nesterov.fastest.conclusion.expression


def divided(by_what: Step, *shares: Step) -> Step:
    """Prove the goal from its product with the step, the weight at L and `by_what`."""
    factors = (by_what, gain_positive, step_positive)
    whole = goal
    for factor in factors:
        whole = whole * factor.statement.expression
    return prove("the fastest rate, where alpha is divided out", nesterov.fastest.conclusion,
                 by=[product("divided by what is positive", *map(invert, factors),
                             prove("the shares add up", whole >= 0, by=shares))],
                 signs=factors)


two_minus = prove("2 - rate is positive", 2 - rate > 0, by=[one, rate_below])
weight_at_c = prove(
    "what the gradient weighs at c", rate - beta1 * (1 - rate) > 0,
    by=[product("a share of the case", few, rate_below, invert(two_minus)),
        product("a share of the rate", rate_positive, invert(two_minus))],
    signs=[two_minus],
)
few_decays = divided(
    weight_at_c,
    product("at c", at_rate, rate_plus, slow, gain_positive),
    product("at L", at_minus_rate, rate_below, rate_below, weight_at_c),
    product("what is left", few, rate_below, rate_plus, rate_positive,
            prove("rate + 2 beta1 is positive", rate + 2 * beta1 > 0,
                  by=[rate_positive, nonnegative])),
)
decay_positive = prove(
    "beta1 is positive", beta1 > 0,
    by=[product("a share of the case", many_turned, invert(two_minus)),
        product("a share of the rate", rate_positive, invert(two_minus))],
    signs=[two_minus],
)
many_decays = divided(
    decay_positive,
    product("the product of the roots at c", roots, rate_plus, slow, gain_positive),
    product("at L", at_minus_rate, rate_below, rate_below, decay_positive),
    product("what is left", many_turned, rate_plus, rate_positive,
            prove("4 beta1 + (3 - rate) rate is positive", 4 * beta1 + (3 - rate) * rate > 0,
                  by=[decay_positive, product("(3 - rate) rate", slow, rate_positive)])),
)
fastest_nesterov = by_cases("the fastest rate of Nesterov's momentum", few_decays, many_decays,
                            split)
