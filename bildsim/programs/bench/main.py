"""``python -m bildsim.bench``: planners compared on the same starts, seeds and physics."""

from collections.abc import Sequence

from bildsim.programs.sweep.config import parse_bench


def main(arguments: Sequence[str]) -> int:
    """Run with the given command line and return the exit status.

    Raises:
        UsageError: the command line cannot be run; nothing has been written.
        RunError: the results cannot be written, or the cluster is gone.
    """
    config = parse_bench(arguments)
    # Only here, so that --help and wrong options need not wait for what is slow to load.
    from bildsim.programs.bench.comparing import compare

    return compare(config)
