"""Many kinematic swarms, stepped and measured at once, threads over swarms."""

from collections.abc import Iterable

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError
from bildsim.controllers.steering import CODES, WAYPOINT
from bildsim.envs.kinematic.swarms import Swarms
from bildsim.envs.kinematic.tick import Outcome
from bildsim.envs.robots.model import RobotModel
from bildsim.envs.task import DensityTask
from bildsim.envs.vector.measuring import means_pass
from bildsim.numerics.threads import over_robots
from bildsim.obstacles.shapes import NOWHERE, Obstacles


class SwarmBatch:
    """B swarms with their fits; what happens to one depends on no other, nor on the threads.

    Attributes:
        statistics: (B, m) mean of phi over each swarm.
        target_statistics: (B, m) where each should end.
        fits: exact fits of each.

    Args:
        swarms: number B of swarms.
        robots: number N of robots in each.
        robot: the model of every robot.
        task: what the swarms are to do; its own fit stays as it is.
        gain: of the tracking controller (1/s).
        mode: what actions are, one of `bildsim.controllers.steering.CODES`.
        physics_rate: physics steps a second.
        contacts: whether robots touch each other.
        obstacles: what stands in each arena.
    """

    def __init__(
        self,
        swarms: int,
        robots: int,
        robot: RobotModel,
        task: DensityTask,
        *,
        gain: float,
        mode: int = CODES[WAYPOINT],
        physics_rate: int,
        contacts: bool,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        self._swarms = Swarms(swarms, robots, robot, physics_rate, contacts, obstacles)
        self._fitting, self._physics_rate = task.fitting, physics_rate
        self._law = self._swarms.law(gain, mode)
        self._targets = [task.folded_target] * swarms
        self.target_statistics = np.tile(task.target_statistics, (swarms, 1))
        self.statistics, self.fits = (
            np.zeros((swarms, task.family.size)),
            task.fitting.begin(swarms),
        )
        # Space for each robot's place and statistics.
        self._points = np.empty((swarms * robots, 2))
        self._phi = np.empty((swarms * robots, task.family.size))
        self._measured: Bools = np.zeros(swarms, dtype=np.bool_)

    @property
    def pose(self) -> Floats:
        """(B, N, 3) x, y (m) and heading (rad); not to be changed."""
        return self._swarms.batch.swarm.pose

    @property
    def time_s(self) -> Floats:
        """(B,) simulated time since each swarm's reset (s)."""
        return np.asarray(self._swarms.batch.steps / self._physics_rate)

    @property
    def updates(self) -> int:
        """Tracking updates a tick."""
        return self._law.updates

    def velocities(self) -> Floats:
        """Return vx, vy (m/s) and the yaw rate (rad/s) of all robots, (B, N, 3)."""
        return self._swarms.velocities()

    def place(self, swarm: int, poses: Floats, task: DensityTask) -> None:
        """Put a swarm's robots at rest at the poses, (N, 3), m and rad; its fit begins anew.

        Args:
            swarm: which one.
            poses: x, y, heading.
            task: what it is to do, in the batch's family; the task's own fit stays as it is.
        """
        self._targets[swarm] = task.folded_target
        self.target_statistics[swarm] = task.target_statistics
        self._swarms.place(swarm, poses)
        self.fits.theta[swarm], self.fits.peak[swarm] = 0.0, np.nan

    def measure(self, which: Iterable[int]) -> None:
        """Fit the densities of these swarms as they stand."""
        for swarm in which:
            self._measure(swarm, swarm + 1)

    def step(self, actions: Floats, stepped: Bools) -> Outcome:
        """Carry out actions for one tick, and fit the densities of all swarms.

        Args:
            actions: (B, N, 2), m, m/s or rad/s by the mode.
            stepped: (B,) which swarms move; the others were just put where they are.

        Raises:
            RunError: a pose is not finite, or a fit failed.
        """
        outcome = self._swarms.outcome()
        outcome.done[~stepped] = self._law.updates * self._law.steps
        self._measured[:] = False
        # Swarms are a longer work than robots.
        over_robots(len(stepped), self._advance, actions, outcome, least_groups=1)
        if not self._measured.all():
            self._swarms.finish(self._law, actions, outcome)
            self.measure(np.flatnonzero(~self._measured))
        return outcome

    def _advance(self, first: int, last: int, actions: Floats, outcome: Outcome) -> None:
        """Step the swarms first..last-1, and measure those that had room for their contacts."""
        self._swarms.tick(first, last, self._law, actions, outcome)
        if (outcome.done[first:last] == self._law.updates * self._law.steps).all():
            self._measure(first, last)

    def _measure(self, first: int, last: int) -> None:
        phi, points = self._phi, self._points
        if not means_pass(first, last, self.pose, points, phi, self.statistics):
            self._refuse(first, last)
        # Swarms with one target are fitted in one pass.
        begins = first
        for swarm in range(first + 1, last + 1):
            if swarm == last or self._targets[swarm] is not self._targets[begins]:
                target = self._targets[begins]
                self._fitting.fit(begins, swarm, self.statistics, target, self.fits)
                begins = swarm
        self._measured[first:last] = True

    def _refuse(self, first: int, last: int) -> None:
        """Say whose pose is not finite."""
        finite = np.isfinite(self.pose[first:last])
        place, robot = np.argwhere(~finite.all(axis=2))[0]
        swarm = first + place
        raise RunError(
            f"at {self.time_s[swarm]:.3f} s robot {robot} of swarm {swarm} has a pose that is "
            "not finite"
        )
