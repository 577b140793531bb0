"""Adagrad: every coordinate divided by the root of its summed squares [slide 29].

>>> from fractions import Fraction
>>> rule = Adagrad(Fraction(1), eps=0)
>>> rule.step(Fraction(2), Fraction(16), lambda w: Fraction(3), 2)
(Fraction(7, 5), Fraction(25, 1))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["Adagrad"]


@dataclass(frozen=True)
class Adagrad(Rule):
    """``S_t = S_(t-1) + g_t**2``, ``w_t = w_(t-1) - alpha g_t / (sqrt(S_t) + eps)`` [slide 29].

    `eps_inside` puts eps under the root, as Keras and Optax do; `initial` is ``S_0``, which they
    set to 0.1 [slide and Duchi, Hazan & Singer 2011: 0]. With ``eps = 0`` a coordinate whose
    gradients were all 0 stays where it is (0/0 is 0).
    """

    alpha: Any
    eps: Any = 1e-8
    eps_inside: bool = False
    initial: Any = 0

    def init(self, w: Any) -> Any:
        """Return ``S_0``, shaped as `w`."""
        return 0 * w + self.initial

    def step(self, w: Any, S: Any, grad: Callable[[Any], Any], t: Any) -> tuple[Any, Any]:
        """Return the next iterate and the sum of squares."""
        g = grad(w)
        S = S + g**2
        root = sqrt(S + self.eps) if self.eps_inside else sqrt(S) + self.eps
        return w - self.alpha * quotient(g, root), S
