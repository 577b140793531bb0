"""Exponentially weighted averages and their bias correction [slides 26-27].

>>> round(total(t=2, beta1=0.9), 12)
0.19
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import one_minus_power
from sgdtheory.logic.formula import formula


def some_gradient(t: Any) -> None:
    """Raise ValueError unless ``t >= 1``."""
    if np.any(np.asarray(t < 1)):
        raise ValueError(f"t={t}, the time, must be >= 1: before the first gradient the "
                         "bias-corrected average is 0/0")


def age_below_time(k: Any, t: Any) -> None:
    """Raise ValueError unless ``k < t``."""
    some_gradient(t)
    if np.any(np.asarray(k >= t)):
        raise ValueError(f"k={k}, the age of a gradient, must be below the time t={t}: the "
                         "average at time t holds the gradients of ages 0 .. t-1")


@formula(requires=age_below_time)
def weight(k, t, beta1):
    """Weight of the gradient ``g_(t-k)`` in the corrected average at time t [slide 27]."""
    return (1 - beta1) * beta1**k / one_minus_power(1 - beta1, t)


@formula
def total(t, beta1):
    """Sum of the uncorrected weights at time t [slide 27]."""
    return one_minus_power(1 - beta1, t)


@formula(requires=some_gradient)
def variance_factor(t, beta1):
    """Variance of the corrected average over that of one gradient, uncorrelated gradients."""
    return (1 - beta1) * (1 + beta1**t) / ((1 + beta1) * one_minus_power(1 - beta1, t))
