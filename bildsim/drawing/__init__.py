"""Frames of the video: the swarm from above, its learned density and its KL to the target."""

from bildsim.drawing.top_view import FrameState, TopView

__all__ = ["FrameState", "TopView"]
