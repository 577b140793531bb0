"""Letters and elementary functions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from sgdtheory.elementary import (
    absolute,
    exp,
    geometric,
    maximum,
    minimum,
    one_minus_power,
    sqrt,
)
from sgdtheory.logic.language import Index, Letter
from sgdtheory.notation import LETTERS, letter
from sgdtheory.optimizers import (
    SGD,
    CorrectedMomentum,
    Inverse,
    LacosteJulien,
    Momentum,
    Nesterov,
)

rationals = st.fractions(min_value=-5, max_value=5, max_denominator=50)
RULES = [SGD, Momentum, CorrectedMomentum, Nesterov, Inverse, LacosteJulien]
KINDS = [float, Fraction, lambda x: np.array([x, x], dtype=float), sympy.Rational]


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_admits_its_domain_and_refuses_the_rest(name: str) -> None:
    entry = letter(name)
    inside = Fraction(1) if entry.natural else max(Fraction(1, 2), Fraction(int(max(entry.low, 0))))
    for value in (inside, float(inside), np.array([float(inside)])):
        assert entry.check(value) is not None
    for value in (math.nan, math.inf, -math.inf, np.array([math.nan])):
        with pytest.raises(ValueError, match=f"{name}, .*, must be"):
            entry.check(value)
    for value in ("one", None, 1j, np.array(["a"])):
        with pytest.raises(TypeError, match=f"{name}, .*, must be a real number"):
            entry.check(value)
    if entry.low == 0 and entry.open_low:
        with pytest.raises(ValueError, match=r"must be (> 0|in \(0, 1\)); got 0"):
            entry.check(0)


@pytest.mark.parametrize(("name", "domain"), [
    ("alpha", "finite and > 0"), ("tau", "finite and >= 2"), ("beta1", r"in \[0, 1\)"),
    ("B", "a whole number >= 1")])
def test_what_is_infinite_is_told_that_it_must_be_finite(name: str, domain: str) -> None:
    for value in (math.inf, np.float64(math.inf), np.array([math.inf, 3.0])):
        with pytest.raises(ValueError, match=f", must be {domain}; got inf"):
            letter(name).check(value)
    with pytest.raises(ValueError, match="alpha, the learning rate, must be > 0; got -1"):
        letter("alpha").check(-1.0)


def test_what_is_not_a_number_at_all_is_told_that_it_must_be_finite() -> None:
    with pytest.raises(ValueError, match=r"must be finite and > 0; got nan; 0\.1 is a usual first"):
        letter("alpha").check(math.nan)


@pytest.mark.parametrize(("name", "value", "step"), [
    ("alpha", 0, "0.1 is a usual first try"), ("B", 0, "1 is one sample a step"),
    ("c", -1, "a penalty l2 .* makes it at least l2"), ("mu2", -1, "it is a square"),
    ("beta1", 1, "0.9 is usual"), ("t", -1, "it counts the steps")])
def test_a_refusal_says_the_next_step(name: str, value: int, step: str) -> None:
    with pytest.raises(ValueError, match=f"{name}, .*; got {value}; {step}"):
        letter(name).check(value)


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("value", ["x", None, True, 1j, [0.1]])
def test_a_rule_takes_no_step_size_that_is_not_a_number(kind, value) -> None:
    with pytest.raises(TypeError, match=r"(alpha|c), .*, must be a real number"):
        kind(value)


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_takes_a_step_size_of_any_exact_kind(kind) -> None:
    for value in (0.1, 1, Fraction(1, 3), np.float64(0.1), np.float32(0.1), np.array(0.1),
                  sympy.Symbol("alpha"), Letter("alpha"), Letter("alpha") / 2):
        assert kind(value)


def test_one_number_is_told_from_several() -> None:
    assert letter("B").check_one(3) == letter("B").check_one(np.array(3)) == 3
    with pytest.raises(TypeError, match=r"B, the batch size, must be one number; got an array of "
                       r"shape \(2,\); ask for its numbers one by one"):
        letter("B").check_one(np.array([1, 2]))


def test_the_offset_of_a_schedule_is_one_number() -> None:
    with pytest.raises(ValueError, match=r"offset, .*, must be > 0; got 0; 1 forgets the start"):
        Inverse(1, 0)
    for value in ("x", None, [1.0]):
        with pytest.raises(TypeError, match=r"offset, the number at which the step sizes start"):
            Inverse(1, value)


def test_an_unknown_letter_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="'eta' is not a letter of the notation; known: alpha"):
        letter("eta")


@given(rationals, rationals)
def test_maximum_minimum_and_absolute_agree_on_every_kind_of_number(a, b) -> None:
    for kind in KINDS:
        x, y = kind(a), kind(b)
        assert np.all(np.asarray(maximum(x, y) == kind(max(a, b))))
        assert np.all(np.asarray(minimum(x, y) == kind(min(a, b))))
        assert np.all(np.asarray(absolute(x) == kind(abs(a))))


def test_a_scalar_is_a_plain_number_and_an_array_stays_one() -> None:
    for value in (maximum(1.0, 2.0), minimum(1.0, 2.0), absolute(-1.0), sqrt(4.0), exp(0.0),
                  maximum(np.float64(1), 2), one_minus_power(0.5, 2), geometric(0.5, 2)):
        assert type(value) is float
    assert type(maximum(1, 2)) is int and type(maximum(Fraction(3), 2)) is Fraction
    for value in (maximum(np.array([1.0]), 2.0), absolute(np.array([-1.0])), sqrt(np.ones(1))):
        assert type(value) is np.ndarray and value.shape == (1,)


def test_on_formal_terms_they_build_maxima() -> None:
    a, b = Letter("a"), Letter("b")
    assert maximum(a, b) == a.maximum(b)
    assert maximum(0, b) == b.maximum(0)
    assert absolute(a) == a.maximum(-a)
    assert geometric(a, Index("t")) == a.geometric_sum(Index("t"))


def test_the_running_index_of_a_geometric_sum_captures_nothing() -> None:
    k, t = Index("k"), Index("t")
    total = (1 - Letter("q") * k).geometric_sum(t)
    assert total.index not in (k, t)


@given(st.fractions(0, 1, max_denominator=60), st.integers(0, 40))
def test_powers_and_geometric_sums_agree_with_fractions(x, t) -> None:
    exact_power = 1 - (1 - x) ** t
    exact_sum = sum((1 - x) ** k for k in range(t))
    assert one_minus_power(x, t) == exact_power
    assert geometric(x, t) == exact_sum
    assert one_minus_power(float(x), t) == pytest.approx(float(exact_power), rel=1e-13)
    assert geometric(float(x), t) == pytest.approx(float(exact_sum), rel=1e-13)
    symbol = sympy.Symbol("x")
    substituted = geometric(symbol, sympy.Integer(t)).subs(symbol, sympy.Rational(str(x)))
    assert substituted == sympy.Rational(str(exact_sum))


def test_powers_outside_the_unit_interval_are_plain_powers() -> None:
    np.testing.assert_allclose(one_minus_power(np.array([-0.5, 1.0, 1.5, 3.0]), 3),
                               [1 - 1.5**3, 1.0, 1 + 0.125, 9.0])


def test_roots_of_fractions_are_exact_or_refused() -> None:
    assert sqrt(Fraction(9, 16)) == Fraction(3, 4)
    with pytest.raises(ValueError, match="the square root of 1/2 is not rational; pass a float"):
        sqrt(Fraction(1, 2))
    with pytest.raises(ValueError, match="the square root of -1 is not real"):
        sqrt(Fraction(-1))
    assert sqrt(4.0) == 2.0
    assert sqrt(sympy.Integer(2)) == sympy.sqrt(2)
    assert exp(0.0) == 1.0
    assert exp(sympy.Integer(0)) == 1
