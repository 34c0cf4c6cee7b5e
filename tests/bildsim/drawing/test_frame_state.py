"""What a frame shows, apart from who draws it."""

import pickle
import subprocess
import sys

import numpy as np

from bildsim.drawing.frame_state import FrameState, count_of


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
