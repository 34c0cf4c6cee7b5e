"""PettingZoo's parallel environment: one swarm, a robot an agent."""

from __future__ import annotations

from itertools import compress
from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

from bildsim.basics.arrays import Bools, Floats, Image, Ints
from bildsim.envs.agents.observers import LOCAL
from bildsim.envs.multi_agent.actions import gathered
from bildsim.envs.multi_agent.checks import (
    checked_cycles,
    checked_flag,
    own_options,
    unknown_agent,
)
from bildsim.envs.multi_agent.credit import (
    DIFFERENCE,
    TEAM,
    Credit,
    Differences,
    checked_credit,
)
from bildsim.envs.multi_agent.critic_state import CriticState
from bildsim.envs.multi_agent.views import View, Views, row_of
from bildsim.envs.swarm import SwarmEnv

Infos = dict[str, dict[str, Any]]
OF_ROBOTS = ("touching_robot", "touching_wall", "saturated", "effort")


class SwarmParallelEnv(ParallelEnv[str, View, Any]):
    """A swarm as many agents, ``robot_0`` to ``robot_{N-1}``, that act at the same time.

    ## Description
    One `bildsim.envs.swarm.SwarmEnv`, to the bit: its arrays are handed out by row. It is at hand
    as ``env.swarm``.

    ## Spaces
    Those of the swarm, by row: an action is two numbers in ``action_mode``, an observation by
    default what a robot knows by itself, a dictionary or with ``flat`` one vector, as Gymnasium
    flattens it. Where ``observation_mode`` is ``global``, an agent has its own rows and a copy of
    what is the same for everybody. ``state()`` shows everything to a centralised critic; see
    `bildsim.envs.multi_agent.critic_state.CriticState`.

    ## Rewards
    With credit ``team`` the swarm's reward, the same for every agent; with ``difference`` what of
    it each robot is owed, see `bildsim.envs.multi_agent.credit.Differences`.

    ## Agents that come and go
    A robot that dies is told so in that step: it has an observation, the reward and termination,
    and is no longer in ``agents``. It stays in the arena and in the way. A robot that comes late is
    in ``possible_agents`` from the start and joins ``agents`` in the step in which it comes, with
    an observation, the reward and an info; it acts from the next step on. Who has not come when the
    episode ends was never an agent of it.

    ## Episode end
    After ``max_cycles`` steps all that are left are truncated, and ``agents`` is empty. Not all
    robots can be dead: such a schedule of faults is refused.

    ## Info
    For each agent ``kl_fit`` (nats) and ``time_s`` of the swarm; at the start ``drawn``, where the
    episode was drawn; and after a step, of its robot, ``touching_robot``, ``touching_wall``,
    ``saturated`` and ``effort``; see `SwarmEnv`.

    ## Copies
    Pickled or copied in the middle of an episode, it goes on as after `SwarmEnv.set_state`, and its
    spaces draw on; only its pictures have no trails from before. A target that is a lambda, or a
    function within a function, can be copied but not pickled, as Python has it; cloudpickle can.

    Attributes:
        swarm: the environment underneath; stepping or resetting it directly confuses this one.
        agents: names of the robots that act now.
        possible_agents: names of all robots.
        render_mode: as in `SwarmEnv`.

    Args:
        max_cycles: an episode's length in steps of 0.1 s; None for no end.
        credit: ``team`` or ``difference``; the latter takes a fit more for each robot and step.
        flat: observations as flat vectors, and numbers in single precision unless ``dtype`` says
            otherwise.
        arguments: those of `SwarmEnv`; ``observation_mode`` is ``local`` unless given.

    Raises:
        UsageError: an argument is out of range.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  (the base class declares it so)
        **SwarmEnv.metadata,
        "name": "bildsim_swarm_v0",
        "is_parallelizable": True,
    }

    def __init__(
        self,
        *,
        max_cycles: int | None = 600,
        credit: Credit = TEAM,
        flat: bool = False,
        **arguments: Any,
    ) -> None:
        self._longest = checked_cycles(max_cycles)
        self._flat, self._credit = checked_flag("flat", flat), checked_credit(credit)
        usual = {"observation_mode": LOCAL, "dtype": "float32" if flat else "float64"}
        self._arguments = usual | arguments
        self.swarm = SwarmEnv(**self._arguments)
        self.metadata = {**type(self).metadata, **self.swarm.metadata}
        self.render_mode = self.swarm.render_mode
        self.possible_agents = [f"robot_{number}" for number in range(self.swarm.robots)]
        self.agents: list[str] = []
        self._numbers = {agent: number for number, agent in enumerate(self.possible_agents)}
        self._views = Views(cast("spaces.Dict", self.swarm.observation_space), flat)
        self._critic = CriticState(self.swarm, self._arguments["dtype"])
        grows = arguments.get("reward") == "decrease"
        self._differences = Differences(self.swarm, grows) if credit == DIFFERENCE else None
        self._spaces_seen: dict[str, spaces.Space[Any]] = {}
        self._spaces_of_actions: dict[str, spaces.Space[Floats]] = {}
        self._info: dict[str, Any] | None = None
        self._cycles = 0

    @property
    def max_cycles(self) -> int | None:
        """An episode's length in steps; None for no end. It may be changed."""
        return self._longest

    @max_cycles.setter
    def max_cycles(self, value: int | None) -> None:
        self._longest = checked_cycles(value)

    @property
    def state_space(self) -> spaces.Box:
        """The space of `state`."""
        return self._critic.space

    def observation_space(self, agent: str) -> spaces.Space[View]:
        """Return the space of what an agent sees, for each agent one of its own.

        Raises:
            UsageError: there is no such agent.
        """
        self._require_agent(agent)
        if agent not in self._spaces_seen:
            self._spaces_seen[agent] = self._views.space()
        return self._spaces_seen[agent]

    def action_space(self, agent: str) -> spaces.Space[Floats]:
        """Return the space of an agent's actions, for each agent one of its own.

        Raises:
            UsageError: there is no such agent.
        """
        self._require_agent(agent)
        if agent not in self._spaces_of_actions:
            box = cast("spaces.Box", self.swarm.action_space)
            self._spaces_of_actions[agent] = cast("spaces.Space[Floats]", row_of(box))
        return self._spaces_of_actions[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, View], Infos]:
        """Begin an episode; ``options`` are those of `SwarmEnv`, and see there.

        PettingZoo's checkers send an option called ``options``, which says nothing here.

        Raises:
            UsageError: an option is unknown, or robots cannot start there.
        """
        seen, self._info = self.swarm.reset(seed=seed, options=own_options(options))
        self._cycles = 0
        if self._differences is not None:
            self._differences.begin(self._info)
        active = self._info["active"]
        self.agents = self._names(active)
        robots = None if active.all() else np.flatnonzero(active)
        infos = {agent: _first_info(self._info) for agent in self.agents}
        return self._views.of(seen, self.agents, robots), infos

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[dict[str, View], dict[str, float], dict[str, bool], dict[str, bool], Infos]:
        """Drive all robots for one control tick.

        Args:
            actions: one for each of ``agents`` and nobody else, (2,), as `SwarmEnv` takes its rows.

        Raises:
            UsageError: somebody's action is missing, too many, of the wrong shape, not finite or
                out of bounds.
            RunError: the physics went wrong.
        """
        before = self._running()["active"]
        rows = gathered(actions, self.agents, np.flatnonzero(before), len(before))
        seen, reward, _, _, self._info = self.swarm.step(rows)
        self._cycles += 1
        ended = self._longest is not None and self._cycles >= self._longest
        active = self._info["active"]
        told = before if ended else before | active
        agents, dead = self._names(told), self._names(told & ~active)
        terminated = dict.fromkeys(agents, False) | dict.fromkeys(dead, True)
        truncated = dict.fromkeys(agents, ended) | dict.fromkeys(dead, False)
        robots = None if told.all() else np.flatnonzero(told)
        views = self._views.of(seen, agents, robots)
        infos = _infos(self._info, agents, robots)
        self.agents = [] if ended else self._names(active)
        return views, self._rewards(reward, agents, told), terminated, truncated, infos

    def state(self) -> Floats:
        """Return the whole swarm as one vector; see `CriticState`."""
        if self._info is None:
            raise gymnasium.error.ResetNeeded("the robots are nowhere yet: call reset() first")
        return self._critic.now(self._info)

    def render(self) -> Image | None:
        """Return the frame seen from above, (720, 1280, 3) RGB, in mode ``rgb_array``."""
        return self.swarm.render()

    def close(self) -> None:
        """Close the physics; only `reset` is possible then."""
        self.swarm.close()
        self.agents, self._info = [], None

    def __getstate__(self) -> dict[str, Any]:
        """Return what this is made of, and the moment at which it is."""
        return {
            "made_with": {
                "max_cycles": self._longest,
                "credit": self._credit,
                "flat": self._flat,
                **self._arguments,
            },
            "spaces": (self._spaces_seen, self._spaces_of_actions),
            "cycles": self._cycles,
            "running": bool(self.agents),
            "swarm": None if self._info is None else self.swarm.get_state(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Be as the other was."""
        self.__init__(**state["made_with"])  # type: ignore[misc]
        self._spaces_seen, self._spaces_of_actions = state["spaces"]
        self._cycles = state["cycles"]
        if state["swarm"] is not None:
            _, self._info = self.swarm.set_state(state["swarm"])
            self.agents = self._names(self._info["active"]) if state["running"] else []
            if self._differences is not None:
                self._differences.begin(self._info)

    def _rewards(self, reward: float, agents: list[str], told: Bools) -> dict[str, float]:
        """Return the rewards of these agents, robots ``told``, (N,), for the last step."""
        if self._differences is None or self._info is None:
            return dict.fromkeys(agents, reward)
        return dict(zip(agents, self._differences.of_step(self._info)[told].tolist(), strict=True))

    def _running(self) -> dict[str, Any]:
        """Return what the swarm's environment said last, in an episode that goes on."""
        if self._info is None:
            raise gymnasium.error.ResetNeeded("the robots are nowhere yet: call reset() first")
        if not self.agents:
            raise gymnasium.error.ResetNeeded("the episode has ended: call reset() first")
        return self._info

    def _names(self, which: Bools) -> list[str]:
        """Return the names of these robots, (N,), in a list that is the caller's own."""
        return list(compress(self.possible_agents, which.tolist()))

    def _require_agent(self, agent: object) -> None:
        if not isinstance(agent, str) or agent not in self._numbers:
            raise unknown_agent(agent, len(self._numbers))


def _first_info(info: dict[str, Any]) -> dict[str, Any]:
    """Return what the swarm's info says to an agent at the start of an episode."""
    told = {"kl_fit": info["kl_fit"], "time_s": info["time_s"]}
    return told | {"drawn": dict(info["drawn"])} if "drawn" in info else told


def _infos(info: dict[str, Any], agents: list[str], robots: Ints | None) -> Infos:
    """Return each agent's info after a step.

    Args:
        info: the swarm's.
        agents: names of the agents, (n,).
        robots: (n,) their rows; None if all robots are agents.
    """
    kl, time_s = info["kl_fit"], info["time_s"]
    columns = (info[name] if robots is None else info[name][robots] for name in OF_ROBOTS)
    return {
        agent: {
            "kl_fit": kl,
            "time_s": time_s,
            "touching_robot": robot,
            "touching_wall": wall,
            "saturated": saturated,
            "effort": effort,
        }
        for agent, robot, wall, saturated, effort in zip(
            agents, *(column.tolist() for column in columns), strict=True
        )
    }
