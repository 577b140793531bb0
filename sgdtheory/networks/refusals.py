"""What no network of an activation can do: refused with a certificate before anything is built."""

from __future__ import annotations

from sgdtheory.networks.approximation import Request
from sgdtheory.networks.decimals import at_least
from sgdtheory.networks.dual import CannotApproximate
from sgdtheory.networks.exact import as_floats
from sgdtheory.networks.pieces import jump_of
from sgdtheory.networks.remez import best_dual
from sgdtheory.networks.units import is_continuous, polynomial_degree

__all__ = ["refuse_jumps", "refuse_polynomials"]


def refuse_jumps(request: Request) -> None:
    """Raise CannotApproximate if f has a jump of 2 eps or more and the activation is continuous."""
    if not is_continuous(request.activation):
        return
    jump = jump_of(request.target, request.box)
    if jump is not None and jump.bound >= request.eps:
        raise CannotApproximate(
            f"f jumps at {jump.point} by {at_least(2 * jump.bound)}, and a network of continuous "
            f"units is continuous: its error is at least {at_least(jump.bound)} >= eps="
            f"{request.eps:g}; approximate each side on a box of its own",
            as_floats(jump.bound)[0], jump)


def refuse_polynomials(request: Request) -> int:
    """Return the degree of a polynomial activation; refuse what no polynomial of it can reach."""
    degree = polynomial_degree(request.activation) or 0
    certificate = best_dual(request.target, request.box, degree)
    if certificate.bound >= request.eps:
        raise CannotApproximate(
            f"activation {request.activation.name} is a polynomial of degree {degree}, and so is "
            f"every network of it, of any width: {certificate}, which is not below eps="
            f"{request.eps:g}; take an activation that is no polynomial",
            as_floats(certificate.bound)[0], certificate)
    return degree
