"""What do poor drives, faults and poor localisation cost? kl_fit over time, by disturbance.

    python -m benchmarks.adversity --seeds 0 1 2

Each line is a condition: kl_fit (nats) at some times, the mean over the seeds and the worst; at the
end of the run also how far the robots' own estimates are from the exact fit, and w2.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tyro
from threadpoolctl import threadpool_limits

from bildsim.basics.arrays import Floats, Ints
from bildsim.controllers.bild_macro.planner import BildMacroPlanner
from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.controllers.planner import Observation, Problem, Report
from bildsim.envs.disturbances.actuation import Actuation
from bildsim.envs.disturbances.fault_schedule import Faults
from bildsim.envs.disturbances.localisation import Sensing
from bildsim.envs.robots.model import RobotModel
from bildsim.simulation.config import RunConfig, SwarmSettings
from bildsim.simulation.loop import Simulation
from bildsim.simulation.measurements import Measurements

TOP = RobotModel().max_wheel_speed
TORQUE = RobotModel().motor_torque
NEAR = "20 of 100 dead at 30 s, those nearest to a peak"
_DEATH_S = 30.0
CONDITIONS: Mapping[str, dict[str, Any]] = {
    "undisturbed": {},
    "80 robots from the start": {"swarm": SwarmSettings(robots=80, dynamics="kinematic")},
    "largest wheel speed a quarter": {"actuation": Actuation(max_wheel_speed=TOP / 4)},
    "motor torque a quarter": {"actuation": Actuation(motor_torque=TORQUE / 4)},
    "wheel acceleration 20 rad/s^2": {"actuation": Actuation(max_wheel_acceleration=20.0)},
    "floor friction 0.1": {"actuation": Actuation(floor_friction=0.1)},
    "deadband 1 rad/s": {"actuation": Actuation(deadband=1.0)},
    "quantisation 2 rad/s": {"actuation": Actuation(quantisation=2.0)},
    "command delay 0.1 s": {"actuation": Actuation(command_delay=0.1)},
    "command delay 0.2 s": {"actuation": Actuation(command_delay=0.2)},
    "command jitter 0.1 s": {"actuation": Actuation(command_jitter=0.1)},
    "wheel gains +-20 %": {"actuation": Actuation(wheel_gain_tolerance=0.2)},
    "backlash 0.05 rad": {"actuation": Actuation(backlash=0.05)},
    "battery sag 0.9 a minute": {"actuation": Actuation(battery_sag=0.9)},
    "position noise 20 mm": {"sensing": Sensing(position_noise=0.02)},
    "position bias 50 mm": {"sensing": Sensing(position_bias=0.05)},
    "position dropout 0.9": {"sensing": Sensing(position_dropout=0.9)},
    "20 % stop at 10 s": {"faults": Faults(stop="0.2@10")},
    "10 % stuck at 5 s": {"faults": Faults(stuck="0.1@5")},
    "20 % join at 20 s": {"faults": Faults(join="0.2@20")},
    "20 % dead at 30 s": {"faults": Faults(dead="0.2@30")},
    "20 % dead at 30 s, all begin anew": {
        "faults": Faults(dead="0.2@30"),
        "planner": "benchmarks.adversity:BeginsAnew",
    },
    "20 % dead at 30 s, r and q anew": {
        "faults": Faults(dead="0.2@30"),
        "planner": "benchmarks.adversity:TracksAnew",
    },
    NEAR: {},
    NEAR + ", all begin anew": {"planner": "benchmarks.adversity:BeginsAnew"},
    NEAR + ", r and q anew": {"planner": "benchmarks.adversity:TracksAnew"},
}


@dataclass(frozen=True)
class Options:
    """Runs of BILD-MACRO on one target under each condition.

    Attributes:
        only: substrings of the conditions to run; all where there are none.
        seeds: seeds.
        target: named target.
        duration: simulated time (s).
        at: times to report (s).
        jobs: runs at a time.
    """

    only: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2)
    target: str = "gmm3"
    duration: float = 60.0
    at: tuple[float, ...] = (5, 10, 20, 29.9, 30, 40, 50, 60)
    jobs: int = 1


@dataclass(frozen=True, eq=False)
class BeginsAnew:
    """BILD-MACRO that forgets everything whenever the members change.

    All robots would have to hear of it in the same round.
    """

    problem: Problem

    @property
    def _planner(self) -> BildMacroPlanner:
        return BildMacroPlanner.of(self.problem, MacroSettings(), self.problem.rounds)

    def init(self, observation: Observation, rng: np.random.Generator) -> Any:
        """Return the first state."""
        return self._planner.init(observation, rng)

    def plan(self, state: Any, observation: Observation) -> tuple[Floats, Any]:
        """Return waypoints and the next state."""
        return self._planner.plan(state, observation)

    def report(self, state: Any) -> Report:
        """Return what was sent, and the robots' estimates."""
        return self._planner.report(state)


@dataclass(frozen=True, eq=False)
class TracksAnew(BeginsAnew):
    """BILD-MACRO that keeps y and starts r and q afresh, in the same round everywhere."""

    def change_members(self, state: Any, before: Ints, observation: Observation) -> Any:
        """Return the state for other members."""
        planner = self._planner
        state = planner.change_members(state, before, observation)
        y = state.estimates.fields.y
        return replace(state, estimates=planner.algorithm.init(observation.positions, y))


def configuration(options: Options, condition: str, seed: int) -> RunConfig:
    """Return one run."""
    config = RunConfig(
        target=options.target,
        seed=seed,
        duration=options.duration,
        swarm=SwarmSettings(dynamics="kinematic"),
    )
    config = replace(config, **CONDITIONS[condition])
    if condition.startswith(NEAR):
        config = replace(config, faults=_deaths_near_a_peak(config))
    return config


def _deaths_near_a_peak(config: RunConfig) -> Faults:
    """Name the robots that are nearest to a peak of the target when they are to die."""
    simulation = Simulation(replace(config, planner="bild-macro"))
    for tick in simulation.ticks():
        if tick.time_s > _DEATH_S - 1e-6:
            break
    simulation.close()
    density = simulation.target.on_grid(simulation.family.grid)
    peak = simulation.family.grid.points.reshape(-1, 2)[int(np.argmax(density))]
    nearest = np.argsort(np.linalg.norm(tick.pose[:, :2] - peak, axis=1))[:20]
    return Faults(dead=f"robots:{'+'.join(map(str, nearest.tolist()))}@{_DEATH_S:g}")


def run(options: Options, condition: str, seed: int) -> list[float]:
    """Return kl_fit at the times asked for, then estimates and w2 at the end."""
    with threadpool_limits(limits=1):
        simulation = Simulation(configuration(options, condition, seed))
        radius = simulation.env.robot.radius
        watch = Measurements(simulation.target, simulation.family, radius)
        found = []
        for tick in simulation.ticks():
            watch.follow(tick)
            if any(abs(tick.time_s - time_s) < 1e-6 for time_s in options.at):
                found.append(tick.kl_fit)
        row = watch.row(tick)
        simulation.close()
    return [*found, row["kl_estimate"], row["w2"]]


def main() -> None:
    """Print the table."""
    options = tyro.cli(Options, description=__doc__)
    print(
        f"bild-macro, {options.target}, er:0.5, kinematic, seeds {options.seeds}: "
        "mean (worst) of kl_fit in nats\n"
    )
    times = " | ".join(f"{time_s:g} s" for time_s in options.at)
    print(f"| condition | {times} | estimates | w2 (m) |")
    print("|---" * (len(options.at) + 3) + "|")
    with ProcessPoolExecutor(options.jobs) as pool:
        for condition in CONDITIONS:
            if options.only and not any(part in condition for part in options.only):
                continue
            jobs = [pool.submit(run, options, condition, seed) for seed in options.seeds]
            found = np.array([job.result() for job in jobs])
            pairs = zip(found.mean(axis=0), found.max(axis=0), strict=True)
            cells = " | ".join(f"{mean:.4f} ({worst:.4f})" for mean, worst in pairs)
            print(f"| {condition} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
