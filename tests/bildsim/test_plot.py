"""``bildsim.plot``: what it offers is what the programs draw."""

import bildsim.plot
from bildsim.programs.plots import snapshot


def test_it_offers_the_still():
    assert bildsim.plot.__all__ == ["snapshot"]
    assert bildsim.plot.snapshot is snapshot.snapshot
