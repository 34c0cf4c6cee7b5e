"""disturbances."""
