"""How finely planners see p*; none of these grids shares a centre with the metrics' 40 x 40."""

FINE_CELLS = 100
"""Cells an axis for sums over p*."""
TRANSPORT_CELLS = 50
"""Cells an axis where a planner works with distances from every robot to every cell."""
