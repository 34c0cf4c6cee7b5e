"""What a swarm owes to each robot."""

import copy

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.multi_agent.credit import checked_credit

# One robot on its own, four together.
PLACES = np.array([[-0.5, -0.5], [0.5, 0.5], [0.55, 0.45], [0.4, 0.5], [0.5, 0.35]])


def kl_of(env, places):
    """The KL of the fit to these places, by Newton's method."""
    task, family = env.swarm.task, env.swarm.family
    mean = family.statistics(places).mean(axis=0) if len(places) else np.zeros(family.size)
    return family.kl(family.fit(mean, 1e-4), np.log(task.density))


def stay(env, views):
    return {agent: views[agent]["pose"][:2] for agent in env.agents}


def test_a_worth_is_what_the_kl_would_be_without_it(agents):
    env = agents(robots=5, dynamics="ideal", credit="difference", start=PLACES, target="gmm3")
    views, _ = env.reset(seed=0)
    _, rewards, *_ = env.step(stay(env, views))
    expected = [kl_of(env, np.delete(PLACES, k, axis=0)) - kl_of(env, PLACES) for k in range(5)]
    np.testing.assert_allclose(list(rewards.values()), expected, rtol=0, atol=1e-8)
    assert len(set(rewards.values())) == 5


def test_what_it_is_owed_for_a_step_is_how_much_its_worth_grew(agents, drawn):
    settings = {"robots": 5, "dynamics": "ideal", "start": PLACES, "credit": "difference"}
    env, other = agents(reward="decrease", **settings), agents(**settings)
    env.reset(seed=0)
    views, _ = other.reset(seed=0)
    _, worth, *_ = other.step(stay(other, views))
    total = dict(worth)
    rng = np.random.default_rng(0)
    for _ in range(4):
        actions = drawn(env, rng)
        _, grown, *_ = env.step(actions)
        _, after, *_ = other.step(actions)
        for agent in total:
            total[agent] += grown[agent]
            assert total[agent] == pytest.approx(after[agent], abs=1e-8)


def test_a_robot_alone_is_worth_what_it_is_better_than_a_uniform_density(agents):
    env = agents(robots=1, dynamics="ideal", credit="difference")
    views, _ = env.reset(seed=0)
    _, rewards, _, _, infos = env.step(stay(env, views))
    uniform = kl_of(env, np.zeros((0, 2)))
    expected = uniform - infos["robot_0"]["kl_fit"]
    assert rewards["robot_0"] == pytest.approx(expected, abs=1e-8)


def test_who_dies_loses_its_worth_and_who_is_not_there_has_none(agents):
    faults = Faults(dead="robots:0@0.1", join="robots:4@0.3")
    env = agents(robots=5, dynamics="ideal", start=PLACES, credit="difference", faults=faults)
    views, _ = env.reset(seed=0)
    _, rewards, terminated, *_ = env.step(stay(env, views))
    assert terminated["robot_0"]
    assert rewards["robot_0"] == 0.0
    assert "robot_4" not in rewards
    others = [kl_of(env, PLACES[list(k)]) for k in ((2, 3), (1, 3), (1, 2))]
    expected = np.array(others) - kl_of(env, PLACES[1:4])
    np.testing.assert_allclose([rewards[f"robot_{k}"] for k in (1, 2, 3)], expected, atol=1e-8)


def test_a_copy_goes_on_to_the_bit(agents, drawn, same):
    env, rng = agents(credit="difference", reward="decrease"), np.random.default_rng(0)
    env.reset(seed=0)
    for _ in range(3):
        env.step(drawn(env, rng))
    other = copy.deepcopy(env)
    actions = drawn(env, rng)
    same(env.step(actions), other.step(actions))
    other.close()


def test_names():
    assert [checked_credit(name) for name in ("team", "difference")] == ["team", "difference"]
    for wrong in ("own", None, 1):
        with pytest.raises(UsageError, match=r"credit.*valid are team, difference"):
            checked_credit(wrong)
