"""Options of BILD-MACRO that have no effect are refused, by every program that has them."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.programs.attribute.config import parse_attribution
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.macro_options import require_use
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.sweep.config import parse_bench

ALL = "bild-macro, bild-macro-exact, bild-macro-reference"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "--step-rule fixed --long-step 0.3",
            "--long-step 0.3 means nothing with --step-rule fixed: it is for --step-rule implicit",
        ),
        (
            "--preset paper --long-step 0.3",
            "--long-step 0.3 means nothing with --step-rule fixed (of --preset paper): it is for "
            "--step-rule implicit",
        ),
        (
            "--metric-ridge 0.1",
            "--metric-ridge 0.1 means nothing with --metric hessian: it is for --metric "
            "wasserstein",
        ),
        (
            "--metric wasserstein --curvature tracked",
            "--curvature tracked means nothing with --metric wasserstein: it is for --metric "
            "hessian",
        ),
        (
            "--solver-iterations 3",
            "--solver-iterations 3 means nothing with --solver exact: it is for --solver cg",
        ),
        (
            "--planner cvt --gamma-x 0.1",
            f"--gamma-x 0.1 means nothing with --planner cvt: it is for {ALL}",
        ),
        (
            "--planner my:Planner --preset paper",
            f"--preset paper means nothing with --planner my:Planner: it is for {ALL}",
        ),
        (
            "--planner bild-macro-exact --consensus admm",
            "--consensus admm means nothing with --planner bild-macro-exact: it is for bild-macro, "
            "bild-macro-reference",
        ),
    ],
)
def test_what_has_no_effect_is_refused(line, sentence):
    with pytest.raises(UsageError) as refused:
        parse_run(line.split())
    assert refused.value.said(as_option) == sentence


@pytest.mark.parametrize(
    "line",
    [
        "--long-step 0.3",
        "--step-rule fixed --gamma-x 0.1",
        "--metric wasserstein --metric-ridge 0.1",
        "--solver neumann --solver-iterations 3",
        "--planner cvt --regularisation 0.001",
        "--planner bild-macro-exact --preset fixed --delta 0.1",
    ],
)
def test_what_has_one_is_taken(line):
    assert parse_run(line.split()).macro != MacroSettings()


def test_what_a_file_says_beside_is_no_matter(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("planner = 'cvt'\n[macro]\nlong_step = 0.3\nstep_rule = 'fixed'\n")
    assert parse_run(["--config", str(path)]).macro.long_step == 0.3


@pytest.mark.parametrize("parse", [parse_bench, parse_attribution])
def test_of_several_planners_one_is_enough(parse):
    assert parse(["--planners", "cvt,bild-macro", "--gamma-x", "0.1"]).macro.gamma_x == 0.1
    with pytest.raises(UsageError) as refused:
        parse(["--planners", "cvt,heat", "--gamma-x", "0.1"])
    sentence = f"--gamma-x 0.1 means nothing with --planners cvt,heat: it is for {ALL}"
    assert refused.value.said(as_option) == sentence


def test_settings_are_named_for_who_calls_it_from_python():
    with pytest.raises(UsageError, match=r"long_step=0\.3 .* step_rule='fixed'"):
        require_use({"long_step": 0.3}, MacroSettings(step_rule="fixed"), ["bild-macro"], "planner")
