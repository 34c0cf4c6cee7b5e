"""``python -m bildsim.live``: opens a recording, and refuses the rest in a sentence."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.live import main as live

MAGIC = b"RRF2 and more"


@pytest.fixture
def opened(monkeypatch):
    """Return the words with which the viewer is started, on a machine that has all it needs."""
    words = []

    def run(command, check):
        words.append(command)
        return SimpleNamespace(returncode=3)

    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr(live, "load_rerun", lambda *_: None)
    monkeypatch.setattr(live, "viewer_path", lambda: "/somewhere/rerun")
    monkeypatch.setattr(subprocess, "run", run)
    return words


def test_the_viewer_is_given_the_recording(opened, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.rrd").write_bytes(MAGIC)
    assert live.main(["a.rrd"]) == 3
    assert opened == [["/somewhere/rerun", str(tmp_path / "a.rrd")]]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.rrd", None, "cannot be read: no such file"),
        ("a.rrd", b"", "is no recording"),
        ("a.csv", b"time_s,kl_fit", "is no recording"),
    ],
)
def test_what_is_no_recording_is_refused(opened, tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=words):
        live.main([str(tmp_path / name)])
    assert opened == []


def test_without_a_display_it_says_so(opened, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "a.rrd").write_bytes(MAGIC)
    with pytest.raises(UsageError) as refused:
        live.main([str(tmp_path / "a.rrd")])
    assert refused.value.said(as_option) == (
        f"{tmp_path / 'a.rrd'} opens a window, and there is no display here: open it where there "
        "is one"
    )


def test_without_rerun_it_names_itself_and_no_option(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rerun", None)
    (tmp_path / "a.rrd").write_bytes(MAGIC)
    with pytest.raises(UsageError) as refused:
        live.main([str(tmp_path / "a.rrd")])
    assert refused.value.said(as_option) == (
        "python -m bildsim.live needs Rerun, which is not installed: pip install 'bildsim[live]'"
    )


def test_a_viewer_that_is_gone_is_said(opened, tmp_path, monkeypatch):
    def run(command, check):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(subprocess, "run", run)
    (tmp_path / "a.rrd").write_bytes(MAGIC)
    with pytest.raises(RunError, match="/somewhere/rerun does not start: no such file"):
        live.main([str(tmp_path / "a.rrd")])


@pytest.mark.parametrize("words", [[], ["a.rrd", "b.rrd"], ["--fast", "a.rrd"]])
def test_wrong_words_are_refused(words):
    with pytest.raises(UsageError, match=r"give a recording, as in python -m bildsim\.live "):
        live.main(words)
