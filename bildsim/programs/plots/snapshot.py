"""A still of a run for a paper: robots to scale, target and the swarm's density, axes in metres."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, MultipleLocator

from bildsim.basics.arrays import Floats
from bildsim.basics.errors import RunError, UsageError, reason_of
from bildsim.basics.schema import fits
from bildsim.programs.output.files import whole
from bildsim.programs.plots.floor import draw_obstacles
from bildsim.programs.plots.stills import Still, recorded
from bildsim.programs.plots.style import STYLE

SUFFIXES = (".pdf", ".svg", ".png")
ONE_COLUMN_MM, TWO_COLUMNS_MM = 85.0, 174.0
_SMALLEST_MM, _LARGEST_MM = 40.0, 400.0
_INCH_MM, _POINT_MM = 25.4, 25.4 / 72.0
_DPI = 400
_SMALLEST_PANEL_MM, _WIDE_MM = 19.0, 45.0
_LEFT_MM, _RIGHT_MM, _BELOW_MM, _TITLE_MM, _BETWEEN_MM = 11.0, 14.5, 11.5, 4.2, 3.8
_ROOM_FOR_LEVELS_MM = 84.0
# The brightest colour stands for a round density this much above the target's.
_ABOVE = 1.1
_DENSITY_LABEL = "density of the swarm (1/m²)"
_ARROW = 0.04
_FINE, _LEVELS = 4, 14
_ROBOT, _NOSE, _OUTSIDE, _TARGET = "#ffffff", "#15181f", "#9a9a9a", "#c2410c"
_DENSITY = LinearSegmentedColormap.from_list(
    "density", ["#ffffff", "#d7e8f2", "#9fc9de", "#5ba3c6", "#2b7bab", "#0f5488"]
)
_PAPER: Any = {
    **STYLE,
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 7.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "axes.grid": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": True,
    "axes.spines.right": True,
    # Text stays text: journals check the fonts, and authors change the words.
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    # The same still, the same bytes.
    "svg.hashsalt": "bildsim",
}


def snapshot(
    run: Any,
    path: str | Path,
    time_s: float | Sequence[float] | None = None,
    *,
    width_mm: float | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a still of a run for a paper, or several beside each other.

        snapshot("results", "fig3.pdf", time_s=[0, 10, 60])

    Robots are drawn to scale with their headings, those that died or have not come yet as grey
    rings; the shading is the density fitted to the swarm, the lines are contours of the target.

    Args:
        run: a directory of results (``--out``), or what `bildsim.simulate` returned.
        path: the file; its suffix says what is written: .pdf or .svg, whose text stays text, or
            .png with 400 dots an inch.
        time_s: simulated time (s), or several; by default the end.
        width_mm: of the figure (mm); by default 85, a journal's column, and for several times 174,
            two columns.
        overwrite: whether a file of that name is replaced.

    Returns:
        The path.

    Raises:
        UsageError: the run, a time, the width or the suffix cannot be used, or the file exists.
        RunError: the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path} has no known suffix: allowed are {', '.join(SUFFIXES)}")
    if path.exists() and not overwrite:
        raise UsageError(
            f"{path} exists and would be overwritten: give another name, or {{overwrite}}",
            overwrite=True,
        )
    times: list[float | None] = _times(time_s)
    figure = snapshot_figure(recorded(run).stills(times), width_mm=width_mm)
    _write(figure, path)
    return path


def snapshot_figure(stills: Sequence[Still], *, width_mm: float | None = None) -> Figure:
    """Draw moments of a run beside each other.

    Args:
        stills: the moments, one at least.
        width_mm: of the figure (mm); see `snapshot`.

    Raises:
        UsageError: the width is not possible.
    """
    if width_mm is None:
        width_mm = ONE_COLUMN_MM if len(stills) == 1 else TWO_COLUMNS_MM
    if not fits(width_mm, float):
        raise UsageError("{width_mm} is not a number (mm)", width_mm=width_mm)
    if not _SMALLEST_MM <= width_mm <= _LARGEST_MM:
        raise UsageError(
            "{width_mm} is not possible: allowed is {0} to {1} mm",
            f"{_SMALLEST_MM:g}",
            f"{_LARGEST_MM:g}",
            width_mm=float(width_mm),
        )
    page = _Page.of(len(stills), width_mm, 1.0 + max(still.radius for still in stills))
    peak = _round_peak(float(max(still.target.max() for still in stills)))
    # The scale has an arrow where the swarm is denser than the darkest colour says.
    beyond = any(still.fitted.max() > peak for still in stills)
    with mpl.rc_context(_PAPER):
        figure = Figure(figsize=(page.width_mm / _INCH_MM, page.height_mm / _INCH_MM))
        shading: Any = None
        for number, still in enumerate(stills):
            axes = figure.add_axes(page.panel(number))
            shading = _draw(axes, still, peak, page, beyond=beyond)
            _label(axes, page, number, stills)
        scale = figure.colorbar(shading, cax=figure.add_axes(page.scale), extendfrac=_ARROW)
        short = page.height_mm < _WIDE_MM
        scale.set_label("density (1/m²)" if short else _DENSITY_LABEL, labelpad=2.5)
        scale.ax.yaxis.set_major_locator(MaxNLocator(4 if page.panel_mm < _WIDE_MM else 6))
        square = stills[0].unit_m ** 2
        scale.ax.yaxis.set_major_formatter(lambda value, _: f"{value / square:.6g}")
        scale.outline.set_linewidth(0.6)
        _add_key(figure, stills, page)
    return figure


@dataclass(frozen=True)
class _Page:
    """Where everything stands, in mm from the lower left corner.

    Attributes:
        width_mm: of the figure.
        columns: panels beside each other.
        rows: panels above each other.
        panel_mm: side of a panel.
        reach: half of what a panel shows (m).
    """

    width_mm: float
    columns: int
    rows: int
    panel_mm: float
    reach: float

    @classmethod
    def of(cls, panels: int, width_mm: float, reach: float) -> _Page:
        room = width_mm - _LEFT_MM - _RIGHT_MM
        columns = min(
            panels, max(1, int((room + _BETWEEN_MM) / (_SMALLEST_PANEL_MM + _BETWEEN_MM)))
        )
        rows = ceil(panels / columns)
        # Rows as even as they can be.
        columns = ceil(panels / rows)
        return cls(width_mm, columns, rows, (room + _BETWEEN_MM) / columns - _BETWEEN_MM, reach)

    @property
    def height_mm(self) -> float:
        return _BELOW_MM + self.rows * (self.panel_mm + _TITLE_MM)

    @property
    def millimetres_per_metre(self) -> float:
        return self.panel_mm / (2.0 * self.reach)

    def panel(self, number: int) -> tuple[float, float, float, float]:
        """Return left, bottom, width and height of a panel, as shares of the figure."""
        row, column = divmod(number, self.columns)
        left = _LEFT_MM + column * (self.panel_mm + _BETWEEN_MM)
        bottom = _BELOW_MM + (self.rows - 1 - row) * (self.panel_mm + _TITLE_MM)
        return self._shares(left, bottom, self.panel_mm, self.panel_mm)

    @property
    def scale(self) -> tuple[float, float, float, float]:
        """The same of the scale of densities, as high as all the panels."""
        height = self.height_mm - _BELOW_MM - _TITLE_MM
        return self._shares(self.width_mm - _RIGHT_MM + 2.0, _BELOW_MM, 2.2, height)

    def _shares(
        self, left: float, bottom: float, width: float, height: float
    ) -> tuple[float, float, float, float]:
        across, up = self.width_mm, self.height_mm
        return left / across, bottom / up, width / across, height / up


def _label(axes: Axes, page: _Page, number: int, stills: Sequence[Still]) -> None:
    """Write numbers and names of the axes where no other panel has them."""
    step = 0.5 if page.panel_mm > _WIDE_MM else 1.0
    unit_m = stills[number].unit_m
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(step))
        axis.set_major_formatter(lambda place, _: f"{place * unit_m:.6g}")
    first, lowest = number % page.columns == 0, number + page.columns >= len(stills)
    axes.tick_params(labelleft=first, labelbottom=lowest)
    axes.set_xlabel("x (m)" if lowest else "", labelpad=1.5)
    axes.set_ylabel("y (m)" if first else "", labelpad=0.0)


def _round_peak(peak: float) -> float:
    """Return a round density that lies a little above the target's peak (1/m^2)."""
    power = 10.0 ** floor(log10(_ABOVE * peak))
    steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if step * power >= _ABOVE * peak)


def _draw(axes: Axes, still: Still, peak: float, page: _Page, *, beyond: bool) -> Any:
    """Draw one moment, and return its shading."""
    extend: Any = "max" if beyond else "neither"
    nodes = np.linspace(-1.0, 1.0, _FINE * (len(still.target) - 1) + 1)
    levels = np.linspace(0.0, peak, _LEVELS + 1)
    shading = axes.contourf(nodes, nodes, _fine(still.fitted), levels, cmap=_DENSITY, extend=extend)
    # Without a line of its own colour, viewers show the page between two areas.
    shading.set_edgecolor("face")
    shading.set_linewidth(0.1)
    target = _fine(still.target)
    heights = target.max() * np.array([0.2, 0.5, 0.8])
    if heights[0] > target.min():
        axes.contour(nodes, nodes, target, heights, colors=_TARGET, linewidths=0.7)
    draw_obstacles(axes, still.obstacles)
    width = min(0.5, 0.25 * page.millimetres_per_metre * still.radius / _POINT_MM)
    _draw_robots(axes, still.pose[still.active], still.radius, width)
    _draw_outside(axes, still.pose[~still.active], still.radius, width)
    axes.set(xlim=(-page.reach, page.reach), ylim=(-page.reach, page.reach))
    axes.set_title(f"{still.time_s:g} s", pad=2.5)
    return shading


def _draw_robots(axes: Axes, pose: Floats, radius: float, width: float) -> None:
    """Draw discs to scale with a line from the centre to the front; widths in points."""
    _add_discs(axes, pose, radius, facecolors=_ROBOT, edgecolors=_NOSE, linewidths=width)
    front = np.stack([np.cos(pose[:, 2]), np.sin(pose[:, 2])], axis=-1)
    noses = np.stack([pose[:, :2], pose[:, :2] + radius * front], axis=1)
    axes.add_collection(LineCollection(list(noses), colors=_NOSE, linewidths=1.6 * width, zorder=4))


def _draw_outside(axes: Axes, pose: Floats, radius: float, width: float) -> None:
    _add_discs(axes, pose, radius, facecolors="none", edgecolors=_OUTSIDE, linewidths=1.6 * width)


def _add_discs(axes: Axes, pose: Floats, radius: float, **look: Any) -> None:
    size = np.full(len(pose), 2.0 * radius)
    discs = EllipseCollection(
        size,
        size,
        np.zeros(len(pose)),
        units="xy",
        offsets=pose[:, :2],
        offset_transform=axes.transData,
        zorder=3,
        **look,
    )
    axes.add_collection(discs)


def _add_key(figure: Figure, stills: Sequence[Still], page: _Page) -> None:
    """Say what the marks are, below the panels."""
    levels = " (20, 50, 80 % of its peak)" if page.width_mm >= _ROOM_FOR_LEVELS_MM else ""
    target = f"target p*{levels}"
    mark: dict[str, Any] = {"ls": "none", "marker": "o", "ms": 4.5, "mew": 0.5}
    handles = [
        Line2D([], [], mec=_NOSE, mfc=_ROBOT, label="robots", **mark),
        Line2D([], [], color=_TARGET, lw=0.9, label=target),
    ]
    if not all(still.active.all() for still in stills):
        outside = Line2D([], [], mec=_OUTSIDE, mfc="none", label="dead or late", **mark)
        handles.insert(1, outside)
    figure.legend(
        handles=handles,
        loc="lower center",
        ncols=len(handles),
        handlelength=1.2,
        handletextpad=0.3,
        columnspacing=1.0,
        borderpad=0.1,
        borderaxespad=0.2,
    )


def _fine(density: Floats) -> Floats:
    """Return a density on a grid that is finer by `_FINE`: cubic splines, which may not dip."""
    from scipy.ndimage import zoom

    nodes = _FINE * (len(density) - 1) + 1
    fine = zoom(density, nodes / len(density), order=3, mode="nearest", grid_mode=False)
    return np.asarray(np.maximum(fine, 0.0))


def _times(time_s: float | Sequence[float] | None) -> list[float | None]:
    if time_s is None:
        return [None]
    try:
        times = np.atleast_1d(np.asarray(time_s, dtype=np.float64)).ravel().tolist()
    except (TypeError, ValueError):
        sentence = "{time_s} is not possible: give a time or several (s)"
        raise UsageError(sentence, time_s=time_s) from None
    if not times:
        raise UsageError("time_s is empty: give a time or several (s)")
    return list(times)


def _write(figure: Figure, path: Path) -> None:
    kind = path.suffix.lower()[1:]
    drawn = io.BytesIO()
    # The clock of the machine stays out of it.
    said = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind, {})
    with mpl.rc_context(_PAPER), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(drawn, format=kind, dpi=_DPI, metadata=said)
    try:
        with whole(path) as part:
            part.write_bytes(drawn.getvalue())
    except OSError as error:
        raise RunError(f"{path} cannot be written: {reason_of(error)}") from error
