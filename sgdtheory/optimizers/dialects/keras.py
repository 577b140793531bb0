"""The optimizers of Keras 3.15 (`keras.optimizers`), by their own names and defaults.

With epsilon = 0 and a zero first gradient Keras' Adam, Adagrad and others are NaN, where the rules
take 0/0 as 0. The docstring of Nadam says epsilon hat; the code adds epsilon after the correction.
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
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.rmsprop import RMSProp
from sgdtheory.optimizers.rule import Rule

__all__ = ["NEUTRAL", "RULES"]

NEUTRAL: dict[str, tuple[tuple[Any, ...] | None, str]] = {
    "weight_decay": ((None, 0), "shrinks the parameters besides"),
    "clipnorm": ((None,), "shortens long gradients"),
    "clipvalue": ((None,), "cuts large gradients"),
    "global_clipnorm": ((None,), "shortens long gradients"),
    "use_ema": ((False,), "averages the parameters"),
    "ema_momentum": ((0.99,), "averages the parameters"),
    "ema_overwrite_frequency": ((None,), "averages the parameters"),
    "loss_scale_factor": ((None,), "scales the gradient"),
    "gradient_accumulation_steps": ((None, 1), "adds gradients of several steps"),
    "centered": ((False,), "divides by the root of the variance, not of the mean square"),
    "momentum": ((0,), "averages the scaled gradients"),
}
"""Options that change nothing at these values (None: at any), and what they do at others."""


def _sgd(learning_rate: Any = 0.01, momentum: Any = 0.0, nesterov: bool = False) -> Rule:
    return sgd(learning_rate, momentum, nesterov)


def _adagrad(learning_rate: Any = 0.001, initial_accumulator_value: Any = 0.1,
             epsilon: Any = 1e-7) -> Rule:
    return Adagrad(learning_rate, epsilon, eps_inside=True,
                   initial=initial_accumulator_value)


def _rmsprop(learning_rate: Any = 0.001, rho: Any = 0.9, epsilon: Any = 1e-7) -> Rule:
    return RMSProp(learning_rate, rho, epsilon, eps_inside=True)


def _adam(learning_rate: Any = 0.001, beta_1: Any = 0.9, beta_2: Any = 0.999,
          epsilon: Any = 1e-7, amsgrad: bool = False) -> Rule:
    if amsgrad:
        return AMSGrad(learning_rate, beta_1, beta_2, epsilon, correct_mean=True,
                       correct_square=True, eps_hat=True)
    return Adam(learning_rate, beta_1, beta_2, epsilon, eps_hat=True)


def _adamax(learning_rate: Any = 0.001, beta_1: Any = 0.9, beta_2: Any = 0.999,
            epsilon: Any = 1e-7) -> Rule:
    return Adamax(learning_rate, beta_1, beta_2, epsilon)


def _nadam(learning_rate: Any = 0.001, beta_1: Any = 0.9, beta_2: Any = 0.999,
           epsilon: Any = 1e-7) -> Rule:
    return Nadam(learning_rate, beta_1, beta_2, epsilon, decay=1, average_by_schedule=False)


def _adadelta(learning_rate: Any = 0.001, rho: Any = 0.95, epsilon: Any = 1e-7) -> Rule:
    return Adadelta(learning_rate, rho, epsilon)


RULES: dict[str, Callable[..., Rule]] = {
    "SGD": _sgd, "Adagrad": _adagrad, "RMSprop": _rmsprop, "Adam": _adam, "Adamax": _adamax,
    "Nadam": _nadam, "Adadelta": _adadelta,
}
