"""``python -m bildsim.reproduce``: section V of the BILD-MACRO paper, in open loop."""

import sys

from bildsim.programs.config.command_line import run_program
from bildsim.programs.reproduce.main import main

if __name__ == "__main__":
    sys.exit(run_program("bildsim.reproduce", main))
