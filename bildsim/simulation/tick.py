"""What is known at the end of a control tick."""

from dataclasses import dataclass

from bildsim.basics.arrays import Bools, Floats
from bildsim.controllers.planner import Report
from bildsim.network.graph import Network
from bildsim.targets.target import Target


@dataclass(frozen=True, eq=False)
class Tick:
    """The true state of a run at the end of a control tick (the first: before the robots move).

    It is for whoever watches a run: metrics, recorder, video. Planners never see it; they are given
    an `bildsim.controllers.planner.Observation`, with positions as they were measured.

    Attributes:
        time_s: simulated time (s).
        pose: (N, 3) true x, y (m) and heading (rad).
        active: (N,) whether a robot is in the swarm: it came, and has not died.
        waypoint: (N, 2) where the robots were sent for this tick (m), by where they believed to be.
        command: (N, 2) wheel speeds that tracking asked for last (rad/s).
        applied: (N, 2) wheel speeds after all that drives and faults make of it (rad/s).
        saturated: (N,) share of the tick's tracking updates at the wheels' limit.
        effort: (N,) the tick's control effort (m^2/s); see `bildsim.envs.control_tick.Motion`.
        safety_acted: (N,) share of the updates in which collision avoidance changed the command.
        safety_infeasible: (N,) share of those in which it found no safe velocity.
        touching_robot: (N,) whether it touches another robot.
        touching_wall: (N,) whether it touches a wall.
        contact_pairs: pairs of robots that touch.
        overlap_m: deepest overlap of two discs or of a disc and a wall (m).
        target: p* at this time.
        kl_fit: KL(p(.; theta) || p*) (nats).
        theta: (m,) exact fit at these positions, of the robots in the swarm.
        network: who could hear whom during the tick, of the robots that were in the swarm then.
        report: what the planner reports of itself, rows as in ``network``.
    """

    time_s: float
    pose: Floats
    active: Bools
    waypoint: Floats
    command: Floats
    applied: Floats
    saturated: Floats
    effort: Floats
    safety_acted: Floats
    safety_infeasible: Floats
    touching_robot: Bools
    touching_wall: Bools
    contact_pairs: int
    overlap_m: float
    target: Target
    kl_fit: float
    theta: Floats
    network: Network
    report: Report
