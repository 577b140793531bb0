"""Every verdict of every simulation over 300 seeds that no test uses: misses and false alarms.

    python benchmarks/simulation_controls.py               writes results/simulation_controls.md
    python benchmarks/simulation_controls.py minibatch     writes the section of this topic anew
    python benchmarks/simulation_controls.py --seeds 3     fewer than 100: to the terminal only

The topics are those of `sgdtheory.theory.TOPICS`, at the size of ``sgdtheory verify``. A control is
something false (a bound 5 % below the truth, a value 5 % above it, a slip of the pen, a claim of
the slides that is refuted): it must be called violated. Everything else is true and must not be.
Nothing is left out but the pictures: the limits that they draw are not judged. The table does not
depend on the number of processes.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from sgdtheory.simulations import measuring

from sgdtheory.theory import TOPICS
from sgdtheory.verdict.controls import ENOUGH_RUNS, MUST_FALL

RESULTS = Path(__file__).parent / "results" / "simulation_controls.md"
SEEDS, FEWEST, RUNS, WORKERS = 300, 100, ENOUGH_RUNS, 2
FIRST_SEED = 10_000
CONFIDENCE = 0.95


def without_pictures() -> None:
    """Make the bands of the pictures free in this process: they are a third of the time."""
    measuring.interval = lambda run, delta: (np.zeros(run.distance2.shape[1]),) * 2


def judged(topic: str, runs: int, seed: int) -> tuple[dict[str, bool], float]:
    """Return which verdicts of a topic are "violated", and the seconds of CPU that it took."""
    start = time.process_time()
    verdicts = importlib.import_module(f"sgdtheory.simulations.{topic}").run(runs, seed).verdicts
    return {name: not verdict for name, verdict in verdicts.items()}, time.process_time() - start


def at_most(count: int, trials: int) -> float:
    """Return the upper confidence limit of a proportion [Clopper & Pearson 1934], one-sided."""
    from scipy.stats import beta

    return float(beta.ppf(CONFIDENCE, count + 1, trials - count)) if count < trials else 1.0


def counted(outcomes: list[dict[str, bool]]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each control was missed, and how often each true claim raised an alarm."""
    missed = Counter({name: 0 for name in outcomes[0] if name.startswith(MUST_FALL)})
    alarms = Counter({name: 0 for name in outcomes[0] if name not in missed})
    for outcome in outcomes:
        missed.update({name: not outcome[name] for name in missed})
        alarms.update({name: outcome[name] for name in alarms})
    return missed, alarms


def section(topic: str, outcomes: list[dict[str, bool]], seconds: float) -> Iterator[str]:
    """Yield the tables of a topic."""
    seeds, (missed, alarms) = len(outcomes), counted(outcomes)
    spoiled = sum(any(outcome[name] for name in alarms) for outcome in outcomes)
    blind = sum(not all(outcome[name] for name in missed) for outcome in outcomes)
    yield from (f"## {topic}", "",
                f"{seeds} seeds, {seconds / seeds:.2f} s of CPU each. All {len(missed)} controls "
                f"caught in {seeds - blind}: in at least {1 - at_most(blind, seeds):.2%} of all "
                f"seeds. An alarm on any of the {len(alarms)} true claims in {spoiled}: in at most "
                f"{at_most(spoiled, seeds):.2%} of all seeds (by theory {len(alarms)}e-9).", "",
                "| control | seeds | missed | power at least |", "|---|---|---|---|")
    for name, count in missed.items():
        yield f"| {cell(name)} | {seeds} | {count} | {1 - at_most(count, seeds):.4f} |"
    yield from ("", "| true claim | seeds | false alarms | rate at most |", "|---|---|---|---|")
    for name, count in alarms.items():
        yield f"| {cell(name)} | {seeds} | {count} | {at_most(count, seeds):.4f} |"


def cell(name: str) -> str:
    return name.replace("|", r"\|")


def report(options: argparse.Namespace) -> tuple[dict[str, str], int]:
    """Run the campaign; return the section of each topic and how many verdicts were wrong."""
    sections, wrong = {}, 0
    seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
    with ProcessPoolExecutor(options.workers, initializer=without_pictures) as pool:
        for topic in options.topics:
            found = list(pool.map(partial(judged, topic, options.runs), seeds))
            outcomes, seconds = [outcome for outcome, _ in found], sum(took for _, took in found)
            wrong += sum(map(Counter.total, counted(outcomes)))
            sections[topic] = "\n".join(section(topic, outcomes, seconds))
            print(f"{topic}: {seconds:.0f} s, {wrong} wrong so far", file=sys.stderr, flush=True)
    return sections, wrong


def page(sections: dict[str, str], runs: int) -> str:
    """Return the whole result, the topics in the order of the lecture."""
    heading = [
        "# The controls of the simulations, over seeds", "",
        f"Command: `python benchmarks/simulation_controls.py --seeds {SEEDS} --runs {runs}`; with "
        "names of topics, or fewer seeds, it writes their sections anew.", "",
        f"Every verdict has delta = {measuring.DELTA:g} and was asked for the seeds from "
        f"{FIRST_SEED} on, which no test uses, as many as its section says. The limits are "
        f"one-sided at {CONFIDENCE:.0%}, each for itself (Clopper & Pearson 1934): no miss in 300 "
        "seeds shows a power of at least 0.99, in 100 of 0.97.", ""]
    told = [sections[topic] + "\n" for topic in TOPICS if topic in sections]
    return "\n".join([*heading, *told, f"NumPy {np.__version__}, Python "
                      f"{platform.python_version()}, {platform.machine()}.\n"])


def kept(text: str) -> dict[str, str]:
    """Return the sections of a result that was written before."""
    parts = text.rpartition("\n")[0].rpartition("\nNumPy ")[0].split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}" for part in parts}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("topics", nargs="*", default=list(TOPICS))
    return parser.parse_args()


def main() -> int:
    options = parsed()
    sections, wrong = report(options)
    if options.seeds >= FEWEST and options.runs == RUNS:
        old = kept(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        RESULTS.write_text(page(old | sections, RUNS), encoding="utf-8")
    else:
        print(page(sections, options.runs), end="")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
