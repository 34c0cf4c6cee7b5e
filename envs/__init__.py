"""Robots, arena, dynamics and the Gymnasium environment."""
