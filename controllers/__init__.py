"""Planners, consensus, tracking and collision avoidance."""
