"""``python -m bildsim.warm_up``: compile all that a run may need ahead of the first one."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs import warm_up as program

    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.warm_up", main, last=True))
