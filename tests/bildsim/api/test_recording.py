"""What is kept of the ticks of a run."""

import numpy as np

from bildsim.api.recording import Recording
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.measurements import estimates
from tests.bildsim.simulation.running import run

CONFIG = RunConfig(duration=0.7, swarm=SwarmSettings(robots=4, dynamics="ideal"))


def test_every_tick_is_kept_and_the_rest_cut_off():
    simulation, ticks = run(CONFIG)
    recording = Recording(20, 4, simulation.family)
    for tick in ticks:
        recording.take(tick)
    trajectory, reel = recording.finished()
    assert len(trajectory) == len(ticks) == 8
    for count, tick in enumerate(ticks):
        np.testing.assert_array_equal(trajectory.pose[count], tick.pose)
        np.testing.assert_array_equal(reel.learned[count], tick.report.parameters.mean(axis=0))
        assert reel.bytes_sent[count] == tick.report.traffic.bytes.mean()
    assert reel.kl_fit.tolist() == [tick.kl_fit for tick in ticks]


def test_estimates_are_compared_every_fifth_tick():
    simulation, ticks = run(CONFIG)
    recording = Recording(8, 4, simulation.family)
    for tick in ticks:
        recording.take(tick)
    _, reel = recording.finished()
    first, second = (estimates(simulation.family, ticks[k])["kl_estimate"] for k in (0, 5))
    assert reel.kl_estimate.tolist() == [first] * 5 + [second] * 3


def test_who_keeps_no_estimate_has_learned_the_exact_fit():
    simulation, ticks = run(RunConfig(planner="cvt", duration=0.2, swarm=CONFIG.swarm))
    recording = Recording(3, 4, simulation.family)
    for tick in ticks:
        recording.take(tick)
    _, reel = recording.finished()
    np.testing.assert_array_equal(reel.learned[1], ticks[1].theta)
    assert np.isnan(reel.kl_estimate).all()
