"""The directory in which a sweep keeps its results."""

import json

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.sweep.store import Store, check, require_single
from bildsim.programs.sweep.trial import RESULTS_VERSION

RESULT = {
    "version": RESULTS_VERSION,
    "final": {"time_s": 1.0, "w2": 0.1 + 0.2, "kl_fit": "inf"},
    "status": "done",
    "reason": "",
    "series": {"time_s": [0.0, 1.0], "kl_fit": [2, "inf"], "w2": [0.5, 0.25]},
    "positions": [[0.5, -1.0]],
    "wall": {"total_s": 1.5, "plan_mean_ms": 0.5, "plan_median_ms": 0.25},
    "configuration": {"seed": 3},
}


def test_what_was_saved_is_there_and_nothing_else(tmp_path):
    store = Store(tmp_path / "sweep", "bildsim.bench")
    store.save("trials", "abc", RESULT)
    assert store.load("trials", "abc") == RESULT
    store.close()
    again = Store(tmp_path / "sweep", "bildsim.bench")
    assert again.load("trials", "abc") == RESULT
    assert store.load("trials", "abd") is None
    assert store.load("floors", "abc") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "done"}', '{"version": -1}', "\x80"])
def test_what_cannot_be_read_counts_as_missing(tmp_path, text):
    store = Store(tmp_path, "bildsim.bench")
    (tmp_path / "trials" / "abc.json").write_bytes(text.encode("latin-1"))
    assert store.load("trials", "abc") is None


@pytest.mark.parametrize("changed", [{"final": {"w2": 0.2}}, {"seed": 1}, {"status": None}])
def test_what_was_changed_counts_as_missing(tmp_path, changed):
    store = Store(tmp_path, "bildsim.bench")
    store.save("trials", "abc", RESULT)
    path = tmp_path / "trials" / "abc.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    assert store.load("trials", "abc") is None


@pytest.mark.parametrize("key", sorted(RESULT))
def test_what_lacks_a_part_counts_as_missing(tmp_path, key):
    store = Store(tmp_path, "bildsim.bench")
    store.save("trials", "abc", {name: value for name, value in RESULT.items() if name != key})
    assert store.load("trials", "abc") is None
    store.save("floors", "abc", {"version": RESULTS_VERSION, "judges": {}})
    assert store.load("floors", "abc") is None


def test_results_of_earlier_versions_have_no_checksum_and_are_taken(tmp_path):
    store = Store(tmp_path, "bildsim.bench")
    (tmp_path / "trials" / "abc.json").write_text(json.dumps(RESULT))
    assert store.load("trials", "abc") == RESULT


def test_a_sweep_has_its_directory_for_itself(tmp_path):
    first = Store(tmp_path, "bildsim.bench")
    with pytest.raises(UsageError, match="another process writes to it"):
        Store(tmp_path, "bildsim.bench")
    first.close()
    Store(tmp_path, "bildsim.bench")


def test_half_a_file_counts_as_missing(tmp_path):
    store = Store(tmp_path, "bildsim.bench")
    (tmp_path / "trials" / "abc.json.part").write_text('{"version": 1, "fin')
    assert store.load("trials", "abc") is None
    store.save("trials", "abc", RESULT)
    assert [path.name for path in (tmp_path / "trials").iterdir()] == ["abc.json"]


def test_a_sweep_goes_on_where_one_was(tmp_path):
    check(tmp_path / "new")
    assert not (tmp_path / "new").exists(), "checking writes nothing"
    check(tmp_path)
    Store(tmp_path / "new", "bildsim.bench")
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


def test_a_sweep_is_told_from_a_single_run(tmp_path):
    require_single(tmp_path)
    Store(tmp_path / "sweep", "bildsim.bench").close()
    with pytest.raises(UsageError, match="sweep holds a comparison of many runs"):
        require_single(tmp_path / "sweep")
