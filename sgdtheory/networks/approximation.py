"""Universal approximation as a function call: weights with a certificate, or a certified refusal.

The constructions, in the order in which they are tried: a jump of f and a polynomial activation are
refused with a certificate where there is one; ReLU in one dimension is exact for a
piecewise-linear f, and else takes the longest links through the tunnel, with a lower bound for the
width; for every other activation and box, features and least squares grow until the certificate
closes.

>>> import sympy
>>> from sgdtheory import networks
>>> x = sympy.Symbol("x")
>>> found = networks.approximate(sympy.sin(2 * sympy.pi * x), [(0, 1)], "relu", eps=0.01)
>>> found.width.n, found.n, found.error < 0.01
(12, 13, True)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from sgdtheory.networks.activation import Activation, relu
from sgdtheory.networks.ball import UNIT, Array
from sgdtheory.networks.box import Box, box_of
from sgdtheory.networks.certify import Bracket, certified_sup
from sgdtheory.networks.decimals import at_most
from sgdtheory.networks.dual import CannotApproximate, WidthCertificate
from sgdtheory.networks.exact import ExactNet
from sgdtheory.networks.network import Shallow
from sgdtheory.networks.target import Target, target_of
from sgdtheory.networks.units import activation_of

__all__ = ["Approximation", "Request", "approximate"]

UNITS = 512
"""The most units that are tried by default."""


@dataclass(frozen=True, eq=False)
class Approximation:
    """A network with its certified error.

    Attributes
    ----------
    net
        The network, a `Shallow`; `weights` (n, m), `biases` (n,) and `outputs` (n,) are its own.
    bracket
        The certified bracket of ``sup |f - N|`` for these float weights in exact arithmetic.
    method
        How it was constructed.
    seconds
        How long that took, with all attempts.
    condition
        The condition number of the least squares; 1 where none was solved.
    width
        For ReLU on up to three variables, what certifies how many units are needed.
    exact
        A network with rational weights whose error is exactly 0, where there is one.
    tried
        Every attempt: (units, error found, whether that is certified).
    rate
        For greedy steps: the mean squared error at the points of the fit that so many do not
        exceed, known without choosing them (``greedy.orthogonal_rate``); else infinite.
    """

    net: Shallow
    bracket: Bracket
    method: str
    seconds: float
    condition: float = 1.0
    width: WidthCertificate | None = None
    exact: ExactNet | None = None
    tried: tuple[tuple[int, float, bool], ...] = ()
    rate: float = np.inf

    @property
    def n(self) -> int:
        """The number of units."""
        return self.net.n

    @property
    def weights(self) -> Array:
        """The inner weights, (n, m)."""
        return self.net.weights

    @property
    def biases(self) -> Array:
        """The biases, (n,)."""
        return self.net.biases

    @property
    def outputs(self) -> Array:
        """The outer weights, (n,)."""
        return self.net.outputs

    @property
    def error(self) -> float:
        """The certified upper bound of ``sup |f - N|``."""
        return self.bracket.upper

    @property
    def outer_size(self) -> float:
        """The sum of the sizes of the outer weights."""
        return self.net.outer_size

    def __call__(self, x: Any) -> Array:
        """Return the network at points ``(N, m)``, ``(N,)``."""
        return self.net(x)

    def __str__(self) -> str:
        needed = f" (at least {self.width.n} are needed)" if self.width else ""
        return (f"{self.n} {self.net.activation.name} units{needed}, certified error "
                f"{at_most(self.error, 3)}, {self.method}, {self.seconds:.2f} s, condition "
                f"{self.condition:.1e}, outer weights {self.outer_size:.3g}")


@dataclass(frozen=True, eq=False)
class Request:
    """What is asked for, checked."""

    target: Target
    box: Box
    activation: Activation
    eps: float
    units: int
    rng: np.random.Generator
    progress: Callable[[int, int, str], None] | None
    began: float

    def bracket(self, net: Shallow) -> Bracket:
        """Return the bracket of a network, which stops as soon as it is known to fail."""
        return certified_sup(self.target, net, self.box, 0.05 if self.box.m < 3 else 0.25,
                             below=self.eps, progress=self.progress)

    def answer(self, net: Shallow, bracket: Bracket, method: str, **more: Any) -> Approximation:
        """Return an approximation with the time that it took."""
        return Approximation(net, bracket, method, time.perf_counter() - self.began, **more)


def approximate(f: Any, box: Any, activation: Any = "tanh", eps: float = 1e-3, rng: Any = 0, *,
                units: int | None = None, method: str | None = None,
                progress: Callable[[int, int, str], None] | None = None) -> Approximation:
    """Return a network with one hidden layer and a certified error below eps; or refuse.

    Parameters
    ----------
    f
        A sympy expression of one symbol for each side of the box, or `Bounded`.
    box
        ``[(low, high), ...]``, the sides in the order of the names of the symbols.
    activation
        A name, an `Activation` or a sympy expression of one symbol.
    eps
        What the certified error ``sup |f - N|`` must be below.
    rng
        A seed or a generator.
    units
        The most units that may be used (512 by default).
    method
        The construction: "links" (ReLU in one dimension), "kinks" (ReLU in several, for sums of
        kinks of affine functions), "features", "steps" (sigmoidal, one
        dimension) or "greedy"; by default the first that fits.
    progress
        Called as ``progress(done, total, what)`` during long work.

    The derivative trick is offered apart, as `ridge_polynomial`: its outer weights need more digits
    than float64 has.

    Raises
    ------
    CannotApproximate
        With a certificate if no such network exists: a polynomial activation, a jump of f, or too
        few ReLU units; without one if eps is beyond what was reached.
    """
    request = _checked(f, box, activation, eps, rng, units, progress)
    from sgdtheory.networks import methods, refusals

    refusals.refuse_jumps(request)
    return methods.method_for(request, method).build(request)


def _checked(f: Any, box: Any, activation: Any, eps: Any, rng: Any, units: Any,
             progress: Any) -> Request:
    began = time.perf_counter()
    where = box_of(box)
    g = activation_of(activation)
    target = target_of(f, where)
    number = isinstance(eps, Real) and not isinstance(eps, bool)
    if not number or not 0 < eps < np.inf:
        raise ValueError(f"eps, the error that is allowed, must be finite and > 0; got {eps!r}: "
                         "a network is exact for few f only, so ask for a small one")
    if units is not None and (not isinstance(units, (int, np.integer)) or units < 1):
        raise ValueError(f"units, the most that may be used, must be a whole number >= 1; got "
                         f"{units!r}")
    values = target.values(where.grid({1: 257, 2: 17, 3: 7}.get(where.m, 3)))
    least = 4 * UNIT * float(np.abs(values).max())
    if eps <= least:
        raise ValueError(f"eps={eps:g} is below what float64 weights can certify for an f as large "
                         f"as {np.abs(values).max():.3g}, which is about {least:.1g}; ask for "
                         "more, or scale f")
    return Request(target, where, g, float(eps), int(units or UNITS), _generator(rng), progress,
                   began)


def _generator(rng: Any) -> np.random.Generator:
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(f"rng, the source of random numbers, must be a seed >= 0 or a numpy "
                         f"Generator; got {rng!r}") from None


def is_relu(request: Request) -> bool:
    """Tell whether the activation is ReLU."""
    return request.activation == relu


def unreached(request: Request, best: Approximation | None) -> CannotApproximate:
    """Return the refusal without a certificate; the best network gets a full bracket."""
    if best is not None:
        bracket = certified_sup(request.target, best.net, request.box, 0.25, cells=20_000,
                                progress=request.progress)
        best = replace(best, bracket=bracket)
    said = f"the best was {best}" if best is not None else "no fit was finite"
    return CannotApproximate(
        f"eps={request.eps:g} was not reached with {request.units} units of "
        f"{request.activation.name}: {said}. That is no proof of impossibility: allow more units, "
        "another activation or a larger eps", None, None, best)
