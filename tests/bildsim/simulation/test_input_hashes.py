"""A run knows its user's own files by their content."""

import hashlib

from bildsim.envs.disturbances.localisation import Sensing
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.input_hashes import contents, planner_source


def test_built_in_planners_and_names_without_a_file_have_no_hash():
    assert planner_source("bild-macro") == ""
    assert planner_source("no_such_module_at_all:Planner") == ""
    assert planner_source("sys:Planner") == ""


def test_a_planner_of_ones_own_is_known_by_its_file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "mine_by_content.py"
    path.write_text("x = 1\n")
    expected = hashlib.sha256(b"x = 1\n").hexdigest()
    assert planner_source("mine_by_content:Planner") == expected


def test_a_package_that_fails_when_found_says_nothing_here(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "broken_house").mkdir()
    (tmp_path / "broken_house" / "__init__.py").write_text("raise OSError('no')\n")
    assert planner_source("broken_house.room:Planner") == ""


def test_target_files_are_hashed_where_they_can_be_read(tmp_path):
    path = tmp_path / "p.npy"
    path.write_bytes(b"abc")
    found = contents(RunConfig(target_file=path))
    digest = hashlib.sha256(b"abc").hexdigest()
    others = ("--planner", "--policy", "--start", "--localisation")
    assert found == {"--target-file": digest, **dict.fromkeys(others, "")}
    path.unlink()
    assert contents(RunConfig(target_file=path))["--target-file"] == ""


def test_files_of_places_are_hashed_and_regions_are_not(tmp_path):
    (tmp_path / "p.csv").write_bytes(b"0,0\n")
    for start, digest in (
        (str(tmp_path / "p.csv"), hashlib.sha256(b"0,0\n").hexdigest()),
        (str(tmp_path / "missing.csv"), ""),
        ("nul\0.csv", ""),
        ("corner", ""),
    ):
        assert contents(RunConfig(swarm=SwarmSettings(start=start)))["--start"] == digest


def test_localisation_from_a_file_is_known_by_what_it_says_and_its_base_too(tmp_path):
    base, path = tmp_path / "base.toml", tmp_path / "mine.toml"
    path.write_text('base = "./base.toml"\n[localisation]\nposition_noise = 0.01\n')
    found = []
    for noise in (0.1, 0.2, 0.2):
        base.write_text(f"[localisation]\nheading_noise = {noise}\n")
        sensing = Sensing(localisation=str(path))
        found.append(contents(RunConfig(sensing=sensing))["--localisation"])
    assert found[0] != found[1] == found[2] != ""
    assert contents(RunConfig(sensing=Sensing(localisation="uwb")))["--localisation"] == ""
    path.unlink()
    assert contents(RunConfig(sensing=Sensing(localisation=str(path))))["--localisation"] == ""
