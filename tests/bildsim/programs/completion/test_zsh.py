"""The script for zsh has a specification for every option, and zsh reads it."""

import subprocess

from bildsim.programs.completion.main import main
from bildsim.programs.completion.zsh import script
from tests.bildsim.programs.completion.shells import PROGRAMS, VOCABULARY, found

SCRIPT = script(PROGRAMS, VOCABULARY)


def test_every_option_is_specified():
    for specification in (
        r"'--planner=[a planner'\''s name\: \[one\]]:planner:(cvt cvt_sq heat)'",
        "'--planners=[some]:planners:_values -s , planners cvt cvt_sq heat'",
        r"'--network=[links]:network:(er\:0.5 ring)'",
        "'--start=[where]:start: _bildsim_words_or_file corner centre'",
        "'--starts=[some]:starts: _bildsim_list_or_files corner centre'",
        "'--video=[a film]:video:_files'",
        "'--out=[results]:out:_files -/'",
        "'--robots=[how many]:robots: '",
        "'--no-contacts[not]'",
        "':word:(now)'",
        ":file:_files",
        r"'run:do it'\''s [best]: now'",
    ):
        assert specification in SCRIPT


def test_it_is_for_the_command_and_can_be_sourced():
    assert SCRIPT.startswith("#compdef bildsim\n")
    assert "compdef _bildsim bildsim" in SCRIPT


def test_zsh_reads_it(tmp_path, capsys):
    zsh = found("zsh")
    main(["zsh"])
    for text in (SCRIPT, capsys.readouterr().out):
        (tmp_path / "_bildsim").write_text(text)
        command = [zsh, "-n", str(tmp_path / "_bildsim")]
        ended = subprocess.run(command, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == (0, "")
