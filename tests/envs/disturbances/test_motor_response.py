"""Commands that hold, motors that lag, wheels that run unevenly: figures worked out by hand."""

import numpy as np
import pytest

from bildsim.envs.disturbances.motor_response import CommandHold, MotorResponse, held_updates

SPEEDS = np.arange(24.0).reshape(6, 2, 2)


def test_a_command_holds_for_its_period():
    hold = CommandHold(0.05, 2)
    found = np.array([hold.pass_on(speeds) for speeds in SPEEDS])
    np.testing.assert_array_equal(found, SPEEDS[[0, 0, 0, 3, 3, 3]])
    np.testing.assert_array_equal([CommandHold(0.0, 2).pass_on(one) for one in SPEEDS], SPEEDS)
    assert [held_updates(period) for period in (0.0, 0.01, 0.033, 0.05, 1.0)] == [1, 1, 2, 3, 60]


def test_a_motor_approaches_its_speed_with_its_time_constant():
    motor = MotorResponse(0.1, 0.0, 1, np.random.default_rng(0))
    found = [motor.pass_on(np.ones((1, 2)))[0, 0] for _ in range(30)]
    times = np.arange(1, 31) / 60.0
    np.testing.assert_allclose(found, 1.0 - np.exp(-times / 0.1))


def test_noise_is_a_share_of_the_speed_and_new_at_every_update():
    motor = MotorResponse(0.0, 0.1, 500, np.random.default_rng(0))
    found = np.array([motor.pass_on(np.full((500, 2), 4.0)) for _ in range(20)])
    assert found.mean() == pytest.approx(4.0, rel=0.01)
    assert found.std() == pytest.approx(0.4, rel=0.03)
    assert abs(np.corrcoef(found[0].ravel(), found[1].ravel())[0, 1]) < 0.1
    assert not motor.pass_on(np.zeros((500, 2))).any()


@pytest.mark.parametrize("lag", [0.0, 0.05])
def test_what_is_kept_goes_on_to_the_bit(lag):
    made = [MotorResponse(lag, 0.1, 2, np.random.default_rng(seed)) for seed in (0, 1)]
    holds = [CommandHold(0.05, 2) for _ in range(2)]
    for speeds in SPEEDS[:4]:
        made[0].pass_on(holds[0].pass_on(speeds))
    made[1].restore(made[0].snapshot())
    holds[1].restore(holds[0].snapshot())
    for speeds in SPEEDS:
        one, other = (m.pass_on(h.pass_on(speeds)) for m, h in zip(made, holds, strict=True))
        np.testing.assert_array_equal(one, other)
