"""Whether a window can be shown here."""

import os
import sys

from bildsim.basics.errors import UsageError


def require_display(
    setting: str, value: object, way_out: str = "set DISPLAY", *, wayland: bool = True
) -> None:
    """Make sure that a window can be shown.

    Args:
        setting: what opens it, named in the error.
        value: its value.
        way_out: what to do where there is no display.
        wayland: whether Wayland will do on Linux, where else X11 must name a display.

    Raises:
        UsageError: there is none.
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY") if wayland else ("DISPLAY",)
    if sys.platform.startswith("linux") and not any(map(os.environ.get, names)):
        raise UsageError(
            f"{{{setting}}} opens a window, and there is no display here: {way_out}",
            **{setting: value},
        )
