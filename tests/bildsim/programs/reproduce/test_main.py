"""The door of the program: options are read first, and lead to the work."""

import pytest

from bildsim import UsageError
from bildsim.programs.reproduce import reproducing
from bildsim.programs.reproduce.main import main


def test_options_lead_to_the_work(monkeypatch):
    asked = []
    monkeypatch.setattr(reproducing, "reproduce", lambda config: asked.append(config) or 7)
    assert main(["--robots", "8"]) == 7
    (config,) = asked
    assert config.robots == 8


def test_wrong_options_lead_nowhere(monkeypatch):
    monkeypatch.setattr(reproducing, "reproduce", lambda config: pytest.fail("it began"))
    with pytest.raises(UsageError, match="--no-such-option"):
        main(["--no-such-option"])
