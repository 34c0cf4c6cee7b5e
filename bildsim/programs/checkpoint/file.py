"""The file of a checkpoint: whole or not there, and checked before anything in it is believed.

The first line says what the file is, its format and the SHA-256 of all that follows; the second is
a header in JSON; then come the bytes of the state. ``head -n 2`` shows what a checkpoint is of.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bildsim.basics.errors import reason_of
from bildsim.basics.regular_file import open_regular
from bildsim.programs.output.files import sync, whole

FORMAT = 3
"""Format of these files and of the states in them; others are refused."""
_MAGIC = b"bildsim-checkpoint"
_LONGEST_LINE = 200


class CheckpointError(ValueError):
    """A file is no checkpoint that can be used; the words go after its name."""


@dataclass(frozen=True, eq=False)
class CheckpointFile:
    """What a file says.

    Attributes:
        header: what the run is.
        state: the state as `pickling.encode` made it.
    """

    header: Mapping[str, Any]
    state: bytes


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
    digest = hashlib.sha256(line)
    digest.update(state)
    with whole(path) as part, part.open("wb") as file:
        file.write(b"%s %d %s\n" % (_MAGIC, FORMAT, digest.hexdigest().encode()))
        file.write(line)
        file.write(state)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def read(path: Path) -> CheckpointFile:
    """Read a checkpoint and make sure that it is whole.

    Raises:
        CheckpointError: it cannot be read, is no checkpoint, is of another format or is damaged.
    """
    try:
        with open_regular(path) as file:
            content = file.read()
    except (OSError, ValueError) as error:
        raise CheckpointError(f"cannot be read: {reason_of(error)}") from error
    digest, rest = _first_line(content)
    if hashlib.sha256(rest).hexdigest().encode() != digest:
        raise CheckpointError("is cut short or damaged: its content has another checksum")
    header, _, state = rest.partition(b"\n")
    try:
        return CheckpointFile(json.loads(header), state)
    except ValueError as error:
        raise CheckpointError("has a header that cannot be read") from error


def _first_line(content: bytes) -> tuple[bytes, bytes]:
    """Return the digest that the file states and what follows its first line."""
    end = content.find(b"\n", 0, _LONGEST_LINE)
    words = content[: max(end, 0)].split(b" ")
    if len(words) != 3 or words[0] != _MAGIC:
        raise CheckpointError("is no checkpoint")
    if words[1] != b"%d" % FORMAT:
        version = words[1].decode(errors="replace")
        raise CheckpointError(f"is of format {version}: this version reads format {FORMAT}")
    return words[2], content[end + 1 :]
