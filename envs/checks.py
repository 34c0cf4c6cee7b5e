"""Checks of an environment's arguments; `bildsim.envs.agents.actions` has those of actions."""

from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args, get_origin

from bildsim.basics.errors import UsageError, not_allowed, unknown_name
from bildsim.basics.schema import fits
from bildsim.basics.timing import TRACKING_RATE
from bildsim.controllers.delay_compensation import DelayCompensation
from bildsim.controllers.safety.registry import NONE as NO_SAFETY
from bildsim.density.ridge import LEAST_REGULARISATION
from bildsim.envs.agents.observation import Precision
from bildsim.envs.bullet.engine import has_display
from bildsim.envs.dynamics import BULLET, IDEAL
from bildsim.envs.task import Reward

RenderMode: TypeAlias = Literal["rgb_array", "human"]
_KINDS: Mapping[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    str: "text",
    Path: "a path",
    Sequence[str]: "a list of texts",
    NoneType: "None",
}


def check_types(arguments: Mapping[str, object], hints: Mapping[str, Any]) -> None:
    """Refuse arguments of another type than their annotations state; names are checked elsewhere.

    Raises:
        UsageError: one is; the sentence names it.
    """
    for name, hint in hints.items():
        value = arguments.get(name)
        parts = (hint,) if get_origin(hint) is Literal else get_args(hint) or (hint,)
        named = isinstance(value, str) and any(get_origin(part) is Literal for part in parts)
        if not (named or fits(value, hint)):
            words = [_KINDS.get(p, "a name" if get_args(p) else p.__name__) for p in parts]
            said, kind = " or ".join(words), type(value).__name__
            raise UsageError(f"{name} of type {kind} is not possible: it must be {said}")


def render_modes(dynamics: str) -> list[str]:
    """Return the render modes that an environment has here: a window only where one can open."""
    window = dynamics == BULLET and has_display()
    return [mode for mode in get_args(RenderMode) if window or mode != "human"]


def check_safety(safety: str, dynamics: str) -> None:
    """Refuse collision avoidance where nothing collides."""
    if dynamics == IDEAL and safety != NO_SAFETY:
        raise UsageError(
            "{safety} is not possible with {dynamics}: points without wheels never collide; "
            "allowed is {safety:none}",
            safety=safety,
            dynamics=dynamics,
        )


def check_compensation(name: str) -> None:
    """Refuse a way to deal with late commands that there is not."""
    if name not in get_args(DelayCompensation):
        raise unknown_name("delay_compensation", name, get_args(DelayCompensation))


def check_arguments(
    gain: float, regularisation: float, reward: str, render_mode: str | None, dtype: str
) -> None:
    """Refuse names that are unknown, and a gain or ridge that cannot be."""
    if not 0.0 < gain <= TRACKING_RATE:
        raise UsageError(
            "{gain} is out of range: above 0, at most {0} 1/s", TRACKING_RATE, gain=gain
        )
    if not LEAST_REGULARISATION <= regularisation < inf:
        allowed = f"at least {LEAST_REGULARISATION:g}, below which fits do not converge, and finite"
        raise not_allowed("regularisation", regularisation, allowed)
    if reward not in get_args(Reward):
        raise unknown_name("reward", reward, get_args(Reward))
    if render_mode is not None and render_mode not in get_args(RenderMode):
        raise unknown_name("render_mode", render_mode, get_args(RenderMode))
    if dtype not in get_args(Precision):
        raise unknown_name("dtype", dtype, get_args(Precision))
