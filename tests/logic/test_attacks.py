"""Falsehoods that a hostile prover tries to prove, each stopped, and by the check that should.

Every attack is a function that would return a false theorem; `match` names the reason of the
refusal. What a refused attack looks like when its error is mended stands in `test_kernel`.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from sgdtheory.logic import language as tree
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
)
from sgdtheory.logic.plain import plain

a, b, c = map(Letter, "abc")
i, j, k, s, t = map(Index, "ijkst")
x, y = VectorLetter("x"), VectorLetter("y")
FALSE = scalar(1).equals(0)
one = combine(scalar(1) > 0, [(1, [])])
nothing = combine(scalar(0).equals(0))


def W(time):
    return Process("W", scalar(time))


def g(time):
    return Process("g", scalar(time), delay=1)


def L(point):
    return FieldValue("L", point)


def more(expression, theorem):
    """From p >= 0: p + square >= 0 in the shape of `expression`."""
    return combine(expression >= 0, [(1, [theorem])])


ATTACKS = []


def attack(match):
    """Enter a function among the attacks, with the reason for which it must fail."""

    def entered(function):
        ATTACKS.append(pytest.param(function, match, id=function.__name__))
        return function

    return entered


@pytest.mark.parametrize(("falsehood", "match"), ATTACKS)
def test_an_attack_is_refused_for_its_reason(falsehood, match):
    with pytest.raises((KernelError, LanguageError), match=match):
        print(falsehood())


def test_there_are_enough_attacks():
    assert len(ATTACKS) >= 120


# --- algebra --------------------------------------------------------------------------------------


@attack("is not the combination of its premises")
def one_is_zero():
    return combine(FALSE)


@attack("is strict, and no product")
def zero_exceeds_zero():
    return combine(scalar(0) > 0)


@attack("is strict, and no product")
def strictness_from_a_square():
    return combine(a * a > 0, [(1, [square(a)])])


@attack("is strict, and no product")
def strictness_from_a_product_with_one_weak_factor():
    return combine(a * b > 0, [(1, [assume(a > 0), assume(b >= 0)])])


@attack("is not a positive rational")
def a_negative_weight_turns_a_square_round():
    return combine(-(a * a) >= 0, [(-1, [square(a)])])


@attack("is not a positive rational")
def a_weight_of_zero_makes_zero_strict():
    return combine(scalar(0) > 0, [(0, [one])])


@attack("is not a positive rational")
def a_letter_as_the_weight_of_an_inequality():
    return combine(a * b >= 0, [(a, [assume(b >= 0)])])


@attack("is not a positive rational")
def a_square_as_a_weight_without_its_theorem():
    return combine(a * a * b >= 0, [(a**2, [assume(b >= 0)])])


@attack("cannot be a factor")
def an_equality_among_the_factors_of_a_product():
    return combine(a * b >= 0, [(1, [assume(a.equals(0)), assume(b >= 0)])])


@attack("is not an equality")
def an_inequality_with_a_multiplier_of_any_sign():
    return combine(-a >= 0, [], [(-1, assume(a >= 0))])


@attack("does not follow from inequalities")
def an_equality_from_an_inequality():
    return combine(a.equals(0), [(1, [assume(a >= 0)])])


@attack("is not a scalar statement")
def a_membership_from_nothing():
    return combine(Statement("in", x, "Theta"))


@attack("is not the combination")
def the_square_of_a_sum_without_its_cross_term():
    return combine(((a + b) ** 2).equals(a**2 + b**2))


@attack("is not the combination")
def cauchy_schwarz_as_an_equality():
    return combine((x.dot(y) ** 2).equals(x.norm2() * y.norm2()))


@attack("is not the combination")
def inner_products_that_multiply():
    return combine((x.dot(y) * x.dot(y)).equals(x.dot(x) * y.dot(y)))


@attack("is not the combination")
def a_field_that_is_linear():
    return combine(L(x + y).equals(L(x) + L(y)))


@attack("is not the combination")
def two_fields_at_one_point():
    return combine(L(x).equals(FieldValue("M", x)))


@attack("is not the combination")
def a_maximum_is_its_first_argument():
    return combine(Maximum(a, b).equals(a))


@attack("is not the combination")
def a_maximum_of_a_sum():
    return combine(Maximum(a + c, b).equals(Maximum(a, b) + c))


@attack("does not say that")
def the_maximum_is_the_smaller():
    return maximum_equals(assume(a - b >= 0), b, a)


@attack("is not an inequality")
def the_maximum_from_an_equality_of_something_else():
    return maximum_equals(assume((a - b).equals(0)), a, b)


@attack("pair it first")
def a_vector_equation_as_a_scalar_one():
    return combine(FALSE, [], [(1, assume(x.equals(y)))])


@attack("is not a vector equation")
def pairing_a_scalar_equation():
    return pair(assume(a.equals(0)), x)


@attack("is not the combination")
def a_vector_equation_from_nothing():
    return combine_vectors(x.equals(y), [])


@attack("is not a vector equation")
def vectors_that_are_equal_because_their_norms_are():
    return combine_vectors(x.equals(y), [(1, assume(x.norm2().equals(y.norm2())))])


# --- denominators ---------------------------------------------------------------------------------


@attack("a denominator of a/a")
def a_denominator_in_the_claim():
    return combine((a / a).equals(1))


@attack("identically zero")
def division_by_an_identical_zero():
    return combine((1 / (a - a)).equals(1 / (a - a)))


@attack("a denominator")
def a_pole_in_a_multiplier():
    return combine(FALSE, [], [(1 / a, assume(a.equals(0)))])


@attack("a denominator")
def a_pole_in_the_multiplier_of_a_vector_equation():
    return combine_vectors(x.equals(0), [(1 / a, assume((a * x).equals(0)))])


@attack("a denominator")
def a_pole_in_a_hypothesis():
    return assume(1 / a >= 0)


@attack("a is free in the hypothesis a")
def a_pole_in_a_universal_hypothesis():
    return assume((a / a).equals(1).forall(a), [assume(a > 0)])


@attack("a denominator of a value is not proved nonzero")
def a_pole_in_an_instance():
    every = generalise(square(a), a)
    return instantiate(every, {a: 1 / b})


@attack("identically zero")
def a_quotient_that_a_value_makes_zero():
    positive = assume((1 / (a**2 + b**2) > 0).forall(c), [assume(a**2 + b**2 > 0)])
    return instantiate(positive, {c: 1 / (b - b)})


@attack("a denominator")
def a_pole_under_an_expectation():
    return combine(Expectation(a / a).equals(1))


@attack("not known at that time")
def a_random_denominator_under_an_expectation():
    return combine(Expectation(1 / W(t).norm2()).equals(1 / Expectation(W(t).norm2())))


@attack("a denominator")
def a_pole_inside_a_sum():
    return combine(FiniteSum(k, 0, 2, b / a).equals(2 * b / a))


@attack("depends on the running index")
def a_denominator_that_runs():
    return combine(FiniteSum(k, 0, t, 1 / k).equals(0))


@attack("a denominator")
def a_pole_in_a_maximum():
    return maximum_above(1 / a, b)


@attack("a denominator")
def a_pole_in_a_square():
    return square(1 / a)


@attack("a denominator")
def a_pole_paired_with_an_equation():
    return pair(assume(x.equals(y)), x / a)


@attack("a denominator")
def a_negative_power_without_a_sign():
    return combine((a**-1 * a).equals(1))


@attack("does not say that something is positive")
def a_nonnegative_number_as_a_divisor():
    return combine((a / a).equals(1), [], [], [assume(a >= 0)])


@attack("does not say that something is positive")
def the_reciprocal_of_a_nonnegative_number():
    return reciprocal(assume(a >= 0))


@attack("does not say that something is positive")
def a_universal_positivity_as_a_divisor():
    return combine((a / a).equals(1), [], [], [assume((b > 0).forall(b))])


@attack("a denominator")
def the_divisor_of_another_letter():
    return combine((a / a).equals(1), [], [], [assume(b > 0)])


@attack("a denominator")
def one_is_zero_through_a_case_that_divides():
    positive = combine(a > 0, [(1, [assume(a - 1 >= 0)]), (1, [one])])
    divides = combine((a / a - 1).equals(0), [], [], [positive])
    return cases(divides, nothing, a - 1)


@attack("a denominator")
def one_is_zero_through_an_induction_that_divides():
    every = generalise(induct(nothing, nothing, (a / a - 1).equals(0), t), a)
    hidden = Maximum(a + 1, a) - (a + 1)  # zero, but not identically
    larger = combine(a + 1 - a >= 0, [(1, [one])])
    zero = maximum_equals(larger, a + 1, a)
    return combine(FALSE, [], [(1 / hidden, zero), (1, instantiate(every, {a: hidden}))])


@attack("a denominator")
def an_induction_whose_step_alone_divides():
    claim = (a / a - 1).equals(0)
    step = combine(claim, [], [], [assume(a > 0)])
    return induct(nothing, step, claim, t)


# --- powers ---------------------------------------------------------------------------------------


@attack("is not the combination")
def zero_to_the_zero_is_zero():
    return combine((scalar(0) ** 0).equals(0))


@attack("is not the combination")
def zero_to_the_t_is_zero():
    return combine((scalar(0) ** t).equals(0))


@attack("may be negative")
def an_exponent_that_may_be_negative():
    return combine((a ** (t - 1) * a).equals(a**t))


@attack("not an integer combination of indices")
def half_an_exponent():
    return combine((a ** (t / 2)).equals(a))


@attack("not an integer combination of indices")
def a_root():
    return combine(((a**2) ** Fraction(1, 2)).equals(a))


@attack("not an integer combination of indices")
def a_letter_as_an_exponent():
    return combine((a**b).equals(a))


@attack("not an integer combination of indices")
def the_letter_t_for_the_index_t():
    return combine((a ** Letter("t")).equals(a))


@attack("is not the combination")
def powers_that_add_their_bases():
    return combine(((a + b) ** t).equals(a**t + b**t))


# --- variables, quantifiers, capture --------------------------------------------------------------


@attack("is free in the hypothesis")
def generalising_over_a_letter_of_a_hypothesis():
    return instantiate(generalise(assume(a >= 0), a), {a: -1})


@attack("is free in the hypothesis")
def generalising_inside_a_set_with_another_hypothesis_on_the_vector():
    member, far = assume(x.inside("Theta")), assume(x.norm2() - 1 >= 0)
    inside = instantiate(assume((L(y) >= 0).forall(y, inside="Theta")), {y: x}, [member])
    both = combine(L(x) + x.norm2() - 1 >= 0, [(1, [inside]), (1, [far])])
    return generalise(both, x, "Theta")


@attack("is free in the hypothesis")
def generalising_inside_another_set():
    return generalise(assume(x.inside("Theta")), x, "Elsewhere")


@attack("is not a variable over")
def a_letter_that_ranges_over_a_set_of_vectors():
    return generalise(square(a), a, "Theta")


@attack("is bound already")
def a_variable_bound_twice_by_generalising():
    return generalise(generalise(square(a), a), a)


@attack("a variable is bound twice")
def a_variable_bound_twice_by_hand():
    return assume(Statement(">=", x.dot(y), None, ((x, "Theta"), (x, None))))


@attack("without quantifiers")
def a_quantified_claim_from_its_matrix():
    return combine((a >= 0).forall(a), [(1, [assume(a >= 0)])])


@attack("cannot be a factor")
def a_quantified_premise_as_if_it_were_its_matrix():
    return combine(a >= 0, [(1, [assume((a >= 0).forall(a))])])


@attack("is not an equality")
def a_quantified_equation_as_if_it_were_its_matrix():
    return combine(a.equals(0), [], [(1, assume(a.equals(0).forall(a)))])


@attack("has no expectation")
def the_expectation_of_a_quantified_statement():
    return expect(assume((L(x) >= 0).forall(x)))


@attack("has no expectation")
def the_expectation_of_a_membership():
    return expect(assume(W(t).inside("Theta")))


@attack("is not bound in")
def an_instance_of_a_free_variable():
    return instantiate(assume(a >= 0), {a: -1})


@attack("would be captured")
def a_value_captured_by_a_quantifier_that_is_left():
    order = assume((a + b >= 0).forall(a, b))
    return instantiate(order, {a: -b - 1})


@attack("would be captured")
def a_value_captured_by_a_sum():
    sums = assume(FiniteSum(k, 0, t, a).equals(t * a).forall(a))
    return instantiate(sums, {a: k})


@attack("would be captured")
def a_value_captured_by_a_limsup():
    limsup = assume((LimitSuperior(t, a * b**t) <= a).forall(a))
    return instantiate(limsup, {a: t})


@attack("would be captured")
def the_last_term_of_a_sum_captured_by_the_sum_within():
    within = FiniteSum(j, 0, k, a**k)
    return sum_last(k, 0, j, within)


@attack("is not of the kind")
def a_vector_for_a_letter():
    return instantiate(generalise(square(a), a), {a: x})


@attack("is not of the kind")
def a_number_for_a_vector():
    return instantiate(generalise(norm_square(x), x), {x: a})


@attack("is not a natural number")
def an_index_at_minus_one():
    counted = induct(combine(scalar(0) >= 0), more(t + 1, one_more()), t >= 0, t)
    return instantiate(generalise(counted, t), {t: -1})


def one_more():
    return combine(t + 1 >= 0, [(1, [assume(t >= 0)]), (1, [one])])


@attack("is not a natural number")
def an_index_at_the_time_before():
    return instantiate(assume((W(t).norm2() <= a).forall(t)), {t: s - 1})


@attack("not an integer combination of indices")
def an_index_at_one_half():
    return instantiate(assume((a**t >= 0).forall(t)), {t: Fraction(1, 2)})


@attack("not an integer combination of indices")
def an_index_at_a_letter():
    return instantiate(assume((a**t >= 0).forall(t)), {t: b})


@attack("is not proved to lie in")
def an_instance_outside_the_set():
    return instantiate(assume((L(x) >= 0).forall(x, inside="Theta")), {x: y})


@attack("is not proved to lie in")
def a_member_of_another_set():
    inside = assume((L(x) >= 0).forall(x, inside="Theta"))
    return instantiate(inside, {x: y}, [assume(y.inside("Elsewhere"))])


@attack("is not proved to lie in")
def another_member_of_the_set():
    inside = assume((L(x) >= 0).forall(x, inside="Theta"))
    return instantiate(inside, {x: y}, [assume((y + y).inside("Theta"))])


@attack("is not proved to lie in")
def a_membership_that_is_only_universal():
    inside = assume((L(x) >= 0).forall(x, inside="Theta"))
    member = assume(y.inside("Theta").forall(y, inside="Elsewhere"))
    return instantiate(inside, {x: y}, [member])


@attack("is not a hypothesis of")
def cutting_a_hypothesis_that_is_not_there():
    return cut(assume(a >= 0), assume(b >= 0))


@attack("is not a hypothesis of")
def cutting_by_something_weaker():
    return cut(assume(a > 0), combine(a >= 0, [(1, [assume(a > 0)])]))


# --- guards ---------------------------------------------------------------------------------------


@attack("is not proved")
def a_guard_that_is_not_proved():
    guarded = generalise(imply(assume(a >= 0), a), a)
    return instantiate(guarded, {a: -1})


@attack("is not proved")
def a_guard_proved_for_another_value():
    guarded = generalise(imply(assume(a >= 0), a), a)
    return instantiate(guarded, {a: -1}, guards=[one])


@attack("cannot be a factor")
def a_guarded_premise_as_if_it_were_its_conclusion():
    return combine(a >= 0, [(1, [imply(assume(a >= 0), a)])])


@attack("is guarded before it is generalised")
def a_guard_moved_under_a_quantifier():
    absurd = combine(scalar(-1) >= 0, [(1, [assume(a - 1 >= 0)]), (1, [assume(-a >= 0)])])
    every = generalise(assume(scalar(-1) >= 0), a)
    guarded = imply(cut(every, absurd), -a)  # a >= 1 |- for all a <= 0: -1 >= 0
    return instantiate(guarded, {a: 0}, guards=[combine(scalar(0) >= 0)])


@attack("is random or has a denominator")
def a_random_guard():
    return imply(assume(L(W(t)) >= 0), L(W(t)))


@attack("is random or has a denominator")
def a_guard_with_a_pole():
    return imply(square(b), 1 / a)


@attack("and W.t. is random")
def a_random_vector_in_the_expectation_of_a_guard():
    positive = more(L(x), assume(Expectation(L(x)) >= 0))
    every = generalise(imply(positive, Expectation(L(x))), x)
    return instantiate(every, {x: W(t)}, guards=[assume(Expectation(L(W(t))) >= 0)])


@attack("has a guard already")
def a_second_guard_over_the_first():
    return imply(imply(assume(a >= 0), a), b)


@attack("are not the same")
def two_cases_with_different_guards():
    first = imply(assume(a >= 0), b)
    second = imply(assume(a >= 0), c)
    return cases(first, second, a)


# --- randomness -----------------------------------------------------------------------------------


@attack("is a constant, and .* is random")
def a_random_number_for_a_letter():
    return instantiate(assume((a * b >= 0).forall(a)), {a: L(W(t))})


@attack("stands under an expectation")
def the_mean_of_a_function_is_the_function_of_the_vector():
    same = combine(Expectation(L(x)).equals(L(x)))
    return instantiate(generalise(same, x), {x: W(t)})


@attack("stands under an expectation")
def a_random_vector_under_a_conditional_expectation():
    fair = assume((Expectation(g(t).dot(x), t) >= 0).forall(x))
    return instantiate(fair, {x: g(t)})


@attack("stands under an expectation")
def a_random_vector_where_an_average_was_used_on_the_way():
    mean = assume((Expectation(g(0).norm2()) * x.norm2() >= 0).forall(x))
    return instantiate(mean, {x: W(0)})


@attack("limsup of the random sequence")
def the_limsup_of_a_random_sequence():
    return assume(LimitSuperior(t, L(W(t))) <= a)


@attack("is random: a case may hold for some outcomes only")
def cases_on_a_random_number():
    claim = Expectation(Maximum(L(g(t)), scalar(0))) >= 0
    return cases(assume(claim), assume(claim), L(g(t)))


@attack("is not the combination")
def the_mean_of_a_product_is_the_product_of_the_means():
    mean = Expectation(g(t))
    return combine(Expectation(g(t).dot(W(t))).equals(mean.dot(Expectation(W(t)))))


@attack("is not the combination")
def the_mean_of_scalars_that_multiply():
    p, q = L(W(t)), FieldValue("M", W(t))
    return combine(Expectation(p * q).equals(Expectation(p) * Expectation(q)))


@attack("is not the combination")
def the_mean_square_is_the_squared_mean():
    return combine(Expectation(g(t).norm2()).equals(Expectation(g(t)).norm2()))


@attack("is not the combination")
def the_conditional_mean_square_is_the_squared_conditional_mean():
    return combine(Expectation(g(t).norm2(), t).equals(Expectation(g(t), t).norm2()))


@attack("is not the combination")
def the_mean_of_a_function_is_the_function_of_the_mean():
    return combine(Expectation(L(W(t))).equals(L(Expectation(W(t)))))


@attack("is not the combination")
def the_mean_of_a_maximum_is_the_maximum_of_the_means():
    p = L(W(t))
    zero = scalar(0)
    return combine(Expectation(Maximum(p, zero)).equals(Maximum(Expectation(p), zero)))


@attack("is not the combination")
def a_factor_that_is_not_known_yet_comes_out():
    later = W(t + 1)
    return combine(Expectation(g(t).dot(later), t).equals(Expectation(g(t), t).dot(later)))


@attack("is not the combination")
def a_factor_known_a_step_too_late_comes_out():
    return combine(Expectation(g(s).dot(W(t)), s).equals(Expectation(g(s), s).dot(W(t))))


@attack("is not the combination")
def a_factor_known_at_the_time_before_comes_out():
    early = t - 1
    return combine(Expectation(g(t).dot(W(t)), early).equals(Expectation(g(t), early).dot(W(t))))


@attack("is not the combination")
def a_running_factor_comes_out_although_the_sum_goes_on_past_the_time():
    total = FiniteSum(k, 0, t + 2, W(k))
    fresh = g(t)
    return combine(Expectation(fresh.dot(total), t).equals(Expectation(fresh, t).dot(total)))


@attack("is not the combination")
def a_running_product_is_averaged_as_if_each_factor_were_known():
    body = g(k).dot(W(k))
    mean = Expectation(g(k), t).dot(W(k))
    return combine(
        Expectation(FiniteSum(k, 0, s, body), t).equals(FiniteSum(k, 0, s, mean))
    )


@attack("coefficient not known")
def a_random_coefficient_comes_out_of_a_vector_expectation():
    return combine_vectors(Expectation(L(W(t)) * g(t)).equals(L(W(t)) * Expectation(g(t))), [])


@attack("is not known to be part of")
def the_tower_in_the_wrong_order():
    return tower(g(t).norm2(), t, t + 1)


@attack("is not known to be part of")
def a_tower_of_times_that_are_not_comparable():
    return tower(g(t).norm2(), t, s)


@attack("is not the combination")
def the_tower_without_its_rule_in_the_wrong_order():
    inner = Expectation(L(W(t + 2)), t)
    return combine(Expectation(inner, t + 1).equals(Expectation(L(W(t + 2)), t + 1)))


@attack("is not the combination")
def the_probability_of_an_event_about_this_outcome():
    return combine(Expectation(L(W(t))) >= 0, [(1, [assume(L(W(t)) >= 0)])])


@attack("is not the combination")
def two_processes_of_one_name_and_two_delays():
    return combine(Expectation(Process("g", t), t).dot(x).equals(Expectation(g(t), t).dot(x)))


@attack("is not the combination")
def a_process_that_is_named_like_a_vector():
    return combine(Process("x", t).dot(y).equals(x.dot(y)))


@attack("is not the combination")
def a_letter_that_is_named_like_an_index():
    return combine(Letter("t").equals(t))


@attack("is not the combination")
def a_map_that_is_named_like_a_field():
    return combine(Applied("L", x).dot(y).equals(L(x)))


# --- sums -----------------------------------------------------------------------------------------


@attack("the sum may be empty")
def the_last_term_of_a_sum_that_may_be_empty():
    return sum_last(k, s, t, a**k)


@attack("the sum may be empty")
def the_first_term_of_an_empty_sum():
    return sum_first(k, t + 1, t, a**k)


@attack("the sum may be empty")
def the_last_term_below_zero():
    return sum_last(k, 0, t - 1, a**k)


@attack("must be a natural number")
def a_sum_that_starts_below_zero():
    return sum_empty(k, t - 1, a**k)


@attack("is not the combination")
def a_sum_of_ones_over_a_range_that_may_be_reversed():
    return combine(FiniteSum(k, s, t, scalar(1)).equals(t - s))


@attack("is not the combination")
def a_reversed_range_in_the_manner_of_karr():
    return combine(FiniteSum(k, 5, 2, scalar(1)).equals(-3))


@attack("is not the combination")
def a_shifted_range_without_its_shifted_body():
    return combine(FiniteSum(k, 1, t + 1, a**k).equals(FiniteSum(k, 0, t, a**k)))


@attack("is not the combination")
def a_running_factor_comes_out_of_a_sum():
    return combine(FiniteSum(k, 0, t, k * a**k).equals(k * FiniteSum(k, 0, t, a**k)))


@attack("is not the combination")
def a_product_of_sums_as_a_sum_of_products():
    p, q = FiniteSum(k, 0, t, a**k), FiniteSum(k, 0, t, b**k)
    return combine((p * q).equals(FiniteSum(k, 0, t, a**k * b**k)))


@attack("is not the combination")
def two_bound_indices_exchanged():
    square_of = FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**j * b**k))
    exchanged = FiniteSum(k, 0, t, FiniteSum(j, 0, k, a**k * b**j))
    return combine(square_of.equals(exchanged))


@attack("is not the combination")
def a_bound_index_taken_for_a_free_one():
    return combine(FiniteSum(k, 0, t, a**k).equals(FiniteSum(j, 0, t, a**k)))


@attack("is not an equality")
def termwise_equality_of_vectors_under_a_sum():
    termwise = assume((W(k).dot(x)).equals(0).forall(k))
    return combine(FiniteSum(k, 0, t, W(k).dot(x)).equals(0), [], [(1, termwise)])


@attack("cannot be the index")
def a_letter_as_the_running_index_of_a_sum():
    def total():
        return tree.ScalarSum(a, scalar(0), scalar(1), a)

    low = instantiate(generalise(more(a, assume(total() >= 0)), a), {a: -1})
    high = instantiate(generalise(more(-a, assume(total() <= 0)), a), {a: 1})
    return cases(low, high, total())


@attack("cannot run")
def a_letter_as_the_index_of_a_limsup():
    shifted = limit_shift(a, a)
    flat = limit(combine(scalar(0) >= 0), t, a, a, [], combine(scalar(0) >= 0))
    return combine(LimitSuperior(t, a + 1) <= a, [(1, [flat])], [(-1, shifted)])


# --- induction ------------------------------------------------------------------------------------


@attack("is not 1 - 0 >= 0")
def an_induction_without_its_base():
    claim = 1 - t >= 0
    step = combine(1 - (t + 1) >= 0, [(1, [assume(-t >= 0)])])
    return induct(assume(b >= 0), step, claim, t)


@attack("is free in the hypothesis")
def an_induction_whose_step_holds_at_this_time_only():
    claim = 1 - t >= 0
    down = assume(scalar(-1) * t >= 0)
    step = combine(1 - (t + 1) >= 0, [(1, [down])])
    return induct(combine(1 - scalar(0) >= 0, [(1, [one])]), step, claim, t)


@attack("is free in the hypothesis")
def an_induction_hypothesis_at_the_next_time():
    claim = a - t >= 0
    return induct(assume(a - 0 >= 0), assume(a - (t + 1) >= 0), claim, t)


@attack("is free in the hypothesis")
def an_induction_hypothesis_that_is_generalised():
    claim = a - t >= 0
    return generalise(assume(claim), t)


@attack("is not bound in")
def an_induction_hypothesis_at_another_time():
    return instantiate(assume(a - t >= 0), {t: t + 1})


@attack("is free in the hypothesis")
def an_induction_over_an_index_of_the_base_case():
    claim = a * t >= 0
    base = combine(a * 0 >= 0, [(1, [assume(t >= 0)]), (1, [assume(-t >= 0)])])
    step = combine(a * (t + 1) >= 0, [(1, [assume(claim)]), (1, [assume(a >= 0)])])
    return induct(base, step, claim, t)


@attack("is not a free index")
def an_induction_over_a_bound_index():
    claim = (a**t >= 0).forall(t)
    return induct(assume(claim), assume(claim), claim, t)


@attack("is not a free index")
def an_induction_over_a_letter():
    return induct(square(0), square(a), a * a >= 0, a)


@attack("is free in the hypothesis")
def an_induction_from_the_wrong_hypothesis():
    step = assume(a * (t + 1) >= 0)
    return induct(assume(a * 0 >= 0), step, a * t >= 0, t)


# --- limits ---------------------------------------------------------------------------------------

q_low, q_high = assume(b >= 0), assume(1 - b > 0)


def decays(bound=0, pairs=((q_low, q_high),), term=None, below=None):
    """Take the limsup of ``term <= term``; the default, of ``a b**t <= a b**t``, is sound."""
    term = a * b**t if term is None else term
    below = below or at_all_times(term)
    return limit(combine(term - term >= 0), t, term, bound, pairs, instantiate(below, {t: t}))


def test_a_decaying_term_has_a_limsup_of_at_most_zero():
    assert str(decays().conclusion) == "-limsup_t a*b**t >= 0"


@attack("do not confine a base")
def a_base_that_may_be_one():
    return decays(pairs=[(q_low, assume(1 - b >= 0))])


@attack("do not confine the same base")
def a_base_that_may_be_minus_one():
    return decays(pairs=[(assume(b + 1 >= 0), q_high)])


@attack("do not confine the same base")
def the_sign_of_another_base():
    return decays(pairs=[(assume(a >= 0), q_high)])


@attack("is not a power that is proved to vanish")
def a_power_of_another_base():
    return decays(pairs=[(assume(c >= 0), assume(1 - c > 0))])


@attack("is not a power that is proved to vanish")
def a_power_without_any_proof():
    return decays(pairs=[])


@attack("is not a power that is proved to vanish")
def a_coefficient_that_grows():
    return decays(term=t * b**t)


@attack("is not a power that is proved to vanish")
def a_coefficient_that_is_an_expectation_at_t():
    term = Expectation(W(t).norm2()) * b**t
    return decays(term=term)


def at_all_times(term):
    """Assume ``term >= 0`` at all times."""
    return assume((term >= 0).forall(t))


@attack("is not a power that is proved to vanish")
def a_sum_up_to_t_as_a_coefficient():
    term = FiniteSum(k, 0, t, scalar(1) * a**k) * b**t
    return decays(term=term)


@attack("does not vanish")
def a_bound_that_is_too_small():
    return decays(bound=-1)


@attack("depend on t")
def a_bound_that_depends_on_the_index():
    return decays(bound=b**t)


@attack("depend on t")
def a_lower_bound_that_depends_on_the_index():
    falling = combine(t - t >= 0)
    return limit(combine(scalar(0) >= 0), t, -t, 0 * a, [], falling)


@attack("is free in the hypothesis")
def a_bound_that_holds_at_one_time_only():
    at_t = assume(a - b**t >= 0)
    return limit(at_t, t, b**t, a, [], instantiate(at_all_times(b**t), {t: t}))


@attack("is free in the hypothesis")
def a_base_below_one_at_one_time_only():
    low, high = assume(t * b >= 0), assume(1 - t * b > 0)
    return decays(pairs=[(low, high)])


@attack("a base or a denominator depends on t")
def a_base_that_depends_on_the_index():
    low = instantiate(at_all_times(t * b), {t: t})
    high = instantiate(assume((1 - t * b > 0).forall(t)), {t: t})
    return decays(pairs=[(low, high)])


@attack("is not an inequality")
def a_limit_of_an_equality():
    return limit(assume(a.equals(0)), t, a, 0, [], assume(a >= 0))


@attack("is not the combination")
def limsups_that_add():
    p, q = a**t, (-1 * a) ** t
    return combine(LimitSuperior(t, p + q).equals(LimitSuperior(t, p) + LimitSuperior(t, q)))


@attack("is not the combination")
def the_limsup_of_minus_a_sequence():
    return combine(LimitSuperior(t, -(a**t)).equals(-LimitSuperior(t, a**t)))


@attack("is not the combination")
def the_limsup_of_a_product():
    p = a**t
    return combine(LimitSuperior(t, p * p).equals(LimitSuperior(t, p) ** 2))


@attack("is not the combination")
def the_limsup_of_every_other_term():
    return combine(LimitSuperior(t, a ** (2 * t)).equals(LimitSuperior(t, a**t)))


# --- membership and cases -------------------------------------------------------------------------


@attack("does not say that")
def transferring_to_a_vector_that_is_not_the_same():
    return transfer(assume(x.inside("Theta")), assume((y - 2 * x).equals(0)), y)


@attack("does not say that")
def transferring_against_the_equation():
    return transfer(assume(x.inside("Theta")), assume((x + y).equals(0)), y)


@attack("is not a vector equation")
def transferring_by_equal_norms():
    return transfer(assume(x.inside("Theta")), assume(y.norm2().equals(x.norm2())), y)


@attack("does not say that a vector lies in a set")
def transferring_what_is_not_a_membership():
    return transfer(square(a), assume((y - x).equals(0)), y)


@attack("are not the same")
def cases_with_two_conclusions():
    return cases(assume(a >= 0), assume(-a >= 0), a)


def test_a_case_that_is_not_the_split_stays_a_hypothesis():
    weak = combine(a + 1 >= 0, [(1, [assume(a >= 0)]), (1, [one])])
    both = cases(weak, weak, b)
    assert both.hypotheses == {a >= 0}


def test_terms_that_differ_do_not_print_alike():
    """What is known later, and what is only called so; a name that looks like an expression."""
    at_once, later = Process("g", t), Process("g", t, delay=1)
    alike = [at_once, later, Process("g", t, delay=2), Process("g[+1]", t), Process("g(t)", t),
             Letter("a*b"), Letter("a") * Letter("b"), Letter("a + b"), Letter("a") + Letter("b")]
    said = [plain(term) for term in alike]
    assert len(set(said)) == len(alike) and said[:2] == ["g(t)", "g[+1](t)"]
    theorems = [assume(term.norm2() >= 0) for term in (at_once, later)]
    assert str(theorems[0]) != str(theorems[1])
