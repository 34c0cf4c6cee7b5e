"""Errors of localisation as settings, and in the environment."""

import pickle
from dataclasses import fields, replace

import gymnasium
import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.localisation import NUMBERS, Sensing
from bildsim.envs.localisation.errors import LIMITS, PRESETS, localisation_named
from tests.envs.disturbances.helpers import WHEELED, drive


def test_settings_are_the_errors_and_the_system():
    assert tuple(item.name for item in fields(Sensing)) == (*NUMBERS, "localisation")
    assert tuple(LIMITS) == NUMBERS


def test_the_help_names_every_preset():
    assert all(name in Sensing.__doc__ for name in PRESETS)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"position_noise": -0.1}, "position_noise=-0.1 .* 0 to 0.5 m"),
        ({"position_noise": float("nan")}, "position_noise=nan"),
        ({"position_bias": 1.0}, "position_bias=1 "),
        ({"position_dropout": 1.0}, "position_dropout=1 .* 0 to 0.99"),
        ({"heading_noise": 3.0}, "heading_noise=3 .* 0 to 1.6 rad"),
        ({"fix_rate": 100.0}, "fix_rate=100 .* 0 to 60 Hz"),
        ({"fix_latency": -1.0}, "fix_latency=-1 .* 0 to 2 s"),
        ({"localisation": "uwb", "outliers": 2.0}, "outliers=2 .* 0 to 0.99"),
    ],
)
def test_errors_out_of_range(settings, words):
    with pytest.raises(UsageError, match=words):
        Sensing(**settings)


def test_single_errors_win_over_those_of_the_system():
    uwb = localisation_named("uwb")
    assert Sensing(localisation="uwb").errors == uwb
    own = Sensing(localisation="uwb", position_noise=0.0, fix_rate=5.0)
    assert own.errors == replace(uwb, position_noise=0.0, fix_rate=5.0)
    assert Sensing().perfect
    assert Sensing(position_noise=0.0, fix_rate=10.0).perfect
    assert not Sensing(localisation="optitrack").perfect


def test_settings_that_come_to_the_same_are_equal():
    errors = localisation_named("optitrack").said()
    assert Sensing(localisation="optitrack") == Sensing(**errors)
    assert hash(Sensing()) == hash(Sensing(position_noise=0.0))
    assert Sensing() != Sensing(heading_noise=0.1)
    assert Sensing() != "perfect"


def test_a_file_is_read_once_and_goes_wherever_the_settings_go(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[localisation]\nposition_noise = 0.03\n", encoding="utf-8")
    made = Sensing(localisation=str(path))
    assert made.errors.position_noise == 0.03
    path.unlink()
    assert pickle.loads(pickle.dumps(made)).errors.position_noise == 0.03


def test_unknown_systems_are_told_when_they_are_used(swarm, tmp_path):
    for text, words in (("gps", "unknown"), (str(tmp_path / "no.toml"), "cannot be read")):
        with pytest.raises(UsageError, match=f"localisation='.*{words}"):
            swarm(sensing=Sensing(localisation=text))


def test_the_environment_refuses_what_would_have_no_effect(swarm):
    with pytest.raises(UsageError, match=r"outlier_size=0\.1 needs outliers"):
        swarm(sensing=Sensing(outlier_size=0.1))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"outlier_size": 0.1}, "outlier_size=0.1 needs outliers"),
        ({"fix_rate": 0.0, "fix_latency": 0.1}, "fix_latency=0.1 means nothing with fix_rate=0:"),
        (
            {"localisation": "odometry", "position_dropout": 0.1},
            "position_dropout=0.1 means nothing with localisation='odometry'",
        ),
    ],
)
def test_what_would_have_no_effect(settings, words):
    with pytest.raises(UsageError, match=words):
        Sensing(**settings).require_used()


def test_what_has_an_effect():
    for settings in (
        {"outlier_size": 0.1, "outliers": 0.0},
        {"outlier_size": 0.1, "localisation": "uwb"},
        {"localisation": "odometry", "fix_rate": 1.0, "fix_latency": 0.1},
        {"fix_rate": 0.0, "position_noise": 0.1},
    ):
        assert Sensing(**settings).require_used() is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"wheel_slip": 0.1}, "wheel_slip=0.1 is not possible with dynamics='ideal'"),
        ({"fix_rate": 0.0}, "fix_rate=0 is not possible with dynamics='ideal'"),
        ({"localisation": "odometry"}, "localisation='odometry' is not possible with dynamics="),
    ],
)
def test_points_have_no_odometry(swarm, settings, words):
    with pytest.raises(UsageError, match=words):
        swarm(dynamics="ideal", sensing=Sensing(**settings))


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_observed_are_measured_poses_and_infos_are_the_true_ones(swarm, dynamics):
    env = swarm(dynamics=dynamics, robots=40, radius=0.02, sensing=Sensing(position_noise=0.03))
    seen, infos = drive(env, 4)
    for observation, info in zip(seen, infos, strict=True):
        error = (observation["pose"] - info["pose"])[:, :2]
        assert np.std(error) == pytest.approx(0.03, rel=0.35)
        assert observation in env.observation_space
        assert np.abs(observation["pose"][:, :2]).max() <= 1.0
        np.testing.assert_allclose(
            env.family.moments(info["theta"]) + 1e-4 * info["theta"],
            env.family.statistics(np.clip(info["pose"][:, :2], -1, 1)).mean(axis=0),
            atol=1e-9,
        )


@pytest.mark.parametrize("dynamics", ["ideal", *WHEELED])
def test_a_biased_robot_arrives_off_its_goal_by_its_bias(swarm, dynamics):
    sensing = Sensing(position_bias=0.05)
    env = swarm(dynamics=dynamics, robots=4, start="centre", contacts=False, sensing=sensing)
    observation, info = env.reset(seed=4)
    bias = (observation["pose"] - info["pose"])[:, :2]
    goals = np.zeros((4, 2))
    for _ in range(45):
        observation, *_, info = env.step(goals)
    np.testing.assert_allclose(info["pose"][:, :2], goals - bias, atol=2e-3)
    np.testing.assert_allclose(observation["pose"][:, :2], goals, atol=2e-3)


def test_ideal_robots_keep_their_last_fix(swarm):
    env = swarm(dynamics="ideal", robots=1, sensing=Sensing(position_dropout=0.99))
    observation, _ = env.reset(seed=0)
    estimated = observation["pose"][0, :2]
    true = []
    for _ in range(3):
        observation, *_, info = env.step(np.clip(estimated + np.array([[0.01, 0.0]]), -1, 1))
        np.testing.assert_array_equal(observation["pose"][0, :2], estimated)
        true.append(info["pose"][0, 0] - estimated[0])
    np.testing.assert_allclose(true, [0.01, 0.02, 0.03])


@pytest.mark.parametrize("name", PRESETS)
def test_every_system_is_there_in_gymnasium(name):
    env = gymnasium.make(
        "bildsim/Swarm-v0", robots=10, dynamics="kinematic", sensing=Sensing(localisation=name)
    )
    seen, infos = drive(env.unwrapped, 12)
    for observation in seen:
        assert observation in env.observation_space
    assert (seen[-1]["pose"] != infos[-1]["pose"]).any()
    env.close()


def test_robots_that_know_their_heading_badly_arrive_all_the_same(swarm):
    env = swarm(
        dynamics="kinematic",
        robots=4,
        start="centre",
        contacts=False,
        sensing=Sensing(heading_noise=0.2),
    )
    env.reset(seed=4)
    goals = np.array([[0.3, 0.3], [-0.3, 0.3], [0.3, -0.3], [-0.3, -0.3]])
    for _ in range(60):
        *_, info = env.step(goals)
    assert np.linalg.norm(info["pose"][:, :2] - goals, axis=1).max() < 0.02
    assert env.driver.localiser.rms[1] == pytest.approx(0.2, rel=0.3)


def test_a_bias_of_the_heading_bends_ways_and_leads_to_the_goal(swarm):
    env = swarm(
        dynamics="kinematic",
        robots=4,
        start="centre",
        contacts=False,
        sensing=Sensing(heading_bias=0.3),
    )
    env.reset(seed=4)
    for _ in range(80):
        *_, info = env.step(np.zeros((4, 2)))
    assert np.linalg.norm(info["pose"][:, :2], axis=1).max() < 0.02
