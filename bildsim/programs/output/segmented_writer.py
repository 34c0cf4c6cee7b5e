"""A video in segments: what was filmed until a checkpoint is whole whatever happens later."""

import glob
import os
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bildsim.basics.arrays import Image
from bildsim.basics.errors import RunError, UsageError
from bildsim.basics.ffmpeg import find_ffmpeg
from bildsim.programs.output.claims import Claim
from bildsim.programs.output.files import tame
from bildsim.programs.output.video_writer import VideoWriter, part_name

_SEGMENT = ".part-"


class Segment(NamedTuple):
    """A part of a video in a file of its own.

    Attributes:
        name: of the file, beside the video.
        frames: how many there are in it.
    """

    name: str
    frames: int


class SegmentedVideoWriter:
    """Writes a video as `video.VideoWriter` does, in files that `close` joins without loss.

    Every `snapshot` ends a segment, a file of its own beside the video. The joined video has the
    frames of all segments, one after another; the segments stay until `remove_segments`, so that
    a run can go on from any checkpoint.

    Args:
        path: the video to write.
        fps: frames a second of playback.
        size: width and height of every frame in pixels, both even.

    Raises:
        UsageError: the size or the frame rate cannot be encoded, or another process writes to the
            same video.
    """

    def __init__(self, path: Path, fps: float, size: tuple[int, int]) -> None:
        self.path, self._fps, self._size = Path(path), fps, size
        self._claim = Claim(_claim_name(self.path), "video", self.path)
        self._done: list[Segment] = []
        self._replaced = False
        self._segment = self._new_segment()

    def write(self, frame: Image) -> None:
        """Encode the next frame, RGB (H, W, 3).

        Raises:
            RunError: the encoder has stopped, for example because the disk is full.
        """
        self._segment.write(frame)

    def snapshot(self) -> dict[str, Any]:
        """End the segment and return what the video consists of so far.

        Raises:
            RunError: the encoder failed.
        """
        self._end_segment()
        return {"done": tuple(self._done)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on after the frames that there were when the state was taken.

        Raises:
            UsageError: a segment is not there, or there is none and a file would be replaced.
        """
        if not state["done"] and self.path.exists():
            raise UsageError(
                f"--resume is not possible: {self.path} exists, and is of no segments of this run"
            )
        for segment in state["done"]:
            place = self.path.with_name(segment.name)
            if not place.is_file():
                raise UsageError(
                    f"--resume is not possible: {place}, a segment of the video, is not there"
                )
        self._done = list(state["done"])
        # What has the video's name by now is what this run left when it was stopped.
        self._replaced = True
        self._segment = self._new_segment()

    def close(self) -> None:
        """Join the segments; further calls do nothing.

        Raises:
            RunError: encoding or joining failed, or a file of that name has appeared meanwhile.
        """
        self._end_segment()
        if not self._done:
            self._release()
            return
        if self.path.exists() and not self._replaced:
            raise RunError(f"{self.path} exists by now: the video was left in {self._pattern()}")
        part = part_name(self.path)
        _join(self._done, self._fps, self.path.parent, part)
        part.replace(self.path)
        self._replaced = True
        self._release()

    def abandon(self) -> None:
        """Give the name back if no frame has come; segments stay."""
        if not self._done and not self._segment.frames:
            self._release()

    def _release(self) -> None:
        _claim_name(self.path).unlink(missing_ok=True)
        self._claim.release()

    def _end_segment(self) -> None:
        segment = self._segment
        segment.close()
        if not segment.frames:
            return
        with segment.path.open("rb") as file:
            os.fsync(file.fileno())
        self._done.append(Segment(segment.path.name, segment.frames))
        self._segment = self._new_segment()

    def _new_segment(self) -> VideoWriter:
        # The encoder of a killed run may still be finishing: no two ever write to one name.
        frames = sum(segment.frames for segment in self._done)
        name = f"{_beginning(self.path)}{frames:09d}-{uuid.uuid4().hex[:8]}.mp4"
        return VideoWriter(self.path.with_name(name), self._fps, self._size, joinable=True)

    def _pattern(self) -> str:
        return f"{_beginning(self.path)}*"


def remove_segments(path: Path) -> None:
    """Remove the segments of a video."""
    for found in _segments(path):
        found.unlink(missing_ok=True)


def require_no_segments(path: Path) -> None:
    """Make sure that no stopped run has left segments of a video of this name.

    Raises:
        UsageError: one has, which can still go on from them.
    """
    found = _segments(path)
    if found:
        raise UsageError(
            "{video} is being made by a run that was stopped, which left {0}: go on with it by "
            "{resume}, remove what it left, or give another name",
            found[0].name,
            video=str(path),
            resume=True,
        )


def _segments(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{glob.escape(_beginning(path))}[0-9]*.mp4"))


def _claim_name(path: Path) -> Path:
    """Return the file by which a process keeps a video for itself."""
    return path.with_name(f"{_beginning(path)}claim")


def _beginning(path: Path) -> str:
    """Return how the names of a video's segments begin, and of those that are not whole yet."""
    return tame(path.name, len(f"{_SEGMENT}000000000-00000000.part.mp4")) + _SEGMENT


def _join(segments: Sequence[Segment], fps: float, directory: Path, whole: Path) -> None:
    """Write the frames of all segments into one file, without encoding them again."""
    script = ""
    for segment in segments:
        quoted = segment.name.replace("'", r"'\''")
        # The files themselves say how long they are to the millisecond only.
        script += f"file 'file:{quoted}'\nduration {segment.frames / fps:.6f}\n"
    encoder = find_ffmpeg()
    # Through a pipe: Windows lets nobody else open a temporary file that is open here.
    command = [
        *(os.path.abspath(encoder) if os.path.dirname(encoder) else encoder, "-y", "-v", "error"),
        *("-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", "pipe:0"),
        *("-c", "copy", f"file:{whole.name}"),
    ]
    # In the directory, so that nothing but our own names stands in the list, whose lines end where
    # a name has a line break. A session of its own: Ctrl-C must not leave half a video.
    ended = subprocess.run(
        command,
        input=os.fsencode(script),
        capture_output=True,
        cwd=directory,
        start_new_session=True,
    )
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise RunError(f"the video {whole} could not be joined: {said[-1] if said else '?'}")
