"""``python -m bildsim.warm_up``: compile all that a run may need ahead of the first one.

Compiled code is kept (`bildsim.basics.kernel_cache` says where), so this is slow once and soon done
afterwards. A run compiles by itself what it does not find.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bildsim.programs.config.command_line import parse

SUMMARY = "Compile all that a run may need ahead of the first one; compiled code is kept."


@dataclass(frozen=True)
class Options:
    """What can be asked for: nothing but help."""


def main(arguments: Sequence[str]) -> int:
    """Compile everything, with a process a core where processes can be made; return the status.

    Raises:
        UsageError: there is an option, and there is none.
    """
    parse("bildsim.warm_up", SUMMARY, Options(), arguments)
    # Only here, so that --help and wrong options need not wait for what is slow to load.
    from bildsim.programs.compilation.groups import GROUPS
    from bildsim.programs.compilation.ready import make_ready
    from bildsim.programs.output.terminal import open_console

    make_ready(tuple(GROUPS), open_console(quiet=False))
    return 0
