"""What a checkpoint of a run holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bildsim.basics.errors import RunError, UsageError, in_words
from bildsim.basics.resumable import Resumable, restore_all
from bildsim.programs.run.resume import Checkpoint
from bildsim.simulation.measurements import COLUMNS, Measurements
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


def restored_state(
    checkpoint: Checkpoint, parts: Mapping[str, Resumable], constants: Mapping[str, object]
) -> SessionState:
    """Return what a checkpoint holds, once the parts of the run are as they were.

    Args:
        checkpoint: of the same configuration.
        parts: what goes on, by name; changed.
        constants: what is not in the checkpoint; see `bildsim.simulation.loop.Simulation`.

    Raises:
        UsageError: it cannot be used.
        RunError: the planner failed to look at its state.
    """
    state = checkpoint.state(SessionState, constants)
    try:
        restore_all(parts, state.parts)
        measurements = parts["measurements"]
        assert isinstance(measurements, Measurements)
        measurements.require_robots(checkpoint.config.swarm.robots)
    except KeyError as error:
        raise UsageError(
            f"--resume {checkpoint.path} is of another version: it holds no state of {error}"
        ) from error
    except (UsageError, RunError):
        raise
    # Parts check what could do harm; what makes no sense otherwise raises nearly anything.
    except Exception as error:
        raise UsageError(
            f"--resume {checkpoint.path} holds a state that does not fit: {in_words(error)}"
        ) from error
    return state
