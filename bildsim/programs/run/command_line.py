"""What the command line of ``python -m bildsim.run`` asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import given_options, parse_options, with_file_and_preset
from bildsim.programs.run.checkpoints import open_checkpoint
from bildsim.simulation.config import OptionalPath, RunConfig


@dataclass(frozen=True)
class _Arguments:
    """Simulate a swarm of robots that shapes a density, in PyBullet.

    Attributes:
        run: the run.
        config: TOML file with any of these settings, such as a run's config.toml; options win.
        preset: settings of BILD-MACRO to start from: default, paper (the numbers of its section
            V) or wasserstein (another metric: faster, with messages 13 times shorter).
    """

    run: Annotated[RunConfig, tyro.conf.arg(name="")] = field(default_factory=RunConfig)
    config: OptionalPath = None
    preset: Literal["default", "paper", "wasserstein"] | None = None


def parse_run(arguments: Sequence[str]) -> RunConfig:
    """Return the configuration that the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    given = given_options(arguments, "--target", "--target-file", "--config", "--resume")
    if given.target is not None and given.target_file is not None:
        raise UsageError(
            f"--target {given.target} and --target-file {given.target_file} exclude each other: "
            "give one of them"
        )
    if given.config is not None and given.resume is not None:
        raise UsageError(
            f"--config {given.config} and --resume {given.resume} exclude each other: a resumed "
            "run has the configuration of its checkpoint"
        )
    first = RunConfig() if given.resume is None else open_checkpoint(Path(given.resume)).config
    base = with_file_and_preset(first, arguments)
    if given.target is not None:
        base = replace(base, target_file=None)
    return parse_options("python -m bildsim.run", _Arguments(run=base), arguments).run
