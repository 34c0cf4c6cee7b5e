"""Radios by name and from files."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.basics.reading.description import MARKS
from bildsim.network.link_settings import LinkSettings
from bildsim.network.radio.presets import RADIO_NAMES, describe_radio, read_radio
from bildsim.programs.config.options import attributes


def test_there_are_these_radios():
    wanted = {"802.15.4", "ble-tsch", "esp-now", "kilobot-ir", "nrf24", "wifi"}
    assert wanted <= set(RADIO_NAMES)


@pytest.mark.parametrize("name", RADIO_NAMES)
def test_every_figure_of_a_preset_has_a_mark_and_a_source(name):
    found = describe_radio(name)
    assert found.title
    for figure in found.sections["radio"].values():
        assert figure.mark in MARKS
        assert len(figure.source) > 3
    assert read_radio(name).name == name


def test_help_names_all_radios():
    text = attributes(LinkSettings)["radio"]
    assert all(name in text for name in RADIO_NAMES)


def test_a_file_changes_what_it_says_of_its_base(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('base = "esp-now"\n[radio]\npayload = 1470\n[robot]\nradius = 0.1\n')
    mine, base = read_radio(str(path)), read_radio("esp-now")
    assert (mine.payload, mine.bit_rate, mine.name) == (1470, base.bit_rate, str(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[radio]\nbit_rate = 1e6\n", "lacks payload in its table"),
        ("[radio]\npayload = 100\n", "lacks bit_rate"),
        ("[robot]\nradius = 0.1\n", "lacks payload"),
        ("[radio]\npayload = 100\nbit_rate = 1e6\nbaud = 3\n", "'baud' is unknown"),
        ("[radio]\npayload = 100\nbit_rate = 'fast'\n", "bit_rate = 'fast' is not allowed"),
        ("[radio]\npayload = [1]\nbit_rate = 1e6\n", "payload = "),
    ],
)
def test_what_is_no_radio_is_refused(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_radio(str(path))
    assert said in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_unknown_names_are_refused_with_those_that_there_are():
    with pytest.raises(UsageError, match="did you mean esp-now"):
        read_radio("esp-nov")
