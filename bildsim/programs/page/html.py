"""The page about a run: one HTML file that asks for nothing from anywhere else."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure
from PIL import Image

from bildsim.basics.arrays import Floats
from bildsim.basics.names import counted, short
from bildsim.envs.robots.arena_size import USUAL_WIDTH
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.output.files import write_text
from bildsim.programs.output.versions import commit
from bildsim.programs.page.clip import Clip
from bildsim.programs.page.figures import figures, number
from bildsim.programs.plots.run_curves import curves_figure
from bildsim.programs.plots.snapshot import snapshot_figure
from bildsim.programs.plots.stills import Still
from bildsim.simulation.config import RunConfig

_TEMPLATE = "run.html.jinja"
_DPI, _WIDE_MM, _NARROW_MM = 220, 230.0, 90.0
_ENDINGS = {
    "interrupted": "The run was stopped early",
    "failed": "The run failed",
}


@dataclass(frozen=True)
class RunRecord:
    """What a page is about.

    Attributes:
        config: what was run.
        summary: what summary.json says.
        columns: the metrics over time, (T,) each; empty where the run stopped before the first.
        stills: some moments, the last one at the end; empty where there was none.
        clip: the film.
    """

    config: RunConfig
    summary: Mapping[str, Any]
    columns: Mapping[str, Floats]
    stills: Sequence[Still]
    clip: Clip


def write_page(record: RunRecord, path: Path) -> None:
    """Write the page about a run.

    Raises:
        RunError: it cannot be written.
    """
    write_text(path, rendered(record))


def rendered(record: RunRecord) -> str:
    """Return the page about a run as HTML."""
    environment = Environment(
        loader=PackageLoader(__package__, ""), autoescape=True, undefined=StrictUndefined
    )
    environment.trim_blocks = environment.lstrip_blocks = True
    config, summary = record.config, record.summary
    return environment.get_template(_TEMPLATE).render(
        title=_title(config),
        headline=_headline(config, summary),
        ending=_ending(config, summary),
        source=summary["target_source"],
        tiles=_tiles(summary),
        clip=record.clip,
        stills=_pictures(record.stills),
        times=[f"{still.time_s:g} s" for still in record.stills],
        curves=_curves(record),
        tables=figures(summary),
        settings=to_toml(config),
        commit=commit(),
        versions=list(summary["versions"].items()),
    )


def _title(config: RunConfig) -> str:
    target = config.target if config.target_file is None else config.target_file.name
    return f"{short(config.planner)} on {short(target)}"


def _headline(config: RunConfig, summary: Mapping[str, Any]) -> str:
    swarm, width = summary["swarm"], config.swarm.arena_width
    arena = "" if width == USUAL_WIDTH else f"arena {width:g} m wide, "
    return (
        f"{counted(swarm['robots'], 'robot')} of radius {1e3 * swarm['radius']:.1f} mm, {arena}"
        f"{config.swarm.dynamics} dynamics, network {swarm['network']}, start "
        f"{short(config.swarm.start)}, seed {config.seed}: {summary['simulated_s']:.1f} s simulated"
    )


def _ending(config: RunConfig, summary: Mapping[str, Any]) -> str:
    """Say how a run ended that did not come to its end; empty for one that did."""
    words = _ENDINGS.get(summary["status"])
    if words is None:
        return ""
    shown = f"at {summary['simulated_s']:.1f} of {config.duration:g} s"
    return f"{words}, {shown}: {summary['reason']}. What follows is of what there was by then."


def _tiles(summary: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, value and a note of the few numbers that say most."""
    final = summary["final"]
    if not final:
        return []
    floor = f"nats; at least {number(summary['kl_floor'])}"
    return [
        ("KL to the target", number(final["kl_fit"]), floor),
        ("W2 to the target", number(final["w2"]), "m"),
        ("touching pairs", number(final["contacts"]), "at the end"),
        ("real-time factor", number(summary["real_time_factor"]), "simulated seconds a second"),
    ]


def _pictures(stills: Sequence[Still]) -> dict[str, str]:
    """Return the stills for wide windows and for narrow ones; nothing where there are none."""
    if not stills:
        return {}
    widths = {"wide": _WIDE_MM if len(stills) > 1 else 120.0, "narrow": _NARROW_MM}
    return {name: _png(snapshot_figure(stills, width_mm=mm)) for name, mm in widths.items()}


def _curves(record: RunRecord) -> dict[str, str]:
    """Return the curves for wide windows and for narrow ones; nothing where there are none."""
    if not len(record.columns.get("time_s", ())):
        return {}
    title = _title(record.config)
    return {
        name: _png(curves_figure(record.columns, title, narrow=name == "narrow"), 150)
        for name in ("wide", "narrow")
    }


def _png(figure: Figure, dpi: int = _DPI) -> str:
    """Return a figure as text for a page."""
    drawn, written = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings():
        # Names of users may have signs that the font lacks, which are drawn as boxes.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(drawn, dpi=dpi, format="png")
    # A palette makes the file, and with it the page, a third of the size.
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(written, format="png", optimize=True)
    return base64.b64encode(written.getvalue()).decode("ascii")
