"""bildsim."""
