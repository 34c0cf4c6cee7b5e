"""Algorithm 1 with its solves done by iterations: what is kept, what is reached, what is local."""

import dataclasses

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.controllers.planner import Observation, Problem
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.config.command_line import as_option
from bildsim.programs.reproduce import recorded_run as watched_run
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import watch
from bildsim.programs.reproduce.tables import write_tables
from bildsim.programs.run.command_line import parse_run
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(4, 0.1)
CG = MacroSettings(solver="cg", solver_iterations=5)
NEUMANN = MacroSettings(solver="neumann", solver_iterations=5)
BOTH = pytest.mark.parametrize("settings", [CG, NEUMANN], ids=["cg", "neumann"])


def drawn(settings, robots=12, family=FAMILY, network="er:0.5"):
    spec, rng = NetworkSpec.parse(network), np.random.default_rng(2)
    return OpenLoop.draw(named_target("gmm3"), settings, robots, spec, rng, family)


def played(loop, rounds):
    """Return the state after some rounds."""
    state = loop.start()
    for _ in range(rounds):
        state = loop.advance(state, loop.algorithm.hypergradient(state))
    return state


def exactly(loop, state):
    """Return the exact hypergradient in the same state."""
    settings = dataclasses.replace(loop.algorithm.settings, solver="exact")
    return dataclasses.replace(loop.algorithm, settings=settings).hypergradient(state)


def error(loop, state):
    """Return the largest relative error of any robot's z."""
    z, exact = loop.algorithm.hypergradient(state).z, exactly(loop, state).z
    return (np.linalg.norm(z - exact, axis=1) / np.linalg.norm(exact, axis=1)).max()


def kl_fit(loop, state):
    theta = FAMILY.fit(state.statistics.mean(axis=0), loop.algorithm.settings.regularisation)
    return FAMILY.kl(theta, loop.algorithm.log_target)


@BOTH
def test_a_start_from_the_last_solve_halves_the_error(settings):
    loop = drawn(settings)
    state = played(loop, 60)
    cold = dataclasses.replace(state, z=np.zeros_like(state.z))
    assert error(loop, state) <= 0.5 * error(loop, cold)


def test_open_loop_with_conjugate_gradients_ends_where_exact_solves_do():
    exact, cg, start = (drawn(s) for s in (MacroSettings(), MacroSettings(solver="cg"), CG))
    end = kl_fit(exact, played(exact, 400))
    assert kl_fit(cg, played(cg, 400)) == pytest.approx(end, rel=1e-4)
    assert end < 0.5 * kl_fit(start, start.start())


@BOTH
def test_robots_whose_q_has_a_negative_eigenvalue_get_the_projected_solve(settings):
    settings = dataclasses.replace(settings, solver_iterations=600, curvature="tracked")
    loop = drawn(settings)
    state = played(loop, 30)
    rng = np.random.default_rng(0)
    vectors = np.linalg.qr(rng.standard_normal((12, FAMILY.size, FAMILY.size)))[0]
    values = rng.uniform(0.1, 1.0, (12, FAMILY.size))
    values[::3, 0] = -0.3
    q = np.einsum("nab,nb,ncb->nac", vectors, values, vectors)
    upper = np.triu_indices(FAMILY.size)
    fields = state.fields._replace(q=np.ascontiguousarray(q[:, upper[0], upper[1]]))
    state = dataclasses.replace(state, fields=fields)
    found, expected = loop.algorithm.hypergradient(state), exactly(loop, state)
    assert found.projected.tolist() == [True, False, False] * 4
    assert found.projected.tolist() == expected.projected.tolist()
    np.testing.assert_allclose(found.z, expected.z, rtol=0, atol=1e-9 * np.abs(expected.z).max())
    assert np.array_equal(found.z[::3], expected.z[::3])


def test_papers_settings_meet_projections_and_stay_near_exact_solves():
    loop = drawn(dataclasses.replace(PAPER, solver="cg"))
    state, met = loop.start(), 0
    for _ in range(150):
        found = loop.algorithm.hypergradient(state)
        met += found.projected.sum()
        state = loop.advance(state, found)
    assert met > 0
    assert error(loop, state) <= 1e-2


@BOTH
@pytest.mark.parametrize("curvature", ["own", "tracked"])
def test_solves_with_either_curvature_come_near_the_exact_ones(settings, curvature):
    settings = dataclasses.replace(settings, solver_iterations=600, curvature=curvature)
    loop = drawn(settings)
    state = played(loop, 30)
    assert error(loop, state) <= 1e-8
    right = np.stack([state.gradient, state.fields.r])
    exact = dataclasses.replace(settings, solver="exact")
    expected = dataclasses.replace(loop.algorithm, settings=exact).own_solve(state, right, 0.2)
    found = loop.algorithm.own_solve(state, right, 0.2)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8 * np.abs(expected).max())


@BOTH
def test_only_remembering_changes_the_start_of_the_next_solve(settings):
    loop = drawn(settings)
    algorithm, state = loop.algorithm, played(loop, 30)
    before = state.z.copy()
    found = algorithm.hypergradient(state)
    moved = algorithm.advance(state, state.positions, loop.network, 4)
    assert np.array_equal(state.z, before)
    assert np.array_equal(moved.z, before)
    assert np.array_equal(algorithm.remember(state, found).z, found.z)
    assert not np.array_equal(found.z, before)


def test_exact_solves_remember_nothing():
    loop = drawn(MacroSettings())
    state = loop.start()
    assert state.z.shape == (12, 0)
    assert loop.algorithm.remember(state, loop.algorithm.hypergradient(state)) is state


class KilledError(Exception):
    pass


@BOTH
def test_a_run_that_was_killed_gives_the_same_bytes(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(watched_run, "CHECKPOINT_S", 0.0)

    def killer(state):
        if state.rounds == 33:
            raise KilledError

    def tables(run, name):
        (tmp_path / name).mkdir()
        return [path.read_bytes() for path in write_tables(run, tmp_path / name, "x")]

    whole = tables(watch(drawn(settings), 60), "whole")
    with pytest.raises(KilledError):
        watch(drawn(settings), 60, killer, tmp_path / "checkpoint.npz")
    again = watch(drawn(settings), 60, file=tmp_path / "checkpoint.npz")
    assert tables(again, "again") == whole


@BOTH
def test_the_planner_starts_from_its_last_tick_and_can_be_carried_on(settings):
    problem = Problem(named_target("gmm3"), FAMILY, 1e-4, 0.02)
    planner = BildMacroPlanner.of(problem, settings, rounds=3)
    loop = drawn(settings)
    observation = Observation(0.0, loop.positions, loop.network)
    state = planner.init(observation, np.random.default_rng(0))
    assert not state.estimates.z.any()
    waypoints, after = planner.plan(state, observation)
    expected = planner.algorithm.hypergradient(
        dataclasses.replace(after.estimates, z=state.estimates.z)
    )
    assert np.array_equal(after.estimates.z, expected.z)
    again, _ = planner.plan(state, observation)
    assert np.array_equal(again, waypoints)


@BOTH
def test_a_robot_hears_nothing_of_strangers(settings):
    """On a ring; every robot but its neighbours and itself is given another state."""
    loop = drawn(dataclasses.replace(settings, warmup_rounds=0), network="ring")
    me, near = 4, [3, 4, 5]
    state, other = played(loop, 20), played(loop, 27)

    def mine(fields):
        return [np.asarray(field[me]).tobytes() for field in fields]

    def mixed(old, new):
        new = new.copy()
        new[near] = old[near]
        return new

    fields = type(state.fields)(*map(mixed, state.fields, other.fields))
    names = ("positions", "statistics", "gradient", "z")
    parts = {name: mixed(getattr(state, name), getattr(other, name)) for name in names}
    changed = dataclasses.replace(state, fields=fields, **parts)
    results = []
    for start in (state, changed):
        following = loop.advance(start, loop.algorithm.hypergradient(start))
        found = loop.algorithm.hypergradient(following)
        results.append(mine([following.positions, following.z, found.z, found.ascent]))
    assert results[0] == results[1]
    assert not np.array_equal(state.z[near[0] - 1], changed.z[near[0] - 1])


@pytest.mark.parametrize("order", range(2, 13))
@pytest.mark.parametrize("solver", ["exact", "cg", "neumann"])
def test_every_order_runs(order, solver):
    loop = drawn(MacroSettings(solver=solver, warmup_rounds=1), 4, LegendreFamily(order), "ring")
    state = played(loop, 4)
    assert np.abs(state.positions - loop.positions).max() > 0.0
    assert loop.algorithm.hypergradient(state).z.shape == (4, (order + 1) ** 2 - 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--solver lu", "--solver lu is unknown"),
        ("--solver-iterations 0", "--solver-iterations 0 is not allowed: it must be a whole"),
        ("--solver-iterations many", "--solver-iterations many is not a whole number"),
        ("--solver cg --preset wasserstein", "--solver cg is not possible with --metric wass"),
    ],
)
def test_command_lines_that_are_not_allowed(arguments, sentence):
    with pytest.raises(UsageError) as caught:
        parse_run(arguments.split())
    assert caught.value.said(as_option).startswith(sentence)


def test_the_command_line_chooses_the_solver():
    macro = parse_run(["--solver", "neumann", "--solver-iterations", "7"]).macro
    assert (macro.solver, macro.solver_iterations) == ("neumann", 7)
