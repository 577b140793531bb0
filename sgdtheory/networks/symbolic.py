"""Taylor models of sympy expressions: every node becomes an operation on models.

Whole and rational powers, exp, log, trigonometric and hyperbolic functions, atan, erf, and what has
kinks: Abs, Max, Min, Heaviside, sign and Piecewise. Anything else is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.networks.ball import UNIT, Ball
from sgdtheory.networks.jets import JETS, power
from sgdtheory.networks.taylor import Model, constant, hull, positive_part

__all__ = ["KNOWN", "enclose", "number"]

KNOWN = ("+ - * / **", "exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan",
         "erf", "Abs", "Max", "Min", "sign", "Heaviside", "Piecewise")
"""What a target may be made of, in words."""


def enclose(expression: Any, variables: Mapping[Any, Model]) -> Model:
    """Return the model of an expression whose symbols have the models `variables`."""
    known: dict[Any, Model] = dict(variables)
    like = next(iter(variables.values()))
    return _enclose(expression, known, like)


def number(value: Any) -> Ball:
    """Return a real number of sympy as a ball; raise ValueError if it is not real and finite."""
    if value.is_Rational:
        exact = Fraction(int(value.p), int(value.q))
        mid = _float(exact, value)
        return Ball(mid, 0.0 if Fraction(mid) == exact else UNIT * abs(mid) + 1e-320)
    found = value.evalf(40)
    if not found.is_real or not found.is_finite:
        raise ValueError(f"f, the target, contains {value}, which is not a real number; a network "
                         "with real weights has real values: take the real part first")
    mid = _float(found, value)
    return Ball(mid, 2 * UNIT * abs(mid))


def _float(exact: Any, value: Any) -> float:
    try:
        mid = float(exact)
    except OverflowError:
        mid = np.inf
    if not np.isfinite(mid):
        raise ValueError(f"f, the target, contains {value}, which exceeds the largest float, "
                         "1.8e308; scale the target")
    return mid


def _enclose(node: Any, known: dict[Any, Model], like: Model) -> Model:
    if node not in known:
        if node.is_number:
            value = number(node)
            known[node] = constant(like.space, Ball(value.mid + 0 * like.rem, value.rad))
        else:
            known[node] = _operation(node, known, like)
    return known[node]


def _operation(node: Any, known: dict[Any, Model], like: Model) -> Model:
    name = type(node).__name__
    saturating = _logistic(node)
    if saturating is not None:
        jet, inner = saturating
        return _enclose(inner, known, like).composed(JETS[jet])
    if node.is_Add or node.is_Mul:
        return _folded(node, known, like)
    if node.is_Pow:
        return _power(node, known, like)
    if node.is_Piecewise:
        return _piecewise(node, known, like)
    parts = [_enclose(argument, known, like) for argument in node.args]
    if name in JETS:
        return parts[0].composed(JETS[name])
    if name in _RULES:
        return _RULES[name](*parts)
    if node.is_Symbol:
        raise ValueError(f"f, the target, contains the symbol {node}, which is no variable of the "
                         "box; substitute a number for it")
    raise ValueError(f"f, the target, contains {node.func.__name__}, which has no certified "
                     f"enclosure here; known are {', '.join(KNOWN)}; or give f as "
                     "networks.Bounded(callable, lipschitz=...)")


def _logistic(node: Any) -> tuple[str, Any] | None:
    """Return jet and argument of ``1/(1 + exp(-u))`` or ``log(1 + exp(u))``; None for others.

    Their exponentials may exceed the largest float where they themselves do not.
    """
    reciprocal = node.is_Pow and node.args[1] == -1
    inside = node.args[0] if reciprocal or type(node).__name__ == "log" else None
    if inside is None or not inside.is_Add or len(inside.args) != 2 or inside.args[0] != 1:
        return None
    if type(inside.args[1]).__name__ != "exp":
        return None
    inner = inside.args[1].args[0]
    return ("logistic", -inner) if reciprocal else ("softplus", inner)


def _folded(node: Any, known: dict[Any, Model], like: Model) -> Model:
    """Return a sum or a product; numbers multiply as balls, which is cheaper than as models."""
    numbers = [a for a in node.args if a.is_number]
    rest = [_enclose(a, known, like) for a in node.args if not a.is_number]
    result = rest[0]
    for other in rest[1:]:
        result = result + other if node.is_Add else result * other
    for value in numbers:
        result = result.shifted(number(value)) if node.is_Add else result.scaled(number(value))
    return result


def _power(node: Any, known: dict[Any, Model], like: Model) -> Model:
    base, exponent = node.args
    if exponent.is_Integer and exponent >= 0:
        return _enclose(base, known, like).raised(int(exponent))
    if exponent.is_Rational:
        exact = Fraction(int(exponent.p), int(exponent.q))
        return _enclose(base, known, like).composed(lambda u, order: power(u, exact, order))
    logarithm = _enclose(base, known, like).composed(JETS["log"])
    return (logarithm * _enclose(exponent, known, like)).composed(JETS["exp"])


def _piecewise(node: Any, known: dict[Any, Model], like: Model) -> Model:
    """Go through the branches from the last to the first; undecided cells hold both."""
    *first, (last, condition) = node.args
    result = _enclose(last, known, like)
    if condition != True:  # noqa: E712 (sympy's true)
        first, result = list(node.args), constant(like.space, Ball(0 * like.rem, np.inf))
    for value, condition in reversed(first):
        decided = _decided(condition, known, like)
        result = hull(_enclose(value, known, like), result, decided)
    return result


def _decided(condition: Any, known: dict[Any, Model], like: Model) -> Any:
    """Return 1 where a condition is true on the whole cell, -1 where it is false, else 0."""
    name = type(condition).__name__
    if name in ("And", "Or"):
        parts = [_decided(part, known, like) for part in condition.args]
        return np.min(parts, axis=0) if name == "And" else np.max(parts, axis=0)
    if name == "Not":
        return -_decided(condition.args[0], known, like)
    if name in ("BooleanTrue", "BooleanFalse"):
        return np.full(like.rem.shape, 1 if name == "BooleanTrue" else -1)
    if not condition.is_Relational:
        raise ValueError(f"f, the target, has the condition {condition}; use <, <=, >, >=")
    apart = (_enclose(condition.lhs, known, like) - _enclose(condition.rhs, known, like)).range
    sign = np.where(apart.low > 0, 1, np.where(apart.high < 0, -1, 0))
    if name in ("Equality", "Unequality"):
        return np.where(sign != 0, -1, 0) * (1 if name == "Equality" else -1)
    return sign if name in ("GreaterThan", "StrictGreaterThan") else -sign


def _sign(u: Model) -> Model:
    one = constant(u.space, Ball(np.ones_like(u.rem)))
    sign = np.where(u.range.low > 0, 1, np.where(u.range.high < 0, -1, 0))
    return hull(one, -one, sign)


def _heaviside(u: Model, at_zero: Model) -> Model:
    """Return the step from 0 to 1, whose value at 0 is its second argument."""
    step = _sign(u).scaled(Ball(0.5)).shifted(Ball(0.5))
    decided = (u.range.low > 0) | (u.range.high < 0)
    return hull(step, at_zero, np.where(decided, 1, 0))


def _maximum(*parts: Model) -> Model:
    result = parts[0]
    for other in parts[1:]:
        result = other + positive_part(result - other)
    return result


def _minimum(*parts: Model) -> Model:
    return -_maximum(*(-part for part in parts))


def _hyperbolic(sign: float) -> Any:
    def rule(u: Model) -> Model:
        up, down = u.composed(JETS["exp"]), (-u).composed(JETS["exp"])
        return (up + down.scaled(Ball(sign))).scaled(Ball(0.5))

    return rule


def _reciprocal(u: Model) -> Model:
    return u.composed(lambda v, order: power(v, Fraction(-1), order))


_RULES: dict[str, Callable[..., Model]] = {
    "Abs": lambda u: positive_part(u).scaled(Ball(2.0)) - u,
    "Max": _maximum,
    "Min": _minimum,
    "sign": _sign,
    "Heaviside": _heaviside,
    "sinh": _hyperbolic(-1.0),
    "cosh": _hyperbolic(1.0),
    "tan": lambda u: u.composed(JETS["sin"]) * _reciprocal(u.composed(JETS["cos"])),
}
