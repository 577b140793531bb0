"""What a computation needs of memory against what there is, before anything is computed."""

from __future__ import annotations

import os

__all__ = ["TooMuch", "refuse_too_much"]


class TooMuch(ValueError):
    """A request that does not fit in memory."""


def refuse_too_much(needed: float, who: str, what: str, less: str, limit: float | None) -> None:
    """Raise TooMuch if `needed` bytes exceed `limit` (None: the memory of this machine).

    `who` needs them, for `what`; `less` is the advice: what to take less of.
    """
    available = _machine() if limit is None else limit
    if needed > available:
        raise TooMuch(f"{who} needs {_size(needed)} ({what}), more than the "
                         f"{_size(available)} of memory; {less}")


def _machine() -> float:
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")


def _size(number: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
