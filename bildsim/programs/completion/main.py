"""``bildsim completion``: print a script that completes words in a shell."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bildsim.basics.errors import UsageError, unknown_name
from bildsim.programs.completion import bash, fish, zsh
from bildsim.programs.completion.vocabulary import SHELLS, VOCABULARY
from bildsim.programs.config.called import typed
from bildsim.programs.config.doors import DOORS

_SCRIPTS: Mapping[str, Callable[..., str]] = MappingProxyType(
    dict(zip(SHELLS, (bash.script, zsh.script, fish.script), strict=True))
)


def main(arguments: Sequence[str]) -> int:
    """Print what is asked for and return the exit status.

    Raises:
        UsageError: no shell is named, or none that is known.
    """
    if {"-h", "--help"} & set(arguments):
        print(_help())
        return 0
    shells = ", ".join(SHELLS)
    if len(arguments) != 1:
        raise UsageError(f"one shell is to be named, not {len(arguments)}: give one of {shells}")
    if arguments[0] not in SHELLS:
        raise unknown_name("the shell", arguments[0], SHELLS)
    texts = {name: door.text for name, door in DOORS.items()}
    print(_SCRIPTS[arguments[0]](texts, VOCABULARY), end="")
    return 0


def _help() -> str:
    return "\n".join(
        (
            f"usage: {typed('bildsim.completion')} {{{','.join(SHELLS)}}}",
            "",
            "Print a script with which the shell completes programs, options and their values.",
            "",
            "  bash  into ~/.local/share/bash-completion/completions/bildsim",
            "  zsh   into a file _bildsim in a directory of $fpath",
            "  fish  into ~/.config/fish/completions/bildsim.fish",
        )
    )
