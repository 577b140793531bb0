"""Reddi's problem, proved: the signs of the moves, what comes back, AMSGrad, and cycles [slide 31].

At the start of a cycle x = 1. With b = beta2 the first move d, made by the slope C, is made good by
the two that follow, since (4 - b) d_2 >= 2 d_1 and (4 - b) d_3 >= (2 - b) d_1. Squared, these are
inequalities of polynomials: C^2 v_2 = (2 - b) v_1 - b v_0, C^2 v_3 = (1 + 2b - b^2) v_1 -
b (1 + b) v_0, and what is left are squares. Nothing but v_0 >= 0 is needed of the past, and of C
only that it is positive. Long because each of three moves has its inequalities.
"""

from __future__ import annotations

from typing import Any

from sgdtheory.proofs.adam import (
    assumed,
    beta2_positive,
    one,
    square_averaging,
)

from sgdtheory.elementary import maximum
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import t
from sgdtheory.logic.language import FiniteSum, Scalar, scalar
from sgdtheory.logic.proof import (
    Step,
    above_both,
    above_maximum,
    induction,
    invert,
    is_natural,
    maximum_is,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    weighted,
)
from sgdtheory.theory import adam_variants as says
from sgdtheory.theory.adam import beta2, gradient_at, square_at
from sgdtheory.theory.adam_variants import (
    C,
    clip,
    k,
    maximum_at,
    move_at,
    n,
    point_at,
    rate2_at,
)

# --- Reddi's problem: signs ----------------------------------------------------------------------

b, s0 = beta2, 3 * k
decay, C_positive = suppose(says.papers_decay), suppose(says.C_positive)
C_square = prove("1 + C^2 is positive", 1 + C**2 > 0, by=[one, squared("a square", C)])
b_positive = prove("b is positive", b > 0,
                   by=[invert(C_square), weighted(1 / (1 + C**2), decay, signs=[C_square])],
                   signs=[C_square])
rest_positive = prove("1 - b is positive", 1 - b > 0,
                      by=[product("b C^2", b_positive, C_positive, C_positive), decay])
natural = is_natural(k)
v0, v1, v2, v3 = (square_at(s0 + i) for i in range(4))
d1, d2, d3 = (move_at(s0 + i) for i in (1, 2, 3))
a1, a2, a3 = (rate2_at(s0 + i) for i in (1, 2, 3))
gradients = [suppose(each)(k) for each in (says.steep_first, says.then_gentle, says.gentle_again)]
v_above_claim = square_at(t) >= 0
v_above = induction(
    "v is nonnegative",
    prove("at the start", square_at(0) >= 0, by=[suppose(says.square_starts_above)]),
    prove("one step later", square_at(t + 1) >= 0,
          by=[square_averaging(t), product("the old", b_positive, assumed(v_above_claim)),
              product("the newest", rest_positive, squared("a square", gradient_at(t + 1)))]),
    v_above_claim, t).for_all(t)
numbers = (C, scalar(-1), scalar(-1))
v_steps = [
    prove(f"v in step {i}", square_at(s0 + i).equals(b * square_at(s0 + i - 1)
                                                     + (1 - b) * number**2),
          by=[square_averaging(s0 + i - 1),
              weighted((1 - b) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]
v0_above = v_above(s0)
v_positive = [
    prove("v is positive", square_at(s0 + i) > 0,
          by=[step, product("the old", b_positive, v_above(s0 + i - 1)),
              product("the newest", rest_positive, *(
                  [C_positive, C_positive] if i == 1 else [one]))])
    for i, step in zip((1, 2, 3), v_steps, strict=True)]
moves = [
    prove(f"the size of move {i}", (move_at(s0 + i) ** 2 * square_at(s0 + i)).equals(
        rate2_at(s0 + i) * number**2),
        by=[suppose(says.moved)(s0 + i - 1),
            weighted(rate2_at(s0 + i) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]
against = suppose(says.against)
down = prove("the first move goes down", d1 > 0,
             by=[product("over C", invert(C_positive), prove(
                 "times C", C * d1 > 0, by=[against(s0), weighted(d1, gradients[0])]))],
             signs=[C_positive])
ups = [prove("the others go up", -move_at(s0 + i) > 0,
             by=[against(s0 + i - 1), weighted(move_at(s0 + i), gradients[i - 1])])
       for i in (2, 3)]

# --- Reddi's problem: what comes back is at least what went --------------------------------------

slow = suppose(says.slow_decay)
rates = [slow(s0), prove("two steps later", (s0 + 3) * a3 >= (s0 + 1) * a1,
                         by=[slow(s0), slow(s0 + 1)])]
v2_of = prove("C^2 v_2", (C**2 * v2).equals((2 - b) * v1 - b * v0),
              by=[weighted(C**2, v_steps[1]), v_steps[0], weighted(v1, decay),
                  weighted(1 - b, decay), weighted(C**2, decay), decay])
v3_of = prove("C^2 v_3", (C**2 * v3).equals((1 + 2 * b - b**2) * v1 - b * (1 + b) * v0),
              by=[*v_steps, weighted(v2, decay), weighted(v1, decay), decay])
n2 = prove("3k + 2 is positive", s0 + 2 > 0, by=[one, natural])
n3 = prove("3k + 3 is positive", s0 + 3 > 0, by=[one, natural])
two_minus = prove("2 - b is positive", 2 - b > 0, by=[one, rest_positive])
four_minus = prove("4 - b is positive", 4 - b > 0, by=[one, rest_positive])
b_square, d_square = squared("a square", b), squared("a square", d1)
of_moves = [d_square, invert(C_positive), invert(C_positive)]
v1_up = [v_positive[0]]


def above_squared(i: int, room: Step, later_room: Step, factor: Scalar, start: Scalar,
                  past: list[Step], weight: int, square_of: Step) -> Step:
    """Prove ``(4 - b)**2 d_i**2 >= factor**2 d_1**2`` from what is left of the polynomials."""
    time, v, d = (n2, n3)[i - 2], square_at(s0 + i), move_at(s0 + i)
    over = [invert(time), invert(v_positive[i - 1])]
    facts = [C_positive, time, v_positive[i - 1]]
    left = product("the old v", *of_moves, *past, b_positive, v0_above, *over)
    return prove(
        f"move {i}, squared", (4 - b) ** 2 * d**2 - factor**2 * d1**2 >= 0,
        by=[product("the step sizes", squared("a square", 4 - b), rates[i - 2], *over),
            product("the first cycle", *of_moves, *v1_up, room, *over),
            product("later cycles", *of_moves, *v1_up, natural, later_room, *over),
            *[left] * bool(weight),
            weighted((4 - b) ** 2 / v, moves[i - 1], signs=facts),
            weighted((4 - b) ** 2 * (s0 + 1) / (time.statement.expression * v) / C / C,
                     moves[0], signs=facts),
            weighted(factor**2 * d1**2 / v / C / C, square_of, signs=facts)],
        signs=facts)


second_later = prove("8 - 4b + b^2 is positive", 8 - 4 * b + b**2 > 0,
                     by=[one, rest_positive, b_square])
second_squared = above_squared(2, b_square, second_later, scalar(2), b**2, [n2], 4, v2_of)
third_first = prove(
    "4 - 20b + 34b^2 - 18b^3 + 3b^4 is nonnegative",
    4 - 20 * b + 34 * b**2 - 18 * b**3 + 3 * b**4 >= 0,
    by=[squared("a square", 4 - 10 * b + 3 * b**2), squared("another", 2 * b - b**2)])
third_later = prove(
    "12 - 12b + 12b^2 - 6b^3 + b^4 is nonnegative",
    12 - 12 * b + 12 * b**2 - 6 * b**3 + b**4 >= 0,
    by=[rest_positive, b_square, product("b^2 (1 - b)", b_square, rest_positive),
        product("b^4", b_square, b_square)])
one_plus = prove("1 + b is positive", 1 + b > 0, by=[one, b_positive])
third_squared = above_squared(3, third_first, third_later, 2 - b, b,
                              [n3, two_minus, two_minus, one_plus], 1, v3_of)


def unsquared(i: int, factor: Scalar, positive: Step, squares: Step) -> Step:
    """Prove ``(4 - b) |d_i| >= factor d_1`` from its square."""
    big, small = -(4 - b) * move_at(s0 + i), factor * d1
    total = prove("the sum is positive", big + small > 0,
                  by=[product("the large", four_minus, ups[i - 2]),
                      product("the small", positive, down)])
    return prove(f"move {i}", big - small >= 0,
                 by=[product("over the sum", squares, invert(total))], signs=[total])


two = prove("2 is positive", scalar(2) > 0, by=[one])
made_good = prove(
    "the two moves up make the one down good", -d2 - d3 - d1 >= 0,
    by=[product("over 4 - b", prove(
        "times 4 - b", (4 - b) * (-d2 - d3 - d1) >= 0,
        by=[unsquared(2, scalar(2), two, second_squared),
            unsquared(3, 2 - b, two_minus, third_squared)]), invert(four_minus))],
    signs=[four_minus])

# --- Reddi's problem: the projection -------------------------------------------------------------

projected = suppose(says.projected)
x1, x2, x3 = (point_at(s0 + i) for i in (1, 2, 3))
at_one = assumed(says.comes_back.conclusion)


def inner(y: Scalar) -> Scalar:
    """Return ``max(-1, -y)``, which is ``-min(1, y)``."""
    return maximum(-1, -y)


no_higher = maximum_is(prove("x - d is at most 1", (d1 - x1) - (-1) >= 0, by=[down, at_one]),
                       d1 - x1, scalar(-1))
first_point = prove("after the first move", x2 >= 1 - d1,
                    by=[projected(s0), above_maximum(-inner(x1 - d1), -1), no_higher, at_one])
second_point = prove("after the second", x3 >= -inner(x2 - d2),
                     by=[projected(s0 + 1), above_maximum(-inner(x2 - d2), -1)])
third_point = above_both(
    "either way the third move reaches 1", -inner(x2 - d2) - d3 - 1 >= 0,
    (-1, d2 - x2),
    (ups[1], prove("without a clip", x2 - d2 - d3 - 1 >= 0, by=[first_point, made_good])))
reached = prove("1 is reached", x3 - d3 - 1 >= 0, by=[second_point, third_point])
clipped = maximum_is(prove("so the upper end clips", -1 - (d3 - x3) >= 0, by=[reached]),
                     scalar(-1), d3 - x3)
not_low = maximum_is(prove("and the lower does not", -inner(x3 - d3) - (-1) >= 0,
                           by=[one, clipped]), -inner(x3 - d3), scalar(-1))
comes_back = induction(
    "back at 1",
    prove("the start", point_at(3 * 0 + scalar(1)).equals(1), by=[suppose(says.starts_at_one)]),
    prove("after a cycle", point_at(3 * (k + 1) + 1).equals(1),
          by=[projected(s0 + 2), not_low, clipped]),
    says.comes_back.conclusion, k)
moved_to = point_at(t + 1) - move_at(t + 1)
at_most_end = above_both(
    "a clip is at most 1", 1 - clip(moved_to) >= 0, (-1, -inner(moved_to)),
    (prove("1 - (-1)", scalar(2) >= 0, by=[one]), above_maximum(-1, -moved_to)))
inside = prove("x is at most 1", 1 - point_at(t + 2) >= 0,
               by=[projected(t), at_most_end]).for_all(t)
back = comes_back.for_all(k)(n)
body = says.regret_of_cycle(k)


def regret(count: Any) -> Any:
    """State that the regret after `count` cycles is at least ``count (2 C - 4)``."""
    return FiniteSum(k, 0, count, body) >= count * (2 * C - 4)


regret_grows = induction(
    "the regret",
    prove("none", FiniteSum(k, 0, 0, body) - 0 * (2 * C - 4) >= 0,
          by=[sum_rule(kernel.sum_empty, k, 0, body)]),
    prove("one cycle more", regret(n + 1),
          by=[sum_rule(kernel.sum_last, k, 0, n, body), assumed(regret(n)), weighted(C, back),
              inside(3 * n), inside(3 * n + 1)]),
    regret(n), n)

# --- Reddi's problem: AMSGrad goes down ----------------------------------------------------------

by_maximum, falling_rate = suppose(says.moved_by_maximum), suppose(says.rates_fall)
V_always, V_grows = suppose(says.always_positive), prove(
    "V grows", maximum_at(t + 1) >= maximum_at(t),
    by=[suppose(says.largest_square)(t), above_maximum(maximum_at(t), square_at(t + 1))]
).for_all(t)
V1 = maximum_at(s0 + 1)
V1_positive, gentle = V_always(s0), d1 / C
by_V = [
    prove(f"the size of AMSGrad's move {i}", (move_at(s0 + i) ** 2 * maximum_at(s0 + i)).equals(
        rate2_at(s0 + i) * number**2),
        by=[by_maximum(s0 + i - 1),
            weighted(rate2_at(s0 + i) * (gradient_at(s0 + i) + number), known)])
    for i, number, known in zip((1, 2, 3), numbers, gradients, strict=True)]


def gentle_at_most(i: int) -> Step:
    """Prove that the move up number i is at most ``d_1/C``."""
    d, V = move_at(s0 + i), maximum_at(s0 + i)
    slower = prove("alpha_t fell", rate2_at(s0 + 1) - rate2_at(s0 + i) >= 0,
                   by=[falling_rate(s0 + j) for j in range(i - 1)])
    larger = prove("V grew", V - V1 >= 0, by=[V_grows(s0 + j) for j in range(1, i)])
    over = [C_positive, C_positive, invert(V1_positive)]
    squares = prove(
        "squared", d1**2 - C**2 * d**2 >= 0,
        by=[product("the rates", slower, *over),
            product("the maxima", larger, squared("a square", d), *over),
            weighted(1 / V1, by_V[0], signs=[V1_positive]),
            weighted(C**2 / V1, by_V[i - 1], signs=[V1_positive])],
        signs=[V1_positive])
    total = prove("the sum is positive", d1 - C * d > 0,
                  by=[down, product("C times the move", C_positive, ups[i - 2])])
    times_C = prove("times C", d1 + C * d >= 0,
                    by=[product("over the sum", squares, invert(total))], signs=[total])
    return prove("a gentle step", gentle + d >= 0,
                 by=[product("over C", times_C, invert(C_positive))], signs=[C_positive])


def clipped_below(time: Any) -> Step:
    """Prove that the point after a move is at most ``max(-1, x - d)``."""
    y = point_at(time) - move_at(time)
    upper = maximum(-1, y)
    bound = above_both(
        "a clip is at most what is clipped below", upper - clip(y) >= 0, (-1, -inner(y)),
        (above_maximum(-1, y), prove("not above y", upper + inner(y) >= 0,
                                     by=[above_maximum(y, -1), above_maximum(-y, -1)])))
    return prove("the point after a move", point_at(time + 1) <= upper,
                 by=[projected(time - 1), bound])


gone_down, near_end = x1 - (C - 2) * gentle, 2 * gentle - 1
goal = maximum(gone_down, near_end)
goal_down = above_maximum(gone_down, near_end, [C_positive])
goal_end = above_maximum(near_end, gone_down, [C_positive])
gentle_positive = product("a gentle step", down, invert(C_positive))


def still_below(i: int, left: int, sides: list[Step]) -> Step:
    """Prove that x after move i is below the goal by `left` gentle steps."""
    time = s0 + i
    claim = goal - left * gentle - maximum(-1, point_at(time) - move_at(time)) >= 0
    lower = prove("at the lower end", goal - left * gentle + 1 >= 0,
                  by=[goal_end, gentle_positive], signs=[C_positive])
    free = prove("if not clipped", goal - left * gentle - point_at(time) + move_at(time) >= 0,
                 by=sides, signs=[C_positive])
    either = above_both("either way", claim, (-1, point_at(time) - move_at(time)), (lower, free),
                        signs=[C_positive])
    return prove("below the goal", goal - left * gentle - point_at(time + 1) >= 0,
                 by=[either, clipped_below(time)], signs=[C_positive])


after_down = still_below(1, 2, [goal_down])
after_up = still_below(2, 1, [after_down, gentle_at_most(2)])
falls = prove("below the goal", says.falls.conclusion,
              by=[still_below(3, 0, [after_up, gentle_at_most(3)])], signs=[C_positive])

# --- Reddi's problem: the cycle of v, and random gradients ---------------------------------------

whole = prove("1 + b + b^2 is positive", 1 + b + b**2 > 0, by=[one, beta2_positive, b_square])
settled = says.cycle_square(2, b, C)
cycles_claim = says.cycles.conclusion
cycles = induction(
    "the cycle",
    prove("at the start", square_at(3 * scalar(0)).equals(
        settled + (b**3) ** 0 * (square_at(0) - settled)), by=[], signs=[whole]),
    prove("a cycle later", square_at(3 * (k + 1)).equals(
        settled + (b**3) ** (k + 1) * (square_at(0) - settled)),
        by=[v_steps[2], weighted(b, v_steps[1]), weighted(b**2, v_steps[0]),
            weighted(b**3, assumed(cycles_claim, [whole]), signs=[whole])], signs=[whole]),
    cycles_claim, k, signs=[whole])
C_plus = prove("C + 1 is positive", C + 1 > 0, by=[one, C_positive])
drawn_instead = prove(
    "the mean sign", says.drawn_instead.conclusion,
    by=[product("what is missing", suppose(says.unlikely), invert(C_plus)),
        weighted(1 / (C + 1), suppose(says.mean_is_delta), signs=[C_plus])], signs=[C_plus])
