"""The text for PyBullet is the user's, with what PyBullet would miss."""

from xml.etree import ElementTree

import pytest

from bildsim.basics.errors import UsageError
from bildsim.envs.robots.urdf.chosen import Chosen
from bildsim.envs.robots.urdf.figures import model_figures
from bildsim.envs.robots.urdf.prepared import GUARD, TYRES
from tests.envs.robots.urdf.models import COURIER, cube, written

FOOT = (
    '<link name="foot"/><joint name="foot_mount" type="fixed"><parent link="foot"/>'
    '<child link="base_link"/></joint></robot>'
)
LAMP = (
    '<link name="lamp"><visual><geometry><mesh filename="lamp.dae"/></geometry></visual></link>'
    '<joint name="lamp_mount" type="fixed"><parent link="base_link"/><child link="lamp"/></joint>'
    "</robot>"
)


def prepared(path):
    return ElementTree.fromstring(model_figures(Chosen(path)).own.text)


def test_the_users_parts_are_as_they_were():
    before = ElementTree.parse(COURIER).getroot()
    after = prepared(COURIER)
    for kind in ("link", "joint"):
        for one in before.findall(kind):
            (same,) = [part for part in after.findall(kind) if part.get("name") == one.get("name")]
            assert ElementTree.tostring(same).strip() == ElementTree.tostring(one).strip()


def test_balls_stand_for_tyres_and_the_disc(tmp_path):
    after = prepared(COURIER)
    radii = {
        link.get("name"): float(link.find("collision/geometry/capsule").get("radius"))
        for link in after.findall("link")
        if link.find("collision/geometry/capsule") is not None
    }
    assert set(radii) == {GUARD, *TYRES}
    assert radii[TYRES[0]] == pytest.approx(0.028, rel=1e-5)
    (tyre,) = [link for link in after.findall("link") if link.get("name") == TYRES[1]]
    assert tyre.find("contact/lateral_friction").get("value") == "1.6"


def test_frames_go_and_what_has_no_mass_gets_none(tmp_path):
    path = written(tmp_path, ("</robot>", FOOT), ("</robot>", LAMP))
    after = prepared(path)
    names = {link.get("name") for link in after.findall("link")}
    assert "foot" not in names
    assert "base_link" in names
    assert "foot_mount" not in {joint.get("name") for joint in after.findall("joint")}
    (lamp,) = [link for link in after.findall("link") if link.get("name") == "lamp"]
    assert lamp.find("inertial/mass").get("value") == "0"
    assert lamp.find("visual") is None, "a picture of a kind that is not read"


def test_paths_of_meshes_are_whole(tmp_path):
    cube(tmp_path / "body.obj", 0.05)
    mesh = '<geometry><mesh filename="body.obj"/></geometry>'
    after = prepared(written(tmp_path, ('<geometry><box size="0.13 0.09 0.06"/></geometry>', mesh)))
    files = {mesh.get("filename") for mesh in after.iter("mesh")}
    assert files == {str((tmp_path / "body.obj").resolve())}


def test_a_name_that_is_bildsims_own_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'bildsim_guard' is taken"):
        prepared(written(tmp_path, ('"caster_mount"', '"bildsim_guard"')))
