"""Fourth moments of multiplicative noise: what makes verdicts on regression two-sided.

On isotropic Gaussian rows ``E|e|^4`` obeys an affine recursion in ``(|e|^4, |e|^2, 1)``. On a
finite sum the fourth power of ``(1, e)`` is moved by the mean fourth power of the matrix of a
batch, which is enumerated.
"""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement
from math import comb, factorial, prod
from typing import Any

import numpy as np

__all__ = ["finite_sum_variance", "gaussian_rows_factors", "gaussian_rows_variance"]


def gaussian_rows_factors(alpha: Any, h: Any, noise2: Any, B: int, d: int) -> tuple[Any, Any]:
    """Return the factors of ``E|e'|^2`` on (r2, 1) and of ``E|e'|^4`` on (r4, r2, 1).

    With Q ~ chi2 of B degrees, ``a = 1 - alpha h Q/B`` and ``s = alpha^2 h Q / B^2``, given
    ``|e|^2 = r2``: ``|e'|^2 = (a r - sqrt(s noise2) g)^2 + s (h r2 + noise2) chi2_(d-1)``.
    """
    q = [prod(B + 2 * j for j in range(k)) for k in range(5)]  # E Q^k
    u, s = alpha * h / B, alpha**2 * h / B**2
    a2, a2q = (q[j] - 2 * u * q[j + 1] + u**2 * q[j + 2] for j in (0, 1))
    a4 = sum(comb(4, k) * (-u) ** k * q[k] for k in range(5))
    across = d - 1
    second = (a2 + across * s * q[1] * h, d * s * q[1] * noise2)
    fourth = (
        a4 + 2 * across * s * h * a2q + across * (d + 1) * s**2 * h**2 * q[2],
        (6 + 2 * across) * s * noise2 * a2q
        + (2 * across + 2 * across * (d + 1)) * s**2 * h * noise2 * q[2],
        (3 + 2 * across + across * (d + 1)) * s**2 * noise2**2 * q[2],
    )
    return second, fourth


def gaussian_rows_variance(problem: Any, alpha: float, B: int, times: Any) -> np.ndarray:
    """Return the variance of ``|w_t - w*|^2`` at `times` on isotropic Gaussian rows, from w0."""
    second, fourth = gaussian_rows_factors(alpha, problem.c, problem.noise2, B, problem.dim)
    m2 = float(np.sum((problem.w0 - problem.w_star) ** 2))
    m4, path = m2**2, []
    for _ in range(int(np.max(times)) + 1):
        path.append(m4 - m2**2)
        m4 = fourth[0] * m4 + fourth[1] * m2 + fourth[2]
        m2 = second[0] * m2 + second[1]
    return np.maximum(np.array(path)[np.asarray(times)], 0.0)


def finite_sum_variance(problem: Any, alpha: float, B: int, times: Any,
                        replace: bool) -> np.ndarray:
    """Return the variance of ``|w_t - w*|^2`` at `times` on a small finite sum, from w0."""
    d, steps = problem.dim, _batches(problem, alpha, B, replace)
    pairs = [(p, np.kron(M, M)) for p, M in steps]
    moved = sum(p * np.kron(M2, M2) for p, M2 in pairs)
    y = np.concatenate([[1.0], problem.w0 - problem.w_star])
    y = np.kron(np.kron(y, y), np.kron(y, y))
    one, norm2 = np.zeros((d + 1, d + 1)), np.eye(d + 1)
    one[0, 0], norm2[0, 0] = 1.0, 0.0
    second, fourth = np.kron(norm2.ravel(), one.ravel()), np.kron(norm2.ravel(), norm2.ravel())
    path = []
    for _ in range(int(np.max(times)) + 1):
        path.append(fourth @ y - (second @ y) ** 2)
        y = moved @ y
    return np.maximum(np.array(path)[np.asarray(times)], 0.0)


def _batches(problem: Any, alpha: float, B: int, replace: bool) -> list[tuple[float, np.ndarray]]:
    """Return the matrices that a batch moves ``(1, e)`` by, with their probabilities."""
    n, d = problem.X.shape
    choose = combinations_with_replacement if replace else combinations
    found = []
    for rows in choose(range(n), B):
        chosen = list(rows)
        X, r = problem.X[chosen], problem.residuals[chosen]
        M = np.eye(d + 1)
        M[1:, 0] = -alpha * (X.T @ r / B + problem.l2 * problem.w_star)
        M[1:, 1:] -= alpha * (X.T @ X / B + problem.l2 * np.eye(d))
        counts = np.bincount(chosen, minlength=n).tolist()
        ways = factorial(B) // prod(map(factorial, counts))
        found.append((ways / n**B if replace else 1 / comb(n, B), M))
    return found
