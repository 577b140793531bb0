r"""Exponentially weighted averages and bias correction, proved [slides 26-27].

Run the package's own `Momentum` step on formal vectors: every statement on m_t is an induction on
that recursion, for symbolic t and in any dimension. The first term of the sum splits off and the
rest shifts, which is the recursion again; dividing by 1 - beta1^t, which is positive for t >= 1 and
0 <= beta1 < 1, corrects weights, mean and variance. Long because there are seventeen theorems (one
more, on correlated gradients, has its own module).
"""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.proofs.correlated_gradients import correlated_variance, stationary_example
from sgdtheory.proofs.geometric import geometric_closed_form

from sgdtheory.evidence import Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, FiniteSum, Index, Scalar, Statement
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    invert,
    one_is_positive,
    paired,
    product,
    prove,
    prove_vector,
    squared,
    sum_rule,
    suppose,
    tower,
    weighted,
)
from sgdtheory.optimizers import Momentum, iterates
from sgdtheory.theory import bias_correction as says
from sgdtheory.theory.bias_correction import (
    average_at,
    beta1,
    drift,
    gradient_at,
    later,
    mean,
    sigma2,
    t,
    undamped_at,
    weighted_sum,
)

k = Index("k")
one = one_is_positive()
averaging, zero = suppose(says.averaging), suppose(says.starts_at_zero)
nonnegative, below_one = suppose(says.nonnegative_beta), suppose(says.beta_below_one)
one_plus = prove("1 + beta1 is positive", 1 + beta1 > 0, by=[one, nonnegative])


def assumed(claim: Statement, *nonzero: Step) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), nonzero)


# --- the closed form of the average --------------------------------------------------------------

ahead = beta1**k * gradient_at(t + 1 - k)
closed = says.closed_form.conclusion
no_gradients = sum_rule(kernel.sum_empty, k, 0, beta1**k * gradient_at(0 - k))
closed_form = induction(
    "the closed form",
    prove_vector(
        "no gradients yet",
        average_at(0).equals(weighted_sum(0)),
        by=[(1, zero), (beta1 - 1, no_gradients)],
    ),
    prove_vector(
        "one more gradient",
        average_at(t + 1).equals(weighted_sum(t + 1)),
        by=[
            (1, averaging(t)),
            (beta1, assumed(closed)),
            (beta1 - 1, sum_rule(kernel.sum_first, k, 0, t, ahead)),
            (beta1 - 1, sum_rule(kernel.sum_shift, k, 0, t, ahead)),
        ],
    ),
    closed,
    t,
)

# --- the first averages, step by step ------------------------------------------------------------

fifth_average = prove_vector(
    "the fifth average",
    says.fifth_average.conclusion,
    by=[*((beta1 ** (4 - s), averaging(s)) for s in range(5)), (beta1**5, zero)],
)
printed_averaging = suppose(says.printed_averaging)
first_average = prove_vector(
    "the first average", says.first_average.conclusion,
    by=[(1, printed_averaging(0)), (Fraction(9, 10), zero)],
)
second_average = prove_vector(
    "the second average", says.second_average.conclusion,
    by=[(1, printed_averaging(1)), (Fraction(9, 10), first_average)],
)

# --- sums of the weights -------------------------------------------------------------------------

weights_total = prove(
    "the total weight", says.weights_total.conclusion, by=[geometric_closed_form(beta1)]
)
one_minus_square = product("1 - beta1^2", below_one, one_plus)
weights_squared = prove(
    "the squared weights",
    says.weights_squared.conclusion,
    by=[
        weighted(
            (1 - beta1) / (1 + beta1), geometric_closed_form(beta1**2), signs=[one_plus]
        )
    ],
    signs=[one_plus],
)


def ages(time: object) -> Scalar:
    """Return the sum of the ages, weighted."""
    return FiniteSum(k, 0, time, k * ((1 - beta1) * beta1**k))


def age_at(time: object) -> Scalar:
    """Return its closed form."""
    return beta1 * (1 - beta1**time) / (1 - beta1) - time * beta1**time


age_claim = ages(t).equals(age_at(t))
weights_age = induction(
    "the mean age",
    prove(
        "no ages yet",
        ages(0).equals(beta1 * (1 - beta1**0) / (1 - beta1) - 0 * beta1**0),
        by=[sum_rule(kernel.sum_empty, k, 0, k * ((1 - beta1) * beta1**k))],
        signs=[below_one],
    ),
    prove(
        "one age more",
        ages(t + 1).equals(age_at(t + 1)),
        by=[
            assumed(age_claim, below_one),
            sum_rule(kernel.sum_last, k, 0, t, k * ((1 - beta1) * beta1**k)),
        ],
        signs=[below_one],
    ),
    age_claim,
    t,
)

# --- 1 - beta1^t is positive from t = 1 on -------------------------------------------------------

power_nonnegative = induction(
    "powers are nonnegative",
    prove("1 is nonnegative", beta1**0 >= 0, by=[one]),
    prove(
        "one factor more",
        beta1 ** (k + 1) >= 0,
        by=[product("times beta1", nonnegative, assumed(beta1**k >= 0))],
    ),
    beta1**k >= 0,
    k,
)
total_claim = 1 - beta1**later > 0
total_positive = induction(
    "the total weight is positive",
    prove("at t = 1", 1 - beta1 ** (0 + 1) > 0, by=[below_one]),
    prove(
        "one step later",
        1 - beta1 ** (later + 1) > 0,
        by=[below_one, product("times beta1", nonnegative, assumed(total_claim))],
    ),
    total_claim,
    t,
)
over_total = 1 / (1 - beta1**later)

# --- means ---------------------------------------------------------------------------------------


def mean_of_average(
    title: str, gradient_mean: Step, claim: Statement, at: object, *signs: Step
) -> Step:
    """Prove a closed form of ``E m_t`` by induction, from the mean of the next gradient."""
    start = prove_vector(f"{title}: the start", at(0), by=[(1, average(zero))], signs=signs)
    nxt = prove_vector(
        f"{title}: the next time",
        at(t + 1),
        by=[
            (1, average(averaging(t))),
            (beta1, assumed(claim, *signs)),
            (1 - beta1, gradient_mean),
        ],
        signs=signs,
    )
    return induction(title, start, nxt, claim, t)


mean_shrinks = mean_of_average(
    "the mean of the average",
    suppose(says.constant_mean)(t),
    says.mean_shrinks.conclusion,
    lambda time: Expectation(average_at(time)).equals((1 - beta1**time) * mean),
)
unbiased = prove_vector(
    "the corrected average is unbiased",
    says.unbiased.conclusion,
    by=[(over_total, mean_shrinks.for_all(t)(later))],
    signs=[total_positive],
)
trailing = beta1 / (1 - beta1)


def drifted(time: object) -> Statement:
    """State the mean of the average at a time when the mean gradient drifts."""
    moved = (time - trailing * (1 - beta1**time)) * drift
    return Expectation(average_at(time)).equals((1 - beta1**time) * mean + moved)


mean_drifts = mean_of_average(
    "the mean of the average under drift",
    suppose(says.drifting_mean)(t),
    drifted(t),
    drifted,
    below_one,
)
trails = prove_vector(
    "the corrected average trails",
    says.trails.conclusion,
    by=[(over_total, mean_drifts.for_all(t)(later))],
    signs=[total_positive, below_one],
)

# --- variances -----------------------------------------------------------------------------------

fresh, same_variance = suppose(says.fresh)(t), suppose(says.same_variance)(t)
wander = average_at(t) - (1 - beta1**t) * mean
wander_later = average_at(later) - (1 - beta1**later) * mean
surprise = gradient_at(later) - mean
crossed = prove(
    "the surprise is orthogonal to the past",
    Expectation(wander.dot(surprise)).equals(0),
    by=[average(paired(fresh, wander)), tower(wander.dot(surprise), t)],
)
grown = prove(
    "the variance grows",
    Expectation(wander_later.norm2()).equals(
        beta1**2 * Expectation(wander.norm2()) + (1 - beta1) ** 2 * sigma2
    ),
    by=[
        average(
            prove(
                "the square expanded",
                wander_later.norm2().equals(
                    beta1**2 * wander.norm2()
                    + 2 * beta1 * (1 - beta1) * wander.dot(surprise)
                    + (1 - beta1) ** 2 * surprise.norm2()
                ),
                by=[
                    paired(averaging(t), wander_later),
                    paired(averaging(t), beta1 * wander + (1 - beta1) * surprise),
                ],
            )
        ),
        crossed,
        same_variance,
    ],
)


def variance_at(time: object) -> Scalar:
    """Return the variance of the average in closed form."""
    return sigma2 * ((1 - beta1) / (1 + beta1) * (1 - beta1 ** (2 * time)))


start_wander = average_at(0) - (1 - beta1**0) * mean
variance_claim = says.variance_shrinks.conclusion
variance_shrinks = induction(
    "the variance of the average",
    prove(
        "no variance at the start",
        Expectation(start_wander.norm2()).equals(
            sigma2 * ((1 - beta1) / (1 + beta1) * (1 - beta1 ** (2 * Index("t") * 0)))
        ),
        by=[average(paired(zero, average_at(0)))],
        signs=[one_plus],
    ),
    prove(
        "the next time",
        Expectation(wander_later.norm2()).equals(variance_at(later)),
        by=[grown, weighted(beta1**2, assumed(variance_claim, one_plus), signs=[one_plus])],
        signs=[one_plus],
    ),
    variance_claim,
    t,
)
variance_corrected = prove(
    "the variance of the corrected average",
    says.variance_corrected.conclusion,
    by=[
        weighted(
            over_total**2,
            variance_shrinks.for_all(t)(later),
            signs=[total_positive, one_plus],
        )
    ],
    signs=[total_positive, one_plus],
)

# --- the corrected weights -----------------------------------------------------------------------

convex_combination = prove(
    "the corrected weights add up to 1",
    says.convex_combination.conclusion,
    by=[
        weighted(
            over_total, geometric_closed_form(beta1).for_all(t)(later), signs=[total_positive]
        )
    ],
    signs=[total_positive],
)
weights_nonnegative = prove(
    "the corrected weights are nonnegative",
    says.weights_nonnegative.conclusion,
    by=[product("a weight", below_one, power_nonnegative, invert(total_positive))],
    signs=[total_positive],
)
effective_rate = prove(
    "the newest weight", says.effective_rate.conclusion, by=[], signs=[total_positive]
)

# --- the average that starts at the first gradient -----------------------------------------------

undamped_claim = says.undamped_first_step.conclusion
undamped = induction(
    "the undamped average",
    prove_vector(
        "the first gradient",
        undamped_at(0 + 1).equals(average_at(0 + 1) + beta1 ** (0 + 1) * gradient_at(1)),
        by=[(1, suppose(says.undamped_start)), (-1, averaging(0)), (-beta1, zero)],
    ),
    prove_vector(
        "the next gradient",
        undamped_at(t + 2).equals(average_at(t + 2) + beta1 ** (t + 2) * gradient_at(1)),
        by=[
            (1, suppose(says.undamped_averaging)(t)),
            (-1, averaging(t + 1)),
            (beta1, assumed(undamped_claim)),
        ],
    ),
    undamped_claim,
    t,
)

# --- the best decay under a drift ----------------------------------------------------------------

beta = says.other_beta
other_nonnegative, other_below_one = suppose(says.other_nonnegative), suppose(says.other_below_one)
one_plus_other = prove("1 + beta is positive", 1 + beta > 0, by=[one, other_nonnegative])
distance = squared("the distance of the two decays", beta - beta1)
drift_square = squared("the squared drift", drift)
cubed = (1 - beta1) * (1 - beta1) * (1 - beta1)
under, under_other = invert(below_one), invert(other_below_one)
over = (under, under, under, under_other, under_other, invert(one_plus_other))
best_beta = prove(
    "the balanced decay is the best",
    says.best_beta.conclusion,
    by=[
        weighted(
            ((1 - beta) / (1 + beta) - (1 - beta1) / (1 + beta1)) / cubed,
            suppose(says.balanced), signs=[below_one, one_plus, one_plus_other],
        ),
        product("with the weight 4", drift_square, distance, other_below_one, nonnegative, *over),
        product("with the weight 2", drift_square, distance, below_one, other_nonnegative, *over),
        product("with the weight 1", drift_square, distance, other_below_one, below_one, *over),
    ],
    signs=[below_one, other_below_one, one_plus, one_plus_other],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.closed_form, closed_form),
    Proof(says.fifth_average, fifth_average),
    Proof(says.first_average, first_average),
    Proof(says.second_average, second_average),
    Proof(says.weights_total, weights_total),
    Proof(says.weights_squared, weights_squared),
    Proof(says.weights_age, weights_age),
    Proof(says.mean_shrinks, mean_shrinks),
    Proof(says.variance_shrinks, variance_shrinks),
    Proof(says.correlated_variance, correlated_variance),
    Proof(says.convex_combination, convex_combination),
    Proof(says.weights_nonnegative, weights_nonnegative),
    Proof(says.unbiased, unbiased),
    Proof(says.trails, trails),
    Proof(says.best_beta, best_beta),
    Proof(says.variance_corrected, variance_corrected),
    Proof(says.effective_rate, effective_rate),
    Proof(says.undamped_first_step, undamped),
)

half = Fraction(1, 2)


def world(slope: int = 0, beta1: Fraction = half, steps: int = 3) -> Model:
    """Return the world in which gradients are fair signs around ``2 + slope * time``."""
    rule = Momentum(Fraction(1), beta1)

    def drawn(time: int, outcome: tuple[int, ...]) -> object:
        return rational(2 + slope * time + outcome[time - 1])

    def averaged(time: int, outcome: tuple[int, ...]) -> object:
        w = m = rational(0)
        for s in range(1, time + 1):
            w, m = rule.step(w, m, lambda _, s=s: drawn(s, outcome), s)
        return m

    def undamped_average(time: int, outcome: tuple[int, ...]) -> object:
        u = drawn(1, outcome)
        for s in range(2, time + 1):
            u = beta1 * u + (1 - beta1) * drawn(s, outcome)
        return u

    return Model(
        letters={"beta1": beta1, "sigma2": Fraction(1)},
        vectors={"v": rational(2), "b": rational(slope)},
        processes={"g": drawn, "m": averaged, "u": undamped_average},
        outcomes=sample_paths([(half, -1), (half, 1)], steps + 1),
        horizon=steps,
    )


fair_signs = "fair signs around 2, beta1 = 1/2, every path of 4 draws"
elsewhere = {
    says.fifth_average: (world(steps=5), "fair signs around 2, every path of 5 draws"),
    says.first_average: (world(beta1=Fraction(9, 10)), "fair signs around 2, every path"),
    says.second_average: (world(beta1=Fraction(9, 10)), "fair signs around 2, every path"),
    says.trails: (world(slope=1), "fair signs around 2 + t, beta1 = 1/2, every path of 4 draws"),
    says.best_beta: (
        Model(letters={"beta1": half, "beta": half / 2, "sigma2": Fraction(9)},
              vectors={"b": rational(1)}),
        "sigma2 = 9 |b|^2, beta1 = 1/2 against beta = 1/4",
    ),
}
examples = (stationary_example, *(
    example(proof.claim, *elsewhere.get(proof.claim, (world(), fair_signs))) for proof in proofs
    if proof.claim is not says.correlated_variance
))


def gradient_weights(beta: Fraction, time: int) -> list[Fraction]:
    """Return the weights of g_1 .. g_time in m_time, by running the rule on unit gradients."""
    weights = []
    for s in range(1, time + 1):
        rule = Momentum(Fraction(1), beta)
        path = iterates(rule, rational(0), lambda _, t, s=s: rational(int(t == s)), time)
        moved = [path[i] - path[i + 1] for i in range(time)]
        weights.append(moved[-1][0])
    return weights
