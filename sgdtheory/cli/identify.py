"""``sgdtheory identify``: which published rule an optimizer of one's own follows."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any

from sgdtheory.cli.options import Commands, command, finite

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "identify", "say which published rule an optimizer follows", run)
    parser.add_argument("optimizer", metavar="MODULE:NAME",
                        help="a function that makes a new optimizer, or a class of torch.optim, "
                        "such as torch.optim:Adam; modules of the current folder are found")
    parser.add_argument("--adapter", required=True,
                        choices=("torch", "keras", "optax", "callable"),
                        help="the kind of optimizer; callable: it returns step(w, g) -> w")
    parser.add_argument("--given", type=_number, action="append", default=[],
                        metavar="LETTER=NUMBER",
                        help="a hyperparameter that it is meant to have: alpha, beta1, beta2 or "
                        "eps (default: read off the instance, or estimated)")
    parser.add_argument("--tol", type=finite, default=1e-9, metavar="X",
                        help="the relative difference that counts as rounding (default 1e-9)")


def run(arguments: Namespace) -> int:
    """Print the table; 0 if it is a known rule, 1 if it is none."""
    from sgdtheory.conformance import identify
    from sgdtheory.conformance.adapters.asking import framework

    if arguments.adapter != "callable":
        framework(arguments.adapter)  # says what is missing better than the user's module
    found = identify(_factory(arguments.optimizer), arguments.adapter, tol=arguments.tol,
                     hyperparameters=dict(arguments.given) or None)
    print(found)
    return 0 if found.same else 1


def _factory(place: str) -> Callable[..., Any]:
    """Return what ``module:name`` names."""
    module, _, name = place.partition(":")
    if not module or not name:
        raise ValueError(f"optimizer must be written module:name, such as torch.optim:Adam; got "
                         f"{place!r}")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except ImportError as error:
        raise ValueError(f"optimizer={place}: {module} cannot be imported ({error}); it is looked "
                         f"for in the current folder and among the installed packages") from error
    except AttributeError as error:
        raise ValueError(f"optimizer={place}: {module} has no {name}") from error
    except Exception as error:  # importing runs the user's code
        raise ValueError(f"optimizer={place}: importing {module} raised {type(error).__name__}: "
                         f"{error}") from error
    if not callable(found):
        raise ValueError(f"optimizer={place} must be a function or a class; got {found!r}")
    return found  # type: ignore[no-any-return]


def _number(text: str) -> tuple[str, float]:
    """Return the letter and the number that ``alpha=0.1`` says."""
    name, _, value = text.partition("=")
    if not name or not value:
        raise argparse.ArgumentTypeError(f"must be written letter=number, such as alpha=0.1; got "
                                         f"{text!r}")
    return name, finite(value)
