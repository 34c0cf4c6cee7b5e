"""Pictures of runs for papers; ``bildsim.plot.snapshot`` draws a still, or several."""

from __future__ import annotations

from bildsim.programs.plots.snapshot import snapshot

__all__ = ["snapshot"]
