r"""The stationary variance of an average of correlated gradients, proved [slide 26].

With e = m - v, u = g - v and the next gradient u' of mean rho u given the past, E<e, u'> is
rho E<e, u>. Pair the rule with u' and with itself: if the second moments do not change, the first
says (1 - beta1 rho) E<e, u> = (1 - beta1) sigma2, the second gives E|e|^2.
"""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.evidence import example
from sgdtheory.logic.language import Expectation
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    average,
    one_is_positive,
    paired,
    product,
    prove,
    suppose,
    tower,
    weighted,
)
from sgdtheory.optimizers import Momentum
from sgdtheory.theory import bias_correction as says
from sgdtheory.theory.bias_correction import average_at, beta1, gradient_at, mean, rho, t

wander, apart = average_at(t + 1) - mean, gradient_at(t + 1) - mean
wander_later, apart_later = average_at(t + 2) - mean, gradient_at(t + 2) - mean
nonnegative, below_one = suppose(says.nonnegative_beta), suppose(says.beta_below_one)
averaging = suppose(says.later_averaging)(t)
one_plus = prove("1 + beta1 is positive", 1 + beta1 > 0, by=[one_is_positive(), nonnegative])
damped = prove(
    "1 - beta1 rho is positive", 1 - beta1 * rho > 0,
    by=[below_one, product("what rho takes", nonnegative, suppose(says.correlation_below_one))],
)

passed_on = prove(
    "what the past says of the next gradient",
    Expectation(wander.dot(apart_later)).equals(rho * Expectation(wander.dot(apart))),
    by=[average(paired(suppose(says.correlated)(t), wander)),
        tower(gradient_at(t + 2).dot(wander), t + 1)],
)
with_gradient = prove(
    "the average with its newest gradient",
    ((1 - beta1 * rho) * Expectation(wander.dot(apart))).equals((1 - beta1) * says.sigma2),
    by=[average(paired(averaging, apart_later)), passed_on, suppose(says.same_variance)(t + 1),
        suppose(says.correlation_stationary)(t)],
)
with_itself = prove(
    "the average with itself",
    ((1 - beta1**2) * Expectation(wander.norm2())).equals(
        2 * beta1 * (1 - beta1) * rho * Expectation(wander.dot(apart))
        + (1 - beta1) ** 2 * says.sigma2),
    by=[average(paired(averaging, wander_later)), average(paired(averaging, wander)),
        average(paired(averaging, apart_later)), passed_on, suppose(says.same_variance)(t + 1),
        suppose(says.wander_stationary)(t)],
)
share = 1 / ((1 - beta1) * (1 + beta1))
correlated_variance = prove(
    "the variance of an average of correlated gradients", says.correlated_variance.conclusion,
    by=[weighted(share, with_itself, signs=[below_one, one_plus]),
        weighted(2 * beta1 * rho / ((1 + beta1) * (1 - beta1 * rho)), with_gradient,
                 signs=[one_plus, damped])],
    signs=[below_one, one_plus, damped],
)

# --- a stationary world of fair signs ------------------------------------------------------------

RHO = BETA = Fraction(3, 5)
"""So that sqrt(1 - rho^2) = 4/5, and the share of the average that is not along the gradient,
beta1 sqrt((1 - rho^2) (1 - beta1)/(1 + beta1)) / (1 - beta1 rho) = 3/8, are rational."""


def stationary_signs(steps: int = 2) -> Model:
    """Return the world of gradients 2 + u, u' = rho u + fair sign times 4/5, and their average."""
    rule = Momentum(Fraction(1), BETA)

    def apart(time: int, outcome: tuple[tuple[int, int], ...]) -> Fraction:
        u = Fraction(outcome[0][0])
        for sign, _ in outcome[1:time]:
            u = RHO * u + Fraction(4, 5) * sign
        return u

    def drawn(time: int, outcome: tuple[tuple[int, int], ...]) -> object:
        return rational(2 + apart(time, outcome))

    def averaged(time: int, outcome: tuple[tuple[int, int], ...]) -> object:
        along, across = (1 - BETA) / (1 - BETA * RHO), Fraction(3, 8)
        w, m = rational(0), rational(2 + along * apart(1, outcome) + across * outcome[0][1])
        for s in range(2, time + 1):
            w, m = rule.step(w, m, lambda _, s=s: drawn(s, outcome), s)
        return m

    signs = [(Fraction(1, 4), (a, b)) for a in (-1, 1) for b in (-1, 1)]
    return Model(
        letters={"beta1": BETA, "rho": RHO, "sigma2": Fraction(1)}, vectors={"v": rational(2)},
        processes={"g": drawn, "m": averaged}, outcomes=sample_paths(signs, steps + 1),
        horizon=steps,
    )


stationary_example = example(
    says.correlated_variance, stationary_signs(),
    "gradients 2 + u, u' = 3/5 u + a fair sign times 4/5, beta1 = 3/5, started stationary",
)
