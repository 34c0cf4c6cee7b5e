"""A film of a run: frames that are drawn from what a run says, and encoded as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2

from bildsim.basics.arrays import Image
from bildsim.basics.errors import RunError
from bildsim.basics.time_budget import TimeBudget
from bildsim.drawing.frame_state import FrameState
from bildsim.drawing.top_view import TopView
from bildsim.programs.output.film_settings import FilmSettings
from bildsim.programs.output.gif import encoded, make_gif
from bildsim.programs.output.segmented_writer import SegmentedVideoWriter
from bildsim.programs.output.video_writer import VideoWriter


class Film:
    """Draws every frame and streams it to the encoder.

    Attributes:
        time_budget: where the time of ``encoding``, most of it waiting for the encoder, is counted.
    """

    def __init__(self) -> None:
        self.time_budget = TimeBudget()
        self._writer: VideoWriter | SegmentedVideoWriter | None = None
        self._view: TopView | None = None
        self._settings: FilmSettings | None = None
        self._restored = False

    def open(self, settings: FilmSettings) -> None:
        """Make ready for frames.

        Raises:
            UsageError: size or frame rate cannot be encoded, ffmpeg does not run, or another
                process writes to the same video.
        """
        # OpenCV's own, woken for a few small matrices, would take time from the physics.
        cv2.setNumThreads(1)
        kind = SegmentedVideoWriter if settings.segmented else VideoWriter
        self._settings = settings
        self._writer = kind(encoded(settings.path), settings.fps, settings.size)
        self._view = TopView(
            target=settings.target,
            peak=settings.peak,
            radius=settings.radius,
            duration_s=settings.duration_s,
            title=settings.title,
            kl_floor=settings.kl_floor,
            playback_speed=settings.playback_speed,
            size=settings.size,
            obstacles=settings.obstacles,
        )

    def push_kl(self, time_s: float, kl: float, estimate: float | None) -> None:
        """Add a point to the curves of KL (nats) at a simulated time (s)."""
        self._shown.push_kl(time_s, kl, estimate)

    def show(self, state: FrameState, camera: Image | None) -> None:
        """Draw a frame and encode it.

        Args:
            state: what to show.
            camera: RGB picture of any size to show in place of the view from above, or None.

        Raises:
            RunError: the encoder has stopped, for example because the disk is full.
        """
        frame = self._shown.draw(state, camera)
        with self.time_budget.spent("encoding"):
            self._written.write(frame)

    def snapshot(self) -> dict[str, Any]:
        """Return the state, the frames so far being whole in files; see `bildsim.basics.resumable`.

        Raises:
            RunError: the encoder failed.
        """
        return {"writer": self._segments.snapshot(), "view": self._shown.snapshot()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken.

        Raises:
            UsageError: frames that there were are gone.
        """
        self._restored = True
        self._segments.restore(state["writer"])
        self._shown.restore(state["view"])

    def close(self) -> None:
        """Finish the video; of a film that was never opened there is none.

        Raises:
            RunError: the encoder failed, or a file of that name has appeared meanwhile.
        """
        if self._writer is None:
            return
        self._writer.close()
        settings = self._settings
        assert settings is not None
        if encoded(settings.path) != settings.path:
            self._make_gif(settings)

    def abandon(self) -> None:
        """Leave a film that is not to be finished; without a frame nothing is left of it."""
        if self._writer is not None:
            self._writer.abandon()

    def _make_gif(self, settings: FilmSettings) -> None:
        video, path = encoded(settings.path), settings.path
        if not video.exists():
            return
        if path.exists() and not self._restored:
            raise RunError(f"{path} exists by now: the video was left in {video}")
        make_gif(video, path, settings.duration_s / settings.playback_speed)
        video.unlink()

    @property
    def _shown(self) -> TopView:
        assert self._view is not None, "a film is opened first"
        return self._view

    @property
    def _written(self) -> VideoWriter | SegmentedVideoWriter:
        assert self._writer is not None, "a film is opened first"
        return self._writer

    @property
    def _segments(self) -> SegmentedVideoWriter:
        assert isinstance(self._writer, SegmentedVideoWriter), "the settings ask for segments"
        return self._writer
