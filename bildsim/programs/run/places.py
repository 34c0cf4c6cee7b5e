"""Where the files of a run go: refused before anything is computed, and nothing is written."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.display import require_display
from bildsim.programs.output.files import part_of, tame
from bildsim.programs.output.gif import encoded
from bildsim.programs.output.paths import check_new_file, check_out_directory, check_output
from bildsim.programs.output.segmented_writer import require_no_segments
from bildsim.programs.output.video_writer import part_name
from bildsim.simulation.config import RunConfig

_FILM = ".film.mp4"


def film_of(config: RunConfig) -> Path | None:
    """Return where a run's film goes: to its video, or beside a report that has none.

    A run with checkpoints has only the film that it was asked for: one that goes on from the middle
    could not make the beginning.
    """
    output = config.output
    if output.video is not None or output.report is None or output.checkpoint is not None:
        return output.video
    # No name that somebody's own video is likely to have.
    name = tame(output.report.name, len(_FILM))
    return output.report.with_name(name + _FILM)


def check_places(config: RunConfig) -> None:
    """Refuse places that a new run's files cannot go to.

    Raises:
        UsageError: a file cannot be written, exists, or two need the same name.
    """
    out, video = config.output.out, config.output.video
    if out is not None:
        check_out_directory(out)
    if video is not None:
        check_output(video)
        require_no_segments(encoded(video))
    check_watchers(config)


def check_watchers(config: RunConfig) -> None:
    """Refuse what a run that begins or goes on cannot be watched with.

    Raises:
        UsageError: a new file cannot be written, two files need the same name, Rerun is missing, or
            there is no display for a window.
    """
    output = config.output
    if output.recording is not None:
        check_new_file(output.recording, "--recording", (".rrd",))
    if output.report is not None:
        check_new_file(output.report, "--report", (".html", ".htm"))
        _check_film(config, output.report)
    if output.gui:
        require_display("gui", True, wayland=False)
    if output.live or output.recording is not None:
        # Only here: most runs have no live view.
        from bildsim.programs.live.sdk import load_rerun

        if output.live:
            require_display(
                "live", True, "set DISPLAY, or write a {recording:FILE.rrd} that opens elsewhere"
            )
        load_rerun(*(("live", True) if output.live else ("recording", str(output.recording))))
    for (one, path), (other, rival) in combinations(_places(config), 2):
        if _names(path) & _names(rival):
            words = f"{as_option(one, path)} and {as_option(other, rival)}"
            raise UsageError(f"{words} need the same name: give two")


def written(config: RunConfig) -> list[Path]:
    """Return which files were asked for and are there: a run that failed may lack some."""
    output = config.output
    places = (output.video, output.recording, output.report, output.out)
    return [place for place in places if place is not None and place.exists()]


def _check_film(config: RunConfig, report: Path) -> None:
    film = film_of(config)
    if film is not None and film != config.output.video:
        if film.exists():
            raise UsageError(
                "{report} needs the name {0} for its film, which exists: give another name, or a "
                "{video} of its own",
                film,
                report=str(report),
                video="FILE.mp4",
            )
        check_output(film, "--report")


def _places(config: RunConfig) -> list[tuple[str, Path]]:
    """Return the setting and the place of each file or directory to come."""
    output = config.output
    named = {
        "out": output.out,
        "video": film_of(config),
        "recording": output.recording,
        "report": output.report,
    }
    return [(name, place) for name, place in named.items() if place is not None]


def _names(place: Path) -> set[Path]:
    """Return the names that a file has, before and when it is whole."""
    path = place.resolve()
    return {path, part_of(path), part_name(path)}
