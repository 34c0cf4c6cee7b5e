"""The page on the architecture speaks of files, rooms and functions that are there."""

import importlib
import importlib.util
import re

import pytest

from tests.docs.pages import PAGES, ROOT, code_spans

PAGE = PAGES["docs/architecture.md"]
_SPEC = importlib.util.spec_from_file_location("draw_rooms", ROOT / "docs" / "draw_rooms.py")
rooms = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rooms)
NAMES = sorted({span for span in code_spans(PAGE) if re.fullmatch(r"bildsim(\.\w+){2,}", span)})
FOLDERS = sorted({span for span in code_spans(PAGE) if re.fullmatch(r"[\w/]+/(\w+\.py)?", span)})


@pytest.mark.parametrize("name", NAMES)
def test_every_function_is_there(name):
    words = name.split(".")
    for count in range(len(words), 0, -1):
        if importlib.util.find_spec("bildsim") and _is_module(".".join(words[:count])):
            found = importlib.import_module(".".join(words[:count]))
            for word in words[count:]:
                found = getattr(found, word)
            assert callable(found)
            return


def _is_module(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_and_folder_is_there(folder):
    assert (ROOT / folder).exists()


def test_the_way_of_a_pose_has_ten_lines():
    assert re.findall(r"^(\d+)\. ", PAGE, re.MULTILINE) == [str(k) for k in range(1, 11)]


def test_every_room_is_in_the_contract_and_in_the_table():
    folders = {path.parent.name for path in ROOT.glob("bildsim/*/__init__.py")}
    folders |= {"envs", "controllers", "assets"}
    in_contract = {name for line in rooms.layers()[1:] for name in line}
    assert in_contract == folders
    for room in folders:
        assert re.search(rf"^\| `(bildsim/)?{room}/` \|", PAGE, re.MULTILINE)


def test_imports_point_down():
    rows = {room: row for row, line in enumerate(rooms.layers()) for room in line}
    for room, wanted in rooms.imports().items():
        assert all(rows[other] > rows[room] for other in wanted)


def test_what_follows_from_other_arrows_is_left_out():
    edges = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert rooms.without_consequences(edges) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_the_picture_shows_the_imports_of_today(tmp_path):
    rooms.draw(tmp_path / "rooms.svg")
    said = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)
    drawn, kept = (
        said.search((folder / "rooms.svg").read_text(encoding="utf-8"))[1]
        for folder in (tmp_path, ROOT / "docs")
    )
    assert "simulation -&gt; envs" in drawn
    assert drawn == kept, "python docs/draw_rooms.py draws it anew"
