"""What came of a run."""

import copy
import pickle
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from bildsim import UsageError, simulate
from bildsim.api.showing.film import film_settings
from bildsim.api.showing.html import picture
from bildsim.api.showing.replaying import replayed
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.simulation.measurements import COLUMNS
from tests.bildsim.api.small import SMALL


def test_every_column_is_an_attribute(small):
    assert small.time_s.tolist() == pytest.approx([0.0, 0.5, 1.0, 1.2])
    assert set(small.columns) <= set(COLUMNS)
    assert set(small.columns) <= set(dir(small))
    for name in small.columns:
        assert getattr(small, name).shape == (4,)
    assert small.active.tolist() == [8, 7, 7, 7]


def test_columns_of_moving_targets_are_theirs_alone(small, moving):
    assert "w2_mean" not in small.columns
    assert np.isfinite(moving.w2_mean[-1])
    assert np.isnan(moving.kl_estimate).all()


def test_an_unknown_name_has_near_ones(small):
    with pytest.raises(AttributeError, match="a result has no 'kl_fitt': did you mean kl_fit"):
        _ = small.kl_fitt
    assert not hasattr(small, "_private")


def test_final_is_the_last_row(small):
    assert small.final["kl_fit"] == small.kl_fit[-1]
    assert small.final["active"] == 7
    assert small.rows[-1] == small.final


def test_positions_are_of_the_robots_in_the_swarm(small):
    assert small.positions(0.0).shape == (8, 2)
    assert small.positions().shape == (7, 2)
    np.testing.assert_array_equal(small.positions(1.2), small.positions())
    with pytest.raises(UsageError, match=r"time_s=9 is not in the run: allowed is 0 to 1\.2 s"):
        small.positions(9.0)


def test_densities_are_those_of_the_metrics(small):
    grid = small.family.grid
    for time_s, kl in ((0.0, small.kl_fit[0]), (None, small.kl_fit[-1])):
        found, wanted = small.density(time_s), small.target_density(time_s)
        assert found.shape == wanted.shape == (len(small.nodes),) * 2
        divergence = grid.integrate(found * np.log(found / wanted))
        assert divergence == pytest.approx(kl, rel=1e-6)


def test_a_moving_target_is_where_it_is_at_the_time(moving):
    before, after = moving.target_density(0.0), moving.target_density()
    assert np.abs(after - before).max() > 0.05


def test_it_is_one_line(small):
    assert repr(small).startswith("Result(ring, bild-macro, 8 robots: KL ")
    assert repr(small).endswith("m after 1.2 s)")
    assert repr(small.trajectory) == "Trajectory(8 robots, 13 ticks from 0 to 1.2 s)"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_it_can_be_copied_and_pickled(small, copied):
    other = copied(small)
    np.testing.assert_array_equal(other.kl_fit, small.kl_fit)
    np.testing.assert_array_equal(other.trajectory.pose, small.trajectory.pose)
    np.testing.assert_array_equal(other.target_density(), small.target_density())
    assert other.config == small.config


def test_so_can_one_with_a_function_of_a_notebook():
    result = simulate(2, target=lambda points: np.ones(points.shape[:-1]), planner="cvt", **SMALL)
    other = pickle.loads(pickle.dumps(result))
    np.testing.assert_array_equal(other.target_density(), result.target_density())


def test_pandas(small):
    frame = small.to_pandas()
    assert frame.index.name == "time_s"
    np.testing.assert_array_equal(frame["w2"].to_numpy(), small.w2)


def test_without_pandas_a_sentence_says_how_to_get_it(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'bildsim\[pandas\]'"):
        small.to_pandas()


def test_a_target_that_nobody_knows_any_more(small):
    lost = copy.copy(small)
    lost.target = None
    with pytest.raises(UsageError, match="the target ring was given in Python"):
        lost.target_density()


def test_in_a_wide_arena_metrics_are_in_metres_and_places_in_units():
    wide = simulate(
        4,
        robot="turtlebot3-burger",
        arena_width=8.0,
        planner="static",
        dynamics="ideal",
        duration=0.2,
        progress=False,
    )
    assert (wide.unit_m, wide.radius) == (4.0, 0.105)
    assert np.abs(wide.positions()).max() <= 1.0
    w2 = PositionMetrics.of(wide.target_at()).w2(wide.positions())
    assert wide.w2[-1] == pytest.approx(4.0 * w2)
    marks = re.findall(r'r="([0-9.]+)"', picture(wide))
    assert {float(mark) for mark in marks} == {0.026}
    ticks = wide.plot().subfigs[0].axes[0].get_xticklabels()
    assert [tick.get_text() for tick in ticks] == ["-4", "0", "4"]
    assert film_settings(wide, Path("x.mp4"), 3.0).radius == 0.105 / 4.0
    assert replayed(wide).touching_pairs.max() == 0
