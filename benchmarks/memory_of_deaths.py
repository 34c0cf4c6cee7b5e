"""How much more memory does a run take when its robots die one by one?

    python -m benchmarks.memory_of_deaths --robots 1000 --network complete --deaths 40

prints the most memory that a run of ideal robots ever held without deaths and with one a control
tick, each in a process of its own. Every death changes the network, and what follows from a network
is let go with it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys

from bildsim.basics.timing import TICK_S


def peak_mib(robots: int, network: str, deaths: int, ticks: int) -> float:
    """Run in this process and return the most memory that it ever held (MiB)."""
    # Here and not above: the parent needs none of it.
    from bildsim.envs.disturbances.fault_schedule import Faults
    from bildsim.simulation.config import RunConfig, SwarmSettings
    from bildsim.simulation.loop import Simulation

    times_s = [f"robots:{number}@{TICK_S * (number + 1):.1f}" for number in range(deaths)]
    config = RunConfig(
        network=network,
        rounds=1,
        duration=round(TICK_S * ticks, 1),
        faults=Faults(dead=",".join(times_s) or None),
        swarm=SwarmSettings(robots=robots, dynamics="ideal"),
    )
    simulation = Simulation(config)
    for _ in simulation.ticks():
        pass
    simulation.close()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> None:
    """Print both figures and their difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--robots", type=int, default=1000)
    parser.add_argument("--network", default="complete")
    parser.add_argument("--deaths", type=int, default=40)
    parser.add_argument("--child", type=int, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    ticks = options.deaths + 2
    if options.child is not None:
        print(peak_mib(options.robots, options.network, options.child, ticks))
        return
    same = ["--robots", str(options.robots), "--network", options.network]
    same += ["--deaths", str(options.deaths)]
    found = []
    for deaths in (0, options.deaths):
        command = [sys.executable, "-m", "benchmarks.memory_of_deaths", *same]
        command += ["--child", str(deaths)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(float(done.stdout))
        print(f"{options.robots} robots, {options.network}, {deaths} deaths: {found[-1]:.0f} MiB")
    print(f"with deaths {found[1] - found[0]:+.0f} MiB")


if __name__ == "__main__":
    main()
