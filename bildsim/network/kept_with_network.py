"""What follows from a network, kept for as long as the network itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from bildsim.network.graph import Network

_Rest = ParamSpec("_Rest")
_Found = TypeVar("_Found")


def kept_with_network(
    function: Callable[Concatenate[Network, _Rest], _Found],
) -> Callable[Concatenate[Network, _Rest], _Found]:
    """Let a function of a network look up what it has found, until the network is gone.

    A bound on how many are kept would be the wrong one: one network is in use, and when robots move
    or die each tick may have another, of which those before, perhaps with a million links each,
    would wait to be pushed out.

    Args:
        function: takes a network and perhaps values that can be looked up, by position. What it
            returns must not hold the network, or neither would ever go.
    """
    kept: WeakKeyDictionary[Network, dict[Any, _Found]] = WeakKeyDictionary()

    @wraps(function)
    def looked_up(network: Network, /, *rest: _Rest.args, **none: _Rest.kwargs) -> _Found:
        found = kept.setdefault(network, {})
        if rest not in found:
            found[rest] = function(network, *rest, **none)
        return found[rest]

    return looked_up
