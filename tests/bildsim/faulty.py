"""Planners that go wrong in every way that the tests of the benchmark need."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from bildsim.controllers.baselines.reference.static import Static

BAD_TICK = 3


class _Faulty(Static):
    """Stands still for some ticks and then does what the subclass does."""

    def plan(self, state, observation):
        if round(10 * observation.time_s) < BAD_TICK:
            return super().plan(state, observation)
        return self.fault(observation.positions), state


class Raises(_Faulty):
    def fault(self, positions):
        raise ValueError("three\nlines, of\nwords")


class Exits(_Faulty):
    def fault(self, positions):
        sys.exit(3)


class NotANumber(_Faulty):
    def fault(self, positions):
        waypoints = positions.copy()
        waypoints[4, 1] = np.nan
        return waypoints


class Outside(_Faulty):
    def fault(self, positions):
        return positions + 3.0


class WrongShape(_Faulty):
    def fault(self, positions):
        return positions[1:]


class Nothing(_Faulty):
    def fault(self, positions):
        return None


class Killed(_Faulty):
    def fault(self, positions):
        os.kill(os.getpid(), signal.SIGKILL)


class Unmade(Static):
    def __init__(self, problem):
        raise OSError("no such licence")


def square(value):
    return value * value


def fail(value):
    raise ValueError(f"not {value}")


def die(value):
    """End this worker."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(path):
    """End this worker unless one has left the file already."""
    if Path(path).exists():
        return "survived"
    Path(path).touch()
    return die(path)


def slow_square(value):
    time.sleep(0.1)
    return value * value
