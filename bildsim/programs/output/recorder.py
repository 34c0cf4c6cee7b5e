"""The files that a run leaves: time series, trajectories, summary and configuration."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

import numpy as np

from bildsim.basics.arrays import Bools, Floats
from bildsim.basics.errors import RunError, UsageError, reason_of
from bildsim.programs.output.claims import ClaimedError, claim
from bildsim.programs.output.files import part_of, write_text
from bildsim.programs.output.json_values import plain


class Field(NamedTuple):
    """What an array holds of one tick: whether an entry a robot, its shape, and NumPy's type."""

    each: bool
    shape: tuple[int, ...]
    dtype: str = "<f8"


FIELDS = {
    "time_s": Field(False, ()),
    "pose": Field(True, (3,)),
    "waypoint": Field(True, (2,)),
    "command": Field(True, (2,)),
    "applied": Field(True, (2,)),
    "active": Field(True, (), "|b1"),
}
"""The arrays of ``trajectory.npz``."""

_CHUNK_BYTES = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Recorder:
    """Writes a run into a directory as it goes, holding none of it in memory.

    Every file is written as ``NAME.part`` and renamed when it is whole: ``config.toml`` at once,
    the others in `close`. The same run gives the same bytes. After a checkpoint (`snapshot`) a
    recorder that is made with ``resumed`` goes on in the same ``.part`` files.

    - ``metrics.csv``: a line per `row`; floats in the shortest form that reads back exactly.
    - ``trajectory.npz``: ``time_s`` (T,) in s, ``pose`` (T, N, 3) in m and rad, ``waypoint``
      (T, N, 2) in m, ``command`` and ``applied`` (T, N, 2) wheel speeds, left and right, in rad/s,
      ``active`` (T, N) whether a robot is in the swarm.
    - ``summary.json``: what is given to `close`.
    - ``config.toml``: what is given here.

    Args:
        directory: made here where it is missing;
        `bildsim.programs.output.paths.check_out_directory` checks it.
        robots: number N of robots.
        columns: names of the columns of ``metrics.csv``, in order.
        config_text: the run's configuration, as text.
        resumed: what `snapshot` returned, to go on in the files as they were then.

    Raises:
        UsageError: a file is shorter than it was then, or another process writes to it.
        RunError: the directory or a file in it cannot be written.
    """

    def __init__(
        self,
        directory: Path,
        robots: int,
        columns: Sequence[str],
        config_text: str,
        *,
        resumed: Mapping[str, int] | None = None,
    ) -> None:
        self.directory = directory
        self._columns = tuple(columns)
        self._shapes = {
            name: (robots, *field.shape) if field.each else () for name, field in FIELDS.items()
        }
        with self._storing():
            if resumed is None:
                directory.mkdir(exist_ok=True)
            else:
                self._require_sizes(resumed)
            # Appending leaves what is there until it is known that nobody else writes to it.
            self._series: dict[str, BinaryIO] = {
                name: self._raw(name).open("ab") for name in FIELDS
            }
            self._metrics: BinaryIO = self._part("metrics.csv").open("ab")
            self._claim("--out" if resumed is None else "--resume")
            if resumed is None:
                self._require_new()
                write_text(directory / "config.toml", config_text)
            for name, file in self._files.items():
                file.truncate(resumed[name] if resumed is not None else 0)
                file.seek(0, os.SEEK_END)
            if resumed is None:
                self._metrics.write(_line(self._columns))

    def snapshot(self) -> dict[str, int]:
        """Bring all that was recorded to the disk, and return how many bytes each file has.

        Raises:
            RunError: the disk is full or gone.
        """
        with self._storing():
            for file in self._files.values():
                file.flush()
                os.fsync(file.fileno())
            return {name: file.tell() for name, file in self._files.items()}

    @property
    def _files(self) -> dict[str, BinaryIO]:
        series = {f"trajectory.{name}": file for name, file in self._series.items()}
        return {"metrics.csv": self._metrics, **series}

    def _claim(self, option: str) -> None:
        """Keep others from writing to the same files, for as long as this process lives."""
        try:
            claim(self._metrics.fileno())
        except ClaimedError:
            for file in self._files.values():
                file.close()
            raise UsageError(
                f"{option} is not possible: another process writes to {self.directory}"
            ) from None

    def _require_new(self) -> None:
        """Make sure that no other run has used the directory since it was looked at."""
        if not (self.directory / "config.toml").exists():
            return
        for file in self._files.values():
            file.close()
            if not os.path.getsize(file.name):
                os.unlink(file.name)
        raise UsageError(
            f"--out is not possible: another run has begun in {self.directory} meanwhile"
        )

    def tick(
        self,
        time_s: float,
        pose: Floats,
        waypoint: Floats,
        command: Floats,
        applied: Floats,
        active: Bools,
    ) -> None:
        """Add one tick to the trajectory.

        Args:
            time_s: simulated time in seconds.
            pose: (N, 3) x, y in metres (units of half the arena's width) and heading in radians.
            waypoint: (N, 2) where each robot was sent, in the same unit.
            command: (N, 2) wheel speeds asked for, left and right, in rad/s.
            applied: (N, 2) wheel speeds after the actuator's limits, in rad/s.
            active: (N,) whether a robot is in the swarm.

        Raises:
            ValueError: an array has the wrong shape.
            RunError: the disk is full or gone.
        """
        values = dict(zip(FIELDS, (time_s, pose, waypoint, command, applied, active), strict=True))
        arrays = {name: np.asarray(values[name], field.dtype) for name, field in FIELDS.items()}
        for name, array in arrays.items():
            if array.shape != self._shapes[name]:
                raise ValueError(f"{name} must be of shape {self._shapes[name]}, not {array.shape}")
        with self._storing():
            for name, array in arrays.items():
                self._series[name].write(array.tobytes())

    def row(self, values: Mapping[str, float | int]) -> None:
        """Add one line to ``metrics.csv``; a column without a value stays empty.

        Raises:
            ValueError: a value has no column.
            RunError: the disk is full or gone.
        """
        unknown = values.keys() - set(self._columns)
        if unknown:
            raise ValueError(f"metrics.csv has no column {', '.join(sorted(unknown))}")
        cells = (_cell(values[name]) if name in values else "" for name in self._columns)
        with self._storing():
            self._metrics.write(_line(cells))

    def close(self, summary: Mapping[str, object], *, keep_parts: bool = False) -> None:
        """Make the files whole, also after a run that was cut short; further calls do nothing.

        Args:
            summary: what ``summary.json``, which comes last, says; NumPy's numbers and arrays are
                understood.
            keep_parts: whether to leave the ``.part`` files too, so that the run can go on from a
                checkpoint; `remove_parts` removes them.

        Raises:
            RunError: the disk is full or gone; what was recorded stays in the ``.part`` files.
        """
        if self._metrics.closed:
            return
        with self._storing():
            for file in (*self._series.values(), self._metrics):
                file.close()
            if keep_parts:
                copy = self._part("metrics.csv.part")
                shutil.copyfile(self._part("metrics.csv"), copy)
                copy.replace(self.directory / "metrics.csv")
            else:
                self._part("metrics.csv").replace(self.directory / "metrics.csv")
            self._pack_trajectory(keep_parts)
            text = json.dumps(plain(summary), indent=2, ensure_ascii=False)
            write_text(self.directory / "summary.json", text + "\n")

    def _require_sizes(self, sizes: Mapping[str, int]) -> None:
        """Make sure that every file is there, and no shorter than it was."""
        if sizes.keys() != {"metrics.csv", *(f"trajectory.{name}" for name in FIELDS)}:
            raise UsageError("--resume is not possible: it does not say what was recorded")
        for name, size in sizes.items():
            part = self._part(name)
            if not 0 <= size <= part.stat().st_size:
                raise UsageError(
                    f"--resume is not possible: {part} is shorter than when the checkpoint was "
                    "written"
                )

    def release(self) -> None:
        """Let go of files that `close` did not come to; they stay as they are."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()

    def _part(self, name: str) -> Path:
        return part_of(self.directory / name)

    def _raw(self, name: str) -> Path:
        return self._part(f"trajectory.{name}")

    def _pack_trajectory(self, keep_parts: bool) -> None:
        """Join the series into one archive, a chunk at a time, and remove them unless kept."""
        ticks = min(self._ticks(name) for name in FIELDS)
        with zipfile.ZipFile(self._part("trajectory.npz"), "w") as archive:
            for name in FIELDS:
                # The clock of the machine stays out of the archive: same run, same bytes.
                entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
                with archive.open(entry, "w", force_zip64=True) as member:
                    self._copy_series(name, ticks, member)
        self._part("trajectory.npz").replace(self.directory / "trajectory.npz")
        for name in () if keep_parts else FIELDS:
            self._raw(name).unlink()

    def _tick_bytes(self, name: str) -> int:
        size = np.dtype(FIELDS[name].dtype).itemsize
        return size * int(np.prod(self._shapes[name], dtype=int))

    def _ticks(self, name: str) -> int:
        # An interruption may have cut the last tick: only whole ones count.
        return self._raw(name).stat().st_size // self._tick_bytes(name)

    def _copy_series(self, name: str, ticks: int, member: IO[bytes]) -> None:
        shape = (ticks, *self._shapes[name])
        header = {"descr": FIELDS[name].dtype, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(member, header)
        with self._raw(name).open("rb") as series:
            left = ticks * self._tick_bytes(name)
            while left:
                left -= member.write(series.read(min(left, _CHUNK_BYTES)))

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """Turn a failure of the disk into one sentence."""
        try:
            yield
        except OSError as error:
            raise RunError(
                f"the results in {self.directory} cannot be written: {reason_of(error)}"
            ) from error


def has_parts(directory: Path) -> bool:
    """Whether a directory holds every file that a recorder goes on with."""
    return all(part.is_file() for part in _all_parts(directory))


def remove_parts(directory: Path) -> None:
    """Remove what `Recorder.close` left on request."""
    for part in _all_parts(directory):
        part.unlink(missing_ok=True)


def _all_parts(directory: Path) -> list[Path]:
    names = ("metrics.csv", *(f"trajectory.{name}" for name in FIELDS))
    return [part_of(directory / name) for name in names]


def _line(cells: Iterable[str]) -> bytes:
    return (",".join(cells) + "\n").encode()


def _cell(value: float | int) -> str:
    return str(int(value)) if isinstance(value, int | np.integer | np.bool_) else repr(float(value))
