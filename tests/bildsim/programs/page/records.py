"""What the tests of the page share: a small run, and what is known of it."""

from contextlib import closing
from dataclasses import asdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bildsim.programs.output.json_values import plain
from bildsim.programs.output.video_writer import VideoWriter
from bildsim.programs.page.clip import Clip, clip_of
from bildsim.programs.page.collected import RunPage
from bildsim.programs.page.html import RunRecord
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation

CONFIG = RunConfig(planner="static", duration=2.0, swarm=SwarmSettings(robots=5, dynamics="ideal"))
COLUMNS = {
    "time_s": np.array([0.0, 1.0, 2.0]),
    "kl_fit": np.array([1.0, 0.5, 0.2]),
    "w2": np.array([0.4, 0.3, 0.2]),
    "energy": np.array([0.1, 0.05, 0.01]),
    "speed_m_s": np.array([0.0, 0.1, 0.05]),
    "contacts": np.array([0.0, 1.0, 2.0]),
    "wall_contacts": np.array([0.0, 0.0, 1.0]),
    "active": np.array([5.0, 5.0, 5.0]),
}


@cache
def _watched():
    simulation = Simulation(CONFIG)
    page = RunPage(simulation)
    for tick in simulation.ticks():
        page.show(tick)
    return page.stills


@cache
def _clip():
    with TemporaryDirectory() as directory:
        path = Path(directory) / "a.mp4"
        with closing(VideoWriter(path, 10, (160, 96))) as video:
            for shade in range(20):
                video.write(np.full((96, 160, 3), 10 * shade, np.uint8))
        return clip_of(path, Path(directory) / "a.html", "")


def record(*, empty=False, **summary):
    """Return what is known of a run; ``empty`` of one that stopped before its first row."""
    final = {} if empty else {name: float(values[-1]) for name, values in COLUMNS.items()}
    said = {
        "target_source": "",
        "status": "done",
        "reason": "",
        "kl_floor": 0.01,
        "kl_excess": None if empty else 0.19,
        "final": final,
        "simulated_s": 2.0,
        "kl_settling_s": "inf",
        "planner_ms_a_robot": 0.5,
        "wall_s": 1.0,
        "real_time_factor": 2.0,
        "compile_s": 0.0,
        "seed": 0,
        "swarm": {"robots": 5, "radius": 0.025, "network": "complete"},
        "configuration": plain(asdict(CONFIG)),
        "versions": {"numpy": "1.2.3"},
    }
    return RunRecord(
        CONFIG,
        said | summary,
        {} if empty else COLUMNS,
        [] if empty else _watched(),
        Clip(note="There is no film.") if empty else _clip(),
    )
