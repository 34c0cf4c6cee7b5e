"""The table of robots: what its functions measure, on robots whose figures are known."""

import numpy as np

from benchmarks.robots import Options, crossing, free_errors, overlaps, row
from bildsim.envs.dynamics import make_model

OPTIONS = Options(longest=6.0)


def test_a_kinematic_robot_does_what_its_wheels_say():
    for error in free_errors(OPTIONS, "zooid", "kinematic"):
        assert error < 1e-9


def test_a_crossing_takes_the_way_over_the_top_speed_and_a_little_more():
    robot = make_model("kinematic", robot="khepera4")
    crossed = crossing(OPTIONS, "khepera4", "kinematic")
    least = (2.0 - 3.0 * robot.radius) / robot.max_speed
    assert least < crossed.time_s < least + 1.0
    assert crossed.beyond < 0.05 * robot.radius


def test_who_is_too_slow_has_not_arrived():
    assert crossing(OPTIONS, "e-puck2", "kinematic").time_s == np.inf
    assert "| > 6 |" in row(OPTIONS, "e-puck2", "kinematic")


def test_hits_are_the_same_each_time_and_within_the_bound_of_the_physics():
    robot = make_model("bullet", robot="khepera4")
    first = overlaps(robot, "bullet")
    assert first == overlaps(robot, "bullet")
    assert max(first) < 0.1 * robot.radius


def test_a_robot_that_does_not_fit_is_said(tmp_path):
    path = tmp_path / "giant.toml"
    path.write_text('base = "create3"\n[robot]\nradius = 0.6\n', encoding="utf-8")
    assert "0.6" in row(OPTIONS, str(path), "kinematic")
