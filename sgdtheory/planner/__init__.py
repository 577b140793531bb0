"""From the constants of a problem, a target and the cost of a step to alpha, B and the steps.

The plan is the cheapest one that the lecture's bound certifies: among the step sizes, whole batch
sizes and whole numbers of steps whose bound on ``E|w_T - w*|^2`` is at most the target, no other
costs less (`plan` says how exactly).

>>> import sgdtheory as st
>>> found = st.plan(c=0.5, sigma2=16.0, mu2=1.0, d0=1.0, target=0.1, t0=15.0, t1=1.0)
>>> found.B, found.steps, found.cost, round(found.alpha, 4)
(15, 97, 2910.0, 0.0387)
>>> found.distance2 <= 0.1
True
"""

from sgdtheory.planner.cost import Linear, Overlapped, Parallel
from sgdtheory.planner.model import Slide, Smooth
from sgdtheory.planner.planning import Plan, Setting, plan, setting, solve
from sgdtheory.planner.tradeoff import Tradeoff, tradeoff

__all__ = ["Linear", "Overlapped", "Parallel", "Plan", "Setting", "Slide", "Smooth", "Tradeoff",
           "plan", "setting", "solve", "tradeoff"]
