"""Gradients that tell the variants of an optimizer apart, and what a rule does with them.

Optimizers act on every parameter alone, so one run asks them about many sequences: every
parameter gets its own gradients, at scales from 1e-12 to 1e8, that do not depend on the
parameters. An epsilon of any size shows where the gradients are as small, a decay where they fall,
a correction at first.

>>> from sgdtheory.optimizers import SGD
>>> probe = design(steps=4)
>>> path = follow(SGD(0.5), probe)
>>> path.shape == (5, len(probe.labels)), probe.labels[6]
(True, 'constant gradients of 1')
>>> path[:, 6].tolist()
[0.0, -0.5, -1.0, -1.5, -2.0]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgdtheory.optimizers.rule import Rule

__all__ = ["Probe", "design", "follow"]

SCALES = 10.0 ** np.array([-12, -10, -8, -6, -4, -2, 0, 3, 8])
FAR, LOUD = 3.0, 1e3


@dataclass(frozen=True)
class Probe:
    """A start `w0` (dim,), `gradients` (steps, dim) and what each parameter is asked in words."""

    w0: np.ndarray
    gradients: np.ndarray
    labels: tuple[str, ...]

    @property
    def loud(self) -> np.ndarray:
        """The parameters (dim,) whose gradients an epsilon does not touch: none, or of 1000 on."""
        sizes = np.abs(self.gradients)
        quiet = np.where(sizes > 0, sizes, np.inf).min(axis=0)
        kept: np.ndarray = (sizes.max(axis=0) >= LOUD / 2) & (quiet >= 1)
        return kept

    def only(self, kept: np.ndarray) -> Probe:
        """Return the probe of the parameters in `kept`, a mask (dim,)."""
        labels = tuple(label for label, keep in zip(self.labels, kept, strict=True) if keep)
        return Probe(self.w0[kept], self.gradients[:, kept], labels)


def design(steps: int = 40) -> Probe:
    """Return the probe of `identify` and `conform`."""
    t = np.arange(steps)
    wave = np.sin(1.7 * t + 0.4) + 0.5 * np.cos(0.37 * t)
    columns = [(f"constant gradients of {s:g}", s + 0 * t, 0.0) for s in SCALES]
    columns += [(f"gradients of both signs, of about {s:g}", s * wave, 0.0) for s in SCALES]
    columns += [
        ("one gradient of 1000 and then none", LOUD * (t == 0), 0.0),
        ("no gradient in the first 5 steps", np.where(t < 5, 0.0, LOUD * wave), 0.0),
        ("no gradient from step 11 to 20", np.where((t >= 10) & (t < 20), 0.0, LOUD * wave), 0.0),
        ("gradients that grow by twenty decades", 10.0 ** (-12 + 20 * t / steps), 0.0),
        ("gradients that fall by twenty decades", 10.0 ** (8 - 20 * t / steps), 0.0),
        (FROM_AFAR, wave, FAR),
        (RESTING, 0.0 * t, FAR),
    ]
    labels, gradients, starts = zip(*columns, strict=True)
    return Probe(np.array(starts), np.stack(gradients, axis=1), labels)


FROM_AFAR = "gradients of about 1, for a parameter that starts at 3"
RESTING = "no gradient at all, for a parameter that starts at 3"


def follow(rule: Rule, probe: Probe) -> np.ndarray:
    """Return what a user of the rule sees, before and after every step, ``(steps + 1, dim)``."""
    w, state = probe.w0, rule.init(probe.w0)
    path = [rule.parameters(w, state)]
    with np.errstate(all="ignore"):
        for t, g in enumerate(probe.gradients, start=1):
            w, state = rule.step(w, state, lambda point, g=g: g, t)  # type: ignore[misc]
            path.append(rule.parameters(w, state))
    return np.stack(path)
