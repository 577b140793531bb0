"""The decorator of formulas."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from sgdtheory.logic.formula import Formula, formula


@formula
def half_step(alpha, B):
    """Half a step over the batch [slide 22]."""
    return alpha / (2 * B)


def test_a_formula_binds_by_position_and_by_name() -> None:
    assert half_step(1.0, 2) == half_step(B=2, alpha=1.0) == half_step(1.0, B=2) == 0.25
    assert repr(half_step) == "half_step(alpha, B)"
    assert isinstance(half_step, Formula)


@pytest.mark.parametrize("args, kwargs", [((1.0,), {}), ((1.0, 2, 3), {}), ((1.0, 2), {"B": 3}),
                                          ((1.0,), {"batch": 2})])
def test_a_wrong_call_says_which_letters_there_are(args, kwargs) -> None:
    with pytest.raises(TypeError, match=r"half_step takes \(alpha, B\)"):
        half_step(*args, **kwargs)


def test_a_formula_at_its_letters_is_a_function_of_time() -> None:
    @formula
    def decayed(t, alpha, B):
        """Decay."""
        return (1 - alpha) ** t / B

    fixed = decayed.at(alpha=0.5, B=2)
    assert fixed(3) == decayed(3, 0.5, 2) == 1 / 16
    assert repr(fixed) == "decayed.at(alpha=0.5, B=2)"
    assert half_step.at(alpha=1.0, B=2)(99) == 0.25, "no time in it: constant"


@pytest.mark.parametrize("given, said", [({"alpha": 1.0},
                                          r"missing \['B'\], unknown \[\]; B is the batch size"),
                                         ({"alpha": 1.0, "B": 2, "c": 1}, r"unknown \['c'\]"),
                                         ({}, r"missing \['B', 'alpha'\]")])
def test_a_formula_at_other_letters_names_them(given, said) -> None:
    with pytest.raises(TypeError, match=said):
        half_step.at(**given)


def test_integers_beside_fractions_stay_exact() -> None:
    assert half_step(Fraction(1, 3), 2) == Fraction(1, 12)
    assert half_step(1, Fraction(3)) == Fraction(1, 6)


def test_a_value_beyond_the_floats_is_refused_and_a_fraction_is_not() -> None:
    @formula
    def grown(t, alpha):
        """Grow."""
        return alpha**t

    with pytest.raises(ValueError, match=r"grown exceeds the largest float, .* t=2000, alpha=2\.0"):
        grown(2000, 2.0)
    assert grown(2000, Fraction(2)) == 2**2000


def test_plain_numbers_and_arrays_of_one_agree() -> None:
    """The quick way for plain numbers skips nothing."""
    for good in (1.0, 2, 0.5):
        assert half_step(good, 2) == half_step(np.array([good]), 2)[0]
    for wrong in (0, -1.0, np.nan, np.inf, 0.0):
        with pytest.raises(ValueError, match="alpha, the learning rate, must be"):
            half_step(wrong, 2)
        with pytest.raises(ValueError, match="alpha, the learning rate, must be"):
            half_step(np.array([wrong]), 2)
    for wrong in (0, 1.5, -1, np.inf, np.nan):
        with pytest.raises(ValueError, match="B, the batch size, must be a whole number >= 1"):
            half_step(1.0, wrong)


def test_arrays_broadcast() -> None:
    assert half_step(np.ones((3, 1)), np.array([1, 2])).shape == (3, 2)


def test_a_wrong_call_says_what_is_missing_and_what_it_means() -> None:
    with pytest.raises(TypeError, match=r"missing: B \(the batch size\)"):
        half_step(alpha=1.0)
    with pytest.raises(TypeError, match=r"missing: alpha \(the learning rate\), B .*; "
                       r"unknown: batch"):
        half_step(batch=2)
    with pytest.raises(TypeError, match="a letter is given twice"):
        half_step(1.0, 2, B=3)
    with pytest.raises(TypeError, match="got more than 2"):
        half_step(1.0, 2, 3)


def test_arrays_that_do_not_broadcast_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"half_step needs arrays whose shapes broadcast; got "
                       r"alpha \(2,\), B \(3,\); .* alpha\[:, None\]"):
        half_step(np.ones(2), np.array([1, 2, 3]))


def test_a_truth_value_is_no_letter() -> None:
    with pytest.raises(TypeError, match="alpha, the learning rate, must be a real number"):
        half_step(True, 2)


def test_a_parameter_is_a_letter_without_a_default() -> None:
    with pytest.raises(KeyError, match="'speed' is not a letter"):
        @formula
        def f(speed):
            return speed

    with pytest.raises(TypeError, match="the letter alpha must have no default"):
        @formula
        def g(alpha=1):
            return alpha


def test_a_formula_without_a_source_says_so() -> None:
    assert half_step.source == "slide 22"

    @formula
    def ours(alpha):
        """Return the step."""
        return alpha

    assert ours.source == "ours"
