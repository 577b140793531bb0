"""The cheapest batch: a search over whole numbers that needs monotony only.

Let ``steps(B)`` fall and ``price(B)`` rise with B. Strictly between two batches ``lo < hi`` every
product is at least ``steps(hi) price(lo + 1)``: where this is no less than the best product found,
nothing in between beats it; else the interval is split. Above ``hi`` the same holds with the steps
at the largest batch of all. The search ends when no interval can hold a better product. A cost that
is flat over a wide range (fewer steps or smaller batches, all the same) has very many nearly best
products: after `ENOUGH` evaluations the search is content with `WITHIN` of the best.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from heapq import heappop, heappush

__all__ = ["ENOUGH", "LARGEST", "WITHIN", "cheapest", "smallest"]

LARGEST = 2**53
"""The largest batch that is considered: beyond it float64 does not know B from B + 1."""

ENOUGH, WITHIN = 4000, 1e-3


def cheapest(steps: Callable[[int], int], price: Callable[[int], float], first: int,
             start: int) -> tuple[int, int]:
    """Return ``(B, steps)`` with the least ``steps(B) * price(B)``; B the smallest of its steps.

    Parameters
    ----------
    steps, price
        A nonincreasing and a nondecreasing function of whole ``B`` in ``[first, LARGEST]``.
    start
        A guess, which saves evaluations.
    """
    steps = cache(steps)

    def product(B: int) -> tuple[float, int]:
        return steps(B) * price(B), B

    hi, fewest = first, steps(LARGEST)
    best = min(product(B) for B in (first, max(first, start), LARGEST))
    while steps(hi) > fewest and fewest * price(hi) < best[0]:
        hi = min(2 * hi, LARGEST)
        best = min(best, product(hi))
    intervals = [(0.0, first, hi)]
    while intervals:
        bound, lo, hi = heappop(intervals)
        content = WITHIN if steps.cache_info().currsize > ENOUGH else 0.0
        if bound >= best[0] * (1 - content):
            break
        if hi - lo > 1:
            middle = min(max(math.isqrt(lo * hi), lo + 1), hi - 1)
            best = min(best, product(middle))
            for a, b in ((lo, middle), (middle, hi)):
                heappush(intervals, (steps(b) * price(a + 1), a, b))
    return smallest(lambda B: steps(B) <= steps(best[1]), first, best[1]), steps(best[1])


def smallest(holds: Callable[[int], bool], first: int, last: int) -> int:
    """Return the smallest whole number from which on `holds`, which is true of `last`.

    >>> smallest(lambda B: B * B > 50, 1, 100)
    8
    """
    low, high = first - 1, last
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
