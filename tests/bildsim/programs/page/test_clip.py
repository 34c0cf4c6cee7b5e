"""The film on a page: in it where it is small, beside it where not."""

import base64
from contextlib import closing

import numpy as np

from bildsim.programs.output.video_writer import VideoWriter
from bildsim.programs.page import clip as module
from bildsim.programs.page.clip import clip_of


def film(path):
    with closing(VideoWriter(path, 20, (160, 96))) as video:
        for shade in range(5):
            video.write(np.full((96, 160, 3), 40 * shade, np.uint8))
    return path


def test_a_small_film_is_in_the_page(tmp_path):
    path = film(tmp_path / "a.mp4")
    found = clip_of(path, tmp_path / "a.html", "")
    kind, _, content = found.source.partition(",")
    assert kind == "data:video/mp4;base64"
    assert base64.b64decode(content) == path.read_bytes()
    assert found.is_inside
    assert not found.moving_picture


def test_other_containers_become_what_browsers_play(tmp_path):
    found = clip_of(film(tmp_path / "a.mkv"), tmp_path / "a.html", "")
    content = base64.b64decode(found.source.partition(",")[2])
    assert content[4:8] == b"ftyp"


def test_an_animated_picture_is_one(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    found = clip_of(tmp_path / "a.gif", tmp_path / "a.html", "")
    assert found.moving_picture
    assert found.source.startswith("data:image/gif;base64,")


def test_a_large_film_stays_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    (tmp_path / "films").mkdir()
    path = film(tmp_path / "films" / "a b.mp4")
    found = clip_of(path, tmp_path / "a.html", "")
    assert found.source == "films/a%20b.mp4"
    assert not found.is_inside
    assert found.note.endswith("is not in this page: it lies in a b.mp4.")


def test_where_there_is_none_it_is_said(tmp_path):
    for absent in (None, tmp_path / "a.mp4"):
        found = clip_of(absent, tmp_path / "a.html", "There is no film.")
        assert (found.source, found.note) == ("", "There is no film.")
