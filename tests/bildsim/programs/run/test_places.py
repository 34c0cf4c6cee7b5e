"""Where a run's files go: what cannot be is refused before anything is computed."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.run.places import check_places, film_of, written
from bildsim.simulation.config import OutputSettings, RunConfig


def asked(**output):
    return RunConfig(output=OutputSettings(**output))


def refused(config):
    with pytest.raises(UsageError) as caught:
        check_places(config)
    return caught.value.said(as_option)


@pytest.mark.parametrize(
    ("field", "name", "words"),
    [
        ("recording", "a.csv", "--recording {} must end in .rrd"),
        ("report", "a.pdf", "--report {} must end in .html or .htm"),
        ("recording", "there.rrd", "--recording {} exists and would be overwritten"),
        ("report", "there.html", "--report {} exists and would be overwritten"),
        ("report", "absent/a.html", "--report {}: the directory"),
        ("video", "a.webm", "allowed are .mp4, .mkv, .mov, .gif"),
    ],
)
def test_files_that_cannot_be_are_refused(tmp_path, field, name, words):
    for there in ("there.rrd", "there.html"):
        (tmp_path / there).touch()
    before = sorted(tmp_path.iterdir())
    place = tmp_path / name
    assert words.format(place) in refused(asked(**{field: place}))
    assert sorted(tmp_path.iterdir()) == before


def test_two_files_need_two_names(tmp_path):
    said = refused(asked(out=tmp_path / "a.html", report=tmp_path / "a.html"))
    assert said.endswith("need the same name: give two")
    said = refused(asked(out=tmp_path / "a.html.film.mp4", report=tmp_path / "a.html"))
    assert "need the same name" in said


def test_windows_need_a_display(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert refused(asked(gui=True)).startswith("--gui opens a window, and there is no display here")
    said = refused(asked(live=True))
    assert said.startswith("--live opens a window, and there is no display here: set DISPLAY, or ")
    assert "--recording FILE.rrd" in said


def test_a_report_has_a_film_of_its_own_unless_one_is_made_anyway(tmp_path):
    report = tmp_path / "a.html"
    assert film_of(asked()) is None
    assert film_of(asked(report=report)) == tmp_path / "a.html.film.mp4"
    assert film_of(asked(report=report, video=tmp_path / "b.mkv")) == tmp_path / "b.mkv"
    checkpoints = {"checkpoint": 1.0, "out": tmp_path / "out"}
    assert film_of(asked(report=report, **checkpoints)) is None
    (tmp_path / "a.mp4").touch()
    check_places(asked(report=report))
    film = tmp_path / "a.html.film.mp4"
    film.touch()
    assert f"needs the name {film} for its film" in refused(asked(report=report))


def test_only_what_is_there_was_written(tmp_path):
    config = asked(out=tmp_path, video=tmp_path / "a.mp4", report=tmp_path / "a.html")
    (tmp_path / "a.html").touch()
    assert written(config) == [tmp_path / "a.html", tmp_path]
