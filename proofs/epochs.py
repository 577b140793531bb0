r"""Epochs, proved and refuted [slide 24].

Beside the iterate runs its shadow w* - alpha (xi_0 + ... + xi_(i-1)), which takes the gradients of
the same components at w*. They add up to 0, so at the end of the epoch the shadow is back at w*. On
the way it is a bridge: the sum of i draws without replacement has the second moment
sigma2 i (n-i)/(n-1). A step with a c-strongly convex and L-smooth component contracts the distance
from iterate to shadow by 1 - alpha c, but for alpha L times the squared distance from the shadow to
w*; summed over the epoch, that is the noise.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from typing import Any

from sgdtheory.proofs import geometric
from sgdtheory.proofs import minibatch as draws

from sgdtheory.evidence import Example, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import L, alpha, c, gradient, loss, sigma2, t, w_star, x, y
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, Index, scalar
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    one_is_positive,
    paired,
    product,
    prove,
    prove_vector,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.optimizers import SGD
from sgdtheory.problems import epochs as instances
from sgdtheory.problems.line import mean_square
from sgdtheory.theory import epochs as says
from sgdtheory.theory import noise_ball
from sgdtheory.theory.epochs import bend, q, shadow_error
from sgdtheory.theory.minibatch import deviation, partial_sum, size, total

m = Index("m")
one = one_is_positive()
alpha_positive, c_positive = suppose(a.positive_alpha), suppose(a.positive_c)
ordered, short = suppose(a.c_at_most_L), suppose(says.short_enough)
L_positive = prove("L is positive", L > 0, by=[c_positive, ordered])

# --- the bridge ----------------------------------------------------------------------------------

bridge = prove(
    "the sum of B of n draws",
    says.bridge.conclusion,
    by=[draws.sums_of_pairs(size, where=[draws.fits]), draws.nothing_left],
    signs=[draws.several, draws.total_positive],
)

# --- every draw is unbiased at a fixed point -----------------------------------------------------

alike = suppose(says.same_mean)
sums_alike = Expectation(partial_sum(m)).equals(m * says.common)
below = prove("m is below n", total - 1 - m >= 0, by=[draws.next_fits])
sums = induction(
    "means add",
    prove_vector("no mean", Expectation(partial_sum(0)).equals(0 * says.common),
                 by=[(1, average(sum_rule(kernel.sum_empty, draws.i, 0, deviation(draws.i))))]
                 ).where(total - 0),
    prove_vector(
        "one more mean",
        Expectation(partial_sum(m + 1)).equals((m + 1) * says.common),
        by=[
            (1, average(draws.last_added(m))),
            (1, suppose(Assumption("induction hypothesis", sums_alike.where(total - m)))(
                where=[draws.fits_before])),
            (1, alike(m, where=[below])),
        ],
    ).where(total - (m + 1)),
    sums_alike.where(total - m),
    m,
).for_all(m)
fixed_point = prove_vector(
    "the common mean is 0",
    Expectation(deviation(draws.i)).equals(0),
    by=[
        (1, alike(draws.i, where=[suppose(Assumption("i is below n", total - 1 - draws.i >= 0))])),
        (-1 / scalar(total), sums(total, where=[draws.all_fit])),
        (1 / scalar(total), average(draws.cancels)),
    ],
    signs=[draws.total_positive],
).where(total - 1 - draws.i).for_all(draws.i)

# --- a component at three points -----------------------------------------------------------------

convex, smooth = suppose(says.component_convex), suppose(says.component_smooth)
turn = gradient(x) - gradient(w_star)
lower_point = x - turn / L


def at(step: Step, point: Any, base: Any) -> Step:
    """Instantiate an inequality of the component at two points that may divide by L."""
    values = dict(zip((bound for bound, _ in step.statement.bound), (point, base), strict=True))
    theorem = kernel.instantiate(step.theorem, values, (), [L_positive.theorem])
    return Step(step.title, theorem, "[[0]], at the lowest point of the parabola",
                (step, L_positive), taken=True)


cocoercive = prove(
    "a convex component lies above its tangent by the square of what the gradient turns",
    loss(x) >= loss(w_star) + gradient(w_star).dot(x - w_star) + turn.norm2() / (2 * L),
    by=[
        at(convex, lower_point, w_star),
        at(smooth, lower_point, x),
        product("convexity", c_positive,
                squared("a square", lower_point - w_star, signs=[L_positive])),
    ],
    signs=[L_positive],
)
three_points = prove(
    "the three points",
    says.three_points.conclusion.expression >= 0,
    by=[convex(y, x), smooth(y, w_star), cocoercive],
    signs=[L_positive],
).for_all(x, y)

# --- one step beside the shadow ------------------------------------------------------------------

updated, added = suppose(a.sgd), draws.last_added(m)
turned = shadow_error(m) - alpha * bend(m)
shifted = prove_vector(
    "one step of both",
    shadow_error(m + 1).equals(turned),
    by=[(1, updated(m)), (alpha, added)],
)
inner_step = prove(
    "one step beside the shadow",
    shadow_error(m + 1).norm2()
    <= q * shadow_error(m).norm2() + alpha**3 * L * partial_sum(m).norm2(),
    by=[
        paired(shifted, shadow_error(m + 1)),
        paired(shifted, turned),
        suppose(says.components)(m, where=[draws.below_total]),
        product("a short step", short, squared("a square", bend(m))),
    ],
    signs=[alpha_positive, L_positive],
)

# --- an epoch ------------------------------------------------------------------------------------


def beside(time: Any) -> Any:
    """Return ``E|iterate - shadow|^2``."""
    return Expectation(shadow_error(time).norm2())


def noise_so_far(time: Any) -> Any:
    """Return ``(n-1) c^3`` times the noise of the first steps of an epoch.

    The noise solves ``S' = q S + alpha^3 L sigma2 i (n-i)/(n-1)``.
    """
    u = alpha * c
    settled = (1 - total) * u - 2
    walked = (total * u**2 + 2 * u) * time - u**2 * time**2 + settled * (1 - q**time)
    return L * sigma2 * walked


def after(time: Any) -> Any:
    """State the bound in the course of an epoch, free of denominators."""
    scale = (total - 1) * c**3
    return scale * beside(time) <= scale * q**time * beside(0) + noise_so_far(time)


signs = [draws.several, draws.total_positive, alpha_positive, c_positive, L_positive]
steady = prove("1 - alpha c is nonnegative", q >= 0,
               by=[short, product("alpha (L - c)", alpha_positive, ordered)])
walk = prove(
    "the second moment of the walk",
    Expectation(partial_sum(m).norm2()).equals(sigma2 * m * (total - m) / (total - 1)),
    by=[draws.sums_of_pairs(m, where=[draws.fits_before]), draws.nothing_left],
    signs=signs,
)
in_the_mean = prove(
    "one step beside the shadow, in the mean",
    beside(m + 1) <= q * beside(m) + alpha**3 * L * sigma2 * m * (total - m) / (total - 1),
    by=[average(inner_step), walk],
    signs=[product("alpha^3 L", alpha_positive, alpha_positive, alpha_positive, L_positive),
           *signs],
)
course = induction(
    "in the course of an epoch",
    prove("the start", after(0), by=[], signs=signs).where(total - 0),
    prove(
        "one step further",
        after(m + 1),
        by=[
            in_the_mean,
            product("the hypothesis, contracted", steady,
                    suppose(Assumption("induction hypothesis", after(m).where(total - m)))(
                        where=[draws.fits_before])),
        ],
        signs=signs,
    ).where(total - (m + 1)),
    after(m).where(total - m),
    m,
).for_all(m)
empty = sum_rule(kernel.sum_empty, draws.i, 0, deviation(draws.i))


def together(time: Any, gone: Step) -> Step:
    """Prove that the shadow is at w* at an end of the epoch, where `gone` says that the sum is."""
    error = a.iterate(time) - w_star
    return prove(
        "the shadow is at w*",
        beside(time).equals(a.distance2(time)),
        by=[average(paired(gone, error)), average(paired(gone, shadow_error(time)))],
    )


one_epoch = prove(
    "one epoch",
    says.one_epoch.conclusion,
    by=[course(total, where=[draws.all_fit]), weighted(q**total, together(0, empty)),
        together(total, draws.cancels)],
    signs=signs,
)

# --- epoch after epoch ---------------------------------------------------------------------------

contracted = q**total
powers = induction(
    "a power is nonnegative",
    prove("the first power", q**scalar(0) >= 0, by=[one]),
    prove("the next power", q ** (m + 1) >= 0,
          by=[product("times the factor", steady,
                      suppose(Assumption("induction hypothesis", q**m >= 0)))]),
    q**m >= 0,
    m,
).for_all(m)(total)
noise = says.epoch_noise(alpha, sigma2, total, c, L)
reshuffled = geometric.iterated(
    "every epoch",
    suppose(says.each_epoch, nonzero=signs)(t),
    says.epoch_distance2,
    lambda time: says.reshuffled2(time, says.epoch_distance2(0), alpha, sigma2, total, c, L),
    powers,
    noise,
    signs,
)

powers_below = induction(
    "a power is at most 1",
    prove("the first power", 1 - q**scalar(0) >= 0, by=[]),
    prove("the next power", 1 - q ** (m + 1) >= 0, by=[
        product("times the factor", steady,
                suppose(Assumption("induction hypothesis", 1 - q**m >= 0))),
        product("alpha c", alpha_positive, c_positive)]),
    1 - q**m >= 0,
    m,
).for_all(m)
shrinks = induction(
    "a power is at most its base",
    prove("no power", 1 - q**scalar(0) - alpha * c >= 0, by=[
        product("what is false", alpha_positive, c_positive,
                suppose(Assumption("0 is at least 1", scalar(0) - 1 >= 0)))]).where(scalar(0) - 1),
    prove("the next power", 1 - q ** (m + 1) - alpha * c >= 0, by=[
        product("times the factor", steady, powers_below(m))]).where(m + 1 - 1),
    (1 - q**m - alpha * c >= 0).where(m - 1),
    m,
).for_all(m)
at_least_one = prove("n is at least 1", total - 1 >= 0, by=[draws.several])
some_decay = product("alpha c", alpha_positive, c_positive)
gap = prove("an epoch contracts", 1 - q**total > 0,
            by=[shrinks(total, where=[at_least_one]), some_decay])
above = prove("and not through 0", 1 + q**total > 0, by=[one, powers])
ball = geometric.settled(
    "the ball of the epochs",
    reshuffled,
    says.epoch_distance2,
    says.reshuffled_radius2(alpha, sigma2, total, c, L),
    contracted,
    noise,
    (above, gap),
    average(squared("a squared distance", says.end_of_epoch(t) - w_star)),
    [*signs, gap],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.fixed_point, fixed_point),
    Proof(says.bridge, bridge),
    Proof(says.three_points, three_points),
    Proof(says.one_epoch, one_epoch),
    Proof(says.reshuffled, reshuffled),
    Proof(says.ball, ball),
)


def shuffled_world(targets: tuple[int, ...], step_size: Fraction, from_: int) -> Model:
    """Return one epoch over ``(w - a)^2/2`` for the targets a in every order, by the package's SGD.

    Here c = L = 1, and sigma2 is the variance of the targets. V is W after epochs in one order.
    """
    n, centre = len(targets), Fraction(sum(targets), len(targets))
    variance = sum((target - centre) ** 2 for target in targets) / n

    def orbit(time: int, order: tuple[int, ...]) -> Any:
        w = rational(from_)
        for target in (order * time)[:time]:
            w, _ = SGD(step_size).step(w, None, lambda w, a=target: w - a, 1)
        return w

    return Model(
        letters={"alpha": step_size, "c": Fraction(1), "L": Fraction(1), "sigma2": variance,
                 "chi": -variance / (n - 1)},
        vectors={"w*": rational(centre), "m": rational(0)},
        fields={"L": lambda w: Fraction(w[0] - centre) ** 2 / 2},
        maps={"grad L": lambda w: w - centre},
        processes={"W": orbit, "g": lambda i, order: orbit(i, order) - order[i],
                   "xi": lambda i, order: rational(centre - order[i]),
                   "V": lambda e, order: orbit(n * e, order)},
        indices={"n": n, "B": 2, "t": 3},
        outcomes=tuple((Fraction(1, len(orders)), order) for orders in
                       [tuple(permutations(targets))] for order in orders),
        points=tuple(rational(Fraction(k, 2)) for k in range(-2, 5)),
        horizon=n,
    )


def wider(model: Model, c: Fraction, L: int) -> Model:
    """Return the world as one of components whose curvatures lie between `c` and `L`."""
    return replace(model, letters={**model.letters, "c": c, "L": Fraction(L)})


half = Fraction(1, 2)
two = wider(shuffled_world((0, 1), Fraction(1), 2), half, 1)
three = wider(shuffled_world((0, 1, 5), half, 1), half, 2)
waves, parity, clipped = instances.waves(), instances.parity(), instances.clipped()
pass_over, reused = instances.sorted_targets(10, Fraction(1, 20)), Fraction(1, 100)
examples = (
    example(says.reshuffled, two, "two targets, alpha = 1/L, c = 1/2: the last target remains"),
    example(says.ball, replace(two, start=1, period=1), "two targets, alpha = 1/L, c = 1/2"),
    example(says.one_epoch, two, "two targets, alpha = 1/L, c = 1/2"),
    example(says.one_epoch, three, "three targets, alpha = 1/L = 1/2, c = 1/2"),
    example(says.fixed_point, three, "three targets"),
    example(says.bridge, three, "two of three targets, in all six orders"),
    example(says.three_points, three, "a parabola"),
    Example(
        says.same_theory_as_stated,
        noise_ball.distance2(2, Fraction(0), waves.alpha, waves.sigma2, Fraction(1), waves.mu2,
                             waves.c) - mean_square(waves, instances.shuffled_law(waves, 1)),
        "w^2/2 plus or minus a sine: 9/16 after one reshuffled epoch, the bound is 25/64",
    ),
    Example(
        says.same_theory_as_stated,
        noise_ball.radius2(parity.alpha, parity.sigma2, Fraction(1), parity.mu2, parity.c)
        - mean_square(parity, instances.shuffled_law(parity, 9)),
        "w^2/2 with signs: 3/5 (1 - 16^-9) after nine reshuffled epochs, the ball is 1/2",
    ),
    Example(
        says.same_theory_as_stated,
        noise_ball.radius2(pass_over.alpha, pass_over.sigma2, Fraction(1), pass_over.mu2,
                           pass_over.c) - instances.after_cycles(pass_over, 20) ** 2,
        "twenty sorted targets, alpha = 1/20: the distance at the end of a cyclic epoch",
    ),
    Example(
        says.same_theory_as_stated,
        reused - instances.reused_sample2(1000, 10, reused),
        "ten fair signs used again and again: the population's minimiser stays 1/10 away",
    ),
    Example(
        says.always_better_as_stated,
        Fraction(26, 9) - mean_square(clipped, instances.shuffled_law(clipped, 3)),
        "three convex components, alpha = 1/L: 3 after an epoch, 26/9 in the long run if fresh",
    ),
)
