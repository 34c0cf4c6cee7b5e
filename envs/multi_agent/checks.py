"""Checks of what a multi-agent environment is asked for; `SwarmEnv` checks its own arguments."""

from typing import Any

from bildsim.basics.errors import UsageError

# PettingZoo's checkers try whether `reset` takes options with this one.
_OF_CHECKERS = "options"


def checked_cycles(max_cycles: object) -> int | None:
    """Return after how many steps an episode is truncated; None for never.

    Raises:
        UsageError: it is no whole number above 0.
    """
    if max_cycles is None:
        return None
    if isinstance(max_cycles, int) and not isinstance(max_cycles, bool) and max_cycles > 0:
        return max_cycles
    raise UsageError(
        f"max_cycles {max_cycles!r} is not possible: allowed is a whole number above 0, or None "
        "for episodes without an end"
    )


def checked_flag(name: str, value: object) -> bool:
    """Return a value that is true or false.

    Raises:
        UsageError: it is neither.
    """
    if not isinstance(value, bool):
        raise UsageError(f"{name} {value!r} is not possible: allowed is True or False")
    return value


def own_options(options: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the options of ``reset`` without the one that PettingZoo's checkers send."""
    if not isinstance(options, dict) or _OF_CHECKERS not in options:
        return options
    return {name: value for name, value in options.items() if name != _OF_CHECKERS}


def unknown_agent(agent: object, robots: int) -> UsageError:
    """Return the complaint that there is no such agent.

    Args:
        agent: what was asked for.
        robots: number N of robots.
    """
    return UsageError(f"there is no agent {agent!r}: allowed are robot_0 to robot_{robots - 1}")
