r"""Adadelta, proved and refuted [slide 32].

One coordinate is enough. With the squared change u, (s + eps) u = (D + eps) g^2, no root is left,
and all goes by induction: s_t >= (1 - beta2) g_t^2 bounds u by (D + eps)/(1 - beta2), and so D by
a geometric sum; on a constant gradient D obeys a linear recursion, whose factor tells how long it
takes, or that the scaled D has no rest; in other units all averages scale. The misprint falls by
exact runs of the printed rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.geometric import geometric_steps

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic.assumptions import t
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Scalar, Statement
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
from sgdtheory.optimizers import Adadelta, AdadeltaAsStated
from sgdtheory.theory import adadelta as says
from sgdtheory.theory.adadelta import (
    alpha0,
    beta2,
    c,
    change2_at,
    changes_at,
    eps,
    first,
    later,
    newest,
    r,
    sequence,
    square_at,
)

averaging, starts = suppose(says.square_averaging), suppose(says.square_starts)
changing, no_changes = suppose(says.changing), suppose(says.changes_starts)
D_averaging, scaled_averaging = suppose(says.changes_averaging), suppose(says.scaled_averaging)
nonnegative, below_one = suppose(says.nonnegative_beta2), suppose(says.beta2_below_one)
eps_positive, constant = suppose(says.positive_eps), suppose(says.constant)
g2 = squared("a square", newest)
u, D = change2_at(later), changes_at(t)


def assumed(claim: Statement, signs: list[Step] | tuple[Step, ...] = ()) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), divisors(claim.expression, signs))


# --- signs ----------------------------------------------------------------------------------------


def average_nonnegative(name: Callable[[Any], Scalar], start: Step, step: Step,
                        number: Callable[[Step], list[Step]]) -> Step:
    """Prove that an average is not negative; `number` says so of what it averages."""
    claim = name(t) >= 0
    return induction(
        "an average of squares", prove("at the start", name(0) >= 0, by=[start]),
        prove("one more", name(later) >= 0,
              by=[step, product("times beta2", nonnegative, assumed(claim)),
                  *number(assumed(claim))]), claim, t)


s_nonnegative = average_nonnegative(square_at, starts, averaging(t),
                                    lambda _: [product("the newest", below_one, g2)])
s_later = s_nonnegative.for_all(t)(later)
below = prove("s + eps is positive", square_at(later) + eps > 0, by=[s_later, eps_positive])


def newest_change(D_nonnegative: Step) -> list[Step]:
    """Prove that the newest change adds to D, which was not negative."""
    above = prove("D + eps", changes_at(t) + eps >= 0, by=[D_nonnegative, eps_positive])
    change = prove("u is not negative", u >= 0,
                   by=[product("a quotient", above, g2, invert(below)),
                       weighted(1 / (square_at(later) + eps), changing(t), signs=[below])],
                   signs=[below])
    return [product("the newest change", below_one, change)]


D_nonnegative = average_nonnegative(changes_at, no_changes, D_averaging(t), newest_change)

# --- bounds ---------------------------------------------------------------------------------------

over = 1 / (square_at(later) + eps)
bounded_change = prove(
    "s_t is at least (1 - beta2) g_t^2", says.bounded_change.conclusion,
    by=[product("the older squares", D_nonnegative, nonnegative, s_nonnegative, invert(below)),
        product("of eps too", eps_positive, nonnegative, s_nonnegative, invert(below)),
        product("and eps", D_nonnegative, eps_positive, invert(below)),
        product("of eps too", eps_positive, eps_positive, invert(below)),
        weighted(over * (1 - beta2), changing(t), signs=[below]),
        weighted(over * (D + eps), averaging(t), signs=[below])], signs=[below])
empty, further = geometric_steps(1 + beta2)


def powers(time: Any) -> Scalar:
    """Return the bound of D."""
    return says.changes_bound(time, beta2, eps)


within = says.bounded_changes.conclusion
longer = prove("1 + beta2 is positive", 1 + beta2 > 0, by=[one_is_positive(), nonnegative])
bounded_changes = induction(
    "D at most doubles, plus eps",
    prove("at the start", changes_at(0) <= powers(0), by=[no_changes, weighted(eps, empty)]),
    prove("one step later", changes_at(later) <= powers(later),
          by=[D_averaging(t), bounded_change, weighted(eps, further),
              product("the older bound", longer, assumed(within))]),
    within, t)

# --- the effective learning rate ------------------------------------------------------------------

r_positive = suppose(says.positive_root)
unit = alpha0**2 * newest**2 / r / r
rate = prove(
    "the squared step", says.rate.conclusion,
    by=[weighted(unit * (says.newest_square() + eps), suppose(says.first_root),
                 signs=[r_positive]),
        weighted(unit * (D + eps), suppose(says.second_root), signs=[r_positive])],
    signs=[r_positive])
s1 = prove("the first average", square_at(1).equals((1 - beta2) * first**2),
           by=[averaging(0), weighted(beta2, starts)])
first_below = prove("(1 - beta2) g^2 + eps is positive", (1 - beta2) * first**2 + eps > 0,
                    by=[eps_positive, product("a square", below_one, squared("a square", first))])
over_first = alpha0**2 / ((1 - beta2) * first**2 + eps)
first_step = prove(
    "the first step", says.first_step.conclusion,
    by=[weighted(over_first, changing(0), signs=[first_below]),
        weighted(over_first * change2_at(1), s1, signs=[first_below]),
        weighted(over_first * first**2, no_changes, signs=[first_below])], signs=[first_below])
a2, g1 = squared("a square", alpha0), squared("a square", first)
first_at_most = prove(
    "at most", says.first_at_most.conclusion,
    by=[product("what eps takes", a2, eps_positive, eps_positive, invert(first_below))],
    signs=[first_below])
first_at_least = prove(
    "at least", says.first_at_least.conclusion,
    by=[product("a second order in eps", a2, eps_positive, eps_positive, eps_positive,
                invert(first_below))], signs=[first_below])
settled, at_rest = suppose(says.settled_square), suppose(says.settled_changes)
full = prove("g^2 + eps is positive", first**2 + eps > 0, by=[g1, eps_positive])
one_size = weighted(newest + first, constant(t))
settled_change = prove(
    "a squared change", u.equals((D + eps) * first**2 / (first**2 + eps)),
    by=[weighted(1 / (first**2 + eps), changing(t), signs=[full]),
        weighted(u / (first**2 + eps), settled(later), signs=[full]),
        weighted((D + eps) / (first**2 + eps) * (newest + first), constant(t), signs=[full])],
    signs=[full])
nearer = prove(
    "one step nearer", (first**2 - changes_at(later)).equals(
        (1 - 1 / says.settling_time(beta2, eps, first**2)) * (first**2 - D)),
    by=[D_averaging(t), weighted(1 - beta2, settled_change, signs=[full])],
    signs=[full, eps_positive, below_one])
factor = 1 - 1 / says.settling_time(beta2, eps, first**2)
nearing = says.settling.conclusion
slow_signs = [full, eps_positive, below_one]
settling = induction(
    "D nears g^2",
    prove("at the start", (first**2 - changes_at(0)).equals(
        factor**0 * (first**2 - changes_at(0))), by=[], signs=slow_signs),
    prove("one step later", (first**2 - changes_at(later)).equals(
        factor**later * (first**2 - changes_at(0))),
        by=[nearer, weighted(factor, assumed(nearing, slow_signs), signs=slow_signs)],
        signs=slow_signs),
    nearing, t, signs=slow_signs)

# --- the factor alpha0 ----------------------------------------------------------------------------

restless = (first**2 + eps) / ((1 - beta2) * eps)
unscaled_settles = prove(
    "D rests at g^2", says.unscaled_settles.conclusion,
    by=[weighted(restless, D_averaging(t), signs=slow_signs),
        weighted(restless, at_rest, signs=slow_signs),
        weighted(restless * (1 - beta2), settled_change, signs=slow_signs)], signs=slow_signs)
gap = suppose(says.below_largest)
scaled_signs = [full, gap, below_one]
scaled_rest = (first**2 + eps) / ((1 - beta2) * (first**2 + eps - alpha0**2 * first**2))
scaled_settles = prove(
    "the scaled D rests elsewhere", says.scaled_settles.conclusion,
    by=[weighted(scaled_rest, scaled_averaging(t), signs=scaled_signs),
        weighted(scaled_rest, at_rest, signs=scaled_signs),
        weighted(scaled_rest * (1 - beta2) * alpha0**2, settled_change, signs=scaled_signs)],
    signs=scaled_signs)
large = suppose(says.from_largest)
size_claim = first**2 - square_at(t) >= 0
not_above = induction(
    "s is at most g^2", prove("at the start", first**2 - square_at(0) >= 0, by=[starts, g1]),
    prove("one square more", first**2 - square_at(later) >= 0,
          by=[averaging(t), product("times beta2", nonnegative, assumed(size_claim)),
              weighted(1 - beta2, one_size)]), size_claim, t).for_all(t)(later)
growing = says.scaled_overflows.conclusion


def next_growth() -> Step:
    """Prove that the scaled D gains (1 - beta2) eps in a step, at least."""
    supposed = assumed(growing)
    natural = product("what it gained", below_one, eps_positive, is_natural(t))
    above = prove("D + eps is positive", D + eps > 0, by=[supposed, natural, eps_positive])
    grown = prove(
        "alpha0^2 u is at least D + eps", alpha0**2 * u - D - eps >= 0,
        by=[product("a large factor", above, large, invert(below)),
            product("a small s", above, not_above, invert(below)),
            weighted(over * alpha0**2, changing(t), signs=[below]),
            weighted(over * alpha0**2 * (D + eps) * (newest + first), constant(t), signs=[below])],
        signs=[below])
    return prove("one step later", changes_at(later) >= (1 - beta2) * eps * later,
                 by=[scaled_averaging(t), supposed, product("the step", below_one, grown)])


scaled_overflows = induction(
    "the scaled D grows",
    prove("at the start", changes_at(0) >= (1 - beta2) * eps * 0, by=[no_changes]),
    next_growth(), growing, t)

# --- scales ---------------------------------------------------------------------------------------

eps_zero, s_positive = suppose(says.no_eps), suppose(says.defined)(t)
frozen_claim = changes_at(t).equals(0)


def no_change(D_zero: Step) -> Step:
    """Prove that nothing changes where D and eps are 0."""
    over_s = 1 / square_at(later)
    return prove(
        "u is 0", u.equals(0),
        by=[weighted(over_s, changing(t), signs=[s_positive]),
            weighted(over_s * newest**2, D_zero, signs=[s_positive]),
            weighted(over_s * (u - newest**2), eps_zero, signs=[s_positive])],
        signs=[s_positive])


D_zero = induction(
    "D stays 0", prove("at the start", changes_at(0).equals(0), by=[no_changes]),
    prove("one step later", changes_at(later).equals(0),
          by=[D_averaging(t), weighted(beta2, assumed(frozen_claim)),
              weighted(1 - beta2, no_change(assumed(frozen_claim)))]), frozen_claim, t)
frozen = no_change(D_zero)

other_s, other_D = sequence("s'", t), sequence("D'", t)
other_g, other_u = sequence("g'", later), sequence("u'", later)
gradients = suppose(says.other_gradients)(t)
squares_meet = weighted(c * other_g + newest, gradients)


def squares_scaled() -> Step:
    """Prove that c^2 s' is s."""
    claim = (c**2 * other_s).equals(square_at(t))
    return induction(
        "s scales", prove("at the start", (c**2 * sequence("s'", 0)).equals(square_at(0)),
                          by=[weighted(c**2, suppose(says.other_start)), starts]),
        prove("one square more", (c**2 * sequence("s'", later)).equals(square_at(later)),
              by=[weighted(c**2, suppose(says.other_squares)(t)), averaging(t),
                  weighted(beta2, assumed(claim)), weighted(1 - beta2, squares_meet)]), claim, t)


s_scaled = squares_scaled().for_all(t)(later)
two_eps, other_change = suppose(says.two_eps)(t), suppose(says.other_change)(t)


def changes_scaled(D_scaled: Step) -> Step:
    """Prove that u' is c^2 u where D' is c^2 D."""
    return prove(
        "u scales", other_u.equals(c**2 * u),
        by=[weighted(over, other_change, signs=[below]),
            weighted(over * other_u, s_scaled, signs=[below]),
            weighted(over * c**2, two_eps, signs=[below]),
            weighted(over * c**2 * other_g**2, D_scaled, signs=[below]),
            weighted(over * c**2 * (D + says.eps_x) * (c * other_g + newest), gradients,
                     signs=[below])],
        signs=[below])


D_claim = other_D.equals(c**2 * D)
D_scaled = induction(
    "D scales",
    prove("at the start", sequence("D'", 0).equals(c**2 * changes_at(0)),
          by=[suppose(says.other_changes_start), weighted(c**2, no_changes)]),
    prove("one step later", sequence("D'", later).equals(c**2 * changes_at(later)),
          by=[suppose(says.other_averaging)(t), weighted(c**2, D_averaging(t)),
              weighted(beta2, assumed(D_claim)),
              weighted(1 - beta2, changes_scaled(assumed(D_claim)))]), D_claim, t)
covariant = changes_scaled(D_scaled)

# --- evidence -------------------------------------------------------------------------------------

proofs = (
    Proof(says.scaled_settles, scaled_settles),
    Proof(says.unscaled_settles, unscaled_settles),
    Proof(says.scaled_overflows, scaled_overflows),
    Proof(says.rate, rate),
    Proof(says.first_step, first_step),
    Proof(says.first_at_most, first_at_most),
    Proof(says.first_at_least, first_at_least),
    Proof(says.settling, settling),
    Proof(says.frozen, frozen),
    Proof(says.covariant, covariant),
    Proof(says.bounded_change, bounded_change),
    Proof(says.bounded_changes, bounded_changes),
)


def world(gradients: tuple[Any, ...], beta2: Any = Fraction(1, 2), eps: Any = 1, alpha0: Any = 1,
          scaled: bool = False, settled: bool = False, start: Any = 0, scale: Any = 1) -> Model:
    """Return the world of `Adadelta` told by its squares, which need no root.

    `settled` starts s at the square of the first gradient; `start` is D at time 0. The other run
    has parameters `scale` times as large, and an eps for each average.
    """
    g, beta2, eps, alpha0, c = [Fraction(0), *map(Fraction, gradients)], *map(
        Fraction, (beta2, eps, alpha0, scale))
    factor = alpha0**2 if scaled else Fraction(1)
    here = run_of(g, beta2, eps, eps, factor, (g[1] ** 2 if settled else Fraction(0),
                                               Fraction(start)))
    there = run_of([x / c for x in g], beta2, eps / c**2, c**2 * eps, factor, (Fraction(0),) * 2)
    numbers = here | {f"{name}'": values for name, values in there.items()}
    fields = {name: lambda point, values=values: values[int(point[0])]
              for name, values in numbers.items()}
    return Model(letters={"beta2": beta2, "eps": eps, "eps_x": eps, "alpha0": alpha0, "c": c},
                 vectors={"e": rational(1)}, fields=fields, horizon=len(gradients))


def run_of(g: list[Any], beta2: Any, eps: Any, eps_x: Any, factor: Any,
           start: tuple[Any, Any]) -> dict[str, list[Any]]:
    """Return the gradients g, their mean squares s, the squared changes u and their average D."""
    s, D = start
    rows = [(s, D, Fraction(0))]
    for newer in g[1:]:
        s = beta2 * s + (1 - beta2) * newer**2
        u = (D + eps_x) * newer**2 / (s + eps)
        D = beta2 * D + (1 - beta2) * factor * u
        rows.append((s, D, u))
    return dict(zip("gsDu", (g, *map(list, zip(*rows, strict=True))), strict=True))


def rooted_step(beta2: Any, eps: Any, gradient: Any) -> Model:
    """Return the world of one step of the package's `Adadelta` whose roots are rational."""
    rule = Adadelta(Fraction(2), Fraction(beta2), Fraction(eps))
    moved, _ = rule.step(Fraction(0), rule.init(Fraction(0)), lambda _: Fraction(gradient), 1)
    p = Fraction(3)
    model = world((gradient,), beta2, eps, alpha0=2)
    root = -rule.alpha0 * p * gradient / moved
    return replace(model, indices={"t": 0}, fields={
        **model.fields, "p": lambda _: p, "r": lambda _: root})


def displaced(rule: Any, start: Fraction, steps: int) -> Fraction:
    """Return how far a rule goes with the gradient 4 in every step."""
    w, state = start, rule.init(start)
    for time in range(1, steps + 1):
        w, state = rule.step(w, state, lambda _: Fraction(4), time)
    return start - w


F = Fraction
wild = world((2, -1, 5, 0, 3), eps=F(1, 3))
on_wild = "the gradients 2, -1, 5, 0, 3, beta2 = 1/2, eps = 1/3"
resting = {"settled": True, "eps": 1}
printed = AdadeltaAsStated(F(1), F(0), F(9))
rule_itself = Adadelta(F(1), F(0), F(9))
examples = (
    example(says.scaled_settles, world((2, 2, 2), alpha0=F(1, 2), scaled=True, start=F(1, 4),
                                       **resting), "g = 2, alpha0 = 1/2: D rests at 1/4, not 4"),
    example(says.unscaled_settles, world((2, 2, 2), alpha0=F(1, 2), start=4, **resting),
            "g = 2, alpha0 = 1/2: D rests at 4"),
    example(says.scaled_overflows, world((2, 2, 2, 2), alpha0=F(3, 2), scaled=True, eps=5),
            "g = 2, alpha0 = 3/2, eps = 5: the least factor from which D grows"),
    example(says.rate, rooted_step(0, 9, 4), "g = 4, beta2 = 0, eps = 9, alpha0 = 2"),
    example(says.first_step, wild, on_wild),
    *(example(claim, wild, on_wild) for claim in (
        says.first_at_most, says.first_at_least, says.bounded_change, says.bounded_changes)),
    example(says.settling, world((2, 2, 2, 2), **resting), "g = 2, eps = 1, beta2 = 1/2"),
    example(says.frozen, world((2, -1, 5), eps=0), "the gradients 2, -1, 5, eps = 0"),
    example(says.covariant, world((2, -1, 5), scale=3), "the gradients 2, -1, 5, and a third"),
)
near, far = (displaced(printed, start, 2) for start in (F(12, 5), F(32, 5)))
small, large_step = (displaced(Adadelta(F(1), F(0), e), F(0), 1) for e in (F(0), F(9)))
one_eps, _ = rule_itself.step(F(0), (F(0), F(0)), lambda _: F(9, 4), 1)
refutations = (
    Example(says.printed_as_stated, near - far,
            "beta2 = 0, eps = 9, the gradient 4 twice: from 12/5 it goes 24/5, from 32/5 it goes "
            "32/5; the corrected rule goes equally far"),
    Example(says.automatic_as_stated, small - large_step,
            "beta2 = 0, the gradient 4: the first step is 12/5 for eps = 9, and 0 for eps = 0"),
    Example(says.one_eps_as_stated, -one_eps - F(16, 9) * large_step,
            "parameters 16/9 as large, so gradients 9/4 for 4, beta2 = 0, eps = 9: the first step "
            "is 9/5, not 64/15"),
)
citations = (
    Citation(says.printed_order, "Zeiler 2012, Algorithm 1, steps 4-7"),
    Citation(says.usual_factor, "Zeiler 2012; the sources of PyTorch (1.0), Keras (0.001) and "
             "Optax (None, see its issue 1242)"),
)
