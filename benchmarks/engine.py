"""Simulations and exact moments against plain vectorised NumPy, in one process.

    OMP_NUM_THREADS=1 python benchmarks/engine.py --out benchmarks/results/engine.md

The plain twin is what one would write first: all replicas at once, ``(runs, dim)``, every sample
of every batch drawn. Both run in turn, `--rounds` times; what is reported is the median CPU time
and its ratio, the smallest and the largest ratio of a round, and how far the means are from the
exact value at the last time, in standard errors.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median as middle
from typing import Any

import numpy as np

import sgdtheory as st
from sgdtheory import exact
from sgdtheory.optimizers import SGD, CorrectedMomentum, Momentum
from sgdtheory.problems.gaussian_least_squares import gaussian_least_squares
from sgdtheory.problems.quadratic import quadratic
from sgdtheory.problems.ridge import ridge

ALPHA = 0.05


def plain_quadratic(problem: Any, w: np.ndarray, B: int, rng: np.random.Generator) -> np.ndarray:
    noise = rng.standard_normal((*w.shape, B)).mean(axis=-1) if B > 1 else rng.standard_normal(
        w.shape)
    return w * problem.eigenvalues + np.sqrt(problem.sigma2 / problem.dim) * noise


def plain_ridge(problem: Any, w: np.ndarray, B: int, rng: np.random.Generator) -> np.ndarray:
    rows = rng.integers(problem.n, size=(len(w), B))
    X, y = problem.X[rows], problem.y[rows]
    residuals = np.einsum("rbd,rd->rb", X, w) - y
    return np.einsum("rbd,rb->rd", X, residuals) / B + problem.l2 * w


def plain_gaussian_rows(problem: Any, w: np.ndarray, B: int,
                        rng: np.random.Generator) -> np.ndarray:
    X = rng.standard_normal((len(w), B, problem.dim)) * np.sqrt(problem.eigenvalues)
    y = np.sqrt(problem.noise2) * rng.standard_normal((len(w), B))
    residuals = np.einsum("rbd,rd->rb", X, w) - y
    return np.einsum("rbd,rb->rd", X, residuals) / B


@dataclass(frozen=True)
class Work:
    """A workload: a problem, its plain gradient, a rule, and sizes."""

    name: str
    problem: Any
    gradient: Callable[..., np.ndarray]
    rule: Any
    B: int
    runs: int
    steps: int

    def plain(self, seed: int) -> np.ndarray:
        """Return the squared distances at the end, shape ``(runs,)``."""
        rng = np.random.default_rng(seed)
        w = np.tile(self.problem.w0, (self.runs, 1))
        state = self.rule.init(w)
        for t in range(1, self.steps + 1):
            w, state = self.rule.step(
                w, state, lambda v: self.gradient(self.problem, v, self.B, rng), t)
        return np.sum((w - self.problem.w_star) ** 2, axis=1)

    def ours(self, seed: int) -> np.ndarray:
        """Return the same numbers from `simulate`, for other random numbers."""
        run = st.simulate(self.problem, self.rule, self.B, steps=self.steps, runs=self.runs,
                          times=[self.steps], seed=seed, project=False)
        return np.asarray(run.distance2[:, 0])

    def surprise(self, values: np.ndarray) -> float:
        """Return how far the mean of `values` is from the exact one, in standard errors."""
        expected = exact.distance2(self.problem, self.rule, self.B, times=self.steps)[0]
        return float((values.mean() - expected) / (values.std(ddof=1) / np.sqrt(len(values))))


def workloads() -> list[Work]:
    rng = np.random.default_rng(0)
    data = ridge(rng.standard_normal((1000, 10)), rng.standard_normal(1000), 0.1)

    def on_quadratic(d: int, runs: int, steps: int, rule: Any, B: int = 1) -> Work:
        name = f"quadratic d={d}, {type(rule).__name__}, B={B}"
        problem = quadratic(np.linspace(0.5, 1.5, d), 1.0)
        return Work(name, problem, plain_quadratic, rule, B, runs, steps)

    def on_rows(d: int, B: int, runs: int, steps: int) -> Work:
        problem = gaussian_least_squares(np.linspace(0.5, 1.5, d), 1.0)
        alpha = SGD(ALPHA / (1 + d / B))
        return Work(f"Gaussian rows d={d}, SGD, B={B}", problem, plain_gaussian_rows, alpha, B,
                    runs, steps)

    return [
        on_quadratic(1, 200_000, 60, SGD(ALPHA)),
        on_quadratic(10, 100_000, 15, SGD(ALPHA)),
        on_quadratic(100, 20_000, 10, SGD(ALPHA)),
        on_quadratic(10, 100_000, 15, Momentum(ALPHA)),
        on_quadratic(10, 20_000, 10, SGD(ALPHA), B=16),
        Work("ridge n=1000, d=10, SGD, B=1", data, plain_ridge, SGD(ALPHA), 1, 50_000, 20),
        Work("ridge n=1000, d=10, SGD, B=16", data, plain_ridge, SGD(ALPHA), 16, 10_000, 10),
        on_rows(20, 16, 10_000, 5),
        on_rows(100, 256, 200, 5),
    ]


def cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = act()
    return time.process_time() - start, result


def compare(work: Work, rounds: int) -> str:
    """Return the table row of a workload."""
    plain, ours, surprises = [], [], []
    work.plain(0), work.ours(0)
    for k in range(rounds):
        for times, act in ((plain, work.plain), (ours, work.ours)):
            seconds, values = cpu(lambda act=act, k=k: act(k + 1))
            times.append(seconds)
            surprises.append(work.surprise(values))
    ratios = [p / o for p, o in zip(plain, ours, strict=True)]
    numbers = work.runs * work.steps * work.problem.dim
    return (f"| {work.name} | {1e9 * middle(plain) / numbers:.1f} | "
            f"{1e9 * middle(ours) / numbers:.1f} | {middle(plain) / middle(ours):.2f} | "
            f"{min(ratios):.2f} to {max(ratios):.2f} | {max(map(abs, surprises)):.1f} |")


def exactly(rounds: int) -> list[str]:
    """Return the table rows of the exact moments at 60 log-spaced times up to 1e5."""
    times = np.unique(np.round(np.geomspace(1, 1e5, 60)).astype(np.int64))
    rng = np.random.default_rng(0)
    cases = [(f"quadratic d=100, {type(rule).__name__}",
              quadratic(np.linspace(0.01, 1.0, 100), 1.0), rule)
             for rule in (SGD(ALPHA), Momentum(ALPHA), CorrectedMomentum(ALPHA))]
    data = ridge(rng.standard_normal((442, 10)), rng.standard_normal(442), 0.1)
    cases += [(f"ridge n=442, d=10, {type(rule).__name__}", data, rule)
              for rule in (SGD(0.01), Momentum(0.01), CorrectedMomentum(0.01))]
    rows = []
    for name, problem, rule in cases:
        exact.distance2(problem, rule, times=times)
        spent = [cpu(lambda p=problem, r=rule: exact.distance2(p, r, times=times))[0]
                 for _ in range(rounds)]
        rows.append(f"| {name} | {1e3 * middle(spent):.2f} | "
                    f"{1e3 * min(spent):.2f} to {1e3 * max(spent):.2f} |")
    return rows


def report(rounds: int, command: str) -> str:
    works = workloads()
    return "\n".join([
        "# Simulation and exact moments: measured cost", "",
        f"Command: `{command}`", "",
        f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} CPUs; median CPU time of {rounds} interleaved rounds; "
        f"nanoseconds per replica, step and coordinate.", "",
        "| workload | plain NumPy | sgdtheory | ratio | range of ratios | largest surprise |",
        "|---|---|---|---|---|---|",
        *(compare(work, rounds) for work in works), "",
        "Surprise: distance of a mean from the exact value in standard errors, plain and ours, "
        "all rounds; it should look like the largest of "
        f"{2 * rounds} standard normal numbers.", "",
        f"Exact moments at 60 log-spaced times up to 1e5, CPU milliseconds of {rounds} rounds:",
        "", "| case | median | range |", "|---|---|---|", *exactly(rounds), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    command = f"OMP_NUM_THREADS=1 python benchmarks/engine.py --rounds {options.rounds}"
    text = report(options.rounds, command + (f" --out {options.out}" if options.out else ""))
    if options.out:
        options.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
