r"""Activations with their derivatives, stable for every float, and what is known of them [slide 5].

An `Activation` is a plain function ``g`` on arrays (real, or complex for a derivative by a complex
step) with its derivative, its formula on symbols and its certified constants. The user's own is
made in the same way.

>>> round(sigmoid(-10.0), 10), sigmoid.derivative(0.0), tanh.lipschitz
(4.53979e-05, 0.25, 1)
>>> sine = Activation("sine", np.sin, np.cos, lambda z: __import__("sympy").sin(z), 1)
>>> float(sine(0.0))
0.0
>>> ELU(Fraction(1, 2)).smoothness, ELU(1).smoothness
(0, 1)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from sgdtheory.notation import letter

__all__ = ["ACTIVATIONS", "ELU", "Activation", "activation_named", "relu", "sigmoid", "softplus",
           "tanh"]

Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Activation:
    """A function ``g`` of one number, applied to each number of an array.

    ``value`` and ``derivative`` take numbers and arrays, real or complex, and keep their shape;
    ``formula`` takes a sympy symbol; ``lipschitz`` is the least Lipschitz constant on the real
    line, exact; ``smoothness`` is the largest k with ``g`` k times continuously differentiable.
    Where g has a kink, ``derivative`` is the one from the left.
    """

    name: str
    value: Function
    derivative: Function
    formula: Function
    lipschitz: Any
    smoothness: float = math.inf

    def __call__(self, z: Any) -> Any:
        """Return ``g(z)``, elementwise."""
        return self.value(z)


def _plain(value: np.ndarray) -> Any:
    """Return an array without axes as a number of Python."""
    return value.item() if np.ndim(value) == 0 else value


def _positive(z: Any) -> np.ndarray:
    """Tell where the real part is positive (the part that decides a branch)."""
    return np.asarray(np.real(z) > 0)


def _small(z: Any) -> np.ndarray:
    """Return ``exp(-|z|)``, which cannot overflow; analytic on either side of 0."""
    return np.asarray(np.exp(np.where(_positive(z), -1, 1) * z))


def _sigmoid(z: Any) -> Any:
    z = np.asarray(z)
    e = _small(z)
    return _plain(np.where(_positive(z), 1, e) / (1 + e))


def _sigmoid_derivative(z: Any) -> Any:
    e = _small(np.asarray(z))
    return _plain(e / (1 + e) ** 2)


def _tanh(z: Any) -> Any:
    return _plain(np.tanh(np.asarray(z)))


def _tanh_derivative(z: Any) -> Any:
    return 4 * _sigmoid_derivative(2 * np.asarray(z))


def _relu(z: Any) -> Any:
    return _plain(np.where(_positive(z), z, np.zeros_like(z)))


def _relu_derivative(z: Any) -> Any:
    return _plain(np.where(_positive(z), 1.0, 0.0))


def _softplus(z: Any) -> Any:
    z = np.asarray(z)
    return _plain(np.where(_positive(z), z, 0) + np.log1p(_small(z)))


def _elu(z: Any, depth: Any) -> Any:
    z = np.asarray(z)
    return _plain(np.where(_positive(z), z, depth * np.expm1(np.where(_positive(z), 0, z))))


def _elu_derivative(z: Any, depth: Any) -> Any:
    z = np.asarray(z)
    return _plain(np.where(_positive(z), 1, depth * np.exp(np.where(_positive(z), 0, z))))


# --- the same on symbols -------------------------------------------------------------------------


def _sigmoid_formula(z: Any) -> Any:
    import sympy

    return 1 / (1 + sympy.exp(-z))


def _tanh_formula(z: Any) -> Any:
    import sympy

    return sympy.tanh(z)


def _softplus_formula(z: Any) -> Any:
    import sympy

    return sympy.log(1 + sympy.exp(z))


def _relu_formula(z: Any) -> Any:
    import sympy

    return sympy.Piecewise((z, z > 0), (0, True))


def _elu_formula(z: Any, depth: Any) -> Any:
    import sympy

    return sympy.Piecewise((z, z > 0), (sympy.nsimplify(depth) * (sympy.exp(z) - 1), True))


# --- the activations -----------------------------------------------------------------------------

sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_derivative, _sigmoid_formula, Fraction(1, 4))
tanh = Activation("tanh", _tanh, _tanh_derivative, _tanh_formula, 1)
softplus = Activation("softplus", _softplus, _sigmoid, _softplus_formula, 1)
relu = Activation("relu", _relu, _relu_derivative, _relu_formula, 1, smoothness=0)


def ELU(alpha_elu: Any = 1) -> Activation:
    """Return alpha-ELU: ``z`` for ``z > 0``, else ``alpha (exp(z) - 1)`` [slide 5].

    Once continuously differentiable for alpha = 1 only, and never twice unless alpha = 0 (then it
    is ReLU, and not even once).
    """
    letter("alpha_elu").check(alpha_elu)
    depth = float(alpha_elu)
    return Activation(f"elu({alpha_elu})", partial(_elu, depth=depth),
                      partial(_elu_derivative, depth=depth),
                      partial(_elu_formula, depth=alpha_elu), max(1, abs(alpha_elu)),
                      smoothness=1 if alpha_elu == 1 else 0)


ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu, "elu": ELU(1), "softplus": softplus}


def activation_named(name: str | Activation) -> Activation:
    """Return the activation called `name`, or `name` itself if it is one already."""
    if isinstance(name, Activation):
        return name
    if name not in ACTIVATIONS:
        raise ValueError(f"activation={name!r}, the function of the units, is not known; choose "
                         f"one of {', '.join(ACTIVATIONS)}, or pass an Activation of your own")
    return ACTIVATIONS[name]
