"""The simulation: many replicas of a rule on a problem, the same bits for any number of workers.

`simulate` returns a `Run`, which keeps the squared distance to the minimiser of every replica at
the recorded times, the almost-sure ceiling of these numbers and, where it is known, their variance.
"""

from sgdtheory.montecarlo.archive import DamagedFile
from sgdtheory.montecarlo.run import Run, load
from sgdtheory.montecarlo.simulate import DivergedError, simulate

__all__ = ["DamagedFile", "DivergedError", "Run", "load", "simulate"]
