"""``python -m bildsim.run``: simulate a swarm that shapes a density, with metrics and a video."""

import sys

from bildsim.programs.config.command_line import run_program
from bildsim.programs.run.main import main

if __name__ == "__main__":
    sys.exit(run_program("bildsim.run", main))
