"""Bash completes programs, options and values with the script."""

import shlex

import pytest

from bildsim.programs.completion.bash import script
from bildsim.programs.completion.main import main
from tests.bildsim.programs.completion.shells import PROGRAMS, VOCABULARY, answer


def completed(text, *words, cwd=None):
    """Return what bash offers for the last of the words, after sourcing the text."""
    listed = " ".join(map(shlex.quote, words))
    asked = f"COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _bildsim\n"
    said = 'if ((${#COMPREPLY[@]})); then printf "%s\\n" "${COMPREPLY[@]}"; fi\n'
    return answer("bash", ("--norc",), f"{text}\n{asked}{said}", cwd).splitlines()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("",), ["run", "live", "warm-up", "--help", "--version"]),
        (("w",), ["warm-up"]),
        (("run", "--p"), ["--planner", "--planners"]),
        (("run", "--planner", ""), ["cvt", "cvt_sq", "heat"]),
        (("run", "--planner", "h"), ["heat"]),
        (("run", "--planner", "="), ["cvt", "cvt_sq", "heat"]),
        (("run", "--planner", "=", "h"), ["heat"]),
        (("run", "--planners", "heat,c"), ["heat,cvt", "heat,cvt_sq"]),
        (("run", "--planners", "h"), ["heat"]),
        (("run", "--network", "e"), ["er:0.5"]),
        (("run", "--robots", ""), []),
        (("run", "--no_contacts", "--rob"), ["--robots"]),
        (("live", "-"), ["--help"]),
        (("warm_up", ""), ["--help", "now"]),
        (("warm-up", "n"), ["now"]),
        (("nothing", ""), []),
    ],
)
def test_words_are_completed(words, offered):
    assert completed(script(PROGRAMS, VOCABULARY), "bildsim", *words) == offered


def test_files_and_directories_are_completed(tmp_path):
    (tmp_path / "a film.mp4").touch()
    (tmp_path / "a place").mkdir()
    text = script(PROGRAMS, VOCABULARY)
    films = completed(text, "bildsim", "run", "--video", "a", cwd=tmp_path)
    assert sorted(films) == ["a film.mp4", "a place"]
    assert completed(text, "bildsim", "run", "--out", "", cwd=tmp_path) == ["a place"]
    assert sorted(completed(text, "bildsim", "live", "", cwd=tmp_path)) == sorted(films)


def test_files_stand_among_the_words_that_take_some(tmp_path):
    (tmp_path / "cave places.npy").touch()
    (tmp_path / "cellar").mkdir()
    text = script(PROGRAMS, VOCABULARY)
    after = ("bildsim", "run")
    one = completed(text, *after, "--start", "c", cwd=tmp_path)
    assert one[:2] == ["corner", "centre"]
    assert sorted(one[2:]) == ["cave places.npy", "cellar"]
    assert completed(text, *after, "--start", "ca", cwd=tmp_path) == ["cave places.npy"]
    several = completed(text, *after, "--starts", "corner,c", cwd=tmp_path)
    assert several[:2] == ["corner,corner", "corner,centre"]
    assert sorted(several[2:]) == ["corner,cave places.npy", "corner,cellar"]


def test_the_command_is_completed_by_the_printed_script(capsys):
    assert main(["bash"]) == 0
    text = capsys.readouterr().out
    assert completed(text, "bildsim", "run", "--planner", "ot") == ["ot_assign", "ot_lloyd"]
    assert completed(text, "bildsim", "reproduce", "--settings", "") == ["paper", "ours", "both"]
    assert completed(text, "bildsim", "bench", "--targets", "ring,gmm") == [
        "ring,gmm3",
        "ring,gmm4",
    ]
    assert completed(text, "bildsim", "completion", "z") == ["zsh"]
    assert "complete -F _bildsim bildsim" in answer(
        "bash", ("--norc",), f"{text}complete -p bildsim"
    )
