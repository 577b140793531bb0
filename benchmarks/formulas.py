"""What one evaluation of each formula costs: on plain numbers, and on a million parameter sets.

``python benchmarks/formulas.py`` writes benchmarks/results/formulas.md in about a minute.
"""

from __future__ import annotations

import platform
import time
import timeit
from importlib import import_module
from pathlib import Path

import numpy as np

from sgdtheory.logic.formula import Formula
from sgdtheory.theory import TOPICS

RESULTS = Path(__file__).parent / "results" / "formulas.md"
MANY = 10**6
LETTERS = {"alpha": 0.01, "beta1": 0.9, "c": 1.0, "L": 2.0, "h": 1.0, "sigma2": 1.0, "mu2": 1.0,
           "sigma2_star": 1.0, "sigma2_low": 1.0, "floor2": 1.0, "growth": 2.0, "young": 1.0,
           "gap0": 1.0, "d0": 1.0, "radius": 1.0, "tau": 3.0, "t0": 1.0, "t1": 1.0, "latency": 1.0,
           "target": 0.1, "B": 4, "n": 100, "t": 10, "k": 3}


def formulas():
    """Yield (topic, formula) for every formula of the package."""
    for topic in TOPICS:
        home = f"sgdtheory.theory.{topic}"
        for value in vars(import_module(home)).values():
            if isinstance(value, Formula) and value.function.__module__ == home:
                yield topic, value


def seconds(asked, number):
    """Return the least of five mean times."""
    return min(timeit.repeat(asked, number=number, repeat=5, timer=time.process_time)) / number


def main():
    rows = ["| formula | scalars | a million sets | each |", "|---|---|---|---|"]
    for topic, formula in formulas():
        values = [LETTERS[entry.name] for entry in formula.parameters]
        spread = [np.full(MANY, value) for value in values]
        one = seconds(lambda f=formula, v=values: f(*v), 20_000)
        many = seconds(lambda f=formula, v=spread: f(*v), 1)
        rows.append(f"| {topic}.{formula.name} | {one * 1e6:.2g} us | {many * 1e3:.3g} ms "
                    f"| {many / MANY * 1e9:.3g} ns |")
        print(rows[-1], flush=True)
    RESULTS.write_text("\n".join([
        "# One evaluation of each formula", "", "Command: `python benchmarks/formulas.py`", "",
        "Validation included; best of five, CPU time.", "", *rows, "",
        f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}.", ""]))


if __name__ == "__main__":
    main()
