"""`identify` and `conform` on the real classes: each is named, with defaults and without."""

from __future__ import annotations

import pytest

from sgdtheory import conform, identify
from sgdtheory.conformance import NonConforming
from sgdtheory.optimizers import AMSGrad, Momentum, Nadam, Nesterov, dialect
from tests.frameworks.test_dialects import CASES

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def factory(framework, name, hyperparameters):
    """Return what makes the optimizer, as its user would write it."""
    if framework == "torch":
        import torch

        return lambda params: getattr(torch.optim, name)(params, **hyperparameters)
    if framework == "keras":
        import keras

        return lambda: getattr(keras.optimizers, name)(**hyperparameters)
    import optax

    if name not in ("ema", "trace"):
        return lambda: getattr(optax, name)(**hyperparameters)
    options = {key: value for key, value in hyperparameters.items() if key != "learning_rate"}
    return lambda: optax.chain(getattr(optax, name)(**options), optax.scale_by_learning_rate(
        hyperparameters["learning_rate"]))


@pytest.mark.parametrize(("framework", "name", "hyperparameters"), CASES, ids=str)
def test_every_class_is_named_and_conforms(framework, name, hyperparameters) -> None:
    rule = dialect(framework, name, **hyperparameters)
    make = factory(framework, name, hyperparameters)
    assert conform(make, rule, framework).size < 1e-11
    if "eps_root" in hyperparameters or "momentum_decay" in hyperparameters:
        return
    found = identify(make, framework)
    assert (framework, name) in {(row.dialect.framework, row.dialect.name) for row in found.same}
    assert found.best.dialect.framework == framework
    if framework != "optax":
        assert found.best.dialect.name == name
    told = {type(row.dialect.rule) for row in found.same}
    assert type(rule) in told


def test_a_class_of_ones_own_that_calls_itself_adam_is_found_out() -> None:
    import torch

    class Adam(torch.optim.Adam):
        def step(self, closure=None):
            for group in self.param_groups:
                group["betas"] = (group["betas"][0], 0.999001)
            return super().step(closure)

    found = identify(Adam, "torch")
    assert found.numbers["beta2"] == pytest.approx(0.999001, abs=1e-10)
    assert "beta2=0.999" in found.source
    with pytest.raises(NonConforming, match="beta2 differs by 1e-06"):
        conform(Adam, dialect("torch", "Adam"), "torch")


@pytest.mark.parametrize(("framework", "name", "hyperparameters", "rule", "words"), [
    ("torch", "RMSprop", {"lr": 0.1, "alpha": 0.9}, ("keras", "RMSprop", {
        "learning_rate": 0.1, "epsilon": 1e-8}), "epsilon outside the square root"),
    ("keras", "Adam", {"learning_rate": 0.1, "epsilon": 1e-8}, ("torch", "Adam", {"lr": 0.1}),
     r"epsilon added before the bias correction \(epsilon hat\)"),
    ("keras", "Adagrad", {"learning_rate": 0.1, "epsilon": 0.0}, ("torch", "Adagrad", {
        "lr": 0.1, "eps": 0}), "accumulator starts at 0.1"),
    ("torch", "NAdam", {}, ("keras", "Nadam", {"learning_rate": 2e-3, "epsilon": 1e-8}),
     "schedule of the momentum runs at 1/250 a step"),
    ("optax", "sgd", {"learning_rate": 0.1, "momentum": 0.9}, Momentum(0.1, 0.9),
     "gradient not weighted by 1 - beta1"),
    ("optax", "sgd", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True},
     Momentum(0.1, 0.9), "Nesterov's look-ahead"),
    ("torch", "SGD", {"lr": 0.01, "momentum": 0.9}, Nesterov(0.1, 0.9), "no look-ahead"),
    ("optax", "amsgrad", {"learning_rate": 0.1}, AMSGrad(0.1, eps=1e-8, correct_mean=True,
                                                         correct_square=True),
     "second moment corrected before the maximum"),
    ("torch", "NAdam", {}, Nadam(2e-3), "first moment averaged with beta1, not by the schedule"),
    ("keras", "Nadam", {}, Nadam(1e-3, eps=1e-7), "averaged with beta1, and a schedule .* 250"),
])
def test_the_difference_of_two_dialects_is_named(framework, name, hyperparameters, rule,
                                                 words) -> None:
    if isinstance(rule, tuple):
        rule = dialect(rule[0], rule[1], **rule[2])
    with pytest.raises(NonConforming, match=words):
        conform(factory(framework, name, hyperparameters), rule, framework)


def test_weight_decay_and_clipping_are_noted() -> None:
    import keras
    import torch

    decayed = identify(lambda p: torch.optim.AdamW(p, weight_decay=0.1), "torch")
    assert "weight decay: it shrinks parameters by 0.0001" in str(decayed)
    assert str(decayed.best.dialect) == "torch Adam"
    clipped = str(identify(lambda: keras.optimizers.SGD(clipnorm=1.0), "keras"))
    assert "depends on the gradients of the others" in clipped


def test_without_epsilon_lost_parameters_are_noted() -> None:
    import torch

    found = identify(lambda p: torch.optim.Adam(p, eps=0), "torch")
    assert found.best.same and "NaN after a first gradient of 0" in str(found)


@pytest.mark.parametrize(("adapter", "make", "message"), [
    ("torch", lambda p: None, "must return an optimizer of PyTorch"),
    ("torch", lambda: None, "the factory raised TypeError"),
    ("keras", lambda: "adam", "must return an optimizer of Keras; got 'adam'"),
    ("optax", lambda: 3, "must return a GradientTransformation; got 3"),
])
def test_a_factory_of_something_else_is_refused(adapter, make, message) -> None:
    with pytest.raises(ValueError, match=message):
        identify(make, adapter)
