"""The methods of `approximate`: when each fits a request, and what it builds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sgdtheory.networks import free_knots
from sgdtheory.networks.approximation import Approximation, Request, is_relu, unreached
from sgdtheory.networks.certify import Bracket
from sgdtheory.networks.dual import CannotApproximate, WidthCertificate
from sgdtheory.networks.exact import as_floats, linear_pieces
from sgdtheory.networks.exact_build import floats_of, relu_through
from sgdtheory.networks.features import Fit, best_fit, greedy_fit, points_of
from sgdtheory.networks.hinges import hinges_of
from sgdtheory.networks.refusals import refuse_polynomials
from sgdtheory.networks.remez import segments
from sgdtheory.networks.steps import is_sigmoidal, staircase
from sgdtheory.networks.units import polynomial_degree
from sgdtheory.networks.width import error_of_few, least_width

__all__ = ["METHODS", "Method", "method_for"]


@dataclass(frozen=True)
class Method:
    """A construction."""

    fits: Callable[[Request], bool]
    build: Callable[[Request], Approximation]


# --- polynomial activations ----------------------------------------------------------------------


def _is_polynomial(request: Request) -> bool:
    return polynomial_degree(request.activation) is not None


def _polynomial(request: Request) -> Approximation:
    """Refuse with a certificate, or fit as many units as there are monomials."""
    degree = refuse_polynomials(request)
    n = math.comb(request.box.m + degree, degree)
    return _grown(request, ladder=(n, 2 * n))


# --- ReLU in one dimension -----------------------------------------------------------------------


def _is_relu_line(request: Request) -> bool:
    return is_relu(request) and request.box.m == 1


def _relu_line(request: Request) -> Approximation:
    """Take the exact network of a piecewise-linear f, or the longest links through the tunnel."""
    corners = linear_pieces(request.target, request.box)
    if corners is not None:
        exact = relu_through(corners)
        net = floats_of(exact)
        bracket = request.bracket(net)
        if bracket.upper < request.eps and net.n <= request.units:
            return request.answer(net, bracket, "exact piecewise-linear", exact=exact)
    return _links(request)


def _links(request: Request) -> Approximation:
    """Sample the tunnel finer until the certificate closes; bound the width from below."""
    width = _needed(request)
    tried, best = [], None
    for points in (8193, 65537, 524289):
        x = np.linspace(request.box.low[0], request.box.high[0], points)
        y = request.target.values(x[:, None])
        net = free_knots.relu_network(*free_knots.longest_links(x, y, request.eps))
        bracket = request.bracket(net)
        tried.append((net.n, bracket.upper, True))
        best = request.answer(net, bracket, "longest links through the tunnel", width=width,
                              tried=tuple(tried))
        if bracket.upper < request.eps and net.n <= request.units:
            return best
    raise unreached(request, best)


def _needed(request: Request) -> WidthCertificate:
    """Return how many ReLU units are needed, along the best segment; refuse if too many."""
    found = [(least_width(request.target, segment, request.eps), segment)
             for segment in segments(request.box)]
    width, segment = max(found, key=lambda pair: pair[0].n)
    if width.n > request.units:
        few = error_of_few(request.target, segment, request.units)
        raise CannotApproximate(
            f"units={request.units} ReLU units are too few for eps={request.eps:g}, which needs at "
            f"least {width.n}: {few}", as_floats(few.bound)[0], few)
    return width


# --- ReLU in several dimensions ------------------------------------------------------------------


def _is_hinged(request: Request) -> bool:
    return is_relu(request) and request.box.m > 1 and hinges_of(request.target) is not None


def _hinged(request: Request) -> Approximation:
    """Take the sum of kinks as it is, if there are units enough; the error is that of rounding."""
    hinges = hinges_of(request.target)
    if hinges is not None and len(hinges.inner) <= request.units:
        net = hinges.floats()
        upper = as_floats(hinges.distance(net, request.box))[1]
        bracket = Bracket(0.0, upper, request.box.centre, 0, upper == 0, why=WEIGHTS * (upper > 0))
        if upper < request.eps:
            width = _needed(request) if request.box.m <= MOST_SIDES else None
            return request.answer(net, bracket, "exact sum of kinks", width=width)
    return _features(request)


WEIGHTS = "the weights are rounded to floats"

# --- features and least squares ------------------------------------------------------------------

LADDER = (3, 4, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048)


def _grown(request: Request, ladder: tuple[int, ...] = LADDER) -> Approximation:
    """Add units until the certificate closes."""
    sizes = [n for n in ladder if n <= request.units] or [request.units]
    tried: list[tuple[int, float, bool]] = []
    best: Approximation | None = None
    last: Fit | None = None
    for place, n in enumerate(sizes):
        if request.progress:
            request.progress(place + 1, len(sizes), f"{n} units")
        points = points_of(request.target, request.box, n)
        fit = best_fit(points, request.box, request.activation, n, request.rng,
                       request.eps / 2, last if n > (64 if request.box.m == 1 else 16) else None)
        last = fit
        if fit.residual < request.eps or n == sizes[-1]:
            bracket = request.bracket(fit.net) if np.isfinite(fit.residual) else None
            error = fit.residual if bracket is None else bracket.upper
            tried.append((n, error, bracket is not None))
            if bracket is not None:
                best = request.answer(fit.net, bracket, f"{fit.layout} features, least squares",
                                      condition=fit.condition, tried=tuple(tried))
                if bracket.upper < request.eps:
                    return best
        else:
            tried.append((n, fit.residual, False))
    raise unreached(request, best)


FIRST_STEPS = 8


def _staircase(request: Request) -> Approximation:
    """Double the steps until the certificate closes."""
    tried: list[tuple[int, float, bool]] = []
    best, steps = None, FIRST_STEPS
    while steps + 1 <= request.units:
        x = np.linspace(request.box.low[0], request.box.high[0], steps + 1)
        net = staircase(request.activation, x, request.target.values(x[:, None]))
        bracket = request.bracket(net)
        tried.append((net.n, bracket.upper, True))
        best = request.answer(net, bracket, "steps", tried=tuple(tried))
        if bracket.upper < request.eps:
            return best
        steps += max(1, steps // 2)
    raise unreached(request, best)


MOST_SIDES = 3
"""Beyond, the diagonals on which ReLU units are counted are too many."""


def _features(request: Request) -> Approximation:
    """Fit features; where they fail in one dimension, sigmoidal steps remain."""
    if is_relu(request) and request.box.m <= MOST_SIDES:
        width = _needed(request)
        return replace(_grown(request), width=width)
    if not _is_steps(request) or request.units <= FIRST_STEPS:
        return _grown(request)
    failures = []
    for build in (_grown, _staircase):
        try:
            return build(request)
        except CannotApproximate as failed:
            failures.append(failed)
    raise min(failures, key=lambda failed: failed.best.error if failed.best else math.inf)


def _is_steps(request: Request) -> bool:
    return request.box.m == 1 and is_sigmoidal(request.activation)


def _greedy(request: Request) -> Approximation:
    """Take units one at a time from many, then certify; twice as many until it closes."""
    tried: list[tuple[int, float, bool]] = []
    best, n = None, 8
    while n <= request.units:
        points = points_of(request.target, request.box, n)
        fit = greedy_fit(points, request.box, request.activation, n, request.rng)
        bracket = request.bracket(fit.net)
        tried.append((n, bracket.upper, True))
        best = request.answer(fit.net, bracket, "greedy features", condition=fit.condition,
                              tried=tuple(tried), rate=fit.rate)
        if bracket.upper < request.eps:
            return best
        n *= 2
    raise unreached(request, best)


def _always(request: Request) -> bool:
    return True


METHODS = {
    "polynomial": Method(_is_polynomial, _polynomial),
    "links": Method(_is_relu_line, _relu_line),
    "kinks": Method(_is_hinged, _hinged),
    "features": Method(_always, _features),
    "steps": Method(_is_steps, _staircase),
    "greedy": Method(_always, _greedy),
}
"""By name, in the order in which they are tried; the last two are taken only if asked for."""


def method_for(request: Request, name: str | None) -> Method:
    """Return the method called `name`, or the first that fits; raise ValueError if it does not."""
    if name is None or METHODS["polynomial"].fits(request):
        return next(method for method in METHODS.values() if method.fits(request))
    if name not in METHODS or not METHODS[name].fits(request):
        fitting = ", ".join(key for key, method in METHODS.items() if method.fits(request))
        raise ValueError(f"method={name!r}, the construction, does not fit "
                         f"{request.activation.name} units on a box of {request.box.m} sides; "
                         f"choose one of {fitting}, or none")
    return METHODS[name]
