"""Step sizes: what averaging and decaying steps give [slide 21 and beyond].

The slide's trade-off between speed and ball disappears if the step size decays: with 1/(c(t+1)) the
squared distance is at most M^2/(c^2 t), M^2 = sigma2/B + mu2, and with an offset the same holds
from the start on. For a constant step the *average* over time obeys the slide's ball for every
step size, also where the limsup does not.

>>> inverse_time2(t=100, sigma2=1.0, B=1, mu2=3.0, c=2.0)
0.01
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    FieldValue,
    FiniteSum,
    Index,
    Letter,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.theory import noise_ball


def after_the_start(t: Any) -> None:
    """Raise ValueError unless ``t >= 1``."""
    if anywhere(t < 1):
        raise ValueError(f"t={t}, the time, must be >= 1: at the start nothing is averaged, and a "
                         "step size of 1/(c(t+1)) forgets the start in its first step")


@formula(requires=after_the_start)
def average2(t, d0, alpha, sigma2, B, mu2, c):
    """Bound on the mean of ``E|W_s - w*|^2`` over s < t, for every step size."""
    return noise_ball.radius2.function(alpha, sigma2, B, mu2, c) + d0 / (2 * alpha * c * t)


@formula(requires=after_the_start)
def inverse_time2(t, sigma2, B, mu2, c):
    """Bound on ``E|W_t - w*|^2`` with step sizes ``1/(c (t + 1))``, whatever the start.

    The start has dropped out [after Nemirovski et al. 2009, section 2.1, where it has not].
    """
    return (sigma2 / B + mu2) / (c**2 * t)


@formula
def offset_time2(t, tau, sigma2, B, mu2, c):
    """Bound with step sizes ``1/(c (t + tau))``, if it holds at the start and ``tau >= 2``."""
    return (sigma2 / B + mu2) / (c**2 * (t + tau))


def started_close(d0: Any, sigma2: Any, B: Any, mu2: Any, c: Any) -> None:
    """Raise ValueError unless ``c^2 d0 <= (sigma2/B + mu2)/2``."""
    if anywhere(2 * c**2 * d0 > sigma2 / B + mu2):
        raise ValueError(f"d0={d0}, the squared distance at the start, must be at most "
                         f"(sigma2/B + mu2)/(2 c^2): above it the schedule's first step is too "
                         f"long; begin with one step of 1/(2c)")


@formula(requires=started_close)
def scheduled2(t, d0, sigma2, B, mu2, c):
    """Bound on ``E|W_t - w*|^2`` with the step sizes for which the bound falls fastest."""
    return (sigma2 / B + mu2) * d0 / (c**2 * d0 * t + (sigma2 / B + mu2))


@formula
def weighted_gap(t, sigma2, B, mu2, c):
    """Bound on the loss gap of an average, steps ``2/(c (t + 2))`` [Lacoste-Julien et al. 2012].

    On ``E L(A) - L(w*) + c/2 E|W_t - w*|^2``, A being the average of ``W_0 .. W_(t-1)`` with the
    weights ``1 .. t``.
    """
    return 2 * (sigma2 / B + mu2) / (c * (t + 1))


# --- claims --------------------------------------------------------------------------------------

_k, tau = Index("k"), Letter("tau")
_letters = (a.sigma2, a.B, a.mu2, a.c)
inverse_step = 1 / (a.c * (a.t + 1))
offset_step = 1 / (a.c * (a.t + tau))
sgd_inverse = a.sgd_with(inverse_step, "1/(c(t+1))")
sgd_offset = a.sgd_with(offset_step, "1/(c(t+tau))")
some_step = Assumption("at least one step is taken", a.t > 0)
offset_at_least_two = Assumption("the offset is at least 2", tau - 2 >= 0)
starts_below = Assumption(
    "the bound holds at the start", a.distance2(0) <= offset_time2(0, tau, *_letters)
)
weighted_step = 2 / (a.c * (a.t + 2))
sgd_weighted = a.sgd_with(weighted_step, "2/(c(t+2))")


def weighted_average(time: Any) -> Any:
    """Return the average of the iterates before `time` with the weights 1, 2, ..."""
    return Process("A", scalar(time))


averages = Assumption(
    "A is the average of the iterates with weights 1, 2, ...",
    (a.t * (a.t + 1) / 2 * weighted_average(a.t))
    .equals(FiniteSum(_k, 0, a.t, (_k + 1) * a.iterate(_k)))
    .forall(a.t),
)
average_inside = Assumption(
    "A lies in Theta, which is convex", weighted_average(a.t).inside("Theta").forall(a.t)
)
_e, d0 = VectorLetter("e"), Letter("d0")
moment2 = noise_ball.second_moment(*_letters[:3])


def scheduled(time: Any) -> Any:
    """Return the bound D(time) that the schedule follows, a real sequence."""
    return FieldValue("D", scalar(time) * _e)


optimal_step = a.c * scheduled(a.t) / moment2
sgd_scheduled = a.sgd_with(optimal_step, "c D(t)/(sigma2/B + mu2)")
schedule = Assumption(
    "D(t+1) = D(t) (1 - c^2 D(t)/(sigma2/B + mu2))",
    scheduled(a.t + 1).equals(scheduled(a.t) - a.c**2 * scheduled(a.t) ** 2 / moment2).forall(a.t),
)
schedule_starts = Assumption("D(0) is d0", scheduled(0).equals(d0))
starts_within = Assumption("the start is at most d0 away", a.distance2(0) <= d0)
positive_start = Assumption("d0 is positive", d0 > 0)
positive_moment = Assumption("sigma2/B + mu2 is positive", moment2 > 0)
close_start = Assumption("c^2 d0 is at most (sigma2/B + mu2)/2", moment2 - 2 * a.c**2 * d0 >= 0)
_WITHOUT_STEP = tuple(h for h in a.LECTURE if h not in (a.sgd, a.positive_alpha))

average_ball = Claim(
    "sgd.T-cesaro", "For every step size the average of E|W_s - w*|^2 over s < t is at most the "
    "slide's ball plus D_0/(2 alpha c t).",
    FiniteSum(_k, 0, a.t, a.distance2(_k)) / a.t
    <= average2(a.t, a.distance2(0), a.alpha, *_letters),
    (*a.LECTURE, some_step),
)
inverse_time = Claim(
    "sgd.T-1t", "With step sizes 1/(c(t+1)) the squared distance is at most (sigma2/B + mu2)/(c^2 "
    "t), whatever the start.",
    a.distance2(a.t + 1) <= inverse_time2(a.t + 1, *_letters),
    (*_WITHOUT_STEP, sgd_inverse),
    "Four times better than the constant of Rakhlin, Shamir and Sridharan 2012, Lemma 1.",
)
weighted_loss = Claim(
    "sgd.T-LJ", "With step sizes 2/(c(t+2)) the loss of a weighted average is at most 2 (sigma2/B "
    "+ mu2)/(c (t+1)) above its minimum.",
    Expectation(a.loss(weighted_average(a.t))) - a.loss(a.w_star)
    + a.c / 2 * a.distance2(a.t)
    <= weighted_gap(a.t, *_letters),
    (*(h for h in _WITHOUT_STEP if h is not a.optimal), sgd_weighted, averages, average_inside,
     some_step),
)
decaying = Claim(
    "sgd.T-RM", "If alpha_t tends to 0 and adds up to infinity, the squared distance tends to 0.",
    correction="In mean square the squares of the step sizes need not be summable; almost surely "
    "they suffice.",
)
offset_time = Claim(
    "sgd.T-1t-offset", "With step sizes 1/(c(t+tau)), tau >= 2, the squared distance is at most "
    "(sigma2/B + mu2)/(c^2 (t+tau)), if it is so at the start.",
    a.distance2(a.t) <= offset_time2(a.t, tau, *_letters),
    (*_WITHOUT_STEP, sgd_offset, offset_at_least_two, starts_below),
)
scheduled_bound = Claim(
    "sgd.T-opt", "With step sizes c D(t)/M^2, M^2 = sigma2/B + mu2, which follow the bound D, the "
    "squared distance is at most M^2/(c^2 (t + M^2/(c^2 d0))).",
    a.distance2(a.t) <= scheduled2(a.t, d0, *_letters),
    (*_WITHOUT_STEP, sgd_scheduled, schedule, schedule_starts, starts_within, positive_start,
     positive_moment, close_start),
)
no_better_step = Claim(
    "sgd.T-opt-best", "No step size alpha makes the bound (1 - 2 alpha c) D + alpha^2 M^2 of the "
    "next squared distance smaller than c D/M^2 does.",
    (1 - 2 * a.alpha * a.c) * d0 + a.alpha**2 * moment2 >= d0 - a.c**2 * d0**2 / moment2,
    (positive_moment, a.positive_B),
)
