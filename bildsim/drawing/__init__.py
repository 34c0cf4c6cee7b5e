"""Frames of the video: the swarm from above, its learned density and its KL to the target."""

from typing import TYPE_CHECKING

from bildsim.basics.lazy import lazy_exports

if TYPE_CHECKING:
    from bildsim.drawing.frame_state import FrameState
    from bildsim.drawing.top_view import TopView

__all__ = ["FrameState", "TopView"]
__getattr__ = lazy_exports(__name__, {"FrameState": "frame_state", "TopView": "top_view"})
