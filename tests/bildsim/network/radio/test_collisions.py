"""How many packets meet others, against a simulation of every robot and slot."""

import pytest

from bildsim.network.radio.collisions import collision_loss
from tests.bildsim.network.radio.literal_air import lost_share


@pytest.mark.parametrize(("robots", "percent"), [(50, 96), (100, 99.8)])
def test_who_all_start_at_once_lose_nearly_everything(robots, percent):
    lost = collision_loss(0.5, robots, 16, 25.0, together=True)
    assert 100.0 * lost == pytest.approx(percent, abs=0.3)
    assert collision_loss(0.5, robots, 0, 25.0, together=True) == 1.0


@pytest.mark.parametrize(
    ("window", "packet_slots"), [(8, 16), (16, 15), (16, 30), (16, 145), (32, 30), (32, 145)]
)
@pytest.mark.parametrize("robots", [7, 50, 100])
@pytest.mark.parametrize("load", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_random_times_lose_what_the_literal_air_loses(window, load, robots, packet_slots):
    found, _ = lost_share(robots, load, window, packet_slots, 4000 // robots, seed=3)
    said = collision_loss(load, robots, window, packet_slots)
    assert said == pytest.approx(found, rel=0.3, abs=0.006)


@pytest.mark.parametrize(
    ("load", "low", "high"),
    [(0.1, 0.3, 0.5), (0.3, 2.0, 3.0), (0.5, 5.0, 7.0), (0.7, 11.0, 14.0), (0.9, 20.0, 25.0)],
)
def test_a_short_packet_of_2_4_ghz_loses_what_is_known_of_it(load, low, high):
    """As another simulation found for 50 and 100 robots, a window of 16, and packets of .2 ms."""
    for robots in (50, 100):
        assert low - 0.3 < 100.0 * collision_loss(load, robots, 16, 25.0) < high + 0.3


def test_without_carrier_sense_it_is_aloha():
    assert collision_loss(0.1, 1e9, 0, 25.0) == pytest.approx(0.1813, abs=1e-4)
    # At half the air the throughput is largest: 1 / (2 e).
    assert 0.5 * (1.0 - collision_loss(0.5, 1e9, 0, 25.0)) == pytest.approx(0.1839, abs=1e-4)


def test_nobody_collides_alone_or_in_silence():
    assert collision_loss(0.5, 1, 16, 25.0) == 0.0
    assert collision_loss(0.0, 50, 16, 25.0) == 0.0
    assert collision_loss(0.5, 1, 0, 25.0, together=True) == 0.0


def test_more_load_and_more_robots_lose_more():
    for window in (0, 16):
        losses = [collision_loss(load / 10, 50, window, 25.0) for load in range(1, 11)]
        assert losses == sorted(losses)
        assert collision_loss(0.5, 3, window, 25.0) < collision_loss(0.5, 30, window, 25.0)
