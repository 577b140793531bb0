"""The real classes of torch, keras and optax, if the extra `frameworks` is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

MISSING = [name for name in ("torch", "keras", "optax") if find_spec(name) is None]

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def pytest_collection_modifyitems(items):
    """Skip this folder, and say why, where a framework is missing."""
    if not MISSING:
        return
    reason = f"not installed: {', '.join(MISSING)}; pip install 'sgdtheory[frameworks]'"
    for item in items:
        if "tests/frameworks" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(reason=reason))
