"""PyTorch: ``factory(params) -> torch.optim.Optimizer``; a class of `torch.optim` is a factory.

PyTorch keeps step counters and NAdam's product in its default type, which is float64 meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sgdtheory.conformance.adapters import Observed
from sgdtheory.conformance.adapters.asking import asked, framework, parameters
from sgdtheory.conformance.probe import Probe

__all__ = ["observe"]


def observe(factory: Callable[[list[Any]], Any], probe: Probe) -> Observed:
    """Return the path of the optimizer that `factory` makes for one parameter (dim,)."""
    torch = framework("torch")
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return _observe(torch, factory, probe)
    finally:
        torch.set_default_dtype(usual)


def _observe(torch: Any, factory: Callable[[list[Any]], Any], probe: Probe) -> Observed:
    w = torch.nn.Parameter(torch.tensor(probe.w0, dtype=torch.float64))
    optimizer = asked("the factory", factory, [w])
    groups = getattr(optimizer, "param_groups", None)
    if not callable(getattr(optimizer, "step", None)) or not groups:
        raise ValueError(f"optimizer_factory must return an optimizer of PyTorch for the "
                         f"parameters that it is given; got {optimizer!r}; write lambda params: "
                         f"torch.optim.Adam(params, lr=0.1)")
    stated = {name: value for name, value in groups[0].items() if name != "params"}
    path = [probe.w0]
    for t, g in enumerate(probe.gradients, start=1):
        w.grad = torch.tensor(g, dtype=torch.float64)
        asked(f"step {t}", optimizer.step)
        path.append(parameters(w.detach().cpu().numpy(), probe.w0, t))
    return Observed(np.stack(path), type(optimizer).__name__, stated)
