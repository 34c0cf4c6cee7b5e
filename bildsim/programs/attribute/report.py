"""The page of an attribution: the figure, a table a case, and where all of it is from."""

from __future__ import annotations

from collections.abc import Sequence

from bildsim.basics.names import counted
from bildsim.programs.attribute.ablation import MEANINGS, Attribution, MeanPart, Shares
from bildsim.programs.attribute.config import PROGRAM, AttributeConfig
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.plots.files import Plot
from bildsim.programs.supplement.origin import command
from bildsim.programs.supplement.page import Page, Section
from bildsim.programs.supplement.table import Cell, Column, Row, Table
from bildsim.programs.sweep.statistics import FEWEST_SEEDS

_METRICS = {
    "kl_fit": ("kl_fit", "nats", "at the end"),
    "w2": ("w2", "m", "at the end"),
    "kl_fit_mean": ("kl_fit", "nats", "mean over the run"),
    "w2_mean": ("w2", "m", "mean over the run"),
}


def report(
    found: Sequence[Shares], ran: Sequence[Attribution], config: AttributeConfig, plot: Plot
) -> Page:
    """Return the page of an attribution.

    Args:
        found: the mean parts of each case.
        ran: all trials.
        config: what was run.
        plot: the figure.
    """
    lost = sum(not item.done for item in ran)
    names = list(dict.fromkeys(name for item in found for name in item.names))
    cases = f"{len(found)} case{'' if len(found) == 1 else 's'}"
    abstract = (
        f"The same trials of {counted(config.swarm.robots, 'robot')} over {config.duration:g} s "
        "were run as a ladder: first with nothing in the planner's way, then with one more "
        "obstacle at a time "
        f"({', '.join(names[1:])}). What a metric grows by on a step is the part of that obstacle; "
        f"parts add up to the whole gap. {cases}, each a planner, a target and a start.",
        *(_largest(item) for item in found),
    )
    return Page(
        title="What a density loses to each obstacle between it and ideal motion",
        abstract=abstract,
        sections=[
            Section("parts", "What each obstacle costs", (), [plot, *map(_table, found)]),
            Section("steps", "The steps", parts=[_meanings(names)]),
        ],
        command=command(PROGRAM, config),
        settings=to_toml(config),
        warnings=_warnings(config, lost),
    )


def _warnings(config: AttributeConfig, lost: int) -> list[str]:
    seeds, said = len(config.seed_numbers), []
    if seeds < FEWEST_SEEDS:
        said.append(
            f"{seeds} seed{'' if seeds == 1 else 's'} give standard errors that are themselves "
            f"uncertain: {FEWEST_SEEDS} or more would do (--seeds 0:{FEWEST_SEEDS})."
        )
    if lost:
        said.append(f"{lost} trials were not done on all steps and are left out: see rungs.csv.")
    return said


def _largest(item: Shares) -> str:
    parts = item.parts["w2"]
    most = max(range(len(parts)), key=lambda number: abs(parts[number].mean))
    gap, part = item.gaps["w2"].mean, parts[most].mean
    moves = "falls" if gap < 0.0 else "grows"
    return (
        f"{', '.join(item.case)}: w2 at the end {moves} by {abs(gap):.3f} m in all; the largest "
        f"part is that of {item.names[most + 1]}, {part:+.3f} m."
    )


def _table(item: Shares) -> Table:
    """Return a case's values on the first and the last step, and the parts between them."""
    planner, target, start = item.case
    columns = [
        Column(title, unit, "less", group, ranked=False, decimals=4)
        for title, unit, group in _METRICS.values()
    ]
    last = len(item.names) - 1
    rows = [
        Row(item.names[0], [_cell(item.values[metric][0]) for metric in _METRICS]),
        *(
            Row(f"+ {name}", [_cell(item.parts[metric][number]) for metric in _METRICS])
            for number, name in enumerate(item.names[1:])
        ),
        Row("= whole gap", [_cell(item.gaps[metric]) for metric in _METRICS], ranked=False),
        Row("as asked for", [_cell(item.values[metric][last]) for metric in _METRICS], False),
    ]
    caption = (
        f"{planner}, {target}, start {start}: means of {item.seeds} seeds, and beside them the "
        "range from one standard error below the mean to one above. A part comes after those above "
        "it; another order would share the gap out otherwise."
    )
    name = f"parts_{planner}_{target}_{start}"
    return Table(name, caption, "step", columns, rows)


def _cell(part: MeanPart) -> Cell:
    if not part.error:
        return Cell(part.mean)
    return Cell(part.mean, part.mean - part.error, part.mean + part.error)


def _meanings(names: Sequence[str]) -> Table:
    rows = [Row(name, [Cell(words=MEANINGS[name])]) for name in names]
    return Table("steps", "What each step adds.", "step", [Column("adds")], rows)
