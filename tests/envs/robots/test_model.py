"""The robot: its description, its masses, and how they scale."""

import os
import xml.etree.ElementTree as ET
from math import dist

import numpy as np
import pytest

from bildsim.assets import ASSET_NAMES, asset_path
from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.robots.body import described_body
from bildsim.envs.robots.model import REFERENCE_RADIUS, RobotModel


def numbers(text):
    return [float(value) for value in text.split()]


@pytest.fixture(scope="module", params=["robot.urdf", "robot_with_stop.urdf"])
def description(request):
    return ET.parse(asset_path(request.param)).getroot()


def origin(root, joint):
    return numbers(root.find(f"joint[@name='{joint}']/origin").get("xyz"))


def test_the_description_is_the_reference_robot(description):
    robot = RobotModel(REFERENCE_RADIUS)
    left, right = origin(description, "left_axle"), origin(description, "right_axle")
    assert dist(left, right) == pytest.approx(robot.track_width)
    assert left[0] == right[0] == pytest.approx(-robot.axle_offset)
    wheel = description.find("link[@name='left_wheel']/collision/geometry/sphere")
    assert float(wheel.get("radius")) == pytest.approx(robot.wheel_radius)
    body = description.find("link[@name='body']/collision/geometry/capsule")
    assert float(body.get("radius")) == pytest.approx(robot.radius)
    assert float(body.get("length")) == 0.0, "a sphere"


def test_the_description_has_the_masses_of_the_model(description):
    robot = RobotModel(REFERENCE_RADIUS)
    for part, mass in [
        ("body", robot.body_mass),
        ("left_wheel", robot.wheel_mass),
        ("right_wheel", robot.wheel_mass),
        ("front_caster", robot.caster_mass),
    ]:
        value = description.find(f"link[@name='{part}']/inertial/mass").get("value")
        assert float(value) == pytest.approx(mass)


def test_the_front_caster_and_the_wheels_stand_on_the_same_floor(description):
    robot = RobotModel(REFERENCE_RADIUS)
    front = origin(description, "front_mount")
    assert front[2] - 0.004 == pytest.approx(-robot.wheel_radius)


def test_the_stop_is_all_that_the_descriptions_differ_in():
    short, full = (
        ET.parse(asset_path(name)).getroot() for name in ("robot.urdf", "robot_with_stop.urdf")
    )
    assert origin(full, "rear_mount")[2] - origin(full, "front_mount")[2] == pytest.approx(0.0004)
    full.remove(full.find("link[@name='rear_caster']"))
    full.remove(full.find("joint[@name='rear_mount']"))
    plain = [ET.canonicalize(ET.tostring(root), strip_text=True) for root in (short, full)]
    assert plain[0] == plain[1]


def test_only_motors_that_beat_the_weight_could_tip_a_robot():
    own = RobotModel().own_torque
    assert not RobotModel().could_tip
    assert RobotModel(torque=4.0 * own).could_tip
    assert not RobotModel(torque=4.0 * own, floor_friction=0.2).could_tip, "the tyres slip first"
    assert not RobotModel(0.0025, 0.08).could_tip


def test_every_inertia_in_the_files_is_one_a_rigid_body_can_have(description):
    for link in description.findall("link"):
        moments = sorted(float(link.find("inertial/inertia").get(k)) for k in ("ixx", "iyy", "izz"))
        assert moments[0] > 0
        assert moments[0] + moments[1] >= moments[2]


def test_assets_are_named_and_unknown_ones_refused():
    for name in ASSET_NAMES:
        assert os.path.isfile(asset_path(name))
    for name in (name for name in ASSET_NAMES if name.endswith(".urdf")):
        assert ET.parse(asset_path(name)).getroot().tag == "robot"
    with pytest.raises(UsageError, match=r"robot\.urdf"):
        asset_path("robbot.urdf")


@pytest.mark.parametrize("radius", [0.008, 0.015, 0.025, 0.06])
def test_every_size_accelerates_and_grips_alike(radius):
    robot, reference = RobotModel(radius), RobotModel(REFERENCE_RADIUS)
    ratio = radius / REFERENCE_RADIUS
    assert robot.max_speed == robot.max_wheel_speed * robot.wheel_radius
    assert robot.max_turn_rate == pytest.approx(reference.max_turn_rate / ratio)

    def push(model):
        return model.motor_torque / model.wheel_radius / model.body_mass

    assert push(robot) == pytest.approx(push(reference))
    rim = np.array(
        [m.wheel_inertia[1] / m.wheel_radius**2 / m.body_mass for m in (robot, reference)]
    )
    assert rim[0] == pytest.approx(rim[1])


@pytest.mark.parametrize("radius", [0.0, -0.02, 0.2, float("nan"), float("inf")])
def test_a_radius_out_of_range_is_refused(radius):
    with pytest.raises(UsageError, match=r"radius=.* 0\.002 to 0\.06 m"):
        RobotModel(radius=radius)


@pytest.mark.parametrize("speed", [0.0, -1.0, 3.0, float("nan")])
def test_a_speed_out_of_range_is_refused(speed):
    with pytest.raises(UsageError, match=r"max_speed=.* 0\.02 to 0\.3 m/s"):
        RobotModel(max_speed=speed)


def test_a_described_robot_brakes_by_its_motors_or_by_their_drivers():
    body = described_body(0.05, 0.3, 0.02, 0.08)
    robot = RobotModel(0.05, 0.5, body=body)
    ramped = Actuation(max_wheel_acceleration=50.0).fitted(robot)
    assert 0.0 < robot.braking < robot.traction
    assert ramped.ramp == pytest.approx(1.0)
    assert ramped.braking / robot.braking == pytest.approx(1.0 / robot.traction)


def test_in_an_arena_it_brakes_as_much_less_as_lengths_are_shorter():
    robot = RobotModel(0.05, 0.5, body=described_body(0.05, 0.3, 0.02, 0.08), ramp=0.5)
    inside = robot.in_arena(4.0)
    assert inside.ramp == 0.125
    assert inside.braking == pytest.approx(robot.braking / 4.0, rel=1e-14)


def test_the_reference_robot_brakes_as_it_comes():
    assert RobotModel().braking == float("inf")
    assert Actuation(max_wheel_acceleration=50.0).fitted(RobotModel()).braking == float("inf")


def test_in_an_arena_of_the_usual_width_a_robot_is_itself():
    robot = RobotModel()
    assert robot.in_arena(1.0) is robot


@pytest.mark.parametrize("torque", [None, 3e-3])
def test_in_an_arena_a_robot_is_smaller_in_lengths_and_the_same_in_all_else(torque):
    robot = RobotModel(0.03, 0.25, torque=torque, floor_friction=0.1)
    inside = robot.in_arena(8.0)
    lengths = ("radius", "max_speed", "wheel_radius", "track_width", "axle_offset", "handle")
    for name in (*lengths, "gravity", "rim_acceleration", "slip_acceleration", "traction"):
        assert getattr(inside, name) == pytest.approx(getattr(robot, name) / 8.0, rel=1e-14), name
    for name in ("mass", "rim_mass", "max_wheel_speed", "max_turn_rate", "could_tip", "unit_m"):
        same = 8.0 if name == "unit_m" else getattr(robot, name)
        assert getattr(inside, name) == pytest.approx(same, rel=1e-14), name
