"""The constants of Algorithm 1: what is allowed, and when a step is surely stable."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PAPER, PRESETS, MacroSettings
from bildsim.programs.config.command_line import as_option


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("gamma_x", [0.0, -1.0, math.nan, math.inf]),
        ("long_step", [0.0, -1.0, math.nan, math.inf]),
        ("gamma_y", [0.0, -0.9, math.nan, math.inf]),
        ("delta", [0.0, 1.1, -0.1, math.nan]),
        ("regularisation", [0.0, -1e-4, math.nan, math.inf]),
        ("y_spread", [-1.0, math.nan, math.inf]),
        ("curvature_limit", [0.0, -1.0, math.nan]),
        ("laziness", [-0.1, 1.0, math.nan]),
        ("warmup_rounds", [-1, 0.5]),
    ],
)
def test_settings_that_are_not_allowed(name, values):
    for value in values:
        with pytest.raises(UsageError, match=f"{name}={value:g} "):
            MacroSettings(**{name: value})


def test_limits_that_are_allowed():
    edge = MacroSettings(delta=1.0, laziness=0.0, warmup_rounds=0, y_spread=0.0)
    assert edge.curvature_limit == 0.5
    assert math.isinf(MacroSettings(curvature_limit=math.inf).curvature_limit)


@pytest.mark.parametrize("iterations", [0, -3, 2.5, np.nan, 1001])
def test_iterations_that_are_not_allowed(iterations):
    with pytest.raises(UsageError, match=f"solver_iterations={iterations:g} is not allowed"):
        MacroSettings(solver_iterations=iterations)


def test_one_mode_is_stable_exactly_below_the_stated_bound():
    """The docstring of MacroSettings: gamma_y h < (1 + a)^2 / 2 for a mode a of A, h of H.

    Per unit of the mode: y+ = a y - g r and r+ = a r + h (y+ - y).
    """
    for a in np.linspace(-0.98, 0.98, 50):
        bound = 0.5 * (1.0 + a) ** 2
        for share in (0.01, 0.5, 0.99, 1.01, 2.0):
            step = share * bound  # gamma_y h, with h = 1
            mode = np.array([[a, -step], [a - 1.0, a - step]])
            radius = np.abs(np.linalg.eigvals(mode)).max()
            assert (radius < 1.0) == (share < 1.0)


def test_presets_differ_and_the_metric_has_two_names():
    assert len(set(PRESETS.values())) == 4
    with pytest.raises(UsageError, match="metric='fisher' is unknown"):
        MacroSettings(metric="fisher")
    with pytest.raises(UsageError, match="metric_ridge=-1"):
        MacroSettings(metric_ridge=-1.0)


@pytest.mark.parametrize(
    "field", ["metric", "curvature", "solver", "consensus", "step_rule", "learning"]
)
def test_unknown_names_are_refused_with_those_that_there_are(field):
    with pytest.raises(UsageError, match=f"{field}='lu' is unknown: valid are") as refused:
        MacroSettings(**{field: "lu"})
    option = field.replace("_", "-")
    assert refused.value.said(as_option).startswith(f"--{option} lu is unknown")


@pytest.mark.parametrize("solver", ["cg", "neumann"])
def test_iterative_solves_are_for_the_hessian(solver):
    with pytest.raises(UsageError, match=f"solver='{solver}' is not possible with metric='wass"):
        MacroSettings(solver=solver, metric="wasserstein")
    assert MacroSettings(solver="exact", metric="wasserstein").solver == "exact"


@pytest.mark.parametrize("consensus", ["admm", "push-sum"])
def test_hessians_are_tracked_by_metropolis_weights_alone(consensus):
    with pytest.raises(UsageError, match="curvature='tracked' is not possible with consensus="):
        MacroSettings(curvature="tracked", consensus=consensus)
    assert not MacroSettings(consensus=consensus).tracks_hessian
    assert MacroSettings(curvature="tracked").tracks_hessian
    assert not MacroSettings(curvature="tracked", metric="wasserstein").tracks_hessian


@given(
    laziness=st.floats(0.0, 0.99),
    limit=st.floats(1e-3, 4.0),
    smallest=st.floats(-0.999, 1.0),
    share=st.floats(0.0, 1.0),
)
def test_a_surely_stable_step_is_below_the_bound_on_any_network(laziness, limit, smallest, share):
    """gamma h <= limit, h at most the Frobenius norm; a = (1 - s) a_0 + s for any a_0 > -1."""
    if MacroSettings(laziness=laziness, curvature_limit=limit).surely_stable:
        lazy = (1.0 - laziness) * smallest + laziness
        assert share * limit < 0.5 * (1.0 + lazy) ** 2


def test_the_papers_numbers_and_ours():
    assert (PAPER.gamma_x, PAPER.gamma_y, PAPER.delta, PAPER.regularisation) == (
        1e-3,
        0.9,
        0.02,
        1e-4,
    )
    assert (PAPER.step_rule, PAPER.learning, PAPER.curvature) == ("fixed", "gradient", "tracked")
    assert not PAPER.surely_stable
    assert PRESETS["default"].surely_stable
    assert PRESETS["fixed"].surely_stable
    assert PRESETS["wasserstein"].surely_stable
    assert dataclasses.replace(PAPER, curvature_limit=0.5, laziness=0.5).surely_stable


def test_what_has_no_effect_is_known_with_what_it_is_for():
    assert dict(MacroSettings().idle) == {
        "metric_ridge": ("metric", "wasserstein"),
        "solver_iterations": ("solver", "cg"),
    }
    fixed = MacroSettings(step_rule="fixed", solver="neumann").idle
    assert dict(fixed) == {
        "long_step": ("step_rule", "implicit"),
        "metric_ridge": ("metric", "wasserstein"),
    }
    other = MacroSettings(metric="wasserstein", curvature="tracked").idle
    assert other["curvature"] == ("metric", "hessian")
    assert "metric_ridge" not in other
