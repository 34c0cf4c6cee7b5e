"""What stands behind the doors ``python -m bildsim.run``, ``bench``, ``attribute`` and so on.

A folder a program, and below them what programs share: ``plots``, ``sweep`` (many trials on one
machine or a cluster), ``checkpoint``, ``config`` (options and TOML) and ``output`` (files and
videos).
"""
