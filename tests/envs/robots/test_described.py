"""Robots by name or file: every preset drives, names of ROS do, and what makes no sense is said."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import MARKS, preset_names
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.dynamics import make_model, settled_size
from bildsim.envs.robots.described import (
    REFERENCE,
    described_robot,
    drives_of,
    robot_description,
    robot_files,
)
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.swarm import SwarmEnv
from tests.envs.robots.descriptions import written
from tests.envs.robots.urdf.models import COURIER, LIMIT
from tests.envs.robots.urdf.models import written as urdf_written

PRESETS = [name for name in preset_names(asset_folder("robots")) if name != REFERENCE]


def test_there_are_the_robots_that_swarms_are_made_of():
    assert {"e-puck2", "gternal", "zooid", "turtlebot3-burger", "khepera4"} <= set(PRESETS)
    assert {"kilobot", "hero", "dotbot", "create3"} <= set(PRESETS)


@pytest.mark.parametrize("name", [REFERENCE, *PRESETS])
def test_every_figure_of_a_preset_has_a_mark_and_a_source(name):
    description = robot_description(name)
    assert description.title
    for table in description.sections.values():
        for key, figure in table.items():
            assert figure.mark in MARKS, key
            assert len(figure.source) > 3, key


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_one_that_the_dynamics_can_move(name, dynamics):
    robot = make_model(dynamics, actuation=drives_of(name, Actuation()), robot=name)
    figures = robot_description(name).values("robot")
    assert robot.radius == figures["radius"]
    assert robot.mass == pytest.approx(figures["mass"])
    assert robot.axle_offset == figures["axle_offset"]
    assert robot.rim_acceleration > robot.max_speed / 10.0


def test_the_reference_robot_is_none_of_a_description_and_its_preset_says_what_it_is():
    assert described_robot(REFERENCE) is None
    assert robot_files(REFERENCE) == ()
    assert make_model("kinematic") == make_model("kinematic", robot=REFERENCE) == RobotModel()
    known, said = RobotModel(), robot_description(REFERENCE).values("robot")
    assert said["mass"] == pytest.approx(known.mass, rel=1e-4)
    assert said["wheel_separation"] == pytest.approx(known.track_width, rel=1e-4)
    assert said["wheel_radius"] == pytest.approx(known.wheel_radius, rel=1e-4)
    assert said["axle_offset"] == said["handle"] == pytest.approx(known.axle_offset, rel=1e-4)
    assert said["inertia"] == pytest.approx(known.body_inertia[2], rel=1e-3)
    drive = robot_description(REFERENCE).values("drive")
    assert drive["motor_torque"] == pytest.approx(known.own_torque, rel=1e-4)


def test_a_file_changes_a_few_figures_of_its_base(tmp_path):
    robot = described_robot(written(tmp_path, base="e-puck2", robot={"mass": 0.2}))
    preset = described_robot("e-puck2")
    assert robot.body.mass == pytest.approx(0.2)
    assert robot.body.track_width == preset.body.track_width
    assert robot.drive == preset.drive
    assert [path.stem for path in robot_files(robot.text)] == ["mine", "e-puck2"]


def test_names_of_ros_are_understood(tmp_path):
    ours = written(tmp_path, drive={"motor_torque": 0.02})
    plain = described_robot(ours)
    theirs = written(
        tmp_path,
        robot={"track_width": 0.08},
        drive={"max_linear_velocity": 0.3, "max_wheel_torque": 0.02},
        without=("wheel_separation", "max_speed"),
    )
    robot = described_robot(theirs)
    assert (robot.body, robot.max_speed) == (plain.body, plain.max_speed)


def test_speed_and_acceleration_are_given_in_either_unit(tmp_path):
    robot = described_robot(
        written(
            tmp_path,
            drive={"max_wheel_speed": 15.0, "max_wheel_acceleration": 50.0},
            without=("max_speed",),
        )
    )
    other = described_robot(written(tmp_path, drive={"acceleration": 1.0}))
    assert robot.max_speed == pytest.approx(other.max_speed)
    assert robot.drive.max_wheel_acceleration == pytest.approx(50.0)
    assert other.drive.max_wheel_acceleration == pytest.approx(50.0)
    described_robot(written(tmp_path, drive={"max_wheel_speed": 15.0}))


def test_options_win_over_the_description(tmp_path):
    assert settled_size("kinematic", 5, 0.06, 0.1, written(tmp_path)) == (0.06, 0.1)
    assert settled_size("kinematic", 5, None, None, written(tmp_path)) == (0.05, 0.3)
    own = drives_of("gternal", Actuation(deadband=0.1))
    assert own.max_wheel_acceleration == pytest.approx(3.9 / 0.016)
    assert own.deadband == 0.1
    asked = Actuation(max_wheel_acceleration=9.0, command_period=0.1)
    assert drives_of("gternal", asked) == replace(asked, clip="wheels")


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(UsageError, match="did you mean e-puck2"):
        described_robot("e-puck")
    with pytest.raises(UsageError, match=r"robot='4' is unknown: did you mean robots=4\?"):
        described_robot("4")
    with pytest.raises(UsageError, match="no such file"):
        described_robot("nowhere.toml")


def test_no_more_robots_than_the_arena_holds():
    with pytest.raises(UsageError, match=r"robots=100 .* at a robot radius of 0\.164 m"):
        SwarmEnv(robots=100, robot="create3", dynamics="kinematic")


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
@pytest.mark.parametrize("name", ["e-puck2", "gternal", "zooid", "turtlebot3-burger", "hero"])
def test_the_centre_comes_to_its_waypoint_wherever_the_axle_is(name, dynamics):
    start = np.array([[-0.5, -0.5, 0.0], [0.5, -0.5, 1.5], [-0.5, 0.5, 3.0], [0.5, 0.5, -1.5]])
    env = SwarmEnv(robots=4, robot=name, dynamics=dynamics, order=2, start=start)
    env.reset(seed=0)
    goals = start[:, :2] + np.array([[0.2, 0.1], [-0.2, 0.2], [0.02, -0.01], [-0.2, 0.0]])
    for _ in range(60):
        *_, info = env.step(goals)
    left = np.linalg.norm(info["pose"][:, :2] - goals, axis=1)
    assert left.max() < 1e-3
    env.close()


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_keeps_to_its_own_limits_in_free_motion(name, dynamics):
    """Full speed straight on, and on the spot: what the figures say, within half a per cent."""
    start = np.array([[-0.5, -0.5, 0.0], [0.0, 0.5, 0.0]])
    own = described_robot(name).drive
    env = SwarmEnv(
        robots=2, robot=name, dynamics=dynamics, order=2, start=start, action_mode="wheel_speeds"
    )
    env.reset(seed=0)
    robot, top = env.robot, env.robot.max_wheel_speed
    most = min(2.0 * robot.max_speed / robot.track_width, own.max_turn_rate or np.inf)
    fastest = turned = 0.0
    for _ in range(round(10 * min(1.5, 0.9 / robot.max_speed))):
        seen, *_ = env.step(np.array([[top, top], [-top, top]]))
        fastest = max(fastest, float(np.hypot(*seen["velocity"][0, :2])))
        turned = max(turned, float(seen["velocity"][1, 2]))
    assert fastest <= 1.005 * robot.max_speed
    assert turned <= 1.005 * most
    # Steps of the command, and wheels that turn less than they should.
    lost = own.wheel_gain_tolerance + own.quantisation / top
    assert fastest >= (0.995 - lost) * robot.max_speed
    assert turned >= (0.995 - lost) * most
    # On the spot the centre goes round the axle's middle, if both wheels do the same.
    x, y, heading = seen["pose"][1]
    axle = [x - robot.axle_offset * np.cos(heading), y - robot.axle_offset * np.sin(heading)]
    if not own.wheel_gain_tolerance:
        before = start[1, :2] - [robot.axle_offset, 0.0]
        assert axle == pytest.approx(before, abs=0.03 * robot.radius)
    env.close()


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
@pytest.mark.parametrize("name", ["khepera4", "zooid", "create3"])
def test_a_fast_robot_does_not_go_past_its_waypoint(name, dynamics):
    start = np.array([[-0.7, 0.0, 0.0]])
    env = SwarmEnv(robots=1, robot=name, dynamics=dynamics, order=2, start=start)
    env.reset(seed=0)
    goal, beyond = np.array([[0.5, 0.0]]), 0.0
    for _ in range(60):
        *_, info = env.step(goal)
        beyond = max(beyond, info["pose"][0, 0] - goal[0, 0])
    assert beyond < 0.02 * env.robot.radius
    assert np.linalg.norm(info["pose"][0, :2] - goal) < 0.05 * env.robot.radius
    env.close()


def test_environments_go_back_to_a_state_of_the_same_robot_only():
    envs = [SwarmEnv(robots=4, robot=name, dynamics="kinematic", order=2) for name in PRESETS[:2]]
    for env in envs:
        env.reset(seed=0)
    state = envs[0].get_state()
    envs[0].set_state(state)
    with pytest.raises(UsageError, match="robot="):
        envs[1].set_state(state)


def test_a_model_of_ones_own_is_read_from_its_urdf():
    robot, (radius, speed) = (
        described_robot(str(COURIER)),
        settled_size("bullet", 5, None, None, f"{COURIER}:left_axle,right_axle"),
    )
    assert radius == robot.radius
    assert speed == pytest.approx(12.0 * 0.028, rel=1e-5)
    assert robot.body.mass == pytest.approx(0.69)
    assert robot.body.own_torque == 0.03
    assert robot_files(robot.text) == (COURIER,)
    # What attribution gives it is its own.
    assert settled_size("ideal", 5, radius, speed, str(COURIER)) == (radius, speed)
    with pytest.raises(UsageError, match="a model of one's own keeps its size"):
        settled_size("bullet", 5, 0.05, None, str(COURIER))


def test_a_top_speed_that_nobody_says_is_asked_for(tmp_path):
    path = str(urdf_written(tmp_path, (LIMIT, '<limit effort="0.06" velocity="0"/>')))
    with pytest.raises(UsageError, match=r"no limit with a velocity: .*max_speed") as caught:
        make_model("bullet", robot=path)
    assert "robot_urdf" in str(caught.value)
    assert make_model("bullet", max_speed=0.2, robot=path).max_speed == 0.2


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ('<limit effort="1000" velocity="12"/>', "robot_urdf=.*motor_torque = 1000 .*only spin"),
        ('<limit effort="1e-6" velocity="12"/>', "robot_urdf=.*cannot move a mass"),
        ('<limit effort="0.06" velocity="1e6"/>', "robot_urdf=.*max_speed = 28000"),
    ],
)
def test_limits_that_no_robot_has_are_refused(tmp_path, limit, words):
    with pytest.raises(UsageError, match=words):
        described_robot(str(urdf_written(tmp_path, (LIMIT, limit))))


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_swarm_of_ones_own_model_comes_to_its_waypoints(dynamics):
    start = np.array([[-0.5, -0.5, 0.0], [0.5, 0.5, 2.0]])
    env = SwarmEnv(
        robots=2,
        robot_urdf=COURIER,
        wheel_joints="left_axle,right_axle",
        dynamics=dynamics,
        order=2,
        start=start,
    )
    env.reset(seed=0)
    goals = start[:, :2] + np.array([[0.2, 0.1], [-0.2, 0.2]])
    for _ in range(40):
        *_, info = env.step(goals)
    assert np.linalg.norm(info["pose"][:, :2] - goals, axis=1).max() < 2e-3
    assert env.robot.mass == pytest.approx(0.69)
    env.close()
