"""The kernel's arithmetic, against sympy: equal exactly where sympy cancels the difference to 0."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy

from sgdtheory.logic.arithmetic import (
    ONE,
    ZERO,
    Polynomial,
    Ratio,
    brought_over,
    common_denominator,
    monomial,
    polynomial,
)

NAMES = ("p", "q", "r")
SYMBOLS = dict(zip(NAMES, sympy.symbols(NAMES), strict=True))


def atom(name):
    return Ratio(polynomial([(((name, 1),), Fraction(1))]))


def number(value):
    return Ratio(ONE.scaled(Fraction(value)))


def as_sympy(ratio):
    def of(p):
        return sympy.Add(*(
            sympy.Rational(a.numerator, a.denominator)
            * sympy.Mul(*(SYMBOLS[name] ** power for name, power in m))
            for m, a in p.terms
        ))

    return of(ratio.numerator) / sympy.Mul(*(of(base) ** n for base, n in ratio.denominator))


def random_pair(rng, depth):
    """Return a random rational function, in the kernel's arithmetic and in sympy's."""
    if depth == 0:
        if rng.random() < 0.4:
            value = Fraction(rng.randint(-3, 3), rng.randint(1, 3))
            return number(value), sympy.Rational(value.numerator, value.denominator)
        name = rng.choice(NAMES)
        return atom(name), SYMBOLS[name]
    (left, left_), (right, right_) = random_pair(rng, depth - 1), random_pair(rng, depth - 1)
    match rng.choice("+-**/"):
        case "+":
            return left + right, left_ + right_
        case "-":
            return left + -right, left_ - right_
        case "*":
            return left * right, left_ * right_
    if right.is_zero():
        return left, left_
    return left * right.reciprocal(), left_ / right_


@pytest.mark.parametrize("seed", range(60))
def test_every_operation_gives_what_sympy_gives(seed):
    ratio, expression = random_pair(Random(seed), 3)
    assert sympy.cancel(as_sympy(ratio) - expression) == 0


@pytest.mark.parametrize("seed", range(60))
def test_two_ratios_are_equal_exactly_if_sympy_cancels_their_difference(seed):
    rng = Random(seed)
    ratio, expression = random_pair(rng, 2)
    spread, spread_ = random_pair(rng, 1)
    if spread.is_zero():
        spread, spread_ = atom("p"), SYMBOLS["p"]
    same = (ratio * spread + spread * spread) * spread.reciprocal() + -spread
    assert (same + -ratio).is_zero()
    assert sympy.cancel((expression * spread_ + spread_**2) / spread_ - spread_ - expression) == 0
    for other, other_ in (random_pair(rng, 2), (ratio + number(Fraction(1, 7)), expression + 1)):
        judged = sympy.cancel(sympy.together(as_sympy(other) - expression)) == 0
        assert (other + -ratio).is_zero() == judged, (other_, expression)


def test_nothing_is_cancelled():
    one = atom("p") * atom("p").reciprocal()
    assert one.bases() == {atom("p").numerator}
    assert one != number(1)
    assert (one + number(-1)).is_zero()


def test_a_square_in_the_denominator_is_a_power_of_its_base():
    inverse = (atom("p") * atom("p")).reciprocal()
    assert inverse.denominator == ((atom("p").numerator, 2),)


def test_a_denominator_is_the_same_up_to_a_number():
    one, other = atom("p") + -atom("q"), atom("q") + -atom("p")
    twice = (one + one).reciprocal()
    assert one.reciprocal().bases() == other.reciprocal().bases() == twice.bases()
    assert (one.reciprocal() + other.reciprocal()).is_zero()
    assert (twice + twice + -one.reciprocal()).is_zero()


def test_a_shared_factor_is_a_base_of_its_own():
    inverse = (atom("p") * atom("p") + atom("p") * atom("q")).reciprocal()
    assert inverse.bases() == {atom("p").numerator, (atom("p") + atom("q")).numerator}


def test_one_over_zero_is_refused():
    with pytest.raises(ZeroDivisionError, match="identically zero"):
        (atom("p") + -atom("p")).reciprocal()
    with pytest.raises(ZeroDivisionError, match="identically zero"):
        Ratio(ZERO).reciprocal()


def test_a_ratio_with_a_pole_is_not_zero_for_it():
    assert not atom("p").reciprocal().is_zero()
    assert (atom("p").reciprocal() * number(0)).is_zero()
    assert (atom("p").reciprocal() * number(0)).bases() == {atom("p").numerator}


def test_equal_monomials_are_collected_and_zeros_dropped():
    m = monomial({"q": 2, "p": 1})
    assert m == (("p", 1), ("q", 2))
    assert polynomial([(m, Fraction(1)), (m, Fraction(-1))]) == ZERO
    assert polynomial([(m, Fraction(1, 3)), (m, Fraction(2, 3))]).terms == ((m, Fraction(1)),)


def test_powers_multiply_out():
    binomial = (atom("p") + atom("q")).numerator
    assert binomial**0 == ONE
    coefficients = [a for _, a in (binomial**4).terms]
    assert sorted(coefficients) == [1, 1, 4, 4, 6]


def test_atoms_that_differ_only_in_kind_stay_apart():
    class Named:
        def __init__(self, kind):
            self.kind = kind

        def __repr__(self):
            return f"{self.kind}(t)"

    letter, index = Named("Letter"), Named("Index")
    difference = atom(letter) + -atom(index)
    assert not difference.is_zero()
    assert difference.numerator.atoms() == {letter, index}


def test_hash_collisions_do_not_merge_atoms():
    assert hash(-1) == hash(-2)
    assert not (atom((-1,)) + -atom((-2,))).is_zero()


def test_bringing_over_a_common_denominator_keeps_the_value():
    one, other = atom("p").reciprocal(), (atom("p") * atom("q")).reciprocal()
    common = common_denominator(one.denominator, other.denominator)
    assert dict(common) == {atom("p").numerator: 1, atom("q").numerator: 1}
    assert brought_over(one, common) == atom("q").numerator
    assert brought_over(other, common) == ONE
    assert isinstance(brought_over(one, common), Polynomial)
