"""Side by side: this package, scikit-learn's MLP, torch with Adam, and polynomials.

    python benchmarks/approximators.py           writes results/approximators.md
    python benchmarks/approximators.py --fast    once, few steps, to the terminal only

The target is sin(2 pi x) on [0, 1], the width the same. Each network is certified in the same way,
whoever trained it: its output bias counts as one of its units. scikit-learn and torch come with the
extra `bench`; what is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from sgdtheory import networks
from sgdtheory.networks.decimals import at_least, at_most
from sgdtheory.networks.free_knots import longest_links, relu_network

RESULTS = Path(__file__).parent / "results" / "approximators.md"
X = sympy.Symbol("x")
SINE, UNIT = sympy.sin(2 * sympy.pi * X), [(0, 1)]
UNITS = (8, 16, 32)
POINTS, SEEDS, STEPS = 400, 3, 5000


def certified(weights: Any, biases: Any, outputs: Any, level: float, g: str) -> networks.Shallow:
    """Return the network with its output bias as one more unit, of the weight 0."""
    constant = np.tanh(1.0) if g == "tanh" else 1.0
    return networks.shallow(np.append(weights, 0.0), np.append(biases, 1.0),
                            np.append(outputs, level / constant), g)


def ours(n: int, g: str, **_: Any) -> networks.Shallow:
    """Return the best of what `approximate` finds with at most n units."""
    if g == "relu":
        return longest(n)
    eps, best = 1e-1, None
    while eps > 1e-14:
        try:
            best = networks.approximate(SINE, UNIT, g, eps, units=n)
        except networks.CannotApproximate:
            break
        eps = best.error / 2
    assert best is not None
    return best.net


def longest(n: int) -> networks.Shallow:
    """Return n ReLU units along the longest links, for the least error by bisection."""
    x = np.linspace(0, 1, 8193)
    low, high, best = 1e-5, 1.0, relu_network(np.array([0.0, 1.0]), np.zeros(2))
    for _ in range(24):
        eps = (low * high) ** 0.5
        net = relu_network(*longest_links(x, np.sin(2 * np.pi * x), eps))
        low, high, best = (low, eps, net) if net.n <= n else (eps, high, best)
    return best


def sklearn_mlp(n: int, g: str, seed: int = 0, **_: Any) -> networks.Shallow:
    """Return scikit-learn's network of n - 1 units and a bias, trained by L-BFGS."""
    import warnings

    from sklearn.neural_network import MLPRegressor

    x = np.linspace(0, 1, POINTS)[:, None]
    model = MLPRegressor(hidden_layer_sizes=(n - 1,), activation=g, solver="lbfgs", alpha=0.0,
                         max_iter=STEPS, max_fun=10 * STEPS, tol=1e-12, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, np.sin(2 * np.pi * x[:, 0]))
    return certified(model.coefs_[0].ravel(), model.intercepts_[0], model.coefs_[1].ravel(),
                     float(model.intercepts_[1][0]), g)


def torch_adam(n: int, g: str, seed: int = 0, steps: int = STEPS) -> networks.Shallow:
    """Return torch's network of n - 1 units and a bias, trained by Adam on the mean square."""
    import torch

    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64)
    unit = torch.nn.Tanh() if g == "tanh" else torch.nn.ReLU()
    model = torch.nn.Sequential(torch.nn.Linear(1, n - 1), unit, torch.nn.Linear(n - 1, 1))
    rule = torch.optim.Adam(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, steps)
    x = torch.linspace(0, 1, POINTS)[:, None]
    y = torch.sin(2 * torch.pi * x)
    for _ in range(steps):
        rule.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        rule.step()
        schedule.step()
    first, last = model[0], model[2]
    parts = (p.detach().numpy().ravel() for p in (first.weight, first.bias, last.weight))
    return certified(*parts, float(last.bias.detach()), g)


WAYS: dict[str, tuple[Callable[..., networks.Shallow], str, int]] = {
    "sgdtheory": (ours, "sgdtheory", 1),
    "scikit-learn, L-BFGS": (sklearn_mlp, "sklearn", SEEDS),
    "torch, Adam": (torch_adam, "torch", SEEDS),
}


def rows(fast: bool) -> Iterator[str]:
    """Yield a line of the table for each way, activation and width; the best of its seeds."""
    for name, (way, module, seeds) in WAYS.items():
        if importlib.util.find_spec(module) is None:
            yield f"| {name} | not installed | | | | |"
            continue
        for g in ("tanh", "relu"):
            for n in UNITS[:1] if fast else UNITS:
                more = {"steps": 200} if fast and module == "torch" else {}
                start = time.perf_counter()
                nets = [way(n, g, seed=seed, **more) for seed in range(1 if fast else seeds)]
                seconds = time.perf_counter() - start
                brackets = [networks.certified_sup(SINE, net, UNIT) for net in nets]
                best = min(brackets, key=lambda bracket: bracket.upper)
                yield (f"| {name} | {g} | {n} | {at_least(best.lower, 3)} | "
                       f"{at_most(best.upper, 3)} | {seconds / len(nets):.2f} |")


def polynomials() -> str:
    """Return the line of the interpolating polynomial, whose error is seen on a grid only."""
    start = time.perf_counter()
    found = np.polynomial.Chebyshev.interpolate(lambda x: np.sin(2 * np.pi * x), 22, [0, 1])
    seconds = time.perf_counter() - start
    x = np.linspace(0, 1, 10_001)
    seen = np.abs(found(x) - np.sin(2 * np.pi * x)).max()
    return (f"| numpy, Chebyshev interpolation | polynomial | 23 coefficients | "
            f"{seen:.2g} seen on a grid | no certificate | {seconds:.4f} |")


def versions() -> str:
    """Return the installed packages that are compared, with their versions."""
    found = (name for name in ("numpy", "scikit-learn", "torch") if importlib.util.find_spec(
        name.replace("scikit-learn", "sklearn")))
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in found)


def table(fast: bool) -> str:
    """Return the table as Markdown."""
    head = [
        "# The same width by several ways: sin(2 pi x) on [0, 1]", "",
        f"Command: `python benchmarks/approximators.py`. {POINTS} points for training; the best of "
        f"{SEEDS} seeds for L-BFGS and for Adam with {STEPS} steps, an output bias counted as one "
        "of the units; all errors are certified brackets of the supremum. Seconds are of one fit; "
        "this package's are of all fits for smaller and smaller errors until none is found.", "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{versions()}.", "",
        "In one dimension a polynomial is often the better tool, and a user may prefer one: "
        "Chebyshev interpolation by numpy reaches rounding with 23 coefficients in less than a "
        "millisecond, and the packages chebpy and Chebfun do more; they bound their errors by "
        "experience and not by certificates.", "",
        "| way | activation | units | sup at least | sup at most | seconds |",
        "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows(fast), polynomials(), ""]) + "\n"


def main() -> int:
    """Print the table, and write it unless it is a fast one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="few steps, nothing is written")
    options = parser.parse_args()
    text = table(options.fast)
    print(text)
    if not options.fast:
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
