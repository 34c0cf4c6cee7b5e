"""``python -m bildsim.run``: simulate a swarm that shapes a density, with metrics and a video."""

import gc
import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.run import main as program

    # What is loaded by now stays: runs would start later for looking through it for garbage.
    gc.freeze()
    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.run", main, last=True))
