"""Plain functions: ``factory() -> step``, ``step(w, g)`` or ``step(w, g, t)`` returns the new w.

What step keeps between calls it keeps itself; a rule of `sgdtheory.optimizers` will do as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from inspect import Parameter, signature
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed
from sgdtheory.conformance.adapters.asking import asked, parameters
from sgdtheory.conformance.probe import Probe, follow

__all__ = ["observe"]


def observe(factory: Callable[[], Any], probe: Probe) -> Observed:
    """Return the path of the function, or of the rule, that `factory` makes."""
    step = asked("the factory", factory)
    if all(callable(getattr(step, name, None)) for name in ("init", "step", "parameters")):
        fields = asdict(step) if is_dataclass(step) and not isinstance(step, type) else {}
        return Observed(asked("the rule", follow, step, probe), type(step).__name__, fields)
    if not callable(step):
        raise ValueError(f"optimizer_factory must return step, a function of the parameters and "
                         f"the gradient; got {step!r}")
    timed, path = _takes_time(step), [probe.w0]
    for t, g in enumerate(probe.gradients, start=1):
        extra = (t,) if timed else ()
        new = asked(f"step {t}", step, path[-1].copy(), g.copy(), *extra)
        path.append(parameters(new, probe.w0, t))
    return Observed(np.stack(path), "", {})


def _takes_time(step: Callable[..., Any]) -> bool:
    """Tell whether `step` takes a third argument that has no default."""
    try:
        taken = signature(step).parameters.values()
    except (TypeError, ValueError):
        return False
    return sum(p.default is Parameter.empty and
               p.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
               for p in taken) >= 3
