"""The target that a configuration asks for."""

from bildsim.basics.errors import UsageError
from bildsim.simulation.config import RunConfig
from bildsim.targets.image_target import target_from_file
from bildsim.targets.moving_target import MOVING_NAMES, AnyTarget, MovingTarget, target_by_name
from bildsim.targets.video_target import film_from_file, is_film


def load_target(config: RunConfig) -> AnyTarget:
    """Return the target density that a configuration names, at rest or moving.

    Raises:
        UsageError: the name is unknown, the file cannot be used, or a setting of moving targets is
            out of range or means nothing for this one.
    """
    motion = config.motion
    if config.target_file is not None:
        target = _from_file(config)
    else:
        target = target_by_name(
            config.target,
            seed=config.seed,
            speed=motion.target_speed,
            time_s=motion.target_time,
            duration_s=config.duration,
        )
    if motion.feedforward and not isinstance(target, MovingTarget):
        raise UsageError(
            f"--feedforward needs a target that moves, and {target.name} is at rest: allowed are "
            f"{', '.join(MOVING_NAMES)}, or a --target-file with frames"
        )
    return target


def _from_file(config: RunConfig) -> AnyTarget:
    path, motion = config.target_file, config.motion
    assert path is not None
    if motion.target_speed is not None:
        raise _meaningless("--target-speed", motion.target_speed, config)
    if is_film(path):
        seconds = config.duration if motion.target_time is None else motion.target_time
        return film_from_file(path, seconds)
    if motion.target_time is not None:
        raise _meaningless("--target-time", motion.target_time, config)
    return target_from_file(path)


def _meaningless(option: str, value: float, config: RunConfig) -> UsageError:
    return UsageError(f"{option} {value:g} means nothing for --target-file {config.target_file}")
