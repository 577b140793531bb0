"""Rules run on formal numbers whose roots are supposed: the root that is put, and refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sgdtheory.elementary import absolute, geometric, maximum, sqrt
from sgdtheory.logic.kernel.terms import equal
from sgdtheory.logic.language import Index, LanguageError, Letter, scalar
from sgdtheory.logic.roots import Rooted, Roots
from sgdtheory.optimizers import Adadelta, Adagrad, RMSProp

a, b, r, S = map(Letter, ("a", "b", "r", "S"))
known = Roots({r: S + a**2})


def test_the_root_is_found_by_what_its_square_means() -> None:
    assert sqrt(known(S) + known(a) ** 2).term == r
    assert sqrt(known(a) * a + S).term == r
    with pytest.raises(LanguageError, match="not among those that are supposed; known are those"):
        sqrt(known(S) - known(a) ** 2)


def test_arithmetic_is_that_of_the_terms() -> None:
    x, y = known(a), known(b)
    t = Index("t")
    for ours, plain in ((x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b), (-x, -a),
                        (x**2, a**2), (1 + x, 1 + a), (1 - x, 1 - a), (2 * x, 2 * a),
                        (1 / x, 1 / a), (x**t, a**t), (x ** known(t), a**t)):
        assert isinstance(ours, Rooted)
        assert equal(ours.term, plain)
    assert equal(maximum(x, y).term, maximum(a, b))
    assert equal(maximum(1, y).term, maximum(scalar(1), b))
    assert equal(absolute(x).term, absolute(a))
    assert equal(geometric(x, t).term, geometric(a, t))
    assert not equal((x - y).term, b - a)


def test_floats_are_refused_as_in_every_proof() -> None:
    with pytest.raises(LanguageError, match="is not exact"):
        known(0.5)
    with pytest.raises(LanguageError, match="is not exact"):
        known(a) * 0.5


def test_a_plain_formal_number_has_no_root() -> None:
    with pytest.raises(TypeError):
        sqrt(S)


@pytest.mark.parametrize("rule", [
    Adagrad(Fraction(2), Fraction(1)), RMSProp(Fraction(2), Fraction(3, 4), Fraction(0)),
    Adadelta(Fraction(2), Fraction(0), Fraction(9))])
def test_a_rule_runs_on_them_as_on_fractions(rule) -> None:
    """With the roots of the numbers themselves; one that is off changes the step."""
    g, w = Fraction(4), Fraction(5)
    state = rule.init(w)
    moved, _ = rule.step(w, state, lambda _: g, 1)
    roots = {4: 16, 2: 4, 3: 9, 5: 25}
    for off in (0, 1):
        formal = Roots({scalar(root + off): scalar(square) for root, square in roots.items()})
        start = tuple(map(formal, state)) if isinstance(state, tuple) else formal(state)
        result, _ = rule.step(formal(w), start, lambda _: formal(g), 1)  # noqa: B023
        assert equal(result.term, scalar(moved)) is (off == 0)
