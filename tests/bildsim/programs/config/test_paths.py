"""Paths survive a TOML file, whatever bytes they are of."""

import os
import tomllib
from pathlib import Path

import pytest
import tomli_w

from bildsim.programs.config.paths import (
    path_as_text,
    path_of_text,
    words_as_text,
    words_of_text,
)

NAMES = [
    b"a.png",
    b"../b c/%41.png",
    "ünï/☃.png".encode(),
    b"a\nb\\",
    b"file:x",
    b"caf\xe9%20.png",
    b"/\xff/#?",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_comes_back(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(name))
    text = tomllib.loads(tomli_w.dumps({"path": path_as_text(path)}))["path"]
    assert path_of_text(text).absolute() == path.absolute()


def test_a_path_that_is_text_stays_as_it_is():
    assert path_as_text(Path("ünï/a b%.png")) == "ünï/a b%.png"


def test_a_path_that_is_none_is_spelled_in_full():
    assert path_as_text(Path(os.fsdecode(b"/x/\xff y.png"))) == "file:///x/%FF%20y.png"


@pytest.mark.parametrize("name", [*NAMES, b"gmm3,caf\xe9.png, a/b%.npy", b"bytes:a", b""])
def test_words_that_may_name_files_come_back(name):
    words = os.fsdecode(name)
    stored = tomllib.loads(tomli_w.dumps({"targets": words_as_text(words)}))["targets"]
    assert words_of_text(stored) == words


def test_words_that_are_text_stay_as_they_are():
    assert words_as_text("gmm3, ünï/☃ %.png") == "gmm3, ünï/☃ %.png"
    assert words_as_text(os.fsdecode(b"a, \xff")) == "bytes:a, %FF"
