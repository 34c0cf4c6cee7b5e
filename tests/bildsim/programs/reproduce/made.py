"""A small run in open loop that tests of its records share."""

from functools import cache

import numpy as np

from bildsim.controllers.bild_macro.settings import MacroSettings
from bildsim.density.legendre_family import LegendreFamily
from bildsim.network.graph import NetworkSpec
from bildsim.programs.reproduce.open_loop import OpenLoop
from bildsim.programs.reproduce.recorded_run import watch
from bildsim.targets.target import named_target

ROUNDS, ROBOTS = 60, 6


@cache
def run():
    spec, rng = NetworkSpec.parse("complete"), np.random.default_rng(0)
    family = LegendreFamily(2, 0.1)
    loop = OpenLoop.draw(named_target("gmm4"), MacroSettings(), ROBOTS, spec, rng, family)
    return watch(loop, ROUNDS)
