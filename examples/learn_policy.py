"""Train one policy for all robots of a swarm, by PPO, to take targets that it never saw.

    python examples/learn_policy.py --updates 450 --seed 0 --out policy.npz
    python -m bildsim.run --planner learned --policy policy.npz

Every robot runs the same small network (parameter sharing) on what it knows itself: its nearest
neighbours, the target nearby, and its own estimate of the swarm's density, by which robots agree
over the network (`bildsim.controllers.local_view`, `bildsim.controllers.learned.senses`). The
training is proximal policy optimisation (Schulman et al., arXiv 1707.06347) with generalised
advantage estimation, a robot's every control tick being one sample.

Swarms are kinematic robots that start anywhere, in a corner, in the centre or in the wrong place;
each episode has a target of its own, drawn anew: 1 to 5 Gaussians of any shape.

**Reward.** With V*(x) the mean distance of x from a draw of p*, the energy distance of a swarm
from p* (Székely and Rizzo, Energy statistics, J. Statistical Planning and Inference 143, 2013) is

    E = 2 mean_i V*(x_i) - mean_ij |x_i - x_j| + const.

What a tick takes off N E / 2 is shared among the robots, each getting what its own move took off,

    V*(x_i) - V*(x_i') - sum_j (|x_i - x_j| - |x_i' - x_j| + |x_i - x_j'| - |x_i' - x_j'|) / 2 N,

x' after the tick: shaped and individual rewards, yet their sum is exactly the team's. It is the
benchmark's metric `energy`, and neither w2 nor kl_fit.

Needs PyTorch: pip install 'bildsim[rl]'.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.controllers.learned.policy import ACTIONS, Policy, step_of
from bildsim.controllers.learned.policy_file import write_policy
from bildsim.controllers.learned.senses import Senses
from bildsim.controllers.local_view import Estimates, own_statistics
from bildsim.controllers.step_limit import limited
from bildsim.envs.dynamics import longest_step
from bildsim.envs.kinematic.swarms import Swarms
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.robots.spawn import START_NAMES, spawn
from bildsim.network.graph import Network, NetworkSpec, build_network, networks_apart
from bildsim.targets.point_masses import PointMasses
from bildsim.targets.target import Target, target_from_function

try:
    import torch
    from torch import nn
except ImportError:
    print("learn_policy.py needs PyTorch: pip install 'bildsim[rl]'", file=sys.stderr)
    raise SystemExit(2) from None


@dataclass(frozen=True)
class Training:
    """Everything that determines a training.

    Attributes:
        robots: robots in a swarm.
        swarms: swarms that run side by side.
        longest, shortest: ticks of 0.1 s in an episode, drawn evenly between them.
        rollout: ticks between two updates.
        epochs: passes over a rollout's samples in an update.
        minibatch: samples a step of the optimiser.
        learning_rate: of Adam, at first; it falls to a twentieth.
        discount: of rewards, a tick.
        trace: lambda of the generalised advantage estimation.
        clip: how far the ratio of probabilities may go from 1.
        width: units in each of the two hidden layers.
        first_spread, last_spread: standard deviation of actions at the start and at the end.
    """

    robots: int = 20
    swarms: int = 48
    longest: int = 400
    shortest: int = 200
    rollout: int = 32
    epochs: int = 3
    minibatch: int = 2048
    learning_rate: float = 1e-3
    discount: float = 0.9
    trace: float = 0.9
    clip: float = 0.2
    width: int = 64
    first_spread: float = 0.6
    last_spread: float = 0.1


@dataclass(frozen=True)
class Blobs:
    """An unnormalised mixture of Gaussians of any shape.

    Attributes:
        means: (K, 2), m.
        inverses: (K, 2, 2) inverse covariances (1/m^2).
        weights: (K,).
    """

    means: Floats
    inverses: Floats
    weights: Floats

    def __call__(self, points: Floats) -> Floats:
        """Return its value at points (..., 2), m."""
        total = np.zeros(points.shape[:-1])
        for mean, inverse, weight in zip(self.means, self.inverses, self.weights, strict=True):
            x, y = np.moveaxis(points - mean, -1, 0)
            square = inverse[0, 0] * x * x + 2.0 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
            total += weight * np.exp(-0.5 * square)
        return total


def random_target(rng: np.random.Generator) -> Target:
    """Draw a target: 1 to 5 Gaussians, deviations 0.08 to 0.45 m along any two axes."""
    count = int(rng.integers(1, 6))
    deviations = np.exp(rng.uniform(np.log(0.08), np.log(0.45), (count, 2)))
    angles = rng.uniform(0.0, np.pi, count)
    axes = np.stack([np.cos(angles), np.sin(angles), -np.sin(angles), np.cos(angles)], axis=-1)
    axes = axes.reshape(count, 2, 2)
    inverses = np.einsum("kai,ka,kaj->kij", axes, deviations**-2.0, axes)
    weights = rng.uniform(0.3, 1.0, count) / deviations.prod(axis=1)
    shape = Blobs(rng.uniform(-0.75, 0.75, (count, 2)), inverses, weights)
    return target_from_function(shape, "blobs")


class Tables:
    """A number at each node of a grid over C, for each of B swarms, and in between bilinear.

    Args:
        swarms: B.
        nodes: of the grid along an axis.
    """

    def __init__(self, swarms: int, nodes: int) -> None:
        axis = np.linspace(-1.0, 1.0, nodes)
        self.points: Floats = np.stack(np.meshgrid(axis, axis), axis=-1)
        self.values = np.zeros((swarms, nodes, nodes))

    def at(self, places: Floats) -> Floats:
        """Return each swarm's numbers at its places, (B, ..., 2) in m; beyond C the rim's."""
        swarms, nodes = self.values.shape[:2]
        along = np.clip(0.5 * (places + 1.0), 0.0, 1.0) * (nodes - 1)
        cell = np.minimum(along.astype(np.int64), nodes - 2)
        (u, v), (j, i) = np.moveaxis(along - cell, -1, 0), np.moveaxis(cell, -1, 0)
        first = np.arange(swarms).reshape(-1, *[1] * (i.ndim - 1)) * nodes * nodes + i * nodes + j
        flat = self.values.ravel()
        low = (1.0 - u) * flat[first] + u * flat[first + 1]
        high = (1.0 - u) * flat[first + nodes] + u * flat[first + nodes + 1]
        return np.asarray((1.0 - v) * low + v * high)


class Playground:
    """B swarms of kinematic robots, each with a target, a network and an end of its own.

    Args:
        training: how many, and for how long.
        senses: what robots are shown.
        rng: draws everything.
    """

    def __init__(self, training: Training, senses: Senses, rng: np.random.Generator) -> None:
        self._training, self.senses, self._rng = training, senses, rng
        count, self._robot = training.swarms, RobotModel()
        self._swarms = Swarms(count, training.robots, self._robot, physics_rate=60, contacts=True)
        self._law = self._swarms.law(gain=12.0)
        self._step = step_of(training.robots, longest_step(self._robot))
        self._density, self._potential = Tables(count, 81), Tables(count, 41)
        self._wanted = np.zeros((count, senses.family.size))
        self._networks: list[Network] = [self._network(np.zeros((training.robots, 2)))] * count
        self._left = np.zeros(count, dtype=np.int64)
        for swarm in range(count):
            self._begin(swarm)
        # Episodes do not end together.
        self._left = rng.integers(1, training.longest, count)
        self._everyone = networks_apart(self._networks)
        self._estimates = Estimates.begin(self._statistics())

    @property
    def positions(self) -> Floats:
        """(B, N, 2) where the robots are (m)."""
        return self._swarms.batch.swarm.pose[..., :2].copy()

    def inputs(self) -> Floats:
        """Return what each robot's network is shown, (B, N, F)."""
        positions, count = self.positions, self._training.robots
        places = positions[..., None, None, :] + self.senses.view(count).offsets
        inside = (np.abs(places) <= 1.0).all(axis=-1)
        patch = np.where(inside, self._density.at(places), 0.0)
        heard = self._estimates.heard.reshape(len(positions), count, -1)
        return self.senses.inputs(positions, patch, heard - self._wanted[:, None])

    def step(self, actions: Floats) -> tuple[Floats, Bools]:
        """Let robots go as they want, (B, N, 2) in steps, for one control tick.

        Returns:
            Each robot's reward, (B, N), and which swarms' episodes have ended, (B,); these have
            begun another.
        """
        before = self.positions
        ways = (before + self._step * actions).reshape(-1, 2)
        waypoints = limited(before.reshape(-1, 2), ways, self._step).reshape(before.shape)
        outcome = self._swarms.outcome()
        self._swarms.tick(0, len(before), self._law, waypoints, outcome)
        self._swarms.finish(self._law, waypoints, outcome)
        rewards = self._gains(before, self.positions) / self._step
        self._estimates = self._estimates.after_round(self._statistics(), self._everyone)
        self._left -= 1
        ended = self._left <= 0
        if ended.any():
            self._begin_again(np.flatnonzero(ended))
        return rewards, ended

    def _gains(self, before: Floats, after: Floats) -> Floats:
        """Return what each robot's move took off N E / 2, (B, N) in m; see the module's page."""
        alone = self._potential.at(before) - self._potential.at(after)
        pairs = (_distances(before, before) - _distances(after, before)).sum(axis=2)
        pairs += (_distances(before, after) - _distances(after, after)).sum(axis=2)
        return np.asarray(alone - pairs / (2.0 * before.shape[1]))

    def _begin_again(self, which: Any) -> None:
        for swarm in which:
            self._begin(swarm)
        self._everyone = networks_apart(self._networks)
        anew = np.zeros(self._wanted.shape[0], dtype=np.bool_)
        anew[which] = True
        rows = np.arange(anew.size * self._training.robots)
        origin = np.where(np.repeat(anew, self._training.robots), -1, rows)
        self._estimates = self._estimates.among(origin, self._statistics())

    def _begin(self, swarm: int) -> None:
        """Give a swarm a target, a start, a network and an episode's length."""
        rng, training = self._rng, self._training
        target = random_target(rng)
        self._density.values[swarm] = target.density(self._density.points)
        cells = PointMasses.of(target)
        self._potential.values[swarm] = (self._from_cells @ cells.masses.ravel()).reshape(41, 41)
        self._wanted[swarm] = self.senses.target_statistics(target)
        start = START_NAMES[int(rng.integers(len(START_NAMES)))]
        poses = spawn(start, training.robots, self._robot.radius, rng)
        poses[:, :2] = _turned(poses[:, :2], rng)
        self._swarms.place(swarm, poses)
        self._networks[swarm] = self._network(poses[:, :2])
        self._left[swarm] = rng.integers(training.shortest, training.longest + 1)

    def _network(self, positions: Floats) -> Network:
        while True:
            network = build_network(NetworkSpec("er", 0.5), positions, self._rng)
            if network.connected:
                return network

    def _statistics(self) -> Floats:
        return own_statistics(self.senses.family, self.positions.reshape(-1, 2))

    @cached_property
    def _from_cells(self) -> Floats:
        """Distances of the potential's nodes from the centres of cells, (41^2, 40^2), m."""
        cells = PointMasses(np.empty((40, 40))).points
        return _distances(self._potential.points.reshape(1, -1, 2), cells[None])[0]


def _distances(first: Floats, second: Floats) -> Floats:
    """Return distances (B, N, M) of places (B, N, 2) from others (B, M, 2)."""
    apart = first[:, :, None] - second[:, None]
    return np.sqrt(np.einsum("...i,...i->...", apart, apart))


def _turned(places: Floats, rng: np.random.Generator) -> Floats:
    """Return places turned by a quarter as often as drawn, and perhaps mirrored."""
    x, y = places.T
    quarter = int(rng.integers(4))
    for _ in range(quarter):
        x, y = -y, x
    return np.column_stack([-x, y] if rng.random() < 0.5 else [x, y])


class Normaliser:
    """Mean and deviation of all inputs so far, by Welford's rule for batches.

    Args:
        size: F.
    """

    def __init__(self, size: int) -> None:
        self.count, self.mean, self._squares = 0, np.zeros(size), np.zeros(size)

    def add(self, inputs: Floats) -> None:
        """Count inputs, (..., F), in."""
        rows = inputs.reshape(-1, inputs.shape[-1])
        total, mean = self.count + len(rows), rows.mean(axis=0)
        off = mean - self.mean
        self._squares += ((rows - mean) ** 2).sum(axis=0) + off**2 * self.count * len(rows) / total
        self.mean, self.count = self.mean + off * len(rows) / total, total

    @property
    def scale(self) -> Floats:
        """What inputs less the mean are multiplied with, (F,)."""
        return 1.0 / np.sqrt(self._squares / max(self.count, 1) + 1e-4)


class Agent(nn.Module):
    """An actor whose mean actions become the policy, and a critic that helps to train it.

    Args:
        inputs: F.
        width: units in a hidden layer.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.actor, self.critic = _network(inputs, width, ACTIONS), _network(inputs, width, 1)

    def value(self, inputs: Any) -> Any:
        """Return the rewards to come, (n,)."""
        return self.critic(inputs)[:, 0]

    def log_chance(self, inputs: Any, actions: Any, spread: float) -> Any:
        """Return ln of the density of actions, (n, 2), but for a constant, (n,)."""
        return -0.5 * (((actions - self.actor(inputs)) / spread) ** 2).sum(dim=1)


def _network(inputs: int, width: int, outputs: int) -> nn.Sequential:
    layers = [nn.Linear(inputs, width), nn.Linear(width, width), nn.Linear(width, outputs)]
    for layer, gain in zip(layers, (2.0**0.5, 2.0**0.5, 0.01), strict=True):
        nn.init.orthogonal_(layer.weight, gain)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])


class Trainer:
    """PPO over the robots of all swarms.

    Args:
        training: its settings.
        seed: of all randomness.
    """

    def __init__(self, training: Training, seed: int) -> None:
        self.training, senses = training, Senses()
        torch.manual_seed(seed)
        self._rng = np.random.default_rng(seed)
        self.playground = Playground(training, senses, self._rng)
        self.agent = Agent(senses.size, training.width)
        self.normaliser = Normaliser(senses.size)
        self._optimiser = torch.optim.Adam(self.agent.parameters(), lr=training.learning_rate)
        self._seen = self.playground.inputs()

    def update(self, share: float) -> float:
        """Play a rollout, learn from it, and return the mean reward.

        Args:
            share: of the training that is done, 0 to 1.
        """
        t = self.training
        spread = t.first_spread * (t.last_spread / t.first_spread) ** share
        for group in self._optimiser.param_groups:
            group["lr"] = t.learning_rate * max(1.0 - share, 0.05)
        inputs, actions, rewards, ended = self._play(spread)
        with torch.no_grad():
            flat = inputs.reshape(-1, inputs.shape[-1])
            values = self.agent.value(flat).numpy().reshape(t.rollout + 1, *rewards.shape[1:])
        advantages = self._advantages(rewards, values, ended)
        returns = advantages + values[:-1]
        # Swarm by swarm, so that those near rest count as much as those on their way.
        spreads = advantages.std(axis=(0, 2), keepdims=True)
        advantages = (advantages - advantages.mean(axis=(0, 2), keepdims=True)) / (spreads + 1e-3)
        self._learn(
            inputs[:-1].reshape(-1, inputs.shape[-1]),
            *(
                torch.tensor(part.reshape(-1, *part.shape[3:]), dtype=torch.float32)
                for part in (actions, advantages, returns)
            ),
            spread,
        )
        return float(rewards.mean())

    def policy(self, facts: dict[str, str]) -> Policy:
        """Return the actor as it is, to be run in NumPy."""
        layers = tuple(
            (
                part.weight.detach().numpy().T.astype(np.float64),
                part.bias.detach().numpy().astype(np.float64),
            )
            for part in self.agent.actor
            if isinstance(part, nn.Linear)
        )
        return Policy(
            self.playground.senses, self.normaliser.mean, self.normaliser.scale, layers, facts
        )

    def _play(self, spread: float) -> tuple[Any, Floats, Floats, Bools]:
        """Return normalised inputs (T + 1, B, N, F), actions, rewards, and which episodes ended."""
        t = self.training
        shape = (t.rollout, t.swarms, t.robots)
        actions, rewards = np.empty((*shape, ACTIONS)), np.empty(shape)
        ended, seen = np.empty(shape[:2], dtype=np.bool_), []
        for tick in range(t.rollout):
            seen.append(self._seen)
            self.normaliser.add(self._seen)
            with torch.no_grad():
                mean = self.agent.actor(self._normal(self._seen)).numpy()
            actions[tick] = mean + spread * self._rng.standard_normal(mean.shape)
            rewards[tick], ended[tick] = self.playground.step(actions[tick])
            self._seen = self.playground.inputs()
        # Learning normalises a rollout alike, by all that was seen until now.
        return self._normal(np.stack([*seen, self._seen])), actions, rewards, ended

    def _normal(self, inputs: Floats) -> Any:
        scaled = (inputs - self.normaliser.mean) * self.normaliser.scale
        return torch.tensor(scaled, dtype=torch.float32)

    def _advantages(self, rewards: Floats, values: Floats, ended: Bools) -> Floats:
        """Return generalised advantage estimates, (T, B, N)."""
        t, result, later = self.training, np.empty_like(rewards), np.zeros(rewards.shape[1:])
        for tick in reversed(range(len(rewards))):
            # What follows an episode's last tick is another episode; its own end was only a pause.
            going = ~ended[tick][:, None]
            after = np.where(going, values[tick + 1], values[tick])
            surprise = rewards[tick] + t.discount * after - values[tick]
            later = surprise + t.discount * t.trace * going * later
            result[tick] = later
        return result

    def _learn(
        self, inputs: Any, actions: Any, advantages: Any, returns: Any, spread: float
    ) -> None:
        t = self.training
        with torch.no_grad():
            before = self.agent.log_chance(inputs, actions, spread)
        for _ in range(t.epochs):
            for rows in torch.randperm(len(inputs)).split(t.minibatch):
                now = self.agent.log_chance(inputs[rows], actions[rows], spread)
                ratio, gain = torch.exp(now - before[rows]), advantages[rows]
                clipped = torch.clamp(ratio, 1.0 - t.clip, 1.0 + t.clip)
                actor_loss = -torch.minimum(ratio * gain, clipped * gain).mean()
                critic_loss = ((self.agent.value(inputs[rows]) - returns[rows]) ** 2).mean()
                self._optimiser.zero_grad()
                (actor_loss + 0.5 * critic_loss).backward()
                nn.utils.clip_grad_norm_(self.agent.parameters(), 0.5)
                self._optimiser.step()


def main() -> None:
    """Train, and write the policy every ten updates and at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("policy.npz"), help="the policy's file")
    parser.add_argument("--updates", type=int, default=450, help="updates of the network")
    parser.add_argument("--seed", type=int, default=0, help="seed of all randomness")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    updates, seed = arguments.updates, arguments.seed
    if updates < 1 or seed < 0:
        parser.error("--updates must be 1 or more, and --seed 0 or more")
    if not arguments.out.absolute().parent.is_dir():
        parser.error(f"--out {arguments.out}: there is no such directory")
    facts = {"command": f"python examples/learn_policy.py --updates {updates} --seed {seed}"}
    trainer, began, smooth = Trainer(Training(), seed), time.monotonic(), 0.0
    for update in range(1, updates + 1):
        reward = trainer.update((update - 1) / updates)
        smooth += (reward - smooth) * max(0.05, 1.0 / update)
        if update % 10 == 0 or update == updates:
            spent = time.monotonic() - began
            print(f"update {update}/{updates}  reward {smooth:.4f}  {spent:.0f} s", flush=True)
            write_policy(trainer.policy(facts | {"after": str(update)}), arguments.out)


if __name__ == "__main__":
    main()
