"""The parts of a rule's state, in order: a state is nothing, a part, or a tuple of states.

>>> leaves((1, (2, None))), rebuilt((0, (0, None)), iter([5, 6]))
([1, 2], (5, (6, None)))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["leaves", "rebuilt"]


def leaves(state: Any) -> list[Any]:
    """Return the parts of a state, in order."""
    if state is None:
        return []
    if isinstance(state, (tuple, list)):
        return [leaf for part in state for leaf in leaves(part)]
    return [state]


def rebuilt(template: Any, parts: Iterator[Any]) -> Any:
    """Return the state shaped as `template` that has `parts` in order."""
    if template is None:
        return None
    if not isinstance(template, (tuple, list)):
        return next(parts)
    values = [rebuilt(part, parts) for part in template]
    plain = type(template) in (tuple, list)
    kind: Any = type(template)
    return kind(values) if plain else kind(*values)
