"""Epochs: every sample once in a random order, and again [slide 24].

Inside an epoch, and from the second one on, the draws are not independent, and the slide's ball is
not inherited. What holds instead needs more of the components: if each is c-strongly convex and
L-smooth, the noise of a whole epoch is of the third order in the step size, because the gradients
at w* of all samples add up to 0.

>>> steps_per_epoch(n=10, B=4), last_batch(n=10, B=4)
(3, 2)
>>> reshuffled2(t=1, d0=1.0, alpha=1.0, sigma2=0.25, n=2, c=1.0, L=1.0)
0.25
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import (
    anywhere,
    bridge_sum,
    geometric,
    one_minus_power,
    power_spread,
)
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    Index,
    LimitSuperior,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.theory import minibatch
from sgdtheory.theory.minibatch import batch_fits, deviation, partial_sum, total


def steps_per_epoch(n: int, B: int) -> int:
    """Return the number of steps of an epoch: n/B, rounded up [slide 24]."""
    batch_fits(B, n)
    return -(-n // B)


def last_batch(n: int, B: int) -> int:
    """Return the size of the last batch of an epoch: B if it divides n, else n mod B."""
    batch_fits(B, n)
    return n % B or B


@formula(requires=batch_fits)
def bridge2(sigma2, B, n):
    """Second moment of the sum of B of n deviations without replacement: 0 if it is all of them."""
    return sigma2 * B * (n - B) / (n - 1)


def short_step(alpha: Any, c: Any, L: Any, n: Any) -> None:
    """Raise ValueError unless ``c <= L``, ``alpha <= 1/L`` and ``n >= 2``."""
    minibatch.batch_fits(1, n)
    if anywhere(L < c):
        raise ValueError(f"L={L}, the Lipschitz constant of the gradient, must be >= c={c}, the "
                         "constant of strong convexity; check that the two were not exchanged")
    if anywhere(alpha * L > 1):
        raise ValueError(f"alpha={alpha} exceeds 1/L={1 / L}: nothing is known of the noise of an "
                         "epoch; take a smaller alpha, or fresh draws and smooth_distance2")


@formula(requires=lambda alpha, sigma2, n, c, L: short_step(alpha, c, L, n))
def epoch_noise(alpha, sigma2, n, c, L):
    """Noise that an epoch adds at most: for small steps ``alpha^3 L sigma2 n (n + 1)/6``.

    It is ``alpha^3 L sigma2 / (n-1)`` times the sum of ``(1 - alpha c)^(n-1-i) i (n-i)``;
    Mishchenko et al. 2020, Theorem 1, have the largest term in place of each.
    """
    return alpha**3 * L * sigma2 / (n - 1) * bridge_sum(alpha * c, n)


@formula(requires=lambda t, d0, alpha, sigma2, n, c, L: short_step(alpha, c, L, n))
def reshuffled2(t, d0, alpha, sigma2, n, c, L):
    """Bound on ``E|W - w*|^2`` after t reshuffled epochs, for ``alpha <= 1/L``.

    Here sigma2 is the mean of ``|grad f_i(w*)|^2``, and every component is c-strongly convex and
    L-smooth.
    """
    noise = epoch_noise(alpha, sigma2, n, c, L)
    return ((1 - alpha * c) ** n) ** t * d0 + noise * geometric(one_minus_power(alpha * c, n), t)


@formula(requires=lambda alpha, sigma2, n, c, L: short_step(alpha, c, L, n))
def reshuffled_radius2(alpha, sigma2, n, c, L):
    """Squared radius of the ball of reshuffled epochs: the limit of `reshuffled2`."""
    return epoch_noise(alpha, sigma2, n, c, L) / one_minus_power(alpha * c, n)


def contracts(alpha: Any, n: Any, h: Any) -> None:
    """Raise ValueError unless ``0 < alpha h < 2`` and ``n >= 2``."""
    batch_fits(1, n)
    if anywhere(alpha * h >= 2):
        raise ValueError(f"alpha={alpha} is not below 2/h={2 / h}: no epoch contracts; take a "
                         "smaller alpha")


@formula(requires=lambda alpha, sigma2, n, h: contracts(alpha, n, h))
def one_curvature_ball(alpha, sigma2, n, h):
    """Limit of ``E|W - w*|^2`` after reshuffled epochs, if all components have curvature h.

    Exact, for ``alpha h < 2``; about ``alpha^3 h sigma2 n (n+1)/24`` for small steps, where fresh
    draws have ``alpha sigma2/(2h)``.
    """
    x = alpha * h
    return alpha**2 * sigma2 / (n - 1) * power_spread(x, n) / one_minus_power(x * (2 - x), n)


# --- claims --------------------------------------------------------------------------------------

_i, _j, _epoch = Index("i"), Index("j"), Index("e")
common = VectorLetter("m")
q = 1 - a.alpha * a.c


def shadow_error(time: Any) -> Any:
    """Return the iterate less its shadow ``w* - alpha (xi_0 + ... )``, which returns to w*."""
    return a.iterate(time) - a.w_star + a.alpha * partial_sum(time)


def bend(time: Any) -> Any:
    """Return the drawn gradient at the iterate less the one at w*."""
    return a.sample(time) - deviation(time)


def end_of_epoch(count: Any) -> Any:
    """Return the iterate after a number of epochs."""
    return Process("V", scalar(count))


def epoch_distance2(count: Any) -> Any:
    """Return ``E|V(count) - w*|^2``."""
    return Expectation((end_of_epoch(count) - a.w_star).norm2())


same_mean = Assumption(
    "every draw has the same mean",
    Expectation(deviation(_i)).equals(common).where(total - 1 - _i).forall(_i),
)
components = Assumption(
    "each component drawn has the three-point inequality, at the iterate, its shadow and w*",
    (2 * a.L * bend(_j).dot(shadow_error(_j))
     >= a.c * a.L * shadow_error(_j).norm2() + bend(_j).norm2()
     - a.L**2 * a.alpha**2 * partial_sum(_j).norm2()).where(total - 1 - _j).forall(_j),
)
short_enough = Assumption("the step size is at most 1/L", 1 - a.alpha * a.L >= 0)
WITHOUT_REPLACEMENT = (minibatch.exact_variance, minibatch.exchangeable,
                       minibatch.deviations_cancel, minibatch.several_samples)
EPOCH = (components, a.sgd, *WITHOUT_REPLACEMENT, short_enough, a.positive_alpha, a.positive_c,
         a.c_at_most_L)
each_epoch = Assumption(
    "each epoch obeys the bound on one epoch, sgd.T-epoch",
    (epoch_distance2(_epoch + 1)
     <= q**total * epoch_distance2(_epoch)
     + epoch_noise(a.alpha, a.sigma2, total, a.c, a.L)).forall(_epoch),
)
component_convex = Assumption(
    "the component is c-strongly convex",
    (a.loss(a.x) >= a.loss(a.y) + a.gradient(a.y).dot(a.x - a.y)
     + a.c / 2 * (a.x - a.y).norm2()).forall(a.x, a.y),
)
component_smooth = Assumption(
    "the component lies below its parabolas of curvature L",
    (a.loss(a.x) <= a.loss(a.y) + a.gradient(a.y).dot(a.x - a.y)
     + a.L / 2 * (a.x - a.y).norm2()).forall(a.x, a.y),
)
_bend = a.gradient(a.x) - a.gradient(a.w_star)

whole_steps = Claim(
    "sgd.S24-a", "An epoch of batches of B samples has n/B steps, if B divides n.",
    correction="Else it has n/B steps rounded up, and the last batch has n mod B samples.",
)
same_theory_as_stated = Claim(
    "sgd.S24-b", "Samples are shuffled and used again in epochs, under the same theory.",
    correction="Independence fails: inside an epoch, and between epochs; in order of a label even "
    "the distance. The ball of the samples is not that of the population either.",
)
reshuffled = Claim(
    "sgd.S24-c", "Reshuffled epochs reach a ball whose squared radius is of order alpha^2, given "
    "the bound on one epoch (sgd.T-epoch) for each of them and alpha <= 1/L.",
    epoch_distance2(a.t)
    <= reshuffled2(a.t, epoch_distance2(0), a.alpha, a.sigma2, total, a.c, a.L),
    (each_epoch, short_enough, a.positive_alpha, a.positive_c, a.c_at_most_L,
     minibatch.several_samples),
    "That each epoch obeys it follows from sgd.T-epoch, for c-strongly convex and L-smooth "
    "components by sgd.T-three-points; the language has no time inside an epoch to say it in. "
    "Sharper than the form with the largest term of the sum in Mishchenko et al. 2020, Theorem 1.",
)
ball = Claim(
    "sgd.T-epoch-ball", "The limsup after reshuffled epochs is at most reshuffled_radius2, given "
    "the bound on one epoch (sgd.T-epoch) for each of them.",
    LimitSuperior(a.t, epoch_distance2(a.t))
    <= reshuffled_radius2(a.alpha, a.sigma2, total, a.c, a.L),
    reshuffled.hypotheses,
    "Of order alpha^2, where fresh draws have a ball of order alpha.",
)
one_epoch = Claim(
    "sgd.T-epoch", "For alpha <= 1/L one reshuffled epoch contracts the squared distance by (1 - "
    "alpha c)^n and adds noise of order alpha^3.",
    a.distance2(total)
    <= q**total * a.distance2(0) + epoch_noise(a.alpha, a.sigma2, total, a.c, a.L),
    EPOCH,
    "From any start and for any past: one order, shuffled once, will do for all epochs.",
)
fixed_point = Claim(
    "sgd.T-fixed-point", "At a fixed point every draw of an epoch is unbiased.",
    Expectation(deviation(_i)).equals(0).where(total - 1 - _i).forall(_i),
    (same_mean, minibatch.deviations_cancel, minibatch.several_samples),
    "At the iterate only the first one is: the later ones depend on where the earlier ones led.",
)
bridge = Claim(
    "sgd.T-bridge", "The sum of B of the n deviations of an epoch has the second moment sigma2 B "
    "(n - B)/(n - 1): it goes out and comes back to 0.",
    Expectation(partial_sum(minibatch.size).norm2()).equals(
        bridge2(a.sigma2, minibatch.size, total)
    ),
    (*WITHOUT_REPLACEMENT, minibatch.batch_fits_in),
)
three_points = Claim(
    "sgd.T-three-points", "A c-strongly convex and L-smooth component obeys, with u = grad f(x) - "
    "grad f(w*), 2L <u, x - y> >= c L |x - y|^2 + |u|^2 - L^2 |y - w*|^2.",
    (2 * a.L * _bend.dot(a.x - a.y)
     >= a.c * a.L * (a.x - a.y).norm2() + _bend.norm2()
     - a.L**2 * (a.y - a.w_star).norm2()).forall(a.x, a.y),
    (component_convex, component_smooth, a.positive_c, a.c_at_most_L),
)
one_curvature = Claim(
    "sgd.T-reshuffled", "If all components have one curvature, one_curvature_ball is the ball of "
    "reshuffled epochs.",
    correction="Of order alpha^3: 1/12 of what fresh draws have, times alpha^2 h^2 n (n + 1).",
)
always_better_as_stated = Claim(
    "sgd.T-shuffle", "Reshuffling is at least as good as fresh draws, for every step size.",
    correction="For small steps; at alpha = 1/L it can be worse, also for convex components.",
)
