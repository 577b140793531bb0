"""The door for a problem and a rule: what is neither is told so in words, before it is used."""

from __future__ import annotations

from typing import Any

__all__ = ["problem_and_rule"]


def problem_and_rule(problem: Any, rule: Any, asked: str) -> None:
    """Raise TypeError unless `problem` and `rule` look like what they are called.

    `asked` is the call in words, such as ``simulate(problem, rule)``: the two are easily exchanged.
    """
    if _steps(problem) and _is_problem(rule):
        raise TypeError(f"problem and rule are exchanged: got {_shown(problem)} as the problem; "
                        f"the problem comes first: {asked}")
    if not _is_problem(problem):
        raise TypeError(f"problem, the first argument of {asked}, must be a problem, with "
                        f"dim, w_star and more; got {_shown(problem)}; take one of "
                        f"sgdtheory.problems, such as quadratic([1.0, 2.0], sigma2=1.0)")
    if not _steps(rule):
        raise TypeError(f"rule, the second argument of {asked}, must be an update rule, with init "
                        f"and step; got {_shown(rule)}; take one of sgdtheory.optimizers, such as "
                        f"SGD(alpha=0.1)")


def _is_problem(value: Any) -> bool:
    """Say whether `value` has a dimension: every use of a problem reads it, and no rule has one."""
    return not isinstance(value, type) and hasattr(value, "dim")


def _steps(value: Any) -> bool:
    return not isinstance(value, type) and all(callable(getattr(value, name, None))
                                               for name in ("init", "step"))


def _shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else type(value).__name__
