"""Asking code that is not ours: frameworks that may be missing, factories that may break."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["asked", "framework", "parameters"]


def framework(name: str) -> Any:
    """Return the module of a framework, or raise ValueError that says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        if error.name and error.name.partition(".")[0] != name:
            raise ValueError(
                f"adapter={name!r}: {name} is installed, but not {error.name}, which it asks for; "
                f"Keras takes another backend by the environment variable KERAS_BACKEND=torch, "
                f"set before Python starts") from error
        raise ValueError(f"adapter={name!r} needs {name}, which is not installed; "
                         f'pip install "sgdtheory[frameworks]"') from error


def asked(what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a user's function; what it raises becomes a ValueError that says where."""
    try:
        return function(*arguments)
    except Exception as error:
        raise ValueError(f"optimizer_factory: {what} raised {type(error).__name__}: {error}; it "
                         f"must make one step for a parameter of shape (dim,); what needs more "
                         f"arguments goes into a function of its own, lambda ...: f(..., "
                         f"learning_rate=0.1)") from error


def parameters(value: Any, w: np.ndarray, t: int) -> np.ndarray:
    """Return `value` as the parameters after step `t`, a copy in float64, or raise ValueError."""
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        array = None
    if array is None or value is None:
        raise ValueError(f"optimizer_factory: step {t} must return the new parameters, an array of "
                         f"shape {w.shape}; got {value!r}")
    if array.shape != w.shape:
        raise ValueError(f"optimizer_factory: step {t} must return the new parameters, of shape "
                         f"{w.shape}; got shape {array.shape}")
    return array
