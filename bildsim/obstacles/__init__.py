"""Obstacles in the square C = [-1, 1]^2: what they are, how they are said, what room they leave.

``shapes`` has them and their distances, ``reading`` reads them from text, ``room`` makes sure that
robots can get everywhere that is left.
"""
