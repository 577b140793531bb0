"""Hold one step size on one problem to what the lecture says of it.

`check` derives the constants, says which hypotheses hold, evaluates the bounds and the exact value,
simulates, and judges the measured against all of them. It prints nothing.

>>> import sgdtheory as st
>>> from sgdtheory.check import check
>>> problem = st.problems.quadratic([1.0, 2.0], sigma2=1.0)
>>> result = check(problem, alpha=0.1, B=4, steps=60, runs=256)
>>> round(result.bounds["slide"].limit, 12), result.bounds["slide"].vacuous
(0.2125, False)
>>> result.refuted
False
"""

from sgdtheory.check.checking import check
from sgdtheory.check.hypotheses import Hypothesis
from sgdtheory.check.result import Bound, CheckResult, Exact

__all__ = ["Bound", "CheckResult", "Exact", "Hypothesis", "check"]
