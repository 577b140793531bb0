"""Nesterov's momentum by exponentially weighted averages [slide 28].

>>> from fractions import Fraction
>>> rule = Nesterov(Fraction(1), Fraction(1, 2))
>>> w, m = rule.step(Fraction(4), Fraction(2), lambda point: point, 2)     # asked at 4 - 1/2 * 2
>>> w, m, rule.parameters(w, m)
(Fraction(3, 2), Fraction(5, 2), Fraction(1, 4))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.optimizers.rule import Rule

__all__ = ["Nesterov"]


@dataclass(frozen=True)
class Nesterov(Rule):
    """``w_t = w_(t-1) - alpha beta1 m_(t-1) - alpha (1 - beta1) g_t`` [slide 28].

    ``g_t = grad(w_(t-1) - alpha beta1 m_(t-1))`` is asked at the look-ahead point.
    The slide prints no update of m: it is ``m_t = beta1 m_(t-1) + (1 - beta1) g_t``, with the
    gradient of the look-ahead point, so that ``w_t = w_(t-1) - alpha m_t`` as in `Momentum`
    [Sutskever et al. 2013, eqs. 3-4, with v = -alpha m].
    """

    alpha: Any
    beta1: Any = 0.9

    def init(self, w: Any) -> Any:
        """Return ``m_0 = 0``, shaped as `w`."""
        return 0 * w

    def step(self, w: Any, m: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and average; the gradient is asked at the look-ahead point."""
        g = grad(self.parameters(w, m))
        return (w - self.alpha * self.beta1 * m - self.alpha * (1 - self.beta1) * g,
                self.beta1 * m + (1 - self.beta1) * g)

    def parameters(self, w: Any, m: Any) -> Any:
        """Return the look-ahead point ``w - alpha beta1 m``, which frameworks store as theirs."""
        return w - self.alpha * self.beta1 * m
