"""The command line: what it takes from where, its help, and its one-sentence complaints."""

import io
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bildsim.basics.errors import UsageError
from bildsim.controllers.bild_macro.settings import PAPER, MacroSettings
from bildsim.programs.config.command_line import as_option
from bildsim.programs.config.toml_file import to_toml
from bildsim.programs.run.command_line import parse_run
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings


def options(config):
    """Yield the name of every option that the configuration's fields make."""
    for item in fields(config):
        value = getattr(config, item.name)
        if is_dataclass(value):
            yield from options(value)
        else:
            yield "--" + item.name.replace("_", "-")


OPTIONS = (*options(RunConfig()), "--config", "--preset")


def test_nothing_given_is_the_default():
    assert parse_run([]) == RunConfig()


def test_options_set_fields_at_any_depth():
    line = (
        "--target ring --rounds 3 --duration 12.5 --seed 7 --robots 20 --no-contacts --order 4 "
        "--gamma-x 0.5 --out results --video film.mp4 --view camera --quiet"
    )
    config = parse_run(line.split())
    assert (config.target, config.rounds, config.duration, config.seed) == ("ring", 3, 12.5, 7)
    assert config.swarm == SwarmSettings(robots=20, contacts=False)
    assert config.model.order == 4
    assert config.macro == MacroSettings(gamma_x=0.5)
    places = Path("results"), Path("film.mp4")
    assert config.output == OutputSettings(*places, view="camera", quiet=True)


def test_options_win_over_the_preset_and_the_file(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(to_toml(RunConfig(seed=5, rounds=2, macro=MacroSettings(gamma_x=0.3))))
    assert parse_run(["--config", str(path)]).macro.gamma_x == 0.3
    config = parse_run([f"--config={path}", "--seed", "6", "--preset", "paper", "--delta", "0.5"])
    assert (config.seed, config.rounds) == (6, 2)
    assert config.macro.gamma_x == PAPER.gamma_x
    assert config.macro.delta == 0.5


def test_a_target_replaces_the_files_target_file(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("target_file = 'p.png'\ntarget = 'gmm4'")
    assert parse_run(["--config", str(path)]).target_file == Path("p.png")
    named = parse_run(["--config", str(path), "--target", "ring"])
    assert (named.target, named.target_file) == ("ring", None)
    other = parse_run(["--config", str(path), "--target-file", "q.png"])
    assert other.target_file == Path("q.png")


def test_help_shows_every_option_and_leaves_with_success(program, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bildsim.run", "--help"])
    with pytest.raises(SystemExit) as stop:
        program("--help")
    assert stop.value.code in (0, None)
    said = capsys.readouterr()
    assert said.err == ""
    shown = set(re.findall(r"--[a-z-]+", said.out))
    assert set(OPTIONS) <= shown
    assert "None}" not in said.out
    assert not re.search(r"tyro|Annotated|dataclass", said.out)
    for unit in ("(m)", "(s)", "(m/s)", "(1/s)", "(Hz)"):
        assert unit in said.out
    assert not list(tmp_path.iterdir())


words = st.one_of(
    st.sampled_from(OPTIONS),
    st.sampled_from(["ring", "1", "-1", "1e3", "nan", "", "-", "--", "None", "paper", "0.5"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)


def refusal(arguments):
    """Return the sentence by which the arguments are refused, or None if they are taken."""
    try:
        parse_run([word for word in arguments if word not in ("-h", "--help")])
    except UsageError as error:
        return error.said(as_option)
    return None


@settings(max_examples=100, deadline=None)
@given(st.lists(words, max_size=5))
def test_any_words_are_understood_or_refused_in_one_sentence(arguments):
    sentence = refusal(arguments)
    assert sentence is None or sentence.strip()
    assert "helptext" not in (sentence or "")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--robotss", "4"], "unknown options: --robotss, 4: did you mean --robots?"),
        (["--robots", "x"], "--robots x is not a whole number"),
        (["--delta", "x"], "--delta x is not a number"),
        (["--delta"], "--delta needs a value"),
        (["--view", "side"], "--view side is unknown: valid are top, camera"),
        (["--delta", "2"], "--delta 2 is not allowed: it must be above 0, at most 1"),
    ],
)
def test_complaints_read_the_same_on_any_terminal(monkeypatch, encoding, arguments, sentence):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    with pytest.raises(UsageError) as refused:
        parse_run(arguments)
    assert refused.value.said(as_option) == sentence


def test_whoever_stops_reading_the_help_hears_no_complaint(environment):
    """``python -m bildsim.run --help | head`` ends quietly."""
    command = f"{sys.executable} -m bildsim.run --help | head -n 2"
    ended = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True)
    assert ended.stdout.startswith("usage: python -m bildsim.run")
    assert ended.stderr == ""


def test_a_value_may_look_like_an_option():
    assert parse_run(["--planner", "-x"]).planner == "-x"
    assert parse_run(["--planner=--robot"]).planner == "--robot"
    assert parse_run(["--planner", "--"]).planner == "--"
    assert parse_run(["--planner", "a=b"]).planner == "a=b"
    with pytest.raises(UsageError) as refused:
        parse_run(["--planner", "--robots", "4"])
    assert refused.value.said(as_option) == "--planner needs a value"
    with pytest.raises(UsageError, match="-1000 is not allowed"):
        parse_run(["--gamma-y", "-1e3"])


def test_either_spelling_and_the_last_of_two():
    assert parse_run(["--metrics_period", "0.5", "--seed", "1", "--seed=2"]).seed == 2
    assert parse_run(["--metrics_period=0.5"]).output.metrics_period == 0.5
    assert parse_run(["--target", "a_b"]).target == "a_b"
    assert parse_run(["--no-contacts", "--contacts"]).swarm.contacts
    assert not parse_run(["--no_contacts"]).swarm.contacts


def test_what_may_be_left_out_can_be_taken_back(tmp_path):
    (tmp_path / "c.toml").write_text("[swarm]\nradius = 0.01")
    line = ["--config", str(tmp_path / "c.toml")]
    assert parse_run(line).swarm.radius == 0.01
    assert parse_run([*line, "--radius", "None"]).swarm.radius is None


def test_a_complaint_about_what_nobody_typed_says_where_it_comes_from(tmp_path):
    sentence = refusal(["--preset", "paper", "--consensus", "admm"])
    assert sentence == (
        "--curvature tracked (of --preset paper) is not possible with --consensus admm: allowed is "
        "--curvature own, or --consensus metropolis"
    )
    path = tmp_path / "c.toml"
    path.write_text(to_toml(RunConfig(macro=MacroSettings(curvature="tracked"))))
    sentence = refusal(["--config", str(path), "--consensus", "admm"])
    assert sentence.startswith("--curvature tracked (of --config) is not possible with --consensus")
    sentence = refusal(["--curvature", "tracked", "--consensus", "admm"])
    assert sentence.startswith("--curvature tracked is not possible with --consensus admm")
    sentence = refusal(["--preset", "paper", "--curvature", "tracked", "--consensus", "admm"])
    assert sentence.startswith("--curvature tracked is not possible with --consensus admm")
