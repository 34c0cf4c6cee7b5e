"""Lists on the command line: names and files, told apart and called so that tables can."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.programs.config.command_line import as_option
from bildsim.programs.sweep.lists import (
    MOST_NAMES,
    MOST_SEEDS,
    ListedTarget,
    listed,
    listed_seeds,
    listed_starts,
    listed_targets,
)
from bildsim.targets.files.reading import AS_IT_IS, Reading

DENSITY = "array as a density, 3 rows x 4 columns, first row at y = -1"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    np.save("own.npy", np.ones((3, 4)))
    np.save("ring.npy", np.ones((3, 4)))
    np.save("d/own.npy", np.ones((5, 3, 5)))


@pytest.mark.usefixtures("here")
def test_targets_are_called_by_name_file_name_or_path():
    assert listed_targets("GMM3, split,ring.npy", AS_IT_IS) == (
        ListedTarget("gmm3", None, False),
        ListedTarget("split", None, True),
        ListedTarget("ring.npy", Path("ring.npy"), False, f"ring.npy: {DENSITY}"),
    )
    film = listed_targets("ring,d/own.npy", AS_IT_IS)[1]
    assert (film.label, film.path, film.moves) == ("own.npy", Path("d/own.npy"), True)
    both = listed_targets("own.npy,d/own.npy,ring.npy", AS_IT_IS)
    assert [item.label for item in both] == ["own.npy", "d/own.npy", "ring.npy"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "reading", "words"),
    [
        ("gmm5", AS_IT_IS, "--targets 'gmm5' is unknown: did you mean gmm4"),
        ("gmm3,photo.tga", AS_IT_IS, "files (.npy, .npz"),
        ("gmm3,photo.png", AS_IT_IS, "--targets photo.png does not exist"),
        ("own.npy,own.npy", AS_IT_IS, "--targets names own.npy twice"),
        ("own.npy,./own.npy", AS_IT_IS, "--targets names own.npy twice"),
        ("gmm3,GMM3", AS_IT_IS, "--targets names gmm3 twice"),
        ("gmm3,,ring", AS_IT_IS, "one or more values with a comma between"),
        ("gmm3", Reading(target_dark=True), "--target-dark means nothing for --targets gmm3"),
        ("own.npy", Reading(target_dark=True), "--target-dark needs --target-layout picture"),
        ("own.npy", Reading("film"), "has 2 dimensions and is no film"),
    ],
)
def test_targets_that_cannot_be_used_are_refused(text, reading, words):
    with pytest.raises(UsageError) as refused:
        listed_targets(text, reading)
    assert words in refused.value.said(as_option)


def test_starts_are_regions_and_files():
    assert listed_starts("corner,a/b.csv, uniform ,c.NPY") == (
        "corner",
        "a/b.csv",
        "uniform",
        "c.NPY",
    )
    with pytest.raises(UsageError, match=r"'korner' is unknown: did you mean corner\?.*\.csv"):
        listed_starts("korner")
    with pytest.raises(UsageError, match=r"names a\.csv twice"):
        listed_starts("a.csv,a.csv")


def test_seeds_are_numbers_and_ranges_each_once():
    assert listed_seeds("7,0:3") == (7, 0, 1, 2)
    for text, words in (("1,0:2", "names 1 twice"), ("3:3", "is empty"), ("-1", "whole numbers")):
        with pytest.raises(UsageError, match=words):
            listed_seeds(text)


@given(st.lists(st.from_regex(r"[a-z:.]{1,8}", fullmatch=True), min_size=1, unique=True))
def test_any_words_are_read_back(words):
    assert listed("--planners", " , ".join(words)) == tuple(words)


def test_seeds_have_a_bound_also_in_several_ranges():
    assert len(listed_seeds("0:100000")) == MOST_SEEDS
    for text in ("0:100001", "0:99999,100000:100002", "0:999999999", "5:999999999,7:999999999"):
        with pytest.raises(UsageError, match=r"--seeds \S+ asks for \d+ seeds: allowed are 100000"):
            listed_seeds(text)


def test_lists_of_names_have_a_bound():
    names = [f"planner{number}" for number in range(MOST_NAMES)]
    assert listed("--planners", ",".join(names)) == tuple(names)
    with pytest.raises(UsageError, match=r"--planners has 1001 names: allowed are 1000"):
        listed("--planners", ",".join([*names, "one more"]))
