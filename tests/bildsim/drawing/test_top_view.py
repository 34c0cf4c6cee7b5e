"""The frame: robots and densities where they belong, states to be told apart, steady cost."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.drawing import FrameState, TopView, palette
from bildsim.drawing.heatmap import ArenaMap, HeatMap
from bildsim.drawing.kl_chart import LEAST_KL, Box, KlChart
from bildsim.drawing.robot_marks import TRAIL_S, Trails
from bildsim.drawing.text import draw_text, shortened, text_width

NODES = 21
RADIUS = 0.05


def bump(x, y, nodes=NODES):
    axis = np.linspace(-1.0, 1.0, nodes)
    across, up = np.meshgrid(axis, axis)
    return 0.01 + np.exp(-((across - x) ** 2 + (up - y) ** 2) / (2 * 0.2**2))


def state(poses=((0.0, 0.0, 0.0),), contact=None, saturated=None, time_s=0.0, **more):
    poses = np.array(poses, dtype=float).reshape(-1, 3)
    none = np.zeros(len(poses), dtype=bool)
    return FrameState(
        time_s=time_s,
        poses=poses,
        contact=none if contact is None else np.array(contact),
        saturated=none if saturated is None else np.array(saturated),
        **more,
    )


def view(**more):
    options = {"target": bump(0.5, 0.6), "radius": RADIUS, "duration_s": 60.0, **more}
    return TopView(**options)


def left_panel(frame):
    """Return the panel of the arena, in which C spans all but a narrow border."""
    return frame[52:696, 24:668]


def place(x, y, side=644, radius=RADIUS):
    arena = ArenaMap(0, 0, side, radius)
    column, row = np.rint(arena.to_pixels(np.array([x, y]))).astype(int)
    return row, column


def colour_at(panel, x, y):
    return panel[place(x, y)].astype(int)


def near(colour, expected, tolerance=12):
    return np.abs(np.asarray(colour, int) - expected).max() <= tolerance


def test_frame_has_the_size_that_was_asked_for():
    for size in ((1280, 720), (1920, 1080), (1000, 900)):
        frame = view(size=size).draw(state())
        assert frame.shape == (size[1], size[0], 3)
        assert frame.dtype == np.uint8


@pytest.mark.parametrize("size", [(320, 180), (1281, 720), (1280, 721)])
def test_sizes_that_cannot_be_read_or_encoded_are_refused(size):
    with pytest.raises(UsageError, match=f"{size[0]}x{size[1]}"):
        view(size=size)


@given(x=st.floats(-0.9, 0.9), y=st.floats(-0.9, 0.9))
@settings(max_examples=10, deadline=None)
def test_robots_are_drawn_where_they_are_with_y_upwards(x, y):
    # Facing left, so the heading's tick leaves the right half of the disc plain.
    panel = left_panel(view().draw(state([(x, y, np.pi)])))
    assert near(colour_at(panel, x + 0.4 * RADIUS, y), palette.ROBOT)
    assert near(colour_at(panel, x - 0.4 * RADIUS, y), palette.ROBOT_RIM, 40)
    assert not near(colour_at(panel, x, y + 1.5 * RADIUS), palette.ROBOT, 40)


def test_up_is_up():
    top = place(0.0, 0.9)
    bottom = place(0.0, -0.9)
    assert top[0] < 60
    assert bottom[0] > 580
    assert place(0.9, 0.0)[1] > 580


def test_discs_are_to_scale():
    with_robot = left_panel(view(target=np.full((NODES, NODES), 0.25)).draw(state()))
    without = left_panel(view(target=np.full((NODES, NODES), 0.25)).draw(state(np.empty((0, 3)))))
    changed = np.abs(with_robot.astype(int) - without).max(axis=-1) > 30
    expected = np.pi * (RADIUS * ArenaMap(0, 0, 644, RADIUS).pixels_per_metre) ** 2
    # The antialiased edge is a pixel wide on a radius of about fifteen.
    assert changed.sum() == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("heading", [0.0, 0.5 * np.pi, np.pi, -0.5 * np.pi])
def test_the_tick_shows_the_heading(heading):
    panel = left_panel(view().draw(state([(0.0, 0.0, heading)])))
    ahead = 0.4 * RADIUS * np.array([np.cos(heading), np.sin(heading)])
    assert near(colour_at(panel, *ahead), palette.ROBOT_RIM, 40)
    assert near(colour_at(panel, *-ahead), palette.ROBOT)


def test_contact_and_saturation_are_told_apart():
    poses = [(-0.6, 0.0, 0.0), (-0.2, 0.0, 0.0), (0.2, 0.0, 0.0), (0.6, 0.0, 0.0)]
    frame = view().draw(state(poses, [False, True, False, True], [False, False, True, True]))
    panel = left_panel(frame)
    fills = [colour_at(panel, x - 0.4 * RADIUS, 0.0) for x, _, _ in poses]
    rims = [colour_at(panel, x - 0.87 * RADIUS, 0.0) for x, _, _ in poses]
    for index, expected in enumerate([palette.ROBOT] * 2 + [palette.ROBOT_SATURATED] * 2):
        assert near(fills[index], expected)
    for index, expected in enumerate([palette.ROBOT_RIM, palette.ROBOT_CONTACT] * 2):
        assert near(rims[index], expected, 45)


def test_robots_outside_the_swarm_are_crossed_out_and_have_no_dot():
    poses = [(-0.4, 0.0, 0.0), (0.4, 0.0, 0.0)]
    frame = view().draw(state(poses, active=np.array([True, False])))
    panel, everyone = left_panel(frame), view().draw(state(poses))
    assert near(colour_at(panel, -0.4 - 0.4 * RADIUS, 0.0), palette.ROBOT)
    assert near(colour_at(panel, 0.4, 0.0), palette.ROBOT_OUTSIDE, 60), "the cross"
    assert near(colour_at(panel, 0.4 + 0.5 * RADIUS, 0.0), palette.ROBOT_RIM, 40), "dark inside"
    small = slice(52, 352), slice(700, 1000)
    bright = [(image[small] > 200).all(axis=2).sum() for image in (frame, everyone)]
    assert 0 < bright[0] < bright[1]


def test_the_legend_counts():
    shown = view().draw(state([(0.0, 0.0, 0.0)] * 2))[:50, :680]
    counted = view().draw(state([(0.0, 0.0, 0.0)] * 2, contact=[True, True]))[:50, :680]
    assert (shown != counted).any()


@pytest.mark.parametrize("nodes", [9, 21, 41, 201])
@pytest.mark.parametrize(("x", "y"), [(0.5, 0.6), (-0.5, 0.6), (0.5, -0.6), (-0.75, -0.75)])
def test_the_target_is_brightest_at_its_peak(nodes, x, y):
    frame = view(target=bump(x, y, nodes)).draw(state(np.empty((0, 3))))
    green = left_panel(frame)[20:-20, 20:-20, 1].astype(float)
    rows, columns = np.nonzero(green >= green.max() - 1)
    row, column = place(x, y)
    # The coarsest raster has a node each 0.25 m, and so its peak within 0.125 m of the bump's.
    allowed = 0.13 * ArenaMap(0, 0, 644, RADIUS).pixels_per_metre
    assert abs(rows.mean() + 20 - row) < allowed
    assert abs(columns.mean() + 20 - column) < allowed


def test_learned_density_is_painted_with_the_same_colours():
    target = bump(0.5, 0.6)
    frame = view(target=target).draw(state(np.empty((0, 3)), learned=target))
    large, small = ArenaMap(24, 52, 644, RADIUS), ArenaMap(700, 52, 300, RADIUS)
    for point in np.array([[0.5, 0.6], [0.0, 0.0], [-0.7, 0.3], [0.6, -0.8]]):
        seen = [
            frame[tuple(np.rint(arena.to_pixels(point)).astype(int)[::-1])]
            for arena in (large, small)
        ]
        assert near(*seen, tolerance=6)


def test_heat_map_fills_exactly_c_and_clips_at_the_peak():
    arena = ArenaMap(0, 0, 201, 0.1)
    frame = np.zeros((201, 201, 3), np.uint8)
    HeatMap(arena, 5, 1.0).paint(frame, np.full((5, 5), 7.0))
    painted = (frame == palette.heat_colours()[-1]).all(axis=-1)
    assert painted.sum() == arena.square**2
    corners = arena.to_pixels(np.array([[-1.0, -1.0], [1.0, 1.0]]))
    rows, columns = np.nonzero(painted)
    assert columns.min() == pytest.approx(corners[0, 0], abs=0.51)
    assert rows.min() == pytest.approx(corners[1, 1], abs=0.51)


def test_a_sharp_edge_has_no_halo():
    arena = ArenaMap(0, 0, 400, 0.0)
    density = np.zeros((41, 41))
    density[:, 20:] = 1.0
    frame = np.zeros((400, 400, 3), np.uint8)
    HeatMap(arena, 41, 2.0).paint(frame, density)
    across = frame[200, 10:-10, 1].astype(int)
    assert (np.diff(across) >= 0).all()


def test_the_colour_scale_rises_evenly_and_leaves_robots_visible():
    colours = palette.heat_colours()
    luma = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luma) > -0.6).all()  # rounding to whole levels
    for robot in (palette.ROBOT, palette.ROBOT_SATURATED, palette.ROBOT_CONTACT):
        assert np.linalg.norm(colours.astype(float) - robot, axis=1).min() > 60


def test_frames_are_deterministic_and_independent():
    def frames():
        drawn = view(kl_floor=0.02)
        for index in range(4):
            drawn.push_kl(float(index), 0.5 / (index + 1))
            yield drawn.draw(state([(0.1 * index, 0.2, 0.3)], time_s=float(index)))

    first, second = list(frames()), list(frames())
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    kept = first[0].copy()
    first[1][:] = 0
    np.testing.assert_array_equal(first[0], kept)


def test_trails_lead_to_the_robot_and_fade_to_nothing():
    arena = ArenaMap(0, 0, 300, RADIUS)
    trails = Trails(arena)
    trails.extend(0.0, np.array([[-0.5, 0.0]]))
    trails.extend(0.1, np.array([[0.5, 0.0]]))
    row, column = place(0.0, 0.0, 300)
    seen = []
    for step in range(1, 70):
        frame = np.zeros((300, 300, 3), np.uint8)
        trails.draw(frame)
        seen.append(int(frame[row - 2 : row + 3, column].max()))
        trails.extend(0.1 + 0.1 * step, np.array([[0.5, 0.0]]))
    assert seen[0] > 80
    assert sorted(seen, reverse=True) == seen
    assert seen[30] > 0
    assert seen[round(10 * TRAIL_S) + 2] == 0


@pytest.mark.parametrize("robots", [1, 37, 1000])
def test_any_number_of_robots(robots):
    rng = np.random.default_rng(0)
    poses = rng.uniform(-1.0, 1.0, (robots, 3))
    shown = state(poses, rng.random(robots) < 0.5, rng.random(robots) < 0.5)
    empty = view(radius=0.01).draw(state(np.empty((0, 3))))
    assert (view(radius=0.01).draw(shown) != empty).any()


def test_robots_at_the_walls_stay_inside_their_panels():
    edge = [(x, y, 0.0) for x in (-1.0, 1.0) for y in (-1.0, 1.0)]
    drawn = view().draw(state(edge, contact=[True] * 4))
    plain = view().draw(state(np.empty((0, 3))))
    changed = (drawn != plain).any(axis=-1)
    changed[:52] = False  # the legend
    changed[52:696, 24:668] = False
    changed[52:352, 700:1000] = False
    assert not changed.any()


def test_a_camera_picture_takes_the_place_of_the_arena():
    picture = np.full((120, 200, 3), (250, 10, 130), np.uint8)
    panel = left_panel(view().draw(state(), camera=picture))
    assert near(panel[322, 322], (250, 10, 130), 0)
    assert near(panel[20, 322], palette.PANEL, 0)
    share = (panel == (250, 10, 130)).all(axis=-1).mean()
    assert share == pytest.approx(0.6, abs=0.01)


def test_a_picture_has_no_robots_drawn_over_it():
    picture = np.full((100, 100, 3), 77, np.uint8)
    panel = left_panel(view().draw(state([(0.0, 0.0, 0.0)]), camera=picture))
    assert (panel == 77).all()


def test_readings_appear_and_long_ones_are_cut():
    plain = view().draw(state())
    texts = {"planner": "bild-macro", "a label that is far too long": "0.0123456789012345678"}
    shown = view().draw(state(readings=texts))
    changed = np.nonzero((plain != shown).any(axis=(0, 2)))[0]
    assert changed.min() >= 1070
    assert changed.max() <= 1260


def chart(floor=0.02, duration_s=60.0):
    return KlChart(Box(60, 20, 300, 200), duration_s, floor, 12)


def drawn_chart(made):
    frame = np.zeros((260, 400, 3), np.uint8)
    made.draw_axes(frame)
    made.draw_curves(frame)
    return frame


def accent_columns(frame):
    return np.nonzero((frame == palette.ACCENT).all(axis=-1).any(axis=0))[0]


def accent_row(frame, column):
    return np.nonzero((frame[:, column] == palette.ACCENT).all(axis=-1))[0].mean()


def test_the_curve_spans_the_time_that_has_passed():
    made = chart()
    for time_s in np.arange(0.0, 30.0, 0.1):
        made.push(float(time_s), 0.3)
    columns = accent_columns(drawn_chart(made))
    assert columns.min() == pytest.approx(60, abs=5)
    assert columns.max() == pytest.approx(60 + 150, abs=6)


def test_the_axis_is_logarithmic_and_less_is_lower():
    rows = []
    for value in (0.4, 0.2, 0.1):
        made = chart()
        made.push(0.0, value)
        made.push(60.0, value)
        rows.append(accent_row(drawn_chart(made), 200))
    assert rows[0] < rows[1] < rows[2]
    assert rows[1] - rows[0] == pytest.approx(rows[2] - rows[1], abs=1.1)


@given(values=st.lists(st.floats(0.0, 1e4), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_every_value_finds_room(values):
    made = chart(floor=None)
    for index, value in enumerate(values):
        made.push(float(index), value)
    frame = drawn_chart(made)
    outside = (frame == palette.ACCENT).all(axis=-1)
    outside[12:228, 52:368] = False
    assert not outside.any()
    row = made._rows(np.array([max(v, LEAST_KL) for v in values]))
    assert (row >= 20).all()
    assert (row <= 219.001).all()


def test_axes_are_drawn_again_only_when_they_change():
    made = chart()
    made.draw_axes(np.zeros((260, 400, 3), np.uint8))
    made.push(0.0, 0.5)
    assert not made.axes_changed
    made.push(1.0, 30.0)
    assert made.axes_changed


def test_a_value_that_is_no_number_leaves_a_gap():
    made = chart()
    made.push(0.0, float("nan"))
    assert accent_columns(drawn_chart(made)).size == 0


def test_the_floor_is_a_dashed_line_where_it_is_known():
    def dashes(frame):
        return (frame[20:220, 62:358] == palette.MUTED).all(axis=-1).any(axis=0).mean()

    assert 0.3 < dashes(drawn_chart(chart(floor=0.05))) < 0.8
    assert dashes(drawn_chart(chart(floor=None))) == 0
    assert dashes(drawn_chart(chart(floor=0.0))) == 0


def test_the_second_curve_is_there_only_with_estimates():
    made = chart()
    made.push(0.0, 0.3)
    made.push(60.0, 0.3)
    assert not made.has_estimates
    assert not (drawn_chart(made) == palette.SECOND).all(axis=-1).any()
    made.push(0.0, 0.3, 0.6)
    made.push(60.0, 0.3, 0.6)
    assert made.has_estimates
    assert (drawn_chart(made) == palette.SECOND).all(axis=-1).any()


def sizes(thing):
    """Return how much the arrays and containers inside an object hold."""
    if isinstance(thing, np.ndarray):
        return thing.size
    if isinstance(thing, list | tuple | set | dict):
        return len(thing) + sum(map(sizes, thing.values() if isinstance(thing, dict) else thing))
    if dataclasses.is_dataclass(thing) or hasattr(thing, "__dict__"):
        return sizes(dict(vars(thing)))
    return 0


def test_nothing_grows_with_the_run():
    made = view()

    def run(start, count):
        for index in range(start, start + count):
            made.push_kl(0.1 * index, 0.5)
            made.draw(state([(0.0, 0.0, 0.01 * index)], time_s=0.1 * index))

    run(0, 3)
    before = sizes(made)
    assert before > 1000
    run(3, 40)
    assert sizes(made) == before


def test_text_lies_on_its_baseline_and_is_cut_at_the_edge():
    frame = np.zeros((60, 200, 3), np.uint8)
    draw_text(frame, "HELLO", (100, 40), 20, (255, 255, 255), "centre", (0, 0, 0))
    rows, columns = np.nonzero(frame[..., 0] > 128)
    assert rows.max() == 39
    assert 20 < rows.min() < 30
    assert columns.mean() == pytest.approx(100, abs=3)
    for at in ((-10, 5), (195, 40), (100, 62), (400, 400), (-400, -400)):
        draw_text(frame, "HELLO", at, 20, (255, 255, 255))
    assert frame[0].max() > 0


def test_long_lines_are_shortened_to_their_width():
    assert shortened("short", 15, 500) == "short"
    cut = shortened("a very long line indeed", 15, 80)
    assert cut.endswith("...")
    assert text_width(cut, 15) <= 80


def test_a_target_that_moves_is_repainted():
    moving = view(peak=2.0)
    there, gone = bump(0.5, 0.6), bump(-0.5, -0.6)
    first = left_panel(moving.draw(state(target=there)))
    second = left_panel(moving.draw(state(target=gone)))
    dark, bright = colour_at(first, -0.5, -0.6), colour_at(first, 0.5, 0.6)
    assert bright.sum() > dark.sum() + 60
    assert near(colour_at(second, -0.5, -0.6), bright)
    assert near(colour_at(second, 0.5, 0.6), dark)
    # Without a word about it the target is where it was.
    np.testing.assert_array_equal(left_panel(moving.draw(state())), second)


def test_the_peak_of_a_moving_target_sets_the_colours():
    dim = colour_at(left_panel(view(peak=4.0).draw(state())), 0.5, 0.6)
    bright = colour_at(left_panel(view().draw(state())), 0.5, 0.6)
    assert bright.sum() > dim.sum() + 100
