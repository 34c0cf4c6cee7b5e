"""Scenes in PyBullet that the benchmarks of its physics share."""
