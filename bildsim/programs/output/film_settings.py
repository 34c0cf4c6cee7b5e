"""What a film is of, and what a run tells of it, whoever draws it and wherever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bildsim.basics.arrays import Floats, Image
from bildsim.basics.time_budget import TimeBudget
from bildsim.drawing.frame_state import FrameState


@dataclass(frozen=True)
class FilmSettings:
    """What is filmed, and where the film goes.

    Attributes:
        path: the video, or a .gif to be made of it.
        fps: frames a second of playback.
        size: width and height in pixels.
        segmented: whether it is made in segments, so that it can go on from a `Film.snapshot`.
        target: (G, G) p* on the grid (1/m^2).
        peak: the largest density of a target that moves (1/m^2), else None.
        radius: of a robot (m).
        duration_s: length of the run (s).
        title: what stands over the left panel.
        kl_floor: the least KL that the family allows (nats), or None.
        playback_speed: simulated seconds in a second of video.
        obstacles: outlines of what stands in the arena, (P, 2) each, m.
    """

    path: Path
    fps: float
    size: tuple[int, int]
    segmented: bool
    target: Floats
    peak: float | None
    radius: float
    duration_s: float
    title: str
    kl_floor: float | None
    playback_speed: float
    obstacles: tuple[Floats, ...] = ()


class AnyFilm(Protocol):
    """What a run tells of its film; `Film` does it at once, a `FilmProcess` beside the run.

    `open` comes first, and `close` last; or `abandon`, which does nothing after it.

    Attributes:
        time_budget: where the time that the run spends on it is counted.
    """

    time_budget: TimeBudget

    def open(self, settings: FilmSettings) -> None: ...  # noqa: D102
    def push_kl(self, time_s: float, kl: float, estimate: float | None) -> None: ...  # noqa: D102
    def show(self, state: FrameState, camera: Image | None) -> None: ...  # noqa: D102
    def snapshot(self) -> dict[str, Any]: ...  # noqa: D102
    def restore(self, state: Mapping[str, Any]) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def abandon(self) -> None: ...  # noqa: D102
