"""The directory in which a sweep keeps its results."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.sweep.store import Store, check
from bildsim.programs.sweep.trial import RESULTS_VERSION

RESULT = {"version": RESULTS_VERSION, "final": {"w2": 0.1 + 0.2}, "status": "done"}


def test_what_was_saved_is_there_and_nothing_else(tmp_path):
    store = Store(tmp_path / "sweep")
    store.save("trials", "abc", RESULT)
    assert Store(tmp_path / "sweep").load("trials", "abc") == RESULT
    assert store.load("trials", "abd") is None
    assert store.load("floors", "abc") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "done"}', '{"version": -1}', "\x80"])
def test_what_cannot_be_read_counts_as_missing(tmp_path, text):
    store = Store(tmp_path)
    (tmp_path / "trials" / "abc.json").write_bytes(text.encode("latin-1"))
    assert store.load("trials", "abc") is None


def test_half_a_file_counts_as_missing(tmp_path):
    store = Store(tmp_path)
    (tmp_path / "trials" / "abc.json.part").write_text('{"version": 1, "fin')
    assert store.load("trials", "abc") is None
    store.save("trials", "abc", RESULT)
    assert [path.name for path in (tmp_path / "trials").iterdir()] == ["abc.json"]


def test_a_sweep_goes_on_where_one_was(tmp_path):
    check(tmp_path / "new")
    assert not (tmp_path / "new").exists(), "checking writes nothing"
    check(tmp_path)
    Store(tmp_path / "new")
    check(tmp_path / "new")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("full", "not empty"),
        ("full/notes", "is a file"),
        ("no/where", "does not exist"),
        ("odd", "cannot be read"),
        ("x" * 300, "cannot be used"),
    ],
)
def test_other_places_are_refused(tmp_path, place, words):
    for name, file in (("full", "notes"), ("odd", "bench.json")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("precious")
    with pytest.raises(UsageError, match=words):
        check(tmp_path / place)
