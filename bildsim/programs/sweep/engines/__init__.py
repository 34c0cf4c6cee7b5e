"""Who does the trials of a sweep: ``base`` is what a sweep sees of them, and of a piece of work.

``local`` are processes of this machine, ``dask`` those of a cluster, ``here`` is none at all;
``worker`` is what processes do.
"""
