"""Forward and backward: the gradient of a network for the price of less than three forwards [15].

The derivative of the output along a change of the weights is carried forward by the layers; the
gradient of the loss is carried backward by their adjoints. The inner product of the two does not
change from layer to layer, which is all of backpropagation. (In the theorem J stands for all the
layers, on their outputs side by side, at the point of the forward pass.) For B samples and S
weights a forward pass multiplies B S times and a backward one B (2 S - S_1 + H) times, S_1 in the
first layer, H hidden units: less than 2 + H/S forward passes, where differences need one for
every weight.

>>> forward_products(B=4, weights=66), backward_products(B=4, weights=66, first=21, hidden=12)
(264, 492)
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import (
    Applied,
    FiniteSum,
    Index,
    Letter,
    Process,
    Vector,
    VectorLetter,
    scalar,
)


def first_among_all(weights: Any, first: Any) -> None:
    """Raise ValueError unless ``first <= weights``."""
    if anywhere(weights < first):
        raise ValueError(f"first={first}, the number of weights of the first layer, must be at "
                         f"most weights={weights}, that of all; check that they were not exchanged")


@formula
def forward_products(B, weights):
    """Multiplications of a forward pass [slide 15]."""
    return B * weights


@formula(requires=first_among_all)
def backward_products(B, weights, first, hidden):
    """Multiplications of the backward pass after it [slide 15]."""
    return B * (2 * weights - first + hidden)


@formula
def cost_limit(weights, hidden):
    """Upper limit of a backward pass in forward passes, in multiplications."""
    return 2 + hidden / weights


# --- assumptions ---------------------------------------------------------------------------------

t, _k = Index("t"), Index("k")
x, y = VectorLetter("x"), VectorLetter("y")
B, weights, first, hidden = map(Letter, ("B", "weights", "first", "hidden"))


def layer(point: Vector) -> Vector:
    """Return the derivative of a layer, applied to a change of its input."""
    return Applied("J", point)


def adjoint(point: Vector) -> Vector:
    """Return its adjoint, applied to a gradient for its output."""
    return Applied("J*", point)


def change(time: Any) -> Vector:
    """Return the change of the output of layer `time`."""
    return Process("v", scalar(time))


def own_change(time: Any) -> Vector:
    """Return the part of it that comes from the weights of that layer itself."""
    return Process("u", scalar(time))


def gradient(time: Any) -> Vector:
    """Return the gradient of the loss for the output of layer `time`."""
    return Process("d", scalar(time))


adjoints = Assumption("J* is the adjoint of J",
                      adjoint(x).dot(y).equals(x.dot(layer(y))).forall(x, y))
forwards = Assumption("changes go forward by J, and each layer adds its own",
                      change(t + 1).equals(layer(change(t)) + own_change(t + 1)).forall(t))
backwards = Assumption("gradients go backward by J*",
                       gradient(t).equals(adjoint(gradient(t + 1))).forall(t))
starts = Assumption("the input does not change", change(0).equals(0))
some_batch = Assumption("B is positive", B > 0)
some_weights = Assumption("there are weights", weights > 0)
some_first = Assumption("there are weights in the first layer", first > 0)

# --- claims --------------------------------------------------------------------------------------

same_everywhere = Claim(
    "networks.S15-backprop-duality",
    "Forward and backward meet: the change of the loss is the sum over layers of the gradient "
    "there times the change that the layer itself makes.",
    gradient(t).dot(change(t)).equals(
        FiniteSum(_k, 0, t, gradient(_k + 1).dot(own_change(_k + 1)))),
    (adjoints, forwards, backwards, starts),
    "The body of the slide is a figure; this is what its two passes compute.",
)
gradient_is_right = Claim(
    "networks.S15-backprop",
    "Backpropagation gives the gradient of a network: that of complex steps, to 12 digits, on 30 "
    "networks.",
    correction="Where an activation has a kink it gives the slope from one side.",
)
products = Claim(
    "networks.S15-backprop-products",
    "For a batch of B and S weights a forward pass takes B S multiplications and a backward one B "
    "(2 S - S_1 + H).",
    correction="As many in every run: counted, not estimated; the slide gives no cost.",
)
cheap = Claim(
    "networks.S15-backprop-cost",
    "A backward pass takes less than 2 + H/S times the multiplications of a forward one.",
    backward_products(B, weights, first, hidden)
    < cost_limit(weights, hidden) * forward_products(B, weights),
    (some_batch, some_weights, some_first),
    "Differences or complex steps take a forward pass for each of the weights.",
)
