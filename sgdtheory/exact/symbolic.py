"""A linear rule on a quadratic, in symbols: its transition, its stability, its stationary law.

The transition matrix is the Jacobian of the rule's own ``step``, run on symbols, with the gradient
``h w + noise`` of one curvature h; nothing is typed again.

>>> import sympy
>>> from sgdtheory.optimizers import Momentum
>>> alpha, beta1, h, sigma2 = sympy.symbols("alpha beta_1 h sigma2", positive=True)
>>> stationary(Momentum(alpha, beta1), h, sigma2)[0, 0].equals(
...     alpha * sigma2 * (1 + beta1) / (h * (2 * (1 + beta1) - alpha * (1 - beta1) * h)))
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sgdtheory.exact.laws import NotExactlyKnown
from sgdtheory.optimizers.state import leaves, rebuilt

if TYPE_CHECKING:
    import sympy

__all__ = ["characteristic", "jacobian", "push", "stability", "stationary"]


def jacobian(rule: Any, h: Any) -> sympy.Matrix:
    """Return the matrix ``(k, k)`` that moves the mean of (iterate, state) by a step.

    `rule` has symbols (or numbers) for its hyperparameters; `h` is the curvature. Raises
    NotExactlyKnown where the step is not linear, or depends on the time.
    """
    return _derivatives(rule, h)[0]


def push(rule: Any, h: Any) -> sympy.Matrix:
    """Return the column ``(k, 1)`` by which the noise of the gradient moves (iterate, state)."""
    return _derivatives(rule, h)[1]


def characteristic(rule: Any, h: Any, z: Any) -> Any:
    """Return the characteristic polynomial of `jacobian` in `z`: its roots are the rates."""
    import sympy

    matrix = jacobian(rule, h)
    return sympy.factor(sympy.det(z * sympy.eye(matrix.rows) - matrix))


def stability(rule: Any, h: Any) -> tuple[Any, ...]:
    """Return expressions that are all positive if and only if the roots lie inside the circle.

    Jury's conditions, for rules with a state of at most one number a coordinate.
    """
    import sympy

    matrix = jacobian(rule, h)
    if matrix.rows == 1:
        return 1 - matrix[0, 0], 1 + matrix[0, 0]
    if matrix.rows > 2:
        raise NotExactlyKnown(f"{type(rule).__name__} keeps {matrix.rows - 1} numbers a coordinate;"
                              f" Jury's conditions are here for at most 1; take the numbers' route,"
                              f" stable_alpha")
    trace, det = sympy.trace(matrix), sympy.det(matrix)
    return tuple(sympy.factor(part) for part in (1 - trace + det, 1 + trace + det, 1 - det))


def stationary(rule: Any, h: Any, sigma2: Any) -> sympy.Matrix:
    """Return the stationary covariance ``(k, k)`` of (error, state), noise of variance `sigma2`.

    It solves ``C = A C A' + sigma2 b b'`` (the discrete Lyapunov equation) with A `jacobian` and b
    `push`; it is a covariance only where `stability` holds.
    """
    import sympy

    A, b = _derivatives(rule, h)
    k = A.rows
    entries = {(i, j): sympy.Symbol(f"C{i}{j}") for i in range(k) for j in range(i, k)}
    C = sympy.Matrix(k, k, lambda i, j: entries[min(i, j), max(i, j)])
    left = C - A * C * A.T - sigma2 * b * b.T
    found = sympy.linsolve([left[i, j] for i, j in entries], list(entries.values()))
    if not found:
        raise NotExactlyKnown(f"{type(rule).__name__} has no stationary covariance: a root lies on "
                              f"the circle; take a smaller alpha")
    values = dict(zip(entries, map(sympy.factor, next(iter(found))), strict=True))
    return sympy.Matrix(k, k, lambda i, j: values[min(i, j), max(i, j)])


def _derivatives(rule: Any, h: Any) -> tuple[sympy.Matrix, sympy.Matrix]:
    import sympy

    w, noise, t = sympy.Dummy("w"), sympy.Dummy("noise"), sympy.Dummy("t", positive=True)
    template = rule.init(w)
    state = [sympy.Dummy(f"state{i}") for i in range(len(leaves(template)))]
    after = rule.step(w, rebuilt(template, iter(state)), lambda point: h * point + noise, t)
    moved = sympy.Matrix([after[0], *leaves(after[1])])
    A, b = moved.jacobian([w, *state]), moved.jacobian([noise])
    name = type(rule).__name__
    A, b = A.applyfunc(sympy.cancel), b.applyfunc(sympy.cancel)
    if (A.free_symbols | b.free_symbols) & {w, noise, *state}:
        raise NotExactlyKnown(f"the step of {name} is not linear in the gradients: it has no "
                              f"transition matrix; simulate it")
    if t in A.free_symbols | b.free_symbols:
        raise NotExactlyKnown(f"the step of {name} depends on the time: it has no stationary law; "
                              f"distance2 knows its moments at each time")
    return A, b
