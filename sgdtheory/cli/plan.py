"""``sgdtheory plan``: alpha, B and the number of steps for a target."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sgdtheory.cli.options import Commands, add_runs, command, finite, whole

if TYPE_CHECKING:
    from sgdtheory.planner import Plan, Setting, Tradeoff
    from sgdtheory.planner.confirm import Confirmation

__all__ = ["add", "run"]

FILES = ("plan.json", "plan.txt", "plan.png", "plan.svg")
CONSTANTS = ("c", "sigma2", "mu2", "L", "d0")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = command(commands, "plan", "find the cheapest step size, batch size and number of "
                     "steps for a target", run)
    parser.add_argument("data", nargs="?", help="CSV file with a line of names, from which the "
                        "constants are computed; the plan is carried out on it")
    parser.add_argument("--target", type=_distance, required=True, metavar="X",
                        help="the squared distance E|w - w*|^2 to reach")
    for name in CONSTANTS:
        parser.add_argument(f"--{name}", type=finite, metavar="X", help=_meaning(name))
    parser.add_argument("--model", choices=("slide", "smooth"), default="slide", help="the bound "
                        "to plan with: the lecture's, from mu2, or the smooth one, from L")
    parser.add_argument("--t0", type=finite, default=0.0, metavar="X",
                        help="fixed cost of a step, t0 + t1 B (default 0)")
    parser.add_argument("--t1", type=finite, default=1.0, metavar="X",
                        help="cost of a sample (default 1)")
    parser.add_argument("--latency", type=finite, metavar="X",
                        help="a step costs max(latency, t1 B)")
    parser.add_argument("--P", type=whole, metavar="N", help="a step costs t0 + t1 ceil(B/P)")
    parser.add_argument("--target-column", metavar="COLUMN", help="the column to predict")
    parser.add_argument("--loss", choices=("ridge", "logistic"))
    parser.add_argument("--l2", type=finite, metavar="X",
                        help="factor of |w|^2/2 in the loss (default 0)")
    parser.add_argument("--no-simulate", dest="simulate", action="store_false",
                        help="do not carry the plan out on the data")
    parser.add_argument("--delta", type=finite, default=1e-6, metavar="X", help="probability that "
                        "anything said of the measured is wrong (default 1e-6)")
    add_runs(parser, 256, "out")


def _distance(text: str) -> float:
    """Return the number that `text` says; a word is a column's name, which belongs elsewhere."""
    try:
        return finite(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"the squared distance to reach, {error}; the column to predict "
                                f"is --target-column {text}") from None


def run(arguments: Namespace) -> int:
    """Plan, print the plan and save it; 1 if the measured violates it."""
    from sgdtheory import planner
    from sgdtheory.cli import output
    from sgdtheory.planner import answer

    place = output.folder(arguments.out, FILES)
    problem, heading = _problem(arguments)
    setting = _setting(arguments, problem, arguments.model)
    found = planner.tradeoff(setting, planner.solve(setting))
    confirmed = None
    if problem is not None and arguments.simulate:
        confirmed = _confirmed(arguments, problem, setting, found, place)
    remarks = answer.remarks(found, None if problem is None else problem.n,
                             _other(arguments, problem))
    said = heading + answer.text(found, confirmed, remarks)
    _save(found, confirmed, remarks, said, place)
    print(f"{said}\n\nsaved in {place}: {', '.join(FILES)}")
    return int(confirmed is not None and confirmed.refuted)


def _problem(arguments: Namespace) -> tuple[Any, str]:
    """Return the problem of the data and a line about it; (None, "") where there are no data."""
    from sgdtheory.cli.reading import read_problem

    asked = {"--target-column": arguments.target_column, "--loss": arguments.loss}
    if arguments.data is None:
        given = [name for name, value in {**asked, "--l2": arguments.l2}.items()
                 if value is not None]
        if given:
            raise ValueError(f"{given[0]} is about data, and no file is named; name a CSV file, "
                             f"or leave it out")
        return None, ""
    if missing := [name for name, value in asked.items() if value is None]:
        raise ValueError(f"{missing[0]} is missing: the data {arguments.data} need it")
    if given := [name for name in CONSTANTS if getattr(arguments, name) is not None]:
        raise ValueError(f"{given[0]}, {_meaning(given[0])}, follows from the data; leave "
                         f"--{given[0]} out, or the data")
    problem, heading = read_problem(arguments.data, arguments.target_column, arguments.loss,
                                    arguments.l2 or 0.0)
    return problem, f"{heading}\n\n"


def _setting(arguments: Namespace, problem: Any, model: str) -> Setting:
    """Return what is asked, from the problem's constants or from the options."""
    import numpy as np

    from sgdtheory.planner import setting

    if problem is None:
        values = {name: getattr(arguments, name) for name in CONSTANTS}
        own = "mu2" if model == "slide" else "L"
        if missing := [name for name in ("c", "sigma2", own, "d0") if values[name] is None]:
            raise ValueError(f"--{missing[0]}, {_meaning(missing[0])}, is missing; give "
                             f"--{missing[0]} X, or name a CSV file from which it is computed")
    else:
        values = {name: float(getattr(problem, name)) for name in CONSTANTS[:-1]}
        values["d0"] = float(np.sum((problem.w0 - problem.w_star) ** 2))
    return setting(**values, target=arguments.target, t0=arguments.t0, t1=arguments.t1,
                   latency=arguments.latency, P=arguments.P, model=model)


def _other(arguments: Namespace, problem: Any) -> Plan | None:
    """Return the plan by the other model; None where it has none."""
    from sgdtheory.planner import solve

    model = "smooth" if arguments.model == "slide" else "slide"
    try:
        return solve(_setting(arguments, problem, model))
    except ValueError:
        return None


def _confirmed(arguments: Namespace, problem: Any, setting: Setting, found: Tradeoff,
               place: Path) -> Confirmation:
    """Carry the plan out; an interrupt says what is kept."""
    from sgdtheory.cli import parts, workers
    from sgdtheory.cli.progress import shown
    from sgdtheory.planner.confirm import confirm

    store = parts.store(place, arguments)
    with (parts.guarded(store), workers.pool(arguments.workers) as executor,
          shown() as progress):
        confirmed = confirm(problem, setting, found.plan, runs=arguments.runs,
                            seed=arguments.seed, delta=arguments.delta, executor=executor,
                            store=store, progress=progress)
    parts.clear(store)
    return confirmed


def _save(found: Tradeoff, confirmed: Confirmation | None, remarks: list[str], said: str,
          place: Path) -> None:
    from sgdtheory import picture, script
    from sgdtheory.planner import answer
    from sgdtheory.planner.picture import figure

    value = json.dumps(answer.to_dict(found, confirmed, remarks), indent=1, allow_nan=False)
    script.write(place / "plan.json", f"{value}\n".encode())
    script.write(place / "plan.txt", f"{said}\n".encode())
    drawn = figure(found, confirmed)
    for kind in ("png", "svg"):
        script.write(place / f"plan.{kind}", picture.render(drawn, kind))


def _meaning(name: str) -> str:
    from sgdtheory.notation import letter

    return letter(name).meaning
