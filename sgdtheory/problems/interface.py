"""The door at which a problem enters: what simulation, exact moments and checks ask of it."""

from __future__ import annotations

from typing import Any

__all__ = ["require_problem"]

ASKED = ("dim", "w0", "w_star")


def require_problem(problem: Any) -> None:
    """Raise TypeError unless `problem` has what every computation asks for."""
    missing = [name for name in ASKED if not hasattr(problem, name)]
    if not missing:
        return
    swapped = hasattr(problem, "step") and hasattr(problem, "init")
    advice = ("that is an update rule: the problem comes first, then the rule" if swapped else
              "take one of sgdtheory.problems, or give yours these attributes")
    raise TypeError(f"problem, what is minimised, must have {', '.join(ASKED)}; {problem!r} lacks "
                    f"{', '.join(missing)}: {advice}")
