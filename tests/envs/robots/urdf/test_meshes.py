"""Meshes are found beside the URDF or in its package, and their vertices read."""

import struct

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.meshes import mesh_path, vertices
from tests.envs.robots.urdf.models import cube


def test_three_kinds_of_files_say_the_same(tmp_path):
    picked, corners = Chosen(tmp_path / "a.urdf"), [(0, 0, 0), (1, 0, 0), (0, 2, 0)]
    (tmp_path / "a.obj").write_text(
        "o x\nvn 0 0 1\n" + "".join(f"v {x} {y} {z}\n" for x, y, z in corners) + "f 1 2 3\n"
    )
    facet = "".join(f"vertex {x} {y} {z}\n" for x, y, z in corners)
    (tmp_path / "b.stl").write_text(f"solid b\nfacet normal 0 0 1\nouter loop\n{facet}endloop\n")
    numbers = [0, 0, 1, *(value for corner in corners for value in corner)]
    triangle = struct.pack("<12fH", *numbers, 0)
    (tmp_path / "c.STL").write_bytes(b" " * 80 + struct.pack("<I", 1) + triangle)
    found = [vertices(picked, name) for name in ("a.obj", "b.stl", "c.STL")]
    for each in found:
        assert {tuple(corner) for corner in each} == set(corners)


def test_packages_are_looked_for_around_the_file(tmp_path):
    meshes = tmp_path / "my_robot" / "meshes"
    meshes.mkdir(parents=True)
    (tmp_path / "my_robot" / "urdf").mkdir()
    cube(meshes / "body.obj", 0.1)
    picked = Chosen(tmp_path / "my_robot" / "urdf" / "a.urdf")
    expected = (meshes / "body.obj").resolve()
    assert mesh_path(picked, "package://my_robot/meshes/body.obj") == expected
    assert mesh_path(picked, "../meshes/body.obj") == expected
    assert mesh_path(picked, f"file://{expected}") == expected


@pytest.mark.parametrize("name", ["body.obj", "package://other/meshes/body.obj"])
def test_a_mesh_that_is_absent_is_refused_by_its_name(tmp_path, name):
    with pytest.raises(UsageError, match=f"mesh '{name}' is absent"):
        mesh_path(Chosen(tmp_path / "a.urdf"), name)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.dae", b"<COLLADA/>", "kind that is not read"),
        ("a.obj", b"v 0 0 x\n", "damaged"),
        ("a.obj", b"# nothing\n", "no vertices"),
        ("a.obj", b"v 0 0 nan\n", "no vertices that are numbers"),
        ("a.stl", b"", "no vertices"),
    ],
)
def test_what_is_no_mesh_is_refused(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=words):
        vertices(Chosen(tmp_path / "a.urdf"), name)


def test_a_mesh_that_changes_is_read_anew(tmp_path):
    picked = Chosen(tmp_path / "a.urdf")
    cube(tmp_path / "a.obj", 0.1)
    assert np.abs(vertices(picked, "a.obj")).max() == 0.1
    cube(tmp_path / "a.obj", 0.25)
    assert np.abs(vertices(picked, "a.obj")).max() == 0.25
