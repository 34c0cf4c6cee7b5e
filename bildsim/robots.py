"""``python -m bildsim.robots``: the robots that runs know by name, and where figures come from."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs import robots as program

    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.robots", main, last=True))
