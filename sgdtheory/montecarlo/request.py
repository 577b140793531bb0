"""What a simulation asks for, validated: every refusal of `simulate` but divergence is here."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from sgdtheory.montecarlo.block import BLOCK_NUMBERS, Job
from sgdtheory.montecarlo.deck import ORDERS
from sgdtheory.montecarlo.memory import refuse_too_much
from sgdtheory.notation import letter

__all__ = [
    "batch_size",
    "fits_in_memory",
    "noise_known",
    "recorded_times",
    "row_order",
    "start",
    "whole",
]

RECORDED = 60
BUFFERS = 16

USUAL = {
    "steps": "the start is forgotten after about 1/(alpha c) of them",
    "runs": "4096 is the default; a mean needs at least 2",
    "seed": "0 is the default",
}
"""What to do instead, for the numbers that users give by hand."""


def whole(name: str, meaning: str, value: Any, low: int) -> int:
    """Return `value` as an int, or raise ValueError unless it is a whole number >= `low`."""
    try:
        number = low - 1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = low - 1
    if number < low:
        advice = f"; {USUAL[name]}" if name in USUAL else ""
        raise ValueError(f"{name}, {meaning}, must be a whole number >= {low}; got {value!r}"
                         f"{advice}")
    return number


def batch_size(problem: Any, B: Any, replace: bool) -> int:
    """Return `B` as an int, or raise ValueError if `problem` has no such batches."""
    size = int(letter("B").check_one(B))
    if not replace and problem.n is None:
        raise ValueError("replace=False needs a finite sum, and this problem draws fresh samples; "
                         "use replace=True")
    if not replace and size > problem.n:
        raise ValueError(f"B={size}, the batch size, exceeds n={problem.n} samples without "
                         f"replacement; use replace=True or B <= {problem.n}")
    return size


def row_order(problem: Any, order: Any) -> str | None:
    """Return `order`, or raise ValueError unless `problem` has rows that come in such an order."""
    if order is None:
        return None
    if order not in ORDERS:
        raise ValueError(f"order, that of the rows in an epoch, must be one of "
                         f"{', '.join(ORDERS)}, or None for fresh samples at every step; "
                         f"got {order!r}")
    if problem.n is None or not callable(getattr(problem, "batch_grad_error", None)):
        raise ValueError(f"order={order!r} needs a finite sum with the gradient of given rows, "
                         f"batch_grad_error(e, rows), and {type(problem).__name__} is none; leave "
                         f"order out")
    return str(order)


def recorded_times(times: Any, steps: int) -> np.ndarray:
    """Return the times to record, shape ``(k,)``; about 60, log-spaced, where `times` is None."""
    if times is None:
        spaced = [round(float(steps) ** (i / (RECORDED - 2))) for i in range(RECORDED - 1)]
        return np.unique([0, steps, *spaced]) if steps else np.zeros(1, dtype=np.int64)
    array = np.atleast_1d(np.asarray(times))
    if array.ndim != 1 or not array.size or array.dtype.kind not in "iu":
        raise ValueError(f"times, the recorded times, must be whole numbers, at least one; "
                         f"got {times!r}")
    if np.any(np.diff(array.astype(np.int64)) <= 0):
        raise ValueError("times, the recorded times, must increase strictly; "
                         "pass numpy.unique(times)")
    if array[0] < 0 or array[-1] > steps:
        raise ValueError(f"times, the recorded times, must lie in [0, steps] = [0, {steps}]; "
                         f"got {array[0]} .. {array[-1]}; raise steps or drop them")
    return array.astype(np.int64)


def start(problem: Any, w0: Any, project: bool) -> np.ndarray:
    """Return the starting point in error coordinates, shape ``(dim,)``."""
    try:
        point = np.asarray(problem.w0 if w0 is None else w0, dtype=float)
    except (TypeError, ValueError) as failed:
        raise ValueError(f"w0, the starting point, must be {problem.dim} real numbers ({failed}); "
                         f"leave it out for the problem's own") from failed
    if point.shape != (problem.dim,):
        raise ValueError(f"w0, the starting point, must have shape ({problem.dim},), one entry "
                         f"for each coordinate of the problem; got shape {point.shape}")
    if not np.all(np.isfinite(point)):
        raise ValueError(f"w0, the starting point, must be finite; entry "
                         f"{int(np.argmin(np.isfinite(point)))} is not")
    error = point - np.asarray(problem.w_star)
    if project and np.sqrt(np.sum(error**2)) > problem.radius * (1 + 1e-9):
        raise ValueError(f"w0, the starting point, is {np.sqrt(np.sum(error**2)):.6g} away from "
                         f"w*, outside of the ball of radius {problem.radius:.6g}; start inside, "
                         f"give the problem a larger radius, or take project=False")
    return np.asarray(error)


def noise_known(noise: str) -> str:
    """Return `noise`, or raise ValueError unless there is such a noise."""
    if noise != "strict":
        raise ValueError(f"noise, the source of random numbers, must be 'strict' (the exact law in "
                         f"float64), the only one there is; got {noise!r}")
    return noise


def fits_in_memory(job: Job, limit: float | None) -> None:
    """Raise ValueError if `job` needs more than `limit` bytes (None: this machine's memory)."""
    replicas = min(job.runs, job.block_size)
    result = 2 * 8 * job.runs * len(job.times)
    needed = result + 8 * BUFFERS * max(len(job.e0) * replicas, BLOCK_NUMBERS)
    needed += 0 if job.order is None else 8 * job.problem.n * replicas
    refuse_too_much(needed, "the simulation", f"{job.runs} runs at {len(job.times)} recorded times",
                    "record fewer times or runs", limit)
