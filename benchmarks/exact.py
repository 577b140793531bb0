"""Exact moments: how long they take, and how far they are from closed forms.

    python benchmarks/exact.py            writes benchmarks/results/exact.md, about a minute
    python benchmarks/exact.py --quick    to the terminal, without the slowest rows

The closed form of an average cancels at small steps: its own rounding is the error shown there.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sgdtheory import exact
from sgdtheory.optimizers import SGD, CorrectedMomentum, DecayingSGD, Inverse, Momentum
from sgdtheory.problems import gaussian_least_squares, quadratic, ridge

RESULTS = Path(__file__).parent / "results" / "exact.md"
TIMES = np.unique(np.round(np.geomspace(1, 1e5, 60)).astype(int))
WIDE = quadratic(np.geomspace(0.01, 1, 100), 1.0)
GAUSSIAN = gaussian_least_squares(np.geomspace(0.1, 1, 100), 1.0)


def seconds(asked: Callable[[], Any]) -> float:
    """Return the CPU time of the best of five calls, or of the only one if that is long."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        asked()
        best = min(best, time.process_time() - start)
        if best > 1:
            break
    return best


def data(n: int, dim: int) -> Any:
    """Return a ridge regression on standard normal data."""
    rng = np.random.default_rng([n, dim])
    return ridge(rng.standard_normal((n, dim)), rng.standard_normal(n), 0.1)


def cost(quick: bool) -> list[str]:
    rules: list[Any] = [SGD(0.1), Momentum(0.1), CorrectedMomentum(0.1)]
    rows: list[tuple[str, str, Callable[[], Any]]] = []
    for rule in rules:
        rows += [(f"distance2, {type(rule).__name__}", "quadratic, d = 100, 60 times to 1e5",
                  lambda rule=rule: exact.distance2(WIDE, rule, times=TIMES)),
                 (f"average2, {type(rule).__name__}", "quadratic, d = 100, 60 times to 1e5",
                  lambda rule=rule: exact.average2(WIDE, rule, times=TIMES))]
    rows += [("distance2, DecayingSGD", "quadratic, d = 100, 60 times to 1e5",
              lambda: exact.distance2(WIDE, DecayingSGD(Inverse(0.01)), times=TIMES)),
             ("distance2, SGD", "Gaussian rows, d = 100, 60 times to 1e5",
              lambda: exact.distance2(GAUSSIAN, SGD(0.002), times=TIMES)),
             ("distance2, SGD", "ridge, n = 500, d = 10, 60 times to 1e5",
              lambda: exact.distance2(data(500, 10), SGD(0.02), times=TIMES))]
    for n, dim in ((5, 2), (8, 3), (10, 3), (12, 3)):
        rows.append(("epochs2, reshuffled", f"ridge, n = {n}, d = {dim}, 60 times to 1e5 epochs",
                     lambda n=n, dim=dim: exact.epochs2(data(n, dim), SGD(0.1), epochs=TIMES)))
    flat = ridge(np.ones((2000, 1)), np.arange(2000) / 2000, 0.0)
    rows += [("epochs2, reshuffled", "one curvature, n = 2000, 60 times to 1e5 epochs",
              lambda: exact.epochs2(flat, SGD(0.01), epochs=TIMES)),
             ("epochs2, cyclic", "ridge, n = 500, d = 10, 60 times to 1e5 epochs",
              lambda: exact.epochs2(data(500, 10), SGD(0.01), epochs=TIMES, order="cyclic")),
             ("epochs2, shuffled once", "ridge, n = 7, d = 3, 60 times to 1e5 epochs",
              lambda: exact.epochs2(data(7, 3), SGD(0.1), epochs=TIMES, order="shuffle-once")),
             ("stable_alpha, SGD", "ridge, n = 500, d = 10",
              lambda: exact.stable_alpha(data(500, 10))),
             ("stable_alpha, SGD", "Gaussian rows, d = 2000",
              lambda: exact.stable_alpha(gaussian_least_squares(np.linspace(0.5, 1, 2000), 1.0))),
             ("fourth_radius, SGD", "ridge, n = 500, d = 5",
              lambda: exact.fourth_radius(data(500, 5), SGD(0.02)))]
    if not quick:
        rows += [("average2, DecayingSGD", "quadratic, d = 100, 60 times to 1e5",
                  lambda: exact.average2(WIDE, DecayingSGD(Inverse(0.01)), times=TIMES)),
                 ("stable_alpha, Momentum", "ridge, n = 500, d = 5",
                  lambda: exact.stable_alpha(data(500, 5), lambda alpha: Momentum(alpha)))]
    return [f"| {name} | {what} | {1e3 * seconds(asked):.3g} ms |" for name, what, asked in rows]


def error(ours: Any, expected: Any) -> float:
    """Return the largest relative error."""
    return float(np.max(np.abs(np.asarray(ours) / np.asarray(expected) - 1)))


def averaged(alpha: float) -> np.ndarray:
    """Return the closed form of the average of SGD on the wide quadratic."""
    h, T = WIDE.eigenvalues, TIMES[:, None]
    rho, s2 = 1 - alpha * h, WIDE.sigma2 / WIDE.dim
    bias = (WIDE.w0 - WIDE.w_star) ** 2 * (-np.expm1(T * np.log(rho)) / (T * alpha * h)) ** 2
    spread = T - 2 * (1 - rho**T) / (1 - rho) + (1 - rho ** (2 * T)) / (1 - rho**2)
    return np.asarray(np.sum(bias + s2 / (T * h) ** 2 * spread, axis=1))


def last(alpha: float) -> np.ndarray:
    """Return the closed form of the last iterate of SGD on the wide quadratic."""
    h, T = WIDE.eigenvalues, TIMES[:, None]
    decay, s2 = np.exp(2 * T * np.log1p(-alpha * h)), WIDE.sigma2 / WIDE.dim
    stays = alpha * s2 / (h * (2 - alpha * h))
    return np.asarray(np.sum((WIDE.w0 - WIDE.w_star) ** 2 * decay + stays * (1 - decay), axis=1))


def accuracy() -> list[str]:
    lines = []
    for alpha in (0.001, 0.1, 0.9):
        lines += [f"| distance2, SGD({alpha}) | closed form, d = 100, 60 times to 1e5 | "
                  f"{error(exact.distance2(WIDE, SGD(alpha), times=TIMES), last(alpha)):.1e} |",
                  f"| average2, SGD({alpha}) | T-PR, d = 100, 60 times to 1e5 | "
                  f"{error(exact.average2(WIDE, SGD(alpha), times=TIMES), averaged(alpha)):.1e} |"]
    one = quadratic([2.0], 3.0)
    ours = exact.distance2(one, DecayingSGD(Inverse(2.0)), times=TIMES)
    lines.append(f"| distance2, DecayingSGD(Inverse) | sigma2/(c^2 t), 60 times to 1e5 | "
                 f"{error(ours, 3 / (4 * TIMES)):.1e} |")
    for name, problem, B in (("Gaussian rows, d = 3", gaussian_least_squares([1.0, 2, 0.3], 1), 2),
                             ("ridge, n = 500, d = 10", data(500, 10), 3)):
        limit = exact.stable_alpha(problem, B=B)
        radius = exact.spectral_radius(problem, SGD(limit), B)
        lines.append(f"| stable_alpha, {name} | spectral radius 1 | {error(radius, 1):.1e} |")
    root = exact.stable_alpha(gaussian_least_squares([1.0], 1.0), moment=4)
    lines.append(f"| stable_alpha, moment 4, one Gaussian row | root of 105 a^3 - 60 a^2 + 18 a - "
                 f"4 | {abs(105 * root**3 - 60 * root**2 + 18 * root - 4):.1e} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    start = time.process_time()
    text = ["# Exact moments, measured", "", "Command: `python benchmarks/exact.py`", "",
            "## Cost, CPU, best of 5 (of 1 where it is over a second)", "",
            "| what | of what | time |", "|---|---|---|", *cost(quick), "",
            "## Largest relative error", "", "| what | against | error |", "|---|---|---|",
            *accuracy(), "",
            f"{time.process_time() - start:.0f} s of CPU, NumPy {np.__version__}, Python "
            f"{platform.python_version()}, {platform.machine()}."]
    if quick:
        print("\n".join(text))
    else:
        RESULTS.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
