"""What the user hands in for a regression: checked once, where it enters, and kept read-only."""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.problems.geometry import Array

__all__ = ["design_matrix", "penalty", "readonly", "target_numbers", "two_labels"]


def readonly(array: Any) -> Array:
    """Return a float64 copy of `array` that cannot be written."""
    copy = np.array(array, dtype=np.float64)
    copy.flags.writeable = False
    return copy


def _numbers(array: Any, name: str) -> Array:
    """Return `array` as read-only float64; raise ValueError unless it holds real numbers."""
    given = np.asarray(array)
    if given.dtype.kind not in "iufb":
        raise ValueError(f"{name} must hold real numbers; it holds {given.dtype} values: encode "
                         "text as numbers first")
    return readonly(given)


def _refuse_not_finite(array: Array, name: str) -> None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        column = f", column {bad[0][1]}" if array.ndim == 2 else ""
        raise ValueError(f"{name} has {len(bad)} NaN or infinite value"
                         f"{'s' if len(bad) > 1 else ''}, the first at row {bad[0][0]}{column} "
                         "(counted from 0); remove or fill these rows")


def design_matrix(rows: Any) -> Array:
    """Return the matrix X, shape (n, d), as a read-only float64 copy, or raise ValueError."""
    X: Array = _numbers(rows, "X")
    if X.ndim != 2:
        raise ValueError(f"X has {X.ndim} dimension{'s' if X.ndim != 1 else ''}, must have 2: rows "
                         "are samples, columns are features; use X.reshape(-1, 1) for one feature")
    if X.size == 0:
        raise ValueError(f"X is empty: its shape is {X.shape}; it needs at least 2 rows, 1 column")
    if len(X) == 1:
        raise ValueError("X has 1 row; at least 2 are needed: one sample has no variance")
    _refuse_not_finite(X, "X")
    return X


def _one_a_row(y: Array, X: Array) -> None:
    if y.ndim != 1:
        raise ValueError(f"y has {y.ndim} dimensions, must have 1: one value a row of X; "
                         "use y.ravel()")
    if len(y) != len(X):
        raise ValueError(f"y has {len(y)} entries, X has {len(X)} rows; pass one value a row")


def target_numbers(target: Any, X: Array) -> Array:
    """Return the target, one number a row of `X`, as a read-only copy, or raise ValueError."""
    y = _numbers(target, "y")
    _one_a_row(y, X)
    _refuse_not_finite(y, "y")
    return y


def two_labels(y: Any, X: Array) -> Array:
    """Return `y`, two values of any kind, as -1 (the smaller in sorted order) and 1."""
    y = np.asarray(y)
    _one_a_row(y, X)
    if y.dtype.kind == "f":
        _refuse_not_finite(y, "y")
    values, codes = np.unique(y, return_inverse=True)
    if len(values) != 2:
        some = ", ".join(str(value) for value in values[:4]) + (", ..." if len(values) > 4 else "")
        raise ValueError(f"y, the labels, must take two values; it takes {len(values)}: {some}; "
                         "for a numeric target use ridge")
    return readonly(2.0 * codes - 1.0)


def penalty(l2: Any) -> float:
    """Return `l2`, the factor of ``|w|^2 / 2``, as a float; raise ValueError if it is < 0."""
    value = float(l2)
    if not 0 <= value < np.inf:
        raise ValueError(f"l2={value:g}, the factor of |w|^2/2 in the loss, must be >= 0 and "
                         "finite; 0 is least squares without penalty")
    return value
