"""A robot's figures: lengths, masses, moments of inertia and motor, whatever they come from."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import copysign
from typing import Self

from bildsim.envs.robots.own_model import OwnModel

REFERENCE_RADIUS = 0.030
# Of the reference robot, by which what a description does not say is set in proportion: its mass
# (kg), its wheels' radius (m), and what its motors give a rim (m/s^2).
_MASS, _WHEEL = 0.112, 0.0125
_WHEEL_FRICTION = 1.6
_RIM_ACCELERATION = 2.27
# From this distance of the casters on, in radii, a body stands firmly.
_CASTERS = 0.7
# The tracked point's distance from the axle, far from a waypoint and near one, in radii.
_FAR, _NEAR = 0.5, 0.125


@dataclass(frozen=True)
class Body:
    """A disc on two driven wheels and casters; its centre is also its centre of mass.

    Attributes:
        wheel_radius: of a driven wheel, and height of axle and centre, m.
        track_width: distance between the wheels' points of contact, m.
        axle_offset: from the axle forward to the disc's centre, m; below 0 it lies behind.
        handle: from the axle to the tracked point, m; below 0 behind, as for ``axle_offset``.
        near_handle: the same near a waypoint, see `bildsim.controllers.tracking.track_waypoints`.
        body_mass: without wheels and front caster, kg.
        body_inertia: principal moments of the body about its centre, kg m^2; the last is against
            turning.
        wheel_mass: of one wheel, kg.
        wheel_inertia: moments of a wheel, kg m^2; about the axle with the geared motor's rotor.
        caster_mass: of one caster, kg.
        caster_inertia: moments of one caster, kg m^2.
        levers: the driven wheels carry the first over the second of the weight.
        own_torque: largest torque of one wheel's motor unless asked otherwise, N m.
        pushed_mass: what a push at one wheel's rim moves without the wheel itself, kg.
        height: of the shell in PyBullet's pictures, m.
        wheel_friction: coefficient of the tyres; a contact's is its product with the floor's.
        own: the user's own model of it for PyBullet; None where bildsim makes one.
    """

    wheel_radius: float
    track_width: float
    axle_offset: float
    handle: float
    near_handle: float
    body_mass: float
    body_inertia: tuple[float, float, float]
    wheel_mass: float
    wheel_inertia: tuple[float, float, float]
    caster_mass: float
    caster_inertia: tuple[float, float, float]
    levers: tuple[float, float]
    own_torque: float
    pushed_mass: float
    height: float
    wheel_friction: float = _WHEEL_FRICTION
    own: OwnModel | None = None

    @property
    def mass(self) -> float:
        """Mass of the whole robot, kg."""
        return self.body_mass + 2.0 * self.wheel_mass + self.caster_mass

    @property
    def steady(self) -> Self:
        """The same with one handle at any distance of its waypoint."""
        return replace(self, near_handle=self.handle)

    def in_units(self, unit_m: float) -> Self:
        """Return the same with lengths in units of so many metres; masses and seconds stay."""
        square = unit_m**2

        def smaller(moments: tuple[float, float, float]) -> tuple[float, float, float]:
            return moments[0] / square, moments[1] / square, moments[2] / square

        return replace(
            self,
            wheel_radius=self.wheel_radius / unit_m,
            track_width=self.track_width / unit_m,
            axle_offset=self.axle_offset / unit_m,
            handle=self.handle / unit_m,
            near_handle=self.near_handle / unit_m,
            body_inertia=smaller(self.body_inertia),
            wheel_inertia=smaller(self.wheel_inertia),
            caster_inertia=smaller(self.caster_inertia),
            levers=(self.levers[0] / unit_m, self.levers[1] / unit_m),
            # A force times a lever, and a force is a mass times an acceleration.
            own_torque=self.own_torque / square,
            height=self.height / unit_m,
        )


@lru_cache
def reference_body(radius: float) -> Body:
    """Return the figures of ``assets/robot.urdf`` scaled to a radius (m).

    Lengths grow with s = radius / 30 mm, masses with s^3, inertias with s^5 and the motor torque
    with s^4, so every size accelerates and grips alike. The tracked point is the centre.
    """
    scale = radius / REFERENCE_RADIUS
    # Mass times length squared: s^3 s^2.
    unit = scale**5
    moment = 6.4e-9 * scale**5
    body = Body(
        wheel_radius=0.0125 * scale,
        track_width=0.045 * scale,
        axle_offset=0.008 * scale,
        handle=0.008 * scale,
        near_handle=0.008 * scale,
        body_mass=0.101 * scale**3,
        # A disc of this mass has a tenth of the first two, those against tilting. They are raised
        # so that a hit does not tilt a robot at 60 physics steps a second; what moves in the plane
        # does not feel them.
        body_inertia=(2.77e-4 * unit, 2.77e-4 * unit, 4.58e-5 * unit),
        wheel_mass=0.005 * scale**3,
        # No rigid wheel could have them (they break the triangle inequality), so a URDF cannot say
        # so; without the rotor the wheels need 50 solver iterations where 20 do now.
        wheel_inertia=(2.2e-7 * unit, 5.0e-6 * unit, 2.2e-7 * unit),
        caster_mass=0.001 * scale**3,
        caster_inertia=(moment, moment, moment),
        # The centre of mass lies 8 mm ahead of the axle and 13 mm behind the front caster.
        levers=(13.0, 21.0),
        # At the reference size 1 mN m cannot hold a circle and 10 mN m spins the wheels. Force
        # times lever; forces grow with the masses, s^3, for equal accelerations.
        own_torque=2.5e-3 * scale**4,
        pushed_mass=0.0,
        height=0.022 * scale,
    )
    # The robot's resistance to turning on the spot gives the same within 1 %, so what one wheel
    # does leaves the other alone.
    return replace(body, pushed_mass=0.5 * body.mass)


@lru_cache
def reference_body_in(radius: float, unit_m: float) -> Body:
    """Return the reference robot's figures, its radius and they in units of so many metres."""
    if unit_m == 1.0:
        return reference_body(radius)
    return reference_body(radius * unit_m).in_units(unit_m)


def described_body(
    radius: float,
    mass: float,
    wheel_radius: float,
    track_width: float,
    *,
    axle_offset: float = 0.0,
    handle: float | None = None,
    inertia: float | None = None,
    height: float | None = None,
    torque: float | None = None,
    acceleration: float = 0.0,
) -> Body:
    """Return the figures of a robot of which some are known.

    What is not given is that of the reference robot in proportion: shares of the mass, moments of
    inertia over mass times radius squared, and a motor that gives its rims the same acceleration,
    or half as much again as a motor driver asks for.

    Args:
        radius: of the disc, m.
        mass: of the whole robot, kg.
        wheel_radius: m.
        track_width: distance between the wheels, m.
        axle_offset: from the axle forward to the centre, m.
        handle: from the axle to the tracked point, m; None for half a radius, on the centre's side
            of the axle and no nearer to it than the centre.
        inertia: of the whole robot about the vertical through its centre, kg m^2; None for that of
            an even disc.
        height: m; None for a radius.
        torque: of one motor, N m.
        acceleration: of a rim that a motor driver asks for, m/s^2.
    """
    share = mass / _MASS
    unit = share * (radius / REFERENCE_RADIUS) ** 2
    rolled = share * (wheel_radius / _WHEEL) ** 2
    moment = 6.4e-9 * unit
    # The reference body's share of an even disc's moment.
    turning = 4.58e-5 * unit if inertia is None else inertia
    far, near = handles(radius, axle_offset, handle)
    wheel_inertia = (2.2e-7 * rolled, 5.0e-6 * rolled, 2.2e-7 * rolled)
    # Halfway between what resists both wheels together and what resists turning.
    about_axle = turning + mass * axle_offset**2
    pushed = 0.5 * (0.5 * mass + 2.0 * about_axle / track_width**2)
    rim_mass = pushed + wheel_inertia[1] / wheel_radius**2
    if torque is None:
        torque = usual_torque(wheel_radius, rim_mass, acceleration)
    return Body(
        wheel_radius=wheel_radius,
        track_width=track_width,
        axle_offset=axle_offset,
        handle=far,
        near_handle=near,
        body_mass=0.101 * share,
        body_inertia=(2.77e-4 * unit, 2.77e-4 * unit, turning),
        wheel_mass=0.005 * share,
        wheel_inertia=wheel_inertia,
        caster_mass=0.001 * share,
        caster_inertia=(moment, moment, moment),
        levers=(_CASTERS * radius, _CASTERS * radius + abs(axle_offset)),
        own_torque=torque,
        pushed_mass=pushed,
        height=radius if height is None else height,
    )


def handles(radius: float, axle_offset: float, handle: float | None) -> tuple[float, float]:
    """Return the tracked point's places ahead of the axle, far from a waypoint and near one, m.

    Args:
        radius: of the disc, m.
        axle_offset: from the axle forward to the centre, m.
        handle: what was asked for; see `described_body`.
    """
    far = max(_FAR * radius, abs(axle_offset)) if handle is None else abs(handle)
    near = far if abs(axle_offset) > far else max(abs(axle_offset), min(far, _NEAR * radius))
    side = copysign(1.0, axle_offset or handle or 1.0)
    return side * far, side * near


def usual_torque(wheel_radius: float, rim_mass: float, acceleration: float) -> float:
    """Return the torque (N m) of a motor of which nothing is said but what a driver asks for.

    Args:
        wheel_radius: m.
        rim_mass: what a push at a rim moves, the wheel's inertia included, kg.
        acceleration: that a motor driver asks for, m/s^2.
    """
    return max(_RIM_ACCELERATION, 1.5 * acceleration) * wheel_radius * rim_mass


def caster_reach(body: Body) -> float:
    """Return how far from the centre, ahead and behind, a described body's casters stand, m."""
    return body.levers[0]
