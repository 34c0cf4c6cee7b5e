"""Hostile inputs of every kind, for `benchmarks.hostile_inputs`: each file makes those of one."""
