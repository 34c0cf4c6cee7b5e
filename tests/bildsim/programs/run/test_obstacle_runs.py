"""Runs among obstacles: options, files, restarts, Python, sentences.

No module of its own stands behind this: it is the way from the option to robots that drove round.
"""

import json
import tomllib
from contextlib import closing

import gymnasium
import numpy as np
import pytest

from bildsim import UsageError, simulate
from bildsim.obstacles.reading import obstacles_of
from bildsim.programs.output.recorder import Recorder
from bildsim.programs.sweep.reference_tasks import ReferenceSpec
from bildsim.programs.sweep.trial import determining
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.load_target import family_of, load_target
from bildsim.simulation.loop import Simulation
from tests.bildsim.programs.run.killing import SHOTS, SMALL, before, call, killed, results
from tests.envs.robots.urdf.models import COURIER

DISC, BOX = "disc:0.1,0.1,0.2", "box:-0.45,0.35,0.3,0.2,30"
AROUND = ("--obstacle", DISC, f"--obstacle={BOX}", "--safety", "orca")
LINE = (*SMALL, *AROUND, "--planner", "laguerre", "--dynamics", "kinematic")


def test_options_join_and_the_file_runs_again(program, tmp_path):
    ended = program(*LINE, "--out", "out")
    assert ended.status == 0, ended.err
    config = tomllib.loads((tmp_path / "out" / "config.toml").read_text(encoding="utf-8"))
    assert config["swarm"]["obstacle"] == f"{DISC} {BOX}"
    again = program("--config", "out/config.toml", "--out", "again")
    assert again.status == 0, again.err
    for kept in ("metrics.csv", "trajectory.npz", "config.toml"):
        assert (tmp_path / "again" / kept).read_bytes() == (tmp_path / "out" / kept).read_bytes()


@pytest.mark.parametrize("planner", ["laguerre", "bild-macro"])
def test_a_killed_run_goes_on_to_the_same_bytes(planner, tmp_path):
    line = (*SMALL, *AROUND, "--planner", planner, "--dynamics", "kinematic")
    assert call(*line, "--out", tmp_path / "whole", *SHOTS) == 0
    killed(before(Recorder, "tick", 17), *line, "--out", tmp_path / "cut", *SHOTS)
    assert call("--resume", tmp_path / "cut", "--quiet") == 0
    assert results(tmp_path / "cut") == results(tmp_path / "whole")


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_a_model_of_ones_own_in_a_wide_arena_goes_on_under_a_camera(dynamics, tmp_path):
    line = (
        *(*SMALL, *AROUND, "--planner", "laguerre", "--dynamics", dynamics),
        *("--robot-urdf", COURIER, "--arena-width", 4, "--localisation", "overhead-camera"),
    )
    assert call(*line, "--out", tmp_path / "whole") == 0
    killed(before(Recorder, "tick", 17), *line, "--out", tmp_path / "cut", *SHOTS)
    assert call("--resume", tmp_path / "cut", "--quiet") == 0
    assert results(tmp_path / "cut") == results(tmp_path / "whole")
    said = json.loads((tmp_path / "whole" / "summary.json").read_text(encoding="utf-8"))
    with np.load(tmp_path / "whole" / "trajectory.npz") as data:
        places = data["pose"][:, :, :2]
    # Places and obstacles are in units of half the width, 2 m; the radius is in metres.
    gap_m = 2.0 * obstacles_of(f"{DISC} {BOX}").clearance(places)
    assert gap_m.min() > 0.97 * said["swarm"]["radius"]
    assert np.abs(places[-1] - places[0]).max() > 0.1


@pytest.mark.parametrize("dynamics", ["kinematic", "bullet"])
def test_an_environment_by_its_name_keeps_robots_off(dynamics):
    env = gymnasium.make(
        "bildsim:bildsim/Swarm-v0",
        robots=8,
        dynamics=dynamics,
        order=2,
        safety="orca",
        obstacle=[DISC, BOX],
    )
    obstacles = obstacles_of(f"{DISC} {BOX}")
    seen, _ = env.reset(seed=0)
    begun, radius = seen["pose"][:, :2], env.unwrapped.robot.radius
    for _ in range(30):
        # To the middle of the disc, where nobody can be.
        seen, _, _, _, info = env.step(np.full((8, 2), 0.1))
        assert obstacles.clearance(seen["pose"][:, :2]).min() > 0.97 * radius
        assert not info["touching_wall"].any()
    assert np.hypot(*(seen["pose"][:, :2] - begun).T).max() > 0.1
    env.close()


def test_python_takes_a_list_and_shows_what_is_left():
    result = simulate(
        8,
        planner="laguerre",
        dynamics="kinematic",
        duration=1.0,
        safety="cbf",
        obstacle=[DISC, BOX],
        progress=False,
    )
    obstacles = obstacles_of(f"{DISC} {BOX}")
    blocked = obstacles.grown(result.radius).covers(result.family.grid.points)
    assert blocked.any()
    for density in (result.density(), result.target_density()):
        np.testing.assert_array_equal(density[blocked], 0.0)
        assert float(result.family.grid.integrate(density)) == pytest.approx(1.0)
    assert obstacles.clearance(result.trajectory.pose[:, :, :2]).min() >= result.radius - 1e-6
    assert len(result.plot().axes[0].patches) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--obstacle", "ball:0,0,1"), "--obstacle ball:0,0,1 is not understood"),
        (("--obstacle", DISC, "--dynamics", "ideal"), "is not possible with --dynamics ideal"),
        (("--obstacle", "box:0,0,3,0.1"), "--obstacle box:0,0,3,0.1 cuts off a part"),
        (
            ("--obstacle", "disc:0,0,0.9", "--robots", 900, "--radius", 0.025),
            "--robots 900 is not possible with --obstacle disc:0,0,0.9",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(program, tmp_path, options, said):
    ended = program(*SMALL, "--dynamics", "kinematic", *options, "--out", "out")
    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "robot", [{}, {"robot": "e-puck2"}, {"robot_urdf": str(COURIER)}], ids=["usual", "named", "own"]
)
def test_all_hold_the_same_places_for_blocked(robot):
    swarm = SwarmSettings(robots=8, dynamics="kinematic", obstacle=DISC, arena_width=3.0, **robot)
    config = RunConfig(swarm=swarm)
    with closing(Simulation(config)) as simulation:
        env = simulation.env
        assert env.family.obstacles == family_of(config).obstacles
        assert env.present_target.obstacles == load_target(config).at(0.0).obstacles
        (grown,) = family_of(config).obstacles.parts
        assert grown.rounding == pytest.approx(0.2 + env.described_robot.radius / 1.5)


def test_feedforward_is_refused():
    swarm = SwarmSettings(dynamics="kinematic", obstacle=DISC)
    config = RunConfig(target="split", swarm=swarm)
    with pytest.raises(UsageError, match="feedforward is not possible with obstacle"):
        RunConfig(
            target="split",
            swarm=swarm,
            motion=type(config.motion)(feedforward=True, target_speed=0.1),
        )


def test_trials_without_obstacles_are_known_by_what_they_were():
    assert "obstacle" not in determining(RunConfig())["swarm"]
    assert "blocked" not in ReferenceSpec.of(RunConfig()).said
    among = RunConfig(swarm=SwarmSettings(dynamics="kinematic", obstacle=DISC))
    assert determining(among)["swarm"]["obstacle"] == DISC
    assert ReferenceSpec.of(among).identity != ReferenceSpec.of(RunConfig()).identity
