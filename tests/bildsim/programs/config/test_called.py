"""Programs are known by what was typed: a module of their own, or a word after the command."""

import pytest

from bildsim.basics.errors import UsageError
from bildsim.programs.config.called import called_by, spoken, typed
from bildsim.programs.config.ending import run_program


def test_a_module_is_known_by_its_name():
    assert typed("bildsim.run") == "python -m bildsim.run"
    assert spoken("bildsim.run") == "bildsim.run"


@pytest.mark.parametrize("command", ["bildsim", "python -m bildsim"])
def test_a_part_of_the_command_by_its_word(command):
    with called_by(command):
        assert typed("bildsim.warm_up") == f"{command} warm-up"
        assert spoken("bildsim.warm_up") == "bildsim warm-up"
        assert spoken("bildsim") == "bildsim"
    assert spoken("bildsim.warm_up") == "bildsim.warm_up"


def test_an_error_leaves_nothing_behind():
    with pytest.raises(ZeroDivisionError), called_by("bildsim"):
        raise ZeroDivisionError
    assert typed("bildsim.run") == "python -m bildsim.run"


def test_sentences_begin_with_it(capsys):
    def refuse(arguments):
        raise UsageError("no")

    with called_by("bildsim"):
        assert run_program("bildsim.run", refuse) == 2
    assert run_program("bildsim.run", refuse) == 2
    assert capsys.readouterr().err == "bildsim run: no\nbildsim.run: no\n"
