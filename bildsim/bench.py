"""``python -m bildsim.bench``: compare planners on the same starts, seeds and physics."""

import sys

from bildsim.programs.bench.main import main
from bildsim.programs.config.command_line import run_program

if __name__ == "__main__":
    sys.exit(run_program("bildsim.bench", main))
