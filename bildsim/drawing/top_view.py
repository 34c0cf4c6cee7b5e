"""The frame of the video: the swarm from above, its learned density and its KL to the target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats, Image
from bildsim.basics.errors import UsageError
from bildsim.drawing import captions
from bildsim.drawing.frame_state import FrameState
from bildsim.drawing.heatmap import ArenaMap, HeatMap
from bildsim.drawing.kl_chart import Box, KlChart
from bildsim.drawing.obstacles import draw_obstacles
from bildsim.drawing.page import Page
from bildsim.drawing.palette import BACKGROUND, FAINT, LEAST_PEAK, PANEL, TEXT
from bildsim.drawing.robot_marks import Trails, draw_robots
from bildsim.drawing.small_robots import draw_dots

SMALLEST = (960, 540)
"""Below this size, in pixels, the labels could not be read."""

# Places on the page of 1280 x 720: x, y and the side of a square, or width and height.
ARENA = (24.0, 52.0, 644.0)
LEARNED = (700.0, 52.0, 300.0)
NUMBERS = (1074.0, 52.0, 182.0, 300.0)
CHART = (748.0, 420.0, 500.0, 248.0)


class TopView:
    """Draws frames for one run; trails and curve grow from frame to frame.

    On the left is the target density with the robots to scale (or a camera's picture), on the
    right the density that the swarm has learned, in the same colours, numbers, and the curve
    of KL so far.

    Args:
        target: (G, G) density p* on the grid's nodes, element [i, j] at (x_j, y_i), in 1/m².
        peak: largest density of a target that moves (1/m²); unless given that of ``target``.
        radius: radius of a robot in metres.
        duration_s: length of the run in seconds.
        title: what stands over the left panel.
        kl_floor: the least KL that the family of densities allows, or None.
        playback_speed: simulated seconds in a second of video.
        size: width and height of the frames in pixels.
        obstacles: outlines of what stands in the arena, (P, 2) each, m.

    Raises:
        UsageError: the size is too small to read or odd.
    """

    def __init__(
        self,
        *,
        target: Floats,
        radius: float,
        duration_s: float,
        peak: float | None = None,
        title: str = "target p*",
        kl_floor: float | None = None,
        playback_speed: float = 1.0,
        size: tuple[int, int] = (1280, 720),
        obstacles: Sequence[Floats] = (),
    ) -> None:
        if size[0] < SMALLEST[0] or size[1] < SMALLEST[1] or any(side % 2 for side in size):
            raise UsageError(
                f"video size {size[0]}x{size[1]} is not possible: allowed are even sides "
                f"from {SMALLEST[0]}x{SMALLEST[1]}"
            )
        self._page = Page(size)
        self._duration_s, self._playback_speed = duration_s, playback_speed
        self._kl_floor = kl_floor
        self._peak = max(float(target.max()) if peak is None else peak, LEAST_PEAK)
        self._arena = self._arena_map(*ARENA, radius)
        self._small_arena = self._arena_map(*LEARNED, radius)
        self._learned = HeatMap(self._small_arena, target.shape[0], self._peak)
        self._trails = Trails(self._arena)
        left, top = self._page.at(*CHART[:2])
        box = Box(left, top, self._page.pixels(CHART[2]), self._page.pixels(CHART[3]))
        self._chart = KlChart(box, duration_s, kl_floor, self._page.pixels(captions.SMALL))
        self._base = np.full((size[1], size[0], 3), BACKGROUND, np.uint8)
        self._target_map = HeatMap(self._arena, target.shape[0], self._peak)
        self._target, self._obstacles = target, obstacles
        self._draw_panels(target)
        self._draw_titles(title)

    def snapshot(self) -> dict[str, Any]:
        """Return the state of trails and curves; see `bildsim.basics.resumable`."""
        return {"trails": self._trails.snapshot(), "chart": self._chart.snapshot()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self._trails.restore(state["trails"])
        self._chart.restore(state["chart"])

    def push_kl(self, time_s: float, kl: float, estimate: float | None = None) -> None:
        """Add a point to the curve of KL.

        Args:
            time_s: simulated time in seconds.
            kl: KL of the density fitted to the true positions.
            estimate: the same by the robots' own estimates, drawn as a second curve.
        """
        self._chart.push(time_s, kl, estimate)

    def draw(self, state: FrameState, camera: Image | None = None) -> Image:
        """Return the next frame, RGB (H, W, 3).

        Args:
            state: what to show.
            camera: RGB picture of any size to show on the left in place of the view from above.
        """
        if self._chart.axes_changed:
            self._chart.draw_axes(self._base)
        if state.target is not None and state.target is not self._target:
            self._target = state.target
            self._target_map.paint(self._base, self._target)
            draw_obstacles(self._base, self._arena, self._obstacles)
        frame = self._base.copy()
        self._trails.extend(state.time_s, state.poses[:, :2])
        if camera is None:
            self._trails.draw(frame)
            draw_robots(
                frame, self._arena, state.poses, state.contact, state.saturated, state.outside
            )
        else:
            self._show_camera(frame, camera)
        self._draw_learned(frame, state)
        self._draw_numbers(frame, state)
        self._draw_curves(frame)
        return frame

    def _arena_map(self, x: float, y: float, side: float, radius: float) -> ArenaMap:
        left, top = self._page.at(x, y)
        return ArenaMap(left, top, self._page.pixels(side), radius)

    def _draw_panels(self, target: Floats) -> None:
        """Draw what never changes inside the panels."""
        for arena in (self._arena, self._small_arena):
            arena.draw_walls(self._base)
        self._target_map.paint(self._base, target)
        draw_obstacles(self._base, self._arena, self._obstacles)
        x, y, side = LEARNED
        captions.draw_colour_bar(self._base, self._page, (x + side + 10, y, 12, side), self._peak)

    def _draw_titles(self, title: str) -> None:
        for text, x, y, width in (
            (title, ARENA[0], ARENA[1] - 14, 270),
            ("learned density", LEARNED[0], LEARNED[1] - 14, LEARNED[2]),
            ("KL divergence", LEARNED[0], CHART[1] - 18, 160),
        ):
            self._page.write(self._base, text, (x, y), captions.TITLE, TEXT, width=width)

    def _show_camera(self, frame: Image, camera: Image) -> None:
        arena = self._arena
        rows, columns = (slice(start, start + arena.side) for start in (arena.top, arena.left))
        frame[rows, columns] = captions.fitted_picture(camera, arena.side, PANEL)

    def _draw_learned(self, frame: Image, state: FrameState) -> None:
        if state.learned is None:
            x, y, side = LEARNED
            middle = x + side / 2, y + side / 2
            self._page.write(
                frame, "none yet", middle, captions.LABEL, FAINT, "centre", ground=PANEL
            )
        else:
            self._learned.paint(frame, state.learned)
            draw_obstacles(frame, self._small_arena, self._obstacles)
        dots = state.poses[~state.outside, :2]
        draw_dots(frame, self._small_arena, dots, 2.0 * self._page.scale)

    def _draw_curves(self, frame: Image) -> None:
        at = CHART[0] + 92, CHART[1] - 18
        estimates = self._chart.has_estimates
        captions.draw_chart_key(frame, self._page, at, self._kl_floor, estimates)
        self._chart.draw_curves(frame)

    def _draw_numbers(self, frame: Image, state: FrameState) -> None:
        counts = int(state.contact.sum()), int(state.saturated.sum())
        right = ARENA[0] + ARENA[2]
        captions.draw_legend(frame, self._page, right, ARENA[1] - 14, counts)
        x, y, width, height = NUMBERS
        rest = f"s of {self._duration_s:g} s at {self._playback_speed:g}x"
        captions.draw_clock(frame, self._page, x, y + 26, state.time_s, rest)
        captions.draw_readings(frame, self._page, state.readings, (x, y + 44, width, height - 44))
