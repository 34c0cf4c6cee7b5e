"""How robots find out where they are: fixes from a positioning system, odometry in between.

``errors`` holds the errors as numbers and reads presets; ``fixes`` draws what a fix tells,
``odometry`` what wheels tell; ``pose_history`` remembers where robots were, for fixes that come
late; ``localiser`` puts them together.
"""

from bildsim.envs.localisation.errors import LocalisationErrors, localisation_named
from bildsim.envs.localisation.localiser import Localiser

__all__ = ["LocalisationErrors", "Localiser", "localisation_named"]
