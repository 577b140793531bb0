"""What is certain about a logistic loss on a ball: its minimiser, curvature, gradient and noise.

On the ball of a radius around a point the margin ``m_i = y_i x_i.w`` stays within ``|x_i| radius``
of its value at the centre, which bounds the pull ``-1/(1 + exp(m_i))`` and its slope row by row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sgdtheory.problems.geometry import Array

__all__ = ["Bounds", "bounds_on_ball", "minimiser", "pull_of"]

_EPS = float(np.finfo(float).eps)


class Bounds(NamedTuple):
    """Constants that hold all over the ball, rounded to their safe sides."""

    c: float
    L: float
    mu2: float
    sigma2: float


def pull_of(margin: Array) -> Array:
    """Return the derivative of ``log(1 + exp(-m))``: ``-1 / (1 + exp(m))``, to 1e-16 absolutely."""
    return (np.tanh(margin / 2) - 1) / 2


def _strength(margin: Array) -> Array:
    """Return ``1 / (1 + exp(m))`` with a small relative error, however small it is."""
    strength: Array = np.exp(-np.logaddexp(0, margin))
    return strength


def _slope(margin: Array) -> Array:
    """Return the second derivative of ``log(1 + exp(-m))``, in (0, 1/4], as accurately."""
    slope: Array = np.exp(-np.logaddexp(0, margin) - np.logaddexp(0, -margin))
    return slope


def minimiser(signed: Array, l2: float) -> tuple[Array, float]:
    """Return the minimiser, by Newton steps, and a certified distance to the true one.

    The distance is at most ``|grad| / l2``, with what rounding may hide in the gradient added.
    """
    (n, dim), w = signed.shape, np.zeros(signed.shape[1])
    gradient = _gradient(signed, l2, w)
    for _ in range(200):
        hessian = (signed.T * _slope(signed @ w)) @ signed / n + l2 * np.eye(dim)
        step = np.linalg.solve(hessian, gradient)
        shorter = _line_search(signed, l2, w, step, gradient)
        if shorter is None:
            break
        w, gradient = shorter
    lengths, far = np.sqrt((signed**2).sum(axis=1)), float(np.sqrt(w @ w))
    terms = float(lengths.mean() * (1 + lengths.max() * far)) + l2 * far
    return w, (float(np.sqrt(gradient @ gradient)) + 2 * (n + dim) * _EPS * terms) / l2


def _gradient(signed: Array, l2: float, w: Array) -> Array:
    return signed.T @ pull_of(signed @ w) / len(signed) + l2 * w


def _line_search(
    signed: Array, l2: float, w: Array, step: Array, gradient: Array
) -> tuple[Array, Array] | None:
    """Return the first of ``w - step / 2**k`` with a shorter gradient, and that; else None."""
    for halvings in range(40):
        moved = w - step / 2**halvings
        new = _gradient(signed, l2, moved)
        if new @ new < gradient @ gradient:
            return moved, new
    return None


def bounds_on_ball(
    signed: Array, l2: float, w_star: Array, error: float, radius: float
) -> Bounds:
    """Return the constants of the ball of `radius` around `w_star`, which is exact to `error`."""
    n, dim = signed.shape
    up, far = 1 + 8 * (n + dim) * _EPS, float(np.sqrt(w_star @ w_star))
    lengths, margins = np.sqrt((signed**2).sum(axis=1)), signed @ w_star
    reach = lengths * (radius + 2 * (dim + 2) * _EPS * far)
    curved = np.linalg.eigvalsh((signed.T * _slope(np.abs(margins) + reach)) @ signed / n)
    steepest = _slope(np.maximum(np.abs(margins) - reach, 0))
    L = up * (l2 + float(np.linalg.eigvalsh((signed.T * steepest) @ signed / n)[-1]))
    pulled = float((lengths * _strength(margins - reach)).mean())
    mu = up * min(l2 * error + L * radius, pulled + l2 * (far + radius))
    noise = min(_noise_by_rows(signed, margins, reach),
                _noise_by_distance(signed, margins, steepest, radius))
    return Bounds(l2 + max(0.0, float(curved[0]) - (up - 1) * float(curved[-1])), L, mu**2,
                  up * noise)


def _noise_by_rows(signed: Array, margins: Array, reach: Array) -> float:
    """Bound the variance by ``mean |v_i - a|^2``, a the mean at the centre.

    Each term is convex in the pull, hence largest at an end of its range.
    """
    a = signed.T @ _strength(margins) / len(signed)
    ends = [_strength(margins - reach), _strength(margins + reach)]
    terms = [((signed * strength[:, None] - a) ** 2).sum(axis=1) for strength in ends]
    return float(np.maximum(*terms).mean())


def _noise_by_distance(signed: Array, margins: Array, steepest: Array, radius: float) -> float:
    """Bound the standard deviation by that at the centre plus a Lipschitz constant times radius.

    A row's gradient moves by at most ``K_i |x_i| |x_i.h|``, K_i the `steepest` slope.
    """
    v = signed * _strength(margins)[:, None]
    at_centre = float(((v - v.mean(axis=0)) ** 2).sum(axis=1).mean())
    weights = steepest**2 * (signed**2).sum(axis=1)
    squared = float(np.linalg.eigvalsh((signed.T * weights) @ signed / len(signed))[-1])
    return float((np.sqrt(at_centre) + np.sqrt(max(squared, 0.0)) * radius) ** 2)
