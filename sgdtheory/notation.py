"""Every letter of the package, once: its meaning, its domain, its LaTeX.

A parameter called ``alpha`` anywhere is the letter ``alpha`` of this table; formulas are validated,
typeset and tested from it.

>>> LETTERS["alpha"].check(0.1)
0.1
>>> LETTERS["alpha"].check(-1)
Traceback (most recent call last):
    ...
ValueError: alpha, the learning rate, must be > 0; got -1
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["LETTERS", "Letter", "letter"]


@dataclass(frozen=True)
class Letter:
    """A letter of the notation: a real or natural number in an interval.

    ``low`` and ``high`` are limits; ``open_low`` and ``open_high`` say whether they are excluded.
    """

    name: str
    meaning: str
    latex: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = True
    open_high: bool = True
    natural: bool = False

    @property
    def domain(self) -> str:
        """The condition on the letter in words, such as ``> 0`` or ``in [0, 1)``."""
        if self.natural:
            return f"a whole number >= {self.low:g}"
        if self.high == math.inf:
            if self.low == -math.inf:
                return "a finite number"
            return f"{'>' if self.open_low else '>='} {self.low:g}"
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"in {left}{self.low:g}, {self.high:g}{right}"

    def check(self, value: Any) -> Any:
        """Return `value` (a number, a Fraction or an array), or raise ValueError or TypeError."""
        if type(value) is float or type(value) is int or isinstance(value, Fraction):
            self.check_number(value)
            return value
        import numpy as np

        array = np.asarray(value)
        if array.dtype == object:
            bad = [x for x in array.ravel() if not self._admits_number(self._rational(x))]
        elif array.dtype.kind in "iuf":
            bad = list(array[~self._admits_array(array)][:1])
        else:
            raise TypeError(f"{self.name}, {self.meaning}, must be a real number; got {value!r}")
        if bad:
            raise self._refusal(bad[0])
        return value if isinstance(value, (np.ndarray, np.generic)) else array

    def check_number(self, value: float | Fraction) -> None:
        """`check` a number of Python."""
        inside = self.low < value < self.high  # the common case, told quickly
        if not (inside and not self.natural) and not self._admits_number(value):
            raise self._refusal(value)

    def check_unless_formal(self, value: Any) -> None:
        """`check` a number or an array of numbers; let symbols and formal terms pass."""
        if isinstance(value, (int, float, Fraction)) or hasattr(value, "dtype"):
            self.check(value)

    def _rational(self, value: Any) -> Fraction | float | int:
        if isinstance(value, (int, float, Fraction)):
            return value
        raise TypeError(f"{self.name}, {self.meaning}, must be a real number; got {value!r}")

    def _admits_number(self, value: Any) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below and (not self.natural or value == int(value))

    def _admits_array(self, array: Any) -> Any:
        import numpy as np

        above = array > self.low if self.open_low else array >= self.low
        below = array < self.high if self.open_high else array <= self.high
        return above & below & (array == np.floor(array)) if self.natural else above & below

    def _refusal(self, value: Any) -> ValueError:
        short = isinstance(value, float) or hasattr(value, "dtype")
        shown = f"{float(value):g}" if short else str(value)
        finite = "finite and " if self._unlimited and shown == "inf" else ""
        return ValueError(f"{self.name}, {self.meaning}, must be {finite}{self.domain}; "
                          f"got {shown}")

    @property
    def _unlimited(self) -> bool:
        """Whether the domain is a half-line, whose words do not say that it ends before inf."""
        return self.high == math.inf and self.low > -math.inf and not self.natural


def _positive(name: str, meaning: str, latex: str) -> Letter:
    return Letter(name, meaning, latex, low=0)


def _nonnegative(name: str, meaning: str, latex: str) -> Letter:
    return Letter(name, meaning, latex, low=0, open_low=False)


def _natural(name: str, meaning: str, latex: str, low: int = 0) -> Letter:
    return Letter(name, meaning, latex, low=low, open_low=False, natural=True)


def _unit(name: str, meaning: str, latex: str) -> Letter:
    return Letter(name, meaning, latex, low=0, high=1, open_low=False)


LETTERS: dict[str, Letter] = {
    entry.name: entry
    for entry in (
        _positive("alpha", "the learning rate", r"\alpha"),
        _unit("beta1", "the decay of the first moment", r"\beta_1"),
        _unit("rate", "the factor by which a mean approaches the minimiser in a step", "r"),
        _unit("beta2", "the decay of the second moment", r"\beta_2"),
        _nonnegative("eps", "the number that keeps a denominator from 0", r"\varepsilon"),
        _positive("alpha0", "the factor of Adadelta's step", r"\alpha_0"),
        Letter("rho", "the autocorrelation of the gradients", r"\rho", low=-1, high=1,
               open_low=False, open_high=False),
        _positive("summed2", "the sum of the squared gradients, the newest included", "S"),
        _positive("averaged2", "the average of the squared gradients, the newest included", "v"),
        _nonnegative("newest2", "the square of the newest gradient", "g^2"),
        _positive("c", "the constant of strong convexity", "c"),
        _positive("L", "the Lipschitz constant of the gradient", "L"),
        _positive("h", "the curvature of the quadratic", "h"),
        _nonnegative("sigma2", "the variance of one sample gradient (trace)", r"\sigma^2"),
        _nonnegative("sigma2_star", "the second moment of one sample gradient at the minimiser",
                     r"\sigma_*^2"),
        _nonnegative("sigma2_low", "the least variance of one sample gradient", r"\sigma_0^2"),
        _nonnegative("floor2", "the second moment of the gradient, as far as it does not grow",
                     "A"),
        _nonnegative("growth", "the growth of the second moment with the squared distance", "G"),
        _positive("young", "the weight in Young's inequality", r"\theta"),
        _nonnegative("gap0", "the loss above its minimum at the start", r"\Delta_0"),
        _nonnegative("mu2", "the squared bound on the gradient", r"\mu^2"),
        _nonnegative("d0", "the squared distance at the start", "d_0"),
        _nonnegative("radius", "the largest distance from the minimiser in the set", "R"),
        Letter("tau", "the offset of a decaying step size", r"\tau", low=2, open_low=False),
        _nonnegative("t0", "the fixed cost of a step", "t_0"),
        _positive("t1", "the cost of one sample in a step", "t_1"),
        _positive("latency", "the least time of a step", r"\tau_0"),
        _positive("target", "the squared distance to reach", r"\epsilon"),
        _nonnegative("gradient2", "the squared bound on every sample gradient", r"M_\infty^2"),
        _nonnegative("spread2", "the squared radius of a ball that holds the sample gradients at "
                     "one point", "b^2"),
        _nonnegative("nats", "minus the logarithm of the probability of failure", r"\ell"),
        _natural("B", "the batch size", "B", low=1),
        _natural("d", "the dimension", "d", low=1),
        _natural("n", "the number of samples", "n", low=1),
        _natural("t", "the time", "t"),
        _natural("k", "the age of a gradient", "k"),
    )
}


def letter(name: str) -> Letter:
    """Return the letter called `name`; raise KeyError naming the known ones."""
    try:
        return LETTERS[name]
    except KeyError:
        known = ", ".join(LETTERS)
        raise KeyError(f"{name!r} is not a letter of the notation; known: {known}") from None
