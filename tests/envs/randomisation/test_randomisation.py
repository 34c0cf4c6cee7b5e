"""Episodes that are drawn: from what was given, by the seed, and without a trace in the next."""

import pickle

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.randomisation.randomisation import KEYS
from bildsim.targets.target import named_target

PLAIN = {"dynamics": "kinematic", "robots": 8}
EVERYTHING = {
    "target": ["ring", named_target("gmm4"), "mixtures"],
    "start": ["corner", "centre", np.linspace([-0.9, -0.5], [0.9, 0.5], 8)],
    "max_speed": (0.1, 0.2),
    "max_wheel_acceleration": [20.0, 100.0],
    "command_delay": (0.0, 0.1),
    "wheel_gain_tolerance": (0.0, 0.1),
    "position_noise": (0.0, 0.02),
    "dead_share": (0.0, 0.5),
    "dead_time_s": (0.0, 1.0),
}


def episode(env, options, seed=0, steps=6):
    """Return all that an episode brings, as bytes."""
    observation, info = env.reset(seed=seed, options=options)
    found, rng = [observation], np.random.default_rng(1)
    drawn = info.pop("drawn", {})
    found += [info]
    for _ in range(steps):
        observation, reward, _, _, info = env.step(rng.uniform(-1, 1, (8, 2)))
        found += [observation, info, {"reward": np.float64(reward)}]
    return [{k: np.asarray(v).tobytes() for k, v in part.items()} for part in found], drawn


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_seed_draws_the_same_episode_and_another_another(swarm, dynamics):
    env = swarm(dynamics=dynamics, robots=8)
    first, drawn = episode(env, {"randomise": EVERYTHING})
    assert drawn.keys() - {"mixture"} == EVERYTHING.keys()
    again, same = episode(swarm(dynamics=dynamics, robots=8), {"randomise": EVERYTHING})
    assert (first, drawn) == (again, same)
    _, other = episode(env, {"randomise": EVERYTHING}, seed=1)
    assert all(drawn[name] != other[name] for name in ("max_speed", "command_delay"))


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet", "ideal"])
def test_nothing_leaks_into_the_next_episode(swarm, dynamics):
    of_points = ("target", "start", "max_speed", "position_noise", "dead_share", "dead_time_s")
    given = EVERYTHING if dynamics != "ideal" else {name: EVERYTHING[name] for name in of_points}
    plain, used = (swarm(dynamics=dynamics, robots=8) for _ in range(2))
    episode(used, {"randomise": given})
    assert used.robot != plain.robot
    found, drawn = episode(used, None, seed=5)
    assert drawn == {}
    assert (found, drawn) == episode(plain, None, seed=5)
    assert used.robot == plain.robot
    assert used.target.name == plain.target.name == "gmm3"


def test_numbers_are_within_their_ranges_and_differ(swarm):
    env = swarm(**PLAIN)
    drawn = []
    for seed in range(30):
        _, info = env.reset(seed=seed, options={"randomise": EVERYTHING})
        drawn.append(info["drawn"])
        assert env.robot.max_speed == info["drawn"]["max_speed"]
        assert env.target.name == info["drawn"]["target"]
        assert info["drawn"]["max_wheel_acceleration"] in (20.0, 100.0)
        assert ("mixture" in info["drawn"]) == (info["drawn"]["target"] == "mixture")
    speeds = [one["max_speed"] for one in drawn]
    assert 0.1 <= min(speeds) < 0.12
    assert 0.18 < max(speeds) <= 0.2
    assert {one["target"] for one in drawn} == {"ring", "gmm4", "mixture"}
    assert {one["start"] for one in drawn} == {"corner", "centre", "places 2"}
    assert len({one["mixture"] for one in drawn if "mixture" in one}) > 5


def test_what_was_drawn_happens(swarm):
    env = swarm(**PLAIN)
    dying = {"dead_share": [0.5], "dead_time_s": [0.15]}
    env.reset(seed=0, options={"randomise": dying})
    active = [env.step(np.zeros((8, 2)))[4]["active"].sum() for _ in range(3)]
    assert active == [8, 4, 4]
    seen, info = env.reset(seed=0, options={"randomise": {"position_noise": [0.1]}})
    assert 0.02 < np.abs(seen["pose"] - info["pose"]).max() < 0.4
    env.reset(seed=0, options={"randomise": {"max_speed": [0.05]}})
    moved = [env.step(np.ones((8, 2)))[0]["velocity"] for _ in range(10)][-1]
    assert np.hypot(*moved[:, :2].T).max() < 0.06


def test_a_start_beside_it_and_the_places_of_one_seed(swarm):
    env = swarm(**PLAIN)
    given = {"start": "corner", "randomise": {"target": "mixtures"}}
    seen, info = env.reset(seed=0, options=given)
    assert seen["pose"][:, :2].max() <= -0.4
    assert info["drawn"]["target"] == "mixture"


def test_a_state_of_a_drawn_episode_goes_on_in_another_environment(swarm):
    env, rng = swarm(**PLAIN, observation_mode="local"), np.random.default_rng(0)
    actions = rng.uniform(-1, 1, (10, 8, 2))
    env.reset(seed=4, options={"randomise": EVERYTHING})
    for action in actions[:5]:
        env.step(action)
    state = pickle.loads(pickle.dumps(env.get_state()))
    trunk = [env.step(action)[0] for action in actions[5:]]
    other = swarm(**PLAIN, observation_mode="local")
    other.reset(seed=9)
    for world in (env, other, other):
        _, info = world.set_state(state)
        assert info["drawn"].keys() - {"mixture"} == EVERYTHING.keys()
        for seen, action in zip(trunk, actions[5:], strict=True):
            for name, values in world.step(action)[0].items():
                np.testing.assert_array_equal(values, seen[name], err_msg=name)
    found = episode(other, None, seed=5)
    assert found == episode(swarm(**PLAIN, observation_mode="local"), None, seed=5)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"max_sped": (0.1, 0.2)}, "randomise key 'max_sped' is unknown: did you mean max_speed"),
        ({"targets": ["ring"]}, "'targets' is unknown: did you mean target"),
        ({3: (0, 1)}, "randomise key '3' is unknown"),
        ({"target": []}, r"randomise 'target' \[\] is not possible: there is nothing"),
        ({"target": ("ring", "gmm3")}, "^randomise 'target' .* allowed is a list to choose from"),
        ({"start": ("corner", "centre")}, "'start' .* allowed is a list to choose from"),
        ({"target": ["rong"]}, "target='rong' is unknown: did you mean ring"),
        ({"start": ["korner"]}, "start='korner' is unknown: did you mean corner"),
        ({"start": [np.zeros((3, 2))]}, "poses of 3 robots are not possible"),
        ({"max_speed": (0.2, 0.1)}, "reversed"),
        ({"max_speed": (0.1, 0.25)}, "spaces are for robots of at most 0.2 m/s"),
        ({"max_speed": (0.001, 0.2)}, "^randomise 'max_speed': max_speed=0.001 is not possible"),
        ({"command_delay": (0.0, 5.0)}, "^randomise 'command_delay': command_delay=5"),
        ({"wheel_gain_tolerance": [0.1, 0.9]}, "wheel_gain_tolerance=0.9"),
        ({"dead_share": (0, 1), "dead_time_s": (0, 1)}, "nobody is left in the swarm"),
        ({"dead_share": (0, 0.5)}, "'dead_share' without 'dead_time_s'"),
        ({"join_share": (0, 0.5), "join_time_s": (0, 1)}, "all robots are there at 0 s"),
    ],
)
def test_what_is_refused_leaves_the_episode_as_it_was(swarm, given, words):
    env = swarm(**PLAIN)
    env.reset(seed=3)
    before, robot = env.get_state(), env.robot
    with pytest.raises(UsageError, match=words):
        env.reset(seed=5, options={"randomise": given})
    after = env.get_state()
    assert after.draws.bit_generator.state == before.draws.bit_generator.state
    assert env.robot is robot
    env.step(np.zeros((8, 2)))


def test_numbers_that_do_not_go_together_are_drawn_again(swarm):
    env = swarm(**PLAIN)
    # Each by itself leaves somebody; together they leave nobody unless the seed wants it so.
    both = {"dead_share": [0.6], "dead_time_s": [0.0], "join_share": [0.9], "join_time_s": [5.0]}
    for seed in range(8):
        _, info = env.reset(seed=seed, options={"randomise": both})
        assert info["active"].any()
        active = info["active"]
        _, info = env.reset(seed=seed, options={"randomise": both})
        np.testing.assert_array_equal(info["active"], active)


def test_numbers_that_never_go_together_leave_it_as_it_was_too(swarm, monkeypatch):
    monkeypatch.setattr("bildsim.envs.randomisation.randomisation.MOST_DRAWS", 1)
    env = swarm(**PLAIN)
    env.reset(seed=3)
    both = {"dead_share": [0.6], "dead_time_s": [0.0], "join_share": [0.9], "join_time_s": [5.0]}
    refused = 0
    for seed in range(8):
        before, robot = env.get_state(), env.robot
        words = ""
        try:
            env.reset(seed=seed, options={"randomise": both})
        except UsageError as error:
            words = str(error)
        if words:
            assert "nobody is left" in words
            after = env.get_state()
            assert after.draws.bit_generator.state == before.draws.bit_generator.state
            assert (after.drawn, env.robot) == (before.drawn, robot)
            env.step(np.zeros((8, 2)))
            refused += 1
    assert 0 < refused < 8


def test_points_have_no_drives(swarm):
    env = swarm(dynamics="ideal")
    with pytest.raises(UsageError, match=r"command_delay.*is not possible with dynamics='ideal'"):
        env.reset(options={"randomise": {"command_delay": (0.0, 0.1)}})


def test_the_keys_are_the_documented_ones():
    assert KEYS[:3] == ("target", "start", "max_speed")
    assert {"command_delay", "position_noise", "dead_share", "dead_time_s"} <= set(KEYS)
