"""The result of a simulation: what was recorded, what it may not exceed, and what made it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory.montecarlo import archive

__all__ = ["Run", "load"]


@dataclass(frozen=True, eq=False)
class Run:
    """Squared distances ``|w_t - w*|^2`` of many replicas at the recorded times.

    Attributes
    ----------
    times
        Recorded times, increasing, shape ``(k,)``.
    distance2
        Squared distance of each replica, shape ``(runs, k)``; ``inf`` once it has diverged.
    diverged_at
        First step at which a replica's squared distance was not finite, or -1, shape ``(runs,)``.
    ceiling
        Certified almost-sure upper limit of `distance2`, or ``inf``, shape ``(k,)``. It includes
        the rounding of the simulation.
    variance
        Exact variance of ``|w_t - w*|^2``, shape ``(k,)``, or None where the law is not known.
    recomputed
        How many stored blocks failed their checksum and were simulated again.
    order
        How the rows of an epoch were ordered; None for fresh samples at every step.
    heavy
        Whether ``E|w_t - w*|^4`` is known to grow without bound, so that a sample misses what the
        mean is made of: the mean of `distance2` is not to be trusted. None where it is not known.
    """

    times: np.ndarray
    distance2: np.ndarray
    diverged_at: np.ndarray
    ceiling: np.ndarray
    variance: np.ndarray | None
    w0: np.ndarray
    problem: str
    rule: str
    alpha: float | None
    B: int
    steps: int
    seed: int
    configuration: int
    replace: bool
    project: bool
    noise: str
    numpy: str
    recomputed: int = 0
    order: str | None = None
    heavy: bool | None = None

    @property
    def runs(self) -> int:
        """The number of replicas."""
        return len(self.distance2)

    @property
    def diverged(self) -> np.ndarray:
        """Whether each replica left the finite range, shape ``(runs,)``."""
        return self.diverged_at >= 0

    @property
    def mean(self) -> np.ndarray:
        """Mean of `distance2` over replicas, shape ``(k,)``; ``inf`` where one has diverged."""
        with np.errstate(over="ignore"):
            return np.asarray(np.mean(self.distance2, axis=0))

    @property
    def stderr(self) -> np.ndarray:
        """Standard error of `mean`, shape ``(k,)``; ``inf`` where `mean` is."""
        with np.errstate(over="ignore", invalid="ignore"):
            error = np.std(self.distance2, axis=0, ddof=1) / np.sqrt(self.runs)
        return np.where(np.isfinite(error), error, np.inf)

    def save(self, path: str | Path) -> None:
        """Write the run to `path`, one ``.npz`` file, all or nothing."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
        header = {name: value for name, value in values.items() if name not in arrays}
        archive.write(Path(path), header, arrays)


def load(path: str | Path) -> Run:
    """Return the run that `Run.save` wrote to `path`; raise DamagedFile if it is not intact."""
    header, arrays = archive.read(Path(path))
    values: dict[str, Any] = {**header, **{name: frozen(a) for name, a in arrays.items()}}
    if values.keys() != {field.name for field in fields(Run)}:
        raise archive.DamagedFile(f"{path} does not hold a run, but {', '.join(sorted(values))}")
    return Run(**values)


def frozen(array: np.ndarray) -> np.ndarray:
    """Return `array`, made read-only."""
    array.flags.writeable = False
    return array
