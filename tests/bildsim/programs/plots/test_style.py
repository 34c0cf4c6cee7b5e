"""One colour and line a planner, in all plots."""

from hypothesis import given
from hypothesis import strategies as st

from bildsim.programs.plots.style import looks, marker


@given(st.integers(1, 20))
def test_no_two_planners_look_alike(count):
    found = looks([f"p{k}" for k in range(count)])
    assert len({(look.colour, str(look.dashes)) for look in found.values()}) == count


def test_planners_of_ones_own_are_called_by_their_class_where_that_is_enough():
    names = ("a.b:Climb", "c:Walk", "d:Walk", "cvt")
    assert [look.label for look in looks(names).values()] == ["Climb", "c:Walk", "d:Walk", "cvt"]


def test_starts_have_marks_of_their_own():
    marks = [marker(start) for start in ("uniform", "corner", "centre", "wrong")]
    assert len(set(marks)) == 4
    assert marker("elsewhere") == marker("uniform")
