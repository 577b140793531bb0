"""Enclosures of activations: what a unit ``g(w.x + b)`` can be on a cell.

Sigmoid, tanh, softplus and ReLU have enclosures of their own; any other activation is enclosed by
its formula on symbols, which for an activation of the user's must agree with its values.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from sgdtheory.networks import activation as known
from sgdtheory.networks.activation import Activation, activation_named
from sgdtheory.networks.ball import Array
from sgdtheory.networks.jets import JETS
from sgdtheory.networks.symbolic import enclose
from sgdtheory.networks.taylor import Model, coordinate, linear_model, positive_part, space

__all__ = ["activation_of", "formula_of", "is_continuous", "polynomial_degree", "unit_models"]

CONTINUOUS = {"Add", "Mul", "Pow", "exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf",
              "Abs", "Max", "Min"}
"""What is continuous on the whole line, a power with a positive whole exponent."""

JET_NAMES = {known.sigmoid: "logistic", known.tanh: "tanh", known.softplus: "softplus"}


def unit_models(g: Activation, centre: Array, half: Array, blur: Array, order: int) -> Model:
    """Return the models of ``g(centre + half s + e)``, |s| <= 1 and |e| <= `blur`, all (cells,)."""
    if g in JET_NAMES:
        return linear_model(JETS[JET_NAMES[g]], centre, half, blur, order)
    z = coordinate(space(1, order), 0, centre, half)
    z = Model(z.space, z.coefs, z.rem + blur)
    if g == known.relu:
        return positive_part(z)
    symbol, expression = formula_of(g)
    return enclose(expression, {symbol: z})


@cache
def formula_of(g: Activation) -> tuple[Any, Any]:
    """Return the symbol and the expression of an activation, checked against its values."""
    import sympy

    z = sympy.Symbol("z", real=True)
    expression = sympy.sympify(g.formula(z))
    at = np.array([-2.5, -1.0, -0.3, 0.2, 0.7, 1.9])
    with np.errstate(all="ignore"):
        said = np.array([complex(expression.subs(z, float(x))) for x in at])
        found = np.asarray(g(at), dtype=complex) + 0 * at
    if not np.allclose(said, found, rtol=1e-9, atol=1e-9):
        worst = int(np.argmax(np.abs(said - found)))
        raise ValueError(f"activation {g.name}: its formula is {said[worst]:.6g} at z = "
                         f"{at[worst]:g} and its value {found[worst]:.6g}; make them agree")
    return z, expression


@cache
def polynomial_degree(g: Activation) -> int | None:
    """Return the degree of an activation that is a polynomial; None for any other."""
    z, expression = formula_of(g)
    if not expression.is_polynomial(z):
        return None
    import sympy

    return max(0, int(sympy.Poly(expression, z).degree())) if expression.has(z) else 0


def activation_of(given: Any) -> Activation:
    """Return an `Activation`, a name or a sympy expression of one symbol as an `Activation`."""
    import sympy

    if not isinstance(given, sympy.Expr):
        if isinstance(given, (str, Activation)):
            return activation_named(given)
        raise ValueError(f"activation={given!r}, the function of the units, must be a name, an "
                         "Activation or a sympy expression of one symbol")
    symbols = list(given.free_symbols)
    if len(symbols) != 1:
        raise ValueError(f"activation={given}, the function of the units, must have one variable; "
                         f"it has {len(symbols)}")
    return _from_expression(given, symbols[0])


@cache
def _from_expression(expression: Any, symbol: Any) -> Activation:
    import sympy

    value = sympy.lambdify(symbol, expression, modules=["scipy", "numpy"])

    def slope(z: Any) -> Any:
        derivative = sympy.diff(expression, symbol)
        return sympy.lambdify(symbol, derivative, modules=["scipy", "numpy"])(z)

    kinked = expression.has(sympy.Abs, sympy.Max, sympy.Min, sympy.Piecewise, sympy.Heaviside,
                            sympy.sign)
    return Activation(str(expression), value, slope, lambda z: expression.subs(symbol, z), None,
                      smoothness=0 if kinked else np.inf)


def is_continuous(g: Activation) -> bool:
    """Tell whether an activation is known to be continuous on the whole line."""
    if g in known.ACTIVATIONS.values() or g.name.startswith("elu("):
        return True
    import sympy

    _, expression = formula_of(g)
    parts = {type(node).__name__ for node in sympy.preorder_traversal(expression)
             if node.args and not node.is_number}
    powers = all(p.exp.is_Integer and p.exp > 0 for p in expression.atoms(sympy.Pow)
                 if not p.is_number)
    return powers and parts <= CONTINUOUS
