"""One block of replicas: the loop over steps, in error coordinates ``e = w - w*``.

A block is a function of its job and its number alone. It draws from its own stream, and no block
reads what another has written, so any worker may simulate it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sgdtheory.montecarlo.deck import gradients

__all__ = ["Block", "Job", "generator", "simulate_block"]

BLOCK_NUMBERS = 65_536
SMALLEST_BLOCK = 64


@dataclass(frozen=True, eq=False)
class Job:
    """Everything that determines the numbers of a simulation."""

    problem: Any
    rule: Any
    B: int
    e0: np.ndarray
    times: np.ndarray
    runs: int
    seed: int
    configuration: int
    replace: bool
    project: bool
    stop_when_diverged: bool
    order: str | None = None

    @property
    def block_size(self) -> int:
        """The number of replicas of a full block: in epochs each has its own order of the rows."""
        numbers = len(self.e0) if self.order is None else max(len(self.e0), self.problem.n)
        return max(SMALLEST_BLOCK, BLOCK_NUMBERS // numbers)

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return -(-self.runs // self.block_size)

    def replicas(self, b: int) -> slice:
        """Return the replicas of block `b`."""
        return slice(b * self.block_size, min(self.runs, (b + 1) * self.block_size))


class Block(NamedTuple):
    """What a block recorded.

    ``distance2`` is ``(k, replicas)``, ``diverged_at`` is ``(replicas,)``, -1 for never, and
    ``reached`` is the largest coordinate of the first replica that diverged (else 0).
    """

    distance2: np.ndarray
    diverged_at: np.ndarray
    reached: float


def generator(seed: int, configuration: int, b: int) -> np.random.Generator:
    """Return the stream of block `b` of a configuration."""
    entropy = np.random.SeedSequence(seed, spawn_key=(configuration, b))
    return np.random.Generator(np.random.SFC64(entropy))


def simulate_block(job: Job, b: int) -> Block:
    """Simulate block `b` of `job`."""
    rng = generator(job.seed, job.configuration, b)
    replicas = job.replicas(b)
    e = np.repeat(job.e0[:, None], replicas.stop - replicas.start, axis=1)
    state, gradient = job.rule.init(e), gradients(job, e.shape[1], rng)
    recorded = np.full((len(job.times), e.shape[1]), np.inf)
    diverged_at, reached = np.full(e.shape[1], -1), 0.0
    column = {int(t): j for j, t in enumerate(job.times)}
    with np.errstate(all="ignore"):
        for t in range(int(job.times[-1]) + 1):
            if t:
                e, state = job.rule.step(e, state, next(gradient), t)
                reached = _watch(e, diverged_at, t) or reached
                if reached and job.stop_when_diverged:
                    break
                e = job.problem.project_error(e) if job.project else e
            if t in column:
                squares = np.add.reduce(e * e, axis=0)
                recorded[column[t]] = np.where(diverged_at < 0, squares, np.inf)
    return Block(recorded, diverged_at, reached)


def _watch(e: np.ndarray, diverged_at: np.ndarray, t: int) -> float:
    """Mark the replicas that diverge at step `t`; return what the first of all reached, else 0.

    A replica is looked at before it is projected: the projection of an infinite point is no point.
    """
    if np.isfinite(np.einsum("ij,ij->", e, e)):  # not vdot: BLAS threads cost more than they give
        return 0.0
    first = not np.any(diverged_at >= 0)
    newly = ~np.isfinite(np.add.reduce(e * e, axis=0)) & (diverged_at < 0)
    diverged_at[newly] = t
    if not (first and newly.any()):
        return 0.0
    reached = float(np.max(np.abs(e[:, np.argmax(newly)])))
    return reached if np.isfinite(reached) else np.inf
