"""What agents ask of a swarm and what they are shown: ``actions`` and ``observation``.

``local_observation`` has the rows of robots that see only what is near them.
"""
