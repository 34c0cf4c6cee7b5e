"""Many trials: what each is, who runs it, and the tables of their results.

``config`` names the trials, ``variables`` what may be varied, ``trial`` runs one; ``runner`` does
what a ``store`` lacks, on an ``engine``: processes here, Dask, or none; ``results`` makes tables,
``reference_tasks`` the scores that they are relative to.
"""
