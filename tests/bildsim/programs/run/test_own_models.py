"""What is not promised of models of one's own is said where it matters: of checkpoints."""

from pathlib import Path

import pytest

from bildsim.programs.run.checkpoints import note_on_own_model
from bildsim.simulation.config import OutputSettings, RunConfig, SwarmSettings
from tests.envs.robots.urdf.models import COURIER

KEPT = OutputSettings(out=Path("a"), checkpoint=1.0)
RESUMED = OutputSettings(resume=Path("a"))


@pytest.mark.parametrize("output", [KEPT, RESUMED])
def test_checkpoints_of_crowds_are_said_not_to_go_on_to_the_bit(output):
    own = SwarmSettings(robot_urdf=COURIER)
    note = note_on_own_model(RunConfig(swarm=own, output=output))
    assert "courier.urdf" in note
    assert "after a checkpoint" in note


@pytest.mark.parametrize(
    ("swarm", "output"),
    [
        (SwarmSettings(robot_urdf=COURIER), OutputSettings()),
        (SwarmSettings(robot_urdf=COURIER, dynamics="kinematic"), KEPT),
        (SwarmSettings(robot_urdf=COURIER, contacts=False), KEPT),
        (SwarmSettings(robot="e-puck2"), KEPT),
        (SwarmSettings(), KEPT),
    ],
)
def test_nothing_is_said_where_they_do(swarm, output):
    assert note_on_own_model(RunConfig(swarm=swarm, output=output)) == ""
