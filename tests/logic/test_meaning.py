"""Normal forms: they keep the value of every term in every world, and know when it is known."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sgdtheory.logic import language as tree
from sgdtheory.logic import meaning as form
from sgdtheory.logic.arithmetic import ONE
from sgdtheory.logic.atoms import at_most, known, natural, subterms
from sgdtheory.logic.language import (
    Applied,
    Expectation,
    FieldValue,
    FiniteSum,
    Index,
    LanguageError,
    Letter,
    LimitSuperior,
    Maximum,
    Number,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.logic.meaning import affine, denominators, meaning, nodes

a, b = Letter("a"), Letter("b")
i, j, k, s, t = map(Index, "ijkst")
x, y = VectorLetter("x"), VectorLetter("y")


def W(time):
    return Process("W", scalar(time))


def g(time):
    return Process("g", scalar(time), delay=1)


def known_at(term, time):
    return known(meaning(term), None if time is None else affine(scalar(time)))


def same(left, right):
    return meaning(left) == meaning(right)


# --- values ---------------------------------------------------------------------------------------


def drawn(seed, random_terms, draw_meaningful, random_world, fix_times):
    rng = Random(seed)
    kind = rng.choice(["scalar", "vector"])
    term = draw_meaningful(random_terms(rng), rng.choice([2, 3, 4]), kind)
    return term, fix_times(random_world(seed % 40), rng)


def values(term, model):
    env = {Index(name): value for name, value in model.indices.items()}
    return [model.value(term, env, outcome) for _, outcome in model.outcomes]


def read(atom, model, reader):
    """Return the values of a normal form at every outcome."""
    env = {Index(name): value for name, value in model.indices.items()}
    view = reader(model)
    return [view.value(atom, env, outcome) for _, outcome in model.outcomes]


def all_nonzero(bases, model, reader):
    try:
        return all(np.all(value != 0) for base in bases for value in read(base, model, reader))
    except ZeroDivisionError:
        return False


@pytest.mark.parametrize("block", range(10))
def test_a_normal_form_has_the_value_of_its_term_where_no_denominator_vanishes(
    block, random_terms, draw_meaningful, random_world, fix_times, reader
):
    compared = 0
    for seed in range(60 * block, 60 * (block + 1)):
        term, model = drawn(seed, random_terms, draw_meaningful, random_world, fix_times)
        if all_nonzero(denominators(term), model, reader):  # then `values` divides by no zero
            pairs = zip(values(term, model), read(meaning(term), model, reader), strict=True)
            assert all(np.all(value == read_off) for value, read_off in pairs), (seed, term)
            compared += 1
    assert compared > 40


def test_what_is_said_to_be_known_is_the_same_whatever_comes_later(
    random_terms, draw_meaningful, random_world, fix_times, reader
):
    said = 0
    for seed in range(400):
        term, model = drawn(seed, random_terms, draw_meaningful, random_world, fix_times)
        for time in (None, 0, 1, 2):
            if not (known_at(term, time) and all_nonzero(denominators(term), model, reader)):
                continue
            seen = {}
            for (_, outcome), value in zip(model.outcomes, values(term, model), strict=True):
                first = seen.setdefault(outcome[: time or 0], value)
                assert np.all(first == value), (seed, time, term)
            said += 1
    assert said > 400


def test_a_wrong_normal_form_is_caught(
    random_terms, draw_meaningful, random_world, fix_times, reader, monkeypatch
):
    monkeypatch.setattr(form, "known", lambda value, past, ranges=None: True)
    wrong = 0
    for seed in range(200):
        term, model = drawn(seed, random_terms, draw_meaningful, random_world, fix_times)
        if all_nonzero(denominators(term), model, reader):
            pairs = zip(values(term, model), read(meaning(term), model, reader), strict=True)
            wrong += not all(np.all(value == read_off) for value, read_off in pairs)
    assert wrong > 10


# --- names and nesting ----------------------------------------------------------------------------


def test_renamed_running_indices_mean_the_same():
    assert same(FiniteSum(k, 0, t, a**k), FiniteSum(j, 0, t, a**j))
    assert same(LimitSuperior(t, a**t), LimitSuperior(s, a**s))
    nested = FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**j * b**k))
    assert same(nested, FiniteSum(j, 0, t, FiniteSum(k, 0, j, a**k * b**j)))
    assert not same(nested, FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**k * b**j)))


def test_an_inner_index_shadows_an_outer_one_of_the_same_name():
    shadowed = FiniteSum(k, 0, t, FiniteSum(k, 0, k, a**k))
    assert same(shadowed, FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**j)))
    assert not same(shadowed, FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**k)))


def test_the_limits_of_a_sum_are_outside_its_scope():
    assert same(FiniteSum(t, 0, t, a**t), FiniteSum(k, 0, t, a**k))


def test_a_free_index_is_not_a_running_one():
    assert not same(FiniteSum(k, 0, t, a**k), FiniteSum(k, 0, t, a**j))
    assert same(FiniteSum(k, 0, t, a**j), t * a**j)


def test_a_sum_that_does_not_run_is_taken_out_of_another():
    inside = FiniteSum(k, 0, t, b**k * FiniteSum(j, 0, s, W(j).dot(x)))
    value = meaning(inside)
    (m, _), = value.numerator.terms
    assert len(m) == 2


def test_kinds_of_one_name_are_different_things():
    forms = [Letter("t"), Index("t")]
    assert meaning(forms[0]) != meaning(forms[1])
    vectors = [VectorLetter("W"), W(t), Process("W", t, 1), Process("W", s), Applied("W", x)]
    assert len({meaning(v) for v in vectors}) == len(vectors)
    assert not same(FieldValue("L", x), FieldValue("M", x))
    assert not same(Applied("G", x).dot(y), FieldValue("G", x))


# --- natural numbers ------------------------------------------------------------------------------


def test_times_are_integer_combinations_of_indices():
    assert affine(2 * (t + 1) - s) == affine(t + t + 2 - s)
    assert affine(t / 1) == affine(t)
    for term in (t / 2, t * s, a, t + scalar(1) / 2, Letter("t"), 1 / t):
        with pytest.raises(LanguageError, match="not an integer combination"):
            affine(term)


def test_a_number_is_natural_if_no_sign_is_minus():
    assert natural(affine(t + 2 * s + 3))
    assert natural(affine(t - t))
    assert not natural(affine(t - 1))
    assert not natural(affine(s - t))
    assert not natural(affine(scalar(-1)))


def test_an_order_of_times_holds_for_all_values_or_is_not_known():
    assert at_most(affine(t), affine(t))
    assert at_most(affine(t), affine(t + s))
    assert not at_most(affine(t + 1), affine(t))
    assert not at_most(affine(s), affine(t))
    assert not at_most(affine(t), affine(scalar(5)))


@pytest.mark.parametrize(("term", "reason"), [
    (a ** (t - 1), "may be negative"),
    (a ** (-t), "may be negative"),
    (a**b, "not an integer combination"),
    (scalar(0) ** -1, "identically zero"),
    (1 / (a - a), "identically zero"),
    (FiniteSum(k, t - 1, t, a), "lower limit of a sum must be a natural"),
    (FiniteSum(k, a, t, a), "not an integer combination"),
    (FiniteSum(k, 0, t, 1 / k), "depends on the running index"),
    (FiniteSum(k, 0, t, x / (k + 1)), "depends on the running index"),
    (Expectation(1 / W(t).norm2()), "not known at that time"),
    (Expectation(a, b), "not an integer combination"),
    (Expectation(FieldValue("L", W(t)) * g(t)), "coefficient not known then"),
    (LimitSuperior(t, FieldValue("L", W(t))), "limsup of the random sequence"),
    (LimitSuperior(a, a), "cannot run"),
    (tree.ScalarSum(a, scalar(0), t, a), "cannot run"),
    (tree.VectorSum(x, scalar(0), t, x), "cannot run"),
    (tree.Plus(a, 1), "not a term of the language"),
    (tree.Plus(a, 0.5), "not a term of the language"),
    ("a", "not a term of the language"),
    (Process("W", 1), "not a term of the language"),
])
def test_what_the_language_cannot_say_is_refused(term, reason):
    with pytest.raises(LanguageError, match=reason):
        meaning(term)


def test_zero_to_the_zero_is_one():
    assert same(scalar(0) ** 0, scalar(1))
    assert same(a**0, scalar(1))
    assert not same(scalar(0) ** t, scalar(0))


def test_powers_split_where_the_exponent_is_a_sum():
    assert same(a ** (t + 1), a * a**t)
    assert same(a ** (2 * t), a**t * a**t)
    assert same((a * b) ** t, a**t * b**t)
    assert not same((a + b) ** t, a**t + b**t)
    assert not same((-a) ** t, -(a**t))


# --- what must be nonzero -------------------------------------------------------------------------


def test_denominators_are_read_before_anything_cancels():
    base = meaning(a).numerator
    for term in (a / a, a**-1 * a, 0 / a, (1 / a) * 0, FieldValue("L", x / a), Maximum(1 / a, b),
                 Expectation(b / a), FiniteSum(k, 0, 2, b / a), LimitSuperior(t, b / a),
                 Applied("G", x / a).dot(y), (1 / a) ** t, 1 / (1 / a), 1 / (a * (a**2 + 1))):
        assert base in denominators(term), term
    assert not denominators(a / 2)
    assert not denominators(a**t)


def test_a_product_is_inverted_factor_by_factor():
    product = denominators(1 / (a * (a + b)))
    assert product == {meaning(a).numerator, meaning(a + b).numerator}


# --- measurability --------------------------------------------------------------------------------


@pytest.mark.parametrize(("term", "at", "late"), [
    (W(t), t, t - 1),
    (W(t), t + s, s),
    (g(t), t + 1, t),
    (W(0), 0, None),
    (FieldValue("L", W(t)), t, None),
    (Applied("G", W(t) + g(t)), t + 1, t),
    (Expectation(g(t), t), t, t - 1),
    (FiniteSum(k, 0, t, W(k).dot(x)), t, t - 2),
    (FiniteSum(k, 0, t, g(k).dot(x)), t, t - 1),
    (FiniteSum(k, 0, t + 1, W(k)), t, t - 1),
    (FiniteSum(k, 0, t, FiniteSum(j, 0, s, W(k + j).dot(x))), t + s, s),
    (FiniteSum(k, 0, t + 1, W(t - k)), t, t - 1),
    (Maximum(FieldValue("L", W(t)), a), t, t - 1),
    (FieldValue("L", W(t)) ** s, t, t - 1),
])
def test_a_term_is_known_when_its_last_part_is_and_not_before(term, at, late):
    assert known_at(term, at)
    assert not known_at(term, late)


def test_constants_means_and_limits_are_known_without_any_past():
    limsup = LimitSuperior(t, Expectation(W(t).norm2()))
    means = Expectation(g(t)), Expectation(FieldValue("L", g(t)))
    for term in (a, t, x, FieldValue("L", x), *means, limsup):
        assert known_at(term, None)
    assert not known_at(W(0), None)
    assert not known_at(Expectation(g(t), 0), None)


def test_a_running_time_counts_with_its_last_value():
    past = ONE.scaled(3)
    assert known(meaning(FiniteSum(k, 0, 4, W(k))), past)
    assert not known(meaning(FiniteSum(k, 0, 5, W(k))), past)
    assert known(meaning(FiniteSum(k, 0, 3, g(k))), past)
    assert not known(meaning(FiniteSum(k, 0, 4, g(k))), past)


def test_known_factors_come_out_and_others_stay():
    mean = Expectation(g(t), t)
    assert same(Expectation(g(t).dot(W(t)), t), mean.dot(W(t)))
    assert same(Expectation(FieldValue("L", W(t)) * g(t), t), FieldValue("L", W(t)) * mean)
    assert not same(Expectation(g(t).dot(g(t)), t), mean.dot(mean))
    assert not same(Expectation(g(t).dot(W(t + 1)), t), mean.dot(W(t + 1)))
    assert not same(Expectation(g(t).dot(W(t))), Expectation(g(t)).dot(Expectation(W(t))))


def test_a_mean_goes_into_a_sum_term_by_term():
    total = FiniteSum(k, 0, t, g(k).dot(x))
    assert same(Expectation(total), FiniteSum(k, 0, t, Expectation(g(k)).dot(x)))
    assert same(Expectation(FiniteSum(k, 0, t, a**k * g(k))),
                FiniteSum(k, 0, t, a**k * Expectation(g(k))))
    running = FiniteSum(k, 0, s, g(k).dot(W(k)))
    assert not same(Expectation(running, t), FiniteSum(k, 0, s, Expectation(g(k), t).dot(W(k))))


def test_a_constant_vector_comes_out_of_a_sum():
    v = VectorLetter("v")
    summed = FiniteSum(k, 0, t, (k + 1) * v)
    assert meaning(summed) == meaning(FiniteSum(k, 0, t, k + 1) * v)
    assert meaning(summed) != meaning(FiniteSum(k, 0, t, k) * v)
    moving = FiniteSum(k, 0, t, (k + 1) * Process("g", k))
    assert meaning(moving) != meaning(FiniteSum(k, 0, t, k + 1) * Process("g", k))


def test_a_constant_sum_is_counted_only_where_it_is_not_reversed():
    assert same(FiniteSum(k, 0, t, a), t * a)
    assert same(FiniteSum(k, s, s + t, a), t * a)
    assert not same(FiniteSum(k, s, t, a), (t - s) * a)
    assert not same(FiniteSum(k, 5, 2, a), -3 * a)


def test_a_maximum_is_symmetric_and_nothing_more():
    assert same(Maximum(a, b), Maximum(b, a))
    assert same(Maximum(a, a), a)
    assert not same(Maximum(a, b), a)
    assert not same(Maximum(2 * a, 2 * b), 2 * Maximum(a, b))


def test_inner_products_are_bilinear_and_symmetric():
    assert same((a * x + y).dot(x - y), a * x.norm2() + (1 - a) * x.dot(y) - y.norm2())
    assert same(x.dot(0 * y), scalar(0))
    assert not same(x.norm2() * y.norm2(), x.dot(y) ** 2)


# --- walking --------------------------------------------------------------------------------------


def test_every_node_is_visited_with_the_indices_that_run_there():
    term = FiniteSum(k, 0, t, a**k) + LimitSuperior(s, b**s) + Expectation(W(t).norm2(), t)
    seen = {type(node) for node, _ in nodes(term)}
    assert {tree.ScalarSum, tree.LimitSuperior, tree.ScalarExpectation, tree.Power,
            tree.Process, tree.Inner, Number, Letter, Index} <= seen
    running = {node: set(env) for node, env in nodes(term) if isinstance(node, tree.Power)}
    assert running == {a**k: {k}, b**s: {s}}


def test_subterms_of_a_normal_form_reach_into_every_atom():
    values = FieldValue("L", W(t) + a * x) * FieldValue("M", W(s))
    inside = set(subterms(meaning(Expectation(values))))
    assert {a, x, t, s} <= inside
