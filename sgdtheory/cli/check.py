"""``sgdtheory check``: a data set, a loss and a step size against the lecture."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sgdtheory.cli.options import Commands, add_runs, command, finite, whole

if TYPE_CHECKING:
    from sgdtheory.check import CheckResult

__all__ = ["add", "run"]

FILES = ("check.json", "check.txt", "check.png", "check.svg")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "check", "hold SGD on a table of data to the lecture's bounds", run)
    parser.add_argument("data", help="CSV file with a line of names; nothing in it is scaled")
    parser.add_argument("--target", required=True, metavar="COLUMN", help="the column to predict")
    parser.add_argument("--loss", required=True, choices=("ridge", "logistic"))
    parser.add_argument("--l2", type=finite, default=0.0, metavar="X",
                        help="factor of |w|^2/2 in the loss (default 0)")
    parser.add_argument("--alpha", type=finite, required=True, metavar="X", help="the step size")
    parser.add_argument("--batch", type=whole, default=1, metavar="B",
                        help="B, the batch size (default 1)")
    parser.add_argument("--no-replace", dest="replace", action="store_false",
                        help="draw the rows of a batch without replacement")
    parser.add_argument("--no-project", dest="project", action="store_false",
                        help="do not project the iterates on the ball")
    parser.add_argument("--steps", type=whole, metavar="N",
                        help="number of steps (default: until the start is forgotten)")
    parser.add_argument("--radius", type=finite, metavar="X", help="of the ball around the "
                        "minimiser (default: the smallest that contains the start 0)")
    parser.add_argument("--delta", type=finite, default=1e-6, metavar="X", help="probability that "
                        "anything said of the measured is wrong (default 1e-6)")
    add_runs(parser, 4096, "out")


def run(arguments: Namespace) -> int:
    """Check, print the answer and save it; 1 if something is violated."""
    from sgdtheory.check import check
    from sgdtheory.cli import output, parts, workers
    from sgdtheory.cli.answer import text
    from sgdtheory.cli.progress import shown
    from sgdtheory.cli.reading import read_problem

    place = output.folder(arguments.out, FILES)
    problem, heading = read_problem(arguments.data, arguments.target, arguments.loss, arguments.l2,
                                    arguments.radius)
    store = parts.store(place, arguments)
    with parts.guarded(store):
        with workers.pool(arguments.workers) as executor, shown() as progress:
            result = check(
                problem, arguments.alpha, arguments.batch, steps=arguments.steps,
                runs=arguments.runs, seed=arguments.seed, replace=arguments.replace,
                project=arguments.project, delta=arguments.delta, executor=executor,
                store=store, progress=progress)
        _save(result, heading, place)
    print(text(result, heading))
    print(f"\nsaved in {place}: {', '.join(FILES)}")
    parts.clear(store)
    if left := parts.of_others(place):
        print(left)
    return int(result.refuted)


def _save(result: CheckResult, heading: str, place: Path) -> None:
    from sgdtheory import picture, script
    from sgdtheory.check.picture import figure
    from sgdtheory.cli.answer import text

    value = json.dumps({"what": heading, **result.to_dict()}, indent=1, allow_nan=False)
    script.write(place / "check.json", f"{value}\n".encode())
    script.write(place / "check.txt", f"{text(result, heading)}\n".encode())
    drawn = figure(result)
    for kind in ("png", "svg"):
        script.write(place / f"check.{kind}", picture.render(drawn, kind))
