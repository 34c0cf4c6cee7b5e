"""Where robots start: in a region, at places that were given, or at those of a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import UsageError, unknown_name
from bildsim.envs.robots.given_start import given_places, require_beside, with_headings
from bildsim.envs.robots.spawn import START_NAMES, spawn
from bildsim.envs.robots.start_file import START_SUFFIXES, is_start_file, read_start
from bildsim.obstacles.shapes import NOWHERE, Obstacles

StartLike: TypeAlias = str | os.PathLike[str] | ArrayLike
"""The name of a region, a file, or places (N, 2 or 3) in m and rad."""
Start: TypeAlias = str | Floats
"""The name of a region, or places that have been checked."""


@dataclass(frozen=True)
class Starts:
    """The starts that are possible for the robots of an environment.

    Attributes:
        robots: number N of robots.
        radius: of their discs, in the unit of places.
        apart: whether they must not stand on each other.
        unit_m: metres in that unit.
        obstacles: what they must not stand in.
    """

    robots: int
    radius: float
    apart: bool
    unit_m: float = 1.0
    obstacles: Obstacles = NOWHERE

    def checked(self, start: StartLike) -> Start:
        """Return a region's name, or the places that were given or that a file holds.

        Raises:
            UsageError: there is no such region, the file cannot be used, or robots cannot stand
                there.
        """
        if isinstance(start, str) and not is_start_file(start):
            if start not in START_NAMES:
                files = f"a file of places ({', '.join(START_SUFFIXES)})"
                raise unknown_name("start", start, (*START_NAMES, files))
            return start
        if not isinstance(start, str | os.PathLike):
            return self._places(start)
        path = Path(start)
        places = read_start(path)
        try:
            return self._places(places)
        except UsageError as error:
            sentence = "{start}: " + error.sentence
            raise UsageError(
                sentence, *error.words, **(error.settings | {"start": str(path)})
            ) from None

    def poses(self, start: Start, rng: np.random.Generator) -> Floats:
        """Return x, y, heading, (N, 3) in m and rad; what is not given is drawn."""
        if isinstance(start, str):
            return spawn(start, self.robots, self.radius, rng, self.obstacles)
        return with_headings(start, rng)

    def _places(self, places: ArrayLike) -> Floats:
        found = given_places(places, self.robots, self.radius, apart=self.apart, unit_m=self.unit_m)
        require_beside(found, self.radius, self.obstacles)
        return found
