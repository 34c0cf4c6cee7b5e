"""``bildsim.reproduce``: section V of the BILD-MACRO paper, in open loop.

``main`` reads the command line, ``reproducing`` does what it asks for; ``open_loop`` is Algorithm 1
for point robots, ``history`` what is recorded of it, ``recorded_run`` a run with checkpoints,
``processes`` several side by side; ``figures`` and ``tables`` are what is left of them.
"""
