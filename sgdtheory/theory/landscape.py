"""The landscape of the loss: local minima, saddle points, copies, and minima that differ [13].

One sigmoid unit with the squared loss has exponentially many local minima in its number of
weights, for data that need more examples than weights. With at most as many examples as weights,
and independent inputs, each critical point fits all of them. A linear network with one hidden
layer has saddle points only, but for its global minima, and the index of each is known. Every
minimum of a network of tanh units comes with ``n! 2^n`` copies. And what fits all examples can be
as wrong as one likes elsewhere. Long because three sentences of the slide hold twenty claims.

>>> minima_built(n=10, d=2), critical_built(n=10, d=2), auer_floor(n=11, d=2), minima_built(11, 2)
(25.0, 81.0, 25.0, 30.0)
>>> saddle_index(size=10, rank=3, retained=0, above=0), orbit(hidden=5)
(30, 3840)
"""

from __future__ import annotations

from typing import Any

from sgdtheory.elementary import anywhere, factorial, maximum
from sgdtheory.logic.claim import Assumption, Claim
from sgdtheory.logic.formula import formula
from sgdtheory.logic.language import Index, Letter, Process, Vector, VectorLetter, scalar
from sgdtheory.optimizers import SGD


def enough_examples(n: Any, d: Any) -> None:
    """Raise ValueError unless ``d <= n``."""
    if anywhere(n < d):
        raise ValueError(f"n={n}, the number of samples, must be at least d={d}, the dimension: "
                         "fewer independent inputs leave only critical points that fit them all")


def kept_at_most(size: Any, rank: Any, retained: Any, above: Any) -> None:
    """Raise ValueError unless ``retained <= rank <= size`` and ``above`` is a number of pairs."""
    if anywhere(retained > rank) or anywhere(rank > size):
        raise ValueError(f"retained={retained} singular values must be at most rank={rank}, the "
                         f"columns, and these at most size={size}; raise the rank or keep fewer")
    pairs = retained * (size - retained)
    if anywhere(above > pairs):
        raise ValueError(f"above={above} pairs of a value left out and a smaller one kept must be "
                         f"at most {pairs}, the number of all pairs")


def rank_at_least(rank: Any, retained: Any) -> None:
    """Raise ValueError unless ``retained <= rank``."""
    if anywhere(retained > rank):
        raise ValueError(f"retained={retained} singular values must be at most rank={rank}, the "
                         "columns; raise the rank")


def more_weights(n: Any, p: Any) -> None:
    """Raise ValueError unless ``n <= p``."""
    if anywhere(n > p):
        raise ValueError(f"n={n}, the number of samples, must be at most p={p}, the number of "
                         "parameters: with more there is one minimum, and noiseless data fix it")


@formula
def auer_floor(n, d):
    """Local minima of one unit with d weights and n examples [Auer et al. 1995]."""
    return ((n - n % d) / d) ** d


@formula(requires=enough_examples)
def minima_built(n, d):
    """Local minima of one unit with d weights for n examples, spread evenly on the axes."""
    rest = n % d
    each = (n - rest) / d
    return (each + 1) ** rest * each ** (d - rest)


@formula(requires=enough_examples)
def critical_built(n, d):
    """Critical points of one unit with d weights for n examples, spread evenly on the axes."""
    rest = n % d
    each = (n - rest) / d
    return (2 * each + 1) ** rest * (2 * each - 1) ** (d - rest)


@formula(requires=kept_at_most)
def saddle_index(size, rank, retained, above):
    """Negative directions at a critical point of ``|M - U V'|^2`` [after Baldi & Hornik 1989]."""
    return (rank - retained) * (size - retained) + above


@formula(requires=rank_at_least)
def nullity(rank, retained):
    """Flat directions there: those of the changes of U and V that leave ``U V'`` alone."""
    return retained**2 + 2 * retained * (rank - retained)


@formula
def orbit(hidden):
    """Signed permutations of the hidden units of an odd activation [Sussmann 1992]."""
    return factorial(hidden) * 2**hidden


@formula(requires=more_weights)
def unseen_share(n, p):
    """Mean share of the target's squared norm that the least interpolating weights miss."""
    return 1 - n / p


@formula(requires=more_weights)
def unseen_square(n, p):
    """Mean square of that share, whose law is ``Beta((p - n)/2, n/2)``."""
    return (p - n) * (p - n + 2) / (p * (p + 2))


# --- assumptions ---------------------------------------------------------------------------------

t = Index("t")
x, v, others, target = map(VectorLetter, ("x", "v", "z", "b"))
value, label, steep = map(Letter, ("s", "y", "q"))
outer, unit, mirrored = map(Letter, ("a", "g", "h"))
far, alpha = Letter("c"), Letter("alpha")
root, left_out, h = map(Letter, ("u", "m", "h"))
pre = Letter("z")


def relu(argument: Any) -> Any:
    """Return ``max(argument, 0)`` in the language of proofs."""
    return maximum(argument, 0)


def iterate(time: Any) -> Vector:
    """Return the weights after `time` steps."""
    return Process("w", scalar(time))


def mean_gradient(time: Any) -> Vector:
    """Return the gradient of the loss at the weights after `time` steps."""
    return Process("g", scalar(time))


def block_loss(kept: Any, other: Any) -> Any:
    """Return the loss over the two directions of singular values ``root^2`` and ``left_out``."""
    return ((root**2 - kept**2) ** 2 + 2 * (kept * other) ** 2 + (left_out - other**2) ** 2) / 2


stationary = Assumption("the gradient (s - y) q x + z vanishes, z the part of all other examples",
                        ((value - label) * steep * x + others).equals(0))
dual_one = Assumption("<x, v> = 1", x.dot(v).equals(1))
dual_others = Assumption("v is orthogonal to the other inputs, and so to z",
                         others.dot(v).equals(0))
increasing = Assumption("the activation is increasing: its slope q is positive", steep > 0)
odd = Assumption("the activation is odd: h = g(-z) is -g(z)", mirrored.equals(-unit))
scales = Assumption("the scale c is positive", far > 0)
unseen = Assumption("v is orthogonal to an input x", v.dot(x).equals(0))
unseen_by_weights = Assumption("v is orthogonal to the weights b, a combination of the inputs",
                               v.dot(target).equals(0))
all_unseen = Assumption("v is orthogonal to every gradient, a combination of the inputs",
                        mean_gradient(t).dot(v).equals(0).forall(t))
from_zero = Assumption("the weights start at 0", iterate(0).equals(0))
descends = Assumption(
    "each step is one of gradient descent",
    iterate(t + 1).equals(SGD(alpha).step(iterate(t), None, lambda _: mean_gradient(t), t)[0])
    .forall(t))
some_step = Assumption("the step h is not 0", h**2 > 0)
short_step = Assumption("h^2 is below 2 (m - u^2): so m, left out, exceeds u^2, kept or 0",
                        2 * (left_out - root**2) - h**2 > 0)

# --- claims: local minima ------------------------------------------------------------------------

auer_line = Claim(
    "networks.S13-auer-line",
    "One sigmoid unit with one weight and the squared loss has n local minima and n - 1 maxima for "
    "the n examples 10^-t, t < n, with labels 3/4: for n = 1, ..., 8.",
    correction="Each isolated by interval arithmetic, and no other critical point; all minima but "
    "one have a loss above that of another.",
)
auer_every = Claim(
    "networks.S13-auer-every",
    "The squared loss of a sigmoid unit with one weight has at least n local minima for the n "
    "examples 10^-t, t < n, with labels 3/4: for every n.",
    correction="With g(z) = z (s - 3/4) s (1 - s), s the sigmoid of z, w E'(w) = 2 sum(g(10^-t w)) "
    "is negative at 0.8 10^t and positive at 2.2 10^t: g(0.8) < 0 outweighs all g(0.8 10^j), and "
    "g(2.2) > 0 all g(2.2 10^-j) >= -2.2 10^-j/16, j >= 1. They are isolated, as E is "
    "analytic; on d axes they combine.",
)
auer_ratio = Claim(
    "networks.S13-auer-ratio",
    "The squared loss of a sigmoid unit with one weight has n local minima for the n examples "
    "6^-t with labels 3/4 too, and fewer for the examples 5^-t: for n = 2, ..., 8.",
)
auer = Claim(
    "networks.S13-auer",
    "The squared loss of one sigmoid unit with d weights has (q+1)^r q^(d-r) local minima, q = n "
    "div d, r = n mod d, for n examples 10^-t e_i spread evenly on the axes, with labels 3/4, and "
    "(2q+1)^r (2q-1)^(d-r) critical points: for d <= 10 and at most 8 examples an axis.",
    correction="25 of 81 for 10 examples in 2 dimensions. Auer, Herbster and Warmuth print "
    "floor(n/d)^d, which is as many where d divides n. Exponential in d for n >= 2 d only.",
)
auer_open = Claim(
    "networks.S13-auer-open",
    "The squared loss of one sigmoid unit has 25 isolated minima also where its ten examples in "
    "the plane are moved off the axes by up to 1e-6 and their labels by up to 0.005: shown for "
    "one draw.",
    correction="Each with a positive definite Hessian, so that it stays for all data close by; a "
    "linear map of the inputs changes no count.",
)
auer_general = Claim(
    "networks.S13-auer-general",
    "For every n and d there are data with floor(n/d)^d isolated local minima of one unit, for a "
    "continuous loss of bounded range and a dip.",
)
minima_as_stated = Claim(
    "networks.S13-auer-overparametrised",
    "In an overparametrised model the number of local minima is exponential in the dimension.",
    correction="Not in every one: with at most as many examples as weights, independent inputs and "
    "labels in its range, all critical points of one sigmoid unit are global minima. It needs "
    "n > d, and n >= 2 d to be exponential.",
)
no_spurious = Claim(
    "networks.S13-auer-independent",
    "A critical point of one unit fits every example whose input is independent of the others': "
    "with n <= d independent inputs no local minimum is spurious.",
    value.equals(label), (stationary, dual_one, dual_others, increasing),
    "So the bound n <= d is sharp: d + 1 examples on d axes have two local minima, one spurious.",
)
global_again = Claim(
    "networks.S13-auer-dichotomy",
    "The squared loss of one sigmoid unit has two local minima for d + 1 examples on d axes, of "
    "which one is spurious: for d = 1, ..., 6.",
)

# --- claims: saddle points -----------------------------------------------------------------------

saddles = Claim(
    "networks.S13-saddles_pca",
    "Critical points of |M - U V'|^2, M p x p of full rank with distinct singular values, U and V "
    "of k <= p columns, that keep the set S of values have the index (k-|S|)(p-|S|) + #{(i, l): "
    "i in S, l not in S, larger}: shown for all S with p <= 4, all k, and p = 6, k = 2.",
    correction="At every critical point, balanced or not: those of one S are images of each other "
    "under (U, V) -> (U G, V G'^-1), and a congruence keeps the inertia.",
)
saddles_flat = Claim(
    "networks.S13-saddles_pca-nullity",
    "A critical point of |M - U V'|^2 that keeps the set S of singular values has |S|^2 + 2 |S| "
    "(k-|S|) flat directions, those of (U, V) -> (U G, V G'^-1): shown for all S with p <= 4, all "
    "k, and p = 6, k = 2.",
)
saddle_classes = Claim(
    "networks.S13-saddles_pca-classes",
    "The critical points of |M - U V'|^2 are of sum(binomial(p, j), j <= k) classes, and one of "
    "these, that of the k largest singular values, has the index 0: for p <= 10 and k <= p.",
    correction="175 of 176 classes are saddles for p = 10, k = 3: many saddle points, and no local "
    "minimum that is not global.",
)
escape = Claim(
    "networks.S13-saddles_pca-escape",
    "From every other critical point |M - U V'|^2 falls towards a singular value that is left out "
    "and larger than one kept, or than 0 if fewer than k are kept: each is a strict saddle.",
    block_loss(root, h) < block_loss(root, 0), (some_step, short_step),
    "u^2 is the value kept, or 0, after (U, V) -> (U G, V G'^-1); the loss falls by "
    "h^2 (m - u^2 - h^2/2).",
)
goe = Claim(
    "networks.S13-saddles_goe",
    "All eigenvalues of a Gaussian orthogonal N x N matrix are positive with the probability 1/2, "
    "(2 - sqrt 2)/4 and (pi - 2 sqrt 2)/(4 pi) for N = 1, 2, 3.",
    correction="A model of the Hessian at a critical point, and no theorem about networks. For "
    "N = 4 it is 1/4 - sqrt(2)/16 - 1/(2 pi) = 0.0024567.",
)
goe_falls = Claim(
    "networks.S13-saddles_goe-decay",
    "The probability that all eigenvalues of a Gaussian orthogonal N x N matrix are positive is "
    "exp(-((log 3)/4 + o(1)) N^2).",
)
goe_model = Claim(
    "networks.S13-saddles_goe-model",
    "At a random critical point of a network most directions do not agree: it is a saddle point.",
    correction="A heuristic by random matrices; a theorem for the linear network above, and for "
    "Gaussian fields on the sphere.",
)

# --- claims: copies ------------------------------------------------------------------------------

flip = Claim(
    "networks.S13-symmetry-flip",
    "Changing the signs of all weights of a unit of an odd activation leaves a g(z) alone.",
    ((-outer) * mirrored).equals(outer * unit), (odd,),
)
symmetry = Claim(
    "networks.S13-symmetry",
    "A network with n tanh units in one hidden layer that differ, up to sign, and have weights "
    "other than 0 is one of n! 2^n with other weights that are the same function: for n = 1, ..., "
    "5.",
    correction="So each minimum has n! 2^n - 1 equivalent copies: a reason for exponentially many "
    "minima in every such network, none of them spurious.",
)
symmetry_all = Claim(
    "networks.S13-symmetry-sussmann",
    "No network with n tanh units but those n! 2^n is the same function, if no two units of one "
    "agree up to sign, none is constant and none has the output weight 0.",
)
symmetry_relu = Claim(
    "networks.S13-symmetry-relu",
    "For ReLU the copies of a network are a continuum: (a/c) relu(c z) is a relu(z), c > 0.",
    (outer / far * relu(far * pre)).equals(outer * relu(pre)), (scales,),
    "ReLU is not odd: the signs cannot be changed.",
)

# --- claims: global minima -----------------------------------------------------------------------

same_fit = Claim(
    "networks.S13-global_minima_differ-fit",
    "Weights that fit an example fit it as well after any step along v, orthogonal to the input.",
    (target + far * v).dot(x).equals(target.dot(x)), (unseen,),
)
any_risk = Claim(
    "networks.S13-global_minima_differ",
    "With more weights than examples the global minima of least squares do not generalise alike: "
    "c v away from the target b the risk |w - b|^2 is c^2 |v|^2, every number from 0 on.",
    (target + far * v - target).norm2().equals(far**2 * v.norm2()),
)
networks_differ = Claim(
    "networks.S13-global_minima_differ-relu",
    "ReLU networks of one shape that fit the same examples differ elsewhere: by 0, by 1/2 and by "
    "1000 are shown.",
    correction="By any number: it is a weight of theirs.",
)
least_norm = Claim(
    "networks.S13-global_minima_differ-norm",
    "Of all interpolating weights those that are a combination of the inputs are the smallest.",
    (target + v).norm2() >= target.norm2(), (unseen_by_weights,),
)
descent_chooses = Claim(
    "networks.S13-global_minima_differ-descent",
    "Gradient descent from 0 never moves along v, orthogonal to all inputs: it finds the smallest.",
    iterate(t).dot(v).equals(0), (all_unseen, from_zero, descends),
)
risk_of_least = Claim(
    "networks.S13-global_minima_differ-mean",
    "For Gaussian inputs and no noise the smallest interpolating weights miss the share 1 - n/p "
    "of |b|^2 on average, and (p-n)(p-n+2)/(p(p+2)) in mean square: the first two moments of "
    "Beta((p-n)/2, n/2).",
)
