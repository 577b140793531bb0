"""Networks with one hidden layer, ``sum_i outputs_i g(weights_i . x + biases_i)`` [slide 4]."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod
from typing import Any

import numpy as np

from sgdtheory.networks.activation import Activation
from sgdtheory.networks.ball import UNIT, Array, enlarged
from sgdtheory.networks.taylor import Model, Space
from sgdtheory.networks.units import activation_of, unit_models

__all__ = ["Shallow", "shallow"]


@dataclass(frozen=True, eq=False)
class Shallow:
    """A network of n units: `weights` (n, m), `biases` (n,), `outputs` (n,), and no output bias."""

    weights: Array
    biases: Array
    outputs: Array
    activation: Activation

    @property
    def n(self) -> int:
        """The number of units."""
        return len(self.biases)

    @property
    def m(self) -> int:
        """The number of inputs."""
        return int(self.weights.shape[1])

    def __call__(self, x: Any) -> Array:
        """Return the network at points ``(N, m)``, ``(N,)``."""
        return np.asarray(self.features(np.asarray(x, dtype=float)) @ self.outputs)

    def features(self, x: Array) -> Array:
        """Return the units at points ``(N, m)``, ``(N, n)``."""
        if x.ndim != 2 or x.shape[1] != self.m:
            raise ValueError(f"x, the points, must have the shape (N, {self.m}); got {x.shape}")
        return np.asarray(self.activation(x @ self.weights.T + self.biases)) + np.zeros(self.n)

    def model(self, space: Space, centre: Array, half: Array) -> Model:
        """Return the Taylor models on the cells ``centre +- half``, each ``(m, cells)``.

        Each unit is a function of one direction; its coefficients go to all monomials of their
        degree. The certificate is for the network with these float weights in exact arithmetic.
        """
        z = self.weights @ centre + self.biases[:, None]
        size = np.abs(self.weights) @ np.abs(centre) + np.abs(self.biases)[:, None]
        blur = enlarged((self.m + 2) * UNIT * size)
        reach = enlarged(np.abs(self.weights) @ half)
        units = unit_models(self.activation, z.ravel(), reach.ravel(), blur.ravel(), space.order)
        return self._summed(space, units, half, reach)

    def _summed(self, space: Space, units: Model, half: Array, reach: Array) -> Model:
        cells = half.shape[1]
        powers = units.coefs.reshape(space.order, self.n, cells)
        safe = np.where(reach > 0, reach, 1.0)
        directions = [w[:, None] * h / safe for w, h in zip(self.weights.T, half, strict=True)]
        coefs = np.empty((len(space.powers), cells))
        for row, power in enumerate(space.powers):
            degree = sum(power)
            term = powers[degree] * (factorial(degree) // prod(map(factorial, power)))
            for direction, exponent in zip(directions, power, strict=True):
                term = term * direction**exponent if exponent else term
            coefs[row] = self.outputs @ term
        weight = np.abs(self.outputs)
        rounding = (self.n + 8 * space.order + 2 * self.m + 8) * UNIT * (
            weight @ np.abs(powers).sum(axis=0))
        rem = weight @ units.rem.reshape(self.n, cells)
        return Model(space, coefs, enlarged(rem * (1 + self.n * UNIT) + rounding))

    @property
    def outer_size(self) -> float:
        """The sum of the sizes of the outer weights, which multiplies every rounding."""
        return float(np.abs(self.outputs).sum())


def shallow(weights: Any, biases: Any, outputs: Any, activation: Any) -> Shallow:
    """Return the network with these weights, checked."""
    parts = {"weights": weights, "biases": biases, "outputs": outputs}
    arrays = {name: _real(name, value) for name, value in parts.items()}
    w = arrays["weights"]
    w = arrays["weights"] = w[:, None] if w.ndim == 1 else w
    n = len(w) if w.ndim == 2 else -1
    for name in ("biases", "outputs"):
        if arrays[name].shape != (n,):
            raise ValueError(f"{name} must have one number for each row of weights, of shape "
                             f"{w.shape}; got the shape {arrays[name].shape}")
    for name, value in arrays.items():
        if not np.isfinite(value).all():
            raise ValueError(f"{name} of the network must be finite; entry "
                             f"{int(np.argmin(np.isfinite(value).ravel()))} is "
                             f"{value[~np.isfinite(value)][0]}")
    return Shallow(w, arrays["biases"], arrays["outputs"], activation_of(activation))


def _real(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} of the network must be an array of real numbers; got {value!r}"
                         ) from error
