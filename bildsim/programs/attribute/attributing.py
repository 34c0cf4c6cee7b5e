"""An attribution: the steps of its trials are run, and the parts of each obstacle written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console

from bildsim.basics.errors import RunError
from bildsim.programs.attribute.ablation import MEANINGS, AblationStep, Attribution, ladder, shares
from bildsim.programs.attribute.config import PROGRAM, AttributeConfig
from bildsim.programs.attribute.tables import parts_csv, printed, rungs_csv
from bildsim.programs.compilation.runs import make_ready_for
from bildsim.programs.output.files import write_text
from bildsim.programs.output.terminal import open_console, say_target, say_written
from bildsim.programs.sweep import store as trial_store
from bildsim.programs.sweep.earlier import open_store, require_more
from bildsim.programs.sweep.execution import make_engine, out_directory, progress
from bildsim.programs.sweep.runner import (
    check_trials,
    configurations,
    one_of_each,
    run_missing,
)
from bildsim.programs.sweep.store import Store
from bildsim.programs.sweep.trial import DONE

_FIGURE = (
    "What each obstacle costs",
    "Grey: with nothing in the planner's way; then the part of one obstacle after another. Parts "
    "that make it better are drawn below. Black: the run that was asked for, with the standard "
    "error of its mean.",
)


def attribute(config: AttributeConfig) -> int:
    """Run what an attribution lacks, write its files and return the exit status.

    Raises:
        UsageError: it cannot be run; nothing has been written.
        RunError: the results cannot be written, or no trial was done on all steps.
    """
    out = out_directory(config)
    trial_store.check(out)
    require_more(out, PROGRAM, config)
    console = open_console(quiet=config.output.quiet)
    for item in config.listed_targets.values():
        say_target(item.source, console)
    make_ready_for([step.config for run in one_of_each(config) for step in ladder(run)], console)
    check_trials(config)
    ladders = [ladder(trial) for trial in configurations(config)]
    store, attributions = _run(ladders, config, out, console)
    with closing(store):
        _write(attributions, config, out, console)
    return 0


def _run(
    ladders: Sequence[Sequence[AblationStep]], config: AttributeConfig, out: Path, console: Console
) -> tuple[Store, list[Attribution]]:
    configs = [step.config for steps in ladders for step in steps]
    with make_engine(config) as engine:
        store = open_store(out, PROGRAM, config)
        with progress(len(configs), console) as show:
            results = iter(run_missing(configs, store, engine, show))
    return store, [Attribution(steps, [next(results) for _ in steps]) for steps in ladders]


def _write(
    attributions: Sequence[Attribution], config: AttributeConfig, out: Path, console: Console
) -> None:
    # Drawing takes seconds to import, which refusals need not wait for.
    from bildsim.programs.attribute.plot import attribution_figure
    from bildsim.programs.attribute.report import report
    from bildsim.programs.plots.files import Plot, save_all
    from bildsim.programs.supplement.page import rendered, table_files, write_files

    write_text(out / "rungs.csv", rungs_csv(attributions))
    _tell_failures(attributions, console)
    found = shares(attributions)
    if not found:
        raise RunError(f"no trial was done on all steps: {out / 'rungs.csv'} says why")
    write_text(out / "parts.csv", parts_csv(found))
    place = save_all(attribution_figure(found), out / "attribution.png")
    page = report(found, attributions, config, Plot(place, *_FIGURE))
    write_files(out / "tables", table_files(page.sections))
    write_text(out / "report.html", rendered(page))
    for item in found:
        console.print(printed(item))
        console.print()
    for name in dict.fromkeys(name for item in found for name in item.names):
        console.print(f"{name}: {MEANINGS[name]}", style="dim", highlight=False)
    after = "a part comes after those above it; over time: means over the run"
    console.print(after, style="dim")
    names = ("report.html", "attribution.png", "parts.csv", "rungs.csv", "tables")
    say_written([out / name for name in names], console)


def _tell_failures(attributions: Sequence[Attribution], console: Console) -> None:
    for item in attributions:
        for step, result in zip(item.steps, item.results, strict=True):
            if result["status"] != DONE:
                where = f"{item.config.planner}, {item.config.target}, seed {item.config.seed}"
                console.print(f"left out: {where}, step {step.name}: {result['reason']}")
