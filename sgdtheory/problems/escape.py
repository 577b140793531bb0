"""Leaving the set: without projection the hypotheses on the set say nothing [claim S18-f].

>>> walk = escape()
>>> bound = walk.alpha * (walk.sigma2 + walk.mu2) / (2 * walk.c)
>>> limit = walk.alpha**2 * walk.sigma2 / (1 - (1 - walk.alpha * walk.c) ** 2)
>>> float(bound), str(limit)
(0.2525, '1/3')
"""

from __future__ import annotations

from fractions import Fraction

from sgdtheory.problems.line import Line

__all__ = ["escape", "escape_cubic"]


def escape() -> Line:
    """Return ``w^2/2`` with noise of sign 1 on [-1/10, 1/10], alpha = 1/2.

    Every constant is right on the set; the first step leaves it. The bound is 0.2525, the
    limit 1/3.
    """
    tenth = Fraction(1, 10)
    return Line(right=(0, 1), left=(0, 1), low=-tenth, high=tenth, minimiser=0, start=0, c=1,
                L=Fraction(1), mu2=tenth**2, sigma=1, alpha=Fraction(1, 2),
                why="derivative w on [-1/10, 1/10], noise of fair signs 1 and -1")


def escape_cubic() -> Line:
    """Return derivative ``w + w^3`` with noise of sign 5 on [-1, 1], alpha = 2/5: it blows up.

    The bound is 5.8; after five steps the mean square is 2.8e21 (`line.law`, 2^5 paths).
    """
    cubic = (0, 1, 0, 1)
    return Line(right=cubic, left=cubic, low=-1, high=1, minimiser=0, start=0, c=1, L=Fraction(4),
                mu2=4, sigma=5, alpha=Fraction(2, 5),
                why="derivative w + w^3 on [-1, 1], noise of fair signs 5 and -5")
