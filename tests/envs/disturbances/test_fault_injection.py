"""Whom faults befall, when, and what their wheels do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.dynamics import make_dynamics
from tests.envs.disturbances.helpers import ROBOT, TOP, WHEELED, drive, series, wheeled

ROBOTS = 50
shares = st.floats(0.02, 0.45)


def fault_injector(seed=0, robots=ROBOTS, **schedules):
    faults = Faults(**schedules)
    faults.require_robots(robots)
    return FaultInjector(faults, robots, np.random.default_rng(seed))


def dead_at(who, time_s):
    who.update(time_s, np.zeros((len(who.active), 2)))
    return set(np.flatnonzero(~who.active))


@pytest.mark.parametrize(
    "schedules",
    [{"dead": "1@3"}, {"join": "1@3"}, {"dead": "0.5@3,0.5@4"}, {"dead": "1@3", "join": "0.2@9"}],
)
def test_somebody_must_be_left(schedules):
    with pytest.raises(UsageError, match="nobody is left in the swarm"):
        fault_injector(**schedules)


@given(shares, shares, st.integers(0, 5))
def test_a_larger_share_takes_the_robots_of_a_smaller_one_too(one, other, seed):
    few, many = sorted((one, other))
    fewer = dead_at(fault_injector(seed, dead=f"{few!r}@1"), 1.0)
    more = dead_at(fault_injector(seed, dead=f"{many!r}@1"), 1.0)
    assert fewer <= more
    assert (len(fewer), len(more)) == (round(few * ROBOTS), round(many * ROBOTS))


def test_whom_a_kind_befalls_does_not_depend_on_the_others():
    alone = dead_at(fault_injector(dead="0.2@1"), 1.0)
    with_others = dead_at(fault_injector(dead="0.2@1", stuck="0.3@1", stop="0.1@0"), 1.0)
    assert alone == with_others != dead_at(fault_injector(1, dead="0.2@1"), 1.0)


def test_robots_die_in_turn_from_the_tick_of_their_time_on():
    who = fault_injector(dead="0.1@2,robots:7+8@3,0.1@4")
    sizes = []
    for tick in range(60):
        who.update(tick / 10, np.zeros((ROBOTS, 2)))
        sizes.append(int(who.active.sum()))
    assert sizes == [50] * 20 + [45] * 10 + [43] * 10 + [38] * 20
    assert who.fewest == 38
    assert not who.active[[7, 8]].any()
    assert (who.still == ~who.active).all()


def test_latecomers_stand_still_outside_until_they_come():
    who = fault_injector(join="0.2@5", dead="robots:0@7")
    assert who.fewest <= who.active.sum() == 40
    late = ~who.active
    speeds = np.ones((ROBOTS, 2))
    np.testing.assert_array_equal(who.act(speeds)[late], 0.0)
    np.testing.assert_array_equal(who.act(speeds)[~late], 1.0)
    who.update(5.0, speeds)
    assert who.active.all()
    np.testing.assert_array_equal(who.act(speeds), speeds)


def test_stopped_wheels_stand_still_and_the_robot_counts():
    who = fault_injector(stop="robots:3@1")
    who.update(1.0, np.ones((ROBOTS, 2)))
    assert who.active.all()
    assert np.flatnonzero(who.still).tolist() == [3]
    assert np.flatnonzero(~who.act(np.ones((ROBOTS, 2))).all(axis=1)).tolist() == [3]


def test_a_stuck_wheel_keeps_the_speed_of_that_moment():
    who = fault_injector(stuck="0.4@2")
    early, now = np.full((ROBOTS, 2), 3.0), np.random.default_rng(0).uniform(1, 9, (ROBOTS, 2))
    who.update(1.9, early)
    np.testing.assert_array_equal(who.act(now), now)
    who.update(2.0, now)
    who.update(2.1, early)
    speeds = who.act(np.full((ROBOTS, 2), -1.0))
    held = speeds != -1.0
    assert held.sum() == held.any(axis=1).sum() == 20, "one wheel each"
    np.testing.assert_array_equal(speeds[held], now[held])
    assert 3 < held[:, 0].sum() < 17, "left and right"


def test_standing_still_wins_over_a_stuck_wheel():
    who = fault_injector(stuck="robots:1+2+3@1", stop="robots:2@2", dead="robots:3@2")
    for time_s in (1.0, 2.0):
        who.update(time_s, np.full((ROBOTS, 2), 5.0))
    speeds = who.act(np.zeros((ROBOTS, 2)))
    assert np.flatnonzero(speeds.any(axis=1)).tolist() == [1]


@wheeled
def test_a_stuck_wheel_drives_circles_about_the_other_one(dynamics):
    who = FaultInjector(Faults(stuck="robots:0@1"), 1, np.random.default_rng(0))
    arena = make_dynamics(dynamics, ROBOT, np.zeros((1, 3)))
    who.update(1.0, np.full((1, 2), 0.5 * TOP))
    arena.set_wheel_speeds(who.act(np.zeros((1, 2))))
    track = []
    for _ in range(150):
        arena.step(arena.physics_rate // 60)
        track.append(arena.poses()[0, :2])
    arena.close()
    # The centre lies half the track aside of the standing wheel, and ahead of the axle.
    radius = np.hypot(ROBOT.track_width / 2, ROBOT.axle_offset)
    track = np.array(track)
    middle = 0.5 * (track.max(axis=0) + track.min(axis=0))
    np.testing.assert_allclose(np.linalg.norm(track - middle, axis=1), radius, rtol=0.02)
    turns = np.unwrap(np.arctan2(*(track - middle).T[::-1]))
    rate = 0.5 * TOP * ROBOT.wheel_radius / ROBOT.track_width
    assert np.abs(turns[-1] - turns[29]) == pytest.approx(rate * 2.0, rel=0.02)


@wheeled
def test_a_stuck_wheel_keeps_its_speed_whatever_is_asked(swarm, dynamics):
    env = swarm(dynamics=dynamics, start="centre", faults=Faults(stuck="robots:2@0.5"))
    _, infos = drive(env, 15)
    applied = series(infos, "applied")[:, 2]
    wheel = int(np.argmin(np.ptp(applied[5:], axis=0)))
    np.testing.assert_array_equal(applied[5:, wheel], applied[4, wheel])
    assert np.ptp(applied[5:, 1 - wheel]) > 1.0
    assert series(infos, "active").all(), "it still counts"


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
@pytest.mark.parametrize(("kind", "counts"), [("stop", True), ("dead", False)])
def test_robots_that_stop_stay_and_those_that_died_do_not_count(swarm, dynamics, kind, counts):
    env = swarm(dynamics=dynamics, contacts=False, faults=Faults(**{kind: "robots:1+4@0.5"}))
    seen, infos = drive(env, 12)
    poses = series(infos, "pose")
    moved = np.abs(np.diff(poses[7:, :, :2], axis=0)).max(axis=(0, 2))
    assert (moved[[1, 4]] < 1e-3).all()
    assert (np.delete(moved, [1, 4]) > 2e-3).all()
    active = np.ones(8, dtype=bool)
    active[[1, 4]] = counts
    np.testing.assert_array_equal(infos[5]["active"], active)
    assert infos[4]["active"].all()
    positions = poses[-1, active, :2]
    expected = env.family.statistics(positions).mean(axis=0)
    np.testing.assert_allclose(seen[-1]["swarm_statistics"], expected, atol=1e-12)
    theta = infos[-1]["theta"]
    np.testing.assert_allclose(env.family.moments(theta) + 1e-4 * theta, expected, atol=1e-9)


def test_the_dead_stay_in_the_way(swarm):
    env = swarm(robots=2, start="centre", faults=Faults(dead="robots:0@0"))
    pose = env.reset(seed=1)[0]["pose"]
    for _ in range(30):
        info = env.step(np.tile(pose[0, :2], (2, 1)))[-1]
    assert info["contact_pairs"] == 1
    assert np.linalg.norm(np.diff(info["pose"][:, :2], axis=0)) > 1.9 * env.robot.radius


def test_latecomers_come(swarm):
    env = swarm(faults=Faults(join="0.25@0.5"), contacts=False)
    _, infos = drive(env, 10)
    sizes = series(infos, "active").sum(axis=1)
    assert sizes.tolist() == [6] * 5 + [8] * 6
    late = ~infos[0]["active"]
    poses = series(infos, "pose")
    np.testing.assert_array_equal(poses[5, late], poses[0, late])
    assert (np.abs(poses[-1] - poses[5])[:, :2].max(axis=1) > 2e-3).all()
