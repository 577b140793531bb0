"""The judge on 10,000 true claims and 300 false ones: false alarms, coverage, power, cost.

    python benchmarks/judge.py            writes benchmarks/results/judge.md, 1 to 3 minutes
    python benchmarks/judge.py --quick    a tenth of it, to the terminal

Every claim is about SGD on a random quadratic whose moments are exact: Gaussian noise (the variance
of the squared distance is known) or signs (its ceiling is known). Nothing is tuned to the outcome:
the seeds are 0, 1, 2, ...
"""

from __future__ import annotations

import argparse
import math
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sgdtheory.verdict import Replicas, interval, judge, judge_equal, judge_log
from sgdtheory.verdict.detect import nats_needed, replicas_needed

RESULTS = Path(__file__).parent / "results" / "judge.md"
LEVELS = (1e-2, 1e-3)
LOOKS = (25, 50, 100, 200)
EVERY = 10
"""Intervals and certificates are asked of every tenth configuration: they take longest."""


@dataclass(frozen=True)
class Truth:
    """A simulated run and its exact mean at the recorded times."""

    run: Replicas
    mean: np.ndarray


def random_sgd(seed: int, runs: int = LOOKS[-1]) -> Truth:
    """SGD with additive noise on a random quadratic."""
    rng = np.random.default_rng([seed, 0])
    dim, steps = int(rng.integers(1, 6)), int(rng.integers(2, 20))
    signs, alpha = seed % 2 == 1, 10 ** rng.uniform(-2, -0.3)
    factor, noise = 1 - alpha * rng.uniform(0.2, 2, dim), alpha * 10 ** rng.uniform(-1, 0.5, dim)
    times = np.unique(np.geomspace(1, steps, 8).astype(int))
    start = rng.standard_normal(dim) * rng.choice([0.1, 1, 3])
    e, m, s, r = np.repeat(start[:, None], runs, axis=1), start.copy(), 0 * start, np.abs(start)
    distance2, mean, variance, ceiling = [], [], [], []
    for t in range(1, steps + 1):
        drawn = rng.choice([-1.0, 1.0], e.shape) if signs else rng.standard_normal(e.shape)
        e = factor[:, None] * e + noise[:, None] * drawn
        m, s, r = factor * m, factor**2 * s + noise**2, np.abs(factor) * r + noise
        if t in times:
            distance2.append((e**2).sum(axis=0))
            mean.append(m @ m + s.sum())
            variance.append(2 * s @ s + 4 * (m * m) @ s)
            ceiling.append(r @ r)
    known = {"ceiling": np.array(ceiling) * (1 + 1e-12)} if signs else {"variance": variance}
    return Truth(Replicas(np.transpose(distance2), times=times, **known), np.array(mean))


def clopper_pearson(count: int, trials: int) -> tuple[float, float]:
    """Return the two-sided 95 % limits of a proportion."""
    from scipy.stats import beta

    low = beta.ppf(0.025, count, trials - count + 1) if count else 0.0
    high = beta.ppf(0.975, count + 1, trials - count) if count < trials else 1.0
    return float(low), float(high)


def row(name: str, count: int, trials: int, nominal: str) -> str:
    low, high = clopper_pearson(count, trials)
    return f"| {name} | {count} / {trials} | {low:.2g} to {high:.2g} | {nominal} |"


def false_alarms(configurations: int) -> list[str]:
    """Judge exact means, with looks at growing samples; count what should not happen."""
    gains, two_sided = [], []
    for seed in range(configurations):
        truth = random_sgd(seed)
        gains.append(max(judge(truth.mean, Replicas(truth.run.distance2[:n])).log_evalue
                         for n in LOOKS))
        two_sided.append(judge_equal(truth.mean, truth.run).log_evalue)
    return [row(name, sum(g >= -math.log(level) for g in evalues), configurations, f"<= {level:g}")
            for name, evalues in ((f"judge, anytime over {len(LOOKS)} looks", gains),
                                  ("judge_equal", two_sided)) for level in LEVELS]


def false_certificates(configurations: int) -> list[str]:
    """Count the bands that miss the exact curve and the certificates that are false."""
    missed, held, seeds = dict.fromkeys(LEVELS, 0), 0, range(0, configurations, EVERY)
    for seed in seeds:
        truth = random_sgd(seed)
        for level in LEVELS:
            low, high = interval(truth.run, level)
            missed[level] += not ((low <= truth.mean) & (truth.mean <= high)).all()
        tight = judge(0.95 * truth.mean, truth.run, LEVELS[-1])
        held += tight.status == "holds" and 0.95 * (1 + tight.tol) < 1
    return [*(row("the interval misses the curve", count, len(seeds), f"<= {level:g}")
              for level, count in missed.items()),
            row("holds within tol, and it is false", held, len(seeds), f"<= {LEVELS[-1]:g}")]


def trajectory_alarms(trajectories: int, steps: int = 1000) -> list[str]:
    rng = np.random.default_rng([0, 1])
    e, logs = np.ones((3, trajectories)), [np.full(trajectories, 3.0)]
    for _ in range(steps):
        e = 0.9 * e + 0.1 * rng.standard_normal(e.shape)
        logs.append((e * e).sum(axis=0))
    gains = [judge_log(log, lambda x: 0.81 * x + 0.03).log_evalue for log in np.transpose(logs)]
    return [row(f"judge_log, anytime over {steps} steps", sum(g >= -math.log(level) for g in gains),
                trajectories, f"<= {level:g}") for level in LEVELS]


def power(seeds: int, delta: float = 1e-9) -> list[str]:
    """Plant 5 % at witnesses of known variation; n95 replicas should catch 95 %."""
    lines = []
    for dim in (1, 2, 10):
        cv = math.sqrt(2 / dim)
        runs = math.ceil(replicas_needed(0.05, cv, nats_needed(delta, 1)))
        above = below = loose = 0
        for seed in range(seeds):
            samples = np.random.default_rng([seed, 2]).chisquare(dim, (runs, 1)) / dim
            run = Replicas(samples, variance=[cv * cv])
            above += not judge(1 / 1.05, run, delta)
            below += not judge_equal(1.05, run, delta)
            loose += not judge(1.05, run, delta)
        law = f"chi2_{dim}, {runs} runs"
        lines += [row(f"bound x 1/1.05, {law}, judge", above, seeds, ">= 0.95"),
                  row(f"value x 1.05, {law}, judge_equal", below, seeds, ">= 0.95"),
                  row(f"bound x 1.05, {law}, judge (one-sided: blind)", loose, seeds, "0")]
    return lines


def cost() -> list[str]:
    lines = []
    for runs, k in ((4096, 60), (1_000_000, 10)):
        samples = np.random.default_rng(0).standard_normal((runs, k)) ** 2
        plain = Replicas(samples)
        both = Replicas(samples, ceiling=100.0, variance=np.full(k, 2.0))
        for name, asked in (("judge", lambda run=plain: judge(1.0, run)),
                            ("judge_equal", lambda run=both: judge_equal(1.0, run)),
                            ("interval", lambda run=both: interval(run))):
            if name == "interval" and runs > 10_000:
                continue
            asked()
            times = []
            for _ in range(3):
                start = time.process_time()
                asked()
                times.append(time.process_time() - start)
            lines.append(f"| {name} | {runs} x {k} | {1e3 * min(times):.3g} ms |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    start, trials = time.process_time(), 1000 if quick else 10_000
    text = ["# The judge, measured", "", "Command: `python benchmarks/judge.py`", "",
            "## True claims", "", "| what happened | count | 95 % limits | nominal |",
            "|---|---|---|---|", *false_alarms(trials),
            *false_certificates(trials), *trajectory_alarms(trials), "",
            "## False claims, delta = 1e-9", "", "| what was caught | count | 95 % limits | aim |",
            "|---|---|---|---|", *power(30 if quick else 300), "", "## Cost, CPU, best of 3", "",
            "| verdict | runs x times | time |", "|---|---|---|", *cost(), "",
            f"{time.process_time() - start:.0f} s of CPU, NumPy {np.__version__}, Python "
            f"{platform.python_version()}, {platform.machine()}, one core."]
    if quick:
        print("\n".join(text))
    else:
        RESULTS.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
