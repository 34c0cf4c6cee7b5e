"""Many swarms at once: ``environment`` is Gymnasium's vector environment of kinematic swarms.

``batch`` steps and measures them, a compiled pass for all; ``checks`` refuses what it cannot do.
"""
