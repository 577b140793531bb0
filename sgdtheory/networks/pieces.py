"""Functions of one variable cut where they have kinks or jumps, at rational points."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sgdtheory.networks.box import Box
from sgdtheory.networks.dual import JumpCertificate
from sgdtheory.networks.enclosed import value_at
from sgdtheory.networks.target import Formula, Target

__all__ = ["Piece", "jump_of", "pieces_of", "polynomial"]


@dataclass(frozen=True)
class Piece:
    """The expression that a function is between `low` and `high`."""

    low: Fraction
    high: Fraction
    expression: Any


class _CutError(Exception):
    def __init__(self, points: list[Fraction]) -> None:
        super().__init__(points)
        self.points = points


class _UnknownError(Exception):
    pass


def pieces_of(target: Target, box: Box) -> tuple[Piece, ...]:
    """Return the pieces of a target in one variable; none where they are not known exactly."""
    if not isinstance(target, Formula) or box.m > 1:
        return ()
    cuts = {Fraction(float(box.low[0])), Fraction(float(box.high[0]))}
    try:
        return _cut(target.expression, target.symbols[0], cuts)
    except _UnknownError:
        return ()


def _cut(expression: Any, symbol: Any, cuts: set[Fraction]) -> tuple[Piece, ...]:
    while len(cuts) < 2000:
        ends, found = sorted(cuts), []
        try:
            for low, high in pairwise(ends):
                found.append(Piece(low, high, _resolved(expression, symbol, low, high)))
        except _CutError as error:
            cuts |= set(error.points)
            continue
        return tuple(found)
    raise _UnknownError


def _resolved(node: Any, x: Any, low: Fraction, high: Fraction) -> Any:
    """Return the expression without its kinks, as it is between two points."""
    if not node.args or not node.has(x):
        return node
    name = type(node).__name__
    if name == "Piecewise":
        for value, condition in node.args:
            if _holds(condition, x, low, high):
                return _resolved(value, x, low, high)
        raise _UnknownError
    parts = [_resolved(argument, x, low, high) for argument in node.args]
    if name == "Abs":
        return parts[0] * _sign(parts[0], x, low, high)
    if name == "sign":
        return node.func(_sign(parts[0], x, low, high))
    if name == "Heaviside":
        return node.func(_sign(parts[0], x, low, high))
    if name in ("Max", "Min"):
        best = parts[0]
        for part in parts[1:]:
            larger = _sign(part - best, x, low, high) >= 0
            best = part if larger == (name == "Max") else best
        return best
    return node.func(*parts)


def _holds(condition: Any, x: Any, low: Fraction, high: Fraction) -> bool:
    name = type(condition).__name__
    if name == "BooleanTrue":
        return True
    if name in ("And", "Or"):
        parts = [_holds(part, x, low, high) for part in condition.args]
        return all(parts) if name == "And" else any(parts)
    if name not in ("GreaterThan", "StrictGreaterThan", "LessThan", "StrictLessThan"):
        raise _UnknownError
    sign = _sign(_resolved(condition.lhs - condition.rhs, x, low, high), x, low, high)
    return sign > 0 if "Greater" in name else sign < 0


def _sign(u: Any, x: Any, low: Fraction, high: Fraction) -> int:
    """Return the sign of a rational polynomial between two points; cut at its roots."""
    import sympy

    coefficients = polynomial(u, x)
    if coefficients is None:
        raise _UnknownError
    inside = []
    if len(coefficients) > 1:
        for root in sympy.Poly(u, x).real_roots(multiple=False):
            if not low < root[0] < high:
                continue
            if not root[0].is_Rational:
                raise _UnknownError
            inside.append(Fraction(int(root[0].p), int(root[0].q)))
    if inside:
        raise _CutError(inside)
    middle = (low + high) / 2
    value = sum((c * middle**k for k, c in enumerate(coefficients)), start=Fraction(0))
    return (value > 0) - (value < 0)


def polynomial(expression: Any, x: Any) -> tuple[Fraction, ...] | None:
    """Return the rational coefficients of a polynomial, from the constant on; None for others."""
    import sympy

    if not expression.is_polynomial(x):
        return None
    coefficients = sympy.Poly(expression, x).all_coeffs()[::-1]
    if not all(c.is_Rational for c in coefficients):
        return None
    return tuple(Fraction(int(c.p), int(c.q)) for c in coefficients)


def jump_of(target: Target, box: Box) -> JumpCertificate | None:
    """Return the largest jump of a target in one variable; None if it has none that is known."""
    symbols = getattr(target, "symbols", ())
    found = []
    for piece in pieces_of(target, box):
        for x in (piece.low, piece.high):
            limit = value_at(Formula(piece.expression, symbols), (x,))
            found.append(JumpCertificate(x, limit, value_at(target, (x,))))
    found += [JumpCertificate(one.point, one.left, other.left)
              for one, other in pairwise(found) if one.point == other.point]
    best = max(found, key=lambda jump: jump.bound, default=None)
    return best if best is not None and best.bound > 0 else None
