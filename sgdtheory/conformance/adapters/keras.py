"""Keras: ``factory() -> keras.optimizers.Optimizer``, with the backend that Keras is set to.

Keras keeps the learning rate in its float type, which is float64 meanwhile; its NumPy backend
computes in float32 even so and is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed
from sgdtheory.conformance.adapters.asking import asked, framework, parameters
from sgdtheory.conformance.adapters.optax import float64
from sgdtheory.conformance.probe import Probe

__all__ = ["observe"]


def observe(factory: Callable[[], Any], probe: Probe) -> Observed:
    """Return the path of the optimizer that `factory` makes, for one variable (dim,)."""
    keras = framework("keras")
    backend = keras.backend.backend()
    if backend == "numpy":
        raise ValueError("adapter='keras': Keras' NumPy backend computes in float32; take another "
                         "one by the environment variable KERAS_BACKEND=torch")
    usual = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        with float64() if backend == "jax" else nullcontext():
            return _observe(keras, factory, probe)
    finally:
        keras.config.set_floatx(usual)


def _observe(keras: Any, factory: Callable[[], Any], probe: Probe) -> Observed:
    w = keras.Variable(probe.w0, dtype="float64")
    optimizer = asked("the factory", factory)
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ValueError(f"optimizer_factory must return an optimizer of Keras; got {optimizer!r}; "
                         f"write lambda: keras.optimizers.Adam(learning_rate=0.1)")
    stated, path = asked("get_config", optimizer.get_config), [probe.w0]
    for t, g in enumerate(probe.gradients, start=1):
        gradient = keras.ops.convert_to_tensor(g, dtype="float64")
        asked(f"step {t}", optimizer.apply, [gradient], [w])
        path.append(parameters(keras.ops.convert_to_numpy(w), probe.w0, t))
    return Observed(np.stack(path), type(optimizer).__name__, dict(stated))
