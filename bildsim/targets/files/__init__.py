"""Target densities from users' files, and how each kind is turned into a density.

``target_file`` takes a file for what it is; ``picture``, ``array_file`` and ``video_file`` read one
kind each, ``number_file`` and ``archive_file`` the numbers of an array. ``film`` is a target that
goes through frames, and ``density_map`` the density that pixels or cells give.
"""
