"""What the tests of disturbances share."""

import numpy as np
import pytest

from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.robots.model import RobotModel

ROBOT = RobotModel()
TOP = ROBOT.max_wheel_speed
WHEELED = ("kinematic", "bullet")
wheeled = pytest.mark.parametrize("dynamics", WHEELED)


def drive(env, ticks, seed=0, reset=1):
    """Return observations and infos of random waypoints."""
    observation, info = env.reset(seed=reset)
    rng = np.random.default_rng(seed)
    seen, infos = [observation], [info]
    for _ in range(ticks):
        observation, *_, info = env.step(rng.uniform(-1, 1, (env.robots, 2)))
        seen.append(observation)
        infos.append(info)
    return seen, infos


def series(infos, key):
    return np.array([info[key] for info in infos if key in info])


EVERYTHING = {
    "actuation": Actuation(
        max_wheel_speed=0.7 * TOP,
        max_wheel_acceleration=100.0,
        motor_torque=0.6 * ROBOT.motor_torque,
        floor_friction=0.3,
        deadband=0.3,
        quantisation=0.5,
        command_delay=0.03,
        command_jitter=0.03,
        drive_gain_tolerance=0.05,
        wheel_gain_tolerance=0.05,
        battery_sag=0.2,
        backlash=0.02,
        motor_lag=0.03,
        drive_noise=0.02,
        command_period=0.05,
    ),
    "faults": Faults(stop="0.1@0.3", stuck="0.2@0.4", dead="0.2@0.5", join="0.2@0.7"),
    "sensing": Sensing(
        position_noise=0.01,
        position_bias=0.01,
        position_dropout=0.3,
        heading_noise=0.05,
        heading_bias=0.02,
        fix_rate=25.0,
        fix_latency=0.04,
        fix_weight=0.5,
        outliers=0.05,
        outlier_size=0.2,
        place_bias=0.01,
        wheel_radius_error=0.01,
        wheel_separation_error=0.01,
        wheel_slip=0.02,
        wheel_noise=0.001,
        heading_drift=0.01,
    ),
}
