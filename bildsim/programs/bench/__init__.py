"""``bildsim.bench``: planners compared on the same starts, seeds, physics and tracking.

``main`` runs the trials of a `bildsim.programs.sweep`; ``figures`` chooses the plots, ``report``
and ``sweep_report`` make the page of a comparison and of a sweep, of what ``html`` offers.
"""
