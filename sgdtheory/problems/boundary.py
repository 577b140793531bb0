"""A minimiser on the boundary: the gradient there is not 0 [claim S19].

>>> problem = boundary()
>>> problem.minimiser, problem.grad(problem.minimiser)
(Fraction(1, 1), Fraction(1, 1))
"""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.problems.line import Line

__all__ = ["boundary"]


def boundary() -> Line:
    """Return ``w^2/2`` on [1, 2], without noise: the minimiser is 1 and the gradient there is 1.

    The proof survives: it needs ``<grad(w_star), w - w_star> >= 0`` only, and projection.
    """
    return Line(right=(0, 1), left=(0, 1), low=1, high=2, minimiser=1, start=2, c=1, L=Fraction(1),
                mu2=4, sigma=0, alpha=Fraction(1, 2), why="derivative w on [1, 2]")
