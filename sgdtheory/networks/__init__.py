"""Networks: activations, multilayer perceptrons, exact piecewise-linear functions [slides 3-9, 15].

>>> from sgdtheory import networks
>>> networks.ELU(2).lipschitz
2
"""

from sgdtheory._lazy import lazy_attributes

_HOMES = {
    "ACTIVATIONS": "sgdtheory.networks.activation",
    "Activation": "sgdtheory.networks.activation",
    "ELU": "sgdtheory.networks.activation",
    "MLP": "sgdtheory.networks.mlp",
    "PiecewiseLinear": "sgdtheory.networks.piecewise",
}

__all__ = sorted(_HOMES)

__getattr__ = lazy_attributes(__name__, _HOMES)
