"""``sgdtheory simulate``: what the script of a topic does."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from typing import Any

from sgdtheory.cli.options import Commands, add_runs, check_runs, command, known_topic

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "simulate", "run the simulation of a topic and judge it", run)
    parser.add_argument("topic", type=known_topic)
    add_runs(parser, 4096, "out", all_controls=True)


def run(arguments: Namespace) -> int:
    """Run the script of the topic and return its exit code."""
    from sgdtheory import script

    check_runs(arguments)
    home = f"sgdtheory.simulations.{arguments.topic}"
    try:
        simulation: Any = import_module(home)
    except ModuleNotFoundError as error:
        if error.name != home:
            raise
        raise ValueError(f"the topic {arguments.topic!r} has no simulation; its theorems are "
                         f"printed by: sgdtheory prove {arguments.topic}") from error
    passed = ("runs", "seed", "workers", "out")
    return script.main(simulation, [f"--{name}={getattr(arguments, name)}" for name in passed])
