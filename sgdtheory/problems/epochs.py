"""Exact runs in which epochs break what holds for fresh samples [claims S24-b, S24-c].

====================  ==========================================================================
`waves`               one reshuffled epoch: ``D_2 = 9/16`` above the theorem's 25/64
`parity`              every reshuffled epoch, in the limit .6 above .5
`sorted_targets`      a cyclic pass over sorted rows: D near 1 above alpha
`clipped`             convex components, and reshuffling is worse than fresh samples: 3 above 26/9
`reused_sample2`      a sample used again and again: D stays near 1/n, the bound is alpha
====================  ==========================================================================

>>> from sgdtheory.problems.line import law, mean_square
>>> instance = waves()
>>> mean_square(instance, shuffled_law(instance, 1)), mean_square(instance, law(instance, 2))
(Fraction(9, 16), Fraction(5, 16))
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.elementary import maximum
from sgdtheory.notation import letter
from sgdtheory.problems.epochs_line import EpochLine, after_cycles, shuffled_law

__all__ = [
    "EpochLine",
    "after_cycles",
    "clipped",
    "parity",
    "reused_sample2",
    "shuffled_law",
    "sorted_targets",
    "waves",
]

_COSINES = {Fraction(k, 12): Fraction(value, 2)
            for k, value in {0: 2, 2: 1, 3: 0, 4: -1, 6: -2, 8: -1, 9: 0, 10: 1}.items()}
"""The rational cosines of rational turns: there are no others [Niven 1956]."""


def _half_square(w: Any) -> Any:
    return w * w / 2


def _cosine(w: Any) -> Any:
    """Return ``cos(2 pi w)``: of a Fraction exactly, where it is rational."""
    if isinstance(w, np.ndarray):
        return np.cos(2 * np.pi * w) if w.dtype != object else np.frompyfunc(_cosine, 1, 1)(w)
    if not isinstance(w, Fraction):
        return np.cos(2 * np.pi * w)
    if w % 1 not in _COSINES:
        raise ValueError(f"w={w}, a point of the line, must be a multiple of 1/4 or of 1/6: the "
                         f"cosine of other rational turns is not rational; pass a float")
    return _COSINES[w % 1]


def _wave(i: int, w: Any) -> Any:
    return w + (1 - 2 * i) * _cosine(w)


def waves() -> EpochLine:
    """Return ``w^2/2 +- sin(2 pi w)/(2 pi)`` on ``[-3/4, 3/4]``, alpha = 1/2 = 1/(2c), from 0.

    All hypotheses of the lecture hold, but that the draws are independent: the second component
    of an epoch is the one that was not drawn first. The components are smooth and not convex.
    """
    end = Fraction(3, 4)
    return EpochLine(_wave, _half_square, n=2, low=-end, high=end, minimiser=Fraction(0),
                     start=Fraction(0), alpha=Fraction(1, 2), c=Fraction(1), L=Fraction(1),
                     mu2=end**2, sigma2=Fraction(1), why="the mean is w^2/2, the noise a cosine")


def _parity(w: Any) -> int:
    """Return 1 if the denominator of `w` is an even power of 2, else -1."""
    denominator = Fraction(w).denominator
    return 1 if (denominator.bit_length() % 2 and denominator & (denominator - 1) == 0) else -1


def _signed(i: int, w: Any) -> Any:
    if isinstance(w, np.ndarray):
        return w + (1 - 2 * i) * np.frompyfunc(_parity, 1, 1)(w).astype(w.dtype)
    return w + (1 - 2 * i) * _parity(w)


def parity() -> EpochLine:
    """Return the components with derivatives ``w +- e(w)`` on ``[-1, 1]``, alpha = 1/2, from 0.

    ``e`` is 1 where the denominator of w is an even power of 2, else -1. With alpha = 1/2 every
    epoch starts at the former and is at the latter half-way, so that both halves push one way:
    after E epochs ``D = (3/5)(1 - 16^-E)``, and the theorem's limit is 1/2. For any number of
    epochs the points visited are finitely many, and smooth components have the same derivatives
    there; for all epochs at once ``e`` is an oracle that has no limits.
    """
    one = Fraction(1)
    return EpochLine(_signed, _half_square, n=2, low=-one, high=one, minimiser=0 * one,
                     start=0 * one, alpha=one / 2, c=one, L=one, mu2=one, sigma2=one,
                     why="the mean is w^2/2, the noise a sign")


def sorted_targets(m: int, alpha: Any) -> EpochLine:
    """Return ``(w - a)^2 / 2`` for `m` targets a = -1, then `m` targets a = 1, on ``[-1, 1]``.

    In this order the end of an epoch tends to ``w = (1 - r)/(1 + r)``, ``r = (1 - alpha)^m``.
    """
    letter("n").check(m)
    letter("alpha").check(alpha)
    if alpha > 1:
        raise ValueError(f"alpha={alpha}, the learning rate, must be <= 1: beyond it the iterates "
                         f"leave [-1, 1]")
    one = alpha / alpha

    def component(i: int, w: Any) -> Any:
        return w + 1 if i < m else w - 1

    return EpochLine(component, lambda w: (w * w + 1) / 2, n=2 * m, low=-one, high=one,
                     minimiser=0 * one, start=0 * one, alpha=alpha, c=one, L=one, mu2=one,
                     sigma2=one, why="the mean is (w^2 + 1)/2, the noise a target")


def _clip(w: Any) -> Any:
    one = Fraction(1) if isinstance(w, Fraction) else 1
    return -maximum(-one, -maximum(-one, w))


def _clipped(i: int, w: Any) -> Any:
    return (w + 2, _clip(w), w - 2)[i]


def _clipped_loss(w: Any) -> Any:
    k = _clip(w)
    return (w * w + 4) / 3 + k * (2 * w - k) / 6


def clipped() -> EpochLine:
    """Return ``(w+2)^2/2``, Huber's loss and ``(w-2)^2/2`` on ``[-2, 2]``, with alpha = 1 = 1/L.

    All convex and 1-smooth, and the end of a reshuffled epoch has D = 3, where fresh samples have
    26/9 in the long run: reshuffling is better for small steps only.
    """
    two = Fraction(2)
    return EpochLine(_clipped, _clipped_loss, n=3, low=-two, high=two, minimiser=0 * two,
                     start=0 * two, alpha=two / 2, c=two / 3, L=two / 2, mu2=Fraction(25, 9),
                     sigma2=Fraction(26, 9), why="slopes 2/3 and 1; extremes at the ends")


def reused_sample2(t: Any, n: Any, alpha: Any) -> Any:
    """Return ``E w_t^2`` for ``(w - X)^2 / 2`` and n fair signs X, drawn once and used for ever.

    From 0, one of the n at each step, with replacement. For the population, whose minimiser is 0,
    the theorem would say at most alpha: it is ``1/n + alpha (1 - 1/n)/(2 - alpha)`` in the end.
    """
    for name, value in (("t", t), ("n", n), ("alpha", alpha)):
        letter(name).check(value)
    r, mean2 = 1 - alpha, 1 / Fraction(n) if isinstance(alpha, Fraction) else 1 / n
    noise = alpha * (1 - r ** (2 * t)) / (2 - alpha)
    return (1 - r**t) ** 2 * mean2 + (1 - mean2) * noise
