"""The optimizers of Optax 0.2.8, by their own names and defaults.

``ema`` and ``trace`` stand for their chain with ``scale_by_learning_rate(learning_rate)``. With
eps = 0 and a zero first gradient Optax is NaN where the rules take 0/0 as 0, save in ``adagrad``,
which takes it as 0 too, and in ``adadelta``, where ``eps = 0`` never moves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sgdtheory.optimizers.adadelta import Adadelta
from sgdtheory.optimizers.adagrad import Adagrad
from sgdtheory.optimizers.adam import Adam
from sgdtheory.optimizers.adamax import Adamax
from sgdtheory.optimizers.amsgrad import AMSGrad
from sgdtheory.optimizers.dialects.velocity import sgd
from sgdtheory.optimizers.momentum import CorrectedMomentum, Momentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.rmsprop import CorrectedRMSProp, RMSProp
from sgdtheory.optimizers.rule import Rule

__all__ = ["NEUTRAL", "RULES"]

NEUTRAL: dict[str, tuple[tuple[Any, ...] | None, str]] = {
    "mu_dtype": ((None,), "rounds the average of the gradients"),
    "accumulator_dtype": ((None,), "rounds the average of the gradients"),
    "weight_decay": ((0,), "shrinks the parameters besides"),
    "weight_decay_mask": (None, ""),
    "centered": ((False,), "divides by the root of the variance, not of the mean square"),
    "momentum": ((None, 0), "averages the scaled gradients"),
    "nesterov": ((False,), "averages the scaled gradients"),
    "initial_scale": ((0,), "starts the average of squares elsewhere"),
}
"""Options that change nothing at these values (None: at any), and what they do at others."""


def _sgd(learning_rate: Any, momentum: Any = None, nesterov: bool = False) -> Rule:
    return sgd(learning_rate, momentum, nesterov)


def _trace(learning_rate: Any, decay: Any, nesterov: bool = False) -> Rule:
    return sgd(learning_rate, decay, nesterov)


def _ema(learning_rate: Any, decay: Any, debias: bool = True) -> Rule:
    return (CorrectedMomentum if debias else Momentum)(learning_rate, decay)


def _adagrad(learning_rate: Any, initial_accumulator_value: Any = 0.1, eps: Any = 1e-7) -> Rule:
    return Adagrad(learning_rate, eps, eps_inside=True, initial=initial_accumulator_value)


def _rmsprop(learning_rate: Any, decay: Any = 0.9, eps: Any = 1e-8, eps_in_sqrt: bool = True,
             bias_correction: bool = False) -> Rule:
    kind = CorrectedRMSProp if bias_correction else RMSProp
    return kind(learning_rate, decay, eps, eps_inside=eps_in_sqrt)


def _adam(learning_rate: Any, b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-8, eps_root: Any = 0.0,
          nesterov: bool = False) -> Rule:
    if nesterov:
        return _nadam(learning_rate, b1, b2, eps, eps_root)
    return Adam(learning_rate, b1, b2, eps, eps_root)


def _nadam(learning_rate: Any, b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-8,
           eps_root: Any = 0.0) -> Rule:
    return Nadam(learning_rate, b1, b2, eps, damping=0, average_by_schedule=False,
                 eps_root=eps_root)


def _adamax(learning_rate: Any, b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-8) -> Rule:
    return Adamax(learning_rate, b1, b2, eps, eps_in_max=True)


def _amsgrad(learning_rate: Any, b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-8,
             eps_root: Any = 0.0, bias_correction_mu: bool = True,
             bias_correction_nu: bool = True) -> Rule:
    return AMSGrad(learning_rate, b1, b2, eps, correct_mean=bias_correction_mu,
                   correct_before_max=bias_correction_nu, eps_root=eps_root)


def _adadelta(learning_rate: Any = None, rho: Any = 0.9, eps: Any = 1e-6) -> Rule:
    if learning_rate is None:
        raise ValueError("learning_rate=None, Optax's default, does not turn the sign of the "
                         "gradient, so that Adadelta climbs; no rule here follows it: give "
                         "learning_rate=1.0")
    return Adadelta(learning_rate, rho, eps)


RULES: dict[str, Callable[..., Rule]] = {
    "sgd": _sgd, "trace": _trace, "ema": _ema, "adagrad": _adagrad, "rmsprop": _rmsprop,
    "adam": _adam, "adamax": _adamax, "amsgrad": _amsgrad, "nadam": _nadam, "adadelta": _adadelta,
}
