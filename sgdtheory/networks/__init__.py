"""Networks: certified approximation, activations, perceptrons, depth, minima [slides 3-9, 13, 15].

>>> from sgdtheory import networks
>>> networks.ELU(2).lipschitz
2
"""

from sgdtheory._lazy import lazy_attributes

_HOMES = {
    "ACTIVATIONS": "sgdtheory.networks.activation",
    "Activation": "sgdtheory.networks.activation",
    "Approximation": "sgdtheory.networks.approximation",
    "Bounded": "sgdtheory.networks.target",
    "CannotApproximate": "sgdtheory.networks.dual",
    "ELU": "sgdtheory.networks.activation",
    "RidgePolynomial": "sgdtheory.networks.ridge",
    "MLP": "sgdtheory.networks.mlp",
    "PiecewiseLinear": "sgdtheory.networks.piecewise",
    "Shallow": "sgdtheory.networks.network",
    "approximate": "sgdtheory.networks.approximation",
    "certified_sup": "sgdtheory.networks.certify",
    "critical_points": "sgdtheory.networks.neuron",
    "isolated_minimum": "sgdtheory.networks.isolated",
    "ridge_polynomial": "sgdtheory.networks.ridge",
    "shallow": "sgdtheory.networks.network",
}

__all__ = sorted(_HOMES)

__getattr__ = lazy_attributes(__name__, _HOMES)
