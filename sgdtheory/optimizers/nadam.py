"""Nadam: Adam with Nesterov's momentum and a schedule for it [slide 31].

>>> rule = Nadam(0.1, beta1=0.9)
>>> round(rule.momentum(1), 6), round(rule.momentum(10**5), 6)
(0.450073, 0.9)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["Nadam"]


@dataclass(frozen=True)
class Nadam(Rule):
    """``w_t = w_(t-1) - alpha mbar_t / (sqrt(vhat_t) + eps)`` [Dozat 2016, Alg. 2 and sec. 3.2].

    With ``mu_t = beta1 (1 - damping base**(decay t))`` and ``P_t = mu_1 ... mu_t``:
    ``m_t = mu_t m_(t-1) + (1 - mu_t) g_t`` and
    ``mbar_t = mu_(t+1) m_t / (1 - P_(t+1)) + (1 - mu_t) g_t / (1 - P_t)``.

    PyTorch and Keras average with beta1, not with mu_t (``average_by_schedule=False``), Keras with
    ``decay=1`` besides; Optax has no schedule (``damping=0``). The slide gives no formula. `base`
    and a broken `decay` leave the Fractions; ``damping=0`` stays in them. 0/0 is 0.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 1e-8
    damping: Any = 0.5
    decay: Any = 1 / 250
    base: Any = 0.96
    average_by_schedule: bool = True
    eps_root: Any = 0

    def init(self, w: Any) -> tuple[Any, Any, Any]:
        """Return ``m_0 = 0``, ``v_0 = 0``, shaped as `w`, and ``P_0 = 1``."""
        return 0 * w, 0 * w, 1

    def momentum(self, t: Any) -> Any:
        """Return ``mu_t``, the weight of the past in step `t`."""
        if not self.damping:
            return self.beta1
        return self.beta1 * (1 - self.damping * self.base ** (self.decay * t))

    def step(self, w: Any, state: tuple[Any, Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any, Any]]:
        """Return the next iterate, the uncorrected averages and ``P_t``."""
        m, v, product = state
        g = grad(w)
        mu, ahead = self.momentum(t), self.momentum(t + 1)
        past = mu if self.average_by_schedule else self.beta1
        m = past * m + (1 - past) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        product = product * mu
        mean = ahead * m / (1 - product * ahead) + (1 - mu) * g / (1 - product)
        root = sqrt(v / (1 - self.beta2**t) + self.eps_root)
        return w - self.alpha * quotient(mean, root + self.eps), (m, v, product)
