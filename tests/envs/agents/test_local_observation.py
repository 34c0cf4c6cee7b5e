"""What a robot is shown that knows only itself, what it senses and what it hears."""

import pickle

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.local_view import own_statistics
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing

# A chain by radio, a step of 0.3 m each, and one far off.
CHAIN = np.array([[-0.6, 0.0, 0.1], [-0.3, 0.0, 1.0], [0.0, 0.0, 2.0], [0.3, 0.0, 3.0]])
LOCAL = {
    "observation_mode": "local",
    "robots": 4,
    "neighbours": 2,
    "sensing_range": 0.35,
    "network": "disk:0.4",
    "dynamics": "kinematic",
}
STAY = np.zeros((4, 2))


def rows(observation, robot):
    """Return a robot's rows, as bytes."""
    return {name: values[robot].tobytes() for name, values in observation.items()}


def test_what_is_shown_at_the_start(swarm):
    env = swarm(**LOCAL, patch_cells=3, patch_width=0.2)
    seen, info = env.reset(seed=0, options={"poses": CHAIN})
    assert seen in env.observation_space
    np.testing.assert_allclose(seen["pose"], CHAIN)
    own = own_statistics(env.family, info["pose"][:, :2])
    np.testing.assert_array_equal(seen["estimate"], own)
    np.testing.assert_array_equal(seen["heard"], own)
    np.testing.assert_allclose(seen["neighbours"][0], [[0.3, 0.0], [0.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(np.abs(seen["neighbours"][1, :, 0]), [0.3, 0.3])
    assert seen["present"].tolist() == [[1, 0], [1, 1], [1, 1], [1, 0]]
    middle = env.present_target.density(CHAIN[:, :2])
    np.testing.assert_allclose(seen["patch"][:, 1, 1], middle)
    corner = env.present_target.density(CHAIN[:, :2] + [0.1, -0.1])
    np.testing.assert_allclose(seen["patch"][:, 0, 2], corner)
    for row in seen["target_statistics"]:
        np.testing.assert_array_equal(row, env.task.target_statistics)


def test_a_robots_rows_do_not_depend_on_robots_that_it_neither_senses_nor_hears(swarm):
    seen = []
    for far in ([0.3, 0.0, 3.0], [0.9, -0.8, -1.0]):
        env = swarm(**LOCAL, action_mode="velocity")
        start, _ = env.reset(seed=0, options={"poses": np.vstack([CHAIN[:3], far])})
        moved = [env.step(STAY)[0] for _ in range(2)]
        seen.append([start, *moved])
    first, second = seen
    # The last robot is three links from the first: word of it needs as many ticks and one more.
    for tick in range(3):
        assert rows(first[tick], 0) == rows(second[tick], 0), tick
    assert rows(first[0], 1) == rows(second[0], 1)
    assert rows(first[0], 2) != rows(second[0], 2), "that one sees it"
    assert rows(first[1], 2) != rows(second[1], 2)


def test_estimates_come_together_about_the_swarms_mean(swarm):
    env = swarm(**{**LOCAL, "robots": 12, "network": "disk:1.2"}, action_mode="velocity")
    seen, _ = env.reset(seed=3)
    rng = np.random.default_rng(0)

    def errors(seen, info):
        return np.abs(seen["estimate"] - env.task.statistics(info["pose"][:, :2])).max()

    for _ in range(40):
        seen, _, _, _, info = env.step(rng.uniform(-0.1, 0.1, (12, 2)))
        assert seen in env.observation_space
    assert errors(seen, info) < 0.2
    np.testing.assert_allclose(
        seen["estimate"].mean(axis=0), env.task.statistics(info["pose"][:, :2]), atol=1e-12
    )
    for _ in range(60):
        seen, _, _, _, info = env.step(np.zeros((12, 2)))
    assert errors(seen, info) < 1e-3, "once they stand"


def test_one_round_of_consensus_a_tick_with_metropolis_weights(swarm):
    env = swarm(**LOCAL, action_mode="velocity")
    start, _ = env.reset(seed=0, options={"poses": CHAIN})
    seen, *_ = env.step(STAY)
    before = start["estimate"]
    # Degrees 1, 2, 2, 1: every link has weight 1 / 3.
    third = 1.0 / 3.0
    weights = np.array(
        [
            [1 - third, third, 0, 0],
            [third, third, third, 0],
            [0, third, third, third],
            [0, 0, third, 1 - third],
        ]
    )
    np.testing.assert_allclose(seen["estimate"], weights @ before, atol=1e-6)
    np.testing.assert_allclose(seen["heard"][1], 0.5 * (before[0] + before[2]), atol=1e-12)


@pytest.mark.parametrize("network", ["disk:0.4", "er:0.6"])
def test_a_branch_is_the_same_as_the_trunk_in_another_environment(swarm, network):
    arguments = {**LOCAL, "robots": 8, "network": network}
    env, rng = swarm(**arguments), np.random.default_rng(0)
    env.reset(seed=2)
    actions = rng.uniform(-1, 1, (12, 8, 2))
    for action in actions[:6]:
        env.step(action)
    state = pickle.loads(pickle.dumps(env.get_state()))
    shown = env.set_state(state)[0]
    trunk = [env.step(action)[0] for action in actions[6:]]
    other = swarm(**arguments)
    again = other.set_state(state)[0]
    for name, values in shown.items():
        np.testing.assert_array_equal(values, again[name])
    for seen, action in zip(trunk, actions[6:], strict=True):
        for name, values in other.step(action)[0].items():
            np.testing.assert_array_equal(values, seen[name], err_msg=name)


def test_states_of_other_networks_and_sizes_are_refused(swarm):
    env, other = swarm(**LOCAL), swarm(**{**LOCAL, "network": "ring"})
    env.reset(seed=0)
    other.reset(seed=0)
    state = env.get_state()
    with pytest.raises(UsageError, match=r"network='disk:0.4'.*network='ring'"):
        other.set_state(state)
    state.parts["local"]["estimates"]["mean"] = np.zeros((3, 48))
    with pytest.raises(UsageError, match="parts do not fit"):
        env.set_state(state)


def test_the_dead_are_sensed_and_not_heard(swarm):
    env = swarm(**LOCAL, faults=Faults(dead="robots:1@0.05"), action_mode="velocity")
    env.reset(seed=0, options={"poses": CHAIN})
    seen = [env.step(STAY)[0] for _ in range(3)][-1]
    np.testing.assert_array_equal(seen["heard"][0], seen["estimate"][0])
    assert seen["present"][0, 0] == 1
    assert seen["neighbours"][0, 0, 0] == pytest.approx(0.3, abs=1e-3)


def test_robots_measure_themselves_and_sense_the_others(swarm):
    env = swarm(**LOCAL, sensing=Sensing(position_noise=0.05))
    seen, info = env.reset(seed=0, options={"poses": CHAIN})
    assert np.abs(seen["pose"] - info["pose"])[:, :2].max() > 0.01
    np.testing.assert_allclose(seen["neighbours"][0, 0], [0.3, 0.0], atol=1e-12)
    np.testing.assert_array_equal(seen["estimate"], own_statistics(env.family, seen["pose"][:, :2]))


def test_single_precision_is_the_same_but_for_rounding(swarm):
    double, single = (swarm(**LOCAL, dtype=dtype) for dtype in ("float64", "float32"))
    for env in (double, single):
        env.reset(seed=1)
    one, other = double.step(STAY)[0], single.step(STAY)[0]
    assert other in single.observation_space
    for name, values in one.items():
        assert other[name].dtype == np.float32
        np.testing.assert_array_equal(values.astype(np.float32), other[name])


def test_peaks_are_shown_up_to_a_bound(swarm):
    spot = np.zeros((200, 200))
    spot[150, 150] = 1.0
    env = swarm(**LOCAL, target=spot, patch_cells=21, patch_width=0.1)
    poses = CHAIN.copy()
    poses[0, :2] = [0.51, 0.51]
    seen, _ = env.reset(seed=0, options={"poses": poses})
    assert env.present_target.density(np.array([0.5075, 0.5075])) > 1000.0
    assert seen["patch"].max() == 1000.0
    assert seen in env.observation_space
