"""Opening users' files: what is wrong is one sentence that names the file."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.targets.files.user_file import check_pixels, file_error, open_file


def test_a_sentence_can_say_how_the_file_is_read_otherwise(tmp_path):
    error = file_error(tmp_path, "holds {braces}", "; {target_dark} makes dark dense")
    assert (
        str(error)
        == f"target_file={str(tmp_path)!r} holds {{braces}}; target_dark makes dark dense"
    )


def test_a_file_that_is_there_is_opened(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    with open_file(tmp_path / "a") as file:
        assert file.read() == b"abc"


def test_what_is_not_there_or_no_file(tmp_path):
    with pytest.raises(UsageError, match="does not exist: give a picture, a video or an array"):
        open_file(tmp_path / "none")
    with pytest.raises(UsageError, match="is a directory: give a picture"):
        open_file(tmp_path)
    with pytest.raises(UsageError, match="cannot be read: file name too long"):
        open_file(tmp_path / ("a" * 300))


def test_sixty_four_million_pixels_are_the_most(tmp_path):
    check_pixels((8_000, 8_000, 3), tmp_path)
    with pytest.raises(UsageError, match="is too large: at most 64 million pixels"):
        check_pixels((8_000, 8_001), tmp_path)
