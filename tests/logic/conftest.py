"""Random rational worlds, random terms, and a second evaluator that reads normal forms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from sgdtheory.logic import atoms
from sgdtheory.logic import language as tree
from sgdtheory.logic.arithmetic import Polynomial, Ratio
from sgdtheory.logic.language import (
    Applied,
    Expectation,
    FieldValue,
    FiniteSum,
    Index,
    LanguageError,
    Letter,
    Maximum,
    Process,
    VectorLetter,
    scalar,
)
from sgdtheory.logic.meaning import meaning
from sgdtheory.logic.model import Model, rational, sample_paths

LETTERS = tuple(map(Letter, "abc"))
VECTORS = tuple(map(VectorLetter, "xy"))
INDICES = (Index("s"), Index("t"))
SMALL = tuple(map(Fraction, (-2, -1, 0, 1, 2, "1/2")))
FAIRLY = [(Fraction(1, 3), 0), (Fraction(2, 3), 1)]


class World(Model):
    """A model whose averages also depend on the vectors that a quantifier runs through."""

    def _average(self, body: Any, env: Any, past: tuple[Any, ...]) -> Any:
        key = (body, str(env), past)
        if key not in self._averages:
            ahead = [(p, o) for p, o in self.outcomes if o[: len(past)] == past]
            total = sum(p * self.value(body, env, o) for p, o in ahead)
            self._averages[key] = total / sum(p for p, _ in ahead)
        return self._averages[key]


def world(seed: int) -> Model:
    """Return a world with two-dimensional vectors and three unfair coins, tossed at times 0, 1, 2.

    ``W(t)`` sees the first t tosses, ``g(t)`` one more; both are arbitrary tables, for all times.
    ``h(t)`` is ``W(t)`` plus a centred noise, and ``D(x) = 2 x + y``.
    """
    rng = Random(seed)
    y = rational(rng.choice(SMALL), rng.choice(SMALL))

    def table(name: str, delay: int) -> Any:
        def process(time: int, outcome: tuple[int, ...]) -> np.ndarray:
            seen = outcome[: max(time + delay, 0)]
            drawn = Random(f"{seed} {name} {time} {seen}")
            return rational(*(drawn.choice(SMALL) for _ in range(2)))

        return process

    def noisy(time: int, outcome: tuple[int, ...]) -> np.ndarray:
        toss = 3 * outcome[time] - 2 if 0 <= time < len(outcome) else 0
        size = Random(f"{seed} size {time} {outcome[:max(time, 0)]}").choice(SMALL)
        return walk(time, outcome) + toss * rational(size, 1)

    def on(function: Any) -> Any:
        return lambda x: function(*(rational(0, 0) + x))  # the world's zero vector is the number 0

    walk = table("W", 0)
    return World(
        letters={v.name: rng.choice(SMALL) for v in LETTERS},
        vectors={
            "x": rational(rng.choice(SMALL), rng.choice(SMALL)),
            "y": y,
            "z": rational(rng.choice(SMALL), rng.choice(SMALL)),
            "e": rational(1, 0),
        },
        fields={"L": on(lambda p, q: p * p * q - q + 1), "M": on(lambda p, q: abs(p) + q)},
        maps={
            "G": on(lambda p, q: rational(p * q, p - 1)),
            "P": on(lambda p, q: rational(max(p, 0), max(q, 0))),
            "D": on(lambda p, q: 2 * rational(p, q) + y),
        },
        processes={"W": walk, "g": table("g", 1), "h": noisy},
        sets={"S": on(lambda p, q: p >= 0)},
        outcomes=sample_paths(FAIRLY, 3),
        points=tuple(rational(p, q) for p in (-1, 0, 2) for q in (0, 1)),
        horizon=3,
    )


@dataclass
class Terms:
    """Random terms, small enough to be evaluated in a world by enumeration."""

    rng: Random
    divide: bool = True
    average: bool = True

    def time(self, running: tuple[Index, ...]) -> Any:
        """Return a natural number: an index, a running one, or a little more."""
        base = self.rng.choice([*INDICES, *running, *running, scalar(0), scalar(1)])
        return base + self.rng.choice([0, 0, 1]) if self.rng.random() < 0.5 else base

    def scalar(self, depth: int, running: tuple[Index, ...] = ()) -> Any:
        """Return a random scalar term."""
        rng, down = self.rng, depth - 1
        if depth <= 0:
            leaves = [*LETTERS, scalar(rng.choice(SMALL)), self.time(running)]
            return rng.choice([*leaves, self.vector(0, running).dot(self.vector(0, running))])
        kinds = ["+", "+", "-", "*", "*", "dot", "dot", "field", "max", "pow", "sum"]
        kinds += ["/"] * self.divide + ["E", "E", "CE", "CE", "CE"] * self.average
        match rng.choice(kinds):
            case "+":
                return self.scalar(down, running) + self.scalar(down, running)
            case "-":
                return self.scalar(down, running) - self.scalar(down, running)
            case "*":
                return self.scalar(down, running) * self.scalar(down, running)
            case "/":
                return self.scalar(down, running) / self.scalar(0, running)
            case "dot":
                return self.vector(down, running).dot(self.vector(down, running))
            case "field":
                return FieldValue(rng.choice("LM"), self.vector(0, running))
            case "max":
                return Maximum(self.scalar(down, running), self.scalar(0, running))
            case "pow":
                exponent = rng.choice([scalar(2), scalar(0), self.time(running)])
                return self.scalar(0, running) ** exponent
            case "sum":
                return self.sum(self.scalar, down, running)
            case "E":
                return Expectation(self.scalar(down, running))
        return Expectation(self.scalar(down, running), self.time(running))

    def vector(self, depth: int, running: tuple[Index, ...] = ()) -> Any:
        """Return a random vector term."""
        rng, down = self.rng, depth - 1
        if depth <= 0:
            seen = Process("W", self.time(running)), Process("g", self.time(running), 1)
            return rng.choice([*VECTORS, *seen, *seen, tree.Zero()])
        match rng.choice(["+", "-", "*", "*", "map", "sum"] + ["E", "CE", "CE"] * self.average):
            case "+":
                return self.vector(down, running) + self.vector(down, running)
            case "-":
                return self.vector(down, running) - self.vector(down, running)
            case "*":
                return self.scalar(0, running) * self.vector(down, running)
            case "map":
                return Applied(rng.choice("GP"), self.vector(0, running))
            case "sum":
                return self.sum(self.vector, down, running)
            case "E":
                return Expectation(self.vector(down, running))
        return Expectation(self.vector(down, running), self.time(running))

    def sum(self, kind: Any, depth: int, running: tuple[Index, ...]) -> Any:
        """Return a random sum, sometimes over an index that runs, or is free, outside it."""
        index = self.rng.choice([Index("k"), Index("j"), *INDICES])
        lower, upper = self.rng.choice([0, 0, 1]), self.time(running)
        return FiniteSum(index, lower, upper, kind(depth, (*running, index)))


@dataclass
class Reader:
    """The value of a normal form in a world: what its atoms stand for, one by one."""

    model: Model
    averages: dict[Any, Any] = field(default_factory=dict)

    def value(self, atom: Any, env: dict[Any, Any], outcome: tuple[Any, ...]) -> Any:
        """Return the value of a Ratio, a VectorForm or an atom at an outcome."""

        def of(part: Any) -> Any:
            return self.value(part, env, outcome)

        match atom:
            case Ratio(above, below):
                return of(above) / np.prod([of(base) ** power for base, power in below] or [1])
            case Polynomial(terms):
                return sum((a * of(m) for m, a in terms), Fraction(0))
            case atoms.VectorForm(terms):
                return sum((of(factor) * of(v) for v, factor in terms), rational(0, 0))
            case tuple():
                return np.prod([Fraction(1)] + [of(part) ** power for part, power in atom])
            case atoms.Bound() | Index():
                return Fraction(env[atom])
            case Letter(name):
                return self.model.letters[name]
            case VectorLetter(name):
                return self.model.vectors[name]
            case atoms.PowerAtom(base, index):
                return of(base) ** int(env[index])
            case atoms.InnerAtom(u, v):
                return np.sum(of(u) * of(v))
            case atoms.FieldAtom(name, point):
                return self.model.fields[name](of(point))
            case atoms.AppliedAtom(name, point):
                return self.model.maps[name](of(point))
            case atoms.MaximumAtom(left, right):
                return max(of(left), of(right))
            case atoms.ProcessAtom(name, time, _):
                return self.model.processes[name](int(of(time)), outcome)
            case atoms.ExpectationAtom(body, past):
                return self._average(body, env, outcome[: 0 if past is None else int(of(past))])
            case atoms.SumAtom(index, lower, upper, body, inner):
                total = Fraction(0) if inner is None else rational(0, 0)
                for i in range(int(of(lower)), int(of(upper))):
                    at = {**env, index: i}
                    weight = self.value(body, at, outcome)
                    term = weight if inner is None else weight * self.value(inner, at, outcome)
                    total = total + term
                return total
        raise TypeError(f"{atom!r} is not an atom")

    def _average(self, body: Any, env: dict[Any, Any], past: tuple[Any, ...]) -> Any:
        key = (body, tuple(sorted(env.items(), key=repr)), past)
        if key not in self.averages:
            ahead = [(p, o) for p, o in self.model.outcomes if o[: len(past)] == past]
            total = sum(p * self.value(body, env, o) for p, o in ahead)
            self.averages[key] = total / sum(p for p, _ in ahead)
        return self.averages[key]


def at_times(model: Model, rng: Random) -> Model:
    """Return the world with its free indices fixed, at random."""
    return replace(model, indices={index.name: rng.randrange(3) for index in INDICES})


def meaningful(terms: Terms, depth: int, kind: str = "scalar") -> Any:
    """Return a random term of the language, not merely a tree that looks like one."""
    while True:
        term = getattr(terms, kind)(depth)
        try:
            meaning(term)
        except LanguageError:
            continue
        return term


@pytest.fixture(scope="session")
def random_world() -> Any:
    """Return a function from a seed to a random world."""
    return world


@pytest.fixture(scope="session")
def random_terms() -> Any:
    """Return the class that draws random terms."""
    return Terms


@pytest.fixture(scope="session")
def reader() -> Any:
    """Return the class that evaluates normal forms."""
    return Reader


@pytest.fixture(scope="session")
def fix_times() -> Any:
    """Return a function that fixes the free indices of a world."""
    return at_times


@pytest.fixture(scope="session")
def draw_meaningful() -> Any:
    """Return a function that draws a term that has a meaning."""
    return meaningful
