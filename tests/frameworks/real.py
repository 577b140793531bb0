"""Run a framework's own optimizer in float64; `grad` is a function of the parameters and t."""

from __future__ import annotations

import numpy as np


def run_torch(name, hyperparameters, w0, grad, steps):
    """Return the parameters of `torch.optim` before and after each step, ``(steps + 1, d)``."""
    import torch

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # else NAdam keeps its product in float32
    try:
        w = torch.nn.Parameter(torch.tensor(w0, dtype=torch.float64))
        optimizer = getattr(torch.optim, name)([w], **hyperparameters)
        path = [np.array(w0)]
        for t in range(1, steps + 1):
            w.grad = torch.tensor(grad(path[-1], t), dtype=torch.float64)
            optimizer.step()
            path.append(w.detach().numpy().copy())
    finally:
        torch.set_default_dtype(default)
    return np.array(path)


def run_keras(name, hyperparameters, w0, grad, steps):
    """Return the variable of `keras.optimizers` before and after each step, ``(steps + 1, d)``."""
    import keras

    keras.config.set_floatx("float64")  # else the learning rate is kept in float32
    w = keras.Variable(np.array(w0), dtype="float64")
    optimizer = getattr(keras.optimizers, name)(**hyperparameters)
    optimizer.build([w])
    path = [np.array(w0)]
    for t in range(1, steps + 1):
        g = keras.ops.convert_to_tensor(grad(path[-1], t), dtype="float64")
        optimizer.apply([g], [w])
        path.append(w.value.detach().numpy().copy())  # the backend is torch
    return np.array(path)


def run_optax(name, hyperparameters, w0, grad, steps):
    """Return the parameters after `optax.apply_updates`, before and after, ``(steps + 1, d)``."""
    import jax
    import optax

    with jax.enable_x64(True):
        transform = _transform(optax, name, **hyperparameters)
        w = jax.numpy.array(w0, dtype="float64")
        state, update = transform.init(w), jax.jit(transform.update)
        path = [np.array(w0)]
        for t in range(1, steps + 1):
            g = jax.numpy.array(grad(path[-1], t), dtype="float64")
            updates, state = update(g, state, w)
            w = optax.apply_updates(w, updates)
            path.append(np.array(w))
    return np.array(path)


def _transform(optax, name, learning_rate=None, **hyperparameters):
    if name not in ("ema", "trace"):
        return getattr(optax, name)(learning_rate, **hyperparameters)
    return optax.chain(getattr(optax, name)(**hyperparameters),
                       optax.scale_by_learning_rate(learning_rate))


RUNNERS = {"torch": run_torch, "keras": run_keras, "optax": run_optax}
