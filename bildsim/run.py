"""``python -m bildsim.run``: simulate a swarm that shapes a density, with metrics and a video."""

import sys
from collections.abc import Sequence

from bildsim.programs.config.ending import run_program


def _main(arguments: Sequence[str]) -> int:
    # Only here, so that Ctrl-C during what is slow to load ends as everywhere else.
    from bildsim.programs.run.main import main

    return main(arguments)


if __name__ == "__main__":
    sys.exit(run_program("bildsim.run", _main))
