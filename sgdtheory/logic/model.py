"""Exact models: rational worlds in which statements are evaluated, not proved.

A model says what letters, vectors, fields, maps, processes and sets are, over finitely many
equally weighed or weighed outcomes, all in Fractions. It evaluates the language's terms by their
everyday sense, without the kernel, and so judges both hypotheses and conclusions independently.

Long because every node of the language has its value here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from sgdtheory.logic import language as tree
from sgdtheory.logic.language import Index, Statement
from sgdtheory.optimizers import SGD

__all__ = ["Model", "orbit_model", "rational", "sample_paths"]

Outcome = tuple[Any, ...]


def rational(*numbers: Any) -> np.ndarray:
    """Return a vector of Fractions."""
    return np.array([Fraction(number) for number in numbers], dtype=object)


@dataclass(frozen=True)
class Model:
    """A rational world; `outcomes` are sequences of draws with their probabilities.

    ``processes`` maps a name to a function of (time, outcome) that may look at the first
    ``time + delay`` draws only. ``points`` are the points at which "for all x in a set" is
    checked; indices run over ``range(horizon)``, but for those that ``indices`` fixes. A limsup is
    the maximum over one ``period`` after `start`, and the sequence must repeat itself over the
    period that follows. The first `before` draws are known at time 0: they make a random start.
    """

    letters: Mapping[str, Fraction] = field(default_factory=dict)
    vectors: Mapping[str, np.ndarray] = field(default_factory=dict)
    fields: Mapping[str, Callable[[np.ndarray], Fraction]] = field(default_factory=dict)
    maps: Mapping[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    processes: Mapping[str, Callable[[int, Outcome], np.ndarray]] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    sets: Mapping[str, Callable[[np.ndarray], bool]] = field(default_factory=dict)
    outcomes: tuple[tuple[Fraction, Outcome], ...] = ((Fraction(1), ()),)
    points: tuple[np.ndarray, ...] = ()
    horizon: int = 3
    start: int = 0
    period: int | None = None
    before: int = 0
    _averages: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def holds(self, statement: Statement) -> bool:
        """Tell whether a statement is true at every point, time and outcome that is checked."""
        slacks = list(self.slacks(statement))
        if statement.relation == "=":
            return all(np.all(slack == 0) for slack in slacks)
        if statement.relation == "in":
            return all(self.sets[str(statement.domain)](value) for value in slacks)
        return bool(min(slacks) > 0 if statement.relation == ">" else min(slacks) >= 0)

    def slack(self, statement: Statement) -> Fraction:
        """Return the least value of the expression of an inequality.

        At time 0 a bound is what it starts from, and where a point is w* or another point it says
        0 >= 0: there it is checked, but unless it fails only the rest counts (and the time that the
        model fixes, if it does).
        """
        least = Fraction(min(self.slacks(statement)))
        if least >= 0:
            least = Fraction(min(self.slacks(statement, apart=True), default=least))
        times = {index.name for index in _free_indices(statement.expression)} & {"t"}
        if least < 0 or times <= self.indices.keys():
            return least
        return min(replace(self, indices={**self.indices, "t": t}).slack(statement)
                   for t in range(1, self.horizon))

    def slacks(self, statement: Statement, apart: bool = False) -> Iterator[Any]:
        """Yield the value of the expression for every instance that its guard admits.

        With `apart`, only where all points are different, also from the constant vectors.
        """
        fixed = {Index(name): value for name, value in self.indices.items()}
        bound = list(statement.bound)
        free = _free_indices(statement.expression) - {v for v, _ in bound} - fixed.keys()
        bound += [(index, None) for index in sorted(free, key=str)]
        for values in product(*(self._range(v, domain) for v, domain in bound)):
            env = fixed | dict(zip((v for v, _ in bound), values, strict=True))
            if apart and self._coincide(env):
                continue
            if statement.guard is not None and self.value(statement.guard, env, ()) < 0:
                continue
            for _, outcome in self.outcomes:
                yield self.value(statement.expression, env, outcome)

    def _coincide(self, env: Mapping[Any, Any]) -> bool:
        """Tell whether a point is another point, or one of the constant vectors."""
        points = [value for v, value in env.items() if isinstance(v, tree.VectorLetter)]
        others = [*points[1:], *self.vectors.values()]
        return any(np.array_equal(point, other) for i, point in enumerate(points)
                   for other in others[i:])

    def _range(self, variable: Any, domain: str | None) -> Sequence[Any]:
        if isinstance(variable, Index):
            return range(self.horizon)
        if isinstance(variable, tree.VectorLetter):
            inside = self.sets[domain] if domain else lambda _: True
            return [point for point in self.points if inside(point)]
        return [Fraction(-2), Fraction(0), Fraction(1, 3), Fraction(1)]

    def value(self, term: Any, env: Mapping[Any, Any], outcome: Outcome) -> Any:
        """Return the value of a term: a Fraction, or a vector of them."""

        def of(part: Any) -> Any:
            return self.value(part, env, outcome)

        match term:
            case tree.Number(value):
                return value
            case tree.Index() | tree.Letter() | tree.VectorLetter() if term in env:
                return env[term]
            case tree.Letter(name):
                return self.letters[name]
            case tree.VectorLetter(name):
                return self.vectors[name]
            case tree.Plus(left, right) | tree.VectorPlus(left, right):
                return of(left) + of(right)
            case tree.Times(left, right) | tree.Scaled(left, right):
                return of(left) * of(right)
            case tree.Over(left, right):
                return Fraction(of(left)) / of(right)
            case tree.Power(base, exponent):
                return Fraction(of(base)) ** int(of(exponent))
            case tree.Maximum(left, right):
                return max(of(left), of(right))
            case tree.Inner(left, right):
                return Fraction(np.sum(of(left) * of(right)))
            case tree.FieldValue(name, point):
                return self.fields[name](of(point))
            case tree.Applied(name, point):
                return self.maps[name](of(point))
            case tree.Process(name, time, _):
                return self.processes[name](int(of(time)), outcome)
            case tree.Zero():
                return 0
            case tree.ScalarExpectation(body, past) | tree.VectorExpectation(body, past):
                known = 0 if past is None else self.before + int(of(past))
                return self._average(body, env, outcome[:known])
            case tree.ScalarSum(k, lower, upper, body) | tree.VectorSum(k, lower, upper, body):
                values = range(int(of(lower)), int(of(upper)))
                return sum((self.value(body, {**env, k: i}, outcome) for i in values), Fraction(0))
            case tree.LimitSuperior(index, body):
                return self._limsup(index, body, env, outcome)
        raise TypeError(f"{term!r} is not a term of the language")

    def _average(self, body: Any, env: Mapping[Any, Any], past: Outcome) -> Any:
        key = (body, tuple(env.items()), past)
        if key not in self._averages:
            future = [(p, o) for p, o in self.outcomes if o[: len(past)] == past]
            mass = sum(p for p, _ in future)
            total = sum(p * self.value(body, env, o) for p, o in future)
            self._averages[key] = total / mass
        return self._averages[key]

    def _limsup(self, index: Index, body: Any, env: Mapping[Any, Any], outcome: Outcome) -> Any:
        if self.period is None:
            raise ValueError("this model does not say where its sequences become periodic")
        times = range(self.start, self.start + 2 * self.period)
        values = [self.value(body, {**env, index: time}, outcome) for time in times]
        if values[: self.period] != values[self.period :]:
            raise ValueError(f"{body} is not periodic from {self.start} on")
        return max(values)


def _free_indices(term: Any) -> set[Any]:
    from sgdtheory.logic.meaning import nodes

    return {node for node, env in nodes(term) if isinstance(node, Index) and node not in env}


def orbit_model(
    instance: Any,
    steps: int,
    *,
    points: Sequence[Any],
    period: int | None = None,
    project: bool = False,
    step_size: Callable[[int], Fraction] | None = None,
    letters: Mapping[str, Any] | None = None,
) -> Model:
    """Return the world in which the package's SGD runs on a rational problem of the line.

    `instance` has ``alpha, c, mu2, sigma2, loss, grad, minimiser, start``, a set ``[low, high]`` or
    a radius, and ``outcomes(w)``, the sample gradients at w as (probability, value) pairs; the
    step is `st.optimizers.SGD`, run on Fractions, with the instance's step size or with
    ``step_size(t)`` from t to t+1. ``W`` is the iterate, ``g`` the gradient of the draw at the
    iterate and ``g*`` that of the same draw at the minimiser.
    """
    low, high = _ends(instance)
    draws = [(Fraction(p), j) for j, (p, _) in enumerate(instance.outcomes(instance.start))]

    def orbit(time: int, outcome: Outcome) -> np.ndarray:
        w = rational(instance.start)
        for t, j in enumerate(outcome[:time]):
            rule = SGD(step_size(t) if step_size else instance.alpha)
            w, _ = rule.step(w, None, partial(drawn, j=j), t + 1)
            w = put_back(w) if project else w
        return w

    def put_back(w: np.ndarray) -> np.ndarray:
        return rational(min(max(w[0], low), high))

    def drawn(w: np.ndarray, j: int) -> np.ndarray:
        return rational(instance.outcomes(w[0])[j][1])

    constants = {"alpha": instance.alpha, "c": instance.c, "mu2": instance.mu2,
                 "sigma2": instance.sigma2, "B": 1}
    return Model(
        letters={name: Fraction(value) for name, value in {**constants, **(letters or {})}.items()},
        vectors={"w*": rational(instance.minimiser)},
        fields={"L": lambda w: Fraction(instance.loss(w[0]))},
        maps={"grad L": lambda w: rational(instance.grad(w[0])), "P": put_back},
        processes={"W": orbit, "g": lambda t, outcome: drawn(orbit(t, outcome), outcome[t]),
                   "g*": lambda t, outcome: drawn(rational(instance.minimiser), outcome[t])},
        sets={"Theta": lambda w: bool(low <= w[0] <= high)},
        outcomes=sample_paths(draws, steps),
        points=tuple(rational(point) for point in points),
        horizon=steps,
        period=period,
    )


def _ends(instance: Any) -> tuple[Fraction, Fraction]:
    try:
        return instance.low, instance.high
    except AttributeError:
        return instance.minimiser - instance.radius, instance.minimiser + instance.radius


def sample_paths(
    draws: Sequence[tuple[Fraction, Any]], steps: int
) -> tuple[tuple[Fraction, Outcome], ...]:
    """Return every sequence of `steps` independent draws with its probability."""
    paths = []
    for path in product(draws, repeat=steps):
        probability = Fraction(1)
        for p, _ in path:
            probability *= p
        paths.append((probability, tuple(value for _, value in path)))
    return tuple(paths)
