"""The fourth moment of SGD on the regularised median: what makes its verdicts two-sided.

A step is ``w' = (1 - alpha l2) w - alpha s``, where s is the mean of B signs of mean w: the moments
of s given w are polynomials of w, so that those of w obey a closed recursion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

__all__ = ["variance", "with_variance"]


def variance(l2: float, alpha: float, B: int, times: np.ndarray, start: float = 1.0) -> np.ndarray:
    """Return the variance of ``w_t^2`` at `times`, shape ``(k,)``, from ``w_0 = start``."""
    second, fourth, path = start**2, start**4, []
    for _ in range(int(np.max(times)) + 1):
        path.append(fourth - second**2)
        second, fourth = _step(1 - alpha * l2, alpha, B, second, fourth)
    return np.maximum(np.array(path)[np.asarray(times)], 0.0)


def _step(q: float, a: float, B: int, m2: float, m4: float) -> tuple[float, float]:
    """Return the second and fourth moment after a step; s2 is ``E w^2 s^2``, s4 ``E s^4``."""
    s2 = m2 / B + (1 - 1 / B) * m4
    s3 = ((3 * B - 2) * m2 + (B - 1) * (B - 2) * m4) / B**2
    s4 = ((3 * B - 2) + (B - 1) * (6 * B - 8) * m2 + (B - 1) * (B - 2) * (B - 3) * m4) / B**3
    second = (q * q - 2 * a * q + a * a * (1 - 1 / B)) * m2 + a * a / B
    fourth = q**4 * m4 - 4 * q**3 * a * m4 + 6 * (q * a) ** 2 * s2 - 4 * q * a**3 * s3 + a**4 * s4
    return second, fourth


def with_variance(run: Any, problem: Any) -> Any:
    """Return a run of SGD on the median `problem` with its exact variance.

    No step leaves [-1, 1] where `problem.invariant`, so that projecting changes nothing.
    """
    if not problem.invariant(run.alpha):
        raise ValueError(f"alpha={run.alpha:g}, the learning rate, leaves [-1, 1], where this law "
                         f"is not known; take l2 >= 1 and alpha <= {2 / (1 + problem.l2):g}")
    start = float(np.abs(run.w0[0]))
    return replace(run, variance=variance(problem.l2, run.alpha, run.B, run.times, start))
