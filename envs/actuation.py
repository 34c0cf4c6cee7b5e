"""What stands between a commanded wheel speed and the wheel."""

from dataclasses import dataclass

import numpy as np

from bildsim.arrays import Bools, Floats
from controllers.tracking import desaturate


@dataclass(frozen=True)
class ActuationLimits:
    """Limits of the drive.

    Attributes:
        max_wheel_speed: largest absolute wheel speed, rad/s.
    """

    max_wheel_speed: float

    def apply(self, command: Floats) -> tuple[Floats, Bools]:
        """Limit commands and say which were limited.

        Args:
            command: wheel speeds, (N, 2), rad/s.

        Returns:
            The applied wheel speeds, (N, 2), rad/s, of the commanded curvature, and which robots
            were saturated, (N,).
        """
        # Two columns are compared faster than a reduction along an axis of two goes.
        size = np.abs(command)
        saturated: Bools = np.maximum(size[:, 0], size[:, 1]) > self.max_wheel_speed
        return desaturate(command, self.max_wheel_speed), saturated
