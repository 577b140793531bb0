"""Adamax: Adam with a decaying maximum in the place of the root mean square [slide 31].

>>> from fractions import Fraction
>>> rule = Adamax(Fraction(1), Fraction(1, 2), Fraction(1, 2))
>>> rule.step(Fraction(0), (Fraction(0), Fraction(8)), lambda w: Fraction(3), 1)
(Fraction(-3, 4), (Fraction(3, 2), Fraction(4, 1)))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import absolute, maximum, quotient
from sgdtheory.optimizers.rule import Rule

__all__ = ["Adamax"]


@dataclass(frozen=True)
class Adamax(Rule):
    """``u_t = max(beta2 u_(t-1), |g_t|)``, ``w_t = w_(t-1) - alpha mhat_t / u_t`` [slide 31].

    ``mhat_t`` is `CorrectedMomentum`'s [Kingma & Ba 2015, Alg. 2]. Slide and paper have no eps, and
    0/0 where the first gradients are 0: here that is 0. `eps` is added to ``u_t`` as in Keras, or
    with `eps_in_max` to ``|g_t|`` inside the maximum as in PyTorch and Optax.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 0
    eps_in_max: bool = False

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``m_0 = 0`` and ``u_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate, the uncorrected average and the decaying maximum."""
        m, u = state
        g = grad(w)
        m = self.beta1 * m + (1 - self.beta1) * g
        u = maximum(self.beta2 * u, absolute(g) + (self.eps if self.eps_in_max else 0))
        below = u if self.eps_in_max else u + self.eps
        return w - self.alpha * quotient(m / (1 - self.beta1**t), below), (m, u)
