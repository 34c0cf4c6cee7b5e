"""What a number is drawn from: a range, evenly, or a list, each as likely as the others."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

import numpy as np

from bildsim.basics.errors import UsageError
from bildsim.basics.schema import fits

Check: TypeAlias = Callable[[float], None]


@dataclass(frozen=True)
class Range:
    """Numbers from low to high, drawn evenly.

    Attributes:
        low: the lowest.
        high: the highest.
    """

    low: float
    high: float

    @property
    def extremes(self) -> tuple[float, ...]:
        """What must be possible for everything to be."""
        return (self.low, self.high)

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class Choice:
    """Some numbers, each as likely as the others.

    Attributes:
        values: the numbers.
    """

    values: tuple[float, ...]

    @property
    def extremes(self) -> tuple[float, ...]:
        """What must be possible for everything to be."""
        return self.values

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one."""
        return self.values[int(rng.integers(len(self.values)))]


def numbers_of(name: str, given: Any) -> Range | Choice:
    """Return what a number is drawn from: a tuple (low, high) is a range, a list a choice.

    Args:
        name: of the setting, for the message.
        given: the tuple or the list.

    Raises:
        UsageError: it is neither, empty, reversed, or holds what is no finite number.
    """
    if not (isinstance(given, list) or (isinstance(given, tuple) and len(given) == 2)):
        raise refused(name, given, "allowed is a range (low, high) or a list to choose from")
    if not given:
        raise refused(name, given, "there is nothing to choose from")
    if not all(fits(value, float) and isfinite(value) for value in given):
        raise refused(name, given, "it must be of finite numbers")
    values = tuple(map(_meant, given))
    if isinstance(given, list):
        return Choice(values)
    if values[0] > values[1]:
        raise refused(name, given, f"the range is reversed, allowed is ({values[1]}, {values[0]})")
    return Range(*values)


def _meant(value: Any) -> float:
    """Return a number in double precision; 0.2 in single precision stands for 0.2, not for more."""
    return float(str(value)) if isinstance(value, np.float16 | np.float32) else float(value)


def refused(name: str, given: object, why: str) -> UsageError:
    """Return the error for something that cannot be drawn from."""
    shown = " ".join(repr(given).split())
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    return UsageError(f"randomise {name!r} {shown} is not possible: {why}")
