"""The command line of an attribution."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.attribute.config import AttributeConfig, parse_attribution
from bildsim.programs.config.command_line import as_option


def test_defaults_ask_for_bild_macro_on_one_target():
    config = parse_attribution([])
    assert config == AttributeConfig()
    assert (config.planner_names, config.target_names) == (("bild-macro",), ("gmm3",))
    assert config.varied is None


def test_options_and_presets():
    config = parse_attribution(
        ["--planners", "bild-macro,cvt", "--preset", "paper", "--robots", "9"]
    )
    assert config.planner_names == ("bild-macro", "cvt")
    assert config.macro.gamma_y == 0.9
    assert config.swarm.robots == 9


@pytest.mark.parametrize("line", ["--sweep loss", "--checkpoint 3", "--planner cvt"])
def test_what_an_attribution_cannot_do_is_no_option_of_it(line):
    with pytest.raises(UsageError) as refused:
        parse_attribution(line.split())
    assert refused.value.said(as_option).startswith("unknown options: ")
