"""What the tests of the scripts share: programs and a vocabulary that were made up."""

import shutil
import subprocess

import pytest

from bildsim.programs.completion.vocabulary import Entry

PROGRAMS = {"run": "do it's [best]: now", "live": "look", "warm-up": "be ready"}
VOCABULARY = {
    "run": (
        Entry("--help", "show", "flag"),
        Entry("--planner", "a planner's name: [one]", "words", ("cvt", "cvt_sq", "heat")),
        Entry("--planners", "some", "list", ("cvt", "cvt_sq", "heat")),
        Entry("--network", "links", "words", ("er:0.5", "ring")),
        Entry("--start", "where", "words-or-file", ("corner", "centre")),
        Entry("--starts", "some", "list-or-files", ("corner", "centre")),
        Entry("--video", "a film", "file"),
        Entry("--out", "results", "directory"),
        Entry("--robots", "how many", "value"),
        Entry("--no-contacts", "not", "flag"),
    ),
    "live": (Entry("--help", "show", "flag"), Entry("", "a recording", "file")),
    "warm-up": (Entry("--help", "show", "flag"), Entry("now", "at once", "flag")),
}


def found(shell):
    """Return where a shell is, or skip."""
    place = shutil.which(shell)
    if place is None:
        pytest.skip(f"there is no {shell} here")
    return place


def answer(shell, words, text, cwd=None):
    """Return what a shell prints that runs the text."""
    ended = subprocess.run(
        [found(shell), *words], input=text, capture_output=True, text=True, cwd=cwd, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout
