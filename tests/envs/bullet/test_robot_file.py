"""The URDF that is written for a described robot has its figures, and is gone afterwards."""

import xml.etree.ElementTree as ET
from math import dist
from pathlib import Path

import numpy as np
import pytest

from bildsim.assets import asset_folder, asset_path
from bildsim.basics.reading.description import preset_names
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.robot_file import robot_file, urdf
from bildsim.envs.dynamics import make_model
from bildsim.envs.robots.model import RobotModel

PRESETS = [name for name in preset_names(asset_folder("robots")) if name != "reference"]


def place(root, joint):
    return [float(v) for v in root.find(f"joint[@name='{joint}']/origin").get("xyz").split()]


def test_the_reference_robot_has_its_assets():
    with robot_file(RobotModel()) as path:
        assert path == asset_path("robot.urdf")
    with robot_file(RobotModel(torque=0.01)) as path:
        assert path == asset_path("robot_with_stop.urdf")


def test_the_file_is_there_for_as_long_as_it_is_read():
    with robot_file(make_model("bullet", robot="e-puck2")) as path:
        assert ET.parse(path).getroot().tag == "robot"
    assert not Path(path).parent.exists()


@pytest.mark.parametrize("name", PRESETS)
def test_wheels_and_casters_stand_where_the_figures_say(name):
    robot = make_model("bullet", robot=name)
    root = ET.fromstring(urdf(robot.radius, robot.body))
    left, right = place(root, "left_axle"), place(root, "right_axle")
    assert dist(left, right) == pytest.approx(robot.track_width)
    assert left[0] == right[0] == pytest.approx(-robot.axle_offset)
    ball = float(root.find("link[@name='front_caster']/collision/geometry/sphere").get("radius"))
    front, rear = place(root, "front_mount"), place(root, "rear_mount")
    assert front[2] - ball == pytest.approx(-robot.wheel_radius)
    assert rear[2] > front[2]
    assert front[0] * robot.handle > 0.0, "under the centre, seen from the axle"
    for link in root.findall("link"):
        inertia = link.find("inertial/inertia")
        moments = sorted(float(inertia.get(axes)) for axes in ("ixx", "iyy", "izz"))
        assert moments[0] > 0.0
        assert moments[0] + moments[1] >= moments[2]


@pytest.mark.parametrize("name", PRESETS)
def test_the_engine_has_the_masses_and_the_robot_stays_upright_and_in_its_arena(name):
    robot = make_model("bullet", robot=name)
    with Arena(robot, np.array([[0.6, 0.0, 0.0]])) as arena:
        info = [arena._engine.getDynamicsInfo(1 + 1, link, arena._client) for link in range(-1, 4)]
        masses = [entry[0] * robot.body_mass for entry in info]
        assert sum(masses) == pytest.approx(robot.mass)
        tilt = 0.0
        for sign in (1.0, -1.0, 1.0):
            arena.set_wheel_speeds(np.full((1, 2), sign * robot.max_wheel_speed))
            for _ in range(arena.physics_rate):
                arena.step()
                tilt = max(tilt, arena.tilt().max())
        arena.check()
    assert np.degrees(tilt) < 6.0
