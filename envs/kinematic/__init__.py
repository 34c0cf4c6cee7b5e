"""kinematic."""
