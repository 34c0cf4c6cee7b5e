"""The vocabulary has every option of every program, and no word that a program refuses."""

import importlib
import re
from contextlib import suppress

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.attribute.config import parse_attribution
from bildsim.programs.completion.vocabulary import VOCABULARY
from bildsim.programs.config.doors import DOORS
from bildsim.programs.reproduce.config import chosen_target, parse_reproduction
from bildsim.programs.run.command_line import parse_run
from bildsim.programs.sweep.config import parse_bench
from bildsim.simulation.loop import Simulation

PARSERS = {
    "run": parse_run,
    "bench": parse_bench,
    "attribute": parse_attribution,
    "reproduce": parse_reproduction,
}
ALONE = {
    "--curvature": ["--consensus", "metropolis"],
    "--solver": ["--metric", "hessian"],
    "--view": ["--video", "film.mp4"],
}
"""What a word needs beside it."""


def test_it_knows_every_program():
    assert set(VOCABULARY) == set(DOORS)


@pytest.mark.parametrize("program", DOORS)
def test_it_has_the_options_that_help_shows(program, capsys):
    with suppress(SystemExit):
        importlib.import_module(DOORS[program].module).main(["--help"])
    option = r"^ +(?:-h, )?(--[a-z-]+)(?:, (--no-[a-z-]+))?"
    shown = set(re.findall(option, capsys.readouterr().out, re.MULTILINE))
    shown = {option for pair in shown for option in pair if option} - {"--help"}
    known = {entry.option for entry in VOCABULARY[program] if entry.option.startswith("--")}
    assert shown == known - {"--help"}


def refusal(parse, *words):
    try:
        parse(words)
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("program", "option"),
    [("run", "--start"), ("run", "--robot"), ("bench", "--starts"), ("bench", "--targets")],
)
def test_files_are_offered_beside_names(program, option):
    (entry,) = (entry for entry in VOCABULARY[program] if entry.option == option)
    assert entry.kind.endswith(("-or-file", "-or-files"))


@pytest.mark.parametrize("program", PARSERS)
def test_every_word_is_taken(program):
    for entry in VOCABULARY[program]:
        for word in entry.words:
            said = refusal(PARSERS[program], entry.option, word, *ALONE.get(entry.option, []))
            # How files are read is refused where there are none.
            assert said == "" or said.endswith("it is for files")


@pytest.mark.parametrize(
    "option", ["--target", "--start", "--dynamics", "--safety", "--network", "--planner"]
)
def test_a_run_can_be_made_of_every_name(option):
    (entry,) = (entry for entry in VOCABULARY["run"] if entry.option == option)
    for word in entry.words:
        kind = {"--dynamics": [], "--safety": ["--dynamics", "kinematic"]}
        beside = kind.get(option, ["--dynamics", "ideal"])
        Simulation(parse_run([option, word, *beside])).close()


def test_the_papers_figures_can_be_made_of_every_target():
    (entry,) = (entry for entry in VOCABULARY["reproduce"] if entry.option == "--target")
    for word in entry.words:
        assert chosen_target(word, 0).mass > 0.0
    with pytest.raises(UsageError):
        chosen_target("nothing", 0)


def test_texts_are_short():
    for entries in VOCABULARY.values():
        for entry in entries:
            assert 0 < len(entry.text) <= 80
            assert "\n" not in entry.text
