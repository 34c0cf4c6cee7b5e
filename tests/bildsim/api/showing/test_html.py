"""How a run looks in a notebook."""

import xml.etree.ElementTree as ElementTree

import numpy as np

from bildsim.api.showing.html import picture, result_html, sparkline


def parsed(html):
    """Return HTML as a tree; it is written as XML would have it."""
    return ElementTree.fromstring(html.replace("&nbsp;", " "))


def test_it_has_a_picture_and_the_final_values(small):
    tree = parsed(result_html(small))
    cells = [cell.text for cell in tree.iter("td") if cell.text]
    assert cells[cells.index("W2 to the target") + 1] == f"{small.w2[-1]:.4g}"
    assert "KL of the estimates" in cells
    sent = cells.index("sent")
    assert cells[sent + 1 : sent + 3] == [f"{1e-6 * small.bytes_sent[-1]:.4g}", "MB a robot"]
    assert next(tree.iter("b")).text == "ring, bild-macro, 8 robots, after 1.2 s"


def test_what_a_planner_does_not_know_is_left_out(moving):
    assert "KL of the estimates" not in result_html(moving)


def test_every_robot_is_in_the_picture_and_the_dead_are_grey(small):
    marks = list(parsed(picture(small)).iter("circle"))
    assert [mark.get("fill") for mark in marks].count("#9a9a9a") == 1
    x, y = small.trajectory.position[-1, 0]
    assert (float(marks[0].get("cx")), float(marks[0].get("cy"))) == (round(x, 3), -round(y, 3))


def test_a_falling_curve_falls():
    points = parsed(sparkline(np.array([1.0, 0.1, np.nan, 0.001]), log=True))[0].get("points")
    x, y = np.array([point.split(",") for point in points.split()], dtype=float).T
    assert (np.diff(x) > 0.0).all()
    assert (np.diff(y) > 0.0).all(), "rows of a picture grow downwards"
    assert len(x) == 3


def test_a_single_value_is_no_curve():
    assert sparkline(np.array([1.0]), log=False) == ""
    assert sparkline(np.array([0.0, 0.0]), log=True) == ""
    assert "polyline" in sparkline(np.array([2.0, 2.0]), log=False)
