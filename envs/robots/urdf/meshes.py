"""Files of meshes that a URDF names: where they are, and their vertices."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import reason_of
from bildsim.basics.reading.regular_file import read_regular
from bildsim.envs.robots.urdf.chosen import Chosen

SUFFIXES = (".obj", ".stl")
"""What is read, and what the engine loads without fail."""
_MOST_BYTES = 100_000_000
_PACKAGES = ("package://", "model://")
# A binary STL: a heading, the number of triangles, and for each its normal, corners and two bytes.
_HEADING, _TRIANGLE = 84, 50
# So many folders above the URDF's a package may begin.
_LEVELS = 4


def mesh_path(chosen: Chosen, name: str) -> Path:
    """Return where a mesh is that a URDF names.

    ``package://NAME/path`` is looked for in a folder NAME that holds the URDF, or that lies beside
    it or beside a folder that holds it; there is no search of installed packages.

    Raises:
        UsageError: it is not there.
    """
    folder = chosen.path.absolute().parent
    for prefix in _PACKAGES:
        if name.startswith(prefix):
            package, _, rest = name.removeprefix(prefix).partition("/")
            above = (folder, *folder.parents)[: _LEVELS + 1]
            places = [each / rest for each in above if each.name == package]
            places += [each / package / rest for each in above]
            break
    else:
        places = [folder / name.removeprefix("file://")]
    for place in places:
        if place.is_file():
            return place.resolve()
    said = "no file" if len(places) == 1 else f"no file in or beside {_LEVELS} folders above it"
    raise chosen.wrong(f"its mesh {name!r} is absent: there is {said}")


def vertices(chosen: Chosen, name: str) -> Floats:
    """Return the vertices of a mesh, (n, 3), in its own units.

    Raises:
        UsageError: it is absent, of another kind, or damaged.
    """
    path = mesh_path(chosen, name)
    if path.suffix.lower() not in SUFFIXES:
        raise chosen.wrong(
            f"its mesh {name!r} is of a kind that is not read: collisions may be "
            f"{' or '.join(SUFFIXES)}"
        )
    try:
        changed = path.stat()
        found = _read(path, changed.st_mtime_ns, changed.st_size)
    except OSError as error:
        raise chosen.wrong(f"its mesh {name!r} cannot be read: {reason_of(error)}") from None
    except ValueError:
        raise chosen.wrong(f"its mesh {name!r} is damaged") from None
    if not len(found) or not np.isfinite(found).all():
        raise chosen.wrong(f"its mesh {name!r} has no vertices that are numbers")
    return found


@lru_cache(maxsize=64)
def _read(path: Path, changed_ns: int, size: int) -> Floats:
    content = read_regular(path, _MOST_BYTES)
    if path.suffix.lower() == ".obj":
        return _numbers(content, b"v")
    count = int.from_bytes(content[80:_HEADING], "little") if len(content) >= _HEADING else 0
    if len(content) != _HEADING + _TRIANGLE * count:
        return _numbers(content, b"vertex")
    rows = np.frombuffer(content, dtype=np.uint8, offset=_HEADING).reshape(count, _TRIANGLE)
    corners = np.ascontiguousarray(rows[:, 12:48]).view("<f4")
    return np.unique(corners.reshape(-1, 3).astype(np.float64), axis=0)


def _numbers(content: bytes, word: bytes) -> Floats:
    """Return what stands after a word on each line that begins with it."""
    lines = (line.split() for line in content.splitlines())
    found = [[float(part) for part in line[1:4]] for line in lines if line and line[0] == word]
    return np.array(found, dtype=np.float64).reshape(-1, 3)
