"""Radios: packets, time on the air, collisions, and how many rounds of messages fit.

``model`` is a radio with what follows from its figures, ``presets`` reads them by name or from a
file, ``collisions`` says how many packets meet, and ``budget`` what all that makes of a planner's
rounds.
"""

from bildsim.network.radio.budget import AirUse, Talk, air_use
from bildsim.network.radio.model import Radio
from bildsim.network.radio.presets import RADIO_NAMES, describe_radio, read_radio

__all__ = ["RADIO_NAMES", "AirUse", "Radio", "Talk", "air_use", "describe_radio", "read_radio"]
