"""Pictures: drawn from results alone, on the axes they are given, the same bytes every time."""

import re

import numpy as np
import pytest

from sgdtheory import exact, gallery, montecarlo, optimizers, picture, problems, script, verdict
from sgdtheory.networks import activation, piecewise


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


@pytest.fixture
def no_computing(monkeypatch):
    """Make simulating, exact moments, judging, networks and the steps of rules fail."""
    def refuse(*arguments, **settings):
        raise AssertionError("drawing computes")

    rules = {rule for rule in vars(optimizers).values() if hasattr(rule, "step")}
    for module, name in ((montecarlo, "simulate"), (exact, "distance2"), (exact, "limit2"),
                         (problems, "quadratic"), (verdict, "judge"), (verdict, "judge_equal"),
                         (activation.Activation, "__call__"),
                         (piecewise.PiecewiseLinear, "__call__"),
                         *((rule, "step") for rule in rules)):
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


def looks_of(ax):
    """Return how each labelled line, bar or area looks: its colours, dash, hatch and mark."""
    handles, labels = ax.get_legend_handles_labels()
    parts = [handle if hasattr(handle, "get_linestyle") else handle.lines[0] for handle in handles]
    seen = ("color", "facecolor", "edgecolor", "linestyle", "hatch", "marker", "markerfacecolor")
    return {label: (str(getattr(part, "_dash_pattern", "")),
                    *(str(getattr(part, f"get_{name}", str)()) for name in seen))
            for label, part in zip(labels, parts, strict=True)}


def words_of(ax):
    """Return every text of a panel without what is set as mathematics."""
    texts = [ax.get_title(), ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(),
             *ax.get_legend_handles_labels()[1], *(text.get_text() for text in ax.texts)]
    return [re.sub(r"\$[^$]*\$", "", text) for text in texts]


SPELT = re.compile(r"\\?\b((alpha|beta1?|sigma2?|mu2?|sqrt)\b|limsup_|w_t|[BLcdhnt] = )")


def hidden(points, box):
    return [point for point in points if box.contains(*point)]


def covered(figure):
    """Return the marks that a legend covers, as (panel, label)."""
    figure.canvas.draw()
    found = []
    for ax in figure.axes:
        box = ax.get_legend().get_window_extent()
        for line in ax.lines:
            if line.get_marker() not in ("None", "none", None, "|", "_"):
                x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
                low, high = sorted(ax.get_ylim())
                seen = (y >= low) & (y <= high)
                places = ax.transData.transform(np.column_stack([x, y])[seen])
                found += [(ax.get_title(loc="left"), line.get_label()) for _ in hidden(places, box)]
    return found


def test_no_two_lines_of_a_panel_look_alike_and_letters_are_set_as_mathematics(simulation, small):
    figure = picture.draw(simulation.PANELS, small, "title")
    for ax in figure.axes:
        looks = looks_of(ax)
        assert len(set(looks.values())) == len(looks), (ax.get_title(loc="left"), looks)
        assert not [text for text in words_of(ax) if SPELT.search(text)]


def test_no_legend_hides_a_mark(simulation, small):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = picture.draw(simulation.PANELS, small, "title")
    FigureCanvasAgg(figure)
    with picture.style():
        assert covered(figure) == []


def test_lines_that_look_alike_letters_in_words_and_hidden_marks_would_be_seen():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    def careless(result, ax):
        ax.plot([0, 1], [0, 1], label="bound, alpha c = 1", **picture.role("smooth"))
        ax.plot([0, 1], [1, 2], label="bound, $\\alpha c = 2$", **picture.role("smooth"))
        ax.plot([0.99, 0], [1.99, 0], label="marks", **picture.marks("measured"))
        ax.legend(loc="upper right")

    figure = picture.draw([careless], None, "title")
    FigureCanvasAgg(figure)
    looks, (ax,) = looks_of(figure.axes[0]), figure.axes
    assert len(set(looks.values())) == len(looks) - 1
    assert [text for text in words_of(ax) if SPELT.search(text)] == ["bound, alpha c = 1"]
    assert covered(figure) == [("", "marks")]


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

    with pytest.raises(ValueError, match="must be one of png, svg, pdf; got 'jpg'"):
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


def test_every_text_of_a_picture_is_translated_and_the_drawing_is_the_same_every_time(
        simulation, small):
    for panel in simulation.PANELS:
        english, spanish = (gallery.drawn(panel, small, language, "svg")
                            for language in ("en", "es"))
        assert english != spanish
        assert spanish == gallery.drawn(panel, small, "es", "svg")
