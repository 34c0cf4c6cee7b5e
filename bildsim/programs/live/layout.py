"""The entities of a live view, and what stands where: the arena large, the rest beside it."""

from __future__ import annotations

from typing import Any, NamedTuple

from bildsim.drawing.palette import ACCENT, ROBOT_CONTACT, ROBOT_SATURATED, SECOND, Colour

ARENA, DENSITY = "arena", "density"
FLOOR, WALLS, OBSTACLES = f"{ARENA}/target", f"{ARENA}/walls", f"{ARENA}/obstacles"
ROBOTS, HEADINGS = f"{ARENA}/swarm/robots", f"{ARENA}/swarm/headings"
WAYPOINTS, NETWORK = f"{ARENA}/swarm/waypoints", f"{ARENA}/swarm/network"
TARGET, FITTED = f"{DENSITY}/target", f"{DENSITY}/fitted"
_KL, _DISTANCE, _CONTACTS = "curves/kl", "curves/distance", "curves/contacts"
KL_FIT, KL_ESTIMATE = f"{_KL}/kl_fit", f"{_KL}/kl_estimate"
W2, TOUCHING = f"{_DISTANCE}/w2", f"{_CONTACTS}/contacts"


class Curve(NamedTuple):
    """A curve: where it is logged, its name in the viewer and its colour."""

    entity: str
    name: str
    colour: Colour


CURVES = (
    Curve(KL_FIT, "kl_fit", ACCENT),
    Curve(KL_ESTIMATE, "kl_estimate", SECOND),
    Curve(W2, "w2", ROBOT_SATURATED),
    Curve(TOUCHING, "contacts", ROBOT_CONTACT),
)
_CHARTS = ((_KL, "KL (nats)"), (_DISTANCE, "W2 (m)"), (_CONTACTS, "touching pairs"))


def blueprint(rerun: Any, reach: float) -> Any:
    """Return the layout.

    Args:
        rerun: the module.
        reach: half of what the view of the arena shows (m).
    """
    parts = rerun.blueprint

    def seen(contents: str, name: str, half: float) -> Any:
        bounds = parts.VisualBounds2D(x_range=[-half, half], y_range=[-half, half])
        # From the root, so that the transform that turns y upwards counts.
        return parts.Spatial2DView(origin="/", contents=contents, name=name, visual_bounds=bounds)

    densities = parts.Horizontal(
        seen(f"/{TARGET}/**", "target p*", 1.05),
        seen(f"/{FITTED}/**", "density of the swarm", 1.05),
    )
    legend = parts.PlotLegend(corner="RightTop")
    curves = [
        parts.TimeSeriesView(origin=f"/{entity}", name=name, plot_legend=legend)
        for entity, name in _CHARTS
    ]
    return parts.Blueprint(
        parts.Horizontal(
            seen(f"/{ARENA}/**", "robots over the target", reach),
            parts.Vertical(densities, *curves, row_shares=[1.6, 1.2, 1.0, 1.0]),
            column_shares=[1.2, 1.0],
        ),
        parts.SelectionPanel(state="hidden"),
        parts.BlueprintPanel(state="collapsed"),
        parts.TimePanel(state="collapsed", timeline="sim_time"),
        auto_views=False,
        auto_layout=False,
    )
