"""A simulation in parts, each of which can be kept, handed to a worker, and counted.

A part is a configuration of `sgdtheory.montecarlo.simulate`, so that it has streams of its own: the
numbers depend on the seed and on the number of runs, not on who simulates which part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory.montecarlo import DivergedError, Run, simulate
from sgdtheory.montecarlo.simulate import Executor
from sgdtheory.optimizers import SGD

__all__ = ["Plan", "Progress", "measure"]

Progress = Callable[[int, int, str], None]

PART_NUMBERS = 8192
"""Numbers in a part's buffer: they fit in a cache, and no library starts threads for them."""

SMALLEST, LARGEST = 64, 512
MOST_ROWS = 2**22


@dataclass(frozen=True, eq=False)
class Plan:
    """What is simulated: SGD of step size `alpha` with batches of `B`, `runs` times."""

    problem: Any
    alpha: float
    B: int
    steps: int
    runs: int
    seed: int
    replace: bool
    project: bool
    store: Path | None = None

    @property
    def part(self) -> int:
        """The number of replicas that a part has at least."""
        room = min(LARGEST, max(SMALLEST, PART_NUMBERS // int(self.problem.dim)))
        return max(2, min(room, MOST_ROWS // self.B))

    @property
    def parts(self) -> int:
        """The number of parts; each has at least 2 replicas."""
        return max(1, self.runs // self.part)

    def size(self, k: int) -> int:
        """Return the number of replicas of part `k`."""
        return self.runs // self.parts + (k < self.runs % self.parts)

    def first(self, k: int) -> int:
        """Return the number of the first replica of part `k`."""
        return k * (self.runs // self.parts) + min(k, self.runs % self.parts)


def measure(plan: Plan, what: str, executor: Executor | None = None,
            progress: Progress | None = None) -> Run:
    """Return the run of all parts of `plan`; raise DivergedError, which names the replica.

    `progress` is called with the parts finished, the parts, and `what`.
    """
    ordered = map if executor is None else executor.map
    parts: list[Run] = []
    try:
        for part in ordered(partial(_part, plan), range(plan.parts)):
            parts.append(part)
            if progress is not None:
                progress(len(parts), plan.parts, what)
    except DivergedError as error:
        raise _diverged(plan, len(parts), error) from None
    return replace(
        parts[0],
        distance2=np.concatenate([part.distance2 for part in parts]),
        diverged_at=np.concatenate([part.diverged_at for part in parts]),
        recomputed=sum(part.recomputed for part in parts),
    )


def _part(plan: Plan, k: int) -> Run:
    return simulate(plan.problem, SGD(plan.alpha), B=plan.B, steps=plan.steps, runs=plan.size(k),
                    seed=plan.seed, replace=plan.replace, project=plan.project, configuration=k,
                    store=plan.store)


def _diverged(plan: Plan, k: int, lost: DivergedError) -> DivergedError:
    replica, limit = plan.first(k) + lost.replica, 2 / float(plan.problem.L)
    cause = (f"is not below 2/L={limit:.6g}, where even the exact gradient diverges"
             if plan.alpha >= limit else
             f"is below 2/L={limit:.6g}, but the noise of the gradient grows with |w|")
    message = (f"replica {replica} left the finite range at step {lost.step} (|w - w*| = "
               f"{lost.reached:.3g}): alpha={plan.alpha:.6g}, the learning rate, {cause}; take a "
               f"smaller alpha, or project the iterates on the ball; fewer steps show how it grows")
    return DivergedError(message, replica, lost.step, lost.reached)
