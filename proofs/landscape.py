"""Landscapes, proved: who fits every example, what leaves a saddle, what descent keeps [13].

The gradient of one unit is a combination of the inputs. If one of them is independent of the
others, some v sees it alone: paired with v, the gradient is what this example misses times its
slope, and no slope is 0. Out of a saddle of the linear network leads the singular value that was
left out. Along v that no input sees the fit stays, the risk is the square of the step, and
gradient descent never moves. The rest is counted: intervals certify critical points, elimination
in fractions their index.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import comb, prod
from typing import Any

import numpy as np

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Statement
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    Step,
    by_cases,
    induction,
    maximum_is,
    paired,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.networks.copies import Unit, copies, normal_form
from sgdtheory.networks.exact import ExactNet
from sgdtheory.networks.factors import classes, critical_pair, gradient, hessian, inversions
from sgdtheory.networks.inertia import Inertia, inertia
from sgdtheory.networks.isolated import isolated_minimum
from sgdtheory.networks.neuron import CriticalPoints, critical_points, geometric_inputs, on_axes
from sgdtheory.theory import landscape as says
from sgdtheory.theory.landscape import iterate, t, v

LABEL, RATIO = 0.75, 10.0

# --- independent inputs --------------------------------------------------------------------------

increasing = suppose(says.increasing)
stationary = suppose(says.stationary)
seen_alone = prove(
    "what v sees of the gradient", ((says.value - says.label) * says.steep).equals(0),
    by=[paired(stationary, v), weighted((says.value - says.label) * says.steep,
                                        suppose(says.dual_one)), suppose(says.dual_others)],
)
no_spurious = prove(
    "the example is fitted", says.no_spurious.conclusion,
    by=[weighted(1 / says.steep, seen_alone, signs=[increasing])], signs=[increasing],
)

# --- out of a saddle -----------------------------------------------------------------------------

escape = prove(
    "down along the value left out", says.escape.conclusion,
    by=[product("times h^2", suppose(says.some_step), suppose(says.short_step))],
)

# --- copies and interpolation --------------------------------------------------------------------

flip = prove("two signs", says.flip.conclusion,
             by=[weighted(says.outer, suppose(says.odd))])
scales = suppose(says.scales)


def rescaled_unit(sign: Statement) -> Step:
    """Prove that a rescaled ReLU is the same, for one sign of its argument."""
    known = suppose(Assumption("the sign of z", sign))
    up = sign.expression == says.pre
    moved = product("the sign stays", scales, known)
    inner, outer = ((maximum_is(moved, says.far * says.pre, 0), maximum_is(known, says.pre, 0))
                    if up else (maximum_is(moved, 0, says.far * says.pre),
                                maximum_is(known, 0, says.pre)))
    return prove("a rescaled unit", says.symmetry_relu.conclusion, signs=[scales],
                 by=[weighted(says.outer / says.far, inner, signs=[scales]),
                     weighted(says.outer, outer)])


symmetry_relu = by_cases("a rescaled unit", rescaled_unit(says.pre >= 0),
                         rescaled_unit(says.pre <= 0), says.pre)
unseen = suppose(says.unseen)
same_fit = prove("the fit stays", says.same_fit.conclusion, by=[weighted(says.far, unseen)])
any_risk = prove("the risk of a step", says.any_risk.conclusion, by=[])
least_norm = prove("Pythagoras", says.least_norm.conclusion,
                   by=[suppose(says.unseen_by_weights), squared("|v|^2", v)])


def unmoved(time: Any) -> Any:
    """State that v does not see the weights after so many steps."""
    return iterate(time).dot(v).equals(0)


def supposed(claim: Any) -> Step:
    """Suppose what an induction may."""
    return suppose(Assumption("induction hypothesis", claim))


descent_chooses = induction(
    "never along v",
    prove("at the start", unmoved(0), by=[paired(suppose(says.from_zero), v)]),
    prove("after one step more", unmoved(t + 1),
          by=[paired(suppose(says.descends)(t), v), supposed(unmoved(t)),
              weighted(says.alpha, suppose(says.all_unseen)(t))]),
    unmoved(t), t,
)

proofs = (
    Proof(says.no_spurious, no_spurious),
    Proof(says.escape, escape),
    Proof(says.flip, flip),
    Proof(says.symmetry_relu, symmetry_relu),
    Proof(says.same_fit, same_fit),
    Proof(says.any_risk, any_risk),
    Proof(says.least_norm, least_norm),
    Proof(says.descent_chooses, descent_chooses),
)

# --- exact runs: one unit ------------------------------------------------------------------------


@cache
def line(n: int, ratio: float = RATIO) -> CriticalPoints:
    """Return the critical points of Auer's n examples on one axis, certified."""
    return critical_points(geometric_inputs(n, ratio), np.full(n, LABEL))


def counted(n: int, d: int) -> tuple[int, int]:
    """Count the minima and all critical points of n examples spread on d axes.

    The loss is a sum of one loss for each weight, so that critical points combine; a combination
    of minima is one.
    """
    axes = [line(each) for each in on_axes(n, d)]
    return prod(len(axis.minima) for axis in axes), prod(axis.count for axis in axes)


def spurious(n: int, d: int) -> int:
    """Count the minima of n examples on d axes whose loss is certainly not the least."""
    axes = [line(each) for each in on_axes(n, d)]
    return counted(n, d)[0] - prod(len(axis.minima) - axis.spurious for axis in axes)


def moved_minima(seed: int = 0, off: float = 1e-6) -> list[np.ndarray]:
    """Return boxes that hold one minimum each, of ten examples moved off two axes.

    Raises ValueError where none can be shown near a minimum of the examples on the axes.
    """
    rng, inputs = np.random.default_rng(seed), geometric_inputs(5, RATIO)
    on = np.concatenate([np.outer(inputs, axis) for axis in np.eye(2)])
    X, y = on + off * rng.uniform(-1, 1, on.shape), LABEL + 0.005 * rng.uniform(-1, 1, len(on))
    places = line(5).minima.mean(axis=1)
    return [isolated_minimum(X, y, (a, b)) for a in places for b in places]


def disjoint(boxes: Sequence[np.ndarray]) -> int:
    """Count the boxes that share no point with one before them."""
    return sum(not any(np.all((a[:, 0] <= b[:, 1]) & (b[:, 0] <= a[:, 1])) for b in boxes[:i])
               for i, a in enumerate(boxes))


def misses(pairs: Sequence[tuple[int, int]]) -> Fraction:
    """Return how far the counts of minima and critical points are from the formulas."""
    return Fraction(sum(
        abs(minima - says.minima_built(Fraction(n), Fraction(d)))
        + abs(all_ - says.critical_built(Fraction(n), Fraction(d)))
        for n, d in pairs for minima, all_ in [counted(n, d)]))


BUILT = [(n, d) for d in range(1, 11) for n in range(d, 8 * d + 1)]
"""Numbers of examples and weights with at most 8 examples an axis."""

# --- exact runs: the linear network --------------------------------------------------------------

SINGULAR = (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)
SHAPES = [*((p, k) for p in range(1, 5) for k in range(1, p + 1)), (6, 2)]


@cache
def class_inertia(size: int, rank: int, kept: tuple[int, ...]) -> Inertia:
    """Return the inertia of the Hessian at a critical point; raise ValueError if it is none."""
    point = critical_pair(SINGULAR[-size:], kept, rank)
    if any(entry for part in gradient(*point) for row in part for entry in row):
        raise ValueError(f"kept={kept}: the gradient does not vanish there")
    return inertia(hessian(*point))


def index_misses() -> Fraction:
    """Return how far the indices of all classes are from the formula, in all shapes."""
    return Fraction(sum(
        abs(class_inertia(p, k, S).negative
            - says.saddle_index(p, k, len(S), inversions(S, p)))
        for p, k in SHAPES for S in classes(p, k)))


def nullity_misses() -> Fraction:
    """Return how far the numbers of flat directions are from the formula."""
    return Fraction(sum(abs(class_inertia(p, k, S).zero - says.nullity(k, len(S)))
                        for p, k in SHAPES for S in classes(p, k)))


def class_misses() -> Fraction:
    """Return how far the classes are from the binomials, and those of index 0 from the top one."""
    wrong = 0
    for p in range(1, 11):
        for k in range(1, p + 1):
            found = classes(p, k)
            least = [S for S in found if not says.saddle_index(p, k, len(S), inversions(S, p))]
            wrong += abs(len(found) - sum(comb(p, j) for j in range(k + 1)))
            wrong += least != [tuple(range(k))]
    return Fraction(wrong)


# --- exact runs: copies --------------------------------------------------------------------------


def irreducible(n: int) -> tuple[Unit, ...]:
    """Return n units of two inputs that differ up to sign, with weights that are not 0."""
    return tuple(Unit(Fraction(i, 2), (Fraction(i), Fraction(1, i)), Fraction(i - 3, 3))
                 for i in range(1, n + 1))


def copy_misses(n: int) -> Fraction:
    """Return how far the copies of n units are from n! 2^n, and how many are not the function."""
    net = irreducible(n)
    found = copies(net)
    return abs(len(found) - Fraction(says.orbit(n))) + sum(
        normal_form(copy) != normal_form(net) for copy in found)


# --- exact runs: interpolation -------------------------------------------------------------------

KNOTS = tuple(Fraction(i, 4) for i in range(5))
BENDS = (Fraction(0), Fraction(1, 2), Fraction(-1000))


def bent(height: Fraction) -> ExactNet:
    """Return four ReLU units that are x at 0, 1/2 and 1, and off by `height` in between."""
    rise = 4 * height
    return ExactNet((Fraction(1),) * 4, tuple(-knot for knot in KNOTS[:4]),
                    (1 + rise, -2 * rise, Fraction(0), 2 * rise))


def bend_misses() -> Fraction:
    """Return what these networks miss: their fit of three points, and their largest error."""
    fits = [sum(abs(bent(height)(knot) - knot) for knot in KNOTS[::2]) for height in BENDS]
    risks = [abs(max(abs(bent(height)(knot) - knot) for knot in KNOTS) - abs(height))
             for height in BENDS]
    return sum([*fits, *risks], start=Fraction(0))


# --- evidence ------------------------------------------------------------------------------------


def numbers(**letters: Any) -> Model:
    """Return the world of these numbers."""
    return Model(letters={name: Fraction(number) for name, number in letters.items()})


def plane(vectors: dict[str, Any], **letters: Any) -> Model:
    """Return a world of vectors and numbers."""
    return Model(letters={name: Fraction(number) for name, number in letters.items()},
                 vectors={name: rational(*entries) for name, entries in vectors.items()})


def descended(time: int) -> np.ndarray:
    """Return gradient descent for (3 w_1 - 6)^2/2 with the step 1/27, from 0."""
    return rational(2 - 2 * Fraction(2, 3) ** time, 0)


DESCENT = Model(
    letters={"alpha": Fraction(1, 27)}, vectors={"v": rational(0, 5)}, horizon=5,
    processes={"w": lambda time, _: descended(time),
               "g": lambda time, _: rational(9 * (descended(time)[0] - 2), 0)})

examples = (
    example(says.no_spurious,
            plane({"x": (2, 1), "z": (0, 0), "v": (1, -1)}, s=Fraction(3, 4), y=Fraction(3, 4),
                  q=Fraction(3, 16)), "x = (2, 1), v = (1, -1), s = y = 3/4"),
    example(says.escape, numbers(u=1, m=3, h=1), "u = 1, m = 3, h = 1: from 9/2 to 3"),
    example(says.flip, numbers(a=2, g=Fraction(3, 5), h=Fraction(-3, 5)), "a = 2, g(z) = 3/5"),
    example(says.same_fit, plane({"b": (1, 2), "v": (4, -3), "x": (3, 4)}, c=7), "c = 7"),
    example(says.any_risk, plane({"b": (1, 2), "v": (4, -3)}, c=7), "c = 7: the risk is 49 25"),
    example(says.least_norm, plane({"b": (3, 4), "v": (0, 0)}), "no step at all"),
    example(says.descent_chooses, DESCENT, "(3 w_1 - 6)^2/2 with the step 1/27, v = (0, 5)"),
    Example(says.auer_line,
            -Fraction(sum(abs(len(line(n).minima) - n) + abs(len(line(n).maxima) - n + 1)
                          + abs(line(n).spurious - n + 1) for n in range(1, 9))),
            "run with intervals: n minima, n - 1 of them spurious, and n - 1 maxima, n = 1, ..., "
            "8"),
    Example(says.auer_ratio,
            Fraction(sum(-abs(len(line(n, 6.0).minima) - n)
                         - max(0, len(line(n, 5.0).minima) - n + 1) for n in range(2, 9))),
            "run with intervals: n minima of 6^-t, at most n - 1 of 5^-t, n = 2, ..., 8"),
    Example(says.auer, -misses(BUILT),
            "run with intervals: all n and d <= 10 with at most 8 examples an axis"),
    Example(says.auer_open, Fraction(disjoint(moved_minima()) - 25),
            "run with intervals: 25 disjoint boxes, with one minimum each"),
    Example(says.minima_as_stated, Fraction(counted(8, 8)[0] - 2**9),
            "run with intervals: of 8 examples on 8 of 9 axes all critical points are one line of "
            "global minima, not 2^9"),
    Example(says.global_again,
            -Fraction(sum(abs(counted(d + 1, d)[0] - 2) + abs(spurious(d + 1, d) - 1)
                          for d in range(1, 7))),
            "run with intervals: two minima of certainly different losses, d = 1, ..., 6"),
    Example(says.saddles, -index_misses(), "exact run: the inertia of every Hessian in fractions"),
    Example(says.saddles_flat, -nullity_misses(), "exact run: the same Hessians"),
    Example(says.saddle_classes, -class_misses(), "exact run: all classes for p <= 10"),
    Example(says.symmetry, -sum(map(copy_misses, range(1, 6)), start=Fraction(0)),
            "exact run: the copies of n units of two inputs, as functions of any odd activation"),
    example(says.symmetry_relu, numbers(a=2, c=3, z=-5), "a = 2, c = 3, z = -5"),
    Example(says.networks_differ, -bend_misses(),
            "exact run: four units through three points, off by 0, 1/2 and 1000 in between"),
)

citations = (
    Citation(says.auer_general, "Auer, Herbster and Warmuth 1995, theorem for one neuron"),
    Citation(says.saddles, "Baldi and Hornik 1989, for every p and k"),
    Citation(says.saddle_classes, "that there are no others: Baldi and Hornik 1989"),
    Citation(says.goe_falls, "Dean and Majumdar 2006"),
    Citation(says.goe_model, "Dauphin et al. 2014, Choromanska et al. 2015; Auffinger, Ben Arous "
                             "and Cerny 2013 for fields on the sphere"),
    Citation(says.symmetry_all, "Sussmann 1992"),
)
