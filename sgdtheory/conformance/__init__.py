"""A user's optimizer against the published rules: which one it is, where it differs, and why.

>>> from sgdtheory.optimizers import Adam
>>> def mine():
...     m, v, t = 0.0, 0.0, 0
...     def step(w, g):
...         nonlocal m, v, t
...         m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2, t + 1
...         return w - 0.01 * m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8) ** 0.5
...     return step
>>> identify(mine, adapter="callable").cause
'epsilon inside the square root'
>>> conform(lambda: Adam(0.01), Adam(0.01), adapter="callable")
Difference(size=0.0, step=None, place=0)
"""

from sgdtheory.conformance.difference import Difference
from sgdtheory.conformance.finding import Finding, NonConforming, Row
from sgdtheory.conformance.identifying import conform, identify

__all__ = ["Difference", "Finding", "NonConforming", "Row", "conform", "identify"]
