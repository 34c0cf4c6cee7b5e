"""What a checkpoint of a run holds."""

from dataclasses import dataclass
from typing import Any

from bildsim.simulation.measurements import COLUMNS
from bildsim.simulation.tick import Tick


@dataclass(frozen=True, eq=False)
class SessionState:
    """What a checkpoint holds.

    Attributes:
        parts: states of what goes on, by name.
        recorded: how many bytes each file of results has, by name.
        last: the last tick.
        row: the last line of metrics, by column.
        wall_s: time spent so far (s).
    """

    parts: dict[str, Any]
    recorded: dict[str, int]
    last: Tick
    row: dict[str, float | int]
    wall_s: float

    def require_sound(self) -> None:
        """Make sure that metrics are of columns that there are.

        Raises:
            ValueError: they are not.
        """
        if not self.row.keys() <= set(COLUMNS):
            raise ValueError(f"there is no column for {', '.join(self.row.keys() - set(COLUMNS))}")
