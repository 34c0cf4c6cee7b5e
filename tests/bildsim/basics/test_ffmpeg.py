"""Finding ffmpeg: what runs is taken, all else is one sentence that names the variable."""

import sys

import imageio_ffmpeg
import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.ffmpeg import find_ffmpeg


@pytest.fixture
def named(monkeypatch, tmp_path):
    """Let the variable name a script: named(text, mode) -> its path."""

    def name(text=None, mode=0o755):
        path = tmp_path / "my-ffmpeg"
        if text is not None:
            path.write_text(f"#!{sys.executable}\n{text}")
            path.chmod(mode)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(path))
        return path

    return name


def test_imageio_s_own_runs():
    assert find_ffmpeg() == imageio_ffmpeg.get_ffmpeg_exe()


def test_another_that_runs_is_taken(named):
    path = named("print('ffmpeg version 99')")
    assert find_ffmpeg() == str(path)


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (None, 0o755, "does not exist"),
        ("print('ffmpeg version 99')", 0o644, r"cannot be run \(permission denied\)"),
        ("raise SystemExit(1)", 0o755, "is no ffmpeg that runs"),
        ("print('no version of it')", 0o755, "is no ffmpeg that runs"),
    ],
)
def test_what_does_not_run_is_named_with_its_variable(named, text, mode, words):
    path = named(text, mode)
    with pytest.raises(
        UsageError, match=f"and {path}, which IMAGEIO_FFMPEG_EXE names, {words}: name one"
    ):
        find_ffmpeg()


def test_none_at_all(monkeypatch):
    def refuse():
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", refuse)
    with pytest.raises(UsageError, match="and none was found: install it, or let IMAGEIO_FFMPEG"):
        find_ffmpeg()


def test_imageio_s_own_that_was_damaged(monkeypatch, tmp_path):
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(tmp_path / "gone"))
    with pytest.raises(UsageError, match="gone does not exist: let IMAGEIO_FFMPEG_EXE name one"):
        find_ffmpeg()
