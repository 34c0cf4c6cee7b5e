"""Descriptions of things, their bases, and what is wrong with them."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import (
    MARKS,
    Figure,
    is_description_file,
    preset_names,
    read_description,
)

KEYS = {"robot": ("radius", "mass", "urdf"), "drive": ("torque",)}


@pytest.fixture
def folder(tmp_path):
    there = tmp_path / "presets"
    there.mkdir()
    (there / "plain.toml").write_text(
        'title = "A plain one"\n[robot]\n'
        'radius = {value = 0.03, mark = "measured", source = "a page"}\nmass = 0.1\n',
        encoding="utf-8",
    )
    (there / "heavy.toml").write_text('base = "plain"\n[robot]\nmass = 1.0\n', encoding="utf-8")
    return there


def read(folder, text):
    return read_description("robot", str(text), folder, KEYS)


def own(folder, content):
    path = folder.parent / "mine.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_presets_are_known_by_name(folder):
    assert preset_names(folder) == ["heavy", "plain"]
    found = read(folder, "plain")
    assert (found.name, found.title) == ("plain", "A plain one")
    assert found.sections["robot"]["radius"] == Figure(0.03, "measured", "a page")
    assert found.values("robot") == {"radius": 0.03, "mass": 0.1}
    assert found.values("drive") == {}


def test_what_a_base_says_holds_unless_said_again(folder):
    found = read(folder, "heavy")
    assert (found.name, found.title) == ("heavy", "A plain one")
    assert found.values("robot") == {"radius": 0.03, "mass": 1.0}
    assert found.sections["robot"]["radius"].mark == "measured"


def test_a_file_of_ones_own_may_be_based_on_a_preset_or_on_a_file_beside_it(folder):
    path = own(folder, 'base = "heavy"\n[drive]\ntorque = 0.5\n')
    assert read(folder, path).values("drive") == {"torque": 0.5}
    assert read(folder, path).sections["drive"]["torque"].source == str(path)
    (folder.parent / "on.toml").write_text('base = "./mine.toml"\n', encoding="utf-8")
    found = read(folder, folder.parent / "on.toml")
    assert found.values("robot") | found.values("drive") == {
        "radius": 0.03,
        "mass": 1.0,
        "torque": 0.5,
    }


@pytest.mark.parametrize(
    ("text", "file"), [("a.toml", True), ("a.TOML", True), ("b/c", True), ("e-puck2", False)]
)
def test_files_are_told_from_names(text, file):
    assert is_description_file(text) == file


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[robot]\nradios = 1", r"key of \[robot\] 'radios' is unknown: did you mean radius"),
        ("[robots]\nradius = 1", "key 'robots' is unknown: did you mean robot"),
        ("robot = 1", "robot is not a table"),
        ("title = 1", "title must be a text"),
        ("base = 'plan'", "robot='plan' is unknown: did you mean plain"),
        ("base = './mine.toml'", "a base of a base"),
        ("[robot]\nradius = {mark = 'measured'}", "radius lacks its value"),
        ("[robot]\nradius = {value = 1, mark = 'guess'}", "mark of radius 'guess' is unknown"),
        ("[robot]\nradius = {value = 1, from = 'me'}", "part of radius 'from' is unknown"),
        ("[robot", "is not a TOML file"),
    ],
)
def test_what_is_wrong_is_said(folder, content, words):
    with pytest.raises(UsageError, match=words):
        read(folder, own(folder, content))


def test_files_that_cannot_be_read_are_said(folder):
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        read(folder, folder / "none.toml")
    path = folder / "bytes.toml"
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(UsageError, match="is not a TOML file: byte 9 is no text"):
        read(folder, path)
    with pytest.raises(UsageError, match="robot='plane' is unknown: did you mean plain"):
        read(folder, "plane")


def test_tables_that_are_for_others_are_left_alone(folder):
    found = read(folder, own(folder, 'base = "plain"\n[radio]\npayload = 250\n'))
    assert list(found.sections) == ["robot"]


def test_marks_are_four():
    assert len(set(MARKS)) == 4


def test_other_names_of_keys_count_once(folder):
    path = own(folder, 'base = "plain"\n[robot]\nweight = 2.0\n')
    found = read_description("robot", str(path), folder, KEYS, {"weight": "mass"})
    assert found.values("robot") == {"radius": 0.03, "mass": 2.0}
    path = own(folder, "[robot]\nweight = 2.0\nmass = 2.0\n")
    with pytest.raises(UsageError, match="mass says mass again"):
        read_description("robot", str(path), folder, KEYS, {"weight": "mass"})


def test_a_key_takes_the_place_of_its_bases_rival(folder):
    path, rivals = own(folder, 'base = "plain"\n[robot]\nurdf = "a"\n'), {"urdf": "mass"}
    found = read_description("robot", str(path), folder, KEYS, {}, rivals)
    assert found.values("robot") == {"radius": 0.03, "urdf": "a"}
    path = own(folder, '[robot]\nurdf = "a"\nmass = 1.0\n')
    found = read_description("robot", str(path), folder, KEYS, {}, rivals)
    assert set(found.values("robot")) == {"urdf", "mass"}


def test_it_knows_the_files_that_it_was_read_from(folder):
    path = own(folder, 'base = "heavy"\n')
    assert [file.stem for file in read(folder, path).files] == ["mine", "heavy", "plain"]
