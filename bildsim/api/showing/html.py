"""How a run looks in a notebook: a picture of the swarm, curves and final values, in SVG."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from bildsim.basics.arrays import Floats

if TYPE_CHECKING:
    from bildsim.api.result import Result

_SIDE = 200
_WIDE, _HIGH = 120, 22
_PALE, _DEEP = np.array([247.0, 251.0, 255.0]), np.array([66.0, 146.0, 198.0])
_SHOWN: Mapping[str, tuple[str, str]] = {
    "kl_fit": ("KL to the target", "nats"),
    "kl_estimate": ("KL of the estimates", "nats"),
    "w2": ("W2 to the target", "m"),
    "energy": ("energy distance", "m"),
    "speed_m_s": ("mean speed", "m/s"),
    "path_length_m": ("way driven", "m a robot"),
    "contacts": ("touching pairs", ""),
    "bytes_sent": ("sent", "MB a robot"),
}
_SCALES = {"bytes_sent": 1e-6}
_LOGARITHMIC = ("kl_fit", "kl_estimate", "w2", "energy")


def result_html(result: Result) -> str:
    """Return a run as HTML: no script, no file beside it, readable on light and dark."""
    lines = "".join(
        _line(label, unit, result.series[name] * _SCALES.get(name, 1.0), log=name in _LOGARITHMIC)
        for name, (label, unit) in _SHOWN.items()
        if np.isfinite(result.series[name]).any()
    )
    head = f"{escape(result.title)}, after {result.trajectory.end} s"
    return (
        '<div style="display:flex;gap:1em;align-items:center;flex-wrap:wrap">'
        f"{picture(result)}<table><caption style='text-align:left'><b>{head}</b></caption>"
        f"{lines}</table></div>"
    )


def _line(label: str, unit: str, values: Floats, *, log: bool) -> str:
    return (
        f'<tr><td style="text-align:left">{label}</td>'
        f'<td style="text-align:right">{values[-1]:.4g}</td>'
        f'<td style="text-align:left">{unit}</td><td>{sparkline(values, log=log)}</td></tr>'
    )


def picture(result: Result) -> str:
    """Return the robots at the end over p*, as SVG."""
    ticks = result.trajectory
    radius = max(result.radius / result.unit_m, 0.018)
    marks = "".join(
        f'<circle cx="{x:.3f}" cy="{-y:.3f}" r="{radius:.3f}" '
        f'fill="{"#d55e00" if here else "#9a9a9a"}"/>'
        for (x, y), here in zip(ticks.position[-1].tolist(), ticks.active[-1], strict=True)
    )
    floor = "" if result.target is None else _heat(result.target_density())
    return (
        f'<svg width="{_SIDE}" height="{_SIDE}" viewBox="-1.05 -1.05 2.1 2.1" role="img" '
        f'aria-label="{escape(result.title)}">'
        '<rect x="-1.03" y="-1.03" width="2.06" height="2.06" fill="#f7fbff" stroke="#767676" '
        f'stroke-width="0.02"/>{floor}<g stroke="white" stroke-width="0.006">{marks}</g></svg>'
    )


def _heat(density: Floats) -> str:
    """Return a density (G, G) as a picture within SVG; its first row is the lowest."""
    share = (density / density.max())[::-1, :, None]
    pixels = np.round(_PALE + share * (_DEEP - _PALE)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="png")
    content = base64.b64encode(file.getvalue()).decode()
    return (
        '<image x="-1" y="-1" width="2" height="2" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{content}"/>'
    )


def sparkline(values: Floats, *, log: bool) -> str:
    """Return a curve as a small SVG, in the colour of the text around it.

    Args:
        values: (T,), evenly spaced; those that are not finite are left out.
        log: whether its scale is logarithmic.
    """
    chosen = np.isfinite(values) & (values > 0.0 if log else True)
    if chosen.sum() < 2:
        return ""
    heights = np.log(values[chosen]) if log else values[chosen]
    span = float(np.ptp(heights)) or 1.0
    x = np.flatnonzero(chosen) * ((_WIDE - 4.0) / (len(values) - 1)) + 2.0
    y = _HIGH - 3.0 - (heights - heights.min()) * ((_HIGH - 6.0) / span)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}">'
        f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.3"/></svg>'
    )
