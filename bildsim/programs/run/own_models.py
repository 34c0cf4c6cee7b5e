"""What is not promised of robots that the user modelled."""

from bildsim.envs.dynamics import BULLET
from bildsim.envs.robots.described import described_robot
from bildsim.simulation.config import RunConfig


def note_on_own_model(config: RunConfig) -> str:
    """Return the sentence that goes with checkpoints of models of one's own; else nothing.

    Raises:
        UsageError: the robot cannot be read.
    """
    output, swarm = config.output, config.swarm
    kept = output.checkpoint is not None or output.resume is not None
    if not kept or swarm.dynamics != BULLET or not swarm.contacts:
        return ""
    robot = described_robot(swarm.which)
    if robot is None or robot.own is None:
        return ""
    return (
        f"robots of {robot.own.chosen.path.name} that touch each other go on a little otherwise "
        "after a checkpoint than without: PyBullet does not save how their shapes touch"
    )
