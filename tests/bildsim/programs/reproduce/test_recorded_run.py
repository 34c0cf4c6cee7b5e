"""Recording, checkpoints and runs that lose stability."""

import dataclasses

import numpy as np
import pytest

from bildsim.basics.errors import RunError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.history import CONVERGENCE, STABILITY, Schedule
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import watch
from bildsim.programs.reproduce.tables import write_tables
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)
ROUNDS = 150


def drawn(settings=PAPER, network="er:0.6"):
    spec, rng = NetworkSpec.parse(network), np.random.default_rng(4)
    return OpenLoop.draw(named_target("gmm4"), settings, 9, spec, rng, FAMILY)


def tables(run, directory):
    """Return what the tables say, by file name."""
    directory.mkdir(exist_ok=True)
    return {path.name: path.read_bytes() for path in write_tables(run, directory, "x")}


class KilledError(Exception):
    pass


def killer(at):
    def show(state):
        if state.rounds == at:
            raise KilledError

    return show


def test_recorded_values_are_those_of_the_states():
    loop = drawn(MacroSettings())
    states = {}
    run = watch(loop, ROUNDS, lambda state: states.__setitem__(state.rounds, state))
    assert run.rounds == ROUNDS
    for row in run.history.convergence[::7]:
        values = dict(zip(CONVERGENCE, row, strict=True))
        state = states[values["round"]]
        y = state.fields.y.mean(axis=0)
        gradient = FAMILY.moments(y) - FAMILY.statistics(state.positions).mean(axis=0) + 1e-4 * y
        assert values["gradient_norm"] == pytest.approx(np.linalg.norm(gradient), rel=1e-9)
        found = loop.algorithm.hypergradient(state)
        way = loop.algorithm.destinations(state, found) - state.positions
        assert values["displacement_m"] == pytest.approx(np.linalg.norm(way), rel=1e-9)
        assert values["largest_y"] == np.abs(state.fields.y).max()
    last = dict(zip(STABILITY, run.history.stability[-1], strict=True))
    theta = FAMILY.fit(states[ROUNDS].statistics.mean(axis=0), 1e-4)
    expected = FAMILY.kl(theta, loop.algorithm.log_target)
    assert last["kl_fit"] == pytest.approx(expected, rel=1e-6)
    assert last["curvature_max"] <= MacroSettings().curvature_limit


@pytest.mark.parametrize("rounds", [1, 7, 100, 5000, 100_000])
def test_schedule_has_both_ends_and_stays_cheap(rounds):
    schedule = Schedule(rounds)
    for name in ("convergence", "stability", "snapshots"):
        due = getattr(schedule, name)
        assert {0, rounds} <= due
        assert min(due) == 0
        assert max(due) == rounds
    assert len(schedule.convergence) <= max(62, rounds / 20)
    assert len(schedule.stability) <= max(22, rounds / 150)
    assert len(schedule.snapshots) <= 6


@pytest.mark.parametrize("stops", [(0,), (1,), (40, 41, 120), (ROUNDS,)])
def test_a_run_that_was_killed_gives_the_same_bytes(tmp_path, stops):
    loop = drawn()
    file = tmp_path / "checkpoint.npz"
    whole = tables(watch(loop, ROUNDS), tmp_path / "whole")
    for stop in stops:
        with pytest.raises(KilledError):
            watch(drawn(), ROUNDS, killer(stop), file, 0.0)
        assert file.exists()
    shown = []
    again = watch(drawn(), ROUNDS, lambda state: shown.append(state.rounds), file, 0.0)
    assert shown[0] == stops[-1]
    assert tables(again, tmp_path / "again") == whole
    assert len(whole) == 4


def test_a_checkpoint_that_is_cut_short_is_named(tmp_path):
    file = tmp_path / "checkpoint.npz"
    watch(drawn(), 3, file=file, checkpoint_s=0.0)
    for content in (file.read_bytes()[:5000], b"", b"not an archive"):
        file.write_bytes(content)
        with pytest.raises(RunError, match=r"checkpoint\.npz cannot be read: remove it"):
            watch(drawn(), 3, file=file, checkpoint_s=0.0)


def test_nothing_is_written_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    watch(drawn(), 3)
    assert not list(tmp_path.iterdir())


def test_an_estimate_that_diverges_ends_the_run_and_is_recorded(tmp_path):
    loop = drawn(dataclasses.replace(PAPER, gamma_y=1e4))
    run = watch(loop, ROUNDS)
    assert run.rounds < ROUNDS
    assert "lost stability in round" in run.history.stopped
    assert not run.verdict.stable
    assert run.history.snapshots[-1].round == run.rounds
    assert run.history.column("round")[-1] == run.rounds
    assert run.history.stability[-1][0] == run.rounds
    rounds = run.history.column("round")
    assert (np.diff(rounds) > 0).all(), "no round twice"
    assert len(tables(run, tmp_path / "out")) == 4


def test_fixed_steps_beyond_the_bound_lose_stability_and_bounded_ones_do_not():
    """On a ring the smallest eigenvalue of A is near -1/3: gamma_y h must stay below about 2/9."""
    paper = watch(drawn(dataclasses.replace(PAPER, gamma_y=3.0), "ring"), 400).verdict
    assert not paper.stable
    ours = watch(drawn(MacroSettings(gamma_y=3.0), "ring"), 400).verdict
    assert ours.stable
    assert ours.crossed is None
