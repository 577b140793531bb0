"""Simulate many replicas of a rule on a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sgdtheory import exact
from sgdtheory.montecarlo import request
from sgdtheory.montecarlo.block import Block, Job
from sgdtheory.montecarlo.ceiling import ceiling, respects
from sgdtheory.montecarlo.run import Run, frozen
from sgdtheory.montecarlo.store import Finished, Store, finish, open_store
from sgdtheory.optimizers.rule import require_rule
from sgdtheory.problems.interface import require_problem

__all__ = ["DivergedError", "Executor", "simulate"]


class Executor(Protocol):
    """Anything with an ordered ``map``, such as those of ``concurrent.futures``."""

    def map(self, function: Callable[[int], Any], numbers: Any, /) -> Any:
        """Return an iterable of ``function(number)``, in the order of `numbers`."""


class DivergedError(ValueError):
    """A replica that left the finite range: its number, the step, and what it had reached."""

    def __init__(self, message: str, replica: int, step: int, reached: float) -> None:
        super().__init__(message)
        self.replica, self.step, self.reached = replica, step, reached

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the fields on the way from one process to another; notes travel with the rest."""
        return type(self), (str(self), self.replica, self.step, self.reached), self.__dict__


def simulate(
    problem: Any,
    rule: Any,
    B: int = 1,
    steps: int = 1000,
    runs: int = 4096,
    times: Any = None,
    seed: int = 0,
    w0: Any = None,
    replace: bool = True,
    project: bool = True,
    noise: str = "strict",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    order: str | None = None,
    configuration: int = 0,
    store: str | Path | None = None,
    allow_divergence: bool = False,
    memory_limit: float | None = None,
) -> Run:
    """Simulate `runs` replicas of `rule` on `problem` and return the `Run`.

    The numbers depend on the arguments only: not on `executor`, `store` or the number of workers.

    Parameters
    ----------
    problem, rule
        A problem of `sgdtheory.problems` and a rule of `sgdtheory.optimizers`, or the user's own.
    B
        Batch size, fresh samples at every step, drawn with replacement where `replace`.
    order
        The rows of a finite sum in epochs of ``ceil(n/B)`` steps, each row once in an epoch, the
        last batch with ``n mod B`` rows where that is not 0: ``"reshuffle"``, a new random order in
        each epoch; ``"shuffle-once"``; or ``"cyclic"``, the order of the rows. None: no epochs.
    steps
        Number of steps; the last recorded time ends the simulation.
    times
        Recorded times, increasing, in ``[0, steps]``; by default about 60, log-spaced.
    seed, configuration
        Block ``b`` draws from ``SFC64(SeedSequence(seed, spawn_key=(configuration, b)))``; a sweep
        gives each of its configurations a number.
    w0
        Starting point, shape ``(dim,)``; by default the problem's own.
    project
        Whether each iterate is projected on the problem's ball.
    executor
        Anything with an ordered ``map``; by default the blocks are simulated one after the other.
    progress
        Called with (blocks finished, blocks).
    store
        Folder, seen by all workers, that keeps finished blocks; the same call goes on from there.
    allow_divergence
        Return the run with its mask `Run.diverged` instead of raising.
    memory_limit
        Bytes that may be used; by default the machine's memory.

    Raises
    ------
    DivergedError
        If a replica leaves the finite range, unless `allow_divergence`.
    ValueError
        If an argument is out of its domain, if the result does not fit in memory, or if the
        problem's own certificates are violated.
    """
    require_problem(problem)
    require_rule(rule)
    steps = request.whole("steps", "the number of steps", steps, 0)
    order = request.row_order(problem, order)
    replace = bool(replace) and order is None
    job = Job(problem, rule, request.batch_size(problem, B, replace),
              request.start(problem, w0, project), request.recorded_times(times, steps),
              request.whole("runs", "the number of replicas", runs, 2),
              request.whole("seed", "the seed of the random numbers", seed, 0),
              request.whole("configuration", "the number of the configuration", configuration, 0),
              replace, bool(project), not allow_divergence, order)
    request.noise_known(noise)
    request.fits_in_memory(job, memory_limit)
    limits = ceiling(job)
    distance2, diverged_at, recomputed = _collect(job, open_store(store, job), executor, progress)
    respects(distance2, limits, problem)
    return Run(
        times=frozen(job.times), distance2=frozen(distance2), diverged_at=frozen(diverged_at),
        ceiling=frozen(limits), variance=_variance(job),
        w0=frozen(np.asarray(problem.w_star) + job.e0),
        problem=f"{type(problem).__name__} of dimension {problem.dim}", rule=repr(rule),
        alpha=_alpha(rule), B=job.B, steps=steps, seed=job.seed, configuration=job.configuration,
        replace=job.replace, project=job.project, noise=noise, numpy=np.__version__,
        recomputed=recomputed, order=order, heavy=_heavy(job),
    )


def _collect(job: Job, store: Store | None, executor: Executor | None,
             progress: Callable[[int, int], None] | None) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the distances ``(runs, k)``, the steps of divergence and the damaged blocks."""
    distance2 = np.empty((job.runs, len(job.times)))
    diverged_at, recomputed = np.empty(job.runs, dtype=np.int64), 0
    try:
        for b, (block, damaged) in enumerate(_blocks(job, store, executor)):
            if job.stop_when_diverged and np.any(block.diverged_at >= 0):
                raise _diverged(job, b, block)
            distance2[job.replicas(b)] = block.distance2.T
            diverged_at[job.replicas(b)] = block.diverged_at
            recomputed += damaged
            if progress is not None:
                progress(b + 1, job.blocks)
    except KeyboardInterrupt as interruption:
        if store is not None:
            interruption.add_note(f"{store.kept()} of {job.blocks} blocks kept in {store.folder}; "
                                  f"the same call goes on from there")
        raise
    return distance2, diverged_at, recomputed


def _blocks(job: Job, store: Store | None, executor: Executor | None) -> Iterable[Finished]:
    """Return the blocks, in order."""
    ordered = map if executor is None else executor.map
    return ordered(partial(finish, job, store), range(job.blocks))


def _diverged(job: Job, b: int, block: Block) -> DivergedError:
    inside = int(np.argmax(block.diverged_at >= 0))
    replica, step = job.replicas(b).start + inside, int(block.diverged_at[inside])
    return DivergedError(
        f"replica {replica} left the finite range at step {step} (|w - w*| = {block.reached:.3g}): "
        f"{_advice(job)}, or take allow_divergence=True for the mask of diverged replicas",
        replica, step, block.reached)


def _advice(job: Job) -> str:
    alpha, limit = _alpha(job.rule), 2 / float(job.problem.L)
    if alpha is None:
        return "take a smaller step"
    if alpha >= limit:
        return (f"alpha={alpha:.6g}, the learning rate, is not below 2/L={limit:.6g}, where even "
                f"the exact gradient diverges; take alpha < {limit:.6g}")
    return (f"alpha={alpha:.6g}, the learning rate, is below 2/L={limit:.6g} but the noise of the "
            f"gradient grows with |w|; take a smaller alpha or a larger B, or project=True")


def _alpha(rule: Any) -> float | None:
    if not is_dataclass(rule):
        return None
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    alpha = values.get("alpha")
    return float(alpha) if isinstance(alpha, (int, float, np.floating)) else None


def _variance(job: Job) -> np.ndarray | None:
    """Return the exact variance of the unprojected squared distance, where the law is known."""
    if job.project or job.order is not None:
        return None
    try:
        return exact.variance(job.problem, job.rule, job.B, times=job.times,
                              w0=np.asarray(job.problem.w_star) + job.e0, replace=job.replace)
    except exact.NotExactlyKnown:
        return None


def _heavy(job: Job) -> bool | None:
    """Return whether the fourth moment of the distance grows without bound; None if not known."""
    if job.project or job.order is not None:
        return False if job.project else None
    try:
        return not exact.fourth_moment_stable(job.problem, job.rule, job.B, job.replace)
    except exact.NotExactlyKnown:
        return None
