"""What a verdict reads of a run, checked once at the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sgdtheory.verdict.betting import Array
from sgdtheory.verdict.replicas import Run

__all__ = ["TOLERANCE", "Sample", "check_delta", "sample_of"]

TOLERANCE = 1e-9
"""Relative rounding that is granted to every comparison: a bound of b is tested as b (1 + 1e-9)."""

_BLOCK_NUMBERS = 32_768
_LARGEST = 1e300


@dataclass(frozen=True, eq=False)
class Sample:
    """A run that has been checked. ``variance`` is inf where it is not known."""

    times: Any
    distance2: Array
    ceiling: Array
    variance: Array
    lost: int
    broken: Any
    heavy: bool = False

    @property
    def runs(self) -> int:
        """The number of replicas."""
        return len(self.distance2)

    @cached_property
    def _moments(self) -> tuple[Array, Array]:
        """Mean and standard deviation at each time; inf where a replica is not finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            largest = self.distance2.max(axis=0)
        scale = np.where((largest > 0) & ~self.broken, largest, 1.0)
        first, total, squares = self._replica(0) / scale, 0.0, 0.0
        for block in self._rows(np.zeros(len(scale))):
            offset = block / scale - first
            total, squares = total + offset.sum(axis=0), squares + (offset * offset).sum(axis=0)
        shift = total / self.runs
        sd = np.sqrt(np.maximum(squares / self.runs - shift * shift, 0.0))
        blank = np.where(self.broken, np.inf, 0.0)
        return (first + shift) * scale + blank, sd * scale + blank

    @property
    def mean(self) -> Array:
        """Sample mean at each time; inf where a replica is not finite, ``(k,)``."""
        return self._moments[0]

    @property
    def sd(self) -> Array:
        """Sample standard deviation at each time; inf where a replica is not finite, ``(k,)``."""
        return self._moments[1]

    @cached_property
    def cv(self) -> Array:
        """Coefficient of variation at each time; inf where a replica is not finite, ``(k,)``."""
        mean = np.where(self.broken | (self.mean == 0), 1.0, self.mean)
        return self.sd / mean

    @property
    def known(self) -> Array:
        """The values, 0 where they are not finite, ``(runs, k)``."""
        return np.where(np.isfinite(self.distance2), self.distance2, 0.0)

    @property
    def bounded(self) -> Any:
        """Whether there is a ceiling at each time, ``(k,)``."""
        return np.isfinite(self.ceiling)

    @property
    def varied(self) -> Any:
        """Whether there is a variance at each time, positive and finite, ``(k,)``."""
        return np.isfinite(self.variance) & (self.variance > 0)

    @cached_property
    def limit(self) -> Array:
        """The ceiling with its rounding."""
        return self.ceiling * (1 + TOLERANCE)

    def _replica(self, i: int) -> Array:
        return np.where(np.isfinite(self.distance2[i]), self.distance2[i], 0.0)

    def _rows(self, missing: Array) -> Iterator[Array]:
        rows = max(1, _BLOCK_NUMBERS // len(missing))
        for start in range(0, self.runs, rows):
            block = self.distance2[start : start + rows]
            if self.broken.any():
                block = np.where(np.isfinite(block), block, missing)
            yield block

    def scaled(self, scale: Array, weights: Array, missing: Array) -> Iterator[Array]:
        """Yield blocks of ``distance2 / scale`` and, last, their `weights` average.

        Entries that are not finite count as `missing` ``(k,)``. Columns of weight 0 stay in their
        place. Nothing exceeds 1e300, which only makes a bet that the mean is larger win less.
        """
        for block in self._rows(missing):
            with np.errstate(over="ignore"):
                ratio = np.empty((len(block), len(scale) + 1))
                np.minimum(block / scale, _LARGEST, out=ratio[:, :-1])
                ratio[:, -1] = ratio[:, :-1] @ weights
            yield ratio


RUN = ("distance2", "times", "ceiling", "variance", "diverged")
"""What a run has."""


def check_delta(delta: float) -> float:
    """Return `delta`, or refuse it."""
    try:
        inside = bool(0 < delta < 1)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ValueError(f"delta, the probability of a false alarm, must lie in (0, 1); got "
                         f"{delta!r}; 1e-6 is the default")
    return float(delta)


def _refuse_no_run(run: Any) -> None:
    """Raise TypeError unless `run` has what a run has."""
    if all(hasattr(run, name) for name in RUN):
        return
    said = type(run).__name__ if np.ndim(run) else repr(run)
    raise TypeError(f"run, the simulated distances, must be what simulate returns, or "
                    f"sgdtheory.verdict.Replicas(x) of samples of your own, x of shape (runs, k); "
                    f"got {said}; the bound comes first, then the run")


def sample_of(run: Run) -> Sample:
    """Check a run; raise ValueError for what no verdict can be built on."""
    _refuse_no_run(run)
    values = _float64("run.distance2, squared distances,", run.distance2)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ValueError(f"run.distance2, squared distances, must have shape (runs, k), k >= 1; "
                         f"got {values.shape}; a single column is x[:, None]")
    if len(values) < 2:
        raise ValueError(f"run.distance2 needs at least 2 replicas, a spread is part of the "
                         f"verdict; got {len(values)}; simulate with runs=4096")
    times, finite = np.asarray(run.times), np.isfinite(values)
    _check_shape("run.times, the recorded times,", times, values.shape[1:])
    diverged = np.asarray(run.diverged, dtype=bool)
    _check_shape("run.diverged", diverged, values.shape[:1])
    if (values < 0).any():
        raise ValueError(f"run.distance2, squared distances, must be >= 0; got {np.nanmin(values)}"
                         f"; a loss is not a distance")
    ceiling, variance = _known(run, values.shape[1:])
    _check_ceiling(values, finite, ceiling, times)
    lost = int(np.count_nonzero(diverged | ~finite.all(axis=1)))
    heavy = bool(getattr(run, "heavy", False))
    return Sample(times, values, ceiling, variance, lost, ~finite.all(axis=0), heavy)


def _float64(name: str, array: Any) -> Array:
    try:
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be real numbers in rows of one length ({error}); pass an "
                         f"array of floats, nan where there is no number") from error


def _known(run: Run, shape: tuple[int, ...]) -> tuple[Array, Array]:
    ceiling = _float64("run.ceiling", run.ceiling)
    given = np.full(shape, np.inf) if run.variance is None else run.variance
    variance = _float64("run.variance", given)
    for name, known in (("run.ceiling", ceiling), ("run.variance", variance)):
        _check_shape(name, known, shape)
        if not (known >= 0).all():
            raise ValueError(f"{name} must be >= 0 at each time, inf where it is not known; "
                             f"got {known}")
    return ceiling, variance


def _check_shape(name: str, array: Any, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, as run.distance2 says; "
                         f"got {array.shape}")


def _check_ceiling(values: Array, finite: Any, ceiling: Array, times: Any) -> None:
    beyond = finite & (values > ceiling * (1 + TOLERANCE))
    if beyond.any():
        i, j = (int(index) for index in np.argwhere(beyond)[0])
        raise ValueError(f"ceiling violated: run.ceiling certifies distance2 <= {ceiling[j]:.12g} "
                         f"at t = {times[j]}, but replica {i} has {values[i, j]:.12g}; the "
                         f"certificate is wrong, pass ceiling=inf to judge without it")
