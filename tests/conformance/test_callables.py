"""`identify` and `conform` on functions: every rule found again, every mistake named."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pytest

from sgdtheory import conform, identify
from sgdtheory import optimizers as opt
from sgdtheory.conformance import NonConforming
from sgdtheory.conformance.bugs import HandWrittenAdam
from sgdtheory.conformance.candidates import NUMBERS, candidates
from sgdtheory.conformance.causes import changes
from sgdtheory.conformance.difference import difference
from sgdtheory.conformance.probe import design, follow


def adam(step):
    """Return a factory of ``step(w, g, t, m, v) -> (w, m, v)``, closed over its state."""
    def factory():
        m, v, t = 0.0, 0.0, 0

        def stepped(w, g):
            nonlocal m, v, t
            t += 1
            w, m, v = step(w, g, t, m, v)
            return w
        return stepped
    return factory


A, B1, B2, EPS = 0.003, 0.9, 0.99, 1e-6


def right(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * (m / (1 - B1**t)) / (np.sqrt(v / (1 - B2**t)) + EPS), m, v


def epsilon_inside(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * (m / (1 - B1**t)) / np.sqrt(v / (1 - B2**t) + EPS), m, v


def epsilon_before(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * np.sqrt(1 - B2**t) / (1 - B1**t) * m / (np.sqrt(v) + EPS), m, v


def mean_uncorrected(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * m / (np.sqrt(v / (1 - B2**t)) + EPS), m, v


def square_uncorrected(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * (m / (1 - B1**t)) / (np.sqrt(v) + EPS), m, v


def correction_without_power(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    return w - A * (m / (1 - B1)) / (np.sqrt(v / (1 - B2)) + EPS), m, v


def counter_ahead(w, g, t, m, v):
    return right(w, g, t + 1, m, v)


def corrected_in_place(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
    m, v = m / (1 - B1**t), v / (1 - B2**t)
    return w - A * m / (np.sqrt(v) + EPS), m, v


def square_not_weighted(w, g, t, m, v):
    m, v = B1 * m + (1 - B1) * g, B2 * v + g * g
    return w - A * (m / (1 - B1**t)) / (np.sqrt(v / (1 - B2**t)) + EPS), m, v


def climbing(w, g, t, m, v):
    new, m, v = right(w, g, t, m, v)
    return 2 * w - new, m, v


BUGS = [
    (epsilon_inside, "epsilon inside the square root"),
    (epsilon_before, "epsilon added before the bias correction (epsilon hat)"),
    (mean_uncorrected, "first moment not bias-corrected"),
    (square_uncorrected, "second moment not bias-corrected"),
    (correction_without_power, "step counter stuck at 1: every correction is 1 - beta, not "
                               "1 - beta**t"),
    (counter_ahead, "step counter one ahead: the first correction is 1 - beta**2"),
    (corrected_in_place, "corrected moments stored, so that they are corrected again"),
    (square_not_weighted, "squared gradient not weighted by 1 - beta2 in the second moment"),
    (climbing, "sign of the step turned: it climbs"),
]


def test_an_adam_without_a_mistake_conforms() -> None:
    assert conform(adam(right), opt.Adam(A, B1, B2, EPS), "callable").size < 1e-13
    found = identify(adam(right), "callable")
    assert str(found).startswith("it is ") and found.cause == ""
    assert {"torch Adam", "optax adam", "paper Adam", "slide ADAM"} == {
        str(row.dialect) for row in found.same}
    assert found.numbers == {"alpha": A, "beta1": B1, "beta2": B2, "eps": EPS}


@pytest.mark.parametrize(("step", "words"), BUGS, ids=lambda x: getattr(x, "__name__", ""))
def test_a_hand_written_adam_is_told_its_mistake(step, words) -> None:
    with pytest.raises(NonConforming) as refused:
        conform(adam(step), opt.Adam(A, B1, B2, EPS), "callable")
    assert refused.value.cause == words
    assert f"likely cause: {words}" in str(refused.value)
    assert refused.value.difference.step in (1, 2)


@pytest.mark.parametrize(("step", "words"), [
    case for case in BUGS if case[0] in (epsilon_inside, square_uncorrected, counter_ahead,
                                         corrected_in_place)],
    ids=lambda x: getattr(x, "__name__", ""))
def test_a_mistake_is_named_where_nobody_says_the_hyperparameters(step, words) -> None:
    found = identify(adam(step), "callable")
    assert found.cause == words and not found.same
    assert "Adam" in type(found.best.dialect.rule).__name__


def test_a_mistake_that_other_hyperparameters_make_too_is_not_told_from_them() -> None:
    """Without 1 - beta2 in v, alpha and eps are sqrt(1 - beta2) times as large; that is all."""
    found = identify(adam(square_not_weighted), "callable")
    assert found.best.same and isinstance(found.best.dialect.rule, opt.Adam)
    assert found.numbers == pytest.approx({"alpha": A / 10, "beta1": B1, "beta2": B2,
                                           "eps": EPS / 10})
    given = {"alpha": A, "beta1": B1, "beta2": B2, "eps": EPS}
    told = identify(adam(square_not_weighted), "callable", hyperparameters=given)
    assert told.cause == "squared gradient not weighted by 1 - beta2 in the second moment"
    found = identify(adam(correction_without_power), "callable")
    assert found.cause == "neither moment bias-corrected"
    told = identify(adam(correction_without_power), "callable", hyperparameters=given)
    assert "stuck at 1" in told.cause


def test_a_mistake_that_is_someones_rule_is_named_as_that_rule() -> None:
    assert str(identify(adam(epsilon_before), "callable").best.dialect) == "keras Adam"
    printed = identify(adam(mean_uncorrected), "callable")
    assert not printed.same and printed.cause == "first moment not bias-corrected"


def test_a_decay_that_is_off_by_a_millionth_is_said_so() -> None:
    for name, value in (("beta1", B1), ("beta2", B2)):
        other = opt.Adam(A, B1, B2, EPS)
        with pytest.raises(NonConforming, match=f"{name} differs by -1e-06: it is {value:g}, not"):
            conform(adam(right), replace(other, **{name: value + 1e-6}), "callable")
    found = identify(adam(right), "callable", hyperparameters={"beta2": B2 + 1e-6})
    assert found.same and found.numbers["beta2"] == B2 and "estimated" in found.source


KNOWN = {"alpha": 0.02, "alpha0": 0.02, "beta1": 0.85, "beta2": 0.97, "eps": 1e-5}


def own_numbers(kind):
    names = {field.name for field in fields(kind)}
    return {name: KNOWN[name] for name in NUMBERS if name in names}


FOUND_AGAIN = [opt.SGD, opt.Momentum, opt.CorrectedMomentum, opt.Nesterov, opt.Adagrad, opt.RMSProp,
               opt.CorrectedRMSProp, opt.Adam, opt.Adamax, opt.AMSGrad, opt.Nadam,
               opt.Adadelta]


@pytest.mark.parametrize("kind", FOUND_AGAIN)
def test_every_rule_is_found_again_from_its_steps_alone(kind) -> None:
    rule = kind(**own_numbers(kind))

    def factory():
        w, state = None, None

        def step(point, g, t):
            nonlocal w, state
            if w is None:
                w, state = point, rule.init(point)
            w, state = rule.step(w, state, lambda _: g, t)
            return rule.parameters(w, state)
        return step
    found = identify(factory, "callable")
    assert found.best.same
    assert type(found.best.dialect.rule) is kind or kind is opt.CorrectedRMSProp
    assert found.numbers["eps" if "eps" in own_numbers(kind) else "alpha"] == (
        1e-5 if "eps" in own_numbers(kind) else 0.02)


def test_the_probe_tells_all_rules_apart_at_equal_numbers() -> None:
    numbers = {"alpha": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    probe = design()
    rules = list(dict.fromkeys(c.rule for c in candidates(numbers)))
    paths = {rule: follow(rule, probe) for rule in rules}
    close = [(one, other) for one, other in combinations(rules, 2)
             if difference(paths[one], paths[other], 1e-9).size < 1e-3]
    assert close == []
    short = probe.only(np.array([label == "constant gradients of 1" for label in probe.labels]))
    blind = [1 for one, other in combinations(rules, 2)
             if difference(follow(one, short), follow(other, short), 1e-9).size < 1e-3]
    assert len(blind) > 20, "constant gradients alone would tell few of them apart"


@pytest.mark.parametrize("rule", list(dict.fromkeys(c.rule for c in candidates(
    {"alpha": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}))), ids=str)
def test_every_single_change_moves_the_path(rule) -> None:
    probe = design()
    for words, changed in changes(rule).items():
        size = difference(follow(rule, probe), follow(changed, probe), 1e-9).size
        assert size > 5e-9, words


def test_a_hand_written_adam_without_a_mistake_is_adam() -> None:
    probe = design()
    for rule in (opt.Adam(0.1), opt.Adam(0.1, 0.5, 0.9, 0.3)):
        twin = HandWrittenAdam(rule.alpha, rule.beta1, rule.beta2, rule.eps)
        assert difference(follow(rule, probe), follow(twin, probe), 1e-12).step is None


def test_single_precision_is_called_rounding() -> None:
    def factory():
        def step(w, g):
            return np.float32(w) - np.float32(0.1) * np.float32(g)
        return step
    with pytest.raises(NonConforming, match="single precision"):
        conform(factory, opt.SGD(0.1), "callable")


def test_a_decay_of_the_parameters_is_taken_out_and_said() -> None:
    def factory():
        def step(w, g):
            return w * (1 - 1e-3) - 0.1 * g
        return step
    found = identify(factory, "callable")
    assert "SGD" in str(found.best.dialect) and "weight decay: it shrinks" in str(found)
    with pytest.raises(NonConforming, match="weight decay"):
        conform(factory, opt.SGD(0.1), "callable")


def test_an_optimizer_that_remembers_or_couples_is_noted() -> None:
    kept = adam(right)()
    assert "make a new optimizer each time" in str(identify(lambda: kept, "callable"))

    def clipped():
        return lambda w, g: w - 0.1 * g / max(1.0, float(np.linalg.norm(g)))
    assert "depends on the gradients of the others" in str(identify(clipped, "callable"))


@pytest.mark.parametrize(("factory", "message"), [
    (lambda: 3, r"must return step, a function .* got 3"),
    (lambda: lambda w, g: None, "step 1 must return the new parameters.*got None"),
    (lambda: lambda w, g: w[:3], r"step 1 must return the new parameters, of shape .* \(3,\)"),
    (lambda: lambda w, g: "no", "step 1 must return the new parameters.*got 'no'"),
    (lambda: lambda w: w, "step 1 raised TypeError"),
    (lambda x: x, "the factory raised TypeError"),
    (3, "optimizer_factory must be a function that makes a new optimizer; got 3"),
])
def test_what_is_no_optimizer_is_refused_in_words(factory, message) -> None:
    with pytest.raises(ValueError, match=message):
        identify(factory, "callable")


@pytest.mark.parametrize(("options", "message"), [
    ({"adapter": "mxnet"}, "adapter, .* must be one of torch, keras, optax, callable; got 'mxnet'"),
    ({"tol": 0.0}, r"tol, .* must be in \(0, 1\); got 0"),
    ({"hyperparameters": {"lr": 0.1}}, "must be called as in the rules, alpha,.*got 'lr'"),
    ({"hyperparameters": {"beta1": 1.0}}, r"beta1, .* must be in \[0, 1\); got 1"),
])
def test_options_that_are_none_are_refused(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        identify(adam(right), **({"adapter": "callable"} | options))
    with pytest.raises(TypeError, match="must have init and step"):
        conform(adam(right), opt.Adam, "callable")


@pytest.mark.parametrize("name", ["torch", "keras", "optax"])
def test_a_framework_that_is_missing_is_named_with_what_to_install(name, monkeypatch) -> None:
    from sgdtheory.conformance.adapters import asking

    def missing(module):
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)
    monkeypatch.setattr(asking, "import_module", missing)
    with pytest.raises(ValueError, match=rf'adapter=.{name}. needs {name}.*"sgdtheory\[frame'):
        identify(lambda *_: None, name)


def test_a_step_that_blows_up_is_compared_and_not_an_error() -> None:
    found = identify(lambda: lambda w, g: w + np.inf, "callable")
    assert not found.same and found.best.difference.size == np.inf


def test_what_goes_uphill_or_nowhere_is_said_so_and_what_is_never_finite_is_refused():
    uphill = identify(lambda: lambda w, g: w + 0.1 * g, adapter="callable")
    assert not uphill.best.same and "goes up every gradient" in str(uphill)
    still = identify(lambda: lambda w, g: w, adapter="callable")
    assert "it never moves: no step came of any gradient" in str(still)
    assert "never moves" not in str(identify(lambda: lambda w, g: w - 0.1 * g, adapter="callable"))
    assert uphill.cause == "sign of the step turned: it climbs"
    with pytest.raises(ValueError, match="as a step counter does that starts at 0"):
        identify(lambda: lambda w, g: np.full_like(w, np.nan), adapter="callable")


def test_what_the_slides_misprint_is_a_mistake_and_no_rule():
    rule = opt.AdadeltaAsStated(1.0, 0.9, 1e-3)
    found = identify(lambda: rule, "callable")
    assert not found.same and "as slide 32 is printed" in found.cause
    assert all("as printed" not in str(row.dialect) for row in found.rows)


def test_a_sign_is_told_of_rules_whose_numbers_nobody_said():
    def climbing():
        total = 0.0

        def step(w, g):
            nonlocal total
            total = total + g * g
            return w + 0.1 * g / (np.sqrt(total) + 1e-8)
        return step

    found = identify(climbing, "callable")
    assert found.cause == "sign of the step turned: it climbs"
    assert str(found.best.dialect) == "slide Adagrad" and found.numbers["eps"] == 1e-8


def test_a_rule_far_down_the_first_ranking_is_found():
    rule = opt.dialect("optax", "nadam", learning_rate=0.1, b1=0.3, b2=0.6, eps=0.01)
    found = identify(lambda: rule, "callable")
    assert found.best.same and str(found.best.dialect) == "optax nadam"
    assert found.numbers == {"alpha": 0.1, "beta1": 0.3, "beta2": 0.6, "eps": 0.01}


def test_no_epsilon_is_found_as_none():
    found = identify(lambda: opt.Adam(0.01, 0.9, 0.999, 0), "callable")
    assert found.best.same and found.numbers["eps"] == 0
