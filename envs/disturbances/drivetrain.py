"""The drive train: what becomes of commanded wheel speeds before the motors, 60 times a second.

1. command period: the robot's computer may renew its commands less often;
2. speed limit: it slows both wheels alike, which keeps the path's curvature, or cuts each by itself
   (`bildsim.envs.disturbances.actuation.ActuationLimits`), and slows both again where the robot
   would turn too fast;
3. quantisation: the command is written as a whole number of steps;
4. delay and jitter: it travels to the motor driver, which goes by the newest that has arrived;
5. deadband: the driver's pulses are too weak to turn a wheel slowly;
6. acceleration limit: the driver ramps each wheel's speed;
7. lag and noise: the motor follows late, and runs unevenly;
8. gain: wheels and motors differ, so each turns in proportion faster or slower than commanded;
9. battery: its voltage holds each wheel's speed below what is left of the limit, whatever the
   computer believes; the curvature is lost then;
10. backlash: where a motor turns back it goes through the play of its gears before the wheel moves.

Torque and slip come after and belong to the dynamics.
"""

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.resumable import KeptAttributes
from bildsim.basics.timing import TRACKING_RATE
from bildsim.envs.disturbances.actuation import Actuation, ActuationLimits
from bildsim.envs.disturbances.motor_response import CommandHold, MotorResponse
from bildsim.envs.robots.model import RobotModel

# A delay of a whole number of updates may be a rounding error longer.
_ROUNDING = 1e-9
_MINUTE_S = 60.0


class DriveTrain(KeptAttributes):
    """The drives of N robots: settings, and what they hold from one update to the next.

    Attributes:
        gains: by what factor each wheel turns faster than commanded, (N, 2).
        sent: wheel speeds of the command that was sent last, (N, 2), rad/s.

    Args:
        actuation: the settings.
        robot: the model of every robot, fitted with them.
        robots: number N of robots.
        rng: draws gains and jitter.
    """

    _kept = ("gains", "sent", "_delay", "_ramped", "_updates", "_backlash", "_hold", "_response")

    def __init__(
        self, actuation: Actuation, robot: RobotModel, robots: int, rng: np.random.Generator
    ) -> None:
        self._actuation = actuation
        self._limits = ActuationLimits(robot.max_wheel_speed, actuation.clip)
        self._turn_per_difference = robot.wheel_radius / robot.track_width
        self.gains = draw_gains(actuation, robots, rng)
        self._delay = CommandDelay(actuation.command_delay, actuation.command_jitter, robots, rng)
        self.sent = np.zeros((robots, 2))
        self._ramped = np.zeros((robots, 2))
        self._updates = 0
        self._backlash = Backlash(actuation.backlash, robots)
        self._hold = CommandHold(actuation.command_period, robots)
        lag, noise = actuation.motor_lag, actuation.drive_noise
        # Draws of its own, so that noise changes no delay.
        draws = rng.spawn(1)[0] if noise else rng
        self._response = MotorResponse(lag, noise, robots, draws)

    def apply(self, command: Floats) -> tuple[Floats, Bools]:
        """Do one update.

        Args:
            command: wheel speeds, (N, 2), rad/s.

        Returns:
            The applied wheel speeds, (N, 2), rad/s, and which robots had a wheel held back by a
            limit of speed or turn or the battery, (N,).
        """
        speeds, saturated = self._limits.apply(self._hold.pass_on(command))
        speeds, turned_too_fast = self._turn(speeds)
        saturated |= turned_too_fast
        self.sent = self._stepped(speeds)
        speeds = self._ramp(self._dead(self._delay.pass_on(self.sent)))
        self._ramped = speeds
        turned, top = self.gains * self._response.pass_on(speeds), self.top_speed
        # The battery caps each wheel for itself.
        saturated |= (np.abs(turned) > top).any(axis=1)
        self._updates += 1
        return self._backlash.pass_on(np.clip(turned, -top, top)), saturated

    @property
    def top_speed(self) -> float:
        """Largest wheel speed that the batteries allow now, rad/s."""
        minutes = self._updates / TRACKING_RATE / _MINUTE_S
        left = max(0.0, 1.0 - self._actuation.battery_sag * minutes)
        return self._limits.max_wheel_speed * left

    def _turn(self, speeds: Floats) -> tuple[Floats, Bools]:
        most = self._actuation.max_turn_rate
        if most is None:
            return speeds, np.zeros(len(speeds), dtype=np.bool_)
        rate = np.abs(speeds[:, 1] - speeds[:, 0]) * self._turn_per_difference
        # Both wheels by one factor: slower along the same path.
        factor = np.divide(most, rate, out=np.ones_like(rate), where=rate > most)
        return factor[:, None] * speeds, rate > most

    def _stepped(self, speeds: Floats) -> Floats:
        step = self._actuation.quantisation
        return step * np.rint(speeds / step) if step > 0.0 else speeds

    def _dead(self, speeds: Floats) -> Floats:
        return np.where(np.abs(speeds) < self._actuation.deadband, 0.0, speeds)

    def _ramp(self, speeds: Floats) -> Floats:
        most = self._actuation.max_wheel_acceleration
        if most is None:
            return speeds
        change = most / TRACKING_RATE
        return np.clip(speeds, self._ramped - change, self._ramped + change)


def draw_gains(actuation: Actuation, robots: int, rng: np.random.Generator) -> Floats:
    """Draw by what factor each wheel turns faster than commanded, (N, 2)."""
    of_robot, of_wheel = rng.uniform(-1.0, 1.0, (robots, 1)), rng.uniform(-1.0, 1.0, (robots, 2))
    robot, wheel = actuation.drive_gain_tolerance, actuation.wheel_gain_tolerance
    return np.asarray((1.0 + robot * of_robot) * (1.0 + wheel * of_wheel))


class CommandDelay(KeptAttributes):
    """What is on the way to the motor drivers.

    A command that is sent at an update and takes d seconds counts from the first update at or after
    its arrival, ceil(60 d) updates later. One that a newer command has overtaken is dropped.

    Args:
        delay: shortest time on the way, s.
        jitter: longest time on top of it, s; drawn evenly for each robot and command.
        robots: number N of robots.
        rng: draws it.
    """

    _kept = ("_sent", "_due", "_now", "_rng")

    def __init__(self, delay: float, jitter: float, robots: int, rng: np.random.Generator) -> None:
        self._delay, self._jitter, self._rng = delay, jitter, rng
        slots = _updates(np.array(delay + jitter)) + 1
        self._sent = np.zeros((int(slots), robots, 2))
        # Before the first command everybody is commanded to stand still.
        self._due = np.zeros((int(slots), robots), dtype=np.int64)
        self._now = 0

    def pass_on(self, speeds: Floats) -> Floats:
        """Send wheel speeds, (N, 2), and return the newest that have arrived."""
        slots, robots = self._due.shape
        if slots == 1:
            return speeds
        drawn = self._jitter * self._rng.random(robots) if self._jitter else np.zeros(robots)
        # A ring of the last commands, each with the update from which it counts.
        place = self._now % slots
        self._sent[place] = speeds
        self._due[place] = self._now + _updates(self._delay + drawn)
        newest_first = (self._now - np.arange(slots)) % slots
        # The first that has arrived, looking back from the newest: older ones are overtaken.
        newest = np.argmax(self._due[newest_first] <= self._now, axis=0)
        self._now += 1
        return np.asarray(self._sent[newest_first[newest], np.arange(robots)])


class Backlash(KeptAttributes):
    """The play between each motor and its wheel.

    The motor's shaft turns freely against the wheel from one flank of the gear to the other and
    takes the wheel along at either. Off the flanks the floor's friction holds the wheel: it neither
    rolls on nor rattles. In the update in which the shaft meets a flank the wheel turns by what is
    left of the shaft's way, so that over any time it turns by as much as the shaft but for where
    the shaft now is in its play.

    Args:
        play: angle from flank to flank, at the wheel, rad.
        robots: number N of robots; at the start every shaft is in the middle of its play.
    """

    _kept = ("_shaft",)

    def __init__(self, play: float, robots: int) -> None:
        self._half = 0.5 * play
        # From the middle, rad.
        self._shaft = np.zeros((robots, 2))

    def pass_on(self, speeds: Floats) -> Floats:
        """Turn the shafts for one update and return the wheels' mean speeds, (N, 2), rad/s.

        Args:
            speeds: of the shafts, (N, 2), rad/s at the wheel.
        """
        if self._half == 0.0:
            return speeds
        shaft = self._shaft + speeds / TRACKING_RATE
        self._shaft = np.clip(shaft, -self._half, self._half)
        size = np.abs(speeds)
        # Rounding must not make a wheel faster than its shaft.
        return np.clip((shaft - self._shaft) * TRACKING_RATE, -size, size)


def usual_delay(actuation: Actuation) -> int:
    """Return how old the command that counts is on average, in whole updates.

    With jitter that is less than the mean time on the way, since newer commands overtake older
    ones: the age exceeds k updates if none of the last k + 1 commands has arrived yet.
    """
    delay, jitter = actuation.command_delay, actuation.command_jitter
    ages = np.arange(int(_updates(np.array(delay + jitter))) + 1)
    if not jitter:
        return len(ages) - 1
    share_late = 1.0 - np.clip((ages / TRACKING_RATE - delay) / jitter, 0.0, 1.0)
    return round(float(np.cumprod(share_late).sum()))


def _updates(seconds: Floats) -> Floats:
    """Return after how many updates a command that takes so long has arrived."""
    return np.ceil(seconds * TRACKING_RATE - _ROUNDING)
