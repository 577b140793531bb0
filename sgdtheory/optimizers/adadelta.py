"""Adadelta, corrected and as the slide prints it [slide 32].

>>> from fractions import Fraction
>>> rule = Adadelta(beta2=Fraction(0), eps=Fraction(9))
>>> rule.step(Fraction(0), rule.init(Fraction(0)), lambda w: Fraction(4), 1)     # -4 sqrt(9 / 25)
(Fraction(-12, 5), (Fraction(16, 1), Fraction(144, 25)))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["Adadelta", "AdadeltaAsStated"]


@dataclass(frozen=True)
class Adadelta(Rule):
    """``delta_t = sqrt((D_(t-1) + eps) / (s_t + eps)) g_t``, ``w_t = w_(t-1) - alpha0 delta_t``.

    ``s_t`` and ``D_t`` average ``g_t**2`` and ``delta_t**2`` with beta2 [Zeiler 2012, Alg. 1, where
    alpha0 = 1]. Slide 32 prints ``theta_t**2`` for the latter (`AdadeltaAsStated`). `scaled`
    averages ``(alpha0 delta_t)**2``: the slide leaves it open, no framework does it. 0/0 is 0.
    """

    alpha0: Any = 1
    beta2: Any = 0.95
    eps: Any = 1e-6
    scaled: bool = False

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``s_0 = 0`` and ``D_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and the two averages of squares."""
        s, D = state
        g = grad(w)
        s = self.beta2 * s + (1 - self.beta2) * g**2
        delta = sqrt(D + self.eps) * quotient(g, sqrt(s + self.eps))
        moved = self.alpha0 * delta if self.scaled else delta
        D = self.beta2 * D + (1 - self.beta2) * moved**2
        return w - self.alpha0 * delta, (s, D)


@dataclass(frozen=True)
class AdadeltaAsStated(Rule):
    """`Adadelta` that averages ``w_t**2``, the squared parameters, in the place of their changes.

    A misprint of slide 32: the rule would depend on where the origin lies; kept to be refuted. (The
    slide's order cannot be followed either: ``D_t`` needs ``w_t``, so it is updated last.)
    """

    alpha0: Any = 1
    beta2: Any = 0.95
    eps: Any = 1e-6

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``s_0 = 0`` and ``D_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and the two averages of squares."""
        s, D = state
        g = grad(w)
        s = self.beta2 * s + (1 - self.beta2) * g**2
        w = w - self.alpha0 * sqrt(D + self.eps) * quotient(g, sqrt(s + self.eps))
        return w, (s, self.beta2 * D + (1 - self.beta2) * w**2)
