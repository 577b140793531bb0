"""From a velocity, ``b_t = momentum b_(t-1) + g_t``, to the average that the rules are written in.

>>> from fractions import Fraction
>>> averaged(Momentum, Fraction(1, 10), Fraction(3, 4))
Momentum(alpha=Fraction(2, 5), beta1=Fraction(3, 4))
"""

from __future__ import annotations

from typing import Any

from sgdtheory.notation import letter
from sgdtheory.optimizers.momentum import Momentum
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rule import Rule
from sgdtheory.optimizers.sgd import SGD

__all__ = ["averaged", "sgd"]


def averaged(kind: type[Momentum] | type[Nesterov], rate: Any, momentum: Any) -> Rule:
    """Return the rule whose step ``alpha m_t`` is ``rate b_t``: ``alpha = rate/(1 - momentum)``."""
    letter("beta1").check_hyperparameter(momentum)
    return kind(rate / (1 - momentum), momentum)


def sgd(rate: Any, momentum: Any, nesterov: bool) -> Rule:
    """Return what the frameworks' SGD follows; without a momentum `nesterov` says nothing."""
    if momentum is None or momentum == 0:
        return SGD(rate)
    return averaged(Nesterov if nesterov else Momentum, rate, momentum)
