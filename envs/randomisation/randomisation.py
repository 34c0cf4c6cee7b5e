"""Episodes that are drawn: targets, starts, limits, delays, noise and faults from given ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.envs.fleet import Fleet, FleetSettings
from bildsim.envs.randomisation.options import ResetOptions
from bildsim.envs.randomisation.ranges import Choice, Range, numbers_of, refused
from bildsim.envs.randomisation.settings import NUMBERS, pair_of, require_pairs, with_numbers
from bildsim.envs.robots.starts import Start, StartLike
from bildsim.targets.moving_target import AnyTarget
from bildsim.targets.random_mixture import parts_of, random_mixture
from bildsim.targets.target import Target

TARGET, START, MIXTURE = "target", "start", "mixture"
KEYS = (TARGET, START, *NUMBERS)
MOST_DRAWS = 100
"""Numbers that do not go together are drawn again, until as often."""
MIXTURES = "mixtures"
"""Stands among targets for a mixture of Gaussians that is drawn anew."""
_ROWS = (tuple, list, np.ndarray)
Drawer: TypeAlias = Callable[[np.random.Generator], Target]


class Usual(Protocol):
    """The environment that draws: what it makes of targets and starts, and its robots."""

    usual: Fleet

    def as_target(self, target: Any) -> AnyTarget:
        """Return what was given as a target."""

    def as_start(self, start: StartLike) -> Start:
        """Return what was given as a start, checked."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn for an episode; its own target and start where there is one.

    Attributes:
        settings: of its robots.
        target: p*, or None for the usual one.
        start: where robots start, or None for where they usually do.
        said: what was drawn, by name, for people.
    """

    settings: FleetSettings
    target: AnyTarget | None
    start: Start | None
    said: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Randomisation:
    """What is drawn for an episode, and from what.

    Attributes:
        settings: of the robots, where nothing is drawn.
        numbers: ranges and choices by name.
        targets: those to choose from, each ready or drawn anew; empty for the usual one.
        starts: those to choose from; empty for the usual one.
    """

    settings: FleetSettings
    numbers: Mapping[str, Range | Choice]
    targets: tuple[AnyTarget | Drawer, ...]
    starts: tuple[Start, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any], env: Usual) -> Randomisation:
        """Read what was given as reset option ``randomise``.

        Args:
            given: by names of ``KEYS``: for ``target`` and ``start`` a list to choose from, or one
                alone, for numbers a range (low, high) or a list.
            env: the environment.

        Raises:
            UsageError: a name is unknown, a list empty, a range reversed, or something in them not
                possible for these robots.
        """
        for name in given:
            if name not in KEYS:
                raise unknown_name("randomise key", str(name), KEYS)
        require_pairs(given)
        numbers = {name: numbers_of(name, given[name]) for name in NUMBERS if name in given}
        targets = [_ready(one, env) for one in _several(TARGET, given)]
        starts = [env.as_start(one) for one in _several(START, given)]
        made = cls(env.usual.settings, numbers, tuple(targets), tuple(starts))
        made._require_possible(env.usual)
        return made

    @property
    def tries(self) -> int:
        """How often to draw: numbers, each possible by itself, may not go together."""
        return MOST_DRAWS if self.numbers else 1

    @property
    def of_robots(self) -> tuple[str, ...]:
        """Names of the numbers that are drawn."""
        return tuple(self.numbers)

    def draw(self, rng: np.random.Generator) -> Drawn:
        """Draw an episode: target, start and then the numbers, in the order of ``KEYS``.

        Raises:
            UsageError: numbers that are possible each by itself do not go together.
        """
        said: dict[str, Any] = {}
        target, start = self._target(rng, said), self._start(rng, said)
        numbers = {name: of.draw(rng) for name, of in self.numbers.items()}
        settings = with_numbers(self.settings, numbers) if numbers else self.settings
        return Drawn(settings, target, start, said | numbers)

    def _target(self, rng: np.random.Generator, said: dict[str, Any]) -> AnyTarget | None:
        if not self.targets:
            return None
        chosen = self.targets[int(rng.integers(len(self.targets)))]
        if chosen is not random_mixture:
            assert not callable(chosen)
            said[TARGET] = chosen.name
            return chosen
        target = random_mixture(rng)
        said[TARGET] = target.name
        said[MIXTURE] = tuple((*part.mean, part.sd, part.weight) for part in parts_of(target))
        return target

    def _start(self, rng: np.random.Generator, said: dict[str, Any]) -> Start | None:
        if not self.starts:
            return None
        number = int(rng.integers(len(self.starts)))
        start = self.starts[number]
        said[START] = start if isinstance(start, str) else f"places {number}"
        return start

    def _require_possible(self, usual: Fleet) -> None:
        """Make sure that each number's extremes are possible, with the others as they usually are.

        Raises:
            UsageError: one is not.
        """
        first = {name: of.extremes[0] for name, of in self.numbers.items()}
        for name, of in self.numbers.items():
            # A fault is a share and a time: one with the other.
            together = {other: first[other] for other in pair_of(name) if other in first}
            for value in of.extremes:
                try:
                    settings = with_numbers(self.settings, {**together, name: value})
                    fleet = settings.made()
                    settings.disturbances.require_somebody(settings.robots)
                except UsageError as error:
                    sentence = f"randomise {name!r}: {error.sentence}"
                    raise UsageError(sentence, *error.words, **error.settings) from None
                if fleet.robot.max_speed > usual.robot.max_speed:
                    raise refused(
                        name,
                        of.extremes,
                        "the environment's spaces are for robots of at most "
                        f"{usual.described_robot.max_speed:g} m/s",
                    )


def _ready(target: Any, env: Usual) -> AnyTarget | Drawer:
    return (
        random_mixture if isinstance(target, str) and target == MIXTURES else env.as_target(target)
    )


def _several(name: str, given: Mapping[str, Any]) -> list[Any]:
    """Return what a target or start is chosen from."""
    if name not in given:
        return []
    value = given[name]
    # A tuple of rows is places or an array; one of names would be an array that is none.
    if isinstance(value, tuple) and not all(isinstance(row, _ROWS) for row in value):
        raise refused(name, value, "allowed is a list to choose from, and this is a tuple")
    several = value if isinstance(value, list) else [value]
    if not several:
        raise refused(name, value, "there is nothing to choose from")
    return several


@dataclass(frozen=True, eq=False)
class Plan:
    """How an episode begins.

    Attributes:
        start: where robots start unless that is drawn.
        randomisation: what is drawn, if anything.
    """

    start: Start
    randomisation: Randomisation | None

    @classmethod
    def of(cls, options: ResetOptions, usual_start: Start, env: Usual) -> Plan:
        """Return the plan that options ask for.

        Raises:
            UsageError: something in them is not possible.
        """
        start = usual_start if options.start is None else env.as_start(options.start)
        asked = options.randomise
        return cls(start, Randomisation.of(asked, env) if asked else None)

    @property
    def tries(self) -> int:
        """How often to draw until it is possible."""
        return 1 if self.randomisation is None else self.randomisation.tries

    def draw(self, rng: np.random.Generator) -> tuple[Drawn | None, Start]:
        """Return what is drawn for an episode, if anything, and where its robots start.

        Raises:
            UsageError: numbers that are possible each by itself do not go together.
        """
        if self.randomisation is None:
            return None, self.start
        drawn = self.randomisation.draw(rng)
        return drawn, self.start if drawn.start is None else drawn.start
