"""How much farther than the nearest the farthest of Gaussian points is."""

from __future__ import annotations

__all__ = ["contrast_probability"]


def contrast_probability(d: int, n: int, spread: float) -> float:
    """Return P(farthest <= (1 + spread) nearest) of n standard Gaussian points, seen from 0.

    One of them is the nearest, at the squared distance s, and all others are within ``(1 +
    spread)^2 s``: an integral over the law of s, chi-squared with d degrees of freedom.

    >>> round(contrast_probability(100, 20, 0.5), 4)
    0.9907
    """
    from scipy.integrate import quad
    from scipy.stats import chi2

    law = chi2(d)

    def density(share: float) -> float:
        s = law.ppf(share)
        return float(n * (law.cdf((1 + spread) ** 2 * s) - share) ** (n - 1))

    return float(quad(density, 0.0, 1.0, epsabs=0.0, epsrel=1e-11, limit=400)[0])
