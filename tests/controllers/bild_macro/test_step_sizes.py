"""What is refused before a run, and the alarm during one."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import RunError, UsageError
from bildsim.controllers.bild_macro.settings import PAPER, PRESETS, MacroSettings
from bildsim.controllers.bild_macro.stability import QUIET_NATS, step_bound
from bildsim.controllers.bild_macro.step_sizes import (
    PATIENCE,
    Restlessness,
    require_stable_gamma_x,
    require_stable_gamma_y,
)
from bildsim.density.information_matrix import information
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(4, 0.1)


def network_of(text, robots=20):
    rng = np.random.default_rng(0)
    return build_network(NetworkSpec.parse(text), rng.uniform(-1.0, 1.0, (robots, 2)), rng)


def drawn(settings, text="er:0.5", target="gmm3"):
    rng, spec = np.random.default_rng(0), NetworkSpec.parse(text)
    return OpenLoop.draw(named_target(target), settings, 20, spec, rng, FAMILY)


def alarm(loop, rounds):
    """Return what the alarm says in so many rounds; empty if it does not ring."""
    state, restless = loop.start(), Restlessness.none(20)
    for _ in range(rounds):
        before = state
        state = loop.advance(state, loop.algorithm.hypergradient(state))
        restless = restless.after(before, state, 1)
        try:
            restless.check(state, loop.algorithm.settings)
        except RunError as error:
            return str(error)
    return ""


@pytest.mark.parametrize("text", ["er:0.5", "ring", "regular:4", "complete"])
@pytest.mark.parametrize("laziness", [0.0, 0.5])
def test_gamma_y_is_refused_from_the_bound_at_the_uniform_density_on(text, laziness):
    """The covariance of P_a(x) P_b(y) under the uniform density is diagonal, 1/3 the largest."""
    settings, links = replace(PAPER, laziness=laziness), network_of(text)
    curvature = float(np.linalg.eigvalsh(FAMILY.covariance(np.zeros(FAMILY.size)))[-1]) + 1e-4
    assert curvature == pytest.approx(1.0 / 3.0, rel=0.02), "but for the trapezoid rule"
    limit = step_bound(links, laziness) / curvature
    require_stable_gamma_y(replace(settings, gamma_y=0.999 * limit), FAMILY, links)
    with pytest.raises(UsageError, match=f"gamma_y={1.001 * limit:g} is unstable") as refusal:
        require_stable_gamma_y(replace(settings, gamma_y=1.001 * limit), FAMILY, links)
    named = float(str(refusal.value).split("needs less than ")[1].split(",")[0])
    assert 0.99 * limit <= named <= limit
    require_stable_gamma_y(replace(settings, gamma_y=named), FAMILY, links)


def test_a_loose_curvature_limit_is_named_where_it_is_what_decides():
    links = network_of("ring")
    settings = MacroSettings(gamma_y=50.0, curvature_limit=5.0, laziness=0.0)
    with pytest.raises(UsageError, match="curvature_limit=5 is unstable") as refusal:
        require_stable_gamma_y(settings, FAMILY, links)
    named = float(str(refusal.value).split("needs less than ")[1].split(",")[0])
    require_stable_gamma_y(replace(settings, curvature_limit=named), FAMILY, links)


def test_what_is_refused_loses_stability_and_what_runs_may_keep_it():
    links = drawn(PAPER).network
    curvature = float(np.linalg.eigvalsh(FAMILY.covariance(np.zeros(FAMILY.size)))[-1]) + 1e-4
    limit = step_bound(links, 0.0) / curvature
    assert "lost stability in round" in alarm(
        drawn(replace(PAPER, gamma_y=1.1 * limit)), PATIENCE + 50
    )
    assert not alarm(drawn(replace(PAPER, gamma_y=0.5 * limit)), PATIENCE + 50)


@pytest.mark.parametrize("rounds", [1, 10, 100])
@pytest.mark.parametrize("ridge", [1e-2, 1.0])
def test_gamma_x_is_refused_where_the_moments_error_grows(rounds, ridge):
    """The error of the moments becomes I - c M (M + e I)^-1 times itself in a tick."""
    log_target = np.log(named_target("ring").on_grid(FAMILY.grid))
    y, _ = FAMILY.least_kl(log_target)
    motion = information(FAMILY, FAMILY.evaluate(y[None], moments=True).moments)[0]
    mean = np.trace(motion) / FAMILY.size
    gain = np.linalg.solve(motion + ridge * mean * np.eye(FAMILY.size), motion)
    refused = []
    for gamma_x in np.geomspace(0.5, 500.0, 12):
        settings = replace(PRESETS["wasserstein"], gamma_x=gamma_x, metric_ridge=ridge)
        step = gamma_x * min(1.0, rounds * settings.delta)
        radius = np.abs(np.linalg.eigvals(np.eye(FAMILY.size) - step * gain)).max()
        if radius < 1.0:
            require_stable_gamma_x(settings, FAMILY, log_target, rounds)
        else:
            refused.append(gamma_x)
            with pytest.raises(UsageError, match=f"gamma_x={gamma_x:g} is unstable"):
                require_stable_gamma_x(settings, FAMILY, log_target, rounds)
    assert 0 < len(refused) < 12


@pytest.mark.parametrize("preset", ["default", "wasserstein"])
@pytest.mark.parametrize("text", ["er:0.5", "regular:6", "ring"])
def test_settings_that_bound_their_steps_are_never_refused_nor_loud_for_long(preset, text):
    settings = PRESETS[preset]
    assert settings.surely_stable
    require_stable_gamma_y(settings, FAMILY, network_of(text))
    loop = drawn(settings, text)
    state, restless = loop.start(), Restlessness.none(20)
    for _ in range(120):
        before = state
        state = loop.advance(state, loop.algorithm.hypergradient(state))
        restless = restless.after(before, state, 1)
        assert restless.rounds.max() <= PATIENCE // 10


def test_the_sure_bound_holds_on_the_worst_network():
    """The least eigenvalue of Metropolis weights is above -1, as every robot keeps a share."""
    for text, robots in (("ring", 3), ("ring", 100), ("complete", 2), ("regular:3", 20)):
        links = network_of(text, robots)
        for laziness in (0.1, 0.5, 0.9):
            assert step_bound(links, laziness) > 2.0 * laziness**2
    assert not MacroSettings(curvature_limit=0.51).surely_stable
    assert not PAPER.surely_stable


def test_the_alarm_rings_after_its_patience_and_names_round_robot_and_option():
    loop = drawn(PAPER)
    before = loop.start()
    y, moments = before.fields.y.copy(), before.fields.moments.copy()
    first = 2 * loop.algorithm.family.order + 1  # of P_0(x) P_1(y), the first statistic
    y[7, 0] += 1.0
    moments[7, first] += 2.0 * QUIET_NATS
    state = replace(before, fields=before.fields._replace(y=y, moments=moments), rounds=4321)
    restless = Restlessness.none(20)
    for _ in range(PATIENCE // 10 - 1):
        restless = restless.after(before, state, 10)
    restless.check(state, PAPER)
    with pytest.raises(RunError) as stop:
        restless.after(before, state, 10).check(state, PAPER)
    said = str(stop.value)
    for word in (f"round {4322 - PATIENCE}", "robot 7", "gamma_y=0.9"):
        assert word in said
    assert not restless.after(before, before, 10).rounds.any(), "one quiet round is enough"
    moments[7, first] = math.nan
    assert restless.after(before, state, 10).rounds[7] == PATIENCE
