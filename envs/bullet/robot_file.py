"""The URDF of a robot with figures of its own, written for as long as PyBullet reads it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import copysign, pi
from pathlib import Path

from bildsim.assets import asset_path
from bildsim.basics.errors import RunError, reason_of
from bildsim.envs.robots.body import Body, caster_reach
from bildsim.envs.robots.model import RobotModel

# In radii: a caster's ball, and how far the caster that only stops the robot from tipping is
# raised, as in assets/robot_with_stop.urdf.
_BALL, _RAISED = 0.1, 0.013
# Of the height: where the shell begins above the floor, and how thick the mark on it is.
_CLEARANCE, _MARK = 0.1, 0.1
_COLOURS = {
    "shell": "0.16 0.45 0.78 1",
    "mark": "1.00 0.78 0.10 1",
    "tyre": "0.12 0.12 0.13 1",
    "steel": "0.70 0.72 0.75 1",
}


@contextmanager
def robot_file(robot: RobotModel) -> Iterator[str]:
    """Name the URDF of a robot for the time that the engine, which knows files only, needs it.

    The reference robot's is an asset, of 30 mm; another's is in metres.

    Raises:
        RunError: the temporary file cannot be written.
    """
    if robot.body is None:
        yield asset_path("robot_with_stop.urdf" if robot.could_tip else "robot.urdf")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="bildsim-") as directory:
            path = Path(directory) / "robot.urdf"
            path.write_text(urdf(robot.radius, robot.body), encoding="utf-8")
            yield str(path)
    except OSError as error:
        raise RunError(f"a robot's URDF cannot be stored: {reason_of(error)}") from error


def urdf(radius: float, body: Body) -> str:
    """Return a robot as a vertical cylinder of a radius (m) on two wheels and two casters.

    Links, joints and colliders are those of ``assets/robot_with_stop.urdf``; see there why they
    are spheres. Masses stand for those that the engine is told afterwards.
    """
    wheel, axle = body.wheel_radius, -body.axle_offset
    half, reach = 0.5 * body.track_width, caster_reach(body)
    # The caster on the side of the centre carries weight, the other one none.
    side = copysign(1.0, body.handle)
    below, ball = -wheel, _BALL * radius
    low, stop = below + ball, below + ball + _RAISED * radius
    shell = body.height * (1.0 - _CLEARANCE)
    middle = below + body.height * _CLEARANCE + 0.5 * shell
    links = [
        _link(
            "body",
            body.body_mass,
            radius,
            f'<capsule radius="{radius!r}" length="0"/>',
            _cylinder(radius, shell, "shell", f"0 0 {middle!r}", "0 0 0"),
        ),
        *(
            _link(
                name,
                body.wheel_mass,
                wheel,
                f'<sphere radius="{wheel!r}"/>',
                _cylinder(wheel, 0.4 * wheel, "tyre", "0 0 0", f"{pi / 2!r} 0 0"),
                friction=1.6,
            )
            for name in ("left_wheel", "right_wheel")
        ),
        _link(
            "front_caster",
            body.caster_mass,
            ball,
            f'<sphere radius="{ball!r}"/>',
            _mark(radius, body.height, (-side * reach, middle + 0.5 * shell - low)),
            friction=0.02,
        ),
        _link(
            "rear_caster",
            body.caster_mass,
            ball,
            f'<sphere radius="{ball!r}"/>',
            _ball(ball),
            friction=0.02,
        ),
    ]
    joints = [
        _joint("left_axle", "left_wheel", (axle, half, 0.0), turns=True),
        _joint("right_axle", "right_wheel", (axle, -half, 0.0), turns=True),
        _joint("front_mount", "front_caster", (side * reach, 0.0, low)),
        _joint("rear_mount", "rear_caster", (-side * reach, 0.0, stop)),
    ]
    colours = [
        f'<material name="{name}"><color rgba="{value}"/></material>'
        for name, value in _COLOURS.items()
    ]
    parts = "\n".join([*colours, *links, *joints])
    return f'<?xml version="1.0"?>\n<robot name="bildsim_robot">\n{parts}\n</robot>\n'


def _link(
    name: str, mass: float, size: float, collider: str, visual: str, friction: float = 0.2
) -> str:
    moment = 0.4 * mass * size**2
    moments = " ".join(f'{axes}="{moment!r}"' for axes in ("ixx", "iyy", "izz"))
    return (
        f'<link name="{name}"><contact><lateral_friction value="{friction}"/></contact>'
        f'<inertial><mass value="{mass!r}"/><inertia {moments} ixy="0" ixz="0" iyz="0"/></inertial>'
        f"<collision><geometry>{collider}</geometry></collision>{visual}</link>"
    )


def _joint(name: str, child: str, place: tuple[float, float, float], *, turns: bool = False) -> str:
    kind, axis = ("continuous", '<axis xyz="0 1 0"/>') if turns else ("fixed", "")
    where = " ".join(map(repr, place))
    return (
        f'<joint name="{name}" type="{kind}"><parent link="body"/><child link="{child}"/>'
        f'<origin xyz="{where}"/>{axis}</joint>'
    )


def _visual(colour: str, geometry: str, where: str, turned: str = "0 0 0") -> str:
    return (
        f'<visual><origin xyz="{where}" rpy="{turned}"/><geometry>{geometry}</geometry>'
        f'<material name="{colour}"/></visual>'
    )


def _cylinder(radius: float, length: float, colour: str, where: str, turned: str) -> str:
    shape = f'<cylinder radius="{radius!r}" length="{length!r}"/>'
    return _visual(colour, shape, where, turned)


def _ball(radius: float) -> str:
    return _visual("steel", f'<sphere radius="{radius!r}"/>', "0 0 0")


def _mark(radius: float, height: float, above: tuple[float, float]) -> str:
    """Return the heading mark on the shell, which a link shows that stands ``above`` away."""
    back, up = above
    shape = f'<box size="{radius!r} {0.4 * radius!r} {_MARK * height!r}"/>'
    return _visual("mark", shape, f"{back + 0.45 * radius!r} 0 {up!r}")
