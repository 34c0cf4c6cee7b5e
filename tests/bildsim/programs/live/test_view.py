"""A recording of a run: what is in it, and that the run is the same with and without it."""

import subprocess
import sys

import numpy as np
import pytest

from tests.bildsim.programs.live.reading import recording

pytest.importorskip("rerun", reason="the extra `live` is not installed")
SMALL = (
    *("--robots", "6", "--duration", "1.2", "--dynamics", "kinematic", "--network", "complete"),
    *("--rounds", "1", "--metrics-period", "0.4", "--dead", "0.2@0.5", "--quiet"),
)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Do a run twice, once with a recording, in processes of their own."""
    place = tmp_path_factory.mktemp("live")
    for name, more in (("with", ("--recording", str(place / "a.rrd"))), ("without", ())):
        words = [sys.executable, "-m", "bildsim.run", *SMALL, "--out", str(place / name), *more]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    return place


@pytest.fixture(scope="module")
def content(watched):
    return recording(watched / "a.rrd")


def test_a_recording_changes_nothing_in_the_run(watched):
    for name in ("metrics.csv", "trajectory.npz", "config.toml"):
        assert (watched / "with" / name).read_bytes() == (watched / "without" / name).read_bytes()
    assert sorted(path.name for path in watched.iterdir()) == ["a.rrd", "with", "without"]


def test_every_tick_and_row_is_in_it(content):
    rows, columns, _, layouts = content
    ticks = 13
    for entity in ("robots", "headings", "waypoints", "network"):
        assert rows[f"/arena/swarm/{entity}"] == ticks
    assert rows["/density/fitted"] == rows["/curves/kl/kl_fit"] == ticks
    assert rows["/curves/contacts/contacts"] == ticks
    assert rows["/curves/kl/kl_estimate"] == 3, "every fifth tick"
    assert rows["/curves/distance/w2"] == 4, "the rows of metrics.csv"
    assert rows["/arena/target"] == rows["/density/target"] == 1, "p* is at rest"
    assert layouts == 1
    assert all("sim_time" in names for names in columns.values())


def test_it_says_what_the_results_say(watched, content):
    _, _, last, _ = content
    with np.load(watched / "with" / "trajectory.npz") as data:
        pose, active = data["pose"][-1], data["active"][-1]
    robots = last["/arena/swarm/robots"]
    np.testing.assert_allclose(robots["Points2D:positions"], pose[:, :2], atol=1e-6)
    assert [kind == 2 for kind in robots["Points2D:class_ids"]] == (~active).tolist()
    front = np.array(last["/arena/swarm/headings"]["Arrows2D:vectors"])
    np.testing.assert_allclose(np.arctan2(front[:, 1], front[:, 0]), pose[:, 2], atol=1e-5)
    row = (watched / "with" / "metrics.csv").read_text().splitlines()
    values = dict(zip(row[0].split(","), row[-1].split(","), strict=True))
    for column, entity in (("kl_fit", "kl/kl_fit"), ("w2", "distance/w2")):
        assert last[f"/curves/{entity}"]["Scalars:scalars"] == [float(values[column])]


def test_edges_end_at_robots(watched, content):
    _, _, last, _ = content
    with np.load(watched / "with" / "trajectory.npz") as data:
        here = data["pose"][-1][data["active"][-1], :2]
    ends = np.array(last["/arena/swarm/network"]["LineStrips2D:strips"]).reshape(-1, 2)
    assert len(ends) == len(here) * (len(here) - 1), "two ends of each of a complete network"
    assert np.linalg.norm(ends[:, None] - here, axis=-1).min(axis=1).max() < 1e-6
