"""The perceptron: its gradient by every other route, its counts, its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as hyp
from sgdtheory.simulations.backpropagation import (
    by_backward,
    by_complex_steps,
    by_differences,
    counted,
    flat,
    problem,
    relative,
)

from sgdtheory.networks import MLP
from sgdtheory.networks.activation import ACTIVATIONS
from sgdtheory.networks.mlp import Layer

NAMES = sorted(ACTIVATIONS)
shapes = hyp.lists(hyp.integers(1, 5), min_size=2, max_size=5).map(tuple)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [1, 2, 5, 9])
def test_the_gradient_is_that_of_complex_steps(name, depth) -> None:
    for seed in range(5):
        case = problem(seed, depth, name)
        found, exact = by_backward(*case), by_complex_steps(*case)
        assert relative(found, exact) < 5e-15
        slip = found * np.where(np.arange(len(found)) == len(found) - 1, 1.001, 1)
        assert relative(slip, exact) > 1e-8, "one wrong entry is seen"


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "elu"])
def test_the_gradient_is_that_of_central_differences_to_their_digits(name) -> None:
    case = problem(3, 3, name)
    assert relative(by_differences(*case, 1e-5), by_backward(*case)) < 5e-9
    assert relative(by_differences(*case, 1e-1), by_backward(*case)) > 1e-5


@pytest.mark.parametrize("widths", [(2, 2, 1), (1, 1, 1, 1)])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_the_gradient_is_that_of_sympy(widths, name) -> None:
    """Symbols through the package's own forward pass would use its own rules: sympy's are used."""
    net, rng = MLP(widths, name), np.random.default_rng(7)
    layers, x = net.init(rng), rng.standard_normal((widths[0], 1))
    symbols = sympy.symbols(f"w:{len(flat(layers))}")
    free, h = iter(symbols), sympy.Matrix(x)
    for number, layer in enumerate(layers, start=1):
        W = sympy.Matrix(*layer.W.shape, [next(free) for _ in range(layer.W.size)])
        h = W * h + sympy.Matrix([next(free) for _ in range(layer.b.size)])
        h = h if number == len(layers) else h.applyfunc(net.g.formula)
    loss = (h[0] - 1) ** 2 / 2
    slopes = sympy.lambdify(symbols, [sympy.diff(loss, s) for s in symbols], "mpmath")
    true = np.array([float(v) for v in slopes(*flat(layers))])
    found = by_backward(net, layers, x, np.ones((1, 1)))
    assert found == pytest.approx(true, rel=1e-12, abs=1e-14)
    assert found != pytest.approx(-true, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "elu", "softplus"])
def test_the_gradient_is_that_of_torch(name) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: compared elsewhere")
    net, layers, x, y = problem(11, 4, name)
    leaves = [[torch.tensor(part, requires_grad=True) for part in layer] for layer in layers]
    h = torch.tensor(x)
    for number, (W, b) in enumerate(leaves, start=1):
        h = W @ h + b[:, None]
        h = h if number == len(layers) else getattr(torch.nn.functional, name)(h)
    ((h - torch.tensor(y)) ** 2).sum().div(2).backward()
    true = flat([Layer(*(part.grad.numpy() for part in layer)) for layer in leaves])
    assert relative(by_backward(net, layers, x, y), true) < 1e-14


@given(shapes, hyp.integers(1, 4))
def test_the_operations_are_those_that_are_counted(widths, samples) -> None:
    said = MLP(widths).operations(samples)
    forward, backward = counted(widths, samples)
    assert (said.forward.multiplications, said.forward.additions) == forward
    assert (said.backward.multiplications, said.backward.additions) == backward
    assert said.forward.slopes == said.backward.slopes == samples * sum(widths[1:-1])


def test_the_operations_of_the_claim() -> None:
    said = MLP((3, 7, 5, 2)).operations(4)
    assert (said.forward.multiplications, said.forward.additions) == (264, 264)
    assert (said.backward.multiplications, said.backward.additions) == (492, 372)


def test_the_passes_keep_shapes_and_the_seed_decides_the_weights() -> None:
    net = MLP([2, 4, 3], "sigmoid")
    layers = net.init(rng=5)
    trace = net.forward(layers, np.zeros((2, 6)))
    assert trace.output.shape == (3, 6)
    gradient = net.backward(layers, trace, np.ones((3, 6)))
    assert [(g.W.shape, g.b.shape) for g in gradient] == [(a.W.shape, a.b.shape) for a in layers]
    assert np.array_equal(flat(layers), flat(net.init(np.random.default_rng(5))))
    assert not np.array_equal(flat(layers), flat(net.init(rng=6)))
    wide = MLP((400, 300, 1)).init(0)
    assert np.std(wide[0].W) == pytest.approx(1 / 20, rel=0.02)


def test_what_does_not_fit_is_refused() -> None:
    net = MLP((2, 3, 1))
    layers = net.init(0)
    for widths in ((3,), (2, 0, 1), (2, 2.5, 1)):
        with pytest.raises(ValueError, match="widths, the numbers of units from the input to the"):
            MLP(widths)
    with pytest.raises(ValueError, match="activation='relu6', the function of the units, is not"):
        MLP((2, 3, 1), "relu6")
    with pytest.raises(ValueError, match=r"x, the inputs, must be \(n_0, B\) with n_0=2"):
        net.forward(layers, np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"one column a sample; got the shape \(2,\)"):
        net.forward(layers, np.ones(2))
    with pytest.raises(ValueError, match="layers, the weights and biases, must have the shapes"):
        net.forward(MLP((2, 4, 1)).init(0), np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"slope, .* the shape of the output, \(1, 4\); got \(4,"):
        net.backward(layers, net.forward(layers, np.ones((2, 4))), np.ones(4))
