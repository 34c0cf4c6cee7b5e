"""The file of a checkpoint: whole or not there, and checked before anything in it is believed.

The first line says what the file is, its format, the SHA-256 of all that follows and the seal of
who wrote it (`bildsim.programs.checkpoint.seal`). The second is a header in JSON, the third lists
what the state is made of, in JSON too; then come the bytes of its arrays. ``head -n 2`` shows what
a checkpoint is of. docs/checkpoints.md describes all of it.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bildsim.basics.errors import reason_of
from bildsim.basics.reading.regular_file import open_regular
from bildsim.programs.checkpoint.seal import NO_SEAL, is_sealed, seal_of
from bildsim.programs.output.files import sync, whole

FORMAT = 4
"""Format of these files and of the states in them; others are refused."""
_MAGIC = "bildsim-checkpoint"
_LONGEST_LINE = 200
_LONGEST_HEADER = 2**20
MOST_BYTES = 2 * 2**30
"""Largest file that is read: a hundred times what a thousand robots need."""


class CheckpointError(ValueError):
    """A file is no checkpoint that can be used; the words go after its name."""


@dataclass(frozen=True, eq=False)
class CheckpointFile:
    """What a file says.

    Attributes:
        header: what the run is.
        state: the state as `bildsim.programs.checkpoint.encoder.encode` made it.
        own: whether this user wrote it, by its seal.
    """

    header: Mapping[str, Any]
    state: bytes
    own: bool


def write(path: Path, header: Mapping[str, Any], state: bytes) -> None:
    """Write a checkpoint; at any moment the file of that name is whole or as it was before.

    Args:
        path: the file.
        header: what JSON can say.
        state: the state's bytes.

    Raises:
        OSError: it cannot be written.
    """
    # Names that are not UTF-8 come back exactly: JSON's reader takes surrogates too.
    line = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    content = hashlib.sha256(line)
    content.update(state)
    digest = content.hexdigest()
    with whole(path) as part, part.open("wb") as file:
        file.write(f"{_MAGIC} {FORMAT} {digest} {seal_of(digest)}\n".encode())
        file.write(line)
        file.write(state)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def read(path: Path) -> CheckpointFile:
    """Read a checkpoint and make sure that it is whole, before any of it is taken into memory.

    Raises:
        CheckpointError: it cannot be read, is no checkpoint, is of another format, too large or
            damaged.
    """
    try:
        with open_regular(path) as file:
            digest, seal = _first_line(file.readline(_LONGEST_LINE))
            begin, size = file.tell(), os.fstat(file.fileno()).st_size
            if size > MOST_BYTES:
                raise CheckpointError(
                    f"has {size / 2**30:.1f} GiB: allowed are {MOST_BYTES / 2**30:.0f} GiB"
                )
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise CheckpointError("is cut short or damaged: its content has another checksum")
            file.seek(begin)
            header = _header_of(file.readline(_LONGEST_HEADER))
            return CheckpointFile(header, file.read(), is_sealed(digest, seal))
    except CheckpointError:
        raise
    except (OSError, ValueError) as error:
        raise CheckpointError(f"cannot be read: {reason_of(error)}") from error


def _first_line(line: bytes) -> tuple[str, str]:
    """Return the digest and the seal that the first line of a checkpoint states."""
    words = line.decode(errors="replace").rstrip("\n").split(" ")
    if len(words) < 3 or words[0] != _MAGIC or not line.endswith(b"\n"):
        raise CheckpointError("is no checkpoint")
    if words[1] != str(FORMAT):
        raise CheckpointError(f"is of format {words[1]}: this version reads format {FORMAT}")
    return words[2], words[3] if len(words) == 4 else NO_SEAL


def _header_of(line: bytes) -> Any:
    try:
        return json.loads(line)
    # Brackets within brackets by the thousand overrun the reader of JSON.
    except (ValueError, RecursionError) as error:
        raise CheckpointError("has a header that cannot be read") from error
