r"""RMSProp, proved [slide 30].

One coordinate is enough: its gradients g, averages v and roots r are real sequences, and the steps
are those of the package's own rules, run on formal numbers whose roots are supposed. The bound is
one line: v_t >= (1 - beta2) g_t^2, for what was averaged before is not negative.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from sgdtheory.proofs.adam import assumed, average_of_constant, correction_positive

from sgdtheory.evidence import Citation, Proof, example
from sgdtheory.logic.assumptions import alpha, t
from sgdtheory.logic.language import Expectation, Scalar, Statement
from sgdtheory.logic.model import Model, rational, sample_paths
from sgdtheory.logic.proof import (
    Step,
    average,
    induction,
    invert,
    product,
    prove,
    squared,
    suppose,
    weighted,
)
from sgdtheory.optimizers import CorrectedRMSProp, RMSProp
from sgdtheory.theory import rmsprop as says
from sgdtheory.theory.adam import beta2, d, eps, gradient_at, later, root_at, sequence, square_at
from sgdtheory.theory.rmsprop import newest, other, q, s

averaging, starts = suppose(says.square_averaging), suppose(says.square_starts)
nonnegative, below_one = suppose(says.nonnegative_beta2), suppose(says.beta2_below_one)
eps_nonnegative, eps_zero = suppose(says.nonnegative_eps), suppose(says.no_eps)
inside, r_positive = suppose(says.inside), suppose(says.positive_root)
r = root_at(later)
over_r2 = alpha**2 * newest**2 / r / r
corrected = correction_positive(beta2, nonnegative, below_one)
root_of_hat = suppose(says.root_of_squares, [corrected])

# --- the average of squares -----------------------------------------------------------------------


def squares_nonnegative() -> Step:
    """Prove that v is not negative."""
    claim = square_at(t) >= 0
    return induction(
        "v is not negative", prove("at the start", square_at(0) >= 0, by=[starts]),
        prove("one square more", square_at(later) >= 0,
              by=[averaging(t), product("times beta2", nonnegative, assumed(claim)),
                  product("a square", below_one, squared("a square", newest))]), claim, t)


v_nonnegative = squares_nonnegative()
constant = suppose(says.constant)
first = gradient_at(1)
v_constant = average_of_constant(
    square_at, beta2, first**2, starts, averaging(t),
    weighted(newest + first, constant(t))).for_all(t)(later)

# --- the rule -------------------------------------------------------------------------------------

rule = prove("the printed step", says.rule.conclusion,
             by=[weighted(-over_r2, inside, signs=[r_positive])], signs=[r_positive])
raw, eps_root = suppose(says.raw_root), suppose(says.root_of_eps)
eps_no_less = prove(
    "no less", says.eps_no_less.conclusion,
    by=[product("twice q s", suppose(says.nonnegative_raw), suppose(says.nonnegative_s)),
        raw, eps_root, inside])
eps_root_two = prove("the root of 2", says.eps_root_two.conclusion,
                     by=[squared("a square", q - s), raw, eps_root, inside])
d_positive, other_positive = suppose(says.positive_scale), suppose(says.scaled_positive_root)
scaled = suppose(says.scaled_gradients)(t)
scaled_averaging = suppose(says.scaled_squares)(t)


def squares_scaled() -> Step:
    """Prove that the average of the scaled gradients is d^2 times as large."""
    claim = sequence("v'", t).equals(d**2 * square_at(t))
    return induction(
        "v scales", prove("at the start", sequence("v'", 0).equals(d**2 * square_at(0)),
                          by=[suppose(says.scaled_square_start), weighted(d**2, starts)]),
        prove("one square more", sequence("v'", later).equals(d**2 * square_at(later)),
              by=[scaled_averaging, weighted(d**2, averaging(t)), weighted(beta2, assumed(claim)),
                  weighted(sequence("g'", later) + d * newest, scaled)]), claim, t)


v_scaled = squares_scaled()
both = prove("r' + d r is positive", other + d * r > 0,
             by=[other_positive, product("d r > 0", d_positive, r_positive)])
squares_meet = prove(
    "the squared roots", (other**2).equals(d**2 * r**2),
    by=[suppose(says.scaled_inside), weighted(d**2, inside), weighted(beta2, v_scaled),
        weighted((1 - beta2) * (sequence("g'", later) + d * newest), scaled)])
root_scaled = prove("the root scales", other.equals(d * r),
                    by=[weighted(1 / (other + d * r), squares_meet, signs=[both])], signs=[both])
scale = prove(
    "the same step", says.scale.conclusion,
    by=[weighted(alpha / other, scaled, signs=[other_positive]),
        weighted(-alpha * newest / other / r, root_scaled, signs=[other_positive, r_positive])],
    signs=[other_positive, r_positive])

# --- the effective learning rate ------------------------------------------------------------------

rate_frozen = prove("the weight", says.rate_frozen.conclusion, by=[], signs=[r_positive])
r_sum = prove("r + r' is positive", r + other > 0, by=[r_positive, other_positive])
over_all = alpha * newest / (r * other * (r + other))
rate_secant = prove(
    "the change of the step", says.rate_secant.conclusion,
    by=[weighted(over_all, inside, signs=[r_positive, other_positive, r_sum]),
        weighted(-over_all, suppose(says.other_root), signs=[r_positive, other_positive, r_sum])],
    signs=[r_positive, other_positive, r_sum])

# --- the bound ------------------------------------------------------------------------------------

over = [invert(r_positive)] * 2 + [invert(below_one)]
a2 = squared("a square", alpha)
bounded_step = prove(
    "v_t is at least (1 - beta2) g_t^2", says.bounded_step.conclusion,
    by=[product("the older squares", a2, nonnegative, v_nonnegative, *over),
        product("and eps", a2, eps_nonnegative, *over),
        weighted(alpha**2 / (1 - beta2) / r / r, inside, signs=[r_positive, below_one])],
    signs=[r_positive, below_one])
unit = alpha**2 / (1 - beta2) / r / r
attained_step = prove(
    "nothing but the newest square", says.attained_step.conclusion,
    by=[weighted(-unit, inside, signs=[r_positive, below_one]),
        weighted(-unit * beta2, suppose(says.zeros_before), signs=[r_positive, below_one]),
        weighted(-unit, eps_zero, signs=[r_positive, below_one])],
    signs=[r_positive, below_one])
constant_uncorrected = prove(
    "a constant gradient", says.constant_uncorrected.conclusion,
    by=[weighted(-alpha**2 / r / r, inside, signs=[r_positive]),
        weighted(alpha**2 / r / r, averaging(t), signs=[r_positive]),
        weighted(-alpha**2 / r / r, v_constant, signs=[r_positive]),
        weighted(alpha**2 / r / r * (1 - beta2**later) * (newest + first), constant(t),
                 signs=[r_positive]),
        weighted(-alpha**2 / r / r, eps_zero, signs=[r_positive])], signs=[r_positive])
below = prove("r + eps is positive", r + eps > 0, by=[r_positive, eps_nonnegative])
over_below = [invert(below)] * 2 + [invert(below_one)]
hat_signs = [below, below_one, corrected]
part = alpha**2 / (1 - beta2) / (r + eps) / (r + eps)
corrected_bound = prove(
    "with correction", says.corrected_bound.conclusion,
    by=[product("the older squares", a2, nonnegative, v_nonnegative, *over_below),
        product("twice r eps", a2, corrected, r_positive, eps_nonnegative, *over_below),
        product("and eps^2", a2, corrected, squared("a square", eps), *over_below),
        weighted(part * (1 - beta2**later), root_of_hat, signs=hat_signs),
        weighted(part, averaging(t), signs=hat_signs)], signs=hat_signs)
alone = prove("eps is 0", r + eps > 0, by=[r_positive, eps_zero])
alone_signs = [alone, corrected]
over_hat = alpha**2 / (r + eps) / (r + eps)
constant_corrected = prove(
    "with correction, on a constant gradient", says.constant_corrected.conclusion,
    by=[weighted(-over_hat, root_of_hat, signs=alone_signs),
        weighted(-over_hat / (1 - beta2**later), v_constant, signs=alone_signs),
        weighted(over_hat * (newest + first), constant(t), signs=alone_signs),
        weighted(-over_hat * (2 * r + eps), eps_zero, signs=alone_signs)], signs=alone_signs)

# --- the mean -------------------------------------------------------------------------------------


def mean_of_squares() -> Step:
    """Prove that v has the mean (1 - beta2^t) M."""
    def claim(time: Any) -> Statement:
        mean: Scalar = Expectation(says.random_square(time))
        return mean.equals((1 - beta2**time) * says.second_moment)

    moment = suppose(says.same_moment)(t)
    return induction(
        "the mean of v", prove("at the start", claim(0), by=[average(suppose(says.random_start))]),
        prove("one square more", claim(later),
              by=[average(suppose(says.random_averaging)(t)), weighted(1 - beta2, moment),
                  weighted(beta2, assumed(claim(t)))]), claim(t), t)


mean_square = mean_of_squares().for_all(t)(later)
unbiased = prove(
    "the corrected mean", says.unbiased.conclusion,
    by=[weighted(1 / (1 - beta2**later), mean_square, signs=[corrected])], signs=[corrected])
r_random, b = says.random_root(later), says.mean_root
root_too_small = prove(
    "Jensen", says.root_too_small.conclusion,
    by=[average(squared("a square", r_random - b)),
        average(suppose(says.random_roots, [corrected])),
        weighted(2 * b, suppose(says.mean_of_root)), unbiased], signs=[corrected])

# --- evidence -------------------------------------------------------------------------------------

proofs = (
    Proof(says.rule, rule),
    Proof(says.eps_no_less, eps_no_less),
    Proof(says.eps_root_two, eps_root_two),
    Proof(says.scale, scale),
    Proof(says.rate_frozen, rate_frozen),
    Proof(says.rate_secant, rate_secant),
    Proof(says.bounded_step, bounded_step),
    Proof(says.attained_step, attained_step),
    Proof(says.corrected_bound, corrected_bound),
    Proof(says.constant_uncorrected, constant_uncorrected),
    Proof(says.constant_corrected, constant_corrected),
    Proof(says.unbiased, unbiased),
    Proof(says.root_too_small, root_too_small),
)


def world(gradients: tuple[Any, ...], beta2: Any, eps: Any = 0, corrected: bool = False,
          **letters: Any) -> Model:
    """Return the world of some gradients, alpha = 1; its last step is that of the package's rule.

    Its root r is read off that step, at the time t + 1; the root before is not known, nor asked.
    """
    rule = (CorrectedRMSProp if corrected else RMSProp)(Fraction(1), Fraction(beta2), Fraction(eps))
    g = [Fraction(0), *map(Fraction, gradients)]
    v = [Fraction(0)]
    for newer in g[1:]:
        v.append(rule.beta2 * v[-1] + (1 - rule.beta2) * newer**2)
    moved, _ = rule.step(Fraction(0), v[-2], lambda _: g[-1], len(g) - 1)
    r = -g[-1] / moved - (rule.eps if corrected else 0)
    return with_sequences(
        Model(letters={"beta2": rule.beta2, "eps": rule.eps, "alpha": Fraction(1),
                       **{name: Fraction(value) for name, value in letters.items()}},
              vectors={"e": rational(1)}, indices={"t": len(gradients) - 1},
              horizon=len(gradients)), g=g, v=v, r=[Fraction(1)] * len(gradients) + [r])


def with_sequences(model: Model, **more: list[Any]) -> Model:
    """Return a world with more sequences."""
    fields = {name: lambda point, values=values: values[int(point[0])]
              for name, values in more.items()}
    return replace(model, fields={**model.fields, **fields})


def random_world(steps: int) -> Model:
    """Return the world in which the gradients are 1 or 3, with equal odds; r is |g| at t = 1."""
    rule = RMSProp(Fraction(1), Fraction(1, 2))

    def seen(time: int, outcome: tuple[int, ...]) -> Any:
        v = Fraction(0)
        for g in outcome[:time]:
            v = rule.beta2 * v + (1 - rule.beta2) * g**2
        return rational(time, v, outcome[0])

    return Model(letters={"beta2": rule.beta2, "M": Fraction(5), "b": Fraction(2)},
                 fields={"v": lambda w: w[1], "r": lambda w: w[2]},
                 processes={"w": seen, "g": lambda time, outcome: rational(outcome[time - 1])},
                 outcomes=sample_paths([(Fraction(1, 2), 1), (Fraction(1, 2), 3)], steps),
                 indices={"t": steps - 1}, horizon=steps)


F = Fraction
one = world((4,), F(3, 4), F(9, 4), d=2, s=F(3, 2), x=-4)
on_one = "one gradient 4, beta2 = 3/4, eps = 9/4"
examples = (
    *(example(claim, with_sequences(one, q=[F(0), F(2)]), on_one)
      for claim in (says.rule, says.eps_no_less, says.eps_root_two, says.rate_frozen)),
    example(says.scale, with_sequences(one, **{"g'": [F(0), F(8)], "v'": [F(0), F(16)],
                                               "r'": [F(0), F(5)]}), f"{on_one}, and twice that"),
    example(says.rate_secant, with_sequences(one, **{"r'": [F(0), F(3, 2)]}),
            f"{on_one}, against the gradient 0"),
    example(says.bounded_step, world((4, 2), F(3, 4)), "the gradients 4 and 2, beta2 = 3/4"),
    *(example(claim, world((0, 4), F(3, 4)), "the gradients 0 and 4, beta2 = 3/4, eps = 0")
      for claim in (says.bounded_step, says.attained_step)),
    example(says.corrected_bound, world((2, 5), F(3, 4), 1, corrected=True),
            "the gradients 2 and 5, beta2 = 3/4, eps = 1"),
    example(says.corrected_bound, world((0, 5), F(9, 16), corrected=True),
            "the gradients 0 and 5, beta2 = 9/16, eps = 0"),
    example(says.constant_uncorrected, world((5, 5), F(3, 5)), "the gradient 5 twice, beta2 = 3/5"),
    example(says.constant_corrected, world((5, 5, 5), F(3, 5), corrected=True),
            "the gradient 5 three times, beta2 = 3/5"),
    example(says.unbiased, random_world(3), "gradients 1 or 3, every path of 3"),
    example(says.root_too_small, random_world(1), "a gradient 1 or 3: the root has the mean 2"),
)
citations = (
    Citation(says.rule_frameworks, "their sources: Keras and Optax add eps inside the root (Optax "
             "by eps_in_sqrt), PyTorch outside; Tieleman & Hinton 2012, lecture 6.5"),
    Citation(says.rate_index, "erratum of the notation"),
)
