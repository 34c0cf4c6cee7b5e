"""``python -m bildsim.live``: open a recording of a run in Rerun's viewer."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.live import main as program

    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.live", main, last=True))
