"""Bias and variance, proved: one feature, one example, one eigenvalue at a time [slide 12].

A feature takes the square of its coefficient from what is missed and adds the share of the noise.
An example more moves the risk by a difference of two fractions. Above the peak the risk exceeds its
least value by a square, and so does ridge regression on each eigenvalue; an example more lowers the
trace of the inverse by a squared norm over a number above 1. The means are counted in fractions: of
Bartlett's triangular factor, of Sherman and Morrison's formula, and of every pair n, p.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import Any

from sgdtheory.evidence import Citation, Example, Proof, example
from sgdtheory.exact.ridgeless import ridgeless_moment
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    induction,
    one_is_positive,
    paired,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.theory import bias_variance as says
from sgdtheory.theory.bias_variance import square_at, t

ONE = one_is_positive()

# --- the classical U -----------------------------------------------------------------------------

classic_step = prove(
    "Pythagoras", says.classic_step.conclusion,
    by=[weighted(says.theta**2, suppose(says.unit)),
        weighted(2 * says.theta, suppose(says.coefficient))],
)
risen = suppose(Assumption("induction hypothesis", says.share - square_at(t) >= 0))
classic_unimodal = induction(
    "it never falls again", suppose(says.rises),
    prove("nor after one feature more", says.share - square_at(t + 1) >= 0,
          by=[risen, suppose(says.decreasing)(t)]),
    says.share - square_at(t) >= 0, t,
)

# --- the smallest weights ------------------------------------------------------------------------

splits_in_two = prove("Pythagoras", says.splits_in_two.conclusion, by=[suppose(says.orthogonal)])
apart = suppose(says.splits)
alone = suppose(says.along)
seen_by_dual = prove(
    "v sees of x only r", says.alone.dot(says.dual).equals(1),
    by=[paired(apart, says.dual), suppose(says.dual_one), suppose(says.dual_others)],
)
schur = prove(
    "two inverse lengths", says.schur.conclusion,
    by=[weighted(says.dual.norm2(), paired(alone, says.alone)), paired(alone, says.dual),
        weighted(says.stretch * says.dual.norm2(), seen_by_dual), seen_by_dual],
)

# --- one example more, one parameter more --------------------------------------------------------

two_more = suppose(says.beyond_peak)
one_more = prove("m > 1", says.apart > 1, by=[two_more, ONE])
some_width = suppose(says.some_width)
more_data = prove("two fractions", says.more_data.conclusion, by=[],
                  signs=[two_more, one_more, some_width])

surplus, examples = suppose(says.some_surplus), suppose(says.some_examples)
examples_and_one = prove("n + 1 > 0", says.examples + 1 > 0, by=[examples, ONE])
all_width = prove("p > 0", says.surplus + says.examples + 1 > 0, by=[surplus, examples, ONE])
wider = prove(
    "a square above the least", says.wider.conclusion,
    by=[squared("s p - a v", says.noise * (says.surplus + says.examples + 1)
                - says.signal * says.surplus)],
    signs=[surplus, examples, examples_and_one, all_width],
)

# --- the best penalty ----------------------------------------------------------------------------

prior, noise = suppose(says.some_prior), suppose(says.some_noise)
seen, penalty = suppose(says.curvature), suppose(says.some_penalty)
posterior = prove("tau2 w + sigma2 > 0", says.prior * says.seen + says.noise2 > 0,
                  by=[product("tau2 w", prior, seen), noise])
stiff = prove("w + penalty > 0", says.seen + says.penalty > 0, by=[seen, penalty])
stiff_square = product("(w + penalty)^2 > 0", stiff, stiff)
best = prove(
    "a square above the least", says.best.conclusion,
    by=[product("w times the square", seen,
                squared("penalty tau2 - sigma2", says.penalty * says.prior - says.noise2))],
    signs=[posterior, stiff, stiff_square],
)
bounded = prove(
    "at most what is not known", says.bounded.conclusion,
    by=[product("tau2^2 w", prior, prior, seen)], signs=[posterior],
)
definite = suppose(says.definite)
above_one = prove("1 + q > 0", 1 + says.inner > 0, by=[definite, ONE])
fall = weighted(1 / (1 + says.inner), suppose(says.rank_one), signs=[above_one])
falls = prove("d >= 0", says.drop >= 0, by=[fall, squared("|u|^2", says.solved)],
              signs=[above_one])
never_hurts = prove("the trace falls", says.never_hurts.conclusion,
                    by=[suppose(says.new_trace), falls])

proofs = (
    Proof(says.classic_step, classic_step),
    Proof(says.classic_unimodal, classic_unimodal),
    Proof(says.splits_in_two, splits_in_two),
    Proof(says.schur, schur),
    Proof(says.more_data, more_data),
    Proof(says.wider, wider),
    Proof(says.best, best),
    Proof(says.bounded, bounded),
    Proof(says.never_hurts, never_hurts),
)

# --- exact runs: one feature at a time -----------------------------------------------------------

UP_AND_DOWN, TENTH = (1, 0, 1), Fraction(1, 10)


def nested_risks(squares: Sequence[Any], share: Fraction) -> list[Fraction]:
    """Return the risks of 0, 1, ... features with these squared coefficients."""
    return [Fraction(sum(squares[k:])) + share * k for k in range(len(squares) + 1)]


def local_minima(risks: Sequence[Any]) -> list[int]:
    """Return where a sequence is below its neighbours."""
    falls = [True, *(a > b for a, b in pairwise(risks)), False]
    return [k for k in range(len(risks)) if falls[k] and not falls[k + 1]]


# --- exact runs: the risk ------------------------------------------------------------------------


@cache
def inverse_trace(n: int, p: int) -> Fraction:
    """Return the mean trace of the inverse of X'X from Bartlett's factor, n rows of p numbers.

    It is the mean sum of squares of the inverse of a triangular matrix with standard normal entries
    below the diagonal and, on it, roots of chi-squared numbers with n, n - 1, ... degrees of
    freedom: the squares of a column are known one after another.
    """
    total = Fraction()
    for column in range(p):
        column_sum = Fraction()
        for row in range(column, p):
            column_sum += (column_sum if row > column else 1) / Fraction(n - row - 2)
        total += column_sum
    return total


def trace_misses() -> Fraction:
    """Return how far these are from ``p/(n - p - 1)``, and that from the law of one draw."""
    pairs = [(n, p) for n in range(3, 61) for p in range(1, min(n - 1, 31))]
    return sum((abs(inverse_trace(n, p) - Fraction(p, n - p - 1))
                + abs(ridgeless_moment(n, p, 1, Fraction(1), Fraction(1)) - Fraction(p, n - p - 1))
                for n, p in pairs), start=Fraction())


def risk(n: int, p: int, sigma2: Fraction, signal2: Fraction) -> Any:
    """Return the mean risk from the moments of its law, in fractions or infinite."""
    return ridgeless_moment(n, p, 1, sigma2, signal2)


def weak_errors(squares: Sequence[Fraction], n: int, sigma2: Fraction) -> list[Any]:
    """Return the mean squared errors of predictions from the first 1, 2, ... features."""
    kept = list(accumulate(squares))
    noises = [sigma2 + kept[-1] - each for each in kept]
    return [noise + risk(n, p, noise, each)
            for p, (each, noise) in enumerate(zip(kept, noises, strict=True), start=1)]


EQUAL = (Fraction(1, 100),) * 100
HALVING = (*(Fraction(1, 2**j) for j in range(1, 100)), Fraction(1, 2**99))
"""Squared weights of 100 features, with the sum 1."""


def course(numbers: Sequence[Any]) -> str:
    """Return how a sequence goes: "-" where it falls, "+" where it rises, "=" where it stays."""
    steps = ["-" if a > b else "+" if a < b else "=" for a, b in pairwise(numbers)]
    return "".join(sign for sign, _ in groupby(steps))


def course_misses() -> Fraction:
    """Count what is not as said of the courses and their minima; "=" is the peak."""
    equal, halving = (weak_errors(squares, 40, Fraction(1, 16)) for squares in (EQUAL, HALVING))
    return Fraction((course(equal) != "+=-") + (course(halving) != "-+=-+")
                    + (local_minima(equal) != [0, 99]) + (min(equal) != equal[99])
                    + (local_minima(halving) != [7, 54]) + (min(halving) != halving[7]))


RATIOS = tuple(map(Fraction, ("1/2", "1", "2", "5", "20")))


def rises_with_data(n: int, p: int, signal2: Fraction) -> bool:
    """Tell by the two risks whether one example more raises the risk, for sigma2 = 1."""
    return bool(risk(n + 1, p, Fraction(1), signal2) > risk(n, p, Fraction(1), signal2))


def range_misses() -> Fraction:
    """Count the pairs below the peak where the range does not tell whether more data hurt."""
    return Fraction(sum(
        rises_with_data(n, p, ratio) != ((p - n - 1) * (p - n - 2) < p * (p - 1) / ratio)
        for p in range(4, 61) for n in range(1, p - 2) for ratio in RATIOS))


def limit_misses() -> Fraction:
    """Return how far the noise of the limit is from (m - 1)/m of that of the risk."""
    one = Fraction(1)
    return sum((abs(says.ridgeless_limit(Fraction(n), Fraction(p), one, 0 * one)
                    - Fraction(abs(n - p) - 1, abs(n - p)) * risk(n, p, one, 0 * one))
                for n in range(1, 41) for p in range(1, 81) if abs(n - p) >= 2),
               start=Fraction())


# --- exact runs: an example more -----------------------------------------------------------------


def inverse(matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Return the inverse of a positive definite matrix, by elimination in fractions."""
    size = len(matrix)
    rows = [[*row, *(Fraction(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        for j in (j for j in range(size) if j != i):
            rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[size:] for row in rows]


def design(number: int, n: int, p: int) -> list[list[Fraction]]:
    """Return n rows of p whole numbers between -4 and 5 that look like nothing in particular."""
    return [[Fraction(((number + 3) * (5 * i + 7) * (11 * j + 3) + i * j * j + number) % 9 - 4 or 5)
             for j in range(p)] for i in range(n)]


def penalised(rows: Sequence[Sequence[Fraction]], penalty: Fraction) -> list[list[Fraction]]:
    """Return ``X'X + penalty``."""
    p = len(rows[0])
    return [[sum((row[i] * row[j] for row in rows), start=penalty * (i == j)) for j in range(p)]
            for i in range(p)]


def trace_falls(number: int, n: int, p: int, penalty: Fraction) -> tuple[Fraction, Fraction]:
    """Return by how much the last example lowers the trace, and what the formula says."""
    rows = design(number, n, p)
    before, after = (inverse(penalised(some, penalty)) for some in (rows[:-1], rows))
    x = rows[-1]
    solved = [sum(a * b for a, b in zip(line, x, strict=True)) for line in before]
    inner = sum(a * b for a, b in zip(x, solved, strict=True))
    return (sum(before[i][i] - after[i][i] for i in range(p)),
            sum((u * u for u in solved), start=Fraction()) / (1 + inner))


DESIGNS = tuple((number, n, p) for number in range(5) for n, p in
                ((2, 1), (2, 3), (3, 3), (4, 3), (5, 4), (7, 2)))


def adding_misses() -> Fraction:
    """Return how far the falls of the trace are from the formula, on 30 designs."""
    falls = [trace_falls(*each, Fraction(3, 2)) for each in DESIGNS]
    return sum((abs(seen - said) + max(-seen, 0) for seen, said in falls), start=Fraction())


# --- evidence ------------------------------------------------------------------------------------


def numbers(vectors: dict[str, Any] | None = None, **letters: Any) -> Model:
    """Return the world of these numbers and vectors."""
    return Model(letters={name: Fraction(number) for name, number in letters.items()},
                 vectors={name: rational(*entries) for name, entries in (vectors or {}).items()})


SQUARES = Model(letters={"s": Fraction(1, 4)}, vectors={"e": rational(1)}, horizon=5,
                processes={"theta": lambda time, _: rational(Fraction(1, 4 + time))})

examples = (
    Example(says.classic_as_stated,
            Fraction(1 - len(local_minima(nested_risks(UP_AND_DOWN, TENTH)))),
            "exact run: the risks 2, 1.1, 1.2, 0.3 have two local minima"),
    example(says.classic_step, numbers({"r": (3, 4), "e": (0, 1)}, theta=4, s=1, k=2),
            "r = (3, 4), e = (0, 1), s = 1"),
    example(says.classic_unimodal, SQUARES, "theta^2 = 1/4, 1/5, 1/6, ... and s = 1/4"),
    example(says.splits_in_two, numbers({"v": (2, 0), "w": (0, 5)}), "v = (2, 0), w = (0, 5)"),
    example(says.schur, numbers({"x": (2, 7), "r": (2, 0), "o": (0, 7), "v": (Fraction(1, 2), 0)},
                                c=4), "columns (2, 7) and (0, 1)"),
    example(says.more_data, numbers(m=4, p=10, sigma2=1, b2=2), "p = 10, n = 6, |b|^2 = 2 sigma2"),
    example(says.wider, numbers(a=2, s=1, n=3, v=4), "a = 2, s = 1, n = 3, p = 8: attained"),
    example(says.best, Model(letters={"lambda": Fraction(2), "tau2": Fraction(1, 2),
                                      "sigma2": Fraction(1), "w": Fraction(3)}),
            "the best penalty itself: tau2 = 1/2, sigma2 = 1"),
    example(says.bounded, numbers(tau2=2, sigma2=1, w=0), "w = 0: attained"),
    example(says.never_hurts, numbers({"u": (1, 0)}, T=2, T_1=Fraction(3, 2), d=Fraction(1, 2),
                                      q=1), "the unit matrix and x = (1, 0)"),
    Example(says.inverse_wishart, -trace_misses(), "exact run: all p <= 30 and n <= 60"),
    Example(says.limit_as_stated,
            says.ridgeless_limit(Fraction(40), Fraction(38), Fraction(1, 4), Fraction(1))
            - risk(40, 38, Fraction(1, 4), Fraction(1)),
            "exact run: 4.75 at n = 40, p = 38, where the risk is 9.5"),
    Example(says.limit_near, -limit_misses(), "exact run: all those n and p"),
    Example(says.weak_course, -course_misses(), "exact run: the errors of all p <= 100"),
    Example(says.more_data_range, -range_misses(), "exact run: both risks of every pair"),
    Example(says.adding, -adding_misses(), "exact run: 30 designs of whole numbers"),
)

citations = (
    Citation(says.risk_law, "for Q Muirhead 1982, Theorem 3.2.12; for S, independent of Q, the "
                            "rotation invariance of the inputs"),
    Citation(says.exact_risk, "Belkin, Hsu and Xu 2020, Theorem 1, with all features"),
    Citation(says.weak, "Belkin, Hsu and Xu 2020, Theorem 1"),
)
