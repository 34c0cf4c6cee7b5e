"""The frame: robots and densities where they belong, states to be told apart, steady cost."""

import dataclasses

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.drawing import palette
from tests.bildsim.drawing.helpers import (
    bump,
    colour_at,
    left_panel,
    near,
    state,
    view,
)


def test_frame_has_the_size_that_was_asked_for():
    for size in ((1280, 720), (1920, 1080), (1000, 900)):
        frame = view(size=size).draw(state())
        assert frame.shape == (size[1], size[0], 3)
        assert frame.dtype == np.uint8


@pytest.mark.parametrize("size", [(320, 180), (1281, 720), (1280, 721)])
def test_sizes_that_cannot_be_read_or_encoded_are_refused(size):
    with pytest.raises(UsageError, match=f"{size[0]}x{size[1]}"):
        view(size=size)


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
