"""Collision avoidance between tracking and the wheels, under any planner; one method a file."""
