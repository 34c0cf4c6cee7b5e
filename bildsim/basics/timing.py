"""The clock of the environment: every rate is a whole multiple of the slower one."""

TICK_S = 0.1
"""Control tick: planners renew waypoints this often (s)."""

TRACKING_RATE = 60
"""Updates of the tracking controller a second (Hz)."""
