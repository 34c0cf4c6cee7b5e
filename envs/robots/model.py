"""The differential-drive robot: its figures, and what they come to on a floor."""

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Self

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.body import REFERENCE_RADIUS, Body, reference_body_in

FLOOR_FRICTION = 0.5
"""The floor's coefficient of friction unless asked otherwise, that of ``assets/floor.urdf``."""
_GRAVITY = 9.81
# Of what its motors can: commands are late by an update, and turning needs some of it.
_BRAKING_SHARE = 0.7
# Robots as small as the lower limit are for swarms of ten thousand; what dynamics can move them is
# theirs to say.
RADIUS_RANGE = (0.002, 0.060)
# Faster, the motors lag behind the tracking law and two robots sink over 2.5 mm into each other.
SPEED_RANGE = (0.02, 0.30)
DESCRIBED_RADIUS_RANGE = (0.002, 0.5)
DESCRIBED_SPEED_RANGE = (0.001, 5.0)
"""What robots of a description may have: beyond it they are none for an arena of 2 m."""


def require_within(
    field: str, value: float, allowed: tuple[float, float], unit: str, **beside: object
) -> None:
    """Make sure that a setting's value is within the allowed limits.

    Args:
        field: name of the setting.
        value: its value.
        allowed: lowest and highest value.
        unit: their unit, for the message.
        beside: settings that the limits go with, if any.

    Raises:
        UsageError: it is not.
    """
    low, high = allowed
    if not (isfinite(value) and low <= value <= high):
        given = " and ".join(f"{{{name}}}" for name in beside)
        raise UsageError(
            f"{{{field}}} is not possible{given and ' with '}{given}: allowed is {{0}}",
            f"{low:.4g} to {high:.4g} {unit}".rstrip(),
            **{field: value},
            **beside,
        )


@dataclass(frozen=True)
class RobotModel:
    """A disc on two driven wheels and casters.

    Unless it has figures of its own it is the robot of ``assets/robot.urdf``, of 30 mm, scaled to
    its radius (`bildsim.envs.robots.body.reference_body`). The position of a robot is its disc's
    centre, also its centre of mass, which lies ``axle_offset`` ahead of the wheel axle.

    A robot is described in metres. Once `in_arena` has put it into an arena of another width, its
    lengths, and gravity, are in units of half that width: wherever this says m, read a unit.

    Attributes:
        radius: disc radius, m.
        max_speed: speed of the wheel rims at the wheels' limit, m/s; infinite only for points that
            no wheels move.
        torque: largest torque of one wheel's motor, N m; None for that of its size.
        floor_friction: the floor's coefficient of friction; a contact's is its product with the
            wheel's, 1.6 unless figures of its own say so.
        body: figures of its own; None for the reference robot of this radius.
        ramp: what its motor drivers give a rim at most, m/s^2; counts with figures of its own.
        unit_m: metres in a unit of its lengths.

    Raises:
        UsageError: radius or speed is outside ``RADIUS_RANGE`` or ``SPEED_RANGE``, or with figures
            of its own ``DESCRIBED_RADIUS_RANGE`` or ``DESCRIBED_SPEED_RANGE``.
    """

    radius: float = 0.025
    max_speed: float = 0.2
    torque: float | None = None
    floor_friction: float = FLOOR_FRICTION
    body: Body | None = None
    ramp: float = inf
    unit_m: float = 1.0

    def __post_init__(self) -> None:
        # In other units it has been made of one in metres.
        if self.unit_m != 1.0:
            return
        require_within("radius", self.radius, radius_range(self.body), "m")
        if self.max_speed != inf:
            require_within("max_speed", self.max_speed, self.speed_range, "m/s")

    def in_arena(self, unit_m: float) -> Self:
        """Return a robot that is described in metres, in units of so many metres.

        Masses, seconds and angles stay, so that it moves as it does: what it needs for a way, by
        how much it turns, and where its wheels slip are the same.
        """
        if unit_m == 1.0:
            return self
        return replace(
            self,
            radius=self.radius / unit_m,
            max_speed=self.max_speed / unit_m,
            torque=None if self.torque is None else self.torque / unit_m**2,
            body=None if self.body is None else self.body.in_units(unit_m),
            ramp=self.ramp / unit_m,
            unit_m=unit_m,
        )

    @property
    def gravity(self) -> float:
        """How fast things fall, m/s^2."""
        return _GRAVITY / self.unit_m

    @property
    def speed_range(self) -> tuple[float, float]:
        """Lowest and highest top speed that may be asked for, m/s."""
        return SPEED_RANGE if self.body is None else DESCRIBED_SPEED_RANGE

    @property
    def figures(self) -> Body:
        """Its own figures, or those of the reference robot of its radius."""
        if self.body is None:
            return reference_body_in(self.radius, self.unit_m)
        return self.body

    @property
    def steady(self) -> Self:
        """The same robot with one handle at any distance of its waypoint."""
        return self if self.body is None else replace(self, body=self.body.steady)

    @property
    def scale(self) -> float:
        """Size relative to the reference robot."""
        return self.radius / REFERENCE_RADIUS

    @property
    def wheel_radius(self) -> float:
        """Radius of a driven wheel, and height of the axle and of the body's centre, m."""
        return self.figures.wheel_radius

    @property
    def track_width(self) -> float:
        """Distance between the wheels' points of contact, m."""
        return self.figures.track_width

    @property
    def axle_offset(self) -> float:
        """Distance from the axle forward to the disc's centre, m; below 0 it lies behind."""
        return self.figures.axle_offset

    @property
    def handle(self) -> float:
        """Distance from the axle to the tracked point, m; below 0 it lies behind."""
        return self.figures.handle

    @property
    def near_handle(self) -> float:
        """The same near a waypoint, m."""
        return self.figures.near_handle

    @property
    def body_mass(self) -> float:
        """Mass without wheels and front caster, kg."""
        return self.figures.body_mass

    @property
    def body_inertia(self) -> tuple[float, float, float]:
        """Principal moments of the body about its centre, kg m^2."""
        return self.figures.body_inertia

    @property
    def wheel_mass(self) -> float:
        """Mass of one wheel, kg."""
        return self.figures.wheel_mass

    @property
    def wheel_inertia(self) -> tuple[float, float, float]:
        """Moments of a wheel, kg m^2; about the axle they include the geared motor's rotor."""
        return self.figures.wheel_inertia

    @property
    def caster_mass(self) -> float:
        """Mass of one caster, kg."""
        return self.figures.caster_mass

    @property
    def caster_inertia(self) -> tuple[float, float, float]:
        """Moments of one caster, kg m^2."""
        return self.figures.caster_inertia

    @property
    def motor_torque(self) -> float:
        """Largest torque of one wheel's motor, N m."""
        return self.own_torque if self.torque is None else self.torque

    @property
    def own_torque(self) -> float:
        """Largest torque of the motor that goes with the robot, N m."""
        return self.figures.own_torque

    @property
    def max_wheel_speed(self) -> float:
        """Largest wheel speed, rad/s."""
        return self.max_speed / self.wheel_radius

    @property
    def mass(self) -> float:
        """Mass of the whole robot, kg."""
        return self.figures.mass

    @property
    def could_tip(self) -> bool:
        """Whether its motors could lift the front caster, as when it pushes at a wall.

        They turn the robot back by the torque that weight and axle offset hold against, as long as
        the tyres grip; a tenth is left as a margin. Robots with figures of their own have casters
        at both ends.
        """
        if self.body is not None:
            return True
        friction = self.floor_friction * self.figures.wheel_friction
        grip = friction * self.mass * self.gravity * self.wheel_radius
        torque = min(2.0 * self.motor_torque, grip)
        return torque > 0.9 * self.mass * self.gravity * self.axle_offset

    @property
    def rim_mass(self) -> float:
        """Mass that a push at one wheel's rim moves on a free robot, kg.

        That of the robot, half of it or nearly, and the wheel's own inertia.
        """
        return self.figures.pushed_mass + self.wheel_inertia[1] / self.wheel_radius**2

    @property
    def rim_acceleration(self) -> float:
        """What its motor gives a wheel's rim on a free robot, m/s^2; alike for every own torque."""
        return self.motor_torque / self.wheel_radius / self.rim_mass

    @property
    def slip_acceleration(self) -> float:
        """Push over mass from which the wheels slip, m/s^2, in any direction; alike for every size.

        The wheels carry the share of the weight that the centre of mass, between axle and caster,
        leaves them.
        """
        carried, whole = self.figures.levers
        return self.floor_friction * self.figures.wheel_friction * self.gravity * carried / whole

    @property
    def traction(self) -> float:
        """What a wheel's rim gains over the floor at most, m/s^2.

        The motor's acceleration, or where the floor is too smooth for it that of tyres which spin
        and pull as hard as friction lets them. What acceleration itself presses onto the driven
        wheels is left out.
        """
        return min(self.rim_acceleration, self.slip_acceleration)

    @property
    def braking(self) -> float:
        """What the tracking law may count on to slow it down, m/s^2; infinite for as it comes.

        The reference robot's gain goes with its motors, and is left as it is.
        """
        if self.body is None:
            return inf
        return _BRAKING_SHARE * min(self.traction, self.ramp)

    @property
    def max_turn_rate(self) -> float:
        """Largest rate of turn, on the spot, rad/s."""
        return 2.0 * self.max_speed / self.track_width


def radius_range(body: Body | None) -> tuple[float, float]:
    """Return the least and largest radius (m) of a robot with these figures of its own, or none."""
    return RADIUS_RANGE if body is None else DESCRIBED_RADIUS_RANGE
