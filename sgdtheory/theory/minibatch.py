"""Minibatches: the variance of a mean of B sample gradients [slides 22-23].

>>> variance(sigma2=1.0, B=4)
0.25
>>> variance_without_replacement(sigma2=1.0, B=10, n=10)
0.0
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.logic.formula import formula


@formula
def variance(sigma2, B):
    """Variance of the mean of B independent draws [slide 22]."""
    return sigma2 / B


def batch_fits(B: Any, n: Any) -> None:
    """Raise ValueError unless ``B <= n`` and ``n >= 2``."""
    if np.any(np.asarray(B > n)):
        raise ValueError(f"B={B}, the batch size, exceeds n={n} samples without replacement; "
                         f"draw with replacement or take B <= {n}")
    if np.any(np.asarray(n < 2)):
        raise ValueError(f"n={n}, the number of samples, must be >= 2 without replacement")


@formula(requires=batch_fits)
def variance_without_replacement(sigma2, B, n):
    """Variance of the mean of B of n samples drawn without replacement."""
    return sigma2 / B * (n - B) / (n - 1)
