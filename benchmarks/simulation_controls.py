"""How often the simulations, at their default size, alarm falsely or miss a planted violation.

``python benchmarks/simulation_controls.py --seeds 20`` counts, over seeds that no test uses, the
verdicts of each topic that are not what they should be. With no miss in n seeds the power is at
least ``0.05**(1/n)`` with 95 % confidence (59 seeds: 0.95, 299 seeds: 0.99) [Clopper & Pearson].
"""

import argparse
import importlib
from collections import Counter

from sgdtheory.script import failures

TOPICS = ("noise_ball", "minibatch", "bias_correction")
FIRST_SEED = 10_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=4096)
    parser.add_argument("topics", nargs="*", default=TOPICS)
    options = parser.parse_args()
    for topic in options.topics:
        run = importlib.import_module(f"sgdtheory.simulations.{topic}").run
        wrong, judged = Counter(), 0
        for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
            verdicts = run(options.runs, seed).verdicts
            judged += len(verdicts)
            wrong.update(failures(verdicts))
        print(f"{topic}: {options.seeds} seeds, {judged} verdicts, {sum(wrong.values())} wrong; "
              f"power of each control >= {0.05 ** (1 / options.seeds):.3f} where none", flush=True)
        for name, count in wrong.most_common():
            print(f"    {count} x {name}", flush=True)


if __name__ == "__main__":
    main()
