"""What `elementary` asks of the numbers of the proof language, which is defined elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

__all__ = ["FormalNumber", "RootedNumber"]


class FormalNumber(ABC):
    """A number of the proof language, which builds its own maxima and geometric sums."""

    @abstractmethod
    def maximum(self, other: Any) -> FormalNumber:
        """Return the larger of the two."""

    @abstractmethod
    def geometric_sum(self, t: Any) -> FormalNumber:
        """Return ``sum((1 - self)**k for k in range(t))``."""


class RootedNumber(FormalNumber):
    """A formal number of which some roots are supposed to be known."""

    @abstractmethod
    def sqrt(self) -> RootedNumber:
        """Return the square root."""
