"""Runs in processes of their own, and what happens when one of the processes goes."""

import multiprocessing

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.processes import Job, do_side_by_side
from bildsim.targets.target import named_target


def jobs(directory, rounds):
    settings = {"one": PAPER, "two": MacroSettings()}
    family, spec = LegendreFamily(2, 0.2), NetworkSpec.parse("ring")

    def loop(name):
        rng = np.random.default_rng(0)
        return OpenLoop.draw(named_target("ring"), settings[name], 8, spec, rng, family)

    return {name: Job(loop(name), rounds, directory / f"{name}.npz", 0.0) for name in settings}


def test_outcomes_and_progress_are_those_of_runs_one_after_another(tmp_path):
    told = []
    found = do_side_by_side(jobs(tmp_path, 50), 1, lambda name, done: told.append((name, done)))
    assert list(found) == ["one", "two"]
    for name, job in jobs(tmp_path / "no", 50).items():
        expected = Job(job.loop, 50, tmp_path / "other.npz", 1e9).do(lambda done: None)
        assert found[name].history.convergence == expected.history.convergence
        assert found[name].rounds == 50
        assert [done for whose, done in told if whose == name] == [0, 20, 40]
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_process_that_is_ended_from_outside_ends_the_others_and_is_named(tmp_path):
    def kill(name, done):
        if name == "two":
            for process in multiprocessing.active_children():
                process.kill()
                break

    with pytest.raises(RunError, match="was ended from outside: the same command goes on"):
        do_side_by_side(jobs(tmp_path, 10_000_000), 1, kill)
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_whoever_stops_listening_ends_them_all(tmp_path):
    def stop(name, done):
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do_side_by_side(jobs(tmp_path, 10_000_000), 1, stop)
    assert not multiprocessing.active_children()
    assert {path.name for path in tmp_path.iterdir()} <= {"one.npz", "two.npz"}


def test_a_checkpoint_that_cannot_be_read_is_the_reason_given(tmp_path):
    (tmp_path / "two.npz").write_bytes(b"nothing")
    with pytest.raises(RunError, match=r"two\.npz cannot be read: remove it"):
        do_side_by_side(jobs(tmp_path, 10_000_000), 1, lambda name, done: None)
    assert not multiprocessing.active_children()
