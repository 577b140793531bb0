"""Least squares on the line over a few rows, and the exact worlds of SGD on them.

A row has the curvature 0 or 1, and c is the mean curvature, so that c < L = 1: on such rows a step
attains what convex and L-smooth samples allow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from sgdtheory.logic.model import Model, orbit_model, rational

third, sixth, half = Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)


@dataclass(frozen=True)
class Rows:
    """Least squares on the line over rows of curvature 0 or `L` and a gradient at w* = 0 each.

    `rows` are (probability, curvature, gradient at 0). An input that is 0, or a root of 3h with
    probability 1/3, has the first five moments of a Gaussian one of variance h: these are the
    nodes of a Gauss-Hermite rule.
    """

    rows: tuple[tuple[Fraction, Fraction, Fraction], ...]
    alpha: Fraction
    start: Fraction
    mu2: Fraction = Fraction(1)
    low: Fraction = Fraction(-9)
    high: Fraction = Fraction(9)
    minimiser: Fraction = Fraction(0)

    @property
    def c(self) -> Fraction:
        """The mean curvature."""
        return sum((p * slope for p, slope, _ in self.rows), Fraction(0))

    @property
    def sigma2(self) -> Fraction:
        """The second moment of the gradient at w*."""
        return sum((p * g**2 for p, _, g in self.rows), Fraction(0))

    def loss(self, w: Any) -> Any:
        """Return the mean loss, up to a constant."""
        return self.c / 2 * w**2

    def grad(self, w: Any) -> Any:
        """Return its derivative."""
        return self.c * w

    def outcomes(self, w: Any) -> list[tuple[Fraction, Any]]:
        """Return the sample gradients at w with their probabilities."""
        return [(p, slope * w + g) for p, slope, g in self.rows]


def world(rows: Any, alpha: Fraction, start: Any, period: int | None = None) -> Model:
    """Return the world of SGD on `Rows`, in which the gradients at w* make the vector b."""
    found = Rows(rows, Fraction(alpha), Fraction(start))
    model = orbit_model(
        found, 3, points=[-1, -half, 0, third, 2], period=period,
        letters={"h": found.c, "d": 1, "sigma2_star": found.sigma2, "L": 1},
    )
    together = sum((p * slope * g for p, slope, g in rows), Fraction(0))
    return replace(model, vectors={**model.vectors, "b": rational(together)})


def scattered(rows: Any, alpha: Fraction, radius: Fraction) -> Model:
    """Return that world with a random start: `radius` or minus `radius`, by a fair coin."""
    starts = {sign: world(rows, alpha, sign * radius, period=1) for sign in (-1, 1)}
    return replace(
        starts[1],
        processes={name: partial(_from_start, starts, name) for name in starts[1].processes},
        outcomes=tuple((p / 2, (sign, *path)) for sign in starts for p, path in starts[1].outcomes),
        before=1,
    )


def _from_start(starts: Any, name: str, time: int, outcome: tuple[int, ...]) -> Any:
    return starts[outcome[0]].processes[name](time, outcome[1:])


gaussian = ((2 * third, Fraction(0), Fraction(0)), (sixth, Fraction(1), Fraction(1)),
            (sixth, Fraction(1), Fraction(-1)))
skewed = ((2 * third, Fraction(0), -half), (third, Fraction(1), Fraction(1)))
