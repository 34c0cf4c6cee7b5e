"""What a robustness sweep can vary: a setting by name, the values it takes, and how to say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isinf
from types import MappingProxyType
from typing import Any, Protocol

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.basics.timing import TICK_S
from bildsim.envs.dynamics import make_model
from bildsim.simulation.config import RunConfig


class Change(Protocol):
    """What puts a value into a run's configuration."""

    def __call__(self, config: RunConfig, value: float) -> RunConfig:
        """Return the run with the value."""


@dataclass(frozen=True)
class Condition:
    """A setting that a sweep varies.

    Attributes:
        label: what an axis of its values is called, with the unit.
        values: those it takes unless others are asked for.
        change: returns a run with the setting at a value.
        whole: whether only whole numbers make sense.
    """

    label: str
    values: tuple[float, ...]
    change: Change
    whole: bool = False


def _setting(group: str, name: str, whole: bool = False) -> Change:
    """Return what puts a value into a group of settings."""

    def change(config: RunConfig, value: float) -> RunConfig:
        changed: Any = replace(getattr(config, group), **{name: int(value) if whole else value})
        return replace(config, **{group: changed})

    return change


def _torque(config: RunConfig, value: float) -> RunConfig:
    swarm = config.swarm
    model = make_model(
        swarm.dynamics,
        swarm.radius,
        robots=swarm.robots,
        robot=swarm.which,
        arena_width=swarm.arena_width,
    )
    own = model.own_torque
    torque = None if value == 1.0 else value * own
    return replace(config, actuation=replace(config.actuation, motor_torque=torque))


def _turn_rate(config: RunConfig, value: float) -> RunConfig:
    rate = None if isinf(value) else value
    return replace(config, actuation=replace(config.actuation, max_turn_rate=rate))


def _deaths(config: RunConfig, value: float) -> RunConfig:
    halfway = TICK_S * round(0.5 * config.duration / TICK_S)
    schedule = f"{value:g}@{halfway:g}" if value else None
    return replace(config, faults=replace(config.faults, dead=schedule))


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "max-speed": Condition(
            "top speed (m/s)", (0.05, 0.1, 0.2, 0.3), _setting("swarm", "max_speed")
        ),
        "max-turn-rate": Condition("rate of turn (rad/s)", (0.5, 1.0, 2.0, inf), _turn_rate),
        "motor-torque": Condition(
            "motor torque (multiple of the robot's own)", (0.1, 0.25, 0.5, 1.0), _torque
        ),
        "deadband": Condition(
            "deadband (rad/s)", (0.0, 0.5, 1.0, 2.0), _setting("actuation", "deadband")
        ),
        "command-delay": Condition(
            "command delay (s)", (0.0, 0.05, 0.1, 0.2), _setting("actuation", "command_delay")
        ),
        "backlash": Condition(
            "backlash (rad)", (0.0, 0.02, 0.05, 0.1), _setting("actuation", "backlash")
        ),
        "position-noise": Condition(
            "position noise (m)", (0.0, 0.01, 0.02, 0.05), _setting("sensing", "position_noise")
        ),
        "heading-noise": Condition(
            "heading noise (rad)", (0.0, 0.05, 0.1, 0.2), _setting("sensing", "heading_noise")
        ),
        "fix-rate": Condition(
            "fixes a second (Hz)", (1.0, 2.0, 5.0, 10.0, 30.0), _setting("sensing", "fix_rate")
        ),
        "fix-latency": Condition(
            "age of a fix (s)", (0.0, 0.05, 0.1, 0.2), _setting("sensing", "fix_latency")
        ),
        "dead": Condition("share that dies halfway", (0.0, 0.1, 0.2, 0.3), _deaths),
        "loss": Condition(
            "share of messages lost", (0.0, 0.1, 0.3, 0.5), _setting("links", "loss")
        ),
        "link-delay": Condition(
            "delay of messages (rounds)",
            (0, 1, 5, 10),
            _setting("links", "link_delay", whole=True),
            whole=True,
        ),
        "radio-range": Condition(
            "radio range (m)", (0.3, 0.5, 1.0, inf), _setting("links", "radio_range")
        ),
        "half-range": Condition(
            "range where half is lost (m)", (0.3, 0.5, 1.0, inf), _setting("links", "half_range")
        ),
        "send-threshold": Condition(
            "change that is not sent (share)",
            (0.0, 0.01, 0.02, 0.05),
            _setting("links", "send_threshold"),
        ),
        "arena-width": Condition(
            "width of the arena (m)", (1.0, 2.0, 4.0, 8.0), _setting("swarm", "arena_width")
        ),
        "robots": Condition(
            "robots", (25, 50, 100, 200, 400), _setting("swarm", "robots", whole=True), whole=True
        ),
    }
)
"""The settings by name.

Each is that of the option of the same name, but for ``motor-torque``, which is a multiple of what
robots of that size have, and ``dead``, the share of robots that die halfway through the run.
"""


@dataclass(frozen=True)
class Sweep:
    """A setting and the values that are tried.

    Attributes:
        name: of the condition.
        values: in the order given.
    """

    name: str
    values: tuple[float, ...]

    @classmethod
    def parse(cls, text: str) -> Sweep:
        """Read ``NAME`` or ``NAME=VALUE,VALUE``.

        Raises:
            UsageError: no condition has that name, or the values are no numbers or not different.
        """
        name, given, words = text.partition("=")
        if name not in CONDITIONS:
            raise unknown_name("--sweep", name, list(CONDITIONS))
        condition = CONDITIONS[name]
        values = _numbers(text, words.split(",")) if given else condition.values
        if condition.whole and any(value % 1 for value in values):
            raise UsageError(f"--sweep {text} is not possible: {name} takes whole numbers")
        return cls(name, values)

    @property
    def condition(self) -> Condition:
        """What is varied."""
        return CONDITIONS[self.name]

    def variants(self, configs: Sequence[RunConfig]) -> list[tuple[float, list[RunConfig]]]:
        """Return for each value the runs with it."""
        change = self.condition.change
        return [(value, [change(config, value) for config in configs]) for value in self.values]


def _numbers(text: str, words: Sequence[str]) -> tuple[float, ...]:
    try:
        values = tuple(float(word) for word in words)
    except ValueError:
        raise UsageError(
            f"--sweep {text} is not possible: after = come numbers with commas between"
        ) from None
    if len(set(values)) < len(values) or any(value != value for value in values):
        raise UsageError(f"--sweep {text} is not possible: give each value once")
    return values
