"""Landscapes: minima by intervals, saddles by inertia, copies by normal forms, risks by law."""

from __future__ import annotations

import math
import time
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp
from sgdtheory.proofs import landscape as proofs
from sgdtheory.simulations import landscape as simulation

from sgdtheory.evidence import EvidenceError, Proof, example, ledger
from sgdtheory.exact.goe import LARGEST_GOE, goe_decay, goe_positive
from sgdtheory.logic.claim import Claim
from sgdtheory.networks import factors, isolated
from sgdtheory.networks.ball import ball
from sgdtheory.networks.copies import Unit, copies, evaluated, mirrored, normal_form, rescaled
from sgdtheory.networks.inertia import inertia
from sgdtheory.networks.isolated import isolated_minimum
from sgdtheory.networks.neuron import critical_points, geometric_inputs, on_axes, slopes
from sgdtheory.theory import landscape as says

DELTA = 1e-12


# --- one unit ------------------------------------------------------------------------------------


def test_n_examples_on_a_line_have_n_minima_and_one_maximum_less_in_under_a_second() -> None:
    start = time.process_time()
    found = {n: critical_points(geometric_inputs(n), np.full(n, 0.75)) for n in range(1, 9)}
    assert time.process_time() - start < 1
    assert {n: (len(f.minima), len(f.maxima)) for n, f in found.items()} == {
        n: (n, n - 1) for n in range(1, 9)}
    assert all(f.spurious == n - 1 for n, f in found.items())


def test_forty_examples_over_forty_orders_of_magnitude_have_forty_minima() -> None:
    found = critical_points(geometric_inputs(40), np.full(40, 0.75))
    assert (len(found.minima), len(found.maxima)) == (40, 39)
    assert np.all(found.minima[1:, 0] > found.maxima[:, 1])
    assert np.all(found.maxima[:, 0] > found.minima[:-1, 1])


def test_ten_examples_in_the_plane_have_25_certified_minima_of_81_critical_points() -> None:
    assert on_axes(10, 2) == (5, 5)
    assert proofs.counted(10, 2) == (25, 81) == (says.minima_built(10, 2),
                                                 says.critical_built(10, 2))
    assert proofs.counted(10, 2) != (24, 81), "the count off by one"
    assert proofs.counted(2, 2) == (1, 1), "as many examples as weights: the construction fails"
    assert proofs.spurious(10, 2) == 24


@pytest.mark.parametrize("n", range(1, 9))
def test_every_critical_point_is_enclosed_by_signs_in_high_precision(n) -> None:
    """The other route: mpmath with 60 digits, at the ends of each interval."""
    found, x, y = proofs.line(n), geometric_inputs(n), np.full(n, 0.75)
    assert all(slope_of(x, y, a) < 0 < slope_of(x, y, b) for a, b in found.minima)
    assert all(slope_of(x, y, a) > 0 > slope_of(x, y, b) for a, b in found.maxima)
    assert np.all(found.minima[:, 1] - found.minima[:, 0] < 1e-9 * found.minima[:, 1])


def slope_of(x, y, w):
    """Return half the slope of the loss at a float, by mpmath with 60 digits."""
    import mpmath

    with mpmath.workdps(60):
        total = mpmath.mpf(0)
        for each, label in zip(x, y, strict=True):
            value = 1 / (1 + mpmath.exp(-mpmath.mpf(float(each)) * mpmath.mpf(float(w))))
            total += float(each) * (value - float(label)) * value * (1 - value)
        return total


def test_where_no_dip_is_left_the_construction_fails() -> None:
    """Labels 1/2 put every dip at w = 0; equal inputs put all dips at one weight."""
    for x, y in ((geometric_inputs(5), np.full(5, 0.5)), (np.ones(5), np.full(5, 0.75))):
        assert len(critical_points(x, y).minima) == 1


@given(hyp.integers(0, 10**6), hyp.integers(1, 7))
@settings(max_examples=40)
def test_no_critical_point_of_any_examples_that_a_fine_grid_sees_is_missed(seed, n) -> None:
    rng = np.random.default_rng(seed)
    x = rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-2, 2, n)
    y = rng.uniform(0.02, 0.98, n)
    found = critical_points(x, y)
    for kind, intervals in ((1, found.minima), (-1, found.maxima)):
        assert all(kind * slope_of(x, y, a) < 0 < kind * slope_of(x, y, b) for a, b in intervals)
    dips = np.log(y / (1 - y)) / x
    spread = np.concatenate([[dips.min() - 1], dips, [dips.max() + 1]])
    spread.sort()
    grid = np.unique(np.concatenate([np.linspace(a, b, 400) for a, b in
                                     pairwise(spread)]))
    values = 1 / (1 + np.exp(-np.clip(np.multiply.outer(grid, x), -700, 700)))
    signs = np.sign(((values - y) * values * (1 - values)) @ x)
    seen = signs[signs != 0]
    crossings = np.count_nonzero(seen[1:] != seen[:-1])
    assert crossings <= found.count, "a sign that changes has a critical point"
    assert len(found.minima) == len(found.maxima) + 1
    assert found.minima[0, 0] >= dips.min() - 1e-9 - abs(dips.min()) * 1e-9
    assert found.minima[-1, 1] <= dips.max() + 1e-9 + abs(dips.max()) * 1e-9


def test_the_enclosed_slopes_hold_the_derivatives_of_the_loss_over_whole_cells() -> None:
    rng = np.random.default_rng(5)
    x, y = np.array([1.0, -0.3, 20.0]), np.array([0.7, 0.2, 0.4])
    w = rng.uniform(-3, 3, 50)
    from sgdtheory.networks.ball import Ball

    slope, bend = slopes(x, y, Ball(w, np.full(50, 0.05)))
    for offset in (-0.05, 0.0, 0.03, 0.05):
        at = w + offset
        s = 1 / (1 + np.exp(-np.multiply.outer(at, x)))
        p = s * (1 - s)
        first = ((s - y) * p) @ x
        second = (p * (p + (s - y) * (1 - 2 * s))) @ x**2
        assert np.all(np.abs(first - slope.mid) <= slope.rad + 1e-12)
        assert np.all(np.abs(second - bend.mid) <= bend.rad + 1e-12)
    assert np.all(slopes(x, y, ball(w))[0].rad < 1e-12)


def test_the_ratio_6_is_enough_and_5_is_not() -> None:
    for n in range(2, 9):
        assert len(proofs.line(n, 6.0).minima) == n
        assert len(proofs.line(n, 5.0).minima) < n


def test_a_counter_that_is_off_by_one_or_loses_a_minimum_is_caught(monkeypatch) -> None:
    assert proofs.misses([(10, 2), (11, 3)]) == 0
    monkeypatch.setattr(says, "minima_built", lambda n, d: F((n // d) ** d) + 1)
    assert proofs.misses([(10, 2)]) == 1
    monkeypatch.setattr(says, "minima_built", lambda n, d: F((n // d) ** d))
    assert proofs.misses([(10, 2)]) == 0, "Auer's own count is right where d divides n"
    assert proofs.misses([(11, 3)]) > 0, "and too small where it does not"


@given(hyp.integers(1, 40), hyp.integers(1, 6))
def test_spreading_the_examples_evenly_gives_the_most_minima_and_at_least_auers(n, d) -> None:
    if n < d:
        with pytest.raises(ValueError, match=r"n=\d+, the number of samples, must be at least d="):
            says.minima_built(n, d)
        return
    even = math.prod(on_axes(n, d))
    assert sum(on_axes(n, d)) == n
    assert says.minima_built(F(n), F(d)) == even >= says.auer_floor(F(n), F(d)) == (n // d) ** d
    assert even == _most(n, d)
    assert says.critical_built(F(n), F(d)) == math.prod(2 * q - 1 for q in on_axes(n, d))


def _most(n, d):
    """Return the largest product of d positive whole numbers with the sum n, by trying all."""
    table = {k: k for k in range(1, n + 1)}
    for _ in range(d - 1):
        table = {k: max(table[k - j] * j for j in range(1, k) if k - j in table)
                 for k in range(2, n + 1) if any(k - j in table for j in range(1, k))}
    return table[n]


@given(hyp.integers(0, 10**6), hyp.integers(1, 5), hyp.integers(0, 4))
@settings(max_examples=30)
def test_where_a_unit_has_independent_inputs_its_gradient_vanishes_at_the_fit_only(seed, n, more
                                                                                 ) -> None:
    """The gradient is at least the least singular value of the inputs times the sloped misses."""
    rng = np.random.default_rng(seed)
    X, y, w = rng.normal(size=(n, n + more)), rng.uniform(0.1, 0.9, n), rng.normal(size=n + more)
    s = 1 / (1 + np.exp(-X @ w))
    missed = 2 * (s - y) * s * (1 - s)
    least = np.linalg.svd(X, compute_uv=False)[-1]
    assert np.linalg.norm(X.T @ missed) >= 0.999999 * least * np.linalg.norm(missed)
    fit = np.linalg.lstsq(X, np.log(y / (1 - y)), rcond=None)[0]
    assert 1 / (1 + np.exp(-X @ fit)) == pytest.approx(y, abs=1e-6)


@pytest.mark.parametrize(("x", "y", "why"), [
    ([], [], r"must both have the shape \(n,\), n >= 1"),
    ([[1.0]], [[0.5]], "a unit with several weights"),
    ([1.0, 0.0], [0.5, 0.5], "must be finite and not 0; got 0"),
    ([1.0], [1.0], r"must lie in \(0, 1\), where the sigmoid"),
])
def test_examples_that_make_no_sense_are_refused(x, y, why) -> None:
    with pytest.raises(ValueError, match=why):
        critical_points(x, y)
    with pytest.raises(ValueError, match="one for each axis"):
        on_axes(2, 3)


def test_a_degenerate_critical_point_is_refused_and_not_counted() -> None:
    """Between the ratios 5 and 6 a minimum and a maximum of two examples meet."""
    low, high = 5.0, 6.0
    for _ in range(60):
        ratio = (low + high) / 2
        try:
            few = len(critical_points([1.0, 1 / ratio], [0.75, 0.75]).minima) < 2
        except ValueError as error:
            assert "degenerate" in str(error)
            return
        low, high = (ratio, high) if few else (low, ratio)
    assert high - low < 1e-15, "told apart down to the last digit"


def test_the_25_minima_stay_where_the_examples_leave_the_axes_and_not_for_any_distance() -> None:
    boxes = proofs.moved_minima()
    assert proofs.disjoint(boxes) == len(boxes) == 25
    assert proofs.disjoint([*boxes, boxes[3]]) == 25, "what is found twice is counted once"
    with pytest.raises(ValueError, match="no box around"):
        proofs.moved_minima(off=1e-2)


def test_a_box_is_certified_around_a_minimum_only() -> None:
    """The axis examples, whose critical points are known: at saddles and maxima none is found."""
    inputs = geometric_inputs(3)
    X = np.concatenate([np.outer(inputs, axis) for axis in np.eye(2)])
    y, found = np.full(6, 0.75), proofs.line(3)
    low, high = (part.mean(axis=1) for part in (found.minima, found.maxima))
    for a in low:
        for b in low:
            box = isolated_minimum(X, y, (a, b))
            assert np.all(np.abs(box.mean(axis=1) - (a, b)) < 1e-9 * np.array([a, b]))
    for w in [(low[0], high[1]), (high[0], high[1]), (high[1], low[2])]:
        with pytest.raises(ValueError, match="start closer to one, or it is degenerate"):
            isolated_minimum(X, y, w)
    with pytest.raises(ValueError, match=r"must have the shapes \(n, d\), \(n,\) and \(d,\)"):
        isolated_minimum(X, y, (1.0,))


def test_krawczyks_operator_sees_no_zero_in_a_box_without_one() -> None:
    X, y = np.eye(2), np.array([0.75, 0.25])
    at, inverse = np.array([np.log(3), -np.log(3)]), np.eye(2) / (3 / 16) ** 2
    assert isolated._one_zero(X, y, at, np.full(2, 1e-3), inverse)
    assert not isolated._one_zero(X, y, at + 2e-3, np.full(2, 1e-3), inverse)
    assert not isolated._one_zero(X, y, at, np.full(2, 5.0), inverse), "too large to contract"
    assert isolated._positive([[ball(2.0), ball(1.0)], [ball(1.0), ball(2.0)]])
    assert not isolated._positive([[ball(1.0), ball(2.0)], [ball(2.0), ball(1.0)]])


# --- saddle points -------------------------------------------------------------------------------


def random_fractions(rng, rows, columns):
    return [[F(int(v), 3) for v in row] for row in rng.integers(-5, 6, (rows, columns))]


@pytest.mark.parametrize(("p", "k"), [(2, 1), (3, 2), (3, 3)])
def test_the_hessian_is_that_of_sympy(p, k) -> None:
    import sympy

    rng = np.random.default_rng(p + k)
    M, U, V = (random_fractions(rng, *shape) for shape in ((p, p), (p, k), (p, k)))
    letters = sympy.symbols(f"w:{2 * p * k}")
    half = sympy.Matrix(p, k, letters[: p * k]), sympy.Matrix(p, k, letters[p * k:])
    off = sympy.Matrix(p, p, [sympy.Rational(e) for row in M for e in row]) - half[0] * half[1].T
    loss = sum(entry**2 for entry in off) / 2
    here = dict(zip(letters, [e for part in (U, V) for row in part for e in row], strict=True))
    second = sympy.hessian(loss, letters).subs(here)
    assert factors.hessian(M, U, V) == [[F(int(e.p), int(e.q)) for e in row]
                                       for row in second.tolist()]
    first = [F(int(sympy.diff(loss, w).subs(here).p), int(sympy.diff(loss, w).subs(here).q))
             for w in letters]
    assert [e for part in factors.gradient(M, U, V) for row in part for e in row] == first
    assert factors.loss(M, U, V) == F(str(loss.subs(here)))


@pytest.mark.parametrize("seed", range(6))
def test_every_critical_point_of_a_class_has_its_index_balanced_or_not(seed) -> None:
    """Any rational G, and M turned on both sides: the inertia is that of the formula."""
    rng, p, k = np.random.default_rng(seed), 3, 2
    values = (F(7), F(4), F(2))
    turns = [cayley(rng, p) for _ in range(2)]
    for S in factors.classes(p, k):
        M, U, V = factors.critical_pair(values, S, k)
        G, inverse = invertible(rng)
        point = (factors.times(factors.times(turns[0], M), factors.transposed(turns[1])),
                 factors.times(turns[0], factors.times(U, G)),
                 factors.times(turns[1], factors.times(V, factors.transposed(inverse))))
        assert not any(e for part in factors.gradient(*point) for row in part for e in row)
        found = inertia(factors.hessian(*point))
        above = factors.inversions(S, p)
        assert found.negative == says.saddle_index(p, k, len(S), above)
        assert found.zero == says.nullity(k, len(S))
        assert sum(found) == 2 * p * k


def cayley(rng, p):
    """Return a rational orthogonal matrix, ``(I - A) (I + A)^-1`` of an antisymmetric A."""
    import sympy

    a = sympy.zeros(p)
    for i in range(p):
        for j in range(i):
            a[i, j] = sympy.Rational(int(rng.integers(-4, 5)), 3)
            a[j, i] = -a[i, j]
    turn = (sympy.eye(p) - a) * (sympy.eye(p) + a).inv()
    return [[F(int(e.p), int(e.q)) for e in row] for row in turn.tolist()]


def invertible(rng):
    a, b, c, d = (F(int(v)) for v in rng.integers(1, 9, 4))
    det = a * d - b * c
    if not det:
        a, det = a + 1, (a + 1) * d - b * c
    return [[a, b], [c, d]], [[d / det, -b / det], [-c / det, a / det]]


@given(hyp.integers(0, 10**6), hyp.integers(1, 7))
@settings(max_examples=40)
def test_the_inertia_is_that_of_the_eigenvalues_also_with_zeros_on_the_diagonal(seed, n) -> None:
    rng = np.random.default_rng(seed)
    part = rng.integers(-3, 4, (n, n))
    symmetric = part + part.T - np.diag(np.diag(part)) * int(rng.integers(0, 3))
    values = np.linalg.eigvalsh(symmetric.astype(float))
    exact = inertia([[F(int(e)) for e in row] for row in symmetric])
    assert exact == (np.sum(values > 1e-8), np.sum(values < -1e-8), np.sum(abs(values) <= 1e-8))


def test_matrices_whose_inertia_has_no_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="must be square and symmetric"):
        inertia([[F(1), F(2)], [F(3), F(1)]])
    with pytest.raises(ValueError, match="whole numbers and Fractions"):
        inertia([[0.5]])
    assert inertia([[F(0)]]) == (0, 0, 1)


def test_singular_values_that_are_equal_and_too_many_kept_are_refused() -> None:
    with pytest.raises(ValueError, match="must be positive and decreasing, each once"):
        factors.critical_pair((2, 2), (0,), 1)
    with pytest.raises(ValueError, match="must be positive and decreasing"):
        factors.critical_pair((2, 0), (0,), 1)
    with pytest.raises(ValueError, match="must hold at most rank=1 of 2 values"):
        factors.critical_pair((2, 1), (0, 1), 1)
    with pytest.raises(ValueError, match="must be at most rank=1, the columns"):
        says.saddle_index(3, 1, 2, 0)
    with pytest.raises(ValueError, match="above=3 pairs of a value left out"):
        says.saddle_index(3, 1, 1, 3)
    with pytest.raises(ValueError, match="retained=2 singular values must be at most rank=1"):
        says.nullity(1, 2)


@pytest.mark.parametrize("seed", range(12))
def test_what_a_solver_finds_as_a_critical_point_is_of_one_of_the_classes(seed) -> None:
    """That there are no others: at each ``U V'`` is M on a set of singular directions."""
    from scipy.optimize import root

    rng, p, k = np.random.default_rng(seed), 3, 2
    turn = np.linalg.qr(rng.normal(size=(p, p)))[0]
    M = np.diag([5.0, 3.0, 2.0]) @ turn.T

    def slope(w):
        U, V = w.reshape(2, p, k)
        off = M - U @ V.T
        return np.concatenate([(-off @ V).ravel(), (-off.T @ U).ravel()])

    found = root(slope, rng.normal(size=2 * p * k), method="lm", options={"xtol": 1e-14})
    assert np.linalg.norm(slope(found.x)) < 1e-7
    product = found.x.reshape(2, p, k)
    kept = np.diag(product[0] @ product[1].T @ turn) / (5.0, 3.0, 2.0)
    assert kept == pytest.approx(np.round(kept), abs=1e-3) and set(np.round(kept)) <= {0.0, 1.0}
    assert sum(np.round(kept)) <= k


def test_where_M_has_no_full_rank_or_equal_values_the_index_formula_fails() -> None:
    """The control of the hypotheses: a value of 0 adds to the nullity and takes from the index."""
    M, U, V = ([[F(2), F(0)], [F(0), F(0)]], [[F(0)], [F(0)]], [[F(0)], [F(0)]])
    assert inertia(factors.hessian(M, U, V)) == (1, 1, 2)
    assert says.saddle_index(2, 1, 0, 0) == 2 and says.nullity(1, 0) == 0


def test_175_of_176_classes_are_saddles_and_mutants_of_the_index_are_caught(monkeypatch) -> None:
    found = factors.classes(10, 3)
    index = [says.saddle_index(10, 3, len(S), factors.inversions(S, 10)) for S in found]
    assert (len(found), index.count(0)) == (176, 1)
    assert index.index(0) == found.index((0, 1, 2))
    assert proofs.index_misses() == proofs.nullity_misses() == proofs.class_misses() == 0
    monkeypatch.setattr(says, "saddle_index", lambda p, k, s, v: (k - s) * (p - s) + v + (s == 1))
    assert proofs.index_misses() > 0
    monkeypatch.setattr(says, "nullity", lambda k, s: s * k)
    assert proofs.nullity_misses() > 0


# --- random matrices -----------------------------------------------------------------------------


def test_the_probabilities_of_the_audit_and_the_next_two_exactly() -> None:
    import sympy

    root, pi = sympy.sqrt(2), sympy.pi
    expected = [sympy.Rational(1, 2), (2 - root) / 4, (pi - 2 * root) / (4 * pi),
                sympy.Rational(1, 4) - root / 16 - 1 / (2 * pi),
                sympy.Rational(1, 8) - (8 + root) / (24 * pi)]
    for N, value in enumerate(expected, start=1):
        assert sympy.simplify(goe_positive(N) - value) == 0


@pytest.mark.parametrize(("N", "cells"), [(2, 3000), (3, 900), (4, 120)])
def test_the_probability_is_the_share_of_a_cone_in_the_density_of_the_eigenvalues(N, cells):
    """By midpoints over the angles on the sphere: the density is homogeneous but for the radius."""
    quarter = [(0, np.pi / 2)] * (N - 1)
    whole = [(0, np.pi)] * (N - 2) + [(0, 2 * np.pi)]
    share = summed(quarter, cells) / summed(whole, cells)
    assert share == pytest.approx(float(goe_positive(N)), rel=2e-3)
    assert share != pytest.approx(0.5**N, rel=0.1)


def summed(limits, cells):
    """Return the integral of the products of distances over the angles in `limits`."""
    axes = [np.linspace(a, b, cells, endpoint=False) + (b - a) / 2 / cells for a, b in limits]
    angles = np.meshgrid(*axes, indexing="ij", sparse=True)
    point, left, area = [], 1.0, 1.0
    for i, angle in enumerate(angles):
        point.append(left * np.cos(angle))
        left = left * np.sin(angle)
        area = area * np.sin(angle) ** (len(limits) - 1 - i)
    point.append(left)
    for i, a in enumerate(point):
        for b in point[:i]:
            area = area * np.abs(a - b)
    return area.mean() * np.prod([b - a for a, b in limits])


@pytest.mark.chance(5 * DELTA)
def test_drawn_matrices_agree_with_every_probability_on_both_sides() -> None:
    """By eigenvalues and Clopper and Pearson's limits; 2^-N is caught, and so is 15 % off."""
    from scipy.stats import beta

    rng = np.random.default_rng(11)
    for N, draws in ((1, 20_000), (2, 60_000), (3, 200_000), (4, 400_000), (5, 200_000)):
        A = rng.standard_normal((draws, N, N))
        least = np.linalg.eigvalsh((A + np.swapaxes(A, 1, 2)) / 2)[:, 0]
        count = int(np.sum(least > 0))
        low = beta.ppf(DELTA / 2, count, draws - count + 1)
        high = beta.ppf(1 - DELTA / 2, count + 1, draws - count)
        exact = float(goe_positive(N))
        assert low <= exact <= high
        assert N == 1 or not low <= 0.5**N <= high
        if N in (2, 3):
            assert not low <= 1.15 * exact <= high and not low <= 0.85 * exact <= high


def test_the_decay_falls_towards_a_quarter_of_log_3_and_large_matrices_are_refused() -> None:
    found = [goe_decay(N) for N in range(1, LARGEST_GOE + 1)]
    assert all(a > b > math.log(3) / 4 for a, b in pairwise(found))
    assert found[-1] == pytest.approx(0.32429, abs=1e-5)
    for N in (0, 9, 2.5):
        with pytest.raises(ValueError, match="must be a whole number from 1 to 8"):
            goe_positive(N)


# --- copies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", range(1, 6))
def test_a_network_has_n_factorial_times_2_to_the_n_copies(n) -> None:
    assert len(copies(proofs.irreducible(n))) == says.orbit(n) == (2, 8, 48, 384, 3840)[n - 1]
    assert proofs.copy_misses(n) == 0


def test_copies_are_the_same_function_for_odd_activations_and_not_for_others() -> None:
    net = proofs.irreducible(3)
    points = [(F(a, 3), F(b, 2)) for a in (-2, 1, 4) for b in (-1, 3)]
    odd = (lambda z: z / (1 + z * z), lambda z: z**3 - z)
    for g in odd:
        values = {tuple(evaluated(copy, g, x) for x in points) for copy in copies(net)}
        assert len(values) == 1
    bent = {tuple(evaluated(copy, lambda z: max(z, F(0)), x) for x in points)
            for copy in copies(net)}
    assert len(bent) == 8, "ReLU is not odd: every choice of signs is another function"
    x = np.array([[0.3, -1.2], [2.0, 0.5]])
    tanh = {tuple(np.round([float(sum(float(u.output) * np.tanh(float(u.weights[0]) * a
            + float(u.weights[1]) * b + float(u.bias)) for u in copy)) for a, b in x], 12))
            for copy in copies(net)}
    assert len(tanh) == 1


def test_units_that_agree_or_vanish_have_fewer_copies_or_more_networks_alike() -> None:
    """The controls of irreducible: two equal units, a unit without output."""
    unit = Unit(F(1), (F(2), F(1)), F(3))
    assert len(copies((unit, unit))) == 4 < says.orbit(2), "their exchange is no other network"
    silent = Unit(F(0), (F(1), F(1)), F(1))
    assert normal_form((unit, silent)) == normal_form((unit,))
    other = Unit(F(0), (F(5), F(1)), F(1))
    assert normal_form((unit, silent)) == normal_form((unit, other)), "a continuum"
    assert normal_form((unit, Unit(F(7), (F(0), F(0)), F(0)))) == normal_form((unit,))
    assert normal_form((unit, mirrored(unit))) == normal_form((Unit(F(2), (F(2), F(1)), F(3)),))
    assert normal_form((unit,)) != normal_form((unit._replace(bias=F(4)),))


def test_rescaled_relu_units_are_a_continuum_of_copies_and_a_factor_below_0_is_refused() -> None:
    unit = Unit(F(2), (F(3),), F(-1))
    found = {rescaled(unit, F(c, 7)) for c in range(1, 101)}
    assert len(found) == 100
    for x in map(F, range(-2, 3)):
        values = {evaluated((one,), lambda z: max(z, F(0)), (x,)) for one in found}
        assert len(values) == 1
    assert evaluated((mirrored(unit),), lambda z: max(z, F(0)), (F(2),)) != evaluated(
        (unit,), lambda z: max(z, F(0)), (F(2),)), "ReLU is not odd"
    with pytest.raises(ValueError, match="factor=-1, by which the inner weights grow, must be"):
        rescaled(Unit(F(1), (F(1),), F(0)), F(-1))


# --- global minima -------------------------------------------------------------------------------


def test_interpolating_networks_of_one_shape_differ_by_any_number() -> None:
    assert proofs.bend_misses() == 0
    for height in (F(0), F(1, 3), F(-10**9)):
        net = proofs.bent(height)
        assert len(net.weights) == 4
        assert [net(knot) for knot in proofs.KNOTS] == [
            0, F(1, 4) + height, F(1, 2), F(3, 4) - height, 1]


@pytest.mark.chance(6 * DELTA)
def test_the_missed_share_has_its_beta_law_and_its_mutants_do_not() -> None:
    """Kolmogorov and Smirnov, with the exact law of the statistic; n and p - n exchanged fails."""
    from scipy.stats import beta, kstest

    for seed, (n, p) in enumerate([(1, 2), (2, 4), (2, 8), (3, 6), (5, 7), (1, 9)]):
        drawn = simulation.missed_share(np.random.default_rng(seed), n, p, 4000)
        law = beta((p - n) / 2, n / 2)
        assert kstest(drawn, law.cdf).pvalue > DELTA
        assert says.unseen_share(F(n), F(p)) == pytest.approx(law.mean())
        assert says.unseen_square(F(n), F(p)) == pytest.approx(law.moment(2))
        assert [simulation._moment(n, p, order) for order in (1, 2, 4)] == pytest.approx(
            [law.moment(order) for order in (1, 2, 4)])
        if p != 2 * n:
            assert kstest(drawn, beta(n / 2, (p - n) / 2).cdf).pvalue < DELTA


def test_gradient_descent_from_zero_finds_the_smallest_interpolating_weights() -> None:
    rng = np.random.default_rng(3)
    X, b = rng.normal(size=(3, 6)), rng.normal(size=6)
    rate = 1 / np.linalg.norm(X, 2) ** 2
    ends = []
    for start in (np.zeros(6), rng.normal(size=6)):
        w = start
        for _ in range(20_000):
            w = w - rate * X.T @ (X @ (w - b))
        ends.append(w)
    least = np.linalg.pinv(X) @ X @ b
    assert ends[0] == pytest.approx(least, abs=1e-12)
    assert ends[1] != pytest.approx(least, abs=1e-3), "from elsewhere another global minimum"
    assert X @ ends[1] == pytest.approx(X @ b, abs=1e-10)


# --- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", proofs.proofs, ids=lambda proof: proof.claim.key)
def test_a_proof_with_a_hypothesis_too_few_is_refused(proof: Proof) -> None:
    claim = proof.claim
    for i in range(len(claim.hypotheses)):
        fewer = claim.hypotheses[:i] + claim.hypotheses[i + 1 :]
        with pytest.raises(EvidenceError, match="from what it does not state"):
            Proof(Claim(claim.key, claim.says, claim.conclusion, fewer), proof.step)


def test_worlds_outside_the_hypotheses_break_the_conclusions_and_are_refused() -> None:
    plane, numbers = proofs.plane, proofs.numbers
    worlds = [
        (says.no_spurious, plane({"x": (1, 0), "z": (1, 0), "v": (1, 0)}, s=F(1, 2), y=F(3, 4),
                                 q=4), "v is orthogonal to the other inputs"),
        (says.no_spurious, plane({"x": (1, 0), "z": (0, 0), "v": (1, 0)}, s=F(1, 2), y=F(3, 4),
                                 q=0), "the activation is increasing"),
        (says.escape, numbers(u=2, m=3, h=1), r"h\^2 is below 2 \(m - u\^2\)"),
        (says.flip, numbers(a=2, g=1, h=0), "the activation is odd"),
        (says.symmetry_relu, numbers(a=2, c=-1, z=3), "the scale c is positive"),
        (says.same_fit, plane({"b": (1, 2), "v": (1, 0), "x": (3, 4)}, c=1), "v is orthogonal"),
        (says.least_norm, plane({"b": (3, 4), "v": (-3, -4)}), "v is orthogonal to the weights"),
    ]
    for claim, world, why in worlds:
        assert not world.holds(claim.conclusion)
        with pytest.raises(EvidenceError, match=why):
            example(claim, world, "outside")


def test_the_statuses_of_the_slide() -> None:
    found = {row.claim: row.status for row in ledger(["landscape"])}
    assert {claim for claim, status in found.items() if status == "refuted"} == {
        says.minima_as_stated}
    assert {claim for claim, status in found.items() if status == "cited"} == {
        says.auer_general, says.goe_falls, says.goe_model, says.symmetry_all}
    assert {claim for claim, status in found.items() if status == "measured"} == {
        says.auer_every, says.goe, says.risk_of_least}
    assert found[says.no_spurious] == found[says.any_risk] == found[says.escape] == "proved"
    assert {row.slide for row in ledger(["landscape"])} == {13}


def test_formulas_refuse_what_is_no_count() -> None:
    with pytest.raises(ValueError, match=r"n=9, the number of samples, must be at most p=4"):
        says.unseen_share(9, 4)
    with pytest.raises(ValueError, match="hidden, the number of hidden units, must be a whole"):
        says.orbit(2.5)
    assert np.array_equal(says.orbit(np.arange(4)), [1, 2, 8, 48])
