"""The bounds of the lecture at the constants of a problem, before anything is measured."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sgdtheory.theory import noise_ball

__all__ = ["Curve", "confined", "curves", "refuse_step", "trivial"]

SMALLEST = 1e-12


class Curve(NamedTuple):
    """A bound as a function of time: in words, at the times ``(k,)``, and its limit."""

    says: str
    at: np.ndarray
    limit: float


def confined(problem: Any, alpha: float, project: bool) -> bool:
    """Say whether the iterates are certain to stay in the ball, where the constants hold."""
    return project or bool(problem.invariant(alpha))


def refuse_step(problem: Any, alpha: float, B: int, project: bool) -> None:
    """Raise ValueError unless ``1e-12 <= alpha c <= 1/2``; say what holds above all the same."""
    c = float(problem.c)
    if alpha * c < SMALLEST:
        raise ValueError(f"alpha={alpha:.6g}, the learning rate, times c={c:.6g} is below "
                         f"{SMALLEST:g}: the contraction is lost in rounding, and no number of "
                         f"steps reaches the ball; take alpha >= {SMALLEST / c:.3g}")
    if 2 * alpha * c <= 1 + 1e-12:
        return
    still = _on_the_ball if confined(problem, alpha, project) else _anywhere
    raise ValueError(f"alpha={alpha:.6g}, the learning rate, exceeds 1/(2c)={1 / (2 * c):.6g}: the "
                     f"recursion of the noise ball does not contract; "
                     f"{still(problem, alpha, B, project)}; take alpha <= {1 / (2 * c):.6g} to "
                     f"check the slide's")


def _on_the_ball(problem: Any, alpha: float, B: int, project: bool) -> str:
    """Say what holds for large steps of iterates that stay in the ball."""
    corrected = noise_ball.worst_case_radius2(
        alpha=alpha, sigma2=float(problem.sigma2), B=B, mu2=float(problem.mu2), c=float(problem.c))
    kept = "are projected on the ball" if project else "cannot leave the ball"
    return (f"what still holds for t >= 1, since the iterates {kept}, is the corrected radius, "
            f"E|w_t-w*|^2 <= {corrected:.6g}, and that of the ball, "
            f"E|w_t-w*|^2 <= {float(problem.radius) ** 2:.6g}")


def _anywhere(problem: Any, alpha: float, B: int, project: bool) -> str:
    """Say what holds for large steps of iterates that may leave the ball."""
    c, L, sigma2 = float(problem.c), float(problem.L), float(problem.sigma2)
    leaves = "the iterates are not projected and may leave the ball, where c, L and sigma2 hold"
    if alpha * L >= 2:
        return (f"{leaves}; nothing bounds them: alpha is not below 2/L={2 / L:.6g} either, and "
                f"even the exact gradient may diverge")
    smooth = noise_ball.smooth_radius2(alpha=alpha, sigma2=sigma2, B=B, c=c, L=L)
    return (f"{leaves}; if these hold outside of it too, the smooth bound does, because alpha < "
            f"2/L={2 / L:.6g}: limsup E|w_t-w*|^2 <= {smooth:.6g}")


def trivial(problem: Any, inside: bool) -> tuple[float, str]:
    """Return the squared distance that the ball alone allows, and its reason.

    It holds without any SGD if the iterates are certain to stay `inside`.
    """
    ball, slope = float(problem.radius) ** 2, float(problem.mu2) / float(problem.c) ** 2
    holds = ("which holds without any SGD" if inside else
             "if the iterates stay in the ball, which is not certain")
    if ball <= slope:
        return ball, f"radius^2, {holds} (mu2/c^2 = {slope:.6g})"
    return slope, f"mu2/c^2, {holds} (radius^2 = {ball:.6g})"


def curves(problem: Any, alpha: float, B: int, d0: float, times: np.ndarray) -> dict[str, Curve]:
    """Return the slide's bound, the corrected one and the smooth one (where L is finite)."""
    c, L, mu2, sigma2 = (float(getattr(problem, name)) for name in ("c", "L", "mu2", "sigma2"))
    ball: dict[str, Any] = {"alpha": alpha, "sigma2": sigma2, "B": B, "mu2": mu2, "c": c}
    slide = np.asarray(noise_ball.distance2(t=times, d0=d0, **ball))
    found = {
        "slide": Curve("(1-2 alpha c)^t d0 + alpha (sigma2/B + mu2)/(2c) (1-(1-2 alpha c)^t) "
                       "[slide 21]", slide, noise_ball.radius2(**ball)),
        "corrected": Curve("the lesser of the slide's and mu2/c^2, true for every alpha in the "
                           "limit", np.minimum(slide, mu2 / c**2),
                           noise_ball.worst_case_radius2(**ball)),
    }
    if np.isfinite(L):
        smooth: dict[str, Any] = {"sigma2": sigma2, "B": B, "c": c, "L": L}
        with np.errstate(over="ignore", invalid="ignore"):  # arrays overflow to inf, floats raise
            at = noise_ball.smooth_distance2(t=times, d0=d0, alpha=np.full(len(times), alpha),
                                             **smooth)
        limit = noise_ball.smooth_radius2(alpha=alpha, **smooth) if alpha * L < 2 else np.inf
        found["smooth"] = Curve("r^(2t) d0 + (alpha^2 sigma2/B)(1-r^(2t))/(1-r^2), r = "
                                "max|1-alpha c|, |1-alpha L|: the worst over smooth losses",
                                np.where(np.isnan(at), np.inf, at), limit)
    return found
