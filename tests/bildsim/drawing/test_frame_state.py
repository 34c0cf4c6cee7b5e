"""What a frame shows, apart from who draws it."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from bildsim.drawing.frame_state import (
    ESTIMATES,
    FrameState,
    count_of,
    kl_text,
    readings_of,
    title_of,
)


def test_robots_are_in_the_swarm_unless_it_is_said():
    none = np.zeros(3, dtype=np.bool_)
    state = FrameState(1.0, np.zeros((3, 3)), none, none)
    assert not state.outside.any()
    active = np.array([True, False, True])
    state = FrameState(1.0, np.zeros((3, 3)), none, none, active=active)
    assert state.outside.tolist() == [False, True, False]


def test_how_many_of_how_many_robots_are_there():
    assert count_of(np.ones(7, dtype=np.bool_)) == "7"
    assert "5" in count_of(np.array([True] * 5 + [False] * 2))
    assert "7" in count_of(np.array([True] * 5 + [False] * 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "< 1e-4"), (4.9e-5, "< 1e-4"), (5.1e-5, "0.0001"), (1.23456, "1.2346")],
)
def test_no_divergence_is_said_to_be_nothing(value, text):
    assert kl_text(value) == text


def test_the_block_of_numbers_has_its_order():
    here = np.ones(3, dtype=np.bool_)
    readings = readings_of("iid", "er:0.5", here, 0.25, None, 2, 3.5e6)
    assert list(readings.values()) == ["iid", "er:0.5", "3", "0.2500", "2", "3.5"]
    assert ESTIMATES not in readings
    assert readings_of("iid", "er:0.5", here, 0.25, 0.125, 2, 3.5e6)[ESTIMATES] == "0.1250"


def test_it_travels_between_processes():
    none = np.zeros(2, dtype=np.bool_)
    state = FrameState(1.0, np.ones((2, 3)), none, none, readings={"KL": "0.1"})
    again = pickle.loads(pickle.dumps(state))
    np.testing.assert_array_equal(again.poses, state.poses)
    assert again.readings == {"KL": "0.1"}
    assert again.target is None


def test_telling_loads_nothing_that_draws(environment):
    program = (
        "import sys, bildsim.drawing.frame_state, bildsim.programs.output.film_process; "
        "print([name for name in ('cv2', 'scipy.interpolate', 'PIL') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.strip() == "[]"


def test_the_title_says_how_wide_an_unusual_arena_is():
    assert title_of("ring", 2.0) == "target p*: ring"
    assert title_of("ring", 8.0) == "target p*: ring, 8 m wide"
