"""Planners that divide the square among the robots and drive to the middle of each part.

``cvt`` is Lloyd's method, ``cvt_limited`` with cells cut at a sensing range, ``cvt_sq`` with the
density squared, ``laguerre`` with power cells of equal mass; ``partition`` measures the cells.
"""

from bildsim.controllers.baselines.voronoi.cvt import Voronoi
from bildsim.controllers.baselines.voronoi.cvt_limited import LimitedVoronoi
from bildsim.controllers.baselines.voronoi.cvt_sq import SquaredVoronoi
from bildsim.controllers.baselines.voronoi.laguerre import Laguerre

__all__ = ["Laguerre", "LimitedVoronoi", "SquaredVoronoi", "Voronoi"]
