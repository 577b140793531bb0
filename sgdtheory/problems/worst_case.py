"""Worst cases: exact instances on which bounds are attained, or fail, or lack a hypothesis.

On Fractions they compute with Fractions, so that a proof can run them; on floats they are problems
like the others and can be simulated. Check their hypotheses with `hypotheses.slacks`.

====================  ==========================================================================
`two_point`           attains the slide's ball for every alpha < 2/c, with no variance
`orthant`             attains the slide's recursion at every one of N steps (needs N dimensions)
`two_cycle`           breaks it for 1/2 < alpha c < 2, without noise and differentiable
`limit_cycle`         the same at the exact factor 2 alpha c, for alpha c <= 1, with a kink
`escape`              breaks it by leaving the set: no projection
`escape_cubic`        the same without limit
`isotropic`           breaks it where sigma2 is read as the variance of a coordinate
`boundary`            has a gradient at the minimiser that is not 0
`mirrored`            attains the ball of the noise at the optimum, at alpha = 2/(c + L)
====================  ==========================================================================
"""

from sgdtheory.problems.boundary import boundary
from sgdtheory.problems.escape import escape, escape_cubic
from sgdtheory.problems.isotropic import Isotropic, isotropic
from sgdtheory.problems.line import Line, law, mean_square
from sgdtheory.problems.mirrored import Mirrored, mirrored
from sgdtheory.problems.orthant import Orthant, orthant
from sgdtheory.problems.two_cycle import limit_cycle, two_cycle
from sgdtheory.problems.two_point import TwoPoint, two_point

__all__ = [
    "Isotropic",
    "Line",
    "Mirrored",
    "Orthant",
    "TwoPoint",
    "boundary",
    "escape",
    "escape_cubic",
    "isotropic",
    "law",
    "limit_cycle",
    "mean_square",
    "mirrored",
    "orthant",
    "two_cycle",
    "two_point",
]
