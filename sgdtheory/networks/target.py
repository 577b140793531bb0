"""Targets: functions that can be certified, as sympy expressions or with stated bounds.

A formula encloses itself. Values of a black box at finitely many points say nothing about its
supremum: it must come with a Lipschitz constant, a modulus of continuity or a bound on its second
derivatives (`Bounded`), which are believed, as is that its values are accurate to `accuracy`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from sgdtheory.networks.ball import UNIT, Array, enlarged
from sgdtheory.networks.box import Box
from sgdtheory.networks.symbolic import enclose
from sgdtheory.networks.taylor import Model, Space, coordinate

__all__ = ["Bounded", "Formula", "Target", "target_of"]


class Target(Protocol):
    """What a certificate asks of f."""

    def model(self, space: Space, centre: Array, half: Array) -> Model:
        """Return the Taylor models on the cells ``centre +- half``, each ``(m, cells)``."""

    def values(self, points: Array) -> Array:
        """Return the values at `points` ``(N, m)``, as floats ``(N,)``."""


@dataclass(frozen=True, eq=False)
class Bounded:
    """A callable with what bounds it between its values.

    ``function`` takes one array for each variable. Give one of `lipschitz` (``|f(x) - f(y)| <=
    lipschitz |x - y|``, Euclidean), `modulus` (a nondecreasing function of the distance that bounds
    ``|f(x) - f(y)|``) and `curvature` (a bound on each ``|d^2 f / dx_j^2|``). Its values are
    believed to within ``accuracy * |value|``.
    """

    function: Callable[..., Any]
    lipschitz: float | None = None
    curvature: float | None = None
    modulus: Callable[[Any], Any] | None = None
    accuracy: float = 8 * UNIT

    def __post_init__(self) -> None:
        given = [name for name in ("lipschitz", "curvature", "modulus")
                 if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("Bounded needs exactly one of lipschitz, curvature and modulus, which "
                             f"bound f between its values; got {', '.join(given) or 'none'}")
        for name in ("lipschitz", "curvature", "accuracy"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise ValueError(f"{name}, a bound of the target, must be finite and >= 0; got "
                                 f"{value}")

    def change(self, distance: Any) -> Any:
        """Return a bound of ``|f(x) - f(y)|`` at a distance; needs no `curvature`."""
        if self.modulus is not None:
            return self.modulus(distance)
        return self.lipschitz * distance if self.lipschitz is not None else np.inf

    def values(self, points: Array) -> Array:
        """Return the values at `points` ``(N, m)``, ``(N,)``; or raise ValueError."""
        try:
            found = self.function(*points.T)
        except TypeError as error:
            raise ValueError(f"f, the target, could not be called with {points.shape[1]} arrays, "
                             f"one for each side of the box: {error}") from error
        return _finite(found, points)

    def model(self, space: Space, centre: Array, half: Array) -> Model:
        """Return the value at the centre, or the multilinear interpolant's linear part."""
        if self.curvature is not None:
            return self._interpolated(space, centre, half)
        value = self.values(centre.T)
        reach = enlarged(np.sqrt((half**2).sum(axis=0)) * (1 + 8 * UNIT))
        rem = enlarged(self.change(reach) + self.accuracy * np.abs(value))
        coefs = np.zeros((len(space.powers), len(value)))
        coefs[0] = value
        return Model(space, coefs, rem)

    def _interpolated(self, space: Space, centre: Array, half: Array) -> Model:
        """Average the corners with signs; the terms ``s_i s_j`` go to the remainder."""
        m = len(centre)
        signs = np.array(list(product((-1.0, 1.0), repeat=m)))
        edge = np.abs(centre).max(axis=0) * 8 * UNIT
        inner = np.where(half > 2 * edge, half - edge, half)  # `half` reaches over the box's end
        corners = np.array([self.values((centre + sign[:, None] * inner).T) for sign in signs])
        coefs, rem = np.zeros((len(space.powers), corners.shape[1])), np.zeros(corners.shape[1])
        for subset in product((0, 1), repeat=m):
            part = (np.prod(signs ** np.array(subset), axis=1)[:, None] * corners).mean(axis=0)
            if sum(subset) <= min(1, space.order - 1):
                coefs[space.powers.index(subset)] = part
            else:
                rem += np.abs(part)
        size = np.abs(corners).max(axis=0)
        edge = 4 * edge
        between = self.curvature * (half**2).sum(axis=0) / 2
        narrow = half.min(axis=0)
        steep = (np.abs(coefs[1:]).sum(axis=0) + rem) / np.where(narrow > 0, narrow, np.inf)
        return Model(space, coefs, enlarged(
            rem + between + (self.accuracy + 2**m * 4 * UNIT) * 2 * size
            + edge * (steep + self.curvature * (half.max(axis=0) + edge))))


@dataclass(frozen=True, eq=False)
class Formula:
    """A sympy expression of `symbols`, one for each side of the box."""

    expression: Any
    symbols: tuple[Any, ...]

    def model(self, space: Space, centre: Array, half: Array) -> Model:
        """Return the Taylor models of the expression."""
        return enclose(self.expression, {s: coordinate(space, i, centre[i], half[i])
                                         for i, s in enumerate(self.symbols)})

    def values(self, points: Array) -> Array:
        """Return the values at `points` ``(N, m)``, ``(N,)``; or raise ValueError."""
        import sympy

        function = sympy.lambdify(self.symbols, self.expression, modules=["scipy", "numpy"])
        with np.errstate(all="ignore"):
            found = function(*points.T)
        return _finite(np.asarray(found) + np.zeros(len(points)), points)


def _finite(found: Any, points: Array) -> Array:
    values = np.asarray(found)
    if values.shape != (len(points),):
        raise ValueError(f"f, the target, must return one value for each point: {len(points)} "
                         f"points gave the shape {values.shape}; it takes one array for each "
                         "variable")
    if np.iscomplexobj(values) and np.any(values.imag != 0):
        raise ValueError(f"f, the target, is complex at {_shown(points, values.imag != 0)}; a "
                         "network with real weights has real values")
    values = np.asarray(values.real, dtype=float)
    if not np.isfinite(values).all():
        bad = ~np.isfinite(values)
        raise ValueError(f"f, the target, is {values[bad][0]} at {_shown(points, bad)}; on a box a "
                         "continuous function is bounded: keep to where f is defined")
    return values


def _shown(points: Array, bad: Array) -> str:
    return "(" + ", ".join(f"{x:g}" for x in points[bad][0]) + ")"


def target_of(f: Any, box: Box) -> Target:
    """Return f as a `Target` on the box; raise ValueError where it cannot be certified."""
    import sympy

    if isinstance(f, (Bounded, Formula)):
        return f
    if callable(f) and not isinstance(f, sympy.Basic):
        raise ValueError("f, the target, is a callable without a bound: its values at points say "
                         "nothing about its supremum; give a sympy expression, or "
                         "networks.Bounded(f, lipschitz=...), (f, curvature=...) or "
                         "(f, modulus=...)")
    try:
        expression = None if isinstance(f, str) else sympy.sympify(f)
    except (sympy.SympifyError, TypeError, AttributeError):
        expression = None
    if not isinstance(expression, sympy.Expr):
        raise ValueError(f"f, the target, must be a sympy expression, a number or networks.Bounded;"
                         f" got {f!r}")
    strange = [*expression.atoms(sympy.core.function.AppliedUndef),
               *expression.atoms(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)]
    if strange:
        raise ValueError(f"f, the target, contains {strange[0]}, which has no value; f must be "
                         "defined and finite on the box")
    return Formula(expression, _symbols(expression, box))


def _natural(symbol: Any) -> list[tuple[int, str]]:
    """Return a key that sorts x2 before x10."""
    return [(int(part), "") if part.isdecimal() else (-1, part)
            for part in re.split(r"(\d+)", str(symbol))]


def _symbols(expression: Any, box: Box) -> tuple[Any, ...]:
    import sympy

    found = tuple(sorted(expression.free_symbols, key=_natural))
    if box.symbols:
        named = tuple(sympy.Symbol(s) if isinstance(s, str) else s for s in box.symbols)
        missing = set(found) - set(named)
        if missing:
            raise ValueError(f"f, the target, contains {', '.join(map(str, missing))}, for which "
                             "the box has no side; add it")
        return named
    if len(found) not in (0, box.m):
        raise ValueError(f"f, the target, has the variables {', '.join(map(str, found))} and the "
                         f"box has {box.m} sides; give one side for each variable in the order of "
                         "their names, or name them: {symbol: (low, high), ...}")
    return found or tuple(sympy.Symbol(f"x{i}") for i in range(box.m))
