"""Optax: ``factory() -> optax.GradientTransformation``, whose updates are added to the parameters.

A transformation says nothing of itself: its hyperparameters are estimated, or given by the user.
Its update is compiled (`jax.jit`), as it is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed
from sgdtheory.conformance.adapters.asking import asked, framework, parameters
from sgdtheory.conformance.probe import Probe

__all__ = ["float64", "observe"]


def observe(factory: Callable[[], Any], probe: Probe) -> Observed:
    """Return the path of the transformation that `factory` makes, for one array (dim,)."""
    optax = framework("optax")
    with float64():
        return _observe(framework("jax"), optax, factory, probe)


def float64() -> Any:
    """Return the context in which JAX computes in float64."""
    jax = framework("jax")
    here = getattr(jax, "enable_x64", None)
    return here(True) if callable(here) else jax.experimental.enable_x64()


def _observe(jax: Any, optax: Any, factory: Callable[[], Any], probe: Probe) -> Observed:
    transformation = asked("the factory", factory)
    if not all(callable(getattr(transformation, name, None)) for name in ("init", "update")):
        raise ValueError(f"optimizer_factory must return a GradientTransformation; got "
                         f"{transformation!r}; write lambda: optax.adam(learning_rate=0.1)")
    w, update = jax.numpy.asarray(probe.w0), jax.jit(transformation.update)
    state, path = asked("init", transformation.init, w), [probe.w0]
    for t, g in enumerate(probe.gradients, start=1):
        answer = asked(f"step {t}", update, jax.numpy.asarray(g), state, w)
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise ValueError(f"optimizer_factory: update must return updates and state; got "
                             f"{answer!r} at step {t}")
        updates, state = answer
        w = asked(f"step {t}", optax.apply_updates, w, updates)
        path.append(parameters(w, probe.w0, t))
    return Observed(np.stack(path), "", {})
