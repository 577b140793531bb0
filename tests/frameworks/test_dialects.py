"""Each class of torch, keras and optax follows the rule that `dialect` names, in float64.

Eight coordinates have a sequence of gradients each: constant, periodic, noisy, hostile (zeros at
first and in the middle, 1e-12, 1e8, sign flips), twenty decades, none at all, tiny ones from 0 on,
and the gradient of a quadratic at the framework's own parameters.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sgdtheory.conformance.causes import changes
from sgdtheory.optimizers import AMSGrad, dialect
from sgdtheory.optimizers.dialects import names
from tests.frameworks.real import RUNNERS

STEPS, TOLERANCE, FAR = 200, 1e-12, 1e-9
W0 = np.array([1.0, -2.0, 0.5, 3.0, -1.0, 7.0, 0.0, 2.0])


def sequences():
    """Return the gradients that do not depend on the parameters, ``(STEPS, 7)``."""
    rng = np.random.default_rng(28)
    t = np.arange(STEPS)
    hostile = np.select([t < 3, t < 20, t < 40, t < 60, t < 100],
                        [0.0, 1e-12, 1e8 * (-1.0) ** t, 0.0, 1e-12 * (-1.0) ** t], 1e8)
    decades = 10 ** rng.uniform(-10, 10, STEPS) * rng.choice([-1, 1], STEPS)
    return np.stack([np.full(STEPS, 0.3), np.sin(t / 5), rng.standard_normal(STEPS), hostile,
                     decades, np.zeros(STEPS), 3e-8 * np.sin(t / 3 + 1)], axis=1)


GRADIENTS = sequences()


def grad(w, t):
    """Return the gradients of step `t`; the last is that of a quadratic of curvature 1/2."""
    return np.append(GRADIENTS[t - 1], 0.5 * w[-1])


def follow(rule, steps=STEPS):
    """Return what a framework would show of a rule, ``(steps + 1, d)``."""
    w, state = W0, rule.init(W0)
    path = [rule.parameters(w, state)]
    for t in range(1, steps + 1):
        w, state = rule.step(w, state, lambda point, t=t: grad(point, t), t)
        path.append(rule.parameters(w, state))
    return np.array(path)


def distance(one, other):
    """Return the largest difference, relative to parameters and path length, of a coordinate."""
    length = np.cumsum(np.abs(np.diff(one, axis=0, prepend=one[:1])), axis=0)
    scale = np.maximum(np.maximum(np.abs(one), length), np.finfo(float).tiny)
    return float(np.max(np.abs(one - other) / scale))


def cases():
    """Yield framework, name and hyperparameters: the defaults and two sets that are not."""
    for framework, rate in (("torch", "lr"), ("keras", "learning_rate"),
                            ("optax", "learning_rate")):
        first, second = {"torch": ("betas", None), "keras": ("beta_1", "beta_2"),
                         "optax": ("b1", "b2")}[framework]
        eps = {"torch": "eps", "keras": "epsilon", "optax": "eps"}[framework]

        def betas(a, b, first=first, second=second):
            return {first: (a, b)} if second is None else {first: a, second: b}

        for name in names(framework):
            low = name.lower()
            start = {"learning_rate": 0.01} if framework == "optax" else {}
            if low == "sgd":
                sets = [{}, {rate: 0.03, "momentum": 0.9},
                        {rate: 0.02, "momentum": 0.7, "nesterov": True}]
                if framework == "torch":
                    sets.append({rate: 0.02, "momentum": 0.7, "dampening": 0.7})
            elif low == "trace":
                sets = [{"decay": 0.9}, {"decay": 0.5, "nesterov": True}]
            elif low == "ema":
                sets = [{"decay": 0.9}, {"decay": 0.5, "debias": False}]
            elif low == "adagrad":
                sets = [{}, {rate: 0.1, eps: 1e-3}, {rate: 0.2, eps: 0.1,
                                                    "initial_accumulator_value": 0.5}]
            elif low == "rmsprop":
                decay = {"torch": "alpha", "keras": "rho", "optax": "decay"}[framework]
                sets = [{}, {rate: 0.1, decay: 0.95, eps: 1e-3}, {rate: 0.02, decay: 0.5, eps: 0.3}]
                if framework == "optax":
                    sets += [{rate: 0.1, "eps_in_sqrt": False},
                             {rate: 0.1, "bias_correction": True, "eps_in_sqrt": False}]
            elif low == "adadelta":
                sets = [{rate: 1.0} if framework == "optax" else {}, {rate: 0.5, "rho": 0.8},
                        {rate: 1.0, "rho": 0.9, eps: 1e-2}]
            else:
                sets = [{}, {rate: 0.1, eps: 1e-3, **betas(0.8, 0.95)},
                        {rate: 0.02, eps: 0.3, **betas(0.5, 0.9)}]
                if low == "adam" and framework != "optax":
                    sets += [{"amsgrad": True}, {"amsgrad": True, eps: 0.1, **betas(0.7, 0.8)}]
                if framework == "optax" and low in ("adam", "nadam", "amsgrad"):
                    sets.append({"eps_root": 0.01})
                if low == "amsgrad":
                    sets.append({"bias_correction_mu": False, "bias_correction_nu": False})
                if low == "nadam" and framework == "torch":
                    sets.append({"momentum_decay": 0.1})
            for hyperparameters in sets:
                yield framework, name, {**start, **hyperparameters}


CASES = list(cases())


def wrong_variants(rule):
    """Yield what is not the rule: a decay off by 1e-6, eps or a correction elsewhere."""
    yield from changes(rule).items()
    for field in ("beta1", "beta2"):
        if hasattr(rule, field):
            yield f"{field} off by 1e-6", replace(rule, **{field: getattr(rule, field) + 1e-6})
    for field in ("eps_inside", "eps_hat", "eps_in_max", "correct_mean", "average_by_schedule",
                  "scaled"):
        if not hasattr(rule, field) or getattr(rule, "damping", 1) == 0:
            continue
        yield f"{field} turned", replace(rule, **{field: not getattr(rule, field)})
    if hasattr(rule, "decay") and rule.damping:
        yield "another schedule", replace(rule, decay=2 * rule.decay)
    if isinstance(rule, AMSGrad) and rule.correct_square:
        yield "corrected before the maximum", replace(rule, correct_square=False,
                                                      correct_before_max=True)
    if hasattr(rule, "initial"):
        yield "another accumulator", replace(rule, initial=rule.initial + 0.1)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # keras' own
@pytest.mark.parametrize(("framework", "name", "hyperparameters"), CASES, ids=str)
def test_the_class_follows_the_rule(framework, name, hyperparameters) -> None:
    rule = dialect(framework, name, **hyperparameters)
    real = RUNNERS[framework](name, hyperparameters, W0, grad, STEPS)
    assert distance(real, follow(rule)) < TOLERANCE
    for what, wrong in wrong_variants(rule):
        if what == "scaled turned" and rule.alpha0 == 1:
            continue
        assert distance(real, follow(wrong)) > FAR, what


ZERO_FIRST = [
    ("torch", "Adam", {"eps": 0}, True), ("torch", "Adam", {"eps": 0, "amsgrad": True}, True),
    ("torch", "RMSprop", {"eps": 0}, True), ("torch", "Adagrad", {"eps": 0}, True),
    ("torch", "Adadelta", {"eps": 0}, True), ("torch", "Adamax", {"eps": 0}, True),
    ("keras", "Adam", {"epsilon": 0}, True),
    ("keras", "Adagrad", {"epsilon": 0, "initial_accumulator_value": 0}, True),
    ("optax", "adam", {"learning_rate": 0.1, "eps": 0}, True),
    ("optax", "rmsprop", {"learning_rate": 0.1, "eps": 0}, True),
    ("optax", "adagrad", {"learning_rate": 0.1, "eps": 0, "initial_accumulator_value": 0}, False),
]


@pytest.mark.parametrize(("framework", "name", "hyperparameters", "lost"), ZERO_FIRST, ids=str)
def test_without_eps_a_zero_gradient_is_nan_there_and_nothing_here(framework, name,
                                                                   hyperparameters, lost) -> None:
    real = RUNNERS[framework](name, hyperparameters, W0, lambda w, t: 0 * w, 2)
    assert bool(np.isnan(real[-1]).all()) is lost
    rule = dialect(framework, name, **hyperparameters)
    w, _ = rule.step(W0, rule.init(W0), lambda w: 0 * w, 1)
    assert np.array_equal(w, W0)


def test_adadelta_of_optax_without_a_learning_rate_ascends() -> None:
    real = RUNNERS["optax"]("adadelta", {}, W0, grad, 20)
    down = follow(dialect("optax", "adadelta", learning_rate=1.0), 20)
    constant = 0  # the coordinate with the constant gradient 0.3
    assert real[-1, constant] > W0[constant] > down[-1, constant]
