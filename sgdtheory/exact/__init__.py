"""Moments that need no simulation: a linear rule on a problem with affine gradient noise.

The transition of the rule is found by running its own ``step`` on unit vectors, the noise of the
problem is a `GradientLaw`, and both together give an affine recursion for the moments, which is
iterated exactly. Everything else raises `NotExactlyKnown`, which says why.
"""

from sgdtheory.exact.contrast import contrast_fraction, contrast_probability
from sgdtheory.exact.distances import mean_distance
from sgdtheory.exact.epochs import epochs2
from sgdtheory.exact.fourth import fourth_moment_stable, fourth_radius
from sgdtheory.exact.goe import goe_positive
from sgdtheory.exact.laws import (
    AdditiveNoise,
    AffineNoise,
    GaussianRows,
    KnowsItsLaw,
    LeastSquaresRows,
    NotExactlyKnown,
    RandomSigns,
    gradient_law,
)
from sgdtheory.exact.moments import average2, distance2, limit2, spectral_radius, variance
from sgdtheory.exact.ridgeless import noise_law, ridgeless_clipped, ridgeless_moment
from sgdtheory.exact.stability import stable_alpha
from sgdtheory.exact.symbolic import characteristic, jacobian, push, stability, stationary

__all__ = [
    "AdditiveNoise",
    "AffineNoise",
    "GaussianRows",
    "KnowsItsLaw",
    "LeastSquaresRows",
    "NotExactlyKnown",
    "RandomSigns",
    "average2",
    "characteristic",
    "contrast_fraction",
    "contrast_probability",
    "distance2",
    "epochs2",
    "fourth_moment_stable",
    "fourth_radius",
    "goe_positive",
    "gradient_law",
    "jacobian",
    "limit2",
    "mean_distance",
    "noise_law",
    "push",
    "ridgeless_clipped",
    "ridgeless_moment",
    "spectral_radius",
    "stability",
    "stable_alpha",
    "stationary",
    "variance",
]
