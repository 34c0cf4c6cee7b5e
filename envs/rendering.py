"""An environment's frames: the swarm from above, its target, its fitted density and KL so far."""

from bildsim.basics.arrays import Bools, Floats, Image
from bildsim.drawing.frame_state import FrameState, count_of, title_of
from bildsim.envs.task import DensityTask
from bildsim.obstacles.shapes import NOWHERE, Obstacles


class SwarmView:
    """Draws the swarm of one episode, or of what is left of it, with trails and a curve of KL.

    Args:
        task: whose target, fit and KL are drawn.
        radius: of a robot, in units of places.
        duration_s: length of the time axis (s).
        time_s: simulated time at which the view is opened (s); the curve begins there.
        arena_width: of the arena (m).
        obstacles: what stands in the arena.
    """

    def __init__(
        self,
        task: DensityTask,
        radius: float,
        duration_s: float,
        time_s: float,
        arena_width: float = 2.0,
        obstacles: Obstacles = NOWHERE,
    ) -> None:
        # Only here: loading it takes half a second, and few environments draw.
        from bildsim.drawing.top_view import TopView

        self._task = task
        self._view = TopView(
            target=task.density,
            radius=radius,
            duration_s=duration_s,
            title=title_of(task.target.name, arena_width),
            obstacles=obstacles.outlines,
        )
        self.note_kl(time_s)

    def note_kl(self, time_s: float) -> None:
        """Continue the curve of KL to this moment (s)."""
        self._view.push_kl(time_s, self._task.kl)

    def draw(
        self, time_s: float, pose: Floats, touching: Bools, saturated: Bools, active: Bools
    ) -> Image:
        """Return the frame of this moment, (720, 1280, 3), RGB.

        Args:
            time_s: simulated time (s).
            pose: x, y, heading, (N, 3), m and rad.
            touching: which robots touch something, (N,).
            saturated: which have a wheel at its limit, (N,).
            active: which are in the swarm, (N,).
        """
        task = self._task
        readings = {"robots": count_of(active), "KL": f"{task.kl:.4f}"}
        fitted = task.family.density(task.theta)
        return self._view.draw(
            FrameState(time_s, pose, touching, saturated, fitted, readings, active, task.density)
        )
