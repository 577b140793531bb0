"""The function `plan`, and what it refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sgdtheory.montecarlo.request import whole
from sgdtheory.notation import letter
from sgdtheory.planner import closed_form
from sgdtheory.planner.cost import Cost, Linear, Overlapped, Parallel
from sgdtheory.planner.model import Model, Slide, Smooth, alpha_of, steps_of
from sgdtheory.planner.search import LARGEST, cheapest, smallest

__all__ = ["Plan", "Setting", "doubts", "plan", "setting", "solve"]

HUGE = 1e50
"""Beyond it, and below its inverse, products of the constants leave the range of float64."""

MOST_STEPS = 10**9
"""More steps are refused: rounding hides ``1 - 2 alpha c`` in the bound that certifies them."""

ATTEMPTS = 64


@dataclass(frozen=True)
class Plan:
    """The cheapest certified choice.

    Attributes
    ----------
    alpha, B, steps
        Step size, batch size and number of steps.
    cost
        ``steps`` times the price of a step.
    distance2
        The bound on ``E|w_steps - w*|^2``, at most the target.
    remarks
        What makes the plan worth less than it seems, in words; empty where nothing does.
    """

    alpha: float
    B: int
    steps: int
    cost: float
    distance2: float
    remarks: tuple[str, ...] = ()

    @property
    def samples(self) -> int:
        """The number of sample gradients, ``B steps``."""
        return self.B * self.steps


@dataclass(frozen=True)
class Setting:
    """What a plan is made for: a bound with its constants and its target, and a cost."""

    model: Model
    cost: Cost


def plan(*, c: float, sigma2: float, d0: float, target: float, mu2: float | None = None,
         L: float | None = None, t0: float = 0.0, t1: float = 1.0, latency: float | None = None,
         P: int | None = None, model: Literal["slide", "smooth"] = "slide") -> Plan:
    """Return the cheapest step size, batch size and number of steps that certainly suffice.

    No other choice of at most 1e9 steps whose bound is at most the target costs less, up to
    rounding; where the cost is so flat that thousands of choices are nearly best, none costs 0.1 %
    less. The batch is the smallest for its steps, enlarged where that is free; the step size is the
    one with the smallest bound.

    Parameters
    ----------
    c, sigma2, mu2, L
        Constants of the problem: strong convexity, variance of one sample gradient, squared bound
        on the gradient (for the slide's model), Lipschitz constant of the gradient (for the smooth
        one). The lecture's hypotheses force ``mu2 >= c^2 d0``; the formula does not ask for it, and
        the plan's ``remarks`` say where it is not so.
    d0, target
        Squared distance at the start, and the one to be reached in the mean.
    t0, t1
        A step costs ``t0 + t1 B``; by default the number of sample gradients.
    latency
        Instead of t0: a step costs ``max(latency, t1 B)``.
    P
        With t0 and t1: a step costs ``t0 + t1 ceil(B/P)``.
    model
        ``"slide"``: the bound `noise_ball.distance2`; ``"smooth"``:
        `noise_ball.smooth_distance2`, which needs no bound on the gradient.

    Raises
    ------
    ValueError
        If a number is out of its domain, if the target is not below d0, or if it takes more than
        1e9 steps.
    """
    return solve(setting(c=c, sigma2=sigma2, d0=d0, target=target, mu2=mu2, L=L, t0=t0, t1=t1,
                         latency=latency, P=P, model=model))


def solve(setting: Setting) -> Plan:
    """Return the plan for what `setting` validated."""
    model, cost = setting.model, setting.cost
    least = steps_of(model, LARGEST)
    if least > MOST_STEPS:
        raise ValueError(f"target={model.target:g}, the squared distance to reach, takes "
                         f"{least:.3g} steps with batches of any size, more than the "
                         f"{MOST_STEPS:g} that float64 can certify; take a larger target, or the "
                         f"smooth model")
    first = smallest(lambda B: steps_of(model, B) <= MOST_STEPS, 1, LARGEST)
    guess = min(closed_form.batch(model, cost), LARGEST)
    B, T = cheapest(lambda B: steps_of(model, B), cost.price, first, math.ceil(guess))
    return _certified(setting, cost.fill(B), T)


def _certified(setting: Setting, B: int, T: int) -> Plan:
    """Return the plan with batches of `B` whose bound, as evaluated, is at most the target.

    Rounding in the bound may ask for more steps than the real numbers do.
    """
    model = setting.model
    for _ in range(ATTEMPTS):
        alpha = alpha_of(model, B, T)
        reached = model.bound(T, alpha, B)
        if reached <= model.target:
            return Plan(alpha, B, T, T * setting.cost.price(B), reached, doubts(model))
        T += 1 + T * T // 2**53
    raise ValueError(f"target={model.target!r}, the squared distance to reach, is so near to "
                     f"d0={model.d0!r} that rounding hides the progress; take a smaller target")


def doubts(model: Model) -> tuple[str, ...]:
    """Return why a plan by the slide's bound may be of no use: constants that no loss has, or need.

    On a set that contains the start, ``c |w_0 - w*| <= |grad(w_0)| <= mu``.
    """
    if not isinstance(model, Slide):
        return ()
    said = []
    if model.mu2 < model.c**2 * model.d0 * (1 - 1e-9):
        said.append(f"mu2 = {model.mu2:.6g} is below c^2 d0 = {model.c**2 * model.d0:.6g}: no "
                    f"strongly convex loss has both on a set that contains the start, so the plan "
                    f"is right about the formula only; take mu2 >= {model.c**2 * model.d0:.6g}, or "
                    f"the smooth model")
    if model.mu2 / model.c**2 <= model.target:
        said.append(f"mu2/c^2 = {model.mu2 / model.c**2:.6g} is at most the target: the hypotheses "
                    f"alone promise it, without any step")
    return tuple(said)


def setting(*, c: float, sigma2: float, d0: float, target: float, mu2: float | None = None,
            L: float | None = None, t0: float = 0.0, t1: float = 1.0, latency: float | None = None,
            P: int | None = None, model: str = "slide") -> Setting:
    """Return the arguments of `plan`, validated."""
    constants = {"c": c, "sigma2": sigma2, "d0": d0, "target": target}
    if model not in ("slide", "smooth"):
        raise ValueError(f"model, the bound to plan with, must be 'slide' or 'smooth'; "
                         f"got {model!r}")
    own, value = ("mu2", mu2) if model == "slide" else ("L", L)
    if value is None:
        raise ValueError(f"{own}, {letter(own).meaning}, is missing: the {model} model needs it; "
                         f"give {own}= (--{own} in the shell), or take the other model")
    numbers = {name: _number(name, letter(name).meaning, letter(name).check_one(number))
               for name, number in {**constants, own: value}.items()}
    if numbers["target"] >= numbers["d0"]:
        raise ValueError(f"target={target:g}, the squared distance to reach, is not below d0="
                         f"{d0:g}, the squared distance at the start: nothing is to be done, in 0 "
                         f"steps; take a target below {d0:g}")
    if numbers.get("L", math.inf) < numbers["c"]:
        raise ValueError(f"L={L:g}, the Lipschitz constant of the gradient, must be >= c={c:g}, "
                         f"the constant of strong convexity; check that the two were not exchanged")
    built: Any = Slide if model == "slide" else Smooth
    return Setting(built(**numbers), _cost(t0, t1, latency, P))


def _cost(t0: float, t1: float, latency: float | None, P: int | None) -> Cost:
    """Return the cost of a step."""
    t1 = _number("t1", letter("t1").meaning, t1)
    if latency is not None:
        return _overlapped(t0, t1, latency, P)
    t0 = _number("t0", letter("t0").meaning, t0)
    if t0 == t1 == 0:
        raise ValueError("t0, the fixed cost of a step, and t1, the cost of one sample in a step, "
                         "are both 0: every plan is free; give one of them")
    if P is None:
        return Linear(t0, t1)
    together = whole("P", "the number of samples that are computed at a time", P, 1)
    if together > LARGEST:
        raise ValueError(f"P, the number of samples that are computed at a time, must be at most "
                         f"2^53; got {P}; leave t1 out of the cost (t1=0) if samples are free")
    return Parallel(t0, t1, together)


def _overlapped(t0: float, t1: float, latency: float, P: int | None) -> Overlapped:
    meaning = letter("latency").meaning
    if t0 or P is not None:
        raise ValueError(f"latency, {meaning}, is given together with t0 or P; give latency and "
                         f"t1, or t0 and t1 (and P)")
    if t1 == 0:
        raise ValueError(f"t1, {letter('t1').meaning}, must be > 0 beside latency; got 0; give "
                         f"t0 alone if samples are free")
    return Overlapped(_number("latency", meaning, latency), t1)


def _number(name: str, meaning: str, value: Any) -> float:
    """Return `value` as a float that is 0 or in [1e-50, 1e50]; else raise ValueError."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name}, {meaning}, must be a number; got {value!r}") from error
    if not 0 <= number < math.inf:
        raise ValueError(f"{name}, {meaning}, must be a finite number >= 0; got {number:g}; give a "
                         f"time or a price")
    if number and not 1 / HUGE <= number <= HUGE:
        raise ValueError(f"{name}, {meaning}, must be 0 or lie between {1 / HUGE:g} and {HUGE:g}; "
                         f"got {number:g}; change the unit")
    return number
