"""Dataclasses by their attributes: the same instance, and nothing but an instance."""

from dataclasses import dataclass, field
from functools import cached_property

import pytest

from bildsim.network.traffic import Traffic
from bildsim.programs.checkpoint.records import record, reduced


@dataclass(frozen=True)
class Place:
    x: float
    names: list = field(default_factory=list)

    @cached_property
    def twice(self):
        return 2 * self.x


@dataclass
class OwnWay:
    x: int

    def __getstate__(self):
        return {"x": 7}


@dataclass(slots=True)
class Slotted:
    x: int


def test_an_instance_comes_back_with_all_that_it_holds():
    place = Place(1.5, ["a"])
    assert place.twice == 3.0
    made, arguments = reduced(place)
    again = made(*arguments)
    assert again == place
    assert vars(again) == vars(place)
    assert vars(again) is not vars(place)


@pytest.mark.parametrize("value", [3, "a", [], object(), Place, OwnWay(1), Slotted(1)])
def test_everything_else_is_left_to_others(value):
    assert reduced(value) is None


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [(int, {}), (Place(1.0), {"x": 2.0}), (Place, [("x", 1.0)]), (Place, {1: 2}), (None, {})],
)
def test_what_is_no_record_is_refused(kind, attributes):
    with pytest.raises(TypeError, match="a record is of a dataclass"):
        record(kind, attributes)


def test_the_class_is_not_touched():
    record(Traffic, {"add": 3, "rounds": 9})
    assert callable(Traffic.add)
    assert Traffic.none(2).rounds == 0
