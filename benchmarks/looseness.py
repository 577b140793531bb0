"""How loose each bound on the noise ball is on real data, where the truth is known exactly.

    python benchmarks/looseness.py            writes benchmarks/results/looseness.md, 1 to 2 minutes
    python benchmarks/looseness.py --quick    one data set, to the terminal

Ridge regression without projection, from the minimiser. The slide's, the corrected and the smooth
bound are theorems about iterates that are projected on the ball of the problem; the others need no
set. A dash: the bound does not cover this step size.
"""

from __future__ import annotations

import argparse
import math
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
from sgdtheory.simulations.optimum_noise import balls

import sgdtheory as st
from sgdtheory.optimizers import SGD
from sgdtheory.problems.samples import samples_of, second_moment

RESULTS = Path(__file__).parent / "results" / "looseness.md"
DATA = {"diabetes": 0.1, "breast_cancer": 0.1}
ALPHAS, SIZES = (1e-4, 1e-3, 1e-2), (1, 16, 64)
STEPS, RUNS = 1000, 1024
COLUMNS = ("slide", "corrected", "smooth", "optimum", "Young", "Needell", "Gower", "affine",
           "Bach-Moulines", "lower")


def ratio(value: float, exact: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3g} ({value / exact:.3g})"


def measured(problem: Any, alpha: float, B: int) -> str:
    """Return measured over exact at the last step, with its standard error."""
    rule, late = SGD(alpha), {"times": [STEPS], "w0": problem.w_star}
    run = st.simulate(problem, rule, B=B, steps=STEPS, runs=RUNS, seed=0, project=False, **late)
    exact = st.exact.distance2(problem, rule, B, **late)[0]
    return f"{run.mean[0] / exact:.3f} +- {run.stderr[0] / exact:.3f}"


def constants(name: str, problem: Any) -> str:
    of, moment = samples_of(problem), second_moment(problem)
    return (f"{name}, n = {problem.n}, d = {problem.dim}, l2 = {DATA[name]:g}: "
            f"c = {problem.c:.4g}, L = {problem.L:.4g}, sigma2 = {problem.sigma2:.4g}, "
            f"mu2 = {problem.mu2:.4g} on the ball of radius {problem.radius:.4g}; "
            f"of every sample c = {of.c:.4g}, L = {of.L:.4g}, sigma2_star = {of.sigma2_star:.4g}; "
            f"expected smoothness {moment.smoothness:.4g}, least growth "
            f"{moment.least_growth:.4g}, least variance {moment.least_variance:.4g} (B = 1).")


def table(name: str) -> list[str]:
    rows = st.data.read_table(st.data.path(name), target="y")
    problem = st.problems.ridge(rows.X, rows.y, DATA[name])
    head = ("alpha", "B", "exact", *COLUMNS, f"measured / exact at t = {STEPS}")
    lines = [f"## {name}", "", constants(name, problem), "",
             "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for alpha in ALPHAS:
        for B in SIZES:
            exact, found = st.exact.limit2(problem, SGD(alpha), B), balls(problem, alpha, B)
            cells = [f"{alpha:g}", str(B), f"{exact:.3g}",
                     *(ratio(found[key], exact) for key in COLUMNS), measured(problem, alpha, B)]
            lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick, start = parser.parse_args().quick, time.process_time()
    lines = ["# How loose the bounds are on real data", "",
             "Command: `python benchmarks/looseness.py`", "",
             "Stationary squared radius of SGD on ridge regression; in brackets the ratio to the "
             "exact value. `optimum` is alpha sigma2_star/B/(c (2 - alpha L)) with c and L of "
             "every sample; `lower` bounds from below. A dash: the step size is not covered. "
             "Slide, corrected and smooth are about iterates projected on the ball, the rest "
             f"about all of R^d, and so are the exact values. {RUNS} runs.", ""]
    for name in list(DATA)[:1] if quick else DATA:
        lines += table(name)
    lines.append(f"{time.process_time() - start:.0f} s of CPU, NumPy {np.__version__}, Python "
                 f"{platform.python_version()}, {platform.machine()}, one core.")
    text = "\n".join(lines) + "\n"
    if quick:
        print(text, end="")
    else:
        RESULTS.write_text(text)


if __name__ == "__main__":
    main()
