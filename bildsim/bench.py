"""``python -m bildsim.bench``: compare planners on the same starts, seeds and physics."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def _main(arguments: Sequence[str]) -> int:
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.bench.main import main

    return main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.bench", _main))
