"""RMSProp: an average of the squared gradients in the place of their sum [slide 30].

Without bias correction that average is too small at first, and the first steps too long: up to
alpha/sqrt(1 - beta2). With it, it is unbiased; its root is not. A coordinate is looked at alone.
Roots are squared where they would not be rational.

Long because the slide's four claims are fifteen in symbols.

>>> step_bound2(alpha=1.0, beta2=0.75)
4.0
>>> corrected_step_bound2(t=2, alpha=1.0, beta2=0.75)
1.75
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere, one_minus_power
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Expectation,
    FiniteSum,
    Index,
    Letter,
    Process,
    Scalar,
    VectorLetter,
    scalar,
)
from sgdtheory.logic.roots import Roots
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp


@formula
def gain2(alpha, eps, averaged2):
    """Square of the effective learning rate, eps inside the root [slide 30]."""
    return alpha**2 / (averaged2 + eps)


def newest_in_the_average(beta2: Any, averaged2: Any, newest2: Any) -> None:
    """Raise ValueError unless ``(1 - beta2) newest2 <= averaged2``."""
    if anywhere((1 - beta2) * newest2 > averaged2):
        raise ValueError(f"newest2={newest2}, the square of the newest gradient, times 1 - beta2 "
                         f"must be at most averaged2={averaged2}, the average of which it is a "
                         "part; take the average after it")


@formula(requires=newest_in_the_average)
def sensitivity2(alpha, beta2, eps, averaged2, newest2):
    """Square of the derivative of a step by its gradient, eps inside the root."""
    return alpha**2 * (averaged2 + eps - (1 - beta2) * newest2) ** 2 / (averaged2 + eps) ** 3


@formula
def step_bound2(alpha, beta2):
    """Bound on a squared step without correction, attained at every time with eps = 0."""
    return alpha**2 / (1 - beta2)


def some_step(t: Any) -> None:
    """Raise ValueError unless ``t >= 1``."""
    if anywhere(t < 1):
        raise ValueError(f"t={t}, the time, must be >= 1: the first step is that of t = 1")


@formula(requires=some_step)
def corrected_step_bound2(t, alpha, beta2):
    """Bound on the squared t-th step with correction, attained at every time with eps = 0."""
    return alpha**2 * one_minus_power(1 - beta2, t) / (1 - beta2)


@formula(requires=some_step)
def constant_step2(t, alpha, beta2):
    """Square of the t-th step under a constant gradient, with eps = 0 and without correction."""
    return alpha**2 / one_minus_power(1 - beta2, t)


# --- assumptions ---------------------------------------------------------------------------------

coordinate = VectorLetter("i")
beta2, eps, moment2, factor = map(Letter, ("beta2", "eps", "m2", "k"))
_k = Index("k")
later = t + 1


def gradient_at(time: Any) -> Scalar:
    """Return the coordinate of the gradient of the step to `time`."""
    return Process("g", scalar(time)).dot(coordinate)


def place_at(time: Any) -> Scalar:
    """Return the coordinate of the iterate at `time`."""
    return Process("W", scalar(time)).dot(coordinate)


def average_at(time: Any) -> Scalar:
    """Return v, the average of the squared gradients up to `time`."""
    return Process("v", scalar(time)).dot(coordinate)


def root_at(time: Any) -> Scalar:
    """Return R, the root that the rule takes in the step to `time`."""
    return Process("R", scalar(time)).dot(coordinate)


def over_root_at(time: Any) -> Scalar:
    """Return Y, one over that root."""
    return Process("Y", scalar(time)).dot(coordinate)


def corrected_at(time: Any) -> Scalar:
    """Return the bias-corrected average of the squared gradients."""
    result: Scalar = average_at(time) / (1 - beta2**time)
    return result


def averaged(time: Any) -> Scalar:
    """Return the average at `time` and the square of the next gradient, as the rule mixes them."""
    result: Scalar = beta2 * average_at(time) + (1 - beta2) * gradient_at(time + 1) ** 2
    return result


def after_step(time: Any, corrected: bool = False) -> tuple[Scalar, Scalar]:
    """Return coordinate and average that the package's rule makes of those at `time`."""
    square = averaged(time) / (1 - beta2 ** (time + 1)) if corrected else averaged(time) + eps
    known = Roots({root_at(time + 1): square})
    rule = (CorrectedRMSProp if corrected else RMSProp)(known(alpha), known(beta2), known(eps))
    w, v = rule.step(known(place_at(time)), known(average_at(time)),
                     lambda _: known(gradient_at(time + 1)), scalar(time + 1))
    return w.term, v.term


def move(time: Any) -> Scalar:
    """Return the step from `time` on, taken downwards."""
    return place_at(time) - place_at(time + 1)


moves = Assumption("the step at t is that of RMSProp", place_at(later).equals(after_step(t)[0]))
corrected_moves = Assumption("the step at t is that of RMSProp with correction",
                             place_at(later).equals(after_step(t, corrected=True)[0]))
averaging = Assumption("v averages the squared gradients",
                       average_at(later).equals(after_step(t)[1]).forall(t))
from_zero = Assumption("v starts at 0", average_at(0).equals(0))
roots = Assumption("R is the root of v + eps", (root_at(later) ** 2).equals(averaged(t) + eps))
corrected_roots = Assumption("R is the root of the corrected v",
                             (root_at(later) ** 2).equals(averaged(t) / (1 - beta2**later)))
random_roots = Assumption("R is the root of the corrected v",
                          (root_at(later) ** 2).equals(corrected_at(later)))
positive_root = Assumption("R is positive", root_at(later) > 0)
inverse_root = Assumption("Y is one over R", (over_root_at(later) * root_at(later)).equals(1))
nonnegative_eps = Assumption("eps is at least 0", eps >= 0)
no_eps = Assumption("eps is 0", eps.equals(0))
nonnegative_beta = Assumption("beta2 is at least 0", beta2 >= 0)
beta_below_one = Assumption("beta2 is below 1", 1 - beta2 > 0)
same_gradient = Assumption("the gradient is always the same",
                           gradient_at(later).equals(gradient_at(1)).forall(t))
same_moment = Assumption("every gradient has the second moment m2",
                         Expectation(gradient_at(later) ** 2).equals(moment2).forall(t))
_BETA = (nonnegative_beta, beta_below_one)
_AVERAGE = (averaging, from_zero)
_CORRECTED = (corrected_moves, corrected_roots, positive_root)

# --- the rule and its effective learning rate ----------------------------------------------------

closed_form = Claim(
    "optimizers.S30-rms-rule", "RMSProp divides by the root of an average of squared gradients.",
    average_at(t).equals((1 - beta2) * FiniteSum(_k, 0, t, beta2**_k * gradient_at(t - _k) ** 2)),
    _AVERAGE,
    "The slide puts eps inside this root and outside that of the corrected v and of Adam; inside "
    "are Keras and Optax, outside is PyTorch. Hinton's lecture has no eps.",
)
effective = Claim(
    "optimizers.S30-lr-typo",
    "RMSProp multiplies the newest gradient by alpha/sqrt(v_t + eps).",
    (move(t) * root_at(later)).equals(alpha * gradient_at(later)), (moves, positive_root),
    "The slide prints V_e, which it does not define. This is the instantaneous gain, the "
    "denominator held; as no step remembers a gradient in its numerator, it is also the total "
    "response to it.",
    printed="The effective learning rate is alpha/sqrt(V_e + eps).",
)
_a, _b, _p, _q, _v, _w = map(Letter, ("a", "b", "p", "q", "v", "w"))


def mixed(gradient: Scalar, old: Scalar = _v, eps: Any = eps) -> Scalar:
    """Return the number whose root is taken for a gradient after the average `old`."""
    result: Scalar = beta2 * old + (1 - beta2) * gradient**2 + eps
    return result


def step_for(gradient: Scalar, root: Scalar, old: Scalar = _v, eps: Any = eps) -> Scalar:
    """Return the step, downwards, of `RMSProp` for one gradient after the average `old`."""
    known = Roots({root: mixed(gradient, old, eps)})
    w, _ = RMSProp(known(alpha), known(beta2), known(eps)).step(
        known(_w), known(old), lambda _: known(gradient), 1)
    step: Scalar = _w - w.term
    return step


root_for_a = Assumption("p is the root for a", (_p**2).equals(mixed(_a)))
root_for_b = Assumption("q is the root for b", (_q**2).equals(mixed(_b)))
positive_p, positive_q = Assumption("p is positive", _p > 0), Assumption("q is positive", _q > 0)
secant = Claim(
    "optimizers.S30-lr-secant",
    "If RMSProp's newest gradient is b in the place of a, the step changes by the secant slope of "
    "alpha g/sqrt(beta2 v + (1 - beta2) g^2 + eps) times b - a.",
    (step_for(_b, _q) - step_for(_a, _p)).equals(
        alpha * (_b - _a) * (beta2 * _v + eps + _p * _q - (1 - beta2) * _a * _b)
        / (_p * _q * (_p + _q))),
    (root_for_a, root_for_b, positive_p, positive_q),
    "At b = a the factor of b - a is the derivative, alpha (beta2 v + eps)/p^3 with the average v "
    "before: it is below the effective rate by the share that the gradient has in p^2.",
)
covariant = Claim(
    "optimizers.T-rmsprop-scale",
    "RMSProp's steps stay as they are for gradients times k and eps times k^2.",
    step_for(factor * _a, _q, factor**2 * _v, factor**2 * eps).equals(step_for(_a, _p)),
    (root_for_a, positive_p, positive_q, Assumption("k is positive", factor > 0),
     Assumption("q is the root of the scaled average",
                (_q**2).equals(mixed(factor * _a, factor**2 * _v, factor**2 * eps)))),
    "With eps = 0 the step does not feel the scale of the gradients.",
)

# --- the length of a step ------------------------------------------------------------------------

at_most = Claim(
    "optimizers.S30-rms-first",
    "No step of RMSProp is longer than alpha/sqrt(1 - beta2).",
    move(t) ** 2 <= alpha**2 / (1 - beta2),
    (moves, averaging, from_zero, roots, positive_root, nonnegative_eps, *_BETA),
    "The first step is as long as that, if eps = 0: without correction the average starts too "
    "small, so that early steps are too long.",
)
corrected_at_most = Claim(
    "optimizers.S30-rms-first-corrected",
    "The t-th step of the corrected RMSProp is at most alpha sqrt((1 - beta2^t)/(1 - beta2)) long.",
    move(t) ** 2 <= alpha**2 * (1 - beta2**later) / (1 - beta2),
    (*_CORRECTED, averaging, from_zero, nonnegative_eps, *_BETA),
    "Attained by a gradient after zeros. So the first step is at most alpha long, later ones not.",
)
constant = Claim(
    "optimizers.S30-rms-first-constant",
    "Under a constant gradient, with eps = 0, the t-th step of RMSProp is alpha/sqrt(1 - beta2^t) "
    "long.",
    (move(t) ** 2 * (1 - beta2**later)).equals(alpha**2),
    (moves, *_AVERAGE, roots, positive_root, same_gradient, no_eps),
)
corrected_constant = Claim(
    "optimizers.S30-rms-first-constant-corrected",
    "Under a constant gradient, with eps = 0, every step of the corrected RMSProp is alpha long.",
    (move(t) ** 2).equals(alpha**2),
    (*_CORRECTED, *_AVERAGE, same_gradient, no_eps, *_BETA),
)

# --- what the correction corrects ----------------------------------------------------------------

mean_shrinks = Claim(
    "optimizers.S30-vhat-uncorrected",
    "The mean of v_t, the average of squares from 0, is 1 - beta2^t times the second moment.",
    Expectation(average_at(t)).equals((1 - beta2**t) * moment2), (*_AVERAGE, same_moment),
)
unbiased = Claim(
    "optimizers.S30-vhat",
    "The corrected average of squares v_t/(1 - beta2^t) is unbiased, for every t.",
    Expectation(corrected_at(later)).equals(moment2), (*_AVERAGE, same_moment, *_BETA),
    "Its root is not, and neither is the step.",
)
root_below = Claim(
    "optimizers.S30-vhat-root",
    "The mean of the root of the corrected v_t, squared, is at most the second moment.",
    Expectation(root_at(later)) ** 2 <= moment2, (*_AVERAGE, same_moment, *_BETA, random_roots),
    "For Gaussian gradients the first root has the mean 0.80 sigma.",
)
step_above = Claim(
    "optimizers.S30-vhat-step",
    "The mean of one over the root of the corrected v_t, squared, times the second moment is at "
    "least 1.",
    Expectation(over_root_at(later)) ** 2 * moment2 >= 1,
    (*_AVERAGE, same_moment, *_BETA, random_roots, positive_root, inverse_root),
    "For Gaussian gradients of mean 0 and eps = 0 the mean of one over the first root is infinite.",
)
