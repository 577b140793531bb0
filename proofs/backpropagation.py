"""Backpropagation, proved: forward and backward carry the same number [slide 15].

The gradient for the output of a layer, times its change, is the gradient for its input times that
one's change, by the adjoint, plus what the layer's own weights add. Summed from the input, which
does not change, that is the derivative along any change of all the weights. The cost is counted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sgdtheory.evidence import Proof, example
from sgdtheory.logic import kernel
from sgdtheory.logic.claim import Assumption
from sgdtheory.logic.language import FiniteSum
from sgdtheory.logic.model import Model, rational
from sgdtheory.logic.proof import (
    induction,
    paired,
    product,
    prove,
    sum_rule,
    suppose,
)
from sgdtheory.theory import backpropagation as says
from sgdtheory.theory.backpropagation import (
    change,
    gradient,
    own_change,
    t,
)

k = says._k
body = gradient(k + 1).dot(own_change(k + 1))


def met(time: Any) -> Any:
    """State that forward and backward meet after so many layers."""
    return gradient(time).dot(change(time)).equals(FiniteSum(k, 0, time, body))


adjoints = suppose(says.adjoints)
forwards, backwards = suppose(says.forwards)(t), suppose(says.backwards)(t)
one_layer = prove(
    "over one layer",
    gradient(t + 1).dot(change(t + 1)).equals(
        gradient(t).dot(change(t)) + gradient(t + 1).dot(own_change(t + 1))),
    by=[paired(forwards, gradient(t + 1)), paired(backwards, change(t)),
        adjoints(gradient(t + 1), change(t))],
)
same_everywhere = induction(
    "from the input on",
    prove("at the input", met(0), by=[paired(suppose(says.starts), gradient(0)),
                                      sum_rule(kernel.sum_empty, k, 0, body)]),
    prove("one layer on", met(t + 1),
          by=[one_layer, suppose(Assumption("induction hypothesis", met(t))),
              sum_rule(kernel.sum_last, k, 0, t, body)]),
    met(t), t,
)
batch, some, entering = (suppose(each) for each in (says.some_batch, says.some_weights,
                                                   says.some_first))
cheap = prove("the cost", says.cheap.conclusion,
              by=[product("what the first layer saves", batch, entering)], signs=[some])

proofs = (Proof(says.same_everywhere, same_everywhere), Proof(says.cheap, cheap))

# --- evidence ------------------------------------------------------------------------------------

JACOBIAN = np.array([[1, 2], [Fraction(-1, 3), 4]], dtype=object) * Fraction(1)
LAYERS = 3


def passes() -> Model:
    """Return the world of one linear layer, applied three times, and of its two passes."""
    own = [rational(0, 0), rational(1, -2), rational(3, Fraction(1, 2)), rational(-1, 5),
           rational(2, 2)]
    changes, gradients = [rational(0, 0)], [rational(Fraction(2, 7), -1)]
    for s in range(1, LAYERS + 2):
        changes.append(JACOBIAN @ changes[-1] + own[s])
        gradients.append(JACOBIAN.T @ gradients[-1])
    backward = gradients[::-1]
    return Model(
        maps={"J": lambda p: JACOBIAN @ p, "J*": lambda p: JACOBIAN.T @ p},
        processes={"v": lambda s, _: changes[s], "u": lambda s, _: own[s],
                   "d": lambda s, _: backward[s]},
        points=(rational(1, 0), rational(0, 1), rational(2, -3)), horizon=LAYERS + 1,
    )


def counts(**letters: Any) -> Model:
    """Return the world of these numbers."""
    return Model(letters={name: Fraction(value) for name, value in letters.items()})


examples = (
    example(says.same_everywhere, passes(), "a linear layer of two units, three times"),
    example(says.cheap, counts(B=4, weights=66, first=21, hidden=12), "widths 3, 7, 5, 2; B = 4"),
)
