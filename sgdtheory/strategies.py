"""Hypothesis strategies: letters, problems, rules and gradients for property tests.

Everything is drawn as plain numbers, so that a failure shrinks to something that can be read, and
no seed is ever drawn: derive a stream from the example, or take the fixture `mc`.

>>> from hypothesis import find
>>> find(letters("alpha c B"), lambda drawn: drawn["B"] > 2)
{'alpha': Fraction(1, 1), 'c': Fraction(1, 1), 'B': 3}
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from sgdtheory import optimizers
from sgdtheory.notation import LETTERS, Letter, letter
from sgdtheory.problems import (
    Problem,
    gaussian_least_squares,
    logistic,
    median,
    quadratic,
    ridge,
    worst_case,
)

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("sgdtheory.strategies needs Hypothesis: pip install hypothesis") from error

__all__ = ["KINDS", "gradients", "letters", "problems", "rules"]

Strategy = st.SearchStrategy[Any]

_LARGEST = 10**6
_LARGEST_TERM = 1000
_MOST = 50
"""Natural numbers are at most this many above the least: exact powers stay short."""


def letters(names: str, floats: bool = False) -> Strategy:
    """Return a strategy for dicts of the letters in `names`, in their domains of the notation.

    Numbers are Fractions, or floats over thirteen decades where `floats`; natural numbers are
    ints. Each letter is drawn alone: ask for ``c <= L`` with ``.filter``.
    """
    if not names.split():
        raise ValueError("names, the letters to draw, must name at least one, as in 'alpha c B'")
    return st.fixed_dictionaries({name: _domain(letter(name), floats) for name in names.split()})


def _domain(entry: Letter, floats: bool) -> Strategy:
    """Return a strategy for the domain of a letter."""
    if entry.natural:
        return st.integers(int(entry.low), int(entry.low) + _MOST)
    if entry.low == 0 and entry.high == math.inf:
        positive = _decades() if floats else _ratios
        return positive if entry.open_low else st.just(0.0 if floats else Fraction(0)) | positive
    low, high = max(entry.low, -_LARGEST), min(entry.high, _LARGEST)
    drawn = st.floats(low, high) if floats else st.fractions(
        Fraction(low), Fraction(high), max_denominator=_LARGEST_TERM)
    return drawn.filter(partial(_admits, entry))


def _admits(entry: Letter, value: Any) -> bool:
    try:
        return bool(entry.check(value) == value)
    except ValueError:
        return False


def _decades(low: int = -6, high: int = 6) -> Strategy:
    """Return a strategy for positive floats, every decade alike, that shrinks to 1."""
    return st.builds(_scientific, st.floats(1, 10, exclude_max=True), st.integers(low, high))


def _scientific(mantissa: float, exponent: int) -> float:
    return mantissa * 10.0**exponent


def _share(part: int, rest: int) -> Fraction:
    return Fraction(part, part + rest)


_terms = st.integers(1, _LARGEST_TERM)
_ratios = st.builds(Fraction, _terms, _terms)
_shares = st.builds(_share, _terms, _terms)


# --- problems -------------------------------------------------------------------------------------

_curvatures = st.lists(_decades(-3, 3), min_size=1, max_size=3)
_noise = st.just(0.0) | _decades()
_radius = st.none() | _decades(-3, 3)


@st.composite
def _table(draw: st.DrawFn, labels: bool) -> tuple[np.ndarray, list[Any], float]:
    """Draw rows, a target or two labels, and a penalty: columns of any scale, dependent or not."""
    n, dim = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    entries = st.integers(-8, 8).map(float)
    rows = draw(st.lists(st.lists(entries, min_size=dim, max_size=dim), min_size=n, max_size=n))
    scales = draw(st.lists(st.integers(-3, 3), min_size=dim, max_size=dim))
    y = [True, False, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))] if labels \
        else draw(st.lists(entries, min_size=n, max_size=n))
    return np.array(rows) * 10.0 ** np.array(scales), y, draw(_decades(-4, 2))


def _of_data(make: Callable[..., Problem], labels: bool) -> Strategy:
    return st.builds(lambda table, radius: make(*table, radius), _table(labels), _radius)


@st.composite
def _two_point(draw: st.DrawFn) -> Problem:
    c = draw(_ratios)
    return worst_case.two_point(c, alpha=2 * draw(_shares) / c, radius=draw(_ratios))


@st.composite
def _two_cycle(draw: st.DrawFn) -> Problem:
    alpha, x, y = draw(_ratios), draw(_ratios), draw(_ratios)
    flattest = (x + y) / (alpha * max(x, y))
    return worst_case.two_cycle(alpha, x, y, c=flattest * draw(st.just(Fraction(1)) | _shares))


@st.composite
def _limit_cycle(draw: st.DrawFn) -> Problem:
    c = draw(_ratios)
    return worst_case.limit_cycle(c, alpha=draw(st.just(Fraction(1)) | _shares) / c,
                                  mu=draw(_ratios))


KINDS: dict[str, Strategy] = {
    "quadratic": st.builds(quadratic, _curvatures, _noise, _radius),
    "gaussian_least_squares": st.builds(gaussian_least_squares, _curvatures, _noise, _radius),
    "median": st.builds(median, _noise),
    "ridge": _of_data(ridge, labels=False),
    "logistic": _of_data(logistic, labels=True),
    "two_point": _two_point(),
    "two_cycle": _two_cycle(),
    "limit_cycle": _limit_cycle(),
    "isotropic": st.builds(worst_case.isotropic, st.integers(1, 4), _ratios, _ratios, _ratios),
    "escape": st.builds(worst_case.escape),
    "escape_cubic": st.builds(worst_case.escape_cubic),
    "boundary": st.builds(worst_case.boundary),
}
"""The kinds of problems by name. `worst_case.orthant` is none: its constants hold on its orbit."""


def problems(*kinds: str) -> Strategy:
    """Return a strategy for small problems of these `KINDS`, by default all of them.

    Curvatures, noise, penalties and radii range over decades, so conditions do from 1 to 1e6 and
    worse; columns may be linearly dependent, noise and radius may be anything that is allowed.
    Every example holds its own constants (`sgdtheory.problems.hypotheses`).
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ValueError(f"there is no problem called {unknown[0]!r}; known: {', '.join(KINDS)}")
    return st.one_of(*(KINDS[kind] for kind in kinds or KINDS))


# --- rules and gradients --------------------------------------------------------------------------


def rules() -> Strategy:
    """Return a strategy for all update rules of `sgdtheory.optimizers`.

    Hyperparameters that are letters come from their domains, switches are thrown, and others keep
    their defaults.
    """
    public = [getattr(optimizers, name) for name in optimizers.__all__]
    return st.one_of(*(_hyperparameters(rule) for rule in public
                       if is_dataclass(rule) and hasattr(rule, "step")))


def _hyperparameters(rule: Any) -> Strategy:
    drawn = {}
    for field in fields(rule):
        if field.name in LETTERS:
            drawn[field.name] = _domain(LETTERS[field.name], floats=True)
        elif isinstance(field.default, bool):
            drawn[field.name] = st.booleans()
        elif field.default is MISSING:
            raise TypeError(f"{rule.__name__}.{field.name} is no letter and has no default: how it "
                            f"is to be drawn is not known; enter it in sgdtheory.notation")
    return st.builds(rule, **drawn)


def gradients(dim: int | None = None, steps: int | None = None) -> Strategy:
    """Return a strategy for sequences of gradients ``(steps, dim)``, from tame to hostile.

    All zero; one vector for ever; the same with its sign flipped at each step; the same with noise;
    and every entry for itself, zero or anything over the twenty decades from 1e-12 to 1e8. Up to 3
    dimensions and 30 steps unless they are given.
    """
    dims = st.integers(1, 3) if dim is None else st.just(dim)
    lengths = st.integers(1, 30) if steps is None else st.just(steps)
    return st.tuples(lengths, dims).flatmap(lambda shape: st.one_of(
        st.just(np.zeros(shape)),
        st.builds(partial(_steady, shape), _entries(shape[1]), st.sampled_from([1.0, -1.0])),
        st.builds(partial(_noisy, shape), _entries(shape[1]), _noise_entries(shape)),
        _entries(shape[0] * shape[1]).map(partial(np.reshape, shape=shape)),
    ))


def _entries(count: int) -> Strategy:
    """Return a strategy for `count` numbers, each 0 or of either sign in [1e-12, 1e8]."""
    magnitudes = st.just(1.0) | _decades(-12, 7) | st.sampled_from([1e-12, 1e8])
    entries = st.builds(_signed, st.sampled_from([1.0, 0.0, -1.0]), magnitudes)
    return st.lists(entries, min_size=count, max_size=count)


def _signed(sign: float, magnitude: float) -> float:
    return sign * magnitude


def _noise_entries(shape: tuple[int, int]) -> Strategy:
    count = shape[0] * shape[1]
    return st.lists(st.floats(-1, 1, width=32), min_size=count, max_size=count)


def _steady(shape: tuple[int, int], vector: list[float], flip: float) -> np.ndarray:
    return np.asarray(np.array(vector) * flip ** np.arange(shape[0])[:, None])


def _noisy(shape: tuple[int, int], vector: list[float], noise: list[float]) -> np.ndarray:
    scale = max(map(abs, vector)) or 1.0
    return np.array(vector) + scale * np.reshape(noise, shape)
