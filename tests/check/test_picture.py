"""The picture draws the numbers of the result, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import sgdtheory as st
from sgdtheory import picture
from sgdtheory.check import check
from sgdtheory.check.picture import figure


@pytest.fixture(scope="module")
def answer():
    return check(st.problems.quadratic([1.0, 2.0], sigma2=1.0), 0.1, 4, steps=50, runs=64)


def curves(drawn):
    (ax,) = drawn.axes
    return {line.get_label(): line.get_ydata() for line in ax.get_lines()}


def test_every_curve_is_an_array_of_the_result(answer):
    drawn = curves(figure(answer))
    assert np.array_equal(answer.bounds["slide"].at, answer.bounds["corrected"].at)
    for name, label in (("slide", "slide bound, and corrected"), ("smooth", "smooth bound")):
        np.testing.assert_array_equal(drawn[label], answer.bounds[name].at[1:])
    assert "corrected bound" not in drawn, "it would lie over the slide's"
    np.testing.assert_array_equal(drawn["exact, not projected"], answer.exact.at[1:])
    lines = [line.get_ydata() for line in figure(answer).axes[0].get_lines()]
    assert any(np.array_equal(y, answer.run.mean[1:]) for y in lines)


def test_the_axes_are_logarithmic_named_and_hold_what_was_measured(answer):
    (ax,) = figure(answer).axes
    low, high = ax.get_ylim()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log") and ax.get_xlabel() == "step t"
    assert low < answer.run.mean.min() and high > answer.trivial


def test_the_same_result_gives_the_same_bytes(answer):
    for kind in ("png", "svg"):
        assert picture.render(figure(answer), kind) == picture.render(figure(answer), kind)


@pytest.mark.parametrize("alpha", [0.5, 0.999])
def test_a_bound_that_grows_without_limit_is_drawn_without_a_warning(alpha):
    steep = st.problems.quadratic([0.5, 4.0], sigma2=1.0)
    found = check(steep, alpha, 1, steps=900, runs=4)
    picture.render(figure(found), "png")
    assert found.bounds["smooth"].limit == np.inf


@pytest.mark.parametrize("steps", [20, 60, 150])
def test_a_run_that_is_about_to_diverge_is_drawn_without_a_warning(steps):
    """At alpha = 3 the last row multiplies the error by about -240 when it is drawn."""
    table = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 9.0]])
    steep = st.problems.ridge(table, [0.0, 0.0, 1.0], 0.1)
    found = check(steep, 3, steps=steps, runs=2, project=False)
    picture.render(figure(found), "png")
    assert found.run.mean.max() > 1e15 and found.refuted


def test_without_noise_and_distance_there_is_still_a_picture():
    still = st.problems.ridge([[1.0], [2.0], [-1.0]], [0.0, 0.0, 0.0], 0.1)
    found = check(still, 0.1, steps=5, runs=4)
    picture.render(figure(found), "svg")
    assert found.run.mean.max() == 0


def test_the_corrected_bound_has_a_line_of_its_own_where_it_is_another():
    """At alpha = 4 the slide's bound passes mu2/c^2, and the smooth one is not near."""
    table = st.data.read_table(st.data.path("diabetes"), target="y")
    found = check(st.problems.ridge(table.X, table.y, 0.1), 4, steps=40, runs=4)
    drawn = curves(figure(found))
    np.testing.assert_array_equal(drawn["corrected bound"], found.bounds["corrected"].at[1:])
    np.testing.assert_array_equal(drawn["slide bound"], found.bounds["slide"].at[1:])
    assert "smooth bound: above the picture" in drawn


def test_the_legend_covers_nothing_that_is_drawn_and_the_title_has_the_letter(answer):
    drawn = figure(answer)
    picture.render(drawn, "png")
    (ax,) = drawn.axes
    legend = ax.get_legend().get_window_extent()
    assert not legend.overlaps(ax.get_window_extent()) and legend.x0 >= 0
    assert legend.x1 <= drawn.bbox.x1 and legend.y0 >= 0
    assert r"$\alpha$ = 0.1" in drawn.get_suptitle()
