"""Radios by name or from a file."""

from __future__ import annotations

from bildsim.assets import asset_folder
from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import Description, preset_names, read_description
from bildsim.network.radio.model import KEYS, Radio

_SETTING = "radio"
_FOLDER = asset_folder("radios")
RADIO_NAMES = tuple(preset_names(_FOLDER))
"""Radios that come with bildsim."""
_NEEDED = ("payload", "bit_rate")


def describe_radio(text: str) -> Description:
    """Return what is known of a radio, with marks and sources.

    Args:
        text: one of ``RADIO_NAMES``, or a TOML file with a table ``[radio]``.

    Raises:
        UsageError: there is no such radio or file, or it is no description.
    """
    return read_description(_SETTING, text, _FOLDER, {_SETTING: KEYS})


def read_radio(text: str) -> Radio:
    """Return a radio; see `describe_radio`.

    Raises:
        UsageError: there is none, or a figure is missing or out of range.
    """
    values = describe_radio(text).values(_SETTING)
    for key in _NEEDED:
        if key not in values:
            raise UsageError("{radio} lacks {0} in its table [radio]", key, radio=text)
    return Radio(name=text, **values)
