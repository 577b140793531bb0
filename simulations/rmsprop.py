"""RMSProp, plain and bias-corrected [slide 30].

Steps under a constant gradient: too long at first without correction. Effective learning rates when
the gradients shrink: that of RMSProp recovers, that of Adagrad does not. The mean of the corrected
average of squares, which is right from the first step on, and that of its root, which is not.
The longest steps there are; and a ravine, in which RMSProp with a fixed alpha does not settle.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sgdtheory.simulations.adagrad import (
    SGD_ALPHA,
    Paths,
    followed,
    hostile,
    measured_rates,
    steps_of,
)
from sgdtheory.simulations.bias_correction import Signs
from sgdtheory.simulations.measuring import (
    DELTA,
    Band,
    Sampler,
    band,
    certain,
    certain_witness,
    draw_band,
    gather,
    within,
    witness,
)

import sgdtheory as st
from sgdtheory import script
from sgdtheory.evidence import Measurement
from sgdtheory.optimizers import SGD, Adagrad, CorrectedRMSProp, RMSProp
from sgdtheory.picture import role
from sgdtheory.theory import bias_correction
from sgdtheory.theory import rmsprop as says
from sgdtheory.verdict import Replicas, Verdict

__all__ = ["MEASURED", "PANELS", "UNATTAINED", "WITNESSES", "Result", "run"]

Verdicts = dict[str, Verdict]

ALPHA, BETA, BETAS, EPS = 0.5, 0.9, (0.9, 0.99, 0.999), 1e-3
STEPS, DROP, SHRINK = 300, 100, 0.01
MEAN, SPREAD, TIMES = 1.0, 0.9, (1, 2, 3, 5, 8, 15, 30, 60)
RAVINE_ALPHA, RAVINE_STEPS, LAST = 0.15, 150, 20


@dataclass(frozen=True)
class Squares:
    """The rule whose iterate is the root of the bias-corrected average of squares of `rule`."""

    rule: RMSProp

    def init(self, w: Any) -> Any:
        """Return the state of the rule."""
        return self.rule.init(w)

    def step(self, w: Any, v: Any, grad: Any, t: Any) -> tuple[Any, Any]:
        """Return the root of the corrected average, and the average."""
        _, v = self.rule.step(w, v, grad, t)
        return np.sqrt(v / (1 - self.rule.beta2**t)), v


@dataclass(frozen=True)
class Starts:
    """Steps over alpha under a constant gradient over t, ``(3, k)``: formula, plain, corrected."""

    at: np.ndarray
    formula: np.ndarray
    plain: np.ndarray
    corrected: np.ndarray


@dataclass(frozen=True)
class Rates:
    """Effective learning rates over t, ``(k,)``, for gradients that shrink at `DROP`."""

    at: np.ndarray
    rmsprop: np.ndarray
    corrected: np.ndarray
    adagrad: np.ndarray


@dataclass(frozen=True, eq=False)
class Means:
    """Means over the second moment (or its root): of v, corrected v, and the root of that."""

    plain: Band
    corrected: Band
    root: Band
    total: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """What `run` returns: arrays, verdicts and settings."""

    runs: int
    seed: int
    delta: float
    starts: Starts
    rates: Rates
    means: Means
    paths: tuple[Paths, ...]
    verdicts: Verdicts


def run(runs: int = 4096, seed: int = 0, executor: Any = None, progress: Any = None) -> Result:
    """Simulate and judge everything."""
    parts = (("starts", _starts), ("effective rates", _rates), ("longest steps", _longest),
             ("ravine", _ravine))
    found, verdicts = gather({what: partial(part, np.random.default_rng([seed, number]))
                              for number, (what, part) in enumerate(parts, start=1)}, progress)
    means, judged = _means(Sampler(seed, executor, progress), runs)
    return Result(runs, seed, DELTA, found["starts"], found["effective rates"], means,
                  found["ravine"], verdicts | judged)


# --- steps ---------------------------------------------------------------------------------------


def _starts(rng: Any) -> tuple[Starts, Verdicts]:
    """Follow a constant gradient with both rules."""
    at, g = np.arange(1, STEPS + 1), np.full(STEPS, 7.0)
    formula = np.array([says.constant_step2(at, 1.0, beta) ** 0.5 for beta in BETAS])
    plain = np.array([steps_of(RMSProp(ALPHA, beta, 0.0), g) / ALPHA for beta in BETAS])
    corrected = np.array([steps_of(CorrectedRMSProp(ALPHA, beta, 0.0), g) / ALPHA
                          for beta in BETAS])
    times = np.tile(at, len(BETAS))
    return Starts(at, formula, plain, corrected), {
        **certain_witness("squared step under a constant gradient", formula.ravel() ** 2,
                          plain.ravel() ** 2, times),
        "corrected step under a constant gradient": certain(corrected.ravel(),
                                                            np.ones(len(times)), times),
        "refuted: without correction the step is alpha long": certain(
            plain.ravel(), np.ones(len(times)), times),
    }


def _longest(rng: Any) -> tuple[None, Verdicts]:
    """Attain the longest steps by one gradient after zeros; hold hostile gradients to them."""
    at = np.array([1, 2, 5, 20, 100])
    spikes = {rule: np.array([steps_of(rule(ALPHA, BETA, 0.0), np.append(np.zeros(t - 1), 3.0))[-1]
                              for t in at]) ** 2 for rule in (RMSProp, CorrectedRMSProp)}
    plain, g = says.step_bound2(ALPHA, BETA), hostile(rng, STEPS)
    times = np.arange(1, STEPS + 1)
    longest = says.corrected_step_bound2(times, ALPHA, BETA)
    seen = {rule: steps_of(rule(ALPHA, BETA, EPS), g) ** 2 for rule in (RMSProp, CorrectedRMSProp)}
    power = steps_of(RMSProp(ALPHA, BETA, 2.0**20), 2.0**10 * g)[g != 0]
    other = steps_of(RMSProp(ALPHA, BETA, 1.0), g)[g != 0]
    return None, {
        **certain_witness("longest step, squared", np.full(len(at), plain), spikes[RMSProp], at),
        **certain_witness("longest corrected step, squared",
                          says.corrected_step_bound2(at, ALPHA, BETA),
                          spikes[CorrectedRMSProp], at),
        "hostile gradients, plain": within(seen[RMSProp], np.full(STEPS, plain), times),
        "hostile gradients, corrected": within(seen[CorrectedRMSProp], longest, times),
        "refuted: with correction no step is longer than alpha": within(
            spikes[CorrectedRMSProp], np.full(len(at), ALPHA**2), at),
        "gradients times k, eps times k^2": certain(power, other, times[g != 0]),
        "control: gradients times k, the same eps": certain(
            steps_of(RMSProp(ALPHA, BETA, 1.0), 2.0**10 * g)[g != 0], other, times[g != 0]),
    }


# --- effective learning rates --------------------------------------------------------------------


def _rates(rng: Any) -> tuple[Rates, Verdicts]:
    """Measure gains and sensitivities; then let the gradients shrink."""
    at = np.arange(1, STEPS + 1)
    g = rng.choice([-1, 1], STEPS) * (0.5 + rng.random(STEPS))
    gain, slope = measured_rates(RMSProp(ALPHA, BETA, EPS), g[:, None])
    v = np.array([(1 - BETA) * np.sum(BETA ** np.arange(t) * g[:t][::-1] ** 2) for t in at])
    formula = says.gain2(ALPHA, EPS, v)
    derivative = says.sensitivity2(ALPHA, BETA, EPS, v, np.minimum(g**2, v / (1 - BETA)))
    shrunk = np.where(at <= DROP, g, SHRINK * g)[:, None]
    rates = [measured_rates(rule, shrunk)[0][:, 0] for rule in (
        RMSProp(ALPHA, BETA, 1e-8), CorrectedRMSProp(ALPHA, BETA, 1e-8), Adagrad(ALPHA, 1e-8))]
    return Rates(at, *rates), {
        **certain_witness("squared effective learning rate", formula, gain[:, 0] ** 2, at),
        **certain_witness("squared sensitivity", derivative[1:], slope[1:, 0] ** 2, at[1:]),
        "refuted: the sensitivity is the effective learning rate": certain(slope[:, 0] ** 2,
                                                                          formula, at),
        "refuted: the effective rate of RMSProp never rises": within(
            rates[0][1:], rates[0][:-1], at[1:]),
    }


# --- means ---------------------------------------------------------------------------------------


def _means(sampler: Sampler, runs: int) -> tuple[Means, Verdicts]:
    """Measure the means of the averages of squares and of the root of the corrected one.

    The gradients are ``MEAN +- SPREAD``, so that a square is its mean plus or minus
    ``2 MEAN SPREAD``, and the average of squares is one of fair signs.
    """
    times, moment2 = np.array(TIMES), MEAN**2 + SPREAD**2
    sampled = sampler("squares", Signs(MEAN, SPREAD), Squares(RMSProp(ALPHA, BETA, 0.0)),
                      times=times, steps=TIMES[-1], runs=4 * runs, project=False)
    top = np.full(len(times), (MEAN + SPREAD) ** 2)
    variance = (2 * MEAN * SPREAD) ** 2 * bias_correction.variance_factor(times, BETA)
    total = 1 - BETA**times
    hat = Replicas(sampled.distance2 / moment2, times, top / moment2, variance / moment2**2)
    plain = Replicas(hat.distance2 * total, times, hat.ceiling * total, hat.variance * total**2)
    unknown = np.full(len(times), np.inf)
    root = Replicas(np.sqrt(hat.distance2), times, np.sqrt(hat.ceiling), unknown)
    few = Replicas(root.distance2[:, :3], times[:3], root.ceiling[:3], unknown[:3])
    one_over = Replicas(1 / few.distance2, times[:3],
                        np.full(3, moment2**0.5 / (MEAN - SPREAD)), unknown[:3])
    return Means(band(plain), band(hat), band(root), total), {
        **witness("mean of the corrected v", np.ones(len(times)), hat),
        **witness("mean of v", total, plain),
        "mean of the root of the corrected v, at most": st.judge(1.0, root, DELTA),
        "refuted: v without correction is unbiased": st.judge_equal(1.0, plain, DELTA),
        "refuted: the root of the corrected v is unbiased": st.judge_equal(1.0, few, DELTA),
        "refuted: one over the root of the corrected v is unbiased": st.judge(1.0, one_over,
                                                                             DELTA),
    }


# --- the ravine ----------------------------------------------------------------------------------


def _ravine(rng: Any) -> tuple[tuple[Paths, ...], Verdicts]:
    """Compare the paths of four rules on the ravine."""
    rules = {"RMSProp": RMSProp(RAVINE_ALPHA, BETA, 1e-8),
             "RMSProp, corrected": CorrectedRMSProp(RAVINE_ALPHA, BETA, 1e-8),
             "Adagrad": Adagrad(4 * RAVINE_ALPHA, 1e-8), "gradient descent": SGD(SGD_ALPHA)}
    paths = tuple(followed(name, rule, RAVINE_STEPS) for name, rule in rules.items())
    first = np.abs(paths[0].straight[1] - paths[0].straight[0])
    second = np.abs(paths[1].straight[1] - paths[1].straight[0])
    at, early = np.arange(2), slice(1, 6)
    late, last = np.arange(RAVINE_STEPS + 1)[-LAST:], np.full(LAST, RAVINE_ALPHA / 100)
    return paths, {
        "the first step of the corrected rule is alpha long in each coordinate": within(
            second, np.full(2, RAVINE_ALPHA), at),
        "control: the first step of the plain rule, too": within(
            first, np.full(2, RAVINE_ALPHA), at),
        "refuted: RMSProp settles within alpha / 100": within(
            np.linalg.norm(paths[0].straight[-LAST:], axis=1), last, late),
        "refuted: RMSProp does not feel the turn of the axes": certain(
            paths[0].turned[early].ravel(), paths[0].straight[early].ravel(),
            np.repeat(np.arange(1, 6), 2)),
    }


# --- the picture ---------------------------------------------------------------------------------

COLOURS = ("#0072B2", "#D55E00", "#009E73")


def draw_starts(result: Result, ax: Any) -> None:
    r"""Draw the step under a constant gradient, with and without correction.

    The size of a step over $\alpha$ under a constant gradient, over time, for three decays:
    without correction the first steps are far too long, with it every step is $\alpha$.
    """
    starts, sparse = result.starts, np.unique(np.geomspace(1, STEPS, 14).astype(int)) - 1
    for i, (beta, colour) in enumerate(zip(BETAS, COLOURS, strict=True)):
        ax.plot(starts.at, starts.formula[i], color=colour, linewidth=1.2)
        ax.plot(starts.at[sparse], starts.plain[i][sparse], color=colour, linestyle="none",
                marker="os^"[i], markersize=4,
                label=rf"$1/\sqrt{{1-\beta_2^t}}$, $\beta_2$ = {beta:g}")
    ax.plot(starts.at, starts.corrected[0], label="with correction, any $\\beta_2$",
            **role("exact"))
    ax.set(xscale="log", yscale="log", ylim=(0.8, 60), xlabel="time $t$ (steps)",
           ylabel=r"step / $\alpha$", title="Without correction RMSProp starts too fast")
    ax.legend(loc="upper right")


def draw_rates(result: Result, ax: Any) -> None:
    """Draw the effective learning rates when the gradients shrink.

    Effective learning rates when the gradients become a hundred times smaller after step 100:
    RMSProp forgets the large ones and its rate rises a hundredfold, Adagrad's stays where it
    was.
    """
    rates = result.rates
    for line, name, look in ((rates.rmsprop, "RMSProp", "slide"),
                             (rates.corrected, "RMSProp, corrected", "smooth"),
                             (rates.adagrad, "Adagrad", "exact")):
        ax.plot(rates.at, line, label=name, **role(look))
    ax.axvline(DROP, **role("limit"))
    ax.annotate(f"gradients times {SHRINK:g}", (DROP, 60), (4, 0), textcoords="offset points",
                fontsize=8)
    ax.set(yscale="log", xlabel="time $t$ (steps)", ylabel="effective learning rate",
           title="RMSProp forgets, Adagrad does not")
    ax.legend(loc="center right")


def draw_means(result: Result, ax: Any) -> None:
    r"""Draw the means of the averages of squares.

    Means over those of the squared gradient, measured: the plain average is too small by
    $1-\beta_2^t$, the corrected one is unbiased, and its root, which divides the step, is not.
    """
    means = result.means
    ax.axhline(1, label="unbiased", **role("limit"))
    ax.plot(means.plain.at, means.total, label=r"$1 - \beta_2^t$", **role("exact"))
    for found, name, look in ((means.plain, "$v_t$", "measured"),
                              (means.corrected, r"$\hat v_t$", "measured too")):
        draw_band(ax, found, name, look)
    ax.errorbar(means.root.at, means.root.mean, means.root.bars, label=r"$\sqrt{\hat v_t}$",
                mfc="white", **role("measured", color="#D55E00", marker="s"))
    ax.set(xscale="log", ylim=(0, 1.3), xlabel="time $t$ (steps)",
           ylabel=r"mean / $E\,g^2$ (or its root)",
           title=rf"The correction unbiases $v$, not its root; $\beta_2$ = {BETA:g}")
    ax.legend(loc="lower right")


def draw_ravine(result: Result, ax: Any) -> None:
    r"""Draw the distances to the minimiser of the ravine.

    The distance to the minimum of a ravine over time: with a fixed $\alpha$ RMSProp comes close
    for a moment, is thrown back to about $\alpha$ and jumps there, with or without correction,
    while Adagrad and gradient descent converge.
    """
    for paths, look in zip(result.paths, ("slide", "smooth", "exact", "other"), strict=True):
        distance = np.linalg.norm(paths.straight, axis=1)
        ax.plot(np.arange(len(distance)), distance, label=paths.name, **role(look))
    ax.axhline(RAVINE_ALPHA, **role("limit"))
    ax.annotate(r"$\alpha$ of RMSProp", (150, RAVINE_ALPHA), (0, 5), textcoords="offset points",
                fontsize=8, ha="right")
    ax.set(yscale="log", ylim=(1e-11, 300), xlabel="time $t$ (steps)",
           ylabel="distance to the minimiser",
           title="In a ravine: with a fixed $\\alpha$ RMSProp does not settle")
    ax.legend(loc="upper right", ncols=2)


MEASURED = (
    Measurement(says.effective, "squared effective learning rate, attained"),
    Measurement(says.secant, "squared sensitivity, attained"),
    Measurement(says.covariant, "gradients times k, eps times k^2"),
    Measurement(says.at_most, "longest step, squared, attained"),
    Measurement(says.corrected_at_most, "longest corrected step, squared, attained"),
    Measurement(says.constant, "squared step under a constant gradient, attained"),
    Measurement(says.corrected_constant, "corrected step under a constant gradient"),
    Measurement(says.mean_shrinks, "mean of v, attained"),
    Measurement(says.unbiased, "mean of the corrected v, attained"),
    Measurement(says.root_below, "mean of the root of the corrected v, at most"),
)
"""Which verdict measures which claim."""

WITNESSES = {
    says.gain2: ("squared effective learning rate",),
    says.sensitivity2: ("squared sensitivity",),
    says.step_bound2: ("longest step, squared",),
    says.corrected_step_bound2: ("longest corrected step, squared",),
    says.constant_step2: ("squared step under a constant gradient",),
}
"""Where each formula is attained: planted 5 % must be caught there."""

UNATTAINED: dict[Any, str] = {}
"""Every formula has a witness."""

PANELS = (draw_starts, draw_rates, draw_means, draw_ravine)

if __name__ == "__main__":
    sys.exit(script.main(sys.modules[__name__]))
