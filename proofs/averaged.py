r"""The average of the iterates on a quadratic: three coupled sequences, in closed form.

The sum S_t of the errors before t moves by ``S_(t+1) = S_t + e_t``. The closed forms of
``E|e_t|^2``, ``E<S_t, e_t>`` and ``E|S_t|^2`` follow one from the other by induction on t; the last
over t^2 is the squared distance of the average.
"""

from __future__ import annotations

from typing import Any

from sgdtheory.proofs.geometric import geometric_steps
from sgdtheory.proofs.smooth_ball import (
    B_positive,
    curved,
    error,
    moved,
    noise_split,
    unbiased,
)

from sgdtheory.elementary import geometric
from sgdtheory.logic import assumptions as a
from sgdtheory.logic import kernel
from sgdtheory.logic.assumptions import (
    B,
    alpha,
    distance2,
    gradient,
    h,
    iterate,
    sigma2,
    t,
    w_star,
)
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import Expectation, FiniteSum, Index
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    paired,
    prove,
    sum_rule,
    suppose,
    tower,
    weighted,
)
from sgdtheory.theory import exact_moments as says

k = Index("k")
h_positive = suppose(says.positive_h)


def assumed(claim: Any, *nonzero: Step) -> Step:
    """Take a claim as the induction hypothesis."""
    return suppose(Assumption("induction hypothesis", claim), nonzero)


x, rho = alpha * h, 1 - alpha * h
noise = sigma2 / B


def total(time: Any) -> Any:
    """Return the sum of the errors before a time."""
    return FiniteSum(k, 0, time, iterate(k)) - time * w_star


def powers(time: Any) -> Any:
    """Return the sum of the powers of ``1 - alpha h`` before a time."""
    return geometric(x, time)


def squares(time: Any) -> Any:
    """Return the sum of their squares."""
    return geometric(x * (2 - x), time)


def distance_at(time: Any) -> Any:
    """Return the closed form of the first sequence, ``E|e|^2``."""
    return (rho**time) ** 2 * distance2(0) + alpha**2 * noise * squares(time)


def crossed_at(time: Any) -> Any:
    """Return that of the second, ``E<S, e>``."""
    return rho**time * powers(time) * distance2(0) + alpha * noise / h * (
        powers(time) - squares(time))


def total_at(time: Any) -> Any:
    """Return that of the third, ``E|S|^2``."""
    return powers(time) ** 2 * distance2(0) + noise / h**2 * (
        time - 2 * powers(time) + squares(time))


def crossed(time: Any) -> Any:
    """Return ``E<S, e>`` at a time."""
    return Expectation(total(time).dot(iterate(time) - w_star))


def total2(time: Any) -> Any:
    """Return ``E|S|^2`` at a time."""
    return Expectation(total(time).norm2())


signs = [B_positive, h_positive]
additive = suppose(says.additive_noise, nonzero=[B_positive])(t)
no_powers, more_powers = geometric_steps(rho)
no_squares, more_squares = geometric_steps(1 - x * (2 - x))
last_power = sum_rule(kernel.sum_last, k, 0, t, rho**k)
no_iterates = sum_rule(kernel.sum_empty, k, 0, iterate(k))
last_iterate = sum_rule(kernel.sum_last, k, 0, t, iterate(k))
distance_step = prove(
    "one step of the error",
    distance2(t + 1).equals(rho**2 * distance2(t) + alpha**2 * noise),
    by=[
        average(
            prove(
                "one step of the error, given the past",
                Expectation(moved.norm2(), t).equals(rho**2 * error.norm2() + alpha**2 * noise),
                by=[
                    noise_split,
                    weighted(alpha**2, additive, signs=[B_positive]),
                    weighted(alpha**2, paired(curved, gradient(iterate(t)))),
                    weighted(alpha**2 * h - 2 * alpha, paired(curved, error)),
                ],
                signs=[B_positive],
            )
        ),
        tower(moved.norm2(), t),
    ],
    signs=[B_positive],
)
distance_every_t = induction(
    "the error at every t",
    prove("the start", distance2(0).equals(distance_at(0)),
          by=[weighted(alpha**2 * noise, no_squares, signs=[B_positive])], signs=[B_positive]),
    prove(
        "the next time",
        distance2(t + 1).equals(distance_at(t + 1)),
        by=[
            distance_step,
            weighted(rho**2, assumed(distance2(t).equals(distance_at(t)), B_positive),
                     signs=[B_positive]),
            weighted(alpha**2 * noise, more_squares, signs=[B_positive]),
        ],
        signs=[B_positive],
    ),
    distance2(t).equals(distance_at(t)),
    t,
    signs=[B_positive],
)

longer = total(t) + error
crossed_step = prove(
    "one step of the product",
    crossed(t + 1).equals(rho * (crossed(t) + distance2(t))),
    by=[
        average(
            prove(
                "one step of the product, given the past",
                Expectation(longer.dot(moved), t).equals(rho * longer.dot(error)),
                by=[
                    average(paired(suppose(a.sgd)(t), longer), t),
                    weighted(-alpha, paired(unbiased(t), longer)),
                    weighted(-alpha, paired(curved, longer)),
                ],
            )
        ),
        tower(longer.dot(moved), t),
        average(paired(last_iterate, moved)),
    ],
)
crossed_every_t = induction(
    "the product at every t",
    prove("the start", crossed(0).equals(crossed_at(0)),
          by=[
              average(paired(no_iterates, iterate(0) - w_star)),
              weighted(distance2(0), no_powers),
              weighted(alpha * noise / h, no_powers, signs=signs),
              weighted(alpha * noise / h, no_squares, signs=signs),
          ],
          signs=signs),
    prove(
        "the next time",
        crossed(t + 1).equals(crossed_at(t + 1)),
        by=[
            crossed_step,
            weighted(rho, assumed(crossed(t).equals(crossed_at(t)), *signs), signs=signs),
            weighted(rho, distance_every_t, signs=signs),
            weighted(rho * rho**t * distance2(0), last_power),
            weighted(alpha * noise / h, more_powers, signs=signs),
            weighted(alpha * noise / h, more_squares, signs=signs),
        ],
        signs=signs,
    ),
    crossed(t).equals(crossed_at(t)),
    t,
    signs=signs,
)

total_step = prove(
    "one step of the sum",
    total2(t + 1).equals(total2(t) + 2 * crossed(t) + distance2(t)),
    by=[
        average(paired(last_iterate, total(t + 1))),
        average(paired(last_iterate, longer)),
    ],
)
total_every_t = induction(
    "the sum at every t",
    prove("the start", total2(0).equals(total_at(0)),
          by=[
              average(paired(no_iterates, total(0))),
              weighted(powers(0) * distance2(0), no_powers),
              weighted(noise / h**2, no_powers, signs=signs),
              weighted(noise / h**2, no_squares, signs=signs),
          ],
          signs=signs),
    prove(
        "the next time",
        total2(t + 1).equals(total_at(t + 1)),
        by=[
            total_step,
            assumed(total2(t).equals(total_at(t)), *signs),
            weighted(2, crossed_every_t, signs=signs),
            distance_every_t,
            weighted((powers(t + 1) + powers(t) + rho**t) * distance2(0), last_power),
            weighted(noise / h**2, more_powers, signs=signs),
            weighted(noise / h**2, more_squares, signs=signs),
        ],
        signs=signs,
    ),
    total2(t).equals(total_at(t)),
    t,
    signs=signs,
)
time_positive = suppose(says.some_step)
averaged = prove(
    "the average",
    says.averaged.conclusion,
    by=[weighted(1 / t**2, total_every_t, signs=[*signs, time_positive])],
    signs=[*signs, time_positive],
)
