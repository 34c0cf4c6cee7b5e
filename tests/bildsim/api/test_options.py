"""Keyword arguments as a configuration."""

from pathlib import Path

import numpy as np
import pytest

from bildsim.api.options import configured, planner_name, target_name
from bildsim.basics.errors import UsageError
from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.programs.config.toml_file import to_toml
from bildsim.simulation.config import RunConfig
from bildsim.targets.target import named_target


def config(given, base=None, preset=None):
    return configured(base, given, preset)[0]


def test_options_of_all_groups_go_by_their_names():
    found = config({"robots": np.int64(7), "loss": 0.3, "dead": "0.5@3", "order": 4, "rounds": 2})
    assert (found.swarm.robots, found.links.loss, found.faults.dead) == (7, 0.3, "0.5@3")
    assert (found.model.order, found.rounds) == (4, 2)
    assert type(found.swarm.robots) is int
    whole = config({"robots": 7.0, "order": np.float64(4.0), "seed": np.float32(2.0)})
    assert (whole.swarm.robots, whole.model.order, whole.seed) == (7, 4, 2)
    assert type(whole.swarm.robots) is int


def test_values_are_checked_together():
    assert config({"burst": 4.0, "loss": 0.3, "loss_good": 0.1}).links.loss_good == 0.1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"robotss": 3}, "robotss is no option of a run: did you mean robots"),
        ({"qqq": 3}, "qqq is no option of a run: bildsim run --help lists all"),
        ({"robots": 2.5}, "robots=2.5 is not a whole number"),
        ({"robots": 1e300}, r"robots=1e\+300 is not a whole number"),
        ({"robots": float("inf")}, "robots=inf is not a whole number"),
        ({"robots": "many"}, "robots='many' is not a whole number"),
        ({"loss": None}, "loss=None is not a number"),
        ({"contacts": 1}, "contacts=1 is not true or false"),
        ({"solver": "magic"}, "solver='magic' is unknown"),
        ({"loss": 2.0}, "loss=2 is not allowed"),
        ({"out": "x"}, r"out is no argument here: result.save\(directory\)"),
        ({"checkpoint": 3.0}, "checkpoint is no argument here: it is for python -m bildsim.run"),
        ({"target_file": "x.png"}, "target takes the path of a file"),
        ({"planner": 3}, "planner is int: allowed are a name"),
        ({"planner": Static(None)}, "planner is an instance of Static: allowed are a name"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(given, said):
    with pytest.raises(UsageError, match=said):
        config(given)


def test_none_is_a_value_where_it_means_something():
    base = config({"radius": 0.01})
    assert config({"radius": None}, base).swarm.radius is None


def test_a_configuration_may_be_a_file(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(to_toml(config({"robots": 9, "target": "ring"})))
    found = config({"seed": 2}, path)
    assert (found.swarm.robots, found.target, found.seed) == (9, "ring", 2)
    with pytest.raises(UsageError, match=r"^config .*missing.toml cannot be read"):
        config({}, str(tmp_path / "missing.toml"))
    with pytest.raises(UsageError, match="config=3 is no configuration"):
        config({}, 3)


def test_presets():
    assert config({}, preset="paper").macro == PRESETS["paper"]
    with pytest.raises(UsageError, match="preset='papers' is unknown: did you mean paper"):
        config({}, preset="papers")


def test_targets_are_names_files_or_things():
    assert config({"target": "ring"}).target == "ring"
    assert config({"target": "a.png"}).target_file == Path("a.png")
    assert config({"target": Path("b.npy")}).target_file == Path("b.npy")
    ring = named_target("ring")
    found, brought = configured(None, {"target": ring})
    assert (found.target, brought.target) == ("ring", ring)


def test_another_target_takes_the_place_of_a_file():
    base = config({"target": "a.png", "target_dark": True})
    found = config({"target": "ring"}, base)
    assert found.target_file is None
    assert not found.reading.target_dark


def test_starts_are_names_files_or_places():
    assert config({"start": Path("p.csv")}).swarm.start == "p.csv"
    found, brought = configured(None, {"start": [[0.0, 0.0]]})
    assert (found.swarm.start, brought.start) == ("array", [[0.0, 0.0]])


def test_a_planner_that_can_be_imported_is_a_name():
    found, brought = configured(None, {"planner": Static})
    assert found.planner == "bildsim.controllers.baselines.reference.static:Static"
    assert brought.planner is None


def test_another_one_is_brought():
    class Own(Static):
        pass

    found, brought = configured(None, {"planner": Own})
    assert (found.planner, brought.planner) == ("Own", Own)
    make = lambda problem: Static(problem)  # noqa: E731 - as in a notebook
    assert configured(None, {"planner": make})[0].planner == "lambda"
    assert configured(RunConfig(), {})[1].planner is None


def test_names_of_things():
    assert target_name(np.ones((2, 2))) == "array"
    assert target_name(named_target("ring").density) == "density"
    assert planner_name(Static) == "Static"
