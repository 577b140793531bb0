"""Adadelta: its step has the scale of its own past steps, and at first that of eps [slide 32].

The slide averages the squared parameters in the place of their squared changes, and its factor
alpha0 may or may not belong into that average. Here a change is told by its square, u.
Long because the slide makes eight remarks, which take seventeen claims.

>>> from fractions import Fraction
>>> largest_factor2(newest2=Fraction(4), eps=Fraction(1))
Fraction(5, 4)
>>> changes_bound(t=2, beta2=Fraction(1, 2), eps=Fraction(1, 5))
Fraction(1, 2)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sgdtheory.elementary import anywhere, geometric
from sgdtheory.logic.assumptions import t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Letter
from sgdtheory.logic.roots import Roots
from sgdtheory.optimizers import Adadelta
from sgdtheory.theory.adam import (
    averaged,
    beta2,
    beta2_below_one,
    constant,
    gradient_at,
    later,
    nonnegative_beta2,
    sequence,
)


def some_denominator(beta2: Any, eps: Any, newest2: Any) -> None:
    """Raise ValueError where both `eps` and the gradient are 0."""
    if anywhere(np.asarray((newest2 == 0) & (eps == 0))):
        raise ValueError("newest2=0, the square of the newest gradient, must be > 0 where eps=0: "
                         "the step is 0/0, which the rule takes as 0; take eps > 0")


def some_eps(eps: Any, beta2: Any = None, newest2: Any = None) -> None:
    """Raise ValueError unless ``eps > 0``."""
    if anywhere(eps == 0):
        raise ValueError("eps=0, the number that keeps a denominator from 0, must be > 0 here: "
                         "without it Adadelta never moves; take eps = 1e-6")


def some_gradient2(newest2: Any) -> None:
    """Raise ValueError unless ``newest2 > 0``."""
    if anywhere(newest2 == 0):
        raise ValueError("newest2=0, the square of the constant gradient, must be > 0: without a "
                         "gradient every factor is allowed")


def below_threshold(alpha0: Any, eps: Any, newest2: Any) -> None:
    """Raise ValueError unless ``alpha0**2 * newest2 < newest2 + eps``."""
    if anywhere(np.asarray(alpha0**2 * newest2 >= newest2 + eps)):
        raise ValueError(f"alpha0={alpha0}, the factor of Adadelta's step, must have a square "
                         "below largest_factor2: else the scaled average grows without bound; "
                         "take alpha0 <= 1")


@formula
def changes_bound(t, beta2, eps):
    """Upper bound of D, the average of squared changes, at time t [slide 32]."""
    return eps * geometric(-beta2, t)


@formula(requires=some_denominator)
def first_step2(alpha0, beta2, eps, newest2):
    """Squared first step [slide 32]."""
    return alpha0**2 * eps * newest2 / ((1 - beta2) * newest2 + eps)


@formula(requires=below_threshold)
def scaled_limit(alpha0, eps, newest2):
    """Limit of D on a constant gradient, if D averages squared steps, with alpha0 [slide 32]."""
    return alpha0**2 * eps * newest2 / (newest2 + eps - alpha0**2 * newest2)


@formula(requires=some_gradient2)
def largest_factor2(newest2, eps):
    """Square of the factor alpha0 from which on that D grows without bound [slide 32]."""
    return 1 + eps / newest2


@formula(requires=some_eps)
def settling_time(beta2, eps, newest2):
    """Steps in which D comes nearer to g^2 by 1/e, roughly, on a constant gradient [slide 32]."""
    return (newest2 + eps) / ((1 - beta2) * eps)


# --- assumptions: one coordinate, whose numbers are real sequences --------------------------------

alpha0, eps, eps_x, c = map(Letter, ("alpha0", "eps", "eps_x", "c"))
p, r = sequence("p", later), sequence("r", later)
newest, first = gradient_at(later), gradient_at(1)


def square_at(time: Any) -> Any:
    """Return s, the average of the squared gradients."""
    return sequence("s", time)


def changes_at(time: Any) -> Any:
    """Return D, the average of the squared changes."""
    return sequence("D", time)


def change2_at(time: Any) -> Any:
    """Return u, the squared change, before its factor alpha0."""
    return sequence("u", time)


def newest_square() -> Any:
    """Return the average of squares after the newest gradient, as the rule computes it."""
    return averaged(square_at(t), newest**2, beta2)


def step() -> Any:
    """Return the step of `Adadelta`, run where p and r are the roots that it takes."""
    known = Roots({p: changes_at(t) + eps, r: newest_square() + eps})
    moved, _ = Adadelta(known(alpha0), known(beta2), known(eps)).step(
        known(0), (known(square_at(t)), known(changes_at(t))), lambda _: known(newest), later)
    return -moved.term


def squared_change(s: str, D: str, u: str, g: str, below: Any, above: Any) -> Any:
    """Return the equation of a squared change: (s + below) u = (D + above) g^2, without a root."""
    return ((sequence(s, t + 1) + below) * sequence(u, t + 1)).equals(
        (sequence(D, t) + above) * sequence(g, t + 1) ** 2)


def averaging(name: str, number: Any) -> Any:
    """Return the equation of an average with beta2."""
    return sequence(name, t + 1).equals(averaged(sequence(name, t), number, beta2))


square_averaging = Assumption("s averages the squared gradients with beta2",
                              averaging("s", newest**2).forall(t))
square_starts = Assumption("s starts at 0", square_at(0).equals(0))
changes_starts = Assumption("D starts at 0", changes_at(0).equals(0))
changing = Assumption("u is the squared change of the rule",
                      squared_change("s", "D", "u", "g", eps, eps).forall(t))
changes_averaging = Assumption("D averages the squared changes with beta2",
                               averaging("D", change2_at(later)).forall(t))
scaled_averaging = Assumption("D averages the squared steps, alpha0^2 u, with beta2",
                              averaging("D", alpha0**2 * change2_at(later)).forall(t))
positive_eps = Assumption("eps is positive", eps > 0)
first_root = Assumption("p is the root of D + eps, D before the step", (p**2).equals(
    changes_at(t) + eps))
second_root = Assumption("r is the root of s + eps", (r**2).equals(newest_square() + eps))
positive_root = Assumption("r is positive", r > 0)
settled_square = Assumption("s has settled at the square of the constant gradient",
                            square_at(t).equals(first**2).forall(t))
settled_changes = Assumption("D does not change", changes_at(t + 1).equals(changes_at(t)))
below_largest = Assumption("alpha0^2 g^2 is below g^2 + eps",
                           first**2 + eps - alpha0**2 * first**2 > 0)
from_largest = Assumption("alpha0^2 g^2 is at least g^2 + eps",
                          alpha0**2 * first**2 - first**2 - eps >= 0)
some_first = Assumption("the first gradient is not 0", first**2 > 0)
no_eps = Assumption("eps is 0", eps.equals(0))
defined = Assumption("s is positive from the first step on", (square_at(t + 1) > 0).forall(t))
two_eps = Assumption("u is the squared change of the rule, with an eps of D of its own",
                     squared_change("s", "D", "u", "g", eps, eps_x).forall(t))
other_gradients = Assumption("the other parameters are c times as large, so their gradients g'",
                             (c * sequence("g'", t + 1)).equals(newest).forall(t))
other_squares = Assumption("s' averages their squares",
                           averaging("s'", sequence("g'", t + 1) ** 2).forall(t))
other_change = Assumption(
    "u' is their squared change, with eps/c^2 and c^2 eps_x",
    (c**2 * (sequence("s'", t + 1)) * sequence("u'", t + 1) + eps * sequence("u'", t + 1)).equals(
        c**2 * (sequence("D'", t) + c**2 * eps_x) * sequence("g'", t + 1) ** 2).forall(t))
other_averaging = Assumption("D' averages their squared changes",
                             averaging("D'", sequence("u'", t + 1)).forall(t))
other_start = Assumption("s' starts at 0", sequence("s'", 0).equals(0))
other_changes_start = Assumption("D' starts at 0", sequence("D'", 0).equals(0))
_RULE = (square_averaging, square_starts, changing, changes_averaging, changes_starts)
_BETA = (nonnegative_beta2, beta2_below_one)

# --- claims: the misprints ------------------------------------------------------------------------

printed_as_stated = Claim(
    "optimizers.S32-typo", "Adadelta averages theta_t^2: its steps are the same wherever the "
    "origin of the parameters lies.",
    correction="It averages delta_t^2, the squared change: what is printed is a misprint.")
printed_order = Claim(
    "optimizers.S32-order",
    "The order of Adadelta is s_t, delta_t (from Delta_(t-1)), Delta_t, theta_t.",
    correction="The slide prints Delta_t before the change that it needs.",
    printed="Delta_t comes before delta_t.",
)
usual_factor = Claim(
    "optimizers.S32-remark",
    "Adadelta's alpha0 = 1 is usual; the paper has no alpha0.",
    correction="Keras' default is 0.001; Optax has None, which steps up the gradient, not down.")

# --- claims: the factor alpha0 --------------------------------------------------------------------

scaled_settles = Claim(
    "optimizers.S32-alpha0",
    "If Adadelta's D averages the squared steps, alpha0 changes more than their length: where D "
    "rests, on a constant gradient, it is not g^2.",
    changes_at(t).equals(scaled_limit(alpha0, eps, first**2)),
    (changing, scaled_averaging, settled_square, constant, settled_changes, beta2_below_one,
     positive_eps, below_largest),
    "D averages delta^2, without alpha0: so do PyTorch, Keras and Optax. For alpha0 < 1 the scaled "
    "one stalls at the scale of eps.",
    printed="Delta_t averages the squared steps, alpha0 in them.",
)
unscaled_settles = Claim(
    "optimizers.S32-alpha0-unscaled",
    "If Adadelta's D averages the squared changes, it rests at g^2.",
    changes_at(t).equals(first**2),
    (changing, changes_averaging, settled_square, constant, settled_changes, beta2_below_one,
     positive_eps),
    "So the effective rate tends to alpha0, for every alpha0.",
)
scaled_overflows = Claim(
    "optimizers.S32-alpha0-overflow",
    "If Adadelta's D averages the squared steps and alpha0^2 is at least 1 + eps/g^2, D grows "
    "without bound on a constant gradient g.",
    changes_at(t) >= (1 - beta2) * eps * t,
    (square_averaging, square_starts, changing, scaled_averaging, changes_starts, constant,
     nonnegative_beta2, beta2_below_one, positive_eps, from_largest),
    "From alpha0^2 = 1 + eps/g^2 on.",
)

# --- claims: the effective learning rate ----------------------------------------------------------

rate = Claim(
    "optimizers.S32-lr",
    "Adadelta's effective learning rate is alpha0 times the root of D + eps over that of s + eps.",
    (step() ** 2 * (newest_square() + eps)).equals(
        alpha0**2 * (changes_at(t) + eps) * newest**2),
    (first_root, second_root, positive_root), "D is that before the step.",
)
first_step = Claim(
    "optimizers.S32-lr-first",
    "Adadelta's squared first step is adadelta.first_step2: it has the scale of eps.",
    (alpha0**2 * change2_at(1)).equals(first_step2(alpha0, beta2, eps, first**2)),
    (square_averaging, square_starts, changing, changes_starts, beta2_below_one, positive_eps),
)
first_at_most = Claim(
    "optimizers.S32-lr-first-most",
    "Adadelta's first step is at most alpha0 times the root of eps/(1 - beta2).",
    (1 - beta2) * first_step2(alpha0, beta2, eps, first**2) <= alpha0**2 * eps,
    (beta2_below_one, positive_eps),
)
first_at_least = Claim(
    "optimizers.S32-lr-first-least",
    "Adadelta's first step is hardly less than alpha0 times the root of eps/(1 - beta2) where (1 "
    "- beta2) g^2 is far above eps.",
    (1 - beta2) ** 2 * first**2 * first_step2(alpha0, beta2, eps, first**2) >= alpha0**2 * eps * (
        (1 - beta2) * first**2 - eps), (beta2_below_one, positive_eps),
    "Then it does not depend on the gradient: 0.00447 for beta2 = 0.95, eps = 1e-6.",
)
settling = Claim(
    "optimizers.S32-lr-time",
    "On a constant gradient, once s has settled, Adadelta's D nears g^2 by a part in "
    "settling_time per step.",
    (first**2 - changes_at(t)).equals(
        (1 - 1 / settling_time(beta2, eps, first**2)) ** t * (first**2 - changes_at(0))),
    (changing, changes_averaging, settled_square, constant, beta2_below_one, positive_eps),
    "For g = 1, beta2 = 0.95 and eps = 1e-6 that is 2e7 steps.",
)

# --- claims: the scale ----------------------------------------------------------------------------

automatic_as_stated = Claim(
    "optimizers.S32-auto",
    "Adadelta's learning rate chooses itself: the first step does not depend on what the user "
    "sets.",
    correction="eps sets it: at first the steps are about the root of eps/(1 - beta2) long.",
)
frozen = Claim(
    "optimizers.S32-auto-frozen",
    "With eps = 0 Adadelta never moves.", change2_at(later).equals(0),
    (changing, changes_averaging, changes_starts, defined, no_eps),
)
covariant = Claim(
    "optimizers.S32-units",
    "In other units, with an eps for each of the two averages, the steps of Adadelta are the same "
    "ones.", sequence("u'", later).equals(c**2 * change2_at(later)),
    (two_eps, square_averaging, square_starts, changes_averaging, changes_starts, other_gradients,
     other_squares, other_change, other_averaging, other_start, other_changes_start, *_BETA,
     positive_eps),
    "Both eps have units: eps_g goes with g^2 and eps_x with the squared parameters.",
)
one_eps_as_stated = Claim(
    "optimizers.S32-units-one",
    "With one eps for both averages, as on the slide, the steps of Adadelta are the same in other "
    "units.",
    correction="It takes two eps; no framework has them.",
)
bounded_change = Claim(
    "optimizers.S32-bound",
    "No squared change of Adadelta is above (D + eps)/(1 - beta2), D the average before it.",
    (1 - beta2) * change2_at(later) <= changes_at(t) + eps, (*_RULE, *_BETA, positive_eps),
)
bounded_changes = Claim(
    "optimizers.S32-bound-growth",
    "Adadelta's D is at most eps ((1 + beta2)^t - 1)/beta2.",
    changes_at(t) <= changes_bound(t, beta2, eps), (*_RULE, *_BETA, positive_eps),
)
