"""Sums of kinks of affine functions on a box of any dimension, as ReLU networks, in fractions.

``|l|``, ``max(l, k)`` and ``min(l, k)`` of affine l and k are one or two units and an affine
function, and an affine function is two units: so is any sum of them, exactly. What rounding the
weights to floats changes is bounded in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sgdtheory.networks.box import Box
from sgdtheory.networks.network import Shallow, shallow
from sgdtheory.networks.target import Formula, Target

__all__ = ["Hinges", "hinges_of"]

Affine = tuple[Fraction, ...]
"""The slopes, and then the level."""


@dataclass(frozen=True)
class Hinges:
    """The function ``sum_i outputs_i max(l_i, 0)`` of affine functions ``l_i``."""

    inner: tuple[Affine, ...]
    outputs: tuple[Fraction, ...]

    def floats(self) -> Shallow:
        """Return the network whose weights are the nearest floats."""
        return shallow([[float(a) for a in unit[:-1]] for unit in self.inner],
                       [float(unit[-1]) for unit in self.inner],
                       [float(a) for a in self.outputs], "relu")

    def distance(self, net: Shallow, box: Box) -> Fraction:
        """Return a bound of the distance on the box from the network that `floats` returned."""
        sizes = (*(max(abs(Fraction(float(low))), abs(Fraction(float(high))))
                   for low, high in zip(box.low, box.high, strict=True)), Fraction(1))
        total = Fraction(0)
        for unit, output, weights, bias, a in zip(
                self.inner, self.outputs, net.weights, net.biases, net.outputs, strict=True):
            rounded = [Fraction(float(w)) for w in (*weights, bias)]
            reach = sum(abs(w) * size for w, size in zip(rounded, sizes, strict=True))
            moved = sum(abs(v - w) * size for v, w, size in zip(unit, rounded, sizes, strict=True))
            total += abs(output - Fraction(float(a))) * reach + abs(output) * moved
        return total


def hinges_of(target: Target) -> Hinges | None:
    """Return a target as a sum of hinges; None if it is not one with rational numbers."""
    if not isinstance(target, Formula):
        return None
    nothing = tuple(Fraction(0) for _ in (*target.symbols, 1))
    found = _Sum({}, nothing)
    try:
        found.collect(target.expression, Fraction(1), target.symbols)
    except _OtherError:
        return None
    found.add(found.line, Fraction(1))
    found.add(tuple(-a for a in found.line), Fraction(-1))
    kept = {unit: output for unit, output in found.units.items() if output and any(unit)}
    kept = kept or {nothing: Fraction(1)}
    return Hinges(tuple(kept), tuple(kept.values()))


class _OtherError(Exception):
    """The expression is no sum of hinges."""


@dataclass
class _Sum:
    """Units, and the affine function that is left."""

    units: dict[Affine, Fraction]
    line: Affine

    def collect(self, node: Any, factor: Fraction, symbols: tuple[Any, ...]) -> None:
        """Add ``factor * node``."""
        name = type(node).__name__
        if node.is_Add:
            for part in node.args:
                self.collect(part, factor, symbols)
        elif node.is_Mul and node.args[0].is_Rational and len(node.args) == 2:
            number = Fraction(int(node.args[0].p), int(node.args[0].q))
            self.collect(node.args[1], factor * number, symbols)
        elif name == "Abs":
            inner = _affine(node.args[0], symbols)
            self.add(inner, factor)
            self.add(tuple(-a for a in inner), factor)
        elif name in ("Max", "Min") and len(node.args) == 2:
            one, other = (_affine(part, symbols) for part in node.args)
            sign = 1 if name == "Max" else -1
            self.add(tuple(sign * (a - b) for a, b in zip(one, other, strict=True)), sign * factor)
            self._straight(other, factor)
        else:
            self._straight(_affine(node, symbols), factor)

    def add(self, inner: Affine, output: Fraction) -> None:
        """Add ``output * max(inner, 0)``."""
        self.units[inner] = self.units.get(inner, Fraction(0)) + output

    def _straight(self, line: Affine, factor: Fraction) -> None:
        self.line = tuple(a + factor * b for a, b in zip(self.line, line, strict=True))


def _affine(node: Any, symbols: tuple[Any, ...]) -> Affine:
    import sympy

    if not node.is_polynomial(*symbols):
        raise _OtherError
    polynomial = sympy.Poly(node, *symbols)
    if polynomial.total_degree() > 1:
        raise _OtherError
    found = [polynomial.coeff_monomial(s) for s in (*symbols, 1)]
    if not all(c.is_Rational for c in found):
        raise _OtherError
    return tuple(Fraction(int(c.p), int(c.q)) for c in found)
