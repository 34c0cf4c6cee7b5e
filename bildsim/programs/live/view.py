"""A live view of a run: told of every tick and row, shown at once and kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.names import counted, short
from bildsim.density.legendre_family import LegendreFamily
from bildsim.drawing.palette import LEAST_PEAK
from bildsim.network.graph import Network
from bildsim.programs.live import layout, marks
from bildsim.programs.live.stream import Stream
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import estimates
from bildsim.simulation.peak import peak_density
from bildsim.simulation.tick import Tick

# As in the video: comparing the robots' estimates costs as much as all else here.
_ESTIMATE_TICKS = 5
_MARGIN = 0.05


@dataclass(frozen=True)
class Scene:
    """What does not change during a run.

    Attributes:
        title: of the run.
        radius: of a robot (m).
        family: the density family of the fit.
        peak: density that has the brightest colour (1/m^2).
        obstacles: outlines of what stands in the arena, (P, 2) each, m.
    """

    title: str
    radius: float
    family: LegendreFamily
    peak: float
    obstacles: tuple[Floats, ...] = ()

    @classmethod
    def of(cls, simulation: Simulation) -> Scene:
        """Return the scene of a simulation."""
        config, env = simulation.config, simulation.env
        peak = peak_density(env.target, env.family.grid, config.duration)
        title = f"{short(config.planner)}, {short(env.target.name)}, {counted(env.robots, 'robot')}"
        peak = max(peak, LEAST_PEAK)
        return cls(title, env.robot.radius, env.family, peak, env.obstacles.outlines)


class LiveView:
    """Logs a run to Rerun, on the timeline ``sim_time``; see `layout` for the entities.

    Places are those of trajectory.npz, y upwards. Densities have the video's colours, curves the
    names that they have in metrics.csv.

    Attributes:
        activity: what its time is counted as.
        wants_rows: whether it is told of rows: it is, for the curve of W2.

    Args:
        scene: what does not change.
        recording: a new file, or None.
        viewer: whether Rerun's viewer is opened.

    Raises:
        UsageError: Rerun is not installed, or another process writes to the recording.
        RunError: the viewer does not start, or the file cannot be written.
    """

    activity, wants_rows = "live view", True

    def __init__(self, scene: Scene, *, recording: Path | None, viewer: bool) -> None:
        self._stream = Stream(scene.title, recording, viewer=viewer)
        self._scene, self._rerun = scene, self._stream.rerun
        self._target: Any = None
        self._network: Network | None = None
        self._pairs = np.zeros((0, 2), dtype=np.intp)
        self._count = 0
        self._arrange()

    def show(self, tick: Tick) -> None:
        """Log a tick."""
        self._stream.at(tick.time_s)
        self._show_densities(tick)
        self._show_swarm(tick)
        self._show_network(tick)
        self._number(layout.KL_FIT, tick.kl_fit)
        self._number(layout.TOUCHING, tick.contact_pairs)
        if self._count % _ESTIMATE_TICKS == 0 and tick.report.parameters is not None:
            self._number(layout.KL_ESTIMATE, estimates(self._scene.family, tick)["kl_estimate"])
        self._count += 1

    def take(self, row: Mapping[str, float | int]) -> None:
        """Log a row of metrics; it comes some ticks after its time."""
        self._stream.at(float(row["time_s"]))
        self._number(layout.W2, row["w2"])

    def close(self) -> None:
        """Hand over all that was logged, and give the recording its name.

        Raises:
            RunError: it cannot be written, or a file of that name has appeared meanwhile.
        """
        self._stream.close()

    def _arrange(self) -> None:
        """Log what stays: the layout, which way is up, sizes and colours."""
        rerun, stream, scene = self._rerun, self._stream, self._scene
        reach = 1.0 + scene.radius
        stream.arrange(layout.blueprint(rerun, reach + _MARGIN))
        for up in (layout.ARENA, layout.DENSITY):
            # The viewer's y points downwards.
            stream.keep(up, rerun.Transform3D(scale=[1.0, -1.0, 1.0]))
        step = 2.0 / (scene.family.grid.size - 1)
        corner = -1.0 - step / 2.0
        pixels = rerun.Transform3D(translation=[corner, corner, 0.0], scale=[step, step, 1.0])
        for picture in (layout.FLOOR, layout.TARGET, layout.FITTED):
            stream.keep(picture, pixels)
        wall = [[-reach, -reach], [reach, -reach], [reach, reach], [-reach, reach]]
        stream.keep(layout.WALLS, rerun.LineStrips2D([[*wall, wall[0]]], colors=marks.WALL))
        if scene.obstacles:
            rims = [np.vstack([rim, rim[:1]]) for rim in scene.obstacles]
            stream.keep(layout.OBSTACLES, rerun.LineStrips2D(rims, colors=marks.WALL))
        names = zip(marks.STATES, marks.STATE_COLOURS.tolist(), strict=True)
        known = [(number, name, colour) for number, (name, colour) in enumerate(names)]
        stream.keep(layout.ROBOTS, rerun.AnnotationContext(known))
        for curve in layout.CURVES:
            look = rerun.SeriesLines(colors=curve.colour, names=curve.name, widths=2.0)
            stream.keep(curve.entity, look)

    def _show_densities(self, tick: Tick) -> None:
        scene = self._scene
        fitted = marks.painted(scene.family.density(tick.theta), scene.peak)
        self._stream.log(layout.FITTED, self._image(fitted))
        if tick.target is not self._target:
            self._target = tick.target
            target = self._image(marks.painted(tick.target.on_grid(scene.family.grid), scene.peak))
            self._stream.log(layout.TARGET, target)
            self._stream.log(layout.FLOOR, target)

    def _image(self, colours: Any) -> Any:
        return self._rerun.Image(colours, magnification_filter="Bicubic", draw_order=-10.0)

    def _show_swarm(self, tick: Tick) -> None:
        rerun, radius = self._rerun, self._scene.radius
        here, state = tick.pose[:, :2], marks.states(tick)
        robots = rerun.Points2D(here, radii=radius, class_ids=state, draw_order=30.0)
        front = radius * np.stack([np.cos(tick.pose[:, 2]), np.sin(tick.pose[:, 2])], axis=-1)
        nose = rerun.Arrows2D(
            origins=here, vectors=front, radii=0.12 * radius, colors=marks.FRONT, draw_order=31.0
        )
        sent = tick.waypoint[tick.active]
        aims = rerun.Points2D(sent, radii=0.3 * radius, colors=marks.WAYPOINT, draw_order=20.0)
        self._stream.log(layout.ROBOTS, robots)
        self._stream.log(layout.HEADINGS, nose)
        self._stream.log(layout.WAYPOINTS, aims)

    def _show_network(self, tick: Tick) -> None:
        if tick.network is not self._network:
            self._network, self._pairs = tick.network, marks.edges(tick.network)
        places = marks.places(tick)
        ends: Floats = np.zeros((0, 2, 2)) if places is None else places[self._pairs]
        width = 0.04 * self._scene.radius
        lines = self._rerun.LineStrips2D(ends, radii=width, colors=marks.NETWORK, draw_order=10.0)
        self._stream.log(layout.NETWORK, lines)

    def _number(self, entity: str, value: float) -> None:
        self._stream.log(entity, self._rerun.Scalars(float(value)))
