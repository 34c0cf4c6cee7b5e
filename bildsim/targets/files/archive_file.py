"""The one array in a .npz archive, however much the archive claims to hold."""

import zipfile
from typing import IO, BinaryIO

from bildsim.basics.reading.npy_file import DamagedError

MOST_DIRECTORY_BYTES = 1_000_000
"""Longer directories of archives are refused: one of an archive with one array has 100 bytes."""
_SHOWN = 5


class SeveralArraysError(ValueError):
    """An archive holds none or more than one array; the sentence says which."""


class _ShortReads:
    """A file of which no more than a directory's bound is read at once.

    ``zipfile`` reads the directory of an archive in one piece, as long as the archive says it is,
    and makes an object of every member in it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        # Without a size what is wanted is the record at a file's end, and the comment after it.
        wanted = MOST_DIRECTORY_BYTES if size < 0 else size
        if wanted > MOST_DIRECTORY_BYTES:
            raise DamagedError
        return self._file.read(wanted)


def open_member(file: BinaryIO) -> tuple[IO[bytes], int]:
    """Return the one member of an archive, open for reading, and how many bytes it is said to hold.

    No more bytes than that come of it, whatever was packed. It is read in pieces of at most
    ``MOST_DIRECTORY_BYTES``.

    Raises:
        SeveralArraysError: it has none or more.
        DamagedError: it is no archive, its directory is too long, or the member is packed in
            another way than NumPy does.
    """
    try:
        archive = zipfile.ZipFile(_ShortReads(file))
        members = archive.infolist()
        if len(members) != 1:
            raise SeveralArraysError(_said([member.filename for member in members]))
        # Other ways of packing may ask for memory of their own to be unpacked.
        if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DamagedError
        return archive.open(members[0]), members[0].file_size
    except SeveralArraysError:
        raise
    except Exception:  # a damaged directory can lead its reader to many kinds of error
        raise DamagedError from None


def _said(names: list[str]) -> str:
    if not names:
        return "holds no array"
    first = [name.removesuffix(".npy")[:40] for name in names[:_SHOWN]]
    more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return f"holds {len(names)} arrays ({', '.join([*first, *more])})"
