"""Policies come back from files as they were; what is none is refused, and nothing in it is run."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from bildsim.assets import asset_path
from bildsim.basics.errors import UsageError
from bildsim.controllers.learned.policy_file import read_policy, write_policy
from tests.controllers.learned.making import SENSES, make_policy


@pytest.fixture
def path(tmp_path):
    return tmp_path / "policy.npz"


def rewritten(path, **changes):
    """Replace arrays of a policy's file, or take those away that are None."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays |= changes
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})


def test_a_policy_comes_back_as_it_was(path):
    policy = make_policy(3)
    write_policy(policy, path)
    found = read_policy(path)
    assert found.senses == SENSES
    assert found.facts == {"seed": "3"}
    shown = np.random.default_rng(0).standard_normal((4, SENSES.size))
    np.testing.assert_array_equal(found.actions(shown), policy.actions(shown))
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_writing_again_replaces_it(path):
    for seed in (1, 2):
        write_policy(make_policy(seed), path)
    assert read_policy(path).facts == {"seed": "2"}


def test_one_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"policy=.* cannot be written: no such file"):
        write_policy(make_policy(), tmp_path / "nowhere" / "p.npz")


def test_the_one_that_comes_with_bildsim_is_small_and_tells_how_it_was_made():
    policy = read_policy(Path(asset_path("policy.npz")))
    assert policy.facts["command"].startswith("python examples/learn_policy.py --updates ")
    with open(asset_path("policy.npz"), "rb") as file:
        assert len(file.read()) < 150_000


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(UsageError, match=r"policy='.*policy.npz' cannot be read: no such file"):
        read_policy(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not an archive", bytes(1000)])
def test_what_is_no_archive_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"is no policy: allowed is a \.npz that"):
        read_policy(path)


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


def test_nothing_is_unpickled(path):
    write_policy(make_policy(), path)
    rewritten(path, centre=np.array([Trap()], dtype=object))
    with pytest.raises(UsageError, match="is no policy"):
        read_policy(path)
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(UsageError, match="is no policy"):
        read_policy(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "is a policy of format 2, and 1 is what is read"),
        ({"format": None}, "is no policy: allowed"),
        ({"centre": np.zeros(3)}, "is no policy: the normalisation is not of"),
        ({"scale": np.full(SENSES.size, np.nan)}, "is no policy: a weight is not finite"),
        ({"scale": np.full(SENSES.size, 1e300)}, r"is no policy: a weight is beyond 1e\+09"),
        ({"sensing_range": 1e300}, r"is no policy: sensing_range=1e\+300 is not allowed"),
        ({"biases_1": np.zeros(5)}, "is no policy: a layer of shape"),
        ({"weights_2": None}, "is no policy: the last layer has not 2 outputs"),
        ({"biases_0": None}, "is no policy: allowed"),
        ({"weights_0": np.array("text")}, "is no policy: allowed"),
        ({"neighbours": 1000}, "is no policy: neighbours=1000 is not allowed"),
        ({"neighbours": 2.5}, "is no policy: allowed"),
        ({"order": np.array([3, 3])}, "is no policy: allowed"),
        ({"sensing_range": np.inf}, "is no policy: allowed"),
    ],
)
def test_what_does_not_go_together_is_refused(path, changes, words):
    write_policy(make_policy(), path)
    rewritten(path, **changes)
    with pytest.raises(UsageError, match=words):
        read_policy(path)


def test_a_file_that_claims_too_much_is_refused_before_memory_is_taken(path):
    write_policy(make_policy(), path)
    # Zeros pack well: 80 MB in 80 kB.
    np.savez_compressed(path, centre=np.zeros(10_000_000))
    assert path.stat().st_size < 200_000
    with pytest.raises(UsageError, match="is no policy"):
        read_policy(path)
