"""What `dialect` gives and refuses without any framework; the page docs/dialects.md."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from sgdtheory import optimizers as opt
from sgdtheory.optimizers import dialect
from sgdtheory.optimizers.dialects import FRAMEWORKS, names

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("framework", "name", "options", "rule"), [
    ("torch", "Adam", {}, opt.Adam(1e-3)),
    ("torch", "SGD", {"momentum": 0.5}, opt.Momentum(2e-3, 0.5)),
    ("torch", "SGD", {"momentum": 0.5, "nesterov": True}, opt.Nesterov(2e-3, 0.5)),
    ("torch", "SGD", {"momentum": 0.5, "dampening": 0.5}, opt.DampenedMomentum(1e-3, 0.5, 0.5)),
    ("torch", "RMSprop", {"alpha": 0.5}, opt.RMSProp(0.01, 0.5, 1e-8, eps_inside=False)),
    ("keras", "Adam", {}, opt.Adam(0.001, eps=1e-7, eps_hat=True)),
    ("keras", "Adagrad", {}, opt.Adagrad(0.001, 1e-7, eps_inside=True, initial=0.1)),
    ("keras", "Nadam", {}, opt.Nadam(0.001, eps=1e-7, decay=1, average_by_schedule=False)),
    ("optax", "rmsprop", {"learning_rate": 0.1, "bias_correction": True, "eps_in_sqrt": False},
     opt.CorrectedRMSProp(0.1)),
    ("optax", "ema", {"learning_rate": 0.1, "decay": 0.9}, opt.CorrectedMomentum(0.1)),
    ("paper", "ADADELTA", {}, opt.Adadelta()),
    ("slide", "ADAM as printed", {"alpha": 0.1}, opt.AdamAsStated(0.1)),
])
def test_a_dialect_is_the_rule_with_its_own_defaults(framework, name, options, rule) -> None:
    assert dialect(framework, name, **options) == rule


@pytest.mark.parametrize(("framework", "name", "options", "message"), [
    ("mxnet", "Adam", {}, "framework must be one of slide, paper, torch, keras, optax; got"),
    ("torch", "Nadam", {}, "name, the optimizer of torch, must be one of .*NAdam.*got 'Nadam'"),
    ("torch", "Adam", {"learning_rate": 1}, "torch Adam has no hyperparameter 'learning_rate'; it "
                                            "has lr, betas, eps, amsgrad"),
    ("optax", "adam", {}, "optax adam has no default for learning_rate; give it a value"),
    ("torch", "Adam", {"betas": 0.9}, "betas, the two decays, must be a pair"),
    ("torch", "Adam", {"betas": (0.9, 1.0)}, r"beta2, .* must be in \[0, 1\); got 1"),
    ("torch", "Adam", {"lr": -1}, "torch Adam: alpha, the learning rate, must be > 0; got -1"),
    ("torch", "Adam", {"eps": -1e-8}, "eps, .* must be >= 0"),
    ("torch", "Adam", {"lr": lambda t: 0.1}, "alpha, the learning rate, must be a real number"),
    ("torch", "Adam", {"weight_decay": 0.1}, "weight_decay=0.1 adds .*leave it out"),
    ("torch", "Adam", {"maximize": True}, "maximize=True turns the sign"),
    ("torch", "Adagrad", {"lr_decay": 0.1}, "lr_decay=0.1 divides the learning rate"),
    ("torch", "RMSprop", {"centered": True}, "centered=True divides by the root of the variance"),
    ("torch", "RMSprop", {"momentum": 0.9}, "momentum=0.9 averages the scaled gradients"),
    ("torch", "SGD", {"momentum": 1.0}, r"beta1, .* must be in \[0, 1\); got 1"),
    ("torch", "SGD", {"nesterov": True}, "nesterov=True needs a momentum, and dampening=0"),
    ("torch", "SGD", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "dampening=0"),
    ("keras", "Adam", {"use_ema": True}, "use_ema=True averages the parameters"),
    ("keras", "SGD", {"clipnorm": 1.0}, "clipnorm=1.0 shortens long gradients"),
    ("optax", "adadelta", {}, "learning_rate=None, Optax's default, does not turn the sign"),
    ("optax", "rmsprop", {"learning_rate": 0.1, "momentum": 0.9}, "averages the scaled"),
])
def test_what_no_rule_follows_is_refused_with_the_reason(framework, name, options,
                                                         message) -> None:
    with pytest.raises(ValueError, match=message):
        dialect(framework, name, **options)


def test_options_at_which_nothing_changes_are_taken() -> None:
    assert dialect("torch", "Adam", weight_decay=0, foreach=True, maximize=False) == opt.Adam(1e-3)
    assert dialect("keras", "SGD", clipnorm=None, use_ema=False) == opt.SGD(0.01)


def test_no_dialect_imports_its_framework() -> None:
    code = ("import sys; from sgdtheory.optimizers import dialect; dialect('torch', 'Adam');"
            "assert not {'torch', 'keras', 'optax', 'jax'} & set(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_framework_has_the_optimizers_of_the_slides() -> None:
    kinds = (opt.SGD, opt.Adagrad, opt.RMSProp, opt.Adam, opt.Adamax, opt.Nadam, opt.Adadelta)
    needed = {"paper": {"SGD": {"a": 1}, "AdaGrad": {"eta": 1}}, "optax": {}, "slide": {}}
    rates = {"optax": {"learning_rate": 0.1}, "slide": {"alpha": 0.1}}
    for framework in FRAMEWORKS:
        found = set()
        for name in names(framework):
            options = dict(rates.get(framework, {}))
            options |= {"decay": 0.9} if name in ("ema", "trace") else {}
            options = {"epsilon": 0.1} if name in ("momentum", "Nesterov") and \
                framework == "paper" else options
            options |= needed.get(framework, {}).get(name, {})
            if name.startswith("Adadelta") and framework == "slide":
                options = {}
            found.add(type(dialect(framework, name, **options)))
        assert found >= set(kinds), framework


def test_dampening_starts_at_the_whole_first_gradient() -> None:
    """With dampening = beta1 the sum is m_t + beta1^t g_1; with none it is a velocity."""
    gradients = np.array([3.0, -1.0, 4.0, 1.0, -5.0])
    grad = lambda w, t: np.array(gradients[t - 1])  # noqa: E731
    start = np.array(0.0)
    dampened = opt.iterates(opt.DampenedMomentum(1.0, 0.75, 0.75), start, grad, 5)
    mean = opt.iterates(opt.Momentum(1.0, 0.75), start, grad, 5)
    extra = np.cumsum(0.75 ** np.arange(1, 6)) * gradients[0]
    np.testing.assert_allclose(dampened[1:], mean[1:] - extra, rtol=1e-14)
    velocity = opt.iterates(opt.DampenedMomentum(1.0, 0.75), start, grad, 5)
    np.testing.assert_allclose(velocity, opt.iterates(opt.Momentum(4.0, 0.75), start, grad, 5))
    assert np.abs(velocity - dampened).max() > 1


def test_the_page_of_dialects_is_what_its_command_writes() -> None:
    spec = spec_from_file_location("dialects_page", ROOT / "docs" / "dialects.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    written = module.page()
    assert written == (ROOT / "docs" / "dialects.md").read_text()
    assert written.count("**same**") > 20 and written.count("**different**") > 3
