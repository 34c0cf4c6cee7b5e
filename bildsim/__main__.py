"""``python -m bildsim``: the command ``bildsim``."""

import sys

from bildsim.command import main

if __name__ == "__main__":
    sys.exit(main("python -m bildsim"))
