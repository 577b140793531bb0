"""Activations: derivatives, Lipschitz constants, kinks, and why none is a polynomial [slide 5].

The derivatives of the sigmoid and of tanh are polynomials of the function itself, so that their
suprema are exact: 1/4 and 1 for the slopes, and for every derivative of tanh the largest value of a
polynomial with whole coefficients on [-1, 1]. ReLU has a kink at 0; alpha-ELU has one of size
1 - alpha, so that it is continuously differentiable for alpha = 1 only, and never twice (unless
alpha = 0, where it is ReLU).

>>> sigmoid_slope(s=0.5), tanh_slope(u=0.0), elu_kink(alpha_elu=1.0)
(0.25, 1.0, 0.0)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sgdtheory.elementary import maximum
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Letter


@formula
def sigmoid_slope(s):
    """Derivative of the sigmoid where its value is s [slide 5]."""
    return s * (1 - s)


@formula
def tanh_slope(u):
    """Derivative of tanh where its square is u [slide 5]."""
    return 1 - u


@formula
def tanh_bend2(u):
    """Square of the second derivative of tanh where its square is u."""
    return 4 * u * (1 - u) ** 2


@formula
def sigmoid_bend2(u):
    """Square of the second derivative of the sigmoid at 2z, where the square of tanh z is u."""
    return u * (1 - u) ** 2 / 16


@formula
def elu_kink(alpha_elu):
    """Slope of ELU right of 0 less its slope left of 0 [slide 5]."""
    return 1 - alpha_elu


@formula
def elu_lipschitz(alpha_elu):
    """Least Lipschitz constant of ELU: ``max(1, |alpha|)``."""
    return maximum(alpha_elu**0, maximum(alpha_elu, -alpha_elu))  # 1, as exact as alpha is


# --- assumptions ---------------------------------------------------------------------------------

s, u, x, y, h, factor = map(Letter, ("s", "u", "x", "y", "h", "a"))
alpha_elu, share, exponential = Letter("alpha_elu"), Letter("E"), Letter("e")

square_below_one = Assumption("the square of tanh is at most 1", 1 - u >= 0)
square_nonnegative = Assumption("it is at least 0", u >= 0)
positive_step = Assumption("the step h is positive", h > 0)
nonnegative_factor = Assumption("the factor a is at least 0", factor >= 0)
exponential_nonnegative = Assumption("e = exp(z) is at least 0", exponential >= 0)
exponential_small = Assumption("e = exp(z) is at most 1, left of 0", 1 - exponential >= 0)
exponential_below = Assumption("E = (1 - exp(-h))/h is at most 1", 1 - share >= 0)
exponential_above = Assumption("E = (1 - exp(-h))/h is at least 1 - h/2", share - 1 + h / 2 >= 0)


def relu(value: Any) -> Any:
    """Return ``max(value, 0)`` in the language of proofs."""
    return maximum(value, 0)


# --- claims --------------------------------------------------------------------------------------

sigmoid_derivative = Claim(
    "networks.S5-act_sigmoid-derivative", "The sigmoid's derivative is s (1 - s), s its value.",
    correction="The slide prints the function only.",
)
sigmoid_lipschitz = Claim(
    "networks.S5-act_sigmoid",
    "The sigmoid's derivative is at most 1/4, its Lipschitz constant: attained at z = 0.",
    sigmoid_slope(s) <= Fraction(1, 4),
)
sigmoid_curvature = Claim(
    "networks.S5-act_sigmoid-curvature",
    "The sigmoid's second derivative is at most 1/(6 sqrt 3): its square at most 1/108.",
    sigmoid_bend2(u) <= Fraction(1, 108), (square_below_one,),
    "Attained where the sigmoid is (1 +- 1/sqrt 3)/2, at z = +-log(2 + sqrt 3).",
)
tanh_derivative = Claim(
    "networks.S5-act_tanh-derivative", "The derivative of tanh is 1 - tanh^2, and tanh z is "
    "2 sigmoid(2z) - 1.",
    correction="The slide shows the graph only.",
)
tanh_lipschitz = Claim(
    "networks.S5-act_tanh",
    "The derivative of tanh is at most 1, its Lipschitz constant: attained at z = 0.",
    tanh_slope(u) <= 1, (square_nonnegative,),
)
tanh_curvature = Claim(
    "networks.S5-act_tanh-curvature",
    "The second derivative of tanh is at most 4/(3 sqrt 3): its square at most 16/27.",
    tanh_bend2(u) <= Fraction(16, 27), (square_below_one,),
)
tangent_numbers = Claim(
    "networks.S5-act_tanh-orders",
    "The derivatives of tanh of odd order 2j - 1 are largest at 0, where they are the tangent "
    "numbers 1, 2, 16, 272, 7936, 353792: shown for j = 1, ..., 6.",
)
relu_lipschitz = Claim(
    "networks.S5-act_relu", "ReLU has the Lipschitz constant 1.",
    (relu(x) - relu(y)) ** 2 <= (x - y) ** 2,
)
relu_homogeneous = Claim(
    "networks.S5-act_relu-homogeneous", "ReLU is positively homogeneous.",
    relu(factor * x).equals(factor * relu(x)), (nonnegative_factor,),
)
relu_kink = Claim(
    "networks.S5-act_relu-kink",
    "ReLU has no derivative at 0: its difference quotients there differ by 1 at every h.",
    (relu(h) / h + relu(-h) / h).equals(1), (positive_step,),
    "What frameworks call its derivative at 0 is a convention, here 0 (the slope from the left).",
)
elu_quotients = Claim(
    "networks.S5-act_elu",
    "The difference quotients of alpha-ELU at 0 over h and -h, h > 0, differ by 1 - alpha, up to "
    "|alpha| h/2.",
    ((1 - alpha_elu * share) - elu_kink(alpha_elu)) ** 2 <= (alpha_elu * h / 2) ** 2,
    (exponential_below, exponential_above),
    "So it is continuously differentiable if and only if alpha = 1; the second derivative then "
    "jumps by 1: never twice.",
)
elu_constant = Claim(
    "networks.S5-act_elu-lipschitz",
    "The slopes of alpha-ELU are alpha exp(z) left of 0 and 1 right of it: its Lipschitz constant "
    "is max(1, |alpha|).",
    (alpha_elu * exponential) ** 2 <= elu_lipschitz(alpha_elu) ** 2,
    (exponential_nonnegative, exponential_small),
    "It is increasing if and only if alpha > 0.",
)
stable = Claim(
    "networks.S5-act_stability",
    "The activations and their derivatives are evaluated, by exponentials of -|z|, to a relative "
    "9e-16 or an absolute 1e-307 up to |z| = 1e4.",
    correction="As 1 - tanh(z)^2 the derivative of tanh has no digit right beyond |z| = 19.",
)
not_polynomial = Claim(
    "networks.S5-act_nonpoly",
    "Sigmoid, tanh, ReLU and ELU (alpha = 1) agree with no polynomial of degree at most 12: a "
    "divided difference of higher order does not vanish.",
    correction="Nor with one of any degree: the first two are bounded and not constant; ReLU "
    "vanishes on a half-line and not everywhere; ELU is z on a half-line and not everywhere.",
)
