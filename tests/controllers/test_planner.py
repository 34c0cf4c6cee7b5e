"""What planners are asked, and what they may offer on top."""

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers import planner
from bildsim.controllers.baselines.reference.static import Static
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import ChangesMembers, Problem, Report, Traffic
from bildsim.controllers.registry import BILD_MACRO, make_planner
from bildsim.density.legendre_family import LegendreFamily
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3)


def problem(**changes):
    settings = {"target": named_target("gmm3"), "family": FAMILY, "regularisation": 1e-4}
    return Problem(**{**settings, "max_step": 0.02, **changes})


@pytest.mark.parametrize("rounds", [0, -3])
def test_there_is_at_least_one_round(rounds):
    with pytest.raises(UsageError, match=f"rounds={rounds} is not allowed"):
        problem(rounds=rounds)


def test_rounds_of_zero_are_refused_by_name_too():
    with pytest.raises(UsageError, match="rounds=0 is not allowed"):
        make_planner("ergodic", problem(), MacroSettings(), 0)


def test_the_logarithm_of_the_target_is_on_the_familys_grid():
    found = problem().log_target
    density = named_target("gmm3").density(FAMILY.grid.points)
    mass = FAMILY.grid.integrate(np.exp(found))
    assert mass == pytest.approx(1.0, abs=1e-12)
    # p* on the grid is normalised there; its shape is the target's own.
    assert np.ptp(found - np.log(density)) < 1e-12


def test_a_report_may_leave_out_the_parameters():
    report = Report(Traffic.none(4))
    assert report.parameters is None
    assert report.traffic.bytes.tolist() == [0] * 4


def test_who_can_go_on_with_other_members_says_so():
    assert isinstance(make_planner(BILD_MACRO, problem(), MacroSettings(), 1), ChangesMembers)
    assert not isinstance(Static(problem()), ChangesMembers)


def test_authors_find_all_they_need_here():
    assert {"Observation", "Problem", "Report", "Traffic", "Planner"} <= set(planner.__all__)
    assert all(hasattr(planner, name) for name in planner.__all__)
