"""The PyBullet world of a swarm of robots that the user modelled."""

from __future__ import annotations

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.envs.bullet.arena import Arena
from bildsim.envs.bullet.contacts import read_contacts
from bildsim.envs.bullet.own_world import Seat, load_robots, product, turned_by
from bildsim.envs.bullet.units import Units
from bildsim.envs.robots.contacts import Contacts


class OwnModelArena(Arena):
    """N robots of a model of the user's own; see `Arena`.

    Positions and headings are those of the disc's centre and of the base's frame, wherever the
    engine keeps them. Robots touch each other as their own shapes do; walls keep discs, so that
    centres stay in the square.
    """

    _seat: Seat

    def _put_robots(self, poses: Floats) -> list[int]:
        own = self.robot.figures.own
        assert own is not None, "only for robots with a model of their own"
        self._signs = np.array(own.signs, dtype=np.float64)
        bodies, self._seat = load_robots(self._engine, self._client, self.robot, poses, self._touch)
        return bodies

    def _wheels(self) -> list[int]:
        return list(self._seat.wheels)

    def set_wheel_speeds(self, applied: Floats) -> None:
        """Set the speeds that the wheel motors hold from now on; see `Arena.set_wheel_speeds`."""
        super().set_wheel_speeds(applied * self._signs)

    def wheel_speeds(self) -> Floats:
        """Return the measured wheel speeds (left, right), (N, 2), rad/s."""
        return super().wheel_speeds() * self._signs

    def velocities(self) -> Floats:
        """Return world vx, vy of the discs' centres and the yaw rate, (N, 3), m/s and rad/s."""
        engine, client, length = self._engine, self._client, Units.of(self.robot).length
        both = [engine.getBaseVelocity(body, client) for body in self._bodies]
        speeds, rates = (np.array(each).reshape(-1, 3) for each in zip(*both, strict=True))
        arms = turned_by(self._read()[:, 3:], self._seat.centre)
        speeds = (speeds + np.cross(rates, arms)) * length
        return np.column_stack([speeds[:, :2], rates[:, 2]])

    def contacts(self) -> Contacts:
        """Return who touched whom in the last physics step."""
        points = self._engine.getContactPoints(physicsClientId=self._client)
        length = Units.of(self.robot).length
        return read_contacts(points, self._index, self.count, length, self._seat.guard)

    def _frames(self) -> Floats:
        """Return position (m) and quaternion of the discs' centres, (N, 7), read once a step."""
        if self._seen is None:
            frames = self._read()
            length = Units.of(self.robot).length
            frames[:, :3] += turned_by(frames[:, 3:], self._seat.centre)
            frames[:, :3] *= length
            frames[:, 3:] = product(frames[:, 3:], self._seat.turn)
            self._seen = frames
        return self._seen

    def _read(self) -> Floats:
        """Return position and quaternion of the engine's own frames, (N, 7), in its units."""
        read, client = self._engine.getBasePositionAndOrientation, self._client
        both = [read(body, client) for body in self._bodies]
        return np.array([(*place, *turn) for place, turn in both]).reshape(-1, 7)
