"""What the command line of ``python -m bildsim.run`` asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PRESETS
from bildsim.programs.config.command_line import split
from bildsim.programs.config.macro_options import require_use
from bildsim.programs.run.resume import open_checkpoint
from bildsim.simulation.config import OutputSettings, RunConfig
from bildsim.targets.files.reading import AS_IT_IS

PROGRAM = "bildsim.run"
SUMMARY = "Simulate a swarm of robots that shapes a density, in PyBullet."


def parse_run(arguments: Sequence[str]) -> RunConfig:
    """Return the configuration that the command line asks for.

    Raises:
        UsageError: an option is unknown or its value is wrong.
        SystemExit: with status 0, after printing the help that was asked for.
    """
    presets = {name: {"macro": settings} for name, settings in PRESETS.items()}
    line = split(PROGRAM, SUMMARY, RunConfig(), arguments, presets)
    given = line.words
    if "target" in given and "target_file" in given:
        raise UsageError(
            "{target} and {target_file} exclude each other: give one of them",
            target=given["target"],
            target_file=given["target_file"],
        )
    if given.get("resume") == "":
        raise UsageError("{resume} is empty: it must name a file or a directory", resume="")
    if "config" in given and "resume" in given:
        raise UsageError(
            "{config} and {resume} exclude each other: a resumed run has the configuration of its "
            "checkpoint",
            config=given["config"],
            resume=given["resume"],
        )
    first = RunConfig()
    if "resume" in given:
        trusted = bool(given.get("trust_checkpoint", False))
        first = open_checkpoint(Path(given["resume"]), trusted=trusted).offered
    base = line.base(first)
    if "target" in given:
        base = replace(base, target_file=None, reading=AS_IT_IS)
    config = line.onto(base)
    try:
        require_use(given, config.macro, [config.planner], "planner")
        _require_video(given, config.output)
    except UsageError as error:
        raise line.with_origins(error, base) from None
    return config


def _require_video(given: Mapping[str, Any], output: OutputSettings) -> None:
    """Make sure that nothing is said of a film, or of a checkpoint, that there is not."""
    for name in ("view", "video_speed"):
        if name in given and output.video is None and output.report is None:
            raise UsageError(f"{{{name}}} means nothing without {{video}}", **{name: given[name]})
    if given.get("trust_checkpoint") and output.resume is None:
        raise UsageError(
            "{trust_checkpoint} means nothing without {resume}", trust_checkpoint=True, resume=True
        )
