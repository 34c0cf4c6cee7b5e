"""What each agent sees: rows of the swarm's observation, as dictionaries or as flat vectors."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats, Ints

View: TypeAlias = Any
"""What an agent sees: a flat array, or a dictionary of arrays."""


class Views:
    """Makes agents' observations of the swarm's, whose arrays have a row for each robot.

    Args:
        space: of the swarm's observation.
        shared: names of the entries that have no rows, because they are the same for everybody.
        flat: one float32 vector an agent, its entries one after the other in the order of the
            space, as Gymnasium flattens dictionaries, in place of a dictionary.
    """

    def __init__(self, space: spaces.Dict, shared: Sequence[str], flat: bool) -> None:
        boxes = {name: cast("spaces.Box", box) for name, box in space.items()}
        self._boxes = {n: box if n in shared else row_of(box) for n, box in boxes.items()}
        self._shared, self._flat = frozenset(shared), flat
        ends = np.cumsum([0, *(np.prod(box.shape, dtype=int) for box in self._boxes.values())])
        self._places = {
            name: slice(first, last)
            for name, first, last in zip(self._boxes, ends[:-1], ends[1:], strict=True)
        }
        self._width = int(ends[-1])

    def space(self) -> spaces.Space[Any]:
        """Return a new space of what an agent sees."""
        if not self._flat:
            return spaces.Dict({name: copy_of(box) for name, box in self._boxes.items()})
        low, high = np.empty((2, self._width), dtype=np.float32)
        for name, place in self._places.items():
            low[place], high[place] = self._boxes[name].low.ravel(), self._boxes[name].high.ravel()
        return spaces.Box(low, high, dtype=np.float32)

    def of(
        self, seen: Mapping[str, Floats], agents: Sequence[str], robots: Ints | None
    ) -> dict[str, View]:
        """Return what each agent sees; no two agents share an array that one of them could change.

        Args:
            seen: the swarm's observation.
            agents: names of the agents, (n,).
            robots: (n,) their rows; None if all robots are agents.
        """
        arrays = (
            (name, values if name in self._shared or robots is None else values[robots])
            for name, values in seen.items()
        )
        if self._flat:
            rows = np.empty((len(agents), self._width), dtype=np.float32)
            for name, values in arrays:
                wide = values if name in self._shared else values.reshape(len(agents), -1)
                rows[:, self._places[name]] = wide
            return dict(zip(agents, rows, strict=True))
        each = [
            np.tile(values, (len(agents), 1)) if name in self._shared else values
            for name, values in arrays
        ]
        names = tuple(seen)
        return {
            agent: dict(zip(names, row, strict=True))
            for agent, *row in zip(agents, *each, strict=True)
        }


def row_of(box: spaces.Box) -> spaces.Box:
    """Return the space of one row, all rows of a box being alike."""
    return spaces.Box(box.low[0].copy(), box.high[0].copy(), dtype=cast("Any", box.dtype).type)


def copy_of(box: spaces.Box) -> spaces.Box:
    """Return an equal space that draws for itself."""
    return spaces.Box(box.low, box.high, dtype=cast("Any", box.dtype).type)
