"""Multilayer perceptrons of any depth, with the gradient by backpropagation [slide 15].

Columns are samples, as everywhere in the package: x is ``(n_0, B)``. With ``h_0 = x``, forward is
``z_l = W_l h_(l-1) + b_l``, ``h_l = g(z_l)``, without g in the last layer; backward is
``d_l = g'(z_l) * W_(l+1)^T d_(l+1)`` from the gradient of the loss at the output, and the
gradient is ``d_l h_(l-1)^T`` for ``W_l`` and the sum of ``d_l`` over samples for ``b_l``.
Arrays may be floats, complex (for a complex step) or exact objects (Fractions with ReLU).

>>> net = MLP((2, 3, 1), "tanh")
>>> layers = net.init(rng=0)
>>> trace = net.forward(layers, np.ones((2, 4)))
>>> gradient = net.backward(layers, trace, trace.output - 1.0)      # of sum((output - 1)^2)/2
>>> [part.shape for layer in gradient for part in layer]
[(3, 2), (3,), (1, 3), (1,)]
>>> net.operations(B=4).backward
Operations(multiplications=60, additions=39, slopes=12)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from sgdtheory.networks.activation import Activation, activation_named

__all__ = ["MLP", "Layer", "Operations", "Passes", "Trace"]


class Layer(NamedTuple):
    """Weights ``(n_l, n_(l-1))`` and biases ``(n_l,)`` of a layer, or the gradient for them."""

    W: np.ndarray
    b: np.ndarray


class Trace(NamedTuple):
    """What a forward pass leaves for the backward one.

    ``inputs`` are ``h_0, ..., h_(L-1)`` and ``sums`` are ``z_1, ..., z_L``, each ``(n_l, B)``.
    """

    inputs: tuple[np.ndarray, ...]
    sums: tuple[np.ndarray, ...]

    @property
    def output(self) -> np.ndarray:
        """The outputs, ``(n_L, B)``."""
        return self.sums[-1]


class Operations(NamedTuple):
    """Numbers of multiplications, of additions, and of values of g (or of its derivative)."""

    multiplications: int
    additions: int
    slopes: int


class Passes(NamedTuple):
    """The operations of a forward and of a backward pass."""

    forward: Operations
    backward: Operations


@dataclass(frozen=True)
class MLP:
    """The perceptron with layers of `widths` ``(n_0, ..., n_L)`` and an activation by its name."""

    widths: Sequence[int]
    activation: str | Activation = "tanh"

    def __post_init__(self) -> None:
        widths = tuple(self.widths)
        if len(widths) < 2 or any(int(n) != n or n < 1 for n in widths):
            raise ValueError(f"widths, the numbers of units from the input to the output, must be "
                             f"at least 2 whole numbers >= 1; got {widths}")
        object.__setattr__(self, "widths", tuple(int(n) for n in widths))
        object.__setattr__(self, "activation", activation_named(self.activation))

    @cached_property
    def g(self) -> Activation:
        """The activation of the hidden units."""
        return activation_named(self.activation)

    def init(self, rng: Any = 0) -> tuple[Layer, ...]:
        """Return weights with variance ``1/n_(l-1)`` and biases 0; `rng` is a seed or generator."""
        draw = np.random.default_rng(rng)
        return tuple(Layer(draw.standard_normal((n, before)) / np.sqrt(before), np.zeros(n))
                     for before, n in pairwise(self.widths))

    def forward(self, layers: Sequence[Layer], x: Any) -> Trace:
        """Return the trace of x, ``(n_0, B)``; raise ValueError where shapes do not fit."""
        x = np.asarray(x)
        self._check(layers, x)
        inputs, sums = [x], list[np.ndarray]()
        for number, layer in enumerate(layers, start=1):
            sums.append(layer.W @ inputs[-1] + layer.b[:, None])
            if number < len(layers):
                inputs.append(np.asarray(self.g(sums[-1])))
        return Trace(tuple(inputs), tuple(sums))

    def backward(self, layers: Sequence[Layer], trace: Trace, slope: Any) -> tuple[Layer, ...]:
        """Return the gradient of the loss for every layer, shaped as `layers`.

        `slope`, shaped as the output, is the gradient of the loss there. For the mean over samples
        divide it by B.
        """
        error = np.asarray(slope)
        if error.shape != trace.output.shape:
            raise ValueError(f"slope, the gradient of the loss at the output, must have the shape "
                             f"of the output, {trace.output.shape}; got {error.shape}")
        gradient = list[Layer]()
        for number in reversed(range(len(layers))):
            gradient.append(Layer(error @ trace.inputs[number].T, error.sum(axis=1)))
            if number:
                error = (layers[number].W.T @ error) * self.g.derivative(trace.sums[number - 1])
        return tuple(reversed(gradient))

    def operations(self, B: int) -> Passes:
        """Return the exact numbers of operations of both passes for B samples."""
        n, hidden = self.widths, sum(self.widths[1:-1])
        weights = sum(a * b for a, b in pairwise(n))
        units, first = hidden + n[-1], n[0] * n[1]
        sent = sum(n[i] * (n[i + 1] - 1) for i in range(1, len(n) - 1))
        return Passes(
            Operations(B * weights, B * weights, B * hidden),
            Operations(B * (2 * weights - first + hidden),
                       (B - 1) * (weights + units) + B * sent, B * hidden),
        )

    def _check(self, layers: Sequence[Layer], x: np.ndarray) -> None:
        wanted = [((n, m), (n,)) for m, n in pairwise(self.widths)]
        found = [(np.shape(layer.W), np.shape(layer.b)) for layer in layers]
        if found != wanted:
            raise ValueError(f"layers, the weights and biases, must have the shapes {wanted}; got "
                             f"{found}; make them with init, or change widths")
        if x.ndim != 2 or x.shape[0] != self.widths[0]:
            raise ValueError(f"x, the inputs, must be (n_0, B) with n_0={self.widths[0]}, one "
                             f"column a sample; got the shape {x.shape}")
