import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bildsim.envs.disturbances.actuation import ActuationLimits

commands = arrays(np.float64, (4, 2), elements=st.floats(-100.0, 100.0))


@given(commands, st.floats(1.0, 50.0))
def test_saturation_is_reported_exactly_where_the_command_was_changed(command, limit):
    applied, saturated = ActuationLimits(limit).apply(command)
    assert np.abs(applied).max() <= limit
    np.testing.assert_array_equal(saturated, (np.abs(command) > limit).any(axis=1))
    np.testing.assert_array_equal(applied[~saturated], command[~saturated])
    assert (applied[saturated] != command[saturated]).any(axis=1).all()


def test_the_command_itself_is_not_changed():
    command = np.array([[30.0, 10.0]])
    ActuationLimits(15.0).apply(command)
    np.testing.assert_array_equal(command, [[30.0, 10.0]])
