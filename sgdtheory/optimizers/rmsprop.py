"""RMSProp, plain and bias-corrected [slide 30].

>>> from fractions import Fraction
>>> rule = RMSProp(Fraction(1), Fraction(3, 4), eps=0)
>>> rule.step(Fraction(2), Fraction(0), lambda w: Fraction(3), 1)     # 2 - 3 / sqrt(9/4)
(Fraction(0, 1), Fraction(9, 4))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["CorrectedRMSProp", "RMSProp"]


@dataclass(frozen=True)
class RMSProp(Rule):
    """``w_t = w_(t-1) - alpha g_t / sqrt(v_t + eps)`` [slide 30].

    ``v_t = beta2 v_(t-1) + (1 - beta2) g_t**2``. So it stands on slide 30, in Keras and in Optax;
    PyTorch adds eps to the root (``eps_inside=False``), and `CorrectedRMSProp` on the same slide
    does so too. 0/0 is 0.
    """

    alpha: Any
    beta2: Any = 0.9
    eps: Any = 1e-8
    eps_inside: bool = True

    def init(self, w: Any) -> Any:
        """Return ``v_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, v: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and the average of squares."""
        g = grad(w)
        v = self.beta2 * v + (1 - self.beta2) * g**2
        root = sqrt(v + self.eps) if self.eps_inside else sqrt(v) + self.eps
        return w - self.alpha * quotient(g, root), v


@dataclass(frozen=True)
class CorrectedRMSProp(Rule):
    """`RMSProp` that divides by the root of ``v_t / (1 - beta2**t)``, plus eps [slide 30]."""

    alpha: Any
    beta2: Any = 0.9
    eps: Any = 1e-8
    eps_inside: bool = False

    def init(self, w: Any) -> Any:
        """Return ``v_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, v: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and the uncorrected average of squares."""
        g = grad(w)
        v = self.beta2 * v + (1 - self.beta2) * g**2
        corrected = v / (1 - self.beta2**t)
        root = sqrt(corrected + self.eps) if self.eps_inside else sqrt(corrected) + self.eps
        return w - self.alpha * quotient(g, root), v
