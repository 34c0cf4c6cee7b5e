"""``python -m bildsim.reproduce``: section V of the BILD-MACRO paper, in open loop."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def _main(arguments: Sequence[str]) -> int:
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.reproduce.main import main

    return main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.reproduce", _main))
