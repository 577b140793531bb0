"""AMSGrad: Adam whose denominator never falls [slide 31].

>>> from fractions import Fraction
>>> rule = AMSGrad(Fraction(1), Fraction(0), Fraction(0))
>>> rule.step(Fraction(0), (Fraction(0), Fraction(0), Fraction(16)), lambda w: Fraction(2), 5)[0]
Fraction(-1, 2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import maximum, quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["AMSGrad"]


@dataclass(frozen=True)
class AMSGrad(Rule):
    """``V_t = max(V_(t-1), v_t)``, ``w_t = w_(t-1) - alpha m_t / sqrt(V_t)`` [Reddi et al. 2018].

    The slide gives no formula; this is the paper's Alg. 2 with a constant alpha and no projection.
    `correct_mean` divides m_t, and `correct_square` the maximum, by ``1 - beta**t``; with
    `correct_before_max` the maximum is over the corrected squares (Optax) and not corrected again.
    PyTorch and Keras correct both after the maximum; Keras has `eps_hat` too (see `Adam`). What is
    corrected after the maximum may fall: not the monotone denominator of the paper. 0/0 is 0.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 0
    correct_mean: bool = False
    correct_square: bool = False
    correct_before_max: bool = False
    eps_root: Any = 0
    eps_hat: bool = False

    def init(self, w: Any) -> tuple[Any, Any, Any]:
        """Return ``m_0 = 0``, ``v_0 = 0`` and ``V_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any, Any]]:
        """Return the next iterate, the uncorrected averages and the maximum."""
        m, v, largest = state
        g = grad(w)
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        correction = 1 - self.beta2**t
        largest = maximum(largest, v / correction if self.correct_before_max else v)
        root = sqrt((largest / correction if self.correct_square else largest) + self.eps_root)
        eps = self.eps / sqrt(correction) if self.eps_hat else self.eps
        mean = m / (1 - self.beta1**t) if self.correct_mean else m
        return w - self.alpha * quotient(mean, root + eps), (m, v, largest)
