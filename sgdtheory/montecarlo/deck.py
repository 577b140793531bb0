"""Which gradient each step of a block sees: of fresh samples, or of the rows of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["ORDERS", "epoch_batches", "gradients"]

ORDERS = ("reshuffle", "cyclic", "shuffle-once")


def gradients(job: Any, replicas: int,
              rng: np.random.Generator) -> Iterator[Callable[[np.ndarray], np.ndarray]]:
    """Yield the gradient of each step, a function of the errors ``(dim, replicas)``, for ever."""
    def fresh(e: np.ndarray) -> np.ndarray:
        return np.asarray(job.problem.sample_grad_error(e, job.B, rng, replace=job.replace))

    while job.order is None:
        yield fresh
    for rows in epoch_batches(job.problem.n, job.B, replicas, job.order, rng):
        def chosen(e: np.ndarray, rows: np.ndarray = rows) -> np.ndarray:
            return np.asarray(job.problem.batch_grad_error(e, rows))

        yield chosen


def epoch_batches(n: int, B: int, replicas: int, order: str,
                  rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the rows of each step, ``(b, replicas)``, for ever; each epoch has every row once.

    The last batch of an epoch has ``n mod B`` rows where that is not 0. Replicas are shuffled
    independently of each other.
    """
    cards = np.repeat(np.arange(n)[:, None], replicas, axis=1)
    if order == "shuffle-once":
        rng.permuted(cards, axis=0, out=cards)
    while True:
        if order == "reshuffle":
            rng.permuted(cards, axis=0, out=cards)
        for first in range(0, n, B):
            yield cards[first : first + B]
