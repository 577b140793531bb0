"""Adagrad: every coordinate has a learning rate of its own, which can only fall [slide 29].

A coordinate is looked at alone: ``<g_t, i>`` is the coordinate i of the gradient that leads from
time t to t + 1, S its summed squares, R their root. No step is longer than alpha, the first as long
as that; on convex losses the regret grows like the root of the summed squares.

Long because the slide's seven claims are thirteen in symbols.

>>> gain(alpha=0.1, eps=0.0, summed2=25.0)
0.02
>>> regret(alpha=1.0, eps=0.0, radius=2.0, summed2=25.0)
15.0
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere, sqrt
from sgdtheory.logic import assumptions as a
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import FiniteSum, Index, Letter, Process, Scalar, VectorLetter, scalar
from sgdtheory.logic.roots import Roots
from sgdtheory.optimizers import Adagrad


@formula
def gain(alpha, eps, summed2):
    """Effective learning rate: what the newest gradient is multiplied by [slide 29]."""
    return alpha / (sqrt(summed2) + eps)


def newest_in_the_sum(summed2: Any, newest2: Any) -> None:
    """Raise ValueError unless ``newest2 <= summed2``."""
    if anywhere(newest2 > summed2):
        raise ValueError(f"newest2={newest2}, the square of the newest gradient, must be at most "
                         f"summed2={summed2}, the sum of which it is a part; add it to the sum")


@formula(requires=newest_in_the_sum)
def sensitivity(alpha, eps, summed2, newest2):
    """Derivative of the length of a step by its gradient: the denominator feels it, too."""
    root = sqrt(summed2)
    return alpha * ((summed2 - newest2) / root + eps) / (root + eps) ** 2


@formula
def travel(alpha, summed2):
    """Bound on the sum of all steps times their gradients [Duchi, Hazan & Singer 2011, Lem. 4]."""
    return 2 * alpha * sqrt(summed2)


@formula
def regret(alpha, eps, radius, summed2):
    """Bound on the regret of a coordinate [Duchi, Hazan & Singer 2011, Thm. 5]."""
    root = sqrt(summed2)
    return radius**2 / (2 * alpha) * (root + eps) + alpha * root


# --- assumptions ---------------------------------------------------------------------------------

coordinate = VectorLetter("i")
eps, radius, target = Letter("eps"), Letter("radius"), Letter("u")
factor = Letter("k")
_k = Index("k")


def gradient_at(time: Any) -> Scalar:
    """Return the coordinate of the gradient of the step from `time` on."""
    return Process("g", scalar(time), delay=1).dot(coordinate)


def place_at(time: Any) -> Scalar:
    """Return the coordinate of the iterate at `time`."""
    return Process("W", scalar(time)).dot(coordinate)


def sum_at(time: Any) -> Scalar:
    """Return S, the sum of the squared gradients of the steps up to `time`."""
    return Process("S", scalar(time)).dot(coordinate)


def root_at(time: Any) -> Scalar:
    """Return R, the root of S."""
    return Process("R", scalar(time)).dot(coordinate)


def gap_at(time: Any) -> Scalar:
    """Return the loss of the step from `time` on, at the iterate less that at the target."""
    return Process("q", scalar(time), delay=1).dot(coordinate)


def logarithm_at(time: Any) -> Scalar:
    """Return the logarithm of S."""
    return Process("lnS", scalar(time)).dot(coordinate)


def after_step(time: Any) -> tuple[Scalar, Scalar]:
    """Return the coordinate and its sum that the package's `Adagrad` makes of those at `time`."""
    known = Roots({root_at(time + 1): sum_at(time) + gradient_at(time) ** 2})
    w, S = Adagrad(known(alpha), known(eps)).step(
        known(place_at(time)), known(sum_at(time)), lambda _: known(gradient_at(time)), time + 1)
    return w.term, S.term


def move(time: Any) -> Scalar:
    """Return the step from `time` on, taken downwards."""
    return place_at(time) - place_at(time + 1)


moves = Assumption("the iterates are those of Adagrad", place_at(t + 1).equals(after_step(t)[0])
                   .forall(t))
sums = Assumption("S adds up the squared gradients", sum_at(t + 1).equals(after_step(t)[1])
                  .forall(t))
from_zero = Assumption("S starts at 0, and so does its root", root_at(0).equals(0))
sum_from_zero = Assumption("S starts at 0", sum_at(0).equals(0))
roots = Assumption("R is the root of S", (root_at(t) ** 2).equals(sum_at(t)).forall(t))
positive_roots = Assumption("R is positive from the first gradient on, which is not 0",
                            (root_at(t + 1) > 0).forall(t))
nonnegative_eps = Assumption("eps is at least 0", eps >= 0)
closer = Assumption(
    "no iterate is farther from u than what Adagrad makes of the one before (as after clipping to "
    "an interval that contains u)",
    ((place_at(t + 1) - target) ** 2 <= (after_step(t)[0] - target) ** 2).forall(t),
)
bounded = Assumption("no iterate is farther than the radius from u",
                     ((place_at(t) - target) ** 2 <= radius**2).forall(t))
convex = Assumption("every loss is convex, g a subgradient of it",
                    (gap_at(t) <= gradient_at(t) * (place_at(t) - target)).forall(t))
logarithms = Assumption(
    "ln(b) - ln(a) is at least 1 - a/b, for a = S(t) and b = S(t+1)",
    (sum_at(t + 2) * (logarithm_at(t + 2) - logarithm_at(t + 1)) >= gradient_at(t + 1) ** 2)
    .forall(t),
)
same_gradient = Assumption("the gradient is always the same",
                           gradient_at(t).equals(gradient_at(0)).forall(t))
no_eps = Assumption("eps is 0", eps.equals(0))

_SUMS = (sums, roots, positive_roots)
_RULE = (moves, *_SUMS, nonnegative_eps)

# --- the rule ------------------------------------------------------------------------------------

summed = Claim(
    "optimizers.S29-rule", "Adagrad divides by the root of all squared gradients so far.",
    sum_at(t).equals(FiniteSum(_k, 0, t, gradient_at(_k) ** 2)), (sums, sum_from_zero),
    "With eps outside the root and S from 0, as in PyTorch; Keras and Optax put eps inside and "
    "start S at 0.1.",
)
_inside, _outside = Letter("S") + eps**2, (Letter("r") + eps) ** 2
root_of_sum = Assumption("r is the root of S", (Letter("r") ** 2).equals(Letter("S")))
nonnegative_root = Assumption("r is at least 0", Letter("r") >= 0)
inside_at_most = Claim(
    "optimizers.S29-eps-sandwich",
    "The root of S + eps^2 is at most the root of S plus eps: squared, for eps >= 0.",
    _inside <= _outside, (root_of_sum, nonnegative_root, nonnegative_eps),
)
outside_at_most = Claim(
    "optimizers.S29-eps-sandwich-upper",
    "The root of S plus eps is at most sqrt(2) times the root of S + eps^2: squared, at most "
    "twice.",
    _outside <= 2 * _inside, (root_of_sum,),
    "An eps inside the root acts as its own root outside, up to the factor sqrt(2).",
)

# --- the effective learning rate -----------------------------------------------------------------

effective = Claim(
    "optimizers.S29-lr",
    "Adagrad multiplies the newest gradient by alpha/(R + eps), R the root of all squares so far.",
    (move(t) * (root_at(t + 1) + eps)).equals(alpha * gradient_at(t)),
    (moves, positive_roots, nonnegative_eps),
    "The instantaneous gain, with the denominator held; as no step remembers a gradient in its "
    "numerator, it is also the total response to it. The sensitivity is another number.",
)
never_rises = Claim(
    "optimizers.S29-lr-falls",
    "Adagrad's effective learning rate never rises.",
    alpha / (root_at(t + 2) + eps) <= alpha / (root_at(t + 1) + eps),
    (*_SUMS, nonnegative_eps, a.positive_alpha),
)
_a, _b, _p, _q, _old, _w = map(Letter, ("a", "b", "p", "q", "S", "w"))


def step_for(gradient: Scalar, root: Scalar, old: Scalar = _old, eps: Any = eps) -> Scalar:
    """Return the step, downwards, of `Adagrad` for one gradient after the sum `old`."""
    known = Roots({root: old + gradient**2})
    w, _ = Adagrad(known(alpha), known(eps)).step(known(_w), known(old), lambda _: known(gradient),
                                                  1)
    step: Scalar = _w - w.term
    return step


root_for_a = Assumption("p is the root of S + a^2", (_p**2).equals(_old + _a**2))
root_for_b = Assumption("q is the root of S + b^2", (_q**2).equals(_old + _b**2))
positive_p, positive_q = Assumption("p is positive", _p > 0), Assumption("q is positive", _q > 0)
secant = Claim(
    "optimizers.S29-lr-secant",
    "If Adagrad's newest gradient is b in the place of a, the step changes by the secant slope of "
    "alpha g/(sqrt(S + g^2) + eps) times b - a.",
    (step_for(_b, _q) - step_for(_a, _p)).equals(
        alpha * (_b - _a) * ((_old + _p * _q - _a * _b) / (_p + _q) + eps)
        / ((_p + eps) * (_q + eps))),
    (root_for_a, root_for_b, positive_p, positive_q, nonnegative_eps),
    "At b = a the factor of b - a is the derivative, the sensitivity alpha (S/p + eps)/(p + eps)^2 "
    "with the sum S before: at the first step it is near 0, where the gain is alpha/(|g| + eps).",
)

# --- steps ---------------------------------------------------------------------------------------

at_most_alpha = Claim(
    "optimizers.S29-step",
    "No step of Adagrad is longer than alpha.", move(t) ** 2 <= alpha**2, _RULE,
)
squared_steps = Claim(
    "optimizers.S29-step-squares",
    "The squared steps of Adagrad add up to at most alpha^2 (1 + ln(S/S_1)).",
    FiniteSum(_k, 0, t + 1, move(_k) ** 2)
    <= alpha**2 * (1 + logarithm_at(t + 1) - logarithm_at(1)),
    (*_RULE, logarithms),
    "Of the logarithm no more is used than that ln(b) - ln(a) >= 1 - a/b.",
)
constant = Claim(
    "optimizers.S29-const",
    "Under a constant gradient, with eps = 0, the t-th step of Adagrad is alpha/sqrt(t) long.",
    ((t + 1) * move(t) ** 2).equals(alpha**2),
    (Assumption("the step at t is that of Adagrad", place_at(t + 1).equals(after_step(t)[0])),
     sums, sum_from_zero, same_gradient,
     Assumption("R is the root of S at t + 1", (root_at(t + 1) ** 2).equals(sum_at(t + 1))),
     Assumption("R is positive at t + 1", root_at(t + 1) > 0), no_eps),
)
one_step = Claim(
    "optimizers.S29-lemma-step",
    "If S grows by x to r^2, twice the rise of its root exceeds x/r by the square of the rise "
    "over r.",
    (2 * (_p - _q) - _a / _p).equals((_p - _q) ** 2 / _p),
    (Assumption("p is the root of S", (_p**2).equals(_old)),
     Assumption("q is the root of S - a", (_q**2).equals(_old - _a)), positive_p),
    "The lemma is this identity, added up.",
)
travelled = Claim(
    "optimizers.S29-lemma",
    "The steps of Adagrad, each times its gradient, add up to at most twice alpha times the root "
    "of all squares.",
    FiniteSum(_k, 0, t, gradient_at(_k) * move(_k)) <= 2 * alpha * root_at(t),
    (*_RULE, from_zero, a.positive_alpha),
)

# --- regret --------------------------------------------------------------------------------------

below_regret = Claim(
    "optimizers.S29-regret",
    "The regret of clipped Adagrad in a coordinate, for convex losses, is at most adagrad.regret.",
    FiniteSum(_k, 0, t, gap_at(_k))
    <= radius**2 / (2 * alpha) * (root_at(t) + eps) + alpha * root_at(t),
    (*_SUMS, nonnegative_eps, from_zero, closer, bounded, convex, a.positive_alpha),
    "Over coordinates the bounds add up, as <g, w - u> does: that is Theorem 5 of Duchi, Hazan & "
    "Singer 2011, with delta = eps. A coordinate counts from its first gradient that is not 0.",
)
scale_free = Claim(
    "optimizers.T-adagrad-scale",
    "With eps = 0 a step of Adagrad does not feel the scale of the gradients.",
    step_for(factor * _a, _q, factor**2 * _old, eps=0).equals(step_for(_a, _p, eps=0)),
    (root_for_a, positive_p, positive_q, Assumption("k is positive", factor > 0),
     Assumption("q is the root of the scaled sum",
                (_q**2).equals(factor**2 * _old + (factor * _a) ** 2))),
)
