"""Completion in fish."""

from collections.abc import Mapping, Sequence

from bildsim.programs.completion.vocabulary import Entry


def script(programs: Mapping[str, str], vocabulary: Mapping[str, Sequence[Entry]]) -> str:
    """Return the script.

    Args:
        programs: what each program does.
        vocabulary: the options of each.
    """
    first = "complete -c bildsim -n __fish_use_subcommand"
    lines = [
        "# Completion of bildsim in fish, printed by: bildsim completion fish",
        "complete -c bildsim -f",
        f"{first} -l help -d 'list the programs'",
        f"{first} -l version -d 'show versions'",
    ]
    lines += [f"{first} -a {name} -d {_quoted(text)}" for name, text in programs.items()]
    for program, entries in vocabulary.items():
        after = f"complete -c bildsim -n '__fish_seen_subcommand_from {program}'"
        lines += [f"{after} {_rest(entry)}" for entry in entries]
    return "\n".join(lines) + "\n"


def _rest(entry: Entry) -> str:
    if not entry.option:
        return "-F"
    if not entry.option.startswith("--"):
        return f"-a {entry.option} -d {_quoted(entry.text)}"
    words = " ".join(entry.words)
    # Said line by line, as fish reads lists.
    each = f'(__fish_complete_list , "printf %s\\\\n {words}")'
    wanted = {
        "flag": "",
        "words": f" -x -a {_quoted(words)}",
        "list": f" -x -a {_quoted(each)}",
        "words-or-file": f" -r -F -a {_quoted(words)}",
        "list-or-files": f" -r -F -a {_quoted(each)}",
        "file": " -r -F",
        "directory": " -x -a '(__fish_complete_directories)'",
    }.get(entry.kind, " -x")
    return f"-l {entry.option.removeprefix('--')}{wanted} -d {_quoted(entry.text)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
