"""Gymnasium's vector environment of many kinematic swarms, all stepped in one compiled pass."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import gymnasium
import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from bildsim.basics.arrays import Bools, Floats
from bildsim.controllers.steering import CODES
from bildsim.envs.agents.observation import Precision, in_precision
from bildsim.envs.control_tick import effort
from bildsim.envs.dynamics import BULLET
from bildsim.envs.kinematic.tick import Outcome
from bildsim.envs.randomisation.options import RESET_MASK
from bildsim.envs.randomisation.randomisation import Plan
from bildsim.envs.swarm import SwarmEnv
from bildsim.envs.vector import checks
from bildsim.envs.vector.batch import SwarmBatch

Observations = dict[str, Floats]
Infos = dict[str, Any]


class SwarmVectorEnv(VectorEnv[Observations, Floats, Floats]):
    """B swarms of N kinematic robots, each like a `SwarmEnv` of its own, to the bit.

    ## Description
    Made by ``gymnasium.make_vec("bildsim/Swarm-v0", num_envs=B, dynamics="kinematic", ...)``, whose
    ``vectorization_mode`` is ``vector_entry_point`` unless asked otherwise. Observations, actions,
    rewards and infos are those of `bildsim.envs.swarm.SwarmEnv` with an axis of length B in front;
    beside an info ``name`` stands ``_name``, (B,), which swarms have it.

    ## Seeds
    ``reset(seed=s)`` seeds swarm k with s + k; a list has a seed, or None, for each.

    ## Episodes
    An episode is truncated after ``max_episode_steps``. ``autoreset_mode`` says when the next one
    begins: ``NextStep``, with the next step, whose action for this swarm is not looked at and whose
    reward is 0; ``SameStep``, at once, and the infos ``final_obs`` and ``final_info`` have the last
    observation and info; ``Disabled``, when ``reset(options={"reset_mask": mask})`` says so, with a
    mask (B,) of the swarms. Other options of ``reset`` are those of `SwarmEnv`, for all of them.

    ## What is drawn
    With the option ``randomise`` each swarm draws a target and a start of its own; robots are all
    alike.

    ## What it does not do
    Dynamics other than ``kinematic``, local observations, targets that move, faults, errors of
    localisation, drives that change commands, robots that are drawn, collision avoidance and
    pictures: ``vectorization_mode="async"`` has all that.

    Args:
        num_envs: number B of swarms.
        max_episode_steps: an episode's length; -1 or None for no end.
        autoreset_mode: see above.
        arguments: those of `SwarmEnv`; each swarm has the same.

    Raises:
        UsageError: an argument is out of range, or not possible here.
    """

    def __init__(
        self,
        num_envs: int = 1,
        max_episode_steps: int | None = 600,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **arguments: Any,
    ) -> None:
        checks.check_covered(
            arguments.get("dynamics", BULLET),
            arguments.get("render_mode"),
            arguments.get("observation_mode"),
        )
        self._one = SwarmEnv(**arguments)
        checks.check_plain(self._one)
        self.num_envs = checks.check_count(num_envs, self._one.robots)
        self._longest = checks.checked_limit(max_episode_steps)
        self._mode = checks.checked_mode(autoreset_mode)
        self.metadata = {**self._one.metadata, "autoreset_mode": self._mode, "render_modes": []}
        self.render_mode = None
        self.single_action_space = self._one.action_space
        self.single_observation_space = self._one.observation_space
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self._batch = SwarmBatch(
            self.num_envs,
            self._one.robots,
            self._one.robot,
            self._one.task,
            gain=self._one.tracking.gain,
            mode=CODES[self._one.usual.actions.mode],
            physics_rate=self._one.physics_rate,
            contacts=self._one.contacts,
            obstacles=self._one.obstacles,
        )
        self._dtype: Precision = arguments.get("dtype", "float64")
        self._draws: list[np.random.Generator | None] = [None] * self.num_envs
        self._elapsed = np.zeros(self.num_envs, dtype=np.int64)
        self._ended, self._begun = np.zeros((2, self.num_envs), dtype=np.bool_)

    def reset(
        self,
        *,
        seed: int | list[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Observations, Infos]:
        """Put swarms at rest on new places: all, or those of ``options["reset_mask"]``.

        Raises:
            UsageError: an option or a seed is not possible, or robots cannot start there.
        """
        self._require_open()
        mask, rest = checks.checked_mask(options, self.num_envs)
        seeds = checks.checked_seeds(seed, self.num_envs)
        if not (self._begun | mask).all():
            raise gymnasium.error.ResetNeeded("the first reset must be of all swarms")
        plan = checks.checked_plan(self._one.plan_for(rest, (RESET_MASK,)))
        which = np.flatnonzero(mask)
        drawn = self._begin(which, plan, [seeds[swarm] for swarm in which])
        self._batch.measure(which)
        return self._observations(), {**self._fit_infos(mask), **drawn}

    # Gymnasium's annotation has one type for rewards and flags.
    def step(  # type: ignore[override]
        self, actions: Floats
    ) -> tuple[Observations, Floats, Bools, Bools, Infos]:
        """Carry out the actions of all swarms, (B, N, 2), for one control tick.

        Raises:
            UsageError: they have the wrong shape or type, are not finite or outside their space.
            RunError: the physics went wrong.
        """
        self._require_open()
        if not self._begun.all():
            raise gymnasium.error.ResetNeeded(
                "the robots are nowhere yet: call reset() before anything else"
            )
        if self._mode is AutoresetMode.DISABLED and self._ended.any():
            raise gymnasium.error.ResetNeeded("reset the swarms whose episodes have ended")
        stepped = ~self._ended
        shape = (self.num_envs, self._one.robots, 2)
        checked = checks.checked_actions(actions, self._one.usual.actions, shape, stepped)
        if self._ended.any():
            self._begin_usual(np.flatnonzero(self._ended))
        before = self._batch.fits.kl.copy()
        outcome = self._batch.step(checked, stepped)
        self._elapsed += stepped
        if self._longest is not None:
            self._ended = self._elapsed >= self._longest
        rewards = np.where(stepped, self._one.task.reward_of(before, self._batch.fits.kl), 0.0)
        infos = {**self._fit_infos(np.ones_like(stepped)), **self._tick_infos(outcome, stepped)}
        truncated = self._ended.copy()
        if self._mode is AutoresetMode.SAME_STEP and truncated.any():
            infos = self._restart(infos)
        return self._observations(), rewards, np.zeros_like(truncated), truncated, infos

    def _require_open(self) -> None:
        if self.closed:
            raise gymnasium.error.ClosedEnvironmentError("it is closed: make another")

    def _begin(self, which: Any, plan: Plan, seeds: list[int | None]) -> Infos:
        """Put these swarms on new places, without a measurement, and return what was drawn."""
        told: Infos = {}
        for swarm, seed in zip(which, seeds, strict=True):
            draws = self._draws[swarm]
            if seed is not None or draws is None:
                draws = self._draws[swarm] = seeding.np_random(seed)[0]
            drawn, start = plan.draw(draws)
            self._batch.place(
                swarm, self._one.starts.poses(start, draws), self._one.task_for(drawn)
            )
            if drawn is not None:
                told = self._add_info(told, {"drawn": dict(drawn.said)}, int(swarm))
        self._elapsed[which] = 0
        self._ended[which], self._begun[which] = False, True
        return told

    def _begin_usual(self, which: Any) -> None:
        """Put these swarms on new places for a usual episode."""
        self._begin(which, self._one.plan_for(None), [None] * len(which))

    def _restart(self, infos: Infos) -> Infos:
        """Begin the episodes that just ended anew, and keep what they ended with in the infos."""
        ended = self._ended.copy()
        last, which = self._observations(), np.flatnonzero(ended)
        final: Infos = {}
        for swarm in which:
            seen = {name: values[swarm].copy() for name, values in last.items()}
            told = {n: deepcopy(v[swarm]) for n, v in infos.items() if not n.startswith("_")}
            final = self._add_info(final, {"final_obs": seen, "final_info": told}, int(swarm))
        self._begin_usual(which)
        self._batch.measure(which)
        others = ~ended
        kept = {name: values for name, values in infos.items() if not name.startswith("_")}
        fits = self._fit_infos(np.ones_like(ended))
        rest = _with_masks({n: v for n, v in kept.items() if n not in fits}, others)
        return {**final, **fits, **rest}

    def _observations(self) -> Observations:
        shown = {
            "pose": self._batch.pose.copy(),
            "velocity": self._batch.velocities(),
            "swarm_statistics": self._batch.statistics.copy(),
            "target_statistics": self._batch.target_statistics.copy(),
        }
        return in_precision(shown, self._dtype)

    def _fit_infos(self, mask: Bools) -> Infos:
        """Return the infos that every swarm of the mask has."""
        pose = self._batch.pose
        return _with_masks(
            {
                "kl_fit": self._batch.fits.kl.copy(),
                "theta": self._batch.fits.theta.copy(),
                "time_s": self._batch.time_s,
                "pose": pose.copy(),
                "active": np.ones(pose.shape[:2], dtype=np.bool_),
            },
            mask,
        )

    def _tick_infos(self, outcome: Outcome, stepped: Bools) -> Infos:
        """Return the infos that every swarm has which moved."""
        return _with_masks(
            {
                "command": outcome.command,
                "applied": outcome.applied,
                "saturated": outcome.saturated / self._batch.updates,
                "effort": effort(outcome.squares, self._one.robot),
                "safety_acted": np.zeros_like(outcome.saturated),
                "safety_infeasible": np.zeros_like(outcome.saturated),
                "touching_robot": outcome.robot,
                "touching_wall": outcome.wall,
                "contact_pairs": outcome.pairs,
                "overlap_m": outcome.overlap * self._one.robot.unit_m,
            },
            stepped,
        )


def _with_masks(infos: Infos, mask: Bools) -> Infos:
    """Return infos in Gymnasium's form: zeros where a swarm has none, and a mask beside each."""
    if not mask.any():
        return {}
    result: Infos = {}
    absent = None if mask.all() else ~mask
    for name, values in infos.items():
        if absent is not None:
            values[absent] = 0
        result[name], result[f"_{name}"] = values, mask.copy()
    return result
