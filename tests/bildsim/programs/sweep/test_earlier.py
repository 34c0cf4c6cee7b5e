"""A directory that holds a sweep goes on with more of the same, and nothing else."""

import json
from dataclasses import replace

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.sweep import earlier
from bildsim.programs.sweep.config import BenchConfig
from bildsim.programs.sweep.earlier import open_store, require_more

PROGRAM = "bildsim.bench"
CONFIG = BenchConfig(planners="static", targets="ring", starts="corner", seeds="0")


@pytest.fixture
def used(tmp_path):
    """Return a directory with one result of a sweep."""
    store = open_store(tmp_path / "a", PROGRAM, CONFIG)
    store.save("trials", "abc", {})
    store.close()
    return tmp_path / "a"


def test_without_results_anything_may_begin(tmp_path):
    require_more(tmp_path, PROGRAM, CONFIG)
    open_store(tmp_path / "a", PROGRAM, CONFIG).close()
    other = BenchConfig(planners="static", targets="ring", starts="corner", seeds="3")
    open_store(tmp_path / "a", PROGRAM, other).close()
    assert 'seeds = "3"' in (tmp_path / "a" / "config.toml").read_text()


def test_the_same_in_another_order_is_the_same(used):
    require_more(used, PROGRAM, replace(CONFIG, planners="cvt,static", starts="uniform,corner"))
    require_more(used, PROGRAM, replace(CONFIG, seeds="1,0", jobs=3))


def test_another_program_is_refused(used):
    with pytest.raises(UsageError, match=r"holds what bildsim\.bench has left: give another"):
        require_more(used, "bildsim.attribute", CONFIG)
    (used / "bench.json").write_text(json.dumps([]))
    with pytest.raises(UsageError, match="holds what another program has left"):
        require_more(used, PROGRAM, CONFIG)


def test_a_configuration_that_is_lost_or_spoilt(used):
    (used / "config.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"holds a config\.toml that cannot be read"):
        require_more(used, PROGRAM, CONFIG)
    (used / "config.toml").write_text("wonders = 3")
    with pytest.raises(UsageError, match="wonders"):
        require_more(used, PROGRAM, CONFIG)
    (used / "config.toml").unlink()
    require_more(used, PROGRAM, CONFIG)


def test_what_another_process_has_left_meanwhile_stays(used, monkeypatch):
    """Between the first look and taking the directory another sweep may have come and gone."""
    before = (used / "config.toml").read_bytes()
    other = BenchConfig(planners="cvt", targets="ring", starts="corner", seeds="0")
    with pytest.raises(UsageError, match="leaves out static"):
        open_store(used, PROGRAM, other)
    assert (used / "config.toml").read_bytes() == before
    open_store(used, PROGRAM, CONFIG).close()
    assert earlier.CONFIGURATION == "config.toml"
