"""The rules of the kernel, one by one: what each accepts, and the nearest thing that it refuses."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sgdtheory.logic import kernel
from sgdtheory.logic.kernel import (
    KernelError,
    assume,
    cases,
    combine,
    combine_vectors,
    cut,
    expect,
    generalise,
    imply,
    induct,
    instantiate,
    is_theorem,
    limit,
    limit_shift,
    maximum_above,
    maximum_equals,
    norm_square,
    pair,
    reciprocal,
    square,
    sum_empty,
    sum_first,
    sum_last,
    sum_shift,
    tower,
    transfer,
)
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
    Process,
    Statement,
    VectorLetter,
    scalar,
    written,
)

a, b, c = map(Letter, "abc")
j, k, s, t = map(Index, "jkst")
x, y, z = map(VectorLetter, "xyz")
one = combine(scalar(1) > 0, [(1, [])])


def W(time):
    return Process("W", scalar(time))


def g(time):
    return Process("g", scalar(time), delay=1)


def L(point):
    return FieldValue("L", point)


def says(theorem):
    """Return a theorem as text: hypotheses |- conclusion."""
    return str(theorem)


# --- hypotheses and quantifiers -------------------------------------------------------------------


def test_what_is_assumed_is_concluded_and_stays_a_hypothesis():
    theorem = assume(a > 0)
    assert says(theorem) == "a > 0 |- a > 0"
    assert is_theorem(theorem)


def test_an_assumption_that_divides_takes_along_why_it_may():
    assert says(assume(1 / a >= 0, [assume(a > 0)])) == "1/a >= 0 ; a > 0 |- 1/a >= 0"
    with pytest.raises(KernelError, match="a denominator of 1/a is not proved nonzero"):
        assume(1 / a >= 0)


def test_an_assumption_may_divide_by_what_it_does_not_bind():
    statement = (x.norm2() <= 1 / a).forall(x)
    assert assume(statement, [assume(a > 0)]).conclusion == statement
    with pytest.raises(KernelError, match="a is free in the hypothesis a"):
        assume((x.norm2() <= 1 / a).forall(a), [assume(a > 0)])
    with pytest.raises(KernelError, match="is not proved nonzero"):
        assume((x.norm2() <= 1 / a).forall(a))


def test_an_assumption_may_divide_by_what_is_positive_for_all_that_it_binds():
    one = combine(scalar(1) > 0, [(1, [])])
    later = combine(t + 1 > 0, [(1, [kernel.natural_number(t)]), (1, [one])])
    statement = (x.norm2() <= 1 / (t + 1)).forall(t)
    assert assume(statement, [later]).hypotheses == {statement}


def test_a_variable_without_hypotheses_is_generalised_and_instantiated():
    every = generalise(square(a), a)
    assert says(every) == " |- for all a: a*a >= 0"
    assert says(instantiate(every, {a: b - 1})) == " |- (b - 1)*(b - 1) >= 0"
    with pytest.raises(KernelError, match="a is free in the hypothesis a > 0"):
        generalise(assume(a > 0), a)


def test_a_membership_is_discharged_by_generalising_inside_the_set():
    inside = assume((L(y) >= 0).forall(y, inside="S"))
    at_x = instantiate(inside, {y: x}, [assume(x.inside("S"))])
    every = generalise(at_x, x, "S")
    assert x.inside("S") not in every.hypotheses
    with pytest.raises(KernelError, match="x is free in the hypothesis x in S"):
        generalise(at_x, x)


def test_an_instance_asks_for_a_member_of_its_set():
    inside = assume((L(x) >= 0).forall(x, inside="S"))
    at_W = instantiate(inside, {x: W(t)}, [assume(W(t).inside("S"))])
    assert at_W.conclusion == (L(W(t)) >= 0)
    assert W(t).inside("S") in at_W.hypotheses
    with pytest.raises(KernelError, match=r"W\(t\) is not proved to lie in S"):
        instantiate(inside, {x: W(t)}, [assume(W(s).inside("S"))])


def test_some_variables_may_stay_bound():
    order = assume((a + b >= 0).forall(a, b))
    assert says(instantiate(order, {a: 1})).endswith("|- for all b: 1 + b >= 0")
    with pytest.raises(KernelError, match="would be captured"):
        instantiate(order, {a: b})
    assert instantiate(order, {a: b, b: a}).conclusion == (b + a >= 0)


def test_values_are_put_in_at_once():
    order = assume((a - b >= 0).forall(a, b))
    assert instantiate(order, {a: b, b: a}).conclusion == (b - a >= 0)


def test_a_random_vector_stands_for_a_universal_one_where_nothing_is_averaged():
    every = generalise(norm_square(x), x)
    assert instantiate(every, {x: W(t) - g(t)}).conclusion == ((W(t) - g(t)).norm2() >= 0)
    averaged = assume((Expectation(x.dot(g(t))) >= 0).forall(x))
    assert instantiate(averaged, {x: Expectation(W(t))})
    with pytest.raises(KernelError, match=r"stands under an expectation, and W\(t\) is random"):
        instantiate(averaged, {x: W(t)})


def test_a_letter_takes_numbers_and_means_but_no_random_number():
    every = generalise(square(a), a)
    for value in (Fraction(-1, 2), 3, b, t, L(x), Expectation(W(t).norm2())):
        assert is_theorem(instantiate(every, {a: value}))
    with pytest.raises(KernelError, match=r"a is a constant, and .* is random"):
        instantiate(every, {a: W(t).norm2()})


def test_an_index_takes_natural_numbers_only():
    every = assume((W(t).norm2() <= a).forall(t))
    for value in (0, 7, s, t + 1, 2 * s + t):
        assert is_theorem(instantiate(every, {t: value}))
    for value in (-1, t - 1, s - t):
        with pytest.raises(KernelError, match="is not a natural number"):
            instantiate(every, {t: value})


def test_a_value_that_divides_is_asked_why_it_may():
    every = generalise(square(a), a)
    assert instantiate(every, {a: 1 / b}, (), [assume(b > 0)]).hypotheses == {b > 0}
    with pytest.raises(KernelError, match="a denominator of a value is not proved nonzero"):
        instantiate(every, {a: 1 / b})


def test_running_indices_keep_their_values_to_themselves():
    sums = assume((FiniteSum(k, 0, t, a * k) >= 0).forall(a, t))
    assert instantiate(sums, {a: t, t: s}).conclusion == (FiniteSum(k, 0, s, t * k) >= 0)
    with pytest.raises(KernelError, match=r"the index k of .* would be captured"):
        instantiate(sums, {a: k, t: s})
    outer = assume((FiniteSum(k, 0, k, a**k) >= 0).forall(k))
    assert instantiate(outer, {k: s}).conclusion == (FiniteSum(k, 0, s, a**k) >= 0)


def test_a_hypothesis_is_cut_by_its_proof():
    weak = combine(a >= 0, [(1, [assume(a > 0)])])
    square_of = combine(a * b >= 0, [(1, [assume(a >= 0), assume(b >= 0)])])
    assert cut(square_of, weak).hypotheses == {a > 0, b >= 0}
    with pytest.raises(KernelError, match="is not a hypothesis of"):
        cut(square_of, assume(c >= 0))


def test_a_proof_that_needs_what_it_proves_cuts_nothing():
    theorem = assume(a >= 0)
    assert cut(theorem, theorem).hypotheses == {a >= 0}


# --- guards ---------------------------------------------------------------------------------------


def test_a_hypothesis_becomes_a_guard_and_a_guard_is_proved():
    product = combine(a * b >= 0, [(1, [assume(a >= 0), assume(b >= 0)])])
    guarded = generalise(imply(product, a), a)
    assert says(guarded) == "b >= 0 |- for all a: a*b >= 0 where a >= 0"
    two = combine(scalar(2) >= 0, [(2, [one])])
    assert says(instantiate(guarded, {a: 2}, guards=[two])) == "b >= 0 |- 2*b >= 0"
    with pytest.raises(KernelError, match="the guard 3 >= 0 is not proved"):
        instantiate(guarded, {a: 3}, guards=[two])


def test_a_guard_waits_until_no_variable_is_left():
    guarded = assume((a * b >= 0).where(a + b).forall(a, b))
    left = instantiate(guarded, {a: 2})
    assert left.conclusion.guard == 2 + b
    with pytest.raises(KernelError, match=r"the guard 2 \+ c >= 0 is not proved"):
        instantiate(left, {b: c})
    done = instantiate(left, {b: c}, guards=[assume(2 + c >= 0)])
    assert done.conclusion == (2 * c >= 0)
    assert (2 + c >= 0) in done.hypotheses


def test_a_denominator_under_a_guard_is_no_denominator_outside_it():
    positive = combine(a + 1 > 0, [(1, [assume(a >= 0)]), (1, [one])])
    guarded = imply(combine(((a + 1) / (a + 1)).equals(1), [], [], [positive]), a)
    assert guarded.conclusion.guard == a
    assert instantiate(guarded, {}, guards=[assume(a >= 0)]).hypotheses == {a >= 0}
    with pytest.raises(KernelError, match="a denominator"):
        cases(guarded, guarded, b)
    with pytest.raises(KernelError, match="is guarded before it is generalised"):
        imply(generalise(square(b), b), a)


# --- algebra --------------------------------------------------------------------------------------


def test_squares_and_squared_norms_are_nonnegative():
    assert says(square(a - b)) == " |- (a - b)*(a - b) >= 0"
    assert says(norm_square(x - 2 * y)) == " |- |x - 2*y|^2 >= 0"
    with pytest.raises(KernelError, match="a denominator"):
        norm_square(x / a)


def test_what_is_positive_has_a_positive_reciprocal():
    assert says(reciprocal(assume(2 * a > 0))) == "2*a > 0 |- 1/(2*a) > 0"
    for theorem in (assume(a >= 0), assume(a.equals(1)), assume((a > 0).forall(a))):
        with pytest.raises(KernelError, match="does not say that something is positive"):
            reciprocal(theorem)


def test_products_of_inequalities_and_multiples_of_equalities_add_up():
    p, q, e = assume(a > 0), assume(b >= 0), assume(c.equals(1))
    claim = 2 * a * b + a - L(x) * (c - 1) >= 0
    theorem = combine(claim, [(2, [p, q]), (1, [p])], [(-L(x), e)])
    assert theorem.hypotheses == {a > 0, b >= 0, c.equals(1)}
    for worse in (2 * a * b + a >= 0, claim.expression - 1 >= 0, 3 * a * b + a >= 0):
        with pytest.raises(KernelError, match="is not the combination of its premises"):
            combine(worse, [(2, [p, q]), (1, [p])], [(L(x), e)])


@pytest.mark.parametrize(("claim", "products", "accepted"), [
    (a * b > 0, [(1, [0, 1])], True),
    (a * c > 0, [(1, [0, 2])], False),
    (a + c > 0, [(1, [0]), (1, [2])], True),
    (c + c > 0, [(2, [2])], False),
    (c >= 0, [(1, [2])], True),
    (scalar(2) > 0, [(2, [])], True),
    (a * c + Fraction(1, 2) > 0, [(1, [0, 2]), (Fraction(1, 2), [])], True),
])
def test_a_sum_is_strict_if_a_product_of_strict_ones_is_in_it(claim, products, accepted):
    facts = [assume(a > 0), assume(b > 0), assume(c >= 0)]
    chosen = [(weight, [facts[i] for i in factors]) for weight, factors in products]
    if accepted:
        assert combine(claim, chosen).conclusion == claim
    else:
        with pytest.raises(KernelError, match="is strict"):
            combine(claim, chosen)


def test_an_equality_comes_from_equalities_alone():
    e = assume((a - b).equals(0))
    assert combine((a**2).equals(b**2), [], [(a + b, e)]).hypotheses == {(a - b).equals(0)}
    assert combine(a >= b, [], [(1, e)])
    with pytest.raises(KernelError, match="does not follow from inequalities"):
        combine(a.equals(b), [(1, [assume(a - b >= 0)])])


def test_a_claim_divides_only_by_what_is_proved_positive_or_was_divided_by():
    positive = assume(a > 0)
    assert combine((a / a).equals(1), [], [], [positive]).hypotheses == {a > 0}
    quotient = assume(b / a >= 0, [positive])
    assert combine(2 * b / a >= 0, [(2, [quotient])])
    assert combine((b / (a * a)).equals(b / a**2), [], [], [assume(a**2 > 0)])
    with pytest.raises(KernelError, match="a denominator"):
        combine((b / c).equals(b / c), [], [], [positive])


def test_a_vector_equation_is_paired_and_combined():
    equation = assume((x - 2 * y).equals(0))
    assert says(pair(equation, z)).endswith("|- <x - 2*y, z> = 0")
    doubled = combine_vectors((2 * x).equals(4 * y), [(2, equation)])
    assert doubled.hypotheses == {(x - 2 * y).equals(0)}
    with pytest.raises(KernelError, match="is not the combination of its premises"):
        combine_vectors((2 * x).equals(3 * y), [(2, equation)])
    with pytest.raises(KernelError, match="is not a vector equation"):
        combine_vectors(a.equals(0), [(1, equation)])


def test_a_vector_lies_where_its_equal_lies():
    member, equation = assume(x.inside("S")), assume(y.equals(x))
    assert transfer(member, equation, y).conclusion == y.inside("S")
    with pytest.raises(KernelError, match="does not say that z is x"):
        transfer(member, equation, z)


def test_a_maximum_is_above_both_and_is_the_larger():
    assert says(maximum_above(a, b)) == " |- max(a, b) - a >= 0"
    for order in (a - b >= 0, a > b):
        equal = maximum_equals(assume(order), a, b)
        assert equal.conclusion == Maximum(a, b).equals(a)
    with pytest.raises(KernelError, match="does not say that b >= a"):
        maximum_equals(assume(a - b >= 0), b, a)


def test_two_cases_make_a_conclusion_without_either():
    up = combine(a * a + 1 >= 0, [(1, [assume(a >= 0)] * 2), (1, [one])])
    down = combine(a * a + 1 >= 0, [(1, [assume(-a >= 0)] * 2), (1, [one])])
    assert not cases(up, down, a).hypotheses
    assert cases(up, down, b).hypotheses == {a >= 0, -a >= 0}
    with pytest.raises(KernelError, match="is random"):
        cases(up, down, W(t).norm2())


def test_both_cases_must_divide_alike():
    positive = combine(a > 0, [(1, [assume(a - 1 >= 0)]), (1, [one])])
    divided = combine((a / a).equals(1), [], [], [positive])
    other = combine((a / a).equals(1), [], [], [assume(a > 0)])
    assert cases(divided, other, a - 1).hypotheses == {a > 0}
    with pytest.raises(KernelError, match="a denominator of a/a - 1 is not proved"):
        cases(divided, combine(scalar(0).equals(0)), a - 1)


# --- expectation ----------------------------------------------------------------------------------


def test_relations_survive_an_expectation():
    for statement in (L(W(t)) >= 0, L(W(t)) > 0, L(W(t)).equals(a), W(t).equals(x)):
        for past in (None, s, t + 1):
            theorem = expect(assume(statement), past)
            assert theorem.conclusion.relation == statement.relation
            assert theorem.conclusion.expression == Expectation(statement.expression, past)
    with pytest.raises(KernelError, match="has no expectation"):
        expect(assume((L(x) >= 0).forall(x)))


def test_an_expectation_says_what_it_takes_to_exist():
    assert expect(norm_square(W(t) - x)).integrable == {"W in L2"}
    assert expect(square(L(W(t)))).integrable == {"the product L(W)^2 in L1"}
    assert expect(assume(L(W(t)) >= 0)).integrable == {"the product L(W)^1 in L1"}
    assert expect(assume(FieldValue("M", W(t)) >= 0)).integrable == {"the product M(W)^1 in L1"}
    assert expect(assume(W(t).norm2() * g(t).norm2() >= 0)).integrable == {
        "the product <W,W>^1 <g,g>^1 in L1"
    }
    assert not expect(square(L(x))).integrable


def test_random_weights_in_a_sum_of_vectors_are_asked_to_be_integrable():
    total = FiniteSum(k, 0, t, L(W(k)) * g(k))
    assert expect(assume(total.equals(0))).integrable == {"the product L(W)^1 g in L2"}
    assert expect(assume(FiniteSum(k, 0, t, a**k * g(k)).equals(0))).integrable == {"g in L2"}


def test_what_was_asked_for_is_passed_on():
    average = expect(norm_square(W(t)))
    assert combine(scalar(2) * Expectation(W(t).norm2()) >= 0, [(2, [average])]).integrable == {
        "W in L2"
    }
    guarded = imply(square(a), Expectation(W(t).norm2()) - 1)
    assert guarded.integrable == {"W in L2"}


def test_the_tower_goes_from_the_later_to_the_earlier_time():
    for inner, outer in ((t, None), (t, t), (t + 1, t), (t + s, s)):
        assert is_theorem(tower(g(t).norm2(), inner, outer))
        assert is_theorem(tower(g(t), inner, outer))
    for inner, outer in ((t, t + 1), (s, t), (0, 1)):
        with pytest.raises(KernelError, match="is not known to be part of"):
            tower(g(t).norm2(), inner, outer)


# --- natural numbers ------------------------------------------------------------------------------


def bernoulli():
    """Prove ``(1 + a)**t >= 1 + a t`` for a >= 0 by induction."""
    claim = (1 + a) ** t - 1 - a * t >= 0
    base = combine((1 + a) ** scalar(0) - 1 - a * scalar(0) >= 0)
    grows = combine(1 + a >= 0, [(1, [assume(a >= 0)]), (1, [one])])
    natural = induct(combine(scalar(0) >= 0),
                     combine(t + 1 >= 0, [(1, [assume(t >= 0)]), (1, [one])]), t >= 0, t)
    step = combine(
        (1 + a) ** (t + 1) - 1 - a * (t + 1) >= 0,
        [(1, [assume(claim), grows]), (1, [natural, square(a)])],
    )
    return base, step, claim


def test_a_claim_climbs_from_zero():
    base, step, claim = bernoulli()
    assert induct(base, step, claim, t).hypotheses == {a >= 0}
    assert generalise(induct(base, step, claim, t), t)


def test_an_induction_needs_its_base_its_step_and_a_clean_index():
    base, step, claim = bernoulli()
    with pytest.raises(KernelError, match=r"is not \(1 \+ a\)\*\*0"):
        induct(one, step, claim, t)
    with pytest.raises(KernelError, match=r"is not \(1 \+ a\)\*\*\(t \+ 1\)"):
        induct(base, base, claim, t)
    at_this_time = assume((1 + a) ** (t + 1) - 1 - a * (t + 1) >= 0)
    with pytest.raises(KernelError, match="t is free in the hypothesis"):
        induct(base, at_this_time, claim, t)
    with pytest.raises(KernelError, match="is not a free index"):
        induct(base, step, claim, a)


def test_an_induction_that_divides_proves_its_denominators():
    positive = assume(a > 0)
    claim = (t / a - t / a).equals(0)
    base = combine((scalar(0) / a - scalar(0) / a).equals(0), [], [], [positive])
    step = combine(((t + 1) / a - (t + 1) / a).equals(0), [], [], [positive])
    assert induct(base, step, claim, t).hypotheses == {a > 0}
    zero = combine(scalar(0).equals(0))
    assert induct(zero, zero, claim, t, [positive]).hypotheses == {a > 0}
    with pytest.raises(KernelError, match="a denominator"):
        induct(zero, step, claim, t)
    moving = assume(1 + t * b > 0)
    with pytest.raises(KernelError, match="t is free in the hypothesis"):
        induct(zero, zero, (1 / (1 + t * b) - 1 / (1 + t * b)).equals(0), t, [moving])


def test_sums_are_python_ranges():
    assert says(sum_empty(k, t, a**k)) == " |- sum(a**k for k in range(t, t)) = 0"
    last = "sum(a**k for k in range(0, t + 1)) - sum(a**k for k in range(0, t)) - a**t = 0"
    assert says(sum_last(k, 0, t, a**k)) == f" |- {last}"
    first = "sum(a**k for k in range(s, s + 1)) - sum(a**k for k in range(s + 1, s + 1)) - a**s"
    assert says(sum_first(k, s, s, a**k)) == f" |- {first} = 0"
    shift = "sum(a**k for k in range(0 + 1, t + 1)) - sum(a**(k + 1) for k in range(0, t)) = 0"
    assert says(sum_shift(k, 0, t, a**k)) == f" |- {shift}"


def test_a_sum_of_vectors_is_split_likewise():
    for theorem in (sum_empty(k, 0, W(k)), sum_last(k, 0, t, W(k)), sum_first(k, 0, t, W(k)),
                    sum_shift(k, 0, t, W(k))):
        assert is_theorem(pair(theorem, x))


@pytest.mark.parametrize("rule", [sum_first, sum_last])
def test_a_term_is_split_off_only_a_sum_that_has_one(rule):
    for low, high in ((0, 0), (0, t), (t, t + s), (2, 2 + t)):
        assert is_theorem(rule(k, low, high, a**k))
    for low, high in ((1, 0), (1, t), (t + 1, t), (s, t), (0, t - 1)):
        with pytest.raises(KernelError, match="the sum may be empty"):
            rule(k, low, high, a**k)


def test_an_index_that_would_be_captured_is_refused():
    inner = FiniteSum(j, 0, t, a ** (j + k))
    assert is_theorem(sum_last(k, 0, t, inner))
    with pytest.raises(KernelError, match=r"the index j of .* would be captured"):
        sum_last(k, 0, j, inner)
    with pytest.raises(KernelError, match=r"the index j of .* would be captured"):
        sum_first(k, j, j, inner)


# --- limits ---------------------------------------------------------------------------------------


def geometric(low, high, bound=c):
    """Let t grow in ``bound + a b**t >= E|W(t)|^2``."""
    size = Expectation(W(t).norm2())
    premise = instantiate(assume((bound + a * b**t - size >= 0).forall(t)), {t: t})
    below = expect(norm_square(W(t)))
    return limit(premise, t, size, bound, [(assume(low), assume(high))], below)


def test_what_carries_a_power_of_a_base_in_the_unit_interval_vanishes():
    wanted = LimitSuperior(t, Expectation(W(t).norm2())) <= c
    assert geometric(b >= 0, 1 - b > 0).conclusion == wanted
    assert geometric(b > 0, 1 - b > 0).conclusion == wanted
    assert geometric(b + 1 > 0, 1 - b > 0).conclusion == wanted
    for low, high in ((b + 1 >= 0, 1 - b > 0), (b >= 0, 1 - b >= 0), (b + 2 > 0, 1 - b > 0),
                      (b >= 0, 2 - b > 0), (-b >= 0, 1 - b > 0), (a >= 0, 1 - b > 0)):
        with pytest.raises(KernelError, match=r"do not confine|is not a power that is proved"):
            geometric(low, high)


def test_a_limit_keeps_its_hypotheses():
    assert {b >= 0, 1 - b > 0} < geometric(b >= 0, 1 - b > 0).hypotheses


def test_a_limsup_does_not_see_the_first_term():
    shifted = limit_shift(t, a**t)
    assert says(shifted) == " |- limsup_t a**(t + 1) - limsup_t a**t = 0"
    with pytest.raises(LanguageError, match="random sequence"):
        limit_shift(t, L(W(t)))


def test_an_index_is_natural_and_nothing_else_is():
    assert kernel.natural_number(t).conclusion == (t >= 0)
    assert kernel.natural_number(t).hypotheses == frozenset()
    for other in (a, t + 1, t - 1, scalar(1)):
        with pytest.raises(KernelError, match="is not an index"):
            kernel.natural_number(other)
    with pytest.raises(LanguageError, match="is not exact"):
        kernel.natural_number(0.5)


# --- seals ----------------------------------------------------------------------------------------


def test_every_rule_is_public_and_settles_its_arguments():
    rules = {name for name in kernel.__all__ if name[0].islower()} - {"is_theorem"}
    assert len(rules) == 25
    for name in rules:
        assert getattr(kernel, name).__wrapped__, f"{name} has no door"


def test_statements_that_differ_are_written_differently():
    pairs = [
        (Letter("t") >= 0, Index("t") >= 0), (scalar(-1) >= 0, scalar(-2) >= 0),
        (a >= 0, a > 0), (x.inside("S"), x.inside("T")), (L(x) >= 0, FieldValue("M", x) >= 0),
        (Process("g", t).equals(0), g(t).equals(0)), (Applied("G", x).equals(0), x.equals(0)),
        ((a >= 0).forall(a), a >= 0), ((a >= 0).where(b), a >= 0), (a + b >= 0, b + a >= 0),
        ((L(x) >= 0).forall(x), (L(x) >= 0).forall(x, inside="S")),
        (Expectation(a, t) >= 0, Expectation(a) >= 0),
        (Letter("a'), Letter(name='b") >= 0, a + b >= 0),
    ]
    for left, right in pairs:
        assert written(left) != written(right)
        assert written(left) == written(left)


def test_a_statement_keeps_its_own_rules():
    with pytest.raises(LanguageError, match="a set belongs to the relation 'in'"):
        Statement(">=", a, "S")
    with pytest.raises(LanguageError, match="only letters, indices and vector letters"):
        Statement(">=", a, None, ((W(t), None),))
    with pytest.raises(LanguageError, match="cannot be a guard"):
        Statement(">=", a, None, (), 1)
