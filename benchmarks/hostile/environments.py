"""The environment from Python: arguments, actions, resets and states that make no sense."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from benchmarks.hostile.case import Case
from bildsim.envs.state import SwarmState
from bildsim.envs.swarm import SwarmEnv

_ROBOTS = 5
_ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**70, 1e308, float("nan"), float("inf"), "", "x", b"x", (), [], {}, [[]]),
    *(np.array(None), np.zeros(0), np.full((5, 2), np.nan), np.zeros((5, 2), "U3"), object()),
    *(np.zeros((5, 3)), np.zeros((6, 2)), np.full((5, 2), 1j), lambda: 0, np.zeros((5, 2), object)),
)
_ARGUMENTS = (
    *("robots", "target", "start", "radius", "max_speed", "dynamics", "contacts", "safety"),
    *("order", "grid_step", "regularisation", "gain", "physics_rate", "actuation", "faults"),
    *("sensing", "reward", "render_mode", "action_mode", "observation_mode", "dtype"),
    "arena_width",
)
_LOCAL_ARGUMENTS = ("neighbours", "sensing_range", "patch_cells", "patch_width", "network")
_MODES = ("waypoint", "velocity", "wheel_speeds")
_OPTIONS = ("poses", "start", "randomise", "wonder")
_DRAWN = ("target", "start", "max_speed", "command_delay", "position_noise", "dead_share", "odd")


def cases() -> Iterator[Case]:
    """Yield every argument, action, option and state with every odd value."""
    for number, value in enumerate(_ODD):
        for name in _ARGUMENTS:
            yield _case("arguments", f"{name} {number}", _making(**{name: value}))
        for name in _LOCAL_ARGUMENTS:
            local = {name: value, "observation_mode": "local"}
            yield _case("arguments", f"{name} {number}", _making(**local))
        for mode in _MODES:
            yield _case("actions", f"{mode} {number}", _acting(value, mode))
        for name in _OPTIONS:
            yield _case("resets", f"{name} {number}", _resetting({name: value}))
        yield _case("resets", f"all {number}", _resetting(value))
        for name in _DRAWN:
            ranges = {name: value, "dead_time_s": [1.0]} if name == "dead_share" else {name: value}
            yield _case("resets", f"drawn {name} {number}", _resetting({"randomise": ranges}))
        yield _case("resets", f"seed {number}", _seeding(value))
        yield _case("states", f"{number} for all", _setting(partial(_instead, value)))
        for name in (
            "made_with",
            "parts",
            "theta",
            "kl",
            "touching",
            "saturated",
            "draws",
            "drawn",
        ):
            changed = _with_field(name, value)
            yield _case("states", f"{name} {number}", _setting(changed))
    for order in (3, 5, 8):
        yield _case("states", f"of order {order}", _setting(partial(_of_order, order)))


def _case(kind: str, label: str, act: Callable[[], object]) -> Case:
    return Case(f"environment: {kind}", label, "here", lambda _: (), act=act)


def _made(**arguments: Any) -> SwarmEnv:
    small: dict[str, Any] = {
        "robots": _ROBOTS,
        "dynamics": "kinematic",
        "order": 4,
        "grid_step": 0.1,
    }
    return SwarmEnv(**(small | arguments))


def _making(**arguments: Any) -> Callable[[], object]:
    def act() -> None:
        env = _made(**arguments)
        env.reset(seed=0)
        env.step(np.zeros((env.robots, 2)))

    return act


def _acting(value: Any, mode: str) -> Callable[[], object]:
    def act() -> None:
        env = _made(action_mode=mode)
        env.reset(seed=0)
        env.step(value)

    return act


def _resetting(options: Any) -> Callable[[], object]:
    return lambda: _made().reset(seed=0, options=options)


def _seeding(value: Any) -> Callable[[], object]:
    return lambda: _made().reset(seed=value)


@cache
def _state_of(order: int = 4) -> SwarmState:
    env = _made(order=order)
    env.reset(seed=0)
    return env.get_state()


def _instead(value: Any, _: SwarmState) -> Any:
    return value


def _of_order(order: int, _: SwarmState) -> SwarmState:
    return _state_of(order)


def _with_field(name: str, value: Any) -> Callable[[SwarmState], Any]:
    return lambda state: replace(copy.deepcopy(state), **{name: value})


def _setting(changed: Callable[[SwarmState], Any]) -> Callable[[], object]:
    def act() -> None:
        env = _made()
        env.reset(seed=0)
        env.set_state(changed(_state_of()))
        env.step(np.zeros((_ROBOTS, 2)))

    return act
