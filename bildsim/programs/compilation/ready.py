"""Have kernels ready before they are needed: load those that are kept, compile the others."""

# Numba carries no types.
# mypy: disable-error-code="misc"

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from numba.core import event
from rich.console import Console

from bildsim.density import kernels
from bildsim.numerics.threads import usable_cores
from bildsim.programs.compilation.beside import called_beside
from bildsim.programs.compilation.groups import GROUPS
from bildsim.programs.compilation.screen import compiling


class NotKeptError(Exception):
    """A kernel would have to be compiled."""


class _Refusal(event.Listener):
    def on_start(self, event: Any) -> None:
        raise NotKeptError

    def on_end(self, event: Any) -> None:
        """Do nothing: nothing was begun."""


@contextmanager
def nothing_compiles() -> Iterator[None]:
    """Let kernels be loaded within the block, and raise `NotKeptError` where one is not kept."""
    with event.install_listener("numba:compile", _Refusal()):
        yield


def make_ready(
    names: Sequence[str], console: Console, before: Callable[[], object] = lambda: None
) -> float:
    """Load the kernels of these groups; return the seconds spent on compiling those not kept.

    With several cores each gets a process (`bildsim.programs.compilation.beside`), which leaves
    what it compiles where kernels are kept. A process that dies, or kernels that cannot be kept,
    cost time alone: what is still missing in the end is compiled here.

    Args:
        names: of `GROUPS`.
        console: where to say so.
        before: called if there is something to compile, first.
    """
    missing = [name for name in names if not _loads(name)]
    if not missing:
        return 0.0
    before()
    start = time.perf_counter()
    kept = _are_kept()
    with compiling(console, missing, kept=kept) as count:
        if kept:
            for name in called_beside(missing, GROUPS, usable_cores()):
                count(name)
        for name in missing:
            GROUPS[name]()
            count(name)
    return time.perf_counter() - start


def _loads(name: str) -> bool:
    try:
        with nothing_compiles():
            GROUPS[name]()
    except NotKeptError:
        return False
    return True


def _are_kept() -> bool:
    """Whether there is a place in which this process finds what another one compiled."""
    any_kernel: Any = kernels.evaluate
    return any_kernel.stats.cache_path is not None
