"""An arena of another width: robots are as large, as fast and as far from walls as they are."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.tracking import desaturate, track_waypoints
from bildsim.envs.dynamics import make_dynamics, make_model
from bildsim.envs.robots import model
from bildsim.envs.robots.described import described_robot
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import spawn

WHEELED = ["kinematic", "bullet"]
SWARMS = [("turtlebot3-burger", 8.0), ("e-puck2", 0.7), ("khepera4", 5.0), ("reference", 3.0)]


def alone(swarm, name, width, dynamics, x, **arguments):
    """Return an environment with one robot at (x, 0) that heads to the right."""
    start = np.array([[x, 0.0, 0.0]])
    options = {"robots": 1, "order": 2, "action_mode": "wheel_speeds"} | arguments
    env = swarm(robot=name, arena_width=width, dynamics=dynamics, start=start, **options)
    env.reset(seed=0)
    return env


@pytest.mark.parametrize("dynamics", WHEELED)
@pytest.mark.parametrize(("name", "width"), SWARMS)
def test_a_robot_drives_and_turns_at_its_own_speed(swarm, name, width, dynamics):
    env, own = alone(swarm, name, width, dynamics, -0.5), env_drive(name)
    robot, top = env.described_robot, env.robot.max_wheel_speed
    assert top == pytest.approx(robot.max_wheel_speed)
    # Half of the way to the right wall, or long enough to be at full speed.
    ticks = round(10 * min(3.0, 0.5 * width / 2.0 / robot.max_speed))
    fastest = max(speed(env, [top, top]) for _ in range(ticks))
    assert 0.995 * robot.max_speed <= fastest <= 1.005 * robot.max_speed
    most = min(robot.max_turn_rate, (own and own.max_turn_rate) or np.inf)
    turned = max(turn_rate(env, [-top, top]) for _ in range(15))
    assert 0.995 * most <= turned <= 1.005 * most


def env_drive(name):
    described = described_robot(name)
    return None if described is None else described.drive


def speed(env, wheels):
    seen, *_ = env.step(np.array([wheels]))
    return env.unit_m * float(np.hypot(*seen["velocity"][0, :2]))


def turn_rate(env, wheels):
    return float(env.step(np.array([wheels]))[0]["velocity"][0, 2])


@pytest.mark.parametrize("dynamics", WHEELED)
@pytest.mark.parametrize(("name", "width"), SWARMS)
def test_a_robot_comes_as_far_as_half_the_width_and_there_is_the_wall(swarm, name, width, dynamics):
    top = make_model(dynamics, robot=name, arena_width=width).max_speed
    # Two seconds from the wall.
    env = alone(swarm, name, width, dynamics, max(0.0, 1.0 - 2.0 * top / (0.5 * width)))
    wheel = env.robot.max_wheel_speed
    for _ in range(35):
        _, _, _, _, info = env.step(np.full((1, 2), wheel))
    reached = env.unit_m * info["pose"][0, 0]
    assert reached == pytest.approx(0.5 * width, abs=0.01 * env.described_robot.radius)
    assert info["touching_wall"][0]


@pytest.mark.parametrize(("dynamics", "close"), [("kinematic", 1e-12), ("bullet", 2e-4)])
@pytest.mark.parametrize("name", ["turtlebot3-burger", "e-puck2", "reference"])
def test_far_from_walls_the_width_makes_no_difference(swarm, name, dynamics, close):
    ways = []
    for width in (2.0, 7.0):
        env = alone(swarm, name, width, dynamics, 0.0, radius=None)
        top = env.robot.max_wheel_speed
        for left, right in [(1.0, 0.6)] * 8 + [(0.1, 0.8)] * 7:
            _, _, _, _, info = env.step(np.array([[left * top, right * top]]))
        ways.append([*(env.unit_m * info["pose"][0, :2]), info["pose"][0, 2]])
        ways[-1].append(float(info["effort"][0]))
    assert np.abs(ways[0][:2]).max() > 0.05
    assert ways[1] == pytest.approx(ways[0], rel=close, abs=close)


@pytest.mark.parametrize(("dynamics", "close"), [("kinematic", 1e-9), ("bullet", 1e-3)])
@pytest.mark.parametrize("name", ["turtlebot3-burger", "reference"])
def test_a_twin_of_another_scale_moves_alike(monkeypatch, name, dynamics, close):
    """Lengths, speeds and gravity times 1.7: the same in units of its arena, hits included."""
    scale, robots = 1.7, 12
    robot = make_model(dynamics, max_speed=0.15, robot=name, robots=robots)
    body = None if robot.body is None else robot.body.in_units(1.0 / scale)
    larger = RobotModel(scale * robot.radius, scale * robot.max_speed, body=body)
    if body is None:
        # The reference robot's mass grows with its radius, and its motor so that it accelerates
        # as before; here accelerations are larger, too.
        larger = replace(larger, torque=scale * larger.own_torque)
    poses = spawn("centre", robots, robot.radius, np.random.default_rng(0))
    goals = np.random.default_rng(1).uniform(-0.5, 0.5, (robots, 2))
    ends = driven(robot, poses, goals, dynamics)
    monkeypatch.setattr(model, "_GRAVITY", scale * model._GRAVITY)
    twins = driven(larger.in_arena(scale), poses, goals, dynamics)
    assert np.abs(ends - poses).max() > 0.1
    assert np.abs(ends - twins).max() < close


def driven(robot, poses, goals, dynamics):
    """Return the poses, (N, 3), after two seconds on the way to goals."""
    arena = make_dynamics(dynamics, robot, poses)
    for _ in range(2 * TRACKING_RATE):
        command = track_waypoints(arena.poses(), goals, robot)
        arena.set_wheel_speeds(desaturate(command, robot.max_wheel_speed))
        arena.step(arena.physics_rate // TRACKING_RATE)
    ends = arena.poses()
    arena.close()
    return ends


def test_the_usual_width_is_the_one_that_is_not_asked_for(swarm):
    ends = []
    for arguments in ({}, {"arena_width": 2.0}, {"arena_width": 2}):
        env = swarm(dynamics="kinematic", order=2, **arguments)
        env.reset(seed=0)
        for _ in range(3):
            seen, *_ = env.step(np.zeros((8, 2)))
        ends.append(seen["pose"])
    assert np.array_equal(ends[0], ends[1])
    assert np.array_equal(ends[0], ends[2])


def test_points_move_at_their_speed_in_metres(swarm):
    env = swarm(robots=1, dynamics="ideal", order=2, arena_width=10.0, start=[[0.0, 0.0]])
    env.reset(seed=0)
    seen, _, _, _, info = env.step(np.array([[1.0, 0.0]]))
    assert seen["pose"][0, 0] * env.unit_m == pytest.approx(0.02)
    assert info["effort"][0] == pytest.approx(0.2**2 * 0.1)


def test_a_radio_and_a_sensor_reach_as_many_metres_in_any_arena(swarm):
    """Three robots, 2 m apart: a range of 2.1 m joins neighbours, and one of 1.9 m nobody."""
    for reach, heard in ((2.1, [1, 2, 1]), (1.9, [0, 0, 0])):
        env = swarm(
            robots=3,
            dynamics="ideal",
            order=2,
            arena_width=8.0,
            observation_mode="local",
            sensing_range=reach,
            network=f"disk:{reach}",
            start=[[-0.5, 0.0], [0.0, 0.0], [0.5, 0.0]],
        )
        seen, _ = env.reset(seed=0)
        assert seen["present"].sum(axis=1).tolist() == heard
        assert env._observer.network.now.degree.tolist() == heard


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"arena_width": 0.0}, r"arena_width=0 is not possible: allowed is 0\.1 to 100 m"),
        ({"arena_width": float("nan")}, "arena_width=nan is not possible"),
        ({"arena_width": "wide"}, "arena_width of type str"),
        ({"arena_width": 0.3, "robot": "create3", "robots": 1}, r"radius 0\.164 m needs 0\.66 m"),
        ({"robots": 400, "robot": "turtlebot3-burger"}, r"arena_width=\S+ would hold them"),
        ({"arena_width": 4.0, "start": [[1.5, 0.0]] * 8}, r"\[-1, 1\] units of 2 m"),
        ({"arena_width": 4.0, "start": [[0.0, 0.0]] * 8}, r"discs of radius 0\.025 m"),
    ],
)
def test_what_is_not_possible_is_said_with_what_would_be(swarm, arguments, words):
    with pytest.raises(UsageError, match=words):
        swarm(**({"dynamics": "kinematic", "order": 2} | arguments))


def test_a_state_is_of_an_arena_of_its_width(swarm):
    wide = swarm(dynamics="kinematic", order=2, arena_width=4.0)
    wide.reset(seed=0)
    usual = swarm(dynamics="kinematic", order=2)
    usual.reset(seed=0)
    with pytest.raises(UsageError, match="arena_width"):
        usual.set_state(wide.get_state())


def test_many_swarms_at_once_are_each_like_one(swarm):
    options = {"dynamics": "kinematic", "order": 2, "arena_width": 5.0, "robots": 8}
    many = gymnasium.make_vec("bildsim:bildsim/Swarm-v0", num_envs=2, **options)
    one = swarm(**options)
    (seen, _), (single, _) = many.reset(seed=3), one.reset(seed=3)
    assert np.array_equal(seen["pose"][0], single["pose"])
    goals = np.zeros((2, 8, 2))
    for _ in range(4):
        seen, _, _, _, infos = many.step(goals)
        single, _, _, _, info = one.step(goals[0])
    assert np.array_equal(seen["pose"][0], single["pose"])
    assert infos["effort"][0] == pytest.approx(info["effort"])
    assert infos["overlap_m"][0] == info["overlap_m"]
    many.close()


@pytest.mark.parametrize("dynamics", WHEELED)
@pytest.mark.parametrize(("name", "width"), SWARMS)
def test_obstacles_grow_with_the_arena(swarm, name, width, dynamics):
    env = alone(swarm, name, width, dynamics, -0.5, obstacle="disc:0.5,0,0.4")
    top = env.robot.max_wheel_speed
    for _ in range(round(10 * width / env.described_robot.max_speed)):
        seen, *_ = env.step(np.array([[top, top]]))
    # The robot has its own size in metres; the rim stands at 0.1 of half the width.
    gap = env.unit_m * (0.1 - seen["pose"][0, 0])
    assert gap == pytest.approx(env.described_robot.radius, rel=0.03)
