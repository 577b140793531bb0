"""Adam as people write it by hand, with one thing wrong.

>>> right, wrong = HandWrittenAdam(0.1), HandWrittenAdam(0.1, eps_at="inside")
>>> w = right.step(0.0, right.init(0.0), lambda w: 1e-4, 1)[0]
>>> round(w / wrong.step(0.0, wrong.init(0.0), lambda w: 1e-4, 1)[0], 6)     # 1 + 1e-4, sqrt(2)
1.414072
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sgdtheory.elementary import absolute, quotient, sqrt
from sgdtheory.optimizers.rule import Rule

__all__ = ["BUGS", "HandWrittenAdam"]


@dataclass(frozen=True)
class HandWrittenAdam(Rule):
    """`Adam` with the usual mistakes as fields; without one it is ``Adam(alpha, ...)``.

    `eps_at` is "outside" the root, "inside", "before" the correction, or "inside before" it; the
    correction's clock shows ``t + ahead``, or always 1 if it is `stuck`; a `kept` correction is
    stored and averaged again; `squared` says what is averaged in the place of ``g**2``. Without
    `root_correction` the root is taken before the correction, the corrections may be `swapped`, and
    a `late` second moment is that of the step before.
    """

    alpha: Any
    beta1: Any = 0.9
    beta2: Any = 0.999
    eps: Any = 1e-8
    eps_at: str = "outside"
    correct_mean: bool = True
    correct_square: bool = True
    ahead: int = 0
    stuck: bool = False
    kept: bool = False
    weigh_mean: bool = True
    weigh_square: bool = True
    squared: str = "gradient"
    rooted: bool = True
    root_correction: bool = True
    swapped: bool = False
    late: bool = False
    sign: int = -1

    def init(self, w: Any) -> tuple[Any, Any]:
        """Return ``m_0 = 0`` and ``v_0 = 0``, shaped as `w`."""
        return 0 * w, 0 * w

    def step(self, w: Any, state: tuple[Any, Any], grad: Callable[[Any], Any], t: Any,
             ) -> tuple[Any, tuple[Any, Any]]:
        """Return the next iterate and the two averages."""
        m, v = state
        g = grad(w)
        m = self.beta1 * m + (1 - self.beta1 if self.weigh_mean else 1) * g
        v = self.beta2 * v + (1 - self.beta2 if self.weigh_square else 1) * self._square(g, m)
        clock = 1 if self.stuck else t + self.ahead
        decays = (self.beta2, self.beta1) if self.swapped else (self.beta1, self.beta2)
        mean = m / (1 - decays[0] ** clock) if self.correct_mean else m
        below = 1 - decays[1] ** clock if self.correct_square else 1
        change = self.alpha * quotient(mean, self._root(state[1] if self.late else v, below))
        return w + self.sign * change, (mean, v / below) if self.kept else (m, v)

    def _square(self, g: Any, m: Any) -> Any:
        return {"gradient": g * g, "size": absolute(g), "deviation": (g - m) * (g - m),
                "mean": m * m}[self.squared]

    def _root(self, v: Any, below: Any) -> Any:
        if not self.rooted:
            return v / below + self.eps
        if not self.root_correction:
            return sqrt(v) / below + self.eps
        eps_in = {"inside": self.eps, "inside before": self.eps / below}.get(self.eps_at, 0)
        eps_out = {"outside": self.eps, "before": self.eps / sqrt(below)}.get(self.eps_at, 0)
        return sqrt(v / below + eps_in) + eps_out


BUGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("epsilon inside the square root", {"eps_at": "inside"}),
    ("epsilon added before the bias correction (epsilon hat)", {"eps_at": "before"}),
    ("epsilon inside the square root, before the bias correction", {"eps_at": "inside before"}),
    ("first moment not bias-corrected", {"correct_mean": False}),
    ("second moment not bias-corrected", {"correct_square": False}),
    ("neither moment bias-corrected", {"correct_mean": False, "correct_square": False}),
    ("step counter one ahead: the first correction is 1 - beta**2", {"ahead": 1}),
    ("step counter stuck at 1: every correction is 1 - beta, not 1 - beta**t", {"stuck": True}),
    ("corrected moments stored, so that they are corrected again", {"kept": True}),
    ("gradient not weighted by 1 - beta1 in the first moment", {"weigh_mean": False}),
    ("squared gradient not weighted by 1 - beta2 in the second moment", {"weigh_square": False}),
    ("absolute gradient in the place of its square", {"squared": "size"}),
    ("squared deviation from the first moment in the place of the squared gradient (AdaBelief)",
     {"squared": "deviation"}),
    ("squared first moment in the place of the squared gradient", {"squared": "mean"}),
    ("square root forgotten", {"rooted": False}),
    ("second moment corrected outside its root, by 1 - beta2**t and not by its root",
     {"root_correction": False}),
    ("the two bias corrections exchanged", {"swapped": True}),
    ("second moment of the step before", {"late": True}),
    ("sign of the step turned: it climbs", {"sign": 1}),
)
"""What is wrong in words, and the fields of `HandWrittenAdam` that say so."""
