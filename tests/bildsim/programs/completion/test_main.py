"""``bildsim completion`` prints the script of a shell, or says which shells there are."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.completion.main import main
from bildsim.programs.completion.vocabulary import SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(shell, capsys):
    assert main([shell]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert f"bildsim completion {shell}" in said.out
    assert "laguerre" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "one shell is to be named, not 0: give one of bash, zsh, fish"),
        (["bash", "zsh"], "one shell is to be named, not 2: give one of bash, zsh, fish"),
        (["bas"], "the shell 'bas' is unknown: did you mean bash? valid are bash, zsh, fish"),
    ],
)
def test_anything_else_is_refused(words, said):
    with pytest.raises(UsageError) as refused:
        main(words)
    assert str(refused.value) == said


def test_help_says_where_scripts_go(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: ")
    assert all(f"  {shell} " in said for shell in SHELLS)
