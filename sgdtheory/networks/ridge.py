"""The derivative trick: any polynomial by as many units as it has coefficients, a priori.

Around a point b0 with ``g^(k)(b0) != 0`` the units ``g(b0 + delta xi_j . x)`` are polynomials of
degree d up to a remainder of order delta^(d+1). Outer weights that solve ``sum_j alpha_j (delta
xi_j)^k = c_k k!/g^(k)(b0)`` make any polynomial of them: the width does not grow as eps falls, but
the outer weights do, like delta^-d, so that they need more digits than float64 has. They are
fractions here, and the network is evaluated with as many digits as they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import factorial, prod
from typing import Any

import numpy as np

from sgdtheory.networks.activation import Activation
from sgdtheory.networks.ball import Array, Ball, enlarged
from sgdtheory.networks.box import Box, box_of
from sgdtheory.networks.certify import Bracket, certified_sup
from sgdtheory.networks.digits import as_fraction, derivatives_at, value_at
from sgdtheory.networks.jets import JETS
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.target import Formula, target_of
from sgdtheory.networks.units import JET_NAMES, activation_of, formula_of, unit_models

__all__ = ["RidgePolynomial", "ridge_polynomial"]

SHARE = 0.02
"""What the remainder may add to the error of the polynomial; the smaller, the more digits."""

Powers = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class RidgePolynomial:
    """A network of n units with fractions for weights, and its error as known before evaluation.

    `error` = the certified error of the polynomial (`polynomial`) + what solving left (`solved`) +
    the remainder of Taylor's formula (`remainder`). `digits` are needed to evaluate it.
    """

    weights: tuple[tuple[Fraction, ...], ...]
    bias: Fraction
    outputs: tuple[Fraction, ...]
    activation: Activation
    polynomial: Bracket
    solved: float
    remainder: float
    digits: int

    @property
    def n(self) -> int:
        """The number of units."""
        return len(self.outputs)

    @property
    def error(self) -> float:
        """The certified upper bound of ``sup |f - N|``."""
        return float(enlarged(self.polynomial.upper + self.solved + self.remainder))

    @property
    def outer_size(self) -> float:
        """The sum of the sizes of the outer weights."""
        return float(sum(map(abs, self.outputs), start=Fraction(0)))

    def __call__(self, x: Any) -> Array:
        """Return the network at points ``(N, m)``, ``(N,)``, with mpmath."""
        import mpmath

        z, expression = formula_of(self.activation)
        with mpmath.workdps(self.digits):
            return np.array([float(self._at(mpmath, z, expression, point))
                             for point in np.asarray(x, dtype=float)])

    def _at(self, mpmath: Any, z: Any, expression: Any, point: Array) -> Any:
        total = mpmath.mpf(0)
        for weights, output in zip(self.weights, self.outputs, strict=True):
            inner = self.bias + sum((w * Fraction(float(c)) for w, c in zip(weights, point,
                                                                          strict=True)),
                                    start=Fraction(0))
            value = value_at(mpmath.mp, expression, z, inner)
            total += mpmath.mpf(output.numerator) / output.denominator * value
        return total


def ridge_polynomial(f: Any, box: Any, degree: int, activation: Any = "tanh",
                     bias: Fraction = Fraction(3, 5), delta: Fraction | None = None
                     ) -> RidgePolynomial:
    """Return the network of ``binomial(m + degree, m)`` units that is a polynomial near f.

    The box is moved to the origin by the inner biases being equal: it must be centred at 0, or f is
    approximated in coordinates in which it is (`bias` stands for ``b0``).
    """
    where, g = box_of(box), activation_of(activation)
    if np.any(where.centre != 0):
        raise ValueError(f"box, the set on which f is approximated, must be centred at 0 for the "
                         f"derivative trick; its centre is {where.centre}: shift the variables")
    target = target_of(f, where)
    if not isinstance(target, Formula):
        raise ValueError("f, the target, must be a sympy expression for the derivative trick")
    if degree < 1:
        raise ValueError(f"degree, that of the polynomial, must be >= 1; got {degree}")
    powers: Powers = tuple(p for p in product(range(degree + 1), repeat=where.m)
                           if sum(p) <= degree)
    coefficients, bracket = _polynomial(target, where, powers, degree)
    radius = Fraction(float(np.abs(where.high).sum()))
    step = delta or Fraction(1, 1000) / radius / degree
    found = _assembled(g, Fraction(bias), step, powers, coefficients, bracket, where, degree)
    if delta is None and found.remainder > SHARE * bracket.upper:
        step *= Fraction(SHARE * bracket.upper / found.remainder / 2)
        found = _assembled(g, Fraction(bias), step, powers, coefficients, bracket, where, degree)
    return found


def _polynomial(target: Formula, box: Box, powers: Powers, degree: int
                ) -> tuple[tuple[Fraction, ...], Bracket]:
    """Fit a polynomial at Chebyshev points and certify its distance to f."""
    import sympy

    points = box.chebyshev(max(2 * degree + 8, 16))
    scaled = points / box.half
    matrix = np.array([np.prod([np.cos(k * np.arccos(c)) for k, c in zip(p, scaled.T, strict=True)],
                               axis=0) for p in powers]).T
    found = np.linalg.lstsq(matrix, target.values(points), rcond=None)[0]
    halves = [sympy.Rational(float(h)) for h in box.half]
    series = sum(sympy.Rational(float(c)) * prod(
        (sympy.chebyshevt(k, s / h) for k, s, h in zip(p, target.symbols, halves, strict=True)),
        start=sympy.Integer(1)) for c, p in zip(found, powers, strict=True))
    poly = sympy.Poly(sympy.expand(series), *target.symbols)
    nothing = Shallow(np.zeros((1, box.m)), np.zeros(1), np.zeros(1), activation_of("tanh"))
    error = Formula(target.expression - sympy.horner(poly), target.symbols)
    bracket = certified_sup(error, nothing, box)
    coefficients = [poly.coeff_monomial(prod((s**k for k, s in zip(p, target.symbols, strict=True)),
                                             start=sympy.Integer(1))) for p in powers]
    return tuple(Fraction(int(c.p), int(c.q)) for c in coefficients), bracket


def _assembled(g: Activation, bias: Fraction, delta: Fraction, powers: Powers,
               coefficients: tuple[Fraction, ...], bracket: Bracket, box: Box, degree: int
               ) -> RidgePolynomial:
    """Solve for the outer weights in high precision, and bound what is left in intervals."""
    import mpmath

    size = max(1.0, *(abs(float(c)) for c in coefficients))
    digits = int(40 + degree * 2 * -np.log10(float(delta)) + np.log10(size) + len(powers) // 2)
    directions = powers if box.m > 1 else tuple((2 * k - degree,) for k in range(degree + 1))
    nodes = tuple(tuple(delta * q for q in p) for p in directions)
    with mpmath.workdps(digits):
        slopes = derivatives_at(mpmath.mp, g, bias, degree)
        wanted = mpmath.matrix([
            mpmath.mpf(c.numerator) / c.denominator * prod(map(factorial, p))
            / slopes[sum(p)] for c, p in zip(coefficients, powers, strict=True)])
        matrix = mpmath.matrix([[mpmath.mpf(prod(q**k for q, k in zip(node, p, strict=True)))
                                 for node in directions] for p in powers])
        scale = [mpmath.mpf(delta.denominator) / delta.numerator] * len(powers)
        wanted = mpmath.matrix([value * s ** sum(p)
                                for value, s, p in zip(wanted, scale, powers, strict=True)])
        solution = mpmath.lu_solve(matrix, wanted)
        outputs = tuple(as_fraction(value) for value in solution)
    solved = _left_over(g, bias, nodes, outputs, powers, coefficients, box, degree, digits)
    remainder = _remainder(g, bias, nodes, outputs, box, degree)
    return RidgePolynomial(nodes, bias, outputs, g, bracket, solved, remainder, digits)


def _left_over(g: Activation, bias: Fraction, nodes: Any, outputs: tuple[Fraction, ...],
               powers: Powers, coefficients: tuple[Fraction, ...], box: Box, degree: int,
               digits: int) -> float:
    """Bound the polynomial that the weights make less the one that was wanted, in intervals."""
    from mpmath import iv

    before, iv.dps = iv.dps, digits
    try:
        slopes = derivatives_at(iv, g, bias, degree)
        total = iv.mpf(0)
        for p, c in zip(powers, coefficients, strict=True):
            moment = sum((a * prod((q**k for q, k in zip(node, p, strict=True)), start=Fraction(1))
                          for a, node in zip(outputs, nodes, strict=True)), start=Fraction(0))
            made = slopes[sum(p)] * moment.numerator / moment.denominator / prod(map(factorial, p))
            size = prod((Fraction(float(h)) ** k for h, k in zip(box.high, p, strict=True)),
                        start=Fraction(1))
            off = abs(made - iv.mpf(c.numerator) / c.denominator)
            total += off * size.numerator / size.denominator
        return float(np.nextafter(float(total.b), np.inf))
    finally:
        iv.dps = before


def _remainder(g: Activation, bias: Fraction, nodes: Any, outputs: tuple[Fraction, ...], box: Box,
               degree: int) -> float:
    """Bound ``sum_j |alpha_j| |w_j x|^(d+1) sup |g^(d+1)|/(d+1)!`` by a jet on a small ball."""
    reaches = [sum((abs(q) * Fraction(float(h)) for q, h in zip(node, box.high, strict=True)),
                   start=Fraction(0)) for node in nodes]
    largest = max(reaches)
    weight = sum((abs(a) * r ** (degree + 1) for a, r in zip(outputs, reaches, strict=True)),
                 start=Fraction(0))
    top = _steepest(g, Ball(float(bias), float(largest) * 1.01), degree + 1)
    return float(enlarged(float(weight) * (1 + 2.0**-40) * top))


def _steepest(g: Activation, at: Ball, order: int) -> float:
    """Return a bound of ``|g^(order)|/order!`` on a ball, from a model of the next lower order."""
    if g in JET_NAMES:
        jet = JETS[JET_NAMES[g]](Ball(np.array([at.mid]), np.array([at.rad])), order)
        return float(jet[order].magnitude[0])
    half = np.array([at.rad])
    model = unit_models(g, np.array([at.mid]), half, np.zeros(1), order)
    return float((model.rem / half**order)[0])
