"""The settings of all disturbances together: drives, faults, localisation."""

from dataclasses import dataclass, field

import numpy as np

from bildsim.basics.errors import UsageError
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_injection import FaultInjector
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing


@dataclass(frozen=True)
class Disturbances:
    """What disturbs robots; nothing unless asked for.

    Attributes:
        actuation: limits and faults of the drives.
        faults: robots that fail or come late.
        sensing: errors of localisation.
    """

    actuation: Actuation = field(default_factory=Actuation)
    faults: Faults = field(default_factory=Faults)
    sensing: Sensing = field(default_factory=Sensing)

    @property
    def of_motion(self) -> tuple[str, ...]:
        """What acts between waypoints and wheels beside the robot's own limits, in words."""
        there = {
            "a drive that changes commands": self.actuation.changes_commands,
            "a fault": bool(self.faults.kinds),
            "an error of localisation": not self.sensing.perfect,
        }
        return tuple(name for name, present in there.items() if present)

    def require_possible(self, dynamics: str, wheels: bool, robots: int) -> None:
        """Make sure that everything asked for can have an effect.

        Args:
            dynamics: name of the dynamics, for the message.
            wheels: whether its robots have wheels.
            robots: number N of robots.

        Raises:
            UsageError: something cannot; the sentence names it.
        """
        self.faults.require_robots(robots)
        if wheels:
            return
        wheeled = {name: getattr(self.actuation, name) for name in self.actuation.changed}
        if self.faults.stuck is not None:
            wheeled["stuck"] = self.faults.stuck
        wheeled |= self.sensing.of_odometry
        for name, value in wheeled.items():
            raise UsageError(
                f"{{{name}}} is not possible with {{dynamics}}: its robots have no wheels; allowed "
                "is {dynamics:kinematic} or {dynamics:bullet}",
                **{name: value},
                dynamics=dynamics,
            )

    def require_somebody(self, robots: int) -> None:
        """Make sure that faults leave somebody in a swarm of so many robots.

        Raises:
            UsageError: at some time nobody would be left; the sentence says when.
        """
        # How many are left does not depend on whom shares befall.
        if self.faults.kinds:
            FaultInjector(self.faults, robots, np.random.default_rng(0))
