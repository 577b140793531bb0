"""The language of proofs: what can be said at all. Trusted.

Numbers, letters, natural-number indices, formal vectors, adapted random vectors with the time at
which they are known, inner products, fields and maps at a point, ``E[.]``, ``E[.|F_t]``, finite
sums, integer powers, maxima and limsup. A term is only a tree: what it means is in `meaning`, what
follows from what is in `kernel`. Floats, booleans and foreign objects are refused when a tree is
built. Long because every node is here.

>>> alpha, c = Letter("alpha"), Letter("c")
>>> str((1 - 2 * alpha * c) ** 2)
'(1 - 2*alpha*c)**2'
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import gcd
from typing import Any

from sgdtheory.formal import FormalNumber

__all__ = ["NODES", "Applied", "Expectation", "FieldValue", "FiniteSum", "Index", "Inner",
           "LanguageError", "Letter", "LimitSuperior", "Maximum", "Number", "Over", "Plus", "Power",
           "Process", "Scalar", "Scaled", "Statement", "Term", "Times", "Variable", "Vector",
           "VectorLetter", "VectorPlus", "Zero", "scalar", "vector", "written"]


class LanguageError(ValueError):
    """Something that the language cannot say."""


def scalar(value: Any) -> Scalar:
    """Return `value` as a scalar term; raise LanguageError unless it is exact.

    Only the node types themselves will do: a subclass could calculate as it likes.
    """
    if isinstance(value, Scalar) and type(value) in NODES:
        return value
    if type(value) not in (int, Fraction):
        raise LanguageError(
            f"{value!r} is not exact: proofs take integers, Fractions and terms, never "
            f"{type(value).__name__}"
        )
    return Number(Fraction(value))


def vector(value: Any) -> Vector:
    """Return `value` as a vector term; 0 is the zero vector."""
    if isinstance(value, Vector) and type(value) in NODES:
        return value
    if type(value) is int and value == 0:
        return Zero()
    raise LanguageError(f"{value!r} is not a vector term")


def _named(name: str) -> str:
    if type(name) is not str or not name:
        raise LanguageError(f"{name!r} is not a name")
    return name


class _Printed:
    """Something with a plain text, which is for people only: nothing is decided by it."""

    def __str__(self) -> str:
        from sgdtheory.logic.plain import plain

        return plain(self)


class Scalar(_Printed, FormalNumber):
    """A real number of the language, random or not."""

    __array_ufunc__ = None  # NumPy must leave its numbers to us, who refuse them

    def __add__(self, other: Any) -> Scalar:
        return Plus(self, scalar(other))

    def __radd__(self, other: Any) -> Scalar:
        return Plus(scalar(other), self)

    def __sub__(self, other: Any) -> Scalar:
        return Plus(self, Times(Number(Fraction(-1)), scalar(other)))

    def __rsub__(self, other: Any) -> Scalar:
        return Plus(scalar(other), Times(Number(Fraction(-1)), self))

    def __neg__(self) -> Scalar:
        return Times(Number(Fraction(-1)), self)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Vector):
            return Scaled(self, vector(other))
        return Times(self, scalar(other))

    def __rmul__(self, other: Any) -> Scalar:
        return Times(scalar(other), self)

    def __truediv__(self, other: Any) -> Scalar:
        return Over(self, scalar(other))

    def __rtruediv__(self, other: Any) -> Scalar:
        return Over(scalar(other), self)

    def __pow__(self, exponent: Any) -> Scalar:
        return Power(self, scalar(exponent))

    def maximum(self, other: Any) -> Scalar:
        """Return the larger of the two."""
        return Maximum(self, scalar(other))

    def geometric_sum(self, t: Any) -> Scalar:
        """Return ``sum((1 - self)**k for k in range(t))``."""
        name = "k"
        while repr(Index(name)) in repr(self):
            name += "'"
        k = Index(name)
        total: Scalar = FiniteSum(k, scalar(0), scalar(t), (1 - self) ** k)
        return total

    def __ge__(self, other: Any) -> Statement:
        return Statement(">=", _difference(self, other))

    def __le__(self, other: Any) -> Statement:
        return Statement(">=", _difference(other, self))

    def __gt__(self, other: Any) -> Statement:
        return Statement(">", _difference(self, other))

    def __lt__(self, other: Any) -> Statement:
        return Statement(">", _difference(other, self))

    def equals(self, other: Any) -> Statement:
        """Return the statement that the two are equal."""
        return Statement("=", _difference(self, other))


class Vector(_Printed):
    """A vector of the language, random or not."""

    __array_ufunc__ = None

    def __add__(self, other: Any) -> Vector:
        return VectorPlus(self, vector(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Vector:
        return VectorPlus(self, Scaled(Number(Fraction(-1)), vector(other)))

    def __rsub__(self, other: Any) -> Vector:
        return VectorPlus(vector(other), -self)

    def __neg__(self) -> Vector:
        return Scaled(Number(Fraction(-1)), self)

    def __rmul__(self, other: Any) -> Vector:
        return Scaled(scalar(other), self)

    def __truediv__(self, other: Any) -> Vector:
        return Scaled(Over(Number(Fraction(1)), scalar(other)), self)

    def dot(self, other: Any) -> Scalar:
        """Return the inner product."""
        return Inner(self, vector(other))

    def norm2(self) -> Scalar:
        """Return the squared norm."""
        return Inner(self, self)

    def equals(self, other: Any) -> Statement:
        """Return the statement that the two are equal."""
        return Statement("=", _difference(self, other))

    def inside(self, domain: str) -> Statement:
        """Return the statement that the vector lies in the set called `domain`."""
        return Statement("in", self, domain=_named(domain))


Term = Scalar | Vector


def _difference(left: Any, right: Any) -> Any:
    """Return ``left - right``, without a zero where one of them is the number 0."""
    if type(right) is int and right == 0:
        return left
    return -right if type(left) is int and left == 0 else left - right


@dataclass(frozen=True)
class Number(Scalar):
    """A rational number."""

    value: Fraction

    def __post_init__(self) -> None:
        if type(self.value) is not Fraction:
            raise LanguageError(f"{self.value!r} is not a Fraction")


@dataclass(frozen=True)
class Letter(Scalar):
    """A real constant: not random, and free of every index."""

    name: str

    def __post_init__(self) -> None:
        _named(self.name)


@dataclass(frozen=True)
class Index(Scalar):
    """A natural number, 0 included."""

    name: str

    def __post_init__(self) -> None:
        _named(self.name)


@dataclass(frozen=True)
class Plus(Scalar):
    """``left + right``."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True)
class Times(Scalar):
    """``left * right``."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True)
class Over(Scalar):
    """``left / right``."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True)
class Power(Scalar):
    """``base ** exponent``; the exponent is an integer or a natural number built from indices."""

    base: Scalar
    exponent: Scalar


@dataclass(frozen=True)
class Maximum(Scalar):
    """The larger of two numbers."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True)
class Inner(Scalar):
    """The inner product of two vectors."""

    left: Vector
    right: Vector


@dataclass(frozen=True)
class FieldValue(Scalar):
    """The value of the deterministic real function called `field` at a point."""

    field: str
    point: Vector

    def __post_init__(self) -> None:
        _named(self.field)


@dataclass(frozen=True)
class LimitSuperior(Scalar):
    """The limsup of `body` as `index` grows; 0 by convention where it is not finite."""

    index: Index
    body: Scalar


@dataclass(frozen=True)
class VectorLetter(Vector):
    """A constant vector: not random, and free of every index."""

    name: str

    def __post_init__(self) -> None:
        _named(self.name)


@dataclass(frozen=True)
class Process(Vector):
    """A random vector ``name(time)``, known at ``time + delay``."""

    name: str
    time: Scalar
    delay: int = 0

    def __post_init__(self) -> None:
        _named(self.name)
        if type(self.delay) is not int or self.delay < 0:
            raise LanguageError(f"{self.name} cannot be known at delay {self.delay!r}")


@dataclass(frozen=True)
class Zero(Vector):
    """The zero vector."""


@dataclass(frozen=True)
class VectorPlus(Vector):
    """``left + right``."""

    left: Vector
    right: Vector


@dataclass(frozen=True)
class Scaled(Vector):
    """``factor * vector``."""

    factor: Scalar
    vector: Vector


@dataclass(frozen=True)
class Applied(Vector):
    """The deterministic map called `map` (a gradient, a projection) at a point."""

    map: str
    point: Vector

    def __post_init__(self) -> None:
        _named(self.map)


def Expectation(body: Term, past: Any = None) -> Any:
    """Return ``E[body]``, or ``E[body | F_past]``, of a scalar or a vector."""
    time = None if past is None else scalar(past)
    if isinstance(body, Vector):
        return VectorExpectation(body, time)
    return ScalarExpectation(scalar(body), time)


@dataclass(frozen=True)
class ScalarExpectation(Scalar):
    """``E[body]`` if `past` is None, else ``E[body | F_past]``."""

    body: Scalar
    past: Scalar | None


@dataclass(frozen=True)
class VectorExpectation(Vector):
    """``E[body]`` if `past` is None, else ``E[body | F_past]``."""

    body: Vector
    past: Scalar | None


def FiniteSum(index: Index, lower: Any, upper: Any, body: Term) -> Any:
    """Return the sum of `body` over ``lower <= index < upper`` (a Python range)."""
    if not isinstance(index, Index):
        raise LanguageError(f"{index!r} is not an index")
    if isinstance(body, Vector):
        return VectorSum(index, scalar(lower), scalar(upper), body)
    return ScalarSum(index, scalar(lower), scalar(upper), scalar(body))


@dataclass(frozen=True)
class ScalarSum(Scalar):
    """The sum of `body` over ``lower <= index < upper``."""

    index: Index
    lower: Scalar
    upper: Scalar
    body: Scalar


@dataclass(frozen=True)
class VectorSum(Vector):
    """The sum of `body` over ``lower <= index < upper``."""

    index: Index
    lower: Scalar
    upper: Scalar
    body: Vector


Variable = Letter | Index | VectorLetter


@dataclass(frozen=True)
class Statement(_Printed):
    """``expression REL 0`` (or ``expression in domain``), for all `bound` variables.

    ``bound`` lists variables with the set that each ranges over, or None for all values. With a
    `guard` the statement is made only for those values for which ``guard >= 0``.
    """

    relation: str
    expression: Any
    domain: str | None = None
    bound: tuple[tuple[Variable, str | None], ...] = ()
    guard: Scalar | None = None

    def __post_init__(self) -> None:
        wanted: dict[str, Any] = {">=": Scalar, ">": Scalar, "=": (Scalar, Vector), "in": Vector}
        if self.relation not in wanted:
            raise LanguageError(f"{self.relation!r} is not a relation of the language")
        if not isinstance(self.expression, wanted[self.relation]):
            raise LanguageError(f"{self.expression!r} cannot stand before {self.relation}")
        if (self.relation == "in") != (self.domain is not None):
            raise LanguageError("a set belongs to the relation 'in', and to no other")
        for name in (self.domain, *(domain for _, domain in self.bound)):
            if name is not None:
                _named(name)
        variables = [variable for variable, _ in self.bound]
        if any(type(v) not in (Letter, Index, VectorLetter) for v in variables):
            raise LanguageError("only letters, indices and vector letters can be bound")
        if len(set(variables)) < len(variables):
            raise LanguageError("a variable is bound twice")
        if self.guard is not None and not isinstance(self.guard, Scalar):
            raise LanguageError(f"{self.guard!r} cannot be a guard")

    @property
    def plain(self) -> bool:
        """Whether the statement is made outright: for no bound variable and without a guard."""
        return not self.bound and self.guard is None

    def forall(self, *variables: Variable, inside: str | None = None) -> Statement:
        """Return the statement for all values of `variables`, of vectors `inside` a set."""
        added = tuple((v, inside if isinstance(v, VectorLetter) else None) for v in variables)
        return replace(self, bound=added + self.bound)

    def where(self, guard: Scalar) -> Statement:
        """Return the statement under the condition ``guard >= 0``."""
        if self.guard is not None:
            raise LanguageError(f"{self} has a guard already")
        return replace(self, guard=guard)

    def __bool__(self) -> bool:
        raise LanguageError("a statement is neither true nor false before it is proved")


NODES = frozenset({
    Number, Letter, Index, Plus, Times, Over, Power, Maximum, Inner, FieldValue, LimitSuperior,
    ScalarExpectation, ScalarSum, VectorLetter, Process, Zero, VectorPlus, Scaled, Applied,
    VectorExpectation, VectorSum,
})
"""Everything that a term is built of."""


def written(value: Any) -> str:
    """Return the text that tells a term or a statement apart from every other one.

    Raises LanguageError for what is not built of `NODES` and plain names and numbers, by their
    exact types: an object of any other type could look different each time that it is looked at.
    """
    kind = type(value)
    if kind in NODES or kind is Statement:
        parts = ", ".join(written(getattr(value, f.name)) for f in fields(value))
        _require_well_formed(value)
        return f"{kind.__name__}({parts})"
    if kind is tuple:
        return f"({', '.join(map(written, value))})"
    if kind is Fraction:
        above, below = value.numerator, value.denominator
        if type(above) is not int or type(below) is not int or below <= 0 or gcd(above, below) != 1:
            raise LanguageError(f"{above!r}/{below!r} is not exact: no fraction in lowest terms")
        return f"{above}/{below}"
    if kind in (str, int, type(None)):
        return repr(value)
    raise LanguageError(f"{value!r} is not exact, or not of the language")


_KINDS = {"Scalar": Scalar, "Vector": Vector, "Index": Index, "Fraction": Fraction, "str": str,
          "int": int}


def _require_well_formed(value: Any) -> None:
    """Check a node or a statement as when it was built: it may have been changed since."""
    for f in fields(value):
        kind = _KINDS.get(str(f.type))
        if kind is not None and not isinstance(getattr(value, f.name), kind):
            raise LanguageError(f"{getattr(value, f.name)!r} cannot be the {f.name} of a "
                                f"{type(value).__name__}: it must be a {f.type}")
    check = getattr(type(value), "__post_init__", None)
    if check is not None:
        check(value)
