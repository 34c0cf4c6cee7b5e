"""``python -m bildsim.attribute``: what a density loses to each obstacle between it and ideal."""

from collections.abc import Sequence

from bildsim.programs.attribute.config import parse_attribution


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
        RunError: the results cannot be written, or no trial was done on all steps.
    """
    config = parse_attribution(arguments)
    # Only here, so that --help and wrong options need not wait for what is slow to load.
    from bildsim.programs.attribute.attributing import attribute

    return attribute(config)
