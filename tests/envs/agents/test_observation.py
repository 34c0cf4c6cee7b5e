"""Observations stay in their space."""

import numpy as np


def test_observations_stay_in_their_space_among_collisions(swarm):
    env = swarm(robots=20, start="corner", max_speed=0.3)
    observation, _ = env.reset(seed=0)
    rng = np.random.default_rng(0)
    touched = 0
    for _ in range(40):
        assert observation in env.observation_space
        waypoints = rng.uniform(-1.0, -0.7, (20, 2)).round()
        observation, _, _, _, info = env.step(waypoints)
        touched += info["contact_pairs"] + info["touching_wall"].sum()
    assert touched > 40, "they collided"


def test_a_lone_robot_pressed_into_a_corner_stays_in_the_space(swarm):
    env = swarm(robots=1, start="corner")
    env.reset(seed=1)
    for _ in range(80):
        observation, *_ = env.step(np.array([[-1.0, -1.0]]))
        assert observation in env.observation_space
    assert np.abs(observation["pose"][0, :2] + 1.0).max() < 1e-3, "it arrived"


def test_what_is_shown_belongs_to_who_is_shown_it(swarm):
    env = swarm(robots=3, start="uniform")
    seen, info = env.reset(seed=0)
    for values in (*seen.values(), *(v for v in info.values() if isinstance(v, np.ndarray))):
        values[...] = 0
    again, told = env.set_state(env.get_state())
    assert again["pose"].any()
    assert again["target_statistics"].any()
    assert told["theta"].any()
    assert told["active"].all()
