"""Update rules: one definition each, run on arrays, Fractions, symbols and formal vectors.

A rule is a frozen dataclass of hyperparameters with pure ``init(w) -> state`` and
``step(w, state, grad, t) -> (w, state)``; ``grad`` is a function of the point, and ``t`` is 1 at
the first step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from numbers import Integral
from typing import Any

import numpy as np

from sgdtheory.optimizers.adadelta import Adadelta, AdadeltaAsStated
from sgdtheory.optimizers.adagrad import Adagrad
from sgdtheory.optimizers.adam import Adam, AdamAsStated
from sgdtheory.optimizers.adamax import Adamax
from sgdtheory.optimizers.amsgrad import AMSGrad
from sgdtheory.optimizers.decaying import BoundOptimal, DecayingSGD, Inverse, LacosteJulien
from sgdtheory.optimizers.dialects import dialect
from sgdtheory.optimizers.momentum import CorrectedMomentum, DampenedMomentum, Momentum
from sgdtheory.optimizers.nadam import Nadam
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rmsprop import CorrectedRMSProp, RMSProp
from sgdtheory.optimizers.rule import Rule, require_rule
from sgdtheory.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "AMSGrad",
    "Adadelta",
    "AdadeltaAsStated",
    "Adagrad",
    "Adam",
    "AdamAsStated",
    "Adamax",
    "BoundOptimal",
    "CorrectedMomentum",
    "CorrectedRMSProp",
    "DampenedMomentum",
    "DecayingSGD",
    "Inverse",
    "LacosteJulien",
    "Momentum",
    "Nadam",
    "Nesterov",
    "RMSProp",
    "Rule",
    "dialect",
    "iterates",
]


def iterates(rule: Rule, w0: Any, grad: Callable[..., Any], steps: int) -> np.ndarray:
    """Return the iterates ``w_0 .. w_steps`` of `rule`, shape ``(steps + 1, *w0.shape)``.

    `grad` is called as ``grad(w)``, or as ``grad(w, t)`` if it needs two arguments. A gradient of
    another shape than `w0`, or one that is not finite, is a ValueError that names the step.
    """
    if not isinstance(steps, Integral) or steps < 0:
        raise ValueError(f"steps, the number of steps, must be a whole number >= 0; got {steps!r}")
    require_rule(rule)
    w = np.asarray(w0)
    timed = _needs_time(grad)
    state, path = rule.init(w), [w]
    for t in range(1, steps + 1):
        asked = partial(_at_time, grad, t) if timed else grad
        w, state = rule.step(w, state, partial(_checked, asked, t), t)
        path.append(w)
    return np.stack(path)


def _needs_time(grad: Callable[..., Any]) -> bool:
    """Tell whether a function cannot be called with one argument; raise if it is none."""
    if not callable(grad):
        raise ValueError(f"grad, the gradient, must be a function of the parameters; got {grad!r}")
    try:
        signature(grad).bind(None)
    except TypeError:
        return True
    except ValueError:  # a ufunc, which does not tell
        return False
    return False


def _checked(grad: Callable[[Any], Any], t: int, w: Any) -> Any:
    g = np.asarray(grad(w))
    if g.shape != np.shape(w):
        raise ValueError(f"grad, the gradient, must have the shape of the parameters, "
                         f"{np.shape(w)}; got {g.shape} at step {t}; return one number for each "
                         f"parameter")
    if g.dtype.kind in "fc" and not np.all(np.isfinite(g)):
        raise ValueError(f"grad, the gradient, must be finite; got {g} at step {t}, at w={w}; the "
                         f"step may be too large, or the loss not differentiable there")
    return g


def _at_time(grad: Callable[..., Any], t: int, w: Any) -> Any:
    return grad(w, t)
