"""Whatever file is brought as a target or a start, the swarm goes to where the file says.

No module of its own stands behind this: it is the whole way from a file to robots that have moved.
"""

import json

import numpy as np
import pytest

from tests.bildsim.programs.run.brought import BEFORE, FILES, PLACE

SMALL = ("--robots", 12, "--order", 2, "--start", "corner", "--quiet")
TO_THE_TARGET = ("--planner", "ot_lloyd", "--dynamics", "ideal", "--max-speed", "inf")
# The uniform share of 0.02 draws the mean to the middle, and twelve robots leave gaps.
NEAR_M = 0.06


@pytest.mark.parametrize("kind", FILES)
def test_the_swarm_ends_where_the_file_says(program, tmp_path, kind):
    name, write, words = FILES[kind]
    write(tmp_path / name)
    line = (*SMALL, *TO_THE_TARGET, "--duration", 2, f"--target-file={name}", *words)
    ended = program(*line, "--out", "out")
    assert ended.status == 0, ended.err
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        mean = data["pose"][-1, :, :2].mean(axis=0)
    np.testing.assert_allclose(mean, PLACE, rtol=0, atol=NEAR_M)
    said = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert said["target_source"]


def test_a_film_takes_the_swarm_from_frame_to_frame(program, tmp_path):
    FILES["animated PNG"].write(tmp_path / "a.png")
    line = (*SMALL, *TO_THE_TARGET, "--target-file", "a.png", "--target-time", 37)
    assert program(*line, "--duration", 38, "--out", "out").status == 0
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        means = data["pose"][:, :, :2].mean(axis=1)
    # The file shows its frames for 50, 90, 200 and 30 ms: here a hundred times as long.
    for time_s, place in zip((0.3, 5.3, 14.3, 34.3, 38), (*BEFORE, PLACE), strict=True):
        np.testing.assert_allclose(means[round(10 * time_s)], place, rtol=0, atol=0.15)


@pytest.mark.parametrize("dynamics", ["ideal", "kinematic", "bullet"])
@pytest.mark.parametrize("name", ["places.npy", "places.csv", "fixed 方.csv"])
def test_the_swarm_starts_where_the_file_says(program, tmp_path, dynamics, name):
    places = np.column_stack([np.linspace(-0.8, 0.8, 7), np.linspace(0.3, -0.9, 7)])
    headings = np.linspace(-3.0, 3.0, 7)
    if name.endswith(".npy"):
        np.save(tmp_path / name, places)
    elif "fixed" in name:
        poses = np.column_stack([places, headings])
        np.savetxt(tmp_path / name, poses, delimiter=",", header="x,y,heading", comments="")
    else:
        np.savetxt(tmp_path / name, places, delimiter=",")
    line = ("--robots", 7, "--dynamics", dynamics, "--duration", 0.2, "--network", "complete")
    ended = program(*line, "--planner", "static", f"--start={name}", "--out", "out", "--quiet")
    assert ended.status == 0, ended.err
    with np.load(tmp_path / "out" / "trajectory.npz") as data:
        first = data["pose"][0]
    np.testing.assert_allclose(first[:, :2], places, rtol=0, atol=1e-12)
    if "fixed" in name:
        np.testing.assert_allclose(first[:, 2], headings, rtol=0, atol=1e-12)
    again = program("--config", "out/config.toml", "--out", "again")
    assert again.status == 0, again.err
    for kept in ("metrics.csv", "trajectory.npz"):
        assert (tmp_path / "again" / kept).read_bytes() == (tmp_path / "out" / kept).read_bytes()
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["configuration"]["swarm"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--start s.csv", "--start s.csv does not exist: give a file of places (.npy, .csv)"),
        ("--start two.csv", "--start two.csv: poses of 2 robots are not possible with --robots 3"),
        ("--start far.csv", "--start far.csv: poses with robot 1 at (3, 0) m are not possible"),
        ("--start heap.csv", "--start heap.csv: poses with robots 0 and 2 at a distance of 0.01"),
        ("--start korner", "--start korner is unknown: did you mean corner?"),
        ("--target photo.png", "--target photo.png is a file, and no name of a target: give "),
    ],
)
def test_bad_places_are_refused_in_one_sentence(program, tmp_path, words, said):
    (tmp_path / "two.csv").write_text("0,0\n0.5,0\n")
    (tmp_path / "far.csv").write_text("0,0\n3,0\n0.5,0\n")
    (tmp_path / "heap.csv").write_text("0,0\n0.5,0\n0.01,0\n")
    before = sorted(tmp_path.iterdir())
    ended = program("--robots", 3, *words.split(), "--out", "out")
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert ended.err.startswith(f"bildsim.run: {said}"), ended.err
    assert sorted(tmp_path.iterdir()) == before
