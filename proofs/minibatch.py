r"""Minibatches, proved [slides 22-23].

Independent draws: the deviation of each draw has mean 0 given the earlier ones, so it is orthogonal
to their sum, and the variances add: B sigma2, over B^2. Without replacement every pair has the same
mean product chi; the sum of all n deviations is 0, so n sigma2 + n (n-1) chi = 0, which is chi.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from sgdtheory.proofs import noise_ball

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import B, mu2, sigma2
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, Index, Letter, Scalar, scalar
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    Step,
    above_maximum,
    average,
    induction,
    invert,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    sum_rule,
    suppose,
    tower,
)
from sgdtheory.theory import minibatch as says
from sgdtheory.theory.minibatch import chi, deviation, partial_sum, size, total

m, i, j = Index("m"), Index("i"), Index("j")
one = one_is_positive()


def last_added(count: object) -> Step:
    """Return ``S_(count+1) = S_count + deviation(count)``."""
    return sum_rule(kernel.sum_last, i, 0, count, deviation(i))


def squared_sum(count: Index) -> Step:
    """Expand ``|S_(count+1)|^2``."""
    added, more = last_added(count), partial_sum(count + 1)
    rest, new = partial_sum(count), deviation(count)
    return prove(
        "the square of the sum, expanded",
        more.norm2().equals(rest.norm2() + 2 * rest.dot(new) + new.norm2()),
        by=[paired(added, more), paired(added, rest + new)],
    )


def second_moment(count: object) -> Scalar:
    """Return ``E|S_count|^2``."""
    return Expectation(partial_sum(count).norm2())


def at_zero(claim: Scalar) -> Step:
    """Prove a claim about the empty sum, whose square is 0."""
    empty = sum_rule(kernel.sum_empty, i, 0, deviation(i))
    return prove("the empty sum", claim, by=[average(paired(empty, partial_sum(0)))])


# --- independent draws ---------------------------------------------------------------------------

centred, bounded = suppose(says.centred), suppose(says.bounded_variance)
orthogonal = prove(
    "a fresh deviation is orthogonal to the sum of the earlier ones",
    Expectation(partial_sum(m).dot(deviation(m))).equals(0),
    by=[
        average(paired(centred(m), partial_sum(m))),
        tower(partial_sum(m).dot(deviation(m)), m),
    ],
)
adds_up = second_moment(m) <= m * sigma2
variances_add = induction(
    "variances add",
    at_zero(second_moment(0) <= 0 * sigma2),
    prove(
        "one more draw",
        second_moment(m + 1) <= (m + 1) * sigma2,
        by=[
            average(squared_sum(m)),
            orthogonal,
            bounded(m),
            suppose(Assumption("induction hypothesis", adds_up)),
        ],
    ),
    adds_up,
    m,
).for_all(m)
size_positive = suppose(says.some_draw)
independent = prove(
    "the mean of B independent draws",
    says.batch_variance.conclusion,
    by=[variances_add(size)],
    signs=[size_positive],
)

# --- without replacement -------------------------------------------------------------------------

exact, exchangeable = suppose(says.exact_variance), suppose(says.exchangeable)
cancels, several = suppose(says.deviations_cancel), suppose(says.several_samples)
fits = suppose(says.batch_fits_in)

beyond = total - 1 - m - j
product_with_later = Expectation(partial_sum(m).dot(deviation(m + j)))
later_claim = product_with_later.equals(m * chi).where(beyond).forall(j)
room = suppose(Assumption("there is room", total - 1 - (m + 1) - j >= 0))
same_room = prove("the same room", total - 1 - m - (j + 1) >= 0, by=[room])
pair_room = prove("room for the pair", total - 2 - m - j >= 0, by=[room])
later_step = prove(
    "one more draw against a later one",
    Expectation(partial_sum(m + 1).dot(deviation(m + 1 + j))).equals((m + 1) * chi),
    by=[
        average(paired(last_added(m), deviation(m + 1 + j))),
        suppose(Assumption("induction hypothesis", later_claim))(j + 1, where=[same_room]),
        exchangeable(m, j, where=[pair_room]),
    ],
).where(total - 1 - (m + 1) - j).for_all(j)
empty_against_later = prove(
    "the empty sum against a later draw",
    Expectation(partial_sum(0).dot(deviation(0 + j))).equals(0 * chi),
    by=[average(paired(sum_rule(kernel.sum_empty, i, 0, deviation(i)), deviation(0 + j)))],
).where(total - 1 - 0 - j).for_all(j)
against_later = induction(
    "a sum against a later draw", empty_against_later, later_step, later_claim, m
)

whole = second_moment(m).equals(m * sigma2 + m * (m - 1) * chi).where(total - m)
next_fits = suppose(Assumption("there is one more", total - (m + 1) >= 0))
fits_before = prove("it fits before", total - m >= 0, by=[next_fits, one])
is_inside = prove("m is below n", total - 1 - m - 0 >= 0, by=[next_fits])
below_total = prove("m is below n", total - 1 - m >= 0, by=[next_fits])
sums_of_pairs = induction(
    "variances and products add",
    at_zero(second_moment(0).equals(0 * sigma2 + 0 * (0 - scalar(1)) * chi)).where(total - 0),
    prove(
        "one more draw",
        second_moment(m + 1).equals((m + 1) * sigma2 + (m + 1) * (m + 1 - 1) * chi),
        by=[
            average(squared_sum(m)),
            against_later(0, where=[is_inside]),
            exact(m, where=[below_total]),
            suppose(Assumption("induction hypothesis", whole))(where=[fits_before]),
        ],
    ).where(total - (m + 1)),
    whole,
    m,
).for_all(m)
all_fit = prove("n is at most n", total - total >= 0, by=[])
total_positive = prove("n is positive", total > 0, by=[several, one])
nothing_left = prove(
    "all deviations together",
    (total * sigma2 + total * (total - 1) * chi).equals(0),
    by=[
        sums_of_pairs(total, where=[all_fit]),
        average(paired(cancels, partial_sum(total))),
    ],
)
without_replacement = prove(
    "the mean of B of n samples",
    says.variance_of_part.conclusion,
    by=[sums_of_pairs(size, where=[fits]), nothing_left],
    signs=[size_positive, several, total_positive],
)

# --- what follows for the ball -------------------------------------------------------------------

c_positive, B_positive = suppose(a.positive_c), suppose(a.positive_B)
split_ball = prove("the floor", says.floor.conclusion, by=[], signs=[c_positive, B_positive])
not_degenerate = suppose(says.not_degenerate, nonzero=[B_positive])
reaches = prove(
    "the step that reaches the target",
    says.step_reaches_target.conclusion,
    by=[],
    signs=[c_positive, B_positive, not_degenerate],
)
longer, some_slope = suppose(says.larger), suppose(says.some_slope_at_all)
longer_positive = prove("B' is positive", says.larger_size > 0, by=[longer, B_positive])


def moment_positive(batch: Scalar, positive: Step) -> Step:
    """Prove that the second moment of a gradient is positive for a batch size."""
    moment = says.noise_ball.second_moment(sigma2, batch, mu2)
    return prove("a second moment is positive", moment > 0,
                 by=[some_slope, product("noise", suppose(says.some_noise), invert(positive))],
                 signs=[positive])


moments = moment_positive(B, B_positive), moment_positive(says.larger_size, longer_positive)
longer_step = prove(
    "a larger batch allows a longer step",
    says.small_batch_small_step.conclusion,
    by=[product("less noise", suppose(says.some_target), c_positive, suppose(says.some_noise),
                longer, invert(B_positive), invert(longer_positive), *map(invert, moments))],
    signs=[c_positive, B_positive, longer_positive, *moments],
)

# --- the cost of reaching a target ---------------------------------------------------------------

costly = suppose(says.some_noise)
fixed, per_sample = Letter("latency"), Letter("t1") * B
priced = prove(
    "no batch is cheaper, overlapped",
    says.least_useful_batch.conclusion,
    by=[
        product("a step costs its samples", above_maximum(per_sample, fixed), costly,
                invert(B_positive)),
        product("a step costs its latency", above_maximum(fixed, per_sample),
                suppose(says.some_slope_there)),
    ],
    signs=[B_positive],
)
root0, root1 = Letter("r0"), Letter("r1")
balanced = squared("the two costs balance", says.sigma * root0 / B - says.mu * root1,
                   signs=[B_positive])
cheapest = prove(
    "no batch is cheaper", says.batch_cost.conclusion,
    by=[product("times B", B_positive, balanced)], signs=[B_positive],
)

# --- evidence ------------------------------------------------------------------------------------

proofs = (
    Proof(says.batch_variance, independent),
    Proof(says.variance_of_part, without_replacement),
    Proof(says.ball, noise_ball.ball),
    Proof(says.floor, split_ball),
    Proof(says.small_batch_small_step, longer_step),
    Proof(says.step_reaches_target, reaches),
    Proof(says.least_useful_batch, priced),
    Proof(says.batch_cost, cheapest),
)

costs = Model(letters={name: Fraction(value) for name, value in (
    ("sigma", 6), ("mu", 1), ("r0", 2), ("r1", 3), ("B", 4), ("sigma2", 36), ("mu2", 1),
    ("latency", 36), ("t1", 9))})
numbers = {"alpha": Fraction(1, 4), "c": Fraction(1), "mu2": Fraction(1), "target": Fraction(1, 9),
           "B": Fraction(2), "B'": Fraction(4)}
signs = Model(
    letters={**numbers, "sigma2": Fraction(1)},
    processes={"xi": lambda index, outcome: rational(outcome[index])},
    outcomes=sample_paths([(Fraction(1, 2), -1), (Fraction(1, 2), 1)], 3),
    indices={"B": 2},
)
drawn_out = Model(
    letters={"sigma2": Fraction(2, 3), "chi": Fraction(-1, 3)},
    processes={"xi": lambda index, outcome: rational(outcome[index])},
    outcomes=tuple((Fraction(1, 6), order) for order in permutations((-1, 0, 1))),
    indices={"B": 2, "n": 3},
)
examples = (
    example(says.batch_variance, signs, "two fair signs"),
    example(says.floor, signs, "alpha = 1/4, c = mu2 = sigma2 = 1, B = 2"),
    example(says.small_batch_small_step, signs, "B = 2 against B' = 4"),
    example(says.step_reaches_target, signs, "alpha = 1/4, B = 2, target = 1/9"),
    example(says.variance_of_part, drawn_out, "two of -1, 0, 1: all six orders enumerated"),
    example(says.least_useful_batch, costs, "latency 36, t1 = 9: attained at B = 4"),
    example(says.batch_cost, costs, "sigma = 6, mu = 1, t0 = 4, t1 = 9: attained at B = 4"),
    example(says.ball, noise_ball.attaining, noise_ball.without_variance),
    example(says.ball_as_stated, noise_ball.jumping, "the 2-cycle of slide 21"),
)
citations = (
    Citation(says.evaluation_bar, "erratum of the notation"),
    Citation(says.precision_and_cost, "the variance is S22-b; the cost is a model"),
    Citation(says.powers_of_two, f"empirical: {noise_ball.DEEP_LEARNING}"),
    Citation(says.one_generalises_best, f"empirical: {noise_ball.DEEP_LEARNING}"),
)
