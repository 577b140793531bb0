"""Multipliers that are found, prose, evidence and models."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from sgdtheory.proofs import noise_ball

from sgdtheory.evidence import Citation, EvidenceError, Example, Proof, Row, example, prove
from sgdtheory.logic import kernel
from sgdtheory.logic.certificate import NoCertificate, find_multipliers
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.language import (
    Expectation,
    Index,
    Letter,
    LimitSuperior,
    Process,
    VectorLetter,
)
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    Step,
    above_both,
    is_natural,
    known_when,
    one_is_positive,
    product,
    squared,
    steps_of,
    suppose,
)
from sgdtheory.logic.proof import prove as prove_step
from sgdtheory.logic.prose import prose
from sgdtheory.logic.typeset import typeset
from sgdtheory.theory import noise_ball as says

a, b, c = map(Letter, "abc")
x, y = map(VectorLetter, "xy")
t = Index("t")
a_positive, b_positive = (suppose(Assumption(f"{s} is positive", s > 0)) for s in (a, b))


def test_multipliers_are_found_and_replayed() -> None:
    step = prove_step(
        "Young", x.norm2() / a + a * y.norm2() >= 2 * x.dot(y),
        by=[squared("a square", x - a * y)], signs=[a_positive],
    )
    assert kernel.is_theorem(step.theorem)
    assert step.because == r"Add $\frac{1}{a}$ × [[0]]."


def test_without_a_combination_there_is_no_certificate() -> None:
    with pytest.raises(NoCertificate, match="not a combination of its premises"):
        prove_step("false", x.dot(y) >= 0, by=[squared("a square", x)])


def test_a_multiplier_of_unknown_sign_is_no_certificate() -> None:
    with pytest.raises(NoCertificate, match="the sign of a is not among the known ones"):
        prove_step("unsigned", a * x.norm2() >= 0, by=[squared("a square", x)])


def test_a_negative_multiplier_is_no_certificate() -> None:
    with pytest.raises(NoCertificate, match="the multiplier -a is not positive"):
        prove_step("negative", -a * x.norm2() >= 0, by=[squared("a", x)], signs=[a_positive])


def test_even_powers_of_unknown_sign_are_squares() -> None:
    step = prove_step("square", c**2 * x.norm2() >= 0, by=[squared("a square", x)])
    assert step.theorem.hypotheses == frozenset()


def test_only_the_facts_that_a_division_needs_become_hypotheses() -> None:
    step = prove_step("half", (1 / a).equals(1 / a), by=[], signs=[a_positive, b_positive])
    assert step.theorem.hypotheses == {a > 0}


def test_constants_are_preferred_where_letters_would_do() -> None:
    assert find_multipliers(a + b, [a, b]) == [1, 1]


def test_the_maximum_of_two_is_below_what_both_are_below() -> None:
    top = suppose(Assumption("above a", 5 - a > 0)), suppose(Assumption("above b", 5 - b > 0))
    step = above_both("below 5", 5 - a.maximum(b) > 0, (a, b), top)
    assert step.theorem.hypotheses == {5 - a > 0, 5 - b > 0}
    with pytest.raises(NoCertificate):
        above_both("below 4", 4 - a.maximum(b) > 0, (a, b), top)


def test_a_product_is_strict_only_if_all_its_factors_are() -> None:
    zero_or_more = suppose(Assumption("b", b >= 0))
    assert product("strict", a_positive, b_positive).statement.relation == ">"
    assert product("weak", a_positive, zero_or_more).statement.relation == ">="


# --- prose ---------------------------------------------------------------------------------------


def test_steps_come_after_what_they_rest_on_and_once() -> None:
    last = prove("noise_ball")[-1].step
    seen = []
    for step in steps_of(last):
        assert all(any(p is s for s in seen) for p in step.premises)
        seen.append(step)
    assert len({id(s) for s in seen}) == len(seen)
    assert seen[-1] is last


def test_a_multiplier_with_an_index_is_written_as_one_writes_it() -> None:
    k, positive = Index("k"), suppose(Assumption("b is nonnegative", b >= 0))
    step = prove_step("b over k + 1", b / (k + 1) >= 0, by=[positive], signs=[later(k)])
    assert r"$\frac{1}{k + 1}$" in step.because and "#" not in step.because


def later(k: Index) -> Step:
    """Return the step that says ``k + 1 > 0``."""
    return prove_step("k + 1 is positive", k + 1 > 0, by=[is_natural(k), one_is_positive()])


def test_the_prose_numbers_its_steps_and_shows_the_kernel_s_statements() -> None:
    proof = next(p for p in prove("noise_ball") if p.claim.key == "sgd.S21-d-corrected")
    text = proof.prose()
    assert text.startswith("## sgd.S21-d-corrected [slide 21]")
    assert r"$W_t$ is $\mathcal{F}_{t}$-measurable" in text
    assert r"$g_t$ is $\mathcal{F}_{t+1}$-measurable" in text
    assert "integrability: W in L2" in text
    assert "the step size is at most 1/(2c)" in text
    assert text.count("QED") == 1
    numbers = [int(line.split(".")[0]) for line in text.splitlines() if line[:1].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "[[" not in text
    assert proof.statement in text
    latex = proof.prose("latex")
    assert latex.startswith(r"\subsection*{sgd.S21-d-corrected [slide 21]}")
    assert "**" not in latex
    with pytest.raises(ValueError, match="format='html', the form of the text"):
        proof.prose("html")


def test_unneeded_hypotheses_are_named() -> None:
    spare = Assumption("b is positive", b > 0)
    needed = Assumption("a is positive", a > 0)
    claim = Claim("x", "a is positive.", a > 0, (needed, spare))
    text = prose(claim, a_positive)
    assert "not needed: b is positive" in text
    assert Proof(claim, a_positive).unused == ("b is positive",)


@pytest.mark.parametrize(
    ("term", "latex"),
    [
        ((1 - a) ** t, r"\left(1 - a\right)^{t}"),
        (a / (2 * b), r"\frac{a}{2 b}"),
        (-(a + b), r"-\left(a + b\right)"),
        (Expectation(x.dot(Process("W", t)), t),
         r"\mathbb{E}[\langle x, W_{t} \rangle \mid \mathcal{F}_{t}]"),
        (LimitSuperior(t, a**t), r"\limsup_{t} a^{t}"),
        (a.maximum(b), r"\max\{a, b\}"),
        (Process("W", t).inside("Theta"), r"W_{t} \in \Theta"),
        ((a * x).equals(0), r"a x = 0"),
        ((a >= b).where(t), r"a \ge b \quad\text{where } t \ge 0"),
        (Letter("a") * Fraction(-1, 2), r"a \left(-\frac{1}{2}\right)"),
    ],
)
def test_terms_typeset_as_one_writes_them(term, latex) -> None:
    assert typeset(term) == latex


def test_what_is_no_term_is_not_typeset() -> None:
    with pytest.raises(TypeError, match="is not a term of the language"):
        typeset(0.5)


def test_when_a_random_vector_is_known_is_read_off_the_proof() -> None:
    W, g = Process("W", t), Process("g", t, 1)
    step = suppose(Assumption("drawn", W.dot(g) >= 0))
    assert known_when(step) == {"W": 0, "g": 1}


# --- evidence ------------------------------------------------------------------------------------

CLAIM = Claim("sgd.S1-a", "a is positive.", a > 0, (Assumption("a is positive", a > 0),))
PROVED, REFUTED, TIGHT = Proof(CLAIM, a_positive), Example(CLAIM, -1, "no"), Example(CLAIM, 0, "it")


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ((), "unsettled"),
        ((Citation(CLAIM, "a book"),), "cited"),
        ((PROVED,), "proved"),
        ((PROVED, TIGHT), "tight"),
        ((REFUTED,), "refuted"),
        ((TIGHT,), "unsettled"),
    ],
)
def test_the_status_of_a_claim_is_read_off_its_evidence(evidence, status) -> None:
    assert Row("topic", CLAIM, evidence).status == status
    assert Row("topic", CLAIM, evidence).slide == 1


def test_an_equality_is_proved_and_not_tight() -> None:
    claim = Claim("sgd.S1-b", "a is itself.", a.equals(a))
    proof = Proof(claim, prove_step("a is itself", a.equals(a), by=[]))
    assert Row("topic", claim, (proof, Example(claim, 0, "a = 1"))).status == "proved"


def test_a_claim_in_words_is_tight_where_it_is_attained() -> None:
    words = Claim("sgd.S1-c", "An instance attains it.")
    assert Row("topic", words, (Example(words, 0, "it"),)).status == "tight"
    assert Row("topic", words, (Example(words, 1, "not quite"),)).status == "unsettled"


def test_a_claim_cannot_be_both_proved_and_refuted() -> None:
    with pytest.raises(EvidenceError, match=r"sgd\.S1-a is both proved and refuted"):
        _ = Row("topic", CLAIM, (PROVED, REFUTED)).status


def test_a_proof_of_something_else_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"sgd\.S1-a says .*, and the theorem says"):
        Proof(CLAIM, b_positive)


def test_an_unknown_topic_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="topic='noiseball' is not a topic of the lecture; choose"):
        prove("noiseball")


# --- models --------------------------------------------------------------------------------------

half = Fraction(1, 2)
coins = Model(
    letters={"a": Fraction(1)},
    vectors={"x": rational(1, 2)},
    processes={"W": lambda time, coins: rational(sum(coins[:time]), 0)},
    sets={"Theta": lambda v: abs(v[0]) <= 1},
    outcomes=sample_paths([(half, -1), (half, 1)], 3),
    points=(rational(1, 0), rational(0, 3)),
    horizon=2,
    period=1,
)
W = lambda s: Process("W", s)  # noqa: E731


@pytest.mark.parametrize(
    ("statement", "true"),
    [
        (Expectation(W(t).norm2()).equals(t), True),
        (Expectation(W(t).norm2()).equals(2 * t), False),
        (Expectation(W(t + 1), t).equals(W(t)), True),
        (Expectation(W(t + 1), t).equals(W(t + 1)), False),
        (W(t).inside("Theta"), True),
        (W(t + 1).inside("Theta"), False),
        ((y.norm2() >= 1).forall(y), True),
        ((y.norm2() > 1).forall(y), False),
        ((y.norm2() <= 1).forall(y, inside="Theta"), False),
        ((t <= 0).where(-t), True),
        ((a.maximum(2) - 2).equals(0), True),
    ],
)
def test_a_model_judges_statements_by_their_sense(statement, true: bool) -> None:
    assert coins.holds(statement) is true


def test_a_limsup_is_the_maximum_of_what_repeats() -> None:
    assert coins.slack(LimitSuperior(t, a) <= 3) == 2
    with pytest.raises(ValueError, match="is not periodic"):
        coins.slack(LimitSuperior(t, Expectation(W(t).norm2())) <= 3)
    with pytest.raises(ValueError, match="does not say where its sequences become periodic"):
        Model(letters={"a": half}).slack(LimitSuperior(t, a) <= 3)


def test_an_example_must_obey_the_hypotheses_and_have_a_conclusion() -> None:
    with pytest.raises(EvidenceError, match=r"in the example \(nothing\) it is not true that a is"):
        example(CLAIM, Model(letters={"a": -half}), "nothing")
    with pytest.raises(EvidenceError, match="is in words only"):
        example(Claim("sgd.S1-b", "words"), coins, "words")


def test_a_bound_that_is_met_only_where_its_points_coincide_is_not_tight() -> None:
    """At w = w* every growth condition reads 0 >= 0: a loss four times too steep is not tight."""
    attaining = noise_ball.attaining
    steep = replace(attaining, fields={"L": lambda w: 4 * Fraction(w[0]) ** 2},
                    maps={**attaining.maps, "grad L": lambda w: 8 * w})
    for claim in (says.quadratic_growth, says.slope_towards_minimiser, says.strong_monotonicity):
        assert example(claim, attaining, "of curvature c").shows == "tight"
        assert example(claim, steep, "of curvature 8c").shows == "not vacuous"
