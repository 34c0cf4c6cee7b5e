"""How many rounds fit, and what becomes of them."""

from dataclasses import replace

import numpy as np
import pytest

from bildsim.basics.errors import UsageError
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio.budget import Talk, air_use, mean_copies, sharing
from bildsim.network.radio.model import Radio
from bildsim.network.radio.presets import RADIO_NAMES, read_radio

# A full packet takes 2 ms.
PLAIN = Radio("plain", payload=100, bit_rate=1e6, header=25, overhead=1e-3, sending="slots")
TALK = Talk(message_bytes=100, asked=10, copies=1.0, robots=5.0)


def test_what_fits_is_granted_and_no_more():
    """5 robots of 2 ms take 10 ms a round: half of the air of a tick holds 5 rounds."""
    use = air_use(PLAIN, TALK, 100)
    assert (use.rounds, use.every, use.packets) == (5, 1, 1)
    assert use.load == pytest.approx(0.5)
    assert use.asked_load == pytest.approx(1.0)
    assert (use.had_a_second, use.asked_a_second) == pytest.approx((50.0, 100.0))
    assert air_use(PLAIN, replace(TALK, asked=2), 100).rounds == 2


def test_a_round_that_is_longer_than_a_tick_takes_several():
    """50 robots of 2 ms take .1 s a round: at half of the air one round in two ticks."""
    use = air_use(PLAIN, replace(TALK, robots=50.0), 100)
    assert (use.rounds, use.every) == (1, 2)
    assert use.had_a_second == pytest.approx(5.0)
    use = air_use(PLAIN, replace(TALK, robots=51.0), 100)
    assert (use.rounds, use.every) == (1, 3)
    assert use.load <= 0.5


@pytest.mark.parametrize("name", RADIO_NAMES)
@pytest.mark.parametrize("size", [1, 98, 250, 768])
@pytest.mark.parametrize("robots", [2, 30, 100])
def test_no_radio_sends_more_than_its_share(name, size, robots):
    radio = read_radio(name)
    use = air_use(radio, Talk(size, 10, 1.0, robots), 10_000_000)
    assert use.load <= radio.share * (1.0 + 1e-9)
    assert use.had_a_second * use.packets <= radio.rate * (1.0 + 1e-9)
    assert 1 <= use.rounds <= 10
    assert use.rounds == 1 or use.every == 1
    assert 0.0 <= use.collision_loss <= use.message_loss < 1.0
    # A tick more often, or a round more, would be too much.
    more = use.had_a_second * ((use.rounds + 1) / use.rounds if use.every == 1 else use.every)
    if use.every == 1 and use.rounds < 10:
        too_much = radio.load(size, robots, more) > radio.share
        assert too_much or more * use.packets > radio.rate


def test_a_firmware_can_allow_less_than_the_air():
    slow = replace(PLAIN, rate=4.0)
    use = air_use(slow, replace(TALK, message_bytes=200), 100)
    assert use.had_a_second == pytest.approx(2.0)


def test_packets_to_one_neighbour_are_sent_again_and_broadcasts_are_not():
    lossy = replace(PLAIN, loss=0.5, retries=3)
    heard = air_use(lossy, TALK, 100)
    assert (heard.tries, heard.message_loss) == (1.0, pytest.approx(0.5))
    spoken = air_use(lossy, replace(TALK, addressed=True), 100)
    assert spoken.message_loss == pytest.approx(0.5**4)
    assert spoken.tries == pytest.approx(1.0 + 0.5 + 0.25 + 0.125)
    assert spoken.rounds == int(5 / spoken.tries)


def test_sending_again_adds_to_the_collisions():
    radio = replace(read_radio("esp-now"), retries=5)
    talk = Talk(250, 10, 6.0, 7.0, addressed=True)
    use = air_use(radio, talk, 1000)
    assert use.tries > 1.0
    assert use.load <= radio.share


def test_late_messages_are_so_many_rounds_late():
    assert air_use(PLAIN, TALK, 100).delay == 0
    assert air_use(replace(PLAIN, latency=0.03), TALK, 100).delay == 1
    assert air_use(replace(PLAIN, latency=0.03, jitter=0.01), TALK, 100).delay == 2
    slow = replace(TALK, robots=50.0)
    assert air_use(replace(PLAIN, latency=0.15), slow, 100).delay == 0


def test_a_radio_on_which_nothing_fits_is_refused_with_what_would():
    talk = Talk(10_000, 10, 1.0, 100.0)
    with pytest.raises(UsageError) as caught:
        air_use(PLAIN, talk, 100)
    said = str(caught.value)
    assert "radio='plain' is too slow" in said
    assert "takes 40 s" in said
    most = int(said.split("at most ")[1].split(" ")[0])
    assert air_use(PLAIN, replace(talk, message_bytes=most), 100).every <= 100
    with pytest.raises(UsageError, match="too slow"):
        air_use(PLAIN, replace(talk, message_bytes=most + 1), 100)
    with pytest.raises(UsageError, match="no message is short enough"):
        air_use(PLAIN, replace(talk, robots=1e6), 10)


def test_a_radio_over_which_nothing_arrives_is_refused():
    with pytest.raises(UsageError, match="in 100 packets each, not one would arrive whole"):
        air_use(replace(PLAIN, loss=0.6), Talk(10_000, 10, 1.0, 5.0), 1000)
    together = replace(PLAIN, sending="together", carrier_sense=False)
    with pytest.raises(UsageError, match="loses everything"):
        air_use(together, TALK, 1000)


def test_losses_and_delays_come_on_top_of_those_that_are_set():
    use = air_use(replace(PLAIN, loss=0.2, latency=0.03), TALK, 100)
    links = use.over(LinkSettings(loss=0.5, loss_spread=0.1, link_delay=2, radio="plain"))
    assert (links.loss, links.loss_spread) == pytest.approx((0.6, 0.08))
    assert (links.link_delay, links.radio) == (3, None)


def test_who_shares_the_air():
    places = np.array([[0.0, 0.0], [0.05, 0.0], [0.9, 0.9]])
    assert sharing(PLAIN, places) == 3.0
    near = replace(PLAIN, medium="range", range=0.1)
    assert sharing(near, places) == pytest.approx(5 / 3)


def test_what_differs_by_neighbour_is_sent_to_each():
    degree = np.array([2, 4])
    assert mean_copies(True, degree) == 1.0
    assert mean_copies(False, degree) == 3.0


def test_the_rounds_before_the_start_are_counted():
    use = air_use(PLAIN, replace(TALK, robots=50.0), 100)
    assert use.warm_up(25, 1.0) == (20, pytest.approx(4.0))
    assert use.warm_up(3, 1.0) == (0, 0.0)


def test_figures_say_all_of_it():
    said = air_use(PLAIN, TALK, 100).figures
    assert (said["name"], said["packets_a_message"]) == ("plain", 1)
    assert said["air"] == pytest.approx(0.5)


def test_a_radios_losses_by_distance_reach_the_links():
    radio = replace(read_radio("esp-now-54"), half_range=0.9)
    use = air_use(radio, Talk(1000, 10, 1.0, 20.0), 600)
    links = use.over(LinkSettings(radio="mine"))
    assert use.packets == 4
    assert links.half_range == pytest.approx(0.9 / 2.0)
    assert links.loss == pytest.approx(use.message_loss)


def test_what_was_sent_of_the_air():
    use = air_use(read_radio("esp-now-54"), Talk(1000, 10, 1.0, 20.0), 600)
    assert use.sent(1000.0 * 50, 50) == pytest.approx(use.load)
    assert use.sent(1000.0 * 5, 50) == pytest.approx(0.1 * use.load)
    assert use.sent(0.0, 0) == 0.0
