"""How much delay of its commands the tracking controller bears, and what is done about more."""

from dataclasses import dataclass
from math import pi
from typing import Final, Literal, TypeAlias

from bildsim.controllers.tracking import Drive

DelayCompensation: TypeAlias = Literal["none", "gain", "predict"]
"""``none``; ``gain``: the gain is lowered to what the delay allows; ``predict``: robots plan and
track from where the commands on their way will have taken them."""
GAIN: Final = "gain"
PREDICT: Final = "predict"
# Half of what makes an integrator with a delay unstable: it leaves a phase margin of 45 degrees.
_MOST_PHASE = pi / 4.0


@dataclass(frozen=True)
class Tracking:
    """How robots track their waypoints.

    Attributes:
        gain: of the tracking controller, as it is used (1/s).
        delay_s: how old a command usually is when it takes effect (s).
        borne_s: the longest delay that the gain bears by itself (s); see `borne_delay`.
        compensation: what is done about the delay, see ``DelayCompensation``.
    """

    gain: float
    delay_s: float
    borne_s: float
    compensation: DelayCompensation

    @property
    def predicts(self) -> bool:
        """Whether robots act on their predicted poses."""
        return self.compensation == PREDICT and self.delay_s > 0.0

    @property
    def advice(self) -> str:
        """What to know before the run, in a sentence; empty where no command is late."""
        if self.delay_s == 0.0:
            return ""
        late = f"commands are late by {self.delay_s:.2g} s"
        if self.compensation == GAIN:
            return f"{late}: the gain is {self.gain:.3g}/s, which bears {self.borne_s:.2g} s"
        borne = f"a gain of {self.gain:.3g}/s bears {self.borne_s:.2g} s"
        if self.compensation == PREDICT:
            return f"{late}, {borne}: robots act on the poses that they predict"
        return f"{late}, {borne}" + (": they may weave" if self.delay_s > self.borne_s else "")


def tracking(
    gain: float,
    delay_s: float,
    compensation: DelayCompensation,
    drive: Drive,
    longest_step: float,
) -> Tracking:
    """Return how robots track.

    Args:
        gain: the one asked for (1/s); ``gain`` lowers it where it bears less than the delay.
        delay_s: how old a command usually is when it takes effect (s).
        compensation: what is to be done about the delay.
        drive: geometry of the robots.
        longest_step: how far off waypoints are at most (m).
    """
    # The delay that a gain bears goes with its inverse.
    bearable = borne_delay(1.0, drive, longest_step)
    if compensation == GAIN and gain * delay_s > bearable:
        gain = bearable / delay_s
    return Tracking(gain, delay_s, bearable / gain, compensation)


def borne_delay(gain: float, drive: Drive, longest_step: float) -> float:
    """Return the longest delay of commands that the tracking law bears (s).

    Two loops lie inside it. The distance to a waypoint shrinks at the rate ``gain``. The heading
    swings round to the velocity u with w = |u| / h sin(angle between them), h the tracked point's
    distance from the axle, so at the rate |u| / h = gain step / h, the faster of the two where
    waypoints are more than h away; a handle that shrinks is no less than half of the way. Each is
    an integrator, which a delay T makes unstable from rate T = pi / 2 on; T is borne up to half of
    that.

    Args:
        gain: of the tracking controller, 1/s.
        drive: geometry of the robots.
        longest_step: how far off waypoints are at most, m.
    """
    far, near = abs(drive.handle), abs(drive.near_handle)
    rate = gain * max(1.0, min(2.0, longest_step / near), longest_step / far)
    return _MOST_PHASE / rate
