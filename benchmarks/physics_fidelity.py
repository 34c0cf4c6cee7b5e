"""How accurate and how fast is the PyBullet physics? A table for each robot radius and rate.

    python -m benchmarks.physics_fidelity --radius 0.025 0.03 --physics-rate 60 240

Every figure comes from the arena that the programs use, with its default solver settings.
"""

import argparse

from benchmarks.physics.scenes import Row, cost, crowd, free_motion, head_on, hits, rest
from bildsim.envs.bullet.physics_rate import default_rate
from bildsim.envs.dynamics import BULLET, make_model
from bildsim.envs.robots.model import RobotModel


def report(robot: RobotModel, rate: int, counts: list[int]) -> list[Row]:
    """Return the whole table for one radius and rate."""
    rows = [*free_motion(robot, rate), *rest(robot, rate)]
    rows += [*head_on(robot, rate), *hits(robot, rate), *crowd(robot, rate)]
    for count in counts:
        rows += cost(robot, rate, count)
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--radius", type=float, nargs="+", default=[0.025], help="radii, m")
    parser.add_argument("--max-speed", type=float, help="rim speed limit, m/s")
    parser.add_argument("--physics-rate", type=int, nargs="+", help="rates, Hz")
    parser.add_argument("--robots", type=int, nargs="*", default=[10, 100, 300], help="N to time")
    options = parser.parse_args()
    for radius in options.radius:
        robot = make_model(BULLET, radius, options.max_speed)
        for rate in options.physics_rate or [default_rate(robot)]:
            print(f"\nradius {radius:g} m, {rate} Hz, {robot.max_speed:g} m/s")
            for name, value, unit in report(robot, rate, options.robots):
                print(f"  {name:<48}{value:>10.4g} {unit}")


if __name__ == "__main__":
    main()
