"""Whatever a planner does wrong ends the run with a sentence that names it."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.planner import Observation, Report
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.traffic import Traffic
from bildsim.simulation.checked_planner import CheckedPlanner
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

POSITIONS = np.array([[0.1, 0.2], [-0.5, 0.5], [0.9, -0.9]])
NETWORK = build_network(NetworkSpec.parse("complete"), POSITIONS, np.random.default_rng(0))
OBSERVATION = Observation(0.3, POSITIONS, NETWORK)
PLACE = r"at 0\.3 s \(tick 3\)"


class Scripted:
    """Hands back whatever it was made with, or raises it."""

    def __init__(self, answer):
        self.answer = answer

    def _say(self, *_):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    init = plan = report = _say


def plan(answer):
    return CheckedPlanner("odd", Scripted(answer)).plan(None, OBSERVATION)


def waypoints(robot, x, y):
    changed = POSITIONS.copy()
    changed[robot] = x, y
    return changed


def test_what_is_right_passes_unchanged():
    state = object()
    answer, after = plan((POSITIONS, state))
    assert answer is POSITIONS
    assert after is state
    assert plan((POSITIONS.tolist(), None))[0].dtype == np.float64
    np.testing.assert_array_equal(plan((np.sign(POSITIONS), None))[0], np.sign(POSITIONS))
    report = Report(Traffic.none(3))
    assert CheckedPlanner("odd", Scripted(report)).report(None, 3) is report


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((waypoints(1, np.nan, 0.0), None), rf"sent robot 1 to \(nan, 0\) {PLACE}: a waypoint"),
        ((waypoints(2, 0.0, -np.inf), None), rf"sent robot 2 to \(0, -inf\) {PLACE}"),
        ((waypoints(0, 1.0001, 0.0), None), rf"sent robot 0 to \(1\.0001, 0\) {PLACE}"),
        ((POSITIONS[:2], None), rf"waypoints of shape \(2, 2\) {PLACE}, not \(3, 2\)"),
        ((POSITIONS.T, None), rf"waypoints of shape \(2, 3\) {PLACE}"),
        ((None, None), rf"waypoints of shape \(\) {PLACE}"),
        (("north", None), f"returned waypoints that are no numbers {PLACE}"),
        (POSITIONS, f"returned ndarray, not waypoints and a state, {PLACE}"),
        (None, "returned NoneType, not waypoints and a state"),
        (ZeroDivisionError("by zero"), f"failed {PLACE}: ZeroDivisionError: by zero$"),
        (KeyError(), f"failed {PLACE}: KeyError$"),
    ],
)
def test_what_is_wrong_is_said(answer, says):
    with pytest.raises(RunError, match=f"^the planner odd .*({says})"):
        plan(answer)


@pytest.mark.parametrize(
    "error", [RunError("diverged"), UsageError("too few"), KeyboardInterrupt()]
)
def test_errors_of_ours_and_ctrl_c_pass_through(error):
    with pytest.raises(type(error)) as caught:
        plan(error)
    assert caught.value is error


def test_failing_to_start_or_to_report_is_said():
    planner = CheckedPlanner("odd", Scripted(ValueError("no")))
    with pytest.raises(RunError, match=r"^the planner odd could not start: ValueError: no$"):
        planner.init(OBSERVATION, np.random.default_rng(0))
    with pytest.raises(RunError, match=r"^the planner odd failed to report: ValueError: no$"):
        planner.report(None, 3)
    with pytest.raises(RunError, match=r"^the planner odd reported int, not a Report$"):
        CheckedPlanner("odd", Scripted(3)).report(None, 3)


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (Report(Traffic.none(2)), r"messages of shape \(2,\) in its traffic, not \(3,\)"),
        (Report(Traffic(np.zeros(3), np.zeros((3, 1)))), r"bytes of shape \(3, 1\) in its traffic"),
        (Report(Traffic(7, np.zeros(3))), r"messages of shape \(\) in its traffic"),
        (Report(None), "NoneType as its traffic, not a Traffic"),
        (Report(Traffic.none(3), np.zeros(3)), r"ndarray as its parameters, not an array \(N, m\)"),
        (Report(Traffic.none(3), np.zeros((2, 9))), "parameters of 2 robots, and there are 3"),
    ],
)
def test_a_report_of_other_robots_is_refused(report, says):
    with pytest.raises(RunError, match=f"^the planner odd reported {says}"):
        CheckedPlanner("odd", Scripted(report)).report(None, 3)


STRAY = """
import numpy as np
from bildsim.network.traffic import Traffic
from bildsim.controllers.planner import Report

class Stray:
    def __init__(self, problem): ...
    def init(self, observation, rng):
        return Traffic.none(len(observation.positions))
    def plan(self, state, observation):
        waypoints = observation.positions.copy()
        if observation.time_s > 0.25:
            waypoints[4] = np.nan
        return waypoints, state
    def report(self, state):
        return Report(state)
"""


def test_a_run_keeps_what_came_before(tmp_path, monkeypatch):
    (tmp_path / "stray_planner.py").write_text(STRAY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    swarm = SwarmSettings(robots=6, dynamics="ideal")
    simulation = Simulation(
        RunConfig(planner="stray_planner:Stray", network="complete", swarm=swarm, duration=1.0)
    )
    ticks = simulation.ticks()
    times = [next(ticks).time_s for _ in range(4)]
    np.testing.assert_allclose(times, [0.0, 0.1, 0.2, 0.3], atol=1e-12)
    with pytest.raises(RunError, match=rf"planner stray_planner:Stray sent robot 4 .* {PLACE}"):
        next(ticks)


def test_a_planner_that_wants_to_looks_at_states_that_come_from_files():
    class Picky(Scripted):
        def check_state(self, state, robots):
            if state != robots:
                raise UsageError(f"a state of {state} robots is not possible")

    planner = CheckedPlanner("odd", Picky(None))
    planner.check_state(3, 3)
    with pytest.raises(UsageError, match="a state of 4 robots"):
        planner.check_state(4, 3)
    CheckedPlanner("odd", Scripted(None)).check_state(4, 3)
