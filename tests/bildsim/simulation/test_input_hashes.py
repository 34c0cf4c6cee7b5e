"""A run knows its user's own files by their content."""

import hashlib

import pytest

from bildsim.envs.disturbances.localisation import Sensing
from bildsim.network.link_settings import LinkSettings
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.input_hashes import contents, planner_source
from tests.envs.robots.urdf.models import cube, written


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


@pytest.mark.usefixtures("installed")
def test_so_is_one_of_an_installed_package():
    assert planner_source("guest") == planner_source("guest_house:Guest") != ""


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
    others = dict.fromkeys(("--planner", "--policy", "--start", "--robot", "--localisation"), "")
    assert found == {**others, "--target-file": digest}
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


def test_a_radio_of_ones_own_is_known_by_its_figures_with_those_of_its_base(tmp_path):
    base, mine = tmp_path / "base.toml", tmp_path / "mine.toml"
    base.write_text("[radio]\npayload = 100\nbit_rate = 1e6\n")
    mine.write_text('base = "base.toml"\n')

    def digest(radio):
        return contents(RunConfig(links=LinkSettings(radio=radio))).get("--radio")

    first = digest(str(mine))
    assert len(first) == 64
    base.write_text("[radio]\npayload = 101\nbit_rate = 1e6\n")
    assert digest(str(mine)) not in (first, "")
    base.unlink()
    assert digest(str(mine)) == ""
    assert digest("esp-now") is None
    assert digest(None) is None


def hash_of_robot(robot):
    return contents(RunConfig(swarm=SwarmSettings(robot=robot)))["--robot"]


def test_a_robot_is_known_by_its_file_and_those_of_its_bases(tmp_path):
    base, mine = tmp_path / "base.toml", tmp_path / "mine.toml"
    base.write_text('base = "e-puck2"\n', encoding="utf-8")
    mine.write_text('base = "base.toml"\n', encoding="utf-8")
    first = hash_of_robot(str(mine))
    assert len(first) == 64
    assert first != hash_of_robot("e-puck2") != hash_of_robot("zooid")
    base.write_text('base = "zooid"\n', encoding="utf-8")
    assert hash_of_robot(str(mine)) != first
    assert hash_of_robot("reference") == ""
    assert hash_of_robot(str(tmp_path / "missing.toml")) == ""


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


def test_a_model_of_ones_own_is_known_by_its_file_and_its_meshes(tmp_path):
    cube(tmp_path / "body.obj", 0.05)
    box = '<geometry><box size="0.13 0.09 0.06"/></geometry>'
    mesh = '<geometry><mesh filename="body.obj"/></geometry>'
    path = written(tmp_path, (box, mesh))

    def known():
        return contents(RunConfig(swarm=SwarmSettings(robot_urdf=path)))["--robot-urdf"]

    first = known()
    assert first
    assert "--robot-urdf" not in contents(RunConfig())
    cube(tmp_path / "body.obj", 0.04)
    second = known()
    written(tmp_path, (box, mesh), ('value="0.62"', 'value="0.6"'))
    assert len({first, second, known()}) == 3
