"""Rerun that is missing, or whose viewer does not start: one sentence."""

import sys
from types import SimpleNamespace

import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.live import sdk


def test_what_is_not_installed_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(UsageError) as caught:
        sdk.load_rerun("recording", "a.rrd")
    said = caught.value.said(as_option)
    assert said == (
        "--recording a.rrd needs Rerun, which is not installed: pip install 'bildsim[live]'"
    )


def test_a_viewer_that_does_not_start_is_said():
    def spawn(**_):
        raise RuntimeError("no such\nprogram")

    with pytest.raises(RunError, match="Rerun's viewer does not start: RuntimeError: no such pro"):
        sdk.open_viewer(SimpleNamespace(spawn=spawn))


def test_the_viewer_is_that_of_the_package(monkeypatch, tmp_path):
    found = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(sdk.util, "find_spec", lambda name: found)
    assert sdk.viewer_path() is None
    (tmp_path / "rerun").touch()
    assert sdk.viewer_path() == str(tmp_path / "rerun")
