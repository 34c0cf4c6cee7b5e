"""Options of planners as text: which there are, how they are read, and what is refused."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bildsim.api.options import configured
from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.moments.planner import MomentCells
from bildsim.controllers.planner import Problem
from bildsim.controllers.planner_options import (
    among,
    options_of,
    text_of,
    with_options,
    words_of,
)
from bildsim.controllers.registry import (
    MACRO_PLANNERS,
    PLANNER_NAMES,
    make_planner,
    options_by_name,
    planner_maker,
)
from bildsim.density.legendre_family import LegendreFamily
from bildsim.programs.config.toml_file import merged_toml, to_toml
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.sweep.config import BenchConfig
from bildsim.simulation.config import RunConfig
from bildsim.targets.target import named_target

PROBLEM = Problem(named_target("banana"), LegendreFamily(4), 1e-4, 0.02)
HERE = "tests.controllers.test_planner_options"


class Parts:
    """What every planner has."""

    def init(self, observation, rng): ...
    def plan(self, state, observation): ...
    def report(self, state): ...


@dataclass(frozen=True)
class Guest(Parts):
    """A planner of somebody else, with options of every kind."""

    knows: ClassVar[str] = "much"
    problem: Problem
    speed: float
    gain: float = 0.5
    count: int = 3
    loud: bool = False
    mode: Literal["fast", "slow"] = "fast"
    reach: float | None = None
    limit: Optional[int] = None  # noqa: UP045
    word: str = "a"
    names: tuple[str, ...] = ("a",)
    made: list = field(default_factory=list)
    hidden: float = field(default=1.0, init=False)


@dataclass(frozen=True)
class Ready(Parts):
    """A planner that can be made of the problem alone."""

    problem: Problem
    gain: float = 0.5


class Plain(Parts):
    """A planner that is no dataclass."""

    def __init__(self, problem, gain=1.0):
        self.gain = gain


def read(text):
    return with_options("guest", Guest, text).keywords


def made(options, name=f"{HERE}:Ready", own=None):
    return planner_maker(name, MacroSettings(), 1, options=options, own=own)(PROBLEM)


def test_options_are_the_fields_that_text_can_set():
    found = options_of(Guest)
    assert list(found) == ["gain", "count", "loud", "mode", "reach", "limit", "word"]
    assert (found["gain"].default, found["gain"].hint) == (0.5, float)


@pytest.mark.parametrize("maker", [Plain, Parts, len, Guest.init, lambda problem: None, None, 3])
def test_what_is_no_dataclass_has_no_options(maker):
    assert options_of(maker) == {}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("gain=0.25", {"gain": 0.25}),
        ("gain=1e-3", {"gain": 1e-3}),
        ("gain=2", {"gain": 2.0}),
        ("count=-7", {"count": -7}),
        ("loud=yes,mode=slow", {"loud": True, "mode": "slow"}),
        ("loud=TRUE", {"loud": True}),
        ("loud=no", {"loud": False}),
        ("loud=False", {"loud": False}),
        ("reach=none", {"reach": None}),
        ("reach=None,limit=none", {"reach": None, "limit": None}),
        ("reach=3", {"reach": 3.0}),
        ("limit=3", {"limit": 3}),
        ("word=3", {"word": "3"}),
        ("word=yes", {"word": "yes"}),
        ("word=nan", {"word": "nan"}),
        ("word=a=b", {"word": "a=b"}),
        (" gain = 0.25 ,, count=4, ", {"gain": 0.25, "count": 4}),
        ("gain=1,gain=0.5", {"gain": 0.5}),
    ],
)
def test_text_is_read_by_the_type_of_the_field(text, values):
    found = read(text)
    assert found == values
    assert [type(value) for value in found.values()] == [type(value) for value in values.values()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gain=fast", "planner option gain=fast is not possible: it must be a number"),
        ("gain=yes", "planner option gain=yes is not possible: it must be a number"),
        ("gain=nan", "planner option gain=nan is not possible: it must be a number"),
        ("reach=inf", "planner option reach=inf is not possible: it must be a number or none"),
        ("gain=none", "planner option gain=none is not possible: it must be a number"),
        ("count=2.5", "planner option count=2.5 is not possible: it must be a whole number"),
        ("count=2.0", "planner option count=2.0 is not possible: it must be a whole number"),
        ("count=true", "planner option count=true is not possible: it must be a whole number"),
        ("loud=1", "planner option loud=1 is not possible: it must be yes or no"),
        ("mode=Fast", "planner option mode=Fast is not possible: it must be fast or slow"),
        ("reach=far", "planner option reach=far is not possible: it must be a number or none"),
        ("limit=0.5", "limit=0.5 is not possible: it must be a whole number or none"),
        ("gian=1", "planner option of guest 'gian' is unknown: did you mean gain"),
        ("speed=1", "planner option of guest 'speed' is unknown"),
        ("problem=1", "planner option of guest 'problem' is unknown"),
        ("names=b", "planner option of guest 'names' is unknown"),
        ("gain", "planner_option='gain' is not allowed: it must be NAME=VALUE"),
        ("gain=", "planner_option='gain=' is not allowed"),
        ("=3", "planner_option='=3' is not allowed"),
        ("gain=1;count=2", "planner option gain=1;count=2 is not possible"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, said):
    with pytest.raises(UsageError) as caught:
        read(text)
    assert said in str(caught.value)


def test_names_may_be_written_with_hyphens():
    assert words_of("sensing-range=1,number_bits=16") == {"sensing_range": "1", "number_bits": "16"}


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True),
        st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.none()),
    )
)
def test_values_as_text_are_read_back(values):
    assert words_of(text_of(values)) == {name: str(value) for name, value in values.items()}


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(UsageError):
        assert callable(with_options("guest", Guest, text))


def test_among_keeps_what_is_known():
    assert among(["gain", "leak"], "gain=1, order=3,leak=2") == "gain=1,leak=2"
    assert among([], "gain=1") == ""


def test_without_options_the_maker_is_left_alone():
    assert with_options("plain", Plain, "") is Plain
    assert with_options("plain", Plain, " , ") is Plain
    with pytest.raises(UsageError, match=r"planner_option='gain=1' means nothing for planner='pla"):
        with_options("plain", Plain, "gain=1")


def test_planners_of_others_take_options_by_name_and_as_classes():
    assert made("gain=0.25").gain == 0.25
    assert made("gain=0.25", "mine", Ready).gain == 0.25
    with pytest.raises(UsageError, match="has no options"):
        made("gain=0.25", f"{HERE}:Plain")
    with pytest.raises(UsageError, match="has no options"):
        made("gain=0.25", "mine", lambda problem: Ready(problem))


@pytest.mark.parametrize("name", MACRO_PLANNERS)
def test_bild_macro_has_settings_of_its_own(name):
    assert options_by_name(name) == {}
    with pytest.raises(
        UsageError, match=r"means nothing for .*: its settings are options of their"
    ):
        made("gamma_x=1", name)


@pytest.mark.parametrize("name", [n for n in PLANNER_NAMES if n not in MACRO_PLANNERS])
def test_our_planners_take_each_option_at_its_default(name):
    known = options_by_name(name)
    text = text_of({option.name: option.default for option in known.values()})
    planner = planner_maker(name, MacroSettings(), 1, options=text)(PROBLEM)
    plain = make_planner(name, PROBLEM, MacroSettings(), rounds=1)
    for option in known:
        assert getattr(planner, option) == getattr(plain, option)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cvt_limited", "sensing_range=-1"),
        ("laguerre", "sweeps=-1"),
        ("ot_lloyd", "period=0"),
        ("ergodic", "order=0"),
        ("smc", "order=10000"),
        ("kde_flow", "widening=0"),
        ("heat", "widening=0"),
        ("kde_consensus", "nodes=100000"),
        ("markov", "bins=0"),
        ("markov", "bins=3"),
    ],
)
def test_options_of_baselines_that_make_no_sense_are_refused(name, text):
    with pytest.raises(
        UsageError, match=rf"^planner option {text}(\.0)? is not allowed: it must be"
    ):
        made(text, name)


def test_a_run_has_them_in_its_configuration_and_file(tmp_path):
    config = parse_run(["--planner", "moment-cells", "--planner-option", "gain=0.3,leak=0.01"])
    assert config.planner_option == "gain=0.3,leak=0.01"
    (tmp_path / "config.toml").write_text(to_toml(config), encoding="utf-8")
    assert merged_toml(RunConfig(), tmp_path / "config.toml", "config") == config


def test_the_help_names_the_option_and_the_page(capsys):
    with pytest.raises(SystemExit):
        parse_run(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "--planner-option NAME=VALUE" in said
    assert "docs/planners.md" in said


def test_python_takes_a_mapping_or_text():
    for given_ in ({"gain": 0.3, "sensing_range": None}, "gain=0.3,sensing_range=None"):
        config, _ = configured(None, {"planner": "moment-cells", "planner_option": given_})
        assert config.planner_option == "gain=0.3,sensing_range=None"
        planner = made(config.planner_option, "moment-cells")
        assert isinstance(planner, MomentCells)
        assert (planner.gain, planner.sensing_range) == (0.3, None)
    assert configured(None, {"planner_option": {}})[0].planner_option == ""


def test_planners_of_a_comparison_get_their_own_options_only():
    bench = BenchConfig(
        planners="moment-cells,moment-descent,cvt_limited,static,bild-macro",
        planner_option="gain=0.3,sensing-range=0.6",
    )
    found = {
        name: bench.trial(name, "ring", "uniform", 0).planner_option for name in bench.planner_names
    }
    assert found == {
        "moment-cells": "gain=0.3,sensing_range=0.6",
        "moment-descent": "gain=0.3",
        "cvt_limited": "sensing_range=0.6",
        "static": "",
        "bild-macro": "",
    }


def test_an_option_that_no_planner_of_a_comparison_has_is_refused():
    with pytest.raises(UsageError, match="'leek' is unknown: did you mean leak"):
        BenchConfig(planners="moment-cells,static", planner_option="leek=0.1")
    with pytest.raises(UsageError, match="'leak' is unknown"):
        BenchConfig(planners="static,cvt", planner_option="leak=0.1")
    with pytest.raises(UsageError, match="must be NAME=VALUE"):
        BenchConfig(planners="static,cvt", planner_option="leak")
