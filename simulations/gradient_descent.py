"""Gradient descent without noise, run [slide 16].

The package's own `SGD` follows exact gradients: on the quadratics of curvature c and L, where the
bound is attained, on a quadratic of both curvatures, and on ridge and logistic regression of real
data, where it only holds. Beyond 2/L the same quadratics diverge, and from the local maximum of a
double well, where the gradient vanishes, it never moves. Nothing is random here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, ROUNDING, certain

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD, iterates
from sgdtheory.picture import role
from sgdtheory.theory import gradient_descent as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "Result", "run"]

C, L = 1.0, 4.0
STEP_SIZES = (0.1, 0.3, 0.4, 0.45, 0.49)
BEYOND = 0.52
STEPS = 40


@dataclass(frozen=True, eq=False)
class Path:
    """One run: the squared distance and the bound on it, ``(steps + 1,)``, for one step size."""

    name: str
    alpha: float
    distance2: np.ndarray
    bound: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` found: paths on quadratics and on data, contraction factors, and verdicts."""

    runs: int
    seed: int
    quadratics: tuple[Path, ...]
    data: tuple[Path, ...]
    alphas: np.ndarray
    factor: np.ndarray
    gentle: np.ndarray
    steep: np.ndarray
    verdicts: dict[str, Verdict]


def descend(name: str, problem: Any, alpha: float, w0: np.ndarray) -> Path:
    """Return the path of gradient descent on a problem from `w0`."""
    path = iterates(SGD(alpha), w0, problem.grad, STEPS)
    distance2 = np.sum((path - problem.w_star) ** 2, axis=1)
    bound = says.distance2(np.arange(STEPS + 1), distance2[0], alpha, problem.c, problem.L)
    return Path(name, alpha, distance2, bound)


def below(path: Path) -> Verdict:
    """Return the verdict on a path that may be anywhere below its bound, up to rounding."""
    ratio = path.distance2[1:] / path.bound[1:]
    worst = int(np.argmax(ratio))
    holds = bool(ratio[worst] <= 1 + ROUNDING)
    return Verdict("holds" if holds else "violated", float(ratio[worst]), worst + 1, ROUNDING,
                   DELTA, 0.0 if holds else np.inf, 1, np.inf, ROUNDING, "nothing is random")


def ends(alpha: float) -> list[tuple[str, Any, np.ndarray]]:
    """Return the two quadratics at the ends of [C, L] and one that has both curvatures."""
    both = st.problems.quadratic([C, L], sigma2=1.0)
    return [
        (f"curvature c, alpha = {alpha:g}", both, np.array([1.0, 0.0])),
        (f"curvature L, alpha = {alpha:g}", both, np.array([0.0, 1.0])),
        (f"both curvatures, alpha = {alpha:g}", both, np.array([0.6, 0.8])),
    ]


def real_data() -> list[tuple[str, Any]]:
    """Return ridge regression on the diabetes data and logistic regression on the cancer data."""
    diabetes = st.data.read_table(st.data.path("diabetes"), target="y")
    cancer = st.data.read_table(st.data.path("breast_cancer"), target="y")
    return [("ridge, diabetes", st.problems.ridge(diabetes.X, diabetes.y, l2=0.1)),
            ("logistic, breast cancer", st.problems.logistic(cancer.X, cancer.y, l2=0.1))]


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Run gradient descent; `runs`, `seed` and `executor` change nothing, for nothing is random."""
    plans = [(name, problem, alpha, problem.w_star + w0)
             for alpha in (*STEP_SIZES, BEYOND) for name, problem, w0 in ends(alpha)]
    plans += [(name, problem, says.best_step(problem.c, problem.L), problem.w0)
              for name, problem in real_data()]
    paths = []
    for done, plan in enumerate(plans, 1):
        paths.append(descend(*plan))
        if progress:
            progress(done, len(plans), plan[0])
    quadratics, data = tuple(paths[:-2]), tuple(paths[-2:])
    alphas = np.linspace(0.0, 0.6, 121)[1:]
    return Result(runs, seed, quadratics, data, alphas, says.contraction(alphas, C, L),
                  np.abs(1 - alphas * C), np.abs(1 - alphas * L),
                  {**_attained(quadratics), **_controls(quadratics), **_well(),
                   **{f"bound, {path.name}": below(path) for path in data}})


def _attained(paths: tuple[Path, ...]) -> dict[str, Verdict]:
    """Return the verdicts at the ends: the bound is attained by the one that is farther from 1."""
    verdicts = {}
    for gentle, steep, both in zip(paths[0::3], paths[1::3], paths[2::3], strict=True):
        slower = gentle if abs(1 - gentle.alpha * C) >= abs(1 - gentle.alpha * L) else steep
        verdicts[f"bound attained, {slower.name}"] = certain(
            slower.distance2, slower.bound, np.arange(STEPS + 1))
        verdicts[f"bound, {both.name}"] = below(both)
    return verdicts


def _controls(paths: tuple[Path, ...]) -> dict[str, Verdict]:
    """Return the verdicts on planted falsehoods, on the steep quadratic at a large step."""
    steep = next(path for path in paths if path.name == f"curvature L, alpha = {STEP_SIZES[-1]:g}")
    at, start = np.arange(STEPS + 1), steep.distance2[0]
    factor = says.contraction(steep.alpha, C, L)
    return {
        "control: the factor r for r^2": certain(steep.distance2, factor**at * start, at),
        "control: |1 - alpha c| only": certain(
            steep.distance2, abs(1 - steep.alpha * C) ** (2 * at) * start, at),
        "control: a factor 5% too large": certain(
            steep.distance2, (1.05 * factor) ** (2 * at) * start, at),
    }


def _well() -> dict[str, Verdict]:
    """Return the verdict on the double well: at the local maximum 0 gradient descent stays."""
    def slope(w: np.ndarray) -> np.ndarray:
        return 4 * w**3 - 2 * w

    stays = iterates(SGD(0.05), np.zeros(1), slope, STEPS)[:, 0]
    leaves = iterates(SGD(0.05), np.full(1, 1e-3), slope, 400)[-1]
    return {
        "stationary at the maximum of a double well": certain(1 + stays, np.ones(STEPS + 1),
                                                              np.arange(STEPS + 1)),
        "from beside it to the minimum": certain(leaves, np.full(1, np.sqrt(0.5)), [400]),
        "refuted: a zero gradient is a minimum": certain(1 + stays[-1:],
                                                         np.full(1, 1 + np.sqrt(0.5)), [STEPS]),
    }


# --- the picture ---------------------------------------------------------------------------------


def draw_quadratics(result: Result, ax: Any) -> None:
    """Draw the paths on the quadratics against their bound, for two step sizes."""
    for alpha, look in ((STEP_SIZES[0], "measured"), (STEP_SIZES[-1], "measured too")):
        chosen = [p for p in result.quadratics if p.alpha == alpha]
        ax.plot(chosen[0].bound, label=rf"bound, $\alpha$ = {alpha:g}", **role("smooth"))
        for path, fill in zip(chosen, (None, "white", "0.7"), strict=True):
            ax.errorbar(np.arange(STEPS + 1)[::3], path.distance2[::3],
                        label=path.name.split(",")[0] + rf", $\alpha$ = {alpha:g}",
                        **{**role(look), **({"mfc": fill} if fill else {})})
    ax.set(yscale="log", ylim=(1e-12, 1e8), xlabel="time $t$ (steps)", ylabel="$|w_t - w^*|^2$",
           title=f"Attained at one end of [c, L] = [{C:g}, {L:g}]")
    ax.legend(loc="upper right", ncols=2)


def draw_factor(result: Result, ax: Any) -> None:
    """Draw the contraction factor over the step size, and its two branches."""
    ax.plot(result.alphas, result.gentle, label=r"$|1-\alpha c|$", **role("slide"))
    ax.plot(result.alphas, result.steep, label=r"$|1-\alpha L|$", **role("other"))
    ax.plot(result.alphas, result.factor, label="factor a step", **role("exact", linewidth=2))
    measured = [p for p in result.quadratics if p.name.startswith("curvature")]
    for path, label in zip(measured, ["measured, t = 1", *[None] * len(measured)], strict=False):
        ax.errorbar(path.alpha, np.sqrt(path.distance2[1] / path.distance2[0]), label=label,
                    **role("measured"))
    for at, text in ((2 / (C + L), "2/(c+L)"), (2 / L, "2/L")):
        ax.axvline(at, **role("limit"))
        ax.annotate(text, (at, 1.25), (3, 0), textcoords="offset points", fontsize=8)
    ax.set(xlabel=r"step size $\alpha$", ylabel="factor a step", ylim=(0, 1.45),
           title="It contracts below 2/L, and best at 2/(c+L)")
    ax.legend(loc="lower left")


def draw_data(result: Result, ax: Any) -> None:
    """Draw the paths on real data against their bounds."""
    for path, look in zip(result.data, ("measured", "measured too"), strict=True):
        ax.plot(path.bound, label=f"bound, {path.name}", **role("smooth"))
        ax.errorbar(np.arange(STEPS + 1)[::2], path.distance2[::2], label=path.name, **role(look))
    ax.set(yscale="log", xlabel="time $t$ (steps)", ylabel="$|w_t - w^*|^2$",
           title=r"Real data at $\alpha = 2/(c+L)$: the bound holds, and is loose")
    ax.legend(loc="lower left")


MEASURED = (
    Measurement(says.stationary_points_as_stated, "refuted: a zero gradient is a minimum"),
    Measurement(says.converges, f"bound attained, curvature c, alpha = {STEP_SIZES[0]:g}"),
)
"""Which verdict measures which claim."""

PANELS = (draw_quadratics, draw_factor, draw_data)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
