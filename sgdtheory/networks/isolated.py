"""A box that holds one local minimum of the loss of a sigmoid unit, and no other critical point.

For any examples and any number of weights. By Krawczyk's operator: where it maps a box into its
inside, the gradient has exactly one zero there; where the enclosed Hessian has positive pivots, it
is a minimum with a positive definite Hessian. So it stays if the examples move a little.

>>> box = isolated_minimum([[1.0, 0.5], [0.0, 2.0]], [0.75, 0.25], [1.0, 0.0])
>>> [round(float(w), 6) for w in box.mean(axis=1)]
[1.373265, -0.549306]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.networks.ball import Array, Ball, ball
from sgdtheory.networks.neuron import unit_value

__all__ = ["isolated_minimum"]

NEWTON, SIZES = 50, range(2, 13)

Balls = list[Ball]


def isolated_minimum(X: Any, y: Any, w: Any) -> Array:
    """Return a box ``(d, 2)`` near the weights `w` ``(d,)``; inputs ``(n, d)``, labels ``(n,)``.

    Raises ValueError where none is found: `w` is not close to a minimum, or it is degenerate.
    """
    X, y, w = (np.asarray(part, dtype=float) for part in (X, y, w))
    if X.ndim != 2 or y.shape != X.shape[:1] or w.shape != X.shape[1:]:
        raise ValueError(f"X, y and w must have the shapes (n, d), (n,) and (d,); got {X.shape}, "
                         f"{y.shape} and {w.shape}")
    w = _refined(X, y, w)
    inverse = np.linalg.pinv(_middle(_hessian(X, y, [ball(c) for c in w])))
    reach = np.sqrt(np.abs(np.diag(inverse)))
    for size in SIZES:
        radius = reach * 10.0**-size
        if _one_zero(X, y, w, radius, inverse) and _positive(
                _hessian(X, y, [Ball(c, r) for c, r in zip(w, radius, strict=True)])):
            return np.stack([w - radius, w + radius], axis=-1)
    raise ValueError(f"w, the weights: no box around {np.array2string(w, precision=6)} can be shown"
                     " to hold one minimum; start closer to one, or it is degenerate")


def _refined(X: Array, y: Array, w: Array) -> Array:
    """Return the weights after steps of Newton's method in floats, which certify nothing."""
    for _ in range(NEWTON):
        at = [ball(c) for c in w]
        step = np.linalg.pinv(_middle(_hessian(X, y, at))) @ [
            float(part.mid) for part in _gradient(X, y, at)]
        w = w - step
        if np.all(np.abs(step) <= 1e-15 * np.abs(w)):
            break
    return w


def _unit(x: Array, label: float, w: Balls) -> tuple[Ball, Ball]:
    """Return the factors of an example in the gradient and in the Hessian, both halved."""
    value, steep = unit_value(_sum([float(c) * part for c, part in zip(x, w, strict=True)]))
    off = value - label
    return off * steep, steep * (steep + off * (1.0 - 2.0 * value))


def _gradient(X: Array, y: Array, w: Balls) -> Balls:
    factors = [_unit(x, label, w)[0] for x, label in zip(X, y, strict=True)]
    return [_sum([float(c) * f for c, f in zip(column, factors, strict=True)]) for column in X.T]


def _hessian(X: Array, y: Array, w: Balls) -> list[Balls]:
    bends = [_unit(x, label, w)[1] for x, label in zip(X, y, strict=True)]
    return [[_sum([float(a) * (float(b) * f) for a, b, f in zip(one, two, bends, strict=True)])
             for two in X.T] for one in X.T]


def _one_zero(X: Array, y: Array, w: Array, radius: Array, inverse: Array) -> bool:
    """Tell whether Krawczyk's operator maps the box into its inside."""
    box = [Ball(c, r) for c, r in zip(w, radius, strict=True)]
    here, bends = _gradient(X, y, [ball(c) for c in w]), _hessian(X, y, box)
    for i, row in enumerate(inverse):
        moved = -_sum([float(c) * g for c, g in zip(row, here, strict=True)])
        for k in range(len(w)):
            product = _sum([float(c) * bends[j][k] for j, c in enumerate(row)])
            moved = moved + (float(i == k) - product) * Ball(0.0, radius[k])
        if not moved.magnitude < radius[i]:
            return False
    return True


def _positive(matrix: list[Balls]) -> bool:
    """Tell whether all pivots of an enclosed symmetric matrix are positive."""
    while matrix:
        (pivot, *head), *rest = matrix
        if not pivot.low > 0:
            return False
        matrix = [[entry - first * other / pivot for entry, other in zip(row, head, strict=True)]
                  for first, *row in rest]
    return True


def _sum(terms: Balls) -> Ball:
    total = ball(0.0)
    for term in terms:
        total = total + term
    return total


def _middle(matrix: list[Balls]) -> Array:
    return np.array([[float(entry.mid) for entry in row] for row in matrix])
