"""The optimizers of slides 17 and 26 to 32, in the lecture's letters; misprints `as printed`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sgdtheory.optimizers.adadelta import Adadelta, AdadeltaAsStated
from sgdtheory.optimizers.adagrad import Adagrad
from sgdtheory.optimizers.adam import Adam, AdamAsStated
from sgdtheory.optimizers.adamax import Adamax
from sgdtheory.optimizers.amsgrad import AMSGrad
from sgdtheory.optimizers.momentum import CorrectedMomentum, Momentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rmsprop import CorrectedRMSProp, RMSProp
from sgdtheory.optimizers.rule import Rule
from sgdtheory.optimizers.sgd import SGD

__all__ = ["NEUTRAL", "RULES"]

NEUTRAL: dict[str, tuple[tuple[Any, ...] | None, str]] = {}
"""The slides have no options besides."""

RULES: dict[str, Callable[..., Rule]] = {
    "SGD": SGD, "Momentum": Momentum, "Momentum with bias correction":
    CorrectedMomentum, "Nesterov": Nesterov, "Adagrad": Adagrad,
    "RMSProp": RMSProp, "RMSProp with bias correction": CorrectedRMSProp,
    "ADAM": Adam, "ADAM as printed": AdamAsStated, "ADAMAX": Adamax,
    "AMSGrad": AMSGrad, "NADAM": Nadam, "Adadelta": Adadelta,
    "Adadelta as printed": AdadeltaAsStated,
}
