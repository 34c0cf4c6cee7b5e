"""``python -m bildsim`` is the command ``bildsim``, and says so."""

import sys

COMMAND = (sys.executable, "-m", "bildsim")


def test_it_is_the_command_by_what_was_typed(process):
    ended = process("--help", command=COMMAND)
    assert ended.status == 0
    assert ended.out.startswith("usage: python -m bildsim PROGRAM")
    ended = process("warm-up", "--help", command=COMMAND)
    assert ended.out.startswith("usage: python -m bildsim warm-up [options]\n")


def test_its_sentences_begin_as_those_of_the_command(process):
    ended = process("run", "--robots", "x", command=COMMAND)
    assert (ended.status, ended.err) == (2, "bildsim run: --robots x is not a whole number\n")
