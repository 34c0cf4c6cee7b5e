"""The target that a configuration asks for, and the family of densities it is held against."""

from dataclasses import asdict

from bildsim.basics.errors import UsageError
from bildsim.density.legendre_family import LegendreFamily
from bildsim.envs.dynamics import settled_size
from bildsim.envs.robots.arena_size import unit_of
from bildsim.obstacles.reading import obstacles_of
from bildsim.obstacles.shapes import Obstacles
from bildsim.simulation.config import RunConfig
from bildsim.targets.any_target import TargetLike, as_target
from bildsim.targets.files.suffixes import is_file_name
from bildsim.targets.masked import avoiding
from bildsim.targets.moving_target import (
    MOVING_NAMES,
    AnyTarget,
    MovingTarget,
    require_time,
    target_by_name,
)


def load_target(config: RunConfig, own: TargetLike | None = None) -> AnyTarget:
    """Return the target density that a configuration names, at rest or moving; 0 in obstacles.

    Args:
        config: the run's configuration.
        own: what takes the place of the target that it names; see `bildsim.targets.as_target`.

    Raises:
        UsageError: the name is unknown, the file cannot be used, or a setting of moving targets is
            out of range or means nothing for this one.
    """
    motion = config.motion
    if own is not None:
        target = _brought(own, config)
    elif config.target_file is not None:
        target = _from_file(config)
    else:
        _refuse_file_name(config.target)
        _refuse_file_settings(config)
        target = target_by_name(
            config.target,
            seed=config.seed,
            speed=motion.target_speed,
            time_s=motion.target_time,
            duration_s=config.duration,
        )
    if motion.feedforward and not isinstance(target, MovingTarget):
        raise UsageError(
            "{feedforward} needs a target that moves, and {0} is at rest: allowed are {1}, or a "
            "{target_file} with frames",
            target.name,
            ", ".join(MOVING_NAMES),
        )
    return avoiding(target, blocked_by(config))


def blocked_by(config: RunConfig) -> Obstacles:
    """Return the places where obstacles leave no room for a robot's centre.

    Raises:
        UsageError: an obstacle is not understood, or there is no such robot.
    """
    swarm, obstacles = config.swarm, obstacles_of(config.swarm.obstacle)
    if not obstacles:
        return obstacles
    width = swarm.arena_width
    radius, _ = settled_size(
        swarm.dynamics, swarm.robots, swarm.radius, swarm.max_speed, swarm.which, width
    )
    # Obstacles are where targets are: in units of half the arena's width.
    return obstacles.grown(radius / unit_of(width))


def family_of(config: RunConfig) -> LegendreFamily:
    """Return the family in which densities of the run are fitted; it is 0 in obstacles."""
    return LegendreFamily(config.model.order, config.model.grid_step, blocked_by(config))


def _brought(own: TargetLike, config: RunConfig) -> AnyTarget:
    motion = config.motion
    if motion.target_speed is not None:
        raise _meaningless("target", config.target, target_speed=motion.target_speed)
    duration_s = config.duration if motion.target_time is None else require_time(motion.target_time)
    target = as_target(own, duration_s=duration_s, reading=config.reading)
    if motion.target_time is not None and not _is_film(target):
        raise _meaningless("target", config.target, target_time=motion.target_time)
    return target


def _from_file(config: RunConfig) -> AnyTarget:
    # Only here: what reads files takes long to load.
    from bildsim.targets.files.film import Footage
    from bildsim.targets.files.target_file import read_target_file

    path, motion = config.target_file, config.motion
    assert path is not None
    if motion.target_speed is not None:
        raise _meaningless("target_file", str(path), target_speed=motion.target_speed)
    content = read_target_file(path, config.reading)
    if isinstance(content, Footage):
        return content.shown_in(
            config.duration if motion.target_time is None else motion.target_time
        )
    if motion.target_time is not None:
        raise _meaningless("target_file", str(path), target_time=motion.target_time)
    return content


def _refuse_file_name(target: str) -> None:
    if is_file_name(target):
        raise UsageError(
            "{target} is a file, and no name of a target: give {target_file}",
            target=target,
            target_file=target,
        )


def _refuse_file_settings(config: RunConfig) -> None:
    given = asdict(config.reading).items()
    for name, value in given:
        if value:
            raise UsageError(
                f"{{{name}}} means nothing for {{target}}: it is for a {{target_file}}",
                target=config.target,
                **{name: value},
            )


def _is_film(target: AnyTarget) -> bool:
    from bildsim.targets.files.film import Film

    return isinstance(target, MovingTarget) and isinstance(target.course, Film)


def _meaningless(where: str, target: str, **setting: float) -> UsageError:
    (name,) = setting
    sentence = f"{{{name}}} means nothing for {{{where}}}"
    return UsageError(sentence, **{where: target}, **setting)
