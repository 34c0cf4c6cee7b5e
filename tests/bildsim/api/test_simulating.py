"""A run in Python is the run of the program, number for number."""

import csv

import numpy as np
import pytest

from bildsim import RunError, UsageError, simulate
from bildsim.controllers.baselines.reference.static import Static
from bildsim.programs.run.main import main
from tests.bildsim.api.small import SMALL

OPTIONS = {
    "plain": {"planner": "ot_assign", "dynamics": "ideal"},
    "kinematic": {"dynamics": "kinematic", "loss": 0.2, "dead": "robots:1@0.3", "start": "corner"},
    "radio": {"planner": "moment-cells", "dynamics": "ideal", "radio": "802.15.4"},
    "moving": {"target": "split", "dynamics": "ideal", "feedforward": True, "planner": "cvt"},
}


def words(options):
    """Return a command line of the same options."""
    for name, value in options.items():
        yield f"--{name.replace('_', '-')}"
        if value is not True:
            yield str(value)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_it_gives_what_the_program_gives(options, tmp_path):
    options = options | {"robots": 7, "duration": 0.8, "seed": 5, "metrics_period": 0.3}
    assert main([*words(options), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    result = simulate(**options, progress=False)
    with (tmp_path / "out" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(result.columns)
    for name in result.columns:
        values = [float(row[name]) if row[name] else np.nan for row in rows]
        np.testing.assert_array_equal(getattr(result, name), values, err_msg=name)
    with np.load(tmp_path / "out" / "trajectory.npz") as arrays:
        for name, values in result.trajectory.arrays().items():
            np.testing.assert_array_equal(values, arrays[name], err_msg=name)


def test_what_is_left_out_is_as_in_the_program():
    result = simulate(3, duration=0.1, progress=False)
    assert result.config.swarm.dynamics == "bullet"
    assert (result.config.target, result.config.planner) == ("gmm3", "bild-macro")
    assert result.time_s.tolist() == [0.0, 0.1]


def test_a_configuration_is_where_the_rest_comes_from(small):
    again = simulate(config=small.config, progress=False)
    np.testing.assert_array_equal(again.kl_fit, small.kl_fit)
    other = simulate(config=small.config, seed=4, progress=False)
    assert other.config.swarm.robots == 8
    assert (other.kl_fit != small.kl_fit).any()


def test_things_take_the_place_of_names():
    places = np.array([[-0.5, 0.0], [0.5, 0.0]])
    result = simulate(
        2, target=lambda p: np.exp(-(p[..., 0] ** 2)), start=places, planner=Static, **SMALL
    )
    assert result.title == "lambda, Static, 2 robots"
    np.testing.assert_array_equal(result.positions(), places)


def test_what_is_unknown_is_refused_before_anything_happens():
    with pytest.raises(UsageError, match=r"los is no option of a run: did you mean loss"):
        simulate(los=0.1)
    with pytest.raises(UsageError, match="start='nowhere' is unknown"):
        simulate(5, start="nowhere", **SMALL)
    with pytest.raises(UsageError, match=r"target='rink' is unknown: did you mean ring"):
        simulate(5, target="rink", **SMALL)
    with pytest.raises(UsageError, match=r"^target='nope.png' does not exist: give a picture"):
        simulate(5, target="nope.png", **SMALL)


class Stops(Static):
    error = None

    def plan(self, state, observation):
        if observation.time_s > 0.45:
            raise self.error
        return super().plan(state, observation)


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt, None),
        (ValueError("no way"), RunError, "the planner .*Stops failed at 0.5 s"),
    ],
)
def test_a_run_that_stops_raises(error, raised, said, monkeypatch, capfd):
    monkeypatch.setattr(Stops, "error", error)
    with pytest.raises(raised, match=said):
        simulate(3, planner=Stops, **SMALL)
    assert capfd.readouterr() == ("", "")


def test_the_summary_is_that_of_the_program(small):
    summary = small.summary
    assert summary["status"] == "done"
    assert summary["simulated_s"] == pytest.approx(1.2)
    assert summary["seed"] == 3
    assert summary["swarm"]["network"] == "complete"
    assert summary["final"] == small.final
    assert summary["kl_excess"] == small.final["kl_fit"] - summary["kl_floor"]


def test_the_summary_of_a_run_with_a_radio_says_what_it_had_time_for():
    result = simulate(**SMALL, planner="moment-cells", radio="esp-now")
    said = result.summary["radio"]
    assert said["name"] == "esp-now"
    assert 0.0 < said["rounds_a_second"] <= said["rounds_a_second_asked"]
    assert "radio" not in simulate(**SMALL, planner="moment-cells").summary


def test_a_radio_that_is_none_is_named_as_it_was_given():
    with pytest.raises(UsageError, match="radio='esp' is unknown: did you mean esp-now"):
        simulate(**SMALL, radio="esp")
