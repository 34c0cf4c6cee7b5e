"""Completion in zsh."""

from collections.abc import Mapping, Sequence

from bildsim.programs.completion.vocabulary import Entry

_BEGINNING = """\
#compdef bildsim
# Completion of bildsim in zsh, printed by: bildsim completion zsh
_bildsim_words_or_file() {
    compadd -- "$@"
    _files
}
_bildsim_list_or_files() {
    compset -P '*,'
    compadd -q -S , -- "$@"
    _files -q -S ,
}
_bildsim() {
    local program=${words[2]//_/-}
    if ((CURRENT == 2)); then
        local -a programs
"""
_END = """\
}
if [[ ${funcstack[1]} == _bildsim ]]; then
    _bildsim "$@"
else
    compdef _bildsim bildsim
fi
"""


def script(programs: Mapping[str, str], vocabulary: Mapping[str, Sequence[Entry]]) -> str:
    """Return the script.

    Args:
        programs: what each program does.
        vocabulary: the options of each.
    """
    lines = ["        programs=("]
    lines += [f"            {_quoted(f'{name}:{text}')}" for name, text in programs.items()]
    lines += [
        "        )",
        "        _describe -t programs program programs",
        "        compadd -- --help --version",
        "        return",
        "    fi",
        "    shift words",
        "    ((CURRENT--))",
        "    case $program in",
    ]
    for program, entries in vocabulary.items():
        options = [entry for entry in entries if entry.option.startswith("--")]
        words = " ".join(entry.option for entry in entries if entry not in options)
        found = [_specification(entry) for entry in options]
        found += [_quoted(f":word:({words})")] if words.strip() else []
        found += [":file:_files"] if any(not entry.option for entry in entries) else []
        specifications = " \\\n            ".join(found)
        lines += [f"        {program}) _arguments \\\n            {specifications} ;;"]
    lines += ["    esac", ""]
    return _BEGINNING + "\n".join(lines) + _END


def _specification(entry: Entry) -> str:
    text = _escaped(entry.text, "[]:")
    if entry.kind == "flag":
        return _quoted(f"{entry.option}[{text}]")
    name = entry.option.removeprefix("--")
    words = " ".join(_escaped(word, ":") for word in entry.words)
    action = {
        "words": f"({words})",
        "list": f"_values -s , {name} {words}",
        # With a space in front they are called without descriptions, of which they know nothing.
        "words-or-file": f" _bildsim_words_or_file {words}",
        "list-or-files": f" _bildsim_list_or_files {words}",
        "file": "_files",
        "directory": "_files -/",
    }.get(entry.kind, " ")
    return _quoted(f"{entry.option}=[{text}]:{name}:{action}")


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"
