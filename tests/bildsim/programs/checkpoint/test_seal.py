"""Seals: one's own are known, those of others are not, and a key is never lost."""

import os
import stat

import pytest

from bildsim.programs.checkpoint import file as checkpoint_file
from bildsim.programs.checkpoint import seal


@pytest.fixture
def user(tmp_path, monkeypatch):
    """Become one user or another, with data of their own."""

    def become(name):
        place = tmp_path / name
        monkeypatch.setattr(seal.platformdirs, "user_data_dir", lambda *_, **__: str(place))
        return place / "checkpoint-key"

    return become


def test_ones_own_are_known_and_those_of_others_are_not(user):
    user("one")
    assert not seal.can_seal()
    mine = seal.seal_of("abc")
    assert seal.can_seal()
    assert seal.is_sealed("abc", mine)
    assert seal.seal_of("abc") == mine
    for digest, other in (("abd", mine), ("abc", mine[:-1]), ("abc", "é"), ("abc", seal.NO_SEAL)):
        assert not seal.is_sealed(digest, other)
    user("two")
    assert not seal.is_sealed("abc", mine)
    assert seal.seal_of("abc") != mine


def test_only_the_user_can_read_the_key_and_nobody_replaces_it(user):
    place = user("one")
    seal.seal_of("abc")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    key = place.read_bytes()
    place.write_bytes(key[:5])
    assert seal.seal_of("abc") == seal.NO_SEAL, "half a key is none"
    assert place.read_bytes() == key[:5]


@pytest.mark.parametrize("place", ["/dev/null/nowhere", "relative", "a\0b"])
def test_without_a_place_for_a_key_nothing_is_sealed(monkeypatch, tmp_path, place):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(seal.platformdirs, "user_data_dir", lambda *_, **__: place)
    assert seal.seal_of("abc") == seal.NO_SEAL
    assert not seal.is_sealed("abc", seal.NO_SEAL)
    assert os.listdir(tmp_path) == []


def test_a_checkpoint_says_whose_it_is(user, tmp_path):
    user("one")
    path = tmp_path / "checkpoint"
    checkpoint_file.write(path, {}, b"state")
    assert checkpoint_file.read(path).own
    user("two")
    found = checkpoint_file.read(path)
    assert not found.own
    assert found.state == b"state"
