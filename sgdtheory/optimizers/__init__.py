"""Update rules: one definition each, run on arrays, Fractions, symbols and formal vectors.

A rule is a frozen dataclass of hyperparameters with pure ``init(w) -> state`` and
``step(w, state, grad, t) -> (w, state)``; ``grad`` is a function of the point, and ``t`` is 1 at
the first step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from sgdtheory.optimizers.decaying import DecayingSGD, Inverse, LacosteJulien
from sgdtheory.optimizers.momentum import CorrectedMomentum, Momentum
from sgdtheory.optimizers.nesterov import Nesterov
from sgdtheory.optimizers.rule import Rule
from sgdtheory.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "CorrectedMomentum",
    "DecayingSGD",
    "Inverse",
    "LacosteJulien",
    "Momentum",
    "Nesterov",
    "Rule",
    "iterates",
]


def iterates(rule: Rule, w0: Any, grad: Callable[..., Any], steps: int) -> np.ndarray:
    """Return the iterates ``w_0 .. w_steps`` of `rule`, shape ``(steps + 1, *w0.shape)``.

    `grad` is called as ``grad(w)``, or as ``grad(w, t)`` if it takes two arguments.
    """
    timed = len(signature(grad).parameters) > 1
    w = np.asarray(w0)
    state, path = rule.init(w), [w]
    for t in range(1, steps + 1):
        asked = partial(_at_time, grad, t) if timed else grad
        w, state = rule.step(w, state, asked, t)
        path.append(w)
    return np.stack(path)


def _at_time(grad: Callable[..., Any], t: int, w: Any) -> Any:
    return grad(w, t)
