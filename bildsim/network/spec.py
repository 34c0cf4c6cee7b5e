"""What a network is to be, as the user writes it: ``er:0.5``, ``disk:0.4``, ``ring`` ..."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bildsim.basics.errors import UsageError, unknown_name


@dataclass(frozen=True)
class _Kind:
    """What a kind of network takes after the colon, and whether it follows the robots."""

    example: str
    meaning: str = ""
    allowed: Callable[[float], bool] = lambda _: True
    geometric: bool = False


def _is_count(value: float) -> bool:
    return value >= 1 and value == int(value)


KINDS = {
    "er": _Kind("er:0.5", "a probability above 0 and at most 1", lambda p: 0.0 < p <= 1.0),
    "disk": _Kind("disk:0.4", "a range in metres above 0", lambda r: r > 0.0, geometric=True),
    "knn": _Kind("knn:8", "a whole number of neighbours from 1", _is_count, geometric=True),
    "ring": _Kind("ring"),
    "complete": _Kind("complete"),
    "regular": _Kind("regular:6", "a whole number of neighbours from 1", _is_count),
}


@dataclass(frozen=True)
class NetworkSpec:
    """A kind of network and its parameter, as in ``er:0.5``; made by `parse`.

    Attributes:
        kind: one of ``KINDS``.
        parameter: er: edge probability; disk: range in metres; knn, regular: number of
            neighbours; ring, complete: None.
    """

    kind: str
    parameter: float | None = None

    @classmethod
    def parse(cls, text: str) -> "NetworkSpec":
        """Read a specification such as ``er:0.5``, ``disk:0.4``, ``knn:8`` or ``ring``.

        Raises:
            UsageError: the kind is unknown, or its parameter missing, superfluous or not allowed.
        """
        name, colon, parameter = text.strip().casefold().partition(":")
        kind = KINDS.get(name)
        if kind is None:
            raise unknown_name("network", name, KINDS)
        if kind.meaning:
            return cls(name, _parameter(text, kind, parameter))
        if colon:
            raise UsageError("{network} is not allowed: {0} takes no parameter", name, network=text)
        return cls(name)

    @property
    def geometric(self) -> bool:
        """Whether the edges depend on where the robots are, and so change as they move."""
        return KINDS[self.kind].geometric

    def __str__(self) -> str:
        """Return the text that `parse` reads as exactly this specification."""
        number = "" if self.parameter is None else f":{self.parameter!r}".removesuffix(".0")
        return self.kind + number


def _parameter(text: str, kind: _Kind, parameter: str) -> float:
    try:
        value = float(parameter)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not kind.allowed(value):
        raise UsageError(
            "{network} is not allowed: it takes {0}, such as {1}",
            kind.meaning,
            kind.example,
            network=text,
        )
    return value
