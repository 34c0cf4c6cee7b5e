"""How far something is: in a terminal, in a notebook, and nowhere else."""

import sys
import types

import pytest

from bildsim.api import progress as module
from bildsim.api.progress import console_of, progress


def test_nothing_is_said_where_nobody_reads(capfd):
    with progress(10.0, "s", shown=True) as show:
        show(5.0, "KL 0.1")
    console_of(shown=True).print("compiling")
    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress(10.0, "s", shown=True) as show:
        show(5.0, "KL 0.1")
    console_of(shown=True).print("compiling")
    said = capsys.readouterr().err
    assert "of 10 s" in said
    assert "compiling" in said


@pytest.mark.parametrize("shown", [True, False])
def test_a_notebook_shows_one_that_goes(shown, monkeypatch):
    said = []
    fake = types.ModuleType("IPython")
    fake.get_ipython = lambda: type("ZMQInteractiveShell", (), {})()
    fake.display = types.ModuleType("IPython.display")
    fake.display.HTML = str
    fake.display.display = lambda text, **_: (
        said.append(text) or types.SimpleNamespace(display_id="it")
    )
    fake.display.update_display = lambda text, display_id: said.append(text)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setitem(sys.modules, "IPython.display", fake.display)
    monkeypatch.setattr(module, "_NOTEBOOK_PERIOD_S", 0.0)
    with progress(4.0, "trials", shown=shown) as show:
        show(1.0, "1 <failed>")
    if not shown:
        assert said == []
        return
    assert '<progress value="1" max="4"' in said[1]
    assert "1 &lt;failed&gt;" in said[1]
    assert said[-1] == ""
