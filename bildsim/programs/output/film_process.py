"""A film that is drawn and encoded in a process of its own, beside the physics.

PyBullet keeps Python's lock while it steps, so that a thread would draw only when physics rests. A
frame is told in some 20 kB, where its pixels are 2.8 MB.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from bildsim.basics.arrays import Image
from bildsim.basics.errors import RunError
from bildsim.basics.stopping import finishing
from bildsim.basics.time_budget import TimeBudget

if TYPE_CHECKING:
    from bildsim.drawing.frame_state import FrameState
    from bildsim.programs.output.film_settings import FilmSettings

# How many requests may wait to be answered: enough that neither side waits for the other's longest
# moment, few enough that a full disk is noticed at once.
_AHEAD = 8
# A few matrices a frame: threads of their own would take time from the physics.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class FilmProcess:
    """A `bildsim.programs.output.film.Film` in another process, which starts at once.

    Its methods are the film's, and raise what the film raises; `show` and `push_kl` some frames
    later. A process whose run is gone ends by itself, and leaves what the encoder has got by then.

    Attributes:
        time_budget: where the time of ``waiting`` for it is counted.
    """

    def __init__(self) -> None:
        self.time_budget = TimeBudget()
        # Not the run's own session: Ctrl-C in the terminal must not reach it, for the video is to
        # be finished.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bildsim.programs.output.film_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        self._outstanding, self._begun, self._ended = 0, False, False

    def open(self, settings: FilmSettings) -> None:
        """Make ready for frames; see `bildsim.programs.output.film.Film.open`."""
        self._ask("open", settings)

    def push_kl(self, time_s: float, kl: float, estimate: float | None) -> None:
        """Add a point to the curves of KL."""
        self._tell("push_kl", time_s, kl, estimate)

    def show(self, state: FrameState, camera: Image | None) -> None:
        """Have a frame drawn and encoded.

        Raises:
            RunError: an earlier frame could not be encoded.
        """
        self._tell("show", state, camera)

    def snapshot(self) -> dict[str, Any]:
        """Return the state after all frames so far."""
        state: dict[str, Any] = self._ask("snapshot")
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when the state was taken."""
        self._ask("restore", dict(state))

    def close(self) -> None:
        """Finish the video, and end the process; further calls do nothing.

        Raises:
            RunError: a frame could not be encoded, or the video not be finished.
        """
        if self._ended:
            return
        try:
            self._ask("close")
        finally:
            self.abandon()

    def abandon(self) -> None:
        """End the process without finishing what is not; further calls do nothing."""
        self._ended = True
        if not self._begun:
            # It has nothing to finish, and would go on loading for half a second.
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:
                # What was to be sent finds nobody any more.
                continue
        self._process.wait()

    def _tell(self, name: str, *arguments: object) -> None:
        """Send a request and go on, unless too many are waiting."""
        # A signal waits, for half a request or a lost answer would spoil all that follow.
        with finishing():
            self._send(name, arguments)
            while self._outstanding > _AHEAD:
                self._receive()

    def _ask(self, name: str, *arguments: object) -> Any:
        """Send a request and return its answer, after those before it."""
        answer: Any = None
        failures: list[Exception] = []
        with finishing():
            self._send(name, arguments)
            # All answers are taken, or this request would be cut off with the failed one.
            while self._outstanding:
                try:
                    answer = self._receive()
                except Exception as error:
                    failures.append(error)
        if failures:
            raise failures[0]
        return answer

    def _send(self, name: str, arguments: tuple[object, ...]) -> None:
        assert self._process.stdin is not None
        if self._ended:
            return
        self._begun = True
        try:
            write_message(self._process.stdin, (name, arguments))
        except OSError:
            raise self._gone() from None
        self._outstanding += 1

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        try:
            with self.time_budget.spent("waiting"):
                failed, answer = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._gone() from None
        self._outstanding -= 1
        if failed:
            raise answer
        return answer

    def _gone(self) -> RunError:
        self._outstanding = 0
        self.abandon()
        status = self._process.returncode
        return RunError("the process that draws the video has ended, with status {0}", status)


def _environment() -> dict[str, str]:
    """Return an environment in which a process finds the modules that this one finds."""
    found = os.pathsep.join(place for place in sys.path if place)
    return {**os.environ, **_ONE_THREAD, "PYTHONPATH": found}


def write_message(stream: IO[bytes], message: object) -> None:
    """Write a message as one piece.

    Raises:
        OSError: nobody reads any more.
    """
    stream.write(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
    stream.flush()


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Do what is asked of a film, in order, until there is nobody who asks.

    Args:
        requests: names and arguments of the film's methods.
        answers: for each whether it failed, and what it returned or raised.
    """
    from bildsim.programs.output.film import Film

    film, failed = Film(), False
    while True:
        try:
            name, arguments = pickle.load(requests)
        except (EOFError, pickle.UnpicklingError):
            film.abandon()
            return
        answer: tuple[bool, Any] = False, None
        # What was told before the run knew of the failure would begin the video anew.
        if name == "close" or not failed:
            try:
                answer = False, getattr(film, name)(*arguments)
            except Exception as error:
                failed, answer = True, (True, error)
        try:
            write_message(answers, answer)
        except OSError:
            return


def _main() -> None:
    # What somebody prints must not get among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
