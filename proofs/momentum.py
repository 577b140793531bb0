r"""Momentum on the quadratic, proved [slide 26].

Run the package's own `Momentum` on formal vectors. The noise is orthogonal to what is known, so
the second moments D = E|W - w*|^2, C = E<W - w*, m> and M = E|m|^2 obey a linear recursion. A
combination Phi = p D + q C + r M of them falls in every step by D less the ball, exactly: if the
moments do not change, D is the ball; and summed over t, since Phi is a sum of squares below the
stability limit, the average of D is at most the ball plus Phi(0)/t. Above the limit the ball would
not be positive, but the newest noise alone makes D so. What is left compares fractions.

Long because there are twelve theorems, and a rational world for every alpha, beta1 and h.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import Any

from sgdtheory.proofs.fastest_tuning import fastest_momentum

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import (
    alpha,
    c,
    distance2,
    gradient,
    h,
    iterate,
    sample,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum, Index, Scalar, Vector
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
from sgdtheory.optimizers import Momentum
from sgdtheory.theory import momentum as says
from sgdtheory.theory.bias_correction import beta1, beta_below_one, nonnegative_beta
from sgdtheory.theory.momentum import average_at, average_size2, crossed, rate

k = Index("k")
one = one_is_positive()
alpha_positive, h_positive = suppose(a.positive_alpha), suppose(says.positive_h)
nonnegative, below_one = suppose(nonnegative_beta), suppose(beta_below_one)
below_limit = suppose(says.stable)
one_plus = prove("1 + beta1 is positive", 1 + beta1 > 0, by=[one, nonnegative])

# --- the moments after a step --------------------------------------------------------------------

error, moved = iterate(t) - w_star, iterate(t + 1) - w_star
mean_before, mean_after = average_at(t), average_at(t + 1)


def of_the_gradient(gradient_there: Vector, unbiased: Step, additive: Step,
                    curved: Step) -> list[Step]:
    """Return what is known of the averages of the gradient with error, average and itself."""
    known = (error, mean_before, gradient_there)
    fresh = [step for vector in known for step in (
        average(paired(unbiased, vector)), tower(sample(t).dot(vector), t))]
    noise = [average(additive), tower((sample(t) - gradient_there).norm2(), t)]
    return [*fresh, *noise, *(average(paired(curved, vector)) for vector in known)]


def after(
    moments: Sequence[Scalar],
    later: Sequence[Scalar],
    squares: Sequence[Sequence[Any]],
    noise: Sequence[Any],
    rules: tuple[Step, Step],
    stepped: tuple[Vector, Vector],
    facts: Sequence[Step],
) -> list[Step]:
    """Prove that each of `later` is ``squares . moments + noise sigma2``.

    `rules` say that error and average after the step are what `stepped` says.
    """
    products = (((0, moved), (0, stepped[0])), ((0, mean_after), (1, stepped[0])),
                ((1, mean_after), (1, stepped[1])))
    steps = []
    for name, value, row, share, pairs in zip(("the error", "both", "the average"), later, squares,
                                              noise, products, strict=True):
        total = sum((weight * moment for weight, moment in zip(row, moments, strict=True)),
                    share * sigma2)
        expanded = [average(paired(rules[which], vector)) for which, vector in pairs]
        steps.append(prove(f"the second moment of {name} after a step", value.equals(total),
                           by=[*expanded, *facts]))
    return steps


before = (distance2(t), crossed(t), average_size2(t))
afterwards = (distance2(t + 1), crossed(t + 1), average_size2(t + 1))
keep, pull, push = 1 - alpha * (1 - beta1) * h, (1 - beta1) * h, 1 - beta1
stepped, averaged_once = says.after_step(t)
recursion = after(
    before, afterwards,
    ((keep**2, -2 * alpha * beta1 * keep, alpha**2 * beta1**2),
     (keep * pull, beta1 * keep - alpha * beta1 * pull, -alpha * beta1**2),
     (pull**2, 2 * beta1 * pull, beta1**2)),
    (alpha**2 * push**2, -alpha * push**2, push**2),
    (suppose(says.steps_along)(t), suppose(says.averaging)(t)),
    (stepped - w_star, averaged_once),
    of_the_gradient(gradient(iterate(t)), suppose(a.unbiased)(t),
                    suppose(a.additive_noise)(t), suppose(a.quadratic)(iterate(t))),
)

# --- the combination that falls by D less the ball -----------------------------------------------

own = says.ball(alpha, beta1, sigma2, h)
room = 2 * (1 + beta1) - alpha * (1 - beta1) * h
signs = [alpha_positive, h_positive, below_one, below_limit]
undivided = (
    (1 - beta1**2 + 2 * alpha * beta1 * h) / (alpha * (1 - beta1)),
    2 * beta1 * (alpha * h - 1 - beta1) / (1 - beta1),
    alpha * beta1**2 * (1 + beta1) / (1 - beta1) / (1 - beta1),
)
p, q, r = weights = tuple(weight / (h * room) for weight in undivided)


def potential(time: Any) -> Scalar:
    """Return Phi at a time."""
    return p * distance2(time) + q * crossed(time) + r * average_size2(time)


balance = prove(
    "Phi falls by D less the ball",
    potential(t + 1).equals(potential(t) - distance2(t) + own),
    by=[weighted(weight, step, signs=signs)
        for weight, step in zip(weights, recursion, strict=True)],
    signs=signs,
)
unchanged = [suppose(each)(t) for each in says.stationary]
stationary_ball = prove(
    "the stationary ball", distance2(t).equals(own),
    by=[balance, *(weighted(weight, step, signs=signs)
                   for weight, step in zip(weights, unchanged, strict=True))],
    signs=signs,
)

# --- stationary only below the limit -------------------------------------------------------------

noise_positive = suppose(says.some_noise)
pushed = product("the newest noise is positive", alpha_positive, alpha_positive, below_one,
                 below_one, noise_positive)
rest = error - alpha * (beta1 * mean_before + (1 - beta1) * h * error)
spread = prove(
    "the newest noise spreads the iterates", distance2(t) > 0,
    by=[recursion[0], unchanged[0], pushed, average(squared("a squared norm", rest))],
)
without_room = prove(
    "the balance without a division",
    (h * room * distance2(t)).equals(alpha * sigma2 * (1 + beta1)),
    by=[weighted(weight, step, signs=[alpha_positive, below_one])
        for steps in (recursion, unchanged)
        for weight, step in zip(undivided, steps, strict=True)],
)
limit_needed = prove(
    "the room below the limit is positive", room > 0,
    by=[product("what fills it is positive", alpha_positive, noise_positive, one_plus,
                invert(h_positive), invert(spread)),
        weighted(1 / (h * distance2(t)), without_room, signs=[h_positive, spread])],
    signs=[h_positive, spread],
)
only_if_stable = prove(
    "only below the limit", says.only_if_stable.conclusion,
    by=[limit_needed], signs=[below_one, h_positive],
)

# --- the average over time -----------------------------------------------------------------------

start_weight = prove(
    "the weight of the start is positive", 1 - beta1**2 + 2 * alpha * beta1 * h > 0,
    by=[product("1 - beta1^2 > 0", below_one, one_plus),
        product("alpha beta1 h >= 0", alpha_positive, nonnegative, h_positive)],
)
over = (invert(alpha_positive), invert(below_one), invert(h_positive), invert(below_limit),
        invert(start_weight))
tilted = start_weight.statement.expression * error + alpha * beta1 * (
    alpha * h - 1 - beta1) * mean_before
phi_positive = prove(
    "Phi is a sum of squares", potential(t) >= 0,
    by=[product("the first square", average(squared("a square", tilted)), *over),
        product("the second square", average(squared("a square", alpha * beta1 * mean_before)),
                invert(below_one), invert(below_one), invert(start_weight))],
    signs=[*signs, start_weight],
)


def summed(count: Any) -> Scalar:
    """Return the sum of the squared distances before a time."""
    return FiniteSum(k, 0, count, distance2(k))


def telescoped(count: Any) -> Any:
    """State what is left when the balance is summed."""
    return summed(count).equals(count * own + potential(0) - potential(count))


telescope = induction(
    "the balance summed",
    prove("nothing summed yet", telescoped(0),
          by=[sum_rule(kernel.sum_empty, k, 0, distance2(k))], signs=signs),
    prove("one more summand", telescoped(t + 1),
          by=[balance, suppose(Assumption("induction hypothesis", telescoped(t)), nonzero=signs),
              sum_rule(kernel.sum_last, k, 0, t, distance2(k))], signs=signs),
    telescoped(t), t, signs=signs,
)
from_zero = suppose(says.averages_from_zero)
phi_at_start = prove(
    "Phi at the start", potential(0).equals(p * distance2(0)),
    by=[weighted(q, average(paired(from_zero, iterate(0) - w_star)), signs=signs),
        weighted(r, average(paired(from_zero, average_at(0))), signs=signs)],
    signs=signs,
)
averaged = prove(
    "the average over time", says.average_ball.conclusion,
    by=[telescope, phi_positive, phi_at_start],
    signs=[*signs, suppose(says.some_step)],
)

# --- the form of the steps -----------------------------------------------------------------------

newest_weight = prove_vector(
    "the newest weight", says.newest_weight.conclusion, by=[(1, suppose(says.steps_along)(t))],
)
heavy_ball = prove_vector(
    "the heavy ball", says.heavy_ball.conclusion,
    by=[(1, suppose(says.steps_along)(t + 1)), (-beta1, suppose(says.steps_along)(t)),
        (-alpha * beta1, suppose(says.averaging)(t))],
)

# --- comparing balls -----------------------------------------------------------------------------

variance = suppose(says.nonnegative_noise)
sgd_room = suppose(says.stable_sgd)
longer = product("beta1 (2 + alpha h) >= 0", nonnegative,
                 prove("2 + alpha h > 0", 2 + alpha * h > 0,
                       by=[one, product("alpha h > 0", alpha_positive, h_positive)]))
within = prove("alpha is below the limit of momentum", room > 0, by=[sgd_room, longer])
lowered = prove(
    "the ball is lowered", says.lowered.conclusion,
    by=[product("the difference", variance, nonnegative, alpha_positive, alpha_positive)],
    signs=[h_positive, sgd_room, within],
)
first_order = prove(
    "the leading term stays", says.first_order.conclusion,
    by=[product("the difference", variance, below_one, alpha_positive, alpha_positive)],
    signs=[h_positive, below_limit],
)
short = suppose(says.short_step)
sgd_short = prove("2 - alpha h > 0", 2 - alpha * h > 0, by=[short, one])
within_short = prove("alpha is below the limit of momentum", room > 0, by=[sgd_short, longer])
half_left = prove(
    "half of SGD's room", 2 * (1 + beta1) * (2 - alpha * h) - room >= 0,
    by=[product("the room that is left", one_plus, short),
        product("and what the decay leaves", alpha_positive, h_positive, below_one)],
)
at_most_half = prove(
    "half of SGD's", says.at_most_half.conclusion,
    by=[product("the difference", variance, alpha_positive, half_left)],
    signs=[h_positive, sgd_short, within_short],
)
effective_rate = prove(
    "the effective rate", says.effective_rate.conclusion, by=[],
    signs=[h_positive, below_one, one_plus, below_limit],
)

# --- at the same rate, and with the fastest tuning -----------------------------------------------

rate_positive, rate_below = suppose(says.positive_rate), suppose(says.rate_below_one)
roots, largest_root = map(suppose, says.contracts)
rate_plus = prove("1 + rate is positive", 1 + rate > 0, by=[one, rate_positive])
mixed = product("beta1 rate >= 0", nonnegative, rate_positive)
slope = ((1 + beta1) * (1 + rate) ** 3 + (1 - rate) * (1 + rate**2) * (1 - beta1))
rate_square = prove("1 + rate^2 is positive", 1 + rate**2 > 0,
                    by=[one, squared("a square", rate)])
slope_positive = prove(
    "the ball grows with alpha", slope > 0,
    by=[product("the first share", one_plus, rate_plus, rate_plus, rate_plus),
        product("the second share", rate_below, rate_square, below_one)],
)
gained = prove(
    "what the same rate costs",
    rate * (alpha * (1 - beta1) * h * (1 + beta1) * (1 + rate) ** 3
            - (1 - rate) * (1 + rate**2) * (1 - beta1) * room) >= 0,
    by=[product("no root exceeds the rate", slope_positive, largest_root),
        product("nor does their product", roots, rate_below, rate_plus,
                prove("1 + beta1 rate > 0", 1 + beta1 * rate > 0, by=[one, mixed]))],
)
same_rate = prove(
    "the same rate", says.same_rate.conclusion,
    by=[product("times the variance", variance, gained)],
    signs=[rate_positive, h_positive, below_one, below_limit, rate_plus,
           product("(1 + rate)^2 > 0", rate_plus, rate_plus),
           product("h (1 + rate) > 0", h_positive, rate_plus)],
)
rate_nonnegative = suppose(says.nonnegative_rate)
rate_plus_too = prove("1 + rate is positive", 1 + rate > 0, by=[one, rate_nonnegative])
c_positive = suppose(a.positive_c)
fast_room = prove(
    "the fastest step size is stable",
    2 * c * (1 + rate**2) - h * (1 - rate) ** 2 > 0,
    by=[suppose(says.optimal_rate.hypotheses[-1]),
        product("c (1 - rate)^2 > 0", c_positive, rate_below, rate_below)],
)
optimal_rate = prove(
    "the fastest tuning", says.optimal_rate.conclusion, by=[],
    signs=[c_positive, rate_square,
           product("1 - rate^2 > 0", rate_below, rate_plus_too),
           product("what both divide by", h_positive, rate_plus_too, fast_room)],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.newest_weight, newest_weight),
    Proof(says.heavy_ball, heavy_ball),
    Proof(says.stationary_ball, stationary_ball),
    Proof(says.only_if_stable, only_if_stable),
    Proof(says.average_ball, averaged),
    Proof(says.lowered, lowered),
    Proof(says.first_order, first_order),
    Proof(says.at_most_half, at_most_half),
    Proof(says.effective_rate, effective_rate),
    Proof(says.same_rate, same_rate),
    Proof(says.optimal_rate, optimal_rate),
    Proof(says.fastest, fastest_momentum),
)


def four_squares(value: Fraction) -> list[Fraction]:
    """Return four rational numbers whose squares add up to `value` >= 0 [Lagrange]."""
    return [Fraction(n, value.denominator)
            for n in next(_whole_squares(value.numerator * value.denominator, 4))]


def _whole_squares(n: int, count: int) -> Iterator[list[int]]:
    if count == 1:
        yield from [[isqrt(n)]] if isqrt(n) ** 2 == n else []
        return
    for largest in range(isqrt(n), isqrt(n // count) - 1, -1):
        yield from ([largest, *rest] for rest in _whole_squares(n - largest**2, count - 1))


def stationary_start(V: Fraction, C: Fraction, M: Fraction) -> tuple[Fraction, Any, Any, Any]:
    """Return a sigma2, and a start and a noise in five dimensions with the stationary moments.

    `V`, `C` and `M` are E|W - w*|^2, E<W - w*, m> and E|m|^2 for sigma2 = 1. The variance is such
    that the length of the error is rational; what is not along it is a sum of four squares.
    """
    sigma2 = Fraction(V.numerator * V.denominator)
    length = V.numerator
    across = (M - C**2 / V) * sigma2
    return (sigma2, rational(length, 0, 0, 0, 0),
            rational(C * sigma2 / length, *four_squares(across)),
            rational(0, *four_squares(sigma2)))


centre = rational(1, -2, 0, 0, 0)


def world(rule: Any, h: Fraction, moments: Sequence[Fraction], still: bool = False,
          steps: int = 2) -> Model:
    """Return the world of a rule with an average on a quadratic with noise of fair signs.

    It starts with the second moments `moments` for sigma2 = 1, or from the same point `still`,
    with the average 0.
    """
    sigma2, w0, m0, noise = stationary_start(*moments)

    def state(time: int, outcome: tuple[int, ...]) -> tuple[Any, Any]:
        w, m = centre + w0, 0 * m0 if still else m0
        for s in range(time):
            w, m = rule.step(w, m, lambda point, s=s: drawn(point, outcome[s]), s + 1)
        return w, m

    def drawn(point: Any, sign: int) -> Any:
        return h * (point - centre) + sign * noise

    return Model(
        letters={"alpha": rule.alpha, "beta1": rule.beta1, "h": h, "sigma2": sigma2},
        vectors={"w*": centre},
        maps={"grad L": lambda w: h * (w - centre)},
        processes={
            "W": lambda t, outcome: state(t, outcome)[0],
            "m": lambda t, outcome: state(t, outcome)[1],
            "g": lambda t, outcome: drawn(rule.parameters(*state(t, outcome)), outcome[t]),
        },
        outcomes=sample_paths([(Fraction(1, 2), -1), (Fraction(1, 2), 1)], steps + 1),
        points=(centre, 0 * centre, rational(1, 2, 3, 4, 5)),
        horizon=steps,
    )


def momentum_world(alpha: Any, beta1: Any, h: Any, still: bool = False) -> Model:
    """Return the world of momentum with its stationary moments, or started `still`."""
    alpha, beta1, h = map(Fraction, (alpha, beta1, h))
    room = 2 * (1 + beta1) - alpha * (1 - beta1) * h
    moments = (says.ball(alpha, beta1, Fraction(1), h), -alpha * (1 - beta1) / room,
               2 * (1 - beta1) / room)
    return world(Momentum(alpha, beta1), h, moments, still)


def numbers(**letters: Any) -> Model:
    """Return the world of these letters."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


half, tenth = Fraction(1, 2), Fraction(1, 10)
stationary = momentum_world(1, half, 1)
at_rest = "fair signs in five dimensions, started with the stationary second moments; "
lecture = momentum_world(tenth, 9 * tenth, 1)
common = {"alpha": half, "beta1": half, "sigma2": 1, "h": 1}
examples = (
    *(example(claim, stationary, at_rest + "alpha = h = 1, beta1 = 1/2")
      for claim in (says.newest_weight, says.heavy_ball, says.stationary_ball,
                    says.only_if_stable)),
    example(says.average_ball, replace(momentum_world(1, half, 1, still=True), indices={"t": 2}),
            "the same error, but m = 0 at the start; at t = 2"),
    *(example(claim, numbers(**common), "alpha = beta1 = 1/2, h = sigma2 = 1")
      for claim in (says.lowered, says.first_order, says.at_most_half, says.effective_rate)),
    example(says.same_rate, numbers(**common | {"alpha": Fraction(1, 3), "beta1": Fraction(1, 4)},
                                    rate=half), "a double root at the rate 1/2"),
    example(says.fastest, numbers(alpha=Fraction(1, 3), beta1=Fraction(1, 4), c=1, L=9, rate=half),
            "c = 1, L = 9 at alpha = 1/3, beta1 = 1/4, with double roots at both ends"),
    example(says.optimal_rate, numbers(c=1, h=2, sigma2=1, rate=half), "c = 1, L = 9, h = 2"),
)
refutations = (
    example(says.lowered_as_stated, lecture, at_rest + "alpha h = 1/10, beta1 = 9/10"),
    example(says.effective_rate_as_stated, lecture,
            at_rest + "alpha h = 1/10, beta1 = 9/10: the ball is 9.976 times the predicted one"),
)
citations = (
    Citation(says.in_keras, "Keras 3 API reference, keras.optimizers: SGD (momentum, nesterov), "
                            "RMSprop, Adagrad, Adadelta, Adam (amsgrad), Adamax, Nadam"),
)
