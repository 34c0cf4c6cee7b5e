"""The differential-drive robot: one reference geometry, scaled to any radius."""

from dataclasses import dataclass
from math import inf, isfinite

from bildsim.basics.errors import UsageError

REFERENCE_RADIUS = 0.030
FLOOR_FRICTION = 0.5
"""The floor's coefficient of friction unless asked otherwise, that of ``assets/floor.urdf``."""
_WHEEL_FRICTION = 1.6
_GRAVITY = 9.81
# Robots as small as the lower limit are for swarms of ten thousand; what dynamics can move them is
# theirs to say.
RADIUS_RANGE = (0.002, 0.060)
# Faster, the motors lag behind the tracking law and two robots sink over 2.5 mm into each other.
SPEED_RANGE = (0.02, 0.30)


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
    """A disc on two driven wheels and a caster, described by ``assets/robot.urdf``.

    The reference disc has a radius of 30 mm. Another radius scales lengths with s = radius / 30 mm,
    masses with s^3, inertias with s^5 and the motor torque with s^4, so every size accelerates and
    grips alike. The position of a robot is its disc's centre, also its centre of mass, which lies
    ``axle_offset`` ahead of the wheel axle.

    Attributes:
        radius: disc radius, m.
        max_speed: speed of the wheel rims at the wheels' limit, m/s; infinite only for points that
            no wheels move.
        torque: largest torque of one wheel's motor, N m; None for that of its size.
        floor_friction: the floor's coefficient of friction; a contact's is its product with the
            wheel's, 1.6.

    Raises:
        UsageError: radius or speed is outside ``RADIUS_RANGE`` or ``SPEED_RANGE``.
    """

    radius: float = 0.025
    max_speed: float = 0.2
    torque: float | None = None
    floor_friction: float = FLOOR_FRICTION

    def __post_init__(self) -> None:
        require_within("radius", self.radius, RADIUS_RANGE, "m")
        if self.max_speed != inf:
            require_within("max_speed", self.max_speed, SPEED_RANGE, "m/s")

    @property
    def scale(self) -> float:
        """Size relative to the reference robot."""
        return self.radius / REFERENCE_RADIUS

    @property
    def wheel_radius(self) -> float:
        """Radius of a driven wheel, and height of the axle and of the body's centre, m."""
        return 0.0125 * self.scale

    @property
    def track_width(self) -> float:
        """Distance between the wheels' points of contact, m."""
        return 0.045 * self.scale

    @property
    def axle_offset(self) -> float:
        """Distance from the axle forward to the disc's centre, m."""
        return 0.008 * self.scale

    @property
    def body_mass(self) -> float:
        """Mass without wheels and front caster, kg."""
        return 0.101 * self.scale**3

    @property
    def body_inertia(self) -> tuple[float, float, float]:
        """Principal moments of the body about its centre, kg m^2.

        A disc of this mass has a tenth of the first two, those against tilting. They are raised so
        that a hit does not tilt a robot at 60 physics steps a second; what moves in the plane does
        not feel them.
        """
        # Mass times length squared: s^3 s^2.
        unit = self.scale**5
        return (2.77e-4 * unit, 2.77e-4 * unit, 4.58e-5 * unit)

    @property
    def wheel_mass(self) -> float:
        """Mass of one wheel, kg."""
        return 0.005 * self.scale**3

    @property
    def wheel_inertia(self) -> tuple[float, float, float]:
        """Moments of a wheel, kg m^2; about the axle they include the geared motor's rotor.

        No rigid wheel could have them (they break the triangle inequality), so a URDF cannot say
        so; without the rotor the wheels need 50 solver iterations where 20 do now.
        """
        unit = self.scale**5
        return (2.2e-7 * unit, 5.0e-6 * unit, 2.2e-7 * unit)

    @property
    def caster_mass(self) -> float:
        """Mass of one caster, kg."""
        return 0.001 * self.scale**3

    @property
    def caster_inertia(self) -> tuple[float, float, float]:
        """Moments of one caster, kg m^2."""
        moment = 6.4e-9 * self.scale**5
        return (moment, moment, moment)

    @property
    def motor_torque(self) -> float:
        """Largest torque of one wheel's motor, N m."""
        return self.own_torque if self.torque is None else self.torque

    @property
    def own_torque(self) -> float:
        """Largest torque of the motor that goes with the size, N m.

        At the reference size 1 mN m cannot hold a circle and 10 mN m spins the wheels.
        """
        # Force times lever; forces grow with the masses, s^3, for equal accelerations.
        return 2.5e-3 * self.scale**4

    @property
    def max_wheel_speed(self) -> float:
        """Largest wheel speed, rad/s."""
        return self.max_speed / self.wheel_radius

    @property
    def mass(self) -> float:
        """Mass of the whole robot, kg."""
        return self.body_mass + 2.0 * self.wheel_mass + self.caster_mass

    @property
    def could_tip(self) -> bool:
        """Whether its motors could lift the front caster, as when it pushes at a wall.

        They turn the robot back by the torque that weight and axle offset hold against, as long as
        the tyres grip; a tenth is left as a margin.
        """
        grip = self.floor_friction * _WHEEL_FRICTION * self.mass * _GRAVITY * self.wheel_radius
        torque = min(2.0 * self.motor_torque, grip)
        return torque > 0.9 * self.mass * _GRAVITY * self.axle_offset

    @property
    def rim_mass(self) -> float:
        """Mass that a push at one wheel's rim moves on a free robot, kg.

        Half of the robot and the wheel's own inertia. The robot's resistance to turning on the spot
        gives the same within 1 %, so what one wheel does leaves the other alone.
        """
        return 0.5 * self.mass + self.wheel_inertia[1] / self.wheel_radius**2

    @property
    def rim_acceleration(self) -> float:
        """What its motor gives a wheel's rim on a free robot, m/s^2; alike for every own torque."""
        return self.motor_torque / self.wheel_radius / self.rim_mass

    @property
    def slip_acceleration(self) -> float:
        """Push over mass from which the wheels slip, m/s^2, in any direction; alike for every size.

        The centre of mass lies 8 mm ahead of the axle and 13 mm behind the front caster, so the
        wheels carry 13/21 of the weight.
        """
        return self.floor_friction * _WHEEL_FRICTION * _GRAVITY * 13.0 / 21.0

    @property
    def traction(self) -> float:
        """What a wheel's rim gains over the floor at most, m/s^2.

        The motor's acceleration, or where the floor is too smooth for it that of tyres which spin
        and pull as hard as friction lets them. What acceleration itself presses onto the driven
        wheels is left out.
        """
        return min(self.rim_acceleration, self.slip_acceleration)

    @property
    def max_turn_rate(self) -> float:
        """Largest rate of turn, on the spot, rad/s."""
        return 2.0 * self.max_speed / self.track_width
