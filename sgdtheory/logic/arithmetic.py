"""Exact arithmetic of the kernel: polynomials over Q in atoms, and their ratios. Trusted.

An atom is any hashable value whose ``repr`` is deterministic and tells it apart. A ratio never
cancels: it is equal to another wherever the denominators of both are nonzero, which the kernel
asks for. There is no simplification here, no assumption and no float.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["ONE", "ZERO", "Monomial", "Polynomial", "Ratio", "brought_over", "common_denominator",
           "monomial", "polynomial"]

Atom = Hashable
Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with positive exponents, sorted by their ``repr``; ``()`` is 1."""


def monomial(powers: dict[Atom, int]) -> Monomial:
    """Return the product of ``atom**power``; powers must be positive."""
    return tuple(sorted(powers.items(), key=lambda item: repr(item[0])))


def _product(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return monomial(powers)


@dataclass(frozen=True)
class Polynomial:
    """A sum of rational multiples of distinct monomials, sorted by their ``repr``."""

    terms: tuple[tuple[Monomial, Fraction], ...]

    def __add__(self, other: Polynomial) -> Polynomial:
        return polynomial([*self.terms, *other.terms])

    def __mul__(self, other: Polynomial) -> Polynomial:
        return polynomial(
            (_product(m, n), a * b) for m, a in self.terms for n, b in other.terms
        )

    def __pow__(self, exponent: int) -> Polynomial:
        result = ONE
        for _ in range(exponent):
            result = result * self
        return result

    def scaled(self, factor: Fraction) -> Polynomial:
        """Return ``factor * self``."""
        return polynomial((m, factor * a) for m, a in self.terms)

    def atoms(self) -> set[Atom]:
        """Return the atoms that occur."""
        return {atom for m, _ in self.terms for atom, _ in m}


def polynomial(terms: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
    """Collect equal monomials and drop those with coefficient zero."""
    collected: dict[Monomial, Fraction] = {}
    for m, a in terms:
        collected[m] = collected.get(m, Fraction(0)) + a
    kept = [(m, a) for m, a in collected.items() if a != 0]
    return Polynomial(tuple(sorted(kept, key=lambda term: repr(term[0]))))


ZERO = polynomial([])
ONE = polynomial([((), Fraction(1))])


@dataclass(frozen=True)
class Ratio:
    """``numerator`` over the product of ``base**power``.

    A base is an atom alone (as a polynomial) or a polynomial of at least two terms whose first
    coefficient is 1; it is never a number.
    """

    numerator: Polynomial
    denominator: tuple[tuple[Polynomial, int], ...] = ()

    def __add__(self, other: Ratio) -> Ratio:
        common = common_denominator(self.denominator, other.denominator)
        total = brought_over(self, common) + brought_over(other, common)
        return Ratio(total, common)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio(
            self.numerator * other.numerator, _joined(self.denominator, other.denominator)
        )

    def __neg__(self) -> Ratio:
        return Ratio(self.numerator.scaled(Fraction(-1)), self.denominator)

    def reciprocal(self) -> Ratio:
        """Return ``1 / self``; raise ZeroDivisionError if the numerator is zero."""
        factor, bases = _factored(self.numerator)
        below = _expanded(self.denominator)
        return Ratio(below.scaled(1 / factor), bases)

    def bases(self) -> set[Polynomial]:
        """Return the polynomials that must be nonzero."""
        return {base for base, _ in self.denominator}

    def is_zero(self) -> bool:
        """Tell whether the numerator vanishes identically."""
        return not self.numerator.terms


Denominator = tuple[tuple[Polynomial, int], ...]


def _sorted(powers: dict[Polynomial, int]) -> Denominator:
    return tuple(sorted(powers.items(), key=lambda item: repr(item[0])))


def _joined(left: Denominator, right: Denominator) -> Denominator:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, 0) + power
    return _sorted(powers)


def common_denominator(left: Denominator, right: Denominator) -> Denominator:
    """Return the least denominator that both divide."""
    powers = dict(left)
    for base, power in right:
        powers[base] = max(powers.get(base, 0), power)
    return _sorted(powers)


def _expanded(denominator: Denominator) -> Polynomial:
    result = ONE
    for base, power in denominator:
        result = result * base**power
    return result


def brought_over(ratio: Ratio, common: Denominator) -> Polynomial:
    """Return the numerator of `ratio` brought over the denominator `common`."""
    own, result = dict(ratio.denominator), ratio.numerator
    for base, power in common:
        result = result * base ** (power - own.get(base, 0))
    return result


def _factored(p: Polynomial) -> tuple[Fraction, Denominator]:
    """Write `p` as a number times atoms times a polynomial whose first coefficient is 1."""
    if not p.terms:
        raise ZeroDivisionError("division by an expression that is identically zero")
    shared = dict(p.terms[0][0])
    for m, _ in p.terms[1:]:
        powers = dict(m)
        shared = {atom: min(e, powers[atom]) for atom, e in shared.items() if atom in powers}
    factor = p.terms[0][1]
    bases = {polynomial([(((atom, 1),), Fraction(1))]): e for atom, e in shared.items()}
    if len(p.terms) > 1:
        rest = polynomial((_without(m, shared), a / factor) for m, a in p.terms)
        first = rest.terms[0][1]
        bases[rest.scaled(1 / first)] = 1
        factor = factor * first
    return factor, _sorted(bases)


def _without(m: Monomial, shared: dict[Atom, int]) -> Monomial:
    left = {atom: e - shared.get(atom, 0) for atom, e in m}
    return monomial({atom: e for atom, e in left.items() if e})
