"""``python -m bildsim.reproduce``: section V of the BILD-MACRO paper, in open loop."""

from collections.abc import Sequence

from bildsim.programs.reproduce.config import parse_reproduction


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
    """
    options = parse_reproduction(arguments)
    # Only here, so that --help and wrong options need not wait for what is slow to load.
    from bildsim.programs.reproduce.reproducing import reproduce

    return reproduce(options)
