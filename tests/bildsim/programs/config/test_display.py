"""Whether a window can be shown: on Linux a display must be named."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.display import require_display


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_a_display_it_is_said(linux):
    with pytest.raises(UsageError) as caught:
        require_display("gui", True)
    assert str(caught.value) == ("gui opens a window, and there is no display here: set DISPLAY")


def test_either_display_will_do_but_where_only_x11_does(linux):
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    require_display("live", True)
    with pytest.raises(UsageError, match="no display"):
        require_display("gui", True, wayland=False)
    linux.setenv("DISPLAY", ":0")
    require_display("gui", True, wayland=False)


def test_other_systems_have_their_own_windows(linux):
    linux.setattr("sys.platform", "darwin")
    require_display("live", True)
