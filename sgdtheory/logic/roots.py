"""Formal numbers whose roots are supposed to be known, so that rules with a root run on them.

The language of proofs has no square root. A proof supposes instead that ``r**2`` is the number in
question; here a rule runs on formal numbers and finds that r where it takes the root. Untrusted: if
the r were wrong, no hypothesis would say what its square is.

>>> from sgdtheory.logic.language import Letter
>>> from sgdtheory.optimizers import Adagrad
>>> alpha, w, g, S, r = map(Letter, ("alpha", "w", "g", "S", "r"))
>>> known = Roots({r: S + g**2})
>>> moved, _ = Adagrad(known(alpha), eps=0).step(known(w), known(S), lambda _: known(g), 1)
>>> print(moved.term)
w - alpha*g/(r + 0)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sgdtheory.formal import RootedNumber
from sgdtheory.logic.kernel.terms import equal
from sgdtheory.logic.language import LanguageError, Scalar, scalar

__all__ = ["Rooted", "Roots"]


@dataclass(frozen=True)
class Roots:
    """Makes formal numbers that know which term is the root of which: ``{root: square}``."""

    squares: Mapping[Scalar, Scalar]

    def __call__(self, value: Any) -> Rooted:
        """Return `value` as a number that knows these roots."""
        return value if isinstance(value, Rooted) else Rooted(scalar(value), self)


@dataclass(frozen=True, eq=False)
class Rooted(RootedNumber):
    """A term of the language with the roots that are known; arithmetic is that of the terms."""

    term: Scalar
    known: Roots

    __array_ufunc__ = None

    def sqrt(self) -> Rooted:
        """Return the known root; raise LanguageError if there is none."""
        for root, square in self.known.squares.items():
            if equal(square, self.term):
                return self.known(root)
        known = ", ".join(map(str, self.known.squares.values()))
        raise LanguageError(f"the root of {self.term} is not among those that are supposed; known "
                            f"are those of {known}")

    def maximum(self, other: Any) -> Rooted:
        """Return the larger of the two."""
        return self.known(self.term.maximum(self.known(other).term))

    def geometric_sum(self, t: Any) -> Rooted:
        """Return ``sum((1 - self)**k for k in range(t))``."""
        return self.known(self.term.geometric_sum(self.known(t).term))

    def __add__(self, other: Any) -> Rooted:
        return self.known(self.term + self.known(other).term)

    def __radd__(self, other: Any) -> Rooted:
        return self.known(other) + self

    def __sub__(self, other: Any) -> Rooted:
        return self.known(self.term - self.known(other).term)

    def __rsub__(self, other: Any) -> Rooted:
        return self.known(other) - self

    def __neg__(self) -> Rooted:
        return self.known(-self.term)

    def __mul__(self, other: Any) -> Rooted:
        return self.known(self.term * self.known(other).term)

    def __rmul__(self, other: Any) -> Rooted:
        return self.known(other) * self

    def __truediv__(self, other: Any) -> Rooted:
        return self.known(self.term / self.known(other).term)

    def __rtruediv__(self, other: Any) -> Rooted:
        return self.known(other) / self

    def __pow__(self, exponent: Any) -> Rooted:
        return self.known(self.term ** self.known(exponent).term)
