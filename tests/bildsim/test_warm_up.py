"""The door ``python -m bildsim.warm_up`` leads to its program."""

from bildsim import warm_up
from bildsim.programs import warm_up as program


def test_the_door_and_the_program_are_the_same():
    assert warm_up.main is program.main
