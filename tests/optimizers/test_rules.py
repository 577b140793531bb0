"""All update rules: on numbers, Fractions, symbols and arrays; unrolled; and what they refuse."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp

from sgdtheory import optimizers as opt
from sgdtheory.optimizers.state import leaves

STEPS = 8
alpha, beta1, beta2 = sympy.symbols("alpha beta1 beta2", positive=True)
w0 = sympy.Symbol("w0")
gradients = sympy.symbols(f"g1:{STEPS + 1}")

LINEAR = {
    opt.SGD: lambda t, s: alpha,
    opt.Momentum: lambda t, s: alpha * (1 - beta1 ** (t - s + 1)),
    opt.CorrectedMomentum: lambda t, s: alpha * (1 - beta1) * sum(
        beta1**n / (1 - beta1 ** (n + s)) for n in range(t - s + 1)),
    opt.Nesterov: lambda t, s: alpha * (1 - beta1 ** (t - s + 1)),
}
"""The weight of g_s in w_0 - w_t: the impulse response of each linear rule, up to t."""


def exact(kind):
    """Return the rule with Fractions for its hyperparameters, and roots that stay rational."""
    known = {"alpha": F(1, 2), "alpha0": F(1, 2), "beta1": F(1, 2), "beta2": F(0), "eps": F(0)}
    fields = {name: value for name, value in known.items()
              if name in kind.__dataclass_fields__}
    if kind is opt.Nadam:
        fields["damping"] = F(0)
    return kind(**fields)


ADAPTIVE = (opt.Adagrad, opt.RMSProp, opt.CorrectedRMSProp, opt.Adam, opt.AdamAsStated, opt.Adamax,
            opt.AMSGrad, opt.Nadam, opt.Adadelta, opt.AdadeltaAsStated)
RULES = (*LINEAR, *ADAPTIVE)


@pytest.mark.parametrize("kind", LINEAR)
def test_unrolled_for_eight_steps_a_linear_rule_is_its_closed_form(kind) -> None:
    rule = kind(alpha) if kind is opt.SGD else kind(alpha, beta1)
    w, state = w0, rule.init(w0)
    for t in range(1, STEPS + 1):
        w, state = rule.step(w, state, lambda _, t=t: gradients[t - 1], t)
        closed = w0 - sum(LINEAR[kind](t, s) * gradients[s - 1] for s in range(1, t + 1))
        assert sympy.expand(sympy.together(w - closed)).equals(0), t
        wrong = closed + alpha * beta1**t * gradients[0]
        assert not sympy.expand(sympy.together(w - wrong)).equals(0)


@pytest.mark.parametrize("kind", RULES)
def test_fractions_in_fractions_out(kind) -> None:
    rule, steps = exact(kind), 1 if kind is opt.Adagrad else 4
    if kind in (opt.Adadelta, opt.AdadeltaAsStated):
        steps = 1
    w, state = F(3), rule.init(F(3))
    for t in range(1, steps + 1):
        w, state = rule.step(w, state, lambda _: F(-2), t)
        assert isinstance(w, F) and all(isinstance(part, (F, int)) for part in leaves(state))


@pytest.mark.parametrize("kind", RULES)
@given(hyp.lists(hyp.floats(1e-9, 100) | hyp.floats(-100, -1e-9) | hyp.just(0.0),
                 min_size=1, max_size=6))
def test_an_array_is_its_coordinates(kind, numbers) -> None:
    rule = kind() if "alpha0" in kind.__dataclass_fields__ else kind(0.1)
    path = opt.iterates(rule, np.array([1.0, -2.0]), lambda w, t: np.array(
        [numbers[t - 1], -3 * numbers[t - 1]]), len(numbers))
    for i, scale in enumerate((1, -3)):
        alone = opt.iterates(rule, path[0, i], lambda w, t, scale=scale: np.array(
            scale * numbers[t - 1]), len(numbers))
        np.testing.assert_allclose(path[:, i], alone, rtol=1e-14)


@pytest.mark.parametrize("kind", RULES)
def test_zero_gradients_move_nothing_even_without_eps(kind) -> None:
    fields = {"alpha": 0.5, "eps": 0.0}
    rule = kind(**{name: value for name, value in fields.items()
                   if name in kind.__dataclass_fields__})
    still = opt.iterates(rule, np.array([2.0]), lambda w: 0 * w, 5)
    assert np.all(still == 2.0)
    later = opt.iterates(rule, np.array([2.0]), lambda w, t: np.array([float(t > 2)]), 3)
    assert np.isfinite(later).all() and np.all(later[:3] == 2.0)


@pytest.mark.parametrize("kind", ADAPTIVE)
def test_every_rule_runs_on_symbols_and_agrees_with_numbers(kind) -> None:
    symbols = {name: sympy.Symbol(name, positive=True) for name in kind.__dataclass_fields__
               if name in ("alpha", "alpha0", "beta1", "beta2", "eps")}
    extra = {"damping": 0} if kind is opt.Nadam else {}
    rule, numbers = kind(**symbols, **extra), {"alpha": 0.1, "alpha0": 0.3, "beta1": 0.5,
                                               "beta2": 0.25, "eps": 0.7}
    twin = kind(**{name: numbers[name] for name in symbols}, **extra)
    drawn = (1.5, -0.25, 2.0)
    w, state = sympy.Integer(1), rule.init(sympy.Integer(1))
    for t in range(1, len(drawn) + 1):
        w, state = rule.step(w, state, lambda _, t=t: gradients[t - 1], t)
    values = {symbol: numbers[name] for name, symbol in symbols.items()}
    values |= dict(zip(gradients, drawn, strict=False))
    path = opt.iterates(twin, np.array(1.0), lambda w, t: np.array(drawn[t - 1]), len(drawn))
    assert float(w.evalf(subs=values)) == pytest.approx(path[-1], rel=1e-12)


OUTSIDE = (
    ("alpha", 0, r"alpha, the learning rate, must be > 0; got 0"),
    ("alpha", -0.1, r"alpha, the learning rate, must be > 0; got -0.1"),
    ("alpha0", -1, r"alpha0, the factor of Adadelta's step, must be > 0; got -1"),
    ("beta1", 1.0, r"beta1, the decay of the first moment, must be in \[0, 1\); got 1"),
    ("beta1", -0.5, r"beta1, .*in \[0, 1\); got -0.5"),
    ("beta2", 1.5, r"beta2, the decay of the second moment, must be in \[0, 1\); got 1.5"),
    ("eps", -1e-8, r"eps, the number that keeps .* must be >= 0; got -1e-08"),
    ("eps", float("nan"), "eps, .* got nan"),
)


@pytest.mark.parametrize(("kind", "name", "value", "message"), [
    (kind, *case) for kind in RULES for case in OUTSIDE if case[0] in kind.__dataclass_fields__
])
def test_a_hyperparameter_outside_its_domain_is_named(kind, name, value, message) -> None:
    start = {} if "alpha0" in kind.__dataclass_fields__ else {"alpha": 0.1}
    with pytest.raises(ValueError, match=message):
        kind(**(start | {name: value}))


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize(("grad", "message"), [
    (lambda w: w[:1], r"grad, .* shape of the parameters, \(2,\); got \(1,\) at step 1"),
    (lambda w: w.sum(), r"grad, .*got \(\) at step 1"),
    (lambda w, t: w / (t - 2), "must be finite; got .*inf.* at step 2"),
    (lambda w: w * np.nan, "must be finite; got .*nan.* at step 1"),
])
def test_a_gradient_that_is_none_is_refused_with_its_step(kind, grad, message) -> None:
    rule = kind() if "alpha0" in kind.__dataclass_fields__ else kind(0.1)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=message):
        opt.iterates(rule, np.array([1.0, 2.0]), grad, 3)


def test_the_misprints_of_the_slides_are_other_rules() -> None:
    """Slide 30 steps along m_t, not its correction; slide 32 averages theta_t^2."""
    grad = lambda w: w  # noqa: E731
    for kind, stated in ((opt.Adam(0.1), opt.AdamAsStated(0.1)),
                         (opt.Adadelta(), opt.AdadeltaAsStated())):
        right, wrong = (opt.iterates(rule, np.array([1.0]), grad, 20) for rule in (kind, stated))
        assert np.abs(right - wrong).max() > 0.01
    first = opt.iterates(opt.AdamAsStated(F(1), F(9, 10), F(0), F(0)), np.array([F(3)]), grad, 1)
    assert first[1, 0] == 3 - F(1, 10), "a first step of alpha (1 - beta1), a tenth of Adam's"


def test_where_the_eps_sits_is_seen_only_if_it_matters() -> None:
    grad = lambda w: 1e-3 * w  # noqa: E731
    for kind in (opt.Adagrad, opt.RMSProp, opt.CorrectedRMSProp):
        for eps, differs in ((1e-2, True), (0.0, False)):
            inside, outside = (opt.iterates(kind(0.1, eps=eps, eps_inside=where), np.array([1.0]),
                                            grad, 10) for where in (True, False))
            assert bool(np.abs(inside - outside).max() > 1e-6) is differs
    hat, plain = (opt.iterates(opt.Adam(0.1, eps=1e-2, eps_hat=where), np.array([1.0]), grad, 10)
                  for where in (True, False))
    assert np.abs(hat - plain).max() > 1e-3


@pytest.mark.parametrize("steps", [-1, 2.5, "3"])
def test_a_number_of_steps_that_is_none_is_refused(steps):
    with pytest.raises(ValueError, match=r"steps, .* must be a whole number >= 0"):
        opt.iterates(opt.SGD(0.1), 1.0, lambda w: w, steps)
    assert opt.iterates(opt.SGD(0.1), 1.0, lambda w: w, np.int64(0)).tolist() == [1.0]


@pytest.mark.parametrize(("make", "words"), [
    (lambda: opt.Adam(0.1, eps_root=-1), "eps_root, the number under the root, .* must be >= 0"),
    (lambda: opt.Adagrad(0.1, initial=float("nan")), "initial, what the accumulator starts at"),
    (lambda: opt.Nadam(0.1, damping=5), r"damping, .* must be in \[0, 1\]; got 5"),
    (lambda: opt.Nadam(0.1, base=-1), r"base, the base of the schedule, must be in \(0, 1\]"),
    (lambda: opt.DampenedMomentum(0.1, 0.9, 5), r"dampening, .* must be in \[0, 1\]; got 5"),
])
def test_options_out_of_their_domains_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_option_that_is_no_bool_and_a_gradient_that_is_none_are_refused():
    with pytest.raises(TypeError, match="eps_inside, an option of RMSProp, must be True or False"):
        opt.RMSProp(0.1, eps_inside="no")
    with pytest.raises(ValueError, match="grad, the gradient, must be a function"):
        opt.iterates(opt.SGD(0.1), 1.0, 3, 2)
    with pytest.raises(TypeError, match="that is the class: give its hyperparameters"):
        opt.iterates(opt.SGD, 1.0, lambda w: w, 2)


def test_a_gradient_is_asked_for_its_time_only_if_it_needs_it():
    halves = opt.iterates(opt.SGD(0.5), 1.0, lambda w, scale=1.0: scale * w, 2)
    assert halves.tolist() == [1.0, 0.5, 0.25]
    assert opt.iterates(opt.SGD(0.5), 1.0, lambda w, t: t * w, 2).tolist() == [1.0, 0.5, 0.0]
    assert opt.iterates(opt.SGD(0.5), 1.0, np.negative, 1).tolist() == [1.0, 1.5]
    with pytest.raises(ValueError, match="torch SGD has no hyperparameter 'name'"):
        opt.dialect("torch", "SGD", lr=0.1, name="x")
