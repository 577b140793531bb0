"""Which hypotheses of the lecture a problem, a step size and a way of drawing batches fulfil."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sgdtheory.theory.minibatch import variance_without_replacement

__all__ = ["How", "Hypothesis", "hypotheses"]

How = Literal["holds", "holds by projection", "fails"]


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis, whether it holds, and the numbers that show it.

    Attributes
    ----------
    name, status, shown
        What is supposed, whether it is so, and the inequality that decides, with its numbers.
    numbers
        The numbers of `shown` by name.
    needed_by
        The names of the bounds that rest on it.
    """

    name: str
    status: How
    shown: str
    numbers: dict[str, float]
    needed_by: tuple[str, ...]


ALL = ("slide", "corrected", "smooth")
ON_THE_SLIDE = ("slide", "corrected")


def hypotheses(
    problem: Any, alpha: float, B: int, replace: bool, project: bool
) -> tuple[Hypothesis, ...]:
    """Return the hypotheses of slides 18-19, and those of the smooth bound, in order."""
    c, L, mu2, sigma2 = (float(getattr(problem, name)) for name in ("c", "L", "mu2", "sigma2"))
    limit = 2 / L
    return (
        Hypothesis("strong convexity", "holds", f"c = {c:.6g} > 0", {"c": c}, ALL),
        Hypothesis("bounded gradient", "holds", f"|grad|^2 <= mu2 = {mu2:.6g} on the ball",
                   {"mu2": mu2}, ON_THE_SLIDE),
        Hypothesis("bounded variance", "holds", f"tr Cov <= sigma2 = {sigma2:.6g} on the ball",
                   {"sigma2": sigma2}, ALL),
        _fresh(problem, B, replace),
        _stays(problem, alpha, project),
        Hypothesis("small step", "holds", f"alpha c = {alpha * c:.6g} <= 1/2",
                   {"alpha c": alpha * c}, ON_THE_SLIDE),
        Hypothesis("step below 2/L", "holds" if alpha < limit else "fails",
                   f"alpha = {alpha:.6g} {'<' if alpha < limit else '>='} 2/L = {limit:.6g}",
                   {"alpha": alpha, "2/L": limit}, ()),
    )


def _fresh(problem: Any, B: int, replace: bool) -> Hypothesis:
    name, needed = "unbiased fresh draws", ALL
    if problem.n is None:
        shown = f"{B} fresh sample{'s' if B > 1 else ''} of the distribution at every step"
        return Hypothesis(name, "holds", shown, {"B": B}, needed)
    n = int(problem.n)
    rows = f"{B} of {n} rows drawn anew at every step"
    if replace:
        return Hypothesis(name, "holds", f"{rows}, with replacement", {"B": B, "n": n}, needed)
    factor = float(variance_without_replacement(sigma2=float(B), B=B, n=n))
    return Hypothesis(name, "holds",
                      f"{rows}, without replacement in a batch: variance {factor:.4g} sigma2/B",
                      {"B": B, "n": n, "(n-B)/(n-1)": factor}, needed)


def _stays(problem: Any, alpha: float, project: bool) -> Hypothesis:
    """Say whether the iterates stay in the ball, by themselves or by projection."""
    radius, step = float(problem.radius), problem.almost_sure_step(alpha)
    reach = step[0] * radius + step[1] if step is not None else math.inf
    numbers = {"radius": radius, "reach": reach}
    if problem.invariant(alpha):
        shown = f"from the ball of radius {radius:.6g} no step leads further than {reach:.6g}"
        return Hypothesis("iterates stay in Theta", "holds", shown, numbers, ALL)
    far = (f"a step may lead as far as {reach:.6g}" if math.isfinite(reach) else
           "the noise has no limit")
    shown = f"the ball has radius {radius:.6g}; without projection {far}"
    how: How = "holds by projection" if project else "fails"
    return Hypothesis("iterates stay in Theta", how, shown, numbers, ALL)
