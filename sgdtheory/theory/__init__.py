"""The topics of the lecture: formulas and claims, one module each.

`TOPICS` is the only registry there is: a topic is a module here, its proof in ``proofs``, its
simulation in ``simulations`` and its test in ``tests/theory``, all of the same name.
"""

from sgdtheory._lazy import lazy_submodules

__all__ = ["TOPICS"]

TOPICS = ("universal_approximation", "activations", "depth", "dimension", "bias_variance",
          "landscape", "backpropagation", "gradient_descent", "noise_ball", "minibatch", "epochs",
          "step_sizes", "optimum_noise", "exact_moments", "momentum", "bias_correction", "nesterov",
          "adagrad", "rmsprop", "adam", "adam_variants", "adadelta")

__getattr__ = lazy_submodules(__name__, TOPICS)
