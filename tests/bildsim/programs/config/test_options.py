"""Dataclasses as options: names, docs, groups, defaults and new values."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import pytest

from bildsim.programs.attribute.config import AttributeConfig
from bildsim.programs.config.options import (
    attributes,
    is_optional,
    options,
    plain,
    with_values,
)
from bildsim.programs.reproduce.config import Options
from bildsim.programs.sweep.config import BenchConfig
from bildsim.simulation.config import RunConfig


@dataclass(frozen=True)
class Inner:
    """What is inside.

    Attributes:
        width: how wide (m),
            over two lines.
        open: whether it is open.
    """

    width: Annotated[float | None, "METRES"] = None
    open: bool = True


@dataclass(frozen=True)
class Base:
    """What is shared.

    Attributes:
        count: how many.
    """

    count: int = 3


@dataclass(frozen=True)
class Outer(Base):
    """The whole.

    Attributes:
        kind: of two kinds.
        place: where.
        inner: the inner part.

    More text that is no attribute.
    """

    kind: Literal["a", "b"] = "a"
    place: Path | None = None
    inner: Inner = field(default_factory=Inner)


def by_name(settings):
    return {option.name: option for option in options(settings)}


def test_fields_at_any_depth_become_options():
    found = by_name(Outer(place=Path("x")))
    assert list(found) == ["kind", "place", "count", "width", "open"]
    assert found["width"].path == ("inner", "width")
    assert found["width"].metavar == "METRES"
    assert found["width"].text == "how wide (m), over two lines."
    assert found["width"].group == "the inner part"
    assert found["kind"].choices == ("a", "b")
    assert found["kind"].metavar == "{a,b}"
    assert found["place"].default == Path("x")
    assert found["count"].text == "how many."
    assert found["open"].is_flag
    assert not found["count"].group


def test_docs_are_those_of_the_class_and_its_bases():
    assert attributes(Outer) == {
        "count": "how many.",
        "kind": "of two kinds.",
        "place": "where.",
        "inner": "the inner part.",
    }
    assert attributes(int) == {}


def test_types_without_none():
    assert plain(float | None) is float
    assert plain(int) is int
    assert is_optional(Path | None)
    assert not is_optional(Path)


def test_new_values_are_checked_together():
    @dataclass(frozen=True)
    class Pair:
        low: int = 0
        high: int = 1

        def __post_init__(self):
            assert self.low < self.high

    @dataclass(frozen=True)
    class Holder:
        pair: Pair = field(default_factory=Pair)
        name: str = ""

    changed = with_values(Holder(), {("pair", "low"): 5, ("pair", "high"): 6, ("name",): "x"})
    assert changed == Holder(Pair(5, 6), "x")
    same = Holder()
    assert with_values(same, {}) is same


@pytest.mark.parametrize("config", [RunConfig(), BenchConfig(), AttributeConfig(), Options()])
def test_options_of_the_programs_are_named_once_and_documented(config):
    found = options(config)
    assert len({option.name for option in found}) == len(found)
    assert all(option.text for option in found)
