"""Forged theorems, foreign objects, arguments that change and terms that lie: none gets through.

The reach of these attacks is whatever can be passed to a rule, and whatever can be written into a
frozen object. Code that rewrites the kernel's own module is out of reach of any test.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

from sgdtheory.logic import kernel
from sgdtheory.logic import language as tree
from sgdtheory.logic.kernel import (
    KernelError,
    Theorem,
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
    FieldValue,
    FiniteSum,
    Index,
    LanguageError,
    Letter,
    Maximum,
    Number,
    Process,
    Scalar,
    Statement,
    VectorLetter,
    Zero,
    scalar,
)

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


def one_more():
    return combine(t + 1 >= 0, [(1, [assume(t >= 0)]), (1, [one])])


# --- foreign objects ------------------------------------------------------------------------------

FOREIGN = {
    "a float": 0.5, "an integer float": 2.0, "not a number": float("nan"), "a boolean": True,
    "a NumPy float": np.float64(1), "a NumPy integer": np.int64(2), "a NumPy boolean": np.True_,
    "a NumPy array": np.array([1, 2]), "a complex number": 1j, "a Decimal": Decimal("0.5"),
    "a sympy integer": sympy.Integer(2), "a sympy symbol": sympy.Symbol("a"),
    "a string": "a", "nothing": None, "a list": [1], "a type": int,
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("build", [
    lambda value: a + value, lambda value: value - a, lambda value: a * value,
    lambda value: a / value, lambda value: value / a, lambda value: a**value,
    lambda value: Maximum(a, scalar(value)), lambda value: a >= value, lambda value: a < value,
    lambda value: a.equals(value), lambda value: FiniteSum(k, value, t, a),
    lambda value: value * x,
], ids=["sum", "difference", "product", "quotient", "inverse", "power", "maximum", "above", "below",
        "equal", "limit", "scaled"])
def test_no_foreign_object_enters_a_term(build, foreign):
    with pytest.raises((LanguageError, TypeError)):
        build(foreign)


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("use", [
    lambda value: combine(nothing.conclusion, [(value, [one])]),
    lambda value: combine(nothing.conclusion, [], [(value, nothing)]),
    lambda value: combine(value), lambda value: assume(value), lambda value: square([value]),
    lambda value: pair(assume(x.equals(y)), value), lambda value: expect(value, t),
    lambda value: instantiate(generalise(square(a), a), {a: [value]}),
    lambda value: instantiate(generalise(square(a), a), {value: a}),
    lambda value: cases(one, one, value), lambda value: induct(one, one, t >= 0, value),
    lambda value: tower(a, [value]), lambda value: maximum_above(value, [a]),
    lambda value: limit(one, t, value, 0, [], one), lambda value: imply(one, value),
    lambda value: cut(one, value), lambda value: reciprocal(value),
    lambda value: generalise(one, value), lambda value: transfer(value, value, x),
    lambda value: sum_empty(value, 0, a), lambda value: limit_shift(value, a),
    lambda value: sum_shift(k, 0, t, [value]), lambda value: norm_square(value),
], ids=lambda use: None)
def test_no_foreign_object_is_an_argument_of_a_rule(use, foreign):
    with pytest.raises((KernelError, LanguageError, TypeError, AttributeError)):
        use(foreign)


# --- forged theorems ------------------------------------------------------------------------------


class Yes:
    """Equal to everything."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


class Chameleon(str):
    """A text that shows itself as another one."""

    def __new__(cls, text, shown):
        self = super().__new__(cls, text)
        self.shown = shown
        return self

    def __repr__(self):
        return repr(self.shown)


def thawed(frozen, **fields):
    """Write into a frozen object."""
    for name, value in fields.items():
        object.__setattr__(frozen, name, value)
    return frozen


def fresh():
    """Return a theorem of its own, ``a >= 0 |- a >= 0``, built of nothing that others use."""
    return assume(Letter("a") >= 0)


FORGERIES = {
    "another conclusion": lambda: thawed(fresh(), conclusion=FALSE),
    "no hypotheses": lambda: thawed(fresh(), hypotheses=frozenset()),
    "hypotheses in a list": lambda: thawed(fresh(), hypotheses=[a >= 0]),
    "nothing to be integrable": lambda: thawed(expect(square(L(W(t)))), integrable=frozenset()),
    "a seal that is equal to all": lambda: thawed(fresh(), conclusion=FALSE, seal=Yes()),
    "the seal of another theorem": lambda: thawed(fresh(), seal=one.seal),
    "a tampered term inside": lambda: tampered(),
    "a name that looks like another": lambda: renamed(),
    "a number that looks like another": lambda: renumbered(),
    "-2 for -1, whose hashes agree": lambda: thawed(
        combine(scalar(-1).equals(-1)), conclusion=scalar(-2).equals(-1)
    ),
    "a duck": lambda: Duck(),
    "a statement": lambda: FALSE,
    "a subclass": lambda: thawed(object.__new__(Heir), **vars(one)),
    "an empty theorem": lambda: object.__new__(Theorem),
    "a tampered pickle": lambda: pickle.loads(pickle.dumps(one).replace(b">", b"=")),
}


class Heir(Theorem):
    """A theorem by inheritance."""


class Duck:
    """It has all that a theorem has."""

    __class__ = Theorem
    hypotheses, conclusion, integrable, seal = one.hypotheses, FALSE, one.integrable, one.seal


def tampered():
    theorem = fresh()
    thawed(theorem.conclusion, expression=scalar(-1))
    return theorem


def renamed():
    theorem = fresh()
    thawed(theorem.conclusion.expression, name=Chameleon("b", "a"))
    return theorem


def renumbered():
    class Shown(int):
        def __repr__(self):
            return "1"

    theorem = combine(Number(Fraction(1)) > 0, [(1, [])])
    theorem.conclusion.expression.value._numerator = Shown(-1)
    return theorem


USES = {
    "generalise": lambda forged: generalise(forged, c),
    "imply": lambda forged: imply(forged, c),
    "instantiate": lambda forged: instantiate(forged, {}),
    "a member": lambda forged: instantiate(generalise(square(c), c), {c: 1}, [forged]),
    "a guard": lambda forged: instantiate(generalise(square(c), c), {c: 1}, guards=[forged]),
    "cut": lambda forged: cut(fresh(), forged),
    "cut from": lambda forged: cut(forged, fresh()),
    "square": lambda forged: square(c, [forged]),
    "norm_square": lambda forged: norm_square(x, [forged]),
    "reciprocal": lambda forged: reciprocal(forged),
    "combine": lambda forged: combine(nothing.conclusion, [(1, [forged])]),
    "an equation": lambda forged: combine(nothing.conclusion, [], [(1, forged)]),
    "a divisor": lambda forged: combine(nothing.conclusion, [], [], [forged]),
    "pair": lambda forged: pair(forged, x),
    "combine_vectors": lambda forged: combine_vectors(Zero().equals(0), [(1, forged)]),
    "transfer": lambda forged: transfer(assume(x.inside("S")), forged, x),
    "transfer from": lambda forged: transfer(forged, assume(x.equals(x)), x),
    "maximum_above": lambda forged: maximum_above(a, b, [forged]),
    "maximum_equals": lambda forged: maximum_equals(forged, a, b),
    "cases": lambda forged: cases(forged, forged, c),
    "expect": lambda forged: expect(forged, t),
    "tower": lambda forged: tower(a, t, s, [forged]),
    "assume": lambda forged: assume(a >= 0, [forged]),
    "induct": lambda forged: induct(forged, forged, forged.conclusion, t),
    "sum_empty": lambda forged: sum_empty(k, 0, a, [forged]),
    "sum_first": lambda forged: sum_first(k, 0, t, a, [forged]),
    "sum_last": lambda forged: sum_last(k, 0, t, a, [forged]),
    "sum_shift": lambda forged: sum_shift(k, 0, t, a, [forged]),
    "limit": lambda forged: limit(forged, t, a, a, [], forged),
    "a decay": lambda forged: limit(one, t, a, a, [(one, forged)], one),
    "limit_shift": lambda forged: limit_shift(t, a, [forged]),
}


def test_every_rule_is_tried_with_forgeries():
    rules = {name for name in kernel.__all__ if name[0].islower()} - {"is_theorem"}
    assert rules - {"natural_number"} <= set(USES)  # which takes no theorem


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_no_rule_takes_a_forged_theorem(use, forge):
    forged = forge()
    assert not is_theorem(forged)
    with pytest.raises((KernelError, LanguageError, AttributeError)):
        use(forged)


@pytest.mark.parametrize("use", [use for name, use in USES.items() if name in {
    "generalise", "imply", "instantiate", "a member", "a guard", "cut from", "expect", "cases",
}])
def test_the_same_rules_take_a_genuine_one(use):
    assert is_theorem(use(fresh()))


def test_the_constructor_makes_no_theorem():
    for seal in (b"", one.seal, Yes(), None, bytearray(one.seal)):
        with pytest.raises(KernelError, match="made by a rule of the kernel"):
            Theorem(frozenset(), FALSE, frozenset(), seal)
    with pytest.raises(KernelError, match="made by a rule of the kernel"):
        replace(one, conclusion=FALSE)
    with pytest.raises(KernelError, match="made by a rule of the kernel"):
        replace(fresh(), hypotheses=frozenset())
    with pytest.raises(KernelError, match="made by a rule of the kernel"):
        Heir(one.hypotheses, one.conclusion, one.integrable, one.seal)


def test_a_copy_of_a_theorem_is_that_theorem():
    theorem = fresh()
    for twin in (copy.deepcopy(theorem), pickle.loads(pickle.dumps(theorem)), replace(theorem)):
        assert is_theorem(twin)
        assert twin == theorem


# --- arguments that change, and terms that lie ----------------------------------------------------


def test_a_proof_that_is_put_back_after_it_was_read_is_too_late():
    every = generalise(square(a), a)
    genuine, forged = every.conclusion, Statement(">=", scalar(-1), None, ((a, None),))

    def put_back():
        thawed(every, conclusion=genuine)
        yield from ()

    uses = {
        "members": lambda: instantiate(every, {a: 0}, put_back()),
        "divisors": lambda: instantiate(every, {a: 0}, (), put_back()),
        "guards": lambda: instantiate(every, {a: 0}, (), (), put_back()),
    }
    for use in uses.values():
        thawed(every, conclusion=forged)
        assert use().conclusion == instantiate(every, {a: 0}).conclusion  # the genuine instance


def test_premises_that_swap_themselves_while_others_are_read_are_read_last():
    true, lie = fresh(), scalar(-1) >= 0
    genuine = true.conclusion

    def equations():
        thawed(true, conclusion=genuine)
        yield 1, nothing

    thawed(true, conclusion=lie)
    with pytest.raises(KernelError, match="is not the combination"):
        combine(scalar(-1) >= 0, [(1, [true])], equations())


def test_an_iterator_is_run_out_once():
    factors = (assume(letter > 0) for letter in (a, b))
    product = combine(a * b > 0, iter([(1, factors)]))
    assert product.hypotheses == {a > 0, b > 0}
    with pytest.raises(KernelError, match="is not the combination"):
        combine(a * b > 0, [(1, factors)])  # it is empty now: the product is 1


def test_a_mapping_that_changes_is_read_once():
    class Changing(Mapping):
        reads = 0

        def __getitem__(self, key):
            self.reads += 1
            return scalar(-self.reads)

        def __iter__(self):
            return iter([t])

        def __len__(self):
            return 1

    with pytest.raises(KernelError, match="is not a natural number"):
        instantiate(assume((a**t >= 0).forall(t)), Changing())


def test_a_letter_of_a_subclass_computes_nothing():
    class Liar(Letter):
        def __mul__(self, other):
            return scalar(-1)

        __rmul__ = __add__ = __sub__ = __rsub__ = __mul__

        def __ge__(self, other):
            return FALSE

    liar = Liar("z")
    for use in (
        lambda: square(liar), lambda: combine(FALSE, [], [(liar, nothing)]),
        lambda: a + liar, lambda: maximum_above(liar, a), lambda: cases(one, one, liar),
        lambda: imply(one, liar), lambda: limit(one, t, liar, a, [], one),
        lambda: sum_last(k, 0, t, liar), lambda: tower(liar, t), lambda: limit_shift(t, liar),
        lambda: instantiate(generalise(square(a), a), {a: liar}), lambda: generalise(one, liar),
    ):
        with pytest.raises(LanguageError, match="not exact"):
            use()


def test_a_sum_of_a_subclass_is_not_asked_to_subtract_itself():
    class Liar(tree.Plus):
        def __rsub__(self, other):
            return scalar(1)

        __radd__ = __rsub__

    with pytest.raises(LanguageError, match="not exact"):
        sum_last(k, 0, t, Liar(a, b))
    with pytest.raises(LanguageError, match="not exact"):
        scalar(0) + Liar(a, b)


def test_a_duck_is_not_a_vector_a_variable_or_a_number():
    class Duck:
        __class__ = VectorLetter
        norm2 = dot = inside = equals = lambda *_: FALSE.expression

    class SameAs:
        def __init__(self, variable):
            self.variable = variable

        def __eq__(self, other):
            return True

        def __hash__(self):
            return hash(self.variable)

    class Foreign:
        __rmul__ = __mul__ = lambda *_: scalar(1)

    Scalar.register(Foreign)
    counted = induct(combine(scalar(0) >= 0), one_more(), t >= 0, t)
    for use in (
        lambda: norm_square(Duck()), lambda: pair(assume(x.equals(y)), Duck()),
        lambda: transfer(assume(x.inside("S")), assume(y.equals(x)), Duck()),
        lambda: instantiate(generalise(counted, t), {SameAs(t): -1}),
        lambda: induct(one, one, FALSE, SameAs(t)),
        lambda: combine(FALSE, [], [(Foreign(), nothing)]), lambda: square(Foreign()),
    ):
        with pytest.raises(LanguageError, match=r"not exact|is not a vector term"):
            use()


def test_a_name_is_a_plain_string():
    for build in (
        Letter, Index, VectorLetter, lambda name: Process(name, t), lambda name: L_of(name),
        lambda name: Applied(name, x), lambda name: x.inside(name),
    ):
        for name in (Chameleon("a", "b"), "", 5, None, b"a"):
            with pytest.raises(LanguageError, match=r"is not a name|a set belongs"):
                build(name)


def L_of(name):
    return FieldValue(name, x)


def test_a_statement_is_made_of_plain_parts():
    class Empty(tuple):
        def __bool__(self):
            return False

        def __len__(self):
            return 0

    class Both(str):
        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    quantified = Statement(">=", a, None, Empty([(a, None)]))
    with pytest.raises(LanguageError, match="not exact"):
        combine(quantified, [(1, [assume(a >= 0)])])
    with pytest.raises(LanguageError, match="not exact"):
        combine(thawed(a * a >= 0, relation=Both(">=")), [(1, [square(a)])])
    with pytest.raises(LanguageError, match="not exact"):
        assume(thawed(a >= 0, bound=[(a, None)]))
    with pytest.raises(LanguageError, match="is not a relation"):
        Statement("!=", a)
    with pytest.raises(LanguageError, match="cannot stand before"):
        Statement(">=", x)


def test_an_integer_that_is_not_what_it_says_is_refused():
    class Odd(int):
        numerator = property(lambda self: 7)

    with pytest.raises(LanguageError, match="not exact"):
        a * Odd(3)
    crooked = Fraction(1)
    crooked._numerator = 0.5
    with pytest.raises(LanguageError, match="not exact"):
        combine(nothing.conclusion, [(crooked, [one])])
    with pytest.raises(LanguageError, match="is not a Fraction"):
        Number(0.5)


def test_a_process_is_not_known_before_its_time():
    for delay in (-1, 0.5, True, None):
        with pytest.raises(LanguageError, match="cannot be known at delay"):
            Process("g", t, delay)


def test_a_statement_is_neither_true_nor_false():
    with pytest.raises(LanguageError, match="neither true nor false"):
        bool(a >= 0)
    with pytest.raises(LanguageError, match="neither true nor false"):
        assert 0 <= a <= 1
    with pytest.raises(LanguageError, match="False is not exact"):
        assume(a == 0)  # Python's own equality of two trees, a boolean
    with pytest.raises(KernelError, match="is not a statement"):
        assume(a)


@pytest.mark.parametrize(("above", "below"), [(1, -1), (-1, -1), (2, 4), (0, 5), (1, 0), (1, "1"),
                                              (None, 1), (1, True)])
def test_a_fraction_that_is_not_in_lowest_terms_is_refused(above, below):
    """1/-1 is above 0 when it is compared, and -1 when two of it are added."""
    crooked = Fraction(1)
    crooked._numerator, crooked._denominator = above, below
    for attack in (lambda: combine(scalar(-2) > 0, [(crooked, [one]), (crooked, [one])]),
                   lambda: assume(Number(crooked) >= 0),
                   lambda: square(a * Number(crooked))):
        with pytest.raises(LanguageError, match="is not exact: no fraction in lowest terms"):
            attack()


def test_an_equation_with_a_set_puts_nothing_into_the_set():
    lying = thawed(Statement("=", Zero()), domain="Theta")
    with pytest.raises(LanguageError, match="a set belongs to the relation 'in', and to no other"):
        combine_vectors(lying, [])
    outside = assume((x.norm2() >= 1).forall(x, inside="Theta"))
    with pytest.raises(KernelError, match="is not proved to lie in Theta"):
        instantiate(outside, {x: Zero()}, [combine_vectors(Statement("=", Zero()), [])])


@pytest.mark.parametrize("relation", ["<", "<=", "==", "!=", ""])
def test_a_relation_that_the_language_lacks_is_refused(relation):
    with pytest.raises(LanguageError, match="is not a relation of the language"):
        combine(thawed(scalar(1) >= 0, relation=relation), [(1, [one])])


@pytest.mark.parametrize("term", [
    tree.ScalarExpectation(x, None), tree.Power(x, scalar(0)), tree.Plus(a, x), tree.Inner(a, x),
    tree.Scaled(x, x), tree.VectorPlus(x, a), tree.ScalarSum(a, scalar(0), scalar(1), a),
    tree.LimitSuperior(a, a), tree.FieldValue("L", a), tree.Maximum(a, x),
], ids=lambda term: type(term).__name__)
def test_a_term_of_the_wrong_kinds_is_refused(term):
    statement = thawed(a >= 0, expression=term)
    with pytest.raises(LanguageError, match=r"cannot be the|cannot stand before|not exact"):
        assume(statement)
