"""``bildsim.bench``: planners compared on the same starts, seeds, physics and tracking.

``main`` reads the command line, ``comparing`` runs the trials of a `bildsim.programs.sweep`, and
``terminal`` prints their medians; ``figures`` chooses the plots; ``tables``, ``costs`` and
``paired`` are the tables, ``findings`` says what came of it, ``origin`` where it is from;
``report`` and ``sweep_report`` make the page of a comparison and of a sweep.
"""
