"""Every letter of the package, once: its meaning, its domain, its LaTeX.

A parameter called ``alpha`` anywhere is the letter ``alpha`` of this table; formulas are validated,
typeset and tested from it. Long because it holds every letter.

>>> LETTERS["alpha"].check(0.1)
0.1
>>> LETTERS["alpha"].check(-1)
Traceback (most recent call last):
    ...
ValueError: alpha, the learning rate, must be > 0; got -1; 0.1 is a usual first try
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sgdtheory.formal import FormalNumber

__all__ = ["LETTERS", "Letter", "letter"]


@dataclass(frozen=True)
class Letter:
    """A letter of the notation: a real or natural number in an interval.

    ``low`` and ``high`` are limits; ``open_low`` and ``open_high`` say whether they are excluded;
    ``advice`` is the next step of who gave another number.
    """

    name: str
    meaning: str
    latex: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = True
    open_high: bool = True
    natural: bool = False
    advice: str = ""

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
            raise self._no_number(value)
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

    def check_one(self, value: Any) -> Any:
        """`check` one number, and return it; raise TypeError for an array of several."""
        import numpy as np

        if np.ndim(value):
            raise TypeError(f"{self.name}, {self.meaning}, must be one number; got an array of "
                            f"shape {np.shape(value)}; ask for its numbers one by one")
        return self.check(value)

    def check_hyperparameter(self, value: Any) -> None:
        """Raise TypeError or ValueError unless `value` is a number, a symbol or a formal term.

        An array of numbers, one for each column of the parameters, sweeps them.
        """
        symbolic = isinstance(value, FormalNumber) or _is_sympy(value)
        numeric = isinstance(value, (int, float, Fraction)) or hasattr(value, "dtype")
        if not symbolic and (isinstance(value, bool) or not numeric):
            raise self._no_number(value)
        self.check_unless_formal(value)

    def _rational(self, value: Any) -> Fraction | float | int:
        if isinstance(value, (int, float, Fraction)):
            return value
        raise self._no_number(value)

    def _no_number(self, value: Any) -> TypeError:
        return TypeError(f"{self.name}, {self.meaning}, must be a real number, {self.domain}; got "
                         f"{value!r}{self._next_step}")

    @property
    def _next_step(self) -> str:
        return f"; {self.advice}" if self.advice else ""

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
        finite = "finite and " if self._unlimited and shown in ("inf", "nan") else ""
        return ValueError(f"{self.name}, {self.meaning}, must be {finite}{self.domain}; "
                          f"got {shown}{self._next_step}")

    @property
    def _unlimited(self) -> bool:
        """Whether the domain is a half-line, whose words do not say that it ends before inf."""
        return self.high == math.inf and self.low > -math.inf and not self.natural


def _is_sympy(value: Any) -> bool:
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def _positive(name: str, meaning: str, latex: str, advice: str = "") -> Letter:
    return Letter(name, meaning, latex, low=0, advice=advice)


def _nonnegative(name: str, meaning: str, latex: str, advice: str = "") -> Letter:
    return Letter(name, meaning, latex, low=0, open_low=False, advice=advice)


def _natural(name: str, meaning: str, latex: str, low: int = 0, advice: str = "") -> Letter:
    return Letter(name, meaning, latex, low=low, open_low=False, natural=True, advice=advice)


def _unit(name: str, meaning: str, latex: str, advice: str = "") -> Letter:
    return Letter(name, meaning, latex, low=0, high=1, open_low=False, advice=advice)


def _share(name: str, meaning: str, latex: str) -> Letter:
    return Letter(name, meaning, latex, low=0, high=1, open_low=False, open_high=False)


def _open_share(name: str, meaning: str, latex: str) -> Letter:
    return Letter(name, meaning, latex, low=0, high=1)


LETTERS: dict[str, Letter] = {
    entry.name: entry
    for entry in (
        _positive("alpha", "the learning rate", r"\alpha", "0.1 is a usual first try"),
        _unit("beta1", "the decay of the first moment", r"\beta_1",
              "0.9 is usual, and 0 is no momentum"),
        _unit("rate", "the factor by which a mean approaches the minimiser in a step", "r"),
        _unit("beta2", "the decay of the second moment", r"\beta_2", "0.999 is usual"),
        _nonnegative("eps", "the number that keeps a denominator from 0", r"\varepsilon"),
        _nonnegative("root", "the root of the corrected mean of the squared gradients",
                     r"\sqrt{\hat v}"),
        _positive("alpha0", "the factor of Adadelta's step", r"\alpha_0"),
        Letter("rho", "the autocorrelation of the gradients", r"\rho", low=-1, high=1,
               open_low=False, open_high=False),
        _positive("summed2", "the sum of the squared gradients, the newest included", "S"),
        _positive("averaged2", "the average of the squared gradients, the newest included", "v"),
        _nonnegative("newest2", "the square of the newest gradient", "g^2"),
        _positive("c", "the constant of strong convexity", "c",
                  "a penalty l2 |w|^2/2 in the loss makes it at least l2"),
        _positive("L", "the Lipschitz constant of the gradient", "L",
                  "it is the largest curvature of the loss"),
        _positive("h", "the curvature of the quadratic", "h"),
        _nonnegative("sigma2", "the variance of one sample gradient (trace), or of the noise of a "
                     "label", r"\sigma^2",
                     "0 is a gradient without noise"),
        _nonnegative("sigma2_star", "the second moment of one sample gradient at the minimiser",
                     r"\sigma_*^2"),
        _nonnegative("sigma2_low", "the least variance of one sample gradient", r"\sigma_0^2"),
        _nonnegative("floor2", "the second moment of the gradient, as far as it does not grow",
                     "A"),
        _nonnegative("growth", "the growth of the second moment with the squared distance", "G"),
        _positive("young", "the weight in Young's inequality", r"\theta"),
        _nonnegative("gap0", "the loss above its minimum at the start", r"\Delta_0"),
        _nonnegative("mu2", "the squared bound on the gradient", r"\mu^2",
                     "it is a square: of the bound mu on |grad| give mu**2"),
        _nonnegative("d0", "the squared distance at the start", "d_0",
                     "it is a square, |w_0 - w*|^2, and 0 at the minimiser"),
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
        Letter("alpha_elu", "the depth of ELU below 0", r"\alpha"),
        _share("s", "the value of the sigmoid", "s"),
        _share("u", "the square of the hyperbolic tangent", "u"),
        _positive("slope", "the Lipschitz constant of the target", r"\Lambda"),
        _positive("mesh", "the width of a cell", "h"),
        _nonnegative("bend", "the bound on the second derivative of the target", "M"),
        _unit("tail", "exp(-K h/2), what a sigmoidal step lacks at the edge of its cell", "q"),
        _nonnegative("norm2", "the squared bound on the norm of an atom", "b^2"),
        _nonnegative("f2", "the squared norm of the target", "|f|^2"),
        _natural("atoms", "the number of orthonormal atoms", "N", low=1),
        _positive("C", "the slope of the rare loss in Reddi's problem", "C"),
        _natural("B", "the batch size", "B", low=1, advice="1 is one sample a step"),
        _natural("d", "the dimension", "d", low=1),
        _natural("n", "the number of samples", "n", low=1),
        _natural("folds", "how often the tent is applied", "k", low=1),
        _natural("layers", "the number of hidden layers", "L", low=1),
        _natural("width", "the number of units of a hidden layer", "m", low=1),
        _natural("pieces", "the number of affine pieces", "p", low=1),
        _natural("weights", "the number of weights, without biases", "S", low=1),
        _natural("first", "the number of weights of the first layer", "S_1", low=1),
        _natural("hidden", "the number of hidden units", "H"),
        _natural("p", "the number of parameters", "p", low=1),
        _nonnegative("signal2", "the squared norm of the true weights", r"|b|^2",
                     "it is a square, and sigma2 is measured against it"),
        _nonnegative("kept2", "the squared norm of the true weights of the features that are used",
                     r"|b_T|^2"),
        _nonnegative("missed2", "the squared norm of what the model leaves out", r"|b_{T^c}|^2"),
        _natural("size", "the number of rows of the square matrix to be factored", "p", low=1),
        _natural("rank", "the number of columns of its factors", "k", low=1),
        _natural("retained", "the number of singular values that a critical point keeps", "s"),
        _natural("above", "how often a singular value left out exceeds one that is kept", "v"),
        _natural("t", "the time", "t", advice="it counts the steps, and 0 is the start"),
        _natural("k", "the age of a gradient, or the points along a side of a grid", "k"),
        _open_share("quantile", "the share of the settings that are good enough", "q"),
        _open_share("confidence", "the probability of finding one", r"\gamma"),
        _positive("tolerance", "the error that is allowed", r"\varepsilon"),
        _open_share("side", "the side of the cube that is to be met", "s"),
        _open_share("margin", "the relative distance from the mean that is allowed", r"\eta"),
    )
}


def letter(name: str) -> Letter:
    """Return the letter called `name`; raise KeyError naming the known ones."""
    try:
        return LETTERS[name]
    except KeyError:
        known = ", ".join(LETTERS)
        raise KeyError(f"{name!r} is not a letter of the notation; known: {known}") from None
