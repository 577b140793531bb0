"""The judge: whether the measured refutes the claimed, and what it would have caught.

Every verdict states its error probability ``delta`` for all recorded times together and the
smallest relative violation that it would have caught. No normality, no variance and no fixed
number of replicas is assumed: the tests are bets (see `sgdtheory.verdict.betting`).

>>> import numpy as np
>>> from sgdtheory.verdict import Replicas, judge
>>> ones = Replicas(distance2=np.random.default_rng(0).chisquare(10, (4096, 1)) / 10)
>>> judge(1.0, ones).status, judge(0.8, ones).status
('not refuted', 'violated')
"""

from sgdtheory.verdict.equal import judge_equal
from sgdtheory.verdict.limits import interval
from sgdtheory.verdict.outcome import Verdict
from sgdtheory.verdict.replicas import Replicas, Run
from sgdtheory.verdict.trajectory import judge_log
from sgdtheory.verdict.upper import judge

__all__ = ["Replicas", "Run", "Verdict", "interval", "judge", "judge_equal", "judge_log"]
