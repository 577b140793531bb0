"""The theory of stochastic optimisation: proved by machine, known exactly, and measured.

>>> import sgdtheory as st
>>> st.theory.noise_ball.radius2(alpha=0.1, sigma2=1.0, B=4, mu2=0.75, c=0.5)
0.1
"""

from sgdtheory._lazy import lazy_attributes

__version__ = "0.1.0"

__all__ = ["conform", "data", "exact", "identify", "judge", "judge_equal", "judge_log", "ledger",
           "load", "networks", "optimizers", "plan", "problems", "prove", "simulate", "strategies",
           "testing", "theory"]

__getattr__ = lazy_attributes(
    __name__,
    {
        "theory": "sgdtheory.theory",
        "optimizers": "sgdtheory.optimizers",
        "problems": "sgdtheory.problems",
        "networks": "sgdtheory.networks",
        "data": "sgdtheory.data",
        "exact": "sgdtheory.exact",
        "simulate": "sgdtheory.montecarlo",
        "load": "sgdtheory.montecarlo",
        "judge": "sgdtheory.verdict",
        "judge_equal": "sgdtheory.verdict",
        "judge_log": "sgdtheory.verdict",
        "testing": "sgdtheory.testing",
        "strategies": "sgdtheory.strategies",
        "ledger": "sgdtheory.evidence",
        "plan": "sgdtheory.planner",
        "identify": "sgdtheory.conformance",
        "conform": "sgdtheory.conformance",
        "prove": "sgdtheory.evidence",
    },
)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
