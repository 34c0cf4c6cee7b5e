"""The door of the program: options are read first, and lead to the work."""

import pytest

from bildsim import UsageError
from bildsim.programs.bench import comparing
from bildsim.programs.bench.main import main


def test_options_lead_to_the_work(monkeypatch):
    asked = []
    monkeypatch.setattr(comparing, "compare", lambda config: asked.append(config) or 7)
    assert main(["--seeds", "0:2"]) == 7
    (config,) = asked
    assert config.seed_numbers == (0, 1)


def test_wrong_options_lead_nowhere(monkeypatch):
    monkeypatch.setattr(comparing, "compare", lambda config: pytest.fail("it began"))
    with pytest.raises(UsageError, match="--no-such-option"):
        main(["--no-such-option"])
