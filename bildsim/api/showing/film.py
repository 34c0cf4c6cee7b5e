"""The program's video, made of what was kept of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bildsim.api.recording import ESTIMATE_TICKS, Reel
from bildsim.basics.errors import UsageError
from bildsim.basics.timing import TICK_S
from bildsim.drawing.frame_state import LEAST_KL, FrameState, readings_of, title_of
from bildsim.obstacles.reading import obstacles_of
from bildsim.programs.output.film import Film
from bildsim.programs.output.film_settings import FilmSettings
from bildsim.programs.output.paths import check_output
from bildsim.programs.run.video import SIZE
from bildsim.simulation.peak import peak_density
from bildsim.targets.target import Target

if TYPE_CHECKING:
    from bildsim.api.result import Result

_SLOWEST, _FASTEST = 0.1, 24.0


def make_film(result: Result, path: Path, speed: float) -> Path:
    """Make a video of a run, and return its path; one that was stopped leaves nothing.

    Args:
        result: of the run.
        path: the video to come.
        speed: simulated seconds in a second of video.

    Raises:
        UsageError: the video cannot be made, or nobody knows the target any more.
        RunError: the encoder failed.
    """
    if not _SLOWEST <= speed <= _FASTEST:
        raise UsageError(
            f"{{speed}} is not possible: allowed is {_SLOWEST:g} to {_FASTEST:g}", speed=speed
        )
    check_output(path, "the video")
    _require_ticks(result)
    settings, film = film_settings(result, path, speed), Film()
    film.open(settings)
    try:
        reel = reel_of(result)
        for count, state in enumerate(frames(result, reel)):
            if count % ESTIMATE_TICKS == 0:
                film.push_kl(state.time_s, *_divergences(reel, count))
            film.show(state, None)
    except BaseException:
        film.close()
        path.unlink(missing_ok=True)
        raise
    film.close()
    return path


def _require_ticks(result: Result) -> None:
    if len(result.trajectory) <= result.config.ticks:
        raise UsageError("a video needs every tick of the run, and this result has not kept them")


def film_settings(result: Result, path: Path, speed: float) -> FilmSettings:
    """Return what is filmed, as the program says it of the same run."""
    floor, grid = float(result.summary["kl_floor"]), result.family.grid
    first, course = result.target_at(0.0), result.target
    assert course is not None, "a run whose target is known"
    return FilmSettings(
        path=path,
        fps=speed / TICK_S,
        size=SIZE,
        segmented=False,
        target=first.on_grid(grid),
        peak=peak_density(course, grid, result.config.duration),
        radius=result.radius / result.unit_m,
        duration_s=result.config.duration,
        title=title_of(first.name, result.config.swarm.arena_width),
        kl_floor=floor if floor >= LEAST_KL and isinstance(course, Target) else None,
        playback_speed=speed,
        obstacles=obstacles_of(result.config.swarm.obstacle).outlines,
    )


def frames(result: Result, reel: Reel) -> Iterator[FrameState]:
    """Yield what each frame shows, one a tick."""
    ticks, family = result.trajectory, result.family
    shown = result.target_at(0.0)
    for count, time_s in enumerate(ticks.time_s.tolist()):
        # A course makes its targets anew: the first is the one that the film was opened with.
        target = result.target_at(time_s) if count else shown
        changed = None if target is shown else target.on_grid(family.grid)
        shown = target
        yield FrameState(
            time_s,
            ticks.pose[count],
            reel.contact[count],
            reel.saturated[count],
            family.density(reel.learned[count]),
            _readings(result, reel, count),
            ticks.active[count],
            changed,
        )


def reel_of(result: Result) -> Reel:
    """Return what a run shows beside its trajectory."""
    if result.reel is not None:
        return result.reel
    # Only here: what finds it again takes long to load.
    from bildsim.api.showing.replaying import replayed

    return replayed(result)


def _divergences(reel: Reel, count: int) -> tuple[float, float | None]:
    """Return KL to the target and of the estimates at a tick (nats); None where there are none."""
    estimate = float(reel.kl_estimate[count])
    return float(reel.kl_fit[count]), None if np.isnan(estimate) else estimate


def _readings(result: Result, reel: Reel, count: int) -> dict[str, str]:
    kl, estimate = _divergences(reel, count)
    return readings_of(
        result.config.planner,
        str(result.summary["swarm"]["network"]),
        result.trajectory.active[count],
        kl,
        estimate,
        int(reel.touching_pairs[count]),
        float(reel.bytes_sent[count]),
    )
