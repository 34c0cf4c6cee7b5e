"""The video of a run: what is shown of each tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bildsim.basics.arrays import Floats
from bildsim.basics.timing import TICK_S
from bildsim.drawing.frame_state import LEAST_KL, FrameState, readings_of, title_of
from bildsim.drawing.palette import LEAST_PEAK
from bildsim.envs.bullet.arena import Arena
from bildsim.programs.output.film_settings import AnyFilm, FilmSettings
from bildsim.programs.run.places import film_of
from bildsim.simulation.config import RunConfig
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import estimates
from bildsim.simulation.peak import peak_density
from bildsim.simulation.tick import Tick
from bildsim.targets.target import Target

if TYPE_CHECKING:
    from bildsim.drawing.heatmap import FloorPaint

SIZE = (1280, 720)
_CAMERA_PIXELS = 640
# The robots' own estimates are compared with the exact fit this often: it costs as much as drawing.
_ESTIMATE_TICKS = 5


class VideoRecording:
    """Tells a film what a frame of each tick shows.

    Attributes:
        activity: what its time is counted as.
        wants_rows: whether it is told of rows: frames show ticks alone.

    Args:
        simulation: the run that is shown.
        config: its configuration, which asks for a film.
        kl_floor: least KL that the family allows (nats).
        film: draws and encodes the frames; it is opened here.

    Raises:
        UsageError: the video cannot be made.
    """

    activity, wants_rows = "drawing", False

    def __init__(
        self, simulation: Simulation, config: RunConfig, kl_floor: float, film: AnyFilm
    ) -> None:
        path = film_of(config)
        assert path is not None
        self._simulation, self._config, self._film = simulation, config, film
        speed = config.output.video_speed
        self._target, grid = simulation.target, simulation.family.grid
        peak = peak_density(simulation.env.target, grid, config.duration)
        self._peak = max(peak, LEAST_PEAK)
        self._paint: FloorPaint | None = None
        self._painted: Target | None = None
        film.open(
            FilmSettings(
                path=path,
                fps=speed / TICK_S,
                size=SIZE,
                segmented=config.output.checkpoint is not None,
                target=self._target.on_grid(grid),
                peak=self._peak,
                radius=simulation.env.robot.radius,
                duration_s=config.duration,
                title=_title(simulation.env.target.name, config),
                # Below it the solvers' errors begin, and the chart would show little else.
                kl_floor=kl_floor if kl_floor >= LEAST_KL and not simulation.moves else None,
                playback_speed=speed,
                obstacles=simulation.env.obstacles.outlines,
            )
        )
        self._count = 0
        self._estimate: float | None = None

    def show(self, tick: Tick) -> None:
        """Have a frame of the tick drawn and encoded."""
        if self._count % _ESTIMATE_TICKS == 0:
            self._estimate = estimates(self._simulation.family, tick).get("kl_estimate")
            self._film.push_kl(tick.time_s, tick.kl_fit, self._estimate)
        self._count += 1
        state = FrameState(
            tick.time_s,
            tick.pose,
            tick.touching_robot | tick.touching_wall,
            (tick.saturated > 0.5) & tick.active,
            self._learned(tick),
            self._readings(tick),
            tick.active,
            self._present(tick),
        )
        camera = None
        if self._config.output.view == "camera":
            arena = self._simulation.env.arena
            assert isinstance(arena, Arena), "the configuration allows the camera in PyBullet only"
            paint = self._floor_paint(tick)
            camera = arena.camera(_CAMERA_PIXELS, _CAMERA_PIXELS, paint)
        self._film.show(state, camera)

    def take(self, row: Mapping[str, float | int]) -> None:
        """Leave a row of metrics alone."""

    def snapshot(self) -> dict[str, Any]:
        """Return the state, the frames so far being whole in files; see `bildsim.basics.resumable`.

        Raises:
            RunError: the encoder failed.
        """
        return {"film": self._film.snapshot(), "count": self._count, "estimate": self._estimate}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken.

        Raises:
            UsageError: frames that there were are gone.
        """
        self._film.restore(state["film"])
        self._count, self._estimate = state["count"], state["estimate"]

    def close(self) -> None:
        """Finish the video."""
        self._film.close()

    def abandon(self) -> None:
        """Leave a video that is not to be finished; after `close` it does nothing."""
        self._film.abandon()

    def _present(self, tick: Tick) -> Floats | None:
        """Return p* at this tick on the grid, (G, G); None where it is what it was."""
        if tick.target is self._target:
            return None
        self._target = tick.target
        return tick.target.on_grid(self._simulation.family.grid)

    def _floor_paint(self, tick: Tick) -> FloorPaint:
        """Return what paints p* on the floor that the camera sees."""
        # Only here: most runs draw nothing in this process.
        from bildsim.drawing.heatmap import FloorPaint

        if self._paint is None or self._painted is not tick.target:
            density = tick.target.on_grid(self._simulation.family.grid)
            self._paint, self._painted = FloorPaint(density, self._peak), tick.target
        return self._paint

    def _learned(self, tick: Tick) -> Floats:
        """Return the density that the robots believe in on average, or the exact fit."""
        parameters = tick.report.parameters
        y = tick.theta if parameters is None else parameters.mean(axis=0)
        return self._simulation.family.density(y)

    def _readings(self, tick: Tick) -> dict[str, str]:
        return readings_of(
            self._config.planner,
            str(self._simulation.network_spec),
            tick.active,
            tick.kl_fit,
            self._estimate,
            tick.contact_pairs,
            float(tick.report.traffic.bytes.mean()),
        )


def film_recording(
    simulation: Simulation, kl_floor: float, film: AnyFilm | None
) -> VideoRecording | None:
    """Return what films a run; None where there is no film to make.

    Args:
        simulation: the run.
        kl_floor: least KL that the family allows (nats).
        film: draws and encodes the frames; None to do it in this process.

    Raises:
        UsageError: the video cannot be made.
    """
    if film_of(simulation.config) is None:
        return None
    if film is None:
        # Only here: most runs have their film beside them, and what draws takes long to load.
        from bildsim.programs.output.film import Film

        film = Film()
    film.time_budget = simulation.time_budget
    return VideoRecording(simulation, simulation.config, kl_floor, film)


def _title(target: str, config: RunConfig) -> str:
    title = title_of(target, config.swarm.arena_width)
    return f"camera, {title}" if config.output.view == "camera" else title
