"""``python -m bildsim.attribute``: what each obstacle between ideal and real robots costs."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.attribute import main as program

    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.attribute", main, last=True))
