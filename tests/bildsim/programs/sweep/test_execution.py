"""Where results go, who does the work, and what is shown."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bildsim.basics.errors import UsageError
from bildsim.programs.config.ending import run_program
from bildsim.programs.sweep import execution
from bildsim.programs.sweep.config import BenchConfig, SweepOutput
from bildsim.programs.sweep.engines.local import LocalEngine


def test_results_need_a_directory():
    with pytest.raises(UsageError, match="--out is missing"):
        execution.out_directory(BenchConfig())
    config = BenchConfig(output=SweepOutput(out=Path("x")))
    assert execution.out_directory(config) == Path("x")


def test_what_talks_to_a_cluster_must_be_installed(monkeypatch):
    monkeypatch.setattr(execution, "find_spec", lambda name: None)
    config = BenchConfig(output=SweepOutput(out=Path("x")))
    for changed in (replace(config, engine="dask"), replace(config, scheduler="tcp://h:1")):
        with pytest.raises(UsageError, match=r"needs dask\.distributed"):
            execution.make_engine(changed)


def test_processes_of_this_machine_unless_told_otherwise():
    assert isinstance(execution.make_engine(BenchConfig(jobs=1)), LocalEngine)


def test_progress_counts_what_is_done_and_failed():
    out = io.StringIO()
    with execution.progress(3, Console(file=out, width=80, force_terminal=True)) as show:
        show(1, 0)
        show(3, 2)
    assert "3/3" in out.getvalue()
    assert "2 failed" in out.getvalue()


def test_who_stops_it_hears_that_the_same_command_goes_on(capsys):
    def stop(arguments):
        with execution.progress(1, Console(quiet=True)):
            raise KeyboardInterrupt

    assert run_program("bildsim.bench", stop) == 130
    said = capsys.readouterr().err
    assert said == "bildsim.bench: stopped by Ctrl-C; the same command goes on where it was\n"
