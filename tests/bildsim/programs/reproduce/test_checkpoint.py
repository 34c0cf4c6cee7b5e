"""A run in open loop as a file."""

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.reproduce import checkpoint
from bildsim.programs.reproduce.history import History
from tests.bildsim.programs.reproduce.made import run


@pytest.fixture
def saved(tmp_path):
    loop = run().loop
    path, history = tmp_path / "point", History(stopped="by hand")
    checkpoint.save(path, loop, loop.start(), history, 12.5)
    return path, loop


def test_it_comes_back_as_it_was(saved):
    path, loop = saved
    state, history, wall_s = checkpoint.load(path, loop)
    np.testing.assert_array_equal(state.positions, loop.positions)
    assert state.log_target is loop.algorithm.log_target, "constants are those of the run"
    assert (history.stopped, wall_s) == ("by hand", 12.5)


def test_a_file_of_another_program_is_refused(saved):
    path, loop = saved
    checkpoint_file.write(path, {"program": "bildsim.run"}, b"")
    with pytest.raises(RunError, match="cannot be read: remove it to begin again"):
        checkpoint.load(path, loop)


def test_a_file_that_was_cut_is_refused(saved):
    path, loop = saved
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(RunError, match="cannot be read"):
        checkpoint.load(path, loop)


def test_a_place_that_cannot_be_written(tmp_path):
    loop = run().loop
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match="cannot be written: not a directory"):
        checkpoint.save(tmp_path / "file" / "point", loop, loop.start(), History(), 0.0)
