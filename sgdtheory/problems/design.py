"""What the user hands in for a regression: checked once, where it enters, and kept read-only."""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.problems.geometry import Array, number_or_nan

__all__ = ["design_matrix", "penalty", "readonly", "target_numbers", "two_labels"]


def readonly(array: Any) -> Array:
    """Return a float64 copy of `array` that cannot be written."""
    copy = np.array(array, dtype=np.float64)
    copy.flags.writeable = False
    return copy


def _numbers(array: Any, name: str) -> Array:
    """Return `array` as read-only float64; raise ValueError unless it holds real numbers."""
    try:
        given = np.asarray(array)
    except ValueError as error:
        raise ValueError(f"{name} is ragged: its rows have different lengths") from error
    if given.dtype.kind not in "iufb":
        raise ValueError(f"{name} must hold real numbers; it holds {given.dtype} values: encode "
                         "text as numbers first")
    return readonly(given)


def _refuse_not_finite(array: Array, name: str) -> None:
    """Raise ValueError if a value is missing, or so large or small that its 4th power is lost."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        column = f", column {bad[0][1]}" if array.ndim == 2 else ""
        raise ValueError(f"{name} has {len(bad)} NaN or infinite value"
                         f"{'s' if len(bad) > 1 else ''}, the first at row {bad[0][0]}{column} "
                         "(counted from 0); remove or fill these rows")
    largest = float(np.abs(array).max())
    if largest and not 1e-60 < largest < 1e60:
        raise ValueError(f"{name} has a largest entry of size {largest:g}; it must be in "
                         "(1e-60, 1e60): its fourth power leaves the range of floats; rescale it")


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
    if y.dtype.kind == "O":
        y = _text(y)
    _one_a_row(y, X)
    if y.dtype.kind == "f":
        _refuse_not_finite(y, "y")
    values, codes = np.unique(y, return_inverse=True)
    if len(values) != 2:
        some = ", ".join(str(value) for value in values[:4]) + (", ..." if len(values) > 4 else "")
        raise ValueError(f"y, the labels, must take two values; it takes {len(values)}: {some}; "
                         "for a numeric target use ridge")
    return readonly(2.0 * codes - 1.0)


def _text(labels: Array) -> Any:
    """Return an array of objects as text, or raise ValueError if one of them is not."""
    other = [label for label in labels.ravel() if not isinstance(label, str)]
    if other:
        raise ValueError(f"y, the labels, must be numbers or text; got {other[0]!r} among them")
    return labels.astype(str)


def penalty(value: Any, name: str = "l2") -> float:
    """Return the factor of ``|w|^2 / 2`` as a float; raise ValueError unless finite and >= 0."""
    factor = number_or_nan(value)
    if not 0 <= factor < np.inf:
        raise ValueError(f"{name}={value!r}, the factor of |w|^2/2 in the loss, must be a finite "
                         "number >= 0; 0 is no penalty")
    return factor
