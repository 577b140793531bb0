"""Adam, corrected and as the slide prints it [slide 30].

>>> from fractions import Fraction
>>> rule = Adam(Fraction(1), Fraction(1, 2), Fraction(1, 2), eps=0)
>>> w, state = rule.step(Fraction(5), rule.init(Fraction(5)), lambda w: Fraction(-3), 1)
>>> w      # the first step is alpha, against the gradient's sign
Fraction(6, 1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["Adam", "AdamAsStated"]


@dataclass(frozen=True)
class Adam(Rule):
    """``w_t = w_(t-1) - alpha mhat_t / (sqrt(vhat_t) + eps)`` [Kingma & Ba 2015, Alg. 1].

    The hats are ``m_t / (1 - beta1**t)`` and ``v_t / (1 - beta2**t)``; slide 30 forgets the first
    (`AdamAsStated`). `eps_root` is added to ``vhat_t`` under the root, as Optax can. `eps_hat` adds
    eps to the root of ``v_t`` *before* the correction, as the paper's faster form (end of its
    section 2) and Keras do: there a constant eps acts as ``eps / sqrt(1 - beta2**t)``. 0/0 is 0.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 1e-8
    eps_root: Any = 0
    eps_hat: bool = False

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``m_0 = 0`` and ``v_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and the uncorrected averages."""
        m, v = _averages(self, state, grad(w))
        correction = 1 - self.beta2**t
        root = sqrt(v / correction + self.eps_root)
        eps = self.eps / sqrt(correction) if self.eps_hat else self.eps
        return w - self.alpha * quotient(m / (1 - self.beta1**t), root + eps), (m, v)


@dataclass(frozen=True)
class AdamAsStated(Rule):
    """``w_t = w_(t-1) - alpha m_t / (sqrt(vhat_t) + eps)``: the first average is not corrected.

    A misprint of slide 30, whose text says "both with bias correction"; kept to be refuted.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 1e-8

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``m_0 = 0`` and ``v_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and the uncorrected averages."""
        m, v = _averages(self, state, grad(w))
        root = sqrt(v / (1 - self.beta2**t))
        return w - self.alpha * quotient(m, root + self.eps), (m, v)


def _averages(rule: Adam | AdamAsStated, state: tuple[Any, Any], g: Any) -> tuple[Any, Any]:
    m, v = state
    return (rule.beta1 * m + (1 - rule.beta1) * g,
            rule.beta2 * v + (1 - rule.beta2) * g**2)
