"""``bildsim.attribute``: what a density loses to each step from ideal motion to real robots.

``main`` reads the command line, ``attributing`` does what it asks for; ``ablation`` makes the steps
of a trial and attributes the gap to them; ``tables``, ``plot`` and the page of ``report`` are what
is left of it.
"""
