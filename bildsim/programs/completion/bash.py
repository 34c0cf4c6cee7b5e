"""Completion in bash, from version 3.2 on, which Macs have."""

from collections.abc import Mapping, Sequence

from bildsim.programs.completion.vocabulary import Entry

_BEGINNING = """\
# Completion of bildsim in bash, printed by: bildsim completion bash
_bildsim_words() {
    COMPREPLY=($(compgen -W "$1" -- "$word"))
}
_bildsim_list() {
    local before=
    if [[ $word == *,* ]]; then before=${word%,*},; fi
    COMPREPLY=($(compgen -P "$before" -W "$1" -- "${word##*,}"))
    compopt -o nospace 2>/dev/null
}
_bildsim_files() {
    local IFS=$'\\n'
    COMPREPLY=($(compgen "$1" -- "$word"))
    compopt -o filenames 2>/dev/null
}
_bildsim_words_or_file() {
    _bildsim_words "$1"
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$word"))
    compopt -o filenames 2>/dev/null
}
_bildsim_list_or_files() {
    _bildsim_list "$1"
    local IFS=$'\\n' before=
    if [[ $word == *,* ]]; then before=${word%,*},; fi
    COMPREPLY+=($(compgen -P "$before" -f -- "${word##*,}"))
}
_bildsim() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # Bash takes --option=value apart at the sign.
    if [[ $word == = ]]; then
        word=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    fi
"""
_END = """\
}
complete -F _bildsim bildsim
"""


def script(programs: Mapping[str, str], vocabulary: Mapping[str, Sequence[Entry]]) -> str:
    """Return the script.

    Args:
        programs: what each program does.
        vocabulary: the options of each.
    """
    lines = [
        "    if ((COMP_CWORD == 1)); then",
        f'        _bildsim_words "{" ".join(programs)} --help --version"',
        "        return",
        "    fi",
        "    local program=${COMP_WORDS[1]//_/-}",
        '    case "$program ${option//_/-}" in',
    ]
    for action, places in _actions(vocabulary).items():
        lines += [f"        {'|'.join(places)})", f"            {action} ;;"]
    lines += ["        *)", "            case $program in"]
    for program, entries in vocabulary.items():
        lines += [f"                {program})", f"                    {_first(entries)} ;;"]
    lines += ["            esac ;;", "    esac", ""]
    return _BEGINNING + "\n".join(lines) + _END


def _first(entries: Sequence[Entry]) -> str:
    """Return what is done where no option is begun: its words, or a file that stands by itself."""
    options = f'_bildsim_words "{" ".join(entry.option for entry in entries if entry.option)}"'
    if all(entry.option for entry in entries):
        return options
    return f"if [[ $word == -* ]]; then {options}; else _bildsim_files -f; fi"


def _actions(vocabulary: Mapping[str, Sequence[Entry]]) -> dict[str, list[str]]:
    """Return after which options of which programs the same is done."""
    found: dict[str, list[str]] = {}
    for program, entries in vocabulary.items():
        for entry in entries:
            if entry.option and entry.kind != "flag":
                found.setdefault(_action(entry), []).append(f'"{program} {entry.option}"')
    return found


def _action(entry: Entry) -> str:
    words = " ".join(entry.words)
    return {
        "words": f'_bildsim_words "{words}"',
        "list": f'_bildsim_list "{words}"',
        "words-or-file": f'_bildsim_words_or_file "{words}"',
        "list-or-files": f'_bildsim_list_or_files "{words}"',
        "file": "_bildsim_files -f",
        "directory": "_bildsim_files -d",
    }.get(entry.kind, ":")
