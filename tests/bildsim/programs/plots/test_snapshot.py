"""Stills for papers: to scale, with text as text, the same bytes each time."""

import re
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import EllipseCollection, LineCollection
from PIL import Image

from bildsim.basics.errors import UsageError
from bildsim.plot import snapshot
from bildsim.programs.plots import snapshot as module
from bildsim.programs.plots.snapshot import snapshot_figure
from bildsim.programs.plots.stills import Recorded, Still
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.targets.target import named_target

AXIS = np.linspace(-1.0, 1.0, 41)
HILL = np.exp(-((AXIS[None] - 0.5) ** 2 + (AXIS[:, None] + 0.5) ** 2) / 0.1)


def still(active=(True, True), radius=0.05, time_s=1.5, target=HILL):
    pose = np.array([[0.5, -0.5, 0.0], [-0.5, 0.5, 0.5 * np.pi]])
    return Still(time_s, pose, np.array(active), target, HILL, radius)


class Run:
    """What `bildsim.simulate` returns, as far as stills need it."""

    config = RunConfig(swarm=SwarmSettings(robots=2, radius=0.04))
    target = named_target("gmm3")

    def __init__(self):
        times = np.arange(21) / 10
        pose = np.zeros((21, 2, 3))
        pose[:, 0, 0] = 0.4 * times
        pose[:, 1, 1] = -0.3
        self.trajectory = Recorded(
            self.config, self.target, times, pose, np.ones((21, 2), dtype=bool)
        )


def discs(axes):
    return [item for item in axes.collections if isinstance(item, EllipseCollection)]


def test_robots_are_to_scale_with_a_line_to_their_front():
    axes = snapshot_figure([still()]).axes[0]
    robots, _ = discs(axes)
    np.testing.assert_allclose(robots.get_widths(), 0.1)
    np.testing.assert_allclose(robots.get_offsets(), still().pose[:, :2])
    (noses,) = (item for item in axes.collections if type(item) is LineCollection)
    fronts = [segment[-1] - segment[0] for segment in noses.get_segments()]
    np.testing.assert_allclose(fronts, [[0.05, 0.0], [0.0, 0.05]], atol=1e-12)
    assert axes.get_xlim() == axes.get_ylim() == (-1.05, 1.05)
    width, height = axes.get_position().size * axes.figure.get_size_inches()
    assert width == pytest.approx(height)


def test_the_dead_are_drawn_apart_and_named():
    figure = snapshot_figure([still(active=(True, False))])
    robots, outside = discs(figure.axes[0])
    assert (len(robots.get_offsets()), len(outside.get_offsets())) == (1, 1)
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words[:2] == ["robots", "dead or late"]
    alive = snapshot_figure([still()])
    assert "dead or late" not in [text.get_text() for text in alive.legends[0].get_texts()]


@pytest.mark.parametrize(("width_mm", "panels"), [(85.0, 1), (174.0, 3), (85.0, 3), (60.0, 5)])
def test_a_figure_is_as_wide_as_asked_and_nothing_leaves_it(width_mm, panels):
    stills = [still(time_s=float(number)) for number in range(panels)]
    figure = snapshot_figure(stills, width_mm=width_mm)
    assert figure.get_figwidth() * 25.4 == pytest.approx(width_mm)
    titles = [axes.get_title() for axes in figure.axes[:panels]]
    assert titles == [f"{number} s" for number in range(panels)]
    inside = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
    assert inside.x0 >= -0.01
    assert inside.y0 >= -0.01
    assert inside.x1 <= figure.get_figwidth() + 0.01
    assert inside.y1 <= figure.get_figheight() + 0.01


def test_a_target_without_heights_has_no_contours():
    flat = np.full((41, 41), 0.25)
    assert len(snapshot_figure([still(target=flat)]).axes[0].collections) < len(
        snapshot_figure([still()]).axes[0].collections
    )


@pytest.mark.parametrize("peak", [0.25, 0.9, 1.0, 1.82, 7.3, 12.0, 95.0])
def test_the_scale_ends_a_little_above_the_target(peak):
    assert 1.1 * peak <= module._round_peak(peak) <= 1.6 * peak


@pytest.mark.parametrize(("target", "extend"), [(HILL, "neither"), (0.5 * HILL, "max")])
def test_the_scale_has_an_arrow_where_the_swarm_is_denser_than_its_end(target, extend):
    figure = snapshot_figure([still(target=target), still(target=target)])
    (scale,) = (item.colorbar for item in figure.axes[1].collections if item.colorbar)
    assert scale.extend == extend
    assert len(scale.ax.patches) == (extend == "max")


def test_text_stays_text_and_bytes_stay_the_same(tmp_path):
    one, other = (snapshot(Run(), tmp_path / name, 1.0) for name in ("a.svg", "b.svg"))
    assert one.read_bytes() == other.read_bytes()
    words = re.findall(r"<text[^>]*>([^<]+)</text>", one.read_text())
    assert {"x (m)", "y (m)", "1 s", "robots"} <= {word.strip() for word in words}
    pdf = snapshot(Run(), tmp_path / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/Type0" in pdf or b"/TrueType" in pdf
    assert b"/Subtype /Type3" not in pdf


def test_a_picture_has_the_dots_of_its_width(tmp_path):
    path = snapshot(Run(), tmp_path / "a.png", [0.0, 1.0, 2.0], width_mm=120.0)
    with Image.open(path) as picture:
        assert picture.width == pytest.approx(120.0 / 25.4 * 400, abs=2)
    assert [item.name for item in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("a.jpg", {}, "a.jpg has no known suffix: allowed are .pdf, .svg, .png"),
        ("a.png", {"width_mm": 3.0}, "width_mm=3 is not possible: allowed is 40 to 400 mm"),
        ("a.png", {"time_s": 9.0}, "time_s=9 is not in the run: allowed is 0 to 2 s"),
        ("a.png", {"width_mm": "a"}, "width_mm='a' is not a number (mm)"),
        ("a.png", {"time_s": "end"}, "time_s='end' is not possible: give a time or several (s)"),
        ("a.png", {"time_s": []}, "time_s is empty: give a time or several"),
        ("there.png", {}, "exists and would be overwritten: give another name, or overwrite"),
    ],
)
def test_what_is_not_possible_is_refused(tmp_path, name, arguments, words):
    (tmp_path / "there.png").write_text("somebody's")
    with pytest.raises(UsageError, match=re.escape(words)):
        snapshot(Run(), tmp_path / name, **arguments)
    assert [item.name for item in tmp_path.iterdir()] == ["there.png"]
    assert (tmp_path / "there.png").read_text() == "somebody's"


def test_a_file_is_replaced_only_when_asked(tmp_path):
    (tmp_path / "a.png").write_text("an older one")
    snapshot(Run(), tmp_path / "a.png", overwrite=True)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_the_axes_of_a_wide_arena_are_in_metres_and_its_densities_a_square_metre():
    usual, wide = (snapshot_figure([replace(still(), unit_m=unit)]) for unit in (1.0, 4.0))
    for figure in (usual, wide):
        FigureCanvasAgg(figure).draw()
    across = [[label.get_text() for label in f.axes[0].get_xticklabels()] for f in (usual, wide)]
    assert "1" in across[0]
    assert across[1] == [f"{4.0 * float(text):g}" for text in across[0]]
    up = [[float(label.get_text()) for label in f.axes[1].get_yticklabels()] for f in (usual, wide)]
    np.testing.assert_allclose(np.array(up[1]) * 16.0, up[0])
