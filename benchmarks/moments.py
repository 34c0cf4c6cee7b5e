"""What do the planners of moments reach, what does each of their parts add, and what breaks them?

    python -m benchmarks.moments --part eigenvalues
    python -m benchmarks.moments --part targets
    python -m benchmarks.moments --part ablations
    python -m benchmarks.moments --part links
    python -m benchmarks.moments --part rounds --dynamics ideal
    python -m benchmarks.moments --part unseen
    python -m benchmarks.moments --part numbers
    python -m benchmarks.moments --part claims --results docs/data/moments_bullet.csv

Each part prints a table; docs/moments.md reads them. ``w2`` is judged on 40 x 40 cells, on which no
planner here optimises. Medians over starts and seeds, and in brackets the largest; the speed is the
mean of the last ten seconds. ``rounds`` counts until kl_fit is no more than 0.05 above the family's
least, for robots of at most 0.3 m/s; ``claims`` reads what ``python -m bildsim.bench`` left.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import tyro

from benchmarks.about_moments import parts
from benchmarks.about_moments.claims import claims
from benchmarks.about_moments.settings import ABLATIONS, Options
from bildsim.controllers.moments.goal import RIDGE, moment_goal, statistic_scales
from bildsim.density.legendre_family import LegendreFamily
from bildsim.density.ridge import REGULARISATION
from bildsim.targets.target import named_target


def main() -> None:
    """Run a part and print its table."""
    options = tyro.cli(Options, description=__doc__)
    if options.part == "claims":
        claims(options)
        return
    where = ", ".join(f"{name} {value}" for name, value in options.shared.items())
    print(f"{where}; starts {', '.join(options.starts)}; seeds 0 to {options.seeds - 1}\n")
    tables = {
        "eigenvalues": lambda: _eigenvalues(options),
        "targets": lambda: parts.by_target(options, parts.alone(options.planners)),
        "ablations": lambda: parts.by_target(options, ABLATIONS),
        "links": lambda: parts.links(options),
        "rounds": lambda: parts.rounds(options),
        "unseen": lambda: parts.unseen(options),
        "numbers": lambda: parts.numbers(options),
    }
    tables[options.part]()


def _eigenvalues(options: Options) -> None:
    """Print how fast moments converge at p*, in statistics of unit mean square."""
    print("| target | of M: least | largest | of K M: least | largest | below 0.5 |")
    print("|---|---|---|---|---|---|")
    family = LegendreFamily()
    for name in options.targets:
        target = named_target(name)
        log_target = np.log(target.on_grid(family.grid))
        goal = moment_goal(target, log_target, family, REGULARISATION, 0.5)
        scale = statistic_scales(family)
        inverse = np.linalg.inv(goal.metric / np.outer(scale, scale))
        # K^-1 = M + e I, and e is known from its mean eigenvalue.
        ridge = np.trace(inverse) / family.size * RIDGE / (1.0 + RIDGE)
        plain = np.linalg.eigvalsh(inverse) - ridge
        led = plain / (plain + ridge)
        few = int((led < 0.5).sum())
        print(
            f"| {name} | {plain[0]:.3g} | {plain[-1]:.3g} | {led[0]:.2f} | {led[-1]:.2f} | {few} |"
        )


if __name__ == "__main__":
    main()
