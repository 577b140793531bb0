"""Adam's steps against their bounds, with and without corrections, and its paths [slide 30].

Gradients that grow by beta2/beta1 attain the bound at every time, and exceed those of Adam's paper;
random ones stay below. On a constant gradient the corrected rule steps by alpha, what is printed by
less, and without any correction by up to 6.57 alpha. The effective learning rate is told three
ways. On a ravine and on Rosenbrock's valley Adam is compared with SGD and momentum.

Nothing is random but the attacks and their scales, so that every verdict is exact to 1e-12.
Long because each of six pictures says what it shows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sgdtheory.simulations.measuring import DELTA, certain, certain_witness, gather, within

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD, Adam, AdamAsStated, AMSGrad, Momentum, iterates
from sgdtheory.picture import marks, role
from sgdtheory.theory import adam as says
from sgdtheory.theory import bias_correction
from sgdtheory.verdict import Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run", "steps_of"]

Verdicts = dict[str, Verdict]

DEFAULTS, EQUAL, QUICK = (0.9, 0.999), (0.9, 0.99), (0.5, 0.7)
BOUND_STEPS, ATTACKS, ATTACK_STEPS = 2000, 64, 300
CONSTANT_STEPS, GRADIENT = 200, 2.0
RATE_STEPS, RESPONSE_STEPS = 60, 400
RAVINE, RAVINE_START, RAVINE_STEPS = np.array([1.0, 50.0]), np.array([-4.0, 1.5]), 60
VALLEY_START, VALLEY_STEPS = np.array([-1.5, 2.0]), 250
DESCENT = "gradient descent"
RAVINE_RULES = {DESCENT: SGD(0.03), "momentum": Momentum(0.15, 0.9),
                "Adam": Adam(0.3, eps=0)}
VALLEY_RULES = {DESCENT: SGD(0.001), "momentum": Momentum(0.004, 0.9),
                "Adam": Adam(0.02, eps=0)}
ANGLE = np.pi / 5


@dataclass(frozen=True, eq=False)
class Bounds:
    """Over the time `at`: the bound and its limit, what growing gradients attain, the paper's."""

    betas: tuple[float, float]
    at: np.ndarray
    bound: np.ndarray
    limit: float
    attained: np.ndarray
    paper: float
    attacked: np.ndarray


@dataclass(frozen=True, eq=False)
class Corrections:
    """Steps over alpha on a constant gradient, over the time `at`."""

    at: np.ndarray
    both: np.ndarray
    printed: np.ndarray
    neither: np.ndarray


@dataclass(frozen=True, eq=False)
class Rates:
    """The effective rate over alpha, on a constant gradient 1, three ways, over the time."""

    at: np.ndarray
    gain: np.ndarray
    response: np.ndarray
    sensitivity: np.ndarray


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths of rules ``(steps + 1, 2)``, and the loss over a grid of points."""

    paths: dict[str, np.ndarray]
    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    defaults: Bounds
    equal: Bounds
    corrections: Corrections
    rates: Rates
    ravine: Paths
    valley: Paths
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Compute and judge everything; `seed` draws the attacks; `runs` is not needed."""
    parts = {"bounds by default": lambda: _bounds(DEFAULTS, seed),
             "bounds where the paper says 1": lambda: _bounds(EQUAL, seed),
             "corrections": _corrections, "effective rates": lambda: _rates(seed),
             "ravine": lambda: _ravine(seed), "valley": _valley}
    found, verdicts = gather(parts, progress)
    verdicts |= _limits()
    return Result(runs, seed, DELTA, *found.values(), verdicts)


def steps_of(rule: Any, gradients: Iterable[Any]) -> np.ndarray:
    """Return the sizes of the steps that a rule makes from 0 with the given gradients."""
    state, sizes = None, []
    for t, g in enumerate(gradients, start=1):
        state = rule.init(0 * g) if state is None else state
        moved, state = rule.step(0 * g, state, lambda _, g=g: g, t)
        sizes.append(np.abs(moved))
    return np.array(sizes)


# --- step bounds ---------------------------------------------------------------------------------


def growing(betas: tuple[float, float], steps: int) -> np.ndarray:
    """Return the gradients that attain the bound, far from overflow."""
    return (betas[1] / betas[0]) ** (np.arange(steps) - steps / 2)


def _bounds(betas: tuple[float, float], seed: int) -> tuple[Bounds, Verdicts]:
    """Attack the bound at every time, with the gradients that attain it and with random ones."""
    at, name = np.arange(1, BOUND_STEPS + 1), "bound, betas {} and {}, over t".format(*betas)
    rule, bound = Adam(1.0, *betas, eps=0.0), says.step_bound(np.arange(1, BOUND_STEPS + 1), *betas)
    attained = steps_of(rule, growing(betas, BOUND_STEPS))
    paper = max(1.0, (1 - betas[0]) / np.sqrt(1 - betas[1]))
    rng = np.random.default_rng(seed)
    shape = (ATTACK_STEPS, ATTACKS)
    hostile = rng.standard_normal(shape) * np.exp(3 * rng.standard_normal(shape))
    attacked = np.max(steps_of(rule, hostile), axis=1)
    few = slice(0, ATTACK_STEPS)
    return Bounds(betas, at, bound, says.largest_step(*betas), attained, paper, attacked), {
        **certain_witness(name, bound, attained, at),
        f"{name}, random gradients": within(attacked, bound[few], at[few]),
        f"refuted: Adam's paper, betas {betas[0]} and {betas[1]}": within(
            attained, np.full(len(at), paper), at),
        f"control: {name}, one step earlier": within(attained[1:], bound[:-1], at[1:]),
        f"control: {name}, gamma for its root": certain(
            attained, _slip(at, *betas), at),
    }


def _slip(t: np.ndarray, beta1: float, beta2: float) -> np.ndarray:
    """Return the bound with gamma = beta1/beta2: what one gets for weights that are not squared."""
    return says.step_bound(t, np.sqrt(beta1), beta2) * (1 - beta1) / (1 - beta1**t) * (
        1 - np.sqrt(beta1) ** t) / (1 - np.sqrt(beta1))


def _limits() -> Verdicts:
    """Hold the limit against a time at which it is reached to the last digit."""
    attained = steps_of(Adam(1.0, *QUICK, eps=0.0), growing(QUICK, 300))[-1:]
    return {
        **certain_witness("limit of the bound", [says.largest_step(*QUICK)], attained, [300]),
        "control: limit of the bound, without gamma": certain(
            attained, [(1 - QUICK[0]) / np.sqrt(1 - QUICK[1])], [300]),
    }


# --- with and without corrections ----------------------------------------------------------------


def _corrections() -> tuple[Corrections, Verdicts]:
    """Step on a constant gradient; there AMSGrad's maximum is the uncorrected mean square."""
    at, constant = np.arange(1, CONSTANT_STEPS + 1), np.full(CONSTANT_STEPS, GRADIENT)
    both, printed, neither = (steps_of(rule, constant) for rule in (
        Adam(1.0, eps=0.0), AdamAsStated(1.0, eps=0.0), AMSGrad(1.0)))
    squared = says.uncorrected_step2(at, *DEFAULTS)
    peak = int(np.argmax(neither))
    return Corrections(at, both, printed, neither), {
        "constant gradient, both corrected": certain(both, np.ones(len(at)), at),
        "constant gradient, as printed": certain(printed, bias_correction.total(at, 0.9), at),
        "refuted: what is printed steps by alpha": certain(printed, np.ones(len(at)), at),
        **certain_witness("squared step without corrections", squared, neither**2, at),
        "control: without corrections, the peak is at t = 13": certain(
            at[[peak]], np.array([13]), at[[peak]]),
        "without corrections, the peak is at t = 12": certain(
            at[[peak]], np.array([12]), at[[peak]]),
    }


# --- the effective learning rate -----------------------------------------------------------------


def _rates(seed: int) -> tuple[Rates, Verdicts]:
    """Tell the rate on a constant gradient, and hold its formula against random gradients."""
    at, (beta1, beta2) = np.arange(1, RATE_STEPS + 1), DEFAULTS
    gain = says.effective_rate(at, 1.0, beta1, 1.0, 0.0)
    response = np.array([_response(s) for s in at])
    taken = (1 - beta2) / bias_correction.total(at, beta2)
    rng = np.random.default_rng(seed)
    measured, formula = _measured_gain(rng.standard_normal(RATE_STEPS))
    changed, secant = _secants(rng.standard_normal((RATE_STEPS, 2)))
    most = 1 / bias_correction.total(at, beta1)
    return Rates(at, gain, response, gain - taken), {
        **certain_witness("gain of the newest gradient", formula, measured, at),
        "control: gain of the newest gradient, without correction": certain(
            measured, formula * bias_correction.total(at, beta1), at),
        "response at most its bound, over t = s": within(response, most, at),
        "response at least 1, over t = s": within(np.ones(len(at)), response, at),
        "control: response is the gain, over t = s": within(response, gain, at),
        "change of the newest gradient": certain(1 + changed, 1 + secant, at),
        "control: change of the newest gradient, by the gain alone": certain(
            1 + changed, 1 + formula, at),
    }


def _response(s: int) -> float:
    """Return the sum of the corrected averages after one gradient at time s."""
    impulse = np.arange(1, s + RESPONSE_STEPS) == s
    ages = steps_of(Momentum(1.0, DEFAULTS[0]), impulse.astype(float))
    return float(np.sum(ages / bias_correction.total(np.arange(1, s + RESPONSE_STEPS), 0.9)))


def _states(gradients: np.ndarray) -> list[tuple[int, float, tuple[float, float]]]:
    """Return time, gradient and the state before it, along a run."""
    rule, rows = Adam(1.0, *DEFAULTS, eps=0.0), []
    state = rule.init(0.0)
    for t, g in enumerate(map(float, gradients), start=1):
        rows.append((t, g, state))
        _, state = rule.step(0.0, state, lambda _, g=g: g, t)
    return rows


def _averages(rule: Adam, state: tuple[float, float], g: float, t: int) -> tuple[float, float]:
    """Return the corrected average, and the root of the corrected mean square."""
    _, (m, v) = rule.step(0.0, state, lambda _: g, t)
    return m / (1 - rule.beta1**t), np.sqrt(v / (1 - rule.beta2**t))


def _measured_gain(gradients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what one more unit of the newest gradient adds at a frozen root, and the formula."""
    rule, found = Adam(1.0, *DEFAULTS, eps=0.1), []
    for t, g, state in _states(gradients):
        mean, root = _averages(rule, state, g, t)
        more, _ = _averages(rule, state, g + 1, t)
        found.append(((more - mean) / (root + rule.eps),
                      says.effective_rate(t, 1.0, rule.beta1, root, rule.eps)))
    measured, formula = np.array(found).T
    return measured, formula


def _secants(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a change of the newest gradient does to the step, and what is proved of it."""
    rule, found = Adam(1.0, *DEFAULTS, eps=0.0), []
    (beta1, beta2), changes = DEFAULTS, 2 + np.abs(draws[:, 1])
    for (t, g, state), x in zip(_states(draws[:, 0]), changes, strict=True):
        (mean, r), (other, s) = (_averages(rule, state, new, t) for new in (g, g + x))
        gain, taken = (1 - beta1) / (1 - beta1**t), (1 - beta2) / (1 - beta2**t)
        found.append(((other / s - mean / r) / x,
                      gain / s - taken * mean * (2 * g + x) / (r * s * (r + s))))
    changed, secant = np.array(found).T
    return changed, secant


# --- paths ---------------------------------------------------------------------------------------


def _ravine(seed: int) -> tuple[Paths, Verdicts]:
    """Follow three rules down a ravine, Adam also down scaled and turned ones."""
    grad = st.problems.quadratic(RAVINE, sigma2=0.0).grad
    paths = {name: iterates(rule, RAVINE_START, grad, RAVINE_STEPS)
             for name, rule in RAVINE_RULES.items()}
    scale = 2.0 ** np.random.default_rng(seed).integers(-30, 30, size=2)
    rule, at = RAVINE_RULES["Adam"], np.arange(RAVINE_STEPS + 1)
    scaled = iterates(rule, RAVINE_START, lambda w: scale * grad(w), RAVINE_STEPS)
    turn = np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])
    turned = {name: iterates(each, turn @ RAVINE_START, lambda w: turn @ grad(turn.T @ w),
                             RAVINE_STEPS) @ turn for name, each in RAVINE_RULES.items()}
    x, y = np.linspace(-4.6, 2.0, 90), np.linspace(-1.7, 1.9, 90)
    loss = (RAVINE[0] * x**2 + RAVINE[1] * y[:, None] ** 2) / 2
    far = at[:20]
    return Paths(paths, x, y, loss), {
        "the same path with scaled gradients": certain(
            1 + np.max(np.abs(scaled - paths["Adam"]), axis=1), np.ones(len(at)), at),
        "control: the same path on a turned ravine": certain(
            1 + np.max(np.abs(turned["Adam"] - paths["Adam"]), axis=1), np.ones(len(at)), at),
        "SGD has the same path on a turned ravine": certain(
            1 + np.max(np.abs(turned[DESCENT] - paths[DESCENT])[far], axis=1), np.ones(20), far),
    }


def rosenbrock(w: np.ndarray) -> np.ndarray:
    """Return the gradient of ``(1 - x)^2 + 20 (y - x^2)^2``, shape (2,)."""
    x, y = w
    return np.array([-2 * (1 - x) - 80 * x * (y - x**2), 40 * (y - x**2)])


def _valley() -> tuple[Paths, Verdicts]:
    """Follow three rules along Rosenbrock's valley."""
    paths = {name: iterates(rule, VALLEY_START, rosenbrock, VALLEY_STEPS)
             for name, rule in VALLEY_RULES.items()}
    x, y = np.linspace(-2.0, 1.7, 90), np.linspace(-0.8, 2.8, 90)
    loss = (1 - x) ** 2 + 20 * (y[:, None] - x**2) ** 2
    sizes = np.max(np.abs(np.diff(paths["Adam"], axis=0)), axis=1) / VALLEY_RULES["Adam"].alpha
    at = np.arange(1, VALLEY_STEPS + 1)
    return Paths(paths, x, y, loss), {
        "bound along the valley": within(sizes, says.step_bound(at, *DEFAULTS), at),
    }


# --- the picture ---------------------------------------------------------------------------------


def _draw_bounds(found: Bounds, ax: Any, paper: str) -> None:
    ax.axhline(found.limit, label=f"its limit, {found.limit:.2f}", **role("limit"))
    ax.plot(found.at, found.bound, label="exact bound", **role("exact"))
    marked = np.unique(np.geomspace(1, BOUND_STEPS, 18).astype(int)) - 1
    ax.plot(found.at[marked], found.attained[marked], label="gradients growing by "
            r"$\beta_2/\beta_1$", **marks("measured"))
    early = marked[marked < ATTACK_STEPS]
    ax.plot(found.at[early], found.attacked[early], label=f"largest of {ATTACKS} random sequences",
            **marks("measured too"))
    ax.axhline(found.paper, label=paper, **role("slide"))
    ax.set(xscale="log", xlabel="time $t$ (steps)", ylabel=r"|step|/$\alpha$",
           title=r"Longest steps, $\beta_1$ = {:g}, $\beta_2$ = {:g}".format(*found.betas))
    ax.legend(loc="upper left", fontsize=7)


def draw_defaults(result: Result, ax: Any) -> None:
    r"""Draw the bound by default, and what attains it.

    The longest possible step over $\alpha$, at each time, for the default decays: the exact
    bound, gradients that attain it, and random attacks. The paper's bound 3.16 is passed after
    210 steps; the limit is 7.27.
    """
    _draw_bounds(result.defaults, ax, "Adam's paper: at most 3.16")


def draw_equal(result: Result, ax: Any) -> None:
    r"""Draw the bound where the paper says that steps are below alpha.

    The same where $1-\beta_1$ is the root of $1-\beta_2$: the paper says that no step is longer
    than $\alpha$, and the second step can already be longer, by 0.1 %.
    """
    _draw_bounds(result.equal, ax, "Adam's paper: below 1")


def draw_corrections(result: Result, ax: Any) -> None:
    r"""Draw the steps on a constant gradient.

    Steps over $\alpha$ under a constant gradient: with both corrections always 1, without any
    up to 6.57, and as the slide is printed, with only v corrected, a tenth at first.
    """
    found = result.corrections
    ax.plot(found.at, found.neither, label="no correction", **role("smooth"))
    ax.plot(found.at, found.both, label="both corrected", **role("exact"))
    ax.plot(found.at, found.printed, label="as printed: only $v$ corrected", **role("slide"))
    peak = int(np.argmax(found.neither))
    ax.annotate(rf"{found.neither[peak]:.2f}$\alpha$ at $t = {found.at[peak]}$",
                (found.at[peak], found.neither[peak]), (0, 5), textcoords="offset points",
                ha="center", fontsize=8)
    ax.set(xscale="log", ylim=(0, 7.6), xlabel="time $t$ (steps)", ylabel=r"step/$\alpha$",
           title="A constant gradient: the first steps")
    ax.legend(loc="lower left", bbox_to_anchor=(0.01, 0.15))


def draw_rates(result: Result, ax: Any) -> None:
    """Draw the effective rate on a constant gradient, three ways.

    Three readings of effective learning rate over the time of the gradient: all that one
    gradient moves, what it moves at once as on the slide, and the derivative of the step, which
    is 0 at first.
    """
    rates = result.rates
    ax.plot(rates.at, rates.response, label="all that one gradient moves (frozen root)",
            **role("smooth"))
    ax.plot(rates.at, rates.gain, label="at once, frozen root: the slide's", **role("slide"))
    ax.plot(rates.at, rates.sensitivity, label="at once, derivative", **role("exact"))
    ax.axhline(0.1, **role("limit"))
    ax.annotate(r"$1 - \beta_1$", (50, 0.1), (0, 3), textcoords="offset points", fontsize=8)
    ax.set(xscale="log", ylim=(0, 3.2), xlabel="time $t$ of the gradient",
           ylabel=r"rate $\cdot |g|/\alpha$", title="The effective learning rate, three ways")
    ax.legend(loc="upper right")


def _draw_paths(found: Paths, ax: Any, levels: np.ndarray, every: int) -> None:
    ax.contour(found.x, found.y, found.loss, levels=levels, colors="0.8", linewidths=0.7)
    for (name, path), look in zip(found.paths.items(), ("slide", "smooth", "exact"), strict=True):
        ax.plot(path[:, 0], path[:, 1], label=name, **role(look))
        ax.plot(path[::every, 0], path[::every, 1], linestyle="none", marker=".", markersize=4,
                color=role(look)["color"])
        ax.plot(*path[-1], marker="s", markersize=6, color=role(look)["color"])
    ax.plot(*next(iter(found.paths.values()))[0], "k^", markersize=5)
    ax.set(xlim=(found.x[0], found.x[-1]), ylim=(found.y[0], found.y[-1]), xlabel="$w_1$",
           ylabel="$w_2$")


def draw_ravine(result: Result, ax: Any) -> None:
    """Draw the paths down the ravine.

    Paths of gradient descent, momentum and Adam in a narrow quadratic ravine from one start;
    the squares show where each is after 60 steps.
    """
    _draw_paths(result.ravine, ax, np.geomspace(0.3, 60, 8), 10)
    ax.plot(0, 0, "k*", markersize=9)
    ax.set(title=f"A ravine of curvatures 1 and 50, {RAVINE_STEPS} steps: where each ends")
    ax.legend(loc="lower right")


def draw_valley(result: Result, ax: Any) -> None:
    """Draw the paths along Rosenbrock's valley.

    Paths of the same rules in Rosenbrock's curved valley; the star is the minimum, the squares
    are the ends after 250 steps.
    """
    _draw_paths(result.valley, ax, np.geomspace(0.3, 150, 8), 25)
    ax.plot(1, 1, "k*", markersize=9)
    ax.set(title=f"Rosenbrock's valley, {VALLEY_STEPS} steps: where each ends")
    ax.legend(loc="upper right")


_DEFAULT = "bound, betas {} and {}, over t".format(*DEFAULTS)
MEASURED = (
    Measurement(says.bounded_step, f"{_DEFAULT}, random gradients"),
    Measurement(says.attained_step, f"{_DEFAULT}, attained"),
    Measurement(says.bound_at_most, "limit of the bound, attained"),
    Measurement(says.constant_mean, "constant gradient, both corrected"),
    Measurement(says.literal_mean, "constant gradient, as printed"),
    Measurement(says.uncorrected_constant, "squared step without corrections, attained"),
    Measurement(says.newest_gain, "gain of the newest gradient, attained"),
    Measurement(says.response_at_least, "response at least 1, over t = s"),
    Measurement(says.response_at_most, "response at most its bound, over t = s"),
    Measurement(says.sensitivity, "change of the newest gradient"),
    Measurement(says.diagonal_scale, "the same path with scaled gradients"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.step_bound: (_DEFAULT,),
    says.largest_step: ("limit of the bound",),
    says.uncorrected_step2: ("squared step without corrections",),
    says.effective_rate: ("gain of the newest gradient",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_defaults, draw_equal, draw_corrections, draw_rates, draw_ravine, draw_valley)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
