"""Things that a caller in Python brings to a run in place of what the configuration names."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.network.link_settings import LinkSettings
from bildsim.simulation.brought import NOTHING, Brought
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.load_target import load_target
from bildsim.simulation.loop import Simulation
from bildsim.targets.motion_settings import MotionSettings
from bildsim.targets.moving_target import MovingTarget

SMALL = RunConfig(
    target="own", planner="own", duration=0.3, swarm=SwarmSettings(robots=3, dynamics="ideal")
)
PLACES = np.array([[-0.5, 0.0], [0.0, 0.5], [0.5, 0.0]])


def heap(points):
    return np.exp(-np.sum(points**2, axis=-1))


class Nothing:
    def __init__(self, problem):
        self.problem = problem


def test_all_of_them_take_the_place_of_names():
    simulation = Simulation(SMALL, Brought(heap, PLACES, Static))
    ticks = list(simulation.ticks())
    simulation.close()
    assert simulation.target.name == "heap"
    assert simulation.planning.planner.name == "own"
    np.testing.assert_array_equal(ticks[0].pose[:, :2], PLACES)
    np.testing.assert_array_equal(ticks[-1].waypoint, PLACES)


def test_without_them_names_are_looked_up():
    with pytest.raises(UsageError, match="target='own' is unknown"):
        Simulation(SMALL, NOTHING)


def test_what_is_no_planner_is_refused():
    with pytest.raises(UsageError, match="planner='own' is no planner: it has no init and no plan"):
        Simulation(SMALL, Brought(heap, PLACES, Nothing))


class Secretive(Static):
    """A planner that does not say whether it talks."""

    knows = None


def test_bad_links_are_for_planners_that_say_how_they_talk():
    lossy = replace(SMALL, planner="bild-macro", links=LinkSettings(loss=0.3))
    Simulation(lossy, Brought(heap, PLACES, Static))
    with pytest.raises(UsageError, match=r"loss=0.3 is not possible with planner='bild-macro'"):
        Simulation(lossy, Brought(heap, PLACES, Secretive))


def test_a_film_takes_the_time_that_is_asked_for():
    frames = np.random.default_rng(0).uniform(size=(5, 8, 8))
    timed = replace(SMALL, motion=MotionSettings(target_time=2.0))
    film = load_target(timed, frames)
    assert isinstance(film, MovingTarget)
    assert film.course.seconds == 2.0
    assert load_target(SMALL, frames).course.seconds == SMALL.duration


@pytest.mark.parametrize("setting", ["target_time", "target_speed"])
def test_settings_of_other_targets_are_refused(setting):
    config = replace(SMALL, motion=MotionSettings(**{setting: 1.0}))
    with pytest.raises(UsageError, match=rf"{setting}=1 means nothing for target='own'"):
        load_target(config, heap)


def test_its_names():
    assert Brought(heap, None, Static).names == ("target", "planner")
    assert NOTHING.names == ()
