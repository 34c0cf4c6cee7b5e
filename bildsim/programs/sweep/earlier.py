"""What a directory holds of an earlier sweep: more of the same goes on, all else is refused."""

from __future__ import annotations

from pathlib import Path

from bildsim.basics.errors import UsageError, reason_of
from bildsim.basics.reading.json_file import read_json
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.options import options
from bildsim.programs.config.toml_file import config_of_toml, text_of, to_toml
from bildsim.programs.output.files import write_text
from bildsim.programs.sweep.config import ComparisonConfig
from bildsim.programs.sweep.store import MARK, TRIALS, Store

CONFIGURATION = "config.toml"
# Of where and by whom trials are run results do not depend.
_FREE = frozenset({"engine", "scheduler", "jobs", "out", "quiet"})
_MOST_BYTES = 100_000
_OTHER = "give another directory"
_LISTS = {
    "planners": "planner_names",
    "targets": "target_names",
    "starts": "start_names",
    "seeds": "seed_numbers",
}


def require_more(directory: Path, program: str, config: ComparisonConfig) -> None:
    """Make sure that tables of a sweep replace none that they do not contain.

    A directory of results may go on with more planners, targets, starts, seeds or values of what is
    varied: the new tables hold all that the former ones did.

    Args:
        directory: of the results.
        program: what is to write there.
        config: what it is to do.

    Raises:
        UsageError: the directory holds results of another program or of other settings; the
            sentence names both.
    """
    if not any((directory / TRIALS).glob("*.json")):
        return
    before = _program_in(directory)
    if before != program:
        raise UsageError(f"--out {directory} holds what {before} has left: {_OTHER}")
    earlier = _configuration_in(directory, config)
    if earlier is not None:
        _require_settings(directory, earlier, config)
        _require_lists(directory, earlier, config)


def open_store(directory: Path, program: str, config: ComparisonConfig) -> Store:
    """Take a directory for a sweep, and write there what it is.

    Raises:
        UsageError: another process has it, or it holds something else by now; see `require_more`.
        RunError: it cannot be written.
    """
    store = Store(directory, program)
    try:
        require_more(directory, program, config)
        write_text(directory / CONFIGURATION, to_toml(config))
    except BaseException:
        store.close()
        raise
    return store


def _program_in(directory: Path) -> str:
    try:
        return str(read_json(directory / MARK, _MOST_BYTES)["program"])
    except (OSError, ValueError, LookupError, TypeError):
        return "another program"


def _configuration_in(directory: Path, config: ComparisonConfig) -> ComparisonConfig | None:
    path = directory / CONFIGURATION
    try:
        return config_of_toml(type(config)(), text_of(path), f"{path}:")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--out {directory} holds a {CONFIGURATION} that cannot be read ({reason_of(error)}): "
            f"{_OTHER}"
        ) from None


def _require_settings(directory: Path, earlier: ComparisonConfig, config: ComparisonConfig) -> None:
    """Make sure that all settings but lists are alike."""
    now = {option.path: option.default for option in options(config)}
    for option in options(earlier):
        value = now[option.path]
        if option.name not in (*_FREE, *_LISTS, "sweep") and option.default != value:
            before, here = as_option(option.name, option.default), as_option(option.name, value)
            raise UsageError(
                f"--out {directory} holds a sweep with {before}, and this one has {here}: {_OTHER}"
            )


def _require_lists(directory: Path, earlier: ComparisonConfig, config: ComparisonConfig) -> None:
    """Make sure that lists hold all that they did."""
    lists = {name: _listed(earlier, name) for name in _LISTS}
    for name, before in lists.items():
        kept = _listed(config, name)
        left_out = [str(item) for item in before if item not in kept]
        if left_out:
            raise _leaves_out(directory, name, earlier, config, left_out)
    varied, now = earlier.varied, config.varied
    if varied is None and now is None:
        return
    if varied is None or now is None or varied.name != now.name:
        there, here = (getattr(each, "sweep", None) for each in (earlier, config))
        raise UsageError(
            f"--out {directory} holds a sweep with --sweep {there}, and this one has --sweep "
            f"{here}: {_OTHER}"
        )
    left_out = [f"{value:g}" for value in varied.values if value not in now.values]
    if left_out:
        raise _leaves_out(directory, "sweep", earlier, config, left_out)


def _leaves_out(
    directory: Path,
    name: str,
    earlier: ComparisonConfig,
    config: ComparisonConfig,
    left_out: list[str],
) -> UsageError:
    before, here = (as_option(name, getattr(each, name)) for each in (earlier, config))
    return UsageError(
        f"--out {directory} holds results of {before}, and {here} leaves out "
        f"{', '.join(left_out)}: name all of them, or {_OTHER}"
    )


def _listed(config: ComparisonConfig, name: str) -> tuple[object, ...]:
    return tuple(getattr(config, _LISTS[name]))
