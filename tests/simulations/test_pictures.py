"""Pictures: drawn from results alone, on the axes they are given, the same bytes every time."""

import numpy as np
import pytest

from sgdtheory import exact, montecarlo, picture, problems, script, verdict
from sgdtheory.networks import activation, piecewise


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


@pytest.fixture
def no_computing(monkeypatch):
    """Make simulating, exact moments and judging fail."""
    def refuse(*arguments, **settings):
        raise AssertionError("drawing computes")

    for module, name in ((montecarlo, "simulate"), (exact, "distance2"), (exact, "limit2"),
                         (problems, "quadratic"), (verdict, "judge"), (verdict, "judge_equal"),
                         (activation.Activation, "__call__"),
                         (piecewise.PiecewiseLinear, "__call__")):
        monkeypatch.setattr(module, name, refuse)


def test_a_loaded_result_gives_the_same_picture_and_computes_nothing(simulation, small, tmp_path,
                                                                    no_computing):
    script.save(small, tmp_path / "r.json")
    loaded = script.load(tmp_path / "r.json", simulation.Result)
    with pytest.raises(AssertionError, match="drawing computes"):
        simulation.run(runs=2)
    pictures = [picture.render(picture.draw(simulation.PANELS, result, "title"), "svg")
                for result in (small, loaded)]
    assert pictures[0] == pictures[1]
    assert b"<dc:date>" not in pictures[0]


def test_every_panel_draws_on_the_axes_it_is_given_and_labels_them(simulation, small):
    from matplotlib.figure import Figure

    for panel in simulation.PANELS:
        ax = Figure().add_subplot()
        assert panel(small, ax) is None
        title = ax.get_title(loc="left") or ax.get_title()
        assert all((ax.get_xlabel(), ax.get_ylabel(), title)), panel.__name__
        assert ax.get_legend() is not None, panel.__name__


def test_a_picture_does_not_depend_on_the_users_settings(simulation, small):
    import matplotlib

    panel = simulation.PANELS[:1]
    plain = picture.render(picture.draw(panel, small, "title"), "png")
    with matplotlib.rc_context({"lines.linewidth": 9.0, "font.size": 30.0, "axes.grid": False}):
        assert picture.render(picture.draw(panel, small, "title"), "png") == plain
        assert matplotlib.rcParams["lines.linewidth"] == 9.0


def test_another_number_gives_another_picture(axes):
    """The control of the comparisons above."""
    def one_line(result, ax):
        ax.plot([0, result])

    bytes_of = [picture.render(picture.draw([one_line], x, "title"), "png") for x in (1.0, -1.0)]
    assert bytes_of[0] != bytes_of[1]


def test_only_two_formats_are_known():
    from matplotlib.figure import Figure

    with pytest.raises(ValueError, match="must be 'png' or 'svg'; got 'jpg'"):
        picture.render(Figure(), "jpg")


def luminance(colour):
    from matplotlib.colors import to_rgb

    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def test_roles_differ_in_grey_by_luminance_dash_or_mark():
    looks = [(name, luminance(look["color"]), str(look["linestyle"]), look.get("marker"))
             for name, look in picture.ROLES.items()]
    for i, (name, light, *dash) in enumerate(looks):
        for other, other_light, *other_dash in looks[:i]:
            assert dash != other_dash or abs(light - other_light) > 0.1, (name, other)


@pytest.mark.parametrize("name", picture.ROLES)
def test_a_role_can_be_changed_without_changing_it(name):
    assert picture.role(name, color="red")["color"] == "red"
    assert picture.ROLES[name]["color"] != "red"
