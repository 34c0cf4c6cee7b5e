"""Options of a run that takes a moment."""

SMALL = {"dynamics": "ideal", "duration": 1.2, "metrics_period": 0.5, "progress": False}
