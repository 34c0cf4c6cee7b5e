"""Warming up makes all groups ready; that no run needs others is tested beside the groups."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs import warm_up
from bildsim.programs.compilation import ready
from bildsim.programs.compilation.groups import GROUPS


def test_all_groups_are_made_ready(monkeypatch):
    asked = []
    monkeypatch.setattr(ready, "make_ready", lambda names, console: asked.append(names))
    assert warm_up.main([]) == 0
    assert asked == [tuple(GROUPS)]


def test_there_are_no_options():
    with pytest.raises(UsageError, match="unknown options: --robots"):
        warm_up.main(["--robots"])
