"""What each agent sees: rows of the swarm's observation, as dictionaries or as flat vectors."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from gymnasium import spaces

from bildsim.basics.arrays import Floats, Ints

View: TypeAlias = Any
"""What an agent sees: a flat array, or a dictionary of arrays."""


class Views:
    """Makes agents' observations of the swarm's.

    Its entries have a row for each robot, (N, ...), but for those that are the same for everybody,
    (m,); those each agent has as a copy.

    Args:
        space: of the swarm's observation, boxes of one type of numbers.
        flat: one vector an agent, its entries one after the other in the order of the space, as
            Gymnasium flattens dictionaries, in place of a dictionary.
    """

    def __init__(self, space: spaces.Dict, flat: bool) -> None:
        boxes = {name: cast("spaces.Box", box) for name, box in space.items()}
        self._shared = frozenset(name for name, box in boxes.items() if len(box.shape) == 1)
        self._boxes = {n: box if n in self._shared else row_of(box) for n, box in boxes.items()}
        self._flat, self._dtype = flat, next(iter(boxes.values())).dtype
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
        low, high = np.empty((2, self._width), dtype=self._dtype)
        for name, place in self._places.items():
            low[place], high[place] = self._boxes[name].low.ravel(), self._boxes[name].high.ravel()
        return spaces.Box(low, high, dtype=cast("Any", low.dtype).type)

    def of(
        self, seen: Mapping[str, Floats], agents: Sequence[str], robots: Ints | None
    ) -> dict[str, View]:
        """Return what each agent sees; no two agents share numbers that one of them could change.

        Args:
            seen: the swarm's observation, whose arrays are handed on.
            agents: names of the agents, (n,).
            robots: (n,) their rows; None if all robots are agents.
        """
        rows = {
            name: values if name in self._shared or robots is None else values[robots]
            for name, values in seen.items()
        }
        views = self._vectors(rows, len(agents)) if self._flat else self._parts(rows, len(agents))
        return dict(zip(agents, views, strict=True))

    def _vectors(self, rows: Mapping[str, Floats], agents: int) -> Floats:
        vectors: Floats = np.empty((agents, self._width), dtype=self._dtype)
        for name, place in self._places.items():
            values = rows[name]
            vectors[:, place] = values if name in self._shared else values.reshape(agents, -1)
        return vectors

    def _parts(self, rows: Mapping[str, Floats], agents: int) -> list[dict[str, Floats]]:
        views: list[dict[str, Floats]] = [{} for _ in range(agents)]
        # Entry by entry: agent by agent takes twice as long.
        for name in self._places:
            values = rows[name]
            if name in self._shared:
                values = np.tile(values, (agents, 1))
            for view, row in zip(views, values, strict=True):
                view[name] = row
        return views


def row_of(box: spaces.Box) -> spaces.Box:
    """Return the space of one row, all rows of a box being alike."""
    return spaces.Box(box.low[0].copy(), box.high[0].copy(), dtype=cast("Any", box.dtype).type)


def copy_of(box: spaces.Box) -> spaces.Box:
    """Return an equal space that draws for itself."""
    return spaces.Box(box.low, box.high, dtype=cast("Any", box.dtype).type)
