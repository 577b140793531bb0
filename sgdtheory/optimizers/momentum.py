"""Momentum by exponentially weighted averages, plain and bias-corrected [slides 26, 27]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.optimizers.rule import Rule

__all__ = ["CorrectedMomentum", "DampenedMomentum", "Momentum"]


@dataclass(frozen=True)
class Momentum(Rule):
    """``m_t = beta1 m_(t-1) + (1 - beta1) g_t``, ``w_t = w_(t-1) - alpha m_t`` [slide 26]."""

    alpha: Any
    beta1: Any = 0.9

    def init(self, w: Any) -> Any:
        """Return ``m_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, m: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and average."""
        m = self.beta1 * m + (1 - self.beta1) * grad(w)
        return w - self.alpha * m, m


@dataclass(frozen=True)
class CorrectedMomentum(Rule):
    """`Momentum` that steps along ``m_t / (1 - beta1**t)`` [slide 27]."""

    alpha: Any
    beta1: Any = 0.9

    def init(self, w: Any) -> Any:
        """Return ``m_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, m: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and the uncorrected average."""
        m = self.beta1 * m + (1 - self.beta1) * grad(w)
        return w - self.alpha * (m / (1 - self.beta1**t)), m


@dataclass(frozen=True)
class DampenedMomentum(Rule):
    """``b_1 = g_1``, ``b_t = beta1 b_(t-1) + (1 - dampening) g_t``, ``w_t = w_(t-1) - alpha b_t``.

    PyTorch's momentum with a dampening. With ``dampening = beta1`` the average starts at the first
    gradient: b_t is ``m_t + beta1**t g_1``, neither slide 26 nor slide 27 (see the topic
    bias_correction). `alpha` is the factor of b_t, PyTorch's ``lr``.
    """

    alpha: Any
    beta1: Any = 0.9
    dampening: Any = 0

    def init(self, w: Any) -> Any:
        """Return ``b_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, b: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and average."""
        g = grad(w)
        b = g if t == 1 else self.beta1 * b + (1 - self.dampening) * g
        return w - self.alpha * b, b
