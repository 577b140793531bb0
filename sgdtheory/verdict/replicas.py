"""The replicas that a verdict is about: what it reads of a run, and a run of anybody's samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

__all__ = ["Replicas", "Run"]


class Run(Protocol):
    """What is read: squared distances of independent replicas at the recorded times.

    `sgdtheory.montecarlo.Run` is one; `Replicas` makes one of samples from anywhere else. One with
    `heavy`, true where ``E|w_t - w*|^4`` grows without bound, is not trusted when it says nothing.
    """

    @property
    def times(self) -> Any:
        """The recorded times, ``(k,)``."""

    @property
    def distance2(self) -> Any:
        """Squared distances ``(runs, k)``, inf or NaN once a replica has diverged."""

    @property
    def ceiling(self) -> Any:
        """A certified almost-sure upper limit, or inf, ``(k,)``."""

    @property
    def variance(self) -> Any:
        """The exact variance of one replica, ``(k,)``, or None."""

    @property
    def diverged(self) -> Any:
        """Which replicas left the finite range, ``(runs,)``."""


@dataclass(frozen=True, eq=False)
class Replicas:
    """Independent nonnegative samples ``(runs, k)`` from anywhere, and what is known of them.

    One number for `ceiling` holds at every time; `times` are numbered from 0 if not given.
    """

    distance2: Any
    times: Any = None
    ceiling: Any = np.inf
    variance: Any = None
    diverged: Any = False

    def __post_init__(self) -> None:
        runs, k = np.shape(self.distance2) if np.ndim(self.distance2) == 2 else (0, 0)
        if self.times is None:
            object.__setattr__(self, "times", np.arange(k))
        for name, entries in (("ceiling", k), ("diverged", runs)):
            if np.ndim(getattr(self, name)) == 0:
                object.__setattr__(self, name, np.full(entries, getattr(self, name)))
