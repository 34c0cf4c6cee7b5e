"""The tables of a run in open loop read back exactly."""

import csv

from bildsim.programs.reproduce.history import CONVERGENCE, STABILITY
from bildsim.programs.reproduce.tables import write_tables
from tests.bildsim.programs.reproduce.made import ROBOTS, run


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_files_and_their_columns(tmp_path):
    paths = write_tables(run(), tmp_path, "ours")
    names = ["convergence", "stability", "robots", "learned"]
    assert [path.name for path in paths] == [f"{name}_ours.csv" for name in names]
    assert tuple(read(paths[0])[0]) == CONVERGENCE
    assert tuple(read(paths[1])[0]) == STABILITY


def test_floats_read_back_exactly_and_counts_are_whole(tmp_path):
    convergence, _, robots, learned = map(read, write_tables(run(), tmp_path, "x"))
    for row, recorded in zip(convergence, run().history.convergence, strict=True):
        assert [float(cell) for cell in row.values()] == recorded
        assert row["round"].isdigit()
    shots = run().history.snapshots
    assert len(robots) == len(shots) * ROBOTS
    assert float(robots[-1]["x_m"]) == shots[-1].positions[-1, 0]
    assert [float(v) for k, v in learned[-1].items() if k != "round"] == shots[-1].y.tolist()
