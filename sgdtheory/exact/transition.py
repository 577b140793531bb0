"""The transition of a linear rule, found by running its own ``step`` on unit vectors.

A linear rule that treats all coordinates alike moves ``x = (w, state)``, ``k`` numbers for each
coordinate, to ``x + drift x + push g``, where ``g`` is the gradient at the point ``query . x``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sgdtheory.exact.laws import NotExactlyKnown
from sgdtheory.optimizers.state import leaves, rebuilt

__all__ = ["Stretch", "Transition", "autonomous", "start", "stretches", "transition"]

CHUNK = 65_536
PROBES = 8
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Transition:
    """``x -> x + drift x + push g(query . x)``; `drift` is ``(k, k)``, the others ``(k,)``.

    The transitions of successive steps are one, with the step as the leading axis of each part.
    """

    drift: np.ndarray
    push: np.ndarray
    query: np.ndarray

    def increment(self, curvature: Any) -> np.ndarray:
        """Return the increment of the mean for each curvature, shape ``(..., k, k)``."""
        slope = np.asarray(curvature, dtype=float)[..., None, None]
        pull = self.push[..., :, None] * self.query[..., None, :]
        return np.asarray(self.drift[..., None, :, :] + slope * pull[..., None, :, :])

    @property
    def varied(self) -> bool:
        """Whether these are several steps."""
        return self.push.ndim == 2

    def __iter__(self) -> Iterator[Transition]:
        """Yield the transition of each of several steps."""
        return (self[i] for i in range(len(self.push)))

    def __getitem__(self, steps: Any) -> Transition:
        """Return the transition of a step, or of some, of several."""
        return Transition(self.drift[steps], self.push[steps], self.query[steps])


@dataclass(frozen=True, eq=False)
class Stretch:
    """A transition and the number of successive steps that it holds for, or those of each."""

    transition: Transition
    count: int


class _Unread:
    """A time that cannot be used: a rule that steps with it does not depend on the time."""

    def __eq__(self, other: object) -> bool:
        raise TypeError("the rule reads the time")

    def __bool__(self) -> bool:
        raise TypeError("the rule reads the time")

    def __hash__(self) -> int:
        raise TypeError("the rule reads the time")


def start(rule: Any, e0: np.ndarray) -> np.ndarray:
    """Return ``x`` before the first step, shape ``(dim, k)``."""
    w = e0[:, None]
    if any(np.any(leaf != 0) for leaf in _leaves(rule, rule.init(0 * w))):
        raise _not_linear(rule, "its state does not start at zero")
    return np.concatenate([w, *(np.broadcast_to(x, w.shape) for x in _leaves(rule, rule.init(w)))],
                          axis=1)


def stretches(rule: Any, dim: int, steps: int) -> list[Stretch]:
    """Return the transitions of the steps 1 .. `steps`, equal neighbours as one."""
    fixed = autonomous(rule, dim)
    if fixed is not None:
        return [Stretch(fixed, steps)]
    for t in {min(1, steps), steps} - {0}:
        transition(rule, dim, t)
    chunks = (np.arange(t, min(t + CHUNK, steps + 1)) for t in range(1, steps + 1, CHUNK))
    return [stretch for times in chunks for stretch in _equal_neighbours(rule, times)]


def _equal_neighbours(rule: Any, times: np.ndarray) -> list[Stretch]:
    drift, push, query = _at_all_times(rule, times)
    parts = np.concatenate([drift.reshape(len(times), -1), push, query], axis=1)
    changes = np.flatnonzero(np.any(parts[1:] != parts[:-1], axis=1)) + 1
    bounds = np.concatenate([[0], changes, [len(times)]])
    every = Transition(drift, push, query)
    pieces = [(int(i), int(j)) for i, j in itertools.pairwise(bounds)]
    stretches = []
    for single, group in itertools.groupby(pieces, lambda piece: piece[1] - piece[0] == 1):
        some = list(group)
        if single:
            first, last = some[0][0], some[-1][1]
            stretches.append(Stretch(every[first:last], last - first))
        else:
            stretches += [Stretch(every[i], j - i) for i, j in some]
    return stretches


def _at_all_times(rule: Any, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return `drift`, `push` and `query` at each of `times`, on a leading axis.

    One call of ``step`` serves all times, if the rule can be given an array of them.
    """
    k = 1 + len(_leaves(rule, rule.init(np.zeros((1, 1)))))
    unit = np.tile(np.eye(k + 1), len(times))[:, None, :]
    try:
        moved, asked = _step(rule, unit, np.repeat(times, k + 1))
    except (TypeError, ValueError):
        each = [_unchecked(rule, int(t)) for t in times]
        return (np.array([one.drift for one in each]), np.array([one.push for one in each]),
                np.array([one.query for one in each]))
    images = (moved - unit[:k])[:, 0, :].reshape(k, len(times), k + 1).swapaxes(0, 1)
    query = asked[0].reshape(len(times), k + 1)[:, :k]
    return np.asarray(images[:, :, :k]), np.asarray(images[:, :, k]), np.asarray(query)


def autonomous(rule: Any, dim: int) -> Transition | None:
    """Return the transition of a rule that does not read the time, or None."""
    try:
        return transition(rule, dim, _Unread())
    except TypeError:
        return None


def transition(rule: Any, dim: int, t: Any) -> Transition:
    """Return the transition of step `t`; raise NotExactlyKnown unless it is linear.

    It is read off unit vectors, and then checked on random ones of lengths 1e-6 to 1e6.
    """
    rng = np.random.Generator(np.random.SFC64(0))
    k = 1 + len(_leaves(rule, rule.init(np.zeros((1, 1)))))
    found = _unchecked(rule, t)
    sizes = 10.0 ** np.linspace(-6, 6, PROBES)
    probes = np.concatenate([np.zeros((k + 1, dim, 1)),
                             sizes * rng.standard_normal((k + 1, dim, PROBES))], axis=2)
    moved, asked = _step(rule, probes, t)
    x, g = probes[:k], probes[k]
    expected = np.tensordot(found.drift, x, 1) + np.multiply.outer(found.push, g)
    size = np.abs(x).sum(axis=0) + np.abs(g)
    query = np.tensordot(found.query, x, 1)
    if not (np.all(np.abs(moved - x - expected) <= TOLERANCE * size)
            and np.all(np.abs(asked - query) <= TOLERANCE * size)):
        raise _not_linear(rule, "it is not linear in the gradients, or treats coordinates unlike")
    return found


def _unchecked(rule: Any, t: Any) -> Transition:
    k = 1 + len(_leaves(rule, rule.init(np.zeros((1, 1)))))
    unit = np.eye(k + 1)[:, None, :]
    moved, asked = _step(rule, unit, t)
    images = moved[:, 0, :] - unit[:k, 0, :]
    return Transition(images[:, :k], images[:, k], asked[0, :k])


def _step(rule: Any, columns: np.ndarray, t: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the images ``(k, dim, m)`` and the points asked for, of columns ``(k + 1, dim, m)``.

    The last of the ``k + 1`` is the gradient that the rule is given.
    """
    asked: list[np.ndarray] = []

    def grad(w: np.ndarray) -> np.ndarray:
        asked.append(w)
        return np.asarray(columns[-1])

    state = rebuilt(rule.init(columns[0]), iter(columns[1:-1]))
    with np.errstate(all="ignore"):
        w, state = rule.step(columns[0], state, grad, t)
    if len(asked) != 1:
        raise _not_linear(rule, f"it asks for {len(asked)} gradients in a step, not 1")
    return np.stack([w, *_leaves(rule, state)]), np.asarray(asked[0])


def _leaves(rule: Any, state: Any) -> list[np.ndarray]:
    """Return the arrays of a state, in order."""
    found = leaves(state)
    if not all(isinstance(leaf, np.ndarray) and leaf.ndim for leaf in found):
        raise _not_linear(rule, "its state holds something else than arrays of the shape of w")
    return found


def _not_linear(rule: Any, why: str) -> NotExactlyKnown:
    return NotExactlyKnown(f"the moments of {type(rule).__name__} have no closed recursion: {why}; "
                           f"simulate it")
