"""``bildsim.attribute``: what a density loses to each step from ideal motion to real robots.

``ablation`` makes the steps of a trial and attributes the gap to them; ``tables``, ``plot`` and the
page of ``report`` are what is left of it.
"""
