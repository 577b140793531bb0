"""What a step with a batch of B costs: three models, all nondecreasing in B.

In each of them the best real B is that of a linear cost ``t0 + t1 m`` with ``B = unit * m``, but
not below `least`, under which a larger batch is free.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Cost", "Linear", "Overlapped", "Parallel"]


@dataclass(frozen=True)
class Linear:
    """``t0 + t1 B``: a fixed cost, and one for each sample."""

    t0: float
    t1: float
    unit: int = 1
    least: float = 1.0

    def price(self, B: int) -> float:
        """Return the cost of a step."""
        return self.t0 + self.t1 * B

    def fill(self, B: int) -> int:
        """Return `B`, the largest batch of its price (but where samples are free: then any is)."""
        return B

    def __str__(self) -> str:
        return _sum(self.t0, self.t1, "B")


@dataclass(frozen=True)
class Overlapped:
    """``max(latency, t1 B)``: the fixed part and the samples run at the same time [slide 23]."""

    latency: float
    t1: float
    unit: int = 1
    t0: float = 0.0

    @property
    def least(self) -> float:
        """The batch up to which samples are free."""
        return max(1.0, self.latency / self.t1)

    def price(self, B: int) -> float:
        """Return the cost of a step."""
        return max(self.latency, self.t1 * B)

    def fill(self, B: int) -> int:
        """Return the largest batch of the same price."""
        filled = max(B, math.floor(self.latency / self.t1))
        return filled if self.price(filled) == self.price(B) else B

    def __str__(self) -> str:
        return f"max({self.latency:g}, {_sum(0, self.t1, 'B')})"


@dataclass(frozen=True)
class Parallel:
    """``t0 + t1 ceil(B/P)``: P samples at a time [slide 23]."""

    t0: float
    t1: float
    P: int

    @property
    def unit(self) -> int:
        """The samples that cost as much as one."""
        return self.P

    @property
    def least(self) -> float:
        """The batch up to which samples are free."""
        return float(self.P)

    def price(self, B: int) -> float:
        """Return the cost of a step."""
        return self.t0 + self.t1 * -(-B // self.P)

    def fill(self, B: int) -> int:
        """Return the largest batch of the same price: a multiple of P."""
        return -(-B // self.P) * self.P

    def __str__(self) -> str:
        return _sum(self.t0, self.t1, f"ceil(B/{self.P})")


def _sum(t0: float, t1: float, what: str) -> str:
    """Return ``t0 + t1 what`` in words, without what is 0 or times 1."""
    terms = [f"{t0:g}"] * (t0 > 0) + [what if t1 == 1 else f"{t1:g} {what}"] * (t1 > 0)
    return " + ".join(terms)


Cost = Linear | Overlapped | Parallel
