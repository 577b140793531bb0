r"""Balls without bounded gradients, proved: what the samples do around w* pays for the noise.

Every theorem expands the square of one step of the package's own SGD, averages it, and adds what
its hypotheses give; then the recursion is iterated and settled. With u = G(W) - G(w*), s = G(w*)
and h = W - w*: Young's inequality with a weight splits |u + s|^2; expected smoothness lets the loss
pay for |u|^2; and if every sample is strongly convex, one square more,
|(2 - alpha (L - c)) u - 2 c h - alpha (L - c) s|^2, gives the ball up to alpha = 2/L.

Long because there are nine theorems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs import rows
from sgdtheory.proofs.geometric import geometric_steps, iterated, settled
from sgdtheory.proofs.smooth_ball import expansion

from sgdtheory.elementary import geometric
from sgdtheory.evidence import Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import (
    B,
    L,
    alpha,
    c,
    distance2,
    gradient,
    iterate,
    sample,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.model import Model, orbit_model, rational
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    invert,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    suppose,
    tower,
    weighted,
)
from sgdtheory.problems import worst_case
from sgdtheory.theory import optimum_noise as says
from sgdtheory.theory.optimum_noise import (
    floor2,
    growth,
    radius,
    sample_at_minimiser,
    sigma2_low,
    sigma2_star,
    young,
)

alpha_positive, c_positive, B_positive = map(
    suppose, (a.positive_alpha, a.positive_c, a.positive_B)
)
one, ordered = one_is_positive(), suppose(a.c_at_most_L)
below_limit = suppose(a.step_below_2_over_L)
error, moved = iterate(t) - w_star, iterate(t + 1) - w_star
star, change = sample_at_minimiser(t), sample(t) - sample_at_minimiser(t)
updated = suppose(a.sgd)(t)
unbiased = suppose(a.unbiased)(t)
nonnegative = average(squared("a squared distance", error), title="a mean of squares")

# --- one step, averaged --------------------------------------------------------------------------

expanded = average(expansion)
fresh = (average(paired(unbiased, error)), tower(sample(t).dot(error), t))
steep = average(suppose(a.curvature_above)(iterate(t)))
alpha_c = product("alpha c > 0", alpha_positive, c_positive)


def every_t_and_limit(
    title: str,
    one_step: Step,
    sequence: Any,
    bound: Any,
    limit: Any,
    noise: Any,
    factor: Step,
    shrinks: Step,
    signs: Sequence[Step],
    floor: Step = nonnegative,
) -> tuple[Step, Step]:
    """Iterate ``sequence(t + 1) <= q sequence(t) + noise`` for every t, and let t grow.

    `factor` says ``q >= 0`` and `shrinks` ``1 - q > 0``, in the form in which `bound` has q.
    """
    every_t = iterated(title, one_step, sequence, bound, factor, noise, signs)
    q = factor.statement.expression
    ball = settled(f"{title}, settled", every_t, sequence, limit, q, noise, (factor, shrinks),
                   floor, [*signs, shrinks])
    return every_t, ball


# --- a second moment that grows with the distance ------------------------------------------------

q = 1 - 2 * alpha * c + alpha**2 * growth
affine_step = prove(
    "one step, growing moment",
    distance2(t + 1) <= q * distance2(t) + alpha**2 * floor2,
    by=[expanded, *fresh, steep, average(suppose(says.affine_moment)(t)),
        tower(sample(t).norm2(), t)],
    signs=[alpha_positive],
)
affine_every_t, affine_ball = every_t_and_limit(
    "growing moment",
    affine_step,
    distance2,
    lambda time: says.affine_distance2(time, distance2(0), alpha, floor2, growth, c),
    says.affine_radius2(alpha, floor2, growth, c),
    alpha**2 * floor2,
    prove("q is nonnegative", q >= 0,
          by=[squared("a square", 1 - alpha * c),
              product("alpha^2 times", alpha_positive, alpha_positive,
                      suppose(says.growth_at_least_c2))]),
    prove("q is below 1", 1 - q > 0,
          by=[product("alpha times", alpha_positive, suppose(says.affine_limit))]),
    [suppose(says.affine_limit), alpha_positive],
)

# --- convex smooth samples: Young's inequality with a weight -------------------------------------

weight_positive, room = suppose(says.positive_young), suppose(says.young_limit)
one_plus_weight = prove("1 + the weight is positive", 1 + young > 0, by=[one, weight_positive])
at_optimum = suppose(says.optimum_moment, nonzero=[B_positive])(t)
star_fresh = (average(paired(suppose(says.optimum_unbiased)(t), error)),
              tower(star.dot(error), t))
q = 1 - alpha * c * (2 - alpha * (1 + young) * L)
young_noise = alpha**2 * (1 + 1 / young) * sigma2_star / B
young_step = prove(
    "one step, convex smooth samples",
    distance2(t + 1) <= q * distance2(t) + young_noise,
    by=[expanded, *fresh, *star_fresh, steep, at_optimum,
        average(suppose(says.smooth_samples)(t)),
        average(squared("Young's inequality", young * change - star))],
    signs=[alpha_positive, weight_positive, one_plus_weight, room, B_positive],
)
young_every_t, young_ball = every_t_and_limit(
    "convex smooth samples",
    young_step,
    distance2,
    lambda time: says.young_distance2(time, distance2(0), alpha, young, sigma2_star, B, c, L),
    says.young_radius2(alpha, young, sigma2_star, B, c, L),
    young_noise,
    prove("q is nonnegative", q >= 0,
          by=[squared("a square", 1 - alpha * c),
              product("L for c", alpha_positive, alpha_positive, c_positive, ordered),
              product("the weight's share", alpha_positive, alpha_positive, c_positive,
                      weight_positive, prove("L is positive", L > 0, by=[ordered, c_positive]))]),
    prove("q is below 1", 1 - q > 0,
          by=[product("times the room", alpha_positive, c_positive, room)]),
    [room, alpha_positive, c_positive, weight_positive, B_positive],
)

# --- expected smoothness: the loss pays for the noise --------------------------------------------

from_minimum = suppose(says.strongly_convex_at_minimiser)(iterate(t))
lowest = suppose(says.minimum)(iterate(t))
q = 1 - alpha * c
gower_noise = 2 * alpha**2 * (sigma2_star / B)
gower_step = prove(
    "one step, expected smoothness",
    distance2(t + 1) <= q * distance2(t) + gower_noise,
    by=[expanded, *fresh, average(from_minimum), average(suppose(says.expected_smooth)(t)),
        tower(change.norm2(), t), at_optimum, average(lowest),
        average(squared("twice the two squares", change - star))],
    signs=[alpha_positive, suppose(says.gower_limit), B_positive],
)
gower_room = product("alpha L >= alpha c", alpha_positive, ordered)
_, gower_ball = every_t_and_limit(
    "expected smoothness",
    gower_step,
    distance2,
    lambda time: q**time * distance2(0) + gower_noise * geometric(1 - q, time),
    says.gower_radius2(alpha, sigma2_star, B, c, L),
    gower_noise,
    prove("q is nonnegative", q >= 0,
          by=[suppose(says.gower_limit), gower_room, alpha_c]),
    prove("q is below 1", 1 - q > 0, by=[alpha_c]),
    [alpha_positive, c_positive, B_positive],
)

# --- Lipschitz samples: a moment that grows by 2 L^2 ---------------------------------------------

q = 1 - 2 * alpha * c + alpha**2 * (2 * L**2)
lipschitz_noise = alpha**2 * (2 * sigma2_star / B)
lipschitz_step = prove(
    "one step, Lipschitz samples",
    distance2(t + 1) <= q * distance2(t) + lipschitz_noise,
    by=[expanded, *fresh, steep, average(suppose(says.lipschitz_samples)(t)),
        tower(change.norm2(), t), at_optimum,
        average(squared("twice the two squares", change - star))],
    signs=[alpha_positive, B_positive],
)
lipschitz_room = suppose(says.lipschitz_limit)
L_above = product("L^2 >= c^2", ordered, prove("L + c is positive", L + c > 0,
                                               by=[ordered, c_positive]))
_, bach_moulines_ball = every_t_and_limit(
    "Lipschitz samples",
    lipschitz_step,
    distance2,
    lambda time: q**time * distance2(0) + lipschitz_noise * geometric(1 - q, time),
    says.affine_radius2(alpha, 2 * sigma2_star / B, 2 * L**2, c),
    lipschitz_noise,
    prove("q is nonnegative", q >= 0,
          by=[squared("a square", 1 - alpha * c), squared("another square", alpha * L),
              product("L for c", alpha_positive, alpha_positive, L_above)]),
    prove("q is below 1", 1 - q > 0,
          by=[product("times the room", alpha_positive, lipschitz_room)]),
    [prove("2c - 2 alpha L^2 is positive", 2 * c - alpha * (2 * L**2) > 0, by=[lipschitz_room]),
     alpha_positive, B_positive],
)

# --- strongly convex smooth samples: up to alpha = 2/L -------------------------------------------

spread, below_two = suppose(says.c_below_L), 2 - alpha * (L - c)
below_positive = prove("2 - alpha (L - c) is positive", below_two > 0, by=[below_limit, alpha_c])
L_positive = prove("L is positive", L > 0, by=[spread, c_positive])
q = ((L - c) * (2 - alpha * L) + 2 * c * (1 - alpha * L) ** 2) / (L * below_two)
optimum_noise = 2 * alpha**2 * sigma2_star / B / below_two
optimum_step = prove(
    "one step, strongly convex samples",
    distance2(t + 1) <= q * distance2(t) + optimum_noise,
    by=[expanded, *star_fresh, at_optimum, average(suppose(says.between_samples)(t)),
        average(squared("the square that is left",
                        below_two * change - 2 * c * error - alpha * (L - c) * star))],
    signs=[alpha_positive, spread, below_positive, L_positive, B_positive],
)
inverse_below, inverse_L = invert(below_positive), invert(L_positive)
optimum_every_t, optimum_ball = every_t_and_limit(
    "strongly convex samples",
    optimum_step,
    distance2,
    lambda time: says.optimum_distance2(time, distance2(0), alpha, sigma2_star, B, c, L),
    says.optimum_radius2(alpha, sigma2_star, B, c, L),
    optimum_noise,
    prove("q is nonnegative", q >= 0,
          by=[product("the first share", spread, below_limit, inverse_L, inverse_below),
              product("the second share", squared("a square", 1 - alpha * L), c_positive,
                      inverse_L, inverse_below)],
          signs=[below_positive, L_positive]),
    prove("q is below 1", 1 - q > 0,
          by=[product("times the room", alpha_positive, c_positive, below_limit, inverse_below)],
          signs=[below_positive, L_positive]),
    [below_positive, L_positive, below_limit, alpha_positive, c_positive, B_positive],
)

# --- the loss, without convexity -----------------------------------------------------------------

at_iterate, gap = iterate(t), says.gap
noise_bound = suppose(a.bounded_variance, nonzero=[B_positive])(t)
downhill = suppose(says.smooth_loss)(iterate(t), iterate(t + 1))
moved_by = iterate(t + 1) - iterate(t)
slope = gradient(at_iterate)
q = 1 - alpha * c * (2 - alpha * L)
gap_noise = alpha**2 * L * sigma2 / (2 * B)
L_positive = prove("L is positive", L > 0, by=[ordered, c_positive])
gap_step = prove(
    "one step of the loss",
    gap(t + 1) <= q * gap(t) + gap_noise,
    by=[average(downhill),
        average(paired(updated, slope)), average(paired(updated, moved_by)),
        average(paired(updated, sample(t))),
        average(paired(unbiased, slope)), tower(sample(t).dot(slope), t),
        average(noise_bound), tower(sample(t).norm2(), t),
        average(suppose(says.polyak)(at_iterate))],
    signs=[alpha_positive, L_positive, below_limit, B_positive],
)
gap_every_t, gap_limit = every_t_and_limit(
    "the loss",
    gap_step,
    gap,
    lambda time: says.loss_gap(time, gap(0), alpha, sigma2, B, c, L),
    says.loss_gap_limit(alpha, sigma2, B, c, L),
    gap_noise,
    prove("q is nonnegative", q >= 0,
          by=[squared("a square", 1 - alpha * c),
              product("L for c", alpha_positive, alpha_positive, c_positive, ordered)]),
    prove("q is below 1", 1 - q > 0,
          by=[product("times the room", alpha_positive, c_positive, below_limit)]),
    [below_limit, alpha_positive, c_positive, B_positive],
    average(lowest),
)

# --- two runs on the same samples ----------------------------------------------------------------

apart = iterate(t) - says.other_iterate(t)
apart_later = iterate(t + 1) - says.other_iterate(t + 1)
difference = sample(t) - says.other_sample(t)
other_updated = suppose(says.other_sgd)(t)
same = suppose(says.same_samples)(t)
toward = average(paired(unbiased, apart))
other_toward = average(paired(suppose(says.other_unbiased)(t), apart))
q = 1 - alpha * c * (2 - alpha * L)
coupled_square = prove(
    "the square of the distance of two runs, expanded",
    apart_later.norm2().equals(
        apart.norm2() - 2 * alpha * apart.dot(difference) + alpha**2 * difference.norm2()
    ),
    by=[paired(updated, apart_later), paired(updated, apart - alpha * difference),
        paired(other_updated, apart_later), paired(other_updated, apart - alpha * difference)],
)
coupled_step = prove(
    "one step of two runs",
    says.apart2(t + 1) <= q * says.apart2(t),
    by=[average(coupled_square), average(same), toward, tower(sample(t).dot(apart), t),
        other_toward, tower(says.other_sample(t).dot(apart), t),
        average(suppose(says.monotone)(iterate(t), says.other_iterate(t)))],
    signs=[alpha_positive, below_limit],
)
coupling_claim = says.runs_meet.conclusion
runs_meet = induction(
    "two runs",
    prove("the start", says.apart2(0) <= says.coupling2(0, says.apart2(0), alpha, c, L), by=[]),
    prove(
        "the next time",
        says.apart2(t + 1) <= says.coupling2(t + 1, says.apart2(0), alpha, c, L),
        by=[coupled_step,
            product("the hypothesis, contracted",
                    prove("q is nonnegative", q >= 0,
                          by=[squared("a square", 1 - alpha * c),
                              product("L for c", alpha_positive, alpha_positive, c_positive,
                                      ordered)]),
                    suppose(Assumption("induction hypothesis", coupling_claim)))],
    ),
    coupling_claim,
    t,
)

# --- a ball from below ---------------------------------------------------------------------------

q = (1 - alpha * L) ** 2
flat = suppose(a.curvature_below)(at_iterate)
lower_step = prove(
    "one step from below",
    distance2(t + 1) >= q * distance2(t) + alpha**2 * (sigma2_low / B),
    by=[expanded, *fresh, average(flat),
        average(suppose(says.some_noise, nonzero=[B_positive])(t)), tower(sample(t).norm2(), t),
        average(paired(unbiased, slope)), tower(sample(t).dot(slope), t),
        average(squared("a square", slope - L * error))],
    signs=[alpha_positive, suppose(says.small_curvature_step), B_positive],
)


def lower_at(time: Any) -> Any:
    """Return the lower bound at a time."""
    return says.lower_distance2(time, distance2(0), alpha, sigma2_low, B, L)


empty, further = geometric_steps(q)
lower_claim = distance2(t) >= lower_at(t)
lower_every_t = induction(
    "from below, every t",
    prove("the start", distance2(0) >= lower_at(0),
          by=[weighted(alpha**2 * sigma2_low / B, empty, signs=[B_positive])],
          signs=[B_positive]),
    prove(
        "the next time",
        distance2(t + 1) >= lower_at(t + 1),
        by=[lower_step,
            product("the hypothesis, contracted", squared("a square", 1 - alpha * L),
                    suppose(Assumption("induction hypothesis", lower_claim),
                            nonzero=[B_positive])),
            weighted(alpha**2 * sigma2_low / B, further, signs=[B_positive])],
        signs=[B_positive],
    ),
    lower_claim,
    t,
)

# --- a ball that no iterate leaves ---------------------------------------------------------------

centre, at_centre = says.centre, says.sample_at_centre(t)
away, away_later = iterate(t) - centre, iterate(t + 1) - centre
change_away = sample(t) - at_centre
short, under_c = suppose(says.short_step), suppose(says.below_inverse_c)
pushed = prove(
    "the push at the centre",
    (away - alpha * change_away).norm2() <= (1 - alpha * c) ** 2 * away.norm2(),
    by=[suppose(says.between_at_centre)(t),
        product("the short step", alpha_positive, short, suppose(says.monotone_at_centre)(t))],
    signs=[alpha_positive],
)
invariant_claim = says.ball_is_invariant.conclusion
stays = prove(
    "the next iterate",
    away_later.norm2() <= radius**2,
    by=[paired(updated, away_later), paired(updated, away - alpha * sample(t)),
        pushed, suppose(says.small_at_centre)(t),
        squared("the two parts", alpha * c * (away - alpha * change_away)
                + (1 - alpha * c) * alpha * at_centre),
        suppose(Assumption("induction hypothesis", invariant_claim))],
    signs=[alpha_positive, c_positive, under_c],
)
invariant = induction("the ball", suppose(says.starts_in_ball), stays, invariant_claim, t)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.affine_every_t, affine_every_t),
    Proof(says.affine_ball, affine_ball),
    Proof(says.young_every_t, young_every_t),
    Proof(says.young_ball, young_ball),
    Proof(says.bach_moulines_ball, bach_moulines_ball),
    Proof(says.gower_ball, gower_ball),
    Proof(says.optimum_every_t, optimum_every_t),
    Proof(says.optimum_ball, optimum_ball),
    Proof(says.gap_every_t, gap_every_t),
    Proof(says.gap_limit, gap_limit),
    Proof(says.runs_meet, runs_meet),
    Proof(says.ball_from_below, lower_every_t),
    Proof(says.ball_is_invariant, invariant),
)

grid = tuple(Fraction(j, 2) for j in range(-4, 5))
line = {"right": (0, 1), "left": (0, 1), "low": -2, "high": 2, "minimiser": 0, "c": 1, "L": 1,
        "mu2": 4, "sigma": 1}


def world(alpha: Fraction, start: Fraction, **letters: Any) -> Model:
    """Return SGD on w^2/2 with noise of sign 1."""
    instance = worst_case.Line(**line, alpha=alpha, start=start, why="w^2/2 with signs")
    constants = {"L": 1, "sigma2_star": 1, "sigma2_low": 1, **letters}
    return orbit_model(instance, 3, points=grid, period=1, letters=constants)


def two_runs(model: Model, other: Model) -> Model:
    """Return the world of two runs that see the same draws."""
    runs = {**model.processes, "V": other.processes["W"], "h": other.processes["g"]}
    return replace(model, processes=runs)


def resting_at_edge() -> Model:
    """Return (w - 1)^2/2 without noise, which rests at 1, the edge of the ball around z = 0."""
    shifted = {**line, "right": (-1, 1), "left": (-1, 1), "sigma": 0, "minimiser": 1}
    instance = worst_case.Line(**shifted, alpha=Fraction(2, 5), start=1, why="(w - 1)^2/2")
    model = orbit_model(instance, 3, points=grid, letters={"L": 2, "radius": 1})
    return replace(model, vectors={**model.vectors, "z": rational(0)},
                   processes={**model.processes, "gz": lambda t, outcome: rational(-1)})


def mirror_world(c: Fraction) -> Model:
    """Return SGD on two mirrored samples of curvatures 1 and 3, with `c` for the letter c."""
    mirror = worst_case.mirrored(c=1, L=3, s=1)
    letters = {"c": c, "L": mirror.steep, "sigma2_star": mirror.sigma2_star}
    return orbit_model(mirror, 3, points=grid, period=1, letters=letters)


two_fifths, half, third = Fraction(2, 5), Fraction(1, 2), Fraction(1, 3)
of_rows = {"floor2": third, "growth": third, "young": Fraction(1)}


def on_rows(alpha: Fraction, start: Any) -> Model:
    """Return SGD on rows of curvature 0 and 1, whose mean is c = 1/3."""
    model = rows.world(rows.gaussian, alpha, start, period=1)
    return replace(model, letters={**model.letters, **of_rows})


moving, resting = on_rows(two_fifths, 2), on_rows(two_fifths, half)
level = world(two_fifths, half, L=2)
few_rows = "rows of curvature 0 and 1, c = 1/3, alpha = 2/5"
stays = f"{few_rows}, started at 1/2: E w^2 stays 1/4"
mirrors = "mirrored samples of curvatures 1 and 3, alpha = 1/2: |W_t| stays s/c = 1"
examples = (
    example(says.affine_every_t, moving, f"{few_rows}, from 2"),
    *(example(claim, resting, stays)
      for claim in (says.affine_ball, says.young_ball, says.gower_ball)),
    example(says.young_every_t, moving, f"{few_rows}, from 2"),
    example(says.bach_moulines_ball, on_rows(Fraction(1, 5), third),
            "rows of curvature 0 and 1, alpha = 1/5, started at 1/3: E w^2 stays 1/9"),
    *(example(claim, level, "w^2/2 with noise of sign 1 as one of L = 2, alpha = 2/5")
      for claim in (says.gap_every_t, says.gap_limit)),
    example(says.ball_from_below, world(two_fifths, Fraction(2)), "w^2/2 with signs, from 2"),
    *(example(claim, mirror_world(Fraction(1)), mirrors)
      for claim in (says.optimum_every_t, says.optimum_ball)),
    example(says.runs_meet, two_runs(moving, on_rows(two_fifths, -1)), f"{few_rows}, from 2, -1"),
    example(says.ball_is_invariant, resting_at_edge(), "(w - 1)^2/2, L = 2, resting at the edge 1"),
)
refutations = (
    example(says.optimum_ball_as_stated, mirror_world(Fraction(2)),
            f"{mirrors}; with c = 2, of their mean, the ball would be 1/2"),
)
