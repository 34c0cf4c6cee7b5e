"""The rows of metrics.csv against figures worked out another way."""

import numpy as np
import pytest

from bildsim.controllers.planner import Report
from bildsim.density.legendre_family import LegendreFamily
from bildsim.metrics.position_metrics import PositionMetrics
from bildsim.network.graph import NetworkSpec, build_network
from bildsim.network.traffic import Traffic
from bildsim.simulation.measurements import COLUMNS, Measurements, estimates
from bildsim.simulation.tick import Tick
from bildsim.simulation.tracking_error import TRACKING_COLUMNS, TrackingError
from bildsim.targets.target import named_target

ROBOTS, RADIUS = 5, 0.025
FAMILY = LegendreFamily(3)
TARGET = named_target("ring")
RNG = np.random.default_rng(0)
THETA = 0.3 * RNG.standard_normal(FAMILY.size)
ESTIMATES = THETA + 0.1 * RNG.standard_normal((ROBOTS, FAMILY.size))


def make_tick(count, positions, parameters=None, **changes):
    traffic = Traffic(np.arange(ROBOTS) * count, 100 * np.arange(ROBOTS) * count, 3 * count)
    network = build_network(NetworkSpec.parse("ring"), positions, np.random.default_rng(0))
    values = {
        "time_s": 0.1 * count,
        "pose": np.column_stack([positions, np.zeros(ROBOTS)]),
        "active": np.ones(ROBOTS, dtype=bool),
        "waypoint": positions,
        "command": np.zeros((ROBOTS, 2)),
        "applied": np.zeros((ROBOTS, 2)),
        "saturated": np.zeros(ROBOTS),
        "effort": np.zeros(ROBOTS),
        "safety_acted": np.zeros(ROBOTS),
        "safety_infeasible": np.zeros(ROBOTS),
        "touching_robot": np.zeros(ROBOTS, dtype=bool),
        "touching_wall": np.zeros(ROBOTS, dtype=bool),
        "contact_pairs": 0,
        "overlap_m": 0.0,
        "target": TARGET,
        "kl_fit": 0.7,
        "theta": THETA,
        "network": network,
        "report": Report(traffic, parameters),
    }
    return Tick(**{**values, **changes})


@pytest.fixture
def measurements():
    return Measurements(TARGET, FAMILY, RADIUS)


def walk(count, seed=2):
    rng = np.random.default_rng(seed)
    return rng.uniform(-0.9, 0.9, (1, ROBOTS, 2)) + np.cumsum(
        rng.normal(0.0, 0.005, (count, ROBOTS, 2)), axis=0
    )


def test_a_row_has_every_column_in_order():
    measurements = Measurements(TARGET, FAMILY, RADIUS, TrackingError(0.1))
    tick = make_tick(0, walk(1)[0], ESTIMATES)
    measurements.follow(tick)
    assert list(measurements.row(tick)) == list(COLUMNS)
    assert all(COLUMNS.values()), "every column is documented"


def test_without_estimates_or_motion_those_columns_are_left_out(measurements):
    tick = make_tick(0, walk(1)[0])
    measurements.follow(tick)
    missing = COLUMNS.keys() - measurements.row(tick).keys()
    assert missing == {"kl_estimate", "disagreement", *TRACKING_COLUMNS}


def test_ways_and_shares_are_of_the_time_since_the_last_row(measurements):
    path = walk(7)
    shares = ("saturated", "safety_acted", "safety_infeasible")
    effort, *of_tick = np.random.default_rng(1).uniform(0, 1, (4, 7, ROBOTS))
    rows = []
    for count in range(7):
        changes = {share: of_robot[count] for share, of_robot in zip(shares, of_tick, strict=True)}
        changes |= {"effort": effort[count], "overlap_m": 0.001 * count}
        tick = make_tick(count, path[count], **changes)
        measurements.follow(tick)
        if count in (0, 4, 6):
            rows.append(measurements.row(tick))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=2).mean(axis=1)
    assert [row["path_length_m"] for row in rows] == pytest.approx(
        [0.0, steps[:4].sum(), steps.sum()]
    )
    assert [row["speed_m_s"] for row in rows] == pytest.approx(
        [0.0, steps[:4].mean() / 0.1, steps[4:].mean() / 0.1]
    )
    for share, of_robot in zip(shares, of_tick, strict=True):
        assert [row[share] for row in rows] == pytest.approx(
            [0.0, of_robot[1:5].mean(), of_robot[5:].mean()]
        )
    assert [row["overlap_m"] for row in rows] == pytest.approx([0.0, 0.004, 0.006])
    assert [row["control_effort"] for row in rows] == pytest.approx(
        [0.0, effort[1:5].mean(axis=1).sum(), effort[1:].mean(axis=1).sum()]
    )


def test_a_deep_overlap_between_rows_is_not_lost(measurements):
    path = walk(3)
    for count, overlap in enumerate([0.0, 0.002, 0.0]):
        tick = make_tick(count, path[count], overlap_m=overlap)
        measurements.follow(tick)
    assert measurements.row(tick)["overlap_m"] == 0.002
    measurements.follow(tick)
    assert measurements.row(tick)["overlap_m"] == 0.0


def test_counts_and_means(measurements):
    walls = np.array([True, False, True, False, False])
    tick = make_tick(4, walk(1)[0], touching_wall=walls, contact_pairs=3)
    measurements.follow(tick)
    row = measurements.row(tick)
    assert (row["contacts"], row["wall_contacts"], row["components"]) == (3, 2, 1)
    assert (row["messages_sent"], row["bytes_sent"], row["rounds"]) == (8.0, 800.0, 12)
    assert (row["time_s"], row["kl_fit"]) == (0.4, 0.7)


def test_metrics_are_of_the_true_positions(measurements):
    positions = walk(1)[0]
    tick = make_tick(0, positions)
    measurements.follow(tick)
    row, metric = measurements.row(tick), PositionMetrics.of(TARGET)
    assert row["w2"] == metric.w2(positions)
    for name, h in {"js_kde_09": 0.09, "js_kde": 0.12, "js_kde_20": 0.2}.items():
        # (5 / 100)^(-1/6) for five robots.
        assert row[name] == pytest.approx(metric.js_kde(positions, h * 20.0 ** (1.0 / 6.0)))
    assert row["energy"] == metric.energy_distance(positions)
    assert row["ergodic"] == metric.ergodic(positions)
    assert row["locational"] == metric.locational(positions)
    gaps = np.linalg.norm(positions[:, None] - positions, axis=2)[~np.eye(ROBOTS, dtype=bool)]
    assert row["min_gap_m"] == pytest.approx(gaps.min() - 2 * RADIUS)


def test_metrics_and_means_are_over_the_robots_in_the_swarm(measurements):
    path, active = walk(3), np.array([True, False, True, True, False])
    effort, saturated = np.random.default_rng(1).uniform(0, 1, (2, ROBOTS))
    changes = {"active": active, "effort": effort, "saturated": saturated}
    for count in range(3):
        tick = make_tick(count, path[count], **changes)
        measurements.follow(tick)
    row = measurements.row(tick)
    metrics = PositionMetrics.of(TARGET).values(path[2, active])
    assert {name: row[name] for name in metrics} == metrics
    way = np.linalg.norm(np.diff(path[:, active], axis=0), axis=2)
    assert row["path_length_m"] == pytest.approx(way.mean(axis=1).sum())
    assert row["control_effort"] == pytest.approx(2 * effort[active].mean())
    assert row["saturated"] == pytest.approx(saturated[active].mean())
    assert row["active"] == 3


def test_gaps_count_the_dead_too(measurements):
    positions = np.array([[0.0, 0.0], [0.06, 0.0], [0.5, 0.5], [-0.5, 0.5], [0.5, -0.5]])
    tick = make_tick(0, positions, active=np.array([True, False, True, True, True]))
    measurements.follow(tick)
    assert measurements.row(tick)["min_gap_m"] == pytest.approx(0.01)


def divergence(first, second):
    """KL of two densities of the family, by the grid."""
    p, q = FAMILY.density(first), FAMILY.density(second)
    return float(FAMILY.grid.integrate(p * np.log(p / q)))


def test_estimates_are_compared_with_the_exact_fit_and_with_each_other():
    found = estimates(FAMILY, make_tick(0, walk(1)[0], ESTIMATES))
    exact = np.mean([divergence(y, THETA) for y in ESTIMATES])
    among = np.mean([divergence(y, ESTIMATES.mean(axis=0)) for y in ESTIMATES])
    assert found["kl_estimate"] == pytest.approx(exact, rel=1e-9)
    assert found["disagreement"] == pytest.approx(among, rel=1e-9)


def test_perfect_estimates_are_at_zero():
    same = np.tile(THETA, (ROBOTS, 1))
    found = estimates(FAMILY, make_tick(0, walk(1)[0], same))
    assert found["kl_estimate"] == pytest.approx(0.0, abs=1e-14)
    assert found["disagreement"] == pytest.approx(0.0, abs=1e-14)


def test_a_state_of_other_robots_is_known(measurements):
    measurements.require_robots(3)
    measurements.follow(make_tick(0, walk(4)[0]))
    measurements.require_robots(len(walk(4)[0]))
    with pytest.raises(ValueError, match="are not those of 99 robots"):
        measurements.require_robots(99)


def test_in_a_wide_arena_lengths_are_in_metres(measurements):
    """What is measured in units of 4 m: lengths are 4 times as long, areas 16 times as large."""
    wide, ticks = Measurements(TARGET, FAMILY, RADIUS, unit_m=4.0), walk(4)
    for count, positions in enumerate(ticks):
        tick = make_tick(count, positions, overlap_m=0.01, effort=np.ones(ROBOTS))
        measurements.follow(tick)
        wide.follow(tick)
    usual, metres = measurements.row(tick), wide.row(tick)
    powers = {"w2": 1, "energy": 1, "min_gap_m": 1, "path_length_m": 1, "speed_m_s": 1}
    powers |= {"locational": 2, "ergodic": -2}
    for name, value in usual.items():
        assert metres[name] == pytest.approx(value * 4.0 ** powers.get(name, 0)), name
        assert type(metres[name]) is type(value), name
