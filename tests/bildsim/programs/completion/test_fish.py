"""The script for fish has a line for every option, and fish completes with it."""

import pytest

from bildsim.programs.completion.fish import script
from tests.bildsim.programs.completion.shells import PROGRAMS, VOCABULARY, answer

SCRIPT = script(PROGRAMS, VOCABULARY)
AFTER_RUN = "complete -c bildsim -n '__fish_seen_subcommand_from run'"


def test_every_option_has_a_line():
    lines = SCRIPT.splitlines()
    for rest in (
        r"-l planner -x -a 'cvt cvt_sq heat' -d 'a planner\'s name: [one]'",
        "-l network -x -a 'er:0.5 ring' -d 'links'",
        "-l start -r -F -a 'corner centre' -d 'where'",
        "-l video -r -F -d 'a film'",
        "-l out -x -a '(__fish_complete_directories)' -d 'results'",
        "-l robots -x -d 'how many'",
        "-l no-contacts -d 'not'",
    ):
        assert f"{AFTER_RUN} {rest}" in lines
    assert f"{AFTER_RUN.replace('run', 'live')} -F" in lines
    after_warm_up = AFTER_RUN.replace("run'", "warm-up'")
    assert f"{after_warm_up} -a now -d 'at once'" in lines


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bildsim w", ["warm-up"]),
        ("bildsim run --planner h", ["heat"]),
        ("bildsim run --planners heat,c", ["heat,cvt", "heat,cvt_sq"]),
        ("bildsim run --network e", ["er:0.5"]),
    ],
)
def test_fish_completes(line, offered):
    said = answer("fish", ("--no-config",), f"{SCRIPT}complete -C '{line}'\n")
    assert [row.partition("\t")[0] for row in said.splitlines()] == offered
