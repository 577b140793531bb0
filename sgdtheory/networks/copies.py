"""Networks that are the same function by the symmetry of their units [Sussmann 1992].

A hidden unit is ``a g(w . x + b)``. Units can be exchanged; if g is odd, ``(-a, -w, -b)`` is the
same unit; if g is positively homogeneous, ``(a/c, c w, c b)`` is. A network is kept as the tuple of
its units, in exact numbers, so that equality of functions is equality of normal forms, for every
such g at once.

>>> net = (Unit(2, (1,), 3), Unit(1, (-1,), 5))
>>> len(copies(net)), {normal_form(copy) == normal_form(net) for copy in copies(net)}
(8, {True})
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations, product
from typing import NamedTuple

__all__ = ["Network", "Unit", "copies", "evaluated", "mirrored", "normal_form", "rescaled"]


class Unit(NamedTuple):
    """A hidden unit ``output g(weights . x + bias)`` with rational numbers."""

    output: Fraction | int
    weights: tuple[Fraction | int, ...]
    bias: Fraction | int


Network = tuple[Unit, ...]


def mirrored(unit: Unit) -> Unit:
    """Return the unit with all signs changed: the same function if the activation is odd."""
    return Unit(-unit.output, tuple(-w for w in unit.weights), -unit.bias)


def rescaled(unit: Unit, factor: Fraction) -> Unit:
    """Return ``(a/c, c w, c b)``: the same function if the activation is positively homogeneous."""
    if factor <= 0:
        raise ValueError(f"factor={factor}, by which the inner weights grow, must be positive: "
                         "max(z, 0) is homogeneous for positive factors only")
    return Unit(unit.output / factor, tuple(factor * w for w in unit.weights), factor * unit.bias)


def copies(net: Network) -> set[Network]:
    """Return all networks that permutations and changes of sign make of `net`, each once."""
    signed = [(unit, mirrored(unit)) for unit in net]
    return {order for choice in product(*signed) for order in permutations(choice)}


def normal_form(net: Network) -> tuple[tuple[tuple[Fraction | int, ...], Fraction], ...]:
    """Return the function of a network for every odd activation: units by arguments, in order.

    Units of one argument up to sign are added, those without an argument or an output left out.
    """
    total: dict[tuple[Fraction | int, ...], Fraction] = {}
    for unit in net:
        argument = (*unit.weights, unit.bias)
        if not any(argument):
            continue
        flip = next(a for a in argument if a) < 0
        key = tuple(-a for a in argument) if flip else argument
        total[key] = total.get(key, Fraction(0)) + (-unit.output if flip else unit.output)
    return tuple(sorted((key, value) for key, value in total.items() if value))


def evaluated(net: Network, activation: Callable[[Fraction], Fraction], x: tuple[Fraction, ...]
              ) -> Fraction:
    """Return the network at a point, for a rational activation."""
    return sum((unit.output * activation(
        sum((w * c for w, c in zip(unit.weights, x, strict=True)), start=Fraction(unit.bias)))
        for unit in net), start=Fraction(0))
