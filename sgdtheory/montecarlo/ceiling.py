"""The certified almost-sure upper limit of the squared distance at the recorded times."""

from __future__ import annotations

import math

import numpy as np

from sgdtheory.montecarlo.block import Job
from sgdtheory.optimizers import SGD

__all__ = ["ceiling", "respects"]

ROUNDINGS = 64
"""Rounding errors granted to each step, besides 8 for each coordinate and each sample summed."""

_NO_STEP = (0.0, math.inf)


def ceiling(job: Job) -> np.ndarray:
    """Return the least of what projection, invariance and the almost-sure step certify, ``(k,)``.

    ``radius**2`` where the iterates are projected or the ball is invariant; the distances
    ``r -> factor r + shift`` where the problem certifies an SGD step for every sample; else
    ``inf``. Projection on a ball around the minimiser increases no distance to it.
    """
    r = math.sqrt(math.fsum(job.e0**2))
    rounding = (ROUNDINGS + 8 * len(job.e0) + 8 * job.B) * float(np.finfo(float).eps)
    stays = _radius(job, r) * (1 + rounding)
    factor, shift = _step(job)
    limits, column = np.empty(len(job.times)), 0
    for t in range(int(job.times[-1]) + 1):
        if t:
            r = min(stays, factor * r + shift + rounding * (r + factor * r + shift))
        if t == job.times[column]:
            limits[column] = r * r * (1 + rounding)
            column += 1
    return limits


def respects(distance2: np.ndarray, limits: np.ndarray, problem: object) -> None:
    """Raise ValueError if a finite `distance2` exceeds the ceiling that `problem` certified."""
    with np.errstate(invalid="ignore"):
        beyond = (distance2 > limits) & np.isfinite(distance2)
    if beyond.any():
        replica, column = (int(i) for i in np.argwhere(beyond)[0])
        raise ValueError(f"{type(problem).__name__} certifies |w - w*|^2 <= {limits[column]:.17g}, "
                         f"and replica {replica} reached {distance2[replica, column]:.17g}: its "
                         f"radius, invariant or almost_sure_step is wrong")


def _radius(job: Job, r: float) -> float:
    radius = float(job.problem.radius)
    if job.project:
        return radius
    inside = isinstance(job.rule, SGD) and r <= radius and job.problem.invariant(job.rule.alpha)
    return radius if inside else math.inf


def _step(job: Job) -> tuple[float, float]:
    if not isinstance(job.rule, SGD):
        return _NO_STEP
    step = job.problem.almost_sure_step(job.rule.alpha)
    return step if step is not None else _NO_STEP
