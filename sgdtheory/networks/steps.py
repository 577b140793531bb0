"""Sigmoidal steps: a staircase whose error is known from the modulus of continuity alone.

``f(x_0) + sum_i (f(x_i) - f(x_(i-1))) sigma(K (x - m_i))`` with N equal cells of width h, m_i their
midpoints. Inside a cell it is between neighbouring values of f, and the tails of the other steps
are geometric: for a Lipschitz f the error is at most ``L h/2 + 2 L h q^(1/2)/(1 - q)``, q =
exp(-K h); for any other at most ``omega(h) (1 + 2 q^(1/2)/(1 - q))``.
"""

from __future__ import annotations

import numpy as np

from sgdtheory.networks.activation import Activation, sigmoid, tanh
from sgdtheory.networks.ball import Array
from sgdtheory.networks.network import Shallow, shallow

__all__ = ["SHARPNESS", "is_sigmoidal", "staircase"]

SHARPNESS = 5.0
"""K h: sharper steps have smaller tails, and follow f less well between the values."""


def is_sigmoidal(g: Activation) -> bool:
    """Tell whether the activation is one that steps are made of here."""
    return g in (sigmoid, tanh)


def staircase(g: Activation, x: Array, y: Array, sharpness: float = SHARPNESS) -> Shallow:
    """Return the steps through the values `y` at equally spaced `x`, ``(N + 1,)`` each.

    N + 1 units: the last one is the constant. With tanh, ``sigma(z) = (1 + tanh(z/2))/2``.
    """
    steepness = sharpness / (x[1] - x[0])
    middle, rise = (x[1:] + x[:-1]) / 2, np.diff(y)
    if g == sigmoid:
        slope, outputs, level = steepness, rise, y[0] / sigmoid(1.0)
    else:
        slope, outputs, level = steepness / 2, rise / 2, (y[0] + y[-1]) / 2 / np.tanh(1.0)
    weights = np.append(np.full(len(rise), slope), 0.0)
    return shallow(weights, np.append(-slope * middle, 1.0), np.append(outputs, level), g)
