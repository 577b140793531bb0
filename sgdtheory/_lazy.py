"""Attributes that are imported when they are first used (PEP 562), so that importing is cheap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazy_attributes", "lazy_submodules"]


def lazy_attributes(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module ``__getattr__`` that finds each name in the module ``homes`` says.

    A home that ends with the name itself is the module; else the name is an attribute of it.
    """

    def getattribute(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = import_module(homes[name])
        return home if homes[name].rsplit(".", 1)[-1] == name else getattr(home, name)

    return getattribute


def lazy_submodules(package: str, names: Iterable[str]) -> Callable[[str], Any]:
    """Return a module ``__getattr__`` that imports the submodules called `names`."""
    return lazy_attributes(package, {name: f"{package}.{name}" for name in names})
