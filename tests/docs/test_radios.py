"""The page on radios: its figures are those of the presets, and every key has a meaning."""

import re

from bildsim.network.radio.model import KEYS
from bildsim.network.radio.presets import RADIO_NAMES, read_radio
from tests.docs.pages import PAGES

PAGE = PAGES["docs/radios.md"]


def test_every_radio_stands_there_with_its_figures():
    for name in RADIO_NAMES:
        radio = read_radio(name)
        row = (
            f"| `{name}` | {radio.payload} | {1.0 / radio.packet_s:.0f} | "
            f"{radio.medium}, {radio.sending} | {100.0 * radio.loss:g} | "
            f"{1e3 * radio.latency:g} | {radio.share:g} |"
        )
        assert row in PAGE


def test_every_key_is_explained():
    explained = re.findall(r"^\| (`[^|]+) \| ", PAGE, re.MULTILINE)
    words = set(re.findall(r"`(\w+)`", " ".join(explained)))
    assert set(KEYS) - {"range"} <= words
    assert "those within `range` (m)" in PAGE


def test_its_collisions_are_those_of_the_code():
    radio = read_radio("esp-now-54")
    said = [100.0 * radio.collision_loss(load, 100) for load in (0.3, 0.5, 0.9)]
    assert "{:.1f} / {:.1f} / {:.0f} %".format(*said) in PAGE
