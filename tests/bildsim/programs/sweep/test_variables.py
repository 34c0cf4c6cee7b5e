"""What a robustness sweep varies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.programs.sweep.config import MOST_TRIALS, BenchConfig
from bildsim.programs.sweep.variables import CONDITIONS, Sweep
from bildsim.simulation.config import RunConfig, SwarmSettings

BASE = RunConfig(duration=30.0, swarm=SwarmSettings(dynamics="kinematic", max_speed=0.2))


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_usual_value_makes_another_run(name):
    sweep = Sweep.parse(name)
    found = [config for _, (config,) in sweep.variants([BASE])]
    assert [value for value, _ in sweep.variants([BASE])] == list(CONDITIONS[name].values)
    assert len({repr(config) for config in found}) == len(CONDITIONS[name].values) >= 4
    # One of them is the run without disturbance, to compare the others with.
    assert BASE in found


@given(st.lists(st.floats(0.03, 0.3), min_size=1, unique=True))
def test_values_are_those_given(values):
    sweep = Sweep.parse("max-speed=" + ",".join(map(repr, values)))
    assert sweep.values == tuple(values)
    speeds = [config.swarm.max_speed for _, (config,) in sweep.variants([BASE])]
    assert speeds == values


def test_whole_numbers_stay_whole():
    ((_, (config,)),) = Sweep.parse("robots=30").variants([BASE])
    assert config.swarm.robots == 30
    assert isinstance(config.swarm.robots, int)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max-sped", "did you mean max-speed"),
        ("", "--sweep"),
        ("max-speed=", "numbers with commas"),
        ("max-speed=.1,,.2", "numbers with commas"),
        ("max-speed=.1,.10", "each value once"),
        ("max-speed=nan", "each value once"),
        ("robots=2.5", "whole numbers"),
    ],
)
def test_what_makes_no_sense_is_refused(text, words):
    with pytest.raises(UsageError, match="--sweep") as caught:
        BenchConfig(sweep=text)
    assert words in str(caught.value)


def test_values_count_as_trials():
    lists = {"planners": "static", "targets": "gmm3", "starts": "corner"}
    values = CONDITIONS["robots"].values
    seeds = MOST_TRIALS // len(values)
    BenchConfig(sweep="robots", seeds=f"0:{seeds}", **lists)
    with pytest.raises(UsageError, match="trials with the other lists"):
        BenchConfig(sweep="robots", seeds=f"0:{seeds + 1}", **lists)
