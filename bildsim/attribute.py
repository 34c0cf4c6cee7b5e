"""``python -m bildsim.attribute``: what each obstacle between ideal and real robots costs."""

import sys

from bildsim.programs.attribute.main import main
from bildsim.programs.config.command_line import run_program

if __name__ == "__main__":
    sys.exit(run_program("bildsim.attribute", main))
