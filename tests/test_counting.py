"""Counts decided exactly: trial by trial, at ties, for tiny shares, on arrays and symbols."""

from __future__ import annotations

import math
from fractions import Fraction as F

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp

from sgdtheory import counting
from sgdtheory.counting import least_trials, whole_above, whole_power, whole_root

SHARES = hyp.fractions(F(1, 60), F(59, 60), max_denominator=60)


@given(SHARES, SHARES)
def test_the_least_trials_are_those_that_counting_finds(share, confidence) -> None:
    n, left = 0, F(1)
    while left > 1 - confidence:
        n, left = n + 1, left * (1 - share)
    assert least_trials(share, 1, confidence) == n


@given(SHARES, hyp.integers(1, 25))
def test_a_tie_is_enough_and_a_hair_more_is_not(share, count) -> None:
    exactly = 1 - (1 - share) ** count
    assert least_trials(share, 1, exactly) == count
    assert least_trials(share, 1, exactly + (1 - exactly) / 10**60) == count + 1
    assert least_trials(share, 1, exactly * (1 - F(1, 10**60))) == count


def test_a_float_is_the_decimal_that_it_is_printed_as() -> None:
    """Three trials of 1/10 give 0.271; floats miss it by their rounding, and say four."""
    assert least_trials(0.1, 1, 0.271) == least_trials(F(1, 10), 1, F(271, 1000)) == 3
    assert math.ceil(math.log(1 - 0.271) / math.log(1 - 0.1)) == 4
    assert F(1 - 0.1) ** 3 > F(1 - 0.271)
    for kind in (np.float64, np.float32, np.array):
        assert least_trials(kind(0.1), 1, kind(0.271)) == 3
    for j in range(1, 100):
        for n in (1, 2, 3):
            confidence = 1 - (1 - F(j, 100)) ** n  # six decimals, which a float prints in full
            assert least_trials(j / 100, 1, float(confidence)) == n


@pytest.mark.parametrize("share", ["1e-9", "1e-17", "3e-40", "1e-300"])
def test_tiny_shares_take_as_many_trials_as_logarithms_of_700_digits_say(share) -> None:
    with mpmath.workdps(700):
        exact = mpmath.log(mpmath.mpf(1) / 20) / mpmath.log(1 - mpmath.mpf(share))
        assert least_trials(float(share), 1, 0.95) == int(mpmath.ceil(exact))
    assert least_trials(0.1, 30, 0.95) == least_trials(F(1, 10**30), 1, F(19, 20))


def test_logarithms_are_enclosed_at_every_number_of_digits() -> None:
    with mpmath.workdps(200):
        for x in (F(1, 20), F(999_999, 10**6), 1 - F(1, 10**40), F(1, 10**300)):
            true = -mpmath.log(mpmath.mpf(x.numerator) / x.denominator)
            for digits in (5, 30, 60):
                low, high = counting._minus_log(x, digits)
                assert low.numerator / mpmath.mpf(low.denominator) <= true
                assert true <= high.numerator / mpmath.mpf(high.denominator)


@given(hyp.integers(1, 10**40), hyp.integers(1, 12))
def test_a_whole_root_is_the_largest_whose_power_fits(a, d) -> None:
    root = whole_root(a, d)
    assert root**d <= a < (root + 1) ** d
    assert whole_root(root**d, d) == root
    assert root == 1 or whole_root(root**d - 1, d) == root - 1


def test_a_float_root_is_off_by_one_where_it_matters() -> None:
    assert int(1000 ** (1 / 3)) == 9 != whole_root(1000, 3)
    assert round(999 ** (1 / 3)) == 10 != whole_root(999, 3)


def test_powers_in_arrays_do_not_wrap_around() -> None:
    at = np.array([2, 40, 70])
    assert whole_power(3, at) == pytest.approx([9.0, 3.0**40, 3.0**70])
    assert np.array([3])[0] ** np.array([70]) != pytest.approx(3.0**70), "the slip"
    assert whole_power(np.int64(3), np.int64(70)) == 3**70
    assert whole_power(F(1, 3), 2) == F(1, 9)
    assert whole_power(np.array([F(1, 2)]), 2).tolist() == [F(1, 4)]


def test_arrays_fractions_and_symbols_are_taken_one_by_one() -> None:
    assert least_trials(np.array([0.05, 0.01]), 1, 0.95).tolist() == [59, 299]
    assert least_trials(0.5, np.array([1, 10]), 0.95).tolist() == [5, 3067]
    assert whole_root(np.array([7, 8, 9]), 3).tolist() == [1, 2, 2]
    assert whole_above(np.array([1.5, 2.0])).tolist() == [2, 2]
    assert (whole_above(F(7, 3)), whole_above(3.0)) == (3, 3)
    assert isinstance(whole_above(F(7, 3)), F) and isinstance(whole_root(F(9), 2), F)
    q, n = sympy.symbols("q n", positive=True)
    assert least_trials(q, 1, sympy.Rational(19, 20)).subs(q, sympy.Rational(1, 20)) == 59
    assert whole_root(n, 3).subs(n, 26) == 2
    assert whole_above(1 / (2 * q)).subs(q, sympy.Rational(1, 5)) == 3
