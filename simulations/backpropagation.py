"""Backpropagation against complex steps, differences, and a count of every operation [slide 15].

The gradient of networks of up to 8 layers is compared with complex steps, which lose no digits, and
with central differences, which lose about a third of them at their best step. Numbers that count
how often they are multiplied and added give the cost of both passes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.networks.activation import Activation
from sgdtheory.networks.mlp import MLP, Layer
from sgdtheory.picture import marks, role
from sgdtheory.theory import backpropagation as says
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

SAMPLES, DRAWS, STEP = 4, 1000, 1e-30
DEPTHS = np.array([1, 2, 3, 4, 6, 8])
NAMES = ("sigmoid", "tanh", "relu", "elu", "softplus")
STEPS = 10.0 ** -np.arange(1, 13)
COUNTED = ((3, 7, 5, 2), (2, 3, 1), (4, 4, 4, 4, 4), (1, 3, 3, 1), (6, 2))
GRAPH = (2, 3, 2)


@dataclass(frozen=True, eq=False)
class Graph:
    """A small network at one sample: per layer its outputs and the gradients for its sums.

    All layers side by side: ``value`` and ``gradient``, and ``weight`` with its gradient for the
    edges ``(from, to)`` between the units numbered in this order.
    """

    layer: np.ndarray
    place: np.ndarray
    value: np.ndarray
    gradient: np.ndarray
    edges: np.ndarray
    weight: np.ndarray
    slope: np.ndarray


@dataclass(frozen=True, eq=False)
class Digits:
    """Relative errors against complex steps: backward over depth, differences over their step."""

    depths: np.ndarray
    backward: np.ndarray
    steps: np.ndarray
    differences: np.ndarray


@dataclass(frozen=True, eq=False)
class Cost:
    """Over the number of weights, for one sample: multiplications of the passes."""

    weights: np.ndarray
    forward: np.ndarray
    backward: np.ndarray
    differences: np.ndarray


@dataclass(frozen=True, eq=False)
class Fading:
    """Over the depth: the gradient of the first layer over that of the last, by their norms."""

    at: np.ndarray
    ratios: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    graph: Graph
    digits: Digits
    cost: Cost
    fading: Fading
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws weights and samples, `runs` is not needed."""
    parts: dict[str, Callable[[], tuple[Any, Verdicts]]] = {
        "graph": lambda: _graph(seed), "digits": lambda: _digits(seed),
        "operations": _cost, "depths": lambda: _fading(seed)}
    found, verdicts = gather(parts, progress)
    return Result(runs, seed, DELTA, *found.values(), verdicts)


# --- gradients -----------------------------------------------------------------------------------


def loss(output: Any, target: np.ndarray) -> Any:
    """Return half the sum of the squared errors, complex if the output is."""
    return np.sum((output - target) ** 2) / 2


def flat(layers: Sequence[Layer]) -> np.ndarray:
    """Return all weights and biases in one row."""
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def shaped(row: np.ndarray, layers: Sequence[Layer]) -> list[Layer]:
    """Return a row as weights and biases, shaped as `layers`."""
    parts, start = [], 0
    for part in (part for layer in layers for part in layer):
        parts.append(row[start : start + part.size].reshape(part.shape))
        start += part.size
    return [Layer(W, b) for W, b in zip(parts[::2], parts[1::2], strict=True)]


def along(net: MLP, layers: Sequence[Layer], x: np.ndarray, y: np.ndarray,
          step: complex) -> np.ndarray:
    """Return the loss after a step along each weight in turn, ``(k,)``."""
    row = flat(layers).astype(type(step))
    moved = np.repeat(row[None], len(row), axis=0) + step * np.eye(len(row))
    return np.array([loss(net.forward(shaped(r, layers), x).output, y) for r in moved])


def by_complex_steps(net: MLP, layers: Sequence[Layer], x: np.ndarray,
                     y: np.ndarray) -> np.ndarray:
    """Return the gradient in one row, by a forward pass for each weight."""
    return along(net, layers, x, y, STEP * 1j).imag / STEP


def by_differences(net: MLP, layers: Sequence[Layer], x: np.ndarray, y: np.ndarray,
                   step: float) -> np.ndarray:
    """Return the gradient in one row, by two forward passes for each weight."""
    return (along(net, layers, x, y, step) - along(net, layers, x, y, -step)) / (2 * step)


def by_backward(net: MLP, layers: Sequence[Layer], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the gradient in one row, by one forward and one backward pass."""
    trace = net.forward(layers, x)
    return flat(net.backward(layers, trace, trace.output - y))


def problem(seed: int | list[int], depth: int, name: str | Activation) -> tuple[Any, ...]:
    """Return a network of `depth` layers of 3 units, weights, samples and targets."""
    rng = np.random.default_rng(seed)
    net = MLP((2, *[3] * (depth - 1), 2), name)
    layers = [Layer(layer.W, rng.standard_normal(layer.b.shape) / 2) for layer in net.init(rng)]
    return net, layers, rng.standard_normal((2, SAMPLES)), rng.standard_normal((2, SAMPLES))


def relative(found: np.ndarray, exact: np.ndarray) -> float:
    """Return the norm of the error over that of the gradient."""
    return float(np.linalg.norm(found - exact) / np.linalg.norm(exact))


def _digits(seed: int) -> tuple[Digits, Verdicts]:
    errors = {name: np.array([relative(by_backward(*case), by_complex_steps(*case))
                              for case in (problem(seed, int(d), name) for d in DEPTHS)])
              for name in NAMES}
    case = problem(seed, 4, "tanh")
    exact = by_complex_steps(*case)
    differences = np.array([relative(by_differences(*case, step), exact) for step in STEPS])
    ones = np.ones(len(DEPTHS))
    slipped = {"without g'": _without_slope, "of one sample": _of_one_sample,
               "with W for its transpose": _without_transpose}
    return Digits(DEPTHS, np.max(list(errors.values()), axis=0), STEPS, differences), {
        **{f"gradient, {name}, over t = layers": certain(1 + off, ones, DEPTHS)
           for name, off in errors.items()},
        **{f"control: gradient {name}": certain([1 + relative(slip(*case), exact)], [1.0], [4])
           for name, slip in slipped.items()},
        "refuted: differences have 12 digits at some step": certain(
            [1 + differences.min()], [1.0], [1]),
    }


def _without_slope(net: MLP, layers: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    linear = Activation("slip", net.g.value, np.ones_like, net.g.formula, 1)
    return by_backward(MLP(net.widths, linear), layers, x, y)


def _of_one_sample(net: MLP, layers: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return by_backward(net, layers, x[:, :1], y[:, :1])


def _without_transpose(net: MLP, layers: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    trace = net.forward(layers, x)
    turned = [Layer(a.W.T if a.W.shape[0] == a.W.shape[1] else a.W, a.b) for a in layers]
    return flat(net.backward(turned, trace, trace.output - y))


# --- operations ----------------------------------------------------------------------------------


class Counted:
    """A number that counts in `tally` how often numbers like it are multiplied and added."""

    def __init__(self, value: float, tally: dict[str, int]) -> None:
        self.value, self.tally = value, tally

    def __add__(self, other: Any) -> Counted:
        self.tally["additions"] += 1
        return Counted(self.value + other.value, self.tally)

    def __mul__(self, other: Any) -> Counted:
        self.tally["multiplications"] += 1
        return Counted(self.value * other.value, self.tally)


@cache
def counted(widths: tuple[int, ...], samples: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Run both passes on numbers that count; return (multiplications, additions) of each."""
    tally = {"multiplications": 0, "additions": 0}

    def each(function: Callable[[float], float]) -> Any:
        return np.frompyfunc(lambda z: Counted(function(z.value), tally), 1, 1)

    wrap = np.frompyfunc(lambda v: Counted(v, tally), 1, 1)
    g = Activation("counted", each(np.tanh), each(lambda z: 1 - np.tanh(z) ** 2), None, 1)
    net = MLP(widths, g)
    layers = [Layer(wrap(layer.W), wrap(layer.b)) for layer in net.init(0)]
    trace = net.forward(layers, wrap(np.ones((widths[0], samples))))
    forward = tally["multiplications"], tally["additions"]
    net.backward(layers, trace, wrap(np.ones((widths[-1], samples))))
    both = tally["multiplications"], tally["additions"]
    return forward, (both[0] - forward[0], both[1] - forward[1])


def letters(widths: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the number of weights, that of the first layer, and that of hidden units."""
    weights = sum(a * b for a, b in pairwise(widths))
    return weights, widths[0] * widths[1], sum(widths[1:-1])


def _cost() -> tuple[Cost, Verdicts]:
    over = np.arange(len(COUNTED))
    found = np.array([counted(widths, SAMPLES) for widths in COUNTED], dtype=float)
    said = [MLP(widths).operations(SAMPLES) for widths in COUNTED]
    additions = np.array([[p.forward.additions, p.backward.additions] for p in said])
    S, S1, H = np.array([letters(widths) for widths in COUNTED]).T
    ratio = found[:, 1, 0] / found[:, 0, 0]
    deep = [(n, n, n, n, 1) for n in (1, 2, 4, 8, 16, 32, 64)]
    weights = np.array([letters(widths)[0] for widths in deep])
    passes = [MLP(widths).operations(1) for widths in deep]
    forward = np.array([p.forward.multiplications for p in passes])
    backward = np.array([p.backward.multiplications for p in passes])
    return Cost(weights, forward, backward, forward * (weights + 1)), {
        **certain_witness("multiplications forward, over t = network",
                          says.forward_products(SAMPLES, S), found[:, 0, 0], over),
        **certain_witness("multiplications backward, over t = network",
                          says.backward_products(SAMPLES, S, S1, H), found[:, 1, 0], over),
        "additions of both passes, over t = network": certain(
            found[:, :, 1].sum(axis=1), additions.sum(axis=1), over),
        "backward over forward, over t = network": within(ratio, says.cost_limit(S, H), over),
        "control: backward at most twice forward": within(ratio, np.full(len(over), 2.0), over),
        "control: backward twice forward": certain(found[:, 1, 0], 2 * found[:, 0, 0], over),
    }


# --- a graph, and depth --------------------------------------------------------------------------


def _graph(seed: int) -> tuple[Graph, Verdicts]:
    rng, net = np.random.default_rng(seed), MLP(GRAPH, "tanh")
    layers, x, y = net.init(rng), np.array([[1.0], [-0.5]]), np.array([[0.5], [1.0]])
    trace = net.forward(layers, x)
    gradient = net.backward(layers, trace, trace.output - y)
    numbers = np.concatenate([[0], np.cumsum(GRAPH)])
    edges = np.array([(numbers[at] + j, numbers[at + 1] + i) for at in range(len(layers))
                      for i in range(GRAPH[at + 1]) for j in range(GRAPH[at])])
    values = np.concatenate([*(h.ravel() for h in trace.inputs), trace.output.ravel()])
    entering = layers[0].W.T @ gradient[0].b
    errors = np.concatenate([entering, *(layer.b for layer in gradient)])
    moved = by_complex_steps(net, layers, x, y)
    graph = Graph(np.repeat(np.arange(len(GRAPH)), GRAPH),
                  np.concatenate([np.arange(n) - (n - 1) / 2 for n in GRAPH]), values, errors,
                  edges, np.concatenate([layer.W.ravel() for layer in layers]),
                  np.concatenate([layer.W.ravel() for layer in gradient]))
    return graph, {"gradient of the graph, weight by weight": certain(
        4 + flat(gradient), 4 + moved, np.arange(len(moved)))}


def _fading(seed: int) -> tuple[Fading, Verdicts]:
    """Compare root mean squares over draws: the gradient of one network of ReLUs may vanish."""
    names = ("sigmoid", "tanh", "relu")
    return Fading(DEPTHS, {name: np.array([_first_over_last(seed, int(depth), name)
                                           for depth in DEPTHS]) for name in names}), {}


def _first_over_last(seed: int, depth: int, name: str) -> float:
    squares = np.zeros(2)
    for draw in range(DRAWS):
        net, layers, x, y = problem([seed, draw], depth, name)
        trace = net.forward(layers, x)
        gradient = net.backward(layers, trace, trace.output - y)
        squares += [np.sum(gradient[0].W ** 2), np.sum(gradient[-1].W ** 2)]
    return float(np.sqrt(squares[0] / squares[1]))


# --- the picture ---------------------------------------------------------------------------------


def draw_graph(result: Result, ax: Any) -> None:
    """Draw a small network: outputs above each unit, gradients below, weights on the edges.

    A small network with the numbers of one sample: outputs above the units, computed forward,
    and gradients below them, computed backward. Each edge shows its weight and, in parentheses,
    the gradient of the weight, which is the output at its left end times the gradient at its
    right end.
    """
    found = result.graph
    for (start, end), weight, slope in zip(found.edges, found.weight, found.slope, strict=True):
        (left, right), (low, high) = found.layer[[start, end]], found.place[[start, end]]
        ax.plot([left, right], [low, high], color="0.75", linewidth=0.8, zorder=1)
        share = 0.7 if left == 0 else 0.3
        ax.text(left + share * (right - left), low + share * (high - low),
                f"{weight:.2f} ({slope:.3f})", rotation=np.degrees(np.arctan2(high - low, 1)),
                transform_rotates_text=True, rotation_mode="anchor", ha="center", va="center",
                fontsize=6, color="0.25",
                bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"})
    ax.plot(found.layer, found.place, label="unit: output above, gradient below; weight (gradient)",
            **marks("measured", markersize=7))
    for layer, place, value, gradient in zip(found.layer, found.place, found.value,
                                             found.gradient, strict=True):
        ax.annotate(f"{value:.3f}", (layer, place), (0, 6), textcoords="offset points",
                    ha="center", fontsize=8, color="#0072B2")
        ax.annotate(f"{gradient:.3f}", (layer, place), (0, -13), textcoords="offset points",
                    ha="center", fontsize=8, color="#D55E00")
    ax.set_xticks([0, 1, 2], ["input", "tanh", "output"])
    ax.set_yticks([])
    ax.grid(False)
    ax.set(xlabel="forward to the right, backward to the left", ylabel="units", ylim=(-1.6, 2.0),
           xlim=(-0.25, 2.25), title="Forward and backward, one sample, squared error")
    ax.legend(loc="upper left")


def draw_digits(result: Result, ax: Any) -> None:
    """Draw the errors of differences over their step, and that of the backward pass.

    Relative error of the gradient over the step of central differences. Steps that are too long
    or too short lose digits, and no step gives all of them; the backward pass (dotted) agrees
    with complex steps to the last digits.
    """
    found = result.digits
    ax.plot(found.steps, found.differences, label="central differences", **role("slide"))
    ax.axhline(found.backward.max(), label="backward, worst of 30 networks", **role("smooth"))
    ax.set(xscale="log", yscale="log", xlabel="step of the differences",
           ylabel="relative error of the gradient", ylim=(1e-17, 10),
           title="Digits of the gradient, against complex steps")
    ax.legend(loc="upper left")


def draw_cost(result: Result, ax: Any) -> None:
    """Draw the multiplications for a gradient over the number of weights.

    Multiplications for one gradient over the number of weights, on logarithmic axes. A forward
    and a backward pass are each proportional to the weights, together about three times a
    forward pass; a forward pass for each weight grows as their square.
    """
    found = result.cost
    ax.plot(found.weights, found.differences, label="complex steps: one forward a weight",
            **role("slide"))
    ax.plot(found.weights, found.forward + found.backward, label="forward and backward",
            **role("corrected"))
    ax.plot(found.weights, found.backward, label="backward", **marks("measured too"))
    ax.plot(found.weights, found.forward, label="forward", **marks("measured"))
    ax.set(xscale="log", yscale="log", xlabel="weights", ylabel="multiplications",
           title="The cost of a gradient, one sample")
    ax.legend(loc="upper left")


def draw_fading(result: Result, ax: Any) -> None:
    """Draw how the gradient of the first layer compares with that of the last.

    Size of the gradient of the first layer relative to that of the last, over the number of
    layers. With sigmoids it falls exponentially with the depth, with tanh and ReLU far less:
    the first layers of a deep sigmoid network hardly get a gradient.
    """
    looks = {"sigmoid": "slide", "tanh": "corrected", "relu": "exact"}
    for name, ratio in result.fading.ratios.items():
        ax.plot(result.fading.at, ratio, label=name.replace("relu", "ReLU"),
                **role(looks[name], marker="o", markersize=3))
    ax.set(yscale="log", xlabel="layers", ylabel="gradient of the first layer over the last",
           title=f"Layers of 3 units, root mean squares of {DRAWS} draws")
    ax.legend(loc="lower left")


MEASURED = (
    *(Measurement(says.gradient_is_right, f"gradient, {name}, over t = layers") for name in NAMES),
    Measurement(says.gradient_is_right, "gradient of the graph, weight by weight"),
    Measurement(says.products, "multiplications forward, over t = network, attained"),
    Measurement(says.products, "multiplications backward, over t = network, attained"),
    Measurement(says.cheap, "backward over forward, over t = network"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.forward_products: ("multiplications forward, over t = network",),
    says.backward_products: ("multiplications backward, over t = network",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {
    says.cost_limit: "a strict limit: the first layer needs no gradient for its input, which saves "
                     "the share S_1/S of a forward pass",
}
"""Why a formula has no witness."""

PANELS = (draw_graph, draw_digits, draw_cost, draw_fading)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
