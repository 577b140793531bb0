"""The optimizers of PyTorch 2.13 (`torch.optim`), by their own names and defaults.

With eps = 0 and a zero first gradient PyTorch's Adam, AMSGrad, Adagrad, RMSprop and Adadelta are
NaN, where the rules take 0/0 as 0.
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
from sgdtheory.optimizers.momentum import DampenedMomentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.rmsprop import RMSProp
from sgdtheory.optimizers.rule import Rule

__all__ = ["NEUTRAL", "RULES"]

NEUTRAL: dict[str, tuple[tuple[Any, ...] | None, str]] = {
    "weight_decay": ((0,), "adds a multiple of the parameters to the gradient"),
    "maximize": ((False,), "turns the sign of the gradient"),
    "lr_decay": ((0,), "divides the learning rate by 1 + (t - 1) lr_decay"),
    "centered": ((False,), "divides by the root of the variance, not of the mean square"),
    "momentum": ((0,), "averages the scaled gradients"),
    "decoupled_weight_decay": ((False,), "changes how parameters decay"),
    "foreach": (None, ""),
    "fused": (None, ""),
    "capturable": (None, ""),
    "differentiable": (None, ""),
}
"""Options that change nothing at these values (None: at any), and what they do at others."""


def _pair(betas: Any) -> tuple[Any, Any]:
    try:
        first, second = betas
    except (TypeError, ValueError):
        raise ValueError(f"betas, the two decays, must be a pair such as (0.9, 0.999); got "
                         f"{betas!r}") from None
    return first, second


def _sgd(lr: Any = 1e-3, momentum: Any = 0, dampening: Any = 0, nesterov: bool = False) -> Rule:
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov=True needs a momentum, and dampening=0, as PyTorch says too")
    if dampening != 0 and momentum != 0:
        return DampenedMomentum(lr, momentum, dampening)
    return sgd(lr, momentum, nesterov)


def _adagrad(lr: Any = 1e-2, initial_accumulator_value: Any = 0, eps: Any = 1e-10) -> Rule:
    return Adagrad(lr, eps, initial=initial_accumulator_value)


def _rmsprop(lr: Any = 1e-2, alpha: Any = 0.99, eps: Any = 1e-8) -> Rule:
    return RMSProp(lr, alpha, eps, eps_inside=False)


def _adam(lr: Any = 1e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8,
          amsgrad: bool = False) -> Rule:
    beta1, beta2 = _pair(betas)
    if amsgrad:
        return AMSGrad(lr, beta1, beta2, eps, correct_mean=True, correct_square=True)
    return Adam(lr, beta1, beta2, eps)


def _adamax(lr: Any = 2e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8) -> Rule:
    beta1, beta2 = _pair(betas)
    return Adamax(lr, beta1, beta2, eps, eps_in_max=True)


def _nadam(lr: Any = 2e-3, betas: Any = (0.9, 0.999), eps: Any = 1e-8,
           momentum_decay: Any = 4e-3) -> Rule:
    beta1, beta2 = _pair(betas)
    return Nadam(lr, beta1, beta2, eps, decay=momentum_decay, average_by_schedule=False)


def _adadelta(lr: Any = 1.0, rho: Any = 0.9, eps: Any = 1e-6) -> Rule:
    return Adadelta(lr, rho, eps)


RULES: dict[str, Callable[..., Rule]] = {
    "SGD": _sgd, "Adagrad": _adagrad, "RMSprop": _rmsprop, "Adam": _adam, "Adamax": _adamax,
    "NAdam": _nadam, "Adadelta": _adadelta,
}
