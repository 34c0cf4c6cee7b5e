"""The page of limits names the bounds that the code has."""

from bildsim.basics.reading.regular_file import in_units
from bildsim.controllers.bild_macro.algorithm_over_links import MOST_UNDER_WAY_BYTES
from bildsim.controllers.bild_macro.settings import MOST_SOLVER_ITERATIONS, MOST_WARMUP_ROUNDS
from bildsim.density.grid import SMALLEST_STEP
from bildsim.density.legendre_family import MAX_ORDER
from bildsim.envs.robots.spawn import MOST_ROBOTS
from bildsim.envs.vector.checks import MOST_ROBOTS_IN_ALL, MOST_SWARMS
from bildsim.network.link_settings import MOST_DELAY, MOST_OUTAGES
from bildsim.network.most_links import MOST_PAIRS
from bildsim.programs.sweep.config import MOST_TRIALS
from bildsim.programs.sweep.lists import MOST_NAMES, MOST_SEEDS
from bildsim.simulation.config import LONGEST_S, MOST_ROUNDS
from tests.docs.pages import PAGES

PAGE = " ".join(PAGES["docs/limits.md"].split())


def test_its_bounds_are_those_of_the_code():
    for words in (
        f"{MOST_ROBOTS:,} robots",
        f"{MOST_SWARMS:,} swarms or {MOST_ROBOTS_IN_ALL:,} robots in a vector environment",
        f"{MOST_PAIRS:,} pairs of robots",
        f"{MOST_DELAY:,} rounds of delay and {in_units(MOST_UNDER_WAY_BYTES)} of messages",
        f"{MOST_OUTAGES:,} outages",
        f"{MOST_ROUNDS:,} rounds a tick",
        f"{MOST_WARMUP_ROUNDS:,} rounds of warm-up",
        f"{MOST_SOLVER_ITERATIONS:,} solver iterations",
        f"order {MAX_ORDER}",
        f"a grid step of {SMALLEST_STEP} m",
        f"{LONGEST_S:,.0f} s",
        f"{MOST_NAMES:,} names a list",
        f"{MOST_SEEDS:,} seeds and {MOST_TRIALS:,} trials",
    ):
        assert words in PAGE
