"""Archives give their one member, and nothing of those that claim too much."""

import io
import zipfile

import pytest

from bildsim.basics.reading.npy_file import DamagedError
from bildsim.targets.files.archive_file import (
    MOST_DIRECTORY_BYTES,
    SeveralArraysError,
    open_member,
)


def archive(members, packing=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_member_with_its_size(packing):
    member, size = open_member(archive({"a.npy": b"numbers" * 100}, packing))
    with member:
        assert member.read() == b"numbers" * 100
    assert size == 700


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "holds no array"),
        (["a.npy", "b.npy"], r"holds 2 arrays \(a, b\)"),
        (list("abcdefgh"), r"holds 8 arrays \(a, b, c, d, e, and 3 more\)"),
    ],
)
def test_none_or_several_are_named(names, words):
    with pytest.raises(SeveralArraysError, match=words):
        open_member(archive(dict.fromkeys(names, b"x")))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(packing):
    with pytest.raises(DamagedError):
        open_member(archive({"a.npy": b"x" * 99}, packing))


def test_a_long_directory_is_refused_unread():
    members = {f"{'x' * 200}{number}": b"" for number in range(MOST_DIRECTORY_BYTES // 200)}
    with pytest.raises(DamagedError):
        open_member(archive(members))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"hello" * 50])
def test_what_is_no_archive(content):
    with pytest.raises((DamagedError, SeveralArraysError)):
        open_member(io.BytesIO(content))
