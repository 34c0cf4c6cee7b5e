"""What can be wrong with links, and what cannot."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.network.link_settings import MOST_OUTAGES, LinkSettings

numbers = st.floats() | st.floats(-0.5, 2.0)


def test_links_are_perfect_unless_set_otherwise():
    settings = LinkSettings()
    assert not settings.impairs_messages
    assert not settings.cuts_links
    assert settings.outages == ()


@given(numbers, numbers, st.sampled_from([0.0, 1.0, 3.5]) | numbers, numbers, numbers)
def test_rates_are_probabilities_or_refused(loss, spread, burst, good, bad):
    """What is accepted is a loss in [0, 1), and a chain whose probabilities are probabilities."""
    try:
        settings = LinkSettings(
            loss=loss, loss_spread=spread, burst=burst, loss_good=good, loss_bad=bad
        )
    except UsageError:
        return
    assert 0.0 <= settings.loss - settings.loss_spread <= settings.loss + settings.loss_spread < 1.0
    if settings.burst:
        assert 0.0 <= settings.enter_bad <= 1.0
        share = settings.enter_bad / (settings.enter_bad + 1.0 / settings.burst)
        mean = share * settings.loss_bad + (1.0 - share) * settings.loss_good
        assert mean == pytest.approx(settings.loss, abs=1e-9)


@given(st.integers())
def test_bits_and_delays(value):
    for name, allowed in (
        ("message_bits", [*range(2, 33), 64]),
        ("link_delay", range(1001)),
    ):
        if value in allowed:
            assert getattr(LinkSettings(**{name: value}), name) == value
        else:
            with pytest.raises(UsageError, match=f"{name}="):
                LinkSettings(**{name: value})


@given(st.floats())
def test_a_radio_reaches_some_way(metres):
    if metres > 0.0:
        assert LinkSettings(radio_range=metres).cuts_links == (metres < inf)
    else:
        with pytest.raises(UsageError, match="radio_range"):
            LinkSettings(radio_range=metres)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20:25", ((20.0, 25.0),)),
        ("0:0.5,3:4", ((0.0, 0.5), (3.0, 4.0))),
        (" 1 : 2 , 3:4 ", ((1.0, 2.0), (3.0, 4.0))),
    ],
)
def test_outages(text, expected):
    assert LinkSettings(outage=text).outages == expected
    assert LinkSettings(outage=text).cuts_links


@pytest.mark.parametrize("text", ["", "5", "5:5", "6:5", "-1:2", "a:b", "1:2:3", "1:2,", "1:inf"])
def test_no_outages(text):
    with pytest.raises(UsageError, match=r"outage='.*' is not allowed: it must be START:END"):
        LinkSettings(outage=text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"loss": 1.0}, "loss=1 .*below 1"),
        ({"half_range": 0.0}, "half_range=0 .*metres from 1e-06, or inf"),
        ({"half_range": 0.5, "path_loss_exponent": 0.5}, "path_loss_exponent=0.5 .*1 to 8"),
        ({"path_loss_exponent": 3.0}, "path_loss_exponent=3 needs half_range"),
        ({"message_format": "float8"}, "message_format='float8' is unknown.*float16"),
        ({"message_format": "float16", "message_bits": 8}, "message_bits=8 and message_format="),
        ({"send_threshold": 1.0}, "send_threshold=1 .*0 for always"),
        ({"loss": nan}, "loss=nan"),
        ({"loss": 0.3, "loss_spread": 0.4}, "loss_spread=0.4 .*loss=0.3"),
        ({"loss": 0.3, "loss_spread": 0.1, "burst": 4.0}, "loss_spread=0.1 and burst=4"),
        ({"burst": 4.0}, "loss=0 is not possible with burst=4: .* at most 0.8"),
        ({"loss": 0.9, "burst": 1.0}, "loss=0.9 is not possible with burst=1: .* 0.5"),
        ({"loss": 0.3, "loss_bad": 0.5}, "loss_bad=0.5 needs burst"),
        ({"loss": 0.3, "loss_good": 0.1}, "loss_good=0.1 needs burst"),
        ({"loss": 0.3, "burst": 2.0, "loss_good": 0.4}, "loss_good=0.4 .*0 to loss=0.3"),
        ({"loss": 0.3, "burst": 0.5}, "burst=0.5 .*from 1"),
    ],
)
def test_what_does_not_go_together(values, words):
    with pytest.raises(UsageError, match=words):
        LinkSettings(**values)


def test_outages_are_few():
    outage = ",".join(f"{k}:{k + 0.5}" for k in range(MOST_OUTAGES))
    assert len(LinkSettings(outage=outage).outages) == MOST_OUTAGES
    with pytest.raises(UsageError, match=r"^outage names 1001 outages: allowed are 1000$"):
        LinkSettings(outage=f"{outage},2000:2001")


def test_a_radio_impairs_messages():
    assert LinkSettings(radio="esp-now").impairs_messages


@pytest.mark.parametrize(
    "settings",
    [
        LinkSettings(),
        LinkSettings(loss=0.3, loss_spread=0.2),
        LinkSettings(loss=0.3, burst=4.0, loss_good=0.1, loss_bad=0.9),
    ],
)
def test_more_loss_takes_a_share_of_what_got_through(settings):
    more = settings.with_more_loss(0.2)
    assert more.loss == pytest.approx(1.0 - 0.8 * (1.0 - settings.loss))
    if settings.burst:
        assert more.bad_share == pytest.approx(settings.bad_share)
        assert more.loss_bad == pytest.approx(1.0 - 0.8 * (1.0 - settings.loss_bad))
    else:
        assert more.loss_spread == pytest.approx(0.8 * settings.loss_spread)
    assert settings.with_more_loss(0.0) == settings


@given(st.floats(), st.floats(0.0, 10.0) | st.floats())
def test_losses_by_distance_are_a_share_of_what_was_sent(half_range, exponent):
    try:
        settings = LinkSettings(half_range=half_range, path_loss_exponent=exponent)
    except UsageError:
        return
    assert settings.half_range > 0.0
    assert settings.loses_messages == settings.impairs_messages == (half_range < inf)
    near, half, far = settings.within_earshot(np.array([0.0, min(half_range, 1e9), 1e9]))
    assert near == 1.0
    assert 0.0 <= far <= half <= 1.0
    if half_range < 1e8:
        assert half == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("name", "usual", "bits", "impaired"),
    [
        (None, 16, 16, False),
        (None, 64, 64, False),
        ("float64", 16, 64, False),
        ("float32", 16, 32, True),
        ("float16", 64, 16, True),
    ],
)
def test_formats_of_numbers(name, usual, bits, impaired):
    settings = LinkSettings(message_format=name)
    assert settings.float_bits(usual) == bits
    assert settings.impairs_messages == impaired
    assert not settings.loses_messages


@given(st.floats())
def test_thresholds(value):
    if 0.0 <= value < 1.0:
        assert LinkSettings(send_threshold=value).impairs_messages == (value > 0.0)
    else:
        with pytest.raises(UsageError, match="send_threshold"):
            LinkSettings(send_threshold=value)
