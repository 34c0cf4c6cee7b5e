"""Results that are spoilt or somebody else's are none; those that were written are."""

import pytest

from bildsim.programs.sweep.reference_tasks import ReferenceSpec, compute_reference_scores
from bildsim.programs.sweep.result_schema import is_reference, is_trial
from bildsim.programs.sweep.trial import lost_trial, run_trial
from bildsim.simulation.config import RunConfig, SwarmSettings
from tests.bildsim.programs.sweep.test_store import RESULT

CONFIG = RunConfig(
    planner="static",
    duration=0.3,
    network="complete",
    swarm=SwarmSettings(robots=3, dynamics="ideal"),
)


def test_what_was_run_is_a_result():
    done = run_trial(CONFIG)
    assert done["status"] == "done"
    assert is_trial(done)
    assert is_trial(lost_trial(CONFIG, "its worker died"))
    assert is_trial(RESULT)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("status", "odd"),
        ("status", None),
        ("reason", None),
        ("final", {}),
        ("final", []),
        ("final", {"time_s": 1.0, "kl_fit": 1.0}),
        ("final", {"time_s": 1.0, "kl_fit": 1.0, "w2": "x"}),
        ("final", {"time_s": 1.0, "kl_fit": 1.0, "w2": None}),
        ("series", []),
        ("series", {}),
        ("series", {"time_s": [], "kl_fit": [], "w2": []}),
        ("series", {"time_s": [0.0], "kl_fit": [0.0, 1.0], "w2": [0.0]}),
        ("series", {"time_s": [0.0], "kl_fit": [[]], "w2": [0.0]}),
        ("positions", []),
        ("positions", None),
        ("positions", [[1.0]]),
        ("positions", [[1.0, "x"]]),
        ("wall", {"total_s": "x"}),
        ("wall", {}),
        ("configuration", 3),
    ],
)
def test_what_is_spoilt_is_none(part, value):
    assert not is_trial(RESULT | {part: value})
    assert not is_trial({name: held for name, held in RESULT.items() if name != part})


@pytest.mark.parametrize("judges", [None, 3, {}, {"iid": 3}, {"iid": {"w2": "x"}}, {"odd": 1.0}])
def test_reference_scores_that_are_spoilt_are_none(judges):
    assert not is_reference({"judges": judges})
    assert not is_reference({})


@pytest.mark.slow
def test_reference_scores_that_were_computed_are_some():
    assert is_reference(compute_reference_scores(ReferenceSpec.of(CONFIG)))
