"""How a user's optimizer is asked for its path: one file for each framework, imported on use."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from sgdtheory.conformance.probe import Probe

__all__ = ["ADAPTERS", "Observed", "observe"]

ADAPTERS = {"torch": "torch", "keras": "keras", "optax": "optax", "callable": "calls"}


class Observed(NamedTuple):
    """What was seen: the path ``(steps + 1, dim)``, and what the instance says of itself.

    `name` is its class and `stated` its hyperparameters, in its framework's words; both are empty
    where there is nothing to read.
    """

    path: np.ndarray
    name: str
    stated: dict[str, Any]


def observe(optimizer_factory: Callable[..., Any], adapter: str, probe: Probe) -> Observed:
    """Return what a fresh optimizer does with the gradients of the probe, in float64.

    Raises
    ------
    ValueError
        If the adapter is not known, its framework not installed, the factory not callable, or what
        it returns is no optimizer of that kind, or breaks.
    """
    if adapter not in ADAPTERS:
        raise ValueError(f"adapter, the kind of optimizer, must be one of "
                         f"{', '.join(ADAPTERS)}; got {adapter!r}")
    if not callable(optimizer_factory):
        raise ValueError(f"optimizer_factory must be a function that makes a new optimizer; got "
                         f"{optimizer_factory!r}; write lambda: ... around it")
    module = import_module(f"sgdtheory.conformance.adapters.{ADAPTERS[adapter]}")
    with np.errstate(all="ignore"):
        observed: Observed = module.observe(optimizer_factory, probe)
    return observed
