"""The optimizers as their papers state them, with the papers' hyperparameters and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sgdtheory.optimizers.adadelta import Adadelta
from sgdtheory.optimizers.adagrad import Adagrad
from sgdtheory.optimizers.adam import Adam
from sgdtheory.optimizers.adamax import Adamax
from sgdtheory.optimizers.amsgrad import AMSGrad
from sgdtheory.optimizers.dialects.velocity import averaged
from sgdtheory.optimizers.momentum import Momentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rmsprop import RMSProp
from sgdtheory.optimizers.rule import Rule
from sgdtheory.optimizers.sgd import SGD

__all__ = ["NEUTRAL", "RULES"]

NEUTRAL: dict[str, tuple[tuple[Any, ...] | None, str]] = {}
"""The papers have no options besides."""


def _sgd(a: Any) -> Rule:
    """Robbins & Monro 1951, eq. 9, with a constant step."""
    return SGD(a)


def _momentum(epsilon: Any, mu: Any = 0.9) -> Rule:
    """Polyak 1964; Sutskever, Martens, Dahl & Hinton 2013, eqs. 1-2: a velocity."""
    return averaged(Momentum, epsilon, mu)


def _nesterov(epsilon: Any, mu: Any = 0.9) -> Rule:
    """Sutskever, Martens, Dahl & Hinton 2013, eqs. 3-4."""
    return averaged(Nesterov, epsilon, mu)


def _adagrad(eta: Any, delta: Any = 0) -> Rule:
    """Duchi, Hazan & Singer 2011, Fig. 1, diagonal: ``delta`` is added to the root."""
    return Adagrad(eta, delta)


def _rmsprop(learning_rate: Any = 0.001, decay: Any = 0.9) -> Rule:
    """Hinton 2012, Neural Networks for Machine Learning, lecture 6e: no epsilon."""
    return RMSProp(learning_rate, decay, eps=0)


def _adam(alpha: Any = 0.001, beta1: Any = 0.9, beta2: Any = 0.999, epsilon: Any = 1e-8) -> Rule:
    """Kingma & Ba 2015, Alg. 1."""
    return Adam(alpha, beta1, beta2, epsilon)


def _adamax(alpha: Any = 0.002, beta1: Any = 0.9, beta2: Any = 0.999) -> Rule:
    """Kingma & Ba 2015, Alg. 2: no epsilon."""
    return Adamax(alpha, beta1, beta2)


def _amsgrad(alpha: Any = 0.001, beta1: Any = 0.9, beta2: Any = 0.999) -> Rule:
    """Reddi, Kale & Kumar 2018, Alg. 2, for constant steps and without its projection."""
    return AMSGrad(alpha, beta1, beta2)


def _nadam(eta: Any = 0.002, mu: Any = 0.99, nu: Any = 0.999, epsilon: Any = 1e-8) -> Rule:
    """Dozat 2016, Alg. 2 and sec. 3.2."""
    return Nadam(eta, mu, nu, epsilon)


def _adadelta(rho: Any = 0.95, epsilon: Any = 1e-6) -> Rule:
    """Zeiler 2012, Alg. 1: no learning rate."""
    return Adadelta(1, rho, epsilon)


RULES: dict[str, Callable[..., Rule]] = {
    "SGD": _sgd, "momentum": _momentum, "Nesterov": _nesterov, "AdaGrad": _adagrad,
    "RMSProp": _rmsprop, "Adam": _adam, "AdaMax": _adamax, "AMSGrad": _amsgrad, "Nadam": _nadam,
    "ADADELTA": _adadelta,
}
