"""Many runs side by side."""

import numpy as np
import pytest

from bildsim import UsageError, compare
from bildsim.controllers.baselines.reference.static import Static
from tests.bildsim.api.small import SMALL

FEW = SMALL | {"robots": 3, "jobs": 1}


class Failing(Static):
    def plan(self, state, observation):
        raise ValueError("no way")


def heap(points):
    return np.exp(-np.sum(points**2, axis=-1))


def test_every_planner_has_every_target_start_and_seed():
    found = compare(
        ["static", "cvt"], targets=["ring", heap], starts=["corner", "centre"], seeds=[7], **FEW
    )
    assert len(found.trials) == 8
    assert found.places == [
        ("ring", "corner"),
        ("ring", "centre"),
        ("heap", "corner"),
        ("heap", "centre"),
    ]
    for trial in found.trials:
        config = trial.result.config
        assert (config.planner, config.target, config.swarm.start, config.seed) == (
            trial.label,
            *trial.place,
            trial.seed,
        )


def test_the_same_seed_is_the_same_start():
    found = compare(["static", "cvt"], seeds=2, **FEW)
    first, second = (found.of(label)[1].trajectory.pose[0] for label in ("static", "cvt"))
    np.testing.assert_array_equal(first, second)


def test_options_are_compared_as_planners_are():
    found = compare(
        [{"gain": 3.0}, {"planner": "cvt", "label": "theirs"}, {"planner": Static, "gain": 9.0}],
        seeds=1,
        planner="static",
        **FEW,
    )
    assert found.labels == ("gain=3.0", "theirs", "Static, gain=9.0")
    assert [r.config.swarm.gain for r in found.results] == [3.0, 12.0, 9.0]


def test_a_mapping_gives_labels(small):
    found = compare({"still": Static, "mine": {"planner": "cvt"}, "before": small}, seeds=1, **FEW)
    assert found.labels == ("still", "mine", "before")
    assert found.of("before") == [small]


def test_results_are_compared_without_running_anything(small, moving):
    found = compare([small, moving])
    assert [trial.label for trial in found.trials] == ["bild-macro", "cvt"]
    assert found.trials[0].place == ("ring", "uniform")
    assert found.trials[0].seed == 3


def test_a_trial_that_fails_is_shown_as_failed():
    found = compare([Failing, "static"], seeds=2, **FEW)
    assert [row["failed"] for row in found.table] == [2, 0]
    assert "ValueError: no way" in found.failed[0].reason
    assert len(found.results) == 2


def test_input_that_is_wrong_for_some_is_their_failure():
    found = compare(
        ["bild-macro", "bild-macro-reference"], seeds=1, loss=0.2, consensus="admm", **FEW
    )
    assert [row["failed"] for row in found.table] == [0, 1]
    reason = found.failed[0].reason
    assert "loss=0.2 is not possible with planner='bild-macro-reference'" in reason


@pytest.mark.parametrize(
    ("things", "options", "said"),
    [
        ([], {}, "nothing to compare"),
        ("cvt", {}, "compare takes a list"),
        (["cvt", "cvt"], {}, "2 things to compare are called 'cvt'"),
        (["cvt"], {"targets": "ring"}, "targets='ring' must be a list"),
        (["cvt"], {"starts": []}, r"starts=\[\] must be a list"),
        (["cvt"], {"seeds": 0}, "seeds=0 is not possible"),
        (["cvt"], {"seeds": [1, 1]}, "each once"),
        (["cvt"], {"los": 1}, "los is no option of a run: did you mean loss"),
        (["cvt"], {"jobs": 0}, "jobs=0 is not possible"),
        (["cvt", "static"], {"start": "nowhere"}, "start='nowhere' is unknown"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(things, options, said):
    with pytest.raises(UsageError, match=said):
        compare(things, **(FEW | options))


def test_two_targets_of_one_name_are_told_apart():
    one, other = np.ones((4, 4)), np.eye(4)
    found = compare(["static"], targets=[one, other], seeds=1, **FEW)
    assert [target for target, _ in found.places] == ["array 1", "array 2"]


def test_ticks_may_be_left_out():
    found = compare(["static"], seeds=1, trajectories=False, **FEW)
    assert len(found.results[0].trajectory) == 2
