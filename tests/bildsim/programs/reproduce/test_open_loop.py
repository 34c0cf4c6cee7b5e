import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.targets.target import named_target

FAMILY = LegendreFamily(3, 0.1)


def drawn(settings, robots=10, network="er:0.5", seed=0):
    target, rng = named_target("gmm3"), np.random.default_rng(seed)
    return OpenLoop.draw(target, settings, robots, NetworkSpec.parse(network), rng, FAMILY)


def test_settings_share_the_start_and_the_network():
    paper, ours = drawn(PAPER), drawn(MacroSettings())
    assert np.array_equal(paper.positions, ours.positions)
    assert np.array_equal(paper.network.indices, ours.network.indices)
    assert np.abs(paper.positions).max() <= 1.0
    assert not ours.y.any()
    assert 0.7 < paper.y.std() < 1.3  # 150 normal numbers


def test_a_round_moves_the_robots_as_6a_and_6b_say():
    loop = drawn(PAPER)
    state = loop.start()
    found = loop.algorithm.hypergradient(state)
    following = loop.advance(state, found)
    aim = np.clip(state.positions - PAPER.gamma_x * found.ascent, -1.0, 1.0)
    expected = (1.0 - PAPER.delta) * state.positions + PAPER.delta * aim
    assert following.positions == pytest.approx(expected, abs=1e-15)
    assert following.rounds == 1


def test_robots_wait_while_they_only_mix():
    loop = drawn(MacroSettings(warmup_rounds=3))
    state = loop.start()
    moved = []
    for _ in range(5):
        following = loop.advance(state, loop.algorithm.hypergradient(state))
        moved.append(not np.array_equal(following.positions, state.positions))
        state = following
    assert moved == [False, False, False, True, True]


def test_a_network_in_pieces_is_refused():
    with pytest.raises(UsageError, match=r"network='er:0\.001' .* groups"):
        drawn(PAPER, network="er:0.001")
