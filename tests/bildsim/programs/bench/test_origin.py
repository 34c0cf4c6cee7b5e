"""Where a report is from."""

from bildsim.programs.bench.origin import facts, failures, meanings
from bildsim.simulation.measurements import COLUMNS
from tests.bildsim.programs.made_trials import BENCH, results


def test_trials_that_failed_alike_share_a_row():
    (section,) = failures([results(failing={("static", 0), ("static", 2)})], BENCH)
    (table,) = section.parts
    assert len(table.rows) == 4
    assert [cell.text for cell in table.shown[0]] == ["gmm3", "corner", "0, 2", "robot 3 is lost"]
    assert failures([results()], BENCH) == []


def test_computing_time_is_that_of_all_trials():
    ((name, said),) = facts([results()], BENCH)
    assert name == "Computing time"
    assert said.startswith("36 s for 24 trials")


def test_every_column_has_a_meaning():
    found = dict(meanings([results()]))
    assert found["w2"] == COLUMNS["w2"]
    assert {"score_w2", "kl_floor", "settling_w2_s"} <= found.keys()
    assert all(found.values())
