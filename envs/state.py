"""The state of an environment, which can be stored and returned to."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, get_type_hints

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.errors import in_words as error_in_words
from bildsim.basics.schema import fits
from bildsim.density.grid import Grid
from bildsim.envs.randomisation.randomisation import Drawn
from bildsim.targets.moving_target import AnyTarget, MovingTarget

# At these shares of an episode targets that move are compared, and on this grid.
_SHARES = (0.0, 0.1, 0.27, 0.46, 0.53, 0.78, 1.0)
_GRID = Grid(0.1)


@dataclass(frozen=True, eq=False)
class SwarmState:
    """All that changes in an environment between two steps; its arrays are not to be changed.

    Attributes:
        made_with: what its environment was made with, by the names of its arguments, in words.
        parts: states of physics and whatever else keeps one, by name.
        theta: (m,) the exact fit, from which the next one starts.
        kl: KL of that fit to the target (nats).
        touching: (N,) robots that touch something.
        saturated: (N,) robots with a wheel at its limit.
        draws: the environment's generator, as it was.
        drawn: what was drawn for the episode, where something was.
    """

    made_with: Mapping[str, str]
    parts: Mapping[str, Any]
    theta: Floats
    kl: float
    touching: Bools
    saturated: Bools
    draws: np.random.Generator
    drawn: Drawn | None = None

    def require_from(self, made_with: Mapping[str, str]) -> None:
        """Make sure that the state is of an environment that was made alike.

        Raises:
            UsageError: it is not; says in what they differ.
        """
        if not fits(self.made_with, Mapping[str, str]):
            raise UsageError("a state that does not say what it was made with is not possible")
        names = [n for n in {**self.made_with, **made_with} if not _alike(n, self, made_with)]
        if names:
            theirs, ours = (_listed(names, made) for made in (self.made_with, made_with))
            raise UsageError(
                f"a state of an environment with {theirs} is not possible: this one has {ours}"
            )

    def require_sizes(self, robots: int, parameters: int) -> None:
        """Make sure that its own fields are of their types, and of so many robots and parameters.

        Raises:
            UsageError: one is not; the sentence names it.
        """
        for name, hint in get_type_hints(SwarmState).items():
            value = getattr(self, name)
            if not fits(value, hint):
                kind = type(value).__name__
                raise UsageError(f"a state whose {name} is {kind} is not possible")
        for name, size in (("theta", parameters), ("touching", robots), ("saturated", robots)):
            shape = getattr(self, name).shape
            if shape != (size,):
                raise UsageError(
                    f"a state whose {name} has shape {shape} is not possible: it must be {(size,)}"
                )


@contextmanager
def parts_that_fit() -> Iterator[None]:
    """Turn whatever states of parts that make no sense raise into one sentence."""
    try:
        yield
    except (UsageError, RunError):
        raise
    except Exception as error:
        raise UsageError(
            f"a state whose parts do not fit is not possible: {error_in_words(error)}"
        ) from error


def in_words(target: AnyTarget, duration_s: float) -> str:
    """Return a target's name and a hash of its density, at several moments if it moves.

    Args:
        target: p*.
        duration_s: length of an episode (s).
    """
    shares = _SHARES if isinstance(target, MovingTarget) else (0.0,)
    digest = hashlib.sha256()
    for share in shares:
        digest.update(target.at(share * duration_s).on_grid(_GRID).tobytes())
    return f"{target.name} ({digest.hexdigest()[:12]})"


def _alike(name: str, state: SwarmState, made_with: Mapping[str, str]) -> bool:
    return state.made_with.get(name) == made_with.get(name)


def _listed(names: list[str], made_with: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={made_with.get(name, 'nothing')}" for name in names)
