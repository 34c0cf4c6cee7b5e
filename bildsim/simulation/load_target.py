"""The target that a configuration asks for."""

from dataclasses import asdict
from pathlib import Path

from bildsim.basics.errors import UsageError
from bildsim.simulation.config import RunConfig
from bildsim.targets.files.suffixes import is_file_name
from bildsim.targets.moving_target import MOVING_NAMES, AnyTarget, MovingTarget, target_by_name


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
    return target


def _from_file(config: RunConfig) -> AnyTarget:
    # Only here: what reads files takes long to load.
    from bildsim.targets.files.film import Footage
    from bildsim.targets.files.target_file import read_target_file

    path, motion = config.target_file, config.motion
    assert path is not None
    if motion.target_speed is not None:
        raise _meaningless(path, target_speed=motion.target_speed)
    content = read_target_file(path, config.reading)
    if isinstance(content, Footage):
        return content.shown_in(
            config.duration if motion.target_time is None else motion.target_time
        )
    if motion.target_time is not None:
        raise _meaningless(path, target_time=motion.target_time)
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


def _meaningless(path: Path, **setting: float) -> UsageError:
    (name,) = setting
    sentence = f"{{{name}}} means nothing for {{target_file}}"
    return UsageError(sentence, target_file=str(path), **setting)
