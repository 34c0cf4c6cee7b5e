"""Back to a moment: what follows is the same to the bit, in this world or another."""

import copy
import pickle
from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.envs.control_tick import Driver
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.dynamics import DYNAMICS_NAMES, make_dynamics, make_model
from bildsim.envs.robots.spawn import spawn
from bildsim.envs.swarm import SwarmEnv
from bildsim.targets.moving_target import target_by_name

ROBOTS = 16


def make(name, seed=0):
    robot = make_model(name, 0.025, 0.2)
    poses = spawn("centre", ROBOTS, robot.radius, np.random.default_rng(seed))
    return make_dynamics(name, robot, poses), Driver(robot, 12.0)


def drive(arena, driver, first, last):
    """Send all robots to one point after another, where they jam; return all that is seen."""
    seen = []
    for tick in range(first, last):
        point = np.random.default_rng(tick // 60).uniform(-1, 1, 2)
        driver.drive(arena, np.tile(point, (ROBOTS, 1)))
        touched = arena.contacts()
        parts = (arena.poses(), arena.velocities(), arena.wheel_speeds(), touched.pair_overlap)
        seen.append(np.concatenate([part.ravel() for part in parts]))
    return seen


@pytest.mark.parametrize("name", DYNAMICS_NAMES)
def test_a_hundred_ticks_in_a_jam_are_the_same_in_another_world(name):
    arena, driver = make(name)
    drive(arena, driver, 0, 60)
    state = pickle.loads(pickle.dumps(arena.snapshot()))
    time, touching = arena.time, len(arena.contacts().pairs)
    assert touching > 10 or name == "ideal"
    after = drive(arena, driver, 60, 160)
    other, _ = make(name, seed=1)
    drive(other, driver, 7, 15)
    # Into a world with a history of its own, and twice: a state is not used up.
    for world in (other, other, arena):
        world.restore(state)
        assert world.time == time
        assert len(world.contacts().pairs) == touching
        for seen, expected in zip(drive(world, driver, 60, 160), after, strict=True):
            np.testing.assert_array_equal(seen, expected)
    arena.close()
    other.close()


def test_motors_hold_their_speeds_over_a_restore():
    arena, _ = make("bullet")
    arena.set_wheel_speeds(np.full((ROBOTS, 2), 3.0))
    arena.step(50)
    state = arena.snapshot()
    arena.step(100)
    expected = arena.poses()
    arena.restore(state)
    arena.step(100)
    np.testing.assert_array_equal(arena.poses(), expected)
    arena.close()


def test_a_world_of_other_bodies_is_refused():
    arena, _ = make("bullet")
    state = arena.snapshot()
    with pytest.raises(RunError, match="PyBullet does not take a saved world back"):
        arena.restore({**state, "poses": state["poses"][:-1]})
    arena.close()


@pytest.fixture
def swarm():
    made = []

    def make(**arguments):
        made.append(SwarmEnv(**{"robots": 8, "start": "centre", **arguments}))
        return made[-1]

    yield make
    for env in made:
        env.close()


def walk(env, seed, steps=10):
    """Return all that random actions, drawn from one seed, bring."""
    rng = np.random.default_rng(seed)
    results = []
    for _ in range(steps):
        observation, reward, _, _, info = env.step(rng.uniform(-1, 1, (8, 2)))
        results += [*observation.values(), reward, *info.values()]
    return results


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_a_branch_is_the_same_as_the_trunk(swarm, dynamics):
    env = swarm(dynamics=dynamics, reward="decrease")
    env.reset(seed=5)
    walk(env, 0)
    state = env.get_state()
    trunk = walk(env, 1)
    after = env.reset()[0]["pose"]
    for world in (env, swarm(dynamics=dynamics, reward="decrease")):
        observation, info = world.set_state(state)
        assert world.observation_space.contains(observation)
        again = world.get_state()
        assert (info["kl_fit"], info["time_s"]) == (state.kl, world.arena.time)
        np.testing.assert_array_equal(again.theta, state.theta)
        branch = walk(world, 1)
        for one, other in zip(branch, trunk, strict=True):
            np.testing.assert_array_equal(one, other)
        assert (walk(world, 2)[0] != trunk[0]).any()
        world.set_state(state)
        np.testing.assert_array_equal(world.reset()[0]["pose"], after)


def test_a_state_does_not_change_with_its_environment(swarm):
    env = swarm(dynamics="kinematic")
    env.reset(seed=0)
    state = env.get_state()
    before = pickle.dumps(state)
    walk(env, 0)
    env.reset()
    assert pickle.dumps(state) == before


def test_states_of_another_swarm_are_refused(swarm):
    env = swarm(dynamics="ideal")
    env.reset(seed=0)
    state = env.get_state()
    for other in (swarm(dynamics="ideal", robots=9), swarm(dynamics="kinematic")):
        with pytest.raises(UsageError, match=r"a state of an environment with .* is not possible"):
            other.set_state(state)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"order": 8}, r"with order=6 is not possible: this one has order=8$"),
        ({"grid_step": 0.1}, r"with grid_step=0\.05 .* grid_step=0\.1$"),
        ({"radius": 0.03}, r"with radius=0\.025 is .* has radius=0\.03$"),
        ({"max_speed": 0.1}, r"with max_speed=0\.2 is"),
        ({"target": "ring"}, r"with target=gmm3 \(\w+\) is .* has target=ring \(\w+\)$"),
        ({"target": np.eye(4)}, "with target=gmm3"),
        ({"gain": 6.0}, r"with gain=12\.0 is"),
        ({"contacts": False}, "with contacts=True is"),
        ({"physics_rate": 120}, "with physics_rate=60 is"),
        ({"safety": "orca"}, "with safety='none' is"),
        ({"reward": "decrease"}, "with reward='negative_kl' is"),
        ({"regularisation": 1e-3}, r"with regularisation=0\.0001 is"),
        ({"sensing": Sensing(position_noise=0.1)}, "with sensing=Sensing"),
        ({"actuation": Actuation(deadband=1.0)}, "with actuation=Actuation"),
        ({"faults": Faults(dead="0.5@1")}, "with faults=Faults"),
    ],
)
def test_states_of_an_environment_made_otherwise_are_refused(swarm, changed, words):
    env, other = swarm(dynamics="kinematic"), swarm(**{"dynamics": "kinematic", **changed})
    env.reset(seed=0)
    other.reset(seed=1)
    before = other.get_state()
    with pytest.raises(UsageError, match=words):
        other.set_state(env.get_state())
    np.testing.assert_array_equal(other.get_state().theta, before.theta)


def test_moving_targets_are_told_apart_though_they_begin_alike(swarm):
    envs = [
        swarm(dynamics="ideal", target=target_by_name("switch", time_s=at_s)) for at_s in (20, 40)
    ]
    for env in envs:
        env.reset(seed=0)
    with pytest.raises(UsageError, match="with target=switch"):
        envs[0].set_state(envs[1].get_state())


@pytest.mark.parametrize("state", [None, {}, "state"])
def test_what_is_no_state_is_refused(swarm, state):
    with pytest.raises(UsageError, match="a state is what get_state returned, not "):
        swarm(dynamics="ideal").set_state(state)


def test_a_reset_after_a_return_draws_the_same_noise(swarm):
    env = swarm(dynamics="kinematic", sensing=Sensing(position_noise=0.05))
    env.reset(seed=0)
    env.reset()
    state = env.get_state()
    expected = env.reset()[0]["pose"]
    env.reset()
    env.set_state(state)
    np.testing.assert_array_equal(env.reset()[0]["pose"], expected)
    other = swarm(dynamics="kinematic", sensing=Sensing(position_noise=0.05))
    other.set_state(pickle.loads(pickle.dumps(state)))
    np.testing.assert_array_equal(other.reset()[0]["pose"], expected)


def spoil(arrays):
    for value in arrays:
        if isinstance(value, np.ndarray) and value.flags.writeable:
            value.fill(1 if value.dtype.kind == "b" else 99)


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_nothing_that_is_handed_out_is_the_environments_own(swarm, dynamics):
    kinds = {"sensing": Sensing(position_noise=0.01), "faults": Faults(dead="robots:1@0.3")}
    seen = []
    for spoiled in (False, True):
        env = swarm(dynamics=dynamics, **kinds)
        observation, info = env.reset(seed=4)
        rng = np.random.default_rng(0)
        results = []
        for _ in range(8):
            results += [value.copy() for value in observation.values()] + [info["kl_fit"]]
            state = env.get_state()
            if spoiled:
                spoil([*observation.values(), *info.values(), state.theta, state.touching])
                spoil([state.saturated])
                state.draws.random(5)
            action = rng.uniform(-1, 1, (8, 2))
            observation, _, _, _, info = env.step(action)
            action.fill(0.0)
        seen.append(results)
    for plain, other in zip(*seen, strict=True):
        np.testing.assert_array_equal(plain, other)


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_copies_go_on_alike_and_on_their_own(swarm, dynamics, copied):
    env = swarm(dynamics=dynamics, sensing=Sensing(position_noise=0.01))
    fresh = copied(env)
    env.reset(seed=1)
    first = walk(env, 0, 5)
    other = copied(env)
    after = walk(env, 1)
    for one, expected in zip(walk(other, 1), after, strict=True):
        np.testing.assert_array_equal(one, expected)
    np.testing.assert_array_equal(other.reset()[0]["pose"], env.reset()[0]["pose"])
    fresh.reset(seed=1)
    for one, expected in zip(walk(fresh, 0, 5), first, strict=True):
        np.testing.assert_array_equal(one, expected)
    env.close()
    closed = copied(env)
    assert closed.reset(seed=1)[0]["pose"].shape == (8, 3)
    for made in (other, fresh, closed):
        made.close()


def test_frames_begin_anew_after_a_return(swarm):
    env = swarm(dynamics="kinematic", render_mode="rgb_array")
    env.reset(seed=0)
    state = env.get_state()
    first = env.render()
    walk(env, 0, 3)
    env.render()
    env.set_state(state)
    np.testing.assert_array_equal(env.render(), first)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"made_with": None}, "does not say what it was made with"),
        ({"theta": None}, "a state whose theta is NoneType is not possible"),
        ({"theta": np.zeros(3)}, r"theta has shape \(3,\).*must be \(15,\)"),
        ({"kl": "x"}, "a state whose kl is str"),
        ({"touching": np.zeros(4)}, "a state whose touching is ndarray"),
        ({"saturated": np.zeros(7, dtype=np.bool_)}, r"saturated has shape \(7,\).*\(4,\)"),
        ({"draws": 3}, "a state whose draws is int"),
        ({"parts": {}}, "a state whose parts do not fit is not possible: KeyError: 'arena'"),
        ({"parts": {"arena": 3, "driver": 3}}, "a state whose parts do not fit"),
    ],
)
def test_states_with_other_contents_are_refused_in_a_sentence(changes, words):
    env = SwarmEnv(robots=4, dynamics="kinematic", order=3, grid_step=0.1)
    env.reset(seed=0)
    state = env.get_state()
    with pytest.raises(UsageError, match=words):
        env.set_state(replace(state, **changes))
    env.set_state(state)


@pytest.mark.parametrize("dynamics", DYNAMICS_NAMES)
def test_a_refused_state_leaves_all_as_it_was(swarm, dynamics):
    env = swarm(robots=8, dynamics=dynamics, observation_mode="local")
    env.reset(seed=0, options={"randomise": {"position_noise": (0.01, 0.02)}})
    walk(env, 0, 3)
    there = env.get_state()
    env.reset(seed=1)
    walk(env, 0, 5)
    before, poses = env.get_state(), env.arena.poses()
    # Robots and drives fit; what agents are shown does not.
    parts = {name: part for name, part in there.parts.items() if name in ("arena", "driver")}
    with pytest.raises(UsageError, match="a state whose parts do not fit"):
        env.set_state(replace(there, parts=parts))
    after = env.get_state()
    np.testing.assert_array_equal(env.arena.poses(), poses)
    assert env.arena.time == pytest.approx(0.5)
    assert (after.drawn, after.kl) == (before.drawn, before.kl)
    assert after.draws.bit_generator.state == before.draws.bit_generator.state
    fresh = swarm(robots=8, dynamics=dynamics, observation_mode="local")
    with pytest.raises(UsageError, match="a state whose parts do not fit"):
        fresh.set_state(replace(there, parts=parts))
    with pytest.raises(gymnasium.error.ResetNeeded):
        fresh.get_state()
