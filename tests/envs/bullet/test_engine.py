"""PyBullet where it is absent, and worlds that are saved and loaded."""

import subprocess
import sys
import tempfile

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.engine import connect, load_engine, load_world, save_world
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()


def test_without_pybullet_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "pybullet", None)
    with pytest.raises(UsageError, match=r"PyBullet is not installed.*CPython 3\.11.*kinematic'"):
        Arena(ROBOT, np.zeros((1, 3)))


@pytest.fixture
def world():
    """The engine and a world with a ball that falls."""
    engine = load_engine()
    client = connect(engine, gui=False)
    fill(engine, client)
    yield engine, client
    engine.disconnect(physicsClientId=client)


def fill(engine, client, balls=1):
    engine.resetSimulation(physicsClientId=client)
    engine.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
    shape = engine.createCollisionShape(engine.GEOM_SPHERE, radius=0.1, physicsClientId=client)
    for k in range(balls):
        engine.createMultiBody(1.0, shape, basePosition=[k, 0.0, 1.0], physicsClientId=client)


def fall(engine, client, steps):
    for _ in range(steps):
        engine.stepSimulation(physicsClientId=client)
    return engine.getBasePositionAndOrientation(0, physicsClientId=client)


def test_a_loaded_world_goes_on_as_the_saved_one(world):
    engine, client = world
    fall(engine, client, 20)
    state = save_world(engine, client)
    expected = fall(engine, client, 30)
    other = connect(engine, gui=False)
    for again in (client, other):
        fill(engine, again)
        load_world(engine, again, state)
        assert fall(engine, again, 30) == expected
    engine.disconnect(physicsClientId=other)


def test_a_world_of_other_bodies_is_not_taken(world):
    engine, client = world
    state = save_world(engine, client)
    fill(engine, client, balls=2)
    with pytest.raises(RunError, match="PyBullet does not take a saved world back"):
        load_world(engine, client, state)


def test_a_world_that_cannot_be_written_stops_the_run(world, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(RunError, match="PyBullet's world cannot be stored: no such file"):
        save_world(*world)


def test_worlds_are_private(world):
    engine, client = world
    other = connect(engine, gui=False)
    assert other != client
    assert engine.getNumBodies(physicsClientId=other) == 0
    engine.disconnect(physicsClientId=other)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks for an X display")
def test_a_window_without_a_display_is_refused_before_pybullet_ends_the_process(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(UsageError, match=r"'human' needs a display"):
        connect(load_engine(), gui=True)


def test_loading_prints_nothing(environment):
    code = "from bildsim.envs.bullet.engine import load_engine; print(load_engine().__name__)"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("pybullet\n", "")


def test_the_environments_module_does_not_import_pybullet(environment):
    code = "import sys; from bildsim.envs import SwarmEnv; print('pybullet' in sys.modules)"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("False\n", "")
