"""Checks of all that a planner hands back; what is wrong with it stops the run in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np

from bildsim.basics.arrays import Floats, Ints
from bildsim.basics.errors import RunError, UsageError, in_words
from bildsim.basics.timing import TICK_S
from bildsim.controllers.planner import (
    AnyPlanner,
    ChangesMembers,
    Checks,
    ChecksState,
    Observation,
    Report,
)
from bildsim.network.graph import Network
from bildsim.network.traffic import Traffic

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, eq=False)
class CheckedPlanner:
    """A planner around another one, which it calls and whose answers it checks.

    Attributes:
        name: what the planner is called.
        planner: the planner itself.
    """

    name: str
    planner: AnyPlanner

    def remade(self, make: Callable[..., AnyPlanner], *arguments: Any) -> Self:
        """Return the same with the planner that ``make`` makes, in the midst of a run.

        Raises:
            RunError: it cannot be made.
        """
        try:
            planner = self._call("could not go on", make, *arguments)
        except UsageError as error:
            raise RunError(error.sentence, *error.words, **error.settings) from error
        return replace(self, planner=planner)

    def init(self, observation: Observation, rng: np.random.Generator) -> Any:
        """Return the planner's first state.

        Raises:
            RunError: the planner failed.
        """
        return self._call("could not start", self.planner.init, observation, rng)

    def plan(self, state: Any, observation: Observation) -> tuple[Floats, Any]:
        """Return the planner's waypoints, (N, 2) in C in metres, and its next state.

        Raises:
            RunError: the planner failed, or its waypoints are not N finite points of C.
        """
        when = _when(observation)
        answer = self._call(f"failed {when}", self.planner.plan, state, observation)
        if not (isinstance(answer, tuple) and len(answer) == 2):
            kind = type(answer).__name__
            raise self._wrong(f"returned {kind}, not waypoints and a state, {when}")
        return self._checked(answer[0], len(observation.positions), when), answer[1]

    def check(self, network: Network) -> None:
        """Let the planner look at the network of the start, if it wants to; see `Checks`.

        Raises:
            UsageError: its settings do not go with the network.
            RunError: the planner failed.
        """
        if isinstance(self.planner, Checks):
            self._call("could not check its settings", self.planner.check, network)

    def check_state(self, state: Any, robots: int) -> None:
        """Let the planner look at a state that was read, if it wants to; see `ChecksState`.

        Raises:
            UsageError: it is none of this planner for so many robots.
            RunError: the planner failed.
        """
        if isinstance(self.planner, ChecksState):
            self._call("could not check its state", self.planner.check_state, state, robots)

    @property
    def carries_over(self) -> bool:
        """Whether the planner's state can be carried over to other members."""
        return isinstance(self.planner, ChangesMembers)

    def change_members(self, state: Any, before: Ints, observation: Observation) -> Any:
        """Return the planner's state for other members; see `ChangesMembers`.

        Raises:
            RunError: the planner failed.
        """
        assert isinstance(self.planner, ChangesMembers)
        what = f"could not go on with other robots {_when(observation)}"
        return self._call(what, self.planner.change_members, state, before, observation)

    def report(self, state: Any, robots: int) -> Report:
        """Return what the planner reports of itself.

        Args:
            state: its state.
            robots: number N of robots that it plans for.

        Raises:
            RunError: the planner failed or returned something else, or what is of other robots.
        """
        report = self._call("failed to report", self.planner.report, state)
        if not isinstance(report, Report):
            raise self._wrong(f"reported {type(report).__name__}, not a Report")
        traffic, parameters = report.traffic, report.parameters
        if not isinstance(traffic, Traffic):
            kind = type(traffic).__name__
            raise self._wrong(f"reported {kind} as its traffic, not a Traffic")
        for name, sent in (("messages", traffic.messages), ("bytes", traffic.bytes)):
            if np.shape(sent) != (robots,):
                raise self._wrong(
                    f"reported {name} of shape {np.shape(sent)} in its traffic, not ({robots},)"
                )
        if parameters is not None and np.ndim(parameters) != 2:
            kind = type(parameters).__name__
            raise self._wrong(f"reported {kind} as its parameters, not an array (N, m)")
        if parameters is not None and len(parameters) != robots:
            raise self._wrong(
                f"reported parameters of {len(parameters)} robots, and there are {robots}"
            )
        return report

    def _call(self, what: str, method: Callable[..., _Answer], *arguments: Any) -> _Answer:
        try:
            return method(*arguments)
        except (RunError, UsageError):
            raise
        # SystemExit too: a planner must not be able to end a run without a word.
        except (Exception, SystemExit) as error:
            raise self._wrong(f"{what}: {in_words(error)}") from error

    def _checked(self, answer: Any, robots: int, when: str) -> Floats:
        try:
            waypoints = np.asarray(answer, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise self._wrong(f"returned waypoints that are no numbers {when}") from error
        if waypoints.shape != (robots, 2):
            raise self._wrong(
                f"returned waypoints of shape {waypoints.shape} {when}, not ({robots}, 2)"
            )
        # Also true of what is not a number.
        wrong = ~(np.abs(waypoints) <= 1.0).all(axis=1)
        if wrong.any():
            robot = int(np.argmax(wrong))
            x, y = waypoints[robot]
            raise self._wrong(
                f"sent robot {robot} to ({x:.6g}, {y:.6g}) {when}: a waypoint must be in the "
                "square [-1, 1] x [-1, 1]"
            )
        return waypoints

    def _wrong(self, what: str) -> RunError:
        return RunError(f"the planner {self.name} {what}")


def _when(observation: Observation) -> str:
    return f"at {observation.time_s:.1f} s (tick {round(observation.time_s / TICK_S)})"
