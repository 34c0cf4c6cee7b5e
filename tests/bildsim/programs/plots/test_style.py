"""One colour and line a planner, in all plots."""

from hypothesis import given
from hypothesis import strategies as st

from bildsim.programs.plots.style import drawn, looks, markers


@given(st.integers(1, 20))
def test_no_two_planners_look_alike(count):
    found = looks([f"p{k}" for k in range(count)])
    assert len({(look.colour, str(look.dashes)) for look in found.values()}) == count


def test_planners_of_ones_own_are_called_by_their_class_where_that_is_enough():
    names = ("a.b:Climb", "c:Walk", "d:Walk", "cvt")
    assert [look.label for look in looks(names).values()] == ["Climb", "c:Walk", "d:Walk", "cvt"]


def test_starts_have_marks_of_their_own():
    starts = ("uniform", "corner", "centre", "wrong", "a.csv", "b/a.csv", "c.npy")
    assert len(set(markers(starts).values())) == len(starts)
    many = [f"{number}.csv" for number in range(40)]
    assert set(markers(many)) == set(many)


def test_names_are_drawn_short_and_are_no_formulas():
    assert drawn("gmm3") == "gmm3"
    assert drawn("a/$x^2$.png") == r"a/\$x^2\$.png"
    long = drawn("/home/somebody/experiments/places_of_the_lab.npy")
    assert long == "…ments/places_of_the_lab.npy"
    assert len(drawn("n" * 300)) == 28
    assert drawn("caf\udce9.png") == "caf\\xe9.png"
