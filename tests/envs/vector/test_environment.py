"""The vector environment against single ones, and Gymnasium's conventions."""

import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import bildsim.envs  # noqa: F401 - registers the environment
from bildsim.basics.errors import UsageError
from bildsim.numerics import threads

ID = "bildsim/Swarm-v0"
PLAIN = {"robots": 10, "dynamics": "kinematic"}


def make(mode, swarms=8, steps=600, **arguments):
    if mode == "vector_entry_point":
        arguments["max_episode_steps"] = steps
        return gymnasium.make_vec(ID, swarms, mode, **PLAIN | arguments)
    how = {k: arguments.pop(k) for k in ("autoreset_mode",) if k in arguments}
    one = PLAIN | arguments | {"max_episode_steps": steps}
    return gymnasium.make_vec(ID, swarms, mode, vector_kwargs=how, **one)


def assert_same(one, other, where=()):
    """Assert that two nested results are equal to the bit, types and all."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], (*where, key))
    elif isinstance(one, tuple | list) or getattr(one, "dtype", None) == np.dtype(object):
        assert len(one) == len(other), where
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, (*where, place))
    else:
        assert type(one) is type(other), where
        assert getattr(one, "dtype", None) == getattr(other, "dtype", None), where
        np.testing.assert_array_equal(one, other, err_msg=str(where))


def assert_alike(first, second, steps, seed=3, options=None):
    """Assert that two vector environments give the same through so many steps."""
    assert_same(first.reset(seed=seed, options=options), second.reset(seed=seed, options=options))
    rng = np.random.default_rng(seed)
    for step in range(steps):
        actions = rng.uniform(-1, 1, first.action_space.shape)
        assert_same(first.step(actions), second.step(actions), (step,))


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_eight_swarms_are_those_of_single_environments_to_the_bit_through_an_autoreset(mode):
    native = make("vector_entry_point", steps=12, autoreset_mode=mode)
    single = make("sync", steps=12, autoreset_mode=mode)
    assert_alike(native, single, 30)


@pytest.mark.parametrize(
    "arguments",
    [
        {"reward": "decrease", "target": "ring", "start": "corner", "gain": 6.0},
        {"contacts": False, "order": 3, "grid_step": 0.1, "regularisation": 1e-3},
        {"robots": 60, "start": "centre", "physics_rate": 120, "radius": 0.03},
        {"max_speed": 0.1, "start": np.linspace([-0.9, -0.5], [0.9, 0.5], 10)},
        {"obstacle": ["disc:0.1,0.1,0.2", "box:-0.45,0.35,0.3,0.2,30"]},
    ],
)
def test_whatever_single_environments_are_made_with(arguments):
    native, single = (make(mode, 3, **arguments) for mode in ("vector_entry_point", "sync"))
    assert_alike(native, single, 8)


@pytest.mark.parametrize(
    "arguments",
    [
        {"action_mode": "velocity", "dtype": "float32"},
        {"action_mode": "wheel_speeds"},
        {"dtype": "float32", "reward": "decrease"},
    ],
)
def test_every_mode_of_actions_and_either_precision(arguments):
    native, single = (
        make(mode, 3, steps=5, **arguments) for mode in ("vector_entry_point", "sync")
    )
    assert native.single_action_space == single.single_action_space
    assert native.observation_space == single.observation_space
    assert_same(native.reset(seed=3), single.reset(seed=3))
    native.action_space.seed(0)
    for step in range(8):
        actions = native.action_space.sample()
        assert_same(native.step(actions), single.step(actions), (step,))


def test_every_swarm_draws_a_target_and_a_start_of_its_own():
    ranges = {"target": ["ring", "mixtures", "gmm4"], "start": ["corner", "uniform"]}
    native, single = (make(mode, 5, steps=4) for mode in ("vector_entry_point", "sync"))
    drawn = native.reset(seed=1, options={"randomise": ranges})
    assert_same(drawn, single.reset(seed=1, options={"randomise": ranges}))
    assert len(set(drawn[1]["drawn"]["target"])) > 1
    assert len(np.unique(drawn[0]["target_statistics"], axis=0)) > 1
    for step in range(7):
        actions = np.random.default_rng(step).uniform(-1, 1, (5, 10, 2))
        assert_same(native.step(actions), single.step(actions), (step,))
    assert len(np.unique(native.reset(seed=1)[0]["target_statistics"], axis=0)) == 1


def test_a_crowd_that_needs_more_room_for_contacts_than_there_is_at_first():
    arguments = {"robots": 40, "start": "centre", "physics_rate": 60}
    native, single = (make(mode, 20, **arguments) for mode in ("vector_entry_point", "sync"))
    first, second = (env.reset(seed=1) for env in (native, single))
    assert_same(first, second)
    room = native._batch._swarms.room
    for step in range(25):
        assert_same(native.step(np.zeros((20, 40, 2))), single.step(np.zeros((20, 40, 2))), (step,))
    assert native._batch._swarms.room >= room


def test_episodes_that_end_at_different_times_and_a_mask_of_resets():
    native, single = (make(mode, 4, steps=9) for mode in ("vector_entry_point", "sync"))
    assert_same(native.reset(seed=5), single.reset(seed=5))
    rng = np.random.default_rng(0)
    for step in range(22):
        if step == 4:
            mask = np.array([True, False, False, True])
            # Gymnasium's own takes the mask out of the options that it is given.
            asked = [{"start": "corner", "reset_mask": mask} for _ in range(2)]
            seeds = [7, None, None, 9]
            one = native.reset(seed=seeds, options=asked[0])
            assert_same(one, single.reset(seed=seeds, options=asked[1]))
            assert one[1]["_kl_fit"].tolist() == mask.tolist()
        actions = rng.uniform(-1, 1, (4, 10, 2))
        actions[native._ended] = np.nan
        assert_same(native.step(actions), single.step(actions), (step,))


def test_disabled_means_that_the_user_resets():
    native = make("vector_entry_point", 3, steps=2, autoreset_mode="Disabled")
    native.reset(seed=0)
    stay = np.zeros((3, 10, 2))
    native.step(stay)
    assert native.step(stay)[3].all()
    with pytest.raises(gymnasium.error.ResetNeeded, match="ended"):
        native.step(stay)
    native.reset(options={"reset_mask": np.ones(3, dtype=bool)})
    assert not native.step(stay)[3].any()


def test_what_is_closed_is_refused():
    native = make("vector_entry_point", 2)
    native.reset(seed=0)
    native.close()
    for call in (native.reset, lambda: native.step(np.zeros((2, 10, 2)))):
        with pytest.raises(gymnasium.error.ClosedEnvironmentError, match="make another"):
            call()


def test_the_number_of_threads_changes_nothing(monkeypatch):
    def run(count):
        monkeypatch.setattr(threads, "thread_count", lambda: count)
        env, rng = make("vector_entry_point", 40), np.random.default_rng(0)
        found = [env.reset(seed=2)]
        return [*found, *(env.step(rng.uniform(-1, 1, (40, 10, 2))) for _ in range(4))]

    assert_same(run(1), run(2))


def test_the_spaces_and_what_gymnasium_asks_of_a_vector_environment():
    env = make("vector_entry_point", 3)
    assert env.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    assert env.spec.id == ID
    observation, info = env.reset(seed=1)
    assert env.observation_space.contains(observation)
    observation, rewards, terminated, truncated, info = env.step(env.action_space.sample())
    assert env.observation_space.contains(observation)
    assert env.single_observation_space["pose"].shape == (10, 3)
    assert (rewards.shape, rewards.dtype) == ((3,), np.float64)
    assert (terminated.dtype, truncated.dtype) == (np.bool_, np.bool_)
    assert info["_effort"].all()
    assert env.render() is None if env.render_mode else True
    env.close()
    assert env.closed


def test_observations_and_infos_are_the_callers_own():
    env, other = (make("vector_entry_point", 3) for _ in range(2))
    stay = np.zeros((3, 10, 2))
    for result in (env.reset(seed=1), env.step(stay)):
        for part in (result[0], result[-1]):
            for values in part.values():
                values[...] = 1
    other.reset(seed=1)
    other.step(stay)
    assert_same(env.step(stay), other.step(stay))


def test_a_pickled_one_goes_on_alike():
    env = make("vector_entry_point", 3)
    env.reset(seed=1)
    env.step(np.zeros((3, 10, 2)))
    copied = pickle.loads(pickle.dumps(env))
    goal = np.full((3, 10, 2), 0.3)
    assert_same(env.step(goal), copied.step(goal))


def test_a_step_needs_a_reset():
    env = make("vector_entry_point", 2)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(np.zeros((2, 10, 2)))
    with pytest.raises(gymnasium.error.ResetNeeded, match="all"):
        env.reset(options={"reset_mask": np.array([True, False])})


def test_wrong_actions_name_the_swarm_and_its_robot():
    env = make("vector_entry_point", 2)
    env.reset(seed=0)
    actions = np.zeros((2, 10, 2))
    actions[1, 4, 0] = 1.5
    with pytest.raises(UsageError, match=r"swarm 1: .*robot 4"):
        env.step(actions)
    with pytest.raises(UsageError, match=r"shape \(10, 2\)"):
        env.step(actions[0])
    with pytest.raises(UsageError, match="waypoints of dtype bool are not possible"):
        env.step(np.zeros((2, 10, 2), dtype=bool))
