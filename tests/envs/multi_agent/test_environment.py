"""The swarm as PettingZoo has it: its checkers, by name, and what they do not look at."""

import copy
import pickle
import warnings
from functools import partial

import cloudpickle
import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from pettingzoo.test import (
    api_test,
    parallel_api_test,
    parallel_seed_test,
    render_test,
    seed_test,
)
from pettingzoo.test.state_test import state_test
from pettingzoo.utils import parallel_to_aec

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.multi_agent.environment import SwarmParallelEnv
from bildsim.envs.swarm import SwarmEnv

COMERS_AND_GOERS = Faults(dead="robots:2+4@0.4,robots:3@0.9", join="robots:3@0.6,robots:0@0.2")
CASES = {
    "ideal": {"dynamics": "ideal"},
    "kinematic": {"dynamics": "kinematic"},
    "bullet": {"dynamics": "bullet"},
    "faults": {"dynamics": "kinematic", "faults": COMERS_AND_GOERS},
    "global": {"dynamics": "kinematic", "observation_mode": "global"},
    "velocities": {"dynamics": "ideal", "action_mode": "velocity"},
    "wheel speeds": {"dynamics": "kinematic", "action_mode": "wheel_speeds", "dtype": "float32"},
    "difference": {"dynamics": "kinematic", "credit": "difference", "reward": "decrease"},
    "poor sensors": {"dynamics": "kinematic", "sensing": Sensing(position_noise=0.02)},
    "late commands": {"dynamics": "kinematic", "actuation": Actuation(command_delay=0.05)},
}


@pytest.fixture(params=CASES)
def made(request):
    """How to make environments of one case, as a function of further arguments."""
    return partial(SwarmParallelEnv, robots=6, **CASES[request.param])


@pytest.mark.parametrize("flat", [True, False])
def test_parallel_api_test(made, flat):
    parallel_api_test(made(flat=flat), num_cycles=15)


@pytest.mark.parametrize("flat", [True, False])
def test_parallel_seed_test(made, flat):
    parallel_seed_test(partial(made, flat=flat), num_cycles=5)


def test_api_test_after_parallel_to_aec(made):
    api_test(parallel_to_aec(made(flat=True)), num_cycles=15)


def test_api_test_says_of_dictionaries_only_that_they_are_no_arrays(made):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        api_test(parallel_to_aec(made()), num_cycles=15)
    assert {str(warning.message).split(" for each")[0] for warning in said} == {
        "Observation is not a NumPy array",
        "Observation space",
    }


def test_seed_test_after_parallel_to_aec(made):
    # It seeds the action spaces of the agents that there are at first: nobody may come later.
    faults = {"faults": Faults(dead="robots:2+4@0.2")} if "faults" in made.keywords else {}
    seed_test(lambda: parallel_to_aec(made(flat=True, **faults)), num_cycles=5)


def test_state_test(made):
    state_test(parallel_to_aec(made(flat=True)), made(), num_cycles=5)


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_render_test(monkeypatch, dynamics):
    monkeypatch.delenv("DISPLAY", raising=False)

    def make(render_mode):
        env = SwarmParallelEnv(robots=3, dynamics=dynamics, flat=True, render_mode=render_mode)
        return parallel_to_aec(env)

    render_test(make)


@pytest.mark.parametrize("mode", ["global", "local"])
def test_it_is_the_swarm_row_by_row(agents, mode):
    arguments = {"robots": 6, "dynamics": "kinematic", "reward": "decrease"}
    env = agents(observation_mode=mode, **arguments)
    swarm = SwarmEnv(observation_mode=mode, **arguments)
    rng = np.random.default_rng(3)
    views, _ = env.reset(seed=5)
    whole, _ = swarm.reset(seed=5)
    for _ in range(5):
        for number, agent in enumerate(env.agents):
            assert set(views[agent]) == set(whole)
            for name, values in whole.items():
                shared = values.ndim == 1
                np.testing.assert_array_equal(
                    views[agent][name], values if shared else values[number]
                )
        waypoints = rng.uniform(-1.0, 1.0, (6, 2))
        views, rewards, _, _, infos = env.step(dict(zip(env.agents, waypoints, strict=True)))
        whole, reward, _, _, info = swarm.step(waypoints)
        assert set(rewards.values()) == {reward}
        assert {told["kl_fit"] for told in infos.values()} == {info["kl_fit"]}
        assert [told["effort"] for told in infos.values()] == info["effort"].tolist()
    swarm.close()


def test_agents_see_what_they_know_unless_asked_otherwise(agents):
    views, _ = agents(neighbours=2).reset(seed=0)
    assert views["robot_0"]["neighbours"].shape == (2, 2)
    assert "swarm_statistics" not in views["robot_0"]


def test_flat_is_the_same_in_one_vector(agents):
    flat, dictionaries = agents(flat=True), agents()
    (rows, _), (views, _) = flat.reset(seed=1), dictionaries.reset(seed=1)
    for agent, row in rows.items():
        expected = spaces.flatten(dictionaries.observation_space(agent), views[agent])
        assert row.dtype == flat.action_space(agent).dtype == np.float32
        np.testing.assert_array_equal(row, expected.astype(np.float32))
        assert flat.observation_space(agent).contains(row)
        assert dictionaries.observation_space(agent).contains(views[agent])


def test_whole_episodes_are_equal_for_equal_seeds_and_others_for_others(agents, drawn, same):
    def episode(seed):
        env, rng = agents(faults=COMERS_AND_GOERS, max_cycles=15), np.random.default_rng(seed)
        told = [env.reset(seed=seed)]
        while env.agents:
            told.append(env.step(drawn(env, rng)))
        return told

    first = episode(4)
    assert len(first) == 16
    same(first, episode(4))
    assert not np.array_equal(first[0][0]["robot_1"]["pose"], episode(5)[0][0]["robot_1"]["pose"])


def test_who_dies_is_told_so_once_and_who_comes_acts_from_the_next_step_on(agents, drawn):
    env, rng = agents(faults=COMERS_AND_GOERS, max_cycles=12), np.random.default_rng(0)
    assert env.possible_agents == [f"robot_{number}" for number in range(6)]
    views, infos = env.reset(seed=0)
    assert list(views) == list(infos) == env.agents == ["robot_1", "robot_2", "robot_4", "robot_5"]
    present = [set(env.agents)]
    for step in range(1, 13):
        views, rewards, terminated, truncated, infos = env.step(drawn(env, rng))
        told = present[-1] | set(env.agents)
        for given in (views, rewards, terminated, truncated, infos):
            assert set(given) == told
        dead = {agent for agent, ended in terminated.items() if ended}
        assert dead == {4: {"robot_2", "robot_4"}, 9: {"robot_3"}}.get(step, set())
        assert all(ended == (step == 12) for agent, ended in truncated.items())
        present.append(set(env.agents))
    assert [len(there) for there in present] == [4, 4, 5, 5, 3, 3, 4, 4, 4, 3, 3, 3, 0]
    assert "robot_0" in present[2]
    assert "robot_3" in present[6]


def test_who_dies_with_the_last_step_is_dead_and_who_comes_with_it_was_never_there(agents, drawn):
    faults = Faults(dead="robots:1@0.3", join="robots:0@0.3")
    env, rng = agents(faults=faults, max_cycles=3), np.random.default_rng(0)
    env.reset(seed=0)
    for _ in range(3):
        views, _, terminated, truncated, _ = env.step(drawn(env, rng))
    assert "robot_0" not in views
    assert [agent for agent, ended in terminated.items() if ended] == ["robot_1"]
    assert [agent for agent, ended in truncated.items() if not ended] == ["robot_1"]
    assert env.agents == []


def test_those_that_are_no_agents_stand_still(agents, drawn):
    env, rng = agents(faults=COMERS_AND_GOERS, dtype="float64"), np.random.default_rng(0)
    env.reset(seed=0)
    places = []
    for _ in range(12):
        env.step(drawn(env, rng))
        places.append(env.state()[:18].reshape(6, 3))
    np.testing.assert_allclose(places[-1][[2, 4]], places[5][[2, 4]], rtol=0, atol=0.01)
    assert np.abs(places[-1][1] - places[5][1]).max() > 0.01


def test_what_agents_are_given_is_theirs(agents, drawn):
    kept, env, other = {}, agents(), agents()
    views, _ = env.reset(seed=2)
    expected, _ = other.reset(seed=2)
    for row in views["robot_0"].values():
        row.fill(9.0)
    kept = {agent: view for agent, view in views.items() if agent != "robot_0"}
    for agent, view in kept.items():
        for name, value in view.items():
            np.testing.assert_array_equal(value, expected[agent][name])
    for one, rng in ((env, np.random.default_rng(1)), (other, np.random.default_rng(1))):
        actions = drawn(one, rng)
        one.step(actions)
    np.testing.assert_array_equal(env.state(), other.state())


def test_infos_are_each_agents_own(agents, drawn):
    env = agents()
    _, infos = env.reset(seed=0)
    infos["robot_0"]["mine"] = 1
    assert "mine" not in infos["robot_1"]
    *_, infos = env.step(drawn(env, np.random.default_rng(0)))
    infos["robot_0"]["mine"] = 1
    assert "mine" not in infos["robot_1"]


def test_spaces_are_made_once_and_one_for_each(agents):
    env = agents()
    for space in (env.observation_space, env.action_space):
        assert space("robot_1") is space("robot_1")
        assert space("robot_1") is not space("robot_2")
        assert space("robot_1") == space("robot_2")


def test_metadata(agents):
    env = agents(render_mode="rgb_array")
    assert env.metadata["name"] == "bildsim_swarm_v0"
    assert env.metadata["is_parallelizable"]
    assert "rgb_array" in env.metadata["render_modes"]
    assert env.render_mode == "rgb_array"
    assert env.unwrapped is env
    assert isinstance(env.swarm, SwarmEnv)
    env.reset(seed=0)
    assert env.render().shape == (720, 1280, 3)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
@pytest.mark.parametrize("flat", [True, False])
def test_a_copy_goes_on_to_the_bit(made, drawn, same, copied, flat):
    env, rng = made(flat=flat, max_cycles=12), np.random.default_rng(0)
    env.reset(seed=3)
    for _ in range(5):
        env.step(drawn(env, rng))
    env.action_space("robot_1").seed(9)
    other = copied(env)
    assert other.agents == env.agents
    np.testing.assert_array_equal(other.state(), env.state())
    assert (
        env.action_space("robot_1").sample().tolist()
        == other.action_space("robot_1").sample().tolist()
    )
    while env.agents:
        actions = drawn(env, rng)
        same(env.step(actions), other.step(actions))
    assert other.agents == []
    same(env.reset(), other.reset())
    env.close()
    other.close()


def test_a_target_that_pickle_cannot_take_can_be_copied_and_sent_all_the_same(made):
    env = made(target=lambda points: np.exp(-(points[..., 0] ** 2)))
    env.reset(seed=3)
    for other in (copy.deepcopy(env), pickle.loads(cloudpickle.dumps(env))):
        np.testing.assert_array_equal(other.state(), env.state())
        other.close()
    env.close()


def test_a_copy_before_the_first_reset_and_after_the_end(agents, drawn):
    env = agents(max_cycles=1)
    assert pickle.loads(pickle.dumps(env)).agents == []
    env.reset(seed=0)
    env.step(drawn(env, np.random.default_rng(0)))
    with pytest.raises(gymnasium.error.ResetNeeded, match="has ended"):
        copy.deepcopy(env).step({})
    env.close()
    with pytest.raises(gymnasium.error.ResetNeeded, match="nowhere yet"):
        copy.deepcopy(env).step({})


def test_steps_before_the_first_reset_and_after_the_end_are_refused(agents, drawn):
    env = agents(max_cycles=2)
    for call in (env.state, partial(env.step, {}), partial(agents(render_mode="rgb_array").render)):
        with pytest.raises(gymnasium.error.ResetNeeded, match="nowhere yet"):
            call()
    env.reset(seed=0)
    actions = drawn(env, np.random.default_rng(0))
    env.step(actions)
    env.step(actions)
    with pytest.raises(gymnasium.error.ResetNeeded, match="has ended"):
        env.step(actions)
    env.close()
    with pytest.raises(gymnasium.error.ResetNeeded, match="nowhere yet"):
        env.step(actions)
    views, _ = env.reset(seed=0)
    assert len(views) == 6


def test_the_length_of_an_episode_may_be_changed_and_is_checked(agents, drawn):
    env = agents(max_cycles=None)
    assert env.max_cycles is None
    env.reset(seed=0)
    for _ in range(2):
        env.step(drawn(env, np.random.default_rng(0)))
    # Shorter than it is already: the next step is the last.
    env.max_cycles = 1
    env.step(drawn(env, np.random.default_rng(0)))
    assert env.agents == []
    with pytest.raises(UsageError, match="max_cycles 0"):
        env.max_cycles = 0


def test_a_wrong_action_leaves_the_episode_as_it_is(agents, drawn):
    env = agents()
    env.reset(seed=0)
    before, good = env.state(), drawn(env, np.random.default_rng(0))
    for wrong, words in (
        ({**good, "robot_3": np.array([np.nan, 0.0])}, "robot 3"),
        ({**good, "robot_3": np.array([0.0, 1.5])}, "robot 3"),
        ({**good, "robot_9": np.zeros(2)}, "'robot_9' is not possible"),
        ({}, "no action for 'robot_0'"),
    ):
        with pytest.raises(UsageError, match=words):
            env.step(wrong)
    np.testing.assert_array_equal(env.state(), before)
    assert len(env.step(good)[0]) == 6


def test_unknown_agents_options_and_arguments_are_refused(agents):
    env = agents()
    for space in (env.observation_space, env.action_space):
        with pytest.raises(UsageError, match="no agent 'robot_6': allowed are robot_0 to robot_5"):
            space("robot_6")
        for odd in (["x"], 3, None):
            with pytest.raises(UsageError, match=r"no agent .*: allowed are robot_0 to robot_5"):
                space(odd)
    with pytest.raises(UsageError, match="strat"):
        env.reset(options={"strat": "corner"})
    with pytest.raises(UsageError, match="robots"):
        agents(robots=0)
    with pytest.raises(UsageError, match="flat 1"):
        agents(flat=1)


def test_options_of_the_swarm_are_possible(agents):
    env = agents()
    poses = np.linspace([-0.5, 0.5], [0.5, -0.5], 6)
    views, _ = env.reset(options={"poses": poses})
    np.testing.assert_allclose([view["pose"][:2] for view in views.values()], poses, atol=1e-12)


def test_episodes_that_are_drawn_say_so_and_a_copy_goes_on_with_what_was_drawn(agents, drawn, same):
    env, rng = agents(), np.random.default_rng(0)
    _, infos = env.reset(
        seed=0, options={"randomise": {"target": ["ring", "gmm4"], "max_speed": (0.1, 0.2)}}
    )
    assert {tuple(info["drawn"]) for info in infos.values()} == {tuple(infos["robot_0"]["drawn"])}
    assert "max_speed" in infos["robot_0"]["drawn"]
    env.step(drawn(env, rng))
    other = copy.deepcopy(env)
    actions = drawn(env, rng)
    same(env.step(actions), other.step(actions))
    assert env.state_space.contains(env.state())
    other.close()
